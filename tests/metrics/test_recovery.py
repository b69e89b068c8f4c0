"""What each verdict on synthetic speech takes, on made-up answers of recognisers."""

import numpy as np
import pytest

from qadam.metrics import spoken_words
from qadam.metrics.recovery import Arms, Recovery, Score
from qadam.metrics.spoken_words import Named
from qadam.terms import NO_ANSWER, Cell, Protocol

ARMS = Arms("synthetic", "real", none=1 / 35)
SCORE = Score("right", "asked", "share 0-1")
SEEDS = (13, 14, 15)
PROTOCOL = Protocol(
    datasets=("people/test", "machine/unseen"), conditions=(), metrics=(), seeds=SEEDS, limits={"resamples": 1_000}
)


def answers(share, n=600):
    """n recordings of n / 6 speakers, of which a share is named rightly."""
    right = np.random.default_rng(13).permutation(n) < share * n
    return [
        {
            "item": f"{k}",
            "group": f"speaker {k % (n // 6)}",
            "status": "",
            "asked": 1.0,
            "right": float(right[k]),
            "near": 1.0,
        }
        for k in range(n)
    ]


def ruling(synthetic, real, n=600, least_missing=False):
    rows = {}
    for seed in SEEDS:
        rows[Cell("people/test", "synthetic", "real speech", seed)] = answers(synthetic, n)
        rows[Cell("machine/unseen", "synthetic", "unseen voices", seed)] = answers(0.95, 280)
        if real is not None:
            rows[Cell("people/test", "real", "real speech", seed)] = answers(real, n)
    return Recovery(ARMS, SCORE, real=("people/test",), unseen="machine/unseen")(rows, PROTOCOL)


def test_nearly_as_good_as_real_speech_is_enough():
    found = ruling(0.9, 0.95)
    assert found.verdict.outcome == "supported" and found.verdict.low >= 0.8


def test_less_than_half_of_the_gain_is_not_enough():
    found = ruling(0.3, 0.95)
    assert found.verdict.outcome == "refuted" and found.verdict.high < 0.5


def test_in_between_nothing_is_settled():
    assert ruling(0.6, 0.95).verdict.outcome == "inconclusive"


def test_under_a_hundred_recordings_there_is_no_verdict_however_clear():
    found = ruling(0.9, 0.95, n=96)
    assert found.verdict.outcome == "inconclusive" and "under 100 there is no verdict" in " ".join(
        found.verdict.reasons
    )


def of_speakers(found, people):
    return [{**row, "group": f"speaker {k % people}" if people else ""} for k, row in enumerate(found)]


def judged(people):
    rows = {}
    for seed in SEEDS:
        for arm, share in (("synthetic", 0.9), ("real", 0.95)):
            rows[Cell("people/test", arm, "real speech", seed)] = of_speakers(answers(share), people)
    return Recovery(ARMS, SCORE, real=("people/test",))(rows, PROTOCOL)


@pytest.mark.parametrize(("people", "outcome"), [(2, "inconclusive"), (4, "inconclusive"), (60, "supported")])
def test_under_five_speakers_there_is_no_verdict_however_many_recordings(people, outcome):
    verdict = judged(people).verdict
    assert verdict.outcome == outcome
    assert (f"has {people} speakers: under 5 there is no verdict" in " ".join(verdict.reasons)) == (people < 5)


def test_where_speakers_are_not_named_there_is_no_verdict():
    ruling = judged(0)
    assert ruling.verdict.outcome == "inconclusive"
    assert "does not name all speakers: every recording counts as its own" in " ".join(ruling.verdict.reasons)


def test_shares_resample_speakers_where_they_are_named():
    """Two hundred recordings, of which each of ten speakers gets all right or all wrong, tell no more than ten."""
    rows = [
        {"item": f"{k}", "group": f"s{k % 10}", "status": "", "asked": 1.0, "right": float(k % 2), "near": 1.0}
        for k in range(200)
    ]
    shares = {}
    for name, its in (("named", rows), ("unnamed", of_speakers(rows, 0))):
        found = Recovery(ARMS, SCORE, real=("people/test",))(
            {Cell("people/test", "synthetic", "real speech", 13): its}, PROTOCOL
        )
        (shares[name],) = (e for e in found.estimates if e.metric == "share_right")
    assert shares["named"].value == shares["unnamed"].value == 0.5
    assert shares["unnamed"].high - shares["unnamed"].low == pytest.approx(0.137, abs=0.002), "Wilson, 100 of 200"
    assert shares["named"].high - shares["named"].low > 0.5


