"""The verb about pairs of sentences: make candidates of a text, filter them, keep what is good as a data set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qadam.cli.flags import Json

pairs_app = typer.Typer()


@pairs_app.command()
def pairs(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Sentences, one a line; or two columns: source, target.")
    ],
    languages: Annotated[str, typer.Option("--languages", metavar="SOURCE-TARGET", help="Such as kk-ky.")],
    by: Annotated[
        str, typer.Option("--by", metavar="SYSTEM", help="Who translates; empty: filters that need nobody.")
    ] = "",
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the data set goes.")] = Path("pairs"),
    licence: Annotated[str, typer.Option("--licence", help="Under which licence the text came.")] = "",
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes.")] = 2,
    as_json: Json = False,
) -> None:
    """Make pairs of a text by a translator, or take those given, and keep what passes the filters.

    Stopped and called again it goes on. The folder gets pairs.tsv, dropped.tsv (line and reason), a card and a row; one that
    belongs to another file, other languages or another translator is not written over. Where nothing is kept, it fails.

    Examples:

      qadam pairs news.txt --languages kk-ky --by sound-laws --out news-kk-ky

      qadam pairs candidates.tsv --languages kk-uz --by sound-laws
    """
    from itertools import islice

    from qadam.cli import terminal
    from qadam.cli.finding import print_json
    from qadam.errors import EmptyDataset, Usage
    from qadam.lab.sift import Sieve, sift
    from qadam.publish.pairs_card import Facts, card, row
    from qadam.store import write_text

    source, _, target = languages.partition("-")
    if not (source and target) or source == target:
        raise Usage(f"Usage: {languages!r} names no two languages.", "Write --languages kk-ky")
    if not file.is_file():
        raise Usage(
            f"Usage: there is no file {file}.", "Pass a text file, one sentence a line, or a table of two columns."
        )
    found = sift(Sieve(file, (source, target), by), out, workers=workers)
    counts = {"candidates": found.candidates, "kept": found.kept}
    if not found.kept:
        bytes_ = set(found.dropped) == {"not UTF-8"}
        raise EmptyDataset(
            f"EmptyDataset: none of {found.candidates:,} pairs was kept: "
            + ", ".join(f"{reason} {n:,}" for reason, n in found.dropped.items())
            + ".",
            f"iconv -f WINDOWS-1251 -t UTF-8 {file} > utf-8-{file.name}" if bytes_ else f"less {out / 'dropped.tsv'}",
        )
    facts = Facts(out.resolve().name, (source, target), by, licence, file.name, counts, found.dropped, found.sha256)
    made = out / "pairs.tsv"
    with made.open(encoding="utf-8") as stream:
        examples = [line.rstrip("\n") for line in islice(stream, 3)]
    write_text(out / "README.md", card(facts, examples))
    write_text(out / "row.toml", row(facts, str(made.resolve())))
    if as_json:
        print_json({**counts, "dropped": dict(found.dropped), "sha256": found.sha256, "folder": str(out)})
        return
    terminal.console.print(f"{found.kept:,} of {found.candidates:,} pairs kept: {made}")
    for reason, n in found.dropped.items():
        terminal.console.print(f"  {reason}: {n:,}")
