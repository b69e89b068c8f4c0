"""A Hugging Face model run on this machine: greedy answers, a few questions at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from qadam.errors import BadSystem, ExtraMissing

TOGETHER = 8  # questions generated at once; more need more memory and gain little on a CPU


class LocalModel:
    """A causal language model and its tokenizer, loaded when the first question comes."""

    def __init__(self, model: str, *, revision: str = "main") -> None:
        try:
            import torch  # noqa: F401
            import transformers  # noqa: F401
        except ImportError as fault:
            raise ExtraMissing(
                f"ExtraMissing: {model} runs on torch and transformers, which are not installed.",
                "pip install 'qadam[train]'",
            ) from fault
        self._model, self._revision = model, revision

    def __call__(self, requests: Sequence[dict[str, Any]], keep: Callable[[int, str], None]) -> None:
        """Answer every question; `keep(number, text)` is called as soon as its batch is done.

        Raises:
            BadSystem: the model cannot be fetched or loaded.
        """
        for start in range(0, len(requests), TOGETHER):
            for offset, text in enumerate(self._batch(requests[start : start + TOGETHER])):
                keep(start + offset, text)

    def _batch(self, requests: Sequence[dict[str, Any]]) -> list[str]:
        import torch

        tokenizer, model = self._loaded
        prompts = [self._prompt(request["messages"]) for request in requests]
        shown = tokenizer(prompts, return_tensors="pt", padding=True, add_special_tokens=not self._chats)
        with torch.inference_mode():
            out = model.generate(
                **shown.to(model.device),
                max_new_tokens=max(request["max_tokens"] for request in requests),
                do_sample=False,
                pad_token_id=tokenizer.pad_token_id,
            )
        new = out[:, shown["input_ids"].shape[1] :]
        return [str(text) for text in tokenizer.batch_decode(new, skip_special_tokens=True)]

    def _prompt(self, messages: Sequence[dict[str, str]]) -> str:
        """The question in the chat form of the model; a base model, which has none, sees the bare text."""
        if not self._chats:
            return "\n\n".join(message["content"] for message in messages)
        return str(self._loaded[0].apply_chat_template(list(messages), tokenize=False, add_generation_prompt=True))

    @property
    def _chats(self) -> bool:
        return bool(self._loaded[0].chat_template)

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        import torch
        import transformers

        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(
                self._model, revision=self._revision, padding_side="left"
            )
            model = transformers.AutoModelForCausalLM.from_pretrained(
                self._model, revision=self._revision, dtype="auto", low_cpu_mem_usage=True
            )
        except (OSError, ValueError) as fault:
            raise BadSystem(
                f"BadSystem: {self._model}@{self._revision} cannot be had from Hugging Face ({type(fault).__name__}).",
                f"Check the name, accept its terms at https://huggingface.co/{self._model}, set HF_TOKEN, then run again.",
            ) from fault
        if tokenizer.pad_token_id is None:
            tokenizer.pad_token = tokenizer.eos_token
        return tokenizer, model.to("cuda" if torch.cuda.is_available() else "cpu").eval()
