"""What a recogniser that learned from synthetic speech reaches on real speech, beside one that learned from real speech.

The *recovery* is the share of the way from nothing learned to real speech learned that synthetic speech goes, at as much speech of
each kind (`qadam.stats.recovered`). The *gap* is what is lost from synthetic voices that were never heard to real ones. Few
recordings of few people say little: under 100 of them, or under five speakers, no verdict is given. Speakers are what is
resampled; where they are not named every recording counts as its own, shares have Wilson's interval, and no verdict is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from qadam.stats.interval import Interval, percentile, resample, wilson
from qadam.stats.recovered import Side, apart, recovered
from qadam.terms import Cell, Estimate, Missing, Outcome, Protocol, Ruling, Verdict

ENOUGH, LITTLE = 0.8, 0.5  # shares of the gain: from here on synthetic speech is enough, below it is not
LEAST = 100  # real recordings under which there is no verdict
FEWEST = 5  # speakers of them under which there is none, as in `group_gaps`

Rows = Mapping[Cell, Sequence[Mapping[str, Any]]]


class Arms(NamedTuple):
    """The systems that the recovery compares, learned from as much speech; `none` is a system or what guessing reaches."""

    synthetic: str
    real: str
    none: str | float
    mixed: str = ""


class Score(NamedTuple):
    """A score as a ratio of sums of two columns; `better` is -1 where less is better."""

    top: str
    bottom: str
    unit: str
    better: int = 1

    def __call__(self, sums: Mapping[Any, Any]) -> Any:
        """The ratio, turned so that more is better."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.better * np.asarray(sums[self.top], float) / np.asarray(sums[self.bottom], float)


