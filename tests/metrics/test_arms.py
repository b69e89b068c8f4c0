"""Arms against each other: planted differences are found, planted equalities too, few seeds and floors settle nothing."""

import numpy as np
import pytest

from qadam.metrics import compression, trained
from qadam.metrics.arms import Contest, Task, Trend, gain
from qadam.terms import Cell, Clock, Cloze, Condition, Item, Passage, Protocol, Rule, Sentence, SystemRow, Timed, Zone

RIGHT = {"right": ("right",), "n": ("n",)}


def share(sums):
    return np.asarray(sums["right"], float) / sums["n"]


def task(name, margin=0.02, better=1, chance=None):
    return Task(name, f"{name}/test", "asked", "share 0-1", RIGHT, share, margin, better, chance)


TASKS = (task("one"), task("two"), task("three"))
ARMS = {role: f"system-{role}" for role in ("plain", "clever", "random")}


def rows_of(levels, *, seeds=(1, 2, 3), items=400, spread=0.002, tasks=TASKS):
    """Rows of every cell: the level of each role, a little chance for each seed, the same difficulty of items for all."""
    made = {}
    for t in tasks:
        hard = np.random.default_rng([5, len(t.name)]).normal(0, 0.05, items)
        for number, role in enumerate(levels):
            for seed in seeds:
                draw = np.random.default_rng([seed, number])
                level = levels[role] + draw.normal(0, spread)
                own = draw.normal(0, 0.02, items)
                right = level + hard + own - own.mean()
                cell = Cell(t.dataset, ARMS.get(role, f"system-{role}"), t.condition, seed)
                made[cell] = [
                    {"item": str(n), "group": "", "status": "", "right": float(r), "n": 1.0}
                    for n, r in enumerate(right)
                ]
    return made


def protocol(seeds=(1, 2, 3)):
    return Protocol(
        tuple(t.dataset for t in TASKS),
        (Condition("asked", "asked"),),
        (),
        seeds=seeds,
        limits={"resamples": 500},
        rule=Rule({}, "one/test", "asked", (), Zone(low=0.02), ()),
    )


def contest(tasks=TASKS, wins=2, seeds=3):
    return Contest(tasks, {"nets": ARMS}, challengers=("clever",), against=("plain", "random"), needs=(wins, seeds))


@pytest.mark.parametrize(
    ("levels", "outcome"),
    [
        ({"plain": 0.5, "clever": 0.6, "random": 0.5}, "supported"),
        ({"plain": 0.5, "clever": 0.6, "random": 0.6}, "inconclusive"),  # any extra boundary does as well
        ({"plain": 0.5, "clever": 0.5, "random": 0.4}, "refuted"),
        ({"plain": 0.6, "clever": 0.5, "random": 0.5}, "refuted"),
    ],
)
def test_planted_differences_decide(levels, outcome):
    ruling = contest()(rows_of(levels), protocol())
    assert ruling.verdict.outcome == outcome
    value = levels["clever"] - levels["plain"]
    assert ruling.verdict.effect == pytest.approx(value, abs=0.01)
    assert ruling.verdict.low < value + 0.01 and ruling.verdict.high > value - 0.01
    assert {e.metric for e in ruling.estimates} == {gain(t.name, than) for t in TASKS for than in ("plain", "random")}


def test_a_wide_spread_from_seed_to_seed_settles_nothing_and_says_what_would():
    rows = rows_of({"plain": 0.5, "clever": 0.55, "random": 0.5}, spread=0.05)
    verdict = contest()(rows, protocol()).verdict
    assert verdict.outcome == "inconclusive"
    assert any("to see 0.02 it needs" in reason and "seeds" in reason for reason in verdict.reasons)


def test_one_win_of_three_is_not_enough_and_missing_arms_are_named():
    rows = rows_of({"plain": 0.5, "clever": 0.6, "random": 0.5}, tasks=TASKS[:1])
    verdict = contest()(rows, protocol()).verdict
    assert verdict.outcome == "inconclusive"
    assert "not measured (nets): two, three." in verdict.reasons


def test_fewer_seeds_than_planned_settle_nothing():
    rows = rows_of({"plain": 0.5, "clever": 0.6, "random": 0.5}, seeds=(1, 2))
    verdict = contest()(rows, protocol()).verdict
    assert verdict.outcome == "inconclusive" and any("Fewer than 3 seeds" in r for r in verdict.reasons)


def test_a_task_at_chance_is_dropped():
    tasks = (task("one", chance=0.7), *TASKS[1:])
    rows = rows_of({"plain": 0.5, "clever": 0.6, "random": 0.5}, tasks=tasks)
    verdict = contest(tasks)(rows, protocol()).verdict
    assert "one: dropped, nobody is above chance." in verdict.reasons
    assert verdict.outcome == "supported"  # by the other two


