"""Does a larger vocabulary make a Kazakh language model clearly better?

Problem  vocab-size (hypothesis, unverified)
Design   BPE vocabularies of rising size on the same text, in two regimes, for "larger" can mean two things: all networks have
         the same body, so that the larger vocabulary adds weights; or all have the same number of weights in total, so that it
         takes them from the body. The largest vocabulary is the same network in both. The same characters are shown to all,
         never the same number of tokens. Measured: names (KazNERD, strict), bits per character (perplexity of two vocabularies
         cannot be compared), tokens per word, characters read in a second. Labels are taught to the language model itself.
Rule     fixed before any run, on the straight line over the logarithm of the size, seeds and items in one interval. Supported if
         in both regimes F1 of names rises, whole interval, and gains at least 1 point from the smallest vocabulary to the
         largest; refuted if in both the gain is shown to be within half a point of none. A comparison of 50,000 to 300,000
         units by others was public: its outcome is not used.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from math import log2

from qadam.metrics import trained
from qadam.metrics.arms import Ladders, Task, Trend, gain
from qadam.metrics.trained import CUTTING, LANGUAGE, NAMES, READING, SAMPLE_TEXT, SEEDS, TEXT, at_equal_work
from qadam.terms import Protocol, Rule, Study, Synthesis, Zone

BODY, TOTAL = "same body", "same total"
Families = dict[str, tuple[dict[str, str], Ladders]]  # arms by role, and the roles of each regime


def ladders(*sizes: int) -> Ladders:
    """The roles of each regime with the logarithm of their size; the largest vocabulary has the same role in both."""
    rungs = {named(size): log2(size) for size in sizes}
    last = named(sizes[-1])
    return {
        BODY: {role if role == last else f"{role}-body": x for role, x in rungs.items()},
        TOTAL: {role if role == last else f"{role}-total": x for role, x in rungs.items()},
    }


def named(size: int) -> str:
    """A size as the rows write it: 8,192 is 8k."""
    return f"{size // 1024}k" if size >= 1024 else str(size)


def family(prefix: str, rungs: Ladders) -> dict[str, str]:
    """The systems of a family by their role."""
    return {role: f"{prefix}-vocabulary-{role}" for roles in rungs.values() for role in roles}


def counted(*sizes: int) -> tuple[dict[str, str], Ladders]:
    """Models that count have no weights to share out: one regime."""
    rungs = {named(size): log2(size) for size in sizes}
    return {role: f"counted-vocabulary-{role}" for role in rungs}, {"counts": rungs}


SIZES, LARGE_SIZES, SMALL_SIZES = (2048, 8192, 32768), (16384, 32768, 65536), (300, 500, 800)
COUNTED, COUNTS = counted(*SIZES)
SMALL, SMALL_COUNTS = counted(*SMALL_SIZES)
LEARNED, LARGE = family("network", ladders(*SIZES)), family("large", ladders(*LARGE_SIZES))

ASKS = (
    {
        "en": "Stands if in every regime F1 of names rises with the logarithm of the size, whole interval across seeds, by at least the margin from the smallest vocabulary to the largest.",
        "ru": "Верно, если в каждом режиме F1 имён растёт с логарифмом размера, по всему интервалу и всем начальным значениям, и от наименьшего словаря до наибольшего не меньше чем на допуск.",
        "kk": "Әр режимде атаулар F1-і көлемнің логарифмімен бірге өссе (бастапқы мәндер бойынша бүкіл аралық) және ең шағын сөздіктен ең үлкеніне дейін шектен кем өспесе, тұжырым расталады.",
    },
    {
        "en": "Falls if in every regime the gain is shown to be within half the margin of none; otherwise inconclusive.",
        "ru": "Опровергнуто, если в каждом режиме показано, что выигрыш отличается от нуля не больше чем на полдопуска; иначе вывода нет.",
        "kk": "Әр режимде өсімнің нөлден жарты шектен артық айырмасы жоқтығы көрсетілсе, теріске шығады; әйтпесе қорытынды жоқ.",
    },
)


def protocol(tasks: dict[str, Task], families: Families, *, seeds: int) -> Protocol:
    """The same protocol for other vocabularies; the first task and the first family decide."""
    datasets = tuple(dict.fromkeys(task.dataset for task in tasks.values()))
    first, (_, rungs) = next(iter(tasks.values())), next(iter(families.values()))
    return Protocol(
        datasets=datasets,
        conditions=tuple(c for c in (CUTTING, LANGUAGE, READING, NAMES) if set(c.datasets) & set(datasets)),
        metrics=trained.METRICS,
        seeds=SEEDS,
        choices=trained.CHOICES,
        limits={"resamples": 10_000, "characters": 8_000_000, "taught": 2_500_000, "batch": 8},
        rule=Rule(
            claim={
                "en": "A larger vocabulary makes a Kazakh language model clearly better.",
                "ru": "Больший словарь явно улучшает казахскую языковую модель.",
                "kk": "Үлкенірек сөздік қазақ тілі моделін айқын жақсартады.",
            },
            dataset=first.dataset,
            condition=first.condition,
            effects=tuple(gain(first.name, regime) for regime in rungs),
            supported=Zone(low=first.margin),
            refuted=(Zone(-first.margin / 2, first.margin / 2),),
            synthesis=Synthesis(
                settle=Trend(tuple(tasks.values()), families, seeds=seeds),
                asks=ASKS,
                contrasts=tuple(
                    trained.contrast(task, regime, metric=metric, system=arms[next(iter(ladder))])
                    for metric, task in tasks.items()
                    for arms, ladders_of in families.values()
                    for regime, ladder in ladders_of.items()
                ),
            ),
        ),
    )


TASKS = {"f1": trained.named(0.01), "bits_per_character": trained.bits(TEXT)}
LAPTOP = protocol(TASKS, {"networks": (LEARNED, ladders(*SIZES)), "counted": (COUNTED, COUNTS)}, seeds=3)
FULL = replace(
    protocol(TASKS, {"networks": (LARGE, ladders(*LARGE_SIZES))}, seeds=5),
    seeds=(13, 14, 15, 16, 17),
    limits={"resamples": 10_000, "characters": 400_000_000, "taught": 8_000_000},
)
SAMPLE = replace(
    protocol({"bits_per_character": trained.bits(SAMPLE_TEXT)}, {"counted": (SMALL, SMALL_COUNTS)}, seeds=1),
    limits={"resamples": 10_000, "characters": 30_000},
)

STUDY = Study(
    problem="vocab-size",
    question={
        "en": "Does a larger vocabulary make a Kazakh language model clearly better?",
        "ru": "Становится ли казахская языковая модель заметно лучше с большим словарём?",
        "kk": "Үлкен сөздік қазақ тілдік моделін айтарлықтай жақсарта ма?",
    },
    design={
        "en": "BPE vocabularies of rising size on the same characters, once with the same body and once with the same number of weights in total; several seeds.",
        "ru": "Словари BPE растущего размера на одних и тех же символах: один раз с одинаковым телом сети, другой раз с одинаковым общим числом весов; несколько начальных значений.",
        "kk": "Бірдей таңбаларда көлемі өсе беретін BPE сөздіктері: бір рет желінің денесі бірдей, бір рет салмақтардың жалпы саны бірдей; бірнеше бастапқы мән.",
    },
    protocols={"sample": SAMPLE, "laptop": LAPTOP, "full": FULL},
    systems={
        "sample": tuple(SMALL.values()),
        "laptop": (*COUNTED.values(), *dict.fromkeys(LEARNED.values())),
        "full": tuple(dict.fromkeys(LARGE.values())),
    },
    present=trained.present,
    read=trained.read,
    expect=trained.expect,
    fits=trained.fits,
    views={"flops": partial(at_equal_work, operations=8e12)},
    citations=("sozkz-2026", "kaztok-2026", "bpe-2016"),
)
