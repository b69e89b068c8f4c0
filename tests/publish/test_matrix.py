"""Data sets across, systems down: what speaks for a data set, who stands first, what is blocked."""

import math
from dataclasses import replace

from qadam.metrics import accuracy, overlap
from qadam.publish.matrix import matrix
from qadam.terms import Blocked, Cell, Condition, Evidence, Measurement, Protocol, Verdict

PROTOCOL = Protocol(
    ("a/test", "b/test", "c/test"),
    (
        Condition("read", "", datasets=("c/test",)),
        Condition("reasoned", "", datasets=("a/test", "b/test")),
        Condition("direct", "", control=True, datasets=("a/test", "b/test")),
    ),
    (
        replace(accuracy.METRICS[0], conditions=("direct", "reasoned")),
        replace(overlap.EXACT_MATCH, conditions=("read",)),
    ),
)
VERDICT = Verdict("measured", None, None, None, None, ())


def measured(dataset, system, value, *, condition="direct", metric="accuracy"):
    low, high = (math.nan, math.nan) if metric == "rank" else (value - 0.02, value + 0.02)
    return Measurement(dataset, system, condition, 13, metric, value, low, high, 10, 0, 0, "share 0-1", "")


def arranged(*measurements, blocked=()):
    held = tuple(Blocked(Cell(*cell, 13), "why", "how") for cell in blocked)
    return matrix(Evidence("p", "laptop", "h", VERDICT, measurements, held, (), 0.0), PROTOCOL)


def fields(found):
    return {
        system: [e.shown.value if e.shown else "x" if e.blocked else "" for e in entries]
        for system, entries in found.rows
    }


def test_a_data_set_is_spoken_for_by_the_control_or_by_what_was_made_for_it():
    found = arranged(measured("a/test", "one", 0.5))
    assert [(c.datasets, c.condition, c.metric) for c in found.columns] == [
        (("a/test",), "direct", "accuracy"),
        (("b/test",), "direct", "accuracy"),
        (("c/test",), "read", "exact_match"),
    ]


def test_the_best_stand_first_and_what_is_blocked_last():
    found = arranged(
        measured("a/test", "low", 0.25),
        measured("a/test", "high", 0.75),
        measured("a/test", "high", 0.1, condition="reasoned"),
        measured("c/test", "low", 0.5, condition="read", metric="exact_match"),
        blocked=[("b/test", "low", "direct"), ("a/test", "held", "direct"), ("a/test", "else", "reasoned")],
    )
    assert list(fields(found)) == ["high", "low", "held"]  # `else` is blocked under another condition alone
    assert fields(found)["low"] == ["0.25", "x", "0.50"] and fields(found)["held"] == ["x", "", ""]
    assert found.size == 3


def test_ranks_and_averages_stand_with_their_numbers():
    found = arranged(
        measured("a/test", "one", 0.5),
        measured("a/test", "one", 2.0, metric="rank"),
        measured("a/test+b/test", "one", 0.6, metric="macro"),
    )
    ((_, entries),) = found.rows
    assert entries[0].rank == 2 and entries[-1].shown.value == "0.60"
    assert found.columns[-1].datasets == ("a/test", "b/test")
