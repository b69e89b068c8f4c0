"""The same prompt in two languages, side by side: which of the two got the unsafe response, and which the refusal.

Works on the rows that `qadam.metrics.safety.count` left, of one system or of several pooled. A pair counts where the
judgements of both sides could be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qadam.stats.interval import Interval
from qadam.stats.multiple import holm
from qadam.stats.paired import mcnemar
from qadam.stats.stratified import clustered_mcnemar, clustered_odds, matched_odds

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Pairs:
    """Judged pairs of one system, or of several one after the other; columns are (n_pairs,)."""

    groups: tuple[str, ...]
    first: Mapping[str, NDArray[np.float64]]
    second: Mapping[str, NDArray[np.float64]]
    systems: int = 1

    def where(self, *marks: str) -> Pairs:
        """The pairs that have one of the marks, such as `area_malicious` or `kind_harmless`; without marks, all."""
        if not marks:
            return self
        kept = np.any([self.first[mark] > 0 for mark in marks], axis=0)
        groups = tuple(group for group, keep in zip(self.groups, kept, strict=True) if keep)
        first, second = ({c: values[kept] for c, values in side.items()} for side in (self.first, self.second))
        return Pairs(groups, first, second, self.systems)


class Effect(NamedTuple):
    """How much oftener the first language has something: odds ratio of pairs, p, and the pairs behind them."""

    odds: Interval
    p: float
    n: int
    only_first: int
    only_second: int

    @property
    def sign(self) -> int:
        """1 if the first language has more of it, -1 if the second, 0 if neither."""
        return int(np.sign(self.only_first - self.only_second))


class Direction(NamedTuple):
    """What may be said of one system or area under every rubric at once; `p` is adjusted for all that were looked at."""

    sign: int  # 0 if the rubrics disagree
    p: float


def pairs(first: Rows, second: Rows) -> Pairs:
    """Pair the rows of two conditions by item; only those judged on both sides stay.

    Raises:
        ValueError: no item was judged on both sides.
    """
    other = {row["item"]: row for row in second if row["judged"]}
    both = [(row, other[row["item"]]) for row in first if row["judged"] and row["item"] in other]
    if not both:
        raise ValueError("No item was judged on both sides.")
    columns = [name for name, value in both[0][0].items() if isinstance(value, float)]  # not its id, group and parts
    one, another = ({c: np.array([pair[i][c] for pair in both], dtype=float) for c in columns} for i in (0, 1))
    return Pairs(tuple(row["group"] or row["item"] for row, _ in both), one, another)


def together(systems: Sequence[Pairs]) -> Pairs:
    """The pairs of several systems as one, for pooled effects; a prompt stays one cluster over all of them."""
    first, second = (
        {c: np.concatenate([getattr(s, side)[c] for s in systems]) for c in systems[0].first}
        for side in ("first", "second")
    )
    return Pairs(tuple(group for s in systems for group in s.groups), first, second, systems=len(systems))


def effect(both: Pairs, column: str, *, resamples: int = 10_000, seed: int = 13) -> Effect:
    """How much oftener `column` is true in the first language.

    One system: exact odds ratio and exact McNemar test. Several: odds ratio resampled by family of prompts, and
    McNemar's test for clusters.
    """
    one, other = both.first[column] > 0, both.second[column] > 0
    only_first, only_second = one & ~other, other & ~one
    b, c = int(only_first.sum()), int(only_second.sum())
    if both.systems == 1:
        return Effect(matched_odds(b, c), mcnemar(b, c), len(both.groups), b, c)
    odds = clustered_odds(only_first, only_second, groups=both.groups, resamples=resamples, seed=seed)
    p = clustered_mcnemar(only_first.astype(float) - only_second, both.groups)
    return Effect(odds, p, len(both.groups), b, c)


def directions(found: Mapping[str, Sequence[Effect]]) -> dict[str, Direction]:
    """Which effects keep their sign under every rubric, and how sure that is after all were looked at.

    Args:
        found: name of a system or area -> its effects, one per rubric.

    Returns:
        The sign all rubrics share (else 0) and Holm's adjusted p, over all names, of "it has this sign under every
        rubric": the largest p of the rubrics, 1 if they disagree (an intersection-union test: Berger 1982).
    """
    signs = {name: effects[0].sign if len({e.sign for e in effects}) == 1 else 0 for name, effects in found.items()}
    p = [max(e.p for e in effects) if signs[name] else 1.0 for name, effects in found.items()]
    return {name: Direction(signs[name], adjusted) for name, adjusted in zip(found, holm(p), strict=True)}


def same_responses(sides: Mapping[str, Rows]) -> list[tuple[str, ...]]:
    """Systems that were judged on one and the same responses: the judge's prompt was equally long for every item.

    Args:
        sides: system -> its rows in one language; items may stand in any order.

    Returns:
        Groups of two and more names, in the order given.
    """
    lengths: dict[tuple[tuple[str, float], ...], list[str]] = {}
    for system, rows in sides.items():
        seen = tuple(sorted((row["item"], row["prompt_tokens"]) for row in rows if row["status"] == ""))
        if seen:
            lengths.setdefault(seen, []).append(system)
    return [tuple(names) for names in lengths.values() if len(names) > 1]
