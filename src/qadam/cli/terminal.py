"""How things look on a terminal: tables, bars, the verdict in a sentence; no logic of any study."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from statistics import fmean as mean
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from qadam.cli.health import Check
from qadam.lab.plan import Plan
from qadam.terms import Blocked, Dataset, Evidence, Finding, Measurement, Rule, Verdict, plain

NAME, HEADING = 32, 12  # characters for the name of a system, and for that of a condition; longer ones are folded
NAMED = 2  # blocked systems that are named, the others are counted
OUTCOME_STYLE = {
    "supported": "bold green",
    "refuted": "bold red",
    "inconclusive": "bold yellow",
    "not testable": "bold magenta",
    "measured": "bold blue",
}

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
    _show_measurements(plan, evidence, dataset)
    verdict = evidence.verdict
    effect = ""
    decided = verdict.outcome in ("supported", "refuted")
    if decided and None not in (verdict.effect, verdict.low, verdict.high):
        effect = "  " + _with_interval(verdict, verdict.effect, _places(evidence, rule))
    label = "Demonstration" if verdict.demonstration else "Verdict"
    kind = "" if verdict.kind == "confirmatory" else f" ({verdict.kind})"
    console.print(f"\n{label}{kind}: [{OUTCOME_STYLE[verdict.outcome]}]{verdict.outcome}[/]{effect}")
    if rule:
        console.print(f"  claim: {rule.claim}")
    for reason in verdict.reasons:
        console.print(f"  · {reason}", markup=False)
    _show_blocked(evidence.blocked, evidence.problem)
    for name, noticed in _by_dataset(evidence.audit).items():
        checks = ", ".join(f"{f.check} {f.count}" for f in noticed)
        console.print(f"[yellow]audit[/] {name}: {checks}  [dim]qadam audit {name.split('/')[0]}[/]")
    shown = next(
        (m for m in evidence.measurements if rule and m.metric == rule.effects[0] and m.dataset == dataset), None
    )
    if shown:
        console.print(f"\n[dim]{shown.signature}[/]", soft_wrap=True)
    console.print(f"\nOpen: [bold]{page}[/]", soft_wrap=True)


def _by_dataset(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """What is more than a note, by data set."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.severity != "note":
            found[finding.dataset].append(finding)
    return found


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


def _show_measurements(plan: Plan, evidence: Evidence, dataset: str) -> None:
    """One headline metric per condition, and the effect the rule judges; everything else is in the report."""
    rule, metric = plan.protocol.rule, plan.protocol.metrics[0]
    here = [m for m in evidence.measurements if m.dataset == dataset]
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    drawn: dict[tuple[str, str], list[float]] = defaultdict(list)
    for m in here:
        if m.metric == metric.name:
            drawn[m.system, m.condition].append(m.value)
            cells[m.system][m.condition] = f"{mean(drawn[m.system, m.condition]):.2f}"
        if rule and (m.metric, m.condition) == (rule.effects[0], rule.condition):
            cells[m.system]["effect"] = _with_interval(m, m.value, _places(evidence, rule))
    measured = [c.name for c in plan.protocol.conditions if any(c.name in row for row in cells.values())]
    outcomes = {v.system: v.outcome for v in evidence.verdict.by_system}
    system_wide = min(NAME, max(map(len, (*cells, "system"))))
    compared = _compared(plan, rule) if rule else ""
    effects = (len(row.get("effect", "")) for row in cells.values())
    effect_wide = max([*effects, *(min(2 * HEADING, len(word)) for word in compared.split()), 0])
    outcome_wide = max(map(len, (*outcomes.values(), "")))
    wide = {c: max(min(HEADING, len(c)), *(len(row.get(c, "")) for row in cells.values())) for c in measured}
    room = console.width - system_wide - effect_wide - outcome_wide - 3
    widths = accumulate(wide[name] + 1 for name in measured)
    conditions = [name for name, width in zip(measured, widths, strict=True) if width <= room] or measured[:1]
    most = max(map(len, drawn.values()), default=0)
    seeds = f", mean of up to {most} seeds" if most > 1 else ""
    n = max((m.n for m in here if m.metric == metric.name), default=0)  # of items; an effect may count resamples
    console.print(f"{metric.title['en']}, {dataset}{f', n = {n:,}' if n else ''}{seeds}\n")
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("system", width=system_wide, overflow="fold")
    for name in conditions:
        table.add_column(name, justify="right", width=wide[name], overflow="fold")
    if rule:
        table.add_column(compared, justify="right", width=effect_wide, overflow="fold")
        table.add_column("", width=outcome_wide, no_wrap=True)
    for system, row in cells.items():
        values = [row.get(name, "") for name in conditions]
        if rule:
            outcome = outcomes.get(system, "")
            values += [row.get("effect", ""), f"[{OUTCOME_STYLE[outcome]}]{outcome}[/]" if outcome else ""]
        table.add_row(system, *values)
    console.print(table)
    if len(measured) > len(conditions):
        console.print(f"[dim]and {len(measured) - len(conditions)} more conditions on the page[/]")


def _compared(plan: Plan, rule: Rule) -> str:
    """What the effect of a rule compares: its condition with another, if it does."""
    found = (c for c in plan.protocol.contrasts if c.name == rule.effects[0])
    than = next((c.than for c in found if not c.conditions or rule.condition in c.conditions), "")
    return f"{rule.condition} / {than} [95 %]" if than else rule.effects[0]


def _places(evidence: Evidence, rule: Rule | None) -> int:
    """The decimals of an effect: two, or those of the margin it is held against."""
    from qadam.publish.numbers import decimals

    if rule is None:
        return 2
    return max(2, decimals((m for m in evidence.measurements if m.metric in rule.effects), rule))


def _with_interval(found: Measurement | Verdict, value: float | None, places: int) -> str:
    return f"{value:.{places}f} [{found.low:.{places}f}, {found.high:.{places}f}]"


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
