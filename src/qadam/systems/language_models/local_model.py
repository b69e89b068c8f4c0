"""A Hugging Face model run on this machine: greedy answers and exact likelihoods, several questions together."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.util import find_spec
from typing import Any, NamedTuple

from qadam.errors import BadSystem, BudgetSpent, ExtraMissing
from qadam.systems.answers import Answer
from qadam.systems.spending import Purse, Request, stopped
from qadam.systems.weights import asked_for, loading

TOGETHER = 8  # questions generated at once; more need more memory and gain little on a CPU
SCORED = 16_384  # tokens, padding included, whose chances are computed at once


class _Scored(NamedTuple):
    """A text as tokens, and from which of them on its chance counts."""

    tokens: tuple[int, ...]
    start: int


class LocalModel:
    """A causal language model and its tokenizer, loaded when the first question comes."""

    def __init__(self, model: str, *, revision: str = "main", purse: Purse | None = None) -> None:
        # Looked for, not imported: whoever has all answers already need not wait for torch.
        if not all(map(find_spec, ("torch", "transformers"))):
            raise ExtraMissing(
                f"ExtraMissing: {model} runs on torch and transformers, which are not installed.",
                "pip install 'qadam[train]'",
            )
        self._model, self._revision, self._purse = model, revision, purse or Purse()

    def __call__(self, requests: Sequence[Request], keep: Callable[[int, Answer], None]) -> None:
        """Answer every question; `keep(number, answer)` is called as soon as its batch is done.

        Questions of like length are answered together, so that little is padded.

        Raises:
            CannotGet: the model cannot be fetched or loaded.
            BadSystem: its tokenizer belongs to another model.
            BudgetSpent: the next question could cost more than is left.
        """
        spoken = [n for n, request in enumerate(requests) if "messages" in request]
        scored = [n for n, request in enumerate(requests) if "continuation" in request]
        spoken.sort(key=lambda n: (requests[n]["max_tokens"], len(requests[n]["messages"][-1]["content"])))
        scored.sort(key=lambda n: len(requests[n]["prompt"]) + len(requests[n]["continuation"]))
        done = 0
        try:
            for order, work in ((spoken, self._generate), (scored, self._score)):
                asked = [requests[n] for n in order]
                for batch in self._purse.batches(asked, TOGETHER):
                    answers = work([asked[number] for number, _ in batch])
                    for (number, held), answer in zip(batch, answers, strict=True):
                        keep(order[number], answer)
                        self._purse.settle(held, answer)
                        done += 1
        except BudgetSpent as fault:
            raise stopped(fault, done, len(requests)) from None

    def _generate(self, requests: Sequence[Request]) -> list[Answer]:
        import torch

        started = time.perf_counter()
        tokenizer, model = self._loaded
        prompts = [self._prompt(request["messages"]) for request in requests]
        shown = tokenizer(prompts, return_tensors="pt", padding=True, add_special_tokens=not self._chats)
        lengths = shown["attention_mask"].sum(dim=1).tolist()
        with torch.inference_mode():
            out = model.generate(
                **shown.to(model.device),
                max_new_tokens=max(request["max_tokens"] for request in requests),
                do_sample=False,
                pad_token_id=tokenizer.pad_token_id,
            )
        ends = {tokenizer.eos_token_id, *_listed(model.generation_config.eos_token_id)}
        taken = round((time.perf_counter() - started) / len(requests), 4)
        answers = []
        for request, row, length in zip(requests, out[:, shown["input_ids"].shape[1] :].tolist(), lengths, strict=True):
            new = row[: request["max_tokens"]]  # others of its batch may have more room
            end = next((n for n, token in enumerate(new) if token in ends), None)
            text = str(tokenizer.decode(new[:end], skip_special_tokens=True))
            finish = "length" if end is None else "stop"
            answers.append(Answer(text, None, length, len(new[:end]), taken, self._served, finish))
        return answers

    def _score(self, requests: Sequence[Request]) -> list[Answer]:
        """How likely each continuation is after its prompt: the sum of the logarithms of its tokens' chances.

        Prompt and continuation are cut as one text. Where the prompt's own tokens do not begin it (the last word of the
        prompt and the first of the continuation became one token), it is how likely both together are, less how likely
        the prompt alone is. The first token of a text has a chance only if the vocabulary has a mark for the beginning.
        """
        started = time.perf_counter()
        texts: list[_Scored] = []
        which: list[tuple[int, int | None]] = []  # the text, and the one to take off
        for request in requests:
            before = self._tokens(request["prompt"])
            whole = self._tokens(request["prompt"] + request["continuation"])
            if whole[: len(before)] == before:
                which.append((len(texts), None))
                texts.append(_Scored(whole, len(before)))
            else:
                which.append((len(texts), len(texts) + 1))
                texts += [_Scored(whole, 0), _Scored(before, 0)]
        logs = self._logs(texts)
        taken = round((time.perf_counter() - started) / len(requests), 4)
        return [
            Answer("", logs[n] - (0.0 if off is None else logs[off]), len(texts[n].tokens), 0, taken, self._served)
            for n, off in which
        ]

    def _logs(self, texts: Sequence[_Scored]) -> list[float]:
        """The sum of the logarithms of the chances of each text's tokens from its start on; shape (n_texts,).

        Texts are padded on the right, where no earlier token looks, so that neither batch nor padding moves a number.
        """
        import torch

        tokenizer, model = self._loaded
        logs = [0.0] * len(texts)
        longest = max(len(text.tokens) for text in texts)
        size = max(1, SCORED // max(1, longest))
        for first in range(0, len(texts), size):
            some = texts[first : first + size]
            width = max(2, *(len(text.tokens) for text in some))
            padded = [[*text.tokens, *[tokenizer.pad_token_id] * (width - len(text.tokens))] for text in some]
            mask = [[1] * len(text.tokens) + [0] * (width - len(text.tokens)) for text in some]
            ids = torch.tensor(padded, device=model.device)
            with torch.inference_mode():
                shown = torch.tensor(mask, device=model.device)
                logits = model(input_ids=ids, attention_mask=shown).logits[:, :-1].float()
                each = torch.log_softmax(logits, dim=-1).gather(2, ids[:, 1:, None])[:, :, 0].double()
            for n, text in enumerate(some):
                logs[first + n] = float(each[n, max(0, text.start - 1) : len(text.tokens) - 1].sum())
        return logs

    def _tokens(self, text: str) -> tuple[int, ...]:
        """The tokens of a bare text, after the mark for the beginning if the vocabulary puts one there."""
        tokenizer = self._loaded[0]
        begins = [token for token in tokenizer("")["input_ids"][:1] if token == tokenizer.bos_token_id]
        return (*begins, *tokenizer(text, add_special_tokens=False)["input_ids"])

    def _prompt(self, messages: Sequence[dict[str, str]]) -> str:
        """The question in the chat form of the model; a base model, which has none, sees the bare text."""
        if not self._chats:
            return "\n\n".join(message["content"] for message in messages)
        return str(self._loaded[0].apply_chat_template(list(messages), tokenize=False, add_generation_prompt=True))

    @property
    def _chats(self) -> bool:
        return bool(self._loaded[0].chat_template)

    @property
    def _served(self) -> str:
        """The model and the commit its files are of, as far as they say it."""
        return f"{self._model} {getattr(self._loaded[1].config, '_commit_hash', None) or self._revision}"

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        import torch
        import transformers

        how = asked_for(self._revision)
        with loading(self._model):
            tokenizer = transformers.AutoTokenizer.from_pretrained(self._model, padding_side="left", **how)
            model: Any = transformers.AutoModelForCausalLM.from_pretrained(
                self._model, dtype="auto", low_cpu_mem_usage=True, **how
            )
        if tokenizer.pad_token_id is None:
            tokenizer.pad_token = tokenizer.eos_token
        rows = model.get_input_embeddings().weight.shape[0]
        if len(tokenizer) > rows:  # tokens that the model has never seen
            raise BadSystem(
                f"BadSystem: the vocabulary of {self._model} has {len(tokenizer)} tokens, the model only {rows}: "
                "they do not belong together.",
                f"Name a revision where they do: hf:{self._model}@REVISION",
            )
        return tokenizer, model.to("cuda" if torch.cuda.is_available() else "cpu").eval()


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
