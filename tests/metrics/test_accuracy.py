"""Accuracy and its companions, worked by hand."""

import numpy as np
import pytest

from qadam.metrics.accuracy import METRICS, Key, count
from qadam.metrics.overlap import EXACT_MATCH, WORD_F1
from qadam.metrics.overlap import count as count_open
from qadam.terms import NO_ANSWER


def summed(rows):
    return {column: sum(row[column] for row in rows) for column in rows[0]}


def test_no_answer_is_wrong_and_stands_apart():
    rows = [count("A", Key("A", 4)), count("B", Key("A", 4)), count(NO_ANSWER, Key("A", 4)), count("B", Key("B", 2))]
    scores = {metric.name: float(metric.score(summed(rows))) for metric in METRICS}
    assert scores == {
        "accuracy": 0.5,
        "no_answer": 0.25,
        "accuracy_at_most": 0.75,
        "accuracy_answered_only": pytest.approx(2 / 3),
        "chance": pytest.approx((3 / 4 + 1 / 2) / 4),
    }


def test_scores_work_on_arrays_of_resamples():
    sums = {
        "questions": np.array([4.0, 0.0]),
        "right": np.array([1.0, 0.0]),
        "silent": np.zeros(2),
        "guessed": np.ones(2),
    }
    assert METRICS[0].score(sums)[0] == 0.25 and np.isnan(METRICS[0].score(sums)[1])


def test_free_answers_are_compared_after_kazakh_normalisation():
    gold = ("АТФ синтезіне", "синтезге")
    rows = [count_open("«АТФ синтезіне».", gold), count_open("АТФ синтезі", gold), count_open(NO_ANSWER, gold)]
    assert [row["exact"] for row in rows] == [1, 0, 0]
    assert rows[1]["f1"] == pytest.approx(0.5)  # one of two words on both sides
    assert rows[2]["f1"] == 0
    assert float(EXACT_MATCH.score(summed(rows))) == pytest.approx(1 / 3)
    assert float(WORD_F1.score(summed(rows))) == pytest.approx(0.5)


def test_look_alikes_do_not_make_a_free_answer_wrong():
    assert count_open("Aлматы", ("Алматы",))["exact"] == 1  # a Latin A on the left
