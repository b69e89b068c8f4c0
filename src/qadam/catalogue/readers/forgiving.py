"""The rows of a user's table that can be read; of each other one, its line and what is wrong with it.

What was downloaded is held to every byte (`tabular`); a table that somebody made by hand has a bad line here and there, and the
others are good. Nothing is guessed: a line in another encoding is left out and not decoded by chance, and a row with a cell
too few is left out and not filled up.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from qadam.catalogue.readers.text import conversion, decoded
from qadam.errors import NotReadable
from qadam.terms import LeftOut

SHOWN = 3  # rows of a kind that are named in full
ENCODING, QUOTES, CELLS, HEADER, JSON = "encoding", "quotes", "cells", "header again", "json"
TEXT, COLUMN = "no text", "no column"
_MARK = "\ufeff"  # a byte order mark; one inside a file is left where two files were joined


class Row(dict[str, Any]):
    """The cells of a row by column, and the line it begins in."""

    line: int = 0


Rows = Iterator[tuple[int, Row]]


def placed(cells: dict[str, Any], line: int) -> Row:
    """Cells with their line."""
    row = Row(cells)
    row.line = line
    return row


def separated(path: Path, name: str, data: bytes, left: list[LeftOut]) -> Rows:
    """The rows of a .csv or .tsv, numbered with those that are left out; blank lines are no rows.

    Where quotation marks do not close as they should, reading goes on with the line after the one they opened in.

    Raises:
        NotReadable: the header cannot be read.
    """
    lines = _Lines(list(io.StringIO(data.decode("utf-8-sig", "surrogateescape"), newline="")))
    tabs = name.endswith(".tsv")

    def reading() -> Any:
        return csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if tabs else csv.reader(lines, strict=True)

    reader = reading()
    try:
        header = next(reader)
    except csv.Error as fault:
        raise NotReadable(f"NotReadable: {path}, line 1: {fault}.", "Mend the line.") from fault
    if _damaged("".join(header)):
        decoded(data, path)
    number = 0
    while lines.at < len(lines.all):
        first, cells, broken = lines.at, [], ""
        try:
            cells = next(reader)
        except csv.Error as error:
            broken, lines.at = f"quotation marks do not close ({error})", first + 1
            reader = reading()
        if not cells and not broken:
            continue
        number += 1
        kind, words = (QUOTES, broken) if broken else _wrong(cells, header)
        if words:
            left.append(LeftOut(path.name, first + 1, kind, words))
            continue
        yield number, placed(dict(zip(header, cells, strict=True)), first + 1)


def objects(path: Path, name: str, data: bytes, left: list[LeftOut]) -> Rows:
    """The objects of a JSON Lines file, numbered with the lines that are left out; blank lines are no rows."""
    del name
    number = 0
    for line, raw in enumerate(data.split(b"\n"), 1):
        if not raw.strip():
            continue
        number += 1
        row, kind, words = _object(raw.removeprefix(_MARK.encode()))
        if words:
            left.append(LeftOut(path.name, line, kind, words))
        else:
            yield number, placed(row, line)


def nothing_left(path: Path, left: Sequence[LeftOut]) -> NotReadable:
    """The error for a table of which no row can be used."""
    kinds = ", ".join(f"{kind} {count}" for kind, count in Counter(one.kind for one in left).most_common())
    first = "; ".join(f"line {one.line}: {one.words}" for one in left[:SHOWN])
    return NotReadable(
        f"NotReadable: {path}: none of its {len(left)} rows can be used ({kinds}): {first}"
        f"{' ...' if len(left) > SHOWN else ''}.",
        mending(path.name, {one.kind for one in left}),
    )


def mending(name: str, kinds: set[str]) -> str:
    """What to do about rows that were left out."""
    converted = f"{conversion(name)} (or whichever encoding they have)"
    return f"Convert the lines: {converted}" if ENCODING in kinds else "Mend the lines, and run again."


class _Lines:
    """Lines that a reader takes one by one, and that can be gone back in."""

    def __init__(self, lines: list[str]) -> None:
        self.all, self.at = lines, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.at == len(self.all):
            raise StopIteration
        self.at += 1
        return self.all[self.at - 1]


def _wrong(cells: list[str], header: list[str]) -> tuple[str, str]:
    """The kind of a row's fault and the fault in words; empty if there is none."""
    if byte := _damaged("".join(cells)):
        return ENCODING, f"byte 0x{byte:02x} is not UTF-8"
    if [cells[0].removeprefix(_MARK), *cells[1:]] == header:
        return HEADER, "the header comes again"
    if len(cells) != len(header):
        return CELLS, f"{len(cells)} cells, the header has {len(header)}"
    return "", ""


def _object(raw: bytes) -> tuple[dict[str, Any], str, str]:
    try:
        row = json.loads(raw.decode())
    except UnicodeDecodeError as fault:
        return {}, ENCODING, f"byte 0x{raw[fault.start]:02x} is not UTF-8"
    except (ValueError, RecursionError) as fault:
        return {}, JSON, f"not JSON: {fault}"
    return (row, "", "") if isinstance(row, dict) else ({}, JSON, "not a JSON object")


def _damaged(text: str) -> int:
    """The first byte that is not UTF-8, as `surrogateescape` keeps it; 0 if there is none."""
    return next((ord(sign) - 0xDC00 for sign in text if "\udc80" <= sign <= "\udcff"), 0)
