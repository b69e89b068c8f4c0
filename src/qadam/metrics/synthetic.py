"""Do synthetic pairs help a translator? Arms with and without them on tests of people, seeds and sentences together.

Four arms with the same budget: few real pairs; few real pairs and as many synthetic ones; as many real pairs as both; few real
pairs and as many target sentences that are their own sources. There are two controls. That real pairs help: where even they do
nothing, a test could not have shown that synthetic ones do. That synthetic pairs beat copied sentences: where they do not, it may
be more text in the target language that helps, and no pair. And where no arm is above translators that do not read, nobody has
learned anything there to compare.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qadam.metrics.arms import ByFamily, Found, Measured, Task
from qadam.metrics.translation import ORDERS, chrf
from qadam.terms import Outcome, Verdict

FEW, REAL, SYNTHETIC, COPIED = "few", "real", "synthetic", "copied"
HELPS, NO_HELP = 1.0, 0.5  # points of chrF++
BARS = ("copy-into-english", "one-for-all")  # translators that do not read
COMPARED = ((SYNTHETIC, FEW), (REAL, FEW), (SYNTHETIC, REAL), (COPIED, FEW), (SYNTHETIC, COPIED))


def translated(dataset: str, condition: str, *, margin: float = HELPS, bars: tuple[str, ...] = BARS) -> Task:
    """chrF++ of translations on one test; a difference up to the margin is none, nor is an arm not above the bars."""
    columns = {name: (name,) for order in ORDERS for name in (f"{order}_said", f"{order}_gold", f"{order}_same")}
    return Task("chrF++", dataset, condition, "points 0-100", columns, chrf, margin, bars=bars)


class Helps(ByFamily):
    """Settles whether synthetic pairs help: a named object, so that it travels to worker processes.

    Supported if on every test synthetic pairs beside few real ones gain more than one point of chrF++ by the whole interval, and
    anything at all, by the whole interval, over copied target sentences in their place;
    refuted if on every test the whole interval is below half a point, and the same number of real pairs gains something on every
    test; otherwise inconclusive, and so where on a test no arm is above the bars. The other families of arms stand beside.
    """

    def __init__(self, tasks: Sequence[Task], families: Mapping[str, Mapping[str, str]], *, seeds: int) -> None:
        self.tasks, self.families, self.seeds = tuple(tasks), families, seeds
        tests = ", ".join(f"{t.condition} on {t.dataset}{''.join(f' above {bar}' for bar in t.bars)}" for t in tasks)
        arms = "; ".join(f"{name}: {' '.join(arms.values())}" for name, arms in families.items())
        self.__qualname__ = f"Helps(chrF++, {tests}, by {HELPS:g}, less than {NO_HELP:g}; {arms}; {seeds} seeds)"

    def compared(self, measured: Measured, arms: Mapping[str, str]) -> list[Found]:
        """The pairs of arms that the family has, test by test."""
        pairs = ((task, arm, than) for task in self.tasks for arm, than in COMPARED if arm in arms and than in arms)
        return [found for task, arm, than in pairs if (found := measured.compared(task, arm, than))]

    def ruled(self, name: str, measured: Measured, found: Sequence[Found], *, alpha: float) -> Verdict:
        """What the rule says of one family."""
        told = tuple(f"{f.task.dataset}, {f.told(alpha)}" for f in found)
        deciding = [f for f in found if (f.arm, f.than) == (SYNTHETIC, FEW)]
        control = [f for f in found if (f.arm, f.than) == (REAL, FEW)]
        absent = [t.dataset for t in self.tasks if not any(f.task == t for f in deciding)]
        if absent:
            return Verdict("inconclusive", None, None, None, None, (f"not measured: {', '.join(absent)}.", *told))
        floor = [t for t in self.tasks if not measured.above_chance(t, tuple(measured.arms), alpha)]
        intervals = [f.spread.interval(alpha) for f in deciding]
        sensitive = len(control) == len(deciding) and all(f.spread.interval(alpha).low > 0 for f in control)
        outcome: Outcome = "inconclusive"
        reasons: tuple[str, ...] = ()
        if floor:
            reasons = tuple(f"{t.dataset}: {t.dropped}" for t in floor)
        elif all(low > HELPS for _, low, _ in intervals):
            above = [f for f in found if (f.arm, f.than) == (SYNTHETIC, COPIED) and f.spread.interval(alpha).low > 0]
            outcome = "supported" if len(above) == len(deciding) else "inconclusive"
            if outcome != "supported":
                reasons = (
                    "Not shown on every test to gain more than copied target sentences: text in the target language may be all that helps.",
                )
        elif all(high < NO_HELP for _, _, high in intervals):
            outcome = "refuted" if sensitive else "inconclusive"
            if not sensitive:
                reasons = (
                    "Real pairs do not help on every test either: what it cannot show of them it cannot show of synthetic ones.",
                )
        if outcome != "inconclusive" and min(len(f.spread.by_seed) for f in deciding) < self.seeds:
            outcome, reasons = "inconclusive", (f"Fewer than {self.seeds} seeds settle nothing.",)
        value, low, high = intervals[0]
        return Verdict(outcome, value, low, high, None, (*reasons, *told))
