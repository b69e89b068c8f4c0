"""Chains of suffixes: what may follow a noun or a verb, spelled either way."""

import pytest

from qadam.kazakh.chains import NEVER, Chains, fold

CHAINS = Chains([("pres", "fin", "д", 1.0)])


@pytest.mark.parametrize("letters", ["ге", "лер", "леріміздің", "сы", "ларымызға", "ды", "да"])
def test_after_a_noun(letters):
    assert CHAINS.cost(fold(letters), "noun") < NEVER


@pytest.mark.parametrize("letters", ["дым", "ады", "маймын", "ғанмын", "ып"])
def test_after_a_verb(letters):
    assert CHAINS.cost(fold(letters), "verb") < NEVER


def test_a_russian_keyboard_makes_no_difference():
    assert CHAINS.cost(fold("ның"), "noun") == CHAINS.cost("нын", "noun")


def test_what_is_no_chain():
    for letters in ("ого", "ться", "герле", "х"):
        assert CHAINS.cost(letters, "noun") >= NEVER


def test_no_letters_cost_nothing_and_more_suffixes_cost_more():
    assert CHAINS.cost("", "noun") == 0.0
    assert CHAINS.cost("лер", "noun") < CHAINS.cost("лерге", "noun")


def test_spoken_suffixes_are_joined_to_those_of_the_lexicon():
    assert CHAINS.cost("ад", "verb") < NEVER <= Chains().cost("ад", "verb")
