"""Classifiers: a whole text gets a label, by a system trained here or by a model of Hugging Face.

linear        multinomial logistic regression over words, pairs and pieces (`text_features`); with `datasets.choose` the label
              is chosen with offsets that give the best macro-F1 there, which for two classes is a threshold; with `folds` a text
              that it learned from is answered by a model that did not learn from it (cross-validation)
vectors       the same over the mean of a text's word vectors, which are trained here on its data (gensim's fastText)
majority      the most frequent label of the row's data
transformers  a model of Hugging Face with a head for texts

Texts are cleaned by the row's named normaliser, those that are learned from and those that are asked about alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

from qadam.errors import BadSystem, ExtraMissing
from qadam.kazakh.normalize import normalize
from qadam.systems.labels.text_features import Features
from qadam.systems.load import Training
from qadam.systems.training.pretrained import pretrained
from qadam.terms import Document, SystemRow, Weighed

Sort = Callable[[Sequence[str]], list[Weighed]]

WORDS = 3  # words named as reasons
OFFSETS = np.linspace(-3, 3, 121)  # tried for each class, in nats
BATCH = 32  # texts a transformer sees at once


class Classifier:
    """A system made of one function from texts to labels with their probabilities."""

    def __init__(self, name: str, sort: Sort, *, clean: str = "") -> None:
        self.name, self._sort, self._clean = name, sort, clean

    def answer(self, inputs: Sequence[Document | str]) -> list[Weighed | str]:
        """A label with probabilities for each document; for a text alone the label, as a person would give it."""
        texts = [question if isinstance(question, str) else question.text for question in inputs]
        cleaned = [normalize(text, self._clean) if self._clean else text for text in texts]
        answers = self._sort(cleaned)
        return [a.label if isinstance(q, str) else a for q, a in zip(inputs, answers, strict=True)]


def load(row: SystemRow, paths: Sequence[Path], training: Training | None = None) -> Classifier:
    """The classifier a row describes, trained if it has not been.

    Raises:
        ExtraMissing: the row needs gensim or torch, and it is not installed.
        CannotGet: a model of Hugging Face cannot be loaded.
        BadSystem: the row names nothing to train on.
    """
    del paths
    clean = str(row.options.get("clean", ""))
    if row.format == "transformers":
        return Classifier(row.id, _transformer(row), clean=clean)
    if training is None:
        raise BadSystem(f"BadSystem: {row.id} names no data to train on.", "Add options.datasets to its row.")
    make = {"linear": _linear, "vectors": _vectors, "majority": _majority}[row.format]
    return Classifier(row.id, make(row, training), clean=clean)


class _Learned(NamedTuple):
    """Labelled texts, cleaned."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]


def _named(row: SystemRow, training: Training, skill: str) -> _Learned:
    clean = str(row.options.get("clean", ""))
    items = [item for item in training.named(skill) if item.gold is not None]
    texts = tuple(normalize(str(item.input), clean) if clean else str(item.input) for item in items)
    return _Learned(texts, tuple(str(item.gold) for item in items))


# --- logistic regression --------------------------------------------------------------------------------------------


