"""Punctuation marks and capitals taken off a Kazakh text, and put back: what a recogniser of speech leaves out.

The marks are . , ? ! : ; — … ; brackets and quotation marks are taken off and do not come back. A stop that belongs to a
word (А. Құнанбаев, т.б.), a decimal comma and a hyphen are spelling, no marks. What a word had is its *label*: how it is
capitalised (a small, A begun with a capital, AA all capitals), then the marks behind it: "A," or "a.".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple

from qadam.kazakh.morphology import analyse
from qadam.kazakh.sentences import Span
from qadam.kazakh.sentences import words as cut

MARKS = (".", ",", "?", "!", ":", ";", "—", "…")
PLAIN = "a"  # a small word without a mark behind it
_SAME = {"-": "—", "–": "—", "―": "—", "−": "—", "‐": "—", "‑": "—"}
_JOINS = "-–—‐‑/'’ʼ&+*=_"  # between two words without white space they are part of one word
_LONGEST_ASKING = 20  # letters
_DROPPED = "«»“”„‟\"'‘’‹›()[]{}<>|•·*_"
_AROUND = "".join(MARKS) + _DROPPED
_TOKEN = re.compile(r"\S+")
_LONGEST = 64  # characters of a word that is shown to a punctuator


class Bare(NamedTuple):
    """A word without marks in small letters, and the label that says what it had."""

    word: str
    label: str


def bare(text: str) -> list[Bare]:
    """The words of a text with their labels; marks before the first word have no word to stand behind and are lost."""
    found: list[tuple[str, str]] = []  # words as they are written, and the marks behind them
    end, signed = -1, False
    for span in cut(text):
        touches, end = span.start == end, span.end
        sign = span.kind == "mark"
        role = _role(text, span) if sign else "word"
        if role == "mark" and found:
            word, marks = found[-1]
            found[-1] = word, marks + "".join(mark for mark in _canonical(span.text) if mark not in marks)
        elif role == "word" and found and touches and (sign or signed) and not found[-1][1]:
            found[-1] = found[-1][0] + span.text, ""  # 5%, и/немесе
        elif role == "word":
            found.append((span.text, ""))
        signed = sign and role == "word"
    return [Bare(small(word), case(word) + marks) for word, marks in found]


def small(word: str) -> str:
    """A word as a recogniser writes it: small letters, without the stop of an abbreviation."""
    return word.lower().rstrip(".") or word


def case(word: str) -> str:
    """How a word is capitalised: "a" small or without letters, "A" begun with a capital, "AA" all capitals."""
    letters = [sign for sign in word if sign.isalpha()]
    if not letters or not letters[0].isupper():
        return "a"
    return "AA" if len(letters) > 1 and "".join(letters).isupper() else "A"


def parted(label: str) -> tuple[str, str]:
    """The capitals and the marks of a label."""
    marks = label.lstrip("aA")
    return label[: len(label) - len(marks)], marks


def dressed(word: str, label: str) -> str:
    """A word with the capitals and marks of a label; capitals that it has stay. A dash stands apart from its word."""
    cased, marks = parted(label)
    if cased == "AA":
        word = word.upper()
    elif cased == "A":
        at = next((n for n, sign in enumerate(word) if sign.isalpha()), 0)
        word = word[:at] + word[at : at + 1].upper() + word[at + 1 :]
    return word + marks.replace("—", " —")


def restored(text: str, punctuate: Callable[[list[str]], Sequence[str]]) -> str:
    """A text with the marks and capitals that its words are given; white space, marks and capitals that it has stay.

    `punctuate` turns its bare words into labels. Behind a word that has a mark of its own none is set.
    """
    found = [match for match in _TOKEN.finditer(text) if any(map(str.isalnum, match[0]))]
    if not found:
        return text
    labels = punctuate([_readable(small(match[0].strip(_AROUND))) for match in found])
    out, end, begins = [], 0, False
    for match, label in zip(found, labels, strict=True):
        token = match[0]
        cased, marks = parted(label)
        own = any(sign in MARKS for sign in token[len(token.rstrip(_AROUND)) :])
        cased = "A" if begins and cased == PLAIN else cased
        out += [text[end : match.start()], dressed(token, cased + ("" if own else marks))]
        begins = token[-1] in ".?!…"  # not behind a quotation that closes: «Кел!» деді ол
        end = match.end()
    return "".join(out) + text[end:]


def by_rule(words: Sequence[str]) -> list[str]:
    """Labels of a passage by what everybody can look up: a question mark behind a particle (келді ме?), at the end one too if
    a word asks (қайда барасың?), else a stop; a capital behind either and at the beginning. No other mark, no name.
    """
    rows, last = _questions(), len(words) - 1
    labels, begins, asked = [], True, False
    for at, word in enumerate(words):
        following = words[at + 1] if at < last else ""
        asked = asked or (asks(word) and following not in rows["taking_back"])
        asked = asked and word not in rows["taking_back"]
        particle = at > 0 and word in rows["particles"] and following not in rows["onward"]
        mark = "?" if particle or (at == last and asked) else "." if at == last else ""
        labels.append(("A" if begins else "a") + mark)
        begins, asked = bool(mark), asked and not mark
    return labels


@lru_cache(maxsize=1 << 14)
def asks(word: str) -> bool:
    """Whether a word asks: қайда, кімнің, нешінші."""
    readings = analyse(word) if len(word) <= _LONGEST_ASKING else []
    return word in _questions()["asking"] or any(one.lemma in _questions()["asking"] for one in readings[:1])


def carried(words: Sequence[str], reference: Sequence[Bare]) -> list[str]:
    """Labels of a reference for the words of a recogniser: each word has those of the word it stands for.

    Words are aligned as in `difflib`; of a stretch that differs, words are paired from its end, where the marks are, and the
    marks of words left without a partner go to the word before.
    """
    labels = [PLAIN] * len(words)
    matcher = SequenceMatcher(None, words, [word for word, _ in reference], autojunk=False)
    for _, a, b, c, d in matcher.get_opcodes():
        for step in range(1, min(b - a, d - c) + 1):
            labels[b - step] = reference[d - step].label
        if a == b and a and (lost := parted(reference[d - 1].label)[1] if d > c else ""):
            cased, marks = parted(labels[a - 1])
            labels[a - 1] = cased + (marks or lost)
    return labels


@cache
def _questions() -> dict[str, frozenset[str]]:
    rows = tomllib.loads(files(__package__).joinpath("questions.toml").read_text("utf-8"))
    return {name: frozenset(text.split()) for name, text in rows.items()}


def _readable(word: str) -> str:
    """A word as a model can take it: not endless, and bytes that are not UTF-8 as question marks."""
    return word[:_LONGEST].encode("utf-8", "replace").decode()


def _role(text: str, span: Span) -> Literal["mark", "dropped", "word"]:
    """What a sign is: a mark, one that is taken off for good, or (%, №, a hyphen between words) part of a word."""
    before, after = text[span.start - 1 : span.start], text[span.end : span.end + 1]
    if span.text in _JOINS and before.isalnum() and after.isalnum():
        return "word"
    if all(sign in MARKS or sign in _SAME for sign in span.text):
        return "mark"
    return "dropped" if span.text[0] in _DROPPED else "word"


def _canonical(text: str) -> str:
    """The marks of a run, each once: ?! is both, .. and more are three dots."""
    if len(text) > 1 and set(text) <= {"."}:
        return "…"
    return "".join(dict.fromkeys(_SAME.get(sign, sign) for sign in text))
