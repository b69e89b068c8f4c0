"""Corrupts real pairs on purpose, each in one way, beside the pair as it is, so that filters can be measured.

wrong language   the other side is in Russian, if the item has it, else it is the source
copied           the other side is the source
cut              half of the other side is missing
other sentence   the other side belongs to another item
numbers          a digit of the other side is another; where it has none, it loses its last three words and gains a number
names            a word with a capital inside the other side is one of another item
shuffled         the words of the other side are in alphabetical order
repeated         the pair came before, in other capitals and with other marks

The faults take turns along the items; nothing is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qadam.terms import Item

VERSION = 1
FAULTS = ("wrong language", "copied", "cut", "other sentence", "numbers", "names", "shuffled", "repeated")
NEIGHBOURS = ("ky", "uz")
STEP = 7  # how far away the other item is
DIGIT = re.compile(r"\d")


def revision() -> str:
    """Rises whenever the same items may be corrupted otherwise."""
    return f"corrupted-{VERSION}"


def make(items: Sequence[Item], split: str) -> list[Item]:
    """Two items of every pair of Kazakh with a neighbour: `gold` is the fault, empty for none; both stand in one group.

    The fields `fault` and `earlier` say the same for people and hold a pair that came before; the item's input is the pair.
    """
    del split
    return [made for language in NEIGHBOURS for made in _of(items, language)]


def _of(items: Sequence[Item], language: str) -> Iterator[Item]:
    own = [item for item in items if {"kk", language} <= set(item.input)]
    for n, item in enumerate(own):
        real = {"kk": item.input["kk"], language: item.input[language]}
        other = own[(n + STEP) % len(own)]
        fault = FAULTS[n % len(FAULTS)]
        before = own[n - 1].input
        earlier = (before["kk"], before[language])
        fields = {"fault": "none", "earlier": earlier, "languages": ("kk", language)}
        yield Item(f"{item.id}-{language}", real, "", item.id, fields)
        worse = _corrupted(item, other.input[language], language, fault)
        if fault == "repeated":
            earlier = (real["kk"], real[language])
        yield Item(f"{item.id}-{language}-x", worse, fault, item.id, {**fields, "fault": fault, "earlier": earlier})


def _corrupted(item: Item, other: str, language: str, fault: str) -> dict[str, str]:
    source, target = item.input["kk"], item.input[language]
    words = target.split()
    if fault == "repeated":
        return {"kk": source.rstrip(" .!?").upper(), language: f"{target.rstrip(' .!?')}!"}
    changed = {
        "wrong language": item.input.get("ru", source),
        "copied": source,
        "cut": " ".join(words[: max(1, len(words) // 2)]),
        "other sentence": other,
        "numbers": _other_number(target),
        "names": _other_name(words, other.split()),
        "shuffled": " ".join(sorted(words)),
    }
    return {"kk": source, language: changed[fault]}


def _other_number(text: str) -> str:
    if DIGIT.search(text):
        return DIGIT.sub(lambda found: str((int(found[0]) + 1) % 10), text, count=1)
    return " ".join([*text.split()[:-3], "17"])


def _other_name(words: Sequence[str], others: Sequence[str]) -> str:
    """The words with every name replaced; a sentence without names gets the first word of another one as its name."""
    stranger = next((word for word in others[1:] if word[:1].isupper()), others[0].capitalize())
    changed = [stranger if n and word[:1].isupper() else word for n, word in enumerate(words)]
    return " ".join(changed if changed != list(words) else [*words, stranger])
