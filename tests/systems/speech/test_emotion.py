"""Listeners on voices made of tones: what is kept apart is not learned from, and what cannot be heard is named."""

import wave
from importlib.util import find_spec
from types import SimpleNamespace

import numpy as np
import pytest

from qadam.errors import BadSystem, ExtraMissing
from qadam.systems.load import Training, load
from qadam.systems.speech import emotion, speech_features
from qadam.terms import UNSCORED, Item, SystemRow, Voice, Weighed

needs_torch = pytest.mark.skipif(
    not (find_spec("torch") and find_spec("transformers")), reason="torch or transformers is not installed"
)


def wav(path, samples):
    """A plain wav file of samples between -1 and 1."""
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 16_000, 0, "NONE", ""))
        sound.writeframes(np.round(samples * 32767).astype("<i2").tobytes())
    return path


PITCH = {"sad": 110.0, "happy": 330.0}


def row(format="acoustic", **options):
    return SystemRow("listener", "", "emotion", format, options={"penalty": 1.0, **options})


def training(clips, path):
    return Training(tuple, path / "kept", seed=13, named=lambda skill: clips)


@pytest.fixture
def clips(tmp_path):
    """Three voices, two sentences, two labels: the label is the pitch, each voice has its own loudness."""
    made = []
    for n, speaker in enumerate("abc"):
        for sentence in ("бір", "екі"):
            for label, hz in PITCH.items():
                t = np.arange(6_000) / 16_000
                sound = 0.2 * (n + 1) * np.sin(2 * np.pi * (hz + 5 * n) * t) * np.hanning(6_000)
                path = wav(tmp_path / f"{speaker}-{sentence}-{label}.wav", sound)
                made.append(Item(path.stem, sentence, label, speaker, {"audio": str(path), "speaker": speaker}))
    return tuple(made)


def asked(clips, *apart, among=()):
    return [Voice(clip.fields["audio"], apart, among) for clip in clips]


def test_a_voice_that_was_never_heard_is_understood(clips, tmp_path):
    listener = load(row(), [], training=training(clips, tmp_path))
    answers = listener.answer(asked(clips, "speaker"))
    assert [answer.label for answer in answers] == [clip.gold for clip in clips]
    assert all(sum(answer.chances.values()) == pytest.approx(1) for answer in answers)
    assert listener.usage == {"clips": 12}


class Spy:
    """A learner that remembers what it learned from, and says the first label."""

    def __init__(self):
        self.unread, self.seen = {}, {}

    def hear(self, paths):
        pass

    def say(self, learned, asked):
        self.seen |= {path: learned for path in asked}
        return {path: Weighed("sad", {"sad": 1.0}) for path in asked}


@pytest.mark.parametrize("apart", [("speaker",), ("sentence",), ("speaker", "sentence"), ("clip",), ()])
def test_what_is_kept_apart_is_not_learned_from(clips, tmp_path, apart):
    spy = Spy()
    answers = emotion.Listener(row(), spy, training(clips, tmp_path)).answer(asked(clips, *apart))
    if not apart:
        assert answers == [UNSCORED] * 12, "what was learned from is no stranger"
        return
    for clip in clips:
        learned = spy.seen[clip.fields["audio"]]
        assert learned and clip not in learned
        if "speaker" in apart:
            assert clip.group not in {other.group for other in learned}
        if "sentence" in apart:
            assert clip.input not in {other.input for other in learned}
    if apart == ("clip",):
        assert any(clip.group in {o.group for o in spy.seen[clip.fields["audio"]]} for clip in clips)


def test_a_stranger_is_answered_by_all_that_was_learned(clips, tmp_path):
    spy = Spy()
    stranger = str(wav(tmp_path / "stranger.wav", np.zeros(3000)))
    emotion.Listener(row(), spy, training(clips, tmp_path)).answer([Voice(stranger)])
    assert len(spy.seen[stranger]) == 12


def test_only_the_labels_asked_for_are_learned(clips, tmp_path):
    spy = Spy()
    more = (*clips, Item("x", "үш", "angry", "d", {"audio": clips[0].fields["audio"] + "x"}))
    emotion.Listener(row(), spy, training(more, tmp_path)).answer(asked(clips, "speaker", among=("sad", "happy")))
    assert {o.gold for learned in spy.seen.values() for o in learned} == {"sad", "happy"}


