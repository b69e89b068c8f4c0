"""A chain of labels as a whole: how likely it is beside all others, and which is the likeliest (linear-chain CRF).

A label's place in a sentence has a value from the network, and so has each pair of labels that stand side by side; the chance
of a chain is the exponential of the sum of its values, over that sum for all chains. Chains that IOB2 forbids have no chance.

Source: Lafferty, McCallum & Pereira (2001), Conditional Random Fields; the forward recursion is that of Rabiner (1989).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

NEVER = -1e4  # added where IOB2 forbids; finite, so that gradients stay numbers


def forbidden(labels: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """What IOB2 forbids: I-X after anything but B-X or I-X, and at the beginning.

    Returns:
        (n_labels,) for the first label and (n_labels, n_labels) for pairs, from row to column: 0 where allowed, else NEVER.
    """
    pairs = np.array([[0.0 if _may_follow(after, before) else NEVER for after in labels] for before in labels])
    first = np.array([0.0 if _may_follow(label, "O") else NEVER for label in labels])
    return first.astype(np.float32), pairs.astype(np.float32)


def log_partition(values: Any, first: Any, pairs: Any, lengths: Any) -> Any:
    """The logarithm of the sum over all chains, per sentence.

    Args:
        values: (n_sentences, longest, n_labels), padded at the end.
        first: (n_labels,) added to the first label.
        pairs: (n_labels, n_labels) added for each two labels side by side.
        lengths: (n_sentences,) tokens of each, at least one.
    """
    import torch

    step = pairs.exp()
    at = values[:, 0] + first
    ends = [at]
    for place in range(1, values.shape[1]):
        # the sum over labels before is a product of matrices, once the largest value is taken out
        most = at.detach().max(dim=1, keepdim=True).values
        at = ((at - most).exp() @ step).clamp_min(1e-30).log() + most + values[:, place]
        ends.append(at)
    last = torch.stack(ends)[lengths - 1, torch.arange(len(lengths))]
    return last.logsumexp(dim=1)


def path_value(values: Any, first: Any, pairs: Any, gold: Any, lengths: Any) -> Any:
    """The sum of the values along one chain, per sentence: `gold` is (n_sentences, longest), padded with any label."""
    import torch

    inside = torch.arange(values.shape[1])[None] < lengths[:, None]
    own = values.gather(2, gold[..., None])[..., 0]
    beside = pairs[gold[:, :-1], gold[:, 1:]]
    return (own * inside).sum(1) + (beside * inside[:, 1:]).sum(1) + first[gold[:, 0]]


def best_path(values: np.ndarray, first: np.ndarray, pairs: np.ndarray) -> list[int]:
    """The chain with the largest sum, as numbers of labels: values (n_tokens, n_labels). No token, no label.

    Source: Viterbi (1967). Of equal chains the one with the lower number, at the last place where they differ.
    """
    if not len(values):
        return []
    at = values[0] + first
    back: list[np.ndarray] = []
    for row in values[1:]:
        sums = at[:, None] + pairs
        back.append(sums.argmax(axis=0))
        at = sums.max(axis=0) + row
    path = [int(at.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1]


def _may_follow(label: str, before: str) -> bool:
    return not label.startswith("I-") or before in (f"B-{label[2:]}", label)
