"""The chain of labels against every chain counted one by one."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from qadam.systems.labels import random_field as field  # noqa: E402

LABELS = ("O", "B-GPE", "I-GPE", "B-DATE", "I-DATE")
FIRST, PAIRS = field.forbidden(LABELS)


def drawn(seed, tokens):
    chance = np.random.default_rng(seed)
    own = chance.normal(size=(tokens, len(LABELS))) * 3
    return own, FIRST + chance.normal(size=FIRST.shape), PAIRS + chance.normal(size=PAIRS.shape)


def every_chain(values, first, pairs):
    """The value of every chain of a sentence."""
    for chain in itertools.product(range(len(LABELS)), repeat=len(values)):
        own = sum(values[n, label] for n, label in enumerate(chain))
        yield chain, own + first[chain[0]] + sum(pairs[a, b] for a, b in itertools.pairwise(chain))


def tensors(*arrays):
    return [torch.tensor(array, dtype=torch.float64) for array in arrays]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_the_best_chain_is_the_best_of_all(seed, tokens):
    values, first, pairs = drawn(seed, tokens)
    best, _ = max(every_chain(values, first, pairs), key=lambda pair: pair[1])
    assert tuple(field.best_chain(values, first, pairs)) == best


def test_the_sum_is_that_over_all_chains_whatever_stands_behind_a_sentence():
    _, first, pairs = drawn(0, 1)
    lengths = [1, 3, 5, 2]
    sentences = [drawn(n, length)[0] for n, length in enumerate(lengths)]
    padded = np.full((4, 5, len(LABELS)), 77.0)
    for row, values in zip(padded, sentences, strict=True):
        row[: len(values)] = values
    got = field.log_sum(*tensors(padded, first, pairs), torch.tensor(lengths))
    want = [np.logaddexp.reduce([v for _, v in every_chain(values, first, pairs)]) for values in sentences]
    np.testing.assert_allclose(got.numpy(), want, rtol=1e-9)


def test_the_value_of_a_chain_leaves_out_what_stands_behind_a_sentence():
    _, first, pairs = drawn(0, 1)
    chains = [(1,), (0, 3, 4), (1, 2, 0, 0, 3), (3, 1)]
    padded = np.stack([drawn(n, 5)[0] for n in range(4)])
    gold = torch.full((4, 5), 2)
    for row, chain in zip(gold, chains, strict=True):
        row[: len(chain)] = torch.tensor(chain)
    lengths = torch.tensor([len(chain) for chain in chains])
    got = field.chain_value(*tensors(padded, first, pairs), chain=gold, lengths=lengths)
    want = [dict(every_chain(v[: len(c)], first, pairs))[c] for v, c in zip(padded, chains, strict=True)]
    np.testing.assert_allclose(got.numpy(), want, rtol=1e-9)


def test_the_slope_of_the_sum_is_how_probable_each_label_is():
    arrays = drawn(5, 4)
    values, first, pairs = tensors(*arrays)
    values = values[None].requires_grad_()
    total = field.log_sum(values, first, pairs, torch.tensor([4]))
    total.sum().backward()
    probable = np.zeros((4, len(LABELS)))
    for chain, value in every_chain(*arrays):
        probable[range(4), chain] += np.exp(value - total.item())
    np.testing.assert_allclose(values.grad[0].numpy(), probable, atol=1e-9)
    np.testing.assert_allclose(field.probabilities(*arrays), probable, atol=1e-9)


def test_a_thousand_tokens_with_huge_values_stay_numbers():
    values = torch.tensor(np.random.default_rng(1).normal(size=(1, 1000, len(LABELS))) * 500, dtype=torch.float32)
    values.requires_grad_()
    total = field.log_sum(values, torch.tensor(FIRST), torch.tensor(PAIRS), torch.tensor([1000]))
    total.backward()
    assert torch.isfinite(total).all() and torch.isfinite(values.grad).all()


def test_what_iob2_forbids_is_never_the_best_chain():
    values = np.zeros((6, len(LABELS)))
    values[:, 2] = 50.0  # I-GPE everywhere
    chain = [LABELS[n] for n in field.best_chain(values, FIRST, PAIRS)]
    assert chain == ["B-GPE", *["I-GPE"] * 5]


def test_no_token_no_label():
    assert field.best_chain(np.zeros((0, len(LABELS))), FIRST, PAIRS) == []


@pytest.mark.parametrize(
    ("label", "before", "allowed"),
    [("I-GPE", "B-GPE", True), ("I-GPE", "I-GPE", True), ("I-GPE", "O", False), ("I-GPE", "B-DATE", False)]
    + [("B-GPE", before, True) for before in LABELS],
)
def test_which_label_may_follow_which(label, before, allowed):
    assert field.may_follow(label, before) is allowed
