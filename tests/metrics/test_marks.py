"""Marks counted by hand, and what the rule makes of drops and costs."""

import numpy as np
import pytest

from qadam.metrics import marks as m
from qadam.metrics.marks_ruling import settle
from qadam.studies import asr_punctuation as study
from qadam.terms import NO_ANSWER, Cell


def test_a_text_counted_by_hand():
    # gold: comma, comma and dash, question; said: comma, stop, question, and a stop too many
    row = m.count(("A,", "a.", "a?", "A."), ("A,", "a,—", "a?", "a"))
    assert (row["hit_comma"], row["found_comma"], row["gold_comma"]) == (1, 1, 2)
    assert (row["swapped"], row["missed"], row["added"]) == (1, 1, 1)
    assert (row["hit_capital"], row["found_capital"], row["gold_capital"]) == (1, 2, 1)
    assert m.slot_errors.score(row) == pytest.approx(3 / 4)
    assert m.F1("comma")(row) == pytest.approx(2 / 3) and m.F1("stop")(row) == 0
    assert m.macro_f1.score(row) == pytest.approx((2 / 3 + 0 + 1) / 3), "nobody has an exclamation mark"


def test_no_answer_misses_everything():
    row = m.count(NO_ANSWER, ("A", "a."))
    assert (row["missed"], row["gold_stop"], row["found_stop"], row["gold_capital"], row["hit_capital"]) == (
        1,
        1,
        0,
        1,
        0,
    )


def test_the_class_without_a_mark_moves_no_score():
    row = m.count(("a", "a."), ("a", "a."))
    more = m.count(("a",) * 100 + ("a.",), ("a",) * 100 + ("a.",))
    assert all(str(x.score(row)) == str(x.score(more)) for x in m.QUALITY)


def test_scores_work_on_resamples():
    row = m.count(("A,", "a."), ("A,", "a,"))
    sums = {name: np.array([value, 2 * value]) for name, value in row.items()}
    for metric in (*m.QUALITY, *m.HELD):
        both = metric.score(sums)
        assert both.shape == (2,) and str(both[0]) == str(float(metric.score(row)))


def test_transcripts_without_marks_are_seen():
    rows = [m.count(("A", "a."), gold) for gold in (("a", "a"), ("a", "a."), ("A", "a"), ("a", "a"))]
    sums = {name: sum(row[name] for row in rows) for name in m.COLUMNS}
    assert m.marked.score(sums) == 0.25 and m.cased.score(sums) == 0.25


# --- the rule ------------------------------------------------------------------------------------------------------


def rows(right, n=120):
    """Passages with four stops and four commas each, of which a share is found, in as many places too many."""
    made = []
    for k in range(n):
        gold = ("a.", "a", "a,", "a") * 4
        said = tuple(
            label if (j + 3 * k) % 10 < right * 10 else {"a": "a,"}.get(label, "a") for j, label in enumerate(gold)
        )
        made.append(m.count(said, gold))
    return made


def ruling(home, abroad, native, transcripts=None):
    edited, own = study.RULE.of[0], study.LAPTOP.choices["native"]
    name = study.HIDDEN.name
    cells = {
        Cell(study.EDITED, edited, name, 13): rows(home),
        Cell(study.TALK, edited, name, 13): rows(abroad),
        Cell(study.TALK, own, name, 13): rows(native),
    }
    if transcripts is not None:
        cells[Cell(study.KSC2, "punctuation-stop", study.LOOKED_AT.name, 13)] = transcripts
    return settle(cells, study.LAPTOP)


def test_a_drop_and_a_cost_support_and_neither_refutes():
    found = ruling(0.9, 0.6, 0.9)
    assert found.verdict.outcome == "supported"
    assert {e.metric: round(e.value, 2) > 0.1 for e in found.estimates} == {"drop": True, "cost": True}
    assert "stop, comma" in found.verdict.reasons[1] and "question (0)" in found.verdict.reasons[1]
    assert ruling(0.9, 0.9, 0.9).verdict.outcome == "refuted"


def test_a_drop_alone_may_be_a_harder_text():
    assert ruling(0.9, 0.6, 0.6).verdict.outcome == "inconclusive"
    assert ruling(0.6, 0.6, 0.9).verdict.outcome == "inconclusive"


def test_rare_marks_are_not_judged():
    cells = {Cell(study.EDITED, study.RULE.of[0], study.HIDDEN.name, 13): rows(0.9, n=5)}
    verdict = settle(cells, study.LAPTOP).verdict
    assert verdict.outcome == "inconclusive" and "Not measured" in verdict.reasons[0]
    few = {cell: rows(0.9, n=5) for cell in [
        Cell(study.EDITED, study.RULE.of[0], study.HIDDEN.name, 13),
        *(Cell(study.TALK, system, study.HIDDEN.name, 13) for system in (study.RULE.of[0], study.LAPTOP.choices["native"])),
    ]}  # fmt: skip
    assert "No mark stands 200 times" in settle(few, study.LAPTOP).verdict.reasons[0]


def test_transcripts_without_marks_are_not_testable():
    bare = [m.count(("A", "a."), ("a", "a"))] * 50
    assert (
        "0.0% of 50 lines hold a mark; none to speak of: not testable"
        in ruling(0.9, 0.6, 0.9, bare).verdict.reasons[-1]
    )
