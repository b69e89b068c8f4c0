"""Turkish in Kazakh Cyrillic letters, so that the two languages meet in one script.

Each letter becomes the one that writes the same sound in Kazakh (dağ дағ, göz гөз, kum құм), so that shared words look shared.
It is no official spelling: its only use is to take the script out of a comparison of languages.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_WORD = re.compile(r"[^\W\d_]+")


@cache
def _rows() -> dict[str, Any]:
    """The tables of turkish.toml."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def to_cyrillic(text: str) -> str:
    """Every word of a text in Kazakh Cyrillic letters; signs, digits and letters of other alphabets stay.

    K and g are қ and ғ beside back vowels, as Kazakh writes them: the nearest vowel before decides, else the first after.
    A capital stays a capital; of letters that become two, the first one.
    """
    return _WORD.sub(lambda found: _word(found.group()), text)


@lru_cache(maxsize=1 << 17)
def _word(word: str) -> str:
    letters, pairs = _rows()["letters"], _rows()["pairs"]
    small = lower(word)
    written, at = "", 0
    while at < len(small):
        pair = small[at : at + 2]
        new = pairs.get(pair) or letters.get(small[at], word[at])
        if isinstance(new, list):
            new = new[_is_front(small, at)]
        written += new.capitalize() if word[at].isupper() else new
        at += 2 if pair in pairs else 1
    return written.upper() if word.isupper() and len(word) > 1 else written


def lower(text: str) -> str:
    """Small letters as Turkish has them: I is ı, İ is i."""
    return text.replace("I", "ı").replace("İ", "i").lower()


def _is_front(word: str, at: int) -> bool:
    """Whether a consonant stands in a front syllable; without any vowel it counts as front, like a letter by itself."""
    vowels = _rows()["vowels"]
    near = [*reversed(word[:at]), *word[at + 1 :]]
    return next((letter in vowels["front"] for letter in near if letter in vowels["front"] + vowels["back"]), True)
