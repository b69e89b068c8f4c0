"""Russian as far as one needs it to tell it from Kazakh: everyday words and their forms, made by rule."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


@cache
def _rows() -> dict[str, Any]:
    """The tables of russian.toml."""
    return tomllib.loads((_HERE / "russian.toml").read_text("utf-8"))


def forms(lemma: str, kind: str) -> tuple[str, ...]:
    """The forms of a word by the longest ending that fits; a word that no row fits has itself alone.

    Args:
        lemma: in lower case, ё as ё.
        kind: "nouns", "adjectives" or "verbs".

    The endings are those of spelling: fleeting vowels and changes of stem are not known, and some of the forms
    are nobody's. That does no harm where the question is whether a word looks Russian.
    """
    endings = _rows()["endings"][kind]
    fitting = [ending for ending in endings if ending != "-" and lemma.endswith(ending)]
    if not fitting and "-" not in endings:
        return (lemma,)
    ending = max(fitting, key=len, default="-")
    stem = lemma.removesuffix(ending)
    return tuple(dict.fromkeys(stem + new.removeprefix("-") for new in endings[ending].split()))


@cache
def words() -> dict[str, str]:
    """Every word we know, in lower case and with е for ё: word -> "function", "adverbs", "irregular" or a kind of lemma."""
    known: dict[str, str] = {}
    tables = _rows()
    for kind, text in tables["words"].items():
        known |= {plain(word): kind for word in text.split() if plain(word) not in known}
    for kind, text in tables["lemmas"].items():
        for lemma in text.split():
            for form in forms(lemma, kind):
                known.setdefault(plain(form), kind)
    return known


@cache
def certain() -> frozenset[str]:
    """Everyday words that are Russian wherever one meets them, though Kazakh could be spelt alike."""
    return frozenset(map(plain, _rows()["certain"]["words"].split()))


@cache
def nouns() -> frozenset[str]:
    """The nouns as they stand in a dictionary."""
    return frozenset(map(plain, _rows()["lemmas"]["nouns"].split()))


def plain(word: str) -> str:
    """A word as most people type it: in lower case, е for ё."""
    return word.lower().replace("ё", "е")
