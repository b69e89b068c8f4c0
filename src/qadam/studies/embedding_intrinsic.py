"""Can Kazakh word vectors be compared without a downstream task?

Problem  embedding-intrinsic (pain point: there is no Kazakh set of analogies or of word similarities)
Design   Analogies: ten inflectional relations made from paradigms, twelve derivational and encyclopaedic ones written for
         this; vectors trained here on 1.28 million words, with three seeds where training is random, between two floors:
         random vectors and shared letters. A question word that vectors do not know is counted wrong, and left out.
         Similarity: Spearman's correlation with human scores, all pairs and known pairs. For Kazakh there are none yet
         (docs/simlex-protocol.md says how to get them; English scores are never Kazakh gold), so that the method is
         shown on Turkish and English, where there are: a random floor must be near zero, trained vectors above it, and
         subwords must help where words are inflected and rare.
Rule     a set is usable if raters agree (the rank correlation of a rater with the others is at least .65), at most 5 % of
         it is unknown to the vectors, and the ranking of systems is stable (Kendall's tau with resampled items at least .7
         on average); else inconclusive. Nobody has rated Kazakh pairs, so the first part cannot be judged: the
         verdict stays inconclusive, and says how the other two stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from qadam.metrics import similarity as s
from qadam.stats.draw import evenly
from qadam.stats.interval import resample
from qadam.stats.stability import stability
from qadam.terms import (
    Analogy,
    Cell,
    Condition,
    Handover,
    Item,
    Lookup,
    Protocol,
    Rule,
    Ruling,
    Study,
    Synthesis,
    Verdict,
    WordPair,
    Zone,
)

MOST_UNKNOWN = 0.05  # share of a set with a word that vectors do not know, above which it says little about them

INFLECTION = {
    "noun_plural": "a noun, its plural",
    "noun_genitive": "a noun, its genitive",
    "noun_dative": "a noun, its dative",
    "noun_accusative": "a noun, its accusative",
    "noun_locative": "a noun, its locative",
    "noun_possessed": "a noun, the same possessed by a third person",
    "possessed_locative": "a possessed noun, its locative",
    "verb_past": "a verb, its past",
    "verb_participle": "the past of a verb, its past participle",
    "verb_converb": "a verb, its converb",
}
DERIVATION = {
    "agent_noun": "балық, балықшы: who works with it",
    "privative": "су, сусыз: without it",
    "possessive_adjective": "күш, күшті: having it",
    "abstract_noun": "дос, достық: being it",
    "fellow": "ауыл, ауылдас: of the same one",
    "doer": "оқу, оқушы: who does it",
}
ENCYCLOPAEDIC = {
    "country_capital": "a country, its capital",
    "country_people": "a country, its people",
    "animal_young": "an animal, its young",
    "male_female": "he, she",
    "antonym": "a word, its opposite",
    "month_season": "a month, its season",
}
HALVES = {"inflection": INFLECTION, "derivation": DERIVATION, "encyclopaedic": ENCYCLOPAEDIC}
ANALOGIES = tuple(f"analogies-mini/{half}" for half in HALVES)
RATED = ("anlamver/all", "wordsimtr/all", "simlex-999/all")

ALL = Condition("all", "every relation of the set", datasets=ANALOGIES)
RELATIONS = tuple(
    Condition(name, description, datasets=(f"analogies-mini/{half}",))
    for half, relations in HALVES.items()
    for name, description in relations.items()
)
PAIRS = Condition("pairs", "the cosine of two words", datasets=(*RATED, "similarity-mini/all"))

ASKED = (*s.analogies, *s.analogies_known, s.oov_questions)
METRICS = (
    *(replace(metric, conditions=(ALL.name, *(c.name for c in RELATIONS))) for metric in ASKED),
    *(replace(metric, conditions=(PAIRS.name,)) for metric in (s.spearman, s.spearman_known, s.oov_pairs)),
)


def settle(rows: Mapping[Cell, Sequence[Mapping[str, Any]]], protocol: Protocol) -> Ruling:
    """How the parts of the rule stand that need no raters: unknown words and the stability of the ranking, set by set."""
    rule = protocol.rule
    assert rule is not None
    reasons = [
        "Not judged: how well people agree. Nobody has rated Kazakh pairs; at least ten native raters of one set are "
        "needed (docs/simlex-protocol.md)."
    ]
    for name in (d for d in protocol.datasets if d in ANALOGIES):
        cells = {
            c.system: rows[c] for c in rows if (c.dataset, c.condition, c.seed) == (name, ALL.name, protocol.seeds[0])
        }
        if len(cells) < 2:
            continue
        unknown = [1 - sum(row["known"] for row in found) / len(found) for found in cells.values()]
        scored = [_solved(found, protocol) for found in cells.values()]
        tau = stability([value for value, _ in scored], [draws for _, draws in scored], alpha=rule.alpha)
        reasons.append(
            f"{name}: {min(unknown):.1%} to {max(unknown):.1%} unknown, {MOST_UNKNOWN:.0%} allowed; the ranking of {len(cells)} systems is "
            f"kept with tau {tau.value:.2f} [{tau.low:.2f}, {tau.high:.2f}], {rule.supported.low:g} asked."
        )
    return Ruling(Verdict("inconclusive", None, None, None, None, tuple(reasons)))


def _solved(rows: Sequence[Mapping[str, Any]], protocol: Protocol) -> tuple[float, Any]:
    """The share of analogies solved by 3CosAdd and its draws, the same pairs in each draw for every system."""
    columns = {name: [row[name] for row in rows] for name in ("right_3CosAdd", "questions")}
    pairs, draws = [row["group"] for row in rows], int(protocol.limits["resamples"])
    drawn = resample(columns, groups=pairs, resamples=draws, seed=protocol.seeds[0])
    return drawn.scored(s.analogies[0].score)


RULE = Rule(
    claim={
        "en": "A Kazakh set of analogies and rated pairs is usable to compare word vectors.",
        "ru": "Казахский набор аналогий и оценённых пар пригоден для сравнения векторов слов.",
        "kk": "Қазақша аналогиялар мен бағаланған жұптар жинағы сөз векторларын салыстыруға жарайды.",
    },
    dataset=ANALOGIES[0],
    condition=ALL.name,
    effects=("stability",),
    supported=Zone(low=0.7),
    refuted=(),
    synthesis=Synthesis(
        settle,
        asks=(
            {
                "en": "Usable if raters agree (rho at least .65), at most 5 % of a set is unknown to the vectors, and the ranking of systems is stable (Kendall's tau at least .7 on resampled items); else inconclusive.",
                "ru": "Пригодно, если оценщики согласны (ро не ниже 0,65), векторам неизвестно не более 5 % набора, а порядок систем устойчив (тау Кендалла на перевыборках не ниже 0,7); иначе не решено.",
                "kk": "Бағалаушылар келіссе (ро кемінде 0,65), жиынның 5 %-дан аспайтын бөлігі векторларға белгісіз болса және жүйелердің реті орнықты болса (қайта іріктемелерде Кендаллдың τ коэффициенті кемінде 0,7), жарамды; әйтпесе шешілмеді.",
            },
            {
                "en": "Nobody has rated Kazakh pairs yet, so that the first part cannot be judged; English scores never stand in for it.",
                "ru": "Казахские пары ещё никто не оценивал, поэтому первую часть судить нельзя; английские оценки её не заменяют.",
                "kk": "Қазақ жұптарын әлі ешкім бағалаған жоқ, сондықтан бірінші бөлігі бойынша үкім шығарылмайды; ағылшын бағалары оның орнына жүрмейді.",
            },
        ),
    ),
)

LAPTOP = Protocol(
    datasets=(*ANALOGIES, *RATED),
    conditions=(ALL, *RELATIONS, PAIRS),
    metrics=METRICS,
    seeds=(13, 29, 47),
    limits={"resamples": 2_000},
    rule=RULE,
    choices={"words": "search@1", "top": "1", "question words": "excluded"},
)
SAMPLE = replace(LAPTOP, datasets=(*ANALOGIES, "similarity-mini/all"), seeds=(13,), limits={"resamples": 1_000})

TRAINED = ("word2vec", "fasttext", "ppmi-svd", "random-vectors", "letters")
HERE = tuple(f"{name}-{language}" for language in ("kk", "tr", "en") for name in TRAINED)


def present(item: Item, condition: Condition) -> Analogy | WordPair | None:
    """The three words of an analogy, or the two of a pair; None for an item of another relation."""
    words = item.input["words"]
    if condition == PAIRS:
        return WordPair(*words)
    return Analogy(*words) if condition == ALL or item.fields["category"] == condition.name else None


def read(answer: Lookup, item: Item, condition: Condition) -> s.Cosine | s.Found:
    """The answer, and whether the vectors know every word of the question; for an analogy, an accepted answer too."""
    known = all(answer.knows(word) for word in item.input["words"])
    if condition == PAIRS:
        return s.Cosine(answer.value, known)
    return s.Found(answer.value, known and any(answer.knows(word) for word in item.gold))


def expect(item: Item, condition: Condition) -> object:
    """Accepted answers in the form vectors have them, in small letters; or the human score."""
    return item.gold if condition == PAIRS else tuple(word.lower() for word in item.gold)


def pairs(items: Sequence[Item], *, seed: int, count: int | None = 500) -> Iterator[Mapping[str, Any]]:
    """Pairs of words for translators and raters, each part of speech with its share; never with a score.

    Within a part of speech English scores spread the draw from alike to unlike, and that is all they are used for.
    """
    strata = [(item.fields["pos"], item.gold) for item in items]
    for at in evenly(strata, seed=seed, count=count):
        first, second = items[at].input["words"]
        yield {"id": items[at].id, "text": f"{first}, {second}", "pair": [first, second], "stratum": strata[at][0]}


STUDY = Study(
    problem="embedding-intrinsic",
    question={
        "en": "Can Kazakh word vectors be compared without a downstream task?",
        "ru": "Можно ли сравнить казахские векторы слов без прикладной задачи?",
        "kk": "Қазақ сөз векторларын қолданбалы тапсырмасыз салыстыруға бола ма?",
    },
    design={
        "en": "Analogies made from paradigms or written for this, asked of vectors trained here with three seeds; rank "
        "correlation with human scores on Turkish and English, because nobody has rated Kazakh pairs yet.",
        "ru": "Аналогии, построенные из парадигм или написанные для этого, задаются векторам, обученным здесь с тремя "
        "начальными значениями (seed); ранговая корреляция с оценками людей на турецком и английском: казахские пары ещё никто не оценил.",
        "kk": "Парадигмалардан құрылған не осы үшін жазылған аналогиялар осында үш бастапқы мәнмен (seed) үйретілген векторларға "
        "қойылады; қазақ жұптарын әлі ешкім бағаламағандықтан, адам бағаларымен рангілік корреляция түрік және ағылшын тілдерінде есептеледі.",
    },
    protocols={"sample": SAMPLE, "laptop": LAPTOP, "full": LAPTOP},
    systems={
        "sample": ("ppmi-svd-mini", "random-vectors-mini", "letters-mini"),
        "laptop": HERE,
        "full": (*HERE, "fasttext-cc-kk", "labse", "multilingual-e5-base"),
    },
    present=present,
    read=read,
    expect=expect,
    kind="re-analysis",  # the analogies are ours, and AnlamVer and SimLex have been public for years
    citations=("bats-2016", "simlex-2014", "anlamver-2018", "levy-2015"),
    hands={
        "word_translation": Handover("simlex-999/all", pairs),
        "word_similarity": Handover("similarity-mini/all", pairs),  # the pilot; then the translations people agreed on
    },
)
