"""The verb that measures a corpus of any size: scan."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qadam.cli.flags import Engine, Json, Mirror, Offline, Out, Scheduler
from qadam.errors import Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

scanning_app = typer.Typer()
LEFT = {
    "unread": "lines could not be read: no JSON object, or no text in the column (--column)",
    "damaged": "texts are not UTF-8; what could not be read stands as U+FFFD",
    "pieces": "further pieces of lines of more than a megabyte",
}


@scanning_app.command()
def scan(
    corpus: Annotated[
        list[str] | None, typer.Argument(metavar="CORPUS...", help="Files, folders, or hf:ORG/NAME[@REVISION].")
    ] = None,
    measures: Annotated[
        str, typer.Option("--measure", metavar="NAMES", help="fertility, script, codeswitch, morphology, audit.")
    ] = "script,audit",
    system: Annotated[
        list[str] | None, typer.Option("--system", "-s", metavar="NAME", help="A tokenizer for fertility. Repeatable.")
    ] = None,
    column: Annotated[
        str, typer.Option("--column", metavar="NAME", help="Where the text is, in JSON lines and Parquet.")
    ] = "text",
    jobs: Annotated[
        int, typer.Option("--jobs", metavar="N", min=1, help="Workers on this machine; 0.2-1 GB of memory each.")
    ] = min(4, os.cpu_count() or 1),
    engine: Engine = "processes",
    scheduler: Scheduler = "",
    out: Out = Path("out"),
    offline: Offline = False,
    mirror: Mirror = None,
    as_json: Json = False,
) -> None:
    """Measure a corpus of any size in constant memory: text (a text a line), JSON lines or Parquet, packed or not.

    Every shard is kept as soon as it is read: stopping and starting again loses at most those under way. The numbers do
    not depend on how many workers there are, or of which kind.

    Examples:

      qadam scan corpus.txt.gz

      qadam scan shards/ --measure fertility,script --system o200k_base --system utf-8-bytes

      qadam scan news.jsonl --column body --measure codeswitch,morphology --jobs 2

      qadam scan hf:ORG/NAME --measure audit

      qadam scan /data/corpus --engine dask --scheduler tcp://10.0.0.5:8786
    """
    from qadam.catalogue.corpus import shards as cut
    from qadam.cli import terminal
    from qadam.cli.finding import places_of, print_json
    from qadam.lab import gauges
    from qadam.lab import scan as scanned
    from qadam.lab.workers import workers

    if not corpus:
        raise Usage("Usage: name a corpus: files, folders, or hf:ORG/NAME.", "qadam scan corpus.txt --measure audit")
    names = tuple(dict.fromkeys(name.strip() for name in measures.split(",") if name.strip()))
    unknown = [name for name in names if name not in gauges.NAMES]
    if unknown or not names:
        raise Usage(
            f"Usage: there is no measure {', '.join(unknown) or 'named'}.", f"--measure {','.join(gauges.NAMES)}"
        )
    tokenizers = tuple(system or ("o200k_base",)) if "fertility" in names else ()
    places = places_of(offline, mirror)
    spec = scanned.Spec(names, tokenizers, places)
    shards = cut(corpus, column=column, offline=places.offline)
    with (
        terminal.progress(quiet=as_json) as watch,
        workers(engine, jobs=min(jobs, len(shards)), scheduler=scheduler) as pool,
    ):
        document = scanned.scan(
            shards, spec, out=out, executor=pool, jobs=jobs, watch=lambda done, total: watch("shards", done, total)
        )
    if as_json:
        print_json(document)
        return
    _show(document, spec.folder(shards, out), names)


def _show(document: dict[str, Any], folder: Path, names: Sequence[str]) -> None:
    from rich.table import Table

    from qadam.cli.terminal import console

    for name in names:
        table = Table(box=None, pad_edge=False, title=name, title_justify="left", title_style="bold")
        table.add_column("measure")
        table.add_column("value", justify="right")
        table.add_column("unit", style="dim")
        for score in document["scores"][name]:
            table.add_row(score["name"], _number(score["value"], score["unit"]), score["unit"])
        console.print(table)
    rate = document["bytes"] / 1e6 / max(document["seconds"], 1e-9)
    console.print(
        f"[dim]{document['bytes']:,} bytes, {document['shards']} shard{'' if document['shards'] == 1 else 's'}, {document['seconds']:.1f} s of processor: "
        f"{rate:.1f} MB/s for each worker[/]"
    )
    for what, count in document["left"].items():
        if count:
            console.print(f"{count:,} {LEFT[what]}")
    console.print(f"kept: {folder / 'scan.json'}", markup=False, soft_wrap=True)


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if unit in ("texts", "lines", "words", "pieces") else f"{value:,.4f}"
