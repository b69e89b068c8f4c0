"""How things look on a terminal: tables, bars, the verdict in a sentence; no logic of any study."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from qadam.catalogue.readers.forgiving import ENCODING, mending
from qadam.cli import measured
from qadam.cli.health import Check
from qadam.lab.plan import Plan
from qadam.lab.usable import CHECK
from qadam.terms import Blocked, Dataset, Evidence, Finding, plain

NAMED = 2  # blocked systems that are named, the others are counted
console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on standard error; silent when asked or when nobody watches."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:<38}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True, disable=quiet or not errors.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def watch(text: str, done: int, total: int) -> None:
            name = text.split(":")[0][:38]
            key = name if total > 100_000 else "cells"  # bytes have a bar each, cells share one
            if key not in tasks:
                tasks[key] = bar.add_task(name, total=total or None)
            bar.update(tasks[key], completed=done, total=total or None, description=name)

        yield watch


def show_list(what: str, rows: Sequence[Any], studies: Sequence[str]) -> None:
    """One line per row."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    if what == "problems":
        for heading in ("#", "problem", "kind", "difficulty", "study", "title"):
            table.add_column(heading)
        for row in rows:
            kind = row.kind.replace("_", " ")
            mark = "[green]yes[/]" if row.id in studies else "[dim]not yet[/]"
            table.add_row(str(row.number), row.id, kind, row.difficulty, mark, row.title["en"])
        hint = "Read one: qadam show tokenizer-tax    Run one: qadam run tokenizer-tax --profile sample"
    elif what == "datasets":
        for heading in ("dataset", "splits", "languages", "licence"):
            table.add_column(heading)
        for row in rows:
            table.add_row(row.id, " ".join(row.splits), " ".join(row.languages), row.licence)
        hint = "Read one: qadam show sib-200    Bring one: qadam fetch sib-200"
    elif what == "systems":
        for heading in ("system", "kind", "licence", "title"):
            table.add_column(heading)
        for row in rows:
            table.add_row(row.id, row.kind, row.licence, row.title)
        hint = "Measure one: qadam run tokenizer-tax --system o200k_base"
    else:
        for heading in ("scheme", "kind", "unit", "measure", "title"):
            table.add_column(heading)
        for row in rows:
            table.add_row(row.id, row.kind, row.unit, f"{row.measure} {row.threshold:g}", row.title["en"])
        hint = "Read one: qadam show sentiment3    Label: qadam annotate sentiment3 --as a1 --items FILE"
    console.print(table)
    console.print(f"[dim]{hint}[/]")


def show_row(what: str, row: Any, has_study: bool) -> None:
    """Everything a row says, in the order a person would ask."""
    from qadam.catalogue import tables

    if what == "problems":
        console.print(f"[bold]{row.number}. {row.title['en']}[/]  [dim]{row.title['kk']} · {row.title['ru']}[/]")
        console.print(f"{row.kind.replace('_', ' ')} · {row.area} · {row.difficulty} · {row.status}\n")
        console.print(row.claim["en"])
        console.print(f"\n[bold]{'First step' if row.kind == 'pain_point' else 'How to test'}[/]  {row.step['en']}")
        if row.caution:
            console.print(f"\n[bold]Caution[/]  {row.caution['en']}")
        console.print("\n[bold]Citations[/]")
        for key in row.citations:
            citation = tables.citation(key)
            console.print(f"  {citation.title} ({citation.year}) {citation.link}")
        start = (
            f"qadam run {row.id} --profile sample" if has_study else "no study yet: see CONTRIBUTING.md, 'Add a study'"
        )
        console.print(f"\n[bold]Start[/]  {start}")
        return
    table = Table(box=None, show_header=False, pad_edge=False)
    for name, value in plain(row).items():
        if value in ("", [], {}, False, 0) or name == "files":
            continue
        table.add_row(f"[bold]{name}[/]", _words(value))
    for file in getattr(row, "files", ()):
        check = (
            f"sha256 {file.sha256[:12]}"
            if file.sha256
            else f"content {file.content[:12]}"
            if file.content
            else "unverified"
        )
        table.add_row("[bold]file[/]", f"{file.source}  {_bytes(file.bytes)}  {check}")
    console.print(table)


