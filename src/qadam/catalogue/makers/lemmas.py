"""Parts the forms of words by their lemma, so that no form is asked whose lemma was learned from.

Of the features only the values stay beside the lemma (`кітап Dat Plur`), which tell them apart as well and are read sooner.
Left out are forms that are the lemma itself, for whoever copies knows them, and second forms of the same lemma and features.
Whether a lemma is held out is drawn from the lemma alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from qadam.terms import Item

VERSION = 2  # those held out by version 1 were looked at while a recipe was chosen: now they are learned from
HELD_OUT = 8  # of so many lemmas one is held out


def revision() -> str:
    """Rises whenever the same items may be parted otherwise."""
    return f"lemmas-{VERSION}-{HELD_OUT}"


def make(items: Sequence[Item], split: str) -> list[Item]:
    """The forms of lemmas of `held-out`, of `learned`, or of both (any other split), in their order."""
    first = {item.input: item for item in reversed(items)}
    changed = [_short(item) for item in items if first[item.input] is item and item.gold != item.fields["lemma"]]
    if split not in ("learned", "held-out"):
        return changed
    return [item for item in changed if _held_out(item.fields["lemma"]) == (split == "held-out")]


def _short(item: Item) -> Item:
    values = (feature.partition("=")[2] for feature in item.fields["features"].split("|"))
    return replace(item, input=" ".join((item.fields["lemma"], *values)))


def _held_out(lemma: str) -> bool:
    return hashlib.sha256(lemma.encode()).digest()[0] % HELD_OUT == 1
