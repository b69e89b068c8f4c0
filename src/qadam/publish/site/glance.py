"""What is known of a problem at a glance: one number with its interval, and a line that shows where it lies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from qadam.publish import arrange, pages
from qadam.publish.numbers import decimals, interval, number
from qadam.publish.site.known import Known
from qadam.terms import Measurement, Rule, Texts

WIDTH, HEIGHT = 160, 22


@dataclass(frozen=True)
class Glance:
    """The number that speaks for a problem, or the least and the largest of several systems (then without an interval)."""

    title: Texts | str
    value: str
    interval: str
    systems: tuple[str, ...]
    dataset: str
    n: int
    picture: Markup


def glance(known: Known) -> Glance | None:
    """The effect that decided, else the effects of all systems, else the main metric of all; None without evidence."""
    evidence = known.evidence
    if evidence is None or not known.measured:
        return None
    verdict, protocol = evidence.verdict, known.protocol
    rule, called = protocol.rule, arrange.titles(protocol)
    if rule and verdict.effect is not None:
        decided = pages.deciding(evidence)
        metric = decided.metric if decided else next(iter(rule.effects), "")
        shown = [decided] if decided else _loose(verdict.effect, verdict.low, verdict.high)
        places = decimals(shown, rule)
        return Glance(
            title=called.get(metric, metric),
            value=number(verdict.effect, places),
            interval=interval(verdict.low, verdict.high, places),
            systems=(decided.system,) if decided else tuple(v.system for v in verdict.by_system),
            dataset=decided.dataset if decided else rule.dataset,
            n=decided.n if decided else 0,
            picture=_picture(shown, rule),
        )
    metric, shown = _across(known)
    if not shown:
        return None
    places = decimals(shown, rule)
    ends = dict.fromkeys(number(bound([m.value for m in shown]), places) for bound in (min, max))
    return Glance(
        title=called.get(metric, metric),
        value=" … ".join(ends),
        interval="" if len(shown) > 1 else interval(shown[0].low, shown[0].high, places),
        systems=tuple(m.system for m in shown),
        dataset=shown[0].dataset,
        n=max(m.n for m in shown),
        picture=_picture(shown, rule),
    )


def _across(known: Known) -> tuple[str, list[Measurement]]:
    """The first effect of the rule, or the main metric, of every system under one condition."""
    assert known.evidence is not None
    protocol, measurements = known.protocol, known.evidence.measurements
    rule = protocol.rule
    dataset, metric = arrange.main_metric(protocol)
    wanted = [rule.effects[0]] if rule and rule.effects else []
    for name in (*wanted, metric):
        here = [m for m in measurements if (m.dataset, m.metric) == (dataset, name) and math.isfinite(m.value)]
        condition = pages.condition_of(protocol, here)
        its = [m for m in here if m.condition == condition and m.seed == min(m.seed for m in here)]
        if its:
            return name, its
    return metric, []


def _loose(value: float, low: float | None, high: float | None) -> list[Measurement]:
    """An effect that several systems have together, as a measurement of none of them."""
    ends = (value if low is None else low, value if high is None else high)
    return [Measurement("", "", "", 0, "", value, *ends, 0, 0, 0, "", "")]


def _picture(shown: Sequence[Measurement], rule: Rule | None) -> Markup:
    """Intervals on one line, the zone of the rule behind them; for the eye only, the numbers stand beside it."""
    zone = rule.supported if rule and rule.effects and not rule.synthesis else None
    ends = [x for m in shown for x in (m.low, m.high, m.value) if math.isfinite(x)]
    ends += [x for x in (zone.low, zone.high) if math.isfinite(x)] if zone else []
    least, most = min(ends), max(ends)
    room = (most - least) * 0.12 or abs(most) * 0.1 or 1.0
    least, most = least - room, most + room

    def at(value: float) -> str:
        share = (min(max(value, least), most) - least) / (most - least)
        return f"{2 + share * (WIDTH - 4):.1f}".rstrip("0").rstrip(".")

    middle = HEIGHT / 2
    out = [f'<path class="rule" d="M0 {middle:g}H{WIDTH}"/>']
    if zone:
        left, right = float(at(zone.low)), float(at(zone.high))
        out.insert(0, f'<rect class="zone" x="{left:g}" y="1" width="{right - left:.1f}" height="{HEIGHT - 2}"/>')
    for m in shown:
        if math.isfinite(m.low) and math.isfinite(m.high):
            out.append(f'<path class="whisker" d="M{at(m.low)} {middle:g}H{at(m.high)}"/>')
        out.append(f'<circle cx="{at(m.value)}" cy="{middle:g}" r="{4 if len(shown) == 1 else 3}"/>')
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    return Markup(f'<svg class="glance" {size} aria-hidden="true" focusable="false">{"".join(out)}</svg>')
