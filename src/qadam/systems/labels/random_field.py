"""A chain of labels as a whole: how likely it is beside all others, and which is the likeliest (linear-chain CRF).

Each label has a value at each place of a sentence, given by a network, and so has each pair of labels side by side. The chance
of a chain is the exponential of the sum of its values over the same for all chains. What IOB2 forbids has no chance.

Source: Lafferty, McCallum & Pereira (2001), Conditional Random Fields, section 3; the forward recursion is that of Rabiner (1989).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

NEVER = -1e4  # what a forbidden label or pair is worth; finite, so that gradients stay numbers


def forbidden(labels: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """What IOB2 forbids: I-X after anything but B-X or I-X, and at the beginning.

    Returns:
        (n_labels,) for the first label and (n_labels, n_labels) for pairs, from row to column: 0 where allowed, else `NEVER`.
    """
    first = np.array([0.0 if may_follow(label, "O") else NEVER for label in labels], dtype=np.float32)
    pairs = [[0.0 if may_follow(after, before) else NEVER for after in labels] for before in labels]
    return first, np.array(pairs, dtype=np.float32)


def may_follow(label: str, before: str) -> bool:
    """Whether IOB2 lets a label stand after another (Tjong Kim Sang & Veenstra, 1999)."""
    return not label.startswith("I-") or before in (f"B-{label[2:]}", label)


def log_sum(values: Any, first: Any, pairs: Any, lengths: Any) -> Any:
    """The logarithm of the sum over all chains of a sentence, one number for each sentence.

    Args:
        values: (n_sentences, longest, n_labels), filled up at the end with anything.
        first: (n_labels,), added to the first label.
        pairs: (n_labels, n_labels), added for each two labels side by side.
        lengths: (n_sentences,), tokens of each sentence, at least one.
    """
    import torch

    step = pairs.exp()
    at = values[:, 0] + first
    sums = [at]
    for place in range(1, values.shape[1]):
        # summed as a product of matrices, with the largest value taken out before so that nothing overflows
        most = at.detach().amax(dim=1, keepdim=True)
        at = ((at - most).exp() @ step).clamp_min(1e-30).log() + most + values[:, place]
        sums.append(at)
    return torch.stack(sums)[lengths - 1, torch.arange(len(lengths), device=values.device)].logsumexp(dim=1)


def chain_value(values: Any, first: Any, pairs: Any, *, chain: Any, lengths: Any) -> Any:
    """The sum of the values along one chain, one number for each sentence.

    `chain` is (n_sentences, longest), numbers of labels, filled up with any; the rest as in `log_sum`.
    """
    import torch

    inside = torch.arange(values.shape[1], device=values.device) < lengths[:, None]
    own = values.gather(2, chain[..., None])[..., 0]
    beside = pairs[chain[:, :-1], chain[:, 1:]]
    return (own * inside).sum(1) + (beside * inside[:, 1:]).sum(1) + first[chain[:, 0]]


def best_chain(values: np.ndarray, first: np.ndarray, pairs: np.ndarray) -> list[int]:
    """The chain with the largest sum, as numbers of labels: values (n_tokens, n_labels). No token, no label.

    Source: Viterbi (1967), Error Bounds for Convolutional Codes.
    """
    if not len(values):
        return []
    at = values[0] + first
    back: list[np.ndarray] = []
    for row in values[1:]:
        sums = at[:, None] + pairs
        back.append(sums.argmax(axis=0))
        at = sums.max(axis=0) + row
    chain = [int(at.argmax())]
    for pointers in reversed(back):
        chain.append(int(pointers[chain[-1]]))
    return chain[::-1]


def probabilities(values: np.ndarray, first: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """How probable each label is at each place, over all chains: (n_tokens, n_labels), each row sums to one.

    Source: the forward and the backward recursion of Rabiner (1989).
    """
    before, behind = np.array(values, dtype=np.float64), np.zeros(values.shape)
    before[:1] += first
    for n in range(1, len(values)):
        before[n] += np.logaddexp.reduce(before[n - 1][:, None] + pairs, axis=0)
    for n in range(len(values) - 2, -1, -1):
        behind[n] = np.logaddexp.reduce(pairs + values[n + 1] + behind[n + 1], axis=1)
    both = before + behind
    shares: np.ndarray = np.exp(both - np.logaddexp.reduce(both, axis=1, keepdims=True))
    return shares
