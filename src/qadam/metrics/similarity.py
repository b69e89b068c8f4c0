"""Intrinsic quality of word vectors: rank correlation with human judgements, and analogies solved.

Word similarity is Spearman's correlation between cosines and human scores; it is no function of sums, so it is scored on
whole resampled rows. An analogy (a is to b as c is to d) is right if the word found is an accepted one. Words that
vectors do not know are reported three ways: their share, the score that counts them against the system, and the score on
the known ones alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from qadam.terms import Metric, Missing

WAYS = ("3CosAdd", "3CosMul")


class Cosine(NamedTuple):
    """The prediction for a pair of words: their cosine, and whether both are in the vocabulary of the system."""

    value: float
    known: bool


class Found(NamedTuple):
    """The prediction for an analogy: the word found by each way, and whether all four words are in the vocabulary."""

    words: Mapping[str, str]
    known: bool


def count_pair(prediction: Cosine | Missing, gold: float) -> Mapping[str, float]:
    """One row for one pair of words: cosine, human score, whether both words are known.

    A pair without an answer gets cosine 0: vectors that know nothing of two words hold them for unrelated.
    """
    value, known = prediction if isinstance(prediction, Cosine) else (0.0, False)
    return {"pairs": 1.0, "known": float(known), "cosine": float(value), "gold": float(gold)}


def count_analogy(prediction: Found | Missing, gold: tuple[str, ...]) -> Mapping[str, float]:
    """One row for one analogy: known or not, right or not by each way. No answer is wrong and not known."""
    words, known = prediction if isinstance(prediction, Found) else ({}, False)
    right = {way: words.get(way) in gold for way in WAYS}
    return {
        "questions": 1.0,
        "known": float(known),
        **{f"right_{way}": float(right[way]) for way in WAYS},
        **{f"known_right_{way}": float(known and right[way]) for way in WAYS},
    }


def ranks(values: np.ndarray, times: np.ndarray) -> np.ndarray:
    """The ranks of values that stand in a list several times; equal ones share the mean of their places.

    Args:
        values: (n,).
        times: (r, n), how often each value stands in each of r lists.

    Returns:
        (r, n); the rank of a value that a list does not hold has no meaning and no weight.
    """
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    first = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    last = np.r_[first[1:], len(values)] - 1
    group = np.repeat(np.arange(len(first)), last - first + 1)
    until = np.cumsum(times[:, order], axis=1)[:, last]
    before = np.c_[np.zeros(len(times)), until[:, :-1]]
    placed = np.empty_like(times, dtype=np.float64)
    placed[:, order] = ((before + until + 1) / 2)[:, group]
    return placed


class Spearman:
    """Spearman's rank correlation of two columns, on the rows marked 1 in `where`; a named object, so that it travels.

    Pearson's correlation of ranks, ties sharing the mean of their places. nan where a column does not vary or fewer than
    three pairs are left. Source: Spearman (1904), The Proof and Measurement of Association between Two Things.
    """

    def __init__(self, one: str, other: str, where: str = "") -> None:
        self.one, self.other, self.where = one, other, where
        self.__qualname__ = f"spearman({one},{other}{'|' + where if where else ''})"

    def __call__(self, columns: Mapping[str, np.ndarray], times: np.ndarray) -> np.ndarray:
        if self.where:
            times = times * columns[self.where]
        n = times.sum(axis=1, keepdims=True)
        x, y = (ranks(columns[name], times) - (n + 1) / 2 for name in (self.one, self.other))
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = np.sqrt((times * x * x).sum(axis=1) * (times * y * y).sum(axis=1))
            rho: np.ndarray = np.where(n[:, 0] >= 3, (times * x * y).sum(axis=1) / spread, np.nan)
        return rho


class _Share:
    """One column's sum over another's; with `rest`, what is missing to 1. A named object, so that it travels."""

    def __init__(self, top: str, bottom: str, *, rest: bool = False) -> None:
        self.top, self.bottom, self.rest = top, bottom, rest
        self.__qualname__ = f"{'1-' if rest else ''}{top}/{bottom}"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.asarray(sums[self.top], float) / np.asarray(sums[self.bottom], float)
        return 1 - share if self.rest else share


def _correlation(name: str, where: str, titles: tuple[str, str, str]) -> Metric:
    en, ru, kk = titles
    return Metric(
        name=name,
        title={"en": en, "ru": ru, "kk": kk},
        unit="Spearman's rho",
        count=count_pair,
        score=Spearman("cosine", "gold", where),
        better="higher",
        params={"oov": "left out" if where else "cosine 0"},
        over="rows",
    )


def _analogies(way: str, where: str, titles: tuple[str, str, str]) -> Metric:
    en, ru, kk = titles
    return Metric(
        name=f"{way.lower()}{'_known' if where else ''}",
        title={"en": en, "ru": ru, "kk": kk},
        unit="share 0-1",
        count=count_analogy,
        score=_Share(f"known_right_{way}", "known") if where else _Share(f"right_{way}", "questions"),
        better="higher",
        params={"way": way, "oov": "left out" if where else "wrong"},
    )


def _unknown(name: str, count: Any, of: str, titles: tuple[str, str, str]) -> Metric:
    en, ru, kk = titles
    title = {"en": en, "ru": ru, "kk": kk}
    return Metric(name, title, "share 0-1", count, _Share("known", of, rest=True), better="lower")


spearman = _correlation(
    "spearman",
    "",
    (
        "rank correlation with people, all pairs",
        "ранговая корреляция с людьми, все пары",
        "адам бағасымен рангілік корреляция, барлық жұп",
    ),
)
spearman_known = _correlation(
    "spearman_known",
    "known",
    (
        "rank correlation with people, known words only",
        "ранговая корреляция с людьми, только известные слова",
        "адам бағасымен рангілік корреляция, тек белгілі сөздер",
    ),
)
oov_pairs = _unknown(
    "oov_pairs",
    count_pair,
    "pairs",
    (
        "share of pairs with an unknown word",
        "доля пар с неизвестным словом",
        "белгісіз сөзі бар жұптардың үлесі",
    ),
)
analogies = tuple(
    _analogies(
        way,
        "",
        (
            f"analogies solved, unknown words wrong ({way})",
            f"решено аналогий, неизвестные слова считаются ошибкой ({way})",
            f"шешілген аналогиялар, белгісіз сөз қате саналады ({way})",
        ),
    )
    for way in WAYS
)
analogies_known = tuple(
    _analogies(
        way,
        "known",
        (
            f"analogies solved, known words only ({way})",
            f"решено аналогий, только известные слова ({way})",
            f"шешілген аналогиялар, тек белгілі сөздер ({way})",
        ),
    )
    for way in WAYS
)
oov_questions = _unknown(
    "oov_questions",
    count_analogy,
    "questions",
    (
        "share of analogies with an unknown word",
        "доля аналогий с неизвестным словом",
        "белгісіз сөзі бар аналогиялардың үлесі",
    ),
)
