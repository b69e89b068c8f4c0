"""How well a model foretells text: bits per character and per byte, the same for every way of cutting text into pieces.

A language model gives nats to a text or to what is hidden in it. Divided by pieces they would favour whoever cuts coarsely, so
they are divided by characters or bytes, which no vocabulary changes. Perplexity across vocabularies means nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import median
from typing import Any

import numpy as np

from qadam.terms import Cloze, Metric, Passage, Timed


def count(nats: float, question: Passage | Cloze) -> Mapping[str, float]:
    """One row of one text: its nats, and the characters and bytes they are for; of a text with gaps, those in the gaps."""
    if isinstance(question, Cloze):
        text = "".join(question.text[a:b] for a, b in question.gaps)
    else:
        text = question.text
    return {"nats": float(nats), "characters": float(len(text)), "bytes": float(len(text.encode()))}


def per_character(sums: Mapping[str, Any]) -> Any:
    """Bits over characters."""
    return np.asarray(sums["nats"], float) / math.log(2) / np.asarray(sums["characters"], float)


def per_byte(sums: Mapping[str, Any]) -> Any:
    """Bits over bytes."""
    return np.asarray(sums["nats"], float) / math.log(2) / np.asarray(sums["bytes"], float)


def count_read(answer: Timed, question: Any) -> Mapping[str, float]:
    """One row of one text that was read with a clock running: its characters, and the median of the seconds."""
    return {"read_characters": float(len(question.text)), "read_seconds": median(answer.seconds)}


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
