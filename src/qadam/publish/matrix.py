"""Arranges data sets across and systems down, one number in each field, or that it is blocked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qadam.publish.arrange import Shown, show, systems, titles
from qadam.terms import Evidence, Protocol, Texts

RANK = "rank"  # the metric that a synthesis calls the place of a system by


@dataclass(frozen=True)
class Column:
    """One data set under the condition and the metric that speak for it; several data sets, joined by +, for averages."""

    datasets: tuple[str, ...]
    condition: str
    metric: str
    title: Texts | str


@dataclass(frozen=True)
class Entry:
    """What stands in a field: a number, perhaps with the rank of its system; nothing, if it is blocked or was not asked."""

    shown: Shown | None
    rank: int | None
    blocked: bool


@dataclass(frozen=True)
class Matrix:
    """The columns, and for each system its entries in their order."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[Entry, ...]], ...]

    @property
    def size(self) -> int:
        """How many numbers the matrix holds."""
        return sum(entry.shown is not None for _, entries in self.rows for entry in entries)


def matrix(evidence: Evidence, protocol: Protocol) -> Matrix:
    """Data sets across and systems down, best first; averages over several data sets stand to the right.

    A data set is spoken for by the first condition of the protocol that it is asked under, the control before others, and
    by the first metric taken under it. The first seed is shown. A system without any number here has no row, unless it
    is blocked.
    """
    seed = min((m.seed for m in evidence.measurements), default=0)
    found = {(m.dataset, m.condition, m.metric, m.system): m for m in evidence.measurements if m.seed == seed}
    called = titles(protocol)
    columns = [column for name in protocol.datasets if (column := _headline(name, protocol, called))]
    joined = dict.fromkeys(place[:3] for place in found if "+" in place[0])
    columns += [Column(tuple(d.split("+")), c, metric, called.get(metric, metric)) for d, c, metric in joined]
    blocked = {(b.cell.dataset, b.cell.condition, b.cell.system) for b in evidence.blocked}
    known = dict.fromkeys([*systems(evidence, protocol), *(b.cell.system for b in evidence.blocked)])
    rows: dict[str, list[Entry]] = {system: [] for system in known}
    for column in columns:
        place = "+".join(column.datasets), column.condition
        measured = {s: m for s in known if (m := found.get((*place, column.metric, s)))}
        shown = dict(zip(measured, show(list(measured.values()), protocol.rule), strict=True))
        for system, entries in rows.items():
            rank = found.get((*place, RANK, system))
            entries.append(Entry(shown.get(system), int(rank.value) if rank else None, (*place, system) in blocked))
    first = ("+".join(columns[0].datasets), columns[0].condition, columns[0].metric) if columns else ("", "", "")
    best = sorted(known, key=lambda s: -found[*first, s].value if (*first, s) in found else 0.0)
    told = [(s, tuple(rows[s])) for s in best if any(entry.shown or entry.blocked for entry in rows[s])]
    return Matrix(tuple(columns), tuple(told))


def _headline(dataset: str, protocol: Protocol, called: Mapping[str, Texts]) -> Column | None:
    """What speaks for a data set; None if no condition is for it."""
    mine = [c for c in protocol.conditions if not c.datasets or dataset in c.datasets]
    for condition in sorted(mine, key=lambda c: not c.control):
        for metric in protocol.metrics:
            if metric.applies(condition.name):
                return Column((dataset,), condition.name, metric.name, called[metric.name])
    return None
