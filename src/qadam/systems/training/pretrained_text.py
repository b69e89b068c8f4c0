"""Encoder-decoders of Hugging Face (the T5 family) that read on in Kazakh, and then answer questions.

Bytes and pieces meet on equal terms: both read the same windows of the same text for the same number of characters, and what is
hidden from them is drawn by word, never by piece. A row names the model (options `repo`, `revision`, `rate`), the text it
reads on (`dataset`) and the questions with passages it learns from (`datasets.reading`); the protocol says how much (`characters`, `epochs`).

A question with continuations is answered with how likely each is, in nats, where the prompt breaks off; without, with a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from qadam.errors import BadSystem
from qadam.systems.load import Training
from qadam.systems.training import objectives, train
from qadam.systems.training.pretrained import pretrained
from qadam.terms import Ask, Item, Said, SystemRow, digest

TOGETHER = 8  # questions answered at once
LONGEST = 4096  # pieces of a question with its passage; bytes need that many for 2,000 characters
ROOM = 64  # characters of an answer, in whatever pieces
RUN = 3  # words hidden together
_GAP = "<extra_id_{}>"  # as the models of the family know it
_NO_LOSS = -100


class Rewritten:
    """The task: what stands in the gaps of a text is written (span corruption); of any two texts, the one for the other."""

    def __init__(self, tokenizer: Any, texts: Sequence[str], answers: Sequence[str] = ()) -> None:
        self.tokenizer, self.texts, self.answers, self.size = tokenizer, texts, answers, len(texts)

    def batch(self, numbers: Sequence[int], draw: np.random.Generator) -> train.Batch:
        """Texts with gaps and what stood in them, or questions with their answers."""
        texts = [self.texts[n] for n in numbers]
        pairs = (
            [(self.texts[n], self.answers[n]) for n in numbers] if self.answers else [gapped(t, draw) for t in texts]
        )
        shown, wanted = (_cut(self.tokenizer, side) for side in zip(*pairs, strict=True))
        labels = wanted["input_ids"].masked_fill(wanted["attention_mask"] == 0, _NO_LOSS)
        tokens = int(shown["attention_mask"].sum() + wanted["attention_mask"].sum())
        return train.Batch({**shown, "labels": labels}, sum(map(len, texts)), tokens)

    def check(self, network: Any) -> None:
        """Nothing is held back."""


def gapped(text: str, draw: np.random.Generator) -> tuple[str, str]:
    """A text with about a seventh of its words in gaps of up to three words, and what stands in each gap.

    Source: span corruption as in Raffel et al. (2020), Exploring the Limits of Transfer Learning, 15 % in spans of 3; by words,
    so that every vocabulary is asked for the same text.
    """
    words = [match.span() for match in objectives.WORD.finditer(text)]
    runs = max(1, round(objectives.HIDDEN * len(words) / RUN))
    starts = sorted(draw.permutation(max(1, len(words)))[:runs].tolist())
    shown, hidden, at, gap = "", "", 0, 0
    for start in starts:
        if not words or words[start][0] < at:
            continue
        end = words[min(start + RUN, len(words)) - 1][1]
        shown += text[at : words[start][0]] + _GAP.format(gap)
        hidden += _GAP.format(gap) + text[words[start][0] : end]
        at, gap = end, gap + 1
    return shown + text[at:], hidden + _GAP.format(gap)


class PretrainedText:
    """A model that reads on when it is first asked."""

    def __init__(self, row: SystemRow, training: Training) -> None:
        self.name, self.row, self._training = row.id, row, training
        self._start = pretrained(row, "AutoModelForSeq2SeqLM")
        self.curves: dict[str, list[tuple[float, float]]] = {}  # by skill: share of the budget, loss

    def answer(self, inputs: Sequence[Ask]) -> list[Said]:
        """The likelihood of each continuation, or the text of an answer."""
        return [self._likelihoods(ask) for ask in inputs] if inputs and inputs[0].continuations else self._texts(inputs)

    def _likelihoods(self, ask: Ask) -> Said:
        """Natural logarithms: the continuation stands in the gap at the end of the prompt."""
        import torch

        with self._ready(self._read_on) as (network, device), torch.inference_mode():
            prompt = _cut(self._start.tokenizer, [f"{ask.prompt} {_GAP.format(0)}"] * len(ask.continuations))
            wanted = _cut(self._start.tokenizer, [f"{_GAP.format(0)}{text}" for text in ask.continuations])
            mark = len(self._start.tokenizer(_GAP.format(0), add_special_tokens=False)["input_ids"])
            labels = wanted["input_ids"].to(device)
            logits = network(**prompt.to(device), labels=labels).logits.float().log_softmax(-1)
            each = logits.gather(2, labels[..., None])[..., 0]
            end = self._start.tokenizer.eos_token_id
            counted = wanted["attention_mask"].to(device).bool() & (labels != end)
            counted[:, :mark] = False
            return Said("", likelihoods=tuple((each * counted).sum(1).tolist()))

    def _texts(self, asks: Sequence[Ask]) -> list[Said]:
        import torch

        said: list[Said] = []
        with self._ready(self._reader) as (network, device), torch.inference_mode():
            for at in range(0, len(asks), TOGETHER):
                shown = _cut(self._start.tokenizer, [ask.prompt for ask in asks[at : at + TOGETHER]])
                out = network.generate(**shown.to(device), max_new_tokens=2 * ROOM, do_sample=False)
                said += [Said(text) for text in self._start.tokenizer.batch_decode(out, skip_special_tokens=True)]
        return said

    @cached_property
    def _read_on(self) -> Any:
        """The model after it read on; nobody is taught what is asked."""
        limits = self._training.limits
        texts = objectives.windows(str(item.input) for item in self._training.items())
        recipe = self._recipe(float(limits.get("characters", sum(map(len, texts)))))
        return self._fit("reading-on", self._start.model, Rewritten(self._start.tokenizer, texts), recipe)

    @cached_property
    def _reader(self) -> Any:
        """The same, taught to answer from a passage."""
        import copy

        items = self._training.named("reading")
        if not items:
            raise BadSystem(f"BadSystem: {self.name} has no questions to learn from.", "Name options.datasets.reading.")
        asked, answers = [shown(item) for item in items], [str(item.gold[0]) for item in items]
        recipe = self._recipe(sum(map(len, asked)) * float(self._training.limits.get("epochs", 3)))
        network = copy.deepcopy(self._read_on)
        return self._fit("reading", network, Rewritten(self._start.tokenizer, asked, answers), recipe)

    def _recipe(self, characters: float) -> train.Recipe:
        options = self.row.options
        return train.Recipe(
            self._training.seed,
            characters,
            batch=self._training.batch,
            accumulate=int(options.get("accumulate", 1)),
            rate=float(options["rate"]),
            precision=options.get("precision", "float32"),
            checks=0,
        )

    def _fit(self, skill: str, network: Any, task: train.Task, recipe: train.Recipe) -> Any:
        marks = {"skill": skill, "recipe": asdict(recipe), "read": float(self._training.limits.get("characters", 0))}
        folder = Path(f"{self._training.path}-{skill}-{digest({k: str(v) for k, v in marks.items()})[:8]}")
        told = self._training.watch
        course = train.fit(network, task, recipe, to=folder, watch=lambda now: told(f"{self.name}, {skill}", now))
        self.curves[skill] = course.curve
        return network

    @contextmanager
    def _ready(self, network: Any) -> Iterator[tuple[Any, str]]:
        network.to(self._start.device).eval()
        yield network, self._start.device
        network.to("cpu")


def load(row: SystemRow, paths: Sequence[Path], training: Training | None = None) -> PretrainedText:
    """The model a row describes, before it reads on.

    Raises:
        ExtraMissing: torch or transformers is not installed.
        CannotGet: the model cannot be loaded.
        BadSystem: the row names nothing to read.
    """
    del paths
    train.need_torch()
    if training is None:
        raise BadSystem(f"BadSystem: {row.id} names no text to read.", "Add options.dataset to its row.")
    return PretrainedText(row, training)


def shown(item: Item) -> str:
    """A question with its passage, in one line each."""
    return f"{item.input['question']}\n{item.input['passage']}"


def _cut(tokenizer: Any, texts: Sequence[str]) -> Any:
    return tokenizer(list(texts), return_tensors="pt", padding=True, truncation=True, max_length=LONGEST)
