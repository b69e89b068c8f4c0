"""Generators: from a lemma and features to the inflected forms that have them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qadam.terms import SystemRow

Slot = tuple[str, str, str]  # lemma, part of speech, features as "Case=Dat|Number=Plur"


class Rules:
    """Qadam's own paradigms."""

    name = "qadam-generator"

    def answer(self, inputs: Sequence[Slot]) -> list[tuple[str, ...]]:
        """The forms of each slot, the usual one first; none where the grammar has no such form."""
        from qadam.kazakh.morphology import generate

        return [tuple(generate(lemma, pos, features)) for lemma, pos, features in inputs]


def load(row: SystemRow, paths: Sequence[Path]) -> Rules:
    """The generator a row describes."""
    del paths
    generator = Rules()
    generator.name = row.id
    return generator
