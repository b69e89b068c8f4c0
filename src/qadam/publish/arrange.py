"""Arranges measurements as people read them: one table per metric and dataset, systems down, conditions across."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qadam.publish.numbers import decimals, interval, number
from qadam.terms import Contrast, Evidence, Measurement, Protocol, Rule, Texts


@dataclass(frozen=True)
class Shown:
    """A measurement as text: its value, its interval, and what it counts."""

    value: str
    interval: str
    n: int
    missing: int  # items without an answer or left unscored


@dataclass(frozen=True)
class Table:
    """One metric on one dataset; `rows` pairs a system with an entry per condition, None where nothing was measured."""

    metric: str
    title: Texts | str
    dataset: str
    conditions: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Shown | None, ...]], ...]
    n: tuple[int, ...]  # per condition, the largest

    @property
    def size(self) -> int:
        """How many numbers the table holds."""
        return sum(entry is not None for _, entries in self.rows for entry in entries)

    @property
    def missing(self) -> bool:
        """Whether any number of the table rests on items without an answer or left out, so that a legend is due."""
        return any(entry is not None and entry.missing > 0 for _, entries in self.rows for entry in entries)


def show(measurements: Sequence[Measurement], rule: Rule | None = None) -> list[Shown]:
    """Measurements of one metric as text, all with the same decimals; `rule` is that of their protocol."""
    places = decimals(measurements, rule)
    return [
        Shown(number(m.value, places), interval(m.low, m.high, places), m.n, m.no_answer + m.unscored)
        for m in measurements
    ]


def titles(protocol: Protocol) -> dict[str, Texts]:
    """What the metrics and contrasts of a protocol are called."""
    named = {m.name: m.title for m in protocol.metrics} | {c.name: c.title for c in contrasts(protocol)}
    synthesis = protocol.rule.synthesis if protocol.rule else None
    return named | dict(synthesis.titles if synthesis else {})


def contrasts(protocol: Protocol) -> tuple[Contrast, ...]:
    """The contrasts of a protocol, those that its rule's synthesis finds included."""
    synthesis = protocol.rule.synthesis if protocol.rule else None
    return (*protocol.contrasts, *(synthesis.contrasts if synthesis else ()))


def systems(evidence: Evidence, protocol: Protocol) -> tuple[str, ...]:
    """The measured systems, from the smallest to the largest effect of the rule; others follow as they were measured.

    One order for every table and plot of a page, so that a reader finds a system where it was before.
    """
    seen = list(dict.fromkeys(m.system for m in evidence.measurements))
    rule = protocol.rule
    if rule is None:
        return tuple(seen)
    place = (rule.dataset, rule.condition, rule.effects[0])
    effects = {m.system: m.value for m in evidence.measurements if (m.dataset, m.condition, m.metric) == place}
    return tuple(sorted(seen, key=lambda s: (s not in effects, effects.get(s, 0.0), seen.index(s))))


def tables(evidence: Evidence, protocol: Protocol) -> list[Table]:
    """All measurements of the first seed as tables: the rule's dataset and metric first, then in protocol order."""
    called = titles(protocol)
    order = systems(evidence, protocol)
    first_seed = min((m.seed for m in evidence.measurements), default=0)
    groups: dict[tuple[str, str], dict[tuple[str, str], Measurement]] = {}
    for m in evidence.measurements:
        if m.seed == first_seed:
            groups.setdefault((m.dataset, m.metric), {})[m.system, m.condition] = m
    wanted = main_metric(protocol)
    ranked = sorted(
        groups, key=lambda g: (_rank(g[0], wanted[0], protocol.datasets), _rank(g[1], wanted[1], (*called,)))
    )
    conditions = [c.name for c in protocol.conditions]
    return [
        _table(
            (dataset, metric),
            groups[dataset, metric],
            title=called.get(metric, metric),
            down=order,
            across=conditions,
            rule=protocol.rule,
        )
        for dataset, metric in ranked
    ]


def main_metric(protocol: Protocol) -> tuple[str, str]:
    """The dataset and the metric a reader wants to see before all others: those the rule speaks of."""
    metric = protocol.metrics[0].name if protocol.metrics else ""
    if protocol.rule is None:
        return (protocol.datasets[0] if protocol.datasets else ""), metric
    for contrast in contrasts(protocol):
        if contrast.name == protocol.rule.effects[0]:
            metric = contrast.metric
    return protocol.rule.dataset, metric


def _table(
    of: tuple[str, str],
    cells: Mapping[tuple[str, str], Measurement],
    *,
    title: Texts | str,
    down: Sequence[str],
    across: Sequence[str],
    rule: Rule | None,
) -> Table:
    measured = {condition for _, condition in cells}
    columns = [c for c in across if c in measured] + sorted(measured.difference(across))
    shown = dict(zip(cells, show(list(cells.values()), rule), strict=True))
    rows = tuple((s, tuple(shown.get((s, c)) for c in columns)) for s in down if any((s, c) in cells for c in columns))
    n = tuple(max(m.n for (_, c), m in cells.items() if c == column) for column in columns)
    return Table(of[1], title, of[0], tuple(columns), rows, n)


def _rank(name: str, first: str, known: Sequence[str]) -> tuple[bool, int]:
    return name != first, known.index(name) if name in known else len(known)
