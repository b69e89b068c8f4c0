"""Writes what one study found: a page that needs nothing but itself, an appendix in Markdown, and a table in CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field, fields
from itertools import groupby
from pathlib import Path
from typing import Any, get_args

from qadam.publish import arrange, ledger, pages
from qadam.publish.numbers import decimals, interval, number, zone
from qadam.publish.pictures import pictures
from qadam.publish.words import listed, texts
from qadam.store import write_text
from qadam.terms import (
    Blocked,
    Citation,
    Dataset,
    Evidence,
    Finding,
    Measurement,
    Problem,
    Protocol,
    PublishedFigure,
    Rule,
    Study,
    SystemRow,
    Texts,
)

NUMBERS_ON_THE_PAGE = 800  # a page of more is slow on a telephone; table.csv always holds all


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


def write(study: Study, problem: Problem, evidence: Evidence, *, out: Path, extras: Extras | None = None) -> Path:
    """Write report.html, report.md and table.csv of a study into a folder and return the page.

    The folder is made if need be and files of these names in it are replaced. The page has no script and asks the
    network for nothing.
    """
    view = _view(study, problem, evidence, extras=extras or Extras())
    environment = pages.environment()
    for name in ("report.html", "report.md"):
        write_text(out / name, environment.get_template(name).render(view))
    write_text(out / "table.csv", table(evidence.measurements))
    return out / "report.html"


def table(measurements: Sequence[Measurement]) -> str:
    """Every measurement with all its fields, one per row, as CSV; numbers with every digit they have."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(f.name for f in fields(Measurement))
    rows.writerows(astuple(m) for m in measurements)
    return text.getvalue()


def _view(study: Study, problem: Problem, evidence: Evidence, *, extras: Extras) -> dict[str, Any]:
    """Everything the templates show, arranged but not yet in words."""
    protocol = extras.protocol or study.protocols[evidence.profile]
    all_tables = arrange.tables(evidence, protocol)
    on_page = _fitting(all_tables, protocol)
    called = arrange.titles(protocol)
    return {
        "study": study,
        "problem": problem,
        "evidence": evidence,
        "verdict": evidence.verdict,
        "protocol": protocol,
        "called": called,
        "titles": {row.id: row.title for row in extras.systems},
        "effect": _effect(evidence, protocol.rule, called),
        "quorum": _quorum(evidence, protocol.rule),
        "beside": _beside(evidence, protocol.rule, called),
        "by_system": _by_system(evidence, protocol.rule),
        "pictures": pictures(evidence, protocol),
        "tables": on_page,
        "by_dataset": [(name, list(group)) for name, group in groupby(on_page[1:], key=lambda t: t.dataset)],
        "left_out": sum(t.size for t in all_tables) - sum(t.size for t in on_page),
        "rule": _rule(protocol.rule, called),
        "sources": _sources(protocol, extras.datasets, evidence.audit),
        "ledger": _ledger(extras.figures, evidence.measurements),
        "obstacles": _obstacles(evidence.blocked),
        "signatures": _signatures(evidence, protocol),
        "citations": _citations(study, problem, extras),
        "cited": extras.citations,
        "provenance": dict(_flat(extras.provenance)),
        "command": extras.command or pages.command(problem, evidence.profile),
        "style": pages.style(),
    }


def _fitting(tables: Sequence[arrange.Table], protocol: Protocol) -> list[arrange.Table]:
    """As many tables as a page should hold, in order; the rule's metric and effect on every dataset go before others."""
    first = [arrange.main_metric(protocol)[1], *(protocol.rule.effects[:1] if protocol.rule else ())]
    ranked = sorted(tables, key=lambda t: first.index(t.metric) if t.metric in first else len(first))
    fitting: list[arrange.Table] = []
    for one in ranked:
        if not fitting or sum(t.size for t in fitting) + one.size <= NUMBERS_ON_THE_PAGE:
            fitting.append(one)
    return [t for t in tables if t in fitting]


def _effect(evidence: Evidence, rule: Rule | None, called: Mapping[str, Texts]) -> Texts | None:
    """The number behind the verdict in a sentence: of the deciding system, else the range over systems."""
    if rule is None:
        return None
    title = called.get(rule.effects[0], rule.effects[0])
    verdict = evidence.verdict
    if verdict.effect is not None and verdict.low is not None and verdict.high is not None:
        decided = pages.deciding(evidence)
        if decided:
            title = listed([decided.system, title], " · ")
        value, low, high = _places(evidence, rule)(verdict.effect, verdict.low, verdict.high)
        return texts("sentence.effect", title=title, value=value, low=low, high=high)
    if not verdict.by_system:
        return None
    effects = [v.effect for v in verdict.by_system]
    least, most = _places(evidence, rule)(min(effects), max(effects))
    return texts("sentence.range", title=title, least=least, most=most, n=len(effects))


def _places(evidence: Evidence, rule: Rule) -> Any:
    """A writer of numbers with the decimals that the effects of the rule deserve."""
    places = decimals(m for m in evidence.measurements if m.metric in rule.effects)
    return lambda *values: [number(v, places) for v in values]


def _quorum(evidence: Evidence, rule: Rule | None) -> Texts | None:
    """How the systems that the rule names divide: a verdict over systems hides the one that differs."""
    if rule is None or not rule.of:
        return None
    outcomes = [v.outcome for v in evidence.verdict.by_system if v.system in rule.of]
    for_it, against = outcomes.count("supported"), outcomes.count("refuted")
    n = len(rule.of)
    return texts("sentence.quorum", n=n, supported=for_it, refuted=against, open=n - for_it - against)


