"""Sound files that lie inside another file: a member of a ZIP archive, a cell of a Parquet table.

A path goes on behind the file that holds it: `clips.zip/eval/a.wav`, `clips.parquet/audio/17` (column and row). So a corpus of
gigabytes is read clip by clip, and nothing is unpacked.
"""

from __future__ import annotations

import io
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from qadam.errors import BadAudio

LARGEST = 512 * 2**20  # bytes of one clip, unpacked; an archive may promise any number
ROWS = 256  # cells of a table that are read at once


def opened(path: Path) -> BinaryIO | None:
    """The bytes of a sound, wherever it lies; None if neither the path nor a file above it exists.

    Raises:
        BadAudio: the file that should hold it is no archive or table, or does not hold it.
    """
    if path.is_file():
        return path.open("rb")
    holder = next((above for above in path.parents if above.is_file()), None)
    if holder is None:
        return None
    inside = path.relative_to(holder)
    try:
        found = _member(holder, inside.as_posix()) if zipfile.is_zipfile(holder) else _cell(holder, *inside.parts)
    except (KeyError, IndexError, TypeError, ValueError, OSError, zipfile.BadZipFile) as fault:
        raise BadAudio(f"BadAudio: {holder} does not hold {inside}.", "Fetch it again with --again.") from fault
    return io.BytesIO(found)


def _member(holder: Path, name: str) -> bytes:
    archive = _archive(holder, holder.stat().st_mtime_ns)
    if archive.getinfo(name).file_size > LARGEST:
        raise BadAudio(f"BadAudio: {name} in {holder} has more than {LARGEST:,} bytes.", "Cut it into clips first.")
    return archive.read(name)


@lru_cache(maxsize=2)
def _archive(holder: Path, changed: int) -> zipfile.ZipFile:
    """An archive with its list of members, kept open: a large one has a hundred thousand."""
    return zipfile.ZipFile(holder)


def _cell(holder: Path, column: str, row: str) -> bytes:
    number = int(row)
    held: Any = _cells(holder, column, number // ROWS)[number % ROWS]
    return bytes(held["bytes"] if isinstance(held, dict) else held)


@lru_cache(maxsize=4)
def _cells(holder: Path, column: str, block: int) -> list[Any]:
    import polars

    try:
        table = polars.scan_parquet(holder).select(column).slice(block * ROWS, ROWS).collect()
    except polars.exceptions.PolarsError as fault:
        raise ValueError(str(fault)) from fault
    return table[column].to_list()
