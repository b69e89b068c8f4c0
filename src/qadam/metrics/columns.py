"""How much a corpus of speech says of its speakers: the share of its clips with a value in a column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from qadam.metrics.wer import Rate
from qadam.terms import Metric, Missing


class Filled(NamedTuple):
    """A column of a corpus: all clips, and those that have a value."""

    clips: int
    filled: int


def count(prediction: Filled | Missing, gold: Any) -> Mapping[str, float]:
    """One row of counts for one column of one release."""
    del gold
    clips, filled = (0, 0) if isinstance(prediction, Missing) else prediction
    return {"clips": float(clips), "filled": float(filled)}


labelled = Metric(
    "labelled_clips",
    {
        "en": "clips of which the corpus says it",
        "ru": "доля записей, о которых это указано",
        "kk": "бұл көрсетілген жазбалардың үлесі",
    },
    "share 0-1",
    count,
    Rate(("filled",), ("clips",)),
)
