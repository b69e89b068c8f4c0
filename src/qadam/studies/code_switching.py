"""How often do people who write Kazakh switch to Russian?

Problem  code-switching (pain point with a testable claim)
Data     Reviews as they were written (KazSAnDRA, raw text); sentences with the language of every token, written for
         Qadam: on their test half the tagger is judged (same authors; its costs were chosen on the dev half).
Design   A tagger labels every white-space token kk, ru, mixed (Russian stem, Kazakh suffix), other or ambiguous; loans
         that are established in Kazakh (a frozen list) are kk. A text is Kazakh-containing if it has a kk or mixed token and
         switched if it also has a ru or mixed one. Texts, words, phrases, switch points, CMI and I-index are reported
         by domain and stars, and with them the most frequent switched words (each counted once a review, and none that
         stands in fewer than twenty); texts in two scripts, and Kazakh in Russian letters, have numbers of their own.
Rule     fixed before the tagger was written: switching is common if among Kazakh-containing reviews the lower end of the
         95 % interval of the switched ones lies above 10 %, and it is not if the upper end lies below 5 %. The share is
         that of the tagger on all reviews corrected by a random sample that people labelled (prediction-powered
         inference). Without such a sample nobody knows how many of the switches are errors of the tagger, so there is
         no verdict and the report says what the classifier alone would give.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from qadam.catalogue.readers.labels import read as read_labels
from qadam.errors import Misaligned
from qadam.kazakh.codeswitch import loans_version
from qadam.metrics import switching as s
from qadam.metrics.switching import Tagged
from qadam.stats.draw import evenly
from qadam.stats.prevalence import prediction_powered
from qadam.terms import (
    Breakdown,
    Cell,
    Condition,
    Estimate,
    Handover,
    Item,
    Protocol,
    Rule,
    Ruling,
    Study,
    Synthesis,
    SystemRow,
    Tally,
    Verdict,
    Zone,
    digest,
)

OURS = "qadam-codeswitch"
LABELS_NEEDED = 400  # draw a sample of so many and the interval is at most 5 points to either side
SENTENCES = ("codeswitch-mini/test",)  # the dev half chose the tagger's costs: nothing is reported on it

LABELLED = Condition(
    "labelled",
    "sentences whose tokens were labelled by hand: the test half; same authors; dev half used for choosing costs",
    datasets=SENTENCES,
)
ALL = Condition("all", "every review", control=True, datasets=("kazsandra/score", "kazsandra/all"))


def stars(item: Item) -> str | None:
    """How many of five stars a review gave; None for other texts. The file counts them from 0."""
    return str(int(item.fields["label"]) + 1) if "label" in item.fields else None


BY = (
    Breakdown("domain", {"en": "domain", "ru": "область", "kk": "сала"}),
    Breakdown("stars", {"en": "stars", "ru": "число звёзд", "kk": "жұлдыз саны"}, stars),
)
TALLIES = (
    Tally(
        "russian_words",
        {
            "en": "most frequent Russian words in Kazakh-containing texts",
            "ru": "самые частые русские слова в текстах, содержащих казахский",
            "kk": "қазақшасы бар мәтіндердегі ең жиі орыс сөздері",
        },
        s.russian_words,
        conditions=(ALL.name,),
    ),
    Tally(
        "mixed_words",
        {
            "en": "most frequent Russian stems with Kazakh suffixes",
            "ru": "самые частые русские основы с казахскими аффиксами",
            "kk": "қазақ қосымшасы жалғанған ең жиі орыс түбірлері",
        },
        s.mixed_forms,
        conditions=(ALL.name,),
    ),
)


def settle(rows: Mapping[Cell, Sequence[Mapping[str, Any]]], protocol: Protocol) -> Ruling:
    """The share of switched texts among the Kazakh-containing ones, and what the rule makes of it."""
    rule = protocol.rule
    assert rule is not None
    cell = Cell(rule.dataset, OURS, rule.condition, protocol.seeds[0])
    if cell not in rows:
        nothing = Verdict("inconclusive", None, None, None, None, (f"{cell} was not measured.",))
        return Ruling(nothing)
    texts = rows[cell]
    labelled = [row for row in texts if row["labelled"]]
    strangers = int(protocol.choices.get("coded", "0").partition("@")[0]) - len(labelled)
    if len(labelled) < 2:
        share = prediction_powered(seen := _columns(texts, "{}_texts"), seen, alpha=rule.alpha)
    else:
        gold, seen = _columns(labelled, "gold_{}"), _columns(labelled, "seen_{}")
        rest = _columns([row for row in texts if not row["labelled"]], "{}_texts")
        share = prediction_powered(gold, seen, rest=rest, alpha=rule.alpha)
    kazakh = int(sum(row["gold_kazakh" if row["labelled"] else "kazakh_texts"] for row in texts))
    loans = (
        f"The share depends on which loans count as Kazakh: here those of the frozen list, version {loans_version()}."
    )
    says = rule.outcome([(share.low, share.high)])
    told = f"{share.value:.1%} [{share.low:.1%}, {share.high:.1%}]"
    if labelled:
        reasons: tuple[str, ...] = (
            f"{told} of the {kazakh:,} Kazakh-containing texts (of {len(texts):,}) are switched, by {len(labelled)} texts with "
            f"labels: {says}.",
            loans,
        )
    else:
        reasons = (
            "Classifier only: no random sample of these reviews has been labelled, so how many of the switches are "
            f"errors of the tagger is unknown. {LABELS_NEEDED} labelled reviews would correct the share.",
            f"The classifier alone finds {told} of the {kazakh:,} Kazakh-containing texts (of {len(texts):,}) switched, by which "
            f"the claim would be {says}; the interval covers the draw of reviews and none of the tagger's errors.",
            loans,
        )
    if strangers > 0:
        reasons = (f"{strangers} of the labelled texts are not among these reviews, by their ids.", *reasons)
    verdict = Verdict(says if labelled else "inconclusive", share.value, share.low, share.high, None, reasons)
    estimate = Estimate(
        "prevalence", rule.dataset, OURS, rule.condition, *share, n=kazakh, unit="share 0-1"
    )  # fmt: skip
    return Ruling(verdict, (estimate,))


def _columns(rows: Sequence[Mapping[str, Any]], name: str) -> np.ndarray:
    """Per text: whether it is switched, and whether it counts because it holds Kazakh."""
    return np.array([[row[name.format("switched")], row[name.format("kazakh")]] for row in rows]).reshape(-1, 2)


RULE = Rule(
    claim={
        "en": "Kazakh texts of everyday life often switch to Russian.",
        "ru": "Казахские тексты повседневной жизни часто переключаются на русский.",
        "kk": "Күнделікті өмірдегі қазақ мәтіндері орысшаға жиі ауысады.",
    },
    dataset="kazsandra/score",
    condition=ALL.name,
    effects=("prevalence",),
    supported=Zone(low=0.10),
    refuted=(Zone(high=0.05),),
    of=(OURS,),
    synthesis=Synthesis(
        settle,
        asks=(
            {
                "en": "Supported if among Kazakh-containing reviews the 95 % interval of the share of switched ones lies above 10 %; refuted if it lies below 5 %; otherwise inconclusive.",
                "ru": "Подтверждено, если 95 %-й интервал доли отзывов с переключением среди содержащих казахский лежит выше 10 %; опровергнуто, если ниже 5 %; иначе неясно.",
                "kk": "Қазақшасы бар пікірлердің ішінде тіл ауысқандары үлесінің 95 %-дық аралығы 10 %-дан жоғары болса, расталды; 5 %-дан төмен болса, теріске шықты; әйтпесе белгісіз.",
            },
            {
                "en": "The share is the tagger's on all reviews, corrected by the labels of a random sample; without labels there is no verdict.",
                "ru": "Доля берётся по автоматической разметке всех отзывов и исправляется по ручной разметке случайной выборки; без неё вердикта нет.",
                "kk": "Үлес барлық пікірді белгілеуіш бойынша алынып, кездейсоқ іріктеменің белгілерімен түзетіледі; белгілер болмаса, үкім шығарылмайды.",
            },
        ),
        titles={
            "prevalence": {
                "en": "share of switched texts among Kazakh-containing ones",
                "ru": "доля текстов с переключением среди содержащих казахский",
                "kk": "қазақшасы бар мәтіндердің ішінде тіл ауысқандарының үлесі",
            }
        },
    ),
)

LAPTOP = Protocol(
    datasets=(*SENTENCES, "kazsandra/score"),
    conditions=(LABELLED, ALL),
    metrics=(*s.SWITCHING, *(replace(metric, conditions=(LABELLED.name,)) for metric in s.QUALITY)),
    limits={"resamples": 2_000},
    rule=RULE,
    choices={"text": "raw", "loans": f"v{loans_version()}", "guideline": "v1"},
    by=BY,
    tallies=TALLIES,
)
SAMPLE = replace(
    LAPTOP,
    datasets=SENTENCES,
    rule=replace(RULE, dataset=SENTENCES[0], condition=LABELLED.name),
    by=(Breakdown("kind", {"en": "kind of sentence", "ru": "вид предложения", "kk": "сөйлем түрі"}),),
    tallies=(),
)
FULL = replace(LAPTOP, datasets=(*LAPTOP.datasets, "kazsandra/all"))

TAGGERS = (OURS, "kazakh-letters", "whole-text")
OTHERS = ("lingua", "glotlid")


def present(item: Item, condition: Condition) -> str:
    """The text as it was written."""
    return str(item.input)


def read(answer: Sequence[str], item: Item, condition: Condition) -> Tagged:
    """The labels with the tokens they belong to."""
    return Tagged(tuple(str(item.input).split()), tuple(answer))


@dataclass(frozen=True)
class Expected:
    """The labels given by hand, where there are any: those of the data, and those of a file of the user's by the id of a text."""

    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __call__(self, item: Item, condition: Condition) -> Tagged | None:
        """The tokens of a text with their labels; None if nobody has labelled it."""
        tokens, labels = tuple(str(item.input).split()), self.people.get(item.id, item.gold)
        if labels and len(labels) != len(tokens):
            raise Misaligned(
                f"Misaligned: {len(labels)} labels for the {len(tokens)} tokens of the text {item.id}.",
                "One label for each token between white space; draw the texts with: qadam annotate codeswitch_tokens --as a1 --items code-switching",
            )
        return Tagged(tokens, labels) if labels else None


