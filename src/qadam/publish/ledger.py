"""Sets every figure that somebody printed beside our measurement of the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qadam.terms import Blocked, Measurement, PublishedFigure

State = Literal["agrees", "differs", "not comparable", "blocked", "not measured"]
ROUNDING = 1e-9  # relative; 2.4385 and 2.438 are half a digit apart, though binary fractions say a hair more


@dataclass(frozen=True)
class Comparison:
    """One published figure, ours beside it, and what may be said of the two."""

    figure: PublishedFigure
    ours: Measurement | None
    state: State
    other_dataset: bool = False  # ours was measured on another text than the figure
    blocked: Blocked | None = None  # the cell that would give ours, and what unblocks it


def beside_ours(
    figures: Sequence[PublishedFigure], measurements: Sequence[Measurement], blocked: Sequence[Blocked] = ()
) -> list[Comparison]:
    """What the literature prints and what we measured, figure by figure, in the order of the figures.

    "agrees" means that text and definition are the same and ours differs from the printed number by at most half
    of its last printed digit. A figure measured on another text, or whose row says in words what differs, is "not
    comparable"; our nearest number still stands beside it. A metric, condition or system that we have not measured
    is "blocked" where a cell that would measure it is, else "not measured".
    """
    return [_compare(figure, _nearest(figure, measurements), _obstacle(figure, blocked)) for figure in figures]


def _nearest(figure: PublishedFigure, measurements: Sequence[Measurement]) -> Measurement | None:
    """Ours on the same split, else on the same dataset, else on any: the first measured wins a tie."""
    same = [
        m for m in measurements if (m.metric, m.condition, m.system) == (figure.metric, figure.condition, figure.system)
    ]
    family = figure.dataset.split("/")[0]
    same.sort(key=lambda m: (m.dataset != figure.dataset, m.dataset.split("/")[0] != family))
    return same[0] if same else None


def _obstacle(figure: PublishedFigure, blocked: Sequence[Blocked]) -> Blocked | None:
    """The blocked cell of the figure's system and condition, that on its dataset before others."""
    same = [b for b in blocked if (b.cell.condition, b.cell.system) == (figure.condition, figure.system)]
    return min(same, key=lambda b: b.cell.dataset != figure.dataset, default=None)


def _compare(figure: PublishedFigure, ours: Measurement | None, obstacle: Blocked | None) -> Comparison:
    if ours is None:
        return Comparison(figure, None, "blocked" if obstacle else "not measured", blocked=obstacle)
    other = ours.dataset != figure.dataset
    if other or figure.comparable:
        return Comparison(figure, ours, "not comparable", other)
    allowed = 0.5 * 10**-figure.digits + ROUNDING * max(1.0, abs(figure.value))
    return Comparison(figure, ours, "agrees" if abs(ours.value - figure.value) <= allowed else "differs")
