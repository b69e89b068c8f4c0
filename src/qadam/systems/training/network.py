"""Networks trained here: a vocabulary, and on it what a study asks for, each trained when it is first asked.

A row names the arm that cuts text (`format`), its size and the size of the network (`options`: vocabulary, width, layers,
heads; `body`, the language model on which labels stand), and the data for each thing it learns (`datasets`; for translation, `pairs`
says from which language into which, and `lessons` what of the pairs it sees). Pairs of two languages are cut by a vocabulary of the
same arm and size that is made of both sides; a row with a file cuts everything with the tokenizer in it.

How long it learns is the protocol's: its limits `characters` or `flops` for text, `translated` and `inflected` (characters of both
sides) for pairs and for forms of words, `epochs` and `taught` (characters at most) for labels, `batch` for the texts of one step.
What was trained is kept beside the vocabulary under the hash of everything that could move a weight, so that studies share it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from qadam.errors import BadSystem
from qadam.systems.load import Training
from qadam.systems.training import objectives, pieces, shapes, train
from qadam.systems.training.lessons import Pair, direction, lessons
from qadam.systems.training.pieces import Pieces
from qadam.terms import Ask, Cloze, Document, Item, Passage, Said, Sentence, Slot, SystemRow, Tokens, digest

HELD_BACK = 0.1  # share of labelled examples on which the best weights are chosen


class Network:
    """A vocabulary and the networks that stand on it."""

    def __init__(self, row: SystemRow, training: Training, vocabulary: Pieces) -> None:
        self.name, self.row, self.pieces = row.id, row, vocabulary
        self._training = training
        self._learned: dict[str, tuple[Any, tuple[str, ...]]] = {}
        self.curves: dict[
            str, list[tuple[float, float]]
        ] = {}  # of what was learned, by skill: share of the budget, loss

    def answer(self, inputs: Sequence[Any]) -> list[Any]:
        """Nats for gaps and passages, labels for sentences and documents, translations, forms, pieces for plain texts; one kind in one call."""
        if not inputs:
            return []
        kind = type(inputs[0])
        if kind is str:
            return [Tokens(*self.pieces.cut(text)[1:]) for text in inputs]
        if kind in (Cloze, Passage):
            network, _ = self._of("masked" if kind is Cloze else "causal")
            return objectives.surprise(network, self.pieces, inputs)
        if kind in (Sentence, Document):
            network, labels = self._of("tagging" if kind is Sentence else "topics")
            return objectives.label(network, self.pieces, [question[0] for question in inputs], labels)
        if kind is Ask:
            network, _ = self._of("translating")
            made = objectives.translate(network, self._of_pairs, [ask.question for ask in inputs])
            return [Said(text) for text in made]
        if kind is Slot:
            network, _ = self._of("inflecting")
            return list(objectives.translate(network, self.pieces, [slot.text for slot in inputs]))
        raise BadSystem(
            f"BadSystem: {self.name} cannot answer a {kind.__name__}.", "See what it is: qadam show " + self.name
        )

    def weights(self, skill: str) -> int:
        """How many weights the network for a skill has, embeddings included."""
        network, _ = self._of(skill)
        return sum(p.numel() for p in network.parameters())

    def _of(self, skill: str) -> tuple[Any, tuple[str, ...]]:
        if skill not in self._learned:
            self._learned[skill] = _SKILLS[skill](self)
        return self._learned[skill]

    def _masked(self) -> tuple[Any, tuple[str, ...]]:
        task = objectives.Masked(self.pieces, self._windows())
        network = shapes.masked(self.pieces.size, self._size(), self._training.seed)
        return self._fit("masked", network, task, self._recipe()), ()

    def _causal(self) -> tuple[Any, tuple[str, ...]]:
        task = objectives.Causal(self.pieces, self._windows())
        network = shapes.causal(self.pieces.size, self._size(), self._training.seed)
        return self._fit("causal", network, task, self._recipe()), ()

    def _tagging(self) -> tuple[Any, tuple[str, ...]]:
        items = self._training.named("tagging")
        labels = tuple(sorted({label for item in items for label in item.gold}, key=lambda name: (name != "O", name)))
        examples = [(tuple(item.fields["tokens"]), tuple(item.gold)) for item in items]
        return self._tuned("tagging", examples, labels), labels

    def _topics(self) -> tuple[Any, tuple[str, ...]]:
        items = self._training.named("topics")
        labels = tuple(sorted({item.gold for item in items}))
        return self._tuned("topics", [(i.input, i.gold) for i in items], labels), labels

    def _translating(self) -> tuple[Any, tuple[str, ...]]:
        """Pairs as the row's lessons give them; synthetic ones come from a network trained the other way round first."""
        pairs = lessons(self.row, self._training, self._back)
        return self._taught("translating", pairs, self._of_pairs), ()

    def _inflecting(self) -> tuple[Any, tuple[str, ...]]:
        """Lemma and features are a text, the form is its translation, which one layer writes: deeper ones learn to copy much later."""
        pairs = [(str(item.input), str(item.gold)) for item in self._training.named("inflecting")]
        limits, seed = self._training.limits, self._training.seed
        recipe = train.Recipe(
            seed,
            characters=float(limits.get("inflected", float("inf"))),
            flops=float(limits.get("flops", float("inf"))),
            batch=16,
            rate=3e-3,
            checks=0,
        )
        network = shapes.translating(self.pieces.size, {**self._size(), "layers": 1}, seed, dropout=0.0)
        return self._fit("inflecting", network, objectives.Translated(self.pieces, pairs), recipe), ()

    def _back(self, known: Sequence[Pair], texts: Sequence[str]) -> list[str]:
        cut = self._of_pairs
        return objectives.translate(self._taught("translating-back", known, cut), cut, texts)

    def _taught(self, skill: str, pairs: Sequence[Pair], cut: Pieces) -> Any:
        limits = self._training.limits
        recipe = train.Recipe(
            self._training.seed,
            characters=float(limits.get("translated", limits.get("characters", float("inf")))),
            flops=float(limits.get("flops", float("inf"))),
            batch=self._training.batch,
            rate=2e-3,
            checks=0,
        )
        network = shapes.translating(cut.size, self._size(), self._training.seed)
        return self._fit(skill, network, objectives.Translated(cut, pairs), recipe)

    @cached_property
    def _of_pairs(self) -> Pieces:
        """What cuts both languages: the row's own vocabulary if it was given, or made of these pairs, else one made of them."""
        options = self.row.options
        if self.row.files or options["datasets"]["translating"] == options.get("dataset"):
            return self.pieces
        return vocabulary(self.row, self._training, self._training.named("translating"))

    def _tuned(self, skill: str, examples: list[tuple[Any, Any]], labels: tuple[str, ...]) -> Any:
        """The language model taught to label; the best weights are those that label the examples held back best."""
        body, _ = self._of(self._body)
        network = shapes.labelling(body, skill, len(labels), self._training.seed)
        often = max(1, round(1 / HELD_BACK))
        task = objectives.Labelled(
            self.pieces,
            [example for n, example in enumerate(examples) if n % often],
            labels,
            held_back=[example for n, example in enumerate(examples) if n % often == 0],
        )
        characters = sum(len(q) if isinstance(q, str) else sum(map(len, q)) + len(q) - 1 for q, _ in examples)
        epochs = float(self._training.limits.get("epochs", 5))
        shown = min(characters * epochs, float(self._training.limits.get("taught", float("inf"))))
        recipe = train.Recipe(self._training.seed, shown, batch=self._training.batch, rate=1e-3, checks=5)
        return self._fit(skill, network, task, recipe)

    def _fit(self, skill: str, network: Any, task: train.Task, recipe: train.Recipe) -> Any:
        marks: dict[str, Any] = {"skill": skill, "recipe": asdict(recipe), "size": self._size()}
        marks |= {"head": type(network).__name__, "positions": shapes.POSITIONS, "shape": shapes.VERSION}
        if skill in ("tagging", "topics"):
            marks["before"] = asdict(self._recipe())
        folder = Path(f"{self._training.path}-{skill}-{digest({k: str(v) for k, v in marks.items()})[:8]}")
        told = self._training.watch
        course = train.fit(
            network, task, recipe, to=folder, watch=lambda now: told(f"{self.name}, {skill}, seed {recipe.seed}", now)
        )
        self.curves[skill] = course.curve
        return network

    def _recipe(self) -> train.Recipe:
        limits = self._training.limits
        return train.Recipe(
            self._training.seed,
            characters=float(limits.get("characters", float("inf"))),
            flops=float(limits.get("flops", float("inf"))),
            batch=self._training.batch,
            checks=0,
        )

    def _windows(self) -> list[str]:
        return objectives.windows(kazakh(item) for item in self._training.items())

    @property
    def _body(self) -> str:
        """The language model that labels are taught to: "masked" if the row does not say "causal"."""
        return str(self.row.options.get("body", "masked"))

    def _size(self) -> dict[str, int]:
        options = self.row.options
        return {name: int(options[name]) for name in ("width", "layers", "heads")}


