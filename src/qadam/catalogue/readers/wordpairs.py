"""Pairs of words with a human score: how similar, or how related, people find them.

An item's input is `{"words": (first, second)}`, its gold the score as a number. Options: `separator` between the columns
(a run of white space if not given), `columns` (from 0) of first word, second word and score, `header` if the first line
names the columns, `id` the column of ids, `keep` (name -> column) of what to remember as fields. `sections` lists name and
length of the stretches of lines that follow one another, where the file itself does not say what they are; the name is
the field `pos`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any

from qadam.catalogue.readers.text import lines
from qadam.errors import Misaligned, NotReadable
from qadam.terms import Dataset, File, Item


def read(dataset: Dataset, split: str, paths: Mapping[File, Path]) -> list[Item]:
    """The pairs of a split; without a column of ids, they are the part, if any, and the number of the line, from 1.

    Blank lines are skipped.

    Raises:
        Misaligned: a line has too few columns.
        NotReadable: a score is not a number.
    """
    del split
    options = dataset.options
    first, second, score = options.get("columns", (0, 1, 2))
    keep: Mapping[str, int] = options.get("keep", {})
    items = []
    for file, path in paths.items():
        for number, line in enumerate(lines(path), 1):
            if not line.strip() or (number == 1 and options.get("header")):
                continue
            cells = [cell.strip() for cell in line.split(options.get("separator"))]
            if len(cells) <= max(first, second, score, *keep.values()):
                raise Misaligned(f"Misaligned: {path}, line {number}: only {len(cells)} columns.", "Mend the line.")
            try:
                gold = float(cells[score])
            except ValueError as error:
                raise NotReadable(
                    f"NotReadable: {path}, line {number}: {cells[score]!r} is not a score.", "Mend the line."
                ) from error
            id = cells[options["id"]] if "id" in options else f"{number:04d}"
            id = f"{file.part}-{id}" if file.part else id
            fields = {name: cells[column] for name, column in keep.items()} | _section(number, options)
            items.append(Item(id, {"words": (cells[first], cells[second])}, gold, fields=fields))
    return items


def _section(number: int, options: Mapping[str, Any]) -> dict[str, str]:
    """The part of speech of a line, where the row lists stretches of lines."""
    ends = accumulate(length for _, length in options.get("sections", ()))
    names = (name for name, _ in options.get("sections", ()))
    return next(({"pos": name} for name, end in zip(names, ends, strict=True) if number <= end), {})
