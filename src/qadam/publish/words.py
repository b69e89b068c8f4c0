"""Says a fixed sentence in English, Russian or Kazakh; the sentences themselves are in words.toml and site/words.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from markupsafe import Markup, escape

from qadam.terms import Texts

LANGUAGES = ("en", "ru", "kk")
FILES = ("words.toml", "site/words.toml")  # no section is in both


@cache
def _table() -> Mapping[str, Mapping[str, Texts]]:
    here = resources.files(__package__)
    tables = [tomllib.loads(here.joinpath(path).read_text("utf-8")) for path in FILES]
    return {section: rows for table in tables for section, rows in table.items()}


def known(key: str) -> bool:
    """Whether there is a sentence of this name, such as `outcome.supported`."""
    section, _, name = key.partition(".")
    return name in _table().get(section, {})


def say(key: str, language: str = "en", **values: Any) -> str:
    """One sentence in one language, with its blanks filled in.

    A value that is itself a text in several languages is said in the same language.
    Raises KeyError for a sentence that does not exist: that is a fault of a template, not of data.
    """
    section, _, name = key.partition(".")
    filled = {k: in_language(v, language) if isinstance(v, Mapping) else v for k, v in values.items()}
    return _table()[section][name][language].format(**filled)


def texts(key: str, **values: Any) -> Texts:
    """The same sentence in every language of the interface."""
    return {language: say(key, language, **values) for language in LANGUAGES}


def in_language(words: Texts | str, language: str) -> str:
    """A text in the language asked for; where it was never translated, in English."""
    return words if isinstance(words, str) else words.get(language) or words.get("en", "")


def spans(words: Texts | str) -> Markup:
    """All languages of a text one after the other, each marked with its `lang`; the style sheet shows one.

    A text that is the same in all languages, or in no particular language, stays as it is.
    """
    if isinstance(words, str):
        return Markup(escape(words))
    said = [in_language(words, language) for language in LANGUAGES]
    if len(set(said)) == 1:
        return Markup(escape(said[0]))
    return Markup("").join(
        Markup('<span class="t" lang="{}">{}</span>').format(language, text)
        for language, text in zip(LANGUAGES, said, strict=True)
    )


def listed(items: Sequence[Texts | str], separator: str = ", ") -> Texts:
    """Several texts as one enumeration in every language."""
    return {language: separator.join(in_language(i, language) for i in items) for language in LANGUAGES}
