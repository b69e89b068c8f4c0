"""Fertility: into how many pieces a tokenizer cuts words, and what that costs.

One count serves all of them: every metric here is a ratio of two sums over the same texts, so an interval for each comes
from resampling the same rows. The tokenizer tax of a language is its fertility over that of English on parallel text, and

    tokens per word  =  tokens per byte  x  bytes per character  x  characters per word

so a tax can be read as compression x script x word length.

A *word* is one of three things, because papers disagree and the answer may hang on it:

whitespace    what stands between white space, punctuation included (as `str.split`)
uax29         a segment of Unicode's word segmentation that holds a letter: "қадір-қасиеті" is two, "2024" is none
letters       a longest run of letters and combining marks, nothing else
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import regex

from qadam.terms import Metric, Tokens

CONTEXT = 8192  # tokens in the context window that `context_words` fills

# Unicode Standard Annex 29: split where the standard says, keep what holds a letter.
_BOUNDARY = regex.compile(r"(?wV1)\b")
_LETTER = regex.compile(r"\p{L}")
_LETTERS = regex.compile(r"[\p{L}\p{M}]*\p{L}[\p{L}\p{M}]*")

WORDS = ("whitespace", "uax29", "letters")


def uax29_words(text: str) -> list[tuple[int, int]]:
    """Where the words of a text stand by Unicode's word segmentation, numbers and punctuation left out.

    Returns character offsets, end exclusive. Source: Unicode Standard Annex #29, Table 3, as in the `regex` package.
    """
    cuts = [m.start() for m in _BOUNDARY.finditer(text)]
    edges = sorted({0, *cuts, len(text)})
    return [(a, b) for a, b in pairwise(edges) if _LETTER.search(text, a, b)]


@lru_cache(maxsize=32_768)
def _measure(text: str) -> tuple[dict[str, float], np.ndarray, np.ndarray]:
    """Everything about a text that no tokenizer changes: its counts, and where its words begin and end."""
    spans = np.array(uax29_words(text), dtype=np.int64).reshape(-1, 2)
    counts = {
        "whitespace_words": float(len(text.split())),
        "uax29_words": float(len(spans)),
        "letters_words": float(sum(1 for _ in _LETTERS.finditer(text))),
        "characters": float(len(text)),
        "bytes": float(len(text.encode())),
    }
    return counts, spans[:, 0], spans[:, 1]


def count(tokens: Tokens, text: str) -> Mapping[str, float]:
    """One row of counts for one text: tokens, words by three definitions, characters, bytes, words kept whole.

    A word (uax29) is kept whole if exactly one token touches its letters; a space or a quotation mark in the
    same token does no harm. Characters are Unicode code points, spaces included; bytes are UTF-8.
    An empty text gives a row of zeros.
    """
    counts, begins, ends = _measure(text)
    touching = np.searchsorted(tokens.starts, ends, "left") - np.searchsorted(tokens.ends, begins, "right")
    return {
        "texts": 1.0,
        "tokens": float(len(tokens.starts)),
        **counts,
        "whole_words": float(np.count_nonzero(touching == 1)),
    }


def _ratio(name: str, unit: str, top: str, bottom: str, titles: tuple[str, str, str], **more: Any) -> Metric:
    factor = more.pop("factor", 1.0)
    en, ru, kk = titles
    return Metric(
        name=name,
        title={"en": en, "ru": ru, "kk": kk},
        unit=unit,
        count=count,
        score=_Ratio(top, bottom, factor),
        **more,
    )


class _Ratio:
    """Sum of one column over the sum of another; a named object, so that it travels to worker processes."""

    def __init__(self, top: str, bottom: str, factor: float) -> None:
        self.top, self.bottom, self.factor = top, bottom, factor
        self.__qualname__ = f"ratio({factor:g}*{top}/{bottom})"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.factor * np.asarray(sums[self.top], float) / np.asarray(sums[self.bottom], float)


fertility = {
    words: _ratio(
        f"fertility_{words}",
        "tokens per word",
        "tokens",
        f"{words}_words",
        (f"tokens per word ({words})", f"токенов на слово ({words})", f"бір сөздегі токен саны ({words})"),
        better="lower",
        params={"words": words},
    )
    for words in WORDS
}
tokens_per_text = _ratio(
    "tokens_per_text",
    "tokens per text",
    "tokens",
    "texts",
    ("tokens per text", "токенов на текст", "бір мәтіндегі токен саны"),
    better="lower",
)
tokens_per_character = _ratio(
    "tokens_per_character",
    "tokens per character",
    "tokens",
    "characters",
    ("tokens per character", "токенов на символ", "бір таңбадағы токен саны"),
    better="lower",
)
tokens_per_byte = _ratio(
    "tokens_per_byte",
    "tokens per byte",
    "tokens",
    "bytes",
    ("tokens per byte", "токенов на байт", "бір байттағы токен саны"),
    better="lower",
)
bytes_per_token = _ratio(
    "bytes_per_token",
    "bytes per token",
    "bytes",
    "tokens",
    ("bytes per token", "байтов на токен", "бір токендегі байт саны"),
    better="higher",
)
bytes_per_character = _ratio(
    "bytes_per_character",
    "bytes per character",
    "bytes",
    "characters",
    ("bytes per character", "байтов на символ", "бір таңбадағы байт саны"),
)
characters_per_word = _ratio(
    "characters_per_word",
    "characters per word",
    "characters",
    "whitespace_words",
    ("characters per word", "символов на слово", "бір сөздегі таңба саны"),
    params={"words": "whitespace"},
)
bytes_per_text = _ratio(
    "bytes_per_text",
    "bytes per text",
    "bytes",
    "texts",
    ("bytes per text", "байтов на текст", "бір мәтіндегі байт саны"),
)
whole_words = _ratio(
    "whole_words",
    "share 0-1",
    "whole_words",
    "uax29_words",
    ("share of words kept whole", "доля слов, не разрезанных на части", "бөлінбей қалған сөздердің үлесі"),
    better="higher",
    params={"words": "uax29"},
)
context_words = _ratio(
    "context_words",
    f"words in {CONTEXT:,} tokens",
    "whitespace_words",
    "tokens",
    (f"words in {CONTEXT:,} tokens", f"слов в {CONTEXT:,} токенах", f"{CONTEXT:,} токенге сыятын сөз саны"),
    better="higher",
    factor=float(CONTEXT),
    params={"words": "whitespace"},
)
