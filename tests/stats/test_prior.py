"""How common the classes are without labels: found again where it is known, and left alone where nothing changed."""

import numpy as np
import pytest

from qadam.stats.prior import corrected


def made(share, n=20_000, seed=13):
    """Texts of two classes whose score is normal around -1 or 1, and what a classifier trained on halves says of them."""
    rng = np.random.default_rng(seed)
    gold = rng.random(n) < share
    score = rng.normal(np.where(gold, 1, -1), 1)
    chance = 1 / (1 + np.exp(-2 * score))
    return gold, np.column_stack([1 - chance, chance])


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_the_shares_are_found_without_labels(share):
    gold, chances = made(share)
    better, shares = corrected(chances, [0.5, 0.5])
    assert shares[1] == pytest.approx(share, abs=0.02) and shares.sum() == pytest.approx(1)
    before, after = ((side.argmax(axis=1) == gold).mean() for side in (chances, better))
    assert after >= before - 1e-3 and (share == 0.5 or after > before)


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="shares"):
        corrected([[0.5, 0.5]], [1.0])
