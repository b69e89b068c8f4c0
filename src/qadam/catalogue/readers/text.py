"""Text files opened strictly: UTF-8 or an error that names the line."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from qadam.errors import EmptyDataset, Misaligned, NotReadable

csv.field_size_limit(2**31 - 1)  # letters of a cell, which may be a whole book; more does not fit a C long everywhere

Numbered = Iterator[tuple[int, dict[str, str]]]  # line number, column name -> cell


def lines(path: Path) -> list[str]:
    """The lines of a file without their ends; a byte order mark is dropped.

    Only line feed (after an optional carriage return) ends a line: U+2028 and its kin are text.

    Raises:
        NotReadable: a byte is not UTF-8; the message names the line.
        EmptyDataset: there is nothing in it.
    """
    text = decoded(path.read_bytes(), path)
    if not text.strip():
        raise EmptyDataset(f"EmptyDataset: {path} is empty.", "Fetch it again with --again, or look at its source.")
    rows = text.split("\n")
    return [row.removesuffix("\r") for row in (rows[:-1] if rows[-1] == "" else rows)]


def table(path: Path, delimiter: str) -> Numbered:
    """The rows of a table with a header, quoted as CSV is (a quotation mark inside quotes is doubled).

    Raises:
        Misaligned: a row has another number of cells than the header.
    """
    content = "\n".join(lines(path))
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    try:
        header = next(reader)
        for cells in reader:
            if len(cells) != len(header):
                raise Misaligned(
                    f"Misaligned: {path}, line {reader.line_num}: {len(cells)} cells, the header has {len(header)}.",
                    "Mend the line, or fetch the file again with --again.",
                )
            yield reader.line_num, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise NotReadable(f"NotReadable: {path}, line {reader.line_num}: {error}.", "Mend the line.") from error


def conversion(name: str, encoding: str = "WINDOWS-1251") -> str:
    """The command that makes UTF-8 of a file in another encoding."""
    return f"iconv -f {encoding} -t UTF-8 {name}"


def decoded(data: bytes, path: Path) -> str:
    """Bytes as text, a byte order mark left out.

    Raises:
        NotReadable: a byte is not UTF-8; the message names the line of the file.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        likely = "UTF-16" if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "WINDOWS-1251"
        raise NotReadable(
            f"NotReadable: {path}, line {line}: byte 0x{data[error.start]:02x} is not UTF-8.",
            f"Convert it: {conversion(path.name, likely)} (or whichever encoding it has)",
        ) from error


def objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSON Lines file with their line numbers; blank lines are skipped.

    Raises:
        NotReadable: a line is not a JSON object.
    """
    yield from objects_in(lines(path), path)


def objects_in(texts: Iterable[str], path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of lines that were read already, as `objects` gives them; `path` is named in the errors."""
    for number, line in enumerate(texts, 1):
        if line.strip():
            try:
                value = json.loads(line)
            except (ValueError, RecursionError) as error:  # nested too deep
                raise NotReadable(f"NotReadable: {path}, line {number}: {error}.", "Mend the line.") from error
            if not isinstance(value, dict):
                raise NotReadable(f"NotReadable: {path}, line {number}: not a JSON object.", "Mend the line.")
            yield number, value


def cell(row: dict[str, Any], column: str, path: Path, number: int) -> Any:
    """One cell of a row.

    Raises:
        NotReadable: there is no such column; the message names those there are.
    """
    if column not in row:
        raise NotReadable(
            f"NotReadable: {path}, line {number}: no column {column!r}.", f"It has: {', '.join(map(str, row))}"
        )
    return row[column]
