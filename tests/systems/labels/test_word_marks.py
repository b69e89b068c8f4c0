"""What a tagger sees of Kazakh words: shapes, stems, suffixes, and the same marks for words that share them."""

import numpy as np
import pytest

from qadam.systems.labels.word_marks import LETTERS, Sight, marks, plain, shape


class Vectors:
    """Stands for vectors of words: the length of the word, three times."""

    vector_size = 3

    def get_vector(self, word):
        return np.full(3, len(word))


@pytest.mark.parametrize(
    ("word", "seen"),
    [("Қазақстан", "Xx"), ("ҚР", "X"), ("2011-ші", "0000-x"), ("18,5", "00,0"), ("мектеп", "x"), ("…", "…"), ("", "")],
)
def test_shapes(word, seen):
    assert shape(word) == seen


def test_digits_and_capitals_are_evened_out():
    assert plain("2011-ШІ") == "0000-ші"


def test_a_form_shares_stem_and_suffixes_with_other_words():
    one, other = marks("Астанада"), marks("Қазақстанда")
    assert "stem астана" in one[0] and "stem қазақстан" in other[0]
    assert set(one[1]) & set(other[1]) >= {"suffixes LOC", "shape Xx", "ends да", "ends а"}


def test_signs_have_no_stem():
    assert not [mark for mark in (*marks("«")[0], *marks("«")[1]) if mark.startswith(("stem", "suffixes", "class"))]


@pytest.fixture
def sight():
    return Sight([("Астанада", "кездесу", "өтті"), ("Астанада", "жиын", "өтті")] * 2, Vectors())


def test_marks_of_a_word_begin_where_the_starts_say(sight):
    words = sight.of(["Астанада", "өтті", "Астанада"])
    assert words.which.tolist() == [0, 1, 0] and words.letters.shape[0] == 2
    first, second, third = np.split(words.marks, words.starts[1:])
    assert first.tolist() == third.tolist() != second.tolist()
    assert words.vectors.tolist() == [[8.0] * 3, [4.0] * 3, [8.0] * 3]


def test_an_unnamed_word_keeps_what_it_shares_with_others(sight):
    named = set(sight.of(["Астанада"]).marks)
    unnamed = set(sight.of(["Астанада"], unnamed=np.array([True])).marks)
    assert unnamed < named and len(named - unnamed) == len(marks("Астанада")[0])


def test_unknown_words_signs_and_the_longest_have_a_place_too(sight):
    words = sight.of(["日本", "", "\u0000", "ө" * 500])
    assert words.letters.shape == (4, LETTERS)
    assert words.starts.tolist()[:3] == [0, 1, 1]  # 日本 has its shape in common with кездесу, the empty word nothing
    assert words.letters[0, :3].tolist() == [1, 1, 0]  # letters never seen, then nothing
    assert words.vectors[1].tolist() == [0.0] * 3


def test_what_occurs_once_is_not_learned():
    one = Sight([("Астанада", "жиын", "Астанада")], Vectors())
    assert len(one.of(["жиын"]).marks) < len(one.of(["Астанада"]).marks)
