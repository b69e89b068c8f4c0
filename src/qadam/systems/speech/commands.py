"""Recognisers of single words, trained here from words that a machine says, that people said, or both.

cnn       a small network that names the word          (`command_network.Names`; pip install 'qadam[train]')
letters   one that spells it, CTC                      (`command_network.Letters`)
linear    a logistic regression over coarse pictures; needs nothing
recorded  what a recogniser of others answered: a JSON object from the name of a recording to its word, asked about by folder and
          name; `words` says what its labels are called in Kazakh

A row names what is learned from (`datasets`), the engine that speaks where nobody did (`speaker`), how many clips of each word at
most (`clips`, divided evenly among the data sets), whether pictures are changed while learning (`augment`), and `epochs`, `rate`, `dropout` of
a network. What was said once is kept beside what was trained, since every recogniser is asked about the same clips.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from scipy.special import softmax

from qadam.errors import BadAudio, BadSystem, EmptyDataset
from qadam.systems.labels.classifier import regression
from qadam.systems.load import Training
from qadam.systems.speech import audio, sound_picture, speaker
from qadam.systems.training import train
from qadam.terms import UNSCORED, Item, Missing, Recording, SystemRow, Utterance, Voice, Weighed, digest

Question = Utterance | Voice | str  # to be said first; a sound file; a coarse picture as it is written down
Name = Callable[[np.ndarray], np.ndarray]  # pictures -> how probable each word is, (n, n_words)

AT_ONCE = 512  # pictures a network sees at once
PENALTY = 30.0  # of the logistic regression: its 384 strokes are many for a few clips of each word


class Commands:
    """A recogniser: pictures of what it hears go in, words come out."""

    def __init__(self, name: str, words: Sequence[str], named: Name, ear: Ear) -> None:
        self.name, self.words = name, tuple(words)
        self._named, self._ear = named, ear
        self.usage: dict[str, Any] = {}

    def answer(self, inputs: Sequence[Question]) -> list[Weighed | Missing]:
        """The likeliest word of each clip, with the probability of all; UNSCORED where a sound file is missing or broken.

        Raises:
            BadAudio: none of the clips can be heard.
            ExtraMissing: something is to be said, and the engine is not installed.
        """
        heard = {n: seen for n, seen in enumerate(self._ear.pictures(inputs)) if seen is not None}
        answers: list[Weighed | Missing] = [UNSCORED] * len(inputs)
        chances = self._named(np.stack(list(heard.values()))) if heard else ()
        for n, row in zip(heard, chances, strict=True):
            answers[n] = Weighed(self.words[int(row.argmax())], dict(zip(self.words, map(float, row), strict=True)))
        self.usage = self._ear.told
        return answers


class Recorded:
    """Repeats what was answered once, by the name of the recording."""

    def __init__(self, name: str, answers: dict[str, str]) -> None:
        self.name, self._answers = name, answers

    def answer(self, inputs: Sequence[Recording]) -> list[str | Missing]:
        """The word of each recording; UNSCORED where nobody was asked about it."""
        return [self._answers.get(asked.item, UNSCORED) for asked in inputs]


class Ear:
    """Turns what is asked about into pictures: reads it from a file, or has it said."""

    def __init__(self, options: Any, kept: Path) -> None:
        self._options, self._kept = options, kept
        self.told: dict[str, Any] = {}

    def pictures(self, asked: Sequence[Question]) -> list[np.ndarray | None]:
        """The picture of each clip, (64, 40); of one that is written down, as coarse as it is; None where a file cannot be heard.

        Raises:
            BadAudio: no clip can be heard; the message is that of the last.
        """
        wishes = [n for n, one in enumerate(asked) if isinstance(one, Utterance)]
        said = dict(zip(wishes, self._said([asked[n] for n in wishes]), strict=True)) if wishes else {}
        found: list[np.ndarray | None] = []
        fault: BadAudio | None = None
        for n, one in enumerate(asked):
            try:
                found.append(said[n] if n in said else seen(one))
            except BadAudio as bad:
                fault = bad
                found.append(None)
        if fault and all(one is None for one in found):
            raise fault
        return found

    def _said(self, wishes: Sequence[Any]) -> np.ndarray:
        """Pictures of what a machine says, kept by the hash of all that could change them."""
        from filelock import FileLock

        mouth = speaker.made("the speaker", self._options)
        self.told = {"speaker": mouth.version}
        own = sound_picture.__dict__
        sizes = {name: own[name] for name in ("WINDOW", "HOP", "BANDS", "QUIET", "MARGIN", "FRAMES", "RANGE")}
        mark = digest({"said": [tuple(wish) for wish in wishes], "by": mouth.version, "sizes": sizes})
        path = self._kept / f"said-{mark}.npy"
        with FileLock(f"{path}.lock"):
            if not path.exists():
                part = path.with_suffix(".part")
                with part.open("wb") as stream:
                    np.save(stream, np.stack([sound_picture.picture(sound) for sound in mouth.answer(wishes)]))
                part.replace(path)
        return np.asarray(np.load(path))


def seen(asked: Any) -> np.ndarray:
    """The picture of a sound file, or of one that is written down."""
    if isinstance(asked, str):
        return (sound_picture.unwritten(asked).astype(np.float32) - 128) / 20
    return sound_picture.picture(audio.read(Path(asked.path)))


def load(row: SystemRow, paths: Sequence[Path], training: Training | None = None) -> Commands | Recorded:
    """The recogniser a row describes, trained first if it has not been.

    Raises:
        ExtraMissing: torch or the engine that speaks is not installed.
        BadSystem: the row names nothing to learn from, or its file holds no answers.
        EmptyDataset: there is nothing to learn from.
    """
    if row.format == "recorded":
        return Recorded(row.id, _answers(row, paths[0]))
    if training is None:
        raise BadSystem(f"BadSystem: {row.id} names no data to learn from.", "Add options.datasets to its row.")
    ear = Ear(row.options.get("speaker", {"engine": "espeak-ng"}), training.path.parent)
    words, named = (_linear if row.format == "linear" else _network)(row, training, ear)
    return Commands(row.id, words, named, ear)


def question(item: Item) -> Question:
    """What is asked about an item: its plan of speech, its sound file, or the picture that it is."""
    fields = item.fields
    return (
        fields["utterance"]
        if "utterance" in fields
        else Voice(str(fields["clip"]))
        if "clip" in fields
        else str(item.input)
    )


def _answers(row: SystemRow, path: Path) -> dict[str, str]:
    try:
        words = row.options.get("words", {})
        given = json.loads(path.read_text("utf-8")).items()
        return {
            "/".join(PurePosixPath(name).with_suffix("").parts[-2:]): str(words.get(word, word)) for name, word in given
        }
    except (ValueError, AttributeError) as fault:
        raise BadSystem(f"BadSystem: {path} holds no answers of {row.id}.", f"qadam fetch {row.id} --again") from fault


def _learned(row: SystemRow, training: Training) -> list[Item]:
    """As many clips of each word as the row allows, evenly from each of its data sets, the first of each."""
    skills = sorted(row.options["datasets"])
    most = int(row.options.get("clips", 1 << 30)) // len(skills)
    found: list[Item] = []
    for skill in skills:
        taken: Counter[str] = Counter()
        for item in training.named(skill):
            taken[str(item.gold)] += 1
            found += [item] if taken[str(item.gold)] <= most else []
    if not found:
        raise EmptyDataset(f"EmptyDataset: {row.id} has no clip to learn from.", "Name a split that has some.")
    return found


def _pictured(row: SystemRow, training: Training, ear: Ear) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The words, the pictures that are learned from, and the number of the word of each; broken clips are left out."""
    items = _learned(row, training)
    pairs = [
        (seen, str(item.gold)) for seen, item in zip(ear.pictures([question(i) for i in items]), items, strict=True)
    ]
    kept = [(seen, word) for seen, word in pairs if seen is not None]
    words = sorted({word for _, word in kept})
    return words, np.stack([seen for seen, _ in kept]), np.array([words.index(word) for _, word in kept])


