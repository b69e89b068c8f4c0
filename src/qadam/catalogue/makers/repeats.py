"""Marks sentences that stand in an earlier part too: in `test` of a row whose split joins `valid` and `test`.

Only the items of the part that the split is named after are kept; the field `repeats` says "new", "in another part" or
"in this part" (an earlier sentence of the same part has the same text).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qadam.kazakh.normalize import normalize
from qadam.terms import Item

VERSION = 1


def revision() -> str:
    """Rises whenever the same items may be marked otherwise."""
    return f"repeats-{VERSION}"


def make(items: Sequence[Item], split: str) -> list[Item]:
    """The items of the last part, each marked; texts are the same if they are after normalisation ("search")."""
    own = [item for item in items if item.id.startswith(f"{split}-")]
    elsewhere = {key(item) for item in items if not item.id.startswith(f"{split}-")}
    seen: set[str] = set()
    made = []
    for item in own:
        name = key(item)
        mark = "in another part" if name in elsewhere else "in this part" if name in seen else "new"
        seen.add(name)
        made.append(replace(item, fields={**item.fields, "repeats": mark}))
    return made


def key(item: Item) -> str:
    """A text as it is compared: small letters, one script in a word, no punctuation; numbers as they are written."""
    return normalize(str(item.input), "search")
