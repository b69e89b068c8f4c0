"""Sheets of a spreadsheet (.xlsx) as rows of text; formulas give the value that was stored with them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree import ElementTree

from qadam.catalogue.packed import DAMAGE, member
from qadam.errors import NotReadable


def sheets(path: Path) -> dict[str, list[dict[str, str]]]:
    """Sheet name -> its rows, each column name -> text; the first row of a sheet names the columns.

    An empty cell is absent from its row.

    Raises:
        NotReadable: the file is no workbook.

    Source:
        ECMA-376, Office Open XML, part 1, section 18 (SpreadsheetML).
    """
    try:
        with zipfile.ZipFile(path) as book:
            links = {r.get("Id"): r.get("Target") for r in _parsed(book, "xl/_rels/workbook.xml.rels")}
            shared = [_text(entry) for entry in _parsed(book, "xl/sharedStrings.xml")]
            found = {}
            for sheet in _parsed(book, "xl/workbook.xml").iterfind(".//{*}sheet"):
                link = next(value for name, value in sheet.items() if name.endswith("}id"))
                found[str(sheet.get("name"))] = _rows(_parsed(book, f"xl/{links[link]}"), shared)
            return found
    except (*DAMAGE, KeyError, ElementTree.ParseError, IndexError, StopIteration) as error:
        raise NotReadable(f"NotReadable: {path} is no spreadsheet: {error}.", "Fetch it again with --again.") from error


def _parsed(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    return ElementTree.fromstring(member(book, name))


def _rows(tree: ElementTree.Element, shared: list[str]) -> list[dict[str, str]]:
    cells = [
        {str(c.get("r")).rstrip("0123456789"): value for c in row.iterfind(".//{*}c") if (value := _value(c, shared))}
        for row in tree.iterfind(".//{*}row")
    ]
    header = cells[0]
    return [{header[column]: value for column, value in row.items() if column in header} for row in cells[1:]]


def _value(cell: ElementTree.Element, shared: list[str]) -> str:
    stored = cell.find("{*}v")
    text = _text(cell) if stored is None else stored.text or ""
    return shared[int(text)] if cell.get("t") == "s" else text


def _text(element: ElementTree.Element) -> str:
    """All the text of a string, which may be cut into runs of different type."""
    return "".join(run.text or "" for run in element.iterfind(".//{*}t"))
