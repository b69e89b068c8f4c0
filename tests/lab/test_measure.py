"""Cells without a single scored item are refused by name, and take nothing else with them."""

from dataclasses import replace

import pytest

from qadam.catalogue.fetch import Places
from qadam.errors import BadData
from qadam.lab import judge, measure, plan, run
from qadam.studies.tokenizer_tax import STUDY
from qadam.terms import UNSCORED, Cell

CELL = Cell("parallel-mini/all", "o200k_base", "kk", 13)


def unscored(n):
    return [{"item": f"i{k}", "group": "", "status": UNSCORED.value} for k in range(n)]


def test_a_cell_of_unscored_items_alone_is_refused_and_named():
    with pytest.raises(BadData, match=r"o200k_base.*none of its 3 items could be scored") as caught:
        measure.measure(unscored(3), STUDY.protocols["sample"], CELL, revision="x")
    assert CELL.condition in str(caught.value) and "i0" in caught.value.next_step


def test_the_rest_of_the_run_stays(monkeypatch, tmp_path):
    """In one condition every item is unscored, as where an image is not there: its cell is blocked, the others are kept."""
    answered = run._answered

    def broken(study, protocol, cell, condition, *rest):
        found = answered(study, protocol, cell, condition, *rest)
        if condition.name != "kk":
            return found
        return [(row, UNSCORED) for row in unscored(len(found))]

    monkeypatch.setattr(run, "_answered", broken)
    places = Places(tmp_path / "home", (), True)
    made = plan.make(STUDY, "sample", out=tmp_path / "out", places=places, systems=["o200k_base"])
    blocked = run.run(made)
    assert {b.cell.condition for b in blocked} == {"kk"} and "could be scored" in blocked[0].reason
    conditions = {m.condition for m in judge.judge(made, blocked=blocked).measurements}
    assert conditions and "kk" not in conditions


def test_two_conditions_that_share_no_scored_item_have_no_contrast():
    protocol = STUDY.protocols["sample"]
    control = next(c.name for c in protocol.conditions if c.control)
    rows = unscored(2)
    assert measure.contrasts(protocol, replace(CELL, condition="kk"), rows=rows, control=rows, revision="x") == []
    assert control != "kk"
