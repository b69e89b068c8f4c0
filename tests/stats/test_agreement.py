"""Agreement against the worked example everybody can look up."""

import importlib.util

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qadam.stats.agreement import (
    TooFewLabels,
    alpha,
    alpha_counts,
    cohen,
    cohen_counts,
    fleiss,
    fleiss_counts,
    more_items,
)
from qadam.stats.interval import bootstrap, bootstrap_draws

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
    assert alpha(labels, level) == pytest.approx(theirs, abs=1e-9)


# Cohen's kappa of 50 grant proposals judged by two readers, the example of many textbooks: 20 yes/yes, 5 yes/no, 10 no/yes,
# 15 no/no give (0.7 - 0.5) / (1 - 0.5).
READERS = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15

# Fleiss (1971) style example, fourteen raters, ten subjects, five categories; printed beside it: kappa 0.210.
RATERS = """0 0 0 0 14
0 2 6 4 2
0 0 3 5 6
0 3 9 2 0
2 2 8 1 1
7 7 0 0 0
3 2 6 3 0
2 5 3 2 2
6 5 2 1 0
0 2 2 3 7"""
PAIRS = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=1, max_size=30)


def test_cohen_matches_the_worked_example():
    assert cohen(READERS) == pytest.approx(0.4, abs=1e-12)


def test_fleiss_matches_the_worked_example():
    units = [[j for j, n in enumerate(line.split()) for _ in range(int(n))] for line in RATERS.splitlines()]
    assert fleiss(units) == pytest.approx(0.210, abs=0.0005)


@pytest.mark.skipif(importlib.util.find_spec("statsmodels") is None, reason="statsmodels (an oracle) is not installed")
@given(PAIRS)
def test_kappas_agree_with_statsmodels(pairs):
    from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

    if len({x for pair in pairs for x in pair}) == 1:
        assert cohen(pairs) == fleiss(pairs) == 1  # 0/0: statsmodels gives nan
        return
    square, counts = np.zeros((4, 4)), np.zeros((len(pairs), 4))
    for i, (a, b) in enumerate(pairs):
        square[a - 1, b - 1] += 1
        counts[i, a - 1] += 1
        counts[i, b - 1] += 1
    assert fleiss(pairs) == pytest.approx(fleiss_kappa(counts), abs=1e-9)
    with np.errstate(invalid="ignore"):  # its z-value may be 0/0
        assert cohen(pairs) == pytest.approx(float(cohens_kappa(square).kappa), abs=1e-9)


@pytest.mark.parametrize("level", LEVELS)
def test_scores_of_sums_are_the_coefficient_of_the_resampled_items(level):
    random = np.random.default_rng(3)
    units = [list(random.integers(1, 5, size=random.integers(0, 5))) for _ in range(40)]
    counted = alpha_counts(units, level)
    drawn = random.integers(40, size=40)
    sums = counted.rows[drawn].sum(axis=0)
    again = alpha([units[i] for i in drawn], level)
    assert float(counted.score(dict(zip(counted.columns, sums, strict=True)))) == pytest.approx(again, abs=1e-9)
    value, draws = bootstrap_draws((counted.rows, counted.columns), counted.score, resamples=50)
    assert value == pytest.approx(alpha(units, level), abs=1e-9) and draws.shape == (50,)


def test_items_without_information_change_nothing():
    pairs = [*READERS, (), ()]
    assert cohen_counts(pairs).value == pytest.approx(cohen(READERS))
    assert fleiss_counts(pairs).value == pytest.approx(fleiss(READERS))


def test_fleiss_wants_the_same_number_of_labels():
    with pytest.raises(ValueError, match=r"same number of labels for every item, not \[2, 3\]"):
        fleiss([["a", "b"], ["a", "b", "a"]])
    for empty in ([], [["a"], ["b"]]):
        with pytest.raises(TooFewLabels):
            fleiss(empty)
    with pytest.raises(TooFewLabels):
        cohen([])


def test_four_times_the_items_halve_the_interval():
    assert more_items(0.5, 0.7, n=100) == 300
    assert more_items(0.5, 0.6, n=100) == 0 and more_items(0.5, 0.55, n=100) == 0
    assert more_items(1.0, 1.0, n=20) == 40  # the rule of three: 60 items without a disagreement
    assert more_items(float("nan"), float("nan"), n=1) is None


def test_the_planner_is_right_on_labels_it_has_not_seen():
    random = np.random.default_rng(5)

    def interval(n):
        gold = random.integers(0, 3, size=n)
        units = [[g if random.random() < 0.8 else random.integers(0, 3) for _ in range(2)] for g in gold]
        counted = alpha_counts(units)
        return bootstrap((counted.rows, counted.columns), counted.score, resamples=1000)

    first = interval(150)
    more = more_items(first.low, first.high, n=150)
    then = interval(150 + more)
    assert (then.high - then.low) / 2 == pytest.approx(0.05, abs=0.01)
