"""A small model against a large one at equal budgets of time: who may take part, who is better, who is on the front.

A budget is seconds per question. On paper it shuts out whoever cannot keep it; of the others a clock decides. A budget at
which the large model may not take part is no contest: not testable, and no win for the small one. Where it may, the
difference in quality is judged task by task, on the same questions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from qadam.metrics import accuracy, cost, names, overlap
from qadam.stats.interval import Interval, percentile, resample
from qadam.stats.paired import paired
from qadam.terms import Cell, Estimate, Missing, Outcome, Protocol, Ruling, SystemVerdict, Verdict

Rows = Sequence[Mapping[str, Any]]
TIMED, PAPER = "+timed", "+paper"  # what a condition is called that times a task, or reckons with it


class Task(NamedTuple):
    """A way of asking: its condition, and the columns and the number that say how well it was answered."""

    condition: str
    dataset: str
    columns: tuple[str, ...]
    score: Any
    chance: Any = None  # what guessing scores on the same questions; nothing where one cannot guess


def choosing(condition: str, dataset: str) -> Task:
    """Options to choose from: accuracy, against that of guessing."""
    return Task(condition, dataset, ("questions", "right", "guessed"), accuracy.accuracy, accuracy.chance)


def reading(condition: str, dataset: str) -> Task:
    """A free answer: F1 of words."""
    return Task(condition, dataset, ("asked", "f1"), overlap.word_f1)


def naming(condition: str, dataset: str) -> Task:
    """Names in a sentence: F1 of names."""
    return Task(condition, dataset, ("names_right", "names_said", "names_gold"), names.f1)


class Models(NamedTuple):
    """The two that are compared, and the row that reckons with the large one on paper; empty if it has no shape."""

    small: str
    large: str
    on_paper: str


class Budgets:
    """Settles whether the small model beats the large one at a budget both keep; a named object, for worker processes."""

    def __init__(
        self, models: Models, *, tasks: tuple[Task, ...], seconds: tuple[float, ...], margin: float, wins: int
    ) -> None:
        self.models, self.tasks, self.seconds, self.margin, self.wins = models, tasks, seconds, margin, wins
        self.__qualname__ = (
            f"Budgets({models.small} over {models.large}; {', '.join(f'{t.condition} {t.dataset}' for t in tasks)}; "
            f"{', '.join(f'{s:g} s' for s in seconds)}; margin {margin:g} on {wins})"
        )

    def __call__(self, rows: Mapping[Cell, Rows], protocol: Protocol) -> Ruling:
        """The verdict, the gain of the small model by task, and how surely each system is on the front."""
        seed, alpha = protocol.seeds[0], protocol.rule.alpha if protocol.rule else 0.05
        held = {(c.dataset, c.system, c.condition): found for c, found in rows.items() if c.seed == seed and found}
        gains = {task: self._gain(task, held, protocol, alpha=alpha) for task in self.tasks}
        settled = [self._at(budget, held, gains) for budget in self.seconds]
        outcomes = {outcome for outcome, _ in settled}
        outcome: Outcome = "inconclusive"  # also where one budget says yes and another no
        if len(decided := outcomes - {"not testable", "inconclusive"}) == 1 or outcomes == {"not testable"}:
            (outcome,) = decided or outcomes
        shown = next((gain for gain in gains.values() if gain), None)
        reasons = tuple(reason for _, reason in settled)
        estimates = [e for task, gain in gains.items() if gain for e in [self._estimate("gain", task, gain)]]
        for task in self.tasks:
            estimates += _front(task, held, protocol)
        by_system = (SystemVerdict(self.models.small, outcome, *shown.interval, math.nan),) if shown else ()
        value, low, high = shown.interval if shown else (None, None, None)
        return Ruling(Verdict(outcome, value, low, high, None, reasons, by_system), tuple(estimates))

    def _estimate(self, metric: str, task: Task, gain: _Gain) -> Estimate:
        return Estimate(
            metric, task.dataset, self.models.small, task.condition, *gain.interval, gain.items, "share 0-1"
        )

    def _gain(
        self, task: Task, held: Mapping[tuple[str, str, str], Rows], protocol: Protocol, *, alpha: float
    ) -> _Gain | None:
        """Quality of the small model minus that of the large one, on the questions both were asked.

        Two of three tasks may decide, and nobody said beforehand which two: so the interval of each has level
        1 - alpha / (tasks - wins + 1), as for a partial conjunction.
        """
        found = [held.get((task.dataset, name, task.condition)) for name in (self.models.small, self.models.large)]
        if not all(found):
            return None
        small, large = ({row["item"]: row for row in rows or () if row["status"] != _UNSCORED} for rows in found)
        common = [item for item in small if item in large]
        if not common:
            return None
        counts = [
            (np.array([[side[item][c] for c in task.columns] for item in common]), task.columns)
            for side in (small, large)
        ]
        groups = [small[item]["group"] or item for item in common]
        resamples = int(protocol.limits.get("resamples", 10_000))
        how: dict[str, Any] = {"groups": groups, "resamples": resamples, "seed": protocol.seeds[0]}
        level = alpha / (len(self.tasks) - self.wins + 1)
        interval = paired(counts[0], counts[1], **how).compared(task.score, by="difference", alpha=level).interval
        above = all(_above_chance(task, matrix, how, level) for matrix in counts)
        return _Gain(interval, len(common), above)

    def _at(
        self, budget: float, held: Mapping[tuple[str, str, str], Rows], gains: Mapping[Task, _Gain | None]
    ) -> tuple[Outcome, str]:
        """What one budget says, and why."""
        shut, told = self._shut_out(budget, held)
        said = f"{budget:g} s per question: "
        if len(self.tasks) - len(shut) < self.wins:
            return "not testable", f"{said}not testable. {' '.join(told)}"
        open_tasks = [task for task in self.tasks if task not in shut]
        unknown = [t for t in open_tasks if gains[t] is None or self._slow(t, budget, held) is None]
        kept = [t for t in open_tasks if t not in unknown and not self._slow(t, budget, held)]
        if len(kept) + len(unknown) < self.wins:
            return "not testable", f"{said}not testable. By the clock, one of the two takes longer. {' '.join(told)}"
        decided = {t: gain for t in kept if (gain := gains[t]) is not None}
        won = [t for t, g in decided.items() if g.interval.low > self.margin and g.above_chance]
        lost = [t for t, g in decided.items() if g.interval.high < -self.margin]
        words = [f"{t.condition} on {t.dataset}: {_words(g)}." for t, g in decided.items()]
        outcome: Outcome = (
            "supported" if len(won) >= self.wins else "refuted" if len(lost) >= self.wins else "inconclusive"
        )
        if unknown and outcome == "inconclusive":
            pairs = ", ".join(f"{t.condition} on {t.dataset}" for t in unknown)
            words.append(f"not measured with both {self.models.small} and {self.models.large}: {pairs}.")
        return outcome, f"{said}{outcome}. {' '.join((*words, *told))}"

    def _shut_out(self, budget: float, held: Mapping[tuple[str, str, str], Rows]) -> tuple[list[Task], list[str]]:
        """Tasks in which the large model cannot keep a budget, by arithmetic alone, and the arithmetic."""
        shut, told = [], []
        for task in self.tasks:
            rows = held.get((task.dataset, self.models.on_paper, task.condition + PAPER))
            if not rows:
                continue
            mean = {name: float(np.mean([row[name] for row in rows])) for name in _ARITHMETIC}
            if mean["least"] > budget:
                shut.append(task)
                told.append(
                    f"{self.models.large} on {task.dataset}: at least {mean['least']:.2g} s, the longer of "
                    f"{mean['weights']:.1f} GB of weights at {mean['gigabytes']:.0f} GB a second and "
                    f"{mean['gigaflop'] / 1000:.2g} trillion operations at {mean['gflops']:.0f} billion a second "
                    f"({mean['tokens']:.0f} tokens, one a word)."
                )
        return shut, told

    def _slow(self, task: Task, budget: float, held: Mapping[tuple[str, str, str], Rows]) -> bool | None:
        """Whether either model takes longer than a budget by the clock; None if nobody timed both on one machine."""
        found = [
            held.get((task.dataset, name, task.condition + TIMED)) for name in (self.models.small, self.models.large)
        ]
        timed = [rows for rows in found if rows]
        if len(timed) < 2 or len({row["machine"] for rows in timed for row in rows}) > 1:
            return None
        return any(float(np.mean([row["seconds"] for row in rows])) > budget for rows in timed)


class _Gain(NamedTuple):
    """How much better the small model is on one task, on how many questions, and whether both do more than guess."""

    interval: Interval
    items: int
    above_chance: bool


_ARITHMETIC = ("least", "weights", "gigabytes", "gigaflop", "tokens", "gflops")
_UNSCORED = Missing.UNSCORED.value


def _above_chance(task: Task, counts: Any, how: Mapping[str, Any], alpha: float) -> bool:
    """Whether a model is better than guessing, the whole interval."""
    drawn = resample(counts, **how)

    def over(sums: Mapping[str, Any]) -> Any:
        return task.score(sums) - (task.chance(sums) if task.chance else 0.0)

    return percentile(*drawn.scored(over), alpha=alpha).low > 0


def _front(task: Task, held: Mapping[tuple[str, str, str], Rows], protocol: Protocol) -> list[Estimate]:
    """How often, over resamples of questions and of times, no other system is as good and as fast as this one."""
    resamples = int(protocol.limits.get("resamples", 10_000))
    quality, seconds = {}, {}
    for (dataset, system, condition), rows in held.items():
        how: dict[str, Any] = {"resamples": resamples, "seed": protocol.seeds[0]}
        if dataset == task.dataset and condition == task.condition:
            counts = {c: [row[c] for row in rows if row["status"] != _UNSCORED] for c in task.columns}
            quality[system] = resample(counts, **how).scored(task.score)[1]
        if dataset == task.dataset and condition == task.condition + TIMED:
            counts = {c: [row[c] for row in rows] for c in ("timed", "seconds")}
            seconds[system] = resample(counts, **how).scored(cost.per_item)[1]
    both = [system for system in quality if system in seconds]
    if len(both) < 2:
        return []
    good, slow = (np.array([side[system] for system in both]) for side in (quality, seconds))
    share = {}
    for n, system in enumerate(both):
        others = [m for m in range(len(both)) if m != n]
        as_good, as_fast = good[others] >= good[n], slow[others] <= slow[n]
        better = (good[others] > good[n]) | (slow[others] < slow[n])
        share[system] = float(np.mean(~np.any(as_good & as_fast & better, axis=0)))
    nan = math.nan
    return [
        Estimate("on_front", task.dataset, system, task.condition, value, nan, nan, resamples, "share 0-1")
        for system, value in share.items()
    ]


def _words(gain: _Gain) -> str:
    value, low, high = gain.interval
    guess = "" if gain.above_chance else ", not both above chance"
    return f"{value:+.3f} [{low:+.3f}, {high:+.3f}]{guess}"