def show_review(row: Dataset) -> None:
    """How much of a machine-written data set people have read, and how to read more."""
    from qadam.catalogue import reviews

    found = reviews.of(row.id)
    if found:
        console.print(f"\n[bold]Review[/]  {found}")
        if found.reviewed < found.of:
            console.print(
                f"  qadam annotate {reviews.SCHEME} --as a1 --items sample:{row.id}", markup=False, soft_wrap=True
            )


def show_labelling(lines: Sequence[str]) -> None:
    """What people can label for a problem."""
    if lines:
        console.print("\n[bold]Annotate[/]")
        for line in lines:
            console.print(f"  {line}", markup=False, soft_wrap=True)


def show_plans(plans: Sequence[Plan]) -> None:
    """What each run will take before it starts."""
    for plan in plans:
        document = plan_document(plan)
        console.print(f"[bold]{plan.study.problem}[/] · {plan.profile} · protocol {plan.protocol_hash}")
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_row("cells", f"{len(plan.cells)} ({len(plan.stored)} stored, {len(plan.missing)} to fill)")
        unknown = f"unknown: the files of {', '.join(document['unlisted'])} are not listed"
        for name, size in (("download", plan.cost.download), ("disk", plan.cost.disk)):
            known = [_bytes(size)] if size or not document["unlisted"] else []
            table.add_row(name, " + ".join([*known, *([unknown] if document["unlisted"] else [])]))
        table.add_row("memory", unknown if document["unlisted"] else f"about {plan.cost.memory} MB")
        table.add_row("time", f"about {document['minutes']:.1f} min on 2 cores")
        table.add_row("GPU", "needed" if document["gpu"] else "not needed")
        console.print(table)
        _show_blocked(plan.blocked, plan.study.problem)


def plan_document(plan: Plan) -> dict[str, Any]:
    """The plan as one JSON object; `unlisted` are models to be asked whose size nobody has written down."""
    busy = {cell.system for cell in plan.missing}
    unlisted = [row.id for row in plan.systems if row.id in busy and row.format == "hf" and not row.files]
    return {
        "problem": plan.study.problem,
        "profile": plan.profile,
        "protocol_hash": plan.protocol_hash,
        "cells": [str(c) for c in plan.cells],
        "stored": len(plan.stored),
        "missing": len(plan.missing),
        "download_bytes": plan.cost.download,
        "disk_bytes": plan.cost.disk,
        "memory_mb": plan.cost.memory,
        "unlisted": unlisted,
        "minutes": round(plan.cost.seconds / 60, 2),
        "gpu": any("GPU" in row.needs for row in plan.systems if row.id in busy),
        "blocked": [{**plain(b), "cell": str(b.cell)} for b in plan.blocked],
    }


def show_evidence(plan: Plan, evidence: Evidence, page: Path) -> None:
    """The table a reader wants first, the verdict, what is blocked, and the page to open."""
    rule = plan.protocol.rule
    console.print(f"\n[bold]{plan.study.question['en']}[/]  [dim]{evidence.problem} · {evidence.profile}[/]")
    dataset = rule.dataset if rule else plan.protocol.datasets[0]
    measured.show(console, plan, evidence, dataset)
    verdict = evidence.verdict
    effect = measured.with_interval(verdict, verdict.effect, measured.places(evidence, rule))
    effect += " (no interval)" if effect and "[" not in effect else ""
    label = "Demonstration" if verdict.demonstration else "Verdict"
    kind = "" if verdict.kind == "confirmatory" else f" ({verdict.kind})"
    outcome = f"[{measured.OUTCOME_STYLE[verdict.outcome]}]{verdict.outcome}[/]"
    console.print(f"\n{label}{kind}: {outcome}{effect and f'  {effect}'}")
    if rule:
        console.print(f"  claim: {rule.claim['en']}")
    for reason in verdict.reasons:
        console.print(f"  · {reason}", markup=False)
    _show_blocked(evidence.blocked, evidence.problem)
    _show_left_out(evidence.audit)
    for name, noticed in _by_dataset(evidence.audit).items():
        checks = ", ".join(f"{f.check} {f.count}" for f in noticed)
        family = name.split("/")[0]
        again = "" if "@" in family else f"  [dim]qadam audit {family}[/]"  # a table of the user's has no name
        console.print(f"[yellow]audit[/] {name}: {checks}{again}")
    shown = next(
        (m for m in evidence.measurements if rule and m.metric == rule.effects[0] and m.dataset == dataset), None
    )
    if shown:
        console.print(f"\n[dim]{shown.signature}[/]", soft_wrap=True)
    console.print(f"\nOpen: [bold]{page}[/]", soft_wrap=True)


