"""Says a fixed sentence of the annotation page in English, Russian or Kazakh; the sentences are in pages/words.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("kk", "ru", "en")


def say(key: str, language: str = "en", **values: Any) -> str:
    """One sentence in one language, with its blanks filled in; KeyError for one that does not exist."""
    section, _, name = key.partition(".")
    return _table()[section][name][language].format(**values)


def section(name: str, language: str = "en") -> dict[str, str]:
    """Every sentence of a section, its blanks still open, for the script of the page to fill."""
    return {key: texts[language] for key, texts in _table()[name].items()}


def in_language(texts: Mapping[str, str], language: str, otherwise: str = "") -> str:
    """A text in the language asked for, else in English, else what stands for it."""
    return texts.get(language) or texts.get("en") or otherwise


def alphabetical(text: str) -> list[tuple[int, int]]:
    """Sorts texts by the Kazakh alphabet (ә after а, і after ы), of which the Russian one is a part; other signs go before."""
    order = _order()
    return [(1, order[sign]) if sign in order else (0, ord(sign)) for sign in text.lower()]


@cache
def letters() -> Mapping[str, list[str]]:
    """The keys of the on-screen keyboard by script: Cyrl, Latn, Arab."""
    text = resources.files(__package__).joinpath("pages/letters.toml").read_text("utf-8")
    return {script: row.split() for script, row in tomllib.loads(text).items()}


@cache
def _order() -> Mapping[str, int]:
    text = resources.files("qadam.kazakh").joinpath("alphabets.toml").read_text("utf-8")
    return {row[0]: place for place, row in enumerate(tomllib.loads(text)["letters"])}


@cache
def _table() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads(resources.files(__package__).joinpath("pages/words.toml").read_text("utf-8"))
