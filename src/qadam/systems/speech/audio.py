"""Sound on disk becomes numbers: one channel, one rate, or a refusal that names what is wrong with the file.

A plain wav file (8 or 16 bits) is read with what Qadam brings along; flac, mp3, ogg and other wav files need the package
soundfile. All are brought to the rate asked for by the same filter, so that a number does not depend on what is installed.
A sound may lie inside an archive or a table (`enclosed`).
"""

from __future__ import annotations

import math
import wave
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from qadam.errors import BadAudio, ExtraMissing
from qadam.systems.speech.enclosed import opened

RATE = 16_000  # samples a second; speech models learn at this rate
LONGEST = 600.0  # seconds; a clip of a corpus has less, and an hour of sound would fill the memory of a laptop
STREAMED = 0x7FFF0000  # bytes; a length beyond it means "until the end" from a program that wrote into a pipe
SCALE = {1: 128.0, 2: 32768.0}  # the largest step of a sample, by bytes


def read(path: Path, *, rate: int = RATE, longest: float = LONGEST) -> np.ndarray:
    """The sound of a file as the deflection of a loudspeaker over time.

    Args:
        path: wav, flac, mp3, ogg. Several channels are averaged to one.
        rate: samples per second of what is returned.
        longest: seconds; a longer file is refused before it is decoded.

    Returns:
        (n_samples,) of float32, nominally between -1 and 1; silence is allowed.

    Raises:
        BadAudio: no file, nothing in it, not sound, cut short, longer than `longest`, or not a number in it.
        ExtraMissing: not a plain wav file, and soundfile is not installed.
    """
    sound = opened(path)
    if sound is None:
        raise BadAudio(f"BadAudio: there is no sound file {path}.", "Fetch the data first, or check the folder.")
    with sound:
        if not sound.read(1):
            raise _bad(path, "is empty (0 bytes)")
        heard, own = _plain(path, sound, longest) or _any(path, sound, longest)
    if not len(heard):
        raise _bad(path, "holds no sound (0 samples)")
    if not np.isfinite(heard).all():
        raise _bad(path, "holds samples that are no numbers")
    return _at_rate(heard.mean(axis=1), own, rate).astype(np.float32)


def seconds(samples: np.ndarray, *, rate: int = RATE) -> float:
    """How long a sound lasts."""
    return len(samples) / rate


def _plain(path: Path, file: BinaryIO, longest: float) -> tuple[np.ndarray, int] | None:
    """Samples (n, channels) and rate of a wav file of 8 or 16 bits; None if the file is something else.

    Wav keeps 8 bits without a sign and 16 bits with one.
    """
    file.seek(0)
    try:
        with wave.open(file) as sound:
            channels, width, rate, promised, *_ = sound.getparams()
            if width not in SCALE:
                return None
            streamed = promised * width * channels >= STREAMED
            _refuse_long(path, 0.0 if streamed else promised / rate, longest)
            raw = sound.readframes(promised)
    except (wave.Error, EOFError, ZeroDivisionError, RuntimeError):  # a part that ends before it begins
        return None
    held = len(raw) // (width * channels)
    if held < promised and not streamed:
        raise _bad(path, f"is cut short: it promises {promised} samples and holds {held}")
    _refuse_long(path, held / rate, longest)
    kind, middle = ("u1", 128.0) if width == 1 else ("<i2", 0.0)
    samples = np.frombuffer(raw, kind, count=held * channels).astype(np.float64)
    return (samples.reshape(held, channels) - middle) / SCALE[width], rate


def _any(path: Path, file: BinaryIO, longest: float) -> tuple[np.ndarray, int]:
    """Samples (n, channels) and rate of any file that soundfile knows."""
    soundfile = _soundfile(path)
    file.seek(0)
    try:
        with soundfile.SoundFile(str(path) if path.is_file() else file) as sound:
            _refuse_long(path, sound.frames / sound.samplerate, longest)
            return sound.read(always_2d=True, dtype="float64"), sound.samplerate
    except soundfile.SoundFileError as fault:
        why = str(fault).rsplit(": ", 1)[-1].rstrip(".")
        raise _bad(path, f"is no sound that can be read ({why})") from fault


def _soundfile(path: Path) -> Any:
    try:
        import soundfile
    except ImportError as fault:
        raise ExtraMissing(
            f"ExtraMissing: {path.name} is no plain wav file, and reading it needs the package soundfile.",
            "pip install 'qadam[speech]'",
        ) from fault
    return soundfile


def _at_rate(samples: np.ndarray, own: int, rate: int) -> np.ndarray:
    """The same sound with `rate` samples a second; what lies above half of it is filtered out first."""
    if own == rate:
        return samples
    from scipy.signal import resample_poly

    common = math.gcd(own, rate)
    return np.asarray(resample_poly(samples, rate // common, own // common))


def _refuse_long(path: Path, length: float, longest: float) -> None:
    if length > longest:
        raise _bad(path, f"lasts {length:.0f} s, and one clip may last {longest:g} s", "Cut it into clips first.")


def _bad(path: Path, what: str, then: str = "Leave the clip out, or get the file again.") -> BadAudio:
    return BadAudio(f"BadAudio: {path} {what}.", then)
