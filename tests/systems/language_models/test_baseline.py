"""What understands nothing: chance stays chance, the same seed draws the same, and likelihood picks what it has seen."""

from collections import Counter
from pathlib import Path

import pytest

from qadam.catalogue import tables
from qadam.systems.language_models.baseline import Characters
from qadam.systems.load import Training, load
from qadam.terms import Ask, Item

OPTIONS = ("су", "қызыл алма", "от", "жел")


def asks(n, condition="direct-kk"):
    return [Ask(f"q{i}", condition, f"{i}?", f"{i}?", OPTIONS) for i in range(n)]


def letters(name, questions, **training):
    row = tables.system(name)
    system = load(row, [], training=Training(path=Path("unused"), **training) if training else None)
    return [said.text.removeprefix("Жауап: ") for said in system.answer(questions)]


def test_the_random_letter_is_even_seeded_and_another_under_another_condition():
    drawn = letters("random-letter", asks(4000))
    assert all(900 < count < 1100 for count in Counter(drawn).values()) and set(drawn) == set("ABCD")
    assert drawn == letters("random-letter", asks(4000))
    other = letters("random-letter", asks(4000, "cot-kk"))
    seeded = letters("random-letter", asks(4000), items=tuple, seed=7)
    for one in (other, seeded):
        assert 800 < sum(a == b for a, b in zip(drawn, one, strict=True)) < 1200


@pytest.mark.parametrize(("name", "letter"), [("always-a", "A"), ("always-d", "D"), ("longest-option", "B")])
def test_fixed_rules_name_the_letter_they_promise(name, letter):
    assert letters(name, asks(5)) == [letter] * 5


def test_a_letter_beyond_the_options_is_the_last_one_and_no_option_is_no_answer():
    assert letters("always-d", [Ask("q", "c", "?", "?", ("иә", "жоқ"))]) == ["B"]
    assert letters("always-d", [Ask("q", "c", "?")]) == [""]


def test_the_character_model_is_a_distribution_and_prefers_what_it_has_seen():
    seen = [Item(f"{n}", text) for n, text in enumerate(["от жанды", "от сөнді", "от жақты"] * 5)]
    assert letters("character-5-grams", asks(1), items=lambda: seen) == ["C"]
    model = Characters(item.input for item in seen)
    known = set("".join(item.input for item in seen))
    chances = sum(2 ** -model.bits(letter, after="от ") for letter in known)
    assert chances == pytest.approx(1 - 2 ** -model.bits("ъ", after="от "))
