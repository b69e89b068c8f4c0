"""Russian forms by rule: what must come out of a lemma."""

import pytest

from qadam.kazakh import russian


@pytest.mark.parametrize(
    "lemma, kind, some",
    [
        ("магазин", "nouns", {"магазин", "магазина", "магазину", "магазинов", "магазинах"}),
        ("приложение", "nouns", {"приложение", "приложения", "приложений", "приложениями"}),
        ("скидка", "nouns", {"скидка", "скидку", "скидок", "скидками"}),
        ("продавец", "nouns", {"продавец", "продавца", "продавцов"}),
        ("хороший", "adjectives", {"хороший", "хорошая", "хорошего", "хорошо"}),
        ("советовать", "verbs", {"советовать", "советую", "советовали"}),
        ("вернуться", "verbs", {"вернуться", "вернулась"}),
    ],
)
def test_forms(lemma, kind, some):
    assert some <= set(russian.forms(lemma, kind))


def test_a_word_that_no_ending_fits_has_itself_alone():
    assert russian.forms("окей", "verbs") == ("окей",)


def test_words_are_in_lower_case_without_yo_and_know_their_kind():
    words = russian.words()
    assert words["еще"] == "adverbs" and words["магазине"] == "nouns" and words["я"] == "function"
    assert not any("ё" in word or word != word.lower() for word in words)


def test_no_word_has_a_letter_that_only_kazakh_has():
    assert not {word for word in russian.words() if set(word) & set("әғқңөұүһі")}
