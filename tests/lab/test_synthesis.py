"""A rule that reads all rows at once: its verdict, its numbers, and the hash that guards it."""

from dataclasses import replace

import pytest

from qadam.catalogue.fetch import Places
from qadam.errors import NothingToJudge
from qadam.lab import judge, plan, run
from qadam.lab.verdict import settled
from qadam.studies import kk_vs_ru_safety as study
from qadam.terms import PROFILES, Blocked


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return Places(tmp_path_factory.mktemp("home"), (), True)


@pytest.fixture(scope="module")
def walked(home, tmp_path_factory):
    made = plan.make(study.STUDY, "sample", out=tmp_path_factory.mktemp("out"), places=home)
    assert run.run(made) == ()
    return made, judge.judge(made)


def test_the_sample_shows_the_whole_way(walked):
    made, evidence = walked
    assert (
        len(made.cells) == 4 * 2 * 2 + 2 * 3
    )  # four systems, two languages, two sets of prompts; on labelled responses a judge twice, the rules of refusals once
    verdict = evidence.verdict
    assert verdict.demonstration and verdict.kind == "re-analysis" and "Demonstration" in verdict.reasons[0]
    assert {v.system for v in verdict.by_system} == {"mini-second", "mini-third"}
    assert "Dropped, judged on the same responses (kk): mini-first, mini-copy." in verdict.reasons
    assert any("Refusals, judged apart" in reason for reason in verdict.reasons)


def test_what_a_synthesis_finds_is_a_measurement_with_a_signature(walked):
    primary = walked[0].protocol.rule.dataset
    found = {m.metric: m for m in walked[1].measurements if (m.system, m.dataset) == ("pooled", primary)}
    pooled = found["unsafe_odds_ratio"]
    assert pooled.low < pooled.value < pooled.high
    assert walked[1].verdict.effect is None  # all systems together stand on another side of 1 by another rubric
    assert "synthesis:qadam.metrics.safety_ruling.Settled(Unsafe responses, Refusals" in pooled.signature
    rules = {m.metric for m in walked[1].measurements if m.system == "refusal-rules"}
    assert rules == {f"refusal_{name}" for name in ("rate", "agreement", "kappa", "sensitivity", "specificity")}
    sizes = {m.dataset: m.n for m in walked[1].measurements if m.metric == "unsafe_odds_ratio" and m.system == "pooled"}
    assert sizes == {"safety-mini/parallel": 149, "safety-mini/aligned": 179, "safety-mini/shared": 179}


def test_dropped_systems_have_no_odds_ratio(walked):
    compared = {m.system for m in walked[1].measurements if m.metric.startswith("unsafe_odds_ratio")}
    assert compared == {"mini-second", "mini-third", "pooled"}


def test_too_few_systems_give_no_verdict(home, tmp_path):
    made = plan.make(
        study.STUDY, "sample", out=tmp_path, places=home, systems=["mini-second", "mini-copy", "mini-first"]
    )
    run.run(made)
    verdict = judge.judge(made).verdict
    assert verdict.outcome == "inconclusive" and verdict.effect is None
    assert any(reason.startswith("1 of 2 systems") for reason in verdict.reasons)


def test_another_version_of_the_ruling_judges_no_old_records(home, walked):
    made, _ = walked
    rule = study.RULE
    later = replace(study.SAMPLE, rule=replace(rule, synthesis=replace(rule.synthesis, version=2)))
    changed = replace(study.STUDY, protocols={"sample": later})
    other = plan.make(changed, "sample", out=made.store.root, places=home)
    assert other.protocol_hash != made.protocol_hash
    with pytest.raises(NothingToJudge, match="other protocols"):
        judge.judge(other)


def test_blocked_cells_are_told_and_keep_the_verdict_away(home, tmp_path):
    made = plan.make(study.STUDY, "laptop", out=tmp_path, places=home)
    assert not made.cells and all("qadam fetch" in b.unblock for b in made.blocked)


def test_systems_are_asked_only_in_the_languages_they_were_recorded_in():
    assert set(study.STUDY.protocols) == set(PROFILES)
    from qadam.catalogue import tables

    names = study.STUDY.systems["laptop"]
    allowed = {name: [c.name for c in study.LAPTOP.conditions if study.fits(tables.system(name), c)] for name in names}
    assert allowed["vikhr-nemo-12b-instruct"] == ["ru"] and allowed["sherkala-ift3"] == ["kk"]
    assert allowed["gpt-4o"] == ["kk", "ru"] and allowed["refusal-rules"] == ["refusal-kk", "refusal-ru"]
    assert allowed["gpt-4o-2024-08-06"] == ["judge-kk", "judge-ru", "refusal-kk", "refusal-ru"]


def test_a_ruling_over_too_much_unscored_or_blocked_says_so(walked):
    made, evidence = walked
    first = next(m for m in evidence.measurements if m.metric == "unsafe_rate")
    supported = replace(evidence.verdict, outcome="supported", reasons=("kept",))
    blocked = [Blocked(replace(made.cells[0], seed=seed), "it is not here.", "qadam fetch") for seed in (1, 2)]
    given = settled(made, supported, [replace(first, n=50, unscored=1)], blocked)
    assert given.outcome == "inconclusive" and "1 of 51 items" in given.reasons[1]
    assert given.reasons[2] == "kept" and len(given.reasons) == 4 and given.reasons[3].endswith("it is not here.")
    assert settled(made, supported, [replace(first, n=150, unscored=1)], ()).outcome == "supported"
