"""Language models that count: how often did a piece follow the pieces before it? They need no torch and no minutes.

A row names the arm that cuts text (`format`), the size of its vocabulary and how many pieces a count spans (`order`), as long as
its pieces are short: what counts is that no arm could do better with more. Texts stand alone; each begins after a sign
that stands for no text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from qadam.errors import BadSystem, EmptyDataset
from qadam.systems.load import Training
from qadam.systems.training.network import kazakh, vocabulary
from qadam.systems.training.pieces import END, Pieces
from qadam.terms import Passage, SystemRow, Tokens

UNSEEN = -1


class _Level(NamedTuple):
    """What is known of n-grams of one length: each is the number of its context times the vocabulary, plus its last piece."""

    grams: np.ndarray  # sorted
    discounted: np.ndarray  # per n-gram: its count less the discount, over all counts of its context
    left_over: np.ndarray  # per context: the share that the discounts have freed


class Counted:
    """An interpolated Kneser-Ney model over pieces.

    Source: Kneser & Ney (1995); interpolated as in Chen & Goodman (1999), An Empirical Study of Smoothing Techniques, with one
    discount n1 / (n1 + 2 n2) for each length. Below single pieces all pieces are equally likely.
    """

    def __init__(self, pieces: Pieces, texts: Iterable[str], order: int) -> None:
        self.pieces, self.order = pieces, order
        stream = self._stream(texts)
        told = stream != END
        if not told.any():
            raise EmptyDataset("EmptyDataset: there is nothing to count.", "Name a split that has text.")
        numbers, grams, places = [np.zeros(len(stream), dtype=np.int64)], [], []
        for _ in range(order):
            found, first, number = np.unique(
                self._before(numbers[-1]) * pieces.size + stream, return_index=True, return_inverse=True
            )
            numbers.append(number.astype(np.int64))
            grams.append(found)
            places.append(first)
        self._levels = []
        for length in range(1, order + 1):
            number = numbers[length]
            if length == order:
                often = np.bincount(number[told], minlength=len(grams[length - 1]))
            else:  # not how often, but after how many different pieces
                longer = places[length]
                often = np.bincount(number[longer[told[longer]]], minlength=len(grams[length - 1]))
            contexts = len(grams[length - 2]) if length > 1 else 1
            self._levels.append(self._level(grams[length - 1], often, contexts))

    def nats(self, text: str) -> float:
        """How surprising a text is."""
        stream = self._stream([text])
        told = stream != END
        chance = np.full(len(stream), 1.0 / self.pieces.size)
        context = np.zeros(len(stream), dtype=np.int64)  # number of the pieces before, or UNSEEN
        for level in self._levels:
            before = self._before(context)
            pairs = np.where(before == UNSEEN, UNSEEN, before * self.pieces.size + stream)
            place = np.minimum(np.searchsorted(level.grams, pairs), len(level.grams) - 1)
            known = level.grams[place] == pairs
            free = np.where(before == UNSEEN, 1.0, level.left_over[np.maximum(before, 0)])
            chance = np.where(known, level.discounted[place], 0.0) + free * chance
            context = np.where(known, place, UNSEEN)
        return float(-np.log(chance[told]).sum())

    def _level(self, grams: np.ndarray, often: np.ndarray, contexts: int) -> _Level:
        once, twice = np.count_nonzero(often == 1), np.count_nonzero(often == 2)
        discount = once / (once + 2 * twice) if once else 0.5
        context = grams // self.pieces.size
        total = np.bincount(context, weights=often, minlength=contexts)
        kinds = np.bincount(context, weights=often > 0, minlength=contexts)
        seen = np.maximum(total, 1)
        discounted = np.maximum(often - discount, 0) / seen[context]
        left_over = np.where(total > 0, discount * kinds / seen, 1.0)
        return _Level(grams, discounted, left_over)

    def _stream(self, texts: Iterable[str]) -> np.ndarray:
        """All texts in a row, each after as many signs as a count looks back over."""
        ids: list[int] = []
        for text in texts:
            ids += [END] * (self.order - 1 or 1)
            ids += self.pieces.encode(text)
        return np.array(ids, dtype=np.int64)

    def _before(self, number: np.ndarray) -> np.ndarray:
        """For each place the number of what ends one place before it."""
        return np.concatenate([[0], number[:-1]]) if number.any() else number


class CountingModel:
    """Answers how surprising texts are."""

    def __init__(self, name: str, pieces: Pieces, model: Counted) -> None:
        self.name, self.pieces, self._model = name, pieces, model

    def answer(self, inputs: Sequence[Any]) -> list[Any]:
        """Nats of each passage, pieces of each plain text."""
        if inputs and isinstance(inputs[0], str):
            return [Tokens(*self.pieces.cut(text)[1:]) for text in inputs]
        if strange := next((q for q in inputs if not isinstance(q, Passage)), None):
            raise BadSystem(
                f"BadSystem: {self.name} cannot answer a {type(strange).__name__}.",
                f"See what it is: qadam show {self.name}",
            )
        return [self._model.nats(question.text) for question in inputs]


def load(row: SystemRow, paths: Sequence[Path], training: Training | None = None) -> CountingModel:
    """The model a row describes; counting takes seconds, so nothing of it is kept but the vocabulary.

    Raises:
        BadSystem: the row names nothing to learn from.
    """
    del paths
    if training is None:
        raise BadSystem(f"BadSystem: {row.id} names no data to learn from.", "Add options.dataset to its row.")
    pieces = vocabulary(row, training)
    return CountingModel(row.id, pieces, Counted(pieces, map(kazakh, training.items()), int(row.options["order"])))
