"""A linear model over features of clips: by hand, by openSMILE, by the layers of a speech model, by emotion2vec.

Features are centred and scaled by what is learned from, every label weighs the same however rare it is, and large weights are
held down by the row's `penalty`. The features of a clip are made once and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from qadam.errors import BadAudio, ExtraMissing
from qadam.systems.labels.classifier import regression
from qadam.systems.load import Training
from qadam.systems.speech import acoustics, audio
from qadam.systems.speech.emotion import Depths, Said
from qadam.terms import Item, SystemRow, Weighed

LONGEST = 60.0  # seconds; what lasts longer is no utterance with one emotion
Hear = Callable[[np.ndarray], np.ndarray]  # samples -> (n_features,), or (n_layers, n_features) where there are layers


class Linear:
    """Logistic regression over the features of clips; over layers, one for each of them."""

    def __init__(self, row: SystemRow, training: Training) -> None:
        self.unread: dict[str, str] = {}
        self._row = row
        name = training.path.name.removesuffix(f"-s{training.seed}")  # a clip sounds the same under every seed
        self._kept = training.path.with_name(f"{name}.features")
        self._penalty = float(row.options.get("penalty", 1.0))
        self._of: dict[str, np.ndarray] = {}

    def hear(self, paths: Sequence[str]) -> None:
        """The features of clips; those of the first call are kept beside other trained systems."""
        if not self._of and self._kept.exists():
            with np.load(self._kept) as kept:
                self._of = dict(zip(kept["paths"].tolist(), kept["features"], strict=True))
        new = [path for path in paths if path not in self._of and path not in self.unread]
        hear = FEATURES[self._row.format](self._row) if new else None
        for path in new:
            try:
                self._of[path] = hear(audio.read(Path(path), longest=LONGEST))  # type: ignore[misc]
            except BadAudio as fault:
                self.unread[path] = fault.message
        if self._of and not self._kept.exists():
            part = self._kept.with_name(f"{self._kept.name}.part")
            with part.open("wb") as stream:
                np.savez(stream, paths=np.array([*self._of]), features=np.stack([*self._of.values()]))
            part.replace(self._kept)

    def say(self, learned: Sequence[Item], asked: Sequence[str]) -> Said:
        """What the features say, with the probability of each label; of layers the label alone."""
        labels = sorted({str(clip.gold) for clip in learned})
        gold = np.array([labels.index(str(clip.gold)) for clip in learned])
        known = np.stack([self._of[str(clip.fields["audio"])] for clip in learned])
        new = np.stack([self._of[path] for path in asked])
        if known.ndim == 3:
            best = [self._chances(known[:, k], gold, new[:, k]).argmax(axis=1) for k in range(known.shape[1])]
            return {path: Depths(tuple(labels[int(row[n])] for row in best)) for n, path in enumerate(asked)}
        chances = self._chances(known, gold, new)
        return {
            path: Weighed(labels[int(row.argmax())], dict(zip(labels, map(float, row), strict=True)))
            for path, row in zip(asked, chances, strict=True)
        }

    def _chances(self, known: np.ndarray, gold: np.ndarray, new: np.ndarray) -> np.ndarray:
        """The probability of each label for new rows, (n_new, n_labels)."""
        from scipy.special import softmax

        centre, spread = known.mean(axis=0), known.std(axis=0)
        spread[spread == 0] = 1
        each = np.bincount(gold)
        weights, biases = regression(
            (known - centre) / spread,
            gold,
            len(each),
            penalty=self._penalty,
            importance=(len(gold) / (len(each) * each))[gold],
        )
        return np.asarray(softmax((new - centre) / spread @ weights + biases, axis=1))


def _acoustic(row: SystemRow) -> Hear:
    del row
    return acoustics.functionals


def _egemaps(row: SystemRow) -> Hear:
    """Source: Eyben et al. (2016), The Geneva Minimalistic Acoustic Parameter Set (GeMAPS)."""
    try:
        import opensmile
    except ImportError as fault:
        raise ExtraMissing(
            f"ExtraMissing: {row.id} needs the package opensmile, whose licence is for research and not for trade.",
            "Read it at https://github.com/audeering/opensmile-python, then: pip install 'qadam[egemaps]'",
        ) from fault
    smile = opensmile.Smile(opensmile.FeatureSet.eGeMAPSv02, opensmile.FeatureLevel.Functionals)
    return lambda samples: np.nan_to_num(smile.process_signal(samples, audio.RATE).to_numpy()[0].astype(float))


def _layers(row: SystemRow) -> Hear:
    from qadam.systems.speech.speech_layers import load

    return load(row)


def _emotion2vec(row: SystemRow) -> Hear:
    """Source: Ma et al. (2024), emotion2vec: Self-Supervised Pre-Training for Speech Emotion Representation."""
    try:
        from funasr import AutoModel
    except ImportError as fault:
        raise ExtraMissing(
            f"ExtraMissing: {row.id} needs the package funasr.", "pip install funasr, then run again"
        ) from fault
    model: Any = AutoModel(model=str(row.options["repo"]), hub="hf", disable_update=True)

    def hear(samples: np.ndarray) -> np.ndarray:
        found = model.generate(samples, granularity="utterance", extract_embedding=True)
        return np.asarray(found[0]["feats"], float).ravel()

    return hear


FEATURES: dict[str, Callable[[SystemRow], Hear]] = {
    "acoustic": _acoustic,
    "egemaps": _egemaps,
    "layers": _layers,
    "emotion2vec": _emotion2vec,
}
