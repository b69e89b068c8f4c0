"""The segmented sample: its promises hold, and it keeps to the scheme where the scheme can be checked."""

import re
from collections import Counter

import pytest

from qadam.catalogue import items
from qadam.catalogue.fetch import Places
from qadam.kazakh.phonology import LETTERS, VOWELS

UPOS = set(
    [
        "ADJ",
        "ADP",
        "ADV",
        "AUX",
        "CCONJ",
        "DET",
        "INTJ",
        "NOUN",
        "NUM",
        "PART",
        "PRON",
        "PROPN",
        "PUNCT",
        "SCONJ",
        "SYM",
        "VERB",
        "X",
    ]
)


@pytest.fixture(scope="module")
def sentences(tmp_path_factory):
    return items.load("morphology-mini/all", Places(tmp_path_factory.mktemp("home"), (), True))


def words(sentences):
    return [(w, g) for s in sentences for w, g in zip(s.input.split(), s.gold, strict=True) if w[0].isalpha()]


def test_size_ids_and_tags(sentences):
    assert len(sentences) == 128
    assert [s.id for s in sentences] == [f"mm-{n:03d}" for n in range(1, 129)]
    assert {tag for s in sentences for tag in s.fields["upos"]} <= UPOS
    assert len({s.input for s in sentences}) == 128


def test_words_are_kazakh_and_marks_stand_between_letters(sentences):
    found = words(sentences)
    assert len(found) == 557
    for word, gold in found:
        assert set(word.lower()) <= LETTERS | {"-"}, word
        assert re.sub("[·+]", "", gold) == word
        assert not re.search(r"[·+]{2}|^[·+]|[·+]$|-[·+]|[·+]-", gold), gold


def test_punctuation_is_tagged_as_such(sentences):
    for s in sentences:
        for word, tag in zip(s.input.split(), s.fields["upos"], strict=True):
            assert (tag == "PUNCT") == (not word[0].isalpha())


def test_all_kinds_of_boundaries_are_there(sentences):
    golds = [gold for _, gold in words(sentences)]
    assert sum("·" in gold for gold in golds) > 350
    assert sum("+" in gold for gold in golds) > 60
    assert sum("·" not in gold for gold in golds) > 150  # whole words are part of the task


def test_a_piece_of_one_letter_is_a_suffix_that_has_one(sentences):
    """A slip of the pen shows as an odd short piece."""
    after = Counter(piece for _, gold in words(sentences) for piece in re.split("[·+]", gold)[1:] if len(piece) == 1)
    assert set(after) <= {*VOWELS, *"нмңкқйпстлр"}


def test_the_split_of_types_holds_each_word_once(sentences, tmp_path):
    made = items.load("morphology-mini/types", Places(tmp_path, (), True))
    assert len(made) == len({w.lower() for w, _ in words(sentences)})
    assert all(len(item.gold) == 1 for item in made)
