"""Taggers: each token of a sentence gets a label in IOB2, by a system trained here or by a model of Hugging Face.

crf           a linear-chain conditional random field over the features of `token_features` (python-crfsuite), trained on the
              row's data; it says how probable each label is, and which tokens it never saw
memory        the longest stretch that was an entity in the row's data, in the class it most often had: what remembering gives
transformers  a model of Hugging Face with a head for tokens

A text in place of a `Sentence` is answered with spans (start, end, class) in code points, as a person marks them.
"""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from qadam.errors import BadSystem, ExtraMissing
from qadam.kazakh.sentences import words
from qadam.systems.labels.token_features import features
from qadam.systems.load import Training
from qadam.systems.training.pretrained import by_word, pretrained
from qadam.terms import Item, Sentence, SystemRow, Tags

Tokens = tuple[str, ...]
Label = Callable[[Sequence[Tokens]], list[Tags]]
Span = tuple[int, int, str]

LONGEST = 8  # tokens of an entity that `memory` looks for


class Tagger:
    """A system made of one function from sentences to tags."""

    def __init__(self, name: str, label: Label) -> None:
        self.name, self._label = name, label

    def answer(self, inputs: Sequence[Sentence | str]) -> list[Tags | list[Span]]:
        """Tags for each sentence, spans for each text."""
        cut = [list(words(question)) if isinstance(question, str) else [] for question in inputs]
        tokens = [
            tuple(word.text for word in found) if isinstance(question, str) else question.tokens
            for question, found in zip(inputs, cut, strict=True)
        ]
        tagged = self._label(tokens)
        return [
            spans(tags.labels, [(word.start, word.end) for word in found]) if isinstance(question, str) else tags
            for question, found, tags in zip(inputs, cut, tagged, strict=True)
        ]


def load(row: SystemRow, paths: Sequence[Path], training: Training | None = None) -> Tagger:
    """The tagger a row describes, trained if it has not been.

    Raises:
        ExtraMissing: the row needs python-crfsuite or torch, and it is not installed.
        CannotGet: a model of Hugging Face cannot be loaded.
        BadSystem: the row names nothing to train on.
    """
    del paths
    if row.format == "transformers":
        return Tagger(row.id, _transformer(row))
    if training is None:
        raise BadSystem(f"BadSystem: {row.id} names no data to train on.", "Add options.dataset to its row.")
    return Tagger(row.id, {"crf": _crf, "memory": _memory}[row.format](row, training))


def spans(labels: Sequence[str], places: Sequence[tuple[int, int]]) -> list[Span]:
    """The entities of a sentence as stretches of its text; an I- that continues nothing begins one, so that no proposal is lost."""
    found: list[Span] = []
    before = "O"
    for label, (start, end) in zip(labels, places, strict=True):
        name = label[2:]
        if label.startswith("I-") and before[2:] == name:
            found[-1] = (found[-1][0], end, name)
        elif label != "O":
            found.append((start, end, name))
        before = label
    return found


# --- a conditional random field -------------------------------------------------------------------------------------


def _crf(row: SystemRow, training: Training) -> Label:
    """Trained by L-BFGS with both penalties, which decide nothing by chance: the same data give the same weights.

    Source: Okazaki (2007), CRFsuite: a fast implementation of Conditional Random Fields.
    """
    try:
        import pycrfsuite
    except ImportError as fault:
        raise ExtraMissing(
            f"ExtraMissing: {row.id} needs the package python-crfsuite.", "pip install 'qadam[classic]'"
        ) from fault
    if not training.path.exists():
        _train_crf(pycrfsuite, row, training)
    model = pycrfsuite.Tagger()
    model.open(str(training.path / "weights.crfsuite"))
    known = frozenset((training.path / "words.txt").read_text("utf-8").split("\n"))

    def one(tokens: Tokens) -> Tags:
        model.set(features(tokens))
        labels = tuple(model.tag())
        sure = tuple(model.marginal(label, at) for at, label in enumerate(labels))
        return Tags(labels, sure, tuple(token.lower() not in known for token in tokens))

    return lambda sentences: [one(tokens) for tokens in sentences]


def _train_crf(pycrfsuite: Any, row: SystemRow, training: Training) -> None:
    trainer = pycrfsuite.Trainer(verbose=False)
    known: set[str] = set()
    for item in training.items():
        tokens = _tokens(item)
        known |= {token.lower() for token in tokens}
        trainer.append(features(tokens), item.gold)
    options = row.options
    trainer.set_params(
        {
            "c1": float(options["l1"]),
            "c2": float(options["l2"]),
            "max_iterations": int(options["iterations"]),
            "feature.possible_transitions": True,
        }
    )
    part = training.path.with_name(f"{training.path.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    trainer.train(str(part / "weights.crfsuite"))
    (part / "words.txt").write_text("\n".join(sorted(known)), "utf-8")
    part.replace(training.path)


# --- what was seen before -------------------------------------------------------------------------------------------


def _memory(row: SystemRow, training: Training) -> Label:
    classes: dict[Tokens, Counter[str]] = defaultdict(Counter)
    known: set[str] = set()
    for item in training.items():
        tokens = tuple(token.lower() for token in _tokens(item))
        known |= set(tokens)
        for start, end, name in spans(item.gold, [(at, at + 1) for at in range(len(tokens))]):
            classes[tokens[start:end]][name] += 1
    best = {entity: names.most_common(1)[0][0] for entity, names in classes.items()}

    def one(tokens: Tokens) -> Tags:
        small = tuple(token.lower() for token in tokens)
        labels = ["O"] * len(small)
        at = 0
        while at < len(small):
            ends = range(min(len(small), at + LONGEST), at, -1)
            end = next((end for end in ends if small[at:end] in best), 0)
            if end:
                name = best[small[at:end]]
                labels[at:end] = [f"B-{name}", *[f"I-{name}"] * (end - at - 1)]
            at = max(end, at + 1)
        return Tags(tuple(labels), (), tuple(token not in known for token in small))

    return lambda sentences: [one(tokens) for tokens in sentences]


def _tokens(item: Item) -> Tokens:
    return tuple(str(item.input).split(" "))


# --- a model of Hugging Face ----------------------------------------------------------------------------------------


def _transformer(row: SystemRow) -> Label:
    """The label of a token is that of its first piece; the probability is the model's own."""
    found = pretrained(row, "AutoModelForTokenClassification")
    names = found.model.config.id2label

    def label(sentences: Sequence[Tokens]) -> Iterable[Tags]:
        for tokens, (scores, places) in zip(sentences, by_word(found, sentences), strict=True):
            chances = scores.softmax(-1)
            labels, sure = ["O"] * len(tokens), [1.0] * len(tokens)
            for place, token in reversed(list(enumerate(places))):  # the first piece has the last word
                if token is not None:
                    sure[token], best = (float(v) for v in chances[place].max(-1))
                    labels[token] = names[int(best)]
            yield Tags(tuple(labels), tuple(sure), ())

    return lambda sentences: list(label(sentences))
