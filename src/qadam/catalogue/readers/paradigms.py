"""Inflected forms in the manner of UniMorph: lemma, form and tags, one form a line.

An item's input is the lemma and the features of Universal Dependencies the tags stand for (readers/unimorph.tsv), its gold
the form; lemma, part of speech and features are fields too. Latin letters that look like Kazakh ones are folded on both
sides, since the files mix them. Lines with tags that have no row there are left out, and so are lines without three cells.

A split whose name ends in `-affirmative` holds the forms without negation.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

from qadam.catalogue.readers.text import lines
from qadam.kazakh.lexicon import fold
from qadam.terms import Dataset, File, Item


def read(dataset: Dataset, split: str, paths: Mapping[File, Path]) -> list[Item]:
    """The forms of a split; ids are the part and the number of the line, from 1; forms of one lemma are one group."""
    del dataset
    items = []
    for file, path in paths.items():
        for number, line in enumerate(lines(path), 1):
            cells = line.split("\t")
            if len(cells) != 3 or cells[2] not in _meanings():
                continue
            lemma, form = fold(cells[0].strip()), fold(cells[1].strip())
            pos, features = _meanings()[cells[2]]
            if split.endswith("-affirmative") and "Polarity=Neg" in features:
                continue
            told = {"lemma": lemma, "pos": pos, "features": features}
            items.append(Item(f"{file.part}-{number:05d}", f"{lemma} {features}", form, group=lemma, fields=told))
    return items


@cache
def _meanings() -> dict[str, tuple[str, str]]:
    """Tags -> part of speech and features."""
    text = (files("qadam.catalogue") / "readers" / "unimorph.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return {tags: (pos, features) for tags, pos, features in rows[1:]}
