"""Recorded answers: what a model said once, published by others or kept by us, looked up instead of asked again.

`format` says how the files are written; the `part` of a file is the condition its answers were given under:

tumlu     one JSON list a file, as TUMLU publishes its outputs; answers are found by question and set of options, since
          the options were shuffled for every model, and are given back with the options in the order it saw
lines     one JSON object a line: `item`, `condition`, `text`, `options` where their order differed, and `likelihoods` of
          the continuations where the model was asked for those
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from qadam.errors import BadSystem, NotRecorded
from qadam.terms import UNSCORED, Ask, Missing, Said, SystemRow

Key = tuple[str, Any]  # condition, and what tells the question


class Recorded:
    """A model that repeats what it said."""

    def __init__(self, row: SystemRow, paths: Sequence[Path]) -> None:
        if row.format not in _READERS:
            raise BadSystem(
                f"BadSystem: {row.id} is recorded in an unknown form {row.format!r}.", f"Forms: {', '.join(_READERS)}"
            )
        self.name = row.id
        self._read, self._tell = _READERS[row.format]
        self._files = [(file.part, path) for file, path in zip(row.files, paths, strict=True)]

    @cached_property
    def _answers(self) -> dict[Key, list[Said]]:
        answers: dict[Key, list[Said]] = {}
        for part, path in self._files:
            try:
                for key, said in self._read(part, json_documents(path)):
                    answers.setdefault(key, []).append(said)
            except (ValueError, RecursionError, KeyError, TypeError) as fault:
                raise BadSystem(
                    f"BadSystem: {path} holds no recorded answers of {self.name} ({fault!r}).",
                    f"Fetch it again: qadam fetch {self.name} --again",
                ) from fault
        return answers

    def answer(self, inputs: Sequence[Ask]) -> list[Said | Missing]:
        """The recorded answer to each question; UNSCORED where the run holds none, since nobody asked the model.

        A question that occurs twice gets its two answers in the order in which they were recorded.

        Raises:
            NotRecorded: the run holds no answer at all under this condition, or none to these questions.
        """
        taken: Counter[Key] = Counter()
        found: list[Said | Missing] = []
        for ask in inputs:
            key = ask.condition, self._tell(ask)
            said = self._answers.get(key, ())
            found.append(said[min(taken[key], len(said) - 1)] if said else UNSCORED)
            taken[key] += 1
        if inputs and all(isinstance(said, Missing) for said in found):
            conditions = sorted({condition for condition, _ in self._answers})
            raise NotRecorded(
                f"NotRecorded: this recorded run holds no answer to these questions under {inputs[0].condition!r}; "
                f"it holds {', '.join(conditions)}.",
                "Ask a live model: qadam run SLUG --profile laptop --system openai:MODEL@URL",
            )
        return found


def load(row: SystemRow, paths: Sequence[Path]) -> Recorded:
    """The recorded run a row describes; its files are read when the first question comes.

    Raises:
        BadSystem: the row's format is none of ours.
    """
    return Recorded(row, paths)


def json_documents(path: Path) -> Iterator[Any]:
    """The JSON documents of a file: those of its list if it is one, else one a line."""
    text = path.read_text("utf-8")
    if text.lstrip().startswith("["):
        yield from json.loads(text)
    else:
        yield from (json.loads(line) for line in text.splitlines() if line.strip())


def _tumlu(part: str, documents: Iterator[Any]) -> Iterator[tuple[Key, Said]]:
    for document in documents:
        options = tuple(map(str, document["choices"]))
        yield (part, _shuffled(str(document["question"]), options)), Said(str(document["output"] or ""), options)


def _lines(part: str, documents: Iterator[Any]) -> Iterator[tuple[Key, Said]]:
    for document in documents:
        said = Said(*(document["text"], *(tuple(document.get(name, ())) for name in ("options", "likelihoods"))))
        yield (part or str(document["condition"]), str(document["item"])), said


def _shuffled(question: str, options: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    return question, tuple(sorted(options))


_READERS: dict[str, Any] = {
    "tumlu": (_tumlu, lambda ask: _shuffled(ask.question, ask.options)),
    "lines": (_lines, lambda ask: ask.item),
}
