"""A Hugging Face model with a head, loaded from its row: one way for taggers, classifiers and models of speech."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from qadam.systems.training.train import need_torch
from qadam.systems.weights import asked_for, loading
from qadam.terms import SystemRow

TOGETHER = 32  # texts that a model sees at once


class Pretrained(NamedTuple):
    """A tokenizer and its model, ready to answer, and the device that the model stands on."""

    tokenizer: Any
    model: Any
    device: str


def pretrained(row: SystemRow, head: str, *, reads: str = "AutoTokenizer", **shape: Any) -> Pretrained:
    """The model of a row (options repo, revision) with a head of this `AutoModel` class, on a graphics card if there is one.

    `reads` is the class of what makes inputs of texts or sounds; it stands in the place of the tokenizer. `shape` is what the model's configuration is to say, such as `num_labels` for a head that is to be taught.

    Raises:
        ExtraMissing: torch or transformers is not installed.
        CannotGet: the model cannot be loaded.
    """
    torch = need_torch()
    import transformers

    repo, how = str(row.options["repo"]), asked_for(row.options.get("revision"))
    with loading(repo):  # the model first: readers of sounds do not say why they did not come
        model = getattr(transformers, head).from_pretrained(repo, **how, **shape).eval()
        tokenizer = getattr(transformers, reads).from_pretrained(repo, **how)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    return Pretrained(tokenizer, model.to(device), device)


def by_word(found: Pretrained, texts: Sequence[Sequence[str]]) -> Iterator[tuple[Any, list[int | None]]]:
    """For each text, given as words: the scores of its pieces (n_pieces, n_labels), and the number of the word of each piece.

    A piece that belongs to no word, such as a sign of the end, has None. A text longer than the model can see is cut off.
    """
    import torch

    for at in range(0, len(texts), TOGETHER):
        words = [list(text) for text in texts[at : at + TOGETHER]]
        cut = found.tokenizer(words, is_split_into_words=True, return_tensors="pt", padding=True, truncation=True)
        with torch.inference_mode():
            scores = found.model(**cut.to(found.device)).logits.cpu()
        for number in range(len(words)):
            yield scores[number], cut.word_ids(number)
