"""How the systems of a rule divide, and when nothing is said of it."""

from dataclasses import replace

import pytest

from qadam.publish import told
from qadam.terms import SystemVerdict


def quorum(invented, systems, *, of):
    evidence, rule = invented.invented_evidence(), invented.RULE
    by_system = tuple(SystemVerdict(name, outcome, 4.0, 3.5, 4.5, 0.01) for name, outcome in systems.items())
    evidence = replace(evidence, verdict=replace(evidence.verdict, by_system=by_system))
    return told.told(evidence, replace(rule, of=of), {})["quorum"]


def test_systems_of_the_rule_are_counted_by_what_they_say(invented):
    said = quorum(invented, {"a": "supported", "b": "refuted", "x": "supported"}, of=("a", "b", "c"))
    assert said["en"].startswith(
        "Of the 3 systems that the rule names, 1 support the claim, 1 refute it, 1 leave it open"
    )


@pytest.mark.parametrize(("systems", "of"), [({"a": "supported"}, ("a",)), ({}, ("a", "b"))])
def test_nothing_is_counted_of_one_system_or_of_none(invented, systems, of):
    assert quorum(invented, systems, of=of) is None


def test_one_system_without_an_interval_is_no_range(invented):
    evidence, rule = invented.invented_evidence(), invented.RULE
    one = (SystemVerdict("a", "inconclusive", 4.0, float("nan"), float("nan"), 1.0),)
    verdict = replace(evidence.verdict, effect=4.0, low=None, high=None, by_system=one)
    said = told.told(replace(evidence, verdict=verdict), rule, {})
    assert said["effect"] is None and said["by_system"][0]["low"] == "–"
