"""How well a model foretells text: bits per character and per byte, the same for every way of cutting text into pieces.

A language model gives nats to a text or to what is hidden in it. Divided by pieces they would favour whoever cuts coarsely, so
they are divided by characters or bytes, which no vocabulary changes. Perplexity across vocabularies means nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from hashlib import sha256
from statistics import median
from typing import Any

import numpy as np
import regex

from qadam.terms import Cloze, Metric, Passage, Timed

_WORD = regex.compile(r"[\p{L}\p{M}]+")


def gapped(text: str, mark: str, *, hidden: float = 0.15) -> Cloze:
    """A text with a share of its words hidden: at least one, chosen by nothing but `mark` and the place of the word."""
    words = [m.span() for m in _WORD.finditer(text)]
    drawn = sorted(range(len(words)), key=lambda n: sha256(f"{mark} {n}".encode()).digest())
    chosen = sorted(drawn[: max(1, round(hidden * len(words)))])
    return Cloze(text, tuple(words[n] for n in chosen))


def count(nats: float, question: Passage | Cloze) -> Mapping[str, float]:
    """One row of one text: its nats, and the characters and bytes they are for; of a text with gaps, those in the gaps."""
    gaps = question.gaps if isinstance(question, Cloze) else ((0, len(question.text)),)
    text = "".join(question.text[a:b] for a, b in gaps)
    return {"nats": float(nats), "characters": float(len(text)), "bytes": float(len(text.encode()))}


def per_character(sums: Mapping[str, Any]) -> Any:
    """Bits over characters."""
    return np.asarray(sums["nats"], float) / math.log(2) / np.asarray(sums["characters"], float)


def per_byte(sums: Mapping[str, Any]) -> Any:
    """Bits over bytes."""
    return np.asarray(sums["nats"], float) / math.log(2) / np.asarray(sums["bytes"], float)


def count_read(answer: Timed, gold: Any) -> Mapping[str, float]:
    """One row of one text that was read with a clock running: its characters, and the median of the seconds."""
    del gold
    return {"read_characters": float(len(answer.question.text)), "read_seconds": median(answer.seconds)}


def speed(sums: Mapping[str, Any]) -> Any:
    """Characters over seconds."""
    return np.asarray(sums["read_characters"], float) / np.asarray(sums["read_seconds"], float)


bits_per_character = Metric(
    "bits_per_character",
    {"en": "bits per character", "ru": "битов на символ", "kk": "бір таңбаға келетін бит"},
    "bits per character",
    count,
    per_character,
    better="lower",
)
bits_per_byte = Metric(
    "bits_per_byte",
    {"en": "bits per byte", "ru": "битов на байт", "kk": "бір байтқа келетін бит"},
    "bits per byte",
    count,
    per_byte,
    better="lower",
)
characters_per_second = Metric(
    "characters_per_second",
    {
        "en": "characters read in a second, one text at a time",
        "ru": "символов, прочитанных за секунду, по одному тексту",
        "kk": "бір секундта оқылған таңба, бір-бір мәтіннен",
    },
    "characters per second",
    count_read,
    speed,
    better="higher",
)
