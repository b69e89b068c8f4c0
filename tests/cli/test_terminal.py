"""Tables on a narrow terminal: values stay whole, counts are of items, a cause is said once."""

import io
from dataclasses import replace
from types import SimpleNamespace

import pytest
from rich.console import Console

from qadam.cli import terminal
from qadam.lab.plan import Cost
from qadam.terms import (
    Blocked,
    Cell,
    Condition,
    Contrast,
    Evidence,
    Measurement,
    Metric,
    Protocol,
    Rule,
    SystemRow,
    SystemVerdict,
    Verdict,
    Zone,
)

LONG = ("direct-kk", "direct-kk+tumlu-2025", "direct-kk+first-letter", "cot-kk", "cot-kk+first-letter")
SYSTEMS = ("claude-3-5-sonnet-20241022", "meta-llama-3.1-405b-instruct", "random-letter")


@pytest.fixture
def said(monkeypatch):
    """What is printed on a terminal of 80 columns."""
    out = io.StringIO()
    monkeypatch.setattr(terminal, "console", Console(file=out, width=80, highlight=False))
    return out.getvalue


def counted(prediction, gold):
    return {}


def measured(system, condition, metric="accuracy", n=48, value=0.8349):
    numbers = (value, value - 0.1, value + 0.1, n, 0, 0)
    return Measurement("d/test", system, condition, 13, metric, *numbers, "share 0-1", "s")


def plan(margin=0.01, **more):
    rule = Rule({"en": "a claim"}, "d/test", LONG[1], ("gain",), Zone(low=margin), (Zone(high=margin),))
    accuracy = Metric("accuracy", {"en": "share of right answers"}, "share 0-1", counted, counted)
    conditions = tuple(Condition(name, name) for name in LONG)
    contrasts = tuple(
        Contrast("gain", {"en": "gain"}, "accuracy", than, "difference", conditions=(name,))
        for name, than in ((LONG[4], "cot-kk"), (LONG[1], LONG[2]))
    )
    protocol = Protocol(("d/test",), conditions, (accuracy,), contrasts, rule=rule)
    study = SimpleNamespace(problem="a-problem", question={"en": "Is it so?"})
    return SimpleNamespace(protocol=protocol, study=study, **more)


def evidence(*more, blocked=()):
    found = [measured(system, condition) for system in SYSTEMS for condition in LONG]
    found += [measured(system, LONG[1], "gain", value=0.0312) for system in SYSTEMS]
    by_system = tuple(SystemVerdict(system, "inconclusive", 0.03, -0.07, 0.13, 0.2) for system in SYSTEMS)
    verdict = Verdict("supported", 0.0312, -0.0688, 0.1312, 0.5, (), by_system)
    return Evidence("a-problem", "laptop", "0", verdict, (*found, *more), blocked, (), 1.0)


def test_every_value_and_every_name_is_whole_on_eighty_columns(said, tmp_path):
    terminal.show_evidence(plan(), evidence(), tmp_path)
    text = said()
    assert "…" not in text and max(map(len, text.splitlines()[:12])) <= 80
    for system in SYSTEMS:
        (line,) = (line for line in text.splitlines() if line.startswith(system))
        assert "0.83" in line and "0.03 [-0.07, 0.13]" in line and "inconclusive" in line
    assert "more conditions on the page" in text
    heading = "".join(text.split())
    assert "direct-kk+first-letter" in heading, "what the condition of the rule is compared to"


def test_a_usual_terminal_shows_intervals_and_the_conditions_of_the_rule(said, monkeypatch, tmp_path):
    monkeypatch.setattr(terminal.console, "width", 140)
    terminal.show_evidence(plan(), evidence(), tmp_path)
    lines = said().splitlines()
    assert "95 % intervals" in said() and max(map(len, lines[:12])) <= 100
    (line,) = (line for line in lines if line.startswith(SYSTEMS[0]))
    assert line.split()[1:] == ["0.83", "[0.73,", "0.93]", "0.03", "[-0.07,", "0.13]", "inconclusive"]
    assert "and 4 more conditions on the page" in said()


