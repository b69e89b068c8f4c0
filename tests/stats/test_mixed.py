"""The mixed model: a known difference is found again, speakers and not utterances make it sure, and gaps in it are told."""

import sys

import numpy as np
import pytest

from qadam.errors import ExtraMissing
from qadam.stats.mixed import rate_difference


def speech(*, gap, spread, speakers=40, utterances=10, seed=1):
    """Errors and words of speakers, every second one of the group, each with a rate of their own."""
    drawn = np.random.default_rng(seed)
    who = np.repeat(np.arange(speakers), utterances)
    inside = who % 2 == 1
    words = np.full(len(who), 20)
    rates = 0.3 + gap * inside + drawn.normal(0, spread, speakers)[who]
    return drawn.binomial(words, np.clip(rates, 0, 1)), words, {"inside": inside, "speakers": who.tolist()}


@pytest.fixture
def fitted():
    pytest.importorskip("statsmodels", reason="pip install 'qadam[mixed]'")


def test_a_known_difference_lies_in_nearly_every_interval(fitted):
    found = [rate_difference(e, w, **who) for e, w, who in (speech(gap=0.1, spread=0.08, seed=s) for s in range(20))]
    assert sum(low <= 0.1 <= high for _, low, high in found) >= 17


def test_by_hand_of_equally_many_utterances_it_is_the_difference_of_speakers_means(fitted):
    """Balanced, the estimate is the plain difference, and its error that of two samples of speakers' means."""
    errors, words, who = speech(gap=0.1, spread=0.1)
    means = (errors / words).reshape(40, 10).mean(axis=1)
    of, rest = means[1::2], means[::2]
    error = np.sqrt((of.var(ddof=1) + rest.var(ddof=1)) / 20)
    found = rate_difference(errors, words, **who)
    assert found.value == pytest.approx(of.mean() - rest.mean(), abs=1e-6)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * error, rel=0.01)


def test_an_utterance_without_words_says_nothing(fitted):
    errors, words, who = speech(gap=0.1, spread=0.1)
    more = {"inside": [*who["inside"], True], "speakers": [*who["speakers"], 1]}
    assert rate_difference([*errors, 3], [*words, 0], **more) == rate_difference(errors, words, **who)


@pytest.mark.parametrize("errors", [[1, 2, 1, 2], [1, 1, 1, 1]])
def test_too_few_speakers_and_no_variation_have_no_answer(fitted, errors):
    inside, speakers = ([True, False, False, False], "abcd") if errors[1] == 2 else ([True, True, False, False], "abcd")
    assert np.isnan(rate_difference(errors, [5] * 4, inside=inside, speakers=speakers)).all()


def test_without_statsmodels_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "statsmodels.regression.mixed_linear_model", None)
    with pytest.raises(ExtraMissing) as caught:
        rate_difference([1], [2], inside=[True], speakers=["a"])
    assert caught.value.next_step == "pip install 'qadam[mixed]'"
