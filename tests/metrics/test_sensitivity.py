"""Two syntheses on rows whose answer is known: does reading change the order, does one way keep up with the better?"""

import numpy as np
import pytest

from qadam.metrics.accuracy import METRICS
from qadam.metrics.better_of import BetterOf
from qadam.metrics.sensitivity import Sensitivity
from qadam.terms import Cell, Condition, Protocol, Rule, Synthesis, Zone


def protocol(settle, *, supported, refuted, of=()):
    rule = Rule({}, "d/test", "a", ("effect",), supported, refuted, of=of, synthesis=Synthesis(settle, ()))
    conditions = tuple(Condition(name, "") for name in ("a", "b", "c"))
    return Protocol(("d/test",), conditions, METRICS, limits={"resamples": 2000}, rule=rule)


def rows(shares, n=600):
    """Rows of cells with the given shares of right answers: the first items are right, so that all is paired."""
    found = {}
    for (system, condition), share in shares.items():
        order = np.random.default_rng(5).permutation(n)
        found[Cell("d/test", system, condition, 13)] = [
            {"item": f"q{i}", "group": "", "status": "", "right": float(order[i] < share * n), "silent": 0.0}
            for i in range(n)
        ]
    return found


READ = Sensitivity(("a", "b"), column="right")


MOVES, STAYS = Zone(low=0.03), (Zone(-0.02, 0.02),)


def settled(shares, settle=READ, supported=MOVES, refuted=STAYS, **more):
    return settle(rows(shares), protocol(settle, supported=supported, refuted=refuted, **more))


def test_a_surely_changed_order_supports_even_if_the_mean_stays():
    ruling = settled({("x", "a"): 0.8, ("x", "b"): 0.5, ("y", "a"): 0.5, ("y", "b"): 0.8})
    assert ruling.verdict.outcome == "supported"
    assert "1 of them surely" in ruling.verdict.reasons[0]
    assert ruling.estimates[0].value == pytest.approx(0)


@pytest.mark.parametrize(
    "move, outcome", [(0.10, "supported"), (-0.10, "supported"), (0.0, "refuted"), (0.025, "inconclusive")]
)
def test_the_mean_decides_where_no_order_changes(move, outcome):
    ruling = settled({("x", "a"): 0.5 + move, ("x", "b"): 0.5, ("y", "a"): 0.7 + move, ("y", "b"): 0.7})
    assert ruling.verdict.outcome == outcome
    assert ruling.estimates[0].value == pytest.approx(move, abs=0.002)


def test_a_system_that_lacks_items_is_left_out_and_named():
    made = rows({("x", "a"): 0.5, ("x", "b"): 0.5, ("y", "a"): 0.5, ("y", "b"): 0.5})
    made[Cell("d/test", "y", "a", 13)][0]["status"] = "unscored"
    ruling = READ(made, protocol(READ, supported=Zone(low=0.03), refuted=(Zone(-0.02, 0.02),)))
    assert ruling.estimates[0].system == "mean of 1 systems"
    assert ruling.verdict.reasons[-1].endswith("y.")


KEEPS = BetterOf("c", among=("a", "b"), beside=("b", "a"))


@pytest.mark.parametrize("treated, outcome", [(0.70, "supported"), (0.60, "refuted"), (0.68, "inconclusive")])
def test_the_better_of_two_is_what_counts(treated, outcome):
    shares = {("x", "a"): 0.5, ("x", "b"): 0.7, ("x", "c"): treated}
    ruling = settled(shares, KEEPS, Zone(low=-0.02), (Zone(high=-0.02),), of=("x",))
    assert ruling.verdict.outcome == outcome
    assert ruling.verdict.effect == pytest.approx(treated - 0.7, abs=0.003)


def test_without_the_treated_condition_there_is_no_verdict_but_a_second_measurement():
    ruling = settled({("x", "a"): 0.5, ("x", "b"): 0.7}, KEEPS, Zone(low=-0.02), (Zone(high=-0.02),), of=("x",))
    assert ruling.verdict.outcome == "inconclusive" and not ruling.estimates
    assert ruling.verdict.reasons[0].startswith("c blocked:")
    assert any("x: +0.200 of 600 (right only with b 120, only with a 0" in reason for reason in ruling.verdict.reasons)


def test_one_model_that_falls_refutes_for_all():
    shares = {(s, c): v for s in "xy" for c, v in (("a", 0.5), ("b", 0.5), ("c", 0.5 if s == "x" else 0.3))}
    ruling = settled(shares, KEEPS, Zone(low=-0.02), (Zone(high=-0.02),), of=("x", "y"))
    assert ruling.verdict.outcome == "refuted"
    assert {v.system: v.outcome for v in ruling.verdict.by_system} == {"x": "supported", "y": "refuted"}


def test_areas_are_set_against_each_other():
    """Reasoning gains a fifth in mathematics and loses a tenth in history: the difference is 0.3."""
    keeps = BetterOf("c", among=("a", "b"), beside=("b", "a"), areas=("mathematics", "history"))
    held = rows({("x", "a"): 0.5, ("x", "b"): 0.5}, n=400)
    for cell, found in held.items():
        for n, row in enumerate(found):
            share = {"mathematics": (0.4, 0.6), "history": (0.5, 0.4)}[area := "mathematics" if n < 200 else "history"]
            row |= {"by:area": area, "right": float(n % 200 < 200 * share[cell.condition == "b"])}
    ruling = keeps(held, protocol(keeps, supported=Zone(low=-0.02), refuted=(Zone(high=-0.02),)))
    gain = {e.condition: e for e in ruling.estimates}
    assert {area: round(e.value, 6) for area, e in gain.items()} == {
        "mathematics": 0.2,
        "history": -0.1,
        "mathematics-history": 0.3,
    }
    assert gain["mathematics-history"].n == 400
    assert gain["mathematics-history"].low < 0.3 < gain["mathematics-history"].high
    assert any("by area, mean of 1 systems" in reason for reason in ruling.verdict.reasons)


def test_the_questions_a_margin_takes_are_named():
    shares = {("x", "a"): 0.5, ("x", "b"): 0.5, ("x", "c"): 0.5}
    ruling = settled(shares, KEEPS, Zone(low=-0.02), (Zone(high=-0.02),), of=("x",))
    assert any("takes about 0 questions" in reason for reason in ruling.verdict.reasons)  # nothing ever differs
    # Discordance 0.2, margin 0.02, 80 % power: 3,924 by the normal approximation.
    held = rows(shares, n=1000)
    for n, row in enumerate(held[Cell("d/test", "x", "c", 13)]):
        row["right"] = 1 - row["right"] if n % 5 == 0 else row["right"]
    ruling = KEEPS(held, protocol(KEEPS, supported=Zone(low=-0.02), refuted=(Zone(high=-0.02),), of=("x",)))
    assert any("about 3,925 questions" in reason for reason in ruling.verdict.reasons)


def test_pairs_beside_are_told_of_and_judge_nothing():
    shares = {("x", "a"): 0.5, ("x", "b"): 0.5, ("x", "c"): 0.9, ("y", "a"): 0.7, ("y", "b"): 0.7, ("y", "c"): 0.3}
    ruling = settled(shares, Sensitivity(("a", "b"), column="right", beside=(("a", "c"),)))
    assert ruling.verdict.outcome == "refuted"
    (told,) = [reason for reason in ruling.verdict.reasons if reason.startswith("Beside")]
    assert "1 of them surely" in told and "x and y change order" in told
