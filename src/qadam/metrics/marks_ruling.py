"""What a punctuator loses that learned from edited text and is asked about text meant for the ear, and what that proves.

Two numbers, over the marks common enough to be judged: the *drop*, how much lower its F1 is there than at home; and the *cost*,
how much lower than that of a punctuator which learned from such text, as many words of it. A drop alone may only say that the
text is harder, a cost alone that the other had luck with its kind; both together say that marks are not carried over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from qadam.metrics.marks import COLUMNS, F1, NAMES, marked
from qadam.stats.equivalence import p_inside
from qadam.stats.interval import Interval, percentile, resample
from qadam.terms import Cell, Estimate, Protocol, Rule, Ruling, SystemVerdict, Verdict

Rows = Sequence[Mapping[str, Any]]
FEW = 0.05  # share of transcripts with a mark below which marks were not set by those who transcribed
TRANSCRIPTS = "transcripts"  # condition under which texts are only looked at


def settle(rows: Mapping[Cell, Rows], protocol: Protocol) -> Ruling:
    """Drop and cost with their intervals, which marks they are over, and what the rule makes of them.

    `rule.of` names the system that learned from edited text, `choices["native"]` the one that learned from text for the ear;
    `rule.dataset` is such text, `choices["edited"]` the other's.
    """
    rule = protocol.rule
    assert rule is not None
    (edited,), native = rule.of, protocol.choices["native"]
    there, home = rule.dataset, protocol.choices["edited"]
    held = {(cell.dataset, cell.system): its for cell, its in rows.items() if cell.condition == rule.condition}
    wanted = (edited, home), (edited, there), (native, there)
    missing = [f"{system} on {data}" for system, data in wanted if (data, system) not in held]
    seen = _transcripts(rows)
    if missing:
        return Ruling(_open(f"Not measured: {', '.join(missing)}.", *seen))
    sides = [held[data, system] for system, data in wanted]
    least = protocol.limits["enough"]
    judged = [n for n in NAMES.values() if all(_gold(side, n) >= least for side in sides)]
    if not judged:
        return Ruling(_open(f"No mark stands {least:g} times in both texts.", *seen))
    seeds = (protocol.seeds[0] + 1, protocol.seeds[0], protocol.seeds[0])  # the last two are of the same texts
    at_home, abroad, others = (
        _drawn(side, judged, protocol, seed=seed) for side, seed in zip(sides, seeds, strict=True)
    )
    lost = [(side[0] - abroad[0], side[1] - abroad[1]) for side in (at_home, others)]
    drop, cost = (percentile(*one, alpha=rule.alpha) for one in lost)
    p = max(p_inside(draws, low=rule.supported.low, high=rule.supported.high) for _, draws in lost)
    n = len(sides[1])
    estimates = tuple(
        Estimate(name, where, edited, rule.condition, *found, n=n, unit="F1 0-1")
        for name, where, found in (("drop", f"{home}+{there}", drop), ("cost", there, cost))
    )
    return Ruling(_verdict(rule, drop, cost, p=p, reasons=(_over(judged, sides, least), *seen)), estimates)


def _drawn(side: Rows, judged: Sequence[str], protocol: Protocol, *, seed: int) -> tuple[float, np.ndarray]:
    """Mean F1 of the marks judged, and its bootstrap draws over texts; with the same seed the same texts are drawn."""
    table = np.array([[row[column] for column in COLUMNS] for row in side], dtype=float)
    drawn = resample((table, COLUMNS), resamples=int(protocol.limits["resamples"]), seed=seed)
    return drawn.scored(F1(*judged))


def _gold(side: Rows, name: str) -> float:
    return float(sum(row[f"gold_{name}"] for row in side))


def _over(judged: Sequence[str], sides: Sequence[Rows], least: float) -> str:
    """Which marks the numbers are over, and which are too rare to be judged."""
    rare = [f"{n} ({min(_gold(side, n) for side in sides):.0f})" for n in NAMES.values() if n not in judged]
    return f"Judged: {', '.join(judged)}. Reported and not judged, fewer than {least:g} in one of the texts: {', '.join(rare)}."


def _transcripts(rows: Mapping[Cell, Rows]) -> tuple[str, ...]:
    """What was seen of transcripts: with hardly a mark in them they are no gold."""
    for cell, its in rows.items():
        if cell.condition == TRANSCRIPTS:
            share = float(marked.score({c: sum(row[c] for row in its) for c in ("marked", "texts")}))
            what = "none to speak of: not testable there" if share < FEW else "they can be used as gold once people vouch for them"  # fmt: skip
            return (f"{cell.dataset}: {share:.1%} of {len(its)} lines hold a mark; {what}.",)
    return ()


def _open(*reasons: str) -> Verdict:
    return Verdict("inconclusive", None, None, None, None, reasons)


def _verdict(rule: Rule, drop: Interval, cost: Interval, *, p: float, reasons: tuple[str, ...]) -> Verdict:
    says = rule.outcome([(found.low, found.high) for found in (drop, cost)])
    told = " and ".join(
        f"{name} {found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"
        for name, found in (("drop", drop), ("cost", cost))
    )
    each = SystemVerdict(rule.of[0], says, drop.value, drop.low, drop.high, p)
    told = f"{rule.of[0]}: {told}: {says}."
    return Verdict(says, drop.value, drop.low, drop.high, p, (told, *reasons), (each,))
