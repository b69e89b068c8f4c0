"""What a tagger sees of a word: its marks (spelling, edges, stem, suffixes, shape), its letters and its vector.

A mark that few words of the training text bear is not learned, and a word never met is known by the marks it shares with others:
Астанадағыларға has never been seen, but астана, LOC.ATTR.PL.DAT, the capital and the ending -ға have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import regex

from qadam.kazakh.morphology import analyse

EDGES = range(1, 6)  # letters of the beginnings and endings
LETTERS = 20  # letters shown of a word: of a longer one, as many from either end
_SEEN = 2  # how often a mark or a letter must occur to be learned
_DIGIT = regex.compile(r"\d")
_TOO_FEW_FOR_CONVOLUTION = 3


class Words(NamedTuple):
    """Words as a network takes them, as arrays.

    `marks` are the marks of all words in one row, `starts` says where those of each word begin; `letters` are the
    different words, (n_different, n_letters), filled up with 0, and `which` says which of them each word is; `vectors` are
    (n_words, dimensions).
    """

    marks: np.ndarray
    starts: np.ndarray
    letters: np.ndarray
    which: np.ndarray
    vectors: np.ndarray


def plain(word: str) -> str:
    """Small letters, and 0 for any digit: the form in which vectors know a word."""
    return str(_DIGIT.sub("0", word.lower()))


def shape(word: str) -> str:
    """How a word looks: X for capitals, x for small letters, both once however many; 0 for each digit; other signs as they are.

    «Қазақстан» is «Xx», «ҚР» is «X», «2011-ші» is «0000-x».
    """
    signs = ("0" if c.isdigit() else "X" if c.isupper() else "x" if c.isalpha() else c for c in word)
    return "".join(sign if sign in "Xx" else sign * len(list(run)) for sign, run in groupby(signs))


@lru_cache(maxsize=1 << 17)
def marks(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The marks of a word: those that name it, and those that it shares with others.

    Letters are compared small; the stem, part of speech and suffixes are those of its likeliest reading, if it has one.
    """
    small = word.lower()
    naming = [f"word {small}", f"plain {plain(word)}"]
    shared = [f"shape {shape(word)}"]
    shared += [f"begins {small[:n]}" for n in EDGES if n < len(small)]
    shared += [f"ends {small[-n:]}" for n in EDGES if n < len(small)]
    readings = analyse(word)
    if readings:
        best = readings[0]
        naming.append(f"stem {best.lemma}")
        shared += [f"class {best.pos} {best.known}", f"suffixes {'.'.join(m.label for m in best.morphs)}"]
    return tuple(naming), tuple(shared)


class Sight:
    """The marks and letters that a training text has taught, and vectors for any word."""

    def __init__(self, sentences: Iterable[Sequence[str]], vectors: Any) -> None:
        words = Counter(word for sentence in sentences for word in sentence)
        seen: Counter[str] = Counter()
        letters: Counter[str] = Counter()
        for word, times in words.items():
            for mark in (*marks(word)[0], *marks(word)[1]):
                seen[mark] += times
            for letter in word:
                letters[letter] += times
        self._marks = {mark: n for n, mark in enumerate(sorted(m for m in seen if seen[m] >= _SEEN))}
        self._letters = {letter: n for n, letter in enumerate(sorted(c for c in letters if letters[c] >= _SEEN), 2)}
        self._vectors = vectors
        self._met = frozenset(words)
        self._at = lru_cache(maxsize=1 << 17)(self._looked_at)  # texts repeat their words, and are longer than memory
        self.n_marks, self.n_letters = max(1, len(self._marks)), len(self._letters) + 2
        self.dimensions = int(vectors.vector_size)

    def is_new(self, word: str) -> bool:
        """Whether a word stood nowhere in the training text, in this very spelling."""
        return word not in self._met

    def of(self, words: Sequence[str], *, unnamed: np.ndarray | None = None) -> Words:
        """Words as arrays; those marked in `unnamed` are shown without the marks that name them, at least one word."""
        found: list[int] = []
        starts = []
        different: dict[str, int] = {}
        for n, word in enumerate(words):
            naming, shared, _, _ = self._at(word)
            starts.append(len(found))
            found += shared if unnamed is not None and unnamed[n] else naming + shared
            different.setdefault(word, len(different))
        letters = [self._at(word)[2] for word in different]
        shown = np.zeros((len(letters), max(_TOO_FEW_FOR_CONVOLUTION, *map(len, letters))), dtype=np.int64)
        for row, of_one in zip(shown, letters, strict=True):
            row[: len(of_one)] = of_one
        return Words(
            np.array(found, dtype=np.int64),
            np.array(starts, dtype=np.int64),
            shown,
            np.array([different[word] for word in words], dtype=np.int64),
            np.stack([self._at(word)[3] for word in words]),
        )

    def _looked_at(self, word: str) -> tuple[list[int], list[int], list[int], np.ndarray]:
        naming, shared = ([self._marks[mark] for mark in some if mark in self._marks] for some in marks(word))
        cut = word if len(word) <= LETTERS else word[: LETTERS // 2] + word[-LETTERS // 2 :]
        letters = [self._letters.get(letter, 1) for letter in cut]  # 1 is a letter never seen
        return naming, shared, letters, self._vector(plain(word))

    def _vector(self, word: str) -> np.ndarray:
        if not word:
            return np.zeros(self.dimensions, dtype=np.float32)
        readable = word.encode("utf-8", "replace").decode()  # half a surrogate pair has no vector of its own
        return np.asarray(self._vectors.get_vector(readable), dtype=np.float32)
