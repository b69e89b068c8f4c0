"""Teaches a Hugging Face model to label tokens or texts, with the recipes that small networks are trained by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from qadam.systems.training.objectives import best_path
from qadam.systems.training.train import Batch

LONGEST = 256  # pieces of a sentence or text; what comes after is not looked at, and its tokens are O
TOGETHER = 64  # questions answered at once
_NO_LOSS = -100


class Labelled:
    """The task: one label for each token, at its first piece, or one for a text."""

    def __init__(self, tokenizer: Any, examples: Sequence[tuple[Any, Any]], labels: Sequence[str]) -> None:
        self.tokenizer, self.examples, self.size = tokenizer, examples, len(examples)
        self._number = {label: n for n, label in enumerate(labels)}

    def batch(self, numbers: Sequence[int], draw: np.random.Generator) -> Batch:
        """Examples as the tokenizer cuts them, with the numbers of their labels."""
        import torch

        del draw
        chosen = [self.examples[n] for n in numbers]
        cut = _cut(self.tokenizer, [question for question, _ in chosen])
        if isinstance(chosen[0][0], str):
            labels = torch.tensor([self._number[label] for _, label in chosen])
        else:
            labels = torch.full(cut["input_ids"].shape, _NO_LOSS)
            for row, (_, gold) in enumerate(chosen):
                for place, token in _firsts(cut.word_ids(row)):
                    labels[row, place] = self._number[gold[token]]
        characters = sum(len(q) if isinstance(q, str) else sum(map(len, q)) + len(q) - 1 for q, _ in chosen)
        return Batch({**cut, "labels": labels}, characters, int(cut["attention_mask"].sum()))

    def check(self, network: Any) -> None:
        """Nothing is held back: how long to learn was chosen before."""


def label(network: Any, tokenizer: Any, questions: Sequence[Any], labels: Sequence[str]) -> list[Any]:
    """The likeliest valid IOB2 labels of the tokens of each sentence, or one label for each text."""
    import torch

    answers: list[Any] = []
    device = next(network.parameters()).device
    with torch.inference_mode():
        for at in range(0, len(questions), TOGETHER):
            some = questions[at : at + TOGETHER]
            cut = _cut(tokenizer, some)
            logits = network(**cut.to(device)).logits.float().log_softmax(-1).cpu().numpy()
            for row, question in enumerate(some):
                if isinstance(question, str):
                    answers.append(labels[int(logits[row].argmax())])
                    continue
                places = list(_firsts(cut.word_ids(row)))
                path = best_path(logits[row][[place for place, _ in places]], labels) if places else []
                given = dict(zip((token for _, token in places), path, strict=True))
                answers.append(tuple(given.get(token, "O") for token in range(len(question))))
    return answers


def _cut(tokenizer: Any, questions: Sequence[Any]) -> Any:
    texts = isinstance(questions[0], str)
    return tokenizer(
        [q if texts else list(q) for q in questions],
        is_split_into_words=not texts,
        return_tensors="pt",
        padding=True,
        truncation=True,
        max_length=LONGEST,
    )


def _firsts(words: Sequence[int | None]) -> Iterable[tuple[int, int]]:
    """Where the first piece of each token stands: place and token."""
    before: int | None = None
    for place, token in enumerate(words):
        if token is not None and token != before:
            yield place, token
        before = token
