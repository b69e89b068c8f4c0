"""Draws measurements as vector pictures: intervals against a rule, values by condition, a ratio taken apart.

Nothing here knows a study: rows, series and parts are read off the measurements. Every picture is drawn twice, wide
and for a telephone; its colours are classes of the style sheet and every series has a shape of its own, so that it
can be read in the dark, in print and without seeing colours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

from markupsafe import Markup, escape

from qadam.publish.numbers import decimals, interval, number
from qadam.terms import Measurement, Texts, Zone

WIDE, NARROW = 720, 340  # units of the view box, which are pixels at full size
LOG_FROM = 6.0  # where the largest value is this many times the smallest, a linear axis would hide the small ones
TEXT = 13  # font size
LETTER = 7.4  # units a letter of a label takes, a wide one
LABELS = 230.0  # units at most for the labels beside a drawing; most names fit
SAME = 1e-6  # products of measured ratios differ from the whole by rounding only

Points = Mapping[tuple[str, str], Measurement]  # (row, series) -> what was measured


@dataclass(frozen=True)
class Picture:
    """One figure: what it shows in words, the key to its shapes, and two drawings of the same numbers."""

    name: str
    caption: Texts
    wide: Markup
    narrow: Markup
    key: tuple[tuple[Markup, Texts | str], ...] = ()  # (drawing in a box of 16 x 16, what it stands for)
    notes: tuple[Texts, ...] = ()


@dataclass(frozen=True)
class Chart:
    """What is to be drawn: rows from top to bottom, series within a row, an optional zone to shade."""

    name: str
    title: str  # for screen readers; names and numbers only, no language
    rows: tuple[str, ...]
    series: tuple[str, ...]
    points: Points
    zone: Zone | None = None
    origin: float | None = None  # a line that means "no effect"
    values: bool = False  # write the number of the first series beside each row


@dataclass(frozen=True)
class Part:
    """One factor of a ratio, per row; `inverse` says that it divides."""

    metric: str
    inverse: bool
    ratios: Mapping[str, float] = field(default_factory=dict)


# --- axis -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Axis:
    """Where a value stands between `left` and `right`, on a linear or logarithmic scale."""

    low: float
    high: float
    left: float
    right: float
    log: bool

    def at(self, value: float) -> float:
        """The horizontal place of a value; values outside stay at the edge."""
        value = min(max(value, self.low), self.high)
        by: Callable[[float], float] = math.log if self.log else float
        share = (by(value) - by(self.low)) / (by(self.high) - by(self.low))
        return round(self.left + share * (self.right - self.left), 1)

    def ticks(self, most: int) -> list[float]:
        """Round values inside the axis, at most about so many."""
        if self.log:
            powers = [10.0**k for k in range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)]
            inside: list[float] = []
            for digits in ((1, 1.5, 2, 3, 4, 5, 7), (1, 1.5, 2, 3, 5), (1, 2, 5), (1, 3), (1,)):
                inside = [p * d for p in powers for d in digits if self.low <= p * d <= self.high]
                if len(inside) <= most:
                    break
            return inside
        span = self.high - self.low
        unit = 10.0 ** math.floor(math.log10(span / most))
        step = next(unit * m for m in (1, 2, 5, 10) if span / (unit * m) <= most)
        first = math.ceil(self.low / step - 1e-9)
        return [round(k * step, 10) for k in range(first, math.floor(self.high / step + 1e-9) + 1)]


def _axis(values: Sequence[float], left: float, right: float, log: bool | None = None) -> Axis:
    """An axis that holds all values with some air; logarithmic where the values ask for it."""
    shown = [v for v in values if math.isfinite(v)] or [0.0, 1.0]
    low, high = min(shown), max(shown)
    if log is None:
        log = low > 0 and high / low >= LOG_FROM
    if log:
        air = (high / low) ** 0.06 if high > low else 1.2
        return Axis(low / air, high * air, left, right, True)
    air = (high - low) * 0.06 or abs(high) * 0.2 or 1.0
    floor = 0.0 if 0 <= low < (high - low) else low - air
    return Axis(floor, high + air, left, right, False)


# --- strokes --------------------------------------------------------------------------------------------------------


def _text(x: float, y: float, words: str, extra: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}"{extra}>{escape(words)}</text>'


def _label(x: float, y: float, words: str, extra: str, *, room: float) -> str:
    """A name that keeps to its room: a long one loses its middle to an ellipsis and says itself in full when pointed at."""
    most = max(3, int(room / LETTER))
    if len(words) <= most:
        return _text(x, y, words, extra)
    tail = (most - 1) // 3  # names of one family differ at their end
    short = f"{words[: most - 1 - tail]}…{words[len(words) - tail :]}"
    return f'<text x="{x:g}" y="{y:g}"{extra}><title>{escape(words)}</title>{escape(short)}</text>'


def shape(index: int, x: float = 8, y: float = 8, size: float = 4.6) -> Markup:
    """The sign of a series: circle, square, diamond, triangle up, triangle down, cross; then they repeat."""
    s, kind = size, index % 6
    cls = f'class="s{kind}"'
    if kind == 0:
        return Markup(f'<circle {cls} cx="{x:g}" cy="{y:g}" r="{s:g}"/>')
    drawn = {
        1: f"M{x - s * 0.85:g} {y - s * 0.85:g}h{s * 1.7:g}v{s * 1.7:g}h{-s * 1.7:g}z",
        2: f"M{x:g} {y - s * 1.2:g}l{s * 1.2:g} {s * 1.2:g}l{-s * 1.2:g} {s * 1.2:g}l{-s * 1.2:g} {-s * 1.2:g}z",
        3: f"M{x:g} {y - s * 1.1:g}l{s * 1.1:g} {s * 2:g}h{-s * 2.2:g}z",
        4: f"M{x:g} {y + s * 1.1:g}l{s * 1.1:g} {-s * 2:g}h{-s * 2.2:g}z",
        5: f"M{x - s:g} {y - s:g}l{2 * s:g} {2 * s:g}m0 {-2 * s:g}l{-2 * s:g} {2 * s:g}",
    }[kind]
    unfilled = ' data-open=""' if kind == 5 else ""
    return Markup(f'<path {cls}{unfilled} d="{drawn}"/>')


def swatch(index: int, count: int) -> Markup:
    """The sign of a part: a bar in the lane where its bars stand, first part on top."""
    y = 1 + index * 14 / count
    return Markup(f'<rect class="s{index % 6}" x="0" y="{y:g}" width="16" height="{14 / count - 1:g}"/>')


def _svg(name: str, size: tuple[float, float], title: str, summary: str, body: Sequence[str]) -> Markup:
    width, height = size
    return Markup(
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-labelledby="{name}-t" aria-describedby="{name}-d">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(summary)}</desc>'
        f"{''.join(body)}</svg>"
    )


def _grid(axis: Axis, top: float, bottom: float, mark: str = "") -> list[str]:
    """Vertical hair lines with their values below."""
    out = []
    for tick in axis.ticks(8 if axis.right - axis.left > 350 else 5):
        x = axis.at(tick)
        out.append(f'<path class="grid" d="M{x:g} {top:g}V{bottom:g}"/>')
        out.append(_text(x, bottom + 17, f"{mark}{tick:g}".replace("-", "−"), ' class="tick" text-anchor="middle"'))
    return out


def _beside(rows: Sequence[str]) -> float:
    """Where a drawing begins whose labels stand beside it."""
    return min(LABELS, 16 + max(map(len, rows), default=8) * LETTER)


# --- intervals per row ----------------------------------------------------------------------------------------------


def _places(chart: Chart) -> int:
    """The decimals of the values: those of the bounds at least, and one where a bound is of a few points.

    Against a bound of 1 "0 [−1, 1]" would leave open on which side an interval ends.
    """
    bounds = (chart.zone.low, chart.zone.high) if chart.zone else ()
    near = any(0 < abs(bound) < 10 for bound in bounds)
    return max(decimals(chart.points.values()), int(near), *(len(f"{b:g}".partition(".")[2]) for b in bounds))


def draw_points(chart: Chart, *, width: int) -> Markup:
    """Rows of marks with their intervals; labels stand beside the marks, or above them where there is no room."""
    beside = width >= 600
    left = _beside(chart.rows) if beside else 8.0
    right = width - (150.0 if beside and chart.values else 14.0)
    lane = 9.0 if len(chart.series) > 1 else 16.0  # a series keeps its lane, so marks never cover each other
    head = 0.0 if beside else 20.0
    row_height = head + lane * len(chart.series) + 13
    top = 8.0
    bottom = top + row_height * len(chart.rows)
    edges = [e for m in chart.points.values() for e in (m.low, m.high, m.value)]
    edges += [e for e in (chart.zone.low, chart.zone.high) if math.isfinite(e)] if chart.zone else []
    edges += [chart.origin] if chart.origin is not None else []
    axis = _axis(edges, left, right)
    places = _places(chart)

    out: list[str] = []
    if chart.zone:
        a, b = axis.at(chart.zone.low), axis.at(chart.zone.high)
        out.append(f'<rect class="zone" x="{a:g}" y="{top:g}" width="{b - a:g}" height="{bottom - top:g}"/>')
        out += [
            f'<path class="zone-edge" d="M{axis.at(e):g} {top:g}V{bottom:g}"/>'
            for e in (chart.zone.low, chart.zone.high)
            if math.isfinite(e)
        ]
    out += _grid(axis, top, bottom)
    if chart.origin is not None:
        out.append(f'<path class="origin" d="M{axis.at(chart.origin):g} {top:g}V{bottom:g}"/>')
    told = []
    for i, row in enumerate(chart.rows):
        y = top + i * row_height
        if i:
            out.append(f'<path class="rule" d="M0 {y:g}H{width}"/>')
        first = chart.points.get((row, chart.series[0]))
        middle = y + row_height / 2 + 4.5
        said = f"{number(first.value, places)} {interval(first.low, first.high, places)}" if first else ""
        above = width - 10 - (len(said) * LETTER if chart.values else 0)
        out.append(
            _label(left - 12, middle, row, ' class="row" text-anchor="end"', room=left - 14)
            if beside
            else _label(2, y + 17, row, ' class="row"', room=above)
        )
        if chart.values and first:
            out.append(_text(width - 4, middle if beside else y + 17, said, ' class="value" text-anchor="end"'))
        for j, name in enumerate(chart.series):
            m = chart.points.get((row, name))
            if m is None or not math.isfinite(m.value):
                continue
            cy = y + head + 6.5 + lane * (j + 0.5)
            if math.isfinite(m.low) and math.isfinite(m.high):
                out.append(f'<path class="whisker s{j % 6}" d="M{axis.at(m.low):g} {cy:g}H{axis.at(m.high):g}"/>')
            out.append(shape(j, axis.at(m.value), cy, 4.0 if lane < 16 else 4.8))
            told.append(f"{row} {name} {number(m.value, places)} {interval(m.low, m.high, places)}")
    name = f"{chart.name}-{'wide' if beside else 'narrow'}"
    return _svg(name, (width, bottom + 26), chart.title, "; ".join(told), out)


# --- a curve over the line where both are equal ---------------------------------------------------------------------


def draw_curve(curves: Mapping[str, Mapping[float, Measurement]], *, name: str, title: str, width: int) -> Markup:
    """Shares (0-1) against the place where they were taken: a line and marks for each series, whiskers for intervals.

    Places of 0-1 are shares too, and the diagonal is where both are equal: a classifier that is as often right as it is
    sure. Places beyond 1 are steps, such as the depths of a model, and there is no diagonal.
    """
    left, top, side = 34.0, 8.0, min(width - 48.0, 300.0)
    reach = max(1.0, *(at for points in curves.values() for at in points))
    axis, along = Axis(0.0, 1.0, left, left + side, False), Axis(0.0, reach, left, left + side, False)
    bottom = top + side

    def height(share: float) -> float:
        return round(bottom - (axis.at(share) - left), 1)

    out = _grid(along, top, bottom)
    for tick in axis.ticks(5):
        out.append(f'<path class="grid" d="M{left:g} {height(tick):g}H{left + side:g}"/>')
        out.append(_text(left - 6, height(tick) + 4, f"{tick:g}", ' class="tick" text-anchor="end"'))
    if reach <= 1:
        out.append(f'<path class="origin" d="M{left:g} {bottom:g}L{left + side:g} {top:g}"/>')
    told = []
    for i, (series, points) in enumerate(curves.items()):
        places = [(along.at(at), height(m.value), m) for at, m in sorted(points.items())]
        path = "L".join(f"{x:g} {y:g}" for x, y, _ in places)
        out.append(f'<path class="whisker s{i % 6}" d="M{path}"/>')
        for x, y, m in places:
            if math.isfinite(m.low) and math.isfinite(m.high):
                out.append(f'<path class="whisker s{i % 6}" d="M{x:g} {height(m.low):g}V{height(m.high):g}"/>')
            out.append(shape(i, x, y, 4.0))
        told.append(f"{series}: " + ", ".join(f"{at:g} {number(m.value, 2)}" for at, m in sorted(points.items())))
    return _svg(f"{name}-{'wide' if width >= 600 else 'narrow'}", (width, bottom + 26), title, "; ".join(told), out)


def draw_falling(curves: Mapping[str, Sequence[tuple[float, float]]], *, name: str, title: str, width: int) -> Markup:
    """Losses (nats) against the share of the budget (0-1) at which they were seen: a line for each series, marked at its end."""
    left, top, bottom = 40.0, 8.0, 208.0
    across = Axis(0.0, 1.0, left, width - 14.0, False)
    losses = [loss for points in curves.values() for _, loss in points]
    up = Axis(min(losses), max(max(losses), min(losses) + 1e-6), top, bottom, False)

    def height(loss: float) -> float:
        return round(top + bottom - up.at(loss), 1)

    out = _grid(across, top, bottom)
    for tick in up.ticks(5):
        out.append(f'<path class="grid" d="M{left:g} {height(tick):g}H{across.right:g}"/>')
        out.append(_text(left - 6, height(tick) + 4, f"{tick:g}", ' class="tick" text-anchor="end"'))
    told = []
    for i, (series, points) in enumerate(curves.items()):
        places = [(across.at(share), height(loss)) for share, loss in points]
        out.append(f'<path class="whisker s{i % 6}" d="M{"L".join(f"{x:g} {y:g}" for x, y in places)}"/>')
        out.append(shape(i, *places[-1], 4.0))
        told.append(f"{series}: {number(points[0][1], 2)} → {number(points[-1][1], 2)}")
    return _svg(f"{name}-{'wide' if width >= 600 else 'narrow'}", (width, bottom + 26), title, "; ".join(told), out)


# --- a ratio taken apart --------------------------------------------------------------------------------------------


def parts_of(metric: str, measurements: Sequence[Measurement], *, condition: str, than: str) -> list[Part]:
    """The metrics whose product *is* this metric, wherever both were measured; empty if there are none.

    The search is arithmetic, not by name: three (else two) other metrics, each as it is or as a divisor, whose
    logarithms add up to that of the metric for every system and condition given. So the parts of the ratio of two
    conditions add up too. Parts that are the same for every system come first: they belong to the text.
    """
    table: dict[str, dict[tuple[str, str], float]] = {}
    for m in measurements:
        if m.value > 0:
            table.setdefault(m.metric, {}).setdefault((m.system, m.condition), math.log(m.value))
    whole = table.pop(metric, {})
    rows = sorted({system for system, c in whole if c == condition and (system, than) in whole})
    cells = sorted(whole)
    if not rows or len(cells) < 3:  # two numbers always fit something
        return []
    target = [whole[c] for c in cells]
    logs = {name: [values[c] for c in cells] for name, values in table.items() if all(c in values for c in cells)}
    logs = {name: row for name, row in logs.items() if not _tells_the_same(row, target)}
    for size in (3, 2):
        fits = [
            dict(zip(names, signs, strict=True))
            for names in combinations(logs, size)
            for signs in product((1, -1), repeat=size)
            if all(
                abs(sum(s * logs[n][i] for n, s in zip(names, signs, strict=True)) - target[i]) < SAME
                for i in range(len(cells))
            )
        ]
        if fits:  # a factor reads better than a divisor
            return _parts(min(fits, key=lambda f: list(f.values()).count(-1)), table, rows, condition, than)
    return []


def _tells_the_same(row: list[float], target: list[float]) -> bool:
    """Whether a metric is the whole itself or its inverse, up to a constant, and so explains nothing."""
    gaps = [[a - sign * b for a, b in zip(row, target, strict=True)] for sign in (1, -1)]
    return any(max(g) - min(g) < SAME for g in gaps)


def _parts(
    signs: Mapping[str, int],
    table: Mapping[str, Mapping[tuple[str, str], float]],
    rows: Sequence[str],
    condition: str,
    than: str,
) -> list[Part]:
    found = [
        Part(
            name,
            sign < 0,
            {r: math.exp(sign * (table[name][r, condition] - table[name][r, than])) for r in rows},
        )
        for name, sign in signs.items()
    ]
    return sorted(found, key=lambda p: max(p.ratios.values()) / min(p.ratios.values()) > 1 + SAME)


def draw_parts(parts: Sequence[Part], *, rows: Sequence[str], name: str, width: int) -> Markup:
    """Bars that walk from x1 to the whole, one step per part, on a logarithmic scale; a step back goes left."""
    beside = width >= 600
    left = _beside(rows) if beside else 8.0
    right, top, lane = width - 58.0, 8.0, 12.0
    head = 0.0 if beside else 20.0
    row_height = head + lane * len(parts) + 14
    bottom = top + row_height * len(rows)
    walks = {}
    for row in rows:
        walk = [1.0]
        for part in parts:
            walk.append(walk[-1] * part.ratios[row])
        walks[row] = walk
    axis = _axis([v for walk in walks.values() for v in walk], left, right, log=True)
    out = _grid(axis, top, bottom, "×")
    out.append(f'<path class="origin" d="M{axis.at(1):g} {top:g}V{bottom:g}"/>')
    told = []
    for i, row in enumerate(rows):
        y = top + i * row_height
        if i:
            out.append(f'<path class="rule" d="M0 {y:g}H{width}"/>')
        middle = y + row_height / 2 + 4.5
        walk = walks[row]
        said = f"×{number(walk[-1])}"
        out.append(
            _label(left - 12, middle, row, ' class="row" text-anchor="end"', room=left - 14)
            if beside
            else _label(2, y + 17, row, ' class="row"', room=width - 10 - len(said) * LETTER)
        )
        for j in range(len(parts)):
            a, b = axis.at(walk[j]), axis.at(walk[j + 1])
            cy = y + head + 7 + lane * j
            out.append(
                f'<rect class="step s{j}" x="{min(a, b):g}" y="{cy:g}" width="{max(abs(b - a), 1):g}" height="9"/>'
            )
            if j + 1 < len(parts):
                out.append(f'<path class="link" d="M{b:g} {cy:g}v{lane + 9:g}"/>')
        last = y + head + 7 + lane * (len(parts) - 1) + 4.5
        out.append(f'<g class="whole">{shape(2, axis.at(walk[-1]), last, 4.2)}</g>')
        out.append(_text(width - 4, last + 4.5 if beside else y + 17, said, ' class="value" text-anchor="end"'))
        steps = " · ".join(f"{p.metric}{'⁻¹' if p.inverse else ''} ×{number(p.ratios[row])}" for p in parts)
        told.append(f"{row} {said} = {steps}")
    title = " × ".join(p.metric for p in parts)
    return _svg(f"{name}-{'wide' if beside else 'narrow'}", (width, bottom + 26), title, "; ".join(told), out)
