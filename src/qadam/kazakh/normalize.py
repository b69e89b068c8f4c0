"""Named, versioned ways of bringing Kazakh text to one form before it is compared.

Each step is a function from text to text; a profile of `normalize.toml` is a row of steps. й and ё are
letters of their own and are never folded. `normalize(text, "wer")` belongs to the signature `wer@1`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from qadam.errors import UnknownName
from qadam.kazakh.numbers_to_words import to_words

LETTERS = re.compile(r"[^\W\d_]+")
# Anything but letters, digits, space and accents, unless it joins: алдын-ала, 3,5.
MARKS = re.compile(r"(?!(?<=\w)-(?=\w)|(?<=\d)[.,](?=\d))[^\w\s\u0300-\u036f\u064b-\u065f]|_")
_ENTITIES = {"amp": "&", "quot": '"', "apos": "'", "lt": "<", "gt": ">"}
_ENTITY = re.compile(f"&({'|'.join(_ENTITIES)});")
_QUOTED = re.compile(r'" ?([^"]*?) ?"')
_CLOSING, _OPENING = re.compile(r" ([.,!?;:%)\]…])"), re.compile(r"([(\[]) ")
KAZAKH_LATIN = set("äğıñöūüşýïéçÄĞİÑÖŪÜŞÝÏÉÇ")


@dataclass(frozen=True)
class MixedWord:
    """A run of letters that holds both Latin and Cyrillic ones.

    `start` and `end` are offsets into the text, end excluded. `folded` is the word in one script, or None
    where neither has look-alikes for all letters of the other (COVIDпен): such words are left alone. `script`
    is the one folded to, "kk-Cyrl" or "kk-Latn"; where both would do the one most letters have, then Cyrillic.
    """

    start: int
    end: int
    word: str
    script: str
    folded: str | None


def normalize(text: str, profile: str = "strict") -> str:
    """The text in the form that a named profile prescribes.

    Raises:
        UnknownName: no such profile; the message names the closest one.
    """
    for step in _profile(profile)["steps"]:
        text = STEPS[step](text)
    return text


def signature(profile: str) -> str:
    """The name under which a profile stands in signatures: name@version."""
    return f"{profile}@{_profile(profile)['version']}"


def profiles() -> dict[str, str]:
    """The profiles there are: name -> what it is for."""
    return {name: row["about"] for name, row in _rows()["profiles"].items()}


def mixed_script_words(text: str) -> list[MixedWord]:
    """Every word that mixes Latin and Cyrillic letters, in order."""
    return [mixed for match in LETTERS.finditer(text) if (mixed := _mixed(match[0], match.start()))]


# Steps


def composed(text: str) -> str:
    """Unicode normal form C: и + breve becomes й."""
    return unicodedata.normalize("NFC", text)


def visible(text: str) -> str:
    """Without soft hyphens, zero-width, direction and control signs; tabs and line ends stay."""
    if text.isprintable():  # none of them is
        return text
    return "".join(c for c in text if c in "\t\n\r" or unicodedata.category(c) not in ("Cf", "Cc"))


def one_script_per_word(text: str) -> str:
    """Look-alikes of the other script inside a word replaced: Latin a in қaлa becomes Cyrillic а."""

    def fold(match: re.Match[str]) -> str:
        mixed = _mixed(match[0], match.start())
        return mixed.folded if mixed and mixed.folded else match[0]

    return text if text.isascii() else LETTERS.sub(fold, text)


def plain_quotes(text: str) -> str:
    """All double quotes as ", all single ones and apostrophes as '."""
    return text.translate(_tables("quotes"))


def plain_dashes(text: str) -> str:
    """Every hyphen as -, every dash as —, the minus sign as -."""
    return text.translate(_tables("dashes"))


def entities_spelled(text: str) -> str:
    """What HTML writes as &amp; &quot; &lt; &gt; &apos; as the character it stands for, however often it was escaped."""
    before = ""
    while before != text:
        before, text = text, _ENTITY.sub(lambda found: _ENTITIES[found[1]], text)
    return text


def marks_joined(text: str) -> str:
    """Words and marks that were cut apart are joined again: "Бала , " келді " ." is "Бала, "келді"."."""
    text = _QUOTED.sub(r'"\1"', text)
    return _CLOSING.sub(r"\1", _OPENING.sub(r"\1", text))


def without_apostrophes(text: str) -> str:
    """An apostrophe inside a word dropped: d'Ark is dArk."""
    return re.sub(r"(?<=\w)'(?=\w)", "", text)