def test_where_everything_is_shared_nothing_is_said(clips, tmp_path):
    alone = [clip for clip in clips if clip.group == "a"]
    listener = load(row(), [], training=training(alone, tmp_path))
    assert listener.answer(asked(alone, "speaker")) == [UNSCORED] * 4


def test_a_broken_clip_loses_nothing_else_and_is_named(clips, tmp_path):
    (tmp_path / "broken.wav").write_bytes(b"")
    broken = Item("broken", "бір", "sad", "a", {"audio": str(tmp_path / "broken.wav"), "speaker": "a"})
    listener = load(row(), [], training=training((*clips, broken), tmp_path))
    answers = listener.answer(asked((*clips, broken), "speaker"))
    assert answers[-1] is UNSCORED and [a.label for a in answers[:-1]] == [clip.gold for clip in clips]
    (why,) = listener.usage["unread"].values()
    assert "broken.wav is empty" in why


def test_features_are_made_once(clips, tmp_path, monkeypatch):
    load(row(), [], training=training(clips, tmp_path)).answer(asked(clips, "speaker"))
    monkeypatch.setitem(speech_features.FEATURES, "acoustic", lambda row: pytest.fail)
    again = load(row(), [], training=training(clips, tmp_path)).answer(asked(clips, "speaker"))
    assert [answer.label for answer in again] == [clip.gold for clip in clips]


def test_the_majority_knows_one_label(clips, tmp_path):
    more = (*clips, Item("x", "үш", "angry", "d"))
    system = load(row("majority"), [], training=training(more, tmp_path))
    assert {answer.label for answer in system.answer(asked(clips, "speaker"))} == {"happy"}
    (answer,) = system.answer([Voice("x", (), ("sad",))])
    assert answer == Weighed("sad", {"sad": 1.0})


def test_without_data_there_is_nothing_to_learn():
    with pytest.raises(BadSystem, match="names no clips"):
        load(row(), [])


def test_the_linear_model_is_that_of_scikit_learn(clips, tmp_path):
    linear_model = pytest.importorskip("sklearn.linear_model")
    random = np.random.default_rng(13)
    known, gold, new = random.normal(size=(60, 5)), np.repeat([0, 1, 2], [40, 15, 5]), random.normal(size=(7, 5))
    known[gold == 1] += 1
    model = speech_features.Linear(row(penalty=4.0), training(clips, tmp_path))
    scaled = (known - known.mean(axis=0)) / known.std(axis=0)
    theirs = linear_model.LogisticRegression(C=0.25, class_weight="balanced", tol=1e-8, max_iter=2000).fit(scaled, gold)
    expected = theirs.predict_proba((new - known.mean(axis=0)) / known.std(axis=0))
    assert np.abs(model._chances(known, gold, new) - expected).max() < 2e-3


@pytest.mark.parametrize(("format", "package"), [("egemaps", "opensmile"), ("emotion2vec", "funasr")])
def test_a_missing_package_is_named(clips, tmp_path, monkeypatch, format, package):
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(ExtraMissing, match=package):
        load(row(format, repo="x/y"), [], training=training(clips, tmp_path)).answer(asked(clips, "speaker"))


def test_egemaps_gives_88_numbers(clips, tmp_path):
    pytest.importorskip("opensmile")
    hear = speech_features.FEATURES["egemaps"](row("egemaps"))
    heard = hear(np.sin(np.arange(16_000) / 10))
    assert heard.shape == (88,) and np.isfinite(heard).all()


def test_emotion2vec_is_asked_for_one_vector_a_clip(clips, tmp_path, monkeypatch):
    """The shape of funasr's answer is that of its documentation; its weights are not here."""

    class Model:
        def __init__(self, **settings):
            assert settings["model"] == "emotion2vec/emotion2vec_plus_base"

        def generate(self, samples, *, granularity, extract_embedding):
            assert granularity == "utterance" and extract_embedding
            return [{"feats": np.array([samples.std(), np.abs(np.diff(samples)).mean()])}]

    monkeypatch.setitem(__import__("sys").modules, "funasr", SimpleNamespace(AutoModel=Model))
    system = load(row("emotion2vec", repo="emotion2vec/emotion2vec_plus_base"), [], training=training(clips, tmp_path))
    assert {a.label for a in system.answer(asked(clips, "speaker"))} == {"sad", "happy"}


