"""Ranks and averages around another ruling, on rows whose answer is known."""

import numpy as np
import pytest

from qadam.metrics.accuracy import METRICS
from qadam.metrics.standing import Standing
from qadam.terms import Cell, Condition, Protocol, Ruling, Verdict

VERDICT = Verdict("inconclusive", None, None, None, None, ())


def settle(rows, protocol):
    return Ruling(VERDICT)


STANDING = Standing(settle, conditions=("a",), column="right")
PROTOCOL = Protocol(("d/test", "e/test", "f/test"), (Condition("a", ""),), METRICS, limits={"resamples": 1000})


def rows(share, *, n=400, groups=0, seed=5):
    right = np.random.default_rng(seed).permutation(n) < share * n
    return [
        {"item": f"q{i}", "group": f"g{i % groups}" if groups else "", "status": "", "right": float(right[i])}
        for i in range(n)
    ]


def estimates(cells, metric):
    held = {Cell(dataset, system, "a", 13): found for (dataset, system), found in cells.items()}
    ruling = STANDING(held, PROTOCOL)
    assert ruling.verdict is VERDICT
    return {(e.dataset, e.system): e for e in ruling.estimates if e.metric == metric}


def test_systems_that_cannot_be_told_apart_share_a_rank():
    cells = {("d/test", s): rows(share, seed=n) for n, (s, share) in enumerate((("x", 0.9), ("y", 0.89), ("z", 0.3)))}
    found = estimates(cells, "rank")
    assert {system: e.value for (_, system), e in found.items()} == {"x": 1, "y": 1, "z": 3}
    assert not estimates({("d/test", "x"): rows(0.5)}, "rank")  # alone there is no rank


def test_a_common_set_is_what_all_have_answered():
    cells = {("d/test", s): rows(0.5) for s in "xyz"} | {("e/test", s): rows(0.75, n=200) for s in "xy"}
    cells |= {("f/test", "x"): rows(1.0)}
    macro, micro = estimates(cells, "macro"), estimates(cells, "micro")
    assert macro.keys() == micro.keys() == {("d/test+e/test", "x"), ("d/test+e/test", "y")}  # z has one alone
    assert macro["d/test+e/test", "x"].value == pytest.approx((0.5 + 0.75) / 2)
    assert micro["d/test+e/test", "x"].value == pytest.approx((200 + 150) / 600)
    assert all(e.low < e.value < e.high and e.n == 600 for e in macro.values())


def test_the_same_questions_in_another_script_count_once():
    cells = {Cell(d, s, "a", 13): rows(0.5) for d in ("d/test", "e/test", "f/test") for s in "xy"}
    found = Standing(settle, conditions=("a",), column="right", twins=("e/test",))(cells, PROTOCOL).estimates
    assert {e.dataset for e in found if e.metric == "macro"} == {"d/test+f/test"}


def test_a_run_that_lacks_items_stands_nowhere():
    partial = rows(0.5)
    partial[0]["status"] = "unscored"
    assert not estimates({("d/test", "x"): partial, ("d/test", "y"): rows(0.5)}, "rank")


def test_subjects_weigh_the_same_whatever_their_size():
    found = [
        {"item": f"q{i}", "group": "large" if i < 300 else "small", "status": "", "right": float(i < 300)}
        for i in range(400)
    ]
    (macro,) = estimates({("d/test", "x"): found}, "macro_accuracy").values()
    assert macro.value == pytest.approx(0.5)
    assert not estimates({("d/test", "x"): rows(0.5)}, "macro_accuracy")  # no subjects
