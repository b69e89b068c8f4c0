"""The same text in several languages: each item's input maps a language to a text.

The row's options say how the languages meet (`layout`):

tables    one table per language; rows meet by the column `id`, text is in the column `text`
columns   one table, `columns` maps language -> column; `id` names the column of ids, `split` that of the split
pairs     two files per pair of languages, line by line; pairs meet on their line in the language `pivot`

`format` is tsv, csv or jsonl, `keep` lists columns to remember as fields. `unquote` undoes the quoting of a CSV file
that was read without undoing it: outer quotation marks go, doubled ones become single. In pairs, an item holds only the
languages whose file has its line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from qadam.catalogue.readers.text import cell, lines, objects, table
from qadam.errors import Misaligned, NotReadable
from qadam.terms import Dataset, File, Item

Paths = Mapping[File, Path]


def read(dataset: Dataset, split: str, paths: Paths) -> list[Item]:
    """The items of a split.

    Raises:
        Misaligned: the languages do not have the same ids, or the files of a pair not the same number of lines.
        NotReadable: a file is not what the options say.
    """
    layouts = {"tables": _tables, "columns": _columns, "pairs": _pairs}
    return layouts[dataset.options["layout"]](dataset, split, paths)


def _rows(path: Path, options: Mapping[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    kind = options.get("format", "tsv")
    return objects(path) if kind == "jsonl" else table(path, "," if kind == "csv" else "\t")


def _tables(dataset: Dataset, split: str, paths: Paths) -> list[Item]:
    options = dataset.options
    texts: dict[str, dict[str, str]] = {}
    kept: dict[str, dict[str, Any]] = {}
    for file, path in paths.items():
        for number, row in _rows(path, options):
            id = str(cell(row, options["id"], path, number))
            mine = texts.setdefault(id, {})
            if file.language in mine:
                raise Misaligned(f"Misaligned: {path}, line {number}: the id {id!r} occurs twice.", "Mend the file.")
            mine[file.language] = _text(row, options["text"], path, number)
            kept.setdefault(id, {key: row[key] for key in options.get("keep", ())} | {"part": file.part})
    for id, mine in texts.items():
        if absent := [language for language in dataset.languages if language not in mine]:
            raise Misaligned(
                f"Misaligned: {dataset.id}/{split}: the id {id!r} has no text in {', '.join(absent)}.",
                f"Fetch again: qadam fetch {dataset.id} --again",
            )
    return [Item(id, texts[id], fields=kept[id]) for id in texts]


def _columns(dataset: Dataset, split: str, paths: Paths) -> list[Item]:
    options = dataset.options
    unquote = _unquoted if options.get("unquote") else str
    items = []
    for path in paths.values():
        for number, row in _rows(path, options):
            if "split" in options and cell(row, options["split"], path, number) not in dataset.splits[split]:
                continue
            texts = {
                language: unquote(_text(row, column, path, number)) for language, column in options["columns"].items()
            }
            id = str(cell(row, options["id"], path, number))
            items.append(Item(id, texts, fields={key: row[key] for key in options.get("keep", ())}))
    return items


def _text(row: dict[str, Any], column: str, path: Path, number: int) -> str:
    text = cell(row, column, path, number)
    if not isinstance(text, str):
        raise NotReadable(
            f"NotReadable: {path}, line {number}: {column} is no text, but {text!r:.40}.", "Mend the line."
        )
    return text


def _unquoted(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1].replace('""', "")
    return text[1:-1].replace('""', '"') if quoted else text


def _pairs(dataset: Dataset, split: str, paths: Paths) -> list[Item]:
    """Pairs meet on the pivot's line; where it occurs twice in a file, on its first and on its second occurrence."""
    pivot = dataset.options["pivot"]
    sides: dict[str, dict[str, tuple[Path, list[str]]]] = {}
    for file, path in paths.items():
        sides.setdefault(file.part, {})[file.language] = (path, lines(path))
    texts: dict[tuple[str, int], dict[str, str]] = {}
    for pair, side in sides.items():
        if len({len(text) for _, text in side.values()}) != 1:
            counts = ", ".join(f"{path.name} {len(text)}" for path, text in side.values())
            raise Misaligned(f"Misaligned: {dataset.id}, pair {pair}: {counts} lines.", "Fetch it again with --again.")
        (other,) = side.keys() - {pivot}
        seen: Counter[str] = Counter()
        for line, translation in zip(side[pivot][1], side[other][1], strict=True):
            seen[line] += 1
            texts.setdefault((line, seen[line]), {pivot: line})[other] = translation
    return [Item(f"{n:04d}", by_language) for n, by_language in enumerate(texts.values(), 1)]
