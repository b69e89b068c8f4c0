"""Entities counted as seqeval counts them, by hand and against seqeval itself; names, numbers and what is new to a tagger."""

import random

import numpy as np
import pytest

from qadam.metrics import spans as s
from qadam.metrics.spans import Tagged, entities
from qadam.terms import NO_ANSWER


def sums(pairs):
    rows = [s.count(Tagged(tuple(said)), tuple(gold)) for said, gold in pairs]
    return {column: sum(row[column] for row in rows) for column in rows[0]}


def test_an_entity_is_its_first_token_its_last_and_its_class():
    assert entities(("B-GPE", "I-GPE", "O", "B-GPE", "B-GPE")) == {(0, 2, "GPE"), (3, 4, "GPE"), (4, 5, "GPE")}


@pytest.mark.parametrize("labels", [("I-GPE",), ("O", "I-GPE"), ("B-GPE", "I-LAW", "I-LAW")])
def test_what_continues_nothing_is_no_entity(labels):
    assert entities(labels) == ({(0, 1, "GPE")} if labels[0] == "B-GPE" else frozenset())


def test_f1_by_hand():
    found = sums(
        [
            (["B-GPE", "O", "B-LAW", "I-LAW"], ["B-GPE", "O", "B-LAW", "O"]),  # a hit, and a law that is too long
            (["B-DATE"], ["B-DATE"]),
        ]
    )
    assert s.f1.score(found) == pytest.approx(2 * 2 / (3 + 3))
    assert s.names_f1.score(found) == pytest.approx(2 * 1 / (2 + 2))
    assert s.numbers_f1.score(found) == 1.0
    assert s.macro_f1.score(found) == pytest.approx((1 + 0 + 1) / 3)


def test_seqeval_gives_the_same_numbers():
    seqeval = pytest.importorskip("seqeval.metrics", reason="seqeval is the oracle here: pip install seqeval")
    from seqeval.scheme import IOB2

    random.seed(13)
    tags = ["O", "O", *(f"{mark}-{name}" for mark in "BI" for name in ("GPE", "LAW", "DATE"))]
    gold = [[random.choice(tags) for _ in range(12)] for _ in range(300)]
    said = [[tag if random.random() < 0.7 else random.choice(tags) for tag in row] for row in gold]
    found = sums(zip(said, gold, strict=True))
    how = {"mode": "strict", "scheme": IOB2}
    assert s.f1.score(found) == pytest.approx(seqeval.f1_score(gold, said, **how))
    assert s.precision.score(found) == pytest.approx(seqeval.precision_score(gold, said, **how))
    assert s.recall.score(found) == pytest.approx(seqeval.recall_score(gold, said, **how))
    assert s.macro_f1.score(found) == pytest.approx(seqeval.f1_score(gold, said, average="macro", **how))


def test_names_and_numbers_are_the_25_classes_of_the_scheme():
    from qadam.catalogue import tables

    assert set(s.CLASSES) == {label.id for label in tables.scheme("ner_kaznerd").labels}
    assert len(s.CLASSES) == 25 and not set(s.NAMES) & set(s.NUMBERS)


def test_no_answer_finds_nothing_and_misses_everything():
    row = s.count(NO_ANSWER, ("B-GPE", "O"))
    assert row["gold_GPE"] == 1 and s.total(row, "found") == 0 and s.recall.score(row) == 0


def test_without_gold_only_what_the_tagger_says_of_itself_counts():
    row = s.count(Tagged(("B-GPE", "O"), (0.4, 0.9), (True, False)), None)
    assert row["labelled"] == 0 and row["doubtful"] == 1 and np.isnan(s.f1.score(s.count(Tagged(("O",)), None)))
    assert s.new_words.score(row) == 0.5 and s.sureness.score(row) == pytest.approx(0.4)
    assert s.density.score(row) == 50


def test_an_entity_with_a_new_word_is_counted_apart():
    gold = ("B-GPE", "O", "B-LAW", "I-LAW")
    row = s.count(Tagged(("B-GPE", "O", "O", "O"), (), (False, False, False, True)), gold)
    assert s.seen_recall.score(row) == 1 and s.unseen_recall.score(row) == 0


def test_scores_work_on_resamples_too():
    row = {column: np.array([1.0, 2.0]) for column in s.count(Tagged(("B-GPE",)), ("B-GPE",))}
    assert all(metric.score(row).shape == (2,) for metric in (*s.QUALITY, *s.WITHOUT_GOLD, *s.BY_CLASS))
