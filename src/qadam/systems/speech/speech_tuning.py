"""A speech model of Hugging Face whose weights learn to tell labels of clips: fine-tuning, one model for each fold.

What shows how much is learned is heard apart: the same clips, the same folds and the same question as for a linear model.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from qadam.errors import BadAudio
from qadam.systems.load import Training
from qadam.systems.speech import audio
from qadam.systems.speech.emotion import Said
from qadam.systems.speech.speech_layers import SpeechModel, prepared, pretrained
from qadam.systems.training.train import Batch, Recipe, fit, need_torch
from qadam.terms import Item, SystemRow, Weighed, digest

LONGEST = 20.0  # seconds; the longest clip of KazEmoTTS has 18.2, and a batch is as long as its longest clip
SHOWN = 8  # clips a model labels at once


class Tuned:
    """A model for each set of clips that is learned from, kept under the names of these clips.

    Options of the row: `repo`, `epochs`, `batch`, `rate` (the highest learning rate), `accumulate` (portions of a batch).
    """

    def __init__(self, row: SystemRow, training: Training) -> None:
        need_torch()
        self.unread: dict[str, str] = {}
        self._row, self._training = row, training
        self._checked: set[str] = set()

    def hear(self, paths: Sequence[str]) -> None:
        """Find out which clips can be read; they are read again when they are needed, since all of them fill a memory."""
        for path in (path for path in paths if path not in self._checked):
            self._checked.add(path)
            try:
                audio.read(Path(path), longest=LONGEST)
            except BadAudio as fault:
                self.unread[path] = fault.message

    def say(self, learned: Sequence[Item], asked: Sequence[str]) -> Said:
        """Train on the first, unless this was done before, and label the second."""
        import torch

        labels = sorted({str(clip.gold) for clip in learned})
        found = pretrained(
            self._row, "AutoModelForAudioClassification", num_labels=len(labels), ignore_mismatched_sizes=True
        )
        lesson = _Lesson(found, learned, labels)
        options = self._row.options
        recipe = Recipe(
            seed=self._training.seed,
            characters=float(options["epochs"]) * lesson.size,  # the budget: clips shown
            batch=int(options["batch"]),
            accumulate=int(options.get("accumulate", 1)),
            rate=float(options["rate"]),
            warmup=0.1,
        )
        mark = digest(sorted((str(clip.fields["audio"]), str(clip.gold)) for clip in learned))
        told = lambda progress: self._training.watch(self._row.id, progress)  # noqa: E731
        found.model.config.apply_spec_augment = False  # it hides stretches longer than the shortest clips
        folder = self._training.path.with_name(f"{self._training.path.name}-folds")  # grows from fold to fold
        fit(found.model, lesson, recipe, to=folder / mark, watch=told)
        found.model.to(found.device)
        chances: list[np.ndarray] = []
        with torch.inference_mode():
            for at in range(0, len(asked), SHOWN):
                clips = [audio.read(Path(path), longest=LONGEST) for path in asked[at : at + SHOWN]]
                chances += [*found.model(**prepared(found, clips)).logits.float().softmax(-1).cpu().numpy()]
        return {
            path: Weighed(labels[int(row.argmax())], dict(zip(labels, map(float, row), strict=True)))
            for path, row in zip(asked, chances, strict=True)
        }


class _Lesson:
    """Labelled clips as a task for `train.fit`; rare labels are shown as often as frequent ones."""

    def __init__(self, found: SpeechModel, clips: Sequence[Item], labels: Sequence[str]) -> None:
        self._found, self._labels = found, labels
        each = [[clip for clip in clips if clip.gold == label] for label in labels]
        most = max(map(len, each))
        self._clips = [its[k % len(its)] for its in each for k in range(most)]
        self.size = len(self._clips)

    def batch(self, numbers: Sequence[int], draw: np.random.Generator) -> Batch:
        import torch

        del draw
        clips = [self._clips[n] for n in numbers]
        inputs: dict[str, Any] = prepared(
            self._found, [audio.read(Path(str(c.fields["audio"])), longest=LONGEST) for c in clips]
        )
        inputs["labels"] = torch.tensor([self._labels.index(str(c.gold)) for c in clips], device=self._found.device)
        return Batch(inputs, characters=len(clips), tokens=len(clips))

    def check(self, network: Any) -> float | None:
        del network
        return None
