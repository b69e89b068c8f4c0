"""Networks that hear a word: a convolution over time that names it, or one that spells it.

Both see the same pictures (`sound_picture`). The first has an output for each word; the second one for each letter and one for
none, and a word is as likely as all ways of spelling it along the picture (CTC).

Source: the residual blocks over time are those of Choi et al. (2019), Temporal Convolution for Real-Time Keyword Spotting on
Mobile Devices, made small; CTC is Graves et al. (2006). What a picture suffers on the way: Park et al. (2019), SpecAugment, for
the masks; Jaitly & Hinton (2013), Vocal Tract Length Perturbation, for the bands.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import nn

from qadam.systems.speech.sound_picture import BANDS, FRAMES
from qadam.systems.training.train import Batch

WIDTHS = (48, 64, 96)
REACH = 5  # frames a filter sees
SHAPES = {"stretch": 0.12, "shift": 0.06, "bands": 0.12}  # the most a picture is changed, as shares of its size
NOISE = (-8.0, -1.5)  # logarithm of the noise's power against the loudest place of the picture
COLOUR = 1.5  # the most that a microphone lifts or lowers a band, in units of the logarithm
MASKS = {"frames": 10, "bands": 6}  # the widest stretch that is hidden, of each kind twice


class _Block(nn.Module):
    """Two filters over time with a way around them; every second frame goes on."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        pad = REACH // 2
        self.first = nn.Conv1d(before, after, REACH, stride=2, padding=pad, bias=False)
        self.second = nn.Conv1d(after, after, REACH, padding=pad, bias=False)
        self.around = nn.Conv1d(before, after, 1, stride=2, bias=False)
        self.evened, self.evened_again = nn.GroupNorm(8, after), nn.GroupNorm(8, after)

    def forward(self, x: Any) -> Any:
        kept = self.evened(self.first(x)).relu()
        return (self.evened_again(self.second(kept)) + self.around(x)).relu()


