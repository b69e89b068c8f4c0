"""The language of a reasoning, and answers of two kinds under one count."""

import pytest

from qadam.metrics import overlap, trace
from qadam.metrics.accuracy import Key
from qadam.metrics.trace import Reasoned, words_in
from qadam.terms import NO_ANSWER

KAZAKH = "Алдымен шарттарды қарастырайық.\nСондықтан дұрыс жауап екінші нұсқа болады.\nЖауап: B"
RUSSIAN = "Сначала рассмотрим условия задачи внимательно.\nПоэтому верен второй вариант ответа."
ENGLISH = "Let us look at the conditions first.\nSo the second option is right.\nAnswer: B"


@pytest.mark.parametrize(
    "text, language, share",
    [
        (KAZAKH, "kk", 1),
        (KAZAKH, "en", 0),
        (ENGLISH, "en", 1),
        (ENGLISH, "kk", 0),
        (RUSSIAN, "kk", 0),
        (RUSSIAN, "en", 0),
    ],
)
def test_a_reasoning_is_in_one_language(text, language, share):
    fitting, words = words_in(text, language)
    assert words > 5 and fitting / words == share


def test_formulas_and_letters_of_options_are_no_words():
    assert words_in("$\\frac{a}{b} = \\sqrt{2}$, x = 3, B)", "en") == (0, 0)
    assert words_in("Яғни \\frac{1}{2} болады.", "kk") == (2, 2)  # too few words to be taken for Russian


def test_a_mixed_reasoning_is_counted_line_by_line():
    fitting, words = words_in(f"{KAZAKH}\n{RUSSIAN}", "kk")
    assert (fitting, words) == (words_in(KAZAKH, "kk")[0], words_in(KAZAKH, "kk")[1] + words_in(RUSSIAN, "kk")[1])


def test_letters_and_words_are_counted_alike():
    letter = trace.count(Reasoned("B", 5, 8), Key("B", 4))
    words = trace.count(Reasoned("1991 жылы", 5, 8), ("1991 жылы", "1991"))
    assert letter.keys() == words.keys()
    assert (letter["right"], letter["f1"], letter["guessed"]) == (1, 1, 0.25)
    assert (words["right"], words["f1"], words["guessed"]) == (1, 1, 0)
    assert trace.in_language(letter) == pytest.approx(5 / 8)
    near = trace.count(Reasoned("1991 жылдың күзі", 0, 0), ("1991 жылы",))
    assert near["right"] == 0 and 0 < near["f1"] < 1
    for gold in (Key("B", 4), ("1991",)):
        assert trace.count(NO_ANSWER, gold)["silent"] == 1


@pytest.mark.parametrize(
    "text, said",
    [
        ("Жауап: 1991 жылы", "1991 жылы"),
        ("Мәтінде 1990 деп те айтылған.\n**Жауабы:** «1991 жылы»", "1991 жылы"),
        ("Жауап: Алматы\nЖауап: Астана", "Астана"),
        ("Абай Құнанбайұлы", "Абай Құнанбайұлы"),
        ("Ойланайық.\n\nАбай", "Абай"),
        ("  \n", NO_ANSWER),
        ("", NO_ANSWER),
    ],
)
def test_a_free_answer_is_what_is_stated_last(text, said):
    assert overlap.stated(text) == said
