"""Analogies: a is to b as c is to which word?

An item's input is `{"words": (a, b, c)}`, its gold the accepted answers, its field `category` the relation. Layouts:

pairs       a table with the columns id, category, a and b (several b's separated by "/"): every pair is asked with the
            next `partners` pairs of its category as the example, round in a circle, unless the example gives the answer
            away (қаңтар қыс, ақпан қыс); the group is the pair that is asked
questions   four words a line; a line ": name" starts a category (without one, the category is the part of the file)
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from qadam.catalogue.readers.text import cell, lines, table
from qadam.errors import Misaligned
from qadam.terms import Dataset, File, Item


def read(dataset: Dataset, split: str, paths: Mapping[File, Path]) -> list[Item]:
    """The questions of a split, in the order of the files.

    Raises:
        Misaligned: a category has a single pair, or a line is not four words.
    """
    del split
    if dataset.options["layout"] == "questions":
        return _questions(paths)
    items = []
    for path in paths.values():
        categories: dict[str, list[tuple[str, str, tuple[str, ...]]]] = {}
        for number, row in table(path, "\t"):
            id, category, a, b = (cell(row, column, path, number) for column in ("id", "category", "a", "b"))
            categories.setdefault(category, []).append((id, a, tuple(b.split("/"))))
        for category, pairs in categories.items():
            if len(pairs) < 2:
                raise Misaligned(f"Misaligned: {path}: {category} has one pair, an analogy needs two.", "Add pairs.")
            for place, (id, c, answers) in enumerate(pairs):
                for step in range(1, min(int(dataset.options["partners"]), len(pairs) - 1) + 1):
                    example, a, b = pairs[(place + step) % len(pairs)]
                    if set(answers) - {a, b[0], c}:
                        words = {"words": (a, b[0], c)}
                        items.append(Item(f"{id}.{example}", words, answers, id, {"category": category}))
    return items


def _questions(paths: Mapping[File, Path]) -> list[Item]:
    items = []
    for file, path in paths.items():
        category = file.part
        for number, line in enumerate(lines(path), 1):
            words = line.split()
            if words[:1] == [":"]:
                category = " ".join(words[1:])
            elif words:
                if len(words) != 4:
                    raise Misaligned(f"Misaligned: {path}, line {number}: {len(words)} words, not 4.", "Mend the line.")
                a, b, c, d = words
                id = f"{file.part}-{number:05d}" if file.part else f"{number:05d}"
                group = f"{category}:{c}:{d}"
                items.append(Item(id, {"words": (a, b, c)}, (d,), group, {"category": category}))
    return items
