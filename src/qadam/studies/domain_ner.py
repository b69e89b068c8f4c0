"""How much does a recogniser of Kazakh names lose outside television news?

Problem  domain-ner (pain point with a testable claim)
Data     KazNERD: taggers learn on its validation part (the training part is larger than what a mirror may hold) and are tested on
         its test part, once as it is and once without the sentences that stand in both or twice. Sentences of law, medicine
         and news written for Qadam in the same scheme: machine-written, read by no native speaker, so no evidence. Kazakh
         laws without labels (all about the army): what is new in them to a tagger, and how sure it is.
Design   Micro-F1 over all classes hides a domain behind numbers and dates, and compares texts that hold different things. So the
         news are weighted until their sentences are as long as those of the other domain and hold as many entities of each
         class (entropy balancing), and the drop is taken over all classes and over names only.
Rule     fixed before a tagger was run on legal text: the drop is real if both matched drops have a 95 % interval above 5
         points, and there is none worth speaking of if both lie below 2. It takes legal sentences that people labelled
         (`qadam sample domain-ner --scheme ner_kaznerd`, then `--coded gold.jsonl`); without them there is no verdict.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from qadam.kazakh.sentences import words
from qadam.metrics import spans as s
from qadam.metrics.domain_drop import LENGTHS, RANKED, settle
from qadam.metrics.spans import Tagged
from qadam.stats.draw import evenly
from qadam.terms import (
    Breakdown,
    Condition,
    Handover,
    Item,
    Profile,
    Protocol,
    Rule,
    Sentence,
    Study,
    Synthesis,
    SystemRow,
    Tags,
    Zone,
)

NEWS, LAWS = "kaznerd-held-out/test", "legal-acts/all"
WRITTEN = ("ner-mini/news", "ner-mini/legal", "ner-mini/medical")
NEEDED = 500  # legal sentences with labels: 700-900 entities, an interval of 3 points to either side

GOLD = Condition("labelled", "sentences whose entities were labelled", control=True, datasets=(NEWS, *WRITTEN))
TEXT = Condition("without labels", "laws that nobody has labelled", datasets=(LAWS,))


def _titled(en: str, ru: str, kk: str) -> dict[str, str]:
    return {"en": en, "ru": ru, "kk": kk}


RULE = Rule(
    claim={
        "en": "Recognisers trained on television news lose quality on legal text.",
        "ru": "Распознаватели имён, обученные на теленовостях, на юридических текстах работают хуже.",
        "kk": "Теледидар жаңалықтарында үйренген атау танығыштар заң мәтінінде нашарлайды.",
    },
    dataset="ner-mini/legal",
    condition=GOLD.name,
    effects=("matched_drop", "matched_names_drop"),
    supported=Zone(low=0.05),
    refuted=(Zone(high=0.02),),
    of=("ner-crf",),
    synthesis=Synthesis(
        settle,
        asks=(
            _titled(
                "Supported if from matched news to law F1 drops by more than 5 points, over all classes and over names only (95 % intervals); refuted if both drops lie below 2 points.",
                "Подтверждено, если от уравненных новостей к закону F1 падает более чем на 5 пунктов и по всем классам, и по именам (95 %-е интервалы); опровергнуто, если оба падения меньше 2 пунктов.",
                "Теңестірілген жаңалықтан заңға көшкенде F1 барлық топ бойынша да, атаулар бойынша да 5 пункттен көп түссе (95 %-дық аралық), расталды; екеуі де 2 пункттен аз болса, теріске шықты.",
            ),
        ),
        titles={
            "drop": _titled("drop of F1 from the news, as they are", "падение F1 от новостей, как есть", "жаңалықтан F1-дің түсуі, сол күйінде"),
            "names_drop": _titled("the same, names only", "то же, только имена", "сол, тек атаулар"),
            "matched_drop": _titled("drop of F1 from news of the same length and mix of classes", "падение F1 от новостей той же длины и состава классов", "ұзындығы мен топ құрамы бірдей жаңалықтан F1-дің түсуі"),
            "matched_names_drop": _titled("the same, names only", "то же, только имена", "сол, тек атаулар"),
            "matched_news": _titled("news sentences that the matched ones are worth", "скольким предложениям новостей равны уравненные", "теңестірілген жаңалық неше сөйлемге тең"),
            "label_shift": _titled("how differently classes are spread in laws and news", "насколько различен состав классов в законах и новостях", "заң мен жаңалықтағы топ құрамының айырмасы"),
        },
    ),
)  # fmt: skip


def length(item: Item) -> str:
    """The class of length of a sentence, in tokens."""
    edges = (0, *LENGTHS)
    at = int(np.searchsorted(LENGTHS, len(tokens(item))))
    return f"{edges[at] + 1:02d}-{edges[at + 1]:02d}" if at < len(LENGTHS) else f"{LENGTHS[-1] + 1:02d}+"


def source(item: Item) -> str | None:
    """The act a sentence is from, where it is known."""
    return item.fields.get("source") or _told(item, "source")


def draw(item: Item) -> str | None:
    """How a sentence was drawn for labelling, where it was."""
    return _told(item, "draw")


def _told(item: Item, key: str) -> str | None:
    """What a row of the user's table says under a key."""
    return (item.fields.get("row") or {}).get(key)