_SKILLS: dict[str, Callable[[Network], tuple[Any, tuple[str, ...]]]] = {
    "masked": Network._masked,
    "causal": Network._causal,
    "tagging": Network._tagging,
    "topics": Network._topics,
    "translating": Network._translating,
    "inflecting": Network._inflecting,
}


def load(row: SystemRow, paths: Sequence[Path], training: Training | None = None) -> Network:
    """The network a row describes: its vocabulary is trained first if that has not been done; the rest waits for a question.

    Raises:
        ExtraMissing: torch and transformers are not installed.
        BadSystem: the row names nothing to train on.
    """
    train.need_torch()
    if training is None:
        raise BadSystem(f"BadSystem: {row.id} names no data to train on.", "Add options.dataset to its row.")
    if paths:
        return Network(row, training, pieces.given(paths[0]))
    return Network(row, training, vocabulary(row, training))


def kazakh(item: Item) -> str:
    """The text of an item, of parallel texts the Kazakh one."""
    return str(item.input if isinstance(item.input, str) else item.input["kk"])


def _sides(item: Item, row: SystemRow) -> list[str]:
    """What an item adds to a vocabulary: its text, of a pair both sides for who translates and the Kazakh one for others."""
    paired = row.options.get("pairs") and not isinstance(item.input, str)
    return [str(item.input[language]) for language in direction(row)] if paired else [kazakh(item)]


def vocabulary(row: SystemRow, training: Training, items: Sequence[Item] | None = None) -> Pieces:
    """The vocabulary of a row, of its text or of other `items`: one for all seeds, and for all systems that cut these in the same way.

    It is trained by whoever needs it first.
    """
    from filelock import FileLock

    size = int(row.options.get("vocabulary", 0))
    lines = [line for item in (training.items() if items is None else items) for line in _sides(item, row)]
    mark = digest([row.format, size, hashlib.sha256("\n".join(lines).encode()).hexdigest()])[:8]
    path = training.path.with_name(f"pieces-{row.format}-{size}-{mark}.json")
    with FileLock(path.with_name(f"{path.name}.lock")):
        if not path.exists():
            pieces.train(cast(pieces.Arm, row.format), lines, vocabulary=size, seed=13, to=path)
    return pieces.load(path)
