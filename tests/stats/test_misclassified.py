"""A share corrected for a judge who errs: by hand, at its ends, and whether the interval keeps its promise."""

import math

import numpy as np
import pytest

from qadam.stats.misclassified import Counted, true_share


def test_the_correction_by_hand():
    # Seen 0.26 = 0.8 x 0.2 + 0.125 x 0.8: the true share is 0.2.
    found = true_share(Counted(260, 1000), sensitivity=Counted(80, 100), specificity=Counted(350, 400))
    assert found.value == pytest.approx((0.26 + 0.875 - 1) / (0.8 + 0.875 - 1)) == pytest.approx(0.2)
    assert found.low < 0.2 < found.high


def test_a_judge_without_errors_changes_little():
    found = true_share(Counted(300, 1000), sensitivity=Counted(5000, 5000), specificity=Counted(5000, 5000))
    assert found == pytest.approx((0.3, 0.272, 0.329), abs=2e-3)


def test_what_cannot_be_corrected_is_not():
    assert math.isnan(true_share(Counted(1, 9), sensitivity=Counted(1, 2), specificity=Counted(1, 2)).value)
    assert math.isnan(true_share(Counted(1, 9), sensitivity=Counted(0, 0), specificity=Counted(9, 9)).value)
    # Hardly a yes is seen, yet the judge is said to imagine a third: these errors are not those made here.
    assert math.isnan(true_share(Counted(2, 1000), sensitivity=Counted(90, 100), specificity=Counted(200, 300)).value)
    with pytest.raises(ValueError, match="yes <= n"):
        true_share(Counted(3, 2), sensitivity=Counted(1, 1), specificity=Counted(1, 1))


@pytest.mark.parametrize("share", [0.03, 0.2])
def test_the_interval_covers_what_it_promises(share):
    random, inside, hit, right = np.random.default_rng(13), 0, 0.6, 0.96
    for _ in range(1000):
        seen = random.binomial(2000, hit * share + (1 - right) * (1 - share))
        sensitivity = Counted(random.binomial(150, hit), 150)
        found = true_share(
            Counted(seen, 2000), sensitivity=sensitivity, specificity=Counted(random.binomial(850, right), 850)
        )
        inside += found.low <= share <= found.high
    assert 0.93 <= inside / 1000 <= 0.99
