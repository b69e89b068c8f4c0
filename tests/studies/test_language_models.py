"""The two studies of language models from plan to verdict, on the embedded questions."""

from dataclasses import replace

import pytest

from qadam.catalogue.fetch import Places
from qadam.lab import judge, measure, plan, run
from qadam.publish import report
from qadam.studies import english_cot, llm_leaderboard
from qadam.terms import UNSCORED, Condition, Item, Said, SystemRow

STUDIES = (llm_leaderboard.STUDY, english_cot.STUDY)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return Places(tmp_path_factory.mktemp("home"), (), True)


@pytest.fixture(scope="module", params=STUDIES, ids=lambda study: study.problem)
def walked(request, home, tmp_path_factory):
    made = plan.make(request.param, "sample", out=tmp_path_factory.mktemp("out"), places=home)
    assert run.run(made) == ()
    return made, judge.judge(made)


def test_the_sample_fills_every_cell_and_is_never_evidence(walked):
    made, evidence = walked
    assert not made.blocked and evidence.verdict.demonstration
    accuracy = [m for m in evidence.measurements if m.metric == "accuracy"]
    assert len(accuracy) == len(made.cells)
    assert all(m.low <= m.value <= m.high and m.n == 48 and m.no_answer == m.unscored == 0 for m in accuracy)


def test_guessing_is_as_good_as_chance_on_the_sample(walked):
    found = {(m.system, m.metric): m.value for m in walked[1].measurements if m.condition == "direct-kk"}
    assert found["longest-option", "chance"] == pytest.approx(0.25)
    assert found.get(("always-a", "accuracy"), 0.25) == pytest.approx(0.25)  # keys are balanced
    assert found["random-letter", "accuracy"] < 0.5


def test_stored_rows_give_the_stored_numbers(walked):
    made, _ = walked
    measure.recompute(made.store, made.protocol, list(made.store.cells()))


def test_the_page_holds_the_rule_in_three_languages(walked, tmp_path):
    made, evidence = walked
    from qadam.catalogue import tables

    page = report.write(made.study, tables.problem(made.study.problem), evidence, out=tmp_path)
    text = page.read_text("utf-8")
    for asks in made.protocol.rule.synthesis.asks:
        assert asks["en"].replace("'", "&#39;") in text or asks["en"] in text


def test_cot_en_of_a_recorded_run_is_blocked_and_decides_nothing(home, tmp_path, monkeypatch):
    class Direct:
        name = "m"

        def answer(self, inputs):
            return [Said("Жауап: A", ask.options) for ask in inputs]

    from qadam.errors import NotRecorded

    class Partial(Direct):
        def answer(self, inputs):
            if inputs[0].condition in {"cot-en", "translated"}:
                raise NotRecorded("NotRecorded: no such answers.", "qadam run")
            return super().answer(inputs)

    monkeypatch.setattr(run, "load", lambda *_, **__: Partial())
    study = replace(english_cot.STUDY, systems={"sample": ("random-letter",)})
    made = plan.make(study, "sample", out=tmp_path, places=home)
    blocked = run.run(made)
    assert {b.cell.condition for b in blocked} == {"cot-en", "translated"}
    verdict = judge.judge(made, blocked=blocked).verdict
    assert verdict.outcome == "inconclusive"
    assert any(reason.startswith("cot-en blocked") for reason in verdict.reasons)
    assert any("McNemar" in reason for reason in verdict.reasons)


def test_systems_meet_only_the_conditions_that_fit_them():
    fits = llm_leaderboard.fits
    direct, cot, strict, reads = (Condition(n, "") for n in ("direct-kk", "cot-kk", "direct-kk+strict", "read-kk"))
    baseline = SystemRow("b", "B", "baseline", "random")
    live = SystemRow("l", "L", "language_model", "openai")
    from qadam.catalogue import tables

    recorded, short = tables.system("gpt-4o-2024-11-20"), tables.system("deepseek-chat")
    assert [fits(baseline, c) for c in (direct, cot, strict, reads)] == [True, False, False, False]
    assert [fits(live, c) for c in (direct, cot, strict, reads)] == [True] * 4
    assert [fits(recorded, c) for c in (direct, cot, strict, reads)] == [True, True, True, False]
    assert [fits(short, c) for c in (direct, cot)] == [True, False]


