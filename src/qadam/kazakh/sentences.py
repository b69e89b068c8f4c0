"""Where words and sentences of a Kazakh text begin and end, as offsets into the original text.

Sentences: a line end always ends one. A full stop, question or exclamation mark or three dots end one when
white space and then a capital, a digit, an opening quote or a dialogue dash follow. Not after an abbreviation
(`abbreviations.toml`), an initial (А. Құнанбаев) or a number that opens a sentence (1. Кіріспе); not within a
short quotation or bracket; not before a dash that leads back to the speaker («Кел!» – деді ол).

Words: a compound (алдын-ала), a number with its ending (25-ші), a decimal (3,5), a clock time, a date, an
abbreviation (т.ғ.к.), an address each are one word. Other marks stand alone.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# A quotation longer than this is read as several sentences.
LONGEST_QUOTATION = 300
_BLANKS = " \t\r\n"


@dataclass(frozen=True)
class Span:
    """A piece `text[start:end]` of the original. `kind` is word, number, address, mark or sentence."""

    start: int
    end: int
    text: str
    kind: str


def words(text: str) -> Iterator[Span]:
    """The words and marks of a text, in order, without the white space between them."""
    for match in _word_pattern().finditer(text):
        yield Span(match.start(), match.end(), match[0], match.lastgroup or "mark")


def sentences(text: str) -> Iterator[Span]:
    """The sentences of a text, in order, without the blanks around them; empty lines give none.

    Blanks are space, tab and line end. Other white space (U+00A0, U+001C) belongs to its sentence, so that spans and
    the blanks between them are the whole text, but for lines and ends of nothing but white space.
    """
    start = 0
    for end in (*_boundaries(text), len(text)):
        piece = text[start:end]
        stripped = piece.strip(_BLANKS)
        if piece.strip():
            begin = start + piece.index(stripped)
            yield Span(begin, begin + len(stripped), stripped, "sentence")
        start = end


# The possessive runs and the look behind keep a line of nothing but full stops linear.
STOP = re.compile(
    r"\n|(?<![.!?…؟])[.!?…؟]++[»”’\"')\]]*(?:\s*\[\d+\])*(?=\s|$)|(?<=[а-яәіңғүұқөһ]{3})[.!?…]++(?=[А-ЯӘІҢҒҮҰҚӨҺ])"
)
NEXT = re.compile(r"\s*(?P<dash>[-–—]\s*)?(?P<open>[«“„\"'(\[]*)(?P<first>\S)?")
LAST_WORD = re.compile(r"[\w.-]*\w$")
PAIRS = re.compile(r"«[^«»\n]*»|“[^“”\n]*”|\([^()\n]*\)|\"[^\"\n]*\"")


def _boundaries(text: str) -> Iterator[int]:
    """The offsets just behind each sentence but the last."""
    pairs = [(m.start(), m.end()) for m in PAIRS.finditer(text) if m.end() - m.start() <= LONGEST_QUOTATION]
    opened = 0
    start = 0
    for match in STOP.finditer(text):
        if match[0] == "\n":
            start = match.end()
            yield start
            continue
        while opened < len(pairs) and pairs[opened][1] <= match.start():
            opened += 1
        inside = opened < len(pairs) and pairs[opened][0] < match.start() and match.end() < pairs[opened][1]
        if not inside and _ends_sentence(text, match, start):
            start = match.end()
            yield start


def _ends_sentence(text: str, match: re.Match[str], start: int) -> bool:
    following = NEXT.match(text, match.end())
    first = following["first"] if following else None
    if following is None or first is None:
        return True
    if first.islower() or first in ",;:)»":
        return False
    if following["dash"] and not first.isupper():
        return False
    if not match[0].startswith(".") or match[0].startswith(".."):
        return True
    return not _stop_belongs_to_word(text[max(start, match.start() - 40) : match.start()], first)


def _stop_belongs_to_word(before: str, first: str) -> bool:
    """Whether the stop behind these words is that of an abbreviation, an initial or a list number."""
    found = LAST_WORD.search(before)
    if not found:
        return False
    word = found[0]
    leading, closing = _abbreviations()
    if len(before.strip()) == len(word) and word.isdigit():
        return True
    small = word.lower()
    if small in closing:
        return not first.isupper()
    if small in leading:
        return True
    initial = word.rpartition(".")[2].rpartition("-")[2]
    return len(initial) == 1 and initial.isupper()


@cache
def _abbreviations() -> tuple[frozenset[str], frozenset[str]]:
    rows = tomllib.loads(files(__package__).joinpath("abbreviations.toml").read_text("utf-8"))
    return frozenset(rows["leading"].split()), frozenset(rows["closing"].split())


@cache
def _word_pattern() -> re.Pattern[str]:
    leading, closing = _abbreviations()
    abbreviations = sorted(leading | closing, key=len, reverse=True)
    return re.compile(
        r"""
          (?P<address> (?: https?:// | www\. ) [^\s<>«»"]* [\w/]
                      | [\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]+)+ | [@\#]\w+ )
        | (?P<number> (?<!\w) (?:(?<!\d)[-−+])? (?: \d{1,2}\.\d{1,2}\.\d{4} | \d{1,2}:\d{2}
                      | \d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d) | \d+ ) (?:[.,/]\d+)* (?:-[^\W\d_]+)? (?!\w) )
        | (?P<word> (?<!\w) (?i:ABBREVIATIONS)\. | (?<!\w) CAPITAL\.(?=[ ]?-?\w)
                      | [\w\u0300-\u036f]+ (?:[-‐‑'’ʼ][\w\u0300-\u036f]+)* )
        | (?P<mark> \.{2,} | [!?]{2,} | \S )
        """.replace("ABBREVIATIONS", "|".join(map(re.escape, abbreviations))).replace("CAPITAL", "[А-ЯӘІҢҒҮҰҚӨҺA-Z]"),
        re.VERBOSE,
    )
