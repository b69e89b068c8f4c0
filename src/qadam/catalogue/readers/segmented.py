"""Sentences and the same sentences with marks at the boundaries inside words: мектептерде, мектеп·тер·де.

An item's input is the sentence as it is, its gold the marked words in order, its field `formation` whether `+` marks voice and word
formation beside `·` for inflection. Options: `marks` (`·` or `·+`); without `columns` the first two cells of a line are the
sentence and its marked copy, with it a table with a header says under which names they stand (text, segmented) and, if
given, the parts of speech (upos) and the id.

A mark before a space or at the end of a word separates nothing and is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from qadam.catalogue.readers.text import cell, lines, table
from qadam.errors import Misaligned
from qadam.terms import Dataset, File, Item


def read(dataset: Dataset, split: str, paths: Mapping[File, Path]) -> list[Item]:
    """The sentences of a split; ids are the number of the line, from 1, or those of the table.

    Raises:
        Misaligned: without its marks the second text is not the first, or parts of speech and words differ in number.
    """
    del split
    marks = str(dataset.options.get("marks", "·"))
    columns = dataset.options.get("columns")
    items = []
    for path in paths.values():
        if columns:
            for number, row in table(path, "\t"):
                id, text, segmented = (cell(row, columns[name], path, number) for name in ("id", "text", "segmented"))
                upos = tuple(row.get(columns.get("upos", ""), "").split())
                items.append(_item(id, text, segmented, marks=marks, fields={"upos": upos} if upos else {}))
        else:
            for number, line in enumerate(lines(path), 1):
                text, _, segmented = line.partition("\t")
                items.append(_item(f"{number:05d}", text, segmented, marks=marks, fields={}))
    return items


def _item(id: str, text: str, segmented: str, *, marks: str, fields: Mapping[str, tuple[str, ...]]) -> Item:
    words, cuts = text.split(), [cut.strip(marks) if len(cut) > 1 else cut for cut in segmented.split()]
    bare = [cut.translate({ord(mark): None for mark in marks}) for cut in cuts]
    counts = {len(words), len(cuts), *(len(values) for values in fields.values())}
    if len(counts) > 1 or any(a != b and a not in marks for a, b in zip(words, bare, strict=True)):
        raise Misaligned(
            f"Misaligned: sentence {id} and its marked copy are not the same words: {segmented[:80]!r}.",
            "Mend the line: taking the marks away must give the sentence back.",
        )
    return Item(id, text, tuple(cuts), fields={**fields, "formation": "+" in marks})
