"""Taggers trained here that read a sentence from both sides: one label for each token, such as the names in it.

Everything is learned from two things that the row names: raw text (`dataset`), on which fastText learns vectors of words, and
labelled sentences (`datasets.tagging`). Several networks that differ by their seed alone answer together; each learns on one
core, beside the others. What was learned lies beside the path of the training, so that it is learned once.

Options: `dimensions`, `min_count`, `bucket` and `readings` of the vectors; `members`, `marks`, `width`, `dropout`, `rate` and
`epochs` of the networks.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import regex

from qadam.errors import BadSystem, EmptyDataset, ExtraMissing
from qadam.systems.labels.random_field import may_follow
from qadam.systems.labels.word_marks import Sight, plain
from qadam.systems.load import Training
from qadam.systems.training import train
from qadam.terms import Sentence, SystemRow, Tags

if TYPE_CHECKING:
    from qadam.systems.labels.bilstm_crf import BiLstmCrf, Example

Labels = tuple[str, ...]

_TOKEN = regex.compile(r"[\p{L}\p{M}\d]+(?:-[\p{L}\p{M}\d]+)*|\S")


class SequenceTagger:
    """Networks that answer together."""

    def __init__(self, name: str, labels: Labels, sight: Sight, networks: Sequence[BiLstmCrf]) -> None:
        self.name, self.labels = name, labels
        self.curves: dict[str, list[tuple[float, float]]] = {}  # of each network: share of the budget, loss
        self._sight, self._networks = sight, networks

    def answer(self, inputs: Sequence[Sentence]) -> list[Tags]:
        """A label for each token, valid IOB2, how probable it is, and whether the token is new; none for a sentence without tokens."""
        from qadam.systems.labels import bilstm_crf

        numbers = [n for n, question in enumerate(inputs) if question.tokens]
        answers = [Tags((), (), ())] * len(inputs)
        found = bilstm_crf.tag(self._networks, self._sight, [inputs[n].tokens for n in numbers])
        for n, (chain, sure) in zip(numbers, found, strict=True):
            new = tuple(map(self._sight.is_new, inputs[n].tokens))
            answers[n] = Tags(tuple(self.labels[label] for label in chain), tuple(sure), new)
        return answers


def load(row: SystemRow, paths: Sequence[Path], training: Training | None = None) -> SequenceTagger:
    """The tagger a row describes; what of it has not been learned yet is learned first.

    Raises:
        ExtraMissing: torch, transformers or gensim is not installed.
        BadSystem: the row names nothing to learn from.
        EmptyDataset: there is no labelled sentence.
    """
    del paths
    train.need_torch()
    if find_spec("gensim") is None:
        raise ExtraMissing(f"ExtraMissing: {row.id} needs gensim.", "pip install 'qadam[classic]'")
    if training is None:
        raise BadSystem(f"BadSystem: {row.id} names no data to learn from.", "Add options.dataset to its row.")
    items = [item for item in training.named("tagging") if item.fields["tokens"]]
    if not items:
        raise EmptyDataset(
            f"EmptyDataset: {row.id} has no labelled sentence to learn from.", "Name a split that has some."
        )
    examples = tuple((tuple(item.fields["tokens"]), begun(item.gold)) for item in items)
    vectors = _vectors(row, training, examples)
    members = int(row.options.get("members", 1))
    lessons = [
        Lesson(row, examples, vectors, training.seed * members + member, Path(f"{training.path}-{member}"))
        for member in range(members)
    ]
    first, *others = lessons
    with train.one_thread(), _beside([lesson for lesson in others if not lesson.is_learned()]):
        sight = first.sight()
        told = training.watch
        networks = [first.learn(sight, lambda now: told(f"{row.id}, 1 of {members}, seed {training.seed}", now))]
    tagger = SequenceTagger(row.id, first.labels, sight, [*networks, *(lesson.learn(sight) for lesson in others)])
    tagger.curves["tagging"] = train.course(first.to).curve
    return tagger


@dataclass(frozen=True)
class Lesson:
    """What one network learns, from what, and where it is kept; it can be sent to another process."""

    row: SystemRow
    examples: tuple[Example, ...]
    vectors: Path
    seed: int
    to: Path

    @property
    def labels(self) -> Labels:
        """All labels of the examples, O first."""
        return tuple(
            sorted({label for _, gold in self.examples for label in gold}, key=lambda label: (label != "O", label))
        )

    def is_learned(self) -> bool:
        """Whether nothing is left to do."""
        return (self.to / "course.json").exists()

    def sight(self) -> Sight:
        """How words are seen, the same for all networks of one row."""
        from gensim.models.fasttext import FastTextKeyedVectors

        return Sight((tokens for tokens, _ in self.examples), FastTextKeyedVectors.load(str(self.vectors / "vectors")))

    def learn(self, sight: Sight, watch: train.Watch = lambda progress: None) -> BiLstmCrf:
        """The network, learned to its end; at once if it was before."""
        import torch

        from qadam.systems.labels import bilstm_crf

        options = self.row.options
        size = {name: int(options[name]) for name in ("marks", "width")}
        with torch.random.fork_rng():
            torch.manual_seed(self.seed)
            network = bilstm_crf.BiLstmCrf(sight, self.labels, **size, dropout=float(options["dropout"]))
        characters = sum(len(token) + 1 for tokens, _ in self.examples for token in tokens)
        recipe = train.Recipe(
            self.seed, characters * float(options["epochs"]), batch=1, rate=float(options["rate"]), checks=0
        )
        train.fit(network, bilstm_crf.Tagging(sight, self.examples, self.labels), recipe, to=self.to, watch=watch)
        return network


def begun(labels: Sequence[str]) -> Labels:
    """Labels as valid IOB2: an I-X that continues no X begins one."""
    valid: list[str] = []
    for label in labels:
        before = valid[-1] if valid else "O"
        valid.append(label if may_follow(label, before) else f"B-{label[2:]}")
    return tuple(valid)


def tokens_of(line: str) -> list[str]:
    """A line of raw text cut like labelled sentences: words with their hyphens, numbers and single signs."""
    return [plain(token) for token in _TOKEN.findall(line)]


def _vectors(row: SystemRow, training: Training, examples: Sequence[Example]) -> Path:
    """The folder of the word vectors, which gets its name only when it is whole."""
    folder = Path(f"{training.path}-vectors")
    if not folder.exists():
        from gensim.models import FastText

        texts = [tokens_of(item.input) for item in training.items()]
        texts += [[plain(token) for token in tokens] for tokens, _ in examples]
        options = row.options
        recipe: dict[str, Any] = {"vector_size": int(options["dimensions"]), "min_count": int(options["min_count"])}
        recipe |= {"bucket": int(options["bucket"]), "epochs": int(options["readings"]), "min_n": 3, "max_n": 6}
        trained = FastText(texts, **recipe, sg=1, seed=training.seed, workers=1)  # more workers are not repeatable
        part = Path(f"{folder}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        trained.wv.save(str(part / "vectors"))
        part.rename(folder)
    return folder


@contextmanager
def _beside(lessons: Sequence[Lesson]) -> Iterator[None]:
    """These lessons are learned in processes of their own meanwhile; at the end they are waited for."""
    if not lessons:
        yield
        return
    cores = max(1, min(len(lessons), (os.cpu_count() or 1) - 1))
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        under_way = [pool.submit(_learn_apart, lesson) for lesson in lessons]
        yield
        for lesson in under_way:
            lesson.result()


def _learn_apart(lesson: Lesson) -> None:
    with train.one_thread():
        lesson.learn(lesson.sight())
