"""The words: what changes the hash of a protocol, what does not, and what a rule says of intervals."""

from dataclasses import replace

import pytest

from qadam.studies.tokenizer_tax import LAPTOP, RULE
from qadam.terms import Cell, Rule, Zone, digest, plain

DATA = {"sib-200/all": "abc"}


def test_words_for_people_do_not_change_the_hash():
    first = LAPTOP.metrics[0]
    mended = replace(LAPTOP, metrics=(replace(first, title={"kk": "басқаша"}), *LAPTOP.metrics[1:]))
    renamed = replace(LAPTOP, conditions=(replace(LAPTOP.conditions[0], description="else"), *LAPTOP.conditions[1:]))
    reworded = replace(LAPTOP, rule=replace(RULE, claim={"en": "else"}))
    assert {p.hash(DATA) for p in (mended, renamed, reworded)} == {LAPTOP.hash(DATA)}


@pytest.mark.parametrize(
    "change",
    [
        {"seeds": (14,)},
        {"limits": {"resamples": 999}},
        {"datasets": LAPTOP.datasets[:1]},
        {"conditions": LAPTOP.conditions[:2]},
        {"metrics": (replace(LAPTOP.metrics[0], version=2), *LAPTOP.metrics[1:])},
        {"metrics": LAPTOP.metrics[1:]},
        {"contrasts": LAPTOP.contrasts[1:]},
        {"choices": {"text": "nfkc"}},
        {"rule": replace(RULE, alpha=0.01)},
        {"rule": replace(RULE, supported=Zone(3, 6))},
        {"rule": None},
    ],
    ids=lambda c: next(iter(c)),
)
def test_whatever_could_move_a_number_or_a_verdict_changes_it(change):
    assert replace(LAPTOP, **change).hash(DATA) != LAPTOP.hash(DATA)


def test_another_revision_of_the_data_is_another_protocol():
    assert LAPTOP.hash({"sib-200/all": "abd"}) != LAPTOP.hash(DATA)


INSIDE, ACROSS, BELOW, ABOVE = (3.2, 3.4), (2.9, 3.1), (1.9, 2.1), (5.2, 5.5)


@pytest.mark.parametrize(
    "intervals, outcome",
    [
        ([INSIDE, INSIDE], "supported"),
        ([INSIDE, ACROSS], "inconclusive"),
        ([BELOW, BELOW], "refuted"),
        ([ABOVE, ABOVE], "refuted"),
        ([BELOW, ABOVE], "inconclusive"),  # outside in both, but not on the same side
        ([(float("nan"), float("nan"))], "inconclusive"),
        ([], "inconclusive"),
        ([(3.0, 5.0)], "supported"),  # the zone is closed
    ],
)
def test_one_system_by_hand(intervals, outcome):
    rule = Rule("", "d", "kk", ("a",), supported=Zone(3, 5), refuted=(Zone(high=3), Zone(low=5)))
    assert rule.outcome(intervals) == outcome


def test_a_cell_survives_its_words():
    cell = Cell("sib-200/all", "o200k_base", "kk", 13)
    assert Cell.parse(str(cell)) == cell


def test_the_plain_form_is_json_and_refuses_what_is_not():
    assert plain(Zone(1, 2)) == {"low": 1, "high": 2}
    with pytest.raises(TypeError, match="object"):
        plain(object())
    assert len(digest({"a": 1})) == 16
