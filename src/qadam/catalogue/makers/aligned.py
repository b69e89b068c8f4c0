"""Leaves out of automatically aligned text what is no pair, and holds out a part that nothing learned resembles.

A pair stays if both sides have at least three words and at most 120 characters, neither is twice as long as the other, the same
numbers stand in both, and no earlier pair differs from it by numbers alone. Whether a pair is held out is drawn from its first side without its numbers; a
pair either side of which resembles the same side of one held out (half of their words in common) is not learned from.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from qadam.catalogue.makers.resembling import ALIKE, Resembling
from qadam.terms import Item

VERSION = 2
HELD_OUT = 16  # of so many pairs one is held out
SHORTEST, LONGEST = (
    3,
    120,
)  # words, characters: of longer ones more are cut wrongly, and a small network learns less from them
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
WORD = re.compile(r"[^\W\d_]+")


def revision() -> str:
    """Rises whenever the same items may be made into others."""
    return f"aligned-{VERSION}-{HELD_OUT}-{ALIKE}"


def make(items: Sequence[Item], split: str) -> list[Item]:
    """The pairs of `learned`, of `held-out`, or of both (any other split), in their order."""
    pairs = list(_pairs(items))
    if split not in ("learned", "held-out"):
        return [item for item, _ in pairs]
    held = [item for item, out in pairs if out]
    if split == "held-out":
        return held
    alike = [Resembling(map(_words, side)) for side in zip(*(item.input.values() for item in held), strict=True)]
    return [
        item
        for item, out in pairs
        if not out and not any(like(_words(side)) for like, side in zip(alike, item.input.values(), strict=bool(alike)))
    ]


def _pairs(items: Sequence[Item]) -> Iterator[tuple[Item, bool]]:
    """What is a pair and was not met before, and whether it is held out."""
    seen: set[str] = set()
    for item in items:
        first, second = item.input.values()
        bare = NUMBER.sub("0", f"{first}\t{second}".lower())
        if bare in seen or not _a_pair(first, second):
            continue
        seen.add(bare)
        yield item, hashlib.sha256(bare.partition("\t")[0].encode()).digest()[0] % HELD_OUT == 0


def _words(side: str) -> frozenset[str]:
    return frozenset(WORD.findall(side.lower()))


def _a_pair(first: str, second: str) -> bool:
    if max(len(first), len(second)) > LONGEST or min(len(WORD.findall(side)) for side in (first, second)) < SHORTEST:
        return False
    if not 0.5 <= len(first) / len(second) <= 2:
        return False
    return _numbers(first) == _numbers(second)


def _numbers(text: str) -> Counter[str]:
    """The numbers of a text as bare digits: 3,5 and 3.5 are the same, whatever the language writes."""
    return Counter(re.sub(r"\D", "", number) for number in NUMBER.findall(text))
