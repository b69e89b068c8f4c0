"""Finds the font files of this machine, and says which package brings one that is missing.

Looked for by the name of the file: in the folders of QADAM_FONTS first, then where systems keep fonts.
"""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from qadam.errors import ExtraMissing

ROWS = Path(__file__).with_name("line_images.toml")
FOLDERS = (
    "~/.fonts",
    "~/.local/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/fonts",
    "~/Library/Fonts",
    "/Library/Fonts",
    "C:/Windows/Fonts",
)


@cache
def rows() -> Mapping[str, Any]:
    """What lines are drawn with: the tables of `line_images.toml`."""
    return tomllib.loads(ROWS.read_text("utf-8"))


@cache
def font(family: str) -> Mapping[str, str]:
    """The row of a font."""
    return next(row for row in rows()["font"] if row["family"] == family)


def families(script: str) -> tuple[str, ...]:
    """The fonts a script is drawn in, the one that worn copies are made of first."""
    return tuple(rows()["scripts"][script]["fonts"])


def path(family: str) -> Path:
    """Where a font lies.

    Raises:
        ExtraMissing: it is not installed; the message names the package.
    """
    found = _found(family, os.environ.get("QADAM_FONTS", ""))
    if found is None:
        row = font(family)
        raise ExtraMissing(
            f"ExtraMissing: the font {family} ({row['file']}) is not installed.",
            f"apt-get install {row['package']}   (or put the file into a folder: export QADAM_FONTS=DIR)",
        )
    return found


def mark(family: str) -> str:
    """The font with eight digits of the checksum of the file that was found; its name alone if there is none."""
    found = _found(family, os.environ.get("QADAM_FONTS", ""))
    return f"{family}@{_sha256(found)[:8]}" if found else family


@cache
def _found(family: str, first: str) -> Path | None:
    name = font(family)["file"]
    for folder in (*filter(None, first.split(os.pathsep)), *FOLDERS):
        for found in sorted(Path(folder).expanduser().rglob(name)):
            return found
    return None


@cache
def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
