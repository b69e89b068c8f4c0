"""Systems that say of each token of a text which language it is in: ours, two baselines, lingua and GlotLID.

Each receives texts and answers with one label per white-space token: kk, ru, mixed, other or ambiguous.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from qadam.errors import BadSystem, ExtraMissing
from qadam.kazakh import codeswitch
from qadam.terms import SystemRow

Labels = tuple[str, ...]

_ONLY_KAZAKH = frozenset("әғқңөұүһіӘҒҚҢӨҰҮҺІ")


class TokenLanguage:
    """A system made of one function from the tokens of a text to their labels."""

    def __init__(self, name: str, label: Callable[[Sequence[str]], Sequence[str]]) -> None:
        self.name, self._label = name, label

    def answer(self, inputs: Sequence[str]) -> list[Labels]:
        """The labels of each text, one per white-space token."""
        return [tuple(self._label(text.split())) for text in inputs]


def load(row: SystemRow, paths: Sequence[Path]) -> TokenLanguage:
    """The system a row describes.

    Raises:
        ExtraMissing: the row asks for lingua or fastText, and it is not installed.
        BadSystem: the file of a fastText model is none.
    """
    return TokenLanguage(row.id, _glotlid(paths[0]) if row.format == "glotlid" else _FORMATS[row.format]())


def _ours() -> Callable[[Sequence[str]], Sequence[str]]:
    return codeswitch.identify


def _letters() -> Callable[[Sequence[str]], Sequence[str]]:
    """A word with a letter that only Kazakh has is Kazakh, any other Cyrillic word Russian."""
    return lambda tokens: [_by_letters(token) for token in tokens]


def _whole_text() -> Callable[[Sequence[str]], Sequence[str]]:
    """One language for all words: Kazakh if a third of them or more have a letter that only Kazakh has.

    In running Kazakh rather more than half have one; in Russian none has.
    """

    def label(tokens: Sequence[str]) -> list[str]:
        each = [_by_letters(token) for token in tokens]
        kazakh = 3 * each.count("kk") >= each.count("kk") + each.count("ru")
        return [("kk" if kazakh else "ru") if its != "other" else its for its in each]

    return label


def _by_letters(token: str) -> str:
    if _ONLY_KAZAKH & set(token):
        return "kk"
    return "ru" if any("а" <= letter <= "я" or letter == "ё" for letter in token.lower()) else "other"


def _lingua() -> Callable[[Sequence[str]], Sequence[str]]:
    """lingua asked about every word by itself, with Kazakh, Russian and English to choose from."""
    try:
        from lingua import Language, LanguageDetectorBuilder
    except ImportError as fault:
        raise ExtraMissing(
            "ExtraMissing: the system 'lingua' needs the package lingua-language-detector.",
            "pip install 'qadam[lid]'",
        ) from fault
    names = {Language.KAZAKH: "kk", Language.RUSSIAN: "ru"}
    detector = LanguageDetectorBuilder.from_languages(*names, Language.ENGLISH).build()

    def label(tokens: Sequence[str]) -> list[str]:
        lettered = [any(letter.isalpha() for letter in token) for token in tokens]
        found = (
            detector.detect_language_of(token) if has else None for token, has in zip(tokens, lettered, strict=True)
        )
        return [names.get(language, "other") if language is not None else "other" for language in found]

    return label


def _glotlid(path: Path) -> Callable[[Sequence[str]], Sequence[str]]:
    """A fastText model with GlotLID's labels (`__label__kaz_Cyrl`), asked about every word by itself."""
    try:
        import fasttext
    except ImportError as fault:
        raise ExtraMissing(
            "ExtraMissing: the system 'glotlid' needs the package fasttext.", "pip install fasttext"
        ) from fault
    try:
        model = fasttext.load_model(str(path))
    except ValueError as fault:
        raise BadSystem(
            f"BadSystem: {path} is no model of fastText: {fault}.", "qadam fetch glotlid --again"
        ) from fault
    names = {"kaz": "kk", "rus": "ru"}

    def one(token: str) -> str:
        if not any(letter.isalpha() for letter in token):
            return "other"
        (label, *_), _ = model.predict(token.lower())
        return names.get(label.removeprefix("__label__").partition("_")[0], "other")

    return lambda tokens: [one(token) for token in tokens]


_FORMATS: dict[str, Callable[[], Callable[[Sequence[str]], Sequence[str]]]] = {
    "qadam": _ours,
    "kazakh-letters": _letters,
    "whole-text": _whole_text,
    "lingua": _lingua,
}
