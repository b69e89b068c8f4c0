"""Which language one learns from serves a third better: arms set against each other, and the script taken out.

Two languages are compared twice: each as it is written, and both in the script of the third. Only where one wins both ways is
it the language that won; what the script alone costs is told beside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any

from qadam.metrics import spans
from qadam.metrics.arms import ByFamily, Found, Measured, Task, gain
from qadam.metrics.classification import Classes
from qadam.metrics.trained import f1
from qadam.stats.multiple import holm
from qadam.terms import Metric, Missing, Outcome, SystemVerdict, Verdict

NEW, OLD, IN_SCRIPT, NOTHING = "turkish", "russian", "turkish-in-cyrillic", "nothing"  # the roles of a family
WINS, SEEDS = 2, 3
ANOTHER = "latin"  # how conditions end in which Kazakh is written in the other script


def right_labels(prediction: Sequence[str] | Missing, gold: Sequence[str]) -> Mapping[str, float]:
    """How many tokens of a sentence got their label; without an answer none did."""
    given = () if isinstance(prediction, Missing) else tuple(prediction)
    return {"right": float(sum(a == b for a, b in zip(given, gold, strict=False))), "asked": float(len(gold))}


def share_right(sums: Mapping[str, Any]) -> Any:
    """Tokens with their label over all tokens."""
    return sums["right"] / sums["asked"]


right_parts = Metric(
    "right_parts",
    {
        "en": "tokens given their part of speech",
        "ru": "доля токенов с верной частью речи",
        "kk": "сөз табы дұрыс анықталған токендер үлесі",
    },
    "share 0-1",
    right_labels,
    share_right,
    better="higher",
)


class Recall:
    """The mean over classes of the share of their texts that were given them; a named object."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        self.__qualname__ = f"recall({','.join(labels)})"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        every = (*self.labels, "none")
        return sum(sums[f"{a}>{a}"] / sum(sums[f"{a}>{b}"] for b in every) for a in self.labels) / len(self.labels)


def names(dataset: str, condition: str, margin: float) -> Task:
    """F1 of persons, places and organisations, exact; who says nothing reaches nothing."""
    columns = {mark: tuple(f"{mark}_{name}" for name in spans.CLASSES) for mark in ("hit", "found", "gold")}
    return Task(condition, dataset, condition, "F1 0-1", columns, f1, margin, chance=0.0)


def topics(classes: Classes, dataset: str, condition: str, margin: float) -> Task:
    """The mean recall of the topics; guessing reaches one over their number."""
    columns = {c: (c,) for a in classes.labels for b in (*classes.labels, "none") for c in (f"{a}>{b}",)}
    score = Recall(classes.labels)
    return Task(condition, dataset, condition, "share 0-1", columns, score, margin, chance=1 / len(classes.labels))


def parts(dataset: str, condition: str, margin: float) -> Task:
    """Parts of speech of tokens; who calls everything a noun is right three times in ten on KTB."""
    columns = {"right": ("right",), "asked": ("asked",)}
    return Task(condition, dataset, condition, "share 0-1", columns, share_right, margin, chance=0.3)