class Recovery:
    """Settles the rule: synthetic speech is enough if it recovers ENOUGH in every domain, and is not if below LITTLE in the hardest.

    `real` are the data sets of real speech that are judged, the hardest last, `beside` others that only stand beside; `unseen` is that
    of synthetic voices nobody learned from. A named object, so that it travels to worker processes.
    """

    def __init__(
        self, arms: Arms, score: Score, *, real: Sequence[str], beside: Sequence[str] = (), unseen: str = ""
    ) -> None:
        self.arms, self.score, self.real, self.beside, self.unseen = arms, score, tuple(real), tuple(beside), unseen
        data = f"{', '.join(real)}; beside {', '.join(beside)}; {unseen}"
        told = (
            f"{'+'.join(map(str, arms))}; {score.top}/{score.bottom}; {data}; {ENOUGH}, {LITTLE}, {LEAST} of {FEWEST}"
        )
        self.__qualname__ = f"Recovery({told})"

    def __call__(self, rows: Rows, protocol: Protocol) -> Ruling:
        """Recovery and gaps as numbers, and the verdict."""
        estimates = [e for name in (*self.beside, *self.real) for e in self._gaps(rows, protocol, name)]
        found = {name: both for name in self.real if (both := self._recovered(rows, protocol, name))}
        for name, (share, n) in found.items():
            condition = self._condition(rows, name)
            place = ("recovery", name, self.arms.synthetic, condition)
            estimates.append(Estimate(*place, *share, n=n, unit="share of the gain"))
        return Ruling(self._verdict(rows, {name: share for name, (share, _) in found.items()}), tuple(estimates))

    def _recovered(self, rows: Rows, protocol: Protocol, name: str) -> tuple[Interval, int] | None:
        named = {"part": self.arms.synthetic, "whole": self.arms.real}
        named |= {"none": self.arms.none} if isinstance(self.arms.none, str) else {}
        if any(not self._cells(rows, name, system) for system in named.values()):
            return None
        many = [s for role in named.values() if len(s := {c.seed for c in self._cells(rows, name, role)}) > 1]
        seeds = sorted(set.intersection(*many)) if many else [self._cells(rows, name, self.arms.synthetic)[0].seed]
        if not seeds:
            return None
        sides = {role: self._side(rows, protocol, (name, system), seeds) for role, system in named.items()}
        n = sides["part"][1]
        part, whole = sides["part"][0], sides["whole"][0]
        none = sides["none"][0] if "none" in sides else Side.known(float(self.arms.none), part)
        alpha = protocol.rule.alpha if protocol.rule else 0.05
        return recovered(none, part, whole, alpha=alpha), n

    def _side(self, rows: Rows, protocol: Protocol, of: tuple[str, str], seeds: Sequence[int]) -> tuple[Side, int]:
        """The score of a system for each seed, and its draws; over how many recordings. One that knows no chance stands for all seeds."""
        own = self._cells(rows, *of)
        cells = {seed: next((cell for cell in own if cell.seed == seed), own[0]) for seed in seeds}
        values, draws, n = [], [], 0
        for seed in seeds:
            scored = [row for row in rows[cells[seed]] if row["status"] != Missing.UNSCORED.value]
            counts = np.array([[row[self.score.top], row[self.score.bottom]] for row in scored], float)
            drawn = resample(
                (counts, (self.score.top, self.score.bottom)),
                groups=[row["group"] or row["item"] for row in scored],
                resamples=int(protocol.limits.get("resamples", 10_000)),
                seed=protocol.seeds[0],
            )
            value, of_seed = drawn.scored(self.score.__call__)
            values.append(value)
            draws.append(of_seed)
            n = len(scored)
        return Side(values, np.mean(draws, axis=0)), n

    def _gaps(self, rows: Rows, protocol: Protocol, name: str) -> list[Estimate]:
        """For every system heard on real recordings: its share right, and what it lost on the way there."""
        if self.score.better < 0:
            return []
        found = []
        for system in dict.fromkeys(cell.system for cell in rows if cell.dataset == name):
            real, n = self._share(rows, protocol, (name, system))
            condition = self._condition(rows, name)
            found.append(Estimate("share_right", name, system, condition, *real, n, self.score.unit))
            unseen, seen = self._share(rows, protocol, (self.unseen, system))
            if seen:
                gap = apart(unseen, real)
                where = f"{self.unseen}+{name}"
                found.append(Estimate("gap", where, system, condition, *gap, n, f"{self.score.unit}, difference"))
        return found

    def _share(self, rows: Rows, protocol: Protocol, of: tuple[str, str]) -> tuple[Interval, int]:
        """The share right, averaged over seeds; and over how many recordings.

        Speakers are resampled; where they are not all named, or there is but one, the interval is Wilson's, as if every
        recording were of somebody else.
        """
        cells = self._cells(rows, *of)
        if not cells:
            return Interval(np.nan, np.nan, np.nan), 0
        alpha = protocol.rule.alpha if protocol.rule else 0.05
        side, n = self._side(rows, protocol, of, [cell.seed for cell in cells])
        share = float(np.mean(side.by_seed))
        resampled = percentile(share, side.draws, alpha=alpha)
        if (_speakers(rows[cells[0]]) or 0) > 1 and resampled.low < resampled.high:
            return resampled, n
        return wilson(share * n, n, alpha=alpha), n

    def _cells(self, rows: Rows, name: str, system: str) -> list[Cell]:
        return [cell for cell in rows if (cell.dataset, cell.system) == (name, system)]

    def _condition(self, rows: Rows, name: str) -> str:
        return next((cell.condition for cell in rows if cell.dataset == name), "")

    def _verdict(self, rows: Rows, found: Mapping[str, Interval]) -> Verdict:
        reasons = []
        few = False
        for name in (*self.beside, *self.real):
            heard = max((its for cell, its in rows.items() if cell.dataset == name), key=len, default=())
            if said := _too_few(name, heard):
                few |= name in self.real
                reasons += said
        for name in (name for name in self.real if name not in found):
            reasons.append(
                f"No recovery on {name}: it takes {self.arms.synthetic} and {self.arms.real}, both measured there."
            )
        for name, share in found.items():
            reasons.append(
                f"{name}: synthetic speech recovers {share.value:.2f} [{share.low:.2f}, {share.high:.2f}] of the gain."
            )
        if not self.real:
            reasons.append("No real speech is among these data, so nothing can be said of it.")
        shown = list(found.values())[-1] if found else None
        outcome: Outcome = "inconclusive"
        if self.real and not few and set(found) == set(self.real):
            if all(share.low >= ENOUGH for share in found.values()):
                outcome = "supported"
            elif found[self.real[-1]].high < LITTLE:
                outcome = "refuted"
        effect, low, high = shown or (None, None, None)
        return Verdict(outcome, effect, low, high, None, tuple(reasons))


def _speakers(its: Sequence[Mapping[str, Any]]) -> int | None:
    """How many people speak; None where one of the recordings does not say who."""
    named = {row["group"] for row in its}
    return None if "" in named or None in named else len(named)


def _too_few(name: str, its: Sequence[Mapping[str, Any]]) -> list[str]:
    """What keeps these recordings from giving a verdict; nothing is said of none."""
    if not its:
        return []
    said = []
    if len(its) < LEAST:
        said.append(f"{name} has {len(its)} real recordings: under {LEAST} there is no verdict.")
    people = _speakers(its)
    if people is None:
        said.append(f"{name} does not name all speakers: every recording counts as its own, and there is no verdict.")
    elif people < FEWEST:
        said.append(f"{name} has {people} speaker{'s' if people > 1 else ''}: under {FEWEST} there is no verdict.")
    return said