def test_without_the_real_arm_there_is_no_recovery_but_a_gap():
    found = ruling(0.6, None)
    assert found.verdict.outcome == "inconclusive" and found.verdict.effect is None
    assert "both measured there" in " ".join(found.verdict.reasons)
    gap = next(e for e in found.estimates if e.metric == "gap")
    assert gap.value == pytest.approx(0.35, abs=0.002) and gap.low > 0 and gap.dataset == "machine/unseen+people/test"


def test_few_recordings_have_an_interval_that_says_so():
    rows = {Cell("six/all", "synthetic", "real speech", seed): answers(0.0, 6) for seed in SEEDS}
    found = Recovery(ARMS, SCORE, real=("people/test",), beside=("six/all",))(rows, PROTOCOL)
    (share,) = (e for e in found.estimates if e.metric == "share_right")
    assert share.value == 0 and share.high == pytest.approx(0.3903, abs=5e-4), "Wilson, 0 of 6"
    assert "six/all has 6 real recordings" in " ".join(found.verdict.reasons)


def test_word_error_rates_recover_when_they_fall():
    arms = Arms("synthetic", "real", none="nothing")
    rows = {}
    for system, rate in (("nothing", 0.9), ("synthetic", 0.5), ("real", 0.4)):
        errors = np.random.default_rng(13).binomial(10, rate, 400)
        rows |= {
            Cell("read/test", system, "speech", seed): [
                {"item": f"{k}", "group": "", "status": "", "errors": float(e), "words": 10.0}
                for k, e in enumerate(errors)
            ]
            for seed in (SEEDS[:1] if system == "nothing" else SEEDS)
        }
    protocol = Protocol(datasets=("read/test",), conditions=(), metrics=(), seeds=SEEDS, limits={"resamples": 1_000})
    settle = Recovery(arms, Score("errors", "words", "errors per word", better=-1), real=("read/test",))
    found = settle(rows, protocol)
    (share,) = found.estimates
    assert share.metric == "recovery" and share.value == pytest.approx(0.8, abs=0.03)


def test_a_domain_that_was_not_measured_keeps_the_verdict_open():
    rows = {}
    for seed in SEEDS:
        rows[Cell("read/test", "synthetic", "speech", seed)] = answers(0.94)
        rows[Cell("read/test", "real", "speech", seed)] = answers(0.95)
    found = Recovery(ARMS, SCORE, real=("read/test", "spontaneous/test"))(rows, PROTOCOL)
    assert found.verdict.outcome == "inconclusive" and "No recovery on spontaneous/test" in " ".join(
        found.verdict.reasons
    )


def test_another_arm_or_data_set_is_another_rule():
    names = {Recovery(ARMS, SCORE, real=(name,)).__qualname__ for name in ("a/all", "b/all")}
    assert len(names | {Recovery(ARMS._replace(real="other"), SCORE, real=("a/all",)).__qualname__}) == 3


def test_a_word_is_right_near_or_wrong_and_silence_is_wrong():
    chances = {"үй": 0.4, "ит": 0.3, "қос": 0.2, "құс": 0.1}
    assert spoken_words.count(Named("үй", "ит", chances), "ит") == {"asked": 1.0, "right": 0.0, "near": 1.0}
    assert spoken_words.count(Named("үй", "құс", chances), "құс")["near"] == 0.0
    assert spoken_words.count(Named("үй", "үй"), "үй") == {"asked": 1.0, "right": 1.0, "near": 1.0}
    assert spoken_words.count(NO_ANSWER, "үй") == {"asked": 1.0, "right": 0.0, "near": 0.0}
    assert (
        spoken_words.confusions(Named("ит", "үй")) == ("үй → ит",) and spoken_words.confusions(Named("ит", "ит")) == ()
    )
