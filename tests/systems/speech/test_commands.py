"""Recognisers of single words: they learn, the same way every time, hear what a machine says and what a file holds, and refuse by name."""

import json
import wave
from dataclasses import replace

import numpy as np
import pytest

from qadam.catalogue import tables
from qadam.errors import BadAudio, BadSystem, EmptyDataset
from qadam.systems.load import Training
from qadam.systems.speech import commands, sound_picture, speaker
from qadam.terms import UNSCORED, Item, Recording, Utterance, Voice

WORDS = ("ит", "мәссаған", "солға")
MINI = tables.system("commands-mini-four-voices")
NETWORK = replace(
    tables.system("commands-voices-42"),
    options={"datasets": {"synthetic": "x"}, "augment": True, "dropout": 0.1, "epochs": 12, "rate": 5e-3},
)


def tone(word, seed):
    """A made-up word as a sound: each has its own run of tones; voices differ in height, pace and noise."""
    rng = np.random.default_rng([seed, WORDS.index(word)])
    height, pace = rng.uniform(0.9, 1.1), rng.uniform(0.8, 1.2)
    tones = {"ит": (600, 2500), "мәссаған": (2500, 600, 1500), "солға": (600, 600, 1200)}[word]
    time = np.arange(int(2400 * pace)) / 16_000
    sound = np.concatenate([np.sin(2 * np.pi * height * hz * time) for hz in tones])
    return 0.3 * sound + 0.003 * rng.standard_normal(len(sound))


def written(directory, word, seed):
    path = directory / word / f"{seed}.wav"
    path.parent.mkdir(exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((tone(word, seed) * 32767).astype("<i2").tobytes())
    return Item(f"{word}-{seed}", word, word, str(seed), {"clip": str(path)})


@pytest.fixture
def training(tmp_path):
    learned = [written(tmp_path, word, seed) for word in WORDS for seed in range(20)]
    return Training(tuple, tmp_path / "kept" / "row-s13", 13, named=lambda skill: learned)


@pytest.fixture(autouse=True)
def _kept(tmp_path):
    (tmp_path / "kept").mkdir()


def asked(tmp_path):
    return [written(tmp_path, word, seed) for word in WORDS for seed in range(100, 110)]


def share_right(system, items):
    answers = system.answer([commands.question(item) for item in items])
    return np.mean([answer.label == item.gold for answer, item in zip(answers, items, strict=True)])


def test_a_regression_needs_no_network(training, tmp_path):
    system = commands.load(MINI, (), training)
    assert system.words == WORDS and share_right(system, asked(tmp_path)) == 1.0


@pytest.mark.parametrize("form, epochs", [("cnn", 12), ("letters", 80)])
def test_a_network_learns_to_tell_words_apart(form, epochs, training, tmp_path):
    pytest.importorskip("torch")
    row = replace(NETWORK, format=form, options={**NETWORK.options, "epochs": epochs})
    system = commands.load(row, (), training)
    items = asked(tmp_path)
    assert share_right(system, items) >= 0.9
    (first, *_) = system.answer([commands.question(items[0])])
    assert (
        sum(first.chances.values()) == pytest.approx(1, abs=1e-5)
        and max(first.chances, key=first.chances.get) == first.label
    )


def test_the_same_seed_gives_the_same_answers_and_what_is_kept_is_not_learned_again(training, tmp_path):
    pytest.importorskip("torch")
    short = replace(NETWORK, options={**NETWORK.options, "epochs": 1})
    questions = [commands.question(item) for item in asked(tmp_path)]
    first = commands.load(short, (), training).answer(questions)
    again = commands.load(short, (), replace(training, path=tmp_path / "elsewhere")).answer(questions)
    kept = commands.load(short, (), replace(training, named=lambda skill: training.named(skill)[:])).answer(questions)
    other = commands.load(short, (), replace(training, path=tmp_path / "third", seed=14)).answer(questions)
    assert first == again == kept != other


def test_as_many_clips_of_each_word_from_each_kind_of_speech(training):
    learned = training.named("")
    row = replace(MINI, options={"datasets": {"synthetic": "x", "real": "y"}, "clips": 10})
    found = commands._learned(row, training)
    assert len(found) == 30 and all(sum(item.gold == word for item in found) == 10 for word in WORDS)
    row = replace(MINI, options={"datasets": {"real": "y"}, "clips": 10})
    assert [i.id for i in commands._learned(row, training)] == [i.id for i in learned if int(i.group) < 10]


def test_broken_files_are_left_out_and_all_broken_ones_refused(training, tmp_path):
    system = commands.load(MINI, (), training)
    good = written(tmp_path, "ит", 500).fields["clip"]
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "text.wav").write_text("this is no sound")
    answers = system.answer(
        [Voice(str(tmp_path / "empty.wav")), Voice(good), Voice(str(tmp_path / "text.wav")), Voice("nowhere.wav")]
    )
    assert answers[1].label == "ит" and answers[0] is answers[2] is answers[3] is UNSCORED
    with pytest.raises(BadAudio, match="nowhere"):
        system.answer([Voice("nowhere.wav")])


def test_what_a_machine_says_is_kept(training, monkeypatch):
    said = []

    class Mouth:
        version = "made up 1"

        def answer(self, wishes):
            said.extend(wishes)
            return [tone(wish.text, wish.pitch) for wish in wishes]

    monkeypatch.setattr(speaker, "made", lambda name, options: Mouth())
    system = commands.load(MINI, (), training)
    wishes = [Utterance(word, "kk", pitch=n) for n in range(3) for word in WORDS]
    first = system.answer(wishes)
    assert [answer.label for answer in first] == [wish.text for wish in wishes]
    assert system.usage == {"speaker": "made up 1"} and len(said) == 9
    assert system.answer(wishes) == first and len(said) == 9, "the second time it is only looked at"
    Mouth.version = "made up 2"
    system.answer(wishes)
    assert len(said) == 18, "another engine says it anew"


def test_recorded_answers_are_found_by_folder_and_name(tmp_path):
    path = tmp_path / "preds.json"
    path.write_text(json.dumps({"data/go/7.wav": "stop"}), "utf-8")
    row = replace(tables.system("keyword-mlp-ksc-tts"), options={"words": {"go": "жүр", "stop": "тоқта"}})
    assert commands.load(row, [path]).answer([Recording("go/7"), Recording("go/8")]) == ["тоқта", UNSCORED]
    path.write_text("[]")
    with pytest.raises(BadSystem, match="no answers"):
        commands.load(row, [path])


def test_without_clips_or_data_nothing_is_learned(training):
    with pytest.raises(EmptyDataset, match="no clip"):
        commands.load(MINI, (), replace(training, named=lambda skill: ()))
    with pytest.raises(BadSystem, match="names no data"):
        commands.load(MINI, ())


def test_changed_pictures_stay_pictures_of_the_same_word():
    networks = pytest.importorskip("qadam.systems.speech.command_network")
    plain = np.stack([sound_picture.picture(tone(word, 1)) for word in WORDS])
    first, again = (networks.changed(plain, np.random.default_rng(3)) for _ in range(2))
    assert (
        (first == again).all() and first.shape == plain.shape and first.dtype == np.float32 and np.isfinite(first).all()
    )
    alike = [[np.corrcoef(a.ravel(), b.ravel())[0, 1] for b in plain] for a in first]
    assert [int(np.argmax(row)) for row in alike] == [0, 1, 2] and not np.allclose(first, plain, atol=0.1)
