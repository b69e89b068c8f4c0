"""Classifiers of voices, asked so that no answer rests on a voice or a sentence that was heard before.

acoustic     timbre, pitch and level by `acoustics`, linear, with what Qadam brings along
egemaps      the 88 functionals of openSMILE's eGeMAPS, linear; an extra of its own, its licence is for research only
layers       the hidden layers of a speech model of Hugging Face, each averaged over time, linear (`speech_layers`)
emotion2vec  what emotion2vec makes of a clip, linear; an extra of its own
tuned        a speech model of Hugging Face whose weights learn the task (`speech_tuning`)
majority     the most frequent label

All learn here, on the clips of the row's data. Whoever is asked about a clip of these very data is answered by a model that did not
learn from what the question keeps apart (`qadam.stats.folds`). A clip that cannot be read is left out of learning and gets no
score; `usage` names it and says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from qadam.errors import BadSystem
from qadam.stats import folds
from qadam.systems.load import Training
from qadam.terms import UNSCORED, Item, Missing, SystemRow, Voice, Weighed


class Depths(NamedTuple):
    """What each layer of a speech model says of one clip, from the lowest to the highest."""

    labels: tuple[str, ...]


Said = Mapping[str, Weighed | Depths]  # path of a clip -> what is said of it


class Learner(Protocol):
    """Whatever learns from some clips and then says what others are."""

    unread: dict[str, str]  # path of a clip -> why it cannot be read

    def hear(self, paths: Sequence[str]) -> None:
        """Get ready for these clips; those that cannot be read are named in `unread`."""
        ...

    def say(self, learned: Sequence[Item], asked: Sequence[str]) -> Said:
        """Learn from the first, all of two labels or more, and label the second."""
        ...


class Listener:
    """A system made of a learner, and of the clips from which it learns whatever a question allows."""

    def __init__(self, row: SystemRow, learner: Learner, training: Training) -> None:
        self.name, self._learner, self._seed = row.id, learner, training.seed
        self._clips = [i for i in training.named("learn") if i.gold is not None and i.fields.get("audio")]

    @property
    def usage(self) -> dict[str, Any]:
        """What a record says of the work: how many clips it learns from, which could not be read, and why."""
        unread = self._learner.unread
        return {"clips": len(self._clips), **({"unread": unread} if unread else {})}

    def answer(self, inputs: Sequence[Voice]) -> list[Weighed | Depths | Missing]:
        """A label for each clip, with the probability of each; from layers a label for each of them."""
        self._learner.hear(list(dict.fromkeys([*map(_path, self._clips), *(voice.path for voice in inputs)])))
        answers: dict[Voice, Weighed | Depths] = {}
        for apart, among in dict.fromkeys((voice.apart, voice.among) for voice in inputs):
            asked = {v.path: v for v in inputs if (v.apart, v.among) == (apart, among)}
            answers |= {asked[path]: said for path, said in self._said(list(asked), apart, among).items()}
        return [answers.get(voice, UNSCORED) for voice in inputs]

    def _said(self, asked: Sequence[str], apart: tuple[str, ...], among: tuple[str, ...]) -> Said:
        """What is said of clips under one way of keeping things apart; of one that is learned from only by a fold without it."""
        unread = self._learner.unread
        clips = [clip for clip in self._clips if _path(clip) not in unread and (not among or clip.gold in among)]
        if not clips:
            raise BadSystem(f"BadSystem: {self.name} has no clip to learn from.", "Look at its data: qadam audit NAME")
        wanted = set(asked) - unread.keys()
        strangers = [path for path in dict.fromkeys(asked) if path in wanted - set(map(_path, self._clips))]
        found = dict(self._learned(clips, strangers))
        for fold in self._folds(clips, apart):
            own = [path for at in fold.asked if (path := _path(clips[at])) in wanted]
            found |= self._learned([clips[at] for at in fold.learned], own)
        return found

    def _learned(self, clips: Sequence[Item], asked: Sequence[str]) -> Said:
        """Nothing is said where there was nothing to learn from, or one label only."""
        return self._learner.say(clips, asked) if asked and len({clip.gold for clip in clips}) > 1 else {}

    def _folds(self, clips: Sequence[Item], apart: tuple[str, ...]) -> Iterable[folds.Fold]:
        speakers = [clip.group or clip.id for clip in clips]
        if not apart:
            return ()
        if apart == ("clip",):
            return folds.dealt(speakers, [str(clip.gold) for clip in clips], seed=self._seed)
        return folds.apart(speakers, [folded(str(clip.input)) for clip in clips], by=apart, seed=self._seed)


class Majority:
    """The most frequent label of what is learned from, whatever is heard."""

    def __init__(self, row: SystemRow, training: Training) -> None:
        self.name = row.id
        self._counts = Counter(str(item.gold) for item in training.named("learn") if item.gold is not None)

    def answer(self, inputs: Sequence[Voice]) -> list[Weighed]:
        """The same label for each clip, of equally frequent ones the first in the alphabet."""
        return [self._most(voice.among) for voice in inputs]

    def _most(self, among: tuple[str, ...]) -> Weighed:
        counts = {label: n for label, n in sorted(self._counts.items()) if not among or label in among}
        total = sum(counts.values())
        return Weighed(max(counts, key=lambda label: counts[label]), {label: n / total for label, n in counts.items()})


def load(row: SystemRow, paths: Sequence[Path], training: Training | None = None) -> Listener | Majority:
    """The listener a row describes.

    Raises:
        ExtraMissing: the row needs openSMILE, funasr or torch, and it is not installed.
        CannotGet: a model of Hugging Face cannot be loaded.
    """
    del paths
    if training is None:
        raise BadSystem(f"BadSystem: {row.id} names no clips to learn from.", "Add options.datasets to its row.")
    if row.format == "majority":
        return Majority(row, training)
    if row.format == "tuned":
        from qadam.systems.speech.speech_tuning import Tuned

        return Listener(row, Tuned(row, training), training)
    from qadam.systems.speech.speech_features import Linear

    return Listener(row, Linear(row, training), training)


def folded(text: str) -> str:
    """A sentence in the form in which two are the same: letters and digits alone, case folded."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _path(clip: Item) -> str:
    return str(clip.fields["audio"])
