"""Kazakh turned into a neighbour letter by letter, or by what is known of sounds, endings and common words; and back.

Between languages this near it is the bar that a translator has to clear, and it costs nothing: no word order, no choice of
words, no context. The rows are in `correspondences.toml`.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

WORD = re.compile(r"[^\W\d_]+(?:[-ʻʼ‘’'`][^\W\d_]+)*[ʻʼ‘’`]?")
VOWELS = frozenset("аәеиоөуұүыіэёюя")
_BACK, _FRONT = frozenset("аоыұу"), frozenset("әөүіеэи")
_APOSTROPHES = str.maketrans("‘’'`", "ʻʻʻʻ")
REMEMBERED = 1 << 16  # words


@cache
def pairs() -> frozenset[tuple[str, str]]:
    """The directions there are rows for."""
    return frozenset((name.partition("-")[0], name.partition("-")[2]) for name in _rows())


def mapped(text: str, source: str, target: str, *, laws: bool = True) -> str:
    """A text with every word mapped; what is no word stays. `laws` are sounds, endings and words beyond single letters.

    Raises:
        KeyError: there are no rows for this direction.
    """
    name = f"{source}-{target}"
    _rows()[name]
    return WORD.sub(lambda found: _word(found[0], name, laws), text)


@lru_cache(maxsize=REMEMBERED)
def _word(word: str, name: str, laws: bool) -> str:
    low = word.lower()
    if name.startswith("uz"):
        low = low.translate(_APOSTROPHES)
    rows = _rows()[name]
    if laws and (whole := rows["words"].get(low)):
        return _cased(whole, word)
    if "-" in low:
        return "-".join(_word(part, name, laws) for part in word.split("-"))
    made = _lawful(low, name) if laws else low
    return _cased(_letters(made, name, laws), word)


def _lawful(low: str, name: str) -> str:
    """A word with its ending and the vowels of its suffixes changed."""
    for ending, becomes in _endings(name):
        changed, fits = ending.subn(becomes, low)
        if fits:
            low = changed
            break
    rounding: dict[str, dict[str, str]] = _rows()[name].get("rounding", {})
    spreads, before, made = _rows()[name].get("spreads", False), "", []
    for letter in low:
        new = rounding.get(before, {}).get(letter, letter)
        if letter in VOWELS:
            before = new if spreads else letter
        made.append(new)
    return "".join(made)


def _letters(low: str, name: str, laws: bool) -> str:
    rows = _rows()[name]
    table = dict(rows["letters"])
    if laws:
        vowels = set(low)
        table |= rows.get("back", {}) if vowels & _BACK else rows.get("front", {}) if vowels & _FRONT else {}
        begins = rows.get("first", {})
        head = next((key for key in sorted(begins, key=len, reverse=True) if low.startswith(key)), "")
    else:
        begins, head = {}, ""
    longest = max(map(len, table))
    made, at = [begins[head]] if head else [], len(head)
    while at < len(low):
        for length in range(longest, 0, -1):
            if (piece := low[at : at + length]) in table:
                made.append(table[piece])
                at += length
                break
        else:
            made.append(low[at])
            at += 1
    return "".join(made)


def _cased(made: str, word: str) -> str:
    if word.isupper() and len(word) > 1:
        return made.upper()
    return made[:1].upper() + made[1:] if word[:1].isupper() else made


@cache
def _endings(name: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(f"^{ending}"), becomes) for ending, becomes in _rows()[name].get("endings", ()))


@cache
def _rows() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("correspondences.toml").read_text("utf-8"))
