"""Linear models over spelling alone: labels for tokens and for texts, in any language and script, on the light core.

A token is seen by its letters, its beginning and its end, and by those of its neighbours; a text by its words and pieces of words
(`text_features`). So whatever two languages share here, they share on paper: words, stems and endings written alike.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import sparse
from scipy.special import softmax

from qadam.systems.labels.text_features import Features
from qadam.systems.labels.token_features import shape
from qadam.systems.training.objectives import best_path

PLACES = 1 << 18  # of the table that marks are counted in; two marks rarely share one
AFFIXES = 5  # letters of the longest beginning and end that is looked at
TOGETHER = 64  # rows of one step
STEPS = 2000  # rows are shown so often that there are about as many steps, but
PASSES = (3, 10)  # never fewer or more than so many times
RATE = 0.2

Tokens = tuple[str, ...]
Label = Callable[[Sequence[Any]], list[Any]]


def learned(examples: Sequence[tuple[Any, Any]]) -> Label:
    """What gives labels to questions like those of the examples: sentences as tokens, or texts."""
    return _of_texts(examples) if isinstance(examples[0][0], str) else _of_tokens(examples)


def _of_tokens(examples: Sequence[tuple[Tokens, Tokens]]) -> Label:
    labels = sorted({label for _, gold in examples for label in gold}, key=lambda name: (name != "O", name))
    number = {label: n for n, label in enumerate(labels)}
    gold = np.array([number[label] for _, row in examples for label in row])
    table = _table(tuple(tokens for tokens, _ in examples))
    weights = fitted(table, gold, len(labels))

    def label(sentences: Sequence[Tokens]) -> list[Tokens]:
        scores = _table(tuple(sentences)) @ weights
        values = scores - np.logaddexp.reduce(scores, axis=1, keepdims=True)
        ends = np.cumsum([0, *map(len, sentences)])
        rows = (values[a:b] for a, b in pairwise(ends))
        return [tuple(best_path(row, labels)) if len(row) else () for row in rows]

    return label


def _of_texts(examples: Sequence[tuple[str, str]]) -> Label:
    texts, gold = [text.lower() for text, _ in examples], [label for _, label in examples]
    labels = sorted(set(gold))
    features = Features.of(texts)
    weights = fitted(features.matrix(texts), np.array([labels.index(label) for label in gold]), len(labels))

    def label(questions: Sequence[str]) -> list[str]:
        scores = features.matrix([text.lower() for text in questions]) @ weights
        return [labels[at] for at in scores.argmax(axis=1)]

    return label


def fitted(table: Any, gold: np.ndarray, classes: int) -> np.ndarray:
    """Weights under which the gold is likely, found step by step, each weight in steps of its own size.

    Args:
        table: (n_rows, n_features), sparse.
        gold: (n_rows,) number of the class of each row.
        classes: how many there are.

    Returns:
        (n_features, classes). Rows are shown in an order that depends on nothing but their number.

    Source: multinomial logistic regression by AdaGrad (Duchi, Hazan & Singer 2011, Adaptive Subgradient Methods).
    """
    table = table.tocsr()
    weights = np.zeros((table.shape[1], classes), dtype=np.float32)
    squares = np.full(weights.shape, 1e-3, dtype=np.float32)
    right = np.eye(classes, dtype=np.float32)
    least, most = PASSES
    passes = min(most, max(least, STEPS * TOGETHER // table.shape[0]))
    for turn in range(passes):
        shuffled = np.random.default_rng([0, turn]).permutation(table.shape[0])
        for at in range(0, len(shuffled), TOGETHER):
            numbers = shuffled[at : at + TOGETHER]
            rows = table[numbers]
            columns, inside = np.unique(rows.indices, return_inverse=True)
            small = sparse.csr_matrix((rows.data, inside, rows.indptr), shape=(len(numbers), len(columns)))
            own = weights[columns]
            slope = small.T @ (softmax(small @ own, axis=1) - right[gold[numbers]])
            squares[columns] += slope**2
            weights[columns] = own - RATE * slope / np.sqrt(squares[columns])
    return weights


@lru_cache(maxsize=4)
def _table(sentences: tuple[Tokens, ...]) -> Any:
    """(n_tokens, PLACES), sparse: what each token shows, and what its neighbours do.

    The last tables are remembered: the same sentences are asked after each amount of examples.
    """
    ends: list[int] = [0]
    places: list[int] = []
    for tokens in sentences:
        for at in range(len(tokens)):
            places += _seen(tokens[at], "")
            places += _seen(tokens[at - 1], "-") if at else _EDGE[0]
            places += _seen(tokens[at + 1], "+") if at + 1 < len(tokens) else _EDGE[1]
            ends.append(len(places))
    table = sparse.csr_matrix((np.ones(len(places)), places, ends), shape=(len(ends) - 1, PLACES))
    table.sum_duplicates()
    return table


@lru_cache(maxsize=1 << 18)
def _seen(token: str, where: str) -> tuple[int, ...]:
    """The places of the marks of a token; of a neighbour only its word, shape and last letters."""
    marks = _marks(token)
    if not where:
        small = token.lower()
        marks = (*marks, *(f"begins {small[:n]}" for n in range(1, AFFIXES + 1) if n < len(small)), "always")
    return tuple(zlib.crc32(f"{where}{mark}".encode()) % PLACES for mark in marks)


@lru_cache(maxsize=1 << 16)
def _marks(token: str) -> tuple[str, ...]:
    """What is seen of a token wherever it stands."""
    small = token.lower()
    ends = (f"ends {small[-n:]}" for n in range(1, AFFIXES + 1) if n < len(small))
    return f"word {small}", f"shape {shape(token)}", *ends


_EDGE = ((zlib.crc32(b"-edge") % PLACES,), (zlib.crc32(b"+edge") % PLACES,))
