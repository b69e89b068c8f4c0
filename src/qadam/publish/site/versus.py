"""Two systems item by item: on how many each is better, and on which items they differ most; ids only, never texts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qadam.publish.numbers import number
from qadam.publish.site.board import ALPHA, Board, scores

SHOWN = 8  # ids for each side


@dataclass(frozen=True)
class Versus:
    """One system set against another on the items that both answered; `apart` is 1 if it is surely ahead, -1 if behind."""

    system: str
    other: str
    difference: str
    p: str
    apart: int
    better: int
    equal: int
    worse: int
    better_on: tuple[str, ...]
    worse_on: tuple[str, ...]


def versus(board: Board) -> dict[str, list[Versus]]:
    """Each ranked system against every other, in the order of the board; empty if there are no rows of items."""
    if not board.counts:
        return {}
    sign = 1.0 if board.metric.better == "higher" else -1.0
    by_item = scores(board.counts, board.metric)
    places = max((len(p.shown.value.partition(".")[2]) for p in board.places), default=2) + 1
    ranked = [place.system for place in board.places if place.system in board.order]
    pairs = {(board.order[p.first], board.order[p.second]): p for p in board.pairs}
    found: dict[str, list[Versus]] = {}
    for system in ranked:
        for other in (name for name in ranked if name != system):
            pair = pairs.get((other, system))
            turned = pairs[system, other] if pair is None else pair
            difference = (turned.difference if pair else -turned.difference) + 0.0  # no minus before a nought
            gap = sign * (by_item[system] - by_item[other]) if by_item else np.array([])
            apart = turned.apart(ALPHA) * (1 if pair else -1) * int(sign)
            found.setdefault(system, []).append(
                Versus(
                    system=system,
                    other=other,
                    difference=("+" if difference > 0 else "") + number(difference, places),
                    p="< 0.001" if turned.p < 0.001 else f"= {turned.p:.3f}",
                    apart=apart,
                    better=int((gap > 0).sum()),
                    equal=int((gap == 0).sum()),
                    worse=int((gap < 0).sum()),
                    better_on=_farthest(gap, board.counts.items),
                    worse_on=_farthest(-gap, board.counts.items),
                )
            )
    return found


def _farthest(gap: np.ndarray, items: tuple[str, ...]) -> tuple[str, ...]:
    """The items of the largest positive gaps, in a fixed order."""
    known = [(-float(size), n) for n, size in enumerate(gap) if size > 0]
    return tuple(items[n] for _, n in sorted(known)[:SHOWN])
