"""The verb `photographs`: from a folder of photographs to lines that people transcribe."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qadam.cli.gold import Browser, Language, Port
from qadam.errors import BadData

photographs_app = typer.Typer()


@photographs_app.command()
def photographs(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of photographs.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Cut out what is ready, and write it here.")
    ] = None,
    licence: Annotated[str, typer.Option("--licence", metavar="NAME", help="Of all new rows, such as CC BY 4.0.")] = "",
    consent: Annotated[
        str, typer.Option("--consent", metavar="TEXT", help="Of all new rows: who agreed to what.")
    ] = "",
    source: Annotated[str, typer.Option("--source", metavar="TEXT", help="Of all new rows: own, or an address.")] = "",
    script: Annotated[str, typer.Option("--script", metavar="TAG", help="kk-Cyrl | kk-Latn | kk-Arab.")] = "",
    look: Annotated[bool, typer.Option("--look", help="Open a page to hide faces, plates and addresses on.")] = False,
    port: Port = 8080,
    language: Language = "en",
    browser: Browser = True,
) -> None:
    """Make photographs of signs, pages and documents fit to be transcribed and published.

    First without --out: a table with a row for each photograph, to be filled in by a person (photographs.tsv); with --look
    that person draws over faces, number plates and addresses on a page that only this machine can open. Then with --out:
    turned, straightened, cropped and painted over as the table says, without the place and time that cameras store.

    Examples:

      qadam photographs walk --licence "CC BY 4.0" --consent "own photographs of public signs" --source own

      qadam photographs walk --look

      qadam photographs walk --out ready

      qadam annotate transcription --as a1 --items ready/items.jsonl
    """
    from qadam.annotation import photographs as making

    if not folder.is_dir():
        raise BadData(f"BadData: {folder} is no folder.", "Name the folder that your photographs lie in.")
    if out is None:
        finders, told = making.detectors()
        given = making.Cut("", licence=licence, consent=consent, source=source, script=script)
        cuts, faults = making.propose(folder, given=given, finders=finders)
        table = making.write(folder, cuts)
        print(f"{len(cuts)} new photographs: {table}\n{told}")
        for sentence in (*faults, *making.texts(making.read(folder))):
            print(f"! {sentence}")
        if look:
            from qadam.annotation import darkroom

            darkroom.serve(folder, port=port, language=language, open_browser=browser)
            return
        print(f"Draw over what is private: qadam photographs {folder} --look")
        print(f"Fill in the table (a row for each line of text), then: qadam photographs {folder} --out ready")
        return
    items, refused = making.prepare(folder, out)
    for sentence in refused:
        print(f"! {sentence}")
    print(f"{len(items)} lines are ready, {len(refused)} were refused: {out / making.ITEMS}")
    if items:
        print(f"Transcribe them: qadam annotate transcription --as a1 --items {out / making.ITEMS}")
    if refused:
        raise typer.Exit(1)
