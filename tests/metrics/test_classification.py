"""Macro-F1 and its kin by hand and as scikit-learn gives them; calibration by hand."""

import random

import pytest

from qadam.metrics.classification import Classes, Given, calibration_error, macro_f1
from qadam.terms import NO_ANSWER

THREE = Classes("three", ("negative", "neutral", "positive"))


def sums(classes, pairs):
    rows = [classes(prediction, gold) for prediction, gold in pairs]
    return {column: sum(row[column] for row in rows) for column in rows[0]}


def scores(classes, pairs):
    found = sums(classes, pairs)
    return {m.name.removeprefix(f"{classes.name}_"): float(m.score(found)) for m in classes.metrics(())}


def test_by_hand():
    pairs = [(Given("positive"), "positive"), (Given("positive"), "negative"), (Given("neutral"), "neutral")]
    found = scores(THREE, pairs)
    assert found["f1_positive"] == pytest.approx(2 / 3) and found["f1_neutral"] == 1 and found["f1_negative"] == 0
    assert found["macro_f1"] == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert found["accuracy"] == pytest.approx(2 / 3)


def test_scikit_learn_gives_the_same_numbers():
    sklearn = pytest.importorskip("sklearn.metrics", reason="scikit-learn is the oracle here")
    random.seed(13)
    gold = random.choices(THREE.labels, k=500)
    said = [g if random.random() < 0.6 else random.choice(THREE.labels[:2]) for g in gold]
    found = scores(THREE, [(Given(s), g) for s, g in zip(said, gold, strict=True)])
    for what in ("f1", "precision", "recall"):
        its = getattr(sklearn, f"{what}_score")(gold, said, average="macro", zero_division=0)
        assert found[f"macro_{what}"] == pytest.approx(its)
    assert found["accuracy"] == pytest.approx(sklearn.accuracy_score(gold, said))
    assert macro_f1(gold, said, THREE.labels) == pytest.approx(found["macro_f1"])


def test_no_answer_and_an_unknown_class_are_misses():
    found = scores(THREE, [(NO_ANSWER, "positive"), (Given("splendid"), "positive"), (Given("positive"), "positive")])
    assert found["accuracy"] == pytest.approx(1 / 3)


def test_a_text_without_gold_is_compared_with_nothing():
    assert not any(
        THREE(Given("positive", {"positive": 0.8}), None)[f"{a}>{b}"] for a in THREE.labels for b in THREE.labels
    )


def test_calibration_is_how_far_confidence_is_from_being_right():
    sides = Classes("polarity", ("negative", "positive"))
    sure = Given("positive", {"positive": 0.9, "negative": 0.1})
    found = sums(sides, [(sure, "positive")] * 9 + [(sure, "negative")])
    assert calibration_error(found) == pytest.approx(0)
    found = sums(sides, [(sure, "positive"), (sure, "negative")])
    assert calibration_error(found) == pytest.approx(0.4)
    at = {m.params["at"]: float(m.score(found)) for m in sides.metrics(()) if m.params.get("curve")}
    assert at["0.95"] == 0.5 and len(at) == 5