# --- logistic regression --------------------------------------------------------------------------------------------


def _linear(row: SystemRow, training: Training, ear: Ear) -> tuple[list[str], Name]:
    words, pictures, gold = _pictured(row, training, ear)
    weights, biases = regression(_strokes(pictures), gold, len(words), penalty=PENALTY)
    return words, lambda shown: softmax(_strokes(shown) @ weights + biases, axis=1)


def _strokes(pictures: np.ndarray) -> np.ndarray:
    """One row of coarse strokes for each picture, however fine it is."""
    fine = pictures.shape[1:] != sound_picture.COARSE
    rows = [(sound_picture.coarse(one).astype(float) - 128) / 20 if fine else one for one in pictures]
    return np.stack(rows).reshape(len(rows), -1)


# --- networks -------------------------------------------------------------------------------------------------------


def _network(row: SystemRow, training: Training, ear: Ear) -> tuple[list[str], Name]:
    torch = train.need_torch()
    from qadam.systems.speech import command_network as networks

    words, pictures, gold = _pictured(row, training, ear)
    options = row.options
    kind = networks.Letters if row.format == "letters" else networks.Names
    with torch.random.fork_rng():
        torch.manual_seed(training.seed)
        network = kind(words, dropout=float(options["dropout"]))
    letters = [len(word) for word in words]
    task = networks.Hearing(pictures, gold, letters, augment=bool(options["augment"]))
    characters = sum(letters[n] for n in gold) * float(training.limits.get("epochs", options["epochs"]))
    recipe = train.Recipe(training.seed, characters, batch=64, rate=float(options["rate"]), checks=0)
    folder = Path(f"{training.path}-{digest({'characters': characters, 'clips': len(gold), 'by': ear.told})[:8]}")
    told = training.watch
    with train.one_thread():
        train.fit(network, task, recipe, to=folder, watch=lambda now: told(f"{row.id}, seed {training.seed}", now))

    def named(shown: np.ndarray) -> np.ndarray:
        with torch.inference_mode(), train.one_thread():
            parts = [
                network(torch.from_numpy(shown[at : at + AT_ONCE])).values.softmax(-1).numpy()
                for at in range(0, len(shown), AT_ONCE)
            ]
        return np.concatenate(parts)

    return words, named
