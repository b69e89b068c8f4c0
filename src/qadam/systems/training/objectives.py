"""What a network learns from: gaps in a text, the next piece, another language, labels for tokens or for a text.

Every objective shows the same text in the same order whatever the pieces, counts what it shows in characters, and draws what
it draws (which words are hidden) by word and never by piece: so networks differ by their pieces alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
import regex

from qadam.systems.training.pieces import END, MASK, PAD, Pieces
from qadam.systems.training.train import Batch
from qadam.terms import Cloze, Passage

WORD = regex.compile(r"[\p{L}\p{M}]+")
SHOWN = 500  # characters of a text or sentence that is labelled; what comes after is not looked at
WRITTEN = 8_192  # pieces of texts that are translated at once
HIDDEN = 0.15  # share of the words that is hidden, as in Devlin et al. (2019)
_NO_LOSS = -100

Answers = list[Any]


def windows(lines: Iterable[str], *, characters: int = 256) -> list[str]:
    """Lines joined to stretches of at most so many characters, in their order; longer lines are parted at spaces."""
    made: list[str] = []
    now = ""
    for line in lines:
        for part in _parted(line, characters):
            if now and len(now) + 1 + len(part) > characters:
                made.append(now)
                now = part
            else:
                now = f"{now}\n{part}" if now else part
    return [*made, now] if now else made


def _parted(line: str, most: int) -> list[str]:
    parts: list[str] = []
    while len(line) > most:
        at = line.rfind(" ", 1, most) if " " in line[1:most] else most
        parts.append(line[:at])
        line = line[at:].lstrip(" ")
    return [*parts, line] if line else parts


class Masked:
    """Hidden words are found again from what stands around them (masked language model)."""

    def __init__(self, pieces: Pieces, texts: Sequence[str]) -> None:
        self.pieces, self.texts, self.size = pieces, texts, len(texts)

    def batch(self, numbers: Sequence[int], draw: np.random.Generator) -> Batch:
        """Texts with a seventh of their words hidden, the same words for every vocabulary."""
        texts = [self.texts[n] for n in numbers]
        shown = []
        for text in texts:
            words = [m.span() for m in WORD.finditer(text)]
            often = max(1, round(HIDDEN * len(words)))
            chosen = draw.permutation(len(words))[:often]
            shown.append(_hidden(self.pieces, Cloze(text, tuple(words[i] for i in sorted(chosen)))))
        guessed = sum(label != _NO_LOSS for _, labels in shown for label in labels)
        batch = _padded([ids for ids, _ in shown], [labels for _, labels in shown], sum(map(len, texts)))
        return batch._replace(guessed=guessed)

    def check(self, network: Any) -> None:
        """Nothing is held back."""


class Causal:
    """Each piece is guessed from those before it (causal language model)."""

    def __init__(self, pieces: Pieces, texts: Sequence[str]) -> None:
        self.pieces, self.texts, self.size = pieces, texts, len(texts)

    def batch(self, numbers: Sequence[int], draw: np.random.Generator) -> Batch:
        """Whole texts, each between two end signs."""
        del draw
        texts = [self.texts[n] for n in numbers]
        ids = [[END, *self.pieces.encode(text), END] for text in texts]
        return _padded(ids, ids, sum(map(len, texts)))

    def check(self, network: Any) -> None:
        """Nothing is held back."""


class Translated:
    """A text is written again in another language (encoder and decoder); each piece is guessed from those before it."""

    def __init__(self, pieces: Pieces, pairs: Sequence[tuple[str, str]]) -> None:
        self.pieces, self.pairs, self.size = pieces, pairs, len(pairs)
        self.lengths = [len(first[:SHOWN]) + len(second[:SHOWN]) for first, second in pairs]

    def batch(self, numbers: Sequence[int], draw: np.random.Generator) -> Batch:
        """Texts with their translations, each with an end sign."""
        del draw
        pairs = [(first[:SHOWN], second[:SHOWN]) for first, second in (self.pairs[n] for n in numbers)]
        shown = _padded([_ended(self.pieces, first) for first, _ in pairs], None, sum(map(len, chain(*pairs))))
        written = [_ended(self.pieces, second) for _, second in pairs]
        wanted = _padded(written, written, 0)
        inputs = {**shown.inputs, "labels": wanted.inputs["labels"]}
        return shown._replace(inputs=inputs, tokens=shown.tokens + wanted.tokens, guessed=wanted.tokens)

    def check(self, network: Any) -> None:
        """Nothing is held back."""


class Labelled:
    """One label for each token: the network answers at the first piece of each (tagging), or at the beginning (a text).

    With `held_back` examples the share of right labels there is checked, or what `value(answers, gold)` makes of them.
    """

    def __init__(
        self,
        pieces: Pieces,
        examples: Sequence[tuple[Any, Any]],
        labels: Sequence[str],
        *,
        held_back: Sequence[tuple[Any, Any]] = (),
        value: Callable[[Answers, Answers], float] | None = None,
    ) -> None:
        self.pieces, self.examples, self.labels, self.size = pieces, examples, tuple(labels), len(examples)
        self.lengths = [min(_characters(question), SHOWN) for question, _ in examples]
        self._number = {label: n for n, label in enumerate(self.labels)}
        self._held_back, self._value = held_back, value or _share_right

    def batch(self, numbers: Sequence[int], draw: np.random.Generator) -> Batch:
        """Sentences with their labels, or texts with one label each."""
        del draw
        chosen = [self.examples[n] for n in numbers]
        cut = [_shown(self.pieces, question) for question, _ in chosen]
        characters = sum(_characters(question) for question, _ in chosen)
        if isinstance(chosen[0][0], str):
            import torch

            batch = _padded([ids for ids, _ in cut], None, characters)
            gold = torch.tensor([self._number[label] for _, label in chosen])
            return batch._replace(inputs={**batch.inputs, "labels": gold})
        labels = []
        for (ids, firsts), (_, tags) in zip(cut, chosen, strict=True):
            row = [_NO_LOSS] * len(ids)
            for place, tag in zip(firsts, tags, strict=True):
                if place is not None:
                    row[place] = self._number[tag]
            labels.append(row)
        return _padded([ids for ids, _ in cut], labels, characters)

    def check(self, network: Any) -> float | None:
        """What the network makes of the examples held back."""
        if not self._held_back:
            return None
        answers = label(network, self.pieces, [question for question, _ in self._held_back], self.labels)
        return self._value(answers, [gold for _, gold in self._held_back])


def surprise(network: Any, pieces: Pieces, questions: Sequence[Cloze | Passage]) -> list[float]:
    """How surprising each gap or text is to a language model, in nats.

    What is hidden in one text is guessed at once, each piece by itself. That a text ends is no part of it.
    """
    import torch

    shown = []
    for question in questions:
        if isinstance(question, Cloze):
            shown.append(_hidden(pieces, question))
        else:
            ids = [END, *pieces.encode(question.text)]
            shown.append((ids, ids))
    nats = [0.0] * len(shown)
    with torch.inference_mode():
        for numbers in _by_length([ids for ids, _ in shown]):
            batch = _padded([shown[n][0] for n in numbers], [shown[n][1] for n in numbers], 0)
            labels = batch.inputs["labels"]
            logits = network(input_ids=batch.inputs["input_ids"], attention_mask=batch.inputs["attention_mask"]).logits
            if isinstance(questions[0], Passage):
                logits, labels = logits[:, :-1], labels[:, 1:]
            loss = torch.nn.functional.cross_entropy(
                logits.transpose(1, 2).float(), labels, ignore_index=_NO_LOSS, reduction="none"
            )
            for n, value in zip(numbers, loss.sum(dim=1).tolist(), strict=True):
                nats[n] = value
    return nats


def translate(network: Any, pieces: Pieces, texts: Sequence[str]) -> list[str]:
    """Each text as the network writes it in the other language: always the likeliest next piece, until it ends.

    What is as long as twice the text and twenty pieces more is broken off.
    """
    import torch

    ids = [_ended(pieces, text[:SHOWN]) for text in texts]
    made = [""] * len(texts)
    with torch.inference_mode():
        for numbers in _by_length(ids, most=WRITTEN):
            batch = _padded([ids[n] for n in numbers], None, 0)
            out = network.generate(
                **batch.inputs, max_new_tokens=2 * max(len(ids[n]) for n in numbers) + 20, do_sample=False, num_beams=1
            )
            for n, row in zip(numbers, out[:, 1:].tolist(), strict=True):
                made[n] = pieces.decode(row[: row.index(END)] if END in row else row)
    return made


def _ended(pieces: Pieces, text: str) -> list[int]:
    return [*pieces.encode(text), END]


def label(network: Any, pieces: Pieces, questions: Sequence[Any], labels: Sequence[str]) -> Answers:
    """The labels of the tokens of each sentence, or one label for each text.

    A tag that continues a name no name precedes begins one: the most likely path through valid IOB2 tags is taken.
    A sentence longer than the network was taught on is labelled stretch by stretch.
    """
    stretches = [_stretches(question) for question in questions]
    parts = iter(_labelled(network, pieces, [part for its in stretches for part in its], labels))
    found = [[next(parts) for _ in its] for its in stretches]
    return [its[0] if len(its) == 1 else tuple(chain(*its)) for its in found]


def _stretches(question: Any) -> list[Any]:
    """A text as it is; a sentence in parts of at most `SHOWN` characters, a longer token alone."""
    if isinstance(question, str):
        return [question]
    parts: list[list[str]] = [[]]
    for token in question:
        if parts[-1] and _characters((*parts[-1], token)) > SHOWN:
            parts.append([])
        parts[-1].append(token)
    return [tuple(part) for part in parts]


def _labelled(network: Any, pieces: Pieces, questions: Sequence[Any], labels: Sequence[str]) -> Answers:
    import torch

    cut = [_shown(pieces, question) for question in questions]
    unseen = "O" if "O" in labels else labels[0]
    answers: Answers = [None] * len(questions)
    with torch.inference_mode():
        for numbers in _by_length([ids for ids, _ in cut]):
            batch = _padded([cut[n][0] for n in numbers], None, 0)
            logits = torch.log_softmax(network(**batch.inputs).logits.float(), dim=-1).numpy()
            for n, values in zip(numbers, logits, strict=True):
                if isinstance(questions[n], str):
                    answers[n] = labels[int(values.argmax())]
                else:
                    places = [p for p in cut[n][1] if p is not None]
                    path = best_path(values[places], labels) if places else []
                    tags = iter(path)
                    answers[n] = tuple(next(tags) if p is not None else unseen for p in cut[n][1])
    return answers


def best_path(values: np.ndarray, labels: Sequence[str]) -> list[str]:
    """The most likely sequence of labels in which I-X follows only B-X or I-X: values (n_tokens, n_labels), natural logs.

    Source: Viterbi decoding with the transitions of IOB2 (Tjong Kim Sang & Veenstra, 1999).
    """
    allowed = np.array([[_may_follow(after, before) for after in labels] for before in labels])
    first = np.array([_may_follow(label, "O") for label in labels])
    transition = np.where(allowed, 0.0, -math.inf)
    best = np.where(first, values[0], -math.inf)
    back: list[np.ndarray] = []
    for row in values[1:]:
        scores = best[:, None] + transition
        back.append(scores.argmax(axis=0))
        best = scores.max(axis=0) + row
    at = int(best.argmax())
    path = [at]
    for pointers in reversed(back):
        at = int(pointers[at])
        path.append(at)
    return [labels[i] for i in reversed(path)]


@lru_cache(maxsize=1 << 14)
def _may_follow(label: str, before: str) -> bool:
    return not label.startswith("I-") or before in (f"B-{label[2:]}", label)


def _share_right(answers: Answers, gold: Answers) -> float:
    pairs = [
        pair
        for a, g in zip(answers, gold, strict=True)
        for pair in (zip(a, g, strict=True) if isinstance(g, tuple) else [(a, g)])
    ]
    return float(np.mean([a == g for a, g in pairs]))


def _characters(question: Any) -> int:
    """Of a text, or of the tokens of a sentence with a space between them."""
    return len(question) if isinstance(question, str) else sum(map(len, question)) + max(len(question) - 1, 0)


def _shown(pieces: Pieces, question: Any) -> tuple[list[int], list[int | None]]:
    """A text or a sentence as numbers, and where the first piece of each token stands (None if it is empty or too far off)."""
    if isinstance(question, str):
        return [END, *pieces.encode(question[:SHOWN])], []
    ids: list[int] = [END]
    firsts: list[int | None] = []
    at = 0
    for number, token in enumerate(question):
        at += len(token) + bool(number)
        if at > SHOWN:
            firsts.append(None)
            continue
        cut = pieces.encode((" " if number else "") + token)
        blank = bool(number) and len(cut) > 1 and pieces.pieces[cut[0]] == b" "  # a space that stayed alone
        firsts.append(len(ids) + blank if cut else None)
        ids += cut
    return ids, firsts


def _hidden(pieces: Pieces, question: Cloze) -> tuple[list[int], list[int]]:
    """Numbers with those in the gaps hidden, and what stands there. A space that is joined to a hidden word is hidden too."""
    cut = pieces.cut(question.text)
    ids, labels = [END], [_NO_LOSS]
    gaps = iter((*question.gaps, (1 << 60, 1 << 60)))
    low, high = next(gaps)
    for number, start, end in zip(*cut, strict=True):
        while start >= high:
            low, high = next(gaps)
        inside = end > low and start < high
        ids.append(MASK if inside else number)
        labels.append(number if inside else _NO_LOSS)
    return ids, labels


def _padded(ids: Sequence[Sequence[int]], labels: Sequence[Sequence[int]] | None, characters: int) -> Batch:
    import torch

    longest = max(map(len, ids))
    rows = torch.full((len(ids), longest), PAD)
    seen = torch.zeros((len(ids), longest), dtype=torch.long)
    gold = torch.full((len(ids), longest), _NO_LOSS)
    for n, row in enumerate(ids):
        rows[n, : len(row)] = torch.tensor(row)
        seen[n, : len(row)] = 1
        if labels is not None:
            gold[n, : len(row)] = torch.tensor(labels[n])
    inputs = {"input_ids": rows, "attention_mask": seen, **({"labels": gold} if labels is not None else {})}
    return Batch(inputs, characters, sum(map(len, ids)))


def _by_length(ids: Sequence[Sequence[int]], most: int = 16_384) -> Iterable[list[int]]:
    """Numbers of examples of like length, so many together that a batch holds at most `most` places."""
    batch: list[int] = []
    for n in sorted(range(len(ids)), key=lambda n: len(ids[n])):
        if batch and (len(batch) + 1) * len(ids[n]) > most:
            yield batch
            batch = []
        batch.append(n)
    if batch:
        yield batch
