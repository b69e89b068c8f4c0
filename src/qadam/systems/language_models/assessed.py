"""A language model whose answers are shown to a judge before they are handed on.

The row is that of the model; its option `judge` names the judge: the rules, or `judge:` and the address of another model.
What the judge takes is not known before the model has answered, so no bill is made out for it; a budget covers both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from qadam.systems.language_models import judge, language_model
from qadam.systems.load import Training
from qadam.terms import Ask, Hidden, Missing, Reply, Said, SystemRow


class Assessed:
    """A model and its judge; the condition of a question is the language it is asked in."""

    def __init__(self, model: language_model.LanguageModel, critic: Any) -> None:
        self.name, self._model, self._critic = model.name, model, critic
        self.open, self.answers = model.open, model.answers

    @property
    def usage(self) -> dict[str, Any]:
        """What the answers given last took; the judge's own questions are not among it."""
        return self._model.usage

    def answer(self, inputs: Sequence[Ask]) -> list[Said | Missing]:
        """What the model answers, each answer with what the judge says of it.

        Raises:
            NotAnswered: model or judge left questions open; what was answered is kept.
        """
        said = self._model.answer(inputs)
        replies = [
            Reply(ask.item, ask.condition, Hidden(ask.prompt), Hidden(one.text))
            for ask, one in zip(inputs, said, strict=True)
        ]
        opinions = self._critic.answer(replies)
        return [
            opinion if isinstance(opinion, Missing) else one._replace(judged=opinion)
            for one, opinion in zip(said, opinions, strict=True)
        ]


def load(row: SystemRow, paths: Sequence[Path], training: Training | None = None) -> Assessed:
    """The model of the row and the judge it names; each keeps what it said in a file of its own."""
    if training is None:
        raise ValueError("A language model needs a file to keep its answers in.")
    name = str(row.options["judge"])
    critic: Any = judge.Phrases(name)
    if name.startswith(judge.PREFIX):
        beside = replace(training, path=training.path.with_suffix(".judged.jsonl"))
        critic = judge.load(judge.addressed(name), (), beside)
    return Assessed(language_model.load(row, paths, training), critic)
