"""Do bytes serve a Kazakh model better than BPE, because the language glues so many endings to a stem?

Problem  byte-vs-bpe (hypothesis, unverified)
Design   the same network on bytes and on BPE of 8,192, three seeds, in two views: at equal text (the same characters are shown to
         both; bytes then take about five times the work), and at equal work (`--view flops`). Four tasks: bits per byte of a causal
         model, names (KazNERD, strict), the same names typed without the letters of Kazakh, reviews for or against (mean of the
         recalls). Beside them characters, and how fast each reads.
Rule     fixed before any run. Supported if bytes are better by more than the margin (1 point; 0.01 bits per byte), whole intervals
         across seeds, on three tasks; refuted if they are equivalent to BPE within it, or worse, on three. A task on which
         nobody is above chance is dropped. The claim speaks of equal work: at equal text the verdict is that of equal text.
         Inflection, the dossier's fifth task, has no arm yet.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from qadam.metrics import trained
from qadam.metrics.arms import Contest, Task, gain
from qadam.metrics.trained import (
    CUTTING,
    GAPS,
    LANGUAGE,
    NAMES,
    NOISY,
    OPINIONS,
    READING,
    SAMPLE_TEXT,
    SEEDS,
    TEXT,
    at_equal_work,
)
from qadam.terms import Protocol, Rule, Study, Synthesis, Zone

CONDITIONS = (CUTTING, LANGUAGE, GAPS, READING, NAMES, NOISY, OPINIONS)
LEARNED = {"bpe": "network-bpe-8k", "bytes": "network-bytes"}
COUNTED = {"bpe": "counted-bpe-8k", "bytes": "counted-bytes"}
LARGE = {"bpe": "network-bpe-32k", "bytes": "network-bytes-large"}
SMALL, SMALL_COUNTED = (
    {"bpe": "network-bpe-mini", "bytes": "network-bytes-mini"},
    {"bpe": "counted-bpe-mini", "bytes": "counted-bytes-mini"},
)

ASKS = (
    {
        "en": "Stands if bytes are better than BPE by more than the margin, whole intervals across seeds, on enough tasks.",
        "ru": "Верно, если байты лучше BPE больше чем на допуск, по всему интервалу и всем начальным значениям, на достаточном числе задач.",
        "kk": "Байттар BPE-ден шектен артық жақсы болса (бастапқы мәндер бойынша бүкіл аралық), тапсырмалар саны жеткенде тұжырым расталады.",
    },
    {
        "en": "Falls if they are equivalent within the margin, or worse, on as many tasks; otherwise inconclusive.",
        "ru": "Опровергнуто, если на стольких же задачах они равны в пределах допуска или хуже; иначе вывода нет.",
        "kk": "Сонша тапсырмада шек ішінде тең не нашар болса, теріске шығады; әйтпесе қорытынды жоқ.",
    },
)


def protocol(
    tasks: dict[str, tuple[str, Task]], families: dict[str, dict[str, str]], *, needs: tuple[int, int]
) -> Protocol:
    """The same protocol for other networks: task and its metric by name, families, wins and seeds that a verdict needs."""
    measured, judged = tuple(task for _, task in tasks.values()), next(iter(families.values()))
    datasets = tuple(dict.fromkeys(task.dataset for task in measured))
    return Protocol(
        datasets=datasets,
        conditions=tuple(c for c in CONDITIONS if set(c.datasets) & set(datasets)),
        metrics=trained.METRICS,
        seeds=SEEDS,
        choices=trained.CHOICES,
        limits={"resamples": 10_000, "characters": 2_000_000, "taught": 2_500_000},
        rule=Rule(
            claim="Bytes serve a Kazakh model better than BPE.",
            dataset=measured[0].dataset,
            condition=measured[0].condition,
            effects=(gain(measured[0].name, "bpe"),),
            supported=Zone(low=measured[0].margin),
            refuted=(Zone(high=measured[0].margin),),
            synthesis=Synthesis(
                settle=Contest(measured, families, challengers=("bytes",), against=("bpe",), needs=needs),
                asks=ASKS,
                contrasts=tuple(
                    trained.contrast(task, "bpe", metric=metric, system=judged["bpe"])
                    for metric, task in tasks.values()
                ),
            ),
        ),
    )


TASKS = {
    "language": ("bits_per_byte", trained.bits(TEXT, over="bytes")),
    "names": ("f1", trained.named(0.01)),
    "noisy": ("f1", trained.named(0.01, noisy=True)),
    "opinions": ("macro_recall", trained.opinions(0.01)),
}
LAPTOP = protocol(TASKS, {"networks": LEARNED, "counted": COUNTED}, needs=(3, 3))
FULL = replace(
    protocol(TASKS, {"networks": LARGE}, needs=(3, 5)),
    seeds=(13, 14, 15, 16, 17),
    limits={"resamples": 10_000, "characters": 100_000_000, "taught": 8_000_000},
)
SAMPLE = replace(
    protocol(
        {"language": ("bits_per_byte", trained.bits(SAMPLE_TEXT, over="bytes"))},
        {"counted": SMALL_COUNTED, "networks": SMALL},
        needs=(1, 1),
    ),
    limits={"resamples": 10_000, "characters": 30_000, "batch": 4},
)

STUDY = Study(
    problem="byte-vs-bpe",
    question={
        "en": "Do bytes serve a Kazakh model better than BPE?",
        "ru": "Лучше ли байты служат казахской модели, чем BPE?",
        "kk": "Байттар қазақ моделіне BPE әдісінен жақсырақ қызмет ете ме?",
    },
    design={
        "en": "The same network on bytes and on BPE, several seeds, at equal text or at equal work; text to foretell, names in clean and noisy text, reviews.",
        "ru": "Одна и та же сеть на байтах и на BPE, несколько начальных значений, при равном тексте или равном объёме вычислений; предсказание текста, имена в чистом и искажённом тексте, отзывы.",
        "kk": "Бір желі байттарда және BPE-де, бірнеше бастапқы мән, мәтін тең не есептеу көлемі тең; мәтінді болжау, таза әрі бұрмаланған мәтіндегі атаулар, пікірлер.",
    },
    protocols={"sample": SAMPLE, "laptop": LAPTOP, "full": FULL},
    systems={
        "sample": (*SMALL_COUNTED.values(), "counted-characters-mini", *SMALL.values()),
        "laptop": (*COUNTED.values(), "counted-characters", *LEARNED.values()),
        "full": tuple(LARGE.values()),
    },
    present=trained.present,
    read=trained.read,
    expect=trained.expect,
    fits=trained.fits,
    views={"flops": partial(at_equal_work, operations=2e12)},
    citations=("kazbyte-2026", "byte-premium-2024", "bpe-2016"),
)
