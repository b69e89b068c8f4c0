"""One token and its label a line, a blank line between sentences (CoNLL-2002 and its kin).

An item's input is the sentence with its tokens joined by single spaces, its gold the labels, its fields the tokens.
Options: `separator` between token and label (a space if not given).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from qadam.catalogue.readers.text import lines
from qadam.errors import Misaligned
from qadam.terms import Dataset, File, Item


def read(dataset: Dataset, split: str, paths: Mapping[File, Path]) -> list[Item]:
    """The sentences of a split; ids are the part and the number of the sentence in it, from 1.

    Raises:
        Misaligned: a line is not one token and one label.
    """
    del split
    separator = dataset.options.get("separator", " ")
    items: list[Item] = []
    for file, path in paths.items():
        sentence: list[tuple[str, str]] = []
        count = 0
        for number, line in enumerate([*lines(path), ""], 1):
            if line.strip():
                cells = line.split(separator)
                if len(cells) != 2:
                    raise Misaligned(
                        f"Misaligned: {path}, line {number}: {len(cells)} columns, not a token and a label.",
                        f"Fetch it again: qadam fetch {dataset.id} --again",
                    )
                sentence.append((cells[0], cells[1]))
            elif sentence:
                count += 1
                tokens, labels = zip(*sentence, strict=True)
                items.append(Item(f"{file.part}-{count:05d}", " ".join(tokens), labels, fields={"tokens": tokens}))
                sentence = []
    return items
