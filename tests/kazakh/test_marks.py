"""Marks and capitals taken off and put back: what is a mark, what is spelling, and what a rule restores."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qadam.kazakh.marks import MARKS, Bare, asks, bare, by_rule, carried, case, dressed, parted, restored, small


@pytest.mark.parametrize(
    ("text", "words", "labels"),
    [
        ("Ер елін аңсайды, қаз көлін аңсайды.", "ер елін аңсайды қаз көлін аңсайды", "A a a, a a a."),
        ("«Кел!» – деді ол.", "кел деді ол", "A!— a a."),
        ("А. Құнанбаев — ақын, т.б.", "а құнанбаев ақын т.б", "A A— a, a"),
        ("2011-2015 жж. 3,5 кг; 5% өсті", "2011-2015 жж 3,5 кг 5% өсті", "a a a a; a a"),
        ("ҚР и/немесе «АТОМ» (бар)...", "қр и/немесе атом бар", "AA a AA a…"),
        ("Қайда?! Білмеймін:", "қайда білмеймін", "A?! A:"),
        ("— Кел", "кел", "A"),
        ("", "", ""),
    ],
)
def test_words_are_bare_and_labels_say_what_they_had(text, words, labels):
    found = bare(text)
    assert " ".join(word for word, _ in found) == words
    assert " ".join(label for _, label in found) == labels


@pytest.mark.parametrize(("word", "its"), [("ҚР", "AA"), ("А", "A"), ("Абай", "A"), ("5-ші", "a"), ("«Абай", "A")])
def test_capitals_of_a_word(word, its):
    assert case(word) == its


def test_labels_come_apart_and_dress_a_word():
    assert parted("AA,—") == ("AA", ",—") and parted("a") == ("a", "")
    assert dressed("қр", "AA,—") == "ҚР, —" and dressed("«абай", "A.") == "«Абай."
    assert dressed("ҚазҰУ", "a") == "ҚазҰУ", "capitals that are there stay"
    assert small("А.") == "а" and small("...") == "..."


@given(st.lists(st.sampled_from(["бала", "Абай", "ҚР", "5-ші", "үйде"]), min_size=1), st.data())
def test_what_was_taken_off_can_be_put_back(words, data):
    marks = data.draw(st.lists(st.sampled_from(["", *MARKS]), min_size=len(words), max_size=len(words)))
    text = " ".join(word + mark.replace("—", " —") for word, mark in zip(words, marks, strict=True))
    assert " ".join(dressed(*one) for one in bare(text)) == text


@pytest.mark.parametrize(
    ("words", "labels"),
    [
        ("сен келдің бе мен күттім", "A a a? A a."),
        ("қайда барасың", "A a?"),
        ("кімнің кітабы", "A a?"),
        ("қандай да бір кітап", "A a a a."),
        ("келе ме екен деп ойладым", "A a a a a."),
        ("бала", "A."),
        ("", ""),
    ],
)
def test_rules_set_question_marks_stops_and_capitals(words, labels):
    assert " ".join(by_rule(words.split())) == labels


def test_asking_words_are_known_with_their_endings():
    assert asks("қайдан") and asks("кімге") and not asks("қала")


def test_marks_of_a_reference_go_to_the_words_that_stand_for_its_words():
    reference = bare("Балалар, кел! Ол қайда?")
    assert carried(["балалар", "кел", "ол", "қайда"], reference) == ["A,", "a!", "A", "a?"]
    assert carried(["палалар", "кел", "ол"], reference) == ["A,", "a!", "A?"], "a lost word leaves its mark behind"
    assert carried(["балалар", "иә", "кел", "ол", "қайда"], reference) == ["A,", "a", "a!", "A", "a?"]
    assert carried([], reference) == [] and carried(["бала"], []) == ["a"]


def test_restoring_keeps_white_space_marks_and_capitals_that_are_there():
    assert restored("  сен\tкелдің бе\u00a0мен ", by_rule) == "  Сен\tкелдің бе?\u00a0Мен. "
    assert restored("Мен, сен", lambda words: ["a.", "a!"]) == "Мен, сен!"
    assert restored("келді. ол", lambda words: ["a", "a"]) == "келді. Ол"
    assert restored("«кел!» деді", lambda words: ["A.", "a"]) == "«Кел!» деді"
    assert restored("— …", by_rule) == "— …" and restored("", by_rule) == ""


def test_a_punctuator_sees_readable_words_of_bounded_length():
    seen = []
    restored("\udcff" + "а" * 100 + " Б.", lambda words: [seen.append(words), ["a"] * len(words)][1])
    ((long, short),) = seen
    assert len(long) == 64 and long.encode() and short == "б"


def test_a_bare_word_has_no_capital():
    assert all(isinstance(one, Bare) and one.word == one.word.lower() for one in bare("АБАЙ ҚҰНАНБАЙҰЛЫ"))
