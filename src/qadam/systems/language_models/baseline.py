"""Answers to multiple choice that understand nothing: the bars a language model has to clear.

random        a letter drawn for every question, from the seed, the way of asking and the question's id
letter        always the same one, named by the row
longest       the longest option, the first of several
characters    the option a character model finds likeliest after the question: a model of n-grams trained on the row's data
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from qadam.systems.load import Training
from qadam.terms import Ask, Said, SystemRow

LETTERS = "ABCDEFGH"
ORDER = 5  # characters an n-gram sees; longer ones do not recur in a few thousand sentences


class Baseline:
    """Something that picks an option by a rule of its own and says its letter as it is asked to: "Жауап: B"."""

    def __init__(self, name: str, pick: Callable[[Ask], int]) -> None:
        self.name, self._pick = name, pick

    def answer(self, inputs: Sequence[Ask]) -> list[Said]:
        """A letter for each question; without options, nothing is said."""
        return [Said(f"Жауап: {LETTERS[self._pick(ask)]}" if ask.options else "", ask.options) for ask in inputs]


class Characters:
    """How likely a text is, character by character: n-grams of every order up to ORDER, each leaning on the shorter.

    Source: interpolation with Witten-Bell weights (Witten & Bell 1991, The Zero-Frequency Problem); below single
    characters, each of the characters seen is equally likely, and one place is kept for those never seen.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self._followed: dict[str, Counter[str]] = {}
        characters: set[str] = set()
        for text in texts:
            padded = " " * (ORDER - 1) + text
            characters |= set(text)
            for end in range(ORDER - 1, len(padded)):
                for length in range(ORDER):
                    self._followed.setdefault(padded[end - length : end], Counter())[padded[end]] += 1
        self._known = len(characters) + 1

    def bits(self, text: str, *, after: str) -> float:
        """Bits per character of a text that follows another: 0 is certain, more is more surprising."""
        context, spent = " " * ORDER + after, 0.0
        for character in text:
            spent -= math.log2(self._chance(character, context[-(ORDER - 1) :]))
            context += character
        return spent / max(1, len(text))

    def _chance(self, character: str, context: str) -> float:
        chance = 1 / self._known
        for length in range(len(context) + 1):
            seen = self._followed.get(context[len(context) - length :])
            if not seen:
                break
            total, kinds = seen.total(), len(seen)
            chance = (seen[character] + kinds * chance) / (total + kinds)
        return chance


def load(row: SystemRow, paths: Sequence[Path], training: Training | None = None) -> Baseline:
    """The baseline a row describes."""
    del paths
    seed = training.seed if training else int(row.options.get("seed", 13))
    if row.format == "random":
        return Baseline(row.id, lambda ask: _draw(f"{seed} {ask.condition} {ask.item}") % len(ask.options))
    if row.format == "letter":
        letter = LETTERS.index(str(row.options["letter"]))
        return Baseline(row.id, lambda ask: min(letter, len(ask.options) - 1))
    if row.format == "longest":
        return Baseline(row.id, lambda ask: max(range(len(ask.options)), key=lambda n: (len(ask.options[n]), -n)))
    items = training.items() if training else ()
    model = Characters(item.input if isinstance(item.input, str) else item.input["kk"] for item in items)
    return Baseline(row.id, lambda ask: _likeliest(model, ask))


def _likeliest(model: Characters, ask: Ask) -> int:
    cost = [model.bits(f" {option}", after=ask.question) for option in ask.options]
    return cost.index(min(cost))


def _draw(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big")
