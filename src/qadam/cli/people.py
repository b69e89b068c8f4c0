"""The verb `sample` and the flags by which the work of people and of judges comes back to a run."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qadam.errors import QadamError, Usage

if TYPE_CHECKING:
    from qadam.catalogue.fetch import Places
    from qadam.lab.plan import Plan
    from qadam.terms import Finding, Study

PANEL = "Judges and people"
Judge = Annotated[
    str,
    typer.Option(
        "--judge", metavar="openai:MODEL@URL", help="A language model that judges live answers.", rich_help_panel=PANEL
    ),
]
Coded = Annotated[
    str,
    typer.Option("--coded", metavar="FILE", help="What people decided: labels, by id.", rich_help_panel=PANEL),
]


def live(study: Study, *, data: str, judge: str, coded: str) -> tuple[Study, str]:
    """The study as it is put to live systems, if it has such a form and data for it; and the data that are left to bring.

    Raises:
        Usage: a judge or decisions of people, for a study or data that have no use for them.
        NotReadable: a file of labels is none.
    """
    if study.live and data:
        return study.live(data, judge=judge, coded=coded), ""
    if study.labelled and coded and not judge:
        return study.labelled(Path(coded)), data
    if judge or coded:
        raise Usage(
            f"Usage: {study.problem} has live answers to judge only over data of yours.",
            f"qadam run {study.problem} --profile full --data FILE --system openai:MODEL@URL --judge openai:MODEL@URL"
            if study.live
            else "Leave --judge and --coded away.",
        )
    return study, data


def left_out(plan: Plan, coded: str) -> list[Finding]:
    """The rows that a run does without: of its own tables, and of a file of labels that is none of its data."""
    from qadam.catalogue import tables
    from qadam.catalogue.readers import labels
    from qadam.lab.usable import findings, usable

    found: list[Finding] = []
    for name in filter(tables.is_own, plan.protocol.datasets):
        try:
            data = usable(plan.study, plan.protocol, name, plan.places)
        except QadamError:  # then its cells are blocked, which says why
            continue
        found += findings(f"{tables.dataset_split(name)[0].id}/{name.rpartition('/')[2]}", data.rows, data.left)
    if coded and not found and plan.protocol.rule:
        rows, left = labels.left_out(Path(coded))
        found += findings(plan.protocol.rule.dataset, rows, left)
    return found


def hand_over(study: Study, places: Places, *, scheme: str, draw: dict[str, int], out: Path | None, plan: Any) -> Path:
    """Warn, draw, write; what is drawn never appears on the terminal. Returns the file."""
    from qadam.lab import hand_over as handing

    for text in study.hazard.values():
        typer.echo(f"! {text}", err=True)
    rows = handing.drawn_answers(plan, scheme, **draw) if plan else handing.drawn(study, scheme, places, **draw)
    if not rows:
        raise Usage(f"Usage: {study.problem} has nothing to hand over for {scheme}.", f"qadam show {study.problem}")
    path = out or places.home / "handed-over" / f"{study.problem}-{scheme}-{draw['seed']}.jsonl"
    handing.write(rows, path, hazard=bool(study.hazard))
    for stratum, n in sorted(Counter(row.get("stratum", "") for row in rows).items()):
        typer.echo(f"{n:5}  {stratum}", err=True)
    return path
