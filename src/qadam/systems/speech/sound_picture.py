"""The picture of a spoken word: how loud each band of pitch is over time, the silence around the word cut off.

Every recogniser of commands sees words in this way, synthetic or real, so that nothing but the voice sets them apart.
"""

from __future__ import annotations

import base64
import itertools
from functools import cache

import numpy as np

RATE, WINDOW, HOP, SIZE = 16_000, 400, 160, 512  # samples: 25 ms windows 10 ms apart
BANDS, LOWEST, HIGHEST = 40, 80.0, 7600.0  # Hz; telephone-like recordings have nothing above
QUIET = 35.0  # decibels below the loudest frame: what is softer at either end is cut off
MARGIN = 3  # frames left at either end, so that a soft consonant stays
FRAMES = 64  # of a picture that all words are stretched to
COARSE = (24, 16)  # frames and bands of a picture that is written down
RANGE = 50.0  # decibels below the loudest place of the word: what is softer is as good as silence, as in a quiet room
FLOOR = 1e-10  # power of silence


def picture(samples: np.ndarray) -> np.ndarray:
    """The word stretched to 64 frames, (64, 40): natural logarithms of power, 0 on average in each band.

    The average of each band is taken away because it is the sound of the room and the microphone, not of the word.

    Args:
        samples: (n_samples,) at 16 kHz; shorter than a frame counts as padded with silence.
    """
    levels = _trimmed(_levels(np.asarray(samples, float)))
    levels = stretched(levels, FRAMES)
    return np.asarray(levels - levels.mean(axis=0), np.float32)


def stretched(levels: np.ndarray, frames: int) -> np.ndarray:
    """The same picture with another number of frames, by straight lines between neighbours."""
    at = np.linspace(0, len(levels) - 1, frames)
    left = np.minimum(at.astype(int), max(0, len(levels) - 2))
    share = (at - left)[:, None]
    return np.asarray(levels[left] * (1 - share) + levels[np.minimum(left + 1, len(levels) - 1)] * share)


def coarse(full: np.ndarray) -> np.ndarray:
    """A picture in large strokes, (24, 16) of whole numbers 0-255, for files and for recognisers without a network.

    A step is a twentieth of a unit of the logarithm (0.2 decibels); 128 is the average of a band.
    """
    frames, bands = COARSE
    edges = np.linspace(0, full.shape[1], bands + 1).round().astype(int)
    rows = np.stack([full[:, a:b].mean(axis=1) for a, b in itertools.pairwise(edges)], axis=1)
    return np.asarray(np.clip(np.rint(128 + 20 * stretched(rows, frames)), 0, 255), np.uint8)


def written(strokes: np.ndarray) -> str:
    """A coarse picture as one line of letters (base64)."""
    return base64.b64encode(strokes.tobytes()).decode()


def unwritten(text: str) -> np.ndarray:
    """A coarse picture from its line of letters."""
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(COARSE)


def _levels(samples: np.ndarray) -> np.ndarray:
    """(n_frames, 40): the logarithm of the power in each band."""
    padded = np.pad(samples, (0, max(0, WINDOW - len(samples))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW), SIZE)) ** 2
    levels = np.log(power @ _filters().T + FLOOR)
    return np.asarray(np.maximum(levels, levels.max() - RANGE * np.log(10) / 10))


def _trimmed(levels: np.ndarray) -> np.ndarray:
    loudness = 10 / np.log(10) * np.logaddexp.reduce(levels, axis=1)
    loud = np.flatnonzero(loudness > loudness.max() - QUIET)
    return levels[max(0, loud[0] - MARGIN) : loud[-1] + MARGIN + 1]


@cache
def _filters() -> np.ndarray:
    """Triangles over the spectrum, (40, 257), evenly spaced in mel.

    Source: mel = 1127 ln(1 + f / 700), O'Shaughnessy (1987).
    """
    lowest, highest = 1127 * np.log1p(np.array([LOWEST, HIGHEST]) / 700)
    edges = 700 * np.expm1(np.linspace(lowest, highest, BANDS + 2) / 1127)
    slopes = (np.arange(SIZE // 2 + 1) * RATE / SIZE)[None] - edges[:, None]
    widths = np.diff(edges)[:, None]
    return np.asarray(np.maximum(0, np.minimum(slopes[:-2] / widths[:-1], -slopes[2:] / widths[1:])))
