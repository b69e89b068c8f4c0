"""What the rule says of groups of speakers: every outcome from numbers made for it, and silence where there are too few."""

import sys

import numpy as np
import pytest

from qadam.metrics.group_gaps import Factor, GroupGaps
from qadam.terms import Cell, Condition, Protocol, Rule, Synthesis, Zone

SETTLE = GroupGaps((Factor("gender"), Factor("domain", 1.5), Factor("accent")), errors="errors", words="words")
RULE = Rule(
    claim={}, dataset="made/all", condition="speech", effects=(), supported=Zone(1.1), refuted=(Zone(0.9, 1.1),),
    synthesis=Synthesis(SETTLE, ()),
)  # fmt: skip
PROTOCOL = Protocol(
    datasets=("made/all",), conditions=(Condition("speech", ""),), metrics=(), rule=RULE,
    limits={"resamples": 1_000, "permutations": 1_000},
)  # fmt: skip
CELL = Cell("made/all", "one", "speech", 13)


def rows(speakers, *, rates, utterances=10, spread=0.0, factor="gender", named=True):
    """Utterances of ten words by so many speakers a group, who make the errors of their group, some more than others."""
    drawn, made = np.random.default_rng(5), []
    for level, rate in rates.items():
        for k in range(speakers):
            own = rate * np.exp(spread * drawn.standard_normal())
            for n in range(utterances):
                made.append(
                    {
                        "item": f"{level}{k}-{n}", "group": f"{level}{k}" if named else "", "status": "", f"by:{factor}": level,
                        "errors": float(drawn.binomial(10, min(1, own))), "words": 10.0,
                    }
                )  # fmt: skip
    return made


def settled(found, system="one"):
    return SETTLE({Cell("made/all", system, "speech", 13): found}, PROTOCOL)


def test_a_clear_gap_is_supported_and_the_sizes_come_first():
    ruling = settled(rows(30, rates={"female": 0.30, "male": 0.15}))
    assert ruling.verdict.outcome == "supported" and ruling.verdict.low > 1.1
    assert ruling.verdict.effect == pytest.approx(2, rel=0.1) and ruling.verdict.p < 0.01
    first, *_, last = ruling.verdict.reasons
    assert "female 30 speakers, 300 utterances; male 30 speakers" in first and "four times in five" in first
    assert "gender=female: " in last and ruling.estimates[0].condition == "gender=female"


