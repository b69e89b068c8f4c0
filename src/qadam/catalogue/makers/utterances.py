"""Joins utterances of a user's table to passages whose boundaries are hidden, as in those they are compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qadam.catalogue.makers import passages
from qadam.errors import EmptyDataset
from qadam.kazakh.marks import Bare, bare, carried
from qadam.terms import Item


def revision() -> str:
    """Rises whenever the same utterances may give other passages."""
    return f"utterances-{passages.revision()}"


def make(items: Sequence[Item], split: str) -> list[Item]:
    """Four to eight utterances together, in an order of chance; those left over at the end, fewer than four, go.

    Raises:
        EmptyDataset: there are fewer than four.
    """
    lines = [(item.id, line) for item in items if (line := heard(item))]
    made = passages.joined(lines, split)
    if not made:
        raise EmptyDataset(
            f"EmptyDataset: {len(lines)} utterances, and a passage takes eight at most, four at least.",
            "Have at least eight punctuated.",
        )
    return made


def heard(item: Item) -> tuple[Bare, ...]:
    """The words of an utterance, each with the label of what people wrote, of its reference, or else of the text itself."""
    words = bare(str(item.input))
    row: Mapping[str, Any] = item.fields.get("row", {})
    gold = row.get("gold")
    if reference := gold.get("text") if isinstance(gold, Mapping) else row.get("reference"):
        labels = carried([word for word, _ in words], bare(str(reference)))
        return tuple(Bare(word, label) for (word, _), label in zip(words, labels, strict=True))
    return tuple(words)
