"""A Hugging Face model with a head that labels, loaded from its row: one way for taggers and classifiers."""

from __future__ import annotations

from typing import Any, NamedTuple

from qadam.errors import CannotGet
from qadam.systems.training.train import need_torch
from qadam.terms import SystemRow


class Pretrained(NamedTuple):
    """A tokenizer and its model, ready to answer, and the device that the model stands on."""

    tokenizer: Any
    model: Any
    device: str


def pretrained(row: SystemRow, head: str, **shape: Any) -> Pretrained:
    """The model of a row (options repo, revision) with a head of this `AutoModel` class, on a graphics card if there is one.

    `shape` is what the model's configuration is to say, such as `num_labels` for a head that is to be taught.

    Raises:
        ExtraMissing: torch or transformers is not installed.
        CannotGet: the model cannot be loaded.
    """
    torch = need_torch()
    import transformers

    repo, revision = str(row.options["repo"]), str(row.options.get("revision", "main"))
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(repo, revision=revision)
        model = getattr(transformers, head).from_pretrained(repo, revision=revision, **shape).eval()
    except (OSError, ValueError) as fault:
        raise CannotGet(
            f"CannotGet: {repo} cannot be loaded: {str(fault)[:200]}", f"With a network: hf download {repo}"
        ) from fault
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return Pretrained(tokenizer, model.to(device), device)
