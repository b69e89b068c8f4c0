"""Treebanks in CoNLL-U: written words with the gold lemma, part of speech and features of their syntactic words.

An item's input is the sentence with its written words joined by single spaces, its gold their parts of speech (of the first
syntactic word of each). `fields["words"]` holds for each written word its syntactic words as mappings form, lemma, upos, feats.
A form with spaces in it (болған жоқ) is several written words that share one syntactic word.

Source: the CoNLL-U format as described at universaldependencies.org: ten columns, ranges `3-4` for written words of several
parts, decimal ids for empty nodes, which are left out.
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
        Misaligned: a line has not ten columns, or a range has no parts.
    """
    del split
    items: list[Item] = []
    for file, path in paths.items():
        sentence: list[list[str]] = []
        count = 0
        for number, line in enumerate([*lines(path), ""], 1):
            if line.strip() and not line.startswith("#"):
                cells = line.split("\t")
                if len(cells) != 10:
                    raise Misaligned(
                        f"Misaligned: {path}, line {number}: {len(cells)} columns, CoNLL-U has ten.",
                        f"Fetch it again: qadam fetch {dataset.id} --again",
                    )
                sentence.append(cells)
            elif sentence and not line.strip():
                count += 1
                try:
                    items.append(_item(f"{file.part}-{count:05d}", sentence))
                except (IndexError, ValueError) as fault:
                    raise Misaligned(
                        f"Misaligned: {path}, line {number}: the sentence above has numbers that are none of CoNLL-U's.",
                        f"Fetch it again: qadam fetch {dataset.id} --again",
                    ) from fault
                sentence = []
    return items


def _item(id: str, rows: list[list[str]]) -> Item:
    ranges = {row[0].split("-")[0]: row for row in rows if "-" in row[0]}
    words: list[tuple[str, list[dict[str, str]]]] = []
    until = 0  # the last syntactic word of the written word at hand
    for row in rows:
        if not row[0].isdecimal():
            continue
        part = dict(zip(("form", "lemma", "upos", "feats"), (row[1], row[2], row[3], row[5]), strict=True))
        if int(row[0]) <= until:
            words[-1][1].append(part)
        elif row[0] in ranges:
            until = int(ranges[row[0]][0].split("-")[1])
            words.append((ranges[row[0]][1], [part]))
        else:
            words += [(piece, [part]) for piece in row[1].split()]
    text = " ".join(word for word, _ in words)
    parts = tuple(tuple(parts) for _, parts in words)
    return Item(id, text, tuple(found[0]["upos"] for found in parts), fields={"words": parts})
