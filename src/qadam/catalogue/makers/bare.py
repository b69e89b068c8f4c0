"""Takes marks and capitals off texts; where an item has a reference, its marks go to the words that stand for its words.

With a reference, the text is what a recogniser of speech wrote: its own marks are thrown away, and the gold labels are those of
the reference carried over to its words.
"""

from __future__ import annotations

from collections.abc import Sequence

from qadam.kazakh.marks import bare, carried
from qadam.terms import Item

VERSION = 1


def revision() -> str:
    """Rises whenever the same texts may give other words or labels."""
    return f"bare-{VERSION}"


def make(items: Sequence[Item], split: str) -> list[Item]:
    """Texts as words with a label each, `fields["tokens"]` and `gold`; texts without a word are left out."""
    del split
    made = []
    for number, item in enumerate(items, 1):
        found = bare(str(item.input))
        words = tuple(word for word, _ in found)
        labels = carried(words, bare(str(item.gold))) if item.gold else [label for _, label in found]
        if words:
            made.append(Item(f"{number:05d}-{item.id}", " ".join(words), tuple(labels), fields={"tokens": words}))
    return made
