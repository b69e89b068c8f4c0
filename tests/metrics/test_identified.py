"""Guesses from a closed list: right, wrong, silent."""

from qadam.metrics import identified
from qadam.terms import NO_ANSWER


def test_silence_is_wrong_and_counted():
    rows = [identified.count(*pair) for pair in (("Arabic", "Arabic"), ("Latin", "Arabic"), (NO_ANSWER, "Arabic"))]
    sums = {key: sum(row[key] for row in rows) for key in rows[0]}
    assert identified.share(sums) == 1 / 3 and identified.named(sums) == 2 / 3
