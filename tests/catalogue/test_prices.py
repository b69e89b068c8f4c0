"""Prices are rows with a day and a source, plausible and in one unit."""

import re

from qadam.catalogue import tables


def test_every_price_says_when_and_where_it_was_read():
    prices = tables.prices()
    assert len(prices) >= 10
    for model, row in prices.items():
        assert row.model == model and 0 < row.input <= row.output < 1000
        assert re.fullmatch(r"20\d\d-\d\d(-\d\d)?", row.date) and row.source.startswith("https://")
