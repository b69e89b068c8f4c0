"""Boundaries inside words: how many of the places where a scheme cuts a word a system finds, and how many it invents.

A place lies between two letters of the word as it is written; nothing is restored. The sums are micro: a sentence with
more boundaries weighs more. Words that the gold leaves whole count too: every cut in them is wrong, and leaving them
whole is right. What has no letter (punctuation, numbers) and words whose gold is not determined are left out.

Three answers to "which places?":

the scheme     boundaries of inflection, as the gold marks them with `·`
with formation also voice and word formation, marked with `+`, where the gold marks them
tolerant       as the scheme, but places about which published schemes differ (conventions.tsv) and those of voice and
               word formation count for nobody, so that a system is not judged by a convention it does not follow
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import regex

from qadam.terms import Metric, Missing, Tokens

INFLECTION, FORMATION = "·", "+"


class Word(NamedTuple):
    """One word of the gold: where it stands in the text and where it is cut, in letters from its beginning."""

    start: int
    length: int
    inflection: frozenset[int]
    formation: frozenset[int]  # voice and word formation
    free: frozenset[int]  # places that the tolerant metric leaves out
    unseen: bool  # its stem is not in the lexicon that the slice is about


class Gold(NamedTuple):
    """The words of a text that count; `marks_formation` says whether their formation was marked at all.

    `undetermined` is how many words with a letter the gold leaves open: they are in no score.
    """

    words: tuple[Word, ...]
    marks_formation: bool
    undetermined: int = 0


def gold(text: str, cuts: Sequence[str | None], *, known: Callable[[str], bool], marks_formation: bool) -> Gold:
    """The gold of a text from its words with their marks.

    Args:
        text: words separated by white space.
        cuts: the same words with marks (`мектеп·тер`, `жаз+ыл·ды`); None where the boundaries are not determined.
        known: whether a stem, in lower case, stands in the lexicon of the slice "unseen stems".
        marks_formation: whether the absence of `+` means that there is nothing to mark.

    Raises:
        ValueError: the marked words are not the words of the text.
    """
    found = list(regex.finditer(r"\S+", text))
    if len(found) != len(cuts):
        raise ValueError(f"{len(found)} words in the text, {len(cuts)} in the gold.")
    words, undetermined = [], 0
    for place, cut in zip(found, cuts, strict=True):
        word = place.group()
        undetermined += cut is None and any(letter.isalpha() for letter in word)
        if cut is not None and any(letter.isalpha() for letter in word):
            inflection, formation, free = _places(word, cut)
            stem = word[: min(inflection, default=len(word))].lower()
            words.append(Word(place.start(), len(word), inflection, formation, free, not known(stem)))
    return Gold(tuple(words), marks_formation, undetermined)


@lru_cache(maxsize=1 << 17)
def _places(word: str, cut: str) -> tuple[frozenset[int], frozenset[int], frozenset[int]]:
    """Boundaries of inflection, of formation, and the places that are free under some convention."""
    marked: dict[str, set[int]] = {INFLECTION: set(), FORMATION: set()}
    at, dotted = 0, ""
    for sign in cut:
        if at < len(word) and sign == word[at]:
            at += 1
            dotted += sign
        elif sign in marked:
            marked[sign].add(at)
            dotted += sign if sign == INFLECTION else ""
        else:
            raise ValueError(f"{cut!r} is not {word!r} with marks in it.")
    if at != len(word):
        raise ValueError(f"{cut!r} is not {word!r} with marks in it.")
    inflection, formation = (frozenset(p for p in marked[m] if 0 < p < len(word)) for m in (INFLECTION, FORMATION))
    return inflection, formation, frozenset(contested(dotted)) | formation


def contested(cut: str) -> set[int]:
    """The places of a word with `·` at its boundaries about which schemes differ, in letters from its beginning.

    кітаб·ын·да: before and after the н, since кітаб·ы·нда and кітаб·ы·н·да are also seen.
    """
    found = set()
    for pattern in _conventions():
        for match in pattern.finditer(cut.lower()):
            ends = [match.start(group) for group in range(1, len(match.groups()) + 1) if match.start(group) >= 0]
            found |= {end - cut.count(INFLECTION, 0, end) for end in ends}
    return found - {0, len(cut) - cut.count(INFLECTION)}


@cache
def _conventions() -> tuple[regex.Pattern[str], ...]:
    text = (files("qadam.metrics") / "conventions.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(regex.compile(pattern) for _, pattern in rows[1:])


def count(tokens: Tokens | Missing, text: Gold) -> Mapping[str, float]:
    """One row of counts for one text: hits, cuts found and cuts of the gold, in each of the three ways and by slice.

    A token that begins in the middle of a character (bytes) begins no new piece: there is no place between letters.
    No answer finds no boundary and gets no word right, words without a boundary included.
    """
    edges = [] if isinstance(tokens, Missing) else _edges(tokens)
    row = dict.fromkeys(COLUMNS, 0.0) | {"undetermined": float(text.undetermined)}
    for word in text.words:
        inner = edges[bisect_right(edges, word.start) : bisect_left(edges, word.start + word.length)]
        found = {edge - word.start for edge in inner}
        right = found == word.inflection and not isinstance(tokens, Missing)
        _add(row, "", found, word.inflection, right)
        if word.unseen:
            _add(row, "unseen_", found, word.inflection, right)
        if text.marks_formation:
            both = word.inflection | word.formation
            _add(row, "formation_", found, both, found == both and not isinstance(tokens, Missing))
        strict = word.inflection - word.free
        _add(row, "tolerant_", found - word.free, strict, found - word.free == strict)
    return row


_SLICES = ("", "unseen_", "formation_", "tolerant_")
COLUMNS = (
    *(f"{part}{name}" for part in _SLICES for name in ("words", "right", "hits", "found", "gold")),
    "undetermined",
)


def _add(row: dict[str, float], part: str, found: Iterable[int], wanted: frozenset[int], right: bool) -> None:
    cuts = set(found)
    row[f"{part}words"] += 1
    row[f"{part}right"] += right
    row[f"{part}hits"] += len(cuts & wanted)
    row[f"{part}found"] += len(cuts)
    row[f"{part}gold"] += len(wanted)


def _edges(tokens: Tokens) -> list[int]:
    """Where tokens begin, in order, those left out that begin inside a character another token has begun."""
    starts, ends = (np.asarray(side, dtype=np.int64) for side in tokens)
    fresh = starts[1:] >= np.maximum.accumulate(ends)[:-1] if len(starts) else starts
    return sorted({int(starts[0]), *starts[1:][fresh].tolist()}) if len(starts) else []


class _Share:
    """A weighted sum of columns over another; a named object, so that it travels to worker processes."""

    def __init__(self, top: Mapping[str, float], bottom: Sequence[str]) -> None:
        self.top, self.bottom = dict(top), tuple(bottom)
        above = "+".join(f"{weight:g}*{column}" for column, weight in self.top.items())
        self.__qualname__ = f"share({above}/{'+'.join(self.bottom)})"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        with np.errstate(divide="ignore", invalid="ignore"):
            above = sum(weight * np.asarray(sums[column], float) for column, weight in self.top.items())
            return above / sum(np.asarray(sums[column], float) for column in self.bottom)


class _Sum:
    """The sum of a column; a named object, so that it travels to worker processes."""

    def __init__(self, column: str) -> None:
        self.column = column
        self.__qualname__ = f"sum({column})"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        return np.asarray(sums[self.column], float)


def _metric(name: str, score: _Share, en: str, ru: str, kk: str) -> Metric:
    titles = {"en": en, "ru": ru, "kk": kk}
    params = {"places": name.split("_", 1)[1] if "_" in name and not name.endswith("accuracy") else "scheme"}
    return Metric(name, titles, "share 0-1", count, score, better="higher", params=params)


def _f1(part: str) -> _Share:
    return _Share({f"{part}hits": 2.0}, (f"{part}found", f"{part}gold"))


f1 = _metric(
    "f1",
    _f1(""),
    "boundary F1 (inflection, by the scheme)",
    "F1 границ (словоизменение, по схеме)",
    "шекара F1 (түрлену, схема бойынша)",
)
precision = _metric(
    "precision", _Share({"hits": 1.0}, ("found",)), "boundary precision", "точность границ", "шекара дәлдігі"
)
recall = _metric("recall", _Share({"hits": 1.0}, ("gold",)), "boundary recall", "полнота границ", "шекара толымдылығы")
word_accuracy = _metric(
    "word_accuracy",
    _Share({"right": 1.0}, ("words",)),
    "share of words cut exactly right, words without a boundary included",
    "доля слов, разрезанных полностью верно, включая слова без границ",
    "толық дұрыс бөлінген сөздердің үлесі, шекарасыз сөздер де есепте",
)
f1_unseen = _metric(
    "f1_unseen",
    _f1("unseen_"),
    "boundary F1, stems outside Qadam's lexicon",
    "F1 границ, основы вне словаря Qadam",
    "шекара F1, Qadam сөздігінде жоқ түбірлер",
)
f1_formation = _metric(
    "f1_formation",
    _f1("formation_"),
    "boundary F1, voice and word formation cut too",
    "F1 границ, включая залог и словообразование",
    "шекара F1, етіс пен сөзжасам да бөлінеді",
)
f1_tolerant = _metric(
    "f1_tolerant",
    _f1("tolerant_"),
    "boundary F1, places where schemes differ left out",
    "F1 границ без мест, где схемы расходятся",
    "шекара F1, схемалар келіспейтін орындарсыз",
)

undetermined = Metric(
    "undetermined",
    {
        "en": "words that the gold leaves open, in no score; they wait for annotation",
        "ru": "слова, которые эталон не определяет: в оценки не входят и ждут разметки",
        "kk": "эталон анықтамаған сөздер: бағаға кірмейді, белгілеуді күтеді",
    },
    "words",
    count,
    _Sum("undetermined"),
)

METRICS = (f1, word_accuracy, precision, recall, f1_tolerant, f1_formation, f1_unseen, undetermined)