def test_less_is_better_where_the_task_says_so():
    tasks = tuple(t._replace(better=-1) for t in TASKS)
    rows = rows_of({"plain": 0.6, "clever": 0.5, "random": 0.6}, tasks=tasks)
    ruling = contest(tasks)(rows, protocol())
    assert ruling.verdict.outcome == "supported" and ruling.verdict.effect == pytest.approx(0.1, abs=0.01)


LADDERS = {"body": {"s": 11, "m": 13, "l": 15}, "total": {"s2": 11, "m2": 13, "l": 15}}


@pytest.mark.parametrize(
    ("levels", "outcome"),
    [
        ({"s": 0.5, "m": 0.52, "l": 0.54, "s2": 0.5, "m2": 0.52}, "supported"),
        (
            {"s": 0.5, "m": 0.52, "l": 0.54, "s2": 0.54, "m2": 0.54},
            "inconclusive",
        ),  # weights did it, not the vocabulary
        ({"s": 0.5, "m": 0.5, "l": 0.5, "s2": 0.5, "m2": 0.5}, "refuted"),
    ],
)
def test_a_line_that_rises_in_every_regime(levels, outcome):
    roles = {role: f"system-{role}" for role in levels}
    settle = Trend(TASKS[:1], {"nets": (roles, LADDERS)}, seeds=3)
    ruling = settle(rows_of(levels, tasks=TASKS[:1], spread=0.0005), protocol())
    assert ruling.verdict.outcome == outcome
    assert ruling.verdict.effect == pytest.approx(levels["l"] - levels["s"], abs=0.005)


def test_bits_are_for_characters_whatever_the_pieces():
    row = compression.count(np.log(2) * 12, Passage("аб в"))
    assert compression.per_character(row) == pytest.approx(3) and compression.per_byte(row) == pytest.approx(12 / 7)
    gapped = compression.count(np.log(2) * 4, Cloze("аб вг", ((3, 5),)))
    assert compression.per_character(gapped) == pytest.approx(2)


def test_gaps_hide_the_same_words_each_time_and_others_in_another_text():
    text = " ".join(f"сөз{chr(1072 + n)}" for n in range(20))
    gapped = compression.gapped(text, "a")
    assert gapped == compression.gapped(text, "a") != compression.gapped(text, "b")
    assert len(gapped.gaps) == 3 and all(text[a:b].startswith("сөз") for a, b in gapped.gaps)
    assert list(gapped.gaps) == sorted(gapped.gaps)
    assert compression.gapped("123 !", "a").gaps == ()


def test_reading_speed_is_the_median_round():
    row = compression.count_read(Timed(1.0, (0.5, 0.2, 9.0), Passage("ә" * 100), "m"), None)
    assert compression.speed(row) == 200


def test_noise_takes_the_letters_of_kazakh_and_nothing_else():
    item = Item("1", "Қазақ тілінің үні", ("O", "O", "O"), fields={"tokens": ("Қазақ", "тілінің", "үні")})
    assert trained.present(item, trained.NOISY) == Sentence(("Казак", "тилинин", "уни"))
    assert trained.present(item, trained.NAMES) == Sentence(("Қазақ", "тілінің", "үні"))


def test_systems_are_asked_what_they_can_answer():
    counts = SystemRow("c", "c", "ngram", "bpe", options={"dataset": "text"})
    causal = SystemRow("n", "n", "network", "bpe", options={"datasets": {"tagging": "x"}, "body": "causal"})
    masked = SystemRow("m", "m", "network", "bpe", options={"datasets": {"tagging": "x", "topics": "y"}})
    asked = {
        row.id: [
            c.name for c in (trained.LANGUAGE, trained.GAPS, trained.NAMES, trained.OPINIONS) if trained.fits(row, c)
        ]
        for row in (counts, causal, masked)
    }
    assert asked == {"c": ["language"], "n": ["language", "names"], "m": ["language", "gaps", "names", "opinions"]}


def test_recall_is_the_mean_of_both_classes():
    sums = {"0>0": 8, "0>1": 2, "0>none": 0, "1>0": 50, "1>1": 40, "1>none": 10}
    assert trained.recall(sums) == pytest.approx((0.8 + 0.4) / 2)


def test_another_view_keeps_all_but_the_budget():
    first = Protocol(("a/b",), (Condition("c", "c", clock=Clock()),), (), limits={"characters": 5.0, "taught": 3.0})
    other = trained.at_equal_work(first, operations=7.0)
    assert other.limits == {"taught": 3.0, "flops": 7.0} and other.conditions == first.conditions
