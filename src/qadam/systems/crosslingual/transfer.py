"""Systems that learn a task from another language first, then from some Kazakh examples; each is taught when it is asked.

All languages come from one label space. Of the two languages that are compared as many sentences are drawn, pair by pair equally
long, or the very sentences that translate each other; the seed draws them, and the Kazakh examples too, the smaller set being
part of the larger. A row says who learns (`format`), from which language (`source`: tr, ru or none) and, for Turkish, in which
script (`written`).

linear        spelling alone (`spelled`): Kazakh examples are learned together with the others
network       a small network that first read as much of each language, in every script that occurs (`taught_network`)
transformers  a model of Hugging Face, taught by the same recipes (`taught_network`)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from qadam.errors import BadSystem, EmptyDataset
from qadam.kazakh.script import transliterate
from qadam.kazakh.turkish import to_cyrillic
from qadam.stats.draw import alike, fold_of
from qadam.systems.load import Training
from qadam.terms import NO_ANSWER, Item, SystemRow, Taught

Example = tuple[Any, Any]  # tokens and their labels, or a text and its label
Label = Callable[[Sequence[Any]], Sequence[Any]]
Teach = Callable[[Taught, Sequence[Example], Sequence[Example]], Label]

Curves = dict[str, list[tuple[float, float]]]  # of first lessons, by task: share of the budget, loss

COMPARED = ("tr", "ru")


class Transfer:
    """One arm: a language to learn from, and whoever learns."""

    def __init__(self, row: SystemRow, training: Training, teach: Teach, curves: Curves | None = None) -> None:
        self.name, self.row = row.id, row
        self.curves: Curves = {} if curves is None else curves
        self._training, self._teach = training, teach

    def answer(self, inputs: Sequence[Taught]) -> list[Any]:
        """Labels of tokens for sentences, one label for documents; nothing from who was taught nothing."""
        answers: list[Any] = [NO_ANSWER] * len(inputs)
        lessons: dict[Taught, list[int]] = {}
        for number, asked in enumerate(inputs):
            lessons.setdefault(asked._replace(question=None), []).append(number)
        for lesson, numbers in lessons.items():
            source, kazakh = self._source(lesson), self._kazakh(lesson)
            if source or kazakh:
                label = self._teach(lesson, source, kazakh)
                found = label([inputs[n].question[0] for n in numbers])
                for number, its in zip(numbers, found, strict=True):
                    answers[number] = its
        return answers

    def _source(self, lesson: Taught) -> list[Example]:
        """As many examples of this arm's language as of the one it is compared with."""
        language = str(self.row.options["source"])
        if language not in COMPARED:
            return []
        items = {name: self._training.named(f"{lesson.task}-{name}") for name in COMPARED}
        most = int(self._training.limits.get("sentences", 0)) or None
        if isinstance(items[language][0].input, Mapping):  # translations: the same sentences, but those that are asked
            places = {name: [at for at, i in enumerate(its) if _left_in(i, lesson)] for name, its in items.items()}
            order = alike(*([0] * len(places[name]) for name in COMPARED), seed=self._training.seed, count=most)
            drawn = [places[language][first] for first, _ in order]
        else:
            lengths = [[str(item.input).count(" ") for item in items[name]] for name in COMPARED]
            pairs = alike(*lengths, seed=self._training.seed, count=most)
            drawn = [pair[COMPARED.index(language)] for pair in pairs]
        if not drawn:
            raise EmptyDataset(
                f"EmptyDataset: {self.name} has no {lesson.task} to learn: no two sentences are equally long.",
                "Name sets whose sentences have lengths in common.",
            )
        write = to_cyrillic if self.row.options.get("written") == "kk-Cyrl" else str
        return [self._example(items[language][at], language, write) for at in drawn]

    def _kazakh(self, lesson: Taught) -> list[Example]:
        if lesson.examples == 0:
            return []
        items = [item for item in self._training.named(f"{lesson.task}-kk") if _left_in(item, lesson)]
        order = alike([0] * len(items), [0] * len(items), seed=self._training.seed, count=lesson.examples)
        return [self._example(items[first], "kk", lambda text: written(text, lesson.script)) for first, _ in order]

    def _example(self, item: Item, language: str, write: Callable[[str], str]) -> Example:
        if isinstance(item.input, Mapping):
            return write(item.input[language]), str(item.fields[self.row.options["topic"]])
        if isinstance(item.gold, str):
            return write(str(item.input)), item.gold
        tokens = item.fields.get("tokens") or str(item.input).split(" ")
        return tuple(write(token) for token in tokens), tuple(item.gold)


def load(row: SystemRow, paths: Sequence[Path], training: Training | None = None) -> Transfer:
    """The arm a row describes; what it learns waits for a question.

    Raises:
        ExtraMissing: the row needs torch, and it is not installed.
        CannotGet: a model of Hugging Face cannot be loaded.
        BadSystem: the row names nothing to learn from.
    """
    del paths
    if training is None:
        raise BadSystem(f"BadSystem: {row.id} names no data to learn from.", "Add options.datasets to its row.")
    if row.format == "linear":
        return Transfer(row, training, _linear)
    from qadam.systems.crosslingual import taught_network

    curves: Curves = {}
    return Transfer(row, training, taught_network.teacher(row, training, curves), curves)


def written(text: str, script: str) -> str:
    """Kazakh text in a script; the Latin one is that of Kazakh Wikipedia, whose letters sound as the Turkish ones do."""
    return text if script == "kk-Cyrl" else transliterate(text, target=script, variant="wikipedia")


def _left_in(item: Item, lesson: Taught) -> bool:
    """Whether an item may be learned from: it is not in the part that is asked about."""
    return not lesson.folds or fold_of(item.id, lesson.folds) != lesson.fold


def _linear(lesson: Taught, source: Sequence[Example], kazakh: Sequence[Example]) -> Label:
    del lesson
    from qadam.systems.crosslingual.spelled import learned

    return learned([*source, *kazakh])
