"""Pictures of sounds: what is cut off, what is levelled out, and that they survive being written down."""

import numpy as np
import pytest

from qadam.systems.speech import sound_picture as sp


def tone(hz, seconds=0.5, loud=0.3):
    return loud * np.sin(2 * np.pi * hz * np.arange(int(16_000 * seconds)) / 16_000)


def test_a_picture_has_one_size_whatever_the_length():
    for sound in (tone(440, 0.1), tone(440, 2.0), np.zeros(16_000), np.zeros(1), np.zeros(0)):
        seen = sp.picture(sound)
        assert seen.shape == (64, 40) and np.isfinite(seen).all()


def test_silence_around_a_word_and_its_loudness_change_nothing():
    rng = np.random.default_rng(13)
    word = np.concatenate([tone(300, 0.2), tone(2000, 0.2), 0.3 * rng.standard_normal(3200)])
    quiet = np.zeros(160 * 50)
    plain, padded, softer = sp.picture(word), sp.picture(np.concatenate([quiet, word, quiet])), sp.picture(0.5 * word)
    assert np.abs(plain - softer).max() < 0.01
    assert np.corrcoef(plain[8:-8].ravel(), padded[8:-8].ravel())[0, 1] > 0.9


def test_a_high_tone_stands_higher_than_a_low_one():
    both = np.concatenate([tone(300), tone(3000)])
    seen = sp.picture(both)
    assert seen[:30].mean(axis=0).argmax() < seen[34:].mean(axis=0).argmax()


def test_filters_cover_speech_and_nothing_below():
    filters = sp._filters()
    assert filters.shape == (40, 257) and (filters >= 0).all() and (filters.sum(axis=1) > 0).all()
    assert filters[:, :2].sum() == 0  # below 80 Hz


def test_a_coarse_picture_survives_being_written_down():
    strokes = sp.coarse(sp.picture(tone(500)))
    assert strokes.shape == (24, 16) and strokes.dtype == np.uint8
    assert (sp.unwritten(sp.written(strokes)) == strokes).all()


def test_stretching_keeps_the_ends_and_straight_lines():
    line = np.linspace(0, 1, 5)[:, None]
    assert sp.stretched(line, 9)[:, 0] == pytest.approx(np.linspace(0, 1, 9))
    assert sp.stretched(line[:1], 3)[:, 0] == pytest.approx([0, 0, 0])
