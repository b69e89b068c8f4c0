"""Punctuators: each word of a bare text gets a label, its capitals and the marks behind it (`qadam.kazakh.marks`).

stop          a capital at the beginning and a full stop at the end: what costs nothing
rules         the same, with a question mark behind a question particle or where a word asks
crf           two linear-chain conditional random fields over Kazakh features (python-crfsuite), trained on the row's data: one
              for marks, one for capitals, which sees the marks
transformers  a model of Hugging Face with a head for tokens; `options.marks` says what its labels mean. One that knows no
              capitals is given those that its marks ask for

A text in place of a `Sentence` is answered with the text, its marks and capitals restored.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from qadam.errors import BadSystem, EmptyDataset, ExtraMissing
from qadam.kazakh.marks import PLAIN, by_rule, parted, restored
from qadam.systems.labels.punctuator_features import capitals, features
from qadam.systems.load import Training
from qadam.systems.training.pretrained import by_word, pretrained
from qadam.terms import Sentence, SystemRow

Words = Sequence[str]
Labels = tuple[str, ...]
Punctuate = Callable[[Sequence[Words]], list[Labels]]
Example = tuple[Words, Sequence[str]]  # words and their labels

SELDOM = 20  # a pair of marks met less often is learned as its first mark alone
RECIPE = {"l1": 0.2, "l2": 0.05, "iterations": 60}
_MARKS, _CAPITALS, _NONE = "marks.crfsuite", "capitals.crfsuite", "O"


class Punctuator:
    """A system made of one function from words to labels."""

    def __init__(self, name: str, punctuate: Punctuate) -> None:
        self.name, self._punctuate = name, punctuate

    def answer(self, inputs: Sequence[Sentence | str]) -> list[Labels | str]:
        """Labels for each sentence, a text for each text."""
        bare = iter(self._punctuate([question.tokens for question in inputs if isinstance(question, Sentence)]))
        return [self.restore(question) if isinstance(question, str) else next(bare) for question in inputs]

    def restore(self, text: str) -> str:
        """A text with its marks and capitals; white space stays."""
        return restored(text, lambda words: self._punctuate([words])[0])


def load(row: SystemRow, paths: Sequence[Path], training: Training | None = None) -> Punctuator:
    """The punctuator a row describes, trained if it has not been.

    Raises:
        ExtraMissing: the row needs python-crfsuite or torch, and it is not installed.
        CannotGet: a model of Hugging Face cannot be loaded.
        BadSystem: the row names nothing to train on, or does not say what the labels of its model mean.
        EmptyDataset: there is nothing to learn.
    """
    del paths
    if row.format == "transformers":
        return Punctuator(row.id, _transformer(row))
    if row.format in ("stop", "rules"):
        return Punctuator(row.id, {"stop": _stop, "rules": _rules}[row.format])
    if training is None:
        raise BadSystem(f"BadSystem: {row.id} names no data to train on.", "Add options.dataset to its row.")
    if not training.path.exists():
        learn(((i.fields["tokens"], i.gold) for i in training.items()), training.path, recipe=row.options)
    return Punctuator(row.id, learned(training.path))


def _stop(texts: Sequence[Words]) -> list[Labels]:
    found = []
    for words in texts:
        labels = [PLAIN] * len(words)
        labels[:1] = ["A"] * len(labels[:1])
        found.append((*labels[:-1], *(label + "." for label in labels[-1:])))
    return found


def _rules(texts: Sequence[Words]) -> list[Labels]:
    return [tuple(by_rule(words)) for words in texts]


# --- conditional random fields --------------------------------------------------------------------------------------


def learn(examples: Iterable[Example], to: Path, *, recipe: dict[str, Any] | Any = RECIPE) -> None:
    """Learn marks and capitals from texts that have them, and keep both models in a folder that gets its name when whole.

    Trained by L-BFGS with both penalties, which decide nothing by chance: the same data give the same weights.

    Raises:
        ExtraMissing: python-crfsuite is not installed.
        EmptyDataset: no text holds a mark.

    Source: Okazaki (2007), CRFsuite: a fast implementation of Conditional Random Fields.
    """
    trainers = [_crfsuite().Trainer(verbose=False) for _ in range(2)]
    texts = [(words, [parted(label) for label in labels]) for words, labels in examples]
    met = Counter(marks for _, labels in texts for _, marks in labels if marks)
    if not met:
        raise EmptyDataset("EmptyDataset: the texts to learn from hold no mark.", "Name texts with punctuation.")
    for words, labels in texts:
        marks = [its if met[its] >= SELDOM else its[:1] for _, its in labels]
        trainers[0].append(features(words), [its or _NONE for its in marks])
        trainers[1].append(capitals(words, marks), [case for case, _ in labels])
    part = to.with_name(f"{to.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for trainer, name in zip(trainers, (_MARKS, _CAPITALS), strict=True):
        trainer.set_params(
            {
                "c1": float(recipe["l1"]),
                "c2": float(recipe["l2"]),
                "max_iterations": int(recipe["iterations"]),
                "feature.minfreq": 2,
                "feature.possible_transitions": True,
            }
        )
        trainer.train(str(part / name))
    part.replace(to)


def learned(folder: Path) -> Punctuate:
    """The function that a folder of `learn` holds.

    Raises:
        ExtraMissing: python-crfsuite is not installed.
    """
    marker, caser = _crfsuite().Tagger(), _crfsuite().Tagger()
    marker.open(str(folder / _MARKS))
    caser.open(str(folder / _CAPITALS))

    def one(words: Words) -> Labels:
        marks = [mark.replace(_NONE, "") for mark in marker.tag(features(words))]
        cases = caser.tag(capitals(words, marks))
        return tuple(map("".join, zip(cases, marks, strict=True)))

    return lambda texts: [one(words) for words in texts]


def _crfsuite() -> Any:
    try:
        import pycrfsuite
    except ImportError as fault:
        raise ExtraMissing(
            "ExtraMissing: learned punctuation needs the package python-crfsuite.", "pip install 'qadam[classic]'"
        ) from fault
    return pycrfsuite


# --- a model of Hugging Face ----------------------------------------------------------------------------------------


def _transformer(row: SystemRow) -> Punctuate:
    """The label of a word is that of its last piece, behind which a mark would stand; a label the row does not name is bare."""
    if "marks" not in row.options:
        raise BadSystem(
            f"BadSystem: {row.id} does not say what its labels mean.",
            'Add options.marks to its row: { PERIOD = "a.", COMMA = "a," }',
        )
    means = dict(row.options["marks"])
    cased = any(label.startswith("A") for label in means.values())
    found = pretrained(row, "AutoModelForTokenClassification")
    names = found.model.config.id2label

    def label(texts: Sequence[Words]) -> Iterable[Labels]:
        for words, (scores, places) in zip(texts, by_word(found, texts), strict=True):
            labels = [PLAIN] * len(words)
            for best, word in zip(scores.argmax(-1).tolist(), places, strict=True):
                if word is not None:
                    labels[word] = means.get(names[best], PLAIN)
            yield tuple(labels) if cased else _begun(labels)

    return lambda texts: list(label(texts))


def _begun(labels: Sequence[str]) -> Labels:
    """Labels with a capital at the beginning and behind every mark that ends a sentence."""
    ends = [True, *(any(mark in ".?!…" for mark in label) for label in labels)]
    return tuple("A" + parted(label)[1] if begins else label for begins, label in zip(ends, labels, strict=False))
