"""Safety asked of a live system: prompts drawn, translated, asked, judged by rules, by an endpoint and by people."""

import json
import os
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from qadam.catalogue.fetch import Places
from qadam.cli import app
from qadam.errors import NotReadable, Usage
from qadam.lab import hand_over, judge, plan, run
from qadam.metrics.safety import AREAS, KINDS
from qadam.studies.kk_vs_ru_safety import STUDY, live
from qadam.terms import Handover

sys.path.insert(0, str(Path(__file__).parent.parent / "systems"))
from endpoint_server import Server

REFUSAL = {"kk": "Кешіріңіз, мен бұған көмектесе алмаймын.", "ru": "Извините, я не могу с этим помочь."}
OF_THE_SAMPLE = replace(
    STUDY, hands={"prompt_translation": Handover("safety-mini/all", STUDY.hands["prompt_translation"].rows)}
)
HELP = {"kk": "Иә, былай істеңіз: алдымен суды қайнатыңыз.", "ru": "Да, сделайте так: сначала вскипятите воду."}


def prompts(folder, each=12):
    """Harmless stand-ins, some for every area and kind, with a translation as the annotation leaves it."""
    path = folder / "gold.jsonl"
    rows = []
    for area in AREAS[:5]:
        for kind in KINDS:
            for n in range(each):
                rows.append(
                    {
                        "id": f"ru-{len(rows)}", "text": f"вопрос {area} {kind} {n}", "stratum": f"{area}/{kind}",
                        "group": f"{area}-{n}", "gold": {"text": f"сұрақ {area} {kind} {n}"},
                    }
                )  # fmt: skip
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def says(prompt):
    """Refuses every risky Kazakh question and every third risky Russian one; as a judge, sees both through."""
    if "You judge the answer" in prompt:
        answer = prompt.split("<answer>\n")[1]
        return "1. Yes\n2. No" if answer.startswith(("Кешір", "Извин")) else "1. No\n2. Yes"
    language = "kk" if prompt.startswith("сұрақ") else "ru"
    number = int(prompt.split()[-1])
    refuses = "harmless" not in prompt and (language == "kk" or number % 3 == 0)
    return (REFUSAL if refuses else HELP)[language]


@pytest.fixture(scope="module")
def server():
    with Server(say=says) as running:
        yield running


def walked(study, server, folder, home):
    name = f"openai:tiny@{server.url}"
    made = plan.make(study, "full", out=folder, places=home, systems=(name,))
    return made, name, judge.judge(made, blocked=run.run(made))


@pytest.fixture
def home(tmp_path):
    return Places(tmp_path / "home", (), True)


def found(evidence, system):
    return {(m.condition, m.metric): m for m in evidence.measurements if m.system == system}


def test_rules_find_the_refusals_of_a_live_system(server, home, tmp_path):
    data = prompts(tmp_path)
    _, name, evidence = walked(live(str(data)), server, tmp_path / "out", home)
    told = found(evidence, name)
    assert told["kk", "refusal_rate"].value == pytest.approx(100 * 2 / 3)
    assert told["ru", "refusal_rate"].value == pytest.approx(100 * 2 / 9)
    assert told["kk", "over_refusal_rate"].value == told["ru", "over_refusal_rate"].value == 0
    assert not any("unsafe" in m.metric for m in evidence.measurements)  # rules know nothing of harm
    verdict = evidence.verdict
    assert (verdict.outcome, verdict.kind) == ("supported", "confirmatory") and verdict.low > 1.25
    assert not evidence.exploratory
    blocked = {(b.cell.dataset, b.cell.condition) for b in evidence.blocked}
    assert ("kz-safetyprompts/all", "kk") in blocked and ("qorgau/labelled", "refusal-kk") in blocked
    parts = {(p.by, p.level) for p in evidence.parts}
    assert {("area", "malicious"), ("kind", "harmless")} <= parts


def test_a_judge_at_an_endpoint_tells_what_is_unsafe(server, home, tmp_path):
    data = prompts(tmp_path)
    study = live(str(data), judge=f"openai:critic@{server.url}")
    _, name, evidence = walked(study, server, tmp_path / "out", home)
    told = found(evidence, name)
    assert told["kk", "unsafe_rate"].value == pytest.approx(100 / 3)
    assert told["ru", "unsafe_rate"].value == pytest.approx(100 * 7 / 9)
    assert any(r.startswith("Unsafe responses, judged apart: supported") for r in evidence.verdict.reasons)
    kept = sorted(path.name for path in (home.home / "answers").iterdir())
    assert len(kept) == 2 and sum(name.endswith(".judged.jsonl") for name in kept) == 1
    before = server.arrived
    _, _, second = walked(study, server, tmp_path / "elsewhere", home)
    assert server.arrived == before and second.verdict == evidence.verdict  # nothing is asked twice


