"""Makes a plan of synthetic speech out of words: what is said, in which voice, how fast and how high.

What is planned is said by `systems.speaker` when somebody listens; here nothing sounds. Splits are named after their voices:
`voices-1`, `voices-4`, `voices-16`, `voices-42` hold as many clips as each other, the smaller sets of voices inside the larger, and
clip number k of a word has the same pace and pitch in all of them, so that they differ in the voices alone. `unseen-voices` are
voices that none of these has. Voices and numbers are rows (`synthetic_speech.toml`).
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from qadam.errors import UnknownName
from qadam.terms import Item, Utterance, digest

UNSEEN = "unseen-voices"


@cache
def revision() -> str:
    """A digest of this file and its rows."""
    own = (Path(__file__), Path(__file__).with_suffix(".toml"))
    return digest([hashlib.sha256(path.read_bytes()).hexdigest() for path in own])


def make(items: Sequence[Item], split: str) -> list[Item]:
    """Every clip of a split: its id names word, voice and number; the group is the voice, the gold the word.

    Raises:
        UnknownName: a split that names no number of voices.
    """
    rows = _rows()
    if split == UNSEEN:
        return [
            _clip(item, voice, number, salt=voice)
            for item in items
            for voice in rows["held-out"]
            for number in range(rows["unseen"])
        ]
    count = split.removeprefix("voices-")
    if not count.isdigit() or not 1 <= int(count) <= len(rows["learned"]):
        raise UnknownName(
            f"UnknownName: no voices for the split {split!r}.", f"There are {len(rows['learned'])} voices."
        )
    voices = rows["learned"][: int(count)]
    return [_clip(item, voices[k % len(voices)], k) for item in items for k in range(rows["clips"])]


def _clip(item: Item, voice: str, number: int, *, salt: str = "") -> Item:
    """One clip; pace and pitch are drawn from word and number alone, or from the voice as well."""
    pace, pitch = _drawn(f"{item.gold} {number} {salt}")
    said = Utterance(str(item.gold), voice, pace, pitch)
    return Item(f"{item.id}-{voice}-{number:03d}", item.input, item.gold, voice, {**item.fields, "utterance": said})


def _drawn(salt: str) -> Iterator[int]:
    draw = np.random.default_rng(int.from_bytes(hashlib.sha256(salt.encode()).digest()[:8], "big"))
    return (int(draw.integers(low, high + 1)) for low, high in (_rows()["pace"], _rows()["pitch"]))


@cache
def _rows() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
