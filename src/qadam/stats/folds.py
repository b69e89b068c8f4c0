"""Which items a system may learn from when it is asked about others: folds that keep what belongs together apart.

A classifier that has heard a voice, or a sentence, in training knows more than its task. So whoever is asked about an item must
have learned from none that shares with it what the folds keep apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

BLOCKS = 5  # parts into which sentences are dealt; five-fold cross-validation is what most papers report


class Fold(NamedTuple):
    """Positions of the items to learn from, and of those to be asked about."""

    learned: np.ndarray
    asked: np.ndarray


def dealt(speakers: Sequence[str], labels: Sequence[str], *, seed: int) -> Iterator[Fold]:
    """Folds by chance, as many and as large as the speakers have items, each with the labels that its speaker's items have.

    Within each label it is dealt out anew who said what. So these folds learn from as much as `apart` does, and from the same
    mix of labels: whatever is better here is due to voices that were heard before. Folds of any other mix would not be fair:
    where a label fills the fold that is asked about, it is rare in what is learned from.

    Args:
        speakers, labels: (n_items,) whom each item belongs to, and its label.
    """
    random = np.random.default_rng(seed)
    fold, label = _numbers(speakers), _numbers(labels)
    for one in np.unique(label):
        its = np.flatnonzero(label == one)
        fold[its] = random.permutation(fold[its])
    yield from _each(fold)


def apart(
    speakers: Sequence[str], sentences: Sequence[str], *, by: Sequence[str] = ("speaker",), seed: int
) -> Iterator[Fold]:
    """Folds that keep speakers apart, sentences, or both.

    Args:
        speakers, sentences: (n_items,) whom and what each item belongs to.
        by: "speaker" leaves one speaker out at a time; "sentence" deals the sentences into five parts. With both, each
            fold asks about one speaker and one part, and learns from what shares neither.

    Returns:
        Folds that ask about every item once. A fold may have nothing to learn from: then everything is shared.
    """
    who = _numbers(speakers)
    what = (
        np.random.default_rng(seed).permutation(max(_numbers(sentences), default=0) + 1)[_numbers(sentences)] % BLOCKS
    )
    if tuple(by) == ("speaker",):
        yield from _each(who)
    elif tuple(by) == ("sentence",):
        yield from _each(what)
    else:
        for person in np.unique(who):
            for part in np.unique(what[who == person]):
                yield Fold(
                    np.flatnonzero((who != person) & (what != part)), np.flatnonzero((who == person) & (what == part))
                )


def _each(numbers: np.ndarray) -> Iterator[Fold]:
    for number in np.unique(numbers):
        yield Fold(np.flatnonzero(numbers != number), np.flatnonzero(numbers == number))


def _numbers(labels: Sequence[str]) -> np.ndarray:
    return np.unique(np.asarray(labels, dtype=str), return_inverse=True)[1]
