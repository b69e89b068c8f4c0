"""Leaderboards: equal systems share a place, every two are compared on the same items, demonstrations stay out."""

from dataclasses import replace

from qadam.publish.site import build
from qadam.publish.site.board import board
from qadam.publish.site.known import World
from qadam.publish.site.versus import versus
from qadam.terms import Cell, Condition, Metric


def sort_of_rank(columns, times):
    return (times * columns["right"]).sum(axis=1) / times.sum(axis=1)


def test_who_cannot_be_told_apart_shares_a_place(invented, tmp_path):
    found = board(invented.toy_known(tmp_path))
    assert [(p.system, p.rank) for p in found.places] == [("one", 1), ("two", 1), ("three", 3)]
    assert found.leaders == ("one", "two") and found.groups == 2


def test_less_is_better_turns_the_board_round(invented, tmp_path):
    error = Metric("error", {"en": "error"}, "share", invented.count_right, invented.share, "lower")
    found = board(invented.toy_known(tmp_path, metric=error))
    assert [(p.system, p.rank) for p in found.places] == [("three", 1), ("one", 2), ("two", 2)]
    against = {v.other: v.apart for v in versus(found)["three"]}
    assert against == {"one": 1, "two": 1}


def test_two_systems_item_by_item(invented, tmp_path):
    found = versus(board(invented.toy_known(tmp_path)))
    two = next(v for v in found["one"] if v.other == "two")
    assert (two.better, two.equal, two.worse, two.apart, two.difference) == (5, 190, 5, 0, "0.000")
    assert two.better_on == ("i5", "i6", "i7", "i8", "i9") and two.worse_on == ("i0", "i1", "i2", "i3", "i4")
    three = next(v for v in found["one"] if v.other == "three")
    assert three.apart == 1 and three.difference.startswith("+0.47") and three.p == "< 0.001"
    turned = next(v for v in found["three"] if v.other == "one")
    assert turned.apart == -1 and turned.difference.startswith("−0.47") and turned.worse == three.better
    assert len(three.better_on) == 8  # as many as a page should hold


def test_a_metric_of_whole_tables_is_ranked_but_not_compared_by_item(invented, tmp_path):
    whole = Metric("rho", {"en": "rho"}, "rho", invented.count_right, sort_of_rank, "higher", over="rows")
    found = board(invented.toy_known(tmp_path, metric=whole))
    assert [p.rank for p in found.places] == [1, 1, 3]
    assert all(v.better == v.worse == 0 and not v.better_on for v in versus(found)["one"])


def test_what_has_no_board(invented, tmp_path):
    neither = Metric("m", {"en": "m"}, "", invented.count_right, invented.share)
    assert board(invented.toy_known(tmp_path / "a", metric=neither)) is None
    assert board(invented.toy_known(tmp_path / "b", profile="sample")) is None


def test_an_exploratory_run_has_no_board(invented, tmp_path):
    known = invented.toy_known(tmp_path)
    assert board(replace(known, evidence=replace(known.evidence, exploratory=True))) is None


def test_without_rows_there_are_intervals_and_no_places(invented, tmp_path):
    found = board(invented.toy_known(tmp_path, rows=False))
    assert [p.rank for p in found.places] == [None] * 3 and found.places[0].shown.interval
    assert versus(found) == {}


def test_damaged_rows_are_not_ranked(invented, tmp_path):
    known = invented.toy_known(tmp_path)
    path = known.store.path(Cell("toy/test", "two", "kk", 13)).with_suffix(".parquet")
    path.write_bytes(path.read_bytes() + b"x")
    assert {p.system: p.rank for p in board(known).places} == {"one": 1, "two": None, "three": 2}


def test_systems_of_another_condition_have_a_board_of_their_own(invented, tmp_path):
    known = invented.toy_known(tmp_path)
    moved = [
        *known.evidence.measurements,
        *(replace(m, system=f"latin-{m.system}", condition="latn", no_answer=3) for m in known.evidence.measurements),
    ]
    protocol = replace(known.protocol, conditions=(*known.protocol.conditions, Condition("latn", "")))
    study = replace(known.study, protocols={"laptop": protocol})
    found = board(replace(known, study=study, evidence=replace(known.evidence, measurements=tuple(moved))))
    assert found.condition == "kk" and not found.missing
    (latin,) = found.further
    assert (
        latin.condition == "latn"
        and latin.missing
        and {p.system for p in latin.places} == {"latin-one", "latin-two", "latin-three"}
    )


def test_the_pages(invented, tmp_path):
    world = World([invented.invented_problem()], {"tokenizer-tax": invented.toy_known(tmp_path / "runs")})
    build(world, out=tmp_path / "site")
    text = (tmp_path / "site" / "leaderboard" / "tokenizer-tax.html").read_text("utf-8")
    assert "<code>abc</code>" in text and "tokenizer-tax/one.html" in text and "same 200 items" in text
    text = (tmp_path / "site" / "kk" / "leaderboard" / "tokenizer-tax" / "one.html").read_text("utf-8")
    assert text.count('<details class="more duel">') == 2 and "анық алда" in text
