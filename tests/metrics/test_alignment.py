"""Alignment by hand, against jiwer on random and empty input, and its counts against its pairs."""

import random

import jiwer
import pytest

from qadam.metrics.alignment import Pair, align, edits

WORDS = ("бала", "балаға", "келді", "кеше", "үйге", "және")


def sentences(count, seed=7):
    """Pairs of random sentences of nought to twelve words."""
    drawn = random.Random(seed)
    return [tuple(drawn.choices(WORDS, k=drawn.randrange(13)) for _ in range(2)) for _ in range(count)]


def test_by_hand():
    assert edits(["бала", "үйге", "кеше", "бізге", "келді"], ["бала", "үйде", "бізге", "келді", "ғой"]) == (3, 1, 1, 1)
    assert edits("қаз", "каз") == (2, 1, 0, 0)
    assert list(align("бал", "алы")) == [Pair("б", None), Pair("а", "а"), Pair("л", "л"), Pair(None, "ы")]


@pytest.mark.parametrize(("gold", "found"), [([], []), ([], ["бала"]), (["бала"], []), ("", ""), ("а", "")])
def test_either_side_may_be_empty(gold, found):
    assert edits(gold, found) == (0, 0, len(gold), len(found)) and len(list(align(gold, found))) == max(
        map(len, (gold, found))
    )


def test_counts_are_those_of_jiwer_on_random_sentences():
    for gold, found in sentences(500):
        theirs = jiwer.process_words(" ".join(gold), " ".join(found))
        assert edits(gold, found) == (theirs.hits, theirs.substitutions, theirs.deletions, theirs.insertions)


def test_letters_are_those_of_jiwer_on_random_sentences():
    for gold, found in sentences(200, seed=8):
        theirs = jiwer.process_characters(" ".join(gold), " ".join(found))
        ours = edits(" ".join(gold), " ".join(found))
        assert ours == (theirs.hits, theirs.substitutions, theirs.deletions, theirs.insertions)


def test_the_pairs_are_those_that_are_counted():
    for gold, found in sentences(300, seed=9):
        pairs, counts = list(align(gold, found)), edits(gold, found)
        assert [p.gold for p in pairs if p.gold is not None] == gold
        assert [p.found for p in pairs if p.found is not None] == found
        assert counts.hits == sum(p.kept for p in pairs) and counts.errors == sum(not p.kept for p in pairs)
        assert counts.deletions == sum(p.found is None for p in pairs)
