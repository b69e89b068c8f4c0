"""The whole loop with a tiny Whisper of random weights: a machine says texts, the network learns to write them, and is asked again."""

import wave
from dataclasses import replace

import numpy as np
import pytest

from qadam.errors import BadAudio, CannotGet, EmptyDataset
from qadam.systems.load import Training
from qadam.systems.speech import speaker, tuned_whisper
from qadam.terms import UNSCORED, Item, Recording, SystemRow

TEXTS = ("ит", "үй", "солға")
TONES = {"ит": 400, "үй": 1200, "солға": 3000}


def tone(text):
    return (0.3 * np.sin(2 * np.pi * TONES[text] * np.arange(8_000) / 16_000)).astype(np.float32)


class Mouth:
    """Says a word as a tone of its own."""

    version = "tones 1"

    def answer(self, wishes):
        return [tone(wish.text) for wish in wishes]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A Whisper of two layers that hears one second and writes letters, as a folder of Hugging Face."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers

    signs = ["<|endoftext|>", *tuned_whisper.PROMPT, "<unk>", *sorted({letter for text in TEXTS for letter in text})]
    letters = Tokenizer(models.WordLevel({sign: n for n, sign in enumerate(signs)}, unk_token="<unk>"))
    letters.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    letters.decoder = decoders.Fuse()
    folder = tmp_path_factory.mktemp("whisper")
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=letters,
        eos_token="<|endoftext|>",
        unk_token="<unk>",
        additional_special_tokens=list(tuned_whisper.PROMPT),
    ).save_pretrained(folder)
    transformers.WhisperFeatureExtractor(feature_size=16, chunk_length=1).save_pretrained(folder)
    config = transformers.WhisperConfig(
        vocab_size=len(signs), num_mel_bins=16, d_model=32, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=32, decoder_ffn_dim=32, max_source_positions=50, max_target_positions=16,
        decoder_start_token_id=1, eos_token_id=0, pad_token_id=0, bos_token_id=0,
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(13)
        transformers.WhisperForConditionalGeneration(config).save_pretrained(folder)
    return folder


def written(folder, text, name="a"):
    path = folder / f"{text}-{name}.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((tone(text) * 32767).astype("<i2").tobytes())
    return str(path)


@pytest.fixture
def row(tiny):
    options = {
        "repo": str(tiny),
        "speaker": {"engine": "espeak-ng"},
        "voices": ("0", "1"),
        "hours": 1,
        "batch": 8,
        "rate": 5e-3,
    }
    return SystemRow("tiny", "tiny", "tuned_whisper", "whisper", options={**options, "epochs": 60})


@pytest.fixture
def training(tmp_path, monkeypatch):
    monkeypatch.setattr(speaker, "made", lambda name, options, paths: Mouth())
    learned = [
        Item(f"{text}-{n}", text, text, "", {"audio": written(tmp_path, text, str(n))})
        for n in range(4)
        for text in TEXTS
    ]
    (tmp_path / "kept").mkdir()
    return Training(tuple, tmp_path / "kept" / "tiny-s13", 13, named=lambda skill: learned)


@pytest.mark.parametrize("skills", [("synthetic",), ("real",), ("real", "synthetic")])
def test_what_it_learned_to_hear_it_writes(row, training, tmp_path, skills):
    row = replace(row, options={**row.options, "datasets": dict.fromkeys(skills, "x")})
    asked = [Recording(text, written(tmp_path, text, "asked")) for text in TEXTS]
    untuned = tuned_whisper.load(replace(row, options={k: v for k, v in row.options.items() if k != "datasets"}), ())
    assert untuned.answer(asked) != list(TEXTS)
    tuned = tuned_whisper.load(row, (), training)
    assert tuned.answer(asked) == list(TEXTS)
    assert tuned.usage["hours"] == pytest.approx(12 * 0.5 / 3600 * len(skills), abs=1e-4)
    assert ("speaker" in tuned.usage) == ("synthetic" in skills)


def test_equal_hours_are_the_same_texts_and_an_even_share(row, training):
    seconds = 2.0  # four sounds of half a second
    both = replace(row, options={**row.options, "datasets": {"real": "x", "synthetic": "x"}, "hours": seconds / 3600})
    mixed, _ = tuned_whisper._lessons(both, (), training)
    assert len(mixed.texts) == 4 and mixed.texts[:2] == mixed.texts[2:]
    alone, told = tuned_whisper._lessons(
        replace(both, options={**both.options, "datasets": {"synthetic": "x"}}), (), training
    )
    assert len(alone.texts) == 4 and alone.texts[:2] == mixed.texts[:2] and told["speaker"] == "tones 1"
    assert np.abs(alone.sound(1) - tone(alone.texts[1])).max() < 1e-3


def test_broken_recordings_cost_themselves_alone(row, tmp_path):
    system = tuned_whisper.load(row, ())
    (tmp_path / "bad.wav").write_bytes(b"RIFF")
    good = Recording("1", written(tmp_path, "ит"))
    answers = system.answer([Recording("0", str(tmp_path / "bad.wav")), good])
    assert answers[0] is UNSCORED and isinstance(answers[1], str)
    with pytest.raises(BadAudio):
        system.answer([Recording("0", str(tmp_path / "bad.wav"))])


def test_nothing_to_learn_from_and_weights_that_are_not_there_are_named(row, training, tmp_path):
    row = replace(row, options={**row.options, "datasets": {"real": "x"}})
    with pytest.raises(EmptyDataset, match="no sound"):
        tuned_whisper.load(row, (), replace(training, named=lambda skill: []))
    with pytest.raises(CannotGet, match="hf download"):
        tuned_whisper.load(replace(row, options={**row.options, "repo": str(tmp_path / "nowhere")}), ())
