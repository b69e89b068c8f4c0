"""Folds: every item is asked about once, and what is kept apart is never learned from."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qadam.stats.folds import apart, dealt

ITEMS = st.lists(
    st.tuples(st.sampled_from("abcde"), st.sampled_from("pqrstuvw"), st.sampled_from("xyz")), min_size=1, max_size=40
)


@given(ITEMS, st.sampled_from([("speaker",), ("sentence",), ("speaker", "sentence")]), st.integers(0, 99))
def test_what_is_kept_apart_is_apart_and_every_item_is_asked_about_once(items, by, seed):
    speakers, sentences, _ = zip(*items, strict=True)
    folds = list(apart(speakers, sentences, by=by, seed=seed))
    assert sorted(at for fold in folds for at in fold.asked) == list(range(len(items)))
    for fold in folds:
        for what, of in (("speaker", speakers), ("sentence", sentences)):
            if what in by:
                assert not {of[at] for at in fold.asked} & {of[at] for at in fold.learned}


@given(ITEMS, st.integers(0, 99))
def test_folds_by_chance_have_the_sizes_and_labels_of_the_speakers(items, seed):
    speakers, _, labels = zip(*items, strict=True)
    folds = list(dealt(speakers, labels, seed=seed))
    assert sorted(at for fold in folds for at in fold.asked) == list(range(len(items)))

    def mix(positions):
        return tuple(sorted(Counter(labels[at] for at in positions).items()))

    own = [np.flatnonzero(np.array(speakers) == name) for name in sorted(set(speakers))]
    assert sorted(mix(fold.asked) for fold in folds) == sorted(mix(its) for its in own)


def test_chance_depends_on_the_seed_alone():
    speakers, labels = list("aabbcc") * 5, list("xy") * 15
    first, again, other = (
        [fold.asked.tolist() for fold in dealt(speakers, labels, seed=seed)] for seed in (13, 13, 17)
    )
    assert first == again != other


def test_a_few_narrators_that_read_the_same_are_still_learned_from():
    speakers, sentences = [s for s in "abc" for _ in range(20)], [str(n) for _ in "abc" for n in range(20)]
    folds = list(apart(speakers, sentences, by=("speaker", "sentence"), seed=13))
    assert len(folds) == 15 and all(len(fold.learned) == 2 * 16 for fold in folds)


@pytest.mark.parametrize("by", [("speaker",), ("sentence",)])
def test_where_everything_is_shared_nothing_is_learned_from(by):
    (fold,) = apart(["a"] * 3, ["p"] * 3, by=by, seed=13)
    assert not fold.learned.size and fold.asked.size == 3
