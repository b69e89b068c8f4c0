"""Disagreements alone are settled, by somebody who chose before seeing the votes; all else is agreed or not ready."""

import json
from dataclasses import replace

import pytest

from qadam.annotation.adjudicate import Adjudication, Standing, disagreement
from qadam.annotation.session import Extras, Session
from qadam.catalogue import tables
from qadam.errors import BadData, Usage

GOOD, BAD = {"label": "positive"}, {"label": "negative"}


def session_of(folder, answers, name="sentiment3", items=None, **changes):
    scheme = replace(tables.scheme(name), **{"pilot": 100, "overlap": 2, **changes})
    ids = dict.fromkeys(item for by in answers.values() for item in by)
    session = Session.open(
        scheme, folder, items=items or [{"id": i, "text": f"мәтін {i}", "source": "s"} for i in [*ids, "z"]]
    )
    for who, by in answers.items():
        session.next(who)
        for item, payload in by.items():
            session.save(who, item, payload, extras=Extras(skip="" if payload else "бұзылған"))
    return session


@pytest.fixture
def work(tmp_path):
    answers = {
        "a1": {"1": GOOD, "2": GOOD, "3": None, "4": None, "5": GOOD},
        "a2": {"1": GOOD, "2": BAD, "3": None, "4": GOOD},
    }
    return Adjudication.open(session_of(tmp_path, answers))


def test_only_disagreements_are_shown(work):
    assert work.open_items() == ["2", "4"]  # 1 agreed, 3 skipped by both, 5 and z not labelled by two
    assert work.standing() == Standing(agreed=1, settled=0, left_out=1, to_settle=2, not_ready=2)
    for item in ("1", "3", "5", "none"):
        with pytest.raises(BadData, match="none that annotators disagree about"):
            work.first_choice(item, GOOD, by="a9")


def test_votes_are_hidden_until_the_first_choice(work):
    for ask in (lambda: work.votes("2", by="a9"), lambda: work.settle("2", GOOD, why="анық", by="a9")):
        with pytest.raises(BadData, match="hidden until a9 has chosen"):
            ask()
    work.first_choice("2", GOOD, by="a9")
    assert {who: d.payload for who, d in work.votes("2", by="a9").items()} == {"a1": GOOD, "a2": BAD}
    with pytest.raises(BadData, match="hidden until a8 has chosen"):
        work.votes("2", by="a8")
    with pytest.raises(BadData, match="the first choice stays"):
        work.first_choice("2", BAD, by="a9")


def test_who_decided_and_why_is_kept(work, tmp_path):
    work.first_choice("2", GOOD, by="a9")
    with pytest.raises(BadData, match="without a reason"):
        work.settle("2", BAD, why=" ", by="a9")
    with pytest.raises(BadData, match="'x' is none"):
        work.settle("2", {"label": "x"}, why="анық", by="a9")
    work.settle("2", BAD, why=" тақырып жаман ", by="a9")
    assert work.next() == "4"
    again = Adjudication.open(Session.open(work.scheme, tmp_path))  # another process
    row = next(row for row in again.gold() if row["id"] == "2")
    assert row == {
        "id": "2", "text": "мәтін 2", "source": "s", "gold": BAD, "how": "adjudicated", "answers": 2,
        "by": ["a9"], "why": "тақырып жаман", "guideline_version": 1,
    }  # fmt: skip
    assert [(s.step, s.payload) for s in again.session.log.settlements()] == [("first", GOOD), ("settled", BAD)]


def test_gold_is_what_is_agreed_and_what_is_settled(work, tmp_path):
    work.first_choice("4", GOOD, by="a9")
    work.settle("4", None, why="мәтін бұзылған", by="a9")
    assert work.standing() == Standing(agreed=1, settled=0, left_out=2, to_settle=1, not_ready=2)
    path = work.write()
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert path == tmp_path / "gold.jsonl"
    assert [(row["id"], row["how"], row["by"]) for row in rows] == [("1", "agreed", ["a1", "a2"])]
    work.first_choice("2", GOOD, by="a9")
    work.settle("2", GOOD, why="анық", by="a9")
    work.settle("2", BAD, why="қате басылды", by="a9")  # the last time counts
    assert {row["id"]: row["gold"] for row in work.gold()} == {"1": GOOD, "2": BAD}
    assert work.next() is None


def test_names_of_persons_do_not_settle(work):
    with pytest.raises(Usage, match="is no annotator"):
        work.first_choice("2", GOOD, by="Айгүл")


def test_a_correction_can_end_a_disagreement(work):
    work.session.save("a2", "2", GOOD)
    assert work.open_items() == ["4"] and work.standing().agreed == 2


def test_a_new_guideline_settles_nothing_of_the_old(work, tmp_path):
    work.first_choice("2", GOOD, by="a9")
    work.settle("2", GOOD, why="анық", by="a9")
    newer = Adjudication.open(Session.open(replace(work.scheme, version=2), tmp_path))
    assert newer.gold() == [] and newer.standing().not_ready == 6


def test_the_gold_of_ratings_is_their_mean(tmp_path):
    answers = {f"a{n}": {"1": {"value": float(n)}} for n in (1, 2, 3, 6)}
    session = session_of(tmp_path, answers, "word_similarity", [{"id": "1", "text": "", "pair": ["ат", "жылқы"]}])
    (row,) = Adjudication.open(session).gold()
    assert row["gold"] == {"value": 3.0} and row["how"] == "mean" and row["answers"] == 4
    assert row["sd"] == pytest.approx((14 / 3) ** 0.5)  # deviations 2, 1, 0, 3


def test_marked_spans_of_ratings_are_settled(tmp_path):
    spans = [{"value": 50.0, "spans": []}, {"value": 70.0, "spans": [[0, 2, "meaning"]]}]
    session = session_of(tmp_path, {"a1": {"1": spans[0]}, "a2": {"1": spans[1]}}, "translation_check")
    work = Adjudication.open(session)
    assert work.open_items() == ["1"]
    work.first_choice("1", spans[1], by="a1")
    work.settle("1", spans[1], why="қате бар", by="a1")
    assert work.gold()[0]["gold"] == spans[1]


def test_what_must_not_be_seen_is_not_shown(tmp_path):
    items = [{"id": "1", "text": "т", "proposal": GOOD, "proposer": "m", "gold": BAD}]
    work = Adjudication.open(session_of(tmp_path, {"a1": {"1": GOOD}, "a2": {"1": BAD}}, items=items))
    assert work.item("1") == {"id": "1", "text": "т"}
    work.first_choice("1", GOOD, by="a3")
    work.settle("1", GOOD, why="анық", by="a3")
    assert work.gold()[0]["gold"] == GOOD and "proposal" not in work.gold()[0]


def test_answers_are_grouped_for_the_eye(work):
    work.first_choice("4", GOOD, by="a9")
    assert disagreement(work.votes("4", by="a9")) == {"": ["a1"], '{"label": "positive"}': ["a2"]}


def test_one_annotator_is_enough_where_the_scheme_says_so(tmp_path):
    work = Adjudication.open(session_of(tmp_path, {"a1": {"1": GOOD}}, overlap=1))
    assert [row["answers"] for row in work.gold()] == [1]
