"""The network of a sequence tagger: marks, letters and vector of each word, read from both sides, then a chain of labels.

Source: Lample et al. (2016) and Ma & Hovy (2016), BiLSTM-CRF with a convolution over letters; the marks are added to them, as in
feature-based taggers, because a training text of ten thousand sentences shows most Kazakh word forms once or never.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import nn

from qadam.systems.labels import random_field
from qadam.systems.labels.word_marks import Sight
from qadam.systems.training.train import Batch

Example = tuple[tuple[str, ...], tuple[str, ...]]  # tokens and their labels

LETTER_WIDTH = 24
UNNAMED = 0.15  # share of words shown without the marks that name them, so that the others are learned too
TOGETHER = 32  # sentences in one step


class BiLstmCrf(nn.Module):
    """From words to the values of their labels, and from those to a loss or to labels."""

    def __init__(self, sight: Sight, labels: Sequence[str], *, marks: int, width: int, dropout: float) -> None:
        super().__init__()
        size = 2 * marks + sight.dimensions
        self.marks = nn.EmbeddingBag(sight.n_marks, marks, mode="sum")
        nn.init.normal_(self.marks.weight, std=0.1)
        self.letters = nn.Embedding(sight.n_letters, LETTER_WIDTH, padding_idx=0)
        self.convolution = nn.Conv1d(LETTER_WIDTH, marks, kernel_size=3, padding=1)
        self.evened = nn.LayerNorm(sight.dimensions)
        self.dropout = nn.Dropout(dropout)
        self.reader = nn.LSTM(size, width, bidirectional=True, batch_first=True)
        self.value = nn.Linear(2 * width, len(labels))
        self.first = nn.Parameter(torch.zeros(len(labels)))
        self.pairs = nn.Parameter(torch.zeros(len(labels), len(labels)))
        never_first, never_beside = map(torch.from_numpy, random_field.forbidden(labels))
        self.never_first: torch.Tensor
        self.never_beside: torch.Tensor
        self.register_buffer("never_first", never_first, persistent=False)
        self.register_buffer("never_beside", never_beside, persistent=False)

    def forward(self, lengths: Any, chain: Any = None, **words: Any) -> SimpleNamespace:
        """Sentences -> `values` (n_sentences, longest, n_labels), and, with the gold `chain`, the `loss` in nats per token."""
        values = self._values(lengths, **words)
        if chain is None:
            return SimpleNamespace(values=values)
        first, pairs = self.between()
        own = random_field.chain_value(values, first, pairs, chain=chain, lengths=lengths)
        missed = random_field.log_sum(values, first, pairs, lengths) - own
        return SimpleNamespace(values=values, loss=missed.sum() / lengths.sum())

    def between(self) -> tuple[Any, Any]:
        """What the first label and each pair of labels are worth."""
        return self.first + self.never_first, self.pairs + self.never_beside

    def _values(self, lengths: Any, *, marks: Any, starts: Any, letters: Any, which: Any, vectors: Any) -> Any:
        spelled = self.convolution(self.letters(letters).transpose(1, 2))
        spelled = spelled.masked_fill((letters == 0)[:, None], random_field.NEVER).amax(dim=2).relu()
        words = self.dropout(torch.cat([self.marks(marks, starts), spelled[which], self.evened(vectors)], dim=1))
        inside = torch.arange(int(lengths.max()), device=lengths.device) < lengths[:, None]
        sentences = words.new_zeros(*inside.shape, words.shape[1])
        sentences[inside] = words
        if not inside.all():
            sentences = nn.utils.rnn.pack_padded_sequence(sentences, lengths.cpu(), True, enforce_sorted=False)
        read, _ = self.reader(sentences)
        if not inside.all():
            read, _ = nn.utils.rnn.pad_packed_sequence(read, batch_first=True)
        values: Any = self.value(self.dropout(read))
        return values


class Tagging:
    """The task: sentences of like length are learned together, in steps of 32, so that nothing is reckoned for empty places.

    An example of this task is such a batch: a recipe for it has `batch=1`.
    """

    def __init__(self, sight: Sight, examples: Sequence[Example], labels: Sequence[str]) -> None:
        self._sight = sight
        self._number = {label: n for n, label in enumerate(labels)}
        chance = np.random.default_rng(0).random(len(examples))  # sentences of one length are not left in their order
        order = sorted(range(len(examples)), key=lambda n: (len(examples[n][0]), chance[n]))
        self._batches = [[examples[n] for n in order[at : at + TOGETHER]] for at in range(0, len(order), TOGETHER)]
        self.size = len(self._batches)

    def batch(self, numbers: Sequence[int], draw: np.random.Generator) -> Batch:
        """Sentences with their labels; of some words only what they share with others is shown."""
        examples = [example for n in numbers for example in self._batches[n]]
        sentences = [tokens for tokens, _ in examples]
        inputs = _shown(self._sight, sentences, draw.random(sum(map(len, sentences))) < UNNAMED)
        chain = torch.zeros((len(examples), max(map(len, sentences))), dtype=torch.long)
        for row, (_, gold) in zip(chain, examples, strict=True):
            row[: len(gold)] = torch.tensor([self._number[label] for label in gold])
        tokens = [token for sentence in sentences for token in sentence]
        return Batch({**inputs, "chain": chain}, sum(map(len, tokens)) + len(tokens), len(tokens))

    def check(self, network: Any) -> None:
        """Nothing is held back: how long to learn was chosen before."""


def tag(
    networks: Sequence[BiLstmCrf], sight: Sight, sentences: Sequence[Sequence[str]]
) -> list[tuple[list[int], list[float]]]:
    """The chain that the networks together find likeliest, by the mean of their values: numbers of labels and their probabilities.

    No sentence may be empty.
    """
    order = sorted(range(len(sentences)), key=lambda n: len(sentences[n]))
    answers: list[tuple[list[int], list[float]]] = [([], []) for _ in sentences]
    with torch.inference_mode():
        between = [[part.numpy() for part in network.between()] for network in networks]
        first, pairs = (np.mean([parts[i] for parts in between], axis=0) for i in (0, 1))
        for at in range(0, len(order), TOGETHER):
            numbers = order[at : at + TOGETHER]
            inputs = _shown(sight, [sentences[n] for n in numbers])
            values = np.mean([network(**inputs).values.numpy() for network in networks], axis=0)
            for n, row in zip(numbers, values, strict=True):
                own = row[: len(sentences[n])]
                chain = random_field.best_chain(own, first, pairs)
                probable = random_field.probabilities(own, first, pairs)
                answers[n] = chain, probable[range(len(chain)), chain].tolist()
    return answers


def _shown(sight: Sight, sentences: Sequence[Sequence[str]], unnamed: np.ndarray | None = None) -> dict[str, Any]:
    words = sight.of([word for sentence in sentences for word in sentence], unnamed=unnamed)
    arrays = {name: torch.from_numpy(array) for name, array in words._asdict().items()}
    return {"lengths": torch.tensor([len(sentence) for sentence in sentences]), **arrays}
