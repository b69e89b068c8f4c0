"""Recognisers: recorded ones, endpoints against a server here, and the real code of the models with random weights."""

import json
import runpy
import wave
from pathlib import Path

import numpy as np
import pytest

from qadam.errors import BadAudio, BadSystem, CannotGet, NotAnswered, NotRecorded
from qadam.systems.load import Training, load
from qadam.systems.speech import recognizer, recognizer_endpoint
from qadam.terms import UNSCORED, Recording, SystemRow

Server = runpy.run_path(str(Path(__file__).parents[1] / "transcription_server.py"))["Server"]


def sound(path, seconds=0.5, rate=16_000):
    """A wav file with a tone in it."""
    wavy = (8_000 * np.sin(np.arange(int(seconds * rate)) / 20)).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, rate, len(wavy), "NONE", ""))
        out.writeframes(wavy.tobytes())
    return path


def live(tmp_path, format, **options):
    """A live recogniser as a run brings it to life."""
    row = SystemRow("r", "R", "recognizer", format, licence="x", options={"keeps": True, **options})
    return load(row, [], training=Training(tuple, tmp_path / "kept.jsonl"))


# --- recorded --------------------------------------------------------------------------------------------------------


def test_a_column_is_repeated_and_a_gap_is_ours():
    system = load(SystemRow("c", "C", "recognizer", "column", licence="x"), [])
    asked = [Recording("1", recorded="иә"), Recording("2"), Recording("3", recorded="")]
    assert system.answer(asked) == ["иә", UNSCORED, ""]
    with pytest.raises(NotRecorded, match="no hypothesis was recorded"):
        system.answer([Recording("2")])


@pytest.mark.parametrize(
    ("name", "text"),
    [("h.csv", "\ufeffid,hypothesis\n1,иә\n2,\n"), ("h.tsv", "id\thypothesis\n1\tиә\n2\t\n"), ("h.jsonl", '{"id": 1, "hypothesis": "иә"}\n\n{"id": "2", "hypothesis": null}\n')],
)  # fmt: skip
def test_a_file_is_looked_up_by_the_id(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    row = SystemRow("f", "F", "recognizer", "recorded", licence="x")
    assert load(row, [path]).answer([Recording("2"), Recording("1"), Recording("9")]) == ["", "иә", UNSCORED]


def test_a_file_of_something_else_is_named(tmp_path):
    for name, content in (("a.csv", b"a,b\n1,2\n"), ("b.jsonl", b"[1, 2]\n{"), ("c.csv", b"\xff\xfe\x00")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadSystem, match=rf"{name} holds no hypotheses"):
            recognizer.hypotheses(tmp_path / name)


# --- endpoints -------------------------------------------------------------------------------------------------------


@pytest.fixture
def impatient(monkeypatch):
    """Without pauses between tries."""
    monkeypatch.setattr(recognizer_endpoint, "PAUSES", (0.0, 0.0))


def test_an_endpoint_is_sent_the_recording_and_asked_in_kazakh(tmp_path, monkeypatch):
    monkeypatch.setenv("QADAM_API_KEY_127_0_0_1", "secret")
    path = sound(tmp_path / "a.wav")
    with Server() as server:
        row = recognizer.addressed(f"asr:openai:whisper@{server.url}")
        system = load(row, [], training=Training(tuple, tmp_path / "kept.jsonl"))
        assert system.answer([Recording("1", str(path))]) == ["сәлем әлем"]
        (asked,) = server.asked
    assert asked["path"] == "/v1/audio/transcriptions" and asked["file"] == path.read_bytes()
    assert (asked["model"], asked["language"], asked["temperature"]) == (b"whisper", b"kk", b"0")
    assert server.keys == ["Bearer secret"] and "secret" not in json.dumps(row.options)
    assert "secret" not in (tmp_path / "kept.jsonl").read_text("utf-8")


def test_what_was_heard_once_is_not_sent_again(tmp_path):
    path = sound(tmp_path / "a.wav")
    with Server() as server:
        for _ in range(2):
            system = live(tmp_path, "endpoint", model="m", place=server.url)
            assert system.answer([Recording("1", str(path)), Recording("2", str(path))]) == ["сәлем әлем"] * 2
        assert len(server.asked) == 1 and system.usage["recordings"] == 2
        live(tmp_path, "endpoint", model="other", place=server.url).answer([Recording("1", str(path))])
        assert len(server.asked) == 2


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("fault", [429, 500, "wrong", "text", "drop"])
def test_what_may_pass_is_tried_again(tmp_path, fault):
    with Server(faults=[fault]) as server:
        system = live(tmp_path, "endpoint", model="m", place=server.url)
        assert (
            system.answer([Recording("1", str(sound(tmp_path / "a.wav")))]) == ["сәлем әлем"] and len(server.asked) == 2
        )


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("fault", "says"), [(401, "QADAM_API_KEY"), (404, "Check model and address"), (413, "too long")]
)
def test_what_will_not_pass_stops_at_once_and_says_no_secret(tmp_path, monkeypatch, fault, says):
    monkeypatch.setenv("QADAM_API_KEY", "secret")
    with Server(faults=[fault] * 9) as server:
        system = live(tmp_path, "endpoint", model="m", place=server.url)
        with pytest.raises(NotAnswered, match=f"status {fault}") as refused:
            system.answer([Recording("1", str(sound(tmp_path / "a.wav")))])
        assert len(server.asked) == 1 and says in str(refused.value) and "secret" not in str(refused.value)


