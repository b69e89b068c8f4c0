"""What a report rests on: data, figures printed by others, what stands in the way, signatures, works, provenance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from qadam.publish import arrange
from qadam.publish.ledger import Comparison, State, beside_ours
from qadam.publish.numbers import interval, number
from qadam.terms import Blocked, Citation, Dataset, Evidence, Finding, Measurement, Protocol, PublishedFigure


@dataclass(frozen=True)
class Source:
    """One dataset as the protocol names it, its row if there is one, and what the audit noticed in it."""

    name: str
    row: Dataset | None
    revisions: tuple[str, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Obstacle:
    """Cells that are blocked for the same reason and unblocked by the same command."""

    reason: str
    unblock: str
    systems: tuple[str, ...]
    cells: int


def sources(protocol: Protocol, rows: Sequence[Dataset], audit: Sequence[Finding]) -> list[Source]:
    """The datasets of the protocol with their rows, and what was found in any of their splits: leaks cross them."""
    known = {row.id: row for row in rows}
    in_order = dict(zip(protocol.datasets, rows, strict=False))  # a user's table is called by its path, its row is not
    sources = []
    for name in protocol.datasets:
        row = known.get(name) or known.get(name.split("/")[0]) or (in_order.get(name) if ":" in name else None)
        family = {name.split("/")[0], row.id if row else ""}  # a leak is of the family; a user's table goes by its row
        findings = tuple(f for f in audit if f.dataset.split("/")[0] in family)
        sources.append(Source(name, row, _revisions(row), findings))
    return sources


def _revisions(row: Dataset | None) -> tuple[str, ...]:
    """The pinned revisions among the sources of a dataset's files, shortened as git does."""
    found = (f.source.split("@", 1)[1].split(":", 1)[0] for f in (row.files if row else ()) if "@" in f.source)
    return tuple(dict.fromkeys(r[:12] for r in found))


def ledger(
    figures: Sequence[PublishedFigure], measurements: Sequence[Measurement]
) -> list[tuple[Comparison, tuple[str, ...]]]:
    """Published figures with ours as text; what says most comes first, what we have not measured last."""
    order = get_args(State)
    found = sorted(beside_ours(figures, measurements), key=lambda c: order.index(c.state))
    return [(c, ours(c)) for c in found]


def ours(comparison: Comparison) -> tuple[str, ...]:
    """Our number with one decimal more than was printed, so that the rounding can be seen."""
    found, places = comparison.ours, comparison.figure.digits + 1
    return (number(found.value, places), interval(found.low, found.high, places)) if found else ()


def obstacles(blocked: Sequence[Blocked], problem: str) -> list[Obstacle]:
    """Blocked cells gathered by their reason and by what would unblock them, which names the study of the problem."""
    groups: dict[tuple[str, str], list[Blocked]] = {}
    for b in blocked:
        groups.setdefault((b.reason, b.unblock), []).append(b)
    return [
        Obstacle(reason, unblock.replace("SLUG", problem), tuple(dict.fromkeys(b.cell.system for b in bs)), len(bs))
        for (reason, unblock), bs in groups.items()
    ]


def signatures(evidence: Evidence, protocol: Protocol) -> list[Measurement]:
    """The measurements whose signatures stand on the page: the effects of the rule, else the first metric."""
    rule = protocol.rule
    if rule:
        place = (rule.dataset, rule.condition)
        return [m for m in evidence.measurements if (m.dataset, m.condition) == place and m.metric in rule.effects]
    dataset, metric = arrange.main_metric(protocol)
    return [m for m in evidence.measurements if (m.dataset, m.metric) == (dataset, metric)]


def works(keys: Iterable[str], known: Mapping[str, Citation]) -> list[Citation]:
    """The works of these keys, each once, in the order in which they are named first."""
    return [known[key] for key in dict.fromkeys(keys) if key in known]


def flat(values: Mapping[str, Any], above: str = "") -> list[tuple[str, str]]:
    """Nested provenance as lines of name and text."""
    lines: list[tuple[str, str]] = []
    for name, value in values.items():
        if isinstance(value, Mapping):
            lines += flat(value, f"{above}{name} ")
        else:
            lines.append((f"{above}{name}", str(value)))
    return lines