class Names(nn.Module):
    """From pictures (n, 64, 40) to a value for each word."""

    def __init__(self, words: Sequence[str], *, dropout: float) -> None:
        super().__init__()
        self.begin = nn.Conv1d(BANDS, WIDTHS[0], REACH, padding=REACH // 2)
        self.blocks = nn.Sequential(*(_Block(a, b) for a, b in zip((WIDTHS[0], *WIDTHS[:-1]), WIDTHS, strict=True)))
        self.dropout = nn.Dropout(dropout)
        self.value = nn.Linear(FRAMES // 8 * WIDTHS[-1], len(words))

    def forward(self, pictures: Any, words: Any = None, **spelled: Any) -> SimpleNamespace:
        """`values` (n, n_words), and with the number of the gold `words` the `loss` in nats."""
        heard = self.blocks(self.begin(pictures.transpose(1, 2)).relu())
        values = self.value(self.dropout(heard.flatten(1)))
        if words is None:
            return SimpleNamespace(values=values)
        return SimpleNamespace(values=values, loss=nn.functional.cross_entropy(values, words, label_smoothing=0.05))


class Letters(nn.Module):
    """From pictures to a value for each word by its letters: no frame is left out, since a word may have eight."""

    def __init__(self, words: Sequence[str], *, dropout: float) -> None:
        super().__init__()
        alphabet = sorted({letter for word in words for letter in word})
        self.spelled = [torch.tensor([alphabet.index(letter) + 1 for letter in word]) for word in words]
        self.begin = nn.Conv1d(BANDS, WIDTHS[1], REACH, stride=2, padding=REACH // 2)
        self.middle = nn.ModuleList(nn.Conv1d(WIDTHS[1], WIDTHS[1], REACH, padding=REACH // 2) for _ in range(3))
        self.evened = nn.ModuleList(nn.GroupNorm(8, WIDTHS[1]) for _ in self.middle)
        self.dropout = nn.Dropout(dropout)
        self.letter = nn.Linear(WIDTHS[1], len(alphabet) + 1)  # 0 is no letter

    def forward(self, pictures: Any, words: Any = None) -> SimpleNamespace:
        """`values`: the logarithm of how likely each word is, (n, n_words); with the gold `words` the `loss` in nats per letter."""
        heard = self.begin(pictures.transpose(1, 2)).relu()
        for filters, even in zip(self.middle, self.evened, strict=True):
            heard = heard + even(filters(heard)).relu()
        logs = self.letter(self.dropout(heard.transpose(1, 2))).log_softmax(-1).transpose(0, 1)
        if words is not None:
            return SimpleNamespace(loss=self._missed(logs, [self.spelled[n] for n in words.tolist()], "mean"))
        each = [self._missed(logs, [letters] * logs.shape[1], "none") for letters in self.spelled]
        return SimpleNamespace(values=-torch.stack(each, dim=1))

    def _missed(self, logs: Any, letters: Sequence[Any], how: str) -> Any:
        lengths = torch.full((logs.shape[1],), logs.shape[0])
        sizes = torch.tensor([len(word) for word in letters])
        return nn.functional.ctc_loss(logs, torch.cat(list(letters)), lengths, sizes, reduction=how, zero_infinity=True)


class Hearing:
    """The task: pictures of words, each time changed a little if `augment` says so."""

    def __init__(self, pictures: np.ndarray, numbers: np.ndarray, letters: Sequence[int], *, augment: bool) -> None:
        self._pictures, self._numbers, self._letters, self._augment = pictures, numbers, letters, augment
        self.size = len(pictures)

    def batch(self, numbers: Sequence[int], draw: np.random.Generator) -> Batch:
        """Pictures and the numbers of their words."""
        shown = self._pictures[list(numbers)]
        gold = self._numbers[list(numbers)]
        inputs = {
            "pictures": torch.from_numpy(changed(shown, draw) if self._augment else shown),
            "words": torch.from_numpy(gold),
        }
        return Batch(inputs, sum(self._letters[n] for n in gold), FRAMES * len(gold))

    def check(self, network: Any) -> None:
        """Nothing is held back: how long to learn was chosen before."""


def changed(pictures: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """The same words by other mouths, in other rooms: (n, 64, 40), none of them quite as before.

    Each is cut a little tighter or wider and shifted, its bands are moved as by a longer or shorter throat, a microphone colours
    them, noise fills the gaps, and stretches of time and of bands are hidden.
    """
    n = len(pictures)
    stretch, shift, bands = (draw.uniform(-most, most, (n, 1)) for most in SHAPES.values())
    middle = np.linspace(-0.5, 0.5, FRAMES)[None]
    frames = (0.5 + shift + middle * (1 + stretch)) * (FRAMES - 1)
    places = np.arange(BANDS)[None] * (1 + bands)
    moved = _between(pictures, frames.clip(0, FRAMES - 1.001), places.clip(0, BANDS - 1.001))
    slope = draw.uniform(-COLOUR, COLOUR, (n, 1, 2)) @ np.stack(
        [np.linspace(-1, 1, BANDS), np.cos(np.linspace(0, np.pi * 2, BANDS))]
    )
    loud = moved.max(axis=(1, 2), keepdims=True)
    noise = loud + draw.uniform(*NOISE, (n, 1, 1)) + 0.5 * draw.standard_normal(moved.shape, dtype=np.float32)
    heard = np.logaddexp((moved + slope).astype(np.float32), noise.astype(np.float32))
    heard -= heard.mean(axis=1, keepdims=True)
    for axis, widest in ((1, MASKS["frames"]), (2, MASKS["bands"])):
        size = heard.shape[axis]
        for _ in range(2):
            width, start = draw.integers(0, widest + 1, n), draw.integers(0, size, n)
            at = np.arange(size)[None]
            hidden = (at >= start[:, None]) & (at < (start + width)[:, None])
            heard[np.broadcast_to(np.expand_dims(hidden, 3 - axis), heard.shape)] = 0.0
    return np.asarray(heard, np.float32)


def _between(pictures: np.ndarray, frames: np.ndarray, bands: np.ndarray) -> np.ndarray:
    """Each picture read off at places between its frames (n, 64) and its bands (n, 40), by straight lines."""
    rows = np.arange(len(pictures))[:, None, None]
    top, left = frames.astype(int)[:, :, None], bands.astype(int)[:, None, :]
    down, across = frames[:, :, None] - top, bands[:, None, :] - left
    upper = pictures[rows, top, left] * (1 - across) + pictures[rows, top, left + 1] * across
    lower = pictures[rows, top + 1, left] * (1 - across) + pictures[rows, top + 1, left + 1] * across
    return np.asarray(upper * (1 - down) + lower * down)