def everything_said(found):
    """The same utterances with domain and accent written down, two halves of the speakers each."""
    speakers = {name: n for n, name in enumerate(dict.fromkeys(row["group"] for row in found))}
    return [
        {
            **row,
            "by:domain": ("read", "talk")[speakers[row["group"]] % 2],
            "by:accent": ("south", "west")[speakers[row["group"]] // 2 % 2],
        }
        for row in found
    ]


def test_equal_groups_of_many_speakers_are_refuted():
    equal = everything_said(rows(200, rates={"female": 0.2, "male": 0.2}, utterances=20))
    assert settled(equal).verdict.outcome == "refuted"


def test_without_a_factor_of_the_claim_nothing_is_refuted():
    equal = everything_said(rows(200, rates={"female": 0.2, "male": 0.2}, utterances=20))
    verdict = settled([{**row, "by:accent": None} for row in equal]).verdict
    assert verdict.outcome == "inconclusive" and verdict.reasons[-1].endswith("not judged: accent.")


def test_a_group_too_small_to_judge_keeps_the_verdict_open():
    equal = everything_said(rows(200, rates={"female": 0.2, "male": 0.2}, utterances=20))
    first = {"female0", "female1"}
    verdict = settled(
        [{**row, "by:accent": "north" if row["group"] in first else row["by:accent"]} for row in equal]
    ).verdict
    assert verdict.outcome == "inconclusive" and verdict.reasons[-1].endswith("not judged: accent=north.")


def test_a_gap_that_was_seen_stands_whatever_else_is_missing():
    assert settled(rows(30, rates={"female": 0.30, "male": 0.15})).verdict.outcome == "supported"


def test_too_little_to_tell_is_inconclusive():
    assert settled(rows(8, rates={"female": 0.24, "male": 0.2}, spread=0.5)).verdict.outcome == "inconclusive"


def test_under_five_speakers_nothing_is_judged():
    ruling = settled(rows(4, rates={"female": 0.9, "male": 0.1}))
    assert ruling.verdict.outcome == "not testable" and ruling.estimates == ()
    assert any(
        "Not judged for fewer than 5 speakers on a side: female, male" in reason for reason in ruling.verdict.reasons
    )


def test_without_names_of_speakers_nothing_is_judged():
    ruling = settled(rows(30, rates={"female": 0.9, "male": 0.1}, named=False))
    assert ruling.verdict.outcome == "not testable" and "speakers not named" in ruling.verdict.reasons[0]


def test_a_factor_that_nobody_wrote_down_is_not_available():
    reasons = settled(rows(6, rates={"female": 0.2, "male": 0.2})).verdict.reasons
    assert "accent: not available, no utterance of 120 says it." in reasons


def test_a_domain_needs_half_as_many_errors_again():
    read_and_talk = rows(40, rates={"read": 0.2, "talk": 0.27}, factor="domain", utterances=40)
    assert settled(read_and_talk).verdict.outcome == "inconclusive"
    assert (
        settled([{**row, "by:gender": row["by:domain"], "by:domain": None} for row in read_and_talk]).verdict.outcome
        == "supported"
    )


def test_every_system_must_agree():
    gap, none = rows(30, rates={"female": 0.3, "male": 0.15}), rows(30, rates={"female": 0.2, "male": 0.2})
    both = {Cell("made/all", name, "speech", 13): found for name, found in (("one", gap), ("two", none))}
    verdict = SETTLE(both, PROTOCOL).verdict
    assert verdict.outcome == "inconclusive" and verdict.by_system[0].outcome == "supported"


def test_of_three_groups_each_is_set_against_the_others():
    ruling = settled(rows(10, rates={"a": 0.2, "b": 0.2, "c": 0.4}, factor="gender"))
    assert [e.condition for e in ruling.estimates] == ["gender=a", "gender=b", "gender=c"]
    assert ruling.estimates[2].value == pytest.approx(2, rel=0.2)


def test_one_speaker_with_many_utterances_does_not_make_a_finding():
    """A speaker who is misheard all the time must not count as two hundred observations."""
    loud = rows(6, rates={"female": 0.1, "male": 0.1}) + [
        {"item": f"x{n}", "group": "female0", "status": "", "by:gender": "female", "errors": 9.0, "words": 10.0}
        for n in range(200)
    ]
    assert settled(loud).verdict.outcome == "inconclusive" and settled(loud).verdict.p > 0.05


def test_columns_that_a_corpus_leaves_empty_are_named():
    columns = [
        {"item": "25.0/accent", "group": "", "status": "", "clips": 2834.0, "filled": 0.0},
        {"item": "25.0/gender", "group": "", "status": "", "clips": 2834.0, "filled": 1185.0},
    ]
    found = SETTLE(
        {Cell("cv/all", "one", "columns", 13): columns, CELL: rows(6, rates={"female": 0.2, "male": 0.2})}, PROTOCOL
    )
    assert found.verdict.reasons[0] == "accent: not available in cv 25.0: it is empty for all 2,834 clips."
    assert not any("gender: not available" in reason for reason in found.verdict.reasons)


def test_nothing_measured_is_nothing_said():
    assert SETTLE({}, PROTOCOL).verdict.outcome == "inconclusive"


def test_the_name_of_the_rule_says_what_it_asks():
    assert "domain>1.5" in SETTLE.__qualname__ and "errors/words" in SETTLE.__qualname__


def test_a_mixed_model_stands_beside_and_moves_nothing(monkeypatch):
    pytest.importorskip("statsmodels", reason="pip install 'qadam[mixed]'")
    found = rows(30, rates={"female": 0.30, "male": 0.15})
    with_model = settled(found).verdict
    (told,) = [reason for reason in with_model.reasons if "mixed model with" in reason]
    assert told.startswith("one, gender=female: ") and float(told.split()[2]) == pytest.approx(15, abs=2)
    monkeypatch.setitem(sys.modules, "statsmodels.regression.mixed_linear_model", None)
    without = settled(found).verdict
    assert "pip install 'qadam[mixed]'" in " ".join(without.reasons)
    kept = [
        [reason for reason in verdict.reasons if "mixed" not in reason.lower()] for verdict in (with_model, without)
    ]
    assert kept[0] == kept[1]
    assert (without.outcome, without.effect, without.p) == (with_model.outcome, with_model.effect, with_model.p)
