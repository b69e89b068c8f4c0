"""What stands beside the totals: each level measured by itself, frequent words counted, and nothing of it in old hashes."""

from dataclasses import replace

import pytest

from qadam.catalogue import items
from qadam.catalogue.fetch import Places
from qadam.lab import judge, measure, plan, run
from qadam.studies.tokenizer_tax import STUDY
from qadam.terms import NO_ANSWER, Breakdown, Cell, Condition, Item, Metric, Protocol, Tally

DATA = "parallel-mini/all"


def length(item):
    """Whether the Kazakh sentence has more than 74 characters; sentence 001 belongs to neither."""
    return None if item.id.endswith("001") else "long" if len(item.input["kk"]) > 74 else "short"


def pieces(prediction):
    """The number of tokens as a word, so that it can be counted."""
    return [str(len(prediction.starts)), "every"]


BY = Breakdown("length", {"en": "length", "ru": "длина", "kk": "ұзындық"}, length)
PIECES = Tally("pieces", {"en": "pieces", "ru": "части", "kk": "бөліктер"}, pieces, least=12, conditions=("kk",))


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    return Places(tmp_path_factory.mktemp("home"), (), True)


@pytest.fixture(scope="module")
def walked(places, tmp_path_factory):
    sample = STUDY.protocols["sample"]
    study = replace(STUDY, protocols={"sample": replace(sample, by=(BY,), tallies=(PIECES,))})
    made = plan.make(study, "sample", out=tmp_path_factory.mktemp("out"), places=places, systems=["o200k_base"])
    assert run.run(made) == ()
    return made, judge.judge(made)


def test_a_breakdown_and_a_tally_change_the_hash_and_their_absence_does_not():
    sample = STUDY.protocols["sample"]
    assert replace(sample, by=(), tallies=()).hash({}) == sample.hash({})
    assert len({sample.hash({}), replace(sample, by=(BY,)).hash({}), replace(sample, tallies=(PIECES,)).hash({})}) == 3
    other = replace(BY, title={"en": "how long"})
    assert replace(sample, by=(other,)).hash({}) == replace(sample, by=(BY,)).hash({})  # words for people


def test_each_level_has_the_number_its_own_items_give(walked, places):
    evidence = walked[1]
    lengths = [length(item) for item in items.load(DATA, places)]
    here = {
        p.level: p.measurement
        for p in evidence.parts
        if (p.measurement.metric, p.measurement.condition) == ("fertility_whitespace", "kk")
    }
    assert {level: m.n for level, m in here.items()} == {level: lengths.count(level) for level in ("long", "short")}
    rows = [r for r in walked[0].store.rows(Cell(DATA, "o200k_base", "kk", 13)) if r["by:length"] == "long"]
    by_hand = sum(r["tokens"] for r in rows) / sum(r["whitespace_words"] for r in rows)
    assert here["long"].value == pytest.approx(by_hand) and here["long"].low < by_hand < here["long"].high
    assert here["long"].signature.endswith("|by:length=long")


def test_totals_are_what_they_are_without_parts(walked, places, tmp_path):
    plain = plan.make(STUDY, "sample", out=tmp_path, places=places, systems=["o200k_base"])
    run.run(plain)
    numbers = [[(m.metric, m.condition, m.value, m.low, m.high, m.n) for m in e.measurements] for e in (walked[1], judge.judge(plain))]  # fmt: skip
    assert numbers[0] == numbers[1] and judge.judge(plain).parts == judge.judge(plain).counted == ()


def test_parts_are_stored_and_come_out_again(walked):
    made = walked[0]
    measure.recompute(made.store, made.protocol, list(made.store.cells()))
    assert judge.judge(made).parts == walked[1].parts and judge.judge(made).counted == walked[1].counted


def test_words_count_once_an_item_and_rare_ones_are_not_kept(walked):
    counted = {(c.by, c.level): c for c in walked[1].counted}
    assert {c.cell.condition for c in walked[1].counted} == {"kk"} and len(walked[1].counted) == 3
    whole = counted["", ""]
    assert whole.items == 160 == whole.words["every"] and next(iter(whole.words)) == "every"
    assert all(n >= 12 for c in counted.values() for n in c.words.values())
    assert counted["length", "long"].words["every"] == counted["length", "long"].items


def test_who_gave_no_answer_said_no_words_and_is_an_item_all_the_same():
    protocol = replace(STUDY.protocols["sample"], tallies=(replace(PIECES, words=str.split, least=2),))
    said = [({}, "бір екі бір"), ({}, "бір"), ({}, NO_ANSWER)]
    (found,) = measure.count_words(said, protocol, Cell(DATA, "o200k_base", "kk", 13))
    assert (found.items, dict(found.words)) == (3, {"бір": 2})


def test_a_field_of_the_item_is_a_level_without_any_function():
    by = Breakdown("subject", {"en": "subject"})
    assert by.of(Item("1", "", fields={"subject": 7})) == "7" and by.of(Item("2", "")) is None


def test_a_breakdown_may_ask_for_some_metrics_only():
    rows = [{"item": f"{n}", "group": "", "status": "", "by:half": "ab"[n % 2], "x": n, "n": 1.0} for n in range(8)]
    title = {"en": "x", "ru": "x", "kk": "x"}
    metrics = tuple(
        Metric(name, title, "share", count=len, score=lambda sums: sums["x"] / sums["n"]) for name in ("one", "two")
    )
    by = Breakdown("half", title)
    protocol = Protocol(("parallel-mini/all",), (Condition("c", "c"),), metrics, by=(by,), limits={"resamples": 50})
    cell = Cell("parallel-mini/all", "s", "c", 13)
    every = measure.measure_parts(rows, protocol, cell, revision="r")
    some = measure.measure_parts(rows, replace(protocol, by=(replace(by, metrics=("two",)),)), cell, revision="r")
    assert [p.measurement.metric for p in every] == ["one", "two"] * 2
    assert [p.measurement for p in some] == [p.measurement for p in every if p.measurement.metric == "two"]