def _by_dataset(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """What is more than a note, by data set; rows that were left out are told by themselves."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.severity != "note" and not finding.check.startswith(CHECK):
            found[finding.dataset].append(finding)
    return found


def _show_left_out(findings: Sequence[Finding]) -> None:
    """How many rows of the user's tables are not used, and the first of each kind with file and line."""
    left = [finding for finding in findings if finding.check.startswith(CHECK)]
    for finding in left:
        if finding.check == CHECK:
            console.print(f"\n[yellow]{escape(finding.message)}[/]", soft_wrap=True)
            continue
        for row in finding.examples:
            console.print(f"  {row}", markup=False, soft_wrap=True)
        if finding.count > len(finding.examples):
            kind = finding.check.removeprefix(f"{CHECK}: ")
            console.print(f"  {kind}: {finding.count - len(finding.examples):,} more", markup=False)
    if any(finding.check == f"{CHECK}: {ENCODING}" for finding in left):
        console.print(f"  {mending('FILE', {ENCODING})}", markup=False, soft_wrap=True)


def show_findings(findings: Sequence[Finding]) -> None:
    """What an audit noticed, worst first."""
    order = {"fault": 0, "warning": 1, "note": 2}
    colour = {"fault": "red", "warning": "yellow", "note": "dim"}
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("dataset", "severity", "check", "count", "finding", "first ids"):
        table.add_column(heading)
    for f in sorted(findings, key=lambda f: (f.dataset, order[f.severity])):
        count = f"{f.count} of {f.of}" if f.of else str(f.count)
        severity = f"[{colour[f.severity]}]{f.severity}[/]"
        table.add_row(f.dataset, severity, f.check, count, f.message, " ".join(f.examples[:3]))
    console.print(table if findings else "Nothing found.")


def show_health(checks: Sequence[Check]) -> None:
    """One line per thing examined, and what mends it."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("", "what", "found", "what mends it"):
        table.add_column(heading)
    mark = {"good": "[green]+[/]", "missing": "[yellow]-[/]", "bad": "[red]![/]"}
    for check in checks:
        table.add_row(mark[check.state], *map(escape, (check.what, check.found, check.mend)))
    console.print(table)


def _show_blocked(blocked: Sequence[Blocked], problem: str) -> None:
    """Blocked cells by their cause; what unblocks them is said once."""
    from qadam.publish.grounds import obstacles

    causes = defaultdict(list)
    for obstacle in obstacles(blocked, problem):
        causes[obstacle.unblock].append(obstacle)
    for unblock, alike in causes.items():
        console.print()
        for one in alike:
            more = f" and {len(one.systems) - NAMED} more" if len(one.systems) > NAMED else ""
            named = escape(", ".join(one.systems[:NAMED]))
            said = f"[yellow]blocked[/] {named}{more} ({one.cells} cells): {escape(one.reason)}"
            console.print(said, soft_wrap=True)
        console.print(f"  {unblock}", markup=False, soft_wrap=True)


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(f"{k}: {_words(v)}" for k, v in value.items() if v not in ("", [], {}))
    if isinstance(value, list):
        return " ".join(_words(v) for v in value)
    return str(value)


def _bytes(size: float) -> str:
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
