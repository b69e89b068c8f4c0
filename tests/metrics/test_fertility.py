"""Fertility by hand, and by the identities it must obey."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qadam.metrics import fertility as f
from qadam.terms import Tokens


def tokens(*spans):
    return Tokens(np.array([a for a, _ in spans]), np.array([b for _, b in spans]))


def words(text):
    return [text[a:b] for a, b in f.uax29_words(text)]


def test_words_of_unicode_are_kazakh_words_without_numbers_and_marks():
    assert words("Қадір-қасиеті 2024 жылы «Абай» деді.") == ["Қадір", "қасиеті", "жылы", "Абай", "деді"]
    assert words("ҚР-ның 3,5 пайызы") == ["ҚР", "ның", "пайызы"]
    assert words("oʻzbek don't") == ["oʻzbek", "don't"]
    assert words("") == words("12:30 — 15 %") == []


def test_one_row_by_hand():
    # "Ол үйде." : two white-space words, two letter words, 8 characters; 5 Cyrillic letters + ү + space + stop.
    text = "Ол үйде."
    row = f.count(tokens((0, 2), (2, 4), (4, 7), (7, 8)), text)
    assert row == {
        "texts": 1,
        "tokens": 4,
        "whitespace_words": 2,
        "uax29_words": 2,
        "letters_words": 2,
        "characters": 8,
        "bytes": 6 * 2 + 2,
        "whole_words": 1,  # "Ол" is one token; "үйде" is cut after ү
    }


def test_a_space_or_a_quotation_mark_in_the_token_does_not_break_a_word():
    text = "«Абай» жолы"
    assert f.count(tokens((0, 5), (5, 6), (6, 11)), text)["whole_words"] == 2


def test_a_letter_cut_into_bytes_is_not_whole():
    assert f.count(tokens((0, 1), (0, 1)), "ә")["whole_words"] == 0
    assert f.count(tokens((0, 1)), "ә")["whole_words"] == 1


def test_the_tax_is_compression_times_script_times_word_length():
    row = f.count(tokens((0, 3), (3, 9), (9, 11)), "Мектеп үйде")
    parts = [m.score(row) for m in (f.tokens_per_byte, f.bytes_per_character, f.characters_per_word)]
    assert np.prod(parts) == pytest.approx(f.fertility["whitespace"].score(row))


def test_scores_work_on_many_resamples_at_once_and_empty_text_is_not_a_number():
    sums = {"tokens": np.array([4.0, 6.0]), "whitespace_words": np.array([2.0, 2.0])}
    assert list(f.fertility["whitespace"].score(sums)) == [2.0, 3.0]
    assert np.isnan(f.fertility["letters"].score(f.count(tokens(), "")))


@given(st.text(max_size=60))
def test_any_text_has_counts_that_agree_with_each_other(text):
    row = f.count(tokens(*((i, i + 1) for i in range(len(text)))), text)
    assert row["tokens"] == row["characters"] == len(text)
    assert 0 <= row["whole_words"] <= row["uax29_words"] <= row["characters"] <= row["bytes"]