def test_a_free_answer_is_compared_with_all_accepted_ones():
    item = Item("q", {"question": "Қашан?", "passage": "1991 жылы."}, ("1991 жылы", "1991"))
    reads = next(c for c in llm_leaderboard.LAPTOP.conditions if c.name == "read-kk")
    ask = llm_leaderboard.present(item, reads)
    assert ask.options == () and "1991 жылы." in ask.prompt
    assert llm_leaderboard.read(Said("1991"), item, reads) == "1991"
    assert llm_leaderboard.expect(item, reads) == item.gold


def test_a_changed_prompt_is_another_protocol():
    changed = replace(english_cot.SAMPLE, choices={**english_cot.SAMPLE.choices, "prompts": "other"})
    assert changed.hash({}) != english_cot.SAMPLE.hash({})


def test_a_run_that_lacks_items_keeps_its_columns(home, tmp_path, monkeypatch):
    class Late:
        name = "m"

        def answer(self, inputs):
            return [UNSCORED] * 40 + [Said("Жауап: A", ask.options) for ask in inputs[40:]]

    monkeypatch.setattr(run, "load", lambda *_, **__: Late())
    study = replace(llm_leaderboard.STUDY, systems={"sample": ("random-letter",)})
    made = plan.make(study, "sample", out=tmp_path, places=home)
    assert run.run(made) == ()
    evidence = judge.judge(made)
    (found,) = (m for m in evidence.measurements if m.metric == "accuracy" and m.condition == "direct-kk")
    assert (found.n, found.unscored) == (8, 40)
    assert evidence.verdict.outcome == "inconclusive"


def test_an_endpoint_that_stays_away_blocks_what_is_left_and_the_same_command_goes_on(home, tmp_path, monkeypatch):
    from qadam.errors import NotAnswered

    asked = []

    class Away:
        name = "m"

        def answer(self, inputs):
            asked.append(inputs[0].condition)
            if len(asked) == 2:
                raise NotAnswered("NotAnswered: nobody there.", "the same command")
            return [Said("Жауап: A", ask.options) for ask in inputs]

    monkeypatch.setattr(run, "load", lambda *_, **__: Away())
    study = replace(english_cot.STUDY, systems={"sample": ("random-letter",)})
    blocked = run.run(plan.make(study, "sample", out=tmp_path, places=home))
    assert len(asked) == 2 and [b.cell.condition for b in blocked] == ["cot-kk", "cot-en", "translated"]
    assert {b.unblock for b in blocked} == {"the same command"}
    again = plan.make(study, "sample", out=tmp_path, places=home)
    assert len(again.stored) == 1 and run.run(again) == ()
    assert asked[2:] == ["cot-kk", "cot-en", "translated"]


def test_answers_given_as_a_file_are_a_system_like_any_other(home, tmp_path):
    import json

    lines = [
        {"item": f"items-{n:03d}", "condition": condition, "text": "Жауап: A"}
        for n in range(1, 49)
        for condition in ("direct-kk", "cot-kk", "cot-en", "translated")
    ]
    path = tmp_path / "mine.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    made = plan.make(english_cot.STUDY, "sample", out=tmp_path, places=home, systems=[f"file:{path}"])
    assert run.run(made) == ()
    found = {m.condition: m.value for m in judge.judge(made).measurements if m.metric == "accuracy"}
    assert found == dict.fromkeys(("direct-kk", "cot-kk", "cot-en", "translated"), pytest.approx(0.25))


def test_the_full_profile_names_the_five_models_on_every_benchmark(home, tmp_path):
    made = plan.make(llm_leaderboard.STUDY, "full", out=tmp_path, places=home)
    planned = {(c.dataset, c.system) for c in (*made.cells, *(b.cell for b in made.blocked))}
    for model in llm_leaderboard.FIVE:
        assert {dataset for dataset, system in planned if system == model} == set(made.protocol.datasets) - {
            "qorgau/shared"
        }
    assert all(b.unblock for b in made.blocked)
