"""What every text verb may be given: files, JSON, word lists."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Files = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="FILE...",
        show_default=False,
        help="Read these instead of standard input; .gz too.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, with offsets into the line as it was.")]
Lexicon = Annotated[
    list[Path] | None,
    typer.Option(
        "--lexicon",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        show_default=False,
        help="Words, one a line, with a tab and a count if there is one; .gz too. Repeatable.",
    ),
]
