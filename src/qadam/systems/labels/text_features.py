"""What a linear classifier sees of a text: words, pairs and pieces of words, weighted by how rare they are (TF-IDF).

The pieces of a word (1 to 5 letters, its edges marked by spaces) are found once per distinct word, not once per text: a text
is its words times their pieces, which makes a hundred thousand short texts a matter of seconds. The numbers are those of
scikit-learn's TfidfVectorizer with `sublinear_tf`, for words and for `char_wb`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import sparse

LETTERS = (1, 5)  # lengths of pieces; on KazSAnDRA's validation part as good as longer ones
SEEN = (2, 3)  # texts in which a word or pair, and a piece, must stand to be looked at


class Features:
    """The vocabulary of words, pairs and pieces with their weights, found in the texts it was made of."""

    def __init__(self, grams: Sequence[str], pieces: Sequence[str], idf: np.ndarray) -> None:
        self.grams, self.pieces, self.idf = list(grams), list(pieces), idf
        self._gram_at = {gram: at for at, gram in enumerate(self.grams)}
        self._piece_at = {piece: at for at, piece in enumerate(self.pieces)}

    @classmethod
    def of(cls, texts: Sequence[str]) -> Features:
        """The features of texts: those that stand in enough of them, in alphabetical order."""
        rows = [_grams(text) for text in texts]
        grams = _frequent(rows, SEEN[0])
        words = sorted({word for text in texts for word in text.split()})
        inside = [_pieces(word) for word in words]
        at = {piece: n for n, piece in enumerate(sorted({piece for its in inside for piece in its}))}
        often = _often(_table(texts, {word: n for n, word in enumerate(words)}) @ _counts(inside, at))
        pieces = [piece for piece, n in at.items() if often[n] >= SEEN[1]]
        kept = np.array([often[at[piece]] for piece in pieces])
        of_grams = _often(_counts(rows, {gram: n for n, gram in enumerate(grams)}))
        idf = np.log((1 + len(texts)) / (1 + np.concatenate([of_grams, kept]))) + 1
        return cls(grams, pieces, idf)

    def matrix(self, texts: Sequence[str]) -> Any:
        """(n_texts, n_features), sparse: words and pairs of length 1, beside them pieces of length 1."""
        words = {word: n for n, word in enumerate(dict.fromkeys(word for text in texts for word in text.split()))}
        inside = _counts([_pieces(word) for word in words], self._piece_at)
        blocks = (_counts([_grams(text) for text in texts], self._gram_at), _table(texts, words) @ inside)
        edge = len(self.grams)
        weights = (self.idf[:edge], self.idf[edge:])
        return sparse.hstack([_weighted(b, w) for b, w in zip(blocks, weights, strict=True)], format="csr")

    def of_words(self, words: Sequence[str], weights: np.ndarray) -> np.ndarray:
        """What each word by itself and its pieces add to a sum of weights (n_features, k), before texts are normed."""
        inside = _counts([_pieces(word) for word in words], self._piece_at)
        grams = _counts([[word] for word in words], self._gram_at)
        scaled = weights * self.idf[:, None]
        edge = len(self.grams)
        return np.asarray(grams @ scaled[:edge] + inside @ scaled[edge:])


def _grams(text: str) -> list[str]:
    words = text.split()
    return [*words, *(f"{a} {b}" for a, b in pairwise(words))]


def _pieces(word: str) -> list[str]:
    """Pieces of a word between spaces; one that is no longer than a length counts once, and no longer length is tried."""
    edged = f" {word} "
    found: list[str] = []
    for length in range(LETTERS[0], LETTERS[1] + 1):
        its = [edged[at : at + length] for at in range(max(1, len(edged) - length + 1))]
        found += its
        if len(its) == 1:
            break
    return found


def _frequent(rows: Iterable[Sequence[str]], least: int) -> list[str]:
    seen: dict[str, int] = {}
    for row in rows:
        for gram in set(row):
            seen[gram] = seen.get(gram, 0) + 1
    return sorted(gram for gram, n in seen.items() if n >= least)


def _counts(rows: Sequence[Sequence[str]], at: dict[str, int]) -> Any:
    places = [[at[gram] for gram in row if gram in at] for row in rows]
    ends = np.concatenate([[0], np.cumsum([len(row) for row in places])])
    columns = np.fromiter((place for row in places for place in row), dtype=np.int64, count=int(ends[-1]))
    table = sparse.csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(rows), len(at)))
    table.sum_duplicates()
    return table


def _table(texts: Sequence[str], at: dict[str, int]) -> Any:
    return _counts([text.split() for text in texts], at)


def _often(table: Any) -> np.ndarray:
    """In how many rows each column stands."""
    return np.bincount(table.indices, minlength=table.shape[1])


def _weighted(table: Any, idf: np.ndarray) -> Any:
    table = table.astype(float)
    table.data = (1 + np.log(table.data)) * idf[table.indices]
    lengths = np.sqrt(np.asarray(table.multiply(table).sum(axis=1)).ravel())
    return sparse.diags(1 / np.where(lengths > 0, lengths, 1)) @ table
