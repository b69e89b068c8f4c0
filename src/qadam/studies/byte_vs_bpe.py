"""Do bytes serve a Kazakh model better than BPE, because the language glues so many endings to a stem?

Problem  byte-vs-bpe (hypothesis, unverified)
Design   the same network on bytes and on BPE of 8,192, three seeds, in two views: at equal text (the same characters are shown to
         both; bytes then take about five times the work), and at equal work (`--view flops`). Five tasks: bits per byte of a causal
         model, names (KazNERD, strict), the same names typed without the letters of Kazakh, reviews for or against (mean of the
         recalls), forms of nouns from lemma and features (UniMorph, right letter for letter, of lemmas held out). Beside them
         characters, and how fast each reads.
Rule     fixed before any run. Supported if bytes are better by more than the margin (1 point; 0.01 bits per byte), whole intervals
         across seeds, on three of five tasks; refuted if they are equivalent to BPE within it, or worse, on three. A task on which
         nobody is above chance is dropped. The claim speaks of equal work: at equal text the verdict is that of equal text.
Full     beside it, no part of the rule: ByT5 and mT5, made by one recipe, read on for the same characters of Kazakh web text. Both are
         taught KazQAD and answer its test part (F1 of words, exact match), and choose in KazMMLU by likelihood over bytes.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from qadam.metrics import accuracy, choice, overlap, trained
from qadam.metrics.arms import Contest, Task, gain
from qadam.metrics.trained import (
    CUTTING,
    FORMS,
    GAPS,
    INFLECTING,
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
from qadam.systems.training.pretrained_text import shown
from qadam.terms import NO_ANSWER, Ask, Condition, Item, Protocol, Rule, Study, Synthesis, SystemRow, Zone

ANSWERS = Condition(
    "answers", "the passage and a question are read, the answer is written", datasets=("kazqad-test/test",)
)
CHOICES = Condition("choices", "the likeliest option by byte, the others unseen", datasets=("kazmmlu/test",))
ASKED = (ANSWERS.name, CHOICES.name)
ASKED_METRICS = (
    *(replace(metric, conditions=(ANSWERS.name,)) for metric in overlap.METRICS),
    *(replace(metric, conditions=(CHOICES.name,)) for metric in accuracy.METRICS),
)
CONDITIONS = (CUTTING, LANGUAGE, GAPS, READING, NAMES, NOISY, OPINIONS, INFLECTING, ANSWERS, CHOICES)
LEARNED = {"bpe": "network-bpe-8k", "bytes": "network-bytes"}
COUNTED = {"bpe": "counted-bpe-8k", "bytes": "counted-bytes"}
LARGE = {"bpe": "network-bpe-32k", "bytes": "network-bytes-large"}
READ_ON = {"bpe": "mt5-small", "bytes": "byt5-small"}
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
        metrics=(
            *trained.METRICS,
            *(trained.OPINION_METRICS if OPINIONS.datasets[0] in datasets else ()),
            *(trained.INFLECTING_METRICS if FORMS in datasets else ()),
            *(ASKED_METRICS if set(ANSWERS.datasets) & set(datasets) else ()),
        ),
        seeds=SEEDS,
        choices=trained.CHOICES,
        limits={"resamples": 10_000, "characters": 2_000_000, "taught": 2_500_000, "inflected": 900_000, "batch": 8},
        rule=Rule(
            claim={
                "en": "Bytes serve a Kazakh model better than BPE.",
                "ru": "Байты служат казахской модели лучше, чем BPE.",
                "kk": "Байттар қазақ моделіне BPE-ден жақсы қызмет етеді.",
            },
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
    "opinions": ("polarity_macro_recall", trained.opinions(0.01)),
    "forms": ("first_form", trained.inflected(0.01)),
}
ASKED_TASKS = {
    "answers": (
        "word_f1",
        Task("F1 of answers", ANSWERS.datasets[0], ANSWERS.name, "F1 0-1", {n: (n,) for n in ("f1", "asked")}, overlap.word_f1, 0.01, chance=0.0),
    ),
    "choices": (
        "accuracy",
        Task("right choices", CHOICES.datasets[0], CHOICES.name, "share 0-1", {n: (n,) for n in ("right", "questions")}, accuracy.accuracy, 0.01, chance=0.25),
    ),
}  # fmt: skip
LAPTOP = protocol(TASKS, {"networks": LEARNED, "counted": COUNTED}, needs=(3, 3))
FULL = replace(
    protocol(TASKS | ASKED_TASKS, {"networks": LARGE, "read on": READ_ON}, needs=(3, 5)),
    seeds=(13, 14, 15, 16, 17),
    limits={"resamples": 10_000, "characters": 100_000_000, "taught": 8_000_000, "inflected": 20_000_000},
)
SAMPLE = replace(
    protocol(
        {"language": ("bits_per_byte", trained.bits(SAMPLE_TEXT, over="bytes"))},
        {"counted": SMALL_COUNTED, "networks": SMALL},
        needs=(1, 1),
    ),
    limits={"resamples": 10_000, "characters": 30_000, "batch": 4},
)


def present(item: Item, condition: Condition) -> Any:
    """What networks are asked (`trained.present`); a passage with its question; a question whose options are weighed unseen."""
    if condition.name == ANSWERS.name:
        return Ask(item.id, condition.name, shown(item), item.input["question"])
    if condition.name == CHOICES.name:
        question, options = item.input["question"], tuple(item.input["options"])
        return Ask(item.id, condition.name, question, question, options, continuations=tuple(f" {o}" for o in options))
    return trained.present(item, condition)


def read(answer: Any, item: Item, condition: Condition) -> Any:
    """An answer as its text, the option whose logarithm by byte is largest, else as networks answer."""
    if condition.name == ANSWERS.name:
        return answer.text.strip() or NO_ANSWER
    if condition.name == CHOICES.name:
        options = item.input["options"]
        each = [chance / len(f" {o}".encode()) for chance, o in zip(answer.likelihoods, options, strict=True)]
        return choice.original(options[each.index(max(each))], options)
    return trained.read(answer, item, condition)


def expect(item: Item, condition: Condition) -> Any:
    """The accepted answers, the key, or what networks are held to."""
    if condition.name == CHOICES.name:
        return choice.key(item)
    return item.gold if condition.name == ANSWERS.name else trained.expect(item, condition)


def fits(row: SystemRow, condition: Condition) -> bool:
    """Models that read on answer questions, and nothing else does."""
    read_on = row.kind == "pretrained_text"
    return condition.name in ASKED if read_on else condition.name not in ASKED and trained.fits(row, condition)


STUDY = Study(
    problem="byte-vs-bpe",
    question={
        "en": "Do bytes serve a Kazakh model better than BPE?",
        "ru": "Лучше ли байты служат казахской модели, чем BPE?",
        "kk": "Байттар қазақ моделіне BPE әдісінен жақсырақ қызмет ете ме?",
    },
    design={
        "en": "The same network on bytes and on BPE, several seeds, at equal text or at equal work; text to foretell, names in clean and noisy text, reviews, forms of nouns.",
        "ru": "Одна и та же сеть на байтах и на BPE, несколько начальных значений, при равном тексте или равном объёме вычислений; предсказание текста, имена в чистом и искажённом тексте, отзывы, формы существительных.",
        "kk": "Бір желі байттарда және BPE-де, бірнеше бастапқы мән, мәтін тең не есептеу көлемі тең; мәтінді болжау, таза әрі бұрмаланған мәтіндегі атаулар, пікірлер, зат есім тұлғалары.",
    },
    protocols={"sample": SAMPLE, "laptop": LAPTOP, "full": FULL},
    systems={
        "sample": (*SMALL_COUNTED.values(), "counted-characters-mini", *SMALL.values()),
        "laptop": (*COUNTED.values(), "counted-characters", *LEARNED.values()),
        "full": (*LARGE.values(), *READ_ON.values()),
    },
    present=present,
    read=read,
    expect=expect,
    fits=fits,
    views={"flops": partial(at_equal_work, operations=2e12)},
    citations=("kazbyte-2026", "byte-premium-2024", "bpe-2016", "byt5-2021", "mt5-2020"),
)
