"""A draw is fair to every item, faithful to every stratum, and the same for the same seed."""

from collections import Counter

import pytest

from qadam.stats.draw import alike, evenly, fold_of

STRATA = ["a"] * 60 + ["b"] * 30 + ["c"] * 10


def test_every_stratum_has_its_share():
    for seed in range(20):
        drawn = evenly(STRATA, count=20, seed=seed)
        assert len(set(drawn)) == 20
        assert Counter(STRATA[at] for at in drawn) == {"a": 12, "b": 6, "c": 2}


def test_every_item_has_the_same_chance():
    # 3,000 draws of 20 of 100: each item is expected 600 times, standard deviation sqrt(3000 * .2 * .8) = 21.9
    times = Counter(at for seed in range(3_000) for at in evenly(STRATA, count=20, seed=seed))
    assert max(abs(times[at] - 600) for at in range(100)) < 4.5 * 21.9


def test_the_same_seed_draws_the_same_in_an_order_of_chance():
    assert evenly(STRATA, count=20, seed=7) == evenly(STRATA, count=20, seed=7) != evenly(STRATA, count=20, seed=8)
    halves = [Counter(STRATA[at] for at in evenly(STRATA, count=20, seed=seed)[:10])["a"] for seed in range(300)]
    assert sum(halves) / 300 == pytest.approx(6, abs=0.3)


@pytest.mark.parametrize("count", [None, 100, 1_000])
def test_all_there_are_when_no_fewer_are_asked_for(count):
    assert sorted(evenly(STRATA, count=count, seed=1)) == list(range(100))


def test_nothing_gives_nothing():
    assert evenly([], count=5, seed=1) == [] and evenly(STRATA, count=0, seed=1) == []


def test_pairs_are_equally_long_and_use_each_place_once():
    first, second = [3, 3, 5, 7, 5], [5, 3, 9, 5, 5, 3]
    pairs = alike(first, second, seed=1)
    assert len(pairs) == 4 and all(first[a] == second[b] for a, b in pairs)
    assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == 4
    assert pairs == alike(first, second, seed=1) != alike(first, second, seed=3)
    assert alike(first, second, seed=1, count=2) == pairs[:2] and alike([1], [2], seed=1) == []


def test_a_fold_depends_on_the_id_alone():
    folds = [fold_of(str(n), 3) for n in range(3000)]
    assert set(folds) == {0, 1, 2} and min(folds.count(k) for k in range(3)) > 900
    assert fold_of("test-00001", 5) == fold_of("test-00001", 5)
