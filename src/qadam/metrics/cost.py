"""What an answer costs: seconds as a clock found them, and the work that a model of a given shape cannot do without.

Timed: every question is asked alone, many times; its time is the median of its repetitions. Seconds are summed over
questions, and the interval is over questions, since one question is longer than another. No run gives the same digits.

On paper: a model reads every weight at least once, and multiplies and adds every weight once for every token it reads.
`least_seconds` is the larger of two times: the weights through the memory of this machine, and the operations at the best
speed its processor could have, in few bits. Writing an answer takes more; so whoever is above a budget on paper cannot
keep it, and whoever is below may still not.
"""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np

from qadam.terms import Metric, Timed


class Shape(NamedTuple):
    """A decoder of the Llama family, as its config.json gives it; `groups` are heads of keys and values."""

    layers: int
    width: int
    heads: int
    groups: int
    head: int
    inner: int
    vocabulary: int
    tied: bool
    bits: float  # per weight as it lies in memory

    @property
    def body(self) -> int:
        """Weights of all layers: queries and output, keys and values, three matrices of a gated feed-forward part."""
        attention = 2 * self.width * self.head * (self.heads + self.groups)
        return self.layers * (attention + 3 * self.width * self.inner)

    @property
    def out(self) -> int:
        """Weights that turn the last state into chances of the next token."""
        return self.vocabulary * self.width

    @property
    def parameters(self) -> int:
        """All weights; a tied model uses one table for tokens that come in and that go out."""
        return self.body + (1 if self.tied else 2) * self.out

    @property
    def bytes(self) -> float:
        """What has to be read from memory to tell one token: of the incoming table, a single row."""
        return (self.body + self.out) * self.bits / 8

    def operations(self, tokens: float) -> float:
        """Floating-point operations to read so many tokens and to tell the next one.

        Source:
            Kaplan et al. (2020), Scaling Laws for Neural Language Models, section 2.1: two for every weight and token;
            attention over the tokens before is two products of `heads * head` numbers with half of all tokens.
        """
        attention = 2 * self.layers * self.heads * self.head * tokens**2
        return 2 * self.body * tokens + attention + 2 * self.out


def count_on_paper(prediction: Mapping[str, Any], gold: Any) -> Mapping[str, float]:
    """One row of one question: its characters and tokens, the operations, and the least seconds."""
    del gold
    shape = Shape(**prediction["shape"])
    operations = shape.operations(prediction["tokens"])
    compute = operations / (prediction["gflops"] * 1e9)
    memory = shape.bytes / (prediction["gigabytes"] * 1e9)
    return {
        "reckoned": 1.0,
        "tokens": float(prediction["tokens"]),
        "characters": float(prediction["characters"]),
        "gigaflop": operations / 1e9,
        "least": max(compute, memory),
        "weights": shape.bytes / 1e9,
        "gflops": prediction["gflops"],
        "gigabytes": prediction["gigabytes"],
    }


def count_timed(prediction: Timed, gold: Any) -> Mapping[str, float]:
    """One row of one question: the median of its repetitions, how many there were, its characters, and the machine.

    `machine` is a number that stands for the processor and its threads, so that nobody mixes two machines unawares.
    """
    del gold
    return {
        "timed": 1.0,
        "seconds": median(prediction.seconds),
        "rounds": float(len(prediction.seconds)),
        "characters": float(len(prediction.question.prompt) + sum(map(len, prediction.question.continuations))),
        "machine": float(crc32(prediction.machine.encode())),
    }


def per_item(sums: Mapping[str, Any]) -> Any:
    """Seconds over questions."""
    return np.asarray(sums["seconds"], float) / np.asarray(sums["timed"], float)


def per_1000_characters(sums: Mapping[str, Any]) -> Any:
    """Seconds over thousands of characters shown."""
    return 1000 * np.asarray(sums["seconds"], float) / np.asarray(sums["characters"], float)


def least_seconds(sums: Mapping[str, Any]) -> Any:
    """Least seconds over questions."""
    return np.asarray(sums["least"], float) / np.asarray(sums["reckoned"], float)


def work_per_character(sums: Mapping[str, Any]) -> Any:
    """10^9 operations over characters shown."""
    return np.asarray(sums["gigaflop"], float) / np.asarray(sums["characters"], float)


def _metric(name: str, unit: str, count: Any, score: Any, *titles: str) -> Metric:
    en, ru, kk = titles
    return Metric(name, {"en": en, "ru": ru, "kk": kk}, unit, count, score, better="lower")


TIMED = (
    _metric(
        "seconds_per_item",
        "seconds per question",
        count_timed,
        per_item,
        "seconds per question, each asked alone",
        "секунд на вопрос, по одному",
        "бір сұраққа кететін секунд, жеке-жеке",
    ),
    _metric(
        "seconds_per_1000_characters",
        "seconds per 1,000 characters",
        count_timed,
        per_1000_characters,
        "seconds per 1,000 characters shown",
        "секунд на 1000 показанных символов",
        "көрсетілген 1000 таңбаға кететін секунд",
    ),
)
ON_PAPER = (
    _metric(
        "least_seconds",
        "seconds per question",
        count_on_paper,
        least_seconds,
        "seconds per question on paper, at the very least",
        "секунд на вопрос по расчёту, самое меньшее",
        "есеп бойынша бір сұраққа кететін секунд, ең кемі",
    ),
    _metric(
        "gigaflop_per_character",
        "10^9 operations per character",
        count_on_paper,
        work_per_character,
        "10^9 floating-point operations per character",
        "10^9 операций с плавающей точкой на символ",
        "бір таңбаға келетін 10^9 жылжымалы үтірлі амал",
    ),
)
