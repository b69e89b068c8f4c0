"""Agreement against the worked example everybody can look up."""

import importlib.util

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qadam.stats.agreement import TooFewLabels, alpha

# Krippendorff (2011), Computing Krippendorff's Alpha-Reliability: four observers, twelve units, "." = no
# label; 40 labels can be paired. The values are those that other programs' tests quote from the paper.
OBSERVERS = [
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
]
LEVELS = ("nominal", "ordinal", "interval")
UNITS = st.lists(st.lists(st.integers(1, 5), max_size=5), min_size=1, max_size=12)


def units():
    columns = zip(*(line.split() for line in OBSERVERS), strict=True)
    return [[int(x) for x in column if x != "."] for column in columns]


@pytest.mark.parametrize("level, printed", [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_matches_the_printed_value(level, printed):
    assert alpha(units(), level) == pytest.approx(printed, abs=0.0005)  # half of the last printed digit


def test_alpha_by_hand():
    # Two annotators, two items, one disagreement: D_o = 1/2, labels a,a,a,b give
    # D_e = 2*(3*1) / (4*3) = 1/2, so alpha = 1 - 1 = 0.
    assert alpha([["a", "a"], ["a", "b"]]) == pytest.approx(0.0)
    # The example above, nominal: 113/152 exactly.
    assert alpha(units()) == pytest.approx(113 / 152)


def pairable(labels):
    return any(len(unit) >= 2 for unit in labels)


@given(UNITS.filter(pairable), st.sampled_from(LEVELS), st.randoms())
def test_order_and_lonely_labels_do_not_matter(labels, level, random):
    shuffled = [random.sample(unit, len(unit)) for unit in random.sample(labels, len(labels))]
    assert alpha([*shuffled, [3], []], level) == pytest.approx(alpha(labels, level))
    assert alpha(labels, level) <= 1


@given(UNITS.filter(pairable))
def test_levels_see_only_what_they_may(labels):
    renamed = [["абвгд"[-x] for x in unit] for unit in labels]
    stretched = [[10 * x**3 for x in unit] for unit in labels]
    moved = [[100 - 3 * x for x in unit] for unit in labels]
    assert alpha(renamed, "nominal") == pytest.approx(alpha(labels, "nominal"))
    assert alpha(stretched, "ordinal") == pytest.approx(alpha(labels, "ordinal"))
    assert alpha(moved, "interval") == pytest.approx(alpha(labels, "interval"))


@given(UNITS.filter(pairable))
def test_two_labels_have_one_distance(labels):
    binary = [[x % 2 for x in unit] for unit in labels]
    assert alpha(binary, "ordinal") == pytest.approx(alpha(binary, "nominal"))
    assert alpha(binary, "interval") == pytest.approx(alpha(binary, "nominal"))


def test_nothing_to_disagree_about():
    assert alpha([["a", "a"], ["a", "a", "a"]]) == 1
    assert alpha([[1, 1], [2, 2]], "interval") == 1


def test_contradiction_is_below_chance():
    assert alpha([["a", "b"]] * 20) < -0.9


def test_chance_is_zero():
    labels = np.random.default_rng(1).integers(0, 4, size=(4000, 3)).tolist()
    for level in LEVELS:
        assert alpha(labels, level) == pytest.approx(0, abs=0.03)


@pytest.mark.parametrize("empty", [[], [[]], [["a"], ["b"]]])
def test_too_few_labels(empty):
    with pytest.raises(TooFewLabels, match="two labels"):
        alpha(empty)


@pytest.mark.parametrize(
    "labels, level, says",
    [
        ([["a", None]], "nominal", "left out"),
        ([[1.0, float("nan")]], "interval", "left out"),
        ([["a", "b"]], "interval", "finite numbers"),
        ([[1, float("inf")]], "interval", "finite numbers"),
        ([[1, "b"]], "ordinal", "must have an order"),
        ([[1, 2]], "ratio", "not 'ratio'"),
    ],
)
def test_bad_input_is_named(labels, level, says):
    with pytest.raises(ValueError, match=says):
        alpha(labels, level)


@pytest.mark.skipif(
    importlib.util.find_spec("krippendorff") is None,
    reason="the krippendorff package (GPL-3.0, an oracle only) is not installed",
)
@given(UNITS.filter(pairable), st.sampled_from(LEVELS))
def test_agrees_with_the_krippendorff_package(labels, level):
    import krippendorff

    if len({x for unit in labels if len(unit) >= 2 for x in unit}) == 1:
        return  # 0/0: the package gives up, we say 1
    table = np.full((5, len(labels)), np.nan)
    for i, unit in enumerate(labels):
        table[: len(unit), i] = unit
    theirs = krippendorff.alpha(reliability_data=table, level_of_measurement=level)
    assert alpha(labels, level) == pytest.approx(theirs)
