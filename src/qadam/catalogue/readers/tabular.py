"""One text a row of a table with a header: CSV, TSV, JSON Lines, Parquet or a news feed, also inside a ZIP archive.

The kind of table is that of the file's name (in an archive: of the one file in it). Options: `text` is the column of the
text, `id` that of the ids (without it, the number of the row), `gold` that of what it is compared with, `keep` lists
columns to remember as fields. With `distinct` an id that was seen in an earlier row or file is passed over; without it,
ids begin with the part of their file, if it has one. With `rest` the field `row` holds all other columns, of which
`group`, if there, names the resampling unit. `split` names a column that says to which split a row belongs. With `separator` the gold
is a row of labels, cut there.

With a list `left` to note them in, rows that cannot be used are left out and the others are read (`forgiving`): so a table of the
user's is read. Without one, the first of them is an error.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from qadam.catalogue import parquet
from qadam.catalogue.packed import DAMAGE, member
from qadam.catalogue.readers import forgiving
from qadam.catalogue.readers.text import cell, decoded, objects_in
from qadam.errors import EmptyDataset, Misaligned, NotReadable
from qadam.terms import Dataset, File, Item, LeftOut

_TEXT = (
    "text",
    "review",
    "comment",
    "content",
    "body",
    "message",
    "sentence",
    "title",
    "headline",
    "мәтін",
    "пікір",
    "тақырып",
    "текст",
    "отзыв",
    "заголовок",
)

MEND = "Look at the file; if it is not yours, fetch it again with --again."
Numbered = Iterator[tuple[int, dict[str, Any]]]  # number of the row from 1, column -> cell


def read(dataset: Dataset, split: str, paths: Mapping[File, Path], *, left: list[LeftOut] | None = None) -> list[Item]:
    """The rows of a split as items.

    A row whose text is empty or missing is left out: there is nothing to ask about. Of a table of the user's, an item's
    field `place` is the file and the line that it comes from.

    Raises:
        NotReadable: a file is no such table, or lacks a column that the options name.
        Misaligned: a row has another number of cells than the header.
        EmptyDataset: a file is empty.
    """
    options = dataset.options
    distinct, seen = options.get("distinct", False), set[str]()
    items = []
    for file, path in paths.items():
        for number, row in rows(path, left=left):
            if left is not None and (fault := _without(row, options["text"], path)):
                left.append(fault)
                continue
            if "split" in options and cell(row, options["split"], path, number) != split and split != "all":
                continue
            text = cell(row, options["text"], path, number)
            if not isinstance(text, str) or not text.strip():
                continue
            id = str(cell(row, options["id"], path, number)) if "id" in options else f"{number:06d}"
            if distinct and id in seen:
                continue
            seen.add(id)
            gold = cell(row, options["gold"], path, number) if "gold" in options else None
            if isinstance(gold, str) and "separator" in options:
                gold = tuple(gold.split(options["separator"]))
            fields = {key: cell(row, key, path, number) for key in options.get("keep", ())} | {"part": file.part}
            rest = {key: value for key, value in row.items() if key != options["text"]} if options.get("rest") else {}
            fields |= {"row": rest} if rest else {}
            fields |= {"place": (path.name, row.line)} if isinstance(row, forgiving.Row) else {}
            name = f"{file.part}-{id}" if file.part and not distinct else id
            items.append(Item(name, text, gold, str(rest.get("group") or ""), fields))
    return items


def own(path: Path | Sequence[Path], *, text: str = "") -> Dataset:
    """The row of a table of the user's, or of several that are one: a split, `all`, under the checksums of the files.

    A column `id` gives the ids, if no two rows of a table share one. Columns meet by their names, whatever their order; the
    ids of several tables begin with the names of the files.

    Args:
        text: the column of the text; without it, the first whose name says so (text, review, comment ...).

    Raises:
        NotReadable: a table has no such column, or is none, or none of its rows can be used; the message names it.
        EmptyDataset: it has no rows.
    """
    paths = [path] if isinstance(path, Path) else list(path)
    column, named = text, True
    for table in paths:
        columns, ids, left = dict[str, None](), list[Any](), list[LeftOut]()
        for _, row in rows(table, left=left):
            columns |= dict.fromkeys(row)
            ids.append(row.get("id"))
        if left and not ids:
            raise forgiving.nothing_left(table, left)
        if not ids:
            raise EmptyDataset(f"EmptyDataset: {table} has no rows under its header.", "Give it one row at least.")
        column = column or next((name for name in columns if name.strip().lower() in _TEXT), "")
        _has(column, table, columns)
        named = named and all(ids) and len(set(map(str, ids))) == len(ids)
    checksums = [hashlib.sha256(table.read_bytes()).hexdigest() for table in paths]
    parts = [table.stem if len(paths) > 1 else "" for table in paths]
    whole = checksums[0] if len(paths) == 1 else hashlib.sha256("".join(checksums).encode()).hexdigest()
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return Dataset(
        id=f"{paths[0].stem}@{whole[:8]}",
        title=f"{paths[0].name}{more}, given by {'their paths' if more else 'its path'}",
        reader="tabular",
        files=tuple(
            File(f"path:{table.resolve()}", sha256=sha256, bytes=table.stat().st_size, part=part)
            for table, sha256, part in zip(paths, checksums, parts, strict=True)
        ),
        splits={"all": tuple(filter(None, parts))},
        languages=("kk", "ru"),
        licence="not stated: a file of the user's",
        redistribution=False,
        options={"text": column, "rest": True, **({"id": "id"} if named else {})},
    )


def _has(column: str, path: Path, columns: Collection[str]) -> None:
    """Refuse a table without the column.

    Raises:
        NotReadable: it has none of this name, or, without a name, none that is known.
    """
    if column not in columns:
        wanted = f"column {column!r}" if column else f"column named {', '.join(_TEXT)}"
        _with_commas(path, tuple(columns))
        raise NotReadable(f"NotReadable: {path} has no {wanted}.", f"Name one of: {', '.join(columns) or 'none'}.")


def _without(row: Mapping[str, Any], column: str, path: Path) -> LeftOut | None:
    """The fault of a row that has nothing to ask about."""
    line = row.line if isinstance(row, forgiving.Row) else 0
    if column not in row:
        return LeftOut(path.name, line, forgiving.COLUMN, f"no column {column!r}")
    if not isinstance(row[column], str) or not row[column].strip():
        return LeftOut(path.name, line, forgiving.TEXT, f"nothing is written in {column!r}")
    return None


def _with_commas(path: Path, columns: Sequence[str]) -> None:
    """A header in one piece with another separator in it is no column.

    Raises:
        NotReadable: it is one.
    """
    found = next((sign for sign in (";", "\t", "|") if len(columns) == 1 and sign in columns[0]), "")
    if found and path.suffix.lower() == ".csv":
        name = {";": "semicolons", "\t": "tabs", "|": "upright lines"}[found]
        raise NotReadable(
            f"NotReadable: {path} is separated by {name}; a .csv table is separated by commas.",
            "Name it .tsv." if found == "\t" else "Save it again with commas, or with tabs under a name in .tsv.",
        )


def rows(path: Path, *, header: Sequence[str] = (), left: list[LeftOut] | None = None) -> Numbered:
    """The rows of a table, whatever its format; `header` names the columns of a .csv or .tsv that does not.

    With `left`, rows that cannot be read are noted there, and every other one knows its line.

    Raises:
        NotReadable: the name ends in nothing we know, or the file is not what its name says.
        Misaligned, EmptyDataset: as in `read`.
    """
    name, data = path.name, path.read_bytes()
    if path.suffix == ".zip":
        name, data = _unzipped(path, data)
    kinds = {".csv": _csv, ".tsv": _csv, ".jsonl": _jsonl, ".ndjson": _jsonl, ".parquet": _parquet}
    kinds |= dict.fromkeys((".rss", ".atom", ".xml"), _feed)
    kind = kinds.get(Path(name).suffix.lower())
    if kind is None:
        raise NotReadable(f"NotReadable: {path}: a table ends in {', '.join(kinds)} or .zip.", "Give it that name.")
    if not data.strip():
        raise EmptyDataset(f"EmptyDataset: {path} is empty.", MEND)
    data = _headed(name, header) + data
    if left is None:
        return kind(path, name, data)
    if kind is _csv:
        return forgiving.separated(path, name, data, left)
    if kind is _jsonl:
        return forgiving.objects(path, name, data, left)
    return ((number, forgiving.placed(row, number)) for number, row in kind(path, name, data))


def _headed(name: str, header: Sequence[str]) -> bytes:
    return (("\t" if name.endswith(".tsv") else ",").join(header) + "\n").encode() if header else b""


def _unzipped(path: Path, data: bytes) -> tuple[str, bytes]:
    """Name and content of the one table in an archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [n for n in archive.namelist() if not n.endswith("/") and not n.startswith("__MACOSX")]
            if len(names) != 1:
                raise NotReadable(f"NotReadable: {path} holds {len(names)} files, not one table.", "Unpack it.")
            return names[0], member(archive, names[0])
    except DAMAGE as error:
        raise NotReadable(f"NotReadable: {path} is no ZIP archive that can be read: {error}.", MEND) from error


def _csv(path: Path, name: str, data: bytes) -> Numbered:
    tabs = name.endswith(".tsv")
    lines = io.StringIO(decoded(data, path), newline="")
    reader = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if tabs else csv.reader(lines, strict=True)
    try:
        header = next(reader)
        for number, cells in enumerate(reader, 1):
            if len(cells) != len(header):
                raise Misaligned(
                    f"Misaligned: {path}, line {reader.line_num}: {len(cells)} cells, the header has {len(header)}.",
                    f"Mend the line. {MEND}",
                )
            yield number, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise NotReadable(f"NotReadable: {path}, line {reader.line_num}: {error}.", "Mend the line.") from error


def _jsonl(path: Path, name: str, data: bytes) -> Numbered:
    del name
    return enumerate((row for _, row in objects_in(decoded(data, path).split("\n"), path)), 1)


def _feed(path: Path, name: str, data: bytes) -> Numbered:
    del name
    from qadam.catalogue.readers import feed

    yield from feed.rows(path, data)


def _parquet(path: Path, name: str, data: bytes) -> Numbered:
    del name
    import polars

    with parquet.reading(path):
        found = list(polars.read_parquet(io.BytesIO(data)).iter_rows(named=True))
    yield from enumerate(found, 1)
