"""How far a ranking hangs on a choice that should not matter: the same answers, scored under two protocols.

A synthesis over all systems that were scored on every item under both: the mean difference between the two protocols, and
the pairs of systems that are kept apart under both but the other way round.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from qadam.stats.interval import Interval, percentile, resample
from qadam.stats.ranking import Pair, compare, ranks
from qadam.terms import Cell, Estimate, Missing, Outcome, Protocol, Rule, Ruling, SystemVerdict, Verdict, digest

Rows = Mapping[Cell, Sequence[Mapping[str, Any]]]


class Move(NamedTuple):
    """What a pair of conditions does: the mean difference, the interval that decides, the pairs that change order."""

    mean: Estimate
    deciding: Interval
    swaps: list[str]
    said: list[str]


class Sensitivity:
    """Settles a rule on pairs of conditions; a named object, so that it travels to worker processes.

    Supported if a pair of systems changes order, or a mean difference lies inside `supported` of the rule, whichever its
    sign; refuted if no pair does and every mean difference lies inside a zone of `refuted`. The level of the means is
    shared between the pairs of conditions; the pairs of systems are adjusted by Holm. With `of` only these systems count.
    Pairs of conditions `beside` are told of in the reasons and judged by nobody.
    """

    def __init__(
        self,
        *pairs: tuple[str, str],
        column: str,
        of: tuple[str, ...] = (),
        beside: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.pairs, self.column, self.of, self.beside = pairs, column, of, beside
        between = ", ".join(" against ".join(pair) for pair in pairs)
        self.__qualname__ = f"Sensitivity({column}: {between}{f'; {len(of)} systems {digest(of)}' if of else ''})"

    def __call__(self, rows: Rows, protocol: Protocol) -> Ruling:
        """The verdict over all systems, and the mean difference of each pair of conditions."""
        rule = protocol.rule
        if rule is None:
            raise ValueError("A synthesis settles a rule, and this protocol has none.")
        moves = [self._move(rows, protocol, pair) for pair in self.pairs]
        told = [move for move in moves if move]
        outcomes = [_outcome(rule, move) for move in told]
        outcome: Outcome = "inconclusive"
        if "supported" in outcomes:
            outcome = "supported"
        elif outcomes == ["refuted"] * len(self.pairs):
            outcome = "refuted"
        means = [move.mean for move in told]
        shown = max(means, key=lambda e: abs(e.value), default=None)
        by_pair = tuple(
            SystemVerdict(f"{e.system}, {e.condition}", said, e.value, e.low, e.high, math.nan)
            for e, said in zip(means, outcomes, strict=True)
        )
        reasons = [reason for move in told for reason in move.said] or ["No two systems were scored on every item."]
        further = [self._move(rows, protocol, pair) for pair in self.beside]
        reasons += [f"Beside, no part of the rule: {' '.join((move.said[0], *move.swaps))}" for move in further if move]
        value, low, high = (shown.value, shown.low, shown.high) if shown else (None, None, None)
        return Ruling(Verdict(outcome, value, low, high, None, tuple(reasons), by_pair), tuple(means))

    def _move(self, rows: Rows, protocol: Protocol, pair: tuple[str, str]) -> Move | None:
        """What one pair of conditions does to the systems; None if none of them was scored on every item."""
        rule, seed = protocol.rule, protocol.seeds[0]
        assert rule is not None
        cells = {
            (c.system, c.condition): found for c, found in rows.items() if (c.dataset, c.seed) == (rule.dataset, seed)
        }
        asked = self.of or tuple(dict.fromkeys(system for system, _ in cells))
        both = [s for s in asked if all((s, condition) in cells for condition in pair)]
        whole = [s for s in both if all(_whole(cells[s, condition]) for condition in pair)]
        partial = sorted(set(both) - set(whole))
        if not whole:
            return None
        units = cells[whole[0], pair[0]]
        groups = [row["group"] or row["item"] for row in units]
        right = [
            np.column_stack([_column(cells[s, condition], units, self.column) for s in whole]) for condition in pair
        ]
        resamples = int(protocol.limits.get("resamples", 10_000))
        how: dict[str, Any] = {"groups": groups, "resamples": resamples, "seed": seed}
        moved = (right[0] - right[1]).mean(axis=1)
        value, draws = resample({"d": moved, "n": np.ones(len(moved))}, **how).scored(
            lambda sums: sums["d"] / sums["n"]
        )
        mean = percentile(value, draws, alpha=rule.alpha)
        level = rule.alpha / len(self.pairs)
        deciding = percentile(value, draws, alpha=level)
        compared = [compare(side, **how) for side in right]
        swaps = _swaps(whole, *compared, alpha=rule.alpha)
        changed = [
            f"{whole[a.first]} and {whole[a.second]}"
            for a, b in zip(*compared, strict=True)
            if a.difference * b.difference < 0
        ]
        of = f"mean of {len(whole)} systems"
        said = [
            f"{pair[0]} against {pair[1]}, {of}: {value:+.3f}, {1 - level:.1%} interval [{deciding.low:+.3f}, "
            f"{deciding.high:+.3f}]; {len(changed)} of {len(compared[0])} pairs of systems change order by value, {len(swaps)} of "
            "them surely.",
            *([f"By value these change order: {'; '.join(changed)}."] if changed else []),
            *swaps,
            *(
                _ranked(whole, side, pairs, condition, rule.alpha)
                for side, pairs, condition in zip(right, compared, pair, strict=True)
            ),
        ]
        if partial:
            said.append(f"Left out, since the run lacks items: {', '.join(partial)}.")
        place = (rule.effects[0], rule.dataset, of, pair[0])
        return Move(Estimate(*place, *mean, len(units), "share 0-1"), deciding, swaps, said)


def _outcome(rule: Rule, move: Move) -> Outcome:
    """What one pair of conditions says of the claim."""
    low, high = move.deciding.low, move.deciding.high
    if move.swaps or (low * high > 0 and rule.supported.holds(*sorted((abs(low), abs(high))))):
        return "supported"
    return "refuted" if any(zone.holds(low, high) for zone in rule.refuted) else "inconclusive"


def _whole(rows: Sequence[Mapping[str, Any]]) -> bool:
    return all(row["status"] != Missing.UNSCORED.value for row in rows)


def _column(rows: Sequence[Mapping[str, Any]], units: Sequence[Mapping[str, Any]], column: str) -> np.ndarray:
    by_item = {row["item"]: row[column] for row in rows}
    return np.array([by_item[unit["item"]] for unit in units], dtype=float)


def _swaps(systems: Sequence[str], first: Sequence[Pair], second: Sequence[Pair], *, alpha: float) -> list[str]:
    """Pairs that are kept apart on both sides, the other way round."""
    found = []
    for a, b in zip(first, second, strict=True):
        if a.apart(alpha) * b.apart(alpha) < 0:
            one, other = systems[a.first], systems[a.second]
            found.append(f"{one} and {other} change order: {-a.difference:+.3f} becomes {-b.difference:+.3f}.")
    return found


def _ranked(systems: Sequence[str], scores: np.ndarray, pairs: Sequence[Pair], condition: str, alpha: float) -> str:
    """The systems by rank: who shares one cannot be told apart from the same leaders."""
    means = scores.mean(axis=0)
    rank = ranks(list(means), pairs, alpha=alpha)
    groups: dict[int, list[str]] = {}
    for n in sorted(range(len(systems)), key=lambda n: -means[n]):
        groups.setdefault(rank[n], []).append(f"{systems[n]} {means[n]:.3f}")
    listed = "; ".join(f"{place}. {', '.join(names)}" for place, names in groups.items())
    return f"Ranks under {condition}: {listed}."