@pytest.mark.usefixtures("impatient")
def test_a_server_that_never_answers_well_is_given_up(tmp_path):
    with Server(faults=["long"] * 9) as server:
        system = live(tmp_path, "endpoint", model="m", place=server.url)
        with pytest.raises(NotAnswered, match="no answer in 3 tries"):
            system.answer([Recording("1", str(sound(tmp_path / "a.wav")))])


def test_a_missing_or_broken_recording_costs_nobody_else_anything(tmp_path):
    good, broken = sound(tmp_path / "a.wav"), tmp_path / "b.wav"
    broken.write_bytes(b"RIFF")
    kept = tmp_path / "kept.jsonl"
    system = recognizer.Live("r", lambda path: str(len(recognizer_models_read(path))), place="x", kept=kept)
    asked = [
        Recording("1", str(good)),
        Recording("2", str(tmp_path / "none.wav")),
        Recording("3", str(broken)),
        Recording("4"),
    ]
    assert system.answer(asked) == ["8000", UNSCORED, UNSCORED, UNSCORED]
    with pytest.raises(BadAudio, match=r"none\.wav"):
        system.answer(asked[1:2])


def recognizer_models_read(path):
    from qadam.systems.speech.audio import read

    return read(Path(path))


# --- models with random weights --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whisper(tmp_path_factory):
    """A Whisper of two layers with random weights and the letters of a few words, saved as a real one is."""
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    folder = tmp_path_factory.mktemp("whisper")
    names = "endoftext startoftranscript en kk translate transcribe startoflm startofprev nospeech notimestamps 0.00"
    tokens = [f"<|{name}|>" for name in names.split()]
    vocabulary = {
        chr(n): k for k, n in enumerate([*range(33, 127), *range(161, 173), *range(174, 256), *range(256, 324)])
    }
    (folder / "vocab.json").write_text(json.dumps(vocabulary), "utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n", "utf-8")
    tokenizer = transformers.WhisperTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"))
    tokenizer.add_special_tokens({"additional_special_tokens": tokens})
    ids = {token: tokenizer.convert_tokens_to_ids(token) for token in tokens}
    torch.manual_seed(0)
    config = transformers.WhisperConfig(
        vocab_size=len(tokenizer), d_model=16, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=16, decoder_ffn_dim=16, max_target_positions=448,
        pad_token_id=ids["<|endoftext|>"], bos_token_id=ids["<|endoftext|>"], eos_token_id=ids["<|endoftext|>"],
        decoder_start_token_id=ids["<|startoftranscript|>"], suppress_tokens=[], begin_suppress_tokens=[],
    )  # fmt: skip
    model = transformers.WhisperForConditionalGeneration(config)
    model.generation_config = transformers.GenerationConfig(
        lang_to_id={"<|kk|>": ids["<|kk|>"]}, task_to_id={"transcribe": ids["<|transcribe|>"]}, is_multilingual=True,
        no_timestamps_token_id=ids["<|notimestamps|>"], decoder_start_token_id=ids["<|startoftranscript|>"],
        eos_token_id=ids["<|endoftext|>"], pad_token_id=ids["<|endoftext|>"], bos_token_id=ids["<|endoftext|>"], max_length=12,
        prev_sot_token_id=ids["<|startofprev|>"],
    )  # fmt: skip
    model.save_pretrained(folder)
    hears = transformers.WhisperFeatureExtractor()
    hears.save_pretrained(folder)  # apart as well: older tools look for it there
    transformers.WhisperProcessor(hears, tokenizer).save_pretrained(folder)
    return folder


