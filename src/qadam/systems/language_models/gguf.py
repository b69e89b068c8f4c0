"""A model file of llama.cpp (GGUF) run on this machine through llama-cpp-python: greedy answers, exact likelihoods."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from qadam.errors import BadSystem, BudgetSpent, ExtraMissing
from qadam.systems.answers import Answer
from qadam.systems.spending import Purse, Request, stopped

SEES = 8192  # tokens of question and answer; a model trained on fewer sees fewer
SCORES = 2048  # tokens of a text whose chances are asked: every one of them needs room for the whole vocabulary


class GgufModel:
    """A model file, loaded when the first question comes; questions are answered one after another."""

    def __init__(self, path: Path, *, purse: Purse | None = None) -> None:
        try:
            import llama_cpp  # noqa: F401
        except ImportError as fault:
            raise ExtraMissing(
                f"ExtraMissing: {path.name} runs on llama-cpp-python, which is not installed.",
                "pip install 'qadam[gguf]'",
            ) from fault
        self._path, self._purse = path, purse or Purse()

    def __call__(self, requests: Sequence[Request], keep: Callable[[int, Answer], None]) -> None:
        """Answer every question; `keep(number, answer)` is called as soon as it is answered.

        Raises:
            BadSystem: the file is no model, or a text does not fit into what it sees.
            BudgetSpent: the next question could cost more than is left.
        """
        done = 0
        try:
            for ((number, held),) in self._purse.batches(requests, 1):
                request, started = requests[number], time.perf_counter()
                answer = self._score(request) if "continuation" in request else self._generate(request)
                keep(number, answer._replace(seconds=round(time.perf_counter() - started, 4), served=self._path.name))
                self._purse.settle(held, answer)
                done += 1
        except BudgetSpent as fault:
            raise stopped(fault, done, len(requests)) from None

    def _generate(self, request: Request) -> Answer:
        """The answer in the chat form of the file; a base model, whose file has none, sees the bare text."""
        model, how = self._speaker, {"max_tokens": request["max_tokens"], "temperature": 0.0}
        try:
            if "tokenizer.chat_template" in model.metadata:
                document = model.create_chat_completion(messages=request["messages"], **how)
                text = document["choices"][0]["message"]["content"]
            else:
                document = model.create_completion("\n\n".join(m["content"] for m in request["messages"]), **how)
                text = document["choices"][0]["text"]
        except ValueError as fault:  # what llama-cpp-python says of a prompt that is too long
            raise self._too_long(model.n_ctx()) from fault
        usage = document["usage"]
        finish = str(document["choices"][0].get("finish_reason") or "")
        return Answer(text or "", None, usage["prompt_tokens"], usage["completion_tokens"], finish=finish)

    def _score(self, request: Request) -> Answer:
        """How likely the continuation is after the prompt; as in `local_model`, where the two become one token as well."""
        before, whole = self._tokens(request["prompt"]), self._tokens(request["prompt"] + request["continuation"])
        if whole[: len(before)] == before:
            found = self._log(whole, len(before))
        else:
            found = self._log(whole, 0) - self._log(before, 0)
        return Answer("", found, len(whole), 0)

    def _log(self, tokens: Sequence[int], start: int) -> float:
        """The sum of the logarithms of the chances of the tokens from `start` on, the very first token left out."""
        model = self._scorer
        if len(tokens) > model.n_ctx():
            raise self._too_long(model.n_ctx())
        model.reset()
        model.eval(tokens)
        first = max(1, start)
        logits = np.asarray(model.scores[first - 1 : len(tokens) - 1], dtype=np.float64)
        if not len(logits):
            return 0.0
        top = logits.max(axis=1, keepdims=True)
        whole = np.log(np.exp(logits - top).sum(axis=1)) + top[:, 0]
        return float((logits[np.arange(len(logits)), tokens[first:]] - whole).sum())

    def _tokens(self, text: str) -> list[int]:
        """The tokens of a bare text, after the mark for the beginning if the file asks for one."""
        return list(self._scorer.tokenize(text.encode(), add_bos=True, special=False))

    @cached_property
    def _speaker(self) -> Any:
        return self._open(SEES, logits_all=False)

    @cached_property
    def _scorer(self) -> Any:
        return self._open(SCORES, logits_all=True)

    def _open(self, sees: int, *, logits_all: bool) -> Any:
        import llama_cpp

        try:
            told = llama_cpp.Llama(str(self._path), vocab_only=True, verbose=False).metadata
            trained = int(told.get(f"{told.get('general.architecture')}.context_length", sees))
            return llama_cpp.Llama(str(self._path), n_ctx=min(sees, trained), logits_all=logits_all, verbose=False)
        except (ValueError, OSError, AssertionError) as fault:
            raise BadSystem(
                f"BadSystem: {self._path.name} is no model that llama.cpp can load ({type(fault).__name__}).",
                "See whether the file is whole: the first four bytes of a model file are GGUF.",
            ) from fault

    def _too_long(self, sees: int) -> BadSystem:
        return BadSystem(
            f"BadSystem: a question is longer than the {sees:,} tokens that {self._path.name} is shown.",
            "Ask it through a server with more room: llama-server, then --system openai:MODEL@http://127.0.0.1:8080/v1",
        )
