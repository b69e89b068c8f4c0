"""By how much one group errs more, when every speaker has a rate of their own: a linear mixed model of utterances.

    errors / words = a + b x group + u[speaker] + e,  u ~ Normal(0, s), e ~ Normal(0, t)

b is the difference. A Poisson model with words as exposure would give a ratio, but nothing at hand fits one soundly: at the
joint mode of such a model the spread of speakers shrinks to nothing, and a mean-field fit makes its intervals far too short.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Hashable, Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from qadam.errors import ExtraMissing
from qadam.stats.interval import Interval


def rate_difference(
    errors: ArrayLike, words: ArrayLike, *, inside: ArrayLike, speakers: Sequence[Hashable]
) -> Interval:
    """The error rate of utterances of a group minus that of the others, with speakers as a random effect.

    Args:
        errors, words: (n,) of each utterance; one without words says nothing.
        inside: (n,) whether its speaker is of the group.
        speakers: (n,) who speaks; utterances of one speaker are not independent.

    Returns:
        The difference, errors per word, with its 95 % interval; nan three times where one side has fewer than two speakers
        or nothing varies.

    Raises:
        ExtraMissing: statsmodels is not installed.

    Source:
        Laird & Ware (1982), Random-Effects Models for Longitudinal Data; fitted by restricted maximum likelihood.
    """
    try:
        from statsmodels.regression.mixed_linear_model import MixedLM
    except ImportError:
        raise ExtraMissing(
            "ExtraMissing: a mixed model is fitted by statsmodels, which is not installed.",
            "pip install 'qadam[mixed]'",
        ) from None
    counts = np.asarray(words, np.float64)
    said = counts > 0
    rates = np.asarray(errors, np.float64)[said] / counts[said]
    group = np.asarray(inside, bool)[said]
    names = np.asarray([str(speaker) for speaker in speakers])[said]
    unsaid = Interval(math.nan, math.nan, math.nan)
    if min(len(set(names[group])), len(set(names[~group]))) < 2 or np.ptp(rates) == 0:
        return unsaid
    design = np.column_stack([np.ones(len(group)), group])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # speakers who do not differ lie on the edge of what is possible
            found = MixedLM(rates, design, groups=names).fit(reml=True)
    except np.linalg.LinAlgError:
        return unsaid
    value, spread = float(found.fe_params[1]), NormalDist().inv_cdf(0.975) * float(found.bse_fe[1])
    return Interval(value, value - spread, value + spread) if math.isfinite(spread) else unsaid