BY = (
    Breakdown("repeats", _titled("does it stand elsewhere?", "встречается ли ещё?", "басқа жерде бар ма?")),
    Breakdown("length", _titled("tokens", "токенов", "токен саны"), length),
    Breakdown("source", _titled("act", "акт", "акт"), source),
    Breakdown("draw", _titled("how it was drawn", "как отобрано", "қалай іріктелген"), draw),
)  # fmt: skip
BY_CHANCE = "by chance"

LAPTOP = Protocol(
    datasets=(NEWS, *WRITTEN, LAWS),
    conditions=(GOLD, TEXT),
    metrics=(
        *(replace(metric, conditions=(GOLD.name,)) for metric in s.QUALITY),
        *s.WITHOUT_GOLD,
        *(replace(metric, conditions=(GOLD.name,)) for metric in s.BY_CLASS),
    ),
    limits={"resamples": 1_000, "characters": 3e6, "epochs": 10, "batch": 8},
    rule=RULE,
    choices={"match": "exact", "gold": "written", "tokens": "as given"},
    by=BY,
)
_MINI = ("ner-mini/held-out", "ner-mini/legal", "ner-mini/medical")
SAMPLE = replace(
    LAPTOP,
    datasets=_MINI,
    conditions=(replace(GOLD, datasets=_MINI),),
    rule=replace(RULE, of=("ner-crf-mini",)),
    by=BY[1:2],
)
FULL = replace(LAPTOP, rule=replace(RULE, of=("ner-crf", "xlm-roberta-large-ner-kazakh")))
TAGGERS = ("ner-crf", "ner-memory", "ner-network", "ner-bilstm-crf", "xlm-roberta-large-ner-kazakh")


def tokens(item: Item) -> tuple[str, ...]:
    """The tokens of a sentence: those of the data; of a text of the user's, those that it says or that we find in it."""
    row = item.fields.get("row")
    if row is None:
        return tuple(item.fields.get("tokens") or str(item.input).split(" "))
    return tuple(row.get("tokens") or (word.text for word in words(str(item.input))))


def present(item: Item, condition: Condition) -> Sentence:
    """The sentence as tokens."""
    return Sentence(tokens(item))


def read(answer: Any, item: Item, condition: Condition) -> Tagged:
    """The labels, and what the tagger says of itself if it does."""
    return Tagged(*answer) if isinstance(answer, Tags) else Tagged(tuple(answer))


def expect(item: Item, condition: Condition) -> tuple[str, ...] | None:
    """The labels of the data; of a text of the user's, those of the stretches that people marked in it."""
    row = item.fields.get("row")
    if row is None:
        return tuple(item.gold) if item.gold and condition.name == GOLD.name else None
    gold = row.get("gold")
    return iob(str(item.input), tokens(item), gold["spans"]) if isinstance(gold, Mapping) and "spans" in gold else None


