"""Questions with a free answer: one about a passage, or a sentence to put right; one row each, as in `questions`.

An item's input is `{"question": text, "passage": text}`, without a passage if the row names none; its gold is a tuple of
all answers that are accepted. Options of a row: `question` and `passage` (a column, or a sentence around columns),
`answers` (a column, or "column.key" of an object in it, holding one text or a list), `group` and `id` (columns).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qadam.catalogue.readers.questions import filled, rows
from qadam.catalogue.readers.text import cell
from qadam.errors import NotReadable
from qadam.terms import Dataset, File, Item


def read(dataset: Dataset, split: str, paths: Mapping[File, Path]) -> list[Item]:
    """The questions of a split; ids are those of the column `id`, else the number of the row, from 1.

    Raises:
        NotReadable: a row has no question or no answer.
    """
    del split
    options = dataset.options
    groups: dict[str, str] = {}  # what is resampled together, named by its first question
    items = []
    for path in paths.values():
        for number, row in rows(path):
            shown = {"question": filled(str(options["question"]), row, path, number)}
            if "passage" in options:
                shown["passage"] = filled(str(options["passage"]), row, path, number)
            id = str(cell(row, options["id"], path, number)) if "id" in options else f"{number:04d}"
            group = groups.setdefault(str(cell(row, options["group"], path, number)), id) if "group" in options else ""
            items.append(Item(id, shown, _answers(str(options["answers"]), row, path, number), group))
    return items


def _answers(column: str, row: dict[str, Any], path: Path, number: int) -> tuple[str, ...]:
    name, _, key = column.partition(".")
    found = cell(row, name, path, number)
    if key:
        found = cell(found, key, path, number)
    accepted = tuple(str(text) for text in ([found] if isinstance(found, str) else found) if str(text).strip())
    if not accepted:
        raise NotReadable(f"NotReadable: {path}, line {number}: no answer is given.", "Mend the line.")
    return accepted