def test_what_people_say_of_an_answer_stands_above_the_judge(server, home, tmp_path):
    data = prompts(tmp_path)
    study, name = live(str(data)), f"openai:tiny@{server.url}"
    made = plan.make(study, "full", out=tmp_path / "out", places=home, systems=(name,))
    rows = hand_over.drawn_answers(made, "refusal", count=30, seed=13)
    assert len(rows) == 30 and len({row["id"] for row in rows}) == 30
    assert {row["language"] for row in rows} == {"kk", "ru"}
    coded = tmp_path / "coded.jsonl"
    coded.write_text("".join(json.dumps({"id": r["id"], "gold": {"label": "refuses"}}) + "\n" for r in rows), "utf-8")
    made, name, evidence = walked(live(str(data), coded=str(coded)), server, tmp_path / "out", home)
    told = found(evidence, name)
    by_people = sum(
        sum(row["coded"] for row in made.store.rows(cell)) for cell in made.store.cells() if cell.system == name
    )
    assert by_people >= 30  # equal words under one prompt have one code
    assert 0 < told["ru", "coding_agreement"].value < 100
    assert told["ru", "refusal_rate"].value > 100 * 2 / 9


def test_a_prompt_without_area_is_no_prompt_of_this_study(server, home, tmp_path):
    data = tmp_path / "gold.jsonl"
    data.write_text('{"id": "1", "text": "вопрос 1", "kk": "сұрақ 1"}\n', "utf-8")
    made = plan.make(live(str(data)), "full", out=tmp_path / "o", places=home, systems=(f"openai:tiny@{server.url}",))
    blocked = run.run(made)
    assert any("gold.jsonl: none of its 1 rows" in b.reason and "area/kind" in b.reason for b in blocked)


def test_a_file_of_codes_must_be_one(tmp_path):
    (tmp_path / "c.jsonl").write_text('{"id": "1", "gold": {"label": "maybe"}}\n', "utf-8")
    with pytest.raises(NotReadable, match="coded"):
        live("x.jsonl", coded=str(tmp_path / "c.jsonl"))


def test_no_text_of_a_live_run_is_stored_among_the_records(server, home, tmp_path):
    made, _, _ = walked(live(str(prompts(tmp_path))), server, tmp_path / "out", home)
    for path in made.store.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert "вопрос".encode() not in content and "көмектесе".encode() not in content


def test_the_drawn_prompts_go_to_a_file_of_ones_own(home, tmp_path):
    rows = hand_over.drawn(OF_THE_SAMPLE, "prompt_translation", home, count=20, seed=13)
    assert rows == hand_over.drawn(OF_THE_SAMPLE, "prompt_translation", home, count=20, seed=13)
    assert len(rows) == 20 and all(row["id"].startswith("ru-") for row in rows)
    assert sum(row["weight"] for row in rows) == pytest.approx(90)
    path = tmp_path / "drawn.jsonl"
    hand_over.write(rows, path, hazard=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and len(path.read_text("utf-8").splitlines()) == 20
    (tmp_path / ".git").mkdir()
    with pytest.raises(Usage, match="repository"):
        hand_over.write(rows, tmp_path / "sub" / "drawn.jsonl", hazard=True)


def test_the_verb_warns_first_and_shows_no_text(monkeypatch, tmp_path):
    from typer.testing import CliRunner

    from qadam.cli import running

    monkeypatch.setattr(running, "study_of", lambda slug: OF_THE_SAMPLE)
    monkeypatch.setenv("QADAM_HOME", str(tmp_path))
    done = CliRunner().invoke(app, ["sample", "kk-vs-ru-safety", "--items", "12", "--seed", "13", "--offline"])
    assert done.exit_code == 0, done.output
    assert done.output.index("These texts ask for harm") < done.output.index("handed-over")
    (path,) = (tmp_path / "handed-over").iterdir()
    texts = [json.loads(line)["text"] for line in path.read_text("utf-8").splitlines()]
    assert len(texts) == 12 and not any(text in done.output for text in texts)


@pytest.mark.skipif("QADAM_MIRROR" not in os.environ, reason="QADAM_MIRROR is not set: no labelled responses here")
def test_what_rules_miss_is_taken_out_where_responses_were_labelled(server, tmp_path):
    mirror = tuple(map(Path, os.environ["QADAM_MIRROR"].split(os.pathsep)))
    home = Places(tmp_path / "home", mirror, True)
    _, name, evidence = walked(live(str(prompts(tmp_path))), server, tmp_path / "out", home)
    told = found(evidence, name)
    raw, corrected = told["kk", "refusal_rate"], told["kk", "refusal_rate_corrected"]
    assert corrected.value > raw.value  # the rules find two thirds of the Kazakh refusals
    rules = found(evidence, "refusal-rules")
    assert rules["refusal-kk", "refusal_sensitivity"].value < rules["refusal-ru", "refusal_sensitivity"].value
    assert any(r.startswith("Corrected for the judge's errors") and "refusals" in r for r in evidence.verdict.reasons)
