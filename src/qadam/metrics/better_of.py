"""One way of asking against the better of several others, system by system; and two of these others set side by side.

The better of two is chosen anew in every resample, so that the luck of having been the better one is part of the interval.
Beside it stands a second measurement that no rule hangs on: McNemar's test of one condition against another for every
system, adjusted over systems by Holm, with answers that could not be read told apart from wrong ones, the mean difference by
group of items (subject), and one area of subjects against another.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from qadam.stats.interval import percentile, resample
from qadam.stats.multiple import holm
from qadam.stats.paired import mcnemar
from qadam.terms import Cell, Estimate, Missing, Outcome, Protocol, Rule, Ruling, SystemVerdict, Verdict

Row = Mapping[str, Any]
Rows = Mapping[Cell, Sequence[Row]]
Pairs = list[tuple[Row, Row]]


class BetterOf:
    """Settles whether `treated` keeps up with the better condition `among` others; a named object, for worker processes.

    Supported if for every system the rule names the interval lies inside `supported`; refuted if for any of them it lies
    inside a zone of `refuted`; inconclusive otherwise, and where a named system lacks a condition. `areas` are two levels
    of the breakdown `area` in which the two conditions `beside` are compared.
    """

    def __init__(
        self, treated: str, *, among: tuple[str, ...], beside: tuple[str, str], areas: tuple[str, ...] = ()
    ) -> None:
        self.treated, self.among, self.beside, self.areas = treated, among, beside, areas
        between = f"; {' against '.join(areas)}" if areas else ""
        self.__qualname__ = f"BetterOf({treated} over {' or '.join(among)}; {' beside '.join(beside)}{between})"

    def __call__(self, rows: Rows, protocol: Protocol) -> Ruling:
        """The verdict, the effect of every system, and what the second measurement says."""
        rule = protocol.rule
        if rule is None:
            raise ValueError("A synthesis settles a rule, and this protocol has none.")
        seed = protocol.seeds[0]
        cells = {
            (c.system, c.condition): found for c, found in rows.items() if (c.dataset, c.seed) == (rule.dataset, seed)
        }
        systems = tuple(dict.fromkeys((*rule.of, *(system for system, _ in cells))))
        needed = (self.treated, *self.among)
        effects = [
            self._effect(cells, protocol, system) for system in systems if all((system, c) in cells for c in needed)
        ]
        by_system = tuple(_judged(rule, effect) for effect in effects)
        named = [v for v in by_system if not rule.of or v.system in rule.of]
        complete = bool(named) and len(named) == len(rule.of or named)
        outcome: Outcome = "inconclusive"
        if any(v.outcome == "refuted" for v in named):
            outcome = "refuted"
        elif complete and all(v.outcome == "supported" for v in named):
            outcome = "supported"
        reasons = [f"{v.system}: {v.effect:+.3f} [{v.low:+.3f}, {v.high:+.3f}]: {v.outcome}." for v in by_system]
        if missing := [s for s in rule.of if s not in {v.system for v in by_system}]:
            reasons.append(
                f"{self.treated} blocked: it was not measured, with the ways it is compared to, for {', '.join(missing)}."
            )
        deciding = min(named, key=lambda v: v.low, default=None)
        value, low, high = (deciding.effect, deciding.low, deciding.high) if deciding else (None, None, None)
        pairs = {s: found for s in systems if (found := _paired(cells, s, self.beside))}
        reasons += [_power(effects, protocol, self._discordant(cells, effects))] if effects else []
        reasons += self._second(pairs)
        gains = self._by_area(pairs, protocol)
        told = "; ".join(f"{e.condition} {e.value:+.3f} [{e.low:+.3f}, {e.high:+.3f}] of {e.n}" for e in gains)
        reasons += [f"{' minus '.join(self.beside)} by area, {gains[0].system}: {told}."] if gains else []
        return Ruling(Verdict(outcome, value, low, high, None, tuple(reasons), by_system), (*effects, *gains))

    def _effect(self, cells: Mapping[tuple[str, str], Sequence[Row]], protocol: Protocol, system: str) -> Estimate:
        """Accuracy under the treated condition minus the best among the others, on the items all of them scored."""
        rule = protocol.rule
        assert rule is not None
        sides = [{row["item"]: row for row in _scored(cells[system, c])} for c in (self.treated, *self.among)]
        items = [item for item in sides[0] if all(item in side for side in sides)]
        counts = {str(n): [side[item]["right"] for item in items] for n, side in enumerate(sides)}
        groups = [sides[0][item]["group"] or item for item in items]

        def effect(sums: Mapping[Any, Any]) -> Any:
            others = [np.asarray(sums[str(n)], float) for n in range(1, len(sides))]
            return (np.asarray(sums["0"], float) - np.maximum.reduce(others)) / np.asarray(sums["n"], float)

        resamples = int(protocol.limits.get("resamples", 10_000))
        drawn = resample(
            {**counts, "n": [1.0] * len(items)}, groups=groups, resamples=resamples, seed=protocol.seeds[0]
        )
        found = percentile(*drawn.scored(effect), alpha=rule.alpha)
        return Estimate("over_better", rule.dataset, system, self.treated, *found, len(items), "share 0-1")

    def _second(self, pairs: Mapping[str, Pairs]) -> list[str]:
        """What the first of two conditions does against the second, in words: by system, then by group of items."""
        if not pairs:
            return []
        adjusted = holm([mcnemar(*_won_and_lost(found)) for found in pairs.values()])
        one, other = self.beside
        said = [
            f"Second measurement, no part of the rule: {one} against {other}, McNemar exact, Holm over {len(pairs)} systems."
        ]
        for (system, found), p in zip(pairs.items(), adjusted, strict=True):
            won, lost = _won_and_lost(found)
            both = [pair for pair in found if not any(row["silent"] for row in pair)]
            said.append(
                f"{system}: {_mean(found):+.3f} of {len(found)} (right only with {one} {won}, only with {other} {lost}, "
                f"p = {p:.2g}); on the {len(both)} read both times {_mean(both):+.3f}."
            )
        return [*said, _by_group(pairs, self.beside)]

    def _discordant(self, cells: Mapping[tuple[str, str], Sequence[Row]], effects: Sequence[Estimate]) -> float:
        """How often two ways of asking disagree about a question: the mean over systems and over the ways `among`."""
        pairs = [_paired(cells, e.system, (self.treated, other)) for e in effects for other in self.among]
        return float(np.mean([sum(_won_and_lost(found)) / len(found) for found in pairs if found]))

    def _by_area(self, pairs: Mapping[str, Pairs], protocol: Protocol) -> list[Estimate]:
        """What the first of two conditions gains over the second in each area, mean over systems, and the difference.

        Questions are resampled one by one here, the same for every system: an area holds too few subjects to resample.
        """
        rule = protocol.rule
        assert rule is not None
        gained: dict[str, dict[str, list[float]]] = {}
        for found in pairs.values():
            for a, b in found:
                if a.get("by:area") in self.areas:
                    gained.setdefault(a["by:area"], {}).setdefault(a["item"], []).append(a["right"] - b["right"])
        if not gained or len(gained) < len(self.areas):
            return []
        how: dict[str, Any] = {"resamples": int(protocol.limits.get("resamples", 10_000)), "seed": protocol.seeds[0]}
        of = f"mean of {len(pairs)} systems"
        drawn = {}
        for area in self.areas:
            means = [float(np.mean(values)) for values in gained[area].values()]
            drawn[area] = resample({"d": means, "n": [1.0] * len(means)}, **how).scored(lambda s: s["d"] / s["n"])
        (first, one), (second, other) = (drawn[area] for area in self.areas)
        drawn["-".join(self.areas)] = (
            first - second,
            one - other[::-1],
        )  # reversed, since the two areas share no question
        return [
            Estimate(
                "gain", rule.dataset, of, area, *percentile(*found, alpha=rule.alpha), _items(gained, area), "share 0-1"
            )
            for area, found in drawn.items()
        ]


def _items(gained: Mapping[str, Mapping[str, Any]], area: str) -> int:
    """The questions of an area, or of all of them."""
    return len(gained[area]) if area in gained else sum(map(len, gained.values()))


def _power(effects: Sequence[Estimate], protocol: Protocol, discordant: float) -> str:
    """How many questions it takes to show the margin of the rule, at the discordance measured.

    (z_0.975 + z_0.8)^2 * discordance / margin^2: the normal approximation for paired answers, true difference 0.
    """
    assert protocol.rule is not None
    margin = abs(protocol.rule.supported.low)
    needed = math.ceil((1.95996 + 0.84162) ** 2 * discordant / margin**2)
    return (
        f"On average {discordant:.0%} of questions are right in only one of two ways; at that, a margin of {margin:g} takes "
        f"about {needed:,} questions (80 % power), and {effects[0].n:,} were asked."
    )


def _judged(rule: Rule, effect: Estimate) -> SystemVerdict:
    outcome = rule.outcome([(effect.low, effect.high)])
    return SystemVerdict(effect.system, outcome, effect.value, effect.low, effect.high, math.nan)


def _scored(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row["status"] != Missing.UNSCORED.value]


def _paired(cells: Mapping[tuple[str, str], Sequence[Row]], system: str, conditions: tuple[str, str]) -> Pairs:
    """The rows of the same item under two conditions; none if the system lacks one of them."""
    if not all((system, condition) in cells for condition in conditions):
        return []
    other = {row["item"]: row for row in _scored(cells[system, conditions[1]])}
    return [(row, other[row["item"]]) for row in _scored(cells[system, conditions[0]]) if row["item"] in other]


def _won_and_lost(pairs: Pairs) -> tuple[int, int]:
    won = sum(a["right"] > b["right"] for a, b in pairs)
    return int(won), int(sum(a["right"] < b["right"] for a, b in pairs))


def _mean(pairs: Pairs) -> float:
    return float(np.mean([a["right"] - b["right"] for a, b in pairs])) if pairs else math.nan


def _by_group(told: Mapping[str, Pairs], conditions: tuple[str, str]) -> str:
    """The mean difference over systems, group by group, the largest first."""
    groups: dict[str, list[float]] = {}
    for found in told.values():
        for group in dict.fromkeys(row["group"] for row, _ in found if row["group"]):
            groups.setdefault(group, []).append(_mean([pair for pair in found if pair[0]["group"] == group]))
    ranked = sorted(groups.items(), key=lambda g: -float(np.mean(g[1])))
    listed = ", ".join(f"{name} {np.mean(values):+.3f}" for name, values in ranked)
    return f"{conditions[0]} minus {conditions[1]} by group, mean over systems: {listed or 'the items have no groups'}."
