"""One token and its label a line, a blank line between sentences (CoNLL-2002 and its kin).

An item's input is the sentence with its tokens joined by single spaces, its gold the labels, its fields the tokens.
Options: `separator` between the columns (a space if not given); `columns`, how many there are, of which the last two are token
and label (2 if not given). With `classes` only the classes that it names stay, under the name it gives them; the others
become O, and what is left is valid IOB2: an I- that continues nothing begins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    separator, columns = dataset.options.get("separator", " "), dataset.options.get("columns", 2)
    classes = dataset.options.get("classes")
    items: list[Item] = []
    for file, path in paths.items():
        sentence: list[tuple[str, str]] = []
        count = 0
        for number, line in enumerate([*lines(path), ""], 1):
            if line.strip():
                cells = line.split(separator)
                if len(cells) != columns:
                    raise Misaligned(
                        f"Misaligned: {path}, line {number}: {len(cells)} columns, not {columns} with a token and a label.",
                        f"Fetch it again: qadam fetch {dataset.id} --again",
                    )
                sentence.append((cells[-2], cells[-1]))
            elif sentence:
                count += 1
                tokens, labels = zip(*sentence, strict=True)
                labels = labels if classes is None else _renamed(labels, classes)
                items.append(Item(f"{file.part}-{count:05d}", " ".join(tokens), labels, fields={"tokens": tokens}))
                sentence = []
    return items


def _renamed(labels: Sequence[str], classes: Mapping[str, str]) -> tuple[str, ...]:
    """Labels under the names of other classes; two stretches side by side stay two, whatever they are called now."""
    renamed: list[str] = []
    before = "O"  # the class of the file, so that what was one stretch stays one
    for label in labels:
        own = label[2:]
        name = classes.get(own, "")
        goes_on = label.startswith("I-") and before == own
        renamed.append(f"{'I' if goes_on else 'B'}-{name}" if name else "O")
        before = own
    return tuple(renamed)
