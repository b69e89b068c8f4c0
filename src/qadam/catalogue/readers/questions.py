"""Multiple-choice questions, one JSON object a line.

An item's input is `{"question": text, "options": (texts)}`, its gold the letter of the right option. The group is the
subject: the stem of the file's name, as upstream writes it. Options name the columns: `question`, `choices`, `answer`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from qadam.catalogue.readers.text import cell, objects
from qadam.errors import NotReadable
from qadam.terms import Dataset, File, Item


def read(dataset: Dataset, split: str, paths: Mapping[File, Path]) -> list[Item]:
    """The questions of a split; ids are the subject and the line, from 1.

    Raises:
        NotReadable: a line has no question, no list of choices or no answer.
    """
    del split
    columns = dataset.options
    items = []
    for file, path in paths.items():
        subject = Path(file.name).stem
        for number, row in objects(path):
            question, choices, answer = (
                cell(row, columns[column], path, number) for column in ("question", "choices", "answer")
            )
            if not isinstance(choices, list):
                raise NotReadable(f"NotReadable: {path}, line {number}: choices are not a list.", "Mend the line.")
            options = tuple(str(choice) for choice in choices)
            items.append(Item(f"{subject}-{number:03d}", {"question": question, "options": options}, answer, subject))
    return items
