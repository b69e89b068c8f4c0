"""What the drop and the cost of each classifier of emotions prove together, and what keeps them from proving anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from qadam.stats.equivalence import p_inside
from qadam.stats.interval import Interval, percentile
from qadam.terms import Outcome, Rule, SystemVerdict, Verdict

DEEP = 0.15  # of UAR that must be lost


class Effect(NamedTuple):
    """A difference of UAR with its draws; they are all nan where one side has no spread, for that decides nothing."""

    value: float
    draws: np.ndarray

    @property
    def interval(self) -> Interval:
        """The middle 95 % of the draws; nan where there are none."""
        return percentile(self.value, self.draws)


Effects = Mapping[str, Effect]


class Lost(NamedTuple):
    """What one classifier loses on another corpus: the drop for each speaker, and the cost where it is known."""

    drops: Effects
    cost: Effect | None

    def effects(self) -> list[Effect]:
        """All that the rule asks about."""
        return [*self.drops.values(), *([self.cost] if self.cost else [])]


def middle(found: Effects) -> Interval:
    """The mean of the drops, and the outermost ends of their intervals."""
    each = np.array([[*effect.interval] for effect in found.values()])
    return Interval(float(each[:, 0].mean()), float(each[:, 1].min()), float(each[:, 2].max()))


def ruled(lost: Mapping[str, Lost], told: Sequence[str], rule: Rule) -> Verdict:
    """The rule on drop and cost: every classifier it names, and every speaker of it, must say the same; `told` stands beside."""
    missing = [name for name in rule.of if name not in lost]
    judged = {name: lost[name] for name in rule.of if name in lost}
    if not judged:
        why = f"Not measured on {rule.dataset}: {', '.join(missing)}."
        return Verdict("inconclusive", None, None, None, None, (why, *told))
    verdicts = tuple(_of_system(name, found, rule) for name, found in judged.items())
    reasons = [
        sentence for v, found in zip(verdicts, judged.values(), strict=True) for sentence in _why(v, found, rule)
    ]
    reasons += [f"Not measured: {', '.join(missing)}."] if missing else []
    agreed = len({v.outcome for v in verdicts}) == 1 and not missing
    shown = verdicts[0]
    low, high = (shown.low, shown.high) if shown.low < shown.high else (None, None)
    outcome = shown.outcome if agreed else "inconclusive"
    return Verdict(outcome, shown.effect, low, high, None, (*reasons, *told), verdicts)


def _of_system(name: str, found: Lost, rule: Rule) -> SystemVerdict:
    """The rule on one classifier; p is for "every drop, and the cost, lies in the zone", the largest of theirs."""
    effects = found.effects()
    outcome: Outcome = "inconclusive"
    if found.cost:
        outcome = rule.outcome([(effect.interval.low, effect.interval.high) for effect in effects])
    if outcome == "supported" and middle(found.drops).value < DEEP:
        outcome = "inconclusive"
    zone = rule.supported
    each = [p_inside(effect.draws, low=zone.low, high=zone.high) for effect in effects]
    p = 1.0 if not found.cost or np.isnan(each).any() else max(each)
    return SystemVerdict(name, outcome, *middle(found.drops), p)


def _why(verdict: SystemVerdict, found: Lost, rule: Rule) -> list[str]:
    """What was lost, and what keeps it from saying anything."""
    alone = len(found.drops)
    whom = "one speaker" if alone == 1 else f"{alone} speakers"
    over = "all speakers together" if "" in found.drops else f"{whom} looked at alone"
    said = [f"{verdict.system}: UAR falls by {_written(middle(found.drops))} over {over}: {verdict.outcome}."]
    if found.cost:
        said.append(f"{verdict.system}: who learned from {rule.dataset} gains {_written(found.cost.interval)} on it.")
    else:
        said.append(
            f"Nobody learned from {rule.dataset} itself with speakers apart, which takes the names of its speakers: that it "
            f"is merely harder or easier is not ruled out, so {verdict.system} gives no verdict."
        )
    if any(not np.isfinite(effect.draws).any() for effect in found.effects()):
        said.append(f"{verdict.system}: a UAR that is the same in every resample has no interval, and decides nothing.")
    return said


def _written(interval: Interval) -> str:
    """A difference and its interval as text."""
    ends = f"[{interval.low:.3f}, {interval.high:.3f}]" if interval.low < interval.high else "(no interval)"
    return f"{interval.value:.3f} {ends}"