def spoken_numbers(text: str) -> str:
    """Digits as words (see `numbers_to_words.to_words`)."""
    return to_words(text)


def small_letters(text: str) -> str:
    """Small letters, ı and i kept apart: İ becomes i, and I becomes ı in a word of Kazakh Latin letters."""

    def lower(match: re.Match[str]) -> str:
        word = match[0].replace("İ", "i")
        return (word.replace("I", "ı") if KAZAKH_LATIN & set(match[0]) else word).lower()

    # A small letter can join with an accent its capital could not join.
    return composed((LETTERS.sub(lower, text) if "I" in text or "İ" in text else text).lower())


def hyphens_apart(text: str) -> str:
    """A hyphen between letters or digits as a space: алдын-ала is two words."""
    return re.sub(r"(?<=\w)-(?=\w)", " ", text)


def letters_and_digits(text: str) -> str:
    """Punctuation and symbols as spaces, but a hyphen inside a word and , . inside a number stay."""
    return MARKS.sub(" ", text)


def without_pictures(text: str) -> str:
    """Emoji and what belongs to them left out, nothing in their place: жақсы👍🏼екен is жақсыекен."""
    gone = ("So", "Sk", "Cf", "Mn", "Co", "Cn")
    return re.sub(r"[^\w\s!-~]", lambda m: "" if unicodedata.category(m[0]) in gone else m[0], text)


def words_only(text: str) -> str:
    """Letters, digits and underscores, everything else as one space."""
    return re.sub(r"\W+", " ", text)


def at_most_two_alike(text: str) -> str:
    """A letter written three times or more stands twice: күштііііі is күштіі."""
    return re.sub(r"(\w)\1{2,}", r"\1\1", text)


def single_spaces(text: str) -> str:
    """Runs of white space as one space (a line end if they hold one), none at the ends."""
    return re.sub(r"\s+", lambda m: "\n" if "\n" in m[0] else " ", text).strip()


STEPS: dict[str, Callable[[str], str]] = {
    step.__name__: step
    for step in (
        composed,
        visible,
        one_script_per_word,
        plain_quotes,
        plain_dashes,
        entities_spelled,
        marks_joined,
        without_apostrophes,
        spoken_numbers,
        small_letters,
        hyphens_apart,
        letters_and_digits,
        without_pictures,
        words_only,
        at_most_two_alike,
        single_spaces,
    )
}


# Mixed words


def _mixed(word: str, start: int) -> MixedWord | None:
    if word.isascii():
        return None
    scripts = [_script(letter) for letter in word]
    latin, cyrillic = scripts.count("LATIN"), scripts.count("CYRILLIC")
    if not latin or not cyrillic:
        return None
    to_cyrillic, to_latin = _look_alikes()
    as_cyrillic = _replaced(word, scripts, "LATIN", to_cyrillic)
    as_latin = _replaced(word, scripts, "CYRILLIC", to_latin)
    choices = [(cyrillic, "kk-Cyrl", as_cyrillic), (latin, "kk-Latn", as_latin)]
    # What can be folded goes first, then the majority, then Cyrillic.
    _, script, folded = max(choices, key=lambda choice: (choice[2] is not None, choice[0]))
    return MixedWord(start, start + len(word), word, script, folded)


def _replaced(word: str, scripts: list[str], foreign: str, twins: dict[str, str]) -> str | None:
    letters = [twins.get(c) if s == foreign else c for c, s in zip(word, scripts, strict=True)]
    return None if None in letters else "".join(c for c in letters if c)


@lru_cache(maxsize=1 << 12)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0]


@cache
def _look_alikes() -> tuple[dict[str, str], dict[str, str]]:
    row = _rows()["look_alikes"]
    pairs = list(zip(row["latin"], row["cyrillic"], strict=True))
    return dict(pairs), {cyrillic: latin for latin, cyrillic in reversed(pairs)}


# Tables


@cache
def _tables(name: str) -> dict[int, str]:
    marks = {"double": '"', "single": "'", "hyphen": "-", "dash": "—", "minus": "-"}
    return {ord(sign): marks[kind] for kind, signs in _rows()[name].items() for sign in signs}


def _profile(name: str) -> dict[str, Any]:
    known = _rows()["profiles"]
    if name not in known:
        close = get_close_matches(name, known, n=1)
        hint = f"Did you mean '{close[0]}'? " if close else ""
        raise UnknownName(f"no normaliser named '{name}'.", f"{hint}Available: {', '.join(known)}")
    row: dict[str, Any] = known[name]
    return row


@cache
def _rows() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("normalize.toml").read_text("utf-8"))
