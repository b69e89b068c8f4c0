"""UAR, macro-F1 and shares against scikit-learn and by hand; depths of models with any number of layers."""

import numpy as np
import pytest

from qadam.metrics import emotion as e
from qadam.metrics.emotion import EMOTIONS, by_depth, heard, macro_f1, uar
from qadam.terms import NO_ANSWER


def sums(rows):
    return {column: sum(row[column] for row in rows) for column in rows[0]}


@pytest.mark.parametrize("occur", [EMOTIONS, EMOTIONS[:4], ("angry", "neutral")])
def test_uar_and_macro_f1_are_those_of_scikit_learn(occur):
    metrics = pytest.importorskip("sklearn.metrics")
    random = np.random.default_rng(13)
    gold, given = (random.choice(occur, 200).tolist() for _ in range(2))
    found = sums([heard(g, y) for g, y in zip(given, gold, strict=True)])
    assert uar(found) == pytest.approx(metrics.balanced_accuracy_score(gold, given))
    assert macro_f1(found) == pytest.approx(metrics.f1_score(gold, given, average="macro", labels=list(occur)))


def test_no_answer_is_a_miss_and_no_gold_counts_for_nothing():
    found = sums([heard("angry", "angry"), heard(NO_ANSWER, "angry"), heard("sad", "sad"), heard("sad", None)])
    assert uar(found) == pytest.approx((0.5 + 1) / 2)
    assert e.Recall("angry")(found) == 0.5 and np.isnan(e.Recall("happy")(found))
    assert e.Share("sad")(found) == 0.5 and e.Share("angry")(found) == 0.25


def test_scores_work_on_arrays_and_say_nan_where_nothing_is():
    one, other = sums([heard("angry", "angry")]), sums([heard("sad", None)])
    both = {column: np.array([one[column], other[column]]) for column in one}
    assert uar(both)[0] == 1 and np.isnan(uar(both)[1])


@pytest.mark.parametrize("layers", [1, 2, 7, 13, 25])
def test_the_first_and_last_layer_are_the_ends_whatever_their_number(layers):
    said = ["sad"] * layers
    said[0] = "angry"
    found = sums([by_depth(said, "angry")])
    assert e.AtDepth(0)(found) == 1
    assert e.AtDepth(12)(found) == float(layers == 1)


def test_depths_of_thirteen_states_are_the_layers_themselves():
    for at in range(13):
        said = ["sad"] * 13
        said[at] = "happy"
        found = sums([by_depth(said, "happy")])
        assert [k for k in range(e.DEPTHS) if e.AtDepth(k)(found) == 1] == [at]


def test_a_clip_without_answer_is_missed_at_every_depth():
    found = sums([by_depth(NO_ANSWER, "happy"), by_depth(["happy"] * 3, "happy")])
    assert {float(e.AtDepth(k)(found)) for k in range(e.DEPTHS)} == {0.5}


def test_titles_stand_in_three_languages():
    for metric in (*e.with_gold(("a",)), *e.shares(("b",)), *e.depths(("c",))):
        assert set(metric.title) == {"en", "ru", "kk"} and all(metric.title.values())
