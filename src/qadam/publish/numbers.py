"""Writes numbers so that a column reads as one: the same decimals, a point, a real minus sign."""

from __future__ import annotations

import math
from collections.abc import Iterable

from qadam.terms import Measurement, Rule, Zone

THIN = "\u202f"  # groups digits from ten thousand on: 12 345


def decimals(measurements: Iterable[Measurement], rule: Rule | None = None) -> int:
    """How many decimals numbers of one kind deserve: the first digit of a typical half interval is the last shown.

    Where there are no intervals, three significant digits. Never more than four, and never fewer than two where all
    lie between -1 and 1, as shares and their differences do, nor fewer than the bounds that the rule holds them against.
    """
    rows = [m for m in measurements if math.isfinite(m.value)]
    zones = (rule.supported, *rule.refuted) if rule and any(m.metric in rule.effects for m in rows) else ()
    bounds = [f"{bound:g}".partition(".")[2] for zone in zones for bound in (zone.low, zone.high)]
    share = all(abs(number) <= 1 for m in rows for number in (m.value, m.low, m.high) if not math.isnan(number))
    return max(_typical(rows), 2 if share else 0, *map(len, bounds))


def _typical(rows: list[Measurement]) -> int:
    """The decimals that the numbers ask for by themselves."""
    halves = sorted((m.high - m.low) / 2 for m in rows if math.isfinite(m.high - m.low) and m.high > m.low)
    sizes = sorted(abs(m.value) for m in rows if m.value)
    if halves:
        # Two digits of the typical half width would suggest a precision that the interval itself does not have.
        return min(4, max(0, -math.floor(math.log10(halves[len(halves) // 2]))))
    return min(4, max(0, 2 - math.floor(math.log10(sizes[len(sizes) // 2])))) if sizes else 2


def number(value: float | None, places: int = 2) -> str:
    """A number as text; a dash where there is none."""
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value:,.{places}f}" if abs(value) >= 10_000 else f"{value:.{places}f}"
    return text.replace(",", THIN).replace("-", "−")


def interval(low: float | None, high: float | None, places: int = 2) -> str:
    """A closed interval in square brackets."""
    return f"[{number(low, places)}, {number(high, places)}]"


def zone(range_: Zone) -> str:
    """A zone of a rule in signs that need no language: [3, 5], ≤ 3 or ≥ 5."""
    if math.isinf(range_.low):
        return f"≤ {range_.high:g}".replace("-", "−")
    if math.isinf(range_.high):
        return f"≥ {range_.low:g}".replace("-", "−")
    return str(range_).replace("-", "−")
