"""Language models by their address: an endpoint that speaks OpenAI's protocol, a model of Hugging Face, a file of answers.

    openai:MODEL@URL     chat completions at URL, such as http://127.0.0.1:8000/v1
    hf:ID or hf:ID@REV   a model of Hugging Face, run here; needs pip install 'qadam[train]'
    file:PATH            answers kept as JSON Lines: item, condition, text

Every answer is kept as soon as it is there, under the hash of everything that could change it, so that whoever is
stopped asks nothing twice. Keys come from the environment (QADAM_API_KEY, else OPENAI_API_KEY) and go into the request
alone: never into a name, a record, a message or a file.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from qadam.errors import Usage
from qadam.systems.answers import Answers
from qadam.systems.load import Training
from qadam.terms import Ask, File, Said, SystemRow, digest

TOKENS_PER_CHARACTER = 2  # a Cyrillic letter is two bytes, and no vocabulary needs more than a token for each
Request = dict[str, Any]
Answering = Callable[[Sequence[Request], Callable[[int, str], None]], None]


class LanguageModel:
    """A model that is asked in words and answers in words; what it has said once is not asked again."""

    def __init__(self, name: str, *, model: str, place: str, complete: Answering, kept: Path) -> None:
        self.name, self._model, self._place = name, model, place
        self._complete, self._answers = complete, Answers(kept)

    def answer(self, inputs: Sequence[Ask]) -> list[Said]:
        """The answer to each question, in order; equal questions are asked once.

        Raises:
            NotAnswered: some questions got no answer; those that did are kept.
        """
        requests = [self.request(ask) for ask in inputs]
        keys = [digest([self._place, request]) for request in requests]
        waiting = {key: request for key, request in zip(keys, requests, strict=True) if key not in self._answers}
        names = list(waiting)
        if waiting:
            self._complete(list(waiting.values()), lambda n, text: self._answers.keep(names[n], text))
        return [Said(self._answers[key][: ask.characters], ask.options) for key, ask in zip(keys, inputs, strict=True)]

    def request(self, ask: Ask) -> Request:
        """What is sent: greedy decoding, and room for the characters the protocol grants in any vocabulary.

        What goes beyond these characters is cut off when the answer is given, so that every language has the same room.
        """
        return {
            "model": self._model,
            "messages": [{"role": "user", "content": ask.prompt}],
            "temperature": 0,
            "max_tokens": ask.characters * TOKENS_PER_CHARACTER,
        }


def addressed(name: str) -> SystemRow:
    """The row of a language model given by its address.

    Raises:
        Usage: the address is not whole, or holds a key.
    """
    kind, _, rest = name.partition(":")
    if kind == "file":
        path = Path(rest)
        if not path.is_file():
            raise Usage(f"Usage: there is no file {rest}.", "Pass file:PATH, with one JSON object a line.")
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        file = File(source=f"path:{path.resolve()}", sha256=sha256, bytes=path.stat().st_size)
        title, licence = f"{path.name}, answers given by their path", "not stated: a file of the user's"
        return SystemRow(f"{path.stem}@{sha256[:8]}", title, "recorded", "lines", (file,), licence=licence)
    model, _, place = rest.partition("@")
    options: dict[str, Any] = {"model": model, "place": place.rstrip("/"), "keeps": True, "deterministic": True}
    needs: tuple[str, ...] = ("train", "GPU")
    if kind == "openai":
        parts, needs = urlsplit(place), ("endpoint",)
        if not (model and parts.scheme in {"http", "https"} and parts.hostname):
            raise Usage(
                f"Usage: {name.partition('@')[0]!r} names no address.", "Write openai:MODEL@http://HOST:PORT/v1"
            )
        if parts.username or parts.password or parts.query:
            raise Usage(
                f"Usage: the address of {model} holds a user, a password or a query: it would be stored with every record.",
                "Put the key into the environment: export QADAM_API_KEY=...",
            )
    elif not model:
        raise Usage(f"Usage: {name!r} names no model.", "Write hf:OWNER/NAME or hf:OWNER/NAME@REVISION")
    title = f"{model.rpartition('/')[2]} ({place or 'Hugging Face'})"
    return SystemRow(name, title, "language_model", kind, licence="see the model", needs=needs, options=options)


def load(row: SystemRow, paths: Sequence[Path], training: Training | None = None) -> LanguageModel:
    """The model a row describes, and the file in which its answers are kept.

    Raises:
        ExtraMissing: a local model needs packages that are not installed.
    """
    del paths
    if training is None:
        raise ValueError("A language model needs a file to keep its answers in.")
    model, place = str(row.options["model"]), str(row.options["place"])
    complete: Answering
    if row.format == "openai":
        from qadam.systems.endpoint import Endpoint

        key = os.environ.get("QADAM_API_KEY") or os.environ.get("OPENAI_API_KEY") or ""
        complete = Endpoint(place, key=key)
    else:
        from qadam.systems.local_model import LocalModel

        complete = LocalModel(model, revision=place or "main")
    return LanguageModel(row.id, model=model, place=place, complete=complete, kept=training.path)
