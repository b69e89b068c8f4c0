"""Is a candidate a pair of translations? Filters that each look for one fault, and how many faults they find.

language      each side is written in its language, and the two are not the same text
length        neither side is much longer than the other, both have three words or more
numbers       the same numbers stand in both
names         of the words with a capital inside the translated source, some have one like them in the target
alignment     the source, translated, is like the target (chrF++)
round trip    the target, translated back, is like the source (chrF++)
duplicates    no earlier pair is the same but for capitals, marks and numbers

The last two but one ask a translator, however plain: among neighbours a map of letters will do.

Source: the filters are those of Bane et al. (2022), A Comparison of Data Filtering Methods for Neural Machine Translation, without
those that need an encoder; alignment by a translation is from Sennrich & Volk (2010), MT-based Sentence Alignment.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from qadam.metrics.translation import alphabet, sentence_chrf
from qadam.terms import Crossed, Metric, Missing, Pair

# Each bound is where about 97 of 100 real pairs of SIB-200's train part (Kyrgyz and Uzbek) stay; docs/parallel.md has the figures.
RATIO, FEWEST = 1.6, 3  # how much longer a side may be; words
STRANGE = 0.04  # share of letters, in words of its script, that a language is not written with
EVIDENCE = 30  # letters from which on a text must hold a sign of its language
LIKE = 60  # 0-100: how alike a name and its counterpart must be
NAMED = 0.3  # share of names that must be found
ALIGNED, RETURNED = 17.0, 13.0  # points of chrF++

NUMBER = re.compile(r"\d+(?:[.,\u00a0 ]\d{3})*(?:[.,]\d+)?")
WORD = re.compile(r"[^\W\d_]+(?:[-ʻʼ‘’'][^\W\d_]+)*")
_APOSTROPHES = str.maketrans("‘’'`ʼ", "ʻʻʻʻʻ")


def languages() -> tuple[str, ...]:
    """The languages whose letters and common words are known."""
    return tuple(_rows())


def written_in(text: str, language: str) -> bool:
    """Whether a text is in a language, by its letters and its most common words."""
    low = text.lower().translate(_APOSTROPHES)
    words = WORD.findall(low)
    own = alphabet(language)
    latin = ("a" in own and "q" in own) or language in ("en", "tr")
    letters = [c for word in words if latin or not word.isascii() for c in word if c.isalpha() and c != "ʻ"]
    if not letters or sum(c not in own for c in letters) > STRANGE * len(letters):
        return False
    if len(letters) * 2 < sum(map(len, words)):
        return False
    marks, common = _signs(language)
    own_words = sum(word in common for word in words)
    if len(letters) >= EVIDENCE and not own_words and not any(mark in low for mark in marks):
        return False
    return all(sum(word in _signs(other)[1] for word in words) <= own_words for other in _rows())


def in_languages(pair: Pair, crossed: Crossed) -> bool:
    """Both sides are in their languages and are not the same text."""
    del crossed
    return pair.source != pair.target and all(
        written_in(text, language) for text, language in zip(pair[:2], pair.languages, strict=True)
    )


def of_like_length(pair: Pair, crossed: Crossed) -> bool:
    """Neither side is too long for the other or too short for a sentence."""
    del crossed
    lengths = [len(side) for side in pair[:2]]
    words = [len(side.split()) for side in pair[:2]]
    return max(lengths) <= RATIO * min(lengths) and min(words) >= FEWEST


def numbers_kept(pair: Pair, crossed: Crossed) -> bool:
    """The same numbers, whatever stands between their digits."""
    del crossed
    first, second = (Counter(re.sub(r"\D", "", number) for number in NUMBER.findall(side)) for side in pair[:2])
    return first == second


def names_kept(pair: Pair, crossed: Crossed) -> bool:
    """Of the names in the translated source enough have one like them in the target."""
    there = [word for word in WORD.findall(pair.target) if word[:1].isupper()]
    words = [found[0] for found in list(WORD.finditer(crossed.there))[1:]]
    names = [word for word in words if word[:1].isupper()]
    if not names:
        return True
    return sum(_like(name, there) for name in names) >= NAMED * len(names)


def aligned(pair: Pair, crossed: Crossed) -> bool:
    """The source, translated, is like the target."""
    return sentence_chrf(crossed.there.lower(), pair.target.lower()) >= ALIGNED


def returned(pair: Pair, crossed: Crossed) -> bool:
    """The target, translated back, is like the source."""
    return sentence_chrf(crossed.back.lower(), pair.source.lower()) >= RETURNED


Filter = Callable[[Pair, Crossed], bool]
FILTERS: Mapping[str, Filter] = {  # in the order in which they are asked: what costs least comes first
    "length": of_like_length,
    "numbers": numbers_kept,
    "language": in_languages,
    "names": names_kept,
    "alignment": aligned,
    "round trip": returned,
}
ALONE = ("length", "numbers", "language")  # these ask no translator


def faults(pair: Pair, crossed: Crossed | None) -> Iterator[str]:
    """The filters that a pair does not pass, in their order; without translations, of those that need none."""
    for name, passes in FILTERS.items():
        if crossed is None and name not in ALONE:
            continue
        if not passes(pair, crossed or Crossed("", "")):
            yield name


def key(pair: Pair) -> str:
    """What is equal for two pairs that differ by capitals, marks and numbers alone."""
    return "\t".join(" ".join(re.findall(r"[^\W\d_]+", side.lower())) for side in pair[:2])


# --- how good the filters are -------------------------------------------------------------------------------------


class Corrupted(NamedTuple):
    """What is known of a candidate: its fault ("" for none), and a pair that came before it."""

    pair: Pair
    fault: str
    earlier: Pair


EVERY = (*FILTERS, "duplicates")


def count(crossed: Any, candidate: Corrupted) -> Mapping[str, float]:
    """One row: whether the pair was corrupted, and which filters would have dropped it."""
    pair = candidate.pair
    dropped = set() if isinstance(crossed, Missing) else set(faults(pair, crossed))
    dropped |= {"duplicates"} if key(pair) == key(candidate.earlier) else set()
    row = {"bad": float(bool(candidate.fault)), "good": float(not candidate.fault)}
    for name in (*EVERY, "all"):
        out = bool(dropped) if name == "all" else name in dropped
        row |= {f"{name}_bad": float(out) * row["bad"], f"{name}_good": float(out) * row["good"]}
    return row


class _Share:
    """A share of what a filter dropped or should have; a named object, so that it travels to worker processes."""

    def __init__(self, name: str, kind: str) -> None:
        self.name, self.kind = name, kind
        self.__qualname__ = f"{kind}({name})"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        hit, lost = (np.asarray(sums[f"{self.name}_{side}"], float) for side in ("bad", "good"))
        bottom = {
            "precision": hit + lost,
            "recall": np.asarray(sums["bad"], float),
            "lost": np.asarray(sums["good"], float),
        }
        with np.errstate(divide="ignore", invalid="ignore"):
            return (lost if self.kind == "lost" else hit) / bottom[self.kind]


_SAYS = {
    "precision": ("of the pairs dropped, the share that was corrupted", "доля испорченных среди отброшенных пар", "тасталған жұптардың ішіндегі бүлінгендерінің үлесі"),
    "recall": ("share of the corrupted pairs that is dropped", "доля отброшенных среди испорченных пар", "бүлінген жұптардың тасталған үлесі"),
    "lost": ("share of the real pairs that is dropped", "доля отброшенных среди настоящих пар", "нағыз жұптардың тасталған үлесі"),
}  # fmt: skip
_NAMES = {
    "length": ("length", "длина", "ұзындық"),
    "numbers": ("numbers", "числа", "сандар"),
    "language": ("language", "язык", "тіл"),
    "names": ("names", "имена", "есімдер"),
    "alignment": ("alignment", "соответствие", "сәйкестік"),
    "round trip": ("round trip", "обратный перевод", "кері аударма"),
    "duplicates": ("duplicates", "повторы", "қайталаулар"),
    "all": ("all filters", "все фильтры", "барлық сүзгі"),
}


def metrics(conditions: tuple[str, ...]) -> tuple[Metric, ...]:
    """Precision and recall of each filter and of all together, and what all together cost."""
    kinds = [(name, kind) for name in (*EVERY, "all") for kind in ("precision", "recall")] + [("all", "lost")]
    return tuple(
        Metric(
            f"{name}_{kind}".replace(" ", "_"),
            {language: f"{_NAMES[name][n]}: {_SAYS[kind][n]}" for n, language in enumerate(("en", "ru", "kk"))},
            "share 0-1",
            count,
            _Share(name, kind),
            "lower" if kind == "lost" else "higher",
            conditions=conditions,
        )
        for name, kind in kinds
    )


def _like(name: str, others: list[str]) -> bool:
    return (
        process.extractOne(name.lower(), [o.lower() for o in others], scorer=fuzz.ratio, score_cutoff=LIKE) is not None
    )


@cache
def _signs(language: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Letters that its neighbours lack, and its most common words."""
    row = _rows()[language]
    return tuple(row.get("marks", ())), frozenset(row["common"])


@cache
def _rows() -> dict[str, Any]:
    return tomllib.loads(files("qadam.metrics").joinpath("languages.toml").read_text("utf-8"))
