"""Published figures beside ours, worked by hand."""

import pytest

from qadam.publish.ledger import beside_ours
from qadam.terms import PublishedFigure


def figure(value, digits, **more):
    told = {"system": "o200k_base", "condition": "kk", "dataset": "invented/all", "comparable": ""} | more
    return PublishedFigure("tokenizer-tax", "k", metric="m", value=value, digits=digits, where="Table 1", **told)


@pytest.mark.parametrize(
    ("printed", "digits", "ours", "state"),
    [
        (2.44, 2, 2.438, "agrees"),  # rounds to 2.44
        (2.44, 2, 2.435, "agrees"),  # exactly half a digit
        (2.44, 2, 2.4451, "differs"),
        (2.438, 3, 2.4385, "agrees"),  # exactly half a digit, though 2.4385 - 2.438 > 0.0005 in binary
        (2.438, 3, 2.439, "differs"),
        (5.0, 0, 5.49, "agrees"),
        (5.0, 0, 5.51, "differs"),
        (12.0, 1, 11.94, "differs"),
    ],
)
def test_half_of_the_last_printed_digit(invented, printed, digits, ours, state):
    (found,) = beside_ours([figure(printed, digits)], [invented.measurement("m", ours)])
    assert found.state == state
    assert found.ours.value == ours


def test_a_stated_difference_is_never_called_agreement(invented):
    (found,) = beside_ours([figure(2.44, 2, comparable="other words")], [invented.measurement("m", 2.44)])
    assert (found.state, found.ours.value, found.other_dataset) == ("not comparable", 2.44, False)


def test_the_nearest_text_stands_beside_but_is_not_compared(invented):
    ours = [
        invented.measurement("m", 9.0, dataset="far/all"),
        invented.measurement("m", 2.44, dataset="invented/dev"),
    ]
    (found,) = beside_ours([figure(2.44, 2)], ours)
    assert (found.state, found.ours.dataset, found.other_dataset) == ("not comparable", "invented/dev", True)


@pytest.mark.parametrize("other", [{"system": "x"}, {"condition": "en"}])
def test_what_we_have_not_measured(invented, other):
    (found,) = beside_ours([figure(2.44, 2, **other)], [invented.measurement("m", 2.44)])
    assert (found.state, found.ours) == ("not measured", None)
    assert beside_ours([figure(2.44, 2)], [invented.measurement("other", 2.44)])[0].state == "not measured"
