"""The flags that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for records, reports and pages.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Offline = Annotated[bool, typer.Option("--offline", help="Touch no network: cache and mirror only.")]
Mirror = Annotated[
    list[Path] | None,
    typer.Option("--mirror", metavar="DIR", help="Folder with copies of the sources, looked in first."),
]
Profile = Annotated[str, typer.Option("--profile", "-p", help="sample (no download) | laptop (real data) | full.")]
Systems = Annotated[
    list[str] | None,
    typer.Option(
        "--system",
        "-s",
        metavar="NAME",
        help="Only this system: a name, openai:MODEL@URL, or a path to a tokenizer.json. Repeatable.",
    ),
]
Seed = Annotated[
    int | None, typer.Option("--seed", metavar="N", min=0, help="Another seed: the result is called exploratory.")
]
Data = Annotated[
    str,
    typer.Option(
        "--data",
        metavar="FILE[:COLUMN]|NAME",
        help="A table (CSV, TSV, JSONL, Parquet), or a dataset by name, in place of the study's data.",
    ),
]
View = Annotated[
    str, typer.Option("--view", metavar="NAME", help="Another fixed view of the question, such as flops: equal work.")
]
Slugs = Annotated[list[str] | None, typer.Argument(metavar="SLUG...", help="Studies, by the name of their problem.")]
Engine = Annotated[str, typer.Option("--engine", metavar="KIND", help="Who works: processes | dask.")]
Scheduler = Annotated[
    str,
    typer.Option("--scheduler", metavar="ADDRESS", help="A Dask cluster, tcp://HOST:8786, that sees the same files."),
]
