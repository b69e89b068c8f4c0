"""Language models by their address: an endpoint that speaks OpenAI's protocol, a model of Hugging Face, a file of answers.

    openai:MODEL@URL     chat completions at URL, such as http://127.0.0.1:8000/v1
    hf:ID or hf:ID@REV   a model of Hugging Face, run here; needs pip install 'qadam[train]'
    gguf:PATH            a model file of llama.cpp, run here; needs pip install 'qadam[gguf]'
    file:PATH            answers kept as JSON Lines: item, condition, text

Every answer is kept as soon as it is there, under the hash of everything that could change it, so that whoever is
stopped asks nothing twice. Keys come from the environment and go into the request alone: never into a name, a record, a
message or a file. The key of a host is in QADAM_API_KEY_HOST, or in QADAM_API_KEY; OPENAI_API_KEY goes to OpenAI, and to
the host of OPENAI_BASE_URL, and to nobody else.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from qadam.errors import Usage
from qadam.systems.answers import Answer, Answers
from qadam.systems.language_models.chain import in_steps
from qadam.systems.language_models.endpoint import Endpoint, variable
from qadam.systems.load import Training
from qadam.systems.spending import Purse, Request
from qadam.terms import Ask, File, Said, SystemRow, digest

TOKENS_PER_CHARACTER = 2  # a Cyrillic letter is two bytes, and no vocabulary needs more than a token for each
Answering = Callable[[Sequence[Request], Callable[[int, Answer], None]], None]


class LanguageModel:
    """A model that is asked in words and answers in words; what it has said once is not asked again.

    `place` is all that tells the model's name apart from the same name elsewhere: an address, a revision, a checksum.
    """

    def __init__(self, name: str, *, model: str, place: str, complete: Answering, kept: Path) -> None:
        self.name, self._model, self._place = name, model, place
        self._complete, self.answers = complete, Answers(kept)
        self.usage: dict[str, Any] = {}  # of the questions answered last

    def answer(self, inputs: Sequence[Ask]) -> list[Said]:
        """The answer to each question, in order; equal questions are asked once.

        Raises:
            NotAnswered, BudgetSpent: some questions got no answer; those that did are kept.
        """
        told: dict[str, None] = {}
        said = in_steps(lambda asks: self._step(asks, told), inputs)
        self.usage = used(self.answers[key] for key in told)
        return said

    def _step(self, inputs: Sequence[Ask], told: dict[str, None]) -> list[Said]:
        """The answers to questions of one step; the keys of all that was asked are added to `told`."""
        asked = [self._keyed(ask) for ask in inputs]
        waiting = {key: request for keyed in asked for key, request in keyed.items() if key not in self.answers}
        names = list(waiting)
        if waiting:
            self._complete(list(waiting.values()), lambda n, answer: self.answers.keep(names[n], answer))
        told.update(dict.fromkeys(key for keyed in asked for key in keyed))
        return [self._said(ask, [self.answers[key] for key in keyed]) for ask, keyed in zip(inputs, asked, strict=True)]

    def open(self, inputs: Sequence[Ask]) -> dict[str, Request]:
        """The requests that `answer` would send, by their keys; nothing is sent.

        Of a question in steps, a step that is not answered yet is taken to give back what it was given.
        """
        found: dict[str, Request] = {}
        for ask in inputs:
            prompt = ask.prompt
            for then in (*ask.then, ""):
                keyed = self._keyed(ask._replace(prompt=prompt, then=()))
                key = next(iter(keyed))
                said = self.answers[key].text[: ask.characters] if key in self.answers else prompt
                found |= {key: request for key, request in keyed.items() if key not in self.answers}
                prompt = then.replace("{said}", said)
        return found

    def _keyed(self, ask: Ask) -> dict[str, Request]:
        """What is sent for one question, each under the hash of everything that could change its answer."""
        return {digest([self._place, request]): request for request in self.requests(ask)}

    def requests(self, ask: Ask) -> list[Request]:
        """What is sent: greedy decoding, and room for the characters the protocol grants in any vocabulary.

        What goes beyond these characters is cut off when the answer is given, so that every language has the same room.
        A question with continuations is one request for each of them, on the bare prompt, outside the form of a chat.
        """
        if ask.continuations:
            bare = {"model": self._model, "prompt": ask.prompt}
            return [{**bare, "continuation": continuation} for continuation in ask.continuations]
        chat = [{"role": "user", "content": ask.prompt}]
        room = ask.characters * TOKENS_PER_CHARACTER
        return [{"model": self._model, "messages": chat, "temperature": 0, "max_tokens": room}]

    def _said(self, ask: Ask, answers: Sequence[Answer]) -> Said:
        if not ask.continuations:
            return Said(answers[0].text[: ask.characters], ask.options)
        by_text = dict(zip(dict.fromkeys(ask.continuations), answers, strict=True))
        found = tuple(float(by_text[text].likelihood or 0.0) for text in ask.continuations)
        return Said("", ask.options, found)


def used(answers: Iterable[Answer]) -> dict[str, Any]:
    """What so many answers took: tokens as far as the servers counted them, seconds of all questions one after another."""
    kept = list(answers)
    return {
        "questions": len(kept),
        "prompt_tokens": sum(answer.prompt_tokens or 0 for answer in kept),
        "completion_tokens": sum(answer.completion_tokens or 0 for answer in kept),
        "uncounted": sum(answer.prompt_tokens is None for answer in kept),
        "cut_off": sum(answer.finish in {"length", "cut"} for answer in kept),
        "seconds": round(sum(answer.seconds for answer in kept), 3),
        "served": sorted({answer.served for answer in kept if answer.served}),
    }


def addressed(name: str) -> SystemRow:
    """The row of a language model given by its address.

    Raises:
        Usage: the address is not whole, or holds a key.
    """
    kind, _, rest = name.partition(":")
    if kind == "file":
        file = _file(rest, "Pass file:PATH, with one JSON object a line.")
        return SystemRow(
            f"{Path(rest).stem}@{file.sha256[:8]}",
            f"{Path(rest).name}, answers given by their path",
            "recorded",
            "lines",
            (file,),
            licence="not stated: a file of the user's",
        )
    model, _, place = rest.partition("@")
    options: dict[str, Any] = {"model": model, "place": place.rstrip("/"), "keeps": True, "deterministic": True}
    if kind == "gguf":
        file = _file(rest, "Pass gguf:PATH, with a model file of llama.cpp.")
        options |= {"model": Path(rest).stem, "place": file.sha256}
        name, title = f"{Path(rest).stem}@{file.sha256[:8]}", f"{Path(rest).name} (llama.cpp)"
        return SystemRow(
            name, title, "language_model", kind, (file,), "see the model", needs=("gguf",), options=options
        )
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
                f"Put the key into the environment: export {variable(parts.hostname)}=...",
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
    if training is None:
        raise ValueError("A language model needs a file to keep its answers in.")
    model, place = str(row.options["model"]), str(row.options["place"])
    purse = training.purse or Purse()
    complete: Answering
    if row.format == "openai":
        key_name = key_variable(place)
        complete = Endpoint(place, key=os.environ.get(key_name, ""), key_name=key_name, purse=purse)
    elif row.format == "gguf":
        from qadam.systems.language_models.gguf import GgufModel

        complete = GgufModel(paths[0], purse=purse)
    else:
        from qadam.systems.language_models.local_model import LocalModel

        complete = LocalModel(model, revision=place or "main", purse=purse)
    return LanguageModel(row.id, model=model, place=f"{row.format} {place}", complete=complete, kept=training.path)


def key_variable(place: str) -> str:
    """The environment variable whose key goes to an address: its own, QADAM_API_KEY, or OpenAI's; empty if none is set."""
    host = urlsplit(place).hostname or ""
    base = urlsplit(os.environ.get("OPENAI_BASE_URL", "")).hostname
    names = [variable(host), "QADAM_API_KEY"]
    if host == base or host == "openai.com" or host.endswith(".openai.com"):
        names.append("OPENAI_API_KEY")
    return next((name for name in names if os.environ.get(name)), "")


def _file(path: str, hint: str) -> File:
    """A file of the user's, by the checksum of its content."""
    if not Path(path).is_file():
        raise Usage(f"Usage: there is no file {path}.", hint)
    with Path(path).open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    return File(source=f"path:{Path(path).resolve()}", sha256=sha256, bytes=Path(path).stat().st_size)
