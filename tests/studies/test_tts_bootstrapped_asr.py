"""The study from plan to verdict on its sample; what it says of the authors' recorded answers; recordings of one's own."""

import os
import wave
from pathlib import Path

import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.lab import judge, plan, run
from qadam.metrics.spoken_words import Named
from qadam.studies import tts_bootstrapped_asr as study
from qadam.terms import NO_ANSWER, Item, Recording, Utterance, Voice, Weighed

needs_mirror = pytest.mark.skipif(not os.environ.get("QADAM_MIRROR"), reason="QADAM_MIRROR is not set")


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    mirror = tuple(map(Path, os.environ.get("QADAM_MIRROR", "/nonexistent").split(os.pathsep)))
    return Places(tmp_path_factory.mktemp("home"), mirror, True)


def test_the_sample_runs_without_any_extra_and_is_no_evidence(places, tmp_path):
    made = plan.make(study.STUDY, "sample", out=tmp_path, places=places)
    assert run.run(made) == ()
    evidence = judge.judge(made)
    assert evidence.verdict.demonstration and evidence.verdict.outcome == "inconclusive"
    assert "No real speech" in " ".join(evidence.verdict.reasons)
    of = {(m.system, m.metric): m for m in evidence.measurements}
    assert of["commands-mini-four-voices", "accuracy"].value > of["commands-mini-one-voice", "accuracy"].value > 0.5
    assert of["commands-mini-four-voices", "more_voices"].value > 0


def test_every_system_and_data_set_has_a_row_and_arms_differ_in_what_they_learn_from():
    for profile, names in study.STUDY.systems.items():
        assert [tables.system(name).id for name in names] == list(names)
        for name in study.STUDY.protocols[profile].datasets:
            tables.dataset_split(name)
    arms = [tables.system(f"commands-{arm}-60") for arm in ("synthetic", "real", "mixed")]
    same = [{k: v for k, v in row.options.items() if k != "datasets"} for row in arms]
    assert same[0] == same[1] == same[2] and same[0]["clips"] == 60
    assert dict(arms[2].options["datasets"]) == {**arms[0].options["datasets"], **arms[1].options["datasets"]}
    voices = [tables.system(name) for name in study.FACTORS]
    assert len({str({k: v for k, v in row.options.items() if k != "datasets"}) for row in voices}) == 1


def test_nothing_that_is_tested_is_learned_from():
    tested = set(study.LAPTOP.datasets)
    for name in study.TRAINED:
        learned = set(tables.system(name).options["datasets"].values())
        assert learned and not learned & tested


def test_laptop_plans_real_arms_and_says_how_to_get_them(places, tmp_path):
    made = plan.make(study.STUDY, "laptop", out=tmp_path, places=places)
    blocked = {b.cell.system for b in made.blocked}
    assert {"commands-real-60", "commands-mixed-60"} <= blocked
    assert all(b.reason and b.unblock for b in made.blocked)
    assert not {(c.system, c.condition) for c in made.cells if c.system == "keyword-mlp-ksc-tts"} - {
        ("keyword-mlp-ksc-tts", "recorded answers")
    }


@needs_mirror
def test_the_recorded_answers_give_the_published_accuracy_with_speakers_as_units(places, tmp_path):
    made = plan.make(study.STUDY, "laptop", out=tmp_path, places=places, systems=("keyword-mlp-ksc-tts",))
    assert run.run(made) == ()
    evidence = judge.judge(made)
    (found,) = (m for m in evidence.measurements if m.metric == "accuracy")
    assert found.n == 3623 and found.value == pytest.approx(3253 / 3623)
    assert 0.86 < found.low < 0.89 < 0.90 < found.high < 0.93
    assert len({i.group for i in items.load(study.ANSWERS, places)}) == 119
    (figure,) = tables.published("tts-bootstrapped-asr")[:1]
    assert found.value == pytest.approx(figure.value, abs=0.5 * 10**-figure.digits)
    (counted,) = (c for c in evidence.counted if not c.by)
    assert counted.words["үй → ит"] == 38 and counted.words["оңға → оқы"] == 17
    recall = {p.level: p.measurement.value for p in evidence.parts if p.measurement.metric == "accuracy"}
    assert recall["үй"] == pytest.approx(0.5607, abs=5e-5) and recall["ит"] == 1.0, "as the authors' table has it"


@needs_mirror
def test_the_six_examples_are_six_words_of_the_thirty_five(places):
    found = items.load(study.EXAMPLES, places)
    assert sorted(i.gold for i in found) == ["бес", "екі", "жүр", "оқы", "солға", "тоқта"]
    assert {i.gold for i in found} <= {i.gold for i in items.load("spoken-commands/voices-1", places)}


def test_what_is_heard_is_a_plan_a_file_or_a_picture():
    wish = Utterance("ит", "kk")
    assert study.present(Item("1", "ит", "ит", "kk", {"utterance": wish}), study.SYNTHETIC) == wish
    assert study.present(Item("1", "ит", "ит", "s", {"clip": "a.wav"}), study.REAL) == Voice("a.wav")
    assert study.present(Item("1", "AAAA", "ит"), study.SYNTHETIC) == "AAAA"
    assert study.present(Item("dog/7", "ит", "ит"), study.RECORDED) == Recording("dog/7")


def test_answers_are_read_beside_what_was_said():
    item = Item("1", "ит", "ит")
    assert study.read(Weighed("үй", {"үй": 0.6, "ит": 0.4}), item, study.REAL) == Named(
        "үй", "ит", {"үй": 0.6, "ит": 0.4}
    )
    assert study.read("үй", item, study.RECORDED) == Named("үй", "ит")
    assert study.read("", item, study.RECORDED) is NO_ANSWER


def test_recordings_of_the_users_are_the_real_speech_of_the_rule(places, tmp_path):
    for word in ("ит", "үй"):
        path = tmp_path / "own" / word / "a1.wav"
        path.parent.mkdir(parents=True)
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(16_000)
            file.writeframes(bytes(3200))
    own = study.live(str(tmp_path / "own"), judge="", coded="")
    name = f"words:{tmp_path / 'own'}/all"
    assert own.protocols["laptop"].rule.dataset == name
    made = plan.make(own, "laptop", out=tmp_path / "out", places=places, systems=("commands-voices-4",))
    assert {(c.dataset, c.condition) for c in made.cells} == {(study.UNSEEN, "unseen voices"), (name, "real speech")}
