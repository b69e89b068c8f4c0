"""Networks that learn a task in two lessons, another language first, then Kazakh: small ones from nothing, or pretrained.

A small network first reads as many characters of each language and script that occurs: Kazakh in Cyrillic and in Latin, Turkish
in both, Russian. All arms of a seed stand on that one body, so that they differ by their lessons alone. The
first lesson is kept and shared by all amounts of Kazakh that come after it.

Options: `vocabulary`, `width`, `layers`, `heads` of a small network, `repo` of a pretrained one; `rate`, the learning rate of the lessons.
Limits: `characters` that are read in all; `epochs` of a lesson, its least `steps` (100), however few its examples, and the most
characters that it shows (`taught`), however many; `batch`, the examples of one step.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from qadam.kazakh.turkish import to_cyrillic
from qadam.systems.crosslingual.transfer import COMPARED, Curves, Example, Label, Teach, written
from qadam.systems.load import Training
from qadam.systems.training import objectives, pieces, pretrained_labels, shapes, train
from qadam.systems.training.pretrained import pretrained
from qadam.terms import SystemRow, Taught, digest


class Body(Protocol):
    """What a network knows before its first lesson."""

    @property
    def mark(self) -> str:
        """Changes with whatever could move a weight."""
        ...

    def fresh(self, kind: str, labels: Sequence[str]) -> Any:
        """A network for labels of tokens ("tagging") or texts ("topics") that begins where the body ends."""
        ...

    def task(self, examples: Sequence[Example], labels: Sequence[str]) -> train.Task:
        """The task of learning these examples."""
        ...

    def label(self, network: Any, questions: Sequence[Any], labels: Sequence[str]) -> list[Any]:
        """What a network answers."""
        ...


def teacher(row: SystemRow, training: Training, curves: Curves) -> Teach:
    """A way to teach a task from examples: those of the source first, then the Kazakh ones; `curves` is told how it went.

    Raises:
        ExtraMissing: torch or transformers is not installed.
        CannotGet: a model of Hugging Face cannot be loaded.
    """
    train.need_torch()
    body: Body = _Small(row, training) if row.format == "network" else _Pretrained(row, training)

    def teach(lesson: Taught, source: Sequence[Example], kazakh: Sequence[Example]) -> Label:
        kind = "topics" if isinstance((source or kazakh)[0][0], str) else "tagging"
        labels = _labels(row, training, lesson.task)
        with train.one_thread():
            network, mark = body.fresh(kind, labels), body.mark
            for examples in filter(None, (source, kazakh)):
                network = copy.deepcopy(network)
                recipe = _recipe(row, training, examples)
                mark = digest([mark, kind, list(labels), asdict(recipe), [[str(q), str(a)] for q, a in examples]])
                told = f"{row.id}, {lesson.task}, {len(examples)} examples, seed {training.seed}"
                course = train.fit(
                    network,
                    body.task(examples, labels),
                    recipe,
                    to=Path(f"{training.path}-{mark}"),
                    watch=lambda now, told=told: training.watch(told, now),  # type: ignore[misc]
                )
                curves.setdefault(lesson.task, course.curve)
        return lambda questions: body.label(network, questions, labels)

    return teach


def _labels(row: SystemRow, training: Training, task: str) -> tuple[str, ...]:
    """All labels of a task in any of the languages, so that every lesson has the same."""
    found: set[str] = set()
    for language in ("kk", *COMPARED):
        for item in training.named(f"{task}-{language}"):
            gold = item.gold if item.gold is not None else item.fields[row.options["topic"]]
            found |= {gold} if isinstance(gold, str) else set(gold)
    return tuple(sorted(found, key=lambda name: (name != "O", name)))


def _recipe(row: SystemRow, training: Training, examples: Sequence[Example]) -> train.Recipe:
    shown = sum(len(q) if isinstance(q, str) else sum(map(len, q)) + len(q) - 1 for q, _ in examples)
    least = float(training.limits.get("steps", 100)) * training.batch / len(examples)
    epochs = max(float(training.limits.get("epochs", 5)), least)
    precision: Any = row.options.get("precision", "float32")
    rate = float(row.options["rate"])
    most = float(training.limits.get("taught", float("inf")))
    return train.Recipe(
        training.seed, min(shown * epochs, most), batch=training.batch, rate=rate, precision=precision, checks=0
    )


class _Small:
    """A body trained here: a masked language model on text of every language and script, as much of each."""

    def __init__(self, row: SystemRow, training: Training) -> None:
        self._row, self._training = row, training
        self._size = {name: int(row.options[name]) for name in ("width", "layers", "heads")}

    @cached_property
    def mark(self) -> str:
        training = self._training
        limit, vocabulary = float(training.limits["characters"]), self._row.options["vocabulary"]
        options = [shapes.VERSION, self._size, vocabulary, limit, training.batch, training.seed]
        return digest([*options, digest(self._texts)])[:12]

    @cached_property
    def _texts(self) -> list[str]:
        """Lines of each language and script, drawn by the seed, to the same number of characters."""
        share = float(self._training.limits["characters"]) / len(READ)
        named = {"kk": self._training.items()} | {name: self._training.named(f"text-{name}") for name in COMPARED}
        lines: list[str] = []
        for language, write in READ:
            texts = [str(item.input) for item in named[language]]
            room = share
            for at in np.random.default_rng([self._training.seed, 7]).permutation(len(texts)).tolist():
                if room <= 0:
                    break
                lines.append(write(texts[at])[: int(room) + 1])
                room -= len(lines[-1])
        return lines

    @cached_property
    def _read(self) -> tuple[Any, pieces.Pieces]:
        from filelock import FileLock

        to = self._training.path.with_name(f"languages-{self.mark}")
        told, seed = self._training.watch, self._training.seed
        with FileLock(f"{to}.lock"):
            if not (to / "pieces.json").exists():
                size = int(self._row.options["vocabulary"])
                pieces.train("bpe", self._texts, vocabulary=size, seed=seed, to=to / "pieces.json")
            vocabulary = pieces.load(to / "pieces.json")
            windows = objectives.windows(self._texts)
            network = shapes.masked(vocabulary.size, self._size, seed)
            recipe = train.Recipe(seed, sum(map(len, windows)), batch=self._training.batch, checks=0)
            train.fit(
                network,
                objectives.Masked(vocabulary, windows),
                recipe,
                to=to,
                watch=lambda now: told(f"{self._row.id}, reading, seed {seed}", now),
            )
        return network, vocabulary

    def fresh(self, kind: str, labels: Sequence[str]) -> Any:
        return shapes.labelling(self._read[0], kind, len(labels), self._training.seed)

    def task(self, examples: Sequence[Example], labels: Sequence[str]) -> train.Task:
        return objectives.Labelled(self._read[1], examples, labels)

    def label(self, network: Any, questions: Sequence[Any], labels: Sequence[str]) -> list[Any]:
        return objectives.label(network, self._read[1], questions, labels)


READ: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("kk", str),
    ("kk", lambda text: written(text, "kk-Latn")),
    ("tr", str),
    ("tr", to_cyrillic),
    ("ru", str),
)


class _Pretrained:
    """A body of Hugging Face: whatever it read is not ours to say."""

    def __init__(self, row: SystemRow, training: Training) -> None:
        self._row, self._seed = row, training.seed
        self.mark = digest([row.options["repo"], row.options.get("revision", "main")])
        self._tokenizer = pretrained(row, "AutoModel").tokenizer

    def fresh(self, kind: str, labels: Sequence[str]) -> Any:
        import torch

        head = {"tagging": "AutoModelForTokenClassification", "topics": "AutoModelForSequenceClassification"}[kind]
        with torch.random.fork_rng():
            torch.manual_seed(self._seed)
            return pretrained(self._row, head, num_labels=len(labels)).model

    def task(self, examples: Sequence[Example], labels: Sequence[str]) -> train.Task:
        return pretrained_labels.Labelled(self._tokenizer, examples, labels)

    def label(self, network: Any, questions: Sequence[Any], labels: Sequence[str]) -> list[Any]:
        import torch

        ready = network.to("cuda" if torch.cuda.is_available() else "cpu")
        return pretrained_labels.label(ready, self._tokenizer, questions, labels)
