"""What a voice sounds like, in numbers: timbre, pitch, loudness and noise of a clip, and how they vary in it.

A clip is cut into frames 10 ms apart. Each has 13 mel cepstral coefficients (timbre), a level, the centre of its spectrum, how
often it crosses zero, and its pitch if it has one. A clip becomes one row: means, spreads and ranges of these tracks.
"""

from __future__ import annotations

from functools import cache

import numpy as np

RATE = 16_000  # samples a second
HOP = 160  # samples from frame to frame: 10 ms
WINDOW, SPECTRUM = 400, 512  # samples of a frame (25 ms), padded with zeros to the next power of two
MELS, CEPSTRA = 40, 13
LOWEST, HIGHEST = 60.0, 500.0  # Hz of a voice; children and anger reach 500
PITCHED = 1024  # samples in which pitch is looked for: 64 ms, nearly four periods at 60 Hz
VOICED, NEARLY = (
    0.4,
    0.1,
)  # how far a frame may be from itself one period later, and from the best such lag; see `pitch`
QUIET = 1e-10  # power below which all is silence


def functionals(samples: np.ndarray) -> np.ndarray:
    """One row for a clip: the features named in `NAMES`, all finite, for silence as well.

    Args:
        samples: (n_samples,) at 16 kHz; a clip shorter than a frame is padded with silence.
    """
    samples = np.asarray(samples, float)
    power = _power(samples)
    cepstra = mfcc(samples, power=power)
    level = 10 * np.log10(np.maximum(power.mean(axis=0), QUIET))
    hz = np.arange(SPECTRUM // 2 + 1) * RATE / SPECTRUM
    centre = (hz @ np.sqrt(power)) / np.maximum(np.sqrt(power).sum(axis=0), QUIET)
    crossings = _frames(np.diff(np.signbit(np.pad(samples, (0, 1)))).astype(float), WINDOW).mean(axis=1)
    found = pitch(samples)
    voiced = 12 * np.log2(found[found > 0] / LOWEST)  # semitones: a voice rises by the same step, high or low
    tracks = [level, centre, crossings, voiced if voiced.size else np.zeros(1)]
    slopes = [np.polyfit(np.linspace(0, 1, len(t)), t, 1)[0] if len(t) > 1 else 0.0 for t in (level, tracks[3])]
    changes = np.diff(cepstra, axis=1) if cepstra.shape[1] > 1 else np.zeros((CEPSTRA, 1))
    return np.concatenate(
        [
            cepstra.mean(axis=1),
            cepstra.std(axis=1),
            changes.std(axis=1),
            np.ravel([[t.mean(), t.std(), *np.percentile(t, (5, 95))] for t in tracks]),
            slopes,
            [voiced.size / max(1, len(found))],
        ]
    )


NAMES = (
    *(f"{what} of cepstrum {k}" for what in ("mean", "spread", "spread of change") for k in range(CEPSTRA)),
    *(
        f"{what} of {track}"
        for track in ("level", "spectral centre", "zero crossings", "pitch")
        for what in ("mean", "spread", "5 %", "95 %")
    ),
    "slope of level",
    "slope of pitch",
    "voiced share",
)


def mfcc(samples: np.ndarray, *, power: np.ndarray | None = None) -> np.ndarray:
    """Mel cepstral coefficients, (13, n_frames): the shape of the spectrum as an ear would hear it.

    Source:
        Davis & Mermelstein (1980); mel scale and unit areas as in Slaney's Auditory Toolbox; levels at most 80 dB below the
        loudest frame. The same numbers as librosa.feature.mfcc with these sizes.
    """
    from scipy.fft import dct

    mel = _mel_filters() @ (_power(samples) if power is None else power)
    level = 10 * np.log10(np.maximum(mel, QUIET))
    return np.asarray(dct(np.maximum(level, level.max() - 80), axis=0, type=2, norm="ortho")[:CEPSTRA])


def pitch(samples: np.ndarray) -> np.ndarray:
    """How high the voice is in each frame, in Hz, (n_frames,); 0 where there is no voice.

    A frame is set against itself some samples later, and how far the two are apart is told as a share of what is usual (the
    cumulative mean normalised difference). A frame is voiced if at some lag that share is below 0.4; the first dip
    within 0.1 of the deepest is its period, so that two periods are not taken for one.

    Source:
        de Cheveigné & Kawahara (2002), YIN, a fundamental frequency estimator for speech and music, steps 1 to 5; their
        threshold is 0.1 and not relative, which leaves fast speech over a telephone without a voice.
    """
    from scipy.fft import irfft, rfft

    shortest, longest = int(RATE / HIGHEST), int(RATE / LOWEST) + 1
    frames = _frames(samples, PITCHED)
    held = PITCHED - longest - 1  # samples that are set against later ones
    length = 2 * PITCHED
    against = irfft(rfft(frames, length) * np.conj(rfft(frames[:, :held], length)), length)[:, : longest + 1]
    energy = np.pad(np.cumsum(frames**2, axis=1), ((0, 0), (1, 0)))
    lags = np.arange(longest + 1)
    apart = np.maximum(energy[:, [held]] + energy[:, lags + held] - energy[:, lags] - 2 * against, 0)
    usual = np.cumsum(apart[:, 1:], axis=1) / lags[1:]
    normal = np.ones_like(apart)
    np.divide(apart[:, 1:], usual, out=normal[:, 1:], where=usual > QUIET)
    return np.array([_period(row, shortest, longest) for row in normal])


def _period(row: np.ndarray, shortest: int, longest: int) -> float:
    """The pitch that one frame's differences tell, in Hz; 0 if no dip is deep enough."""
    deepest = row[shortest:longest].min()
    if deepest >= VOICED:
        return 0.0
    at = shortest + int(np.argmax(row[shortest:longest] <= deepest + NEARLY))
    while at + 1 < longest and row[at + 1] < row[at]:
        at += 1
    left, middle, right = row[at - 1], row[at], row[min(at + 1, longest)]
    bend = left - 2 * middle + right  # a parabola through three lags finds the dip between samples
    return float(RATE / (at + (0.5 * (left - right) / bend if bend > QUIET else 0.0)))


def _power(samples: np.ndarray) -> np.ndarray:
    """The power spectrum, (n_frequencies, n_frames)."""
    from scipy.fft import rfft

    window = np.zeros(SPECTRUM)
    start = (SPECTRUM - WINDOW) // 2
    window[start : start + WINDOW] = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    return np.asarray(np.abs(rfft(_frames(samples, SPECTRUM) * window, axis=1).T) ** 2)


def _frames(samples: np.ndarray, size: int) -> np.ndarray:
    """Stretches of `size` samples around every tenth millisecond, (n_frames, size); beyond the ends there is silence."""
    padded = np.pad(np.asarray(samples, float), size // 2)
    return np.lib.stride_tricks.sliding_window_view(padded, size)[::HOP]


@cache
def _mel_filters() -> np.ndarray:
    """Triangles over the spectrum, (40, n_frequencies), evenly spaced in mel and of equal area."""
    edges = _hz(np.linspace(_mel(0.0), _mel(RATE / 2), MELS + 2))
    slopes = edges[:, None] - np.linspace(0, RATE / 2, SPECTRUM // 2 + 1)
    widths = np.diff(edges)[:, None]
    triangles = np.maximum(0, np.minimum(-slopes[:-2] / widths[:-1], slopes[2:] / widths[1:]))
    return np.asarray(triangles * (2 / (edges[2:] - edges[:-2]))[:, None])


_KNEE, _STEP = 1000.0, np.log(6.4) / 27  # Slaney's mel: straight up to 1 kHz, logarithmic above


def _mel(hz: float) -> float:
    return hz * 3 / 200 if hz < _KNEE else 15 + float(np.log(hz / _KNEE) / _STEP)


def _hz(mel: np.ndarray) -> np.ndarray:
    return np.asarray(np.where(mel < 15, mel * 200 / 3, _KNEE * np.exp(_STEP * (mel - 15))))