def test_an_effect_that_stands_elsewhere_is_shown_with_its_system(said, tmp_path):
    found = [measured(system, condition) for system in SYSTEMS for condition in LONG[:1]]
    found.append(measured(SYSTEMS[1], "all scripts", "gain", value=0.25))
    by_system = (SystemVerdict(SYSTEMS[0], "inconclusive", 0.04, -0.07, 0.13, 0.2),)
    verdict = Verdict("inconclusive", 0.04, -0.07, 0.13, 0.5, (), by_system)
    one = Evidence("a-problem", "laptop", "0", verdict, tuple(found), (), (), 1.0)
    terminal.show_evidence(plan(), one, tmp_path)
    text = said()
    rows = {s: next(line for line in text.splitlines() if line.startswith(s)) for s in SYSTEMS}
    assert "0.04 [-0.07, 0.13] inconclusive" in " ".join(rows[SYSTEMS[0]].split())
    assert "0.25 [0.15, 0.35]" in rows[SYSTEMS[1]] and rows[SYSTEMS[2]].split()[1:2] == ["0.83"]
    assert "inconclusive  0.04 [-0.07, 0.13]" in text, "an open verdict has a number too"


def test_means_over_seeds_have_no_interval_of_one_of_them(said, tmp_path):
    found = [replace(measured(SYSTEMS[0], LONG[0], value=v), seed=seed) for seed, v in ((13, 0.5), (14, 0.7))]
    verdict = Verdict("inconclusive", None, None, None, None, ())
    terminal.show_evidence(plan(), Evidence("a-problem", "laptop", "0", verdict, tuple(found), (), (), 1.0), tmp_path)
    assert "mean of up to 2 seeds" in said() and "0.60" in said() and "[0." not in said()


def test_the_number_of_items_is_not_that_of_resamples(said, tmp_path):
    terminal.show_evidence(plan(), evidence(measured(SYSTEMS[0], "all", "rank", n=10_000)), tmp_path)
    assert "n = 48" in said() and "10,000" not in said()


def test_an_effect_has_the_decimals_of_its_margin(said, tmp_path):
    terminal.show_evidence(plan(margin=0.005), evidence(), tmp_path)
    assert "0.031 [-0.069, 0.131]" in said()


def test_a_cause_is_said_once_with_the_name_of_the_study(said, tmp_path):
    hint = "Ask a live model: qadam run SLUG --profile laptop"
    blocked = tuple(
        Blocked(Cell("d/test", f"model-{n}", way, 13), f"no answer under {way!r}", hint)
        for n in range(14)
        for way in ("cot-en", "translated")
    )
    terminal.show_evidence(plan(), evidence(blocked=blocked), tmp_path)
    lines = [" ".join(line.split()) for line in said().splitlines()]
    assert "blocked model-0, model-1 and 12 more (14 cells): no answer under 'cot-en'" in lines
    assert lines.count("Ask a live model: qadam run a-problem --profile laptop") == 1
    assert "SLUG" not in said()


def test_a_plan_does_not_call_what_it_does_not_know_nothing(said):
    row = SystemRow("hf:OWNER/NAME", "a model", "language_model", "hf", needs=("GPU",))
    cell = Cell("d/test", row.id, "direct-kk", 13)
    one = plan(
        profile="laptop", protocol_hash="0", systems=(row,), cells=(cell,), missing=(cell,), stored=(), blocked=()
    )
    one.cost = Cost(0, 0, 400, 1.5)
    terminal.show_plans([one])
    assert said().count("unknown: the files of hf:OWNER/NAME are not listed") == 3
    assert "0 B" not in said() and "400 MB" not in said()
    assert terminal.plan_document(one)["unlisted"] == ["hf:OWNER/NAME"]
    one.systems = (replace(row, kind="tokenizer", format="tiktoken"),)
    terminal.show_plans([one])
    assert "0 B" in said() and "400 MB" in said()
