"""Recorded judgements: what a judge said of the responses of one model, by the request it was asked under.

A file has one JSON object a line. A request is named by the file's language and the number at the end of its
`custom_id`. `format` says where the rest stands: "batch" as the batch endpoint of OpenAI writes it, "lines" flat.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from qadam.errors import BadSystem
from qadam.terms import UNSCORED, Judged, SystemRow

WHERE: dict[str, tuple[tuple[str | int, ...], tuple[str | int, ...]]] = {  # what the judge said, tokens of its prompt
    "batch": (
        ("response", "body", "choices", 0, "message", "content"),
        ("response", "body", "usage", "prompt_tokens"),
    ),
    "lines": (("content",), ("prompt_tokens",)),
}


class Judgements:
    """The judgements of one model's responses; a request that was never judged is left unscored."""

    def __init__(self, name: str, judged: dict[str, Judged]) -> None:
        self.name, self._judged = name, judged

    def answer(self, inputs: Sequence[str]) -> list[Any]:
        """What the judge said under each request."""
        return [self._judged.get(request, UNSCORED) for request in inputs]


def load(row: SystemRow, paths: Sequence[Path]) -> Judgements:
    """The judgements of every file of a row.

    Raises:
        BadSystem: a line is not a judgement of the row's format.
    """
    judged: dict[str, Judged] = {}
    text, tokens = WHERE[row.format]
    for file, path in zip(row.files, paths, strict=True):
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    said = json.loads(line)
                    request = f"{file.language}-{int(said['custom_id'].rsplit('-', 1)[-1])}"
                    judged[request] = Judged(_dig(said, text), _dig(said, tokens))
                except (ValueError, RecursionError, LookupError, TypeError) as error:
                    raise BadSystem(
                        f"BadSystem: {path}, line {number} is not a judgement ({row.format}): {error!r}.",
                        f"Fetch it again: qadam fetch {row.id} --again",
                    ) from error
    return Judgements(row.id, judged)


def _dig(found: Any, steps: Iterable[str | int]) -> Any:
    for step in steps:
        found = found[step]
    return found
