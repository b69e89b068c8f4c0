"""Writes what one study found: a page that needs nothing but itself, an appendix in Markdown, and a table in CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field, fields
from itertools import groupby
from pathlib import Path
from typing import Any

from qadam.publish import arrange, divided, grounds, pages
from qadam.publish.matrix import matrix
from qadam.publish.pictures import pictures
from qadam.publish.told import told
from qadam.store import write_text
from qadam.terms import (
    Citation,
    Dataset,
    Evidence,
    Measurement,
    Part,
    Problem,
    Protocol,
    PublishedFigure,
    Study,
    SystemRow,
)

NUMBERS_ON_THE_PAGE = 300  # a page of more is slow on a telephone; table.csv always holds all
HEAD_OF_A_TABLE = 6  # numbers: what its caption, head and foot take


@dataclass(frozen=True)
class Extras:
    """Rows the report shows beside the evidence; each may be missing, and then its part of the page is shorter.

    `protocol` replaces the one of the study where a run was exploratory and used another; `command` likewise.
    """

    datasets: Sequence[Dataset] = ()
    systems: Sequence[SystemRow] = ()
    citations: Mapping[str, Citation] = field(default_factory=dict)
    figures: Sequence[PublishedFigure] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
    protocol: Protocol | None = None
    command: str = ""


def write(study: Study, problem: Problem, evidence: Evidence, *, out: Path, extras: Extras | None = None) -> Path:
    """Write report.html, report.md and table.csv of a study, and parts.csv if it has parts, into a folder; return the page.

    The folder is made if need be and files of these names in it are replaced. The page has no script and asks the
    network for nothing.
    """
    seen = view(study, problem, evidence, extras=extras or Extras())
    environment = pages.environment()
    for name in ("report.html", "report.md"):
        write_text(out / name, environment.get_template(name).render(seen))
    write_text(out / "table.csv", table(evidence.measurements))
    if evidence.parts:
        write_text(out / "parts.csv", parts_table(evidence.parts))
    return out / "report.html"


def table(measurements: Sequence[Measurement]) -> str:
    """Every measurement with all its fields, one per row, as CSV; numbers with every digit they have."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(f.name for f in fields(Measurement))
    rows.writerows(astuple(m) for m in measurements)
    return text.getvalue()


def parts_table(parts: Sequence[Part]) -> str:
    """The same of every level of the breakdowns, with two columns before: the breakdown and the level."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["by", "level", *(f.name for f in fields(Measurement))])
    rows.writerows([part.by, part.level, *astuple(part.measurement)] for part in parts)
    return text.getvalue()


def view(study: Study, problem: Problem, evidence: Evidence, *, extras: Extras) -> dict[str, Any]:
    """Everything the templates show, arranged but not yet in words."""
    protocol = extras.protocol or study.protocols[evidence.profile]
    all_tables = arrange.tables(evidence, protocol)
    overview = matrix(evidence, protocol) if study.matrix else None
    on_page = _fitting(all_tables, protocol, taken=overview.size if overview else 0)
    called = arrange.titles(protocol)
    return {
        "study": study,
        "problem": problem,
        "evidence": evidence,
        "verdict": evidence.verdict,
        "protocol": protocol,
        "called": called,
        "titles": {row.id: row.title for row in extras.systems},
        **told(evidence, protocol.rule, called),
        "pictures": pictures(evidence, protocol),
        "matrix": overview,
        "tables": on_page,
        "by_dataset": [(name, list(group)) for name, group in groupby(on_page[1:], key=lambda t: t.dataset)],
        "grids": divided.grids(evidence, protocol),
        "word_lists": divided.word_lists(evidence, protocol),
        "left_out": sum(t.size for t in all_tables) - sum(t.size for t in on_page),
        "sources": grounds.sources(protocol, extras.datasets, evidence.audit),
        "ledger": grounds.ledger(extras.figures, evidence.measurements),
        "obstacles": grounds.obstacles(evidence.blocked, problem.id),
        "signatures": grounds.signatures(evidence, protocol),
        "citations": grounds.works(_cited(study, problem, extras), extras.citations),
        "cited": extras.citations,
        "provenance": dict(grounds.flat(extras.provenance)),
        "command": extras.command or pages.command(problem, evidence.profile),
        "style": pages.style(),
    }


def _fitting(tables: Sequence[arrange.Table], protocol: Protocol, *, taken: int) -> list[arrange.Table]:
    """As many tables as a page should hold, in order.

    The rule's metric and effect on every dataset go before the other metrics, and these before what was found in them.

    `taken` is how many numbers stand on the page already.
    """
    first = [arrange.main_metric(protocol)[1], *(protocol.rule.effects[:1] if protocol.rule else ())]
    first += [metric.name for metric in protocol.metrics if metric.name not in first]
    ranked = sorted(tables, key=lambda t: first.index(t.metric) if t.metric in first else len(first))
    fitting: list[arrange.Table] = []
    for one in ranked:
        heads = HEAD_OF_A_TABLE * (len(fitting) + 1)
        if not fitting or taken + heads + sum(t.size for t in fitting) + one.size <= NUMBERS_ON_THE_PAGE:
            fitting.append(one)
    return [t for t in tables if t in fitting]


def _cited(study: Study, problem: Problem, extras: Extras) -> list[str]:
    """The keys of what stands behind the claim, the study, the data, the systems and the figures, in this order."""
    data = [key for row in extras.datasets for key in row.citations]
    systems = [key for row in extras.systems for key in row.citations]
    return [*problem.citations, *study.citations, *data, *systems, *(f.citation for f in extras.figures)]
