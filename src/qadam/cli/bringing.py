"""The verbs about data: fetch and audit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qadam.cli.finding import files_of, places_of, print_json
from qadam.cli.flags import Json, Mirror, Offline

if TYPE_CHECKING:
    from qadam.catalogue.fetch import Places
    from qadam.terms import Finding

bringing_app = typer.Typer()


@bringing_app.command()
def fetch(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Datasets (name or name/split) or systems.")],
    again: Annotated[bool, typer.Option("--again", help="Discard the copy in the cache first.")] = False,
    offline: Offline = False,
    mirror: Mirror = None,
) -> None:
    """Bring data and vocabularies into the cache and verify them.

    Examples:

      qadam fetch sib-200 llama-3

      qadam fetch kaznerd/valid --again
    """
    from functools import partial

    from qadam.catalogue.fetch import fetch as bring
    from qadam.cli import terminal

    places = places_of(offline, mirror)
    for name in names:
        with terminal.progress() as watch:
            for file in files_of(name):
                path = bring(file, places, again=again, progress=partial(watch, file.name))
                print(f"{name}\t{path}")


@bringing_app.command()
def audit(
    names: Annotated[list[str], typer.Argument(metavar="DATASET...")],
    offline: Offline = False,
    mirror: Mirror = None,
    as_json: Json = False,
) -> None:
    """Look for duplicates, mixed scripts, empty and misaligned rows, bad answer keys, missing licences.

    Exit code 1 if a finding is a fault that the dataset's row does not list as known.

    Examples:

      qadam audit kaznerd tumlu-mini

      qadam audit sib-200 --json
    """
    from qadam.catalogue import tables
    from qadam.cli import terminal

    places = places_of(offline, mirror)
    findings = [finding for name in names for finding in audit_dataset(name.split("/")[0], places)]
    print_json(findings) if as_json else terminal.show_findings(findings)
    if any(
        f.severity == "fault" and f.check not in tables.dataset(f.dataset.split("/")[0]).known_faults for f in findings
    ):
        raise typer.Exit(1)


def audit_dataset(name: str, places: Places, *, missing_ok: bool = False) -> list[Finding]:
    """The audit of a data set over all of its splits that can be had."""
    from dataclasses import replace

    from qadam.catalogue import audit as auditing
    from qadam.catalogue import items, tables
    from qadam.errors import CannotGet

    dataset = tables.dataset(name)
    places = replace(places, offline=True) if missing_ok else places  # an audit beside a run downloads nothing
    splits = {}
    for split in items.own_splits(dataset):
        try:
            splits[split] = items.load(f"{name}/{split}", places)
        except CannotGet:
            if not missing_ok:
                raise
    return auditing.audit(dataset, splits) if splits else []