# --- speech models: tiny ones with random weights, real code -----------------------------------------------------------


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """A wav2vec 2.0 and a Whisper of random weights, saved as Hugging Face saves them."""
    transformers = pytest.importorskip("transformers")
    torch = pytest.importorskip("torch")
    folder = tmp_path_factory.mktemp("models")
    with torch.random.fork_rng():
        torch.manual_seed(13)
        small = transformers.Wav2Vec2Config(
            hidden_size=16, num_hidden_layers=3, num_attention_heads=2, intermediate_size=32, conv_dim=(8, 8),
            conv_stride=(5, 4), conv_kernel=(10, 8), num_conv_pos_embeddings=4, num_conv_pos_embedding_groups=2,
            classifier_proj_size=8, num_feat_extract_layers=2,
        )  # fmt: skip
        transformers.Wav2Vec2Model(small).save_pretrained(folder / "wave")
        transformers.Wav2Vec2FeatureExtractor().save_pretrained(folder / "wave")
        whisper = transformers.WhisperConfig(
            d_model=16, encoder_layers=2, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2,
            encoder_ffn_dim=32, decoder_ffn_dim=32, vocab_size=32, pad_token_id=0, bos_token_id=1, eos_token_id=2,
            decoder_start_token_id=1, max_source_positions=1500, max_target_positions=8,
        )  # fmt: skip
        transformers.WhisperModel(whisper).save_pretrained(folder / "whisper")
        transformers.WhisperFeatureExtractor().save_pretrained(folder / "whisper")
    return folder


@needs_torch
@pytest.mark.parametrize(("name", "layers"), [("wave", 4), ("whisper", 3)])
def test_each_layer_becomes_a_row(models, name, layers):
    from qadam.systems.speech import speech_layers

    hear = speech_layers.load(row("layers", repo=str(models / name)))
    sound = np.sin(np.arange(8_000) / 10)
    rows = hear(sound)
    assert rows.shape == (layers, 16) and np.isfinite(rows).all()
    assert hear(np.zeros(10)).shape == (layers, 16), "shorter than a frame"
    middle = speech_layers.load(row("layers", repo=str(models / name), layer=1))
    assert np.allclose(middle(sound), rows[1])


@needs_torch
def test_whisper_is_not_averaged_over_the_silence_it_adds(models):
    import torch

    from qadam.systems.speech import speech_layers

    second = np.sin(np.arange(16_000) / 10)
    rows = speech_layers.load(row("layers", repo=str(models / "whisper")))(second)
    found = speech_layers.pretrained(row("layers", repo=str(models / "whisper")), "AutoModel")
    with torch.inference_mode():
        inputs = found.prepare(second, sampling_rate=16_000, return_tensors="pt")
        frames = found.model.encoder(**inputs).last_hidden_state[0]
    assert len(frames) == 1500, "thirty seconds"
    assert np.allclose(rows[-1], frames[:50].mean(dim=0), atol=1e-5)


@needs_torch
def test_layers_answer_one_by_one(models, clips, tmp_path):
    system = load(row("layers", repo=str(models / "wave")), [], training=training(clips, tmp_path))
    answers = system.answer(asked(clips, "speaker"))
    assert all(isinstance(answer, emotion.Depths) and len(answer.labels) == 4 for answer in answers)


@needs_torch
def test_a_model_is_tuned_for_each_fold_and_kept(models, clips, tmp_path):
    options = {"repo": str(models / "wave"), "epochs": 3, "batch": 4, "rate": 1e-3}
    system = load(row("tuned", **options), [], training=training(clips, tmp_path))
    answers = system.answer(asked(clips, "speaker"))
    assert {answer.label for answer in answers} <= {"sad", "happy"}
    folds = sorted(path.parent for path in tmp_path.glob("kept-folds/*/course.json"))
    assert len(folds) == 3
    before = [path.stat().st_mtime_ns for path in folds]
    again = load(row("tuned", **options), [], training=training(clips, tmp_path)).answer(asked(clips, "speaker"))
    assert [path.stat().st_mtime_ns for path in folds] == before
    assert [a.label for a in again] == [a.label for a in answers]


@needs_torch
def test_a_model_that_is_not_there_is_named(tmp_path):
    from qadam.errors import CannotGet
    from qadam.systems.speech import speech_layers

    with pytest.raises(CannotGet, match="cannot be loaded"):
        speech_layers.load(row("layers", repo=str(tmp_path)))
