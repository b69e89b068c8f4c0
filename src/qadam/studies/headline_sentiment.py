"""Does a classifier of Kazakh reviews read the sentiment of news headlines?

Problem  headline-sentiment (pain point with a testable claim)
Data     KazSAnDRA: reviews for and against, and stars, in the published splits and cleaning (what was published stands
         beside). Headlines in three classes written for Qadam: machine-written, read by no native speaker, so no
         evidence; those that people labelled come by `--coded gold.jsonl`.
Design   Reviews with three stars were dropped from the polarity task, so that nobody learned what neutral is. So headlines
         are read (a) in two classes, the neutral ones left out; (b) in three, where a headline is neutral if the classifier leans
         to neither side by more than a margin, chosen on 100 headlines and tried on the others; (c) with the classes as
         common as they seem to be here (no labels needed for that). Beside them: a model that learned on headlines, by cross-
         validation, and the most frequent class. The drop is also given from reviews with the mix of classes of the headlines.
Rule     fixed before a classifier was run on headlines: reviews do not carry over if macro-F1 (two classes) is lower by 10
         points or more with a 95 % interval beyond 5; they do if the interval lies within 5 points of none. Headlines that no
         person labelled give no verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from qadam.catalogue.readers.labels import choices
from qadam.errors import BadData
from qadam.metrics.classification import Classes, Given
from qadam.metrics.transfer import NEGATIVE, NEUTRAL, POSITIVE, SIDES, THREE, settle
from qadam.stats.draw import evenly
from qadam.terms import (
    Breakdown,
    Condition,
    Contrast,
    Document,
    Handover,
    Item,
    Profile,
    Protocol,
    Rule,
    Study,
    Synthesis,
    SystemRow,
    Tally,
    Weighed,
    Zone,
)

STARS = Classes("stars", ("0", "1", "2", "3", "4"))
AS_WORDS = {"0": NEGATIVE, "1": POSITIVE}

POLARITY, OF_STARS, HEADLINES = "kazsandra-polarity/test", "kazsandra-stars/test", "headlines-mini/headlines"

ON_REVIEWS = Condition("reviews", "reviews for and against", control=True, datasets=(POLARITY,))
ON_STARS = Condition("stars", "reviews with one to five stars", datasets=(OF_STARS,))
ON_HEADLINES = Condition("headlines", "headlines that are for or against", datasets=(HEADLINES,))
WITH_NEUTRAL = Condition("with neutral", "all headlines, in three classes", datasets=(HEADLINES,))


def _titled(en: str, ru: str, kk: str) -> dict[str, str]:
    return {"en": en, "ru": ru, "kk": kk}


RULE = Rule(
    claim={
        "en": "Classifiers trained on Kazakh reviews do not work on news headlines.",
        "ru": "Классификаторы, обученные на казахских отзывах, не работают на новостных заголовках.",
        "kk": "Қазақша пікірлерде оқытылған жіктеуіштер жаңалық тақырыптарында жұмыс істемейді.",
    },
    dataset=HEADLINES,
    condition=ON_HEADLINES.name,
    effects=("transfer_gap",),
    supported=Zone(high=-0.05),
    refuted=(Zone(-0.05, 0.05),),
    of=("sentiment-linear",),
    synthesis=Synthesis(
        settle,
        asks=(
            _titled(
                "Supported if macro-F1 on headlines for or against is at least 10 points below that on reviews, with a 95 % interval beyond 5 points; refuted if the interval lies within 5 points of no change.",
                "Подтверждено, если макро-F1 на заголовках «за» и «против» хотя бы на 10 пунктов ниже, чем на отзывах, и 95 %-й интервал дальше 5 пунктов; опровергнуто, если интервал в пределах 5 пунктов от нуля.",
                "Жақтайтын не қарсы тақырыптардағы макро-F1 пікірлердегіден кемі 10 пункт төмен болып, 95 %-дық аралық 5 пункттен әрі жатса, расталды; аралық нөлден 5 пункт шегінде болса, теріске шықты.",
            ),
        ),
        titles={
            "transfer_gap": _titled("macro-F1 on headlines less that on reviews", "макро-F1 на заголовках минус на отзывах", "тақырыптардағы макро-F1 мен пікірлердегінің айырмасы"),
            "gap_same_mix": _titled("the same, reviews weighted to the headlines' mix of classes", "то же, отзывы взвешены по составу классов заголовков", "сол, пікірлер тақырыптардың топ құрамына теңестірілген"),
            "prior_corrected_f1": _titled("macro-F1 on headlines, probabilities corrected for how common classes are", "макро-F1 на заголовках с поправкой на частоты классов", "топтардың жиілігіне түзетілген макро-F1, тақырыптарда"),
            "selective_f1": _titled("macro-F1 in three classes, neutral where the classifier leans to no side", "макро-F1 по трём классам, нейтрально без уклона в сторону", "үш топтық макро-F1, ешбір жаққа ауытқымаса — бейтарап"),
        },
    ),
)  # fmt: skip


def carried(prediction: Given) -> Iterable[str]:
    """The words that spoke for a class that was right."""
    return prediction.words if prediction.label == prediction.gold else ()


def misled(prediction: Given) -> Iterable[str]:
    """The words that spoke for a class that was wrong."""
    return prediction.words if prediction.gold and prediction.label != prediction.gold else ()


TALLIES = (
    Tally("carried", _titled("words that carry over: they spoke for the right class", "слова, которые переносятся: говорили за верный класс", "ауысатын сөздер: дұрыс топты көрсеткен"), carried, least=2, conditions=(ON_HEADLINES.name,)),
    Tally("misled", _titled("words that mislead: they spoke for the wrong class", "слова, которые обманывают: говорили за неверный класс", "адастыратын сөздер: теріс топты көрсеткен"), misled, least=2, conditions=(ON_HEADLINES.name,)),
)  # fmt: skip

LAPTOP = Protocol(
    datasets=(POLARITY, OF_STARS, HEADLINES),
    conditions=(ON_REVIEWS, ON_STARS, ON_HEADLINES, WITH_NEUTRAL),
    metrics=(
        *SIDES.metrics((ON_REVIEWS.name, ON_HEADLINES.name)),
        *THREE.metrics((WITH_NEUTRAL.name,)),
        *STARS.metrics((ON_STARS.name,)),
    ),
    contrasts=tuple(
        Contrast(f"mcnemar_{key}", _titled(*titles), "polarity_accuracy", by="mcnemar", unit="p", system=system, conditions=(ON_HEADLINES.name,))
        for key, system, titles in (
            ("majority", "sentiment-majority", ("McNemar's p against the most frequent class", "p Макнемара против самого частого класса", "ең жиі топқа қарсы МакНемар p-мәні")),
            ("in_domain", "headlines-linear", ("McNemar's p against the model trained on headlines", "p Макнемара против модели, обученной на заголовках", "тақырыптарда оқытылған модельге қарсы МакНемар p-мәні")),
        )
    ),
    limits={"resamples": 2_000, "characters": 3e6, "epochs": 3, "taught": 4e6},
    rule=RULE,
    choices={"text": "kazsandra@1", "gold": "written"},
    by=(Breakdown("domain", _titled("domain", "область", "сала")),),
    tallies=TALLIES,
)  # fmt: skip
_MINI = "headlines-mini/reviews"
SAMPLE = replace(
    LAPTOP,
    datasets=(_MINI, HEADLINES),
    conditions=(replace(ON_REVIEWS, datasets=(_MINI,)), ON_HEADLINES, WITH_NEUTRAL),
    metrics=tuple(m for m in LAPTOP.metrics if ON_STARS.name not in m.conditions),
    rule=replace(RULE, of=("reviews-linear-mini",)),
)
FULL = replace(LAPTOP, rule=replace(RULE, of=("sentiment-linear", "rembert-sentiment")))
SYSTEMS = (
    "sentiment-linear", "sentiment-vectors", "sentiment-network", "rembert-sentiment", "stars-linear",
    "sentiment-majority", "headlines-linear", "headlines-majority",
)  # fmt: skip


def present(item: Item, condition: Condition) -> Document | None:
    """The text; for two classes only if it is for or against, for all only if somebody has labelled it."""
    gold = expect(item, condition)
    return (
        None if gold is None or (condition.name == ON_HEADLINES.name and gold == NEUTRAL) else Document(str(item.input))
    )


def expect(item: Item, condition: Condition) -> str | None:
    """The label: of a review a word for 0 and 1, of a headline what people or we said."""
    row = item.fields.get("row")
    label = item.gold if row is None else _decided(row)
    return label if label is None or condition.name == ON_STARS.name else AS_WORDS.get(str(label), str(label))


def _decided(row: Mapping[str, Any]) -> Any:
    if not {"gold", "label"} & set(row):
        raise BadData("BadData: no column 'label' says what it is.", f"Add one: {', '.join(THREE.labels)}.")
    gold = row.get("gold", row.get("label"))
    return gold.get("label") if isinstance(gold, Mapping) else gold


def read(answer: Weighed | str, item: Item, condition: Condition) -> Given:
    """The label in the words of the study, and what the classifier says of itself if it does."""
    said = answer if isinstance(answer, Weighed) else Weighed(str(answer), {})
    names = {} if condition.name == ON_STARS.name else AS_WORDS
    chances = {names.get(label, label): chance for label, chance in said.chances.items()}
    label = names.get(said.label, said.label)
    if condition.name == ON_HEADLINES.name and NEUTRAL in chances:  # who knows neutral chooses between the other two
        chances = {side: chances[side] / (1 - chances[NEUTRAL]) for side in SIDES.labels}
        label = max(chances, key=lambda side: chances[side])
    return Given(label, chances or None, said.words, str(expect(item, condition)))


def fits(row: SystemRow, condition: Condition) -> bool:
    """Who learned stars is asked for stars; who learned on headlines says nothing of reviews."""
    learned = row.options.get("of", "reviews")
    asked: dict[str, bool] = {
        ON_STARS.name: learned == "stars",
        ON_REVIEWS.name: learned == "reviews",
        ON_HEADLINES.name: learned in ("reviews", "headlines"),
        WITH_NEUTRAL.name: learned in ("reviews", "headlines"),
    }
    return asked[condition.name]


def labelled(path: Path) -> Study:
    """The study with headlines that people labelled; a label outside the three is an error that names the row."""
    choices(path, allowed=THREE.labels)
    protocols: dict[Profile, Protocol] = {
        profile: on_headlines(protocol, f"file:{path}/all", beside=True, gold="people")
        for profile, protocol in STUDY.protocols.items()
        if profile != "sample"
    }
    return replace(STUDY, protocols=protocols)


def on_headlines(protocol: Protocol, name: str, *, beside: bool = False, gold: str = "brought") -> Protocol:
    """The protocol with other headlines, in place of those written for Qadam or beside them; the rule speaks of the others."""
    own, ours = {ON_HEADLINES.name, WITH_NEUTRAL.name}, (HEADLINES,) if beside else ()
    return replace(
        protocol,
        datasets=(*(d for d in protocol.datasets if d != HEADLINES), *ours, name),
        conditions=tuple(replace(c, datasets=(*ours, name)) if c.name in own else c for c in protocol.conditions),
        rule=replace(protocol.rule, dataset=name) if protocol.rule else None,
        choices={**protocol.choices, "gold": gold},
    )


def to_label(items: Sequence[Item], *, seed: int, count: int | None = None) -> Iterator[Mapping[str, Any]]:
    """News sentences short enough for a headline, every one with the same chance; source and licence go along."""
    short = [item for item in items if len(str(item.input).split()) <= 12]
    for at in evenly([0] * len(short), seed=seed, count=count):
        yield {
            "id": short[at].id,
            "text": str(short[at].input),
            "source": NEWS,
            "licence": "none stated",
            "language": "kk",
        }


NEWS = "web-news/all"

STUDY = Study(
    problem="headline-sentiment",
    question=_titled(
        "Does a classifier of Kazakh reviews read the sentiment of news headlines?",
        "Понимает ли классификатор казахских отзывов тональность новостных заголовков?",
        "Қазақша пікірлердің жіктеуіші жаңалық тақырыптарының реңкін түсіне ме?",
    ),
    design=_titled(
        "Classifiers trained on KazSAnDRA are tested on its published test part and on headlines: in two classes, in three with a margin for neutral, and with corrected class frequencies, beside a model trained on headlines.",
        "Классификаторы, обученные на KazSAnDRA, проверяются на её опубликованной тестовой части и на заголовках: по двум классам, по трём с порогом нейтральности и с поправкой частот классов, рядом с моделью, обученной на заголовках.",
        "KazSAnDRA-да оқытылған жіктеуіштер оның жарияланған тест бөлігінде және тақырыптарда тексеріледі: екі топпен, бейтарап аралығы бар үш топпен және топ жиілігі түзетіліп; қатарында тақырыптарда оқытылған модель.",
    ),
    protocols={"sample": SAMPLE, "laptop": LAPTOP, "full": FULL},
    systems={
        "sample": ("reviews-linear-mini", "reviews-majority-mini", "headlines-linear"),
        "laptop": SYSTEMS,
        "full": SYSTEMS,
    },
    present=present,
    read=read,
    expect=expect,
    fits=fits,
    labelled=labelled,
    own=on_headlines,
    hands={"sentiment3": Handover(NEWS, to_label)},
    kind="re-analysis",
    citations=("saerens-2002", "guo-2017"),
)
