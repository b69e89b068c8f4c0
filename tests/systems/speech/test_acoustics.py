"""Features of voices: numbers of librosa, tones whose pitch is known, and nothing that breaks them."""

import numpy as np
import pytest

from qadam.systems.speech import acoustics

T = np.arange(16_000) / 16_000


def voice(hz, seconds=1.0):
    """A buzz with harmonics, as vocal folds make it."""
    t = T[: int(16_000 * seconds)]
    return sum(np.sin(2 * np.pi * hz * k * t) / k for k in range(1, 8)) / 3


def of(samples):
    return dict(zip(acoustics.NAMES, acoustics.functionals(samples), strict=True))


def test_cepstra_are_those_of_librosa():
    librosa = pytest.importorskip("librosa")
    sound = voice(140) + 0.01 * np.random.default_rng(13).normal(size=16_000)
    theirs = librosa.feature.mfcc(y=sound, sr=16_000, n_mfcc=13, n_fft=512, hop_length=160, win_length=400, n_mels=40)
    ours = acoustics.mfcc(sound)
    assert ours.shape == theirs.shape and np.abs(ours - theirs).max() < 1e-4


@pytest.mark.parametrize("hz", [70, 123.4, 220, 340, 480])
def test_the_pitch_of_a_voice_is_found(hz):
    found = acoustics.pitch(voice(hz))
    inside = found[8:-8]
    assert (inside > 0).all() and np.abs(inside - hz).max() < 0.01 * hz


def test_noise_and_silence_have_no_pitch():
    assert not acoustics.pitch(np.zeros(16_000)).any()
    assert np.mean(acoustics.pitch(np.random.default_rng(13).normal(size=16_000)) > 0) < 0.02


def test_pitch_agrees_with_librosa_on_a_gliding_voice():
    librosa = pytest.importorskip("librosa")
    glide = np.sin(2 * np.pi * np.cumsum(np.linspace(120, 240, 16_000)) / 16_000)
    theirs = librosa.yin(glide, fmin=60, fmax=500, sr=16_000, frame_length=1024, hop_length=160)
    ours = acoustics.pitch(glide)
    assert np.median(np.abs(ours[8:-8] - theirs[8:-8])) < 2.4, "two frames of the glide: the stretches compared differ"


def test_features_say_what_they_are_called():
    low, high, loud = of(voice(110)), of(voice(220)), of(3 * voice(110))
    assert high["mean of pitch"] - low["mean of pitch"] == pytest.approx(12, abs=0.3), "an octave is twelve semitones"
    assert loud["mean of level"] - low["mean of level"] == pytest.approx(20 * np.log10(3), abs=0.1)
    assert low["voiced share"] > 0.9 and of(np.random.default_rng(13).normal(size=8_000))["voiced share"] < 0.05
    fading = of(voice(110) * np.linspace(1, 0.05, 16_000))
    assert fading["slope of level"] < -10 and abs(low["slope of level"]) < 6


@pytest.mark.parametrize(
    "samples", [np.zeros(1), np.zeros(16_000), np.ones(399), np.random.default_rng(1).normal(size=5)]
)
def test_every_feature_is_a_number_whatever_the_clip(samples):
    found = acoustics.functionals(samples)
    assert found.shape == (len(acoustics.NAMES),) == (58,) and np.isfinite(found).all()
