"""Speech of a machine: Kazakh in any script, the same every time, and a refusal that says what to install."""

import json
import sys
import types

import numpy as np
import pytest

from qadam.errors import BadSystem, ExtraMissing
from qadam.systems.speech import speaker
from qadam.terms import SystemRow, Utterance

try:
    speaker.library()
    MISSING = ""
except ExtraMissing as missing:
    MISSING = str(missing)
needs_espeak = pytest.mark.skipif(bool(MISSING), reason=MISSING)
ESPEAK = SystemRow("espeak-ng", "espeak-ng", "speaker", "espeak-ng")


@pytest.mark.parametrize(
    "text, said",
    [
        ("Алға", "Алға"),
        ("Qazaqstan", "Қазақстан"),
        ("قازاقستان", "қазақстан"),
        ("1991", "бір мың тоғыз жүз тоқсан бір"),
        ("15-ші", "он бесінші"),
        ("3,5 %", "үш бүтін оннан бес пайыз"),
    ],
)
def test_what_is_said_is_cyrillic_and_in_words(text, said):
    assert speaker.spoken(text) == said


@needs_espeak
def test_voices_differ_and_the_same_request_sounds_the_same():
    mouth = speaker.load(ESPEAK, ())
    wishes = [Utterance("тоқта", voice) for voice in ("kk", "kk+f2", "kk+m3")]
    first, again = mouth.answer(wishes), mouth.answer(wishes)
    assert mouth.version.startswith("espeak-ng 1.")
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert len({sound.tobytes() for sound in first}) == 3
    for sound in first:
        assert sound.dtype == np.float32 and 0.2 < len(sound) / 16_000 < 2 and 0.05 < np.abs(sound).max() <= 1


@needs_espeak
def test_pace_and_pitch_are_followed_and_order_is_kept():
    slow, fast, other = speaker.load(ESPEAK, ()).answer(
        [Utterance("мәссаған", "kk", pace=110), Utterance("мәссаған", "kk", pace=220), Utterance("ит", "kk+f2")]
    )
    assert len(slow) > 1.3 * len(fast) > len(other)
    low, high = speaker.load(ESPEAK, ()).answer([Utterance("алға", "kk", pitch=p) for p in (10, 90)])
    assert low.tobytes() != high.tobytes()


@needs_espeak
def test_a_script_that_espeak_would_read_as_english_sounds_like_cyrillic():
    cyrillic, latin = (speaker.load(ESPEAK, ()).answer([Utterance(text, "kk")])[0] for text in ("алға", "alğa"))
    assert (cyrillic == latin).all()


@needs_espeak
def test_a_voice_that_is_not_there_is_named():
    with pytest.raises(BadSystem, match=r"no voice 'kk\+nobody'"):
        speaker.load(ESPEAK, ()).answer([Utterance("алға", "kk+nobody")])


def test_without_espeak_the_install_line_is_shown(monkeypatch):
    monkeypatch.setattr(speaker.ctypes.util, "find_library", lambda name: None)
    monkeypatch.setattr(speaker, "find_spec", lambda name: None)
    with pytest.raises(ExtraMissing) as fault:
        speaker.load(ESPEAK, ())
    assert "apt-get install espeak-ng" in str(fault.value) and "pip install 'qadam[tts]'" in str(fault.value)


@pytest.mark.skipif(speaker.find_spec("espeakng_loader") is None, reason="pip install espeakng-loader")
def test_the_library_of_the_package_speaks_as_well(monkeypatch):
    monkeypatch.setattr(speaker.ctypes.util, "find_library", lambda name: None)
    (sound,) = speaker.load(ESPEAK, ()).answer([Utterance("тоқта", "kk+f2")])
    assert 0.2 < len(sound) / 16_000 < 2 and np.abs(sound).max() > 0.05


def test_an_engine_that_breaks_off_is_named(monkeypatch, tmp_path):
    (tmp_path / "broken.py").write_text("raise SystemExit(3)")
    monkeypatch.setattr(speaker, "PROGRAM", tmp_path / "broken.py")
    monkeypatch.setattr(speaker, "library", lambda: ("none", ""))
    with pytest.raises(BadSystem, match="espeak-ng broke off"):
        speaker.load(ESPEAK, ())


def test_an_unknown_engine_is_named():
    with pytest.raises(BadSystem, match="'gramophone'"):
        speaker.made("x", {"engine": "gramophone"})


def test_piper_is_asked_for_a_speaker_and_a_pace(monkeypatch, tmp_path):
    """The package is not installed here, so its two classes are stood in for; what they are told is what counts."""
    told = {}

    class Config:
        def __init__(self, **how):
            told.update(how)

    class Voice:
        @classmethod
        def load(cls, network, config_path):
            told["files"] = (network.name, config_path.name)
            return cls()

        def synthesize(self, text, config):
            told["text"] = text
            for _ in range(2):
                yield types.SimpleNamespace(audio_float_array=np.ones(2205), sample_rate=22_050)

    monkeypatch.setitem(sys.modules, "piper", types.SimpleNamespace(PiperVoice=Voice, SynthesisConfig=Config))
    monkeypatch.setattr(speaker, "find_spec", lambda name: object())
    mouth = speaker.made("p", {"engine": "piper"}, [tmp_path / "kk.onnx", tmp_path / "kk.onnx.json"])
    (sound,) = mouth.answer([Utterance("2 ит", "3", pace=80)])
    assert told == {"files": ("kk.onnx", "kk.onnx.json"), "speaker_id": 3, "length_scale": 2.0, "text": "екі ит"}
    assert len(sound) == 3200


def test_without_piper_the_install_line_is_shown(monkeypatch):
    monkeypatch.setattr(speaker, "find_spec", lambda name: None)
    with pytest.raises(ExtraMissing, match="piper-tts"):
        speaker.made("p", {"engine": "piper"})


@pytest.fixture
def tiny_vits(tmp_path):
    """A VITS network with random weights and the letters of Kazakh, as a folder of Hugging Face."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    config = transformers.VitsConfig(
        vocab_size=46, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, ffn_dim=16, flow_size=16,
        spectrogram_bins=9, prior_encoder_num_flows=1, prior_encoder_num_wavenet_layers=1, upsample_initial_channel=16,
        upsample_rates=[4, 4], upsample_kernel_sizes=[8, 8], resblock_kernel_sizes=[3], resblock_dilation_sizes=[[1]],
        depth_separable_num_layers=1, duration_predictor_num_flows=1, duration_predictor_filter_channels=16,
        num_speakers=2, speaker_embedding_size=8, sampling_rate=16_000,
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(13)
        network = transformers.VitsModel(config)
    folder = tmp_path / "vits"
    network.save_pretrained(folder)
    letters = [*"абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі -", "<unk>"]
    (tmp_path / "vocab.json").write_text(json.dumps({letter: n for n, letter in enumerate(letters)}), "utf-8")
    transformers.VitsTokenizer(str(tmp_path / "vocab.json"), pad_token="-", phonemize=False).save_pretrained(folder)
    return folder


def test_a_network_of_hugging_face_speaks_with_its_own_noise_only(tiny_vits):
    mouth = speaker.made("v", {"engine": "vits", "repo": str(tiny_vits)})
    wishes = [Utterance("алға", "0"), Utterance("алға", "1"), Utterance("солға", "0")]
    first = mouth.answer(wishes)
    alone = mouth.answer(wishes[2:])
    assert (first[2] == alone[0]).all(), "an utterance sounds the same whatever was said before"
    assert len({sound.tobytes() for sound in first}) == 3 and all(len(sound) for sound in first)
