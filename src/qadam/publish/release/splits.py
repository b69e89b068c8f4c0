"""Which split an item belongs to: items of one document stay together, and nothing moves when more are added."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}
FEWEST = 100  # items; of less, a tenth tells nothing, so that all of them are for testing


def by_group(rows: Sequence[Mapping[str, Any]], *, seed: int, shares: Mapping[str, float]) -> dict[str, list[int]]:
    """Split -> the places of its rows, in the order of the rows; splits without a row are absent.

    The unit is the document (`group`), or the item where it names none. Its checksum with the seed is a number between 0
    and 1, and that decides: a later, larger release keeps every document where it was, so that the sizes are near the
    shares and not exactly these. Fewer than 100 items are all put into the last of the splits.
    """
    last = list(shares)[-1]
    found: dict[str, list[int]] = {name: [] for name in shares}
    for place, row in enumerate(rows):
        found[last if len(rows) < FEWEST else _split(row, seed, shares)].append(place)
    return {name: places for name, places in found.items() if places}


def _split(row: Mapping[str, Any], seed: int, shares: Mapping[str, float]) -> str:
    unit = f"group {row['group']}" if row.get("group") else f"item {row['id']}"
    drawn = int.from_bytes(hashlib.sha256(f"{seed}:{unit}".encode()).digest()[:8], "big") / 2**64
    for name, share in shares.items():
        if drawn < share:
            return name
        drawn -= share
    return list(shares)[-1]
