"""The study from plan to verdict on its sample; each verdict of the rule on made-up answers; the user's recordings."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.lab import judge, plan, run
from qadam.metrics.emotion import by_depth, heard
from qadam.studies import speech_emotion as study
from qadam.systems.speech.emotion import Depths
from qadam.terms import Cell, Item, Voice, Weighed


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    places = Places(tmp_path_factory.mktemp("home"), (), True)
    made = plan.make(study.STUDY, "sample", out=tmp_path_factory.mktemp("out"), places=places)
    assert run.run(made) == ()
    return judge.judge(made)


def test_the_sample_runs_without_any_extra_and_is_no_evidence(evidence):
    assert evidence.verdict.demonstration and evidence.verdict.outcome == "inconclusive"
    assert any("decides nothing" in reason for reason in evidence.verdict.reasons)
    of = {(m.system, m.condition, m.metric): m.value for m in evidence.measurements}
    assert of["emotion-majority-mini", study.SPEAKER, "uar"] == 0.25, "chance, by the number of manners"
    assert of["emotion-acoustic-mini", study.SPEAKER, "uar"] > 0.5
    assert of["emotion-acoustic-mini", study.CHANCE, "flattery"] == pytest.approx(
        of["emotion-acoustic-mini", study.CHANCE, "uar"] - of["emotion-acoustic-mini", study.SPEAKER, "uar"]
    )
    assert of["emotion-acoustic-mini", study.OTHER, "corpus_drop"] == evidence.verdict.effect
    assert of["emotion-acoustic-mini", study.OTHER, "cost"] == pytest.approx(
        of["emotion-acoustic-mini-other", study.ITSELF, "uar"] - of["emotion-acoustic-mini", study.OTHER, "uar"]
    )
    assert not any(m.unscored for m in evidence.measurements)


# --- the rule ---------------------------------------------------------------------------------------------------------


def side(right, *, narrators=("1", "2", "3"), n=600):
    """n clips of each narrator, all six emotions in turn, a share of them heard rightly."""
    made = []
    for voice in narrators:
        for k in range(n):
            gold = study.e.EMOTIONS[k % 6]
            said = gold if (k // 6) % 100 < right * 100 else study.e.EMOTIONS[(k + 1) % 6]
            made.append({"item": f"{voice}_{k}", "group": voice, "status": "", **heard(said, gold)})
    return made


NAMED = ("emotion-acoustic-kazemotts", "emotion-whisper-kazemotts")


def unnamed(rows):
    return [{**row, "group": ""} for row in rows]


def ruling(home, other, systems=NAMED, *, itself=0.7):
    """`itself` is what somebody who learned from the other corpus reaches there, None if nobody did."""
    rows = {}
    for name in systems:
        rows[Cell(study.ACTED, name, study.SPEAKER, 13)] = home
        rows[Cell(study.GENERAL, name, study.OTHER, 13)] = unnamed(other)
    if itself is not None:
        rows[Cell(study.GENERAL, "of-its-own", study.ITSELF, 13)] = unnamed(side(itself))
    return study.settle(rows, study.FULL)


def test_a_deep_drop_supports_none_refutes_and_a_small_one_says_nothing():
    assert ruling(side(0.7), side(0.4)).verdict.outcome == "supported"
    assert ruling(side(0.7), side(0.7)).verdict.outcome == "refuted"
    assert ruling(side(0.7), side(0.59)).verdict.outcome == "inconclusive", "beyond five points, yet less than fifteen"


def test_a_corpus_that_is_merely_harder_proves_nothing():
    found = ruling(side(0.7), side(0.4), itself=0.42)
    assert found.verdict.outcome == "inconclusive"
    cost = next(e for e in found.estimates if e.metric == "cost")
    assert cost.value == pytest.approx(0.02, abs=0.005) and cost.dataset == study.GENERAL


@pytest.mark.parametrize("other", [0.4, 0.7])
def test_without_anybody_who_learned_from_the_other_corpus_there_is_no_verdict(other):
    verdict = ruling(side(0.7), side(other), itself=None).verdict
    assert verdict.outcome == "inconclusive"
    assert "Nobody learned from kazega/all itself with speakers apart" in " ".join(verdict.reasons)
    assert {v.outcome for v in verdict.by_system} == {"inconclusive"}


def test_the_verdict_of_each_classifier_is_told():
    verdict = ruling(side(0.7), side(0.4)).verdict
    assert [(v.system, v.outcome) for v in verdict.by_system] == [(name, "supported") for name in NAMED]
    assert all(v.p < 0.025 and v.low > 0.05 for v in verdict.by_system)


def test_only_emotions_that_both_corpora_have_are_compared():
    """At home surprise is never heard; where nobody is surprised that must not look like a gain."""
    deaf = [row | heard("neutral", "surprised") if row["surprised>surprised"] else row for row in side(0.7)]
    there = [row for row in side(0.7) if not any(row[f"surprised>{e}"] for e in study.e.EMOTIONS)]
    (drop,) = (e for e in ruling(deaf, there, systems=NAMED[:1]).estimates if e.metric == "corpus_drop")
    assert drop.value == pytest.approx(0, abs=1e-9)


def test_an_interval_of_no_width_does_not_decide():
    always = [{**row, **heard("neutral", gold)} for row in side(0.7) if (gold := gold_of(row))]
    verdict = ruling(side(0.9), always).verdict
    assert verdict.outcome == "inconclusive" and verdict.effect == pytest.approx(0.9 - 1 / 6) and verdict.low is None
    assert any("decides nothing" in reason for reason in verdict.reasons)


def gold_of(row):
    return next(e for e in study.e.EMOTIONS if any(v for c, v in row.items() if c.startswith(f"{e}>")))


def test_every_narrator_must_say_the_same():
    mixed = side(0.8, narrators=("1", "2")) + side(0.4, narrators=("3",))
    assert ruling(mixed, side(0.4)).verdict.outcome == "inconclusive"


def test_every_classifier_of_the_rule_is_needed():
    found = ruling(side(0.7), side(0.4), systems=("emotion-acoustic-kazemotts",)).verdict
    assert found.outcome == "inconclusive" and "Not measured: emotion-whisper-kazemotts." in found.reasons


def test_without_the_corpora_there_is_no_verdict():
    found = study.settle({Cell(study.CLIPS, "emotion-acoustic", study.SPEAKER, 13): side(0.5)}, study.LAPTOP).verdict
    assert found.outcome == "inconclusive" and "Not measured on kazega/all" in found.reasons[0]


def test_flattery_is_averaged_over_seeds_and_paired():
    rows = {Cell(study.CLIPS, "x", study.SPEAKER, seed): side(0.5) for seed in study.LAPTOP.seeds}
    rows |= {
        Cell(study.CLIPS, "x", study.CHANCE, seed): side(right)
        for seed, right in zip(study.LAPTOP.seeds, (0.5, 0.6, 0.6, 0.6, 0.7), strict=True)
    }
    (found,) = study.settle(rows, study.LAPTOP).estimates
    assert (
        found.metric == "flattery" and found.value == pytest.approx(0.1) and found.low == pytest.approx(0.1, abs=1e-6)
    )


def peaked(at, sharp=0.3, narrators=("1", "2", "3")):
    """Clips heard best at one depth, a share of them worse elsewhere."""
    random = np.random.default_rng(13)
    made = []
    for voice in narrators:
        for k in range(400):
            gold = study.e.EMOTIONS[k % 6]
            said = [gold if random.random() < 0.8 - sharp * (d != at) else "none" for d in range(13)]
            made.append({"item": f"{voice}_{k}", "group": voice, "status": "", **by_depth(said, gold)})
    return made


@pytest.mark.parametrize(
    ("at", "sharp", "says"), [(6, 0.3, "supported"), (12, 0.3, "refuted"), (6, 0.03, "inconclusive")]
)
def test_middle_layers_are_judged_for_every_narrator(at, sharp, says):
    cell = Cell(study.ACTED, "emotion-whisper-layers", study.LAYERS, 13)
    found = study.settle({cell: peaked(at, sharp)}, study.FULL)
    (reason,) = [r for r in found.verdict.reasons if "middle layers" in r]
    if says != "inconclusive":
        assert f"depth {at} of 12: middle layers {says}" in reason
    else:
        assert "supported" not in reason
    assert [x.metric for x in found.estimates] == ["middle_lead"]


# --- questions and answers ----------------------------------------------------------------------------------------------


CLIP = Item("12_angry_7", "Тоқта!", "angry", "12", {"audio": "/x/12_angry_7.wav", "speaker": "12"})


def test_who_has_no_emotion_asked_for_is_not_asked_about():
    assert study.present(CLIP, study.BY_BOTH) == Voice("/x/12_angry_7.wav", ("speaker", "sentence"))
    assert study.present(CLIP, study.BY_TWO) == Voice("/x/12_angry_7.wav", ("speaker",), study.TWO)
    assert study.present(replace(CLIP, gold="happy"), study.BY_TWO) is None
    assert study.present(replace(CLIP, gold=None), study.BY_SPEAKER) is None
    assert study.present(replace(CLIP, gold=None), study.NO_LABELS) == Voice("/x/12_angry_7.wav")
    assert study.present(replace(CLIP, fields={}), study.BY_SPEAKER) is None, "a name alone makes no sound"
    assert study.expect(CLIP, study.NO_LABELS) is None


def test_answers_are_labels_or_one_for_each_layer():
    assert study.read(Weighed("sad", {}), CLIP, study.BY_SPEAKER) == "sad"
    assert study.read(Depths(("sad", "angry")), CLIP, study.IN_LAYERS) == ("sad", "angry")


def test_narrators_are_those_whom_the_clips_are_named_after():
    assert study.narrator(CLIP) == "12" and study.narrator(replace(CLIP, id="dia1_clip1")) is None


def test_who_learned_from_a_corpus_is_no_stranger_to_it():
    rows = {name: plan.system_row(name) for name in (*study.LARGE, *study.STUDY.systems["sample"])}
    at_home = {name for name, row in rows.items() if study.fits(row, study.THERE)}
    assert at_home == {"emotion-acoustic-dialogues"} and not study.fits(rows[at_home.pop()], study.ELSEWHERE)
    sample = next(c for c in study.SAMPLE.conditions if c.name == study.ITSELF)
    assert study.fits(rows["emotion-acoustic-mini-other"], sample)


def test_layers_answer_for_themselves():
    full = {row.id: row for row in map(plan.system_row, study.STUDY.systems["full"])}
    for name, row in full.items():
        assert study.fits(row, study.IN_LAYERS) == name.endswith("-layers")
    assert not study.fits(full["emotion-majority"], study.NO_LABELS)


# --- recordings of the user's -------------------------------------------------------------------------------------------


@pytest.fixture
def common_voice(tmp_path):
    """A table as Common Voice has it, 40 clips of 8 people."""
    (tmp_path / "clips").mkdir()
    sounds = sorted((tables.HERE / "samples" / "emotion_mini" / "clips").glob("*.wav"))
    lines = ["client_id\tpath\tsentence"]
    for k in range(40):
        shutil.copy(sounds[k], tmp_path / "clips" / f"{k}.wav")
        lines.append(f"person{k % 8}\t{k}.wav\tСөйлем {k}.")
    (tmp_path / "validated.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    return tmp_path / "validated.tsv"


def test_unlabelled_speech_gets_a_distribution_and_no_accuracy(common_voice, tmp_path, monkeypatch):
    own = study.live(str(common_voice))
    protocol = own.protocols["laptop"]
    assert protocol.rule is None and {m.name for m in protocol.metrics} == {f"found_{x}" for x in study.e.EMOTIONS}
    places = Places(tmp_path / "home", (), True)
    asked = items.load(protocol.datasets[0], places)
    assert all(own.present(item, protocol.conditions[0]) for item in asked) and len(asked) == 40
    rows = [
        heard(label, own.expect(item, protocol.conditions[0]))
        for item, label in zip(asked, ["sad", "angry"] * 20, strict=True)
    ]
    total = {column: sum(row[column] for row in rows) for column in rows[0]}
    assert {m.name: float(m.score(total)) for m in protocol.metrics if m.score(total)} == {
        "found_sad": 0.5,
        "found_angry": 0.5,
    }


def test_clips_to_label_are_drawn_evenly_over_people_and_hide_what_is_said(common_voice, tmp_path):
    own = study.live(str(common_voice))
    hands = own.hands["emotion"]
    data = items.load(hands.dataset, Places(tmp_path / "home", (), True))
    rows = list(hands.rows(data, seed=13, count=16))
    assert len(rows) == 16 and {row["group"] for row in rows} == {f"person{k}" for k in range(8)}
    assert all(row["text"] == "" and row["audio"].endswith(".wav") for row in rows)
    assert rows == list(hands.rows(data, seed=13, count=16))
    json.dumps(rows)


def test_a_name_that_holds_the_label_is_not_shown():
    (row,) = study.to_label([replace(CLIP, id="emotion 1 - neutral - audio")], seed=13)
    assert "neutral" not in row["id"] and row["audio"] == CLIP.fields["audio"]


def test_three_hundred_clips_are_handed_over_unless_told_otherwise():
    many = [replace(CLIP, id=str(k), group=str(k % 50)) for k in range(1_000)]
    assert len(list(study.to_label(many, seed=13))) == 300
