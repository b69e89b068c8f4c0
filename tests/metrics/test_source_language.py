"""Which language teaches better: each verdict from rows made for it, the script taken out, floors and missing arms told."""

import numpy as np
import pytest

from qadam.metrics import source_language as s
from qadam.metrics.classification import Classes, Given
from qadam.terms import NO_ANSWER, Cell, Condition, Protocol, Rule, Zone

TASKS = tuple(s.parts(f"{name}/test", f"{name}-0", 0.02) for name in ("names", "topics", "parts"))
ARMS = {role: f"transfer-{role}" for role in (s.NEW, s.OLD, s.IN_SCRIPT, s.NOTHING)}


def rows_of(levels, *, seeds=(1, 2, 3), tasks=TASKS, items=300):
    """Rows in which each role is right as often as it should be, with a little chance in seeds and items."""
    made = {}
    for task in tasks:
        for number, (role, level) in enumerate(levels.items()):
            for seed in seeds:
                draw = np.random.default_rng([seed, number])
                right = level + draw.normal(0, 0.002) + draw.normal(0, 0.02, items)
                cell = Cell(task.dataset, ARMS[role], task.condition, seed)
                made[cell] = [
                    {"item": str(n), "group": "", "status": "", "right": 10 * float(r), "asked": 10.0}
                    for n, r in enumerate(right)
                ]
    return made


def protocol(seeds=(1, 2, 3)):
    rule = Rule({}, TASKS[0].dataset, TASKS[0].condition, (), Zone(low=0.02), ())
    names = tuple(t.dataset for t in TASKS)
    return Protocol(names, (Condition("x", "x"),), (), seeds=seeds, limits={"resamples": 300}, rule=rule)


def ruled(levels, tasks=TASKS, **more):
    return s.Sources(TASKS, (), {"nets": ARMS}, seeds=3)(rows_of(levels, tasks=tasks, **more), protocol())


@pytest.mark.parametrize(
    ("turkish", "russian", "cyrillic", "outcome"),
    [
        (0.7, 0.6, 0.72, "supported"),
        (0.7, 0.6, 0.6, "inconclusive"),  # what won was not the language
        (0.6, 0.7, 0.72, "inconclusive"),  # what lost was the script
        (0.6, 0.6, 0.6, "refuted"),
        (0.6, 0.7, 0.65, "refuted"),
    ],
)
def test_both_scripts_decide(turkish, russian, cyrillic, outcome):
    ruling = ruled({s.NEW: turkish, s.OLD: russian, s.IN_SCRIPT: cyrillic})
    assert ruling.verdict.outcome == outcome
    assert ruling.verdict.effect == pytest.approx(turkish - russian, abs=0.01)
    alone = next(r for r in ruling.verdict.reasons if r.startswith("names-0: the script alone"))
    assert float(alone.split("makes ")[1].split(" ")[0]) == pytest.approx(cyrillic - turkish, abs=0.01)


def test_what_a_source_gives_over_none_stands_beside():
    ruling = ruled({s.NEW: 0.6, s.OLD: 0.6, s.IN_SCRIPT: 0.6, s.NOTHING: 0.5})
    over = [e for e in ruling.estimates if e.metric == "gain_learning_over_nothing"]
    assert len(over) == 2 * len(TASKS) and all(e.value == pytest.approx(0.1, abs=0.01) for e in over)


def test_fewer_seeds_or_tasks_settle_nothing():
    few = ruled({s.NEW: 0.8, s.OLD: 0.6, s.IN_SCRIPT: 0.8}, seeds=(1, 2)).verdict
    assert few.outcome == "inconclusive" and "Fewer than 3 seeds settle nothing." in few.reasons
    one = ruled({s.NEW: 0.8, s.OLD: 0.6, s.IN_SCRIPT: 0.8}, tasks=TASKS[:1]).verdict
    assert one.outcome == "inconclusive" and "not measured: topics-0, parts-0." in one.reasons


def test_where_nobody_is_above_chance_the_task_is_dropped():
    verdict = ruled({s.NEW: 0.2, s.OLD: 0.1, s.IN_SCRIPT: 0.2}).verdict  # chance is 0.3
    assert verdict.outcome == "inconclusive"
    assert "names-0: dropped, nobody is above chance." in verdict.reasons


def test_turkish_in_cyrillic_above_chance_keeps_the_task():
    verdict = ruled({s.NEW: 0.2, s.OLD: 0.2, s.IN_SCRIPT: 0.5}).verdict
    assert not any("dropped" in reason for reason in verdict.reasons)
    assert verdict.outcome == "inconclusive", "better in one script alone"


def test_each_arm_has_a_verdict_of_its_own():
    """Turkish wins by far as it is written, in Cyrillic it does not: the claim is open, the first arm is not."""
    verdict = ruled({s.NEW: 0.7, s.OLD: 0.6, s.IN_SCRIPT: 0.6}).verdict
    assert verdict.outcome == "inconclusive"
    of = {v.system: v.outcome for v in verdict.by_system}
    assert of == {ARMS[s.NEW]: "supported", ARMS[s.IN_SCRIPT]: "refuted"}


def test_an_arm_of_too_few_seeds_settles_nothing_by_itself():
    verdict = ruled({s.NEW: 0.8, s.OLD: 0.6, s.IN_SCRIPT: 0.8}, seeds=(1, 2)).verdict
    assert {v.outcome for v in verdict.by_system} == {"inconclusive"}


def test_nothing_measured_says_so():
    verdict = s.Sources(TASKS, (), {"nets": ARMS}, seeds=3)({}, protocol()).verdict
    assert verdict.outcome == "inconclusive" and verdict.effect is None


def test_counts():
    assert s.right_labels(("NOUN", "VERB"), ("NOUN", "ADJ")) == {"right": 1.0, "asked": 2.0}
    assert s.right_labels(NO_ANSWER, ("NOUN",)) == {"right": 0.0, "asked": 1.0}
    classes = Classes("two", ("a", "b"))
    task = s.topics(classes, "d/s", "c", 0.01)
    rows = [classes(Given("a"), "a"), classes(Given("a"), "b"), classes(Given("b"), "b")]
    sums = {c: sum(row[c] for row in rows) for c in task.columns}
    assert task.score(sums) == pytest.approx((1 + 0.5) / 2) and task.chance == 0.5
