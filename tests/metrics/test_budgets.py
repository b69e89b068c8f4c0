"""The rule on made-up rows: who is shut out, who wins, and when nothing is said."""

import pytest

from qadam.metrics.budgets import Budgets, Models, choosing
from qadam.terms import Cell, Protocol, Rule, Zone

SETS = ("a/test", "b/test", "c/test")
SETTLE = Budgets(
    Models("small", "large", "paper"),
    tasks=tuple(choosing("choose", name) for name in SETS),
    seconds=(0.1, 10.0),
    margin=0.01,
    wins=2,
)
RULE = Rule("?", SETS[0], "choose", ("gain",), Zone(low=0.01), (Zone(high=-0.01),))
PROTOCOL = Protocol(SETS, (), (), limits={"resamples": 500}, rule=RULE)


def right(share, n=400):
    """Answers of which a share is right, spread evenly."""
    hits = [int((k + 1) * share) > int(k * share) for k in range(n)]
    return [row(k, questions=1, right=float(hit), guessed=0.25) for k, hit in enumerate(hits)]


def row(k, **counts):
    return {"item": str(k), "group": "", "status": "", **counts}


def timed(seconds, machine=1.0):
    return [row(k, timed=1, seconds=seconds * (1 + k / 100), machine=machine, characters=50) for k in range(30)]


def paper(least):
    facts = {"weights": 5.0, "gigabytes": 20.0, "gigaflop": 900.0, "tokens": 60.0, "gflops": 300.0}
    return [row(0, least=least, **facts)]


def settled(small=(), large=(), seconds=(), least=5.0, machine=1.0):
    """The ruling on three tasks with these shares of right answers, these times of both models, this least time."""
    rows = {Cell(name, "paper", "choose+paper", 13): paper(least) for name in SETS}
    for system, shares in (("small", small), ("large", large)):
        rows |= {Cell(name, system, "choose", 13): right(share) for name, share in zip(SETS, shares, strict=False)}
    for number, (system, took) in enumerate(zip(("small", "large"), seconds, strict=False)):
        rows |= {Cell(name, system, "choose+timed", 13): timed(took, machine if number else 1.0) for name in SETS}
    return SETTLE(rows, PROTOCOL)


def test_a_model_too_slow_on_paper_makes_a_budget_untestable_and_the_arithmetic_is_shown():
    verdict = settled(least=20.0).verdict
    assert verdict.outcome == "not testable"
    assert all("not testable" in reason for reason in verdict.reasons)
    assert "at least 20 s" in verdict.reasons[0] and "5.0 GB" in verdict.reasons[0]


def test_a_win_over_one_who_was_shut_out_is_no_win():
    verdict = settled(small=(0.9,) * 3, large=(0.4,) * 3, seconds=(0.01, 30.0), least=5.0).verdict
    assert verdict.outcome == "not testable"  # by the clock, 30 s is more than both budgets
    assert "By the clock" in verdict.reasons[1]


@pytest.mark.parametrize(
    "small, large, outcome",
    [
        ((0.7, 0.7, 0.4), (0.5, 0.5, 0.6), "supported"),
        ((0.5, 0.5, 0.7), (0.7, 0.7, 0.5), "refuted"),
        ((0.7, 0.5, 0.5), (0.5, 0.5, 0.5), "inconclusive"),  # one task of three
        ((0.27, 0.27, 0.27), (0.1, 0.1, 0.1), "inconclusive"),  # better, but neither does more than guess
    ],
)
def test_two_of_three_tasks_decide(small, large, outcome):
    ruling = settled(small=small, large=large, seconds=(0.5, 8.0))
    assert ruling.verdict.outcome == outcome
    assert ruling.verdict.reasons[0].startswith("0.1 s per question: not testable")
    gains = [e for e in ruling.estimates if e.metric == "gain"]
    assert [round(g.value, 2) for g in gains] == [round(a - b, 2) for a, b in zip(small, large, strict=True)]


def test_nothing_is_said_before_both_are_measured_on_one_machine():
    assert settled().verdict.outcome == "inconclusive"
    assert "not measured with both" in settled().verdict.reasons[1]
    apart = settled(small=(0.9,) * 3, large=(0.4,) * 3, seconds=(0.5, 8.0), machine=2.0)
    assert apart.verdict.outcome == "inconclusive"


def test_the_front_belongs_to_whoever_nobody_beats_in_both():
    share = {
        (e.system, e.dataset): e.value
        for e in settled(small=(0.7,) * 3, large=(0.5,) * 3, seconds=(0.5, 8.0)).estimates
        if e.metric == "on_front"
    }
    assert share["small", "a/test"] == 1 and share["large", "a/test"] == 0
    both = settled(small=(0.5,) * 3, large=(0.8,) * 3, seconds=(0.5, 8.0)).estimates
    assert {e.value for e in both if e.metric == "on_front"} == {1.0}
