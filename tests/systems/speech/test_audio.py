"""Sound files of every kind become one channel at one rate, or are refused by name."""

import struct
import wave
import zipfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from qadam.errors import BadAudio, ExtraMissing
from qadam.systems.speech import audio
from qadam.systems.speech.audio import read

needs_soundfile = pytest.mark.skipif(find_spec("soundfile") is None, reason="soundfile is not installed")


def tone(seconds=0.5, rate=16_000, hz=440.0):
    return 0.5 * np.sin(2 * np.pi * hz * np.arange(int(seconds * rate)) / rate)


def wav(path: Path, samples, *, rate=16_000, width=2):
    """A wav file of (n,) or (n, channels) samples between -1 and 1."""
    samples = np.asarray(samples)
    whole = np.round(samples * 127) + 128 if width == 1 else np.round(samples * 32767)
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1 if samples.ndim == 1 else samples.shape[1], width, rate, 0, "NONE", ""))
        sound.writeframes(whole.astype("u1" if width == 1 else "<i2").tobytes())
    return path


def loudest(samples, rate=16_000):
    """The frequency that is strongest."""
    return np.abs(np.fft.rfft(samples)).argmax() * rate / len(samples)


def test_sixteen_bits_come_back_as_they_were(tmp_path):
    heard = read(wav(tmp_path / "a.wav", tone()))
    assert heard.dtype == np.float32 and heard.shape == (8000,)
    assert np.abs(heard - tone()).max() < 2 / 32768


@pytest.mark.parametrize(("rate", "width"), [(8_000, 1), (11_025, 2), (22_050, 1), (44_100, 2), (48_000, 2)])
def test_any_rate_becomes_one_and_keeps_length_and_pitch(tmp_path, rate, width):
    heard = read(wav(tmp_path / "a.wav", tone(rate=rate), rate=rate, width=width))
    assert abs(len(heard) - 8000) <= 1
    assert loudest(heard) == pytest.approx(440, abs=2)
    assert np.abs(heard[800:-800]).max() == pytest.approx(0.5, abs=0.02)


def test_what_the_new_rate_cannot_hold_is_filtered_out(tmp_path):
    heard = read(wav(tmp_path / "a.wav", tone(rate=48_000, hz=12_000), rate=48_000))
    assert np.abs(heard[800:-800]).max() < 0.005, "12 kHz would come back as 4 kHz"


def test_channels_are_averaged(tmp_path):
    both = np.column_stack([tone(), -tone()])
    assert np.abs(read(wav(tmp_path / "a.wav", both))).max() < 1e-4
    assert read(wav(tmp_path / "b.wav", np.column_stack([tone(), tone()]))).max() == pytest.approx(0.5, abs=0.01)


def test_silence_is_allowed(tmp_path):
    assert not read(wav(tmp_path / "a.wav", np.zeros(100))).any()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is empty"),
        (b"RIFF", "no sound that can be read"),
        (b"not a sound at all" * 99, "no sound that can be read"),
    ],
)
@needs_soundfile
def test_what_is_no_sound_is_refused_by_name(tmp_path, content, why):
    path = tmp_path / "broken.wav"
    path.write_bytes(content)
    with pytest.raises(BadAudio, match=rf"broken\.wav .*{why}"):
        read(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadAudio, match=r"no sound file .*gone\.wav"):
        read(tmp_path / "gone.wav")


def test_no_samples_are_refused(tmp_path):
    with pytest.raises(BadAudio, match="holds no sound"):
        read(wav(tmp_path / "a.wav", np.zeros(0)))


def test_half_a_file_is_refused(tmp_path):
    path = wav(tmp_path / "a.wav", tone())
    path.write_bytes(path.read_bytes()[:4000])
    with pytest.raises(BadAudio, match="cut short: it promises 8000 samples and holds 1978"):
        read(path)


def test_a_length_written_into_a_pipe_means_until_the_end(tmp_path):
    path = wav(tmp_path / "a.wav", tone())
    raw = bytearray(path.read_bytes())
    raw[4:8] = raw[40:44] = struct.pack("<I", 0x7FFFF000)
    path.write_bytes(raw)
    assert len(read(path)) == 8000


def test_an_hour_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "hour.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 1, 8_000, 0, "NONE", ""))
        sound.writeframes(bytes(8_000 * 3_600))
    with pytest.raises(BadAudio, match=r"lasts 3600 s, and one clip may last 600 s"):
        read(path)
    assert len(read(path, longest=4_000)) == 3_600 * 16_000


@needs_soundfile
@pytest.mark.parametrize(
    ("ending", "kind"), [("flac", "PCM_16"), ("mp3", None), ("ogg", None), ("wav", "FLOAT"), ("wav", "PCM_24")]
)
def test_other_formats_need_soundfile_and_sound_alike(tmp_path, ending, kind):
    import soundfile

    path = tmp_path / f"a.{ending}"
    soundfile.write(path, np.column_stack([tone(rate=44_100)] * 2), 44_100, subtype=kind)
    heard = read(path)
    assert loudest(heard) == pytest.approx(440, abs=3) and abs(len(heard) - 8000) < 900
    assert np.abs(heard[2000:6000]).max() == pytest.approx(0.5, abs=0.05)


@needs_soundfile
def test_samples_that_are_no_numbers_are_refused(tmp_path):
    import soundfile

    samples = tone()
    samples[7] = np.nan
    soundfile.write(tmp_path / "a.wav", samples, 16_000, subtype="FLOAT")
    with pytest.raises(BadAudio, match="no numbers"):
        read(tmp_path / "a.wav")


@needs_soundfile
def test_an_hour_of_another_format_is_refused_too(tmp_path):
    import soundfile

    soundfile.write(tmp_path / "a.flac", np.zeros(8_000 * 700, np.int16), 8_000)
    with pytest.raises(BadAudio, match="lasts 700 s"):
        read(tmp_path / "a.flac")


def test_without_soundfile_a_plain_wav_is_read_and_the_rest_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "soundfile", None)
    assert len(read(wav(tmp_path / "a.wav", tone(), width=1))) == 8000
    (tmp_path / "a.mp3").write_bytes(b"ID3" + bytes(100))
    with pytest.raises(ExtraMissing, match="needs the package soundfile") as fault:
        read(tmp_path / "a.mp3")
    assert "qadam[speech]" in fault.value.next_step


def test_a_member_of_an_archive_and_a_cell_of_a_table_are_sounds(tmp_path):
    import polars

    raw = wav(tmp_path / "a.wav", tone()).read_bytes()
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("eval/a.wav", raw)
    cells = [{"bytes": raw, "path": None}, {"bytes": b"", "path": None}]
    polars.DataFrame({"audio": cells}).write_parquet(tmp_path / "all.parquet")
    for inside in ("all.zip/eval/a.wav", "all.parquet/audio/0"):
        assert np.abs(read(tmp_path / inside) - tone()).max() < 2 / 32768
    with pytest.raises(BadAudio, match="is empty"):
        read(tmp_path / "all.parquet/audio/1")
    for wrong in ("all.zip/eval/b.wav", "all.parquet/audio/2", "all.parquet/sound/0", "a.wav/x"):
        with pytest.raises(BadAudio, match="does not hold"):
            read(tmp_path / wrong)


def test_seconds():
    assert audio.seconds(np.zeros(24_000)) == 1.5