def iob(text: str, cut: Sequence[str], spans: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    """Stretches of a text as IOB2 labels of its tokens; a token belongs to a stretch that covers any letter of it."""
    labels, at = [], 0
    begun: set[int] = set()
    for token in cut:
        start = text.index(token, at)
        at = start + len(token)
        its = next((n for n, (a, b, _) in enumerate(spans) if a < at and start < b), None)
        labels.append("O" if its is None else f"{'I' if its in begun else 'B'}-{spans[its][2]}")
        begun |= {its} if its is not None else set()
    return tuple(labels)


def fits(row: SystemRow, condition: Condition) -> bool:
    """Remembering has nothing to say about text without labels."""
    return condition.name == GOLD.name or not row.bar


def labelled(path: Path) -> Study:
    """The study with sentences that people labelled: they are the data that the rule is about."""
    name = f"file:{path}/all"
    gold = replace(GOLD, datasets=(*(GOLD.datasets), name))
    protocols: dict[Profile, Protocol] = {
        profile: replace(
            protocol,
            datasets=(*protocol.datasets, name),
            conditions=tuple(gold if c.name == GOLD.name else c for c in protocol.conditions),
            rule=replace(protocol.rule, dataset=name) if protocol.rule else None,
            choices={**protocol.choices, "gold": "people"},
        )
        for profile, protocol in STUDY.protocols.items()
        if profile != "sample"
    }
    return replace(STUDY, protocols=protocols)


def worth_labelling(items: Sequence[Item], *, seed: int, count: int | None = None) -> Iterator[Mapping[str, Any]]:
    """Legal sentences with the tagger's proposals: half by chance, for the verdict; half because labels would teach the
    most, as many of each act, ranked by how unsure the tagger is times the share of words that no sentence above has.

    Who stops early has both kinds. The ranked ones are no sample, so the rule leaves them out.
    """
    count = min(count or NEEDED, len(items))
    by_chance = evenly([item.fields["source"] for item in items], seed=seed, count=count // 2)
    taken = set(by_chance)
    ranked = _ranked([(at, item) for at, item in enumerate(items) if at not in taken], count - count // 2)
    pairs = [(at, BY_CHANCE) for at in by_chance], [(at, RANKED) for at in ranked]
    order = [pair for both in zip(*pairs, strict=False) for pair in both] + pairs[1][len(pairs[0]) :]
    for at, draw in order:
        item, cut = items[at], tokens(items[at])
        yield {
            "id": item.id,
            "text": " ".join(cut),
            "tokens": list(cut),
            "group": item.group,
            "stratum": f"{item.fields['source']}/{draw}",
            "source": item.fields["source"],
            "draw": draw,
            "proposal": {"spans": _marked(item, cut)},
            "proposer": "ner-crf",
        }


def _ranked(items: Sequence[tuple[int, Item]], count: int) -> list[int]:
    """Positions, act by act in turn, each time the sentence that is worth most beside those already taken."""
    heaps: dict[str, list[tuple[float, int, Item]]] = {}
    for at, item in items:
        heaps.setdefault(item.fields["source"], []).append((-_unsure(item), at, item))
    for heap in heaps.values():
        heapq.heapify(heap)
    known: set[str] = set()
    chosen: list[int] = []
    while len(chosen) < count and any(heaps.values()):
        for heap in filter(None, heaps.values()):
            while True:  # worth only falls as more is known, so that an old worth at the top is looked at again
                _, at, item = heapq.heappop(heap)
                letters = {word.lower() for word in tokens(item)}
                worth = -_unsure(item) * len(letters - known) / len(letters)
                if not heap or worth <= heap[0][0]:
                    break
                heapq.heappush(heap, (worth, at, item))
            known |= letters
            chosen.append(at)
    return chosen[:count]


def _unsure(item: Item) -> float:
    """How improbable the least probable label of a sentence is."""
    answer = item.fields["answer"]
    return 1 - min(answer.sure, default=1.0)


def _marked(item: Item, cut: Sequence[str]) -> list[list[Any]]:
    ends = np.cumsum([len(token) + 1 for token in cut])
    return sorted(
        [int(ends[a] - len(cut[a]) - 1), int(ends[b - 1] - 1), name]
        for a, b, name in s.entities(tuple(item.fields["answer"].labels))
    )


STUDY = Study(
    problem="domain-ner",
    question=_titled(
        "How much does a recogniser of Kazakh names lose outside television news?",
        "Сколько теряет распознавание казахских сущностей вне телевизионных новостей?",
        "Қазақ атауларын тану теледидар жаңалықтарынан тыс мәтінде қаншалықты нашарлайды?",
    ),
    design=_titled(
        "Taggers trained on KazNERD tag news, law and medicine; the news are weighted to the length and class mix of the other domain before F1 is compared, over all classes and over names only.",
        "Разметчики, обученные на KazNERD, размечают новости, закон и медицину; до сравнения F1 новости уравниваются с другой областью по длине и составу классов, по всем классам и только по именам.",
        "KazNERD-те оқытылған белгілеуіштер жаңалық, заң және медицина мәтінін белгілейді; F1 салыстырылғанша жаңалықтар ұзындығы мен топ құрамы бойынша теңестіріледі, барлық топ және тек атаулар бойынша.",
    ),
    protocols={"sample": SAMPLE, "laptop": LAPTOP, "full": FULL},
    systems={"sample": ("ner-crf-mini", "ner-memory-mini"), "laptop": TAGGERS, "full": TAGGERS},
    present=present,
    read=read,
    expect=expect,
    fits=fits,
    labelled=labelled,
    hands={"ner_kaznerd": Handover(LAWS, worth_labelling, system="ner-crf")},
    kind="re-analysis",
    citations=("hainmueller-2012", "seqeval-2018"),
)
