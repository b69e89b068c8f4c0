"""Is Turkish a better language to learn a Kazakh task from than Russian?

Problem  turkish-vs-russian-transfer (hypothesis, assumption)
Data     names: Turkish Wiki NER and Russian WikiNEuRal, in three classes that KazNERD has too; topics: SIB-200, the same sentences
         in all three languages; parts of speech: UD IMST, GSD and KTB. For names and parts of speech as many sentences of both,
         pair by pair equally long; topics and KTB in a cross-validation, so that no sentence is asked whose translation was
         learned. Both sets of names are Wikipedia and the Russian one is labelled by machine; the test is television news.
Design   each task is learned from Turkish or Russian, then from 0, 100, 1,000 or all Kazakh examples, and asked in Kazakh; the seed
         draws sentences and examples. Russian shares the script with Kazakh: so Turkish is also learned in Kazakh Cyrillic, and
         beside that Kazakh is learned and asked in Latin. Who learns from no other language shows what a source gives.
Rule     fixed before any run, on 0 Kazakh examples. Supported if on two of three tasks Turkish beats Russian by more than 1 point,
         as it is written and in Cyrillic, whole intervals across seeds and items, Holm over tasks; refuted if on two it is shown,
         both ways, to be equivalent within 1 point, or worse. Where neither Turkish, in either script, nor Russian is above chance
         the task is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from qadam.metrics import source_language as s
from qadam.metrics import spans
from qadam.metrics.arms import Task, gain
from qadam.metrics.classification import Classes, Given
from qadam.metrics.spans import Tagged
from qadam.stats.draw import fold_of
from qadam.systems.crosslingual.transfer import written
from qadam.terms import (
    Condition,
    Contrast,
    Document,
    Item,
    Protocol,
    Rule,
    Sentence,
    Study,
    Synthesis,
    SystemRow,
    Taught,
    Zone,
)

NAMES, TOPICS, PARTS, OPINIONS = "names-kk/test", "sib-200/all", "parts-kk/all", "kazsandra-polarity/test"
MINI_NAMES, MINI_TOPICS = "transfer-mini/kk", "parallel-mini/all"
LATIN = "kk-Latn"
FOLDS = 3  # of what is learned from and asked about at once
MARGIN = 0.01

SIB = Classes("topics", ("science/technology", "travel", "politics", "sports", "health", "entertainment", "geography"))
REGISTERS = Classes("registers", ("everyday", "law", "literature", "news", "science"))
POLARITY = Classes("polarity", ("0", "1"))


class Asked(NamedTuple):
    """What a condition asks: a task, after so many Kazakh examples (None: all), in a script."""

    task: str
    examples: int | None = 0
    script: str = "kk-Cyrl"

    @property
    def name(self) -> str:
        """names-100, topics-all, names-0-latin."""
        amount = "all" if self.examples is None else str(self.examples)
        return f"{self.task}-{amount}{f'-{s.ANOTHER}' if self.script == LATIN else ''}"

    def condition(self, dataset: str) -> Condition:
        """The condition of that name."""
        amount = "all" if self.examples is None else f"{self.examples:,}"
        script = ", Kazakh in Latin letters" if self.script == LATIN else ""
        return Condition(self.name, f"{self.task} after {amount} Kazakh examples{script}", datasets=(dataset,))


AMOUNTS: Mapping[str, tuple[int | None, ...]] = {
    "names": (0, 100, 1000, None),
    "topics": (0, 100, None),
    "parts": (0, 100, None),
    "opinions": (0, 100),
}
ASKED = {
    asked.name: asked
    for task, amounts in AMOUNTS.items()
    for asked in (*(Asked(task, n) for n in amounts), *(Asked(task, n, LATIN) for n in (0, 100)))
}
ROLES = {s.NEW: "turkish", s.OLD: "russian", s.IN_SCRIPT: "turkish-cyrillic", s.NOTHING: "nothing"}


def family(suffix: str) -> dict[str, str]:
    """The systems of one family by their role."""
    return {role: f"transfer-{name}{suffix}" for role, name in ROLES.items()}


LINEAR, NETWORKS, LARGE, MINI = (family(suffix) for suffix in ("", "-network", "-xlm-r", "-mini"))
UNNAMED = tuple(f"transfer-{name}-opinions" for name in ROLES.values())  # wait for Turkish and Russian reviews


def task_of(dataset: str, name: str, classes: Classes) -> Task:
    """What a condition on a data set is measured by."""
    kind = ASKED[name].task
    if kind == "names":
        return s.names(dataset, name, MARGIN)
    return s.parts(dataset, name, MARGIN) if kind == "parts" else s.topics(classes, dataset, name, MARGIN)


ASKS = (
    {
        "en": "Stands if on two of three tasks, without any Kazakh example, Turkish beats Russian by more than the margin, as it is written and in Cyrillic, whole intervals across seeds.",
        "ru": "Верно, если на двух задачах из трёх, без казахских примеров, турецкий лучше русского больше чем на допуск, и в своей графике, и в кириллице, по всему интервалу и всем начальным значениям.",
        "kk": "Үш тапсырманың екеуінде, қазақша мысалсыз, түрік тілі өз жазуында да, кирилл жазуында да орыс тілінен шектен артық жақсы болса (бастапқы мәндер бойынша бүкіл аралық), тұжырым расталады.",
    },
    {
        "en": "Falls if on two tasks it is shown, both ways, to be equivalent within the margin, or worse; otherwise inconclusive.",
        "ru": "Опровергнуто, если на двух задачах показано, что в обеих графиках он равен русскому в пределах допуска или хуже; иначе вывода нет.",
        "kk": "Екі тапсырмада екі жазуда да шек ішінде тең не нашар екені көрсетілсе, теріске шығады; әйтпесе қорытынды жоқ.",
    },
)
OVER = {
    s.OLD: ("russian", "русского", "орыс тілінен"),
    s.NEW: ("turkish as it is written", "турецкого в своей графике", "өз жазуындағы түрік тілінен"),
    s.NOTHING: ("no source at all", "отсутствия источника", "дереккөзсіз оқудан"),
}


def _contrast(than: str, system: str) -> Contrast:
    en, ru, kk = OVER[than]
    title = {
        "en": f"gain over {en}, seeds and items together",
        "ru": f"выигрыш относительно {ru}, по начальным значениям и примерам вместе",
        "kk": f"{kk} артықшылығы, бастапқы мәндер мен мысалдар бойынша",
    }
    return Contrast(gain("learning", than), title, "f1", system=system, by="difference", unit="share 0-1")


def protocol(
    datasets: Mapping[str, str],
    families: Mapping[str, Mapping[str, str]],
    classes: Classes,
    asked: Sequence[Asked] = tuple(ASKED.values()),
) -> Protocol:
    """The same protocol for other data and systems: `datasets` by task, families of which the first is judged."""
    conditions = [a.condition(datasets[a.task]) for a in asked]
    tasks = {c.name: task_of(c.datasets[0], c.name, POLARITY if "opinions" in c.name else classes) for c in conditions}
    judged = [tasks[Asked(name).name] for name in datasets if name != "opinions"]
    of = {kind: tuple(c.name for c in conditions if ASKED[c.name].task == kind) for kind in datasets}
    return Protocol(
        datasets=tuple(datasets.values()),
        conditions=tuple(conditions),
        metrics=(
            *(replace(m, conditions=of["names"]) for m in (spans.f1, spans.precision, spans.recall)),
            *(m for m in classes.metrics(of["topics"]) if m.name.endswith(("macro_recall", "accuracy"))),
            *((replace(s.right_parts, conditions=of["parts"]),) if "parts" in of else ()),
            *(m for m in POLARITY.metrics(of.get("opinions", ("",))) if m.name.endswith("macro_recall")),
        ),
        seeds=(13, 14, 15),
        choices={"match": "exact", "labels": "IOB2-strict", "latin": "wikipedia", "folds": str(FOLDS)},
        limits={
            "resamples": 2_000,
            "items": 4_000,
            "sentences": 3_000,
            "taught": 1_000_000,
            "characters": 4_000_000,
            "epochs": 3,
            "steps": 240,
            "batch": 8,
        },
        rule=Rule(
            claim={
                "en": "Turkish is a better source than Russian for Kazakh tasks.",
                "ru": "Для задач на казахском турецкий как источник лучше русского.",
                "kk": "Қазақ тіліндегі тапсырмаларға дереккөз ретінде түрік тілі орыс тілінен жақсы.",
            },
            dataset=judged[0].dataset,
            condition=judged[0].condition,
            effects=(gain("learning", s.OLD),),
            supported=Zone(low=MARGIN),
            refuted=(Zone(high=MARGIN),),
            synthesis=Synthesis(
                settle=s.Sources(judged, [t for t in tasks.values() if t not in judged], families, seeds=s.SEEDS),
                asks=ASKS,
                contrasts=tuple(_contrast(than, next(iter(families.values()))[than]) for than in OVER),
            ),
        ),
    )


DATA = {"names": NAMES, "topics": TOPICS, "parts": PARTS, "opinions": OPINIONS}
LAPTOP = protocol(DATA, {"networks": NETWORKS, "spelling": LINEAR}, SIB)
FULL = replace(
    protocol(DATA, {"XLM-R": LARGE}, SIB),
    seeds=(13, 14, 15, 16, 17),
    limits={"resamples": 10_000, "sentences": 18_000, "epochs": 5},
)
SAMPLE = replace(
    protocol(
        {"names": MINI_NAMES, "topics": MINI_TOPICS},
        {"spelling": MINI},
        REGISTERS,
        [Asked(task, amount) for task in ("names", "topics") for amount in (0, None)],
    ),
    seeds=(13, 14),
    limits={"resamples": 500, "sentences": 100},
)


def present(item: Item, condition: Condition) -> Taught | None:
    """The sentence or text in the script of the condition, and what is to be learned before; no news that were learned from."""
    task, examples, script = ASKED[condition.name]
    if item.fields.get("repeats") == "in another part":
        return None
    question: Any
    if task in ("names", "parts"):
        tokens = item.fields.get("tokens") or str(item.input).split(" ")
        question = Sentence(tuple(written(token, script) for token in tokens))
    else:
        question = Document(written(item.input if isinstance(item.input, str) else item.input["kk"], script))
    crossed = condition.datasets[0] not in (NAMES, OPINIONS)
    fold, folds = (fold_of(item.id, FOLDS), FOLDS) if crossed else (0, 0)
    return Taught(task, question, examples, script, fold, folds)


def read(answer: Any, item: Item, condition: Condition) -> Any:
    """Labels as entities, as parts of speech, or one label as the class of a text."""
    task = ASKED[condition.name].task
    return {"names": Tagged, "parts": tuple}.get(task, Given)(answer)


def expect(item: Item, condition: Condition) -> Any:
    """The labels of the tokens, or the class of the text."""
    if isinstance(item.input, Mapping):
        return item.fields.get("category") or item.fields["register"]
    return item.gold


def fits(row: SystemRow, condition: Condition) -> bool:
    """Who has no source needs examples, who has Turkish in Cyrillic needs no Kazakh in Latin, and all need data to learn from."""
    asked = ASKED[condition.name]
    taught = asked.examples != 0 or row.options["source"] != "none"
    return (
        taught
        and f"{asked.task}-kk" in row.options["datasets"]
        and not (asked.script == LATIN and "written" in row.options)
    )


def _systems(*families: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(name for its in families for name in its.values())


STUDY = Study(
    problem="turkish-vs-russian-transfer",
    question={
        "en": "Is Turkish a better language to learn a Kazakh task from than Russian?",
        "ru": "Лучше ли учиться казахской задаче на турецком, чем на русском?",
        "kk": "Қазақ тіліндегі тапсырманы орыс тілінен гөрі түрік тілінен үйренген жақсы ма?",
    },
    design={
        "en": "Names, topics and parts of speech are learned from as many Turkish or Russian sentences, then from 0 to all Kazakh ones, and asked in Kazakh; Turkish also in Cyrillic, Kazakh also in Latin letters.",
        "ru": "Имена, темы и части речи изучаются на равном числе турецких или русских предложений, затем на казахских — от нуля до всех, и проверяются на казахском; турецкий также в кириллице, казахский также в латинице.",
        "kk": "Атаулар, тақырыптар және сөз таптары саны бірдей түрік не орыс сөйлемдерінен, одан кейін қазақ сөйлемдерінен (нөлден бәріне дейін) үйретіліп, қазақ тілінде тексеріледі; түрік тілі кирилл жазуында да, қазақ тілі латын жазуында да беріледі.",
    },
    protocols={"sample": SAMPLE, "laptop": LAPTOP, "full": FULL},
    systems={
        "sample": _systems(MINI),
        "laptop": (*_systems(LINEAR, NETWORKS), *UNNAMED),
        "full": (*_systems(LARGE), *UNNAMED),
    },
    present=present,
    read=read,
    expect=expect,
    fits=fits,
    citations=("sib-200-2023", "kaznerd-2021", "turkish-wiki-ner-2026", "wikineural-2021"),
)