def regression(
    matrix: Any, gold: np.ndarray, classes: int, *, penalty: float, importance: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Weights and biases under which the gold is likeliest, large weights held down.

    Args:
        matrix: (n_texts, n_features), sparse or not.
        gold: (n_texts,) number of the class of each text.
        classes: how many there are.
        penalty: half of it times the sum of squared weights is added to the sum of the losses; biases are free.
        importance: (n_texts,) how much the loss of each text counts; without it, 1.

    Returns:
        (n_features, classes) and (classes,).

    Source:
        multinomial logistic regression, as in scikit-learn's LogisticRegression with C = 1 / penalty.
    """
    n, k = matrix.shape[1], classes
    right = np.eye(k)[gold]
    worth = np.ones(len(gold)) if importance is None else importance

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights, biases = flat[: n * k].reshape(n, k), flat[n * k :]
        scores = matrix @ weights + biases
        apart = (softmax(scores, axis=1) - right) * worth[:, None]
        value = float((logsumexp(scores, axis=1) - scores[np.arange(len(gold)), gold]) @ worth)
        value += penalty * float(flat[: n * k] @ flat[: n * k]) / 2
        slope = np.concatenate([(matrix.T @ apart + penalty * weights).ravel(), apart.sum(axis=0)])
        return value, slope

    found = minimize(loss, np.zeros(n * k + k), jac=True, method="L-BFGS-B", options={"maxiter": 200, "ftol": 1e-7}).x
    return found[: n * k].reshape(n, k), found[n * k :]


def offsets(chances: np.ndarray, gold: np.ndarray) -> np.ndarray:
    """What is added to the logarithm of each class's probability so that the likeliest class has the best macro-F1.

    Classes are gone through twice, one at a time; the first stays at 0. Of equally good offsets the one nearest to 0.
    """
    logs, k = np.log(np.clip(chances, 1e-12, None)), chances.shape[1]
    best = np.zeros(k)
    for label in [*range(1, k)] * 2:
        tried = []
        for offset in OFFSETS:
            shifted = best.copy()
            shifted[label] = offset
            tried.append((_macro((logs + shifted).argmax(axis=1), gold, k), -abs(offset), offset))
        best[label] = max(tried)[2]
    return best


def _macro(given: np.ndarray, gold: np.ndarray, classes: int) -> float:
    table = np.bincount(gold * classes + given, minlength=classes * classes).reshape(classes, classes)
    sides = table.sum(axis=0) + table.sum(axis=1)
    return float(np.mean(2 * np.diag(table) / np.maximum(sides, 1)))


class _Model(NamedTuple):
    """Everything a linear classifier needs to answer; kept as one file of arrays."""

    labels: np.ndarray
    grams: np.ndarray
    pieces: np.ndarray
    idf: np.ndarray
    weights: np.ndarray
    biases: np.ndarray
    offsets: np.ndarray

    def sort(self, texts: Sequence[str]) -> list[Weighed]:
        features = Features(self.grams.tolist(), self.pieces.tolist(), self.idf)
        chances = softmax(features.matrix(texts) @ self.weights + self.biases, axis=1)
        chosen = (np.log(np.clip(chances, 1e-12, None)) + self.offsets).argmax(axis=1)
        words = list(dict.fromkeys(word for text in texts for word in text.split()))
        adds = features.of_words(words, self.weights - self.weights.mean(axis=1, keepdims=True))
        worth = dict(zip(words, adds, strict=True))
        labels = self.labels.tolist()
        return [
            Weighed(labels[best], dict(zip(labels, map(float, row), strict=True)), _reasons(text, worth, best))
            for text, row, best in zip(texts, chances, chosen, strict=True)
        ]


def _reasons(text: str, worth: dict[str, np.ndarray], label: int) -> tuple[str, ...]:
    """The words that spoke most for a label, those alone that spoke for it."""
    ranked = sorted((-worth[word][label], word) for word in set(text.split()))
    return tuple(word for value, word in ranked[:WORDS] if value < 0)


def _fit(learned: _Learned, row: SystemRow, chosen_on: _Learned | None = None) -> _Model:
    labels = sorted(set(learned.labels))
    gold = np.array([labels.index(label) for label in learned.labels])
    features = Features.of(learned.texts)
    penalty = float(row.options["penalty"])
    weights, biases = regression(features.matrix(learned.texts), gold, len(labels), penalty=penalty)
    shift = np.zeros(len(labels))
    if chosen_on is not None:
        chances = softmax(features.matrix(chosen_on.texts) @ weights + biases, axis=1)
        shift = offsets(chances, np.array([labels.index(label) for label in chosen_on.labels]))
    grams, pieces = np.array(features.grams), np.array(features.pieces)
    return _Model(np.array(labels), grams, pieces, features.idf, weights, biases, shift)


def _linear(row: SystemRow, training: Training) -> Sort:
    learned = _named(row, training, "learn")
    if "folds" in row.options:
        return _crossed(row, learned, training.seed)
    if not training.path.exists():
        chosen_on = _named(row, training, "choose") if "choose" in row.options["datasets"] else None
        _keep(training.path, _fit(learned, row, chosen_on))
    with np.load(training.path) as kept:
        return _Model(*(kept[name] for name in _Model._fields)).sort


def _keep(path: Path, model: _Model) -> None:
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as stream:
        np.savez_compressed(stream, **model._asdict())
    part.replace(path)


def _crossed(row: SystemRow, learned: _Learned, seed: int) -> Sort:
    """Each text of the row's data from a model that did not learn from it; other texts from one that learned from all."""
    folds = int(row.options["folds"])
    order = np.random.default_rng(seed).permutation(len(learned.texts))
    by_class = sorted(order.tolist(), key=lambda at: learned.labels[at])
    fold_of = {learned.texts[at]: n % folds for n, at in enumerate(by_class)}
    models = [
        _fit(_Learned(*zip(*((t, y) for t, y in zip(*learned, strict=True) if fold_of[t] != fold), strict=True)), row)
        for fold in range(folds)
    ]
    whole = _fit(learned, row)

    def sort(texts: Sequence[str]) -> list[Weighed]:
        answers: dict[str, Weighed] = {}
        for fold, model in enumerate([*models, whole]):
            own = sorted({text for text in texts if fold_of.get(text, folds) == fold})
            answers |= zip(own, model.sort(own), strict=True) if own else ()
        return [answers[text] for text in texts]

    return sort


# --- mean vectors, majority, Hugging Face ---------------------------------------------------------------------------


def _vectors(row: SystemRow, training: Training) -> Sort:
    """Word vectors with pieces of words, and a linear model over their mean: fastText's classifier in two steps.

    Source: Joulin, Grave, Bojanowski & Mikolov (2017), Bag of Tricks for Efficient Text Classification.
    """
    try:
        from gensim.models import FastText
    except ImportError as fault:
        raise ExtraMissing(
            f"ExtraMissing: {row.id} needs the package gensim.", "pip install 'qadam[classic]'"
        ) from fault
    learned, chosen_on = _named(row, training, "learn"), _named(row, training, "choose")
    size = int(row.options["width"])
    model = FastText(
        [text.split() for text in learned.texts], vector_size=size, window=5, min_count=2, epochs=5, sg=1, workers=1,
        min_n=3, max_n=5, bucket=200_000, seed=training.seed,
    )  # fmt: skip

    def mean(texts: Sequence[str]) -> np.ndarray:
        return np.array([np.mean([model.wv[w] for w in text.split()] or [np.zeros(size)], axis=0) for text in texts])

    labels = sorted(set(learned.labels))
    gold = np.array([labels.index(label) for label in learned.labels])
    weights, biases = regression(mean(learned.texts), gold, len(labels), penalty=float(row.options["penalty"]))
    tuning = softmax(mean(chosen_on.texts) @ weights + biases, axis=1)
    shift = offsets(tuning, np.array([labels.index(label) for label in chosen_on.labels]))

    def sort(texts: Sequence[str]) -> list[Weighed]:
        chances = softmax(mean(texts) @ weights + biases, axis=1)
        best = (np.log(np.clip(chances, 1e-12, None)) + shift).argmax(axis=1)
        return [
            Weighed(labels[at], dict(zip(labels, map(float, row), strict=True)))
            for at, row in zip(best, chances, strict=True)
        ]

    return sort


def _majority(row: SystemRow, training: Training) -> Sort:
    counts = Counter(_named(row, training, "learn").labels)
    label = min(counts, key=lambda name: (-counts[name], name))
    chances = {name: n / counts.total() for name, n in sorted(counts.items())}
    return lambda texts: [Weighed(label, chances) for _ in texts]


def _transformer(row: SystemRow) -> Sort:
    """The row's `labels`, in the order of the model's outputs."""
    tokenizer, model, device = pretrained(row, "AutoModelForSequenceClassification")
    import torch

    labels = [str(label) for label in row.options["labels"]]

    def sort(texts: Sequence[str]) -> list[Weighed]:
        found: list[Weighed] = []
        for at in range(0, len(texts), BATCH):
            cut = tokenizer(list(texts[at : at + BATCH]), return_tensors="pt", padding=True, truncation=True)
            with torch.inference_mode():
                rows = model(**cut.to(device)).logits.softmax(-1).cpu().numpy()
            found += [
                Weighed(labels[int(row.argmax())], dict(zip(labels, map(float, row), strict=True))) for row in rows
            ]
        return found

    return sort
