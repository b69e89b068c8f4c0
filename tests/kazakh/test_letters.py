"""The letter model: known words are cheap, strange letters dear, and nothing is impossible."""

import math

from qadam.kazakh.letters import Letters

MODEL = Letters(["балалар", "балаға", "қалалар", "қалаға", "дала"])


def test_what_was_seen_is_cheaper_than_what_was_not():
    assert MODEL.bits("балаға") < MODEL.bits("вщэцфы")


def test_costs_are_finite_for_any_string():
    assert all(math.isfinite(MODEL.bits(word)) for word in ("", "x", "щ" * 50))


def test_an_open_end_costs_no_more():
    assert MODEL.bits("бала", open_end=True) < MODEL.bits("бала")


def test_the_chances_of_the_next_letter_add_up_to_one():
    # 34 letters and the end are what the model allows for; seen ones take their share from the same whole.
    seen = {"б", "а", "л", "р", "ғ", "қ", "д", "$"}
    known = sum(2 ** -MODEL._letter("ал" + letter) for letter in seen)
    other = 2 ** -MODEL._letter("алщ") * (34 - len(seen))
    assert math.isclose(known + other, 1, abs_tol=1e-9)


def test_a_word_given_twice_counts_twice():
    assert Letters(["ана", "ана", "ене"]).bits("ана") < Letters(["ана", "ене"]).bits("ана")