def test_a_whisper_writes_the_same_words_for_the_same_recording(whisper, tmp_path):
    path = sound(tmp_path / "a.wav")
    first = live(tmp_path / "1", "transformers", model=str(whisper)).answer([Recording("1", str(path))])
    again = live(tmp_path / "2", "transformers", model=str(whisper)).answer([Recording("1", str(path))])
    assert first == again and isinstance(first[0], str) and "<|" not in first[0]


def test_a_recording_longer_than_a_window_is_heard_to_its_end(whisper, tmp_path, monkeypatch):
    from qadam.systems.speech import recognizer_models

    monkeypatch.setattr(recognizer_models, "WINDOW", 0.3)
    heard = recognizer_models.Transformers(
        SystemRow("r", "R", "recognizer", "transformers", options={"model": str(whisper)})
    )
    parts = []
    monkeypatch.setattr(heard, "_words", lambda part: parts.append(len(part)) or f"w{len(parts)}")
    assert heard(sound(tmp_path / "a.wav", seconds=0.7)) == "w1 w2 w3" and parts == [4_800, 4_800, 1_600]


def test_a_model_that_spells_by_ctc(tmp_path):
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    folder = tmp_path / "ctc"
    folder.mkdir()
    letters = {letter: n for n, letter in enumerate(["<pad>", "<s>", "</s>", "<unk>", "|", *"абғқі"])}
    (folder / "vocab.json").write_text(json.dumps({"kaz": letters}), "utf-8")
    tokenizer = transformers.Wav2Vec2CTCTokenizer(str(folder / "vocab.json"), target_lang="kaz")
    torch.manual_seed(0)
    config = transformers.Wav2Vec2Config(
        vocab_size=len(letters), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        conv_dim=(8, 8), conv_stride=(5, 2), conv_kernel=(10, 3), num_conv_pos_embeddings=4, num_conv_pos_embedding_groups=2,
        pad_token_id=0,
    )  # fmt: skip
    transformers.Wav2Vec2ForCTC(config).save_pretrained(folder)
    transformers.Wav2Vec2Processor(transformers.Wav2Vec2FeatureExtractor(), tokenizer).save_pretrained(folder)
    (said,) = live(tmp_path, "transformers", model=str(folder)).answer([Recording("1", str(sound(tmp_path / "a.wav")))])
    assert set(said) <= set("абғқі ")


def test_faster_whisper_runs_a_converted_model(whisper, tmp_path):
    pytest.importorskip("faster_whisper")
    converters = pytest.importorskip("ctranslate2.converters")
    converted = tmp_path / "ct2"
    converters.TransformersConverter(str(whisper), copy_files=["tokenizer.json", "preprocessor_config.json"]).convert(
        str(converted)
    )
    (said,) = live(tmp_path, "faster-whisper", model=str(converted)).answer(
        [Recording("1", str(sound(tmp_path / "a.wav")))]
    )
    assert isinstance(said, str)


def test_weights_that_are_not_here_say_how_to_get_them(tmp_path, monkeypatch):
    pytest.importorskip("transformers")
    with pytest.raises(CannotGet, match="cannot be loaded"):
        live(tmp_path, "transformers", model=str(tmp_path / "nothing"))
    with pytest.raises(BadSystem, match="unknown form"):
        live(tmp_path, "telepathy", model="x")
