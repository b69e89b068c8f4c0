"""One text a line, or in one column of a table without a header.

Options: `separator` and `column` (from 0) of the text; `gold` is the column of what it is compared with, if any; `columns`, in
place of `column`, says which column has which language, and the item's input maps them to their texts. With
`held_out` every so many lines one belongs to the split `held-out`, the others to `learned`; other splits have all.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from qadam.catalogue.readers.text import lines
from qadam.errors import Misaligned
from qadam.terms import Dataset, File, Item


def read(dataset: Dataset, split: str, paths: Mapping[File, Path]) -> list[Item]:
    """The texts of a split; ids are the number of the line, from 1, with the part before it if files have parts.

    Raises:
        Misaligned: a line has fewer columns than the options ask for.
    """
    every = dataset.options.get("held_out", 0)
    separator, column, gold = (dataset.options.get(key) for key in ("separator", "column", "gold"))
    spoken: Mapping[str, int] = dataset.options.get("columns", {})
    items = []
    for file, path in paths.items():
        for number, line in enumerate(lines(path), 1):
            if every and split in ("learned", "held-out") and (number % every == 0) != (split == "held-out"):
                continue
            cells = line.split(separator) if separator else [line]
            if len(cells) <= max(column or 0, gold or 0, *spoken.values()):
                raise Misaligned(f"Misaligned: {path}, line {number}: only {len(cells)} columns.", "Mend the line.")
            id = f"{file.part}-{number:05d}" if file.part else f"{number:05d}"
            text = {language: cells[place] for language, place in spoken.items()} if spoken else cells[column or 0]
            items.append(Item(id, text, cells[gold] if gold is not None else None))
    return items