def _beside(evidence: Evidence, rule: Rule | None, called: Mapping[str, Texts]) -> list[Texts]:
    """Contrasts that the rule wants seen next to the verdict, over the systems that it names, smallest first."""
    said = []
    for name in rule.beside if rule else ():
        here = (name, rule.dataset, rule.condition) if rule else ()
        found = [m for m in evidence.measurements if (m.metric, m.dataset, m.condition) == here]
        named = sorted((m for m in found if rule and m.system in rule.of), key=lambda m: m.value)
        values = "; ".join(f"{m.system} {m.value:.2f} [{m.low:.2f}, {m.high:.2f}]" for m in named)
        said += [listed([called.get(name, name), values], ": ")] if named else []
    return said


def _by_system(evidence: Evidence, rule: Rule | None) -> list[dict[str, Any]]:
    """The verdict of each system, smallest effect first, with its numbers as text; whether the rule asks for it."""
    if rule is None:
        return []
    write = _places(evidence, rule)
    ranked = sorted(evidence.verdict.by_system, key=lambda v: v.effect)
    keys = ("effect", "low", "high")
    return [
        {"system": v.system, "outcome": v.outcome, "named": v.system in rule.of}
        | dict(zip(keys, write(v.effect, v.low, v.high), strict=True))
        for v in ranked
    ]


def _rule(rule: Rule | None, called: Mapping[str, Texts]) -> list[Texts]:
    """The rule in sentences."""
    if rule is None:
        return []
    if rule.synthesis:
        return list(rule.synthesis.asks)
    effects = listed([called.get(e, e) for e in rule.effects], "; ")
    where = {"condition": rule.condition, "dataset": rule.dataset, "level": f"{100 * (1 - rule.alpha):g}"}
    zones = {lang: f" {w} ".join(zone(z) for z in rule.refuted) for lang, w in texts("rule.or").items()}
    said = [listed([texts("rule.supported", effects=effects, zone=zone(rule.supported), **where), ""], ".")]
    if len(rule.effects) > 1:
        said.append(texts("rule.every_effect"))
    if rule.refuted:
        said.append(listed([texts("rule.refuted", zone=zones), ""], "."))
    said.append(texts("rule.otherwise"))
    if rule.of:
        said.append(texts("rule.at_least", k=rule.at_least, n=len(rule.of), systems=", ".join(rule.of)))
    else:
        said.append(texts("rule.every_system"))
    return said


def _sources(protocol: Protocol, rows: Sequence[Dataset], audit: Sequence[Finding]) -> list[Source]:
    """The datasets of the protocol with their rows, and what was found in any of their splits: leaks cross them."""
    known = {row.id: row for row in rows}
    sources = []
    for name in protocol.datasets:
        row = known.get(name) or known.get(name.split("/")[0])
        findings = tuple(f for f in audit if f.dataset.split("/")[0] == name.split("/")[0])  # a leak is of the family
        sources.append(Source(name, row, _revisions(row), findings))
    return sources


def _revisions(row: Dataset | None) -> tuple[str, ...]:
    """The pinned revisions among the sources of a dataset's files, shortened as git does."""
    found = (f.source.split("@", 1)[1].split(":", 1)[0] for f in (row.files if row else ()) if "@" in f.source)
    return tuple(dict.fromkeys(r[:12] for r in found))


def _ledger(
    figures: Sequence[PublishedFigure], measurements: Sequence[Measurement]
) -> list[tuple[ledger.Comparison, tuple[str, ...]]]:
    """Published figures with ours as text; what says most comes first, what we have not measured last."""
    order = get_args(ledger.State)
    found = sorted(ledger.beside_ours(figures, measurements), key=lambda c: order.index(c.state))
    return [(c, _ours(c)) for c in found]


def _ours(comparison: ledger.Comparison) -> tuple[str, ...]:
    """Our number with one decimal more than was printed, so that the rounding can be seen."""
    ours, places = comparison.ours, comparison.figure.digits + 1
    return (number(ours.value, places), interval(ours.low, ours.high, places)) if ours else ()


def _obstacles(blocked: Sequence[Blocked]) -> list[Obstacle]:
    """Blocked cells gathered by what would unblock them."""
    groups: dict[tuple[str, str], list[Blocked]] = {}
    for b in blocked:
        groups.setdefault((b.reason, b.unblock), []).append(b)
    return [
        Obstacle(reason, unblock, tuple(dict.fromkeys(b.cell.system for b in bs)), len(bs))
        for (reason, unblock), bs in groups.items()
    ]


def _signatures(evidence: Evidence, protocol: Protocol) -> list[Measurement]:
    """The measurements whose signatures stand on the page: the effects of the rule, else the first metric."""
    rule = protocol.rule
    if rule:
        place = (rule.dataset, rule.condition)
        return [m for m in evidence.measurements if (m.dataset, m.condition) == place and m.metric in rule.effects]
    dataset, metric = arrange.main_metric(protocol)
    return [m for m in evidence.measurements if (m.dataset, m.metric) == (dataset, metric)]


def _citations(study: Study, problem: Problem, extras: Extras) -> list[Citation]:
    """Works behind the claim, the study, the data, the systems and the figures, each once, in this order."""
    data = [key for row in extras.datasets for key in row.citations]
    systems = [key for row in extras.systems for key in row.citations]
    keys = [*problem.citations, *study.citations, *data, *systems, *(f.citation for f in extras.figures)]
    return [extras.citations[k] for k in dict.fromkeys(keys) if k in extras.citations]


def _flat(values: Mapping[str, Any], above: str = "") -> list[tuple[str, str]]:
    """Nested provenance as lines of name and text."""
    lines: list[tuple[str, str]] = []
    for name, value in values.items():
        if isinstance(value, Mapping):
            lines += _flat(value, f"{above}{name} ")
        else:
            lines.append((f"{above}{name}", str(value)))
    return lines
