"""Arms of a study that trains, set against each other across seeds and tasks: who beats whom, and what could be seen.

An arm is a way to build a system, trained with several seeds; a task is a measurement of it. Every comparison is paired by seed
and by item (`qadam.stats.seeds`) and turned so that more is better. Several tasks, arms and opponents are tested at once, so
p-values are adjusted by Holm. A task on which nobody is above chance tells nothing and is dropped. Fewer seeds than were planned
settle nothing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from qadam.stats.multiple import holm
from qadam.stats.seeds import Spread, across_seeds
from qadam.terms import Cell, Estimate, Missing, Outcome, Protocol, Ruling, SystemVerdict, Verdict

Rows = Mapping[Cell, Sequence[Mapping[str, Any]]]
Ladders = Mapping[str, Mapping[str, float]]


class Task(NamedTuple):
    """What arms are measured by. `columns` are sums of columns of the rows, by the name that `score` knows them by.

    A difference up to `margin` is none. `chance` is what guessing reaches, None where nothing is guessed. `bars` are systems that
    know nothing of the question, asked with the first seed: who is not above each of them is not above chance.
    """

    name: str
    dataset: str
    condition: str
    unit: str
    columns: Mapping[str, tuple[str, ...]]
    score: Callable[[Mapping[str, Any]], Any]
    margin: float
    better: int = 1  # -1: less is better
    chance: float | None = None
    bars: tuple[str, ...] = ()

    @property
    def dropped(self) -> str:
        """What is said of a task on which nobody has learned anything."""
        return f"dropped, nobody is above {' and '.join(self.bars) or 'chance'}."


class Found(NamedTuple):
    """One comparison on one task, turned so that more is better."""

    task: Task
    arm: str
    than: str
    spread: Spread
    items: int

    def told(self, alpha: float) -> str:
        """The comparison in words, with what this many seeds and items could have seen."""
        value, low, high = self.spread.interval(alpha)
        words = (
            f"{self.task.name}, {self.arm} over {self.than}: {value:+.4f} [{low:+.4f}, {high:+.4f}] {self.task.unit}"
        )
        seen = self.spread.seeable(alpha=alpha)
        needed = self.spread.seeds_needed(self.task.margin, alpha=alpha)
        power = f"to see {self.task.margin:g} it needs {needed} seeds"
        if needed is None:
            power = f"no number of seeds shows {self.task.margin:g}: the test items are too few"
        elif needed == 0:
            power = "with one seed the spread from seed to seed is unknown"
        seeds = len(self.spread.by_seed)
        return f"{words}; could have seen {seen:.4f} ({seeds} seed{'s' * (seeds > 1)}, {self.items} items); {power}."


class Measured:
    """Arms of one family on the tasks of a protocol: `arms` gives the system of each role."""

    def __init__(self, rows: Rows, protocol: Protocol, arms: Mapping[str, str]) -> None:
        self.rows, self.protocol, self.arms = rows, protocol, arms

    def seeds(self, task: Task, roles: Sequence[str]) -> tuple[int, ...]:
        """The seeds with which every one of these arms was measured on a task."""
        return tuple(s for s in self.protocol.seeds if all(self._cell(task, role, s) in self.rows for role in roles))

    def weighed(self, task: Task, weights: Mapping[str, float]) -> tuple[Spread, int] | None:
        """A weighted sum of the scores of arms, and over how many items; None if one of them was not measured."""
        seeds = self.seeds(task, tuple(weights))
        if not seeds:
            return None
        sides = {role: [self._scored(task, role, seed) for seed in seeds] for role in weights}
        found = [rows for per_seed in sides.values() for rows in per_seed]
        common = [item for item in found[0] if all(item in rows for rows in found)]
        columns = tuple(task.columns)
        counts = {
            role: [
                np.array([[sum(rows[i][c] for c in task.columns[name]) for name in columns] for i in common])
                for rows in per_seed
            ]
            for role, per_seed in sides.items()
        }
        spread = across_seeds(
            counts,
            columns,
            weights={role: task.better * weight for role, weight in weights.items()},
            score=task.score,
            groups=[found[0][i]["group"] or i for i in common],
            resamples=int(self.protocol.limits.get("resamples", 10_000)),
            seed=self.protocol.seeds[0],
        )
        return spread, len(common)

    def compared(self, task: Task, arm: str, than: str) -> Found | None:
        """One arm over another; None if one of them was not measured."""
        found = self.weighed(task, {arm: 1.0, than: -1.0})
        return Found(task, arm, than, *found) if found else None

    def above_chance(self, task: Task, roles: Sequence[str], alpha: float) -> bool:
        """Whether any of these arms is above chance on a task, and above each of its bars, by its whole interval."""
        return any(self._above(task, role, alpha) for role in roles)

    def _above(self, task: Task, role: str, alpha: float) -> bool:
        over = [self.weighed(task, {role: 1.0, bar: -1.0}) for bar in task.bars]
        if not all(f and f[0].interval(alpha).low > 0 for f in over):
            return False
        if task.chance is None:
            return True
        found = self.weighed(task, {role: 1.0})
        return found is not None and found[0].interval(alpha).low > task.better * task.chance

    def estimate(self, found: Found, name: str, alpha: float) -> Estimate:
        """A comparison as a number beside those of the cells."""
        task = found.task
        place = (name, task.dataset, self.arms[found.arm], task.condition)
        return Estimate(*place, *found.spread.interval(alpha), found.items, task.unit)

    def _cell(self, task: Task, role: str, seed: int) -> Cell:
        once = self.protocol.seeds[0] if role in task.bars else seed
        return Cell(task.dataset, self.arms.get(role, role), task.condition, once)

    def _scored(self, task: Task, role: str, seed: int) -> dict[str, Mapping[str, Any]]:
        rows = self.rows[self._cell(task, role, seed)]
        return {row["item"]: row for row in rows if row["status"] != Missing.UNSCORED.value}


class ByFamily(ABC):
    """Rules over families of arms, such as networks and what counts: the first family decides, the others stand beside."""

    families: Mapping[str, Mapping[str, str]]

    @abstractmethod
    def compared(self, measured: Measured, arms: Mapping[str, str]) -> list[Found]:
        """The comparisons that a family was measured for."""

    @abstractmethod
    def ruled(self, name: str, measured: Measured, found: Sequence[Found], *, alpha: float) -> Verdict:
        """What the rule says of one family."""

    def called(self, found: Found) -> str:
        """The name under which a comparison is shown."""
        return gain(found.task.name, found.than)

    def __call__(self, rows: Rows, protocol: Protocol) -> Ruling:
        """The verdict of the first family; the reasons of the others stand beside."""
        alpha = protocol.rule.alpha if protocol.rule else 0.05
        estimates: list[Estimate] = []
        verdict: Verdict | None = None
        for name, arms in self.families.items():
            measured = Measured(rows, protocol, arms)
            found = self.compared(measured, arms)
            estimates += [measured.estimate(f, self.called(f), alpha) for f in found]
            ruled = self.ruled(name, measured, found, alpha=alpha)
            if verdict is None:
                verdict = ruled
            elif found:
                beside = tuple(f"Beside, no part of the rule ({name}): {reason}" for reason in ruled.reasons)
                verdict = replace(verdict, reasons=(*verdict.reasons, *beside))
        assert verdict is not None
        return Ruling(verdict, tuple(estimates))


class Contest(ByFamily):
    """Settles a rule of the kind "one of these arms beats those": a named object, so that it travels to worker processes.

    Supported if some challenger beats every opponent by more than the margin on at least `wins` tasks, whole intervals; refuted if
    every challenger is equivalent to the first opponent, or worse, on as many; otherwise inconclusive.
    """

    def __init__(
        self,
        tasks: Sequence[Task],
        families: Mapping[str, Mapping[str, str]],
        *,
        challengers: Sequence[str],
        against: Sequence[str],
        needs: tuple[int, int],
    ) -> None:
        self.tasks, self.families = tuple(tasks), families
        self.challengers, self.against = tuple(challengers), tuple(against)
        self.wins, self.seeds = needs
        named = ", ".join(
            f"{t.name} on {t.dataset} by {t.margin:g}{''.join(f' above {bar}' for bar in t.bars)}" for t in tasks
        )
        arms = ", ".join(f"{k}: {' '.join(v.values())}" for k, v in families.items())
        self.__qualname__ = f"Contest({', '.join(challengers)} over {', '.join(against)}; {named}; {arms}; {self.wins} wins, {self.seeds} seeds)"

    def compared(self, measured: Measured, arms: Mapping[str, str]) -> list[Found]:
        """Every challenger against every other, task by task."""
        pairs = product(self.tasks, self.challengers, self.against)
        return [found for task, arm, than in pairs if (found := measured.compared(task, arm, than))]

    def ruled(self, name: str, measured: Measured, found: Sequence[Found], *, alpha: float) -> Verdict:
        """What the rule says of one family."""
        challengers = [arm for arm in self.challengers if arm in measured.arms]
        floor = [t for t in self.tasks if found and not measured.above_chance(t, (*challengers, *self.against), alpha)]
        kept = [f for f in found if f.task not in floor]
        reasons = [f"{t.name}: {t.dropped}" for t in floor if any(f.task == t for f in found)]
        short = sorted({f.task.name for f in kept if len(f.spread.by_seed) < self.seeds})
        by_arm = [self._arm(arm, kept, alpha) for arm in challengers]
        outcome: Outcome = "inconclusive"
        if any(len(won) >= self.wins for won, _ in by_arm):
            outcome = "supported"
        elif by_arm and all(len(lost) >= self.wins for _, lost in by_arm):
            outcome = "refuted"
        missing = [t.name for t in self.tasks if not any(f.task == t for f in found)]
        if missing:
            reasons.append(f"not measured ({name}): {', '.join(missing)}.")
        if short and outcome != "inconclusive":
            outcome = "inconclusive"
            reasons.append(f"Fewer than {self.seeds} seeds settle nothing: {', '.join(short)}.")
        for arm, (won, lost) in zip(challengers, by_arm, strict=True):
            reasons.append(
                f"{arm}: better by more than the margin on {len(won)}, no better on {len(lost)} of {len(self.tasks)} tasks; "
                f"the rule asks for {self.wins}."
            )
        reasons += [f.told(alpha) for f in kept]
        first = next((f for f in kept if f.than == self.against[0]), None)
        shown = first.spread.interval(alpha) if first else None
        effect, low, high = shown or (None, None, None)
        systems = tuple(
            SystemVerdict(
                measured.arms[f.arm], outcome, *f.spread.interval(alpha), min(1.0, 2 * f.spread.p_above(f.task.margin))
            )
            for f in [next((f for f in kept if (f.arm, f.than) == (arm, self.against[0])), None) for arm in challengers]
            if f
        )
        return Verdict(outcome, effect, low, high, None, tuple(reasons), systems)

    def _arm(self, arm: str, found: Sequence[Found], alpha: float) -> tuple[list[str], list[str]]:
        """The tasks an arm wins, and those on which it is shown to be no better than its first opponent."""
        own = [f for f in found if f.arm == arm]
        tasks = list(dict.fromkeys(f.task.name for f in own))
        if not tasks:
            return [], []
        of_task = {name: [f for f in own if f.task.name == name] for name in tasks}
        whole = {name: {f.than for f in its} == set(self.against) for name, its in of_task.items()}
        better = [
            max(min(1.0, 2 * f.spread.p_above(f.task.margin)) for f in of_task[n]) if whole[n] else 1.0 for n in tasks
        ]
        first = {n: next((f for f in of_task[n] if f.than == self.against[0]), None) for n in tasks}
        no_better = [_no_better(f) if (f := first[n]) else 1.0 for n in tasks]
        others = len(self.challengers) - 1  # as many tests again for every other arm
        won = [n for n, p in zip(tasks, holm([*better, *[1.0] * (others * len(tasks))]), strict=False) if p <= alpha]
        lost = [n for n, p in zip(tasks, holm(no_better), strict=True) if p <= alpha]
        return won, lost


class Trend:
    """Settles a rule of the kind "the more of it, the better": the gain from the least to the most along a straight line.

    Each family has its arms and its ladders: for each regime the roles and the logarithm to base 2 of what they have. Supported if on the first task the
    line rises in every regime, whole intervals, by at least the margin; refuted if in every regime the gain is shown to be
    within half the margin; otherwise inconclusive. The other tasks stand beside.
    """

    def __init__(
        self, tasks: Sequence[Task], families: Mapping[str, tuple[Mapping[str, str], Ladders]], *, seeds: int
    ) -> None:
        self.tasks, self.families, self.seeds = tuple(tasks), families, seeds
        named = ", ".join(f"{t.name} on {t.dataset} by {t.margin:g}" for t in tasks)
        told = [
            f"{regime}: {', '.join(f'{arms[role]} {rung:g}' for role, rung in ladder.items())}"
            for arms, ladders in families.values()
            for regime, ladder in ladders.items()
        ]
        self.__qualname__ = f"Trend({named}; {'; '.join(told)}; {seeds} seeds)"

    def __call__(self, rows: Rows, protocol: Protocol) -> Ruling:
        """The verdict of the first family on the first task; everything else stands beside."""
        alpha = protocol.rule.alpha if protocol.rule else 0.05
        estimates: list[Estimate] = []
        reasons: list[str] = []
        deciding: dict[str, Found] = {}
        for number, (family, (arms, ladders)) in enumerate(self.families.items()):
            measured = Measured(rows, protocol, arms)
            for task, (regime, ladder) in product(self.tasks, ladders.items()):
                if not (found := _climbed(measured, task, regime, ladder)):
                    reasons += [] if number else [f"not measured: {task.name}, {regime}."]
                    continue
                estimates.append(measured.estimate(found, gain(task.name, regime), alpha))
                aside = "" if (number, task) == (0, self.tasks[0]) else f"Beside, no part of the rule ({family}): "
                reasons.append(f"{aside}{found.told(alpha)}")
                if not aside:
                    deciding[regime] = found
        outcome, why = self._outcome(deciding, alpha)
        shown = next(iter(deciding.values()), None)
        effect, low, high = shown.spread.interval(alpha) if shown else (None, None, None)
        return Ruling(Verdict(outcome, effect, low, high, None, (*why, *reasons)), tuple(estimates))

    def _outcome(self, deciding: Mapping[str, Found], alpha: float) -> tuple[Outcome, tuple[str, ...]]:
        _, ladders = next(iter(self.families.values()))
        if len(deciding) < len(ladders):
            return "inconclusive", ()
        found = list(deciding.values())
        rises = all(f.spread.interval(alpha).low > 0 and f.spread.value >= f.task.margin for f in found)
        flat = max(f.spread.p_equivalent(f.task.margin / 2) for f in found) <= alpha  # both must be: no correction
        outcome: Outcome = "supported" if rises else "refuted" if flat else "inconclusive"
        if outcome != "inconclusive" and min(len(f.spread.by_seed) for f in found) < self.seeds:
            return "inconclusive", (f"Fewer than {self.seeds} seeds settle nothing.",)
        return outcome, ()


def _climbed(measured: Measured, task: Task, regime: str, ladder: Mapping[str, float]) -> Found | None:
    """The gain over a whole ladder by the line of least squares, whose weights depend on the rungs alone."""
    x = np.array(list(ladder.values()))
    slope = (x - x.mean()) / ((x - x.mean()) ** 2).sum()
    found = measured.weighed(task, dict(zip(ladder, (slope * (x.max() - x.min())).tolist(), strict=True)))
    roles = list(ladder)
    return Found(task, roles[-1], f"{roles[0]}, {regime}", *found) if found else None


def _no_better(found: Found) -> float:
    """p for "equivalent, or worse": each is tried, so each is doubled; worse is already asked of two sides."""
    margin = found.task.margin
    return min(1.0, 2 * min(found.spread.p_equivalent(margin), found.spread.p_below(0)))


def gain(task: str, than: str) -> str:
    """The name of the number that a comparison gives."""
    return f"gain_{task}_over_{than}".replace(" ", "_").replace("-", "_")
