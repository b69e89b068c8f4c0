"""The verb `publish`: from what annotators left behind to a dataset that a study reads and others can load."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from qadam.cli.gold import HOME, In, Name, place
from qadam.errors import Usage

release_app = typer.Typer()


@release_app.command()
def publish(
    scheme: Name,
    folder: In = HOME,
    licence: Annotated[
        str, typer.Option("--licence", metavar="ID", help="Of the labels, such as CC-BY-4.0; the stricter one holds.")
    ] = "",
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="Of the dataset; SCHEME-gold if not given.")] = "",
    author: Annotated[list[str] | None, typer.Option("--author", help="Who is cited. Repeatable.")] = None,
    version: Annotated[str, typer.Option("--release", metavar="X.Y.Z", help="Version of the release.")] = "1.0.0",
    draft: Annotated[
        bool, typer.Option("--draft", help="Build before agreement suffices; says DRAFT everywhere.")
    ] = False,
    push: Annotated[str, typer.Option("--push", metavar="hf:ORG/NAME", help="Send it to Hugging Face.")] = "",
    consent_template: Annotated[
        bool, typer.Option("--consent-template", help="Only lay the consent note there, to be filled in.")
    ] = False,
) -> None:
    """Make a dataset of the gold: card, data, checksums, citation, and the row by which studies find it.

    Refused without agreement, licence and a consent note; texts that may not be passed on are left out.

    Examples:

      qadam publish sentiment3 --consent-template

      qadam publish sentiment3 --licence CC-BY-4.0

      qadam publish sentiment3 --licence CC-BY-4.0 --push hf:my-institute/kk-headlines
    """
    from qadam.catalogue import own, tables
    from qadam.publish import release
    from qadam.publish.release import hub, row

    known = tables.scheme(scheme)
    work = place(known, folder)
    if consent_template:
        print(_lay_note(work))
        return
    repository = hub.repository(push) if push else ""
    if push and draft:
        raise Usage("Usage: a draft is not pushed.", "Leave --draft or --push away.")
    wishes = release.Wishes(
        licence=licence,
        name=name,
        authors=tuple(author or ()),
        version=version,
        date=datetime.now(UTC).date().isoformat(),
        draft=draft,
        repository=repository,
    )
    release.refuse_taken(known, wishes)
    built = release.build(known, work, wishes=wishes)
    own.put(built.row.id, row.text(built.row))
    sizes = ", ".join(f"{split} {size}" for split, size in built.sizes.items())
    print(f"{built.row.id}: {sizes}; {built.permit.licence.id}{'' if built.permit.texts else ', without texts'}")
    if not built.permit.texts:
        print(f"Texts are left out: {built.permit.why}. For this machine they are in {built.data}")
    print(f"Written: {built.folder}")
    print(f"Look at it: qadam audit {built.row.id}, qadam show {built.row.id}")
    if push:
        revision = hub.push(built.folder, repository, private=known.hazard)
        (work / "datasets.toml").write_text(row.on_the_hub(built.row, repository, revision), "utf-8")
        print(f"Pushed: {repository} at {revision}; its row for a catalogue: {work / 'datasets.toml'}")


def _lay_note(work: Path) -> Path:
    """Put the note into the work folder, unless one is there."""
    from qadam.publish.release import records

    note = work / records.CONSENT
    if note.exists():
        raise Usage(f"Usage: {note} is there already.", "Fill it in.")
    if not work.is_dir():
        raise Usage(f"Usage: there is no {work}: nothing was annotated here.", "Another folder: --in DIR")
    note.write_text(records.template(), "utf-8")
    return note
