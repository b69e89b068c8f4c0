"""Samples that hold something of every kind: shares by hand, and draws that repeat."""

from collections import Counter

from qadam.stats.strata import drawn, even


def test_shares_are_even_as_far_as_sizes_allow():
    assert even({"a": 10, "b": 10, "c": 10}, 7) == {"a": 3, "b": 2, "c": 2}
    assert even({"a": 1, "b": 10, "c": 3}, 9) == {"a": 1, "b": 5, "c": 3}
    assert even({"a": 2, "b": 1}, 99) == {"a": 2, "b": 1}
    assert even({}, 5) == {} and even({"a": 3}, 0) == {"a": 0}


def test_a_draw_repeats_and_another_seed_draws_others():
    strata = ["a"] * 50 + ["b"] * 5
    one = drawn(strata, count=12, seed=13)
    assert one == drawn(strata, count=12, seed=13) != drawn(strata, count=12, seed=14)
    assert Counter(strata[place] for place in one) == {"a": 7, "b": 5} and len(set(one)) == 12
