"""Puts the high hamza back where it was lost: ٴ before a word of Arabic script, which says that its vowels are front.

Readers of images drop it, keyboards lack it, and without it ٴبىر (бір) is بىر (быр). Spelling and harmony tell most words
apart: one with ك گ ە never has it, since these show a front word themselves, nor one with ق ع, which show a back word. Of the
others, those that are a form of a known stem with front vowels and of none with back vowels get it; where both exist, the
likelier form decides.

Source: the spelling of töte jazu, as in `script`; stems, suffixes and what they cost as in `forms`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from qadam.kazakh.forms import own
from qadam.kazakh.script import HAMZA, as_in_arabic, transliterate

SHOWS = frozenset("كگەقع")  # letters beside which the hamza is not written
VOWELS = frozenset("اوۇى")  # those that stand for a back and for a front vowel
WORD = re.compile(rf"[{HAMZA}\u0621-\u064a\u066e-\u06d3\u06d5]+")


def restore(text: str) -> str:
    """The same text with the high hamza before every word that should have it; one that stands there stays.

    Words of other scripts, and words whose stem is not known, are left alone.
    """
    return WORD.sub(lambda found: HAMZA + found[0] if missing(found[0]) else found[0], text)


def strip(text: str) -> str:
    """The same text without any high hamza."""
    return text.replace(HAMZA, "")


@lru_cache(maxsize=1 << 14)
def missing(word: str) -> bool:
    """Whether a word of Arabic letters lacks a high hamza."""
    letters = set(word)
    if HAMZA in letters or letters & SHOWS or not letters & VOWELS:
        return False
    bare = word.replace("ىي", "ي")  # Wikipedia's way to write и
    front, back = _cheapest(HAMZA + bare), _cheapest(bare)
    return front < back


def _cheapest(form: str) -> float:
    """What the likeliest known word costs that is written so, in bits; infinite if there is none."""
    guess = transliterate(form, "kk-Arab", target="kk-Cyrl")
    forms = own(as_in_arabic, ranked=True).alike(guess)
    return min((cost for word, cost in forms.items() if transliterate(word) == form), default=float("inf"))