def fits(row: SystemRow, condition: Condition) -> bool:
    """Reviews are for the tagger alone; baselines and others are judged where there is gold."""
    return condition == LABELLED or row.id == OURS


def labelled(path: Path) -> Study:
    """The study with reviews that people labelled: these correct the share, and the file becomes part of the protocol."""
    people = read_labels(path, allowed=(*s.LANGUAGES, "other", "ambiguous"))
    mark = f"{len(people)}@{digest(sorted(people.items()))[:8]}"
    protocols = {
        profile: replace(protocol, choices={**protocol.choices, "coded": mark})
        for profile, protocol in STUDY.protocols.items()
    }
    return replace(STUDY, protocols=protocols, expect=Expected(people))


def reviews(items: Sequence[Item], *, seed: int, count: int | None = None) -> Iterator[Mapping[str, Any]]:
    """Reviews for labelling, by domain and stars as they come: every review has the same chance, so that labels need no weights."""
    strata = ["/".join(by.of(item) or "" for by in BY) for item in items]
    for at in evenly(strata, seed=seed, count=count):
        text = str(items[at].input)
        yield {
            "id": items[at].id,
            "text": text,
            "tokens": text.split(),
            "stratum": strata[at],
            "source": ALL.datasets[0],
        }


STUDY = Study(
    problem="code-switching",
    question={
        "en": "How often do people who write Kazakh switch to Russian?",
        "ru": "Как часто пишущие по-казахски переключаются на русский?",
        "kk": "Қазақша жазатындар орысшаға қаншалықты жиі ауысады?",
    },
    design={
        "en": "Every token of raw reviews is labelled Kazakh, Russian, mixed, other or ambiguous; the tagger is judged on sentences labelled by hand.",
        "ru": "Каждый токен необработанных отзывов получает метку: казахский, русский, смешанный, прочее, неоднозначный; разметчик проверяется на вручную размеченных предложениях.",
        "kk": "Өңделмеген пікірлердің әр токені қазақша, орысша, аралас, басқа не екіұшты деп белгіленеді; белгілеуіш қолмен белгіленген сөйлемдерде тексеріледі.",
    },
    protocols={"sample": SAMPLE, "laptop": LAPTOP, "full": FULL},
    systems={"sample": TAGGERS, "laptop": (*TAGGERS, *OTHERS), "full": (*TAGGERS, *OTHERS)},
    present=present,
    read=read,
    expect=Expected(),
    fits=fits,
    labelled=labelled,
    hands={"codeswitch_tokens": Handover(ALL.datasets[0], reviews)},
    kind="re-analysis",
    citations=("das-2014", "gamback-2016", "guzman-2017", "angelopoulos-2023"),
)
