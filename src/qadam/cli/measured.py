"""The first table on the terminal: systems down, conditions across, each number with its interval, the effect last.

It is as wide as a usual terminal at most. Where not all conditions fit, those that the rule compares stay; the others are
counted, and stand on the page.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean as mean

from rich.console import Console
from rich.table import Table

from qadam.lab.plan import Plan
from qadam.publish.numbers import decimals, interval, number
from qadam.terms import Evidence, Measurement, Protocol, Rule, SystemVerdict, Verdict

NAME, HEADING = 32, 12  # characters for the name of a system, and for that of a condition; longer ones are folded
WIDE = 100  # columns of a usual terminal
OUTCOME_STYLE = {
    "supported": "bold green",
    "refuted": "bold red",
    "inconclusive": "bold yellow",
    "not testable": "bold magenta",
    "measured": "bold blue",
}

Cells = Mapping[str, Mapping[str, str]]  # system -> condition -> a number in words


@dataclass(frozen=True)
class _Layout:
    """What stands in the table: the numbers, the effects and outcomes by system, and what the effect compares."""

    cells: Cells
    effects: Mapping[str, str]
    outcomes: Mapping[str, str]
    compared: str


def show(console: Console, plan: Plan, evidence: Evidence, dataset: str) -> None:
    """The first metric of the protocol on one data set, and the effect that the rule judges; all else is in the report."""
    rule, metric = plan.protocol.rule, plan.protocol.metrics[0]
    here = [m for m in evidence.measurements if m.dataset == dataset]
    found = [m for m in here if m.metric == metric.name]
    most = max((len({m.seed for m in found if m.condition == c.name}) for c in plan.protocol.conditions), default=0)
    cells = _numbers(found, rule)
    effects = _effects(evidence, rule) if rule else {}
    # An effect that no row has, since it is one of several systems, stands beside the verdict alone.
    rows = [*cells, *(s for s in effects if s not in cells and any(m.system == s for m in here))]
    outcomes = {v.system: v.outcome for v in evidence.verdict.by_system if v.system in rows}
    compared = _compared(plan.protocol, rule) if rule and any(system in effects for system in rows) else ""
    kept = {name: cells.get(name, {}) for name in rows}
    layout = _Layout(kept, {s: e for s, e in effects.items() if s in rows}, outcomes, compared)
    measured = [c.name for c in plan.protocol.conditions if any(c.name in row for row in cells.values())]
    conditions = _fitting(layout, measured, rule, plan.protocol, width=min(console.width, WIDE))
    if not conditions:  # a narrow terminal: the numbers without their intervals
        bare = {s: {c: text.partition(" ")[0] for c, text in row.items()} for s, row in kept.items()}
        layout = _Layout(bare, layout.effects, outcomes, compared)
        conditions = _fitting(layout, measured, rule, plan.protocol, width=console.width) or measured[:1]
    n = max((m.n for m in found), default=0)  # of items; an effect may count resamples
    seeds = f", mean of up to {most} seeds; the interval of each is on the page" if most > 1 else ""
    whose = ", 95 % intervals" if any("[" in text for row in layout.cells.values() for text in row.values()) else ""
    console.print(f"{metric.title['en']}, {dataset}{f', n = {n:,}' if n else ''}{whose}{seeds}\n")
    console.print(_table(layout, conditions))
    if more := len(measured) - len(conditions):
        console.print(f"[dim]and {more} more {'condition' if more == 1 else 'conditions'} on the page[/]")


def with_interval(found: Measurement | SystemVerdict | Verdict, value: float | None, places: int) -> str:
    """A number and its 95 % interval; alone where it has none."""
    if value is None or not math.isfinite(value):
        return ""
    if found.low is None or found.high is None or math.isnan(found.low) or math.isnan(found.high):
        return f"{value:.{places}f}"
    return f"{value:.{places}f} [{found.low:.{places}f}, {found.high:.{places}f}]"


def places(evidence: Evidence, rule: Rule | None) -> int:
    """The decimals of an effect: two, or those of the margin it is held against."""
    if rule is None:
        return 2
    return max(2, decimals((m for m in evidence.measurements if m.metric in rule.effects), rule))


def _numbers(found: Sequence[Measurement], rule: Rule | None) -> dict[str, dict[str, str]]:
    """Each number with its interval; of several seeds the mean alone, since the interval of one of them is not its own."""
    drawn: dict[tuple[str, str], list[Measurement]] = defaultdict(list)
    for m in found:
        drawn[m.system, m.condition].append(m)
    places_of_all = decimals(found, rule)
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    for (system, condition), seeds in drawn.items():
        m = seeds[0]
        text = number(mean(one.value for one in seeds), places_of_all)
        alone = len(seeds) == 1 and math.isfinite(m.low) and math.isfinite(m.high)
        cells[system][condition] = f"{text} {interval(m.low, m.high, places_of_all)}" if alone else text
    return dict(cells)


def _effects(evidence: Evidence, rule: Rule) -> dict[str, str]:
    """The effect of each system: where the rule looks, else as its verdict says it, else the only one there is of it."""
    named = [m for m in evidence.measurements if m.metric == rule.effects[0]]
    digits = places(evidence, rule)
    at = {m.system: m for m in named if (m.dataset, m.condition) == (rule.dataset, rule.condition)}
    of = {v.system: v for v in evidence.verdict.by_system}
    alone = {m.system: m for m in named if sum(other.system == m.system for other in named) == 1}
    found: dict[str, str] = {}
    for system in dict.fromkeys((*at, *of, *alone)):
        if system in at or system in alone:
            m = at.get(system) or alone[system]
            found[system] = with_interval(m, m.value, digits)
        else:
            found[system] = with_interval(of[system], of[system].effect, digits)
    return {system: text for system, text in found.items() if text}


def _compared(protocol: Protocol, rule: Rule) -> str:
    """What the effect of a rule compares: its condition with another, if it does."""
    than = _than(protocol, rule)
    return f"{rule.condition} / {than} [95 %]" if than else rule.effects[0]


def _than(protocol: Protocol, rule: Rule) -> str:
    found = (c for c in protocol.contrasts if c.name == rule.effects[0])
    return next((c.than for c in found if not c.conditions or rule.condition in c.conditions), "")


def _fitting(
    layout: _Layout, measured: Sequence[str], rule: Rule | None, protocol: Protocol, *, width: int
) -> list[str]:
    """The conditions that fit, those of the rule before the others; in the order of the protocol."""
    first = [name for name in (rule.condition, _than(protocol, rule)) if name in measured] if rule else []
    left = width - sum(wide + 1 for wide in (_system(layout), _effect(layout), _outcome(layout)))
    fitting = []
    for name in dict.fromkeys((*first, *measured)):
        left -= _wide(layout, name) + 1
        if left < 0:
            break
        fitting.append(name)
    return [name for name in measured if name in fitting]


def _wide(layout: _Layout, condition: str) -> int:
    return max(min(HEADING, len(condition)), *(len(row.get(condition, "")) for row in layout.cells.values()))


def _system(layout: _Layout) -> int:
    return min(NAME, max(map(len, (*layout.cells, "system"))))


def _effect(layout: _Layout) -> int:
    words = (min(2 * HEADING, len(word)) for word in layout.compared.split())
    return max([*map(len, layout.effects.values()), *words, 0])


def _outcome(layout: _Layout) -> int:
    return max(map(len, (*layout.outcomes.values(), "")))


def _table(layout: _Layout, conditions: Sequence[str]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("system", width=_system(layout), overflow="fold")
    for name in conditions:
        table.add_column(name, justify="right", width=_wide(layout, name), overflow="fold")
    if layout.effects:
        table.add_column(layout.compared, justify="right", width=_effect(layout), overflow="fold")
    if layout.outcomes:
        table.add_column("", width=_outcome(layout), no_wrap=True)
    for system, row in layout.cells.items():
        values = [row.get(name, "") for name in conditions]
        if not any(values) and system not in layout.effects:
            continue
        values += [layout.effects.get(system, "")] if layout.effects else []
        outcome = layout.outcomes.get(system, "")
        values += [f"[{OUTCOME_STYLE[outcome]}]{outcome}[/]" if outcome else ""] if layout.outcomes else []
        table.add_row(system, *values)
    return table