class Sources(ByFamily):
    """Settles which of two languages is the better source: a named object, so that it travels to worker processes.

    Supported if on at least two tasks the new source beats the old one by more than the margin, whole intervals, as it is
    written *and* in the other's script; refuted if on as many it is shown, both ways, to be equivalent within the margin, or
    worse. p-values are adjusted over tasks (Holm). The first family decides, on the tasks of `judged`; all else stands
    beside: other amounts of Kazakh, what a source gives over none, what the script costs, the other families.
    """

    def __init__(
        self, judged: Sequence[Task], beside: Sequence[Task], families: Mapping[str, Mapping[str, str]], *, seeds: int
    ) -> None:
        self.judged, self.beside, self.families, self.seeds = tuple(judged), tuple(beside), families, seeds
        told = ", ".join(f"{t.name} on {t.dataset} by {t.margin:g}" for t in judged)
        aside = ", ".join(t.name for t in beside)
        arms = ", ".join(f"{k}: {' '.join(v.values())}" for k, v in families.items())
        self.__qualname__ = f"Sources({told}; beside {aside}; {arms}; {WINS} wins, {seeds} seeds)"

    def compared(self, measured: Measured, arms: Mapping[str, str]) -> list[Found]:
        """The pairs of sources, task by task."""
        pairs = product((*self.judged, *self.beside), PAIRS)
        return [found for task, (arm, than) in pairs if (found := measured.compared(task, arm, than))]

    def called(self, found: Found) -> str:
        """All tasks are gains in what was learned."""
        return gain("learning", found.than)

    def ruled(self, name: str, measured: Measured, found: Sequence[Found], *, alpha: float) -> Verdict:
        """What the rule says of one family."""
        of_task = {t.name: {f.arm: f for f in found if f.task == t and f.than == OLD} for t in self.judged}
        floor = [
            t.name
            for t in self.judged
            if of_task[t.name] and not measured.above_chance(t, (NEW, OLD, IN_SCRIPT), alpha)
        ]
        whole = {n: its for n, its in of_task.items() if {NEW, IN_SCRIPT} <= set(its) and n not in floor}
        reasons = [f"{name}: dropped, nobody is above chance." for name in floor]
        missing = [n for n in of_task if n not in whole and n not in floor]
        reasons += [f"not measured: {', '.join(missing)}."] if missing else []
        won, lost = (
            sum(p <= alpha for p in holm([max(map(ask, its.values())) for its in whole.values()])) if whole else 0
            for ask in (_better, _no_better)
        )
        outcome: Outcome = "supported" if won >= WINS else "refuted" if lost >= WINS else "inconclusive"
        if outcome != "inconclusive" and any(
            len(f.spread.by_seed) < self.seeds for i in whole.values() for f in i.values()
        ):
            outcome = "inconclusive"
            reasons.append(f"Fewer than {self.seeds} seeds settle nothing.")
        reasons.append(
            f"As it is written and in the script of the other, {NEW} is better by more than the margin on {won}, no better on "
            f"{lost} of {len(self.judged)} tasks; the rule asks for {WINS}."
        )
        reasons += [f.told(alpha) for its in of_task.values() for f in its.values()]
        reasons += [
            self._script(f, alpha) for f in found if f.task in self.judged and (f.arm, f.than) == (IN_SCRIPT, NEW)
        ]
        first = next((its[NEW] for its in of_task.values() if NEW in its), None)
        if first is None:
            return Verdict(outcome, None, None, None, None, tuple(reasons))
        shown = first.spread.interval(alpha)
        asked = next(its for its in of_task.values() if NEW in its).values()
        of_arms = tuple(self._of_arm(measured, f, alpha) for f in asked)
        return Verdict(outcome, *shown, None, tuple(reasons), of_arms)

    def _of_arm(self, measured: Measured, found: Found, alpha: float) -> SystemVerdict:
        """What one arm shows against the old source on one task, by itself: the claim asks for two ways and two tasks."""
        outcome: Outcome = (
            "supported" if _better(found) <= alpha else "refuted" if _no_better(found) <= alpha else "inconclusive"
        )
        if len(found.spread.by_seed) < self.seeds:
            outcome = "inconclusive"
        return SystemVerdict(measured.arms[found.arm], outcome, *found.spread.interval(alpha), _better(found))

    def _script(self, found: Found, alpha: float) -> str:
        value, low, high = found.spread.interval(alpha)
        return f"{found.task.name}: the script alone makes {value:+.4f} [{low:+.4f}, {high:+.4f}] {found.task.unit}."


PAIRS = ((NEW, OLD), (IN_SCRIPT, OLD), (IN_SCRIPT, NEW), (NEW, NOTHING), (OLD, NOTHING))


def _better(found: Found) -> float:
    """Two-sided p for "better by more than the margin"."""
    return min(1.0, 2 * found.spread.p_above(found.task.margin))


def _no_better(found: Found) -> float:
    """p for "equivalent, or worse": each is tried, so each is doubled."""
    return min(1.0, 2 * min(found.spread.p_equivalent(found.task.margin), found.spread.p_below(0)))
