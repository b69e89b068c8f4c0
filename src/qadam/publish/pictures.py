"""Chooses which pictures a report shows, from its measurements and the contrasts its protocol declares."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from qadam.publish import arrange
from qadam.publish.numbers import zone
from qadam.publish.plots import (
    NARROW,
    WIDE,
    Chart,
    Part,
    Picture,
    draw_curve,
    draw_falling,
    draw_parts,
    draw_points,
    parts_of,
    shape,
    swatch,
)
from qadam.publish.words import listed, texts
from qadam.terms import Contrast, Evidence, Measurement, Protocol, Texts

MOST = 6  # pictures on a page; the tables hold the rest
LEARNED = 4  # pictures of trainings besides
MARKS = 4  # conditions in one picture, the first of the protocol; more shapes nobody can tell apart


def pictures(evidence: Evidence, protocol: Protocol) -> list[Picture]:
    """First the effects the rule decides on, then their metric by condition, what it is made of, and other effects.

    Only what was measured on one dataset is in one picture: the rule's, or the first of the protocol.
    """
    dataset, metric = arrange.main_metric(protocol)
    order = arrange.systems(evidence, protocol)
    seed = min((m.seed for m in evidence.measurements), default=0)
    here = [m for m in evidence.measurements if m.dataset == dataset and m.seed == seed]
    rule = protocol.rule
    decided = rule.effects if rule else tuple(c.name for c in protocol.contrasts[:1])
    contrasts = {c.name: c for c in arrange.contrasts(protocol)}
    main = contrasts.get(decided[0]) if decided else None

    drawn: list[Picture | None] = []
    if main:
        drawn.append(_forest(main, here, protocol=protocol, order=order, effects=decided))
    drawn.append(_by_condition(metric, here, protocol=protocol, order=order))
    parts = _found_parts(main, here, protocol) if main and main.by == "ratio" else []
    if main and parts:
        drawn.append(_walk(main, parts, protocol=protocol, order=order))
    told = {p.metric for p in parts}
    drawable = [c for c in protocol.contrasts if c.by != "mcnemar"]  # a p-value is no length
    others = [c for c in drawable if c.name not in decided and c.metric not in told and _varies(c, here)]
    drawn += [_forest(c, here, protocol=protocol, order=order, effects=(c.name,)) for c in others]
    drawn += _curves([m for m in evidence.measurements if m.seed == seed], protocol=protocol, order=order)
    return [p for p in drawn if p][:MOST] + _learned(evidence, order)[:LEARNED]


def _target(contrast: Contrast, protocol: Protocol) -> str:
    """The condition set against the control: the rule's, else the first that is not the control."""
    if protocol.rule:
        return protocol.rule.condition
    return next((c.name for c in protocol.conditions if c.name != contrast.than), "")


def _forest(
    contrast: Contrast,
    here: Sequence[Measurement],
    *,
    protocol: Protocol,
    order: Sequence[str],
    effects: Sequence[str],
) -> Picture | None:
    """Effects per system with their intervals; the rule's zone is shaded where the rule speaks of them."""
    condition = _target(contrast, protocol)
    points = {(m.system, m.metric): m for m in here if m.metric in effects and m.condition == condition}
    if not points:
        return None
    rule = protocol.rule if protocol.rule and contrast.name in protocol.rule.effects else None
    called = arrange.titles(protocol)
    first = next(iter(points.values()))
    chart = Chart(
        name=f"forest-{contrast.name}",
        title=f"{', '.join(effects)}: {condition} / {contrast.system or contrast.than}, {first.dataset}",
        rows=tuple(s for s in order if any((s, e) in points for e in effects)),
        series=tuple(effects),
        points=points,
        zone=rule.supported if rule else None,
        origin=1.0 if contrast.by == "ratio" else 0.0,
        values=True,
    )
    notes = [texts("caption.intervals", n=first.n, dataset=first.dataset)]
    if rule:
        notes.append(texts("rule.zone", zone=zone(rule.supported)))
    key = tuple((shape(i), called.get(e, e)) for i, e in enumerate(effects)) if len(effects) > 1 else ()
    caption = texts("caption.forest", title=contrast.title, condition=condition, than=contrast.system or contrast.than)
    return _picture(chart, caption=caption, key=key, notes=notes)


def _by_condition(
    metric: str, here: Sequence[Measurement], *, protocol: Protocol, order: Sequence[str]
) -> Picture | None:
    """One metric: a row per system and a mark per condition; with a single system the conditions become the rows."""
    points = {(m.system, m.condition): m for m in here if m.metric == metric}
    if not points:
        return None
    measured = {condition for _, condition in points}
    conditions = tuple(c.name for c in protocol.conditions if c.name in measured)
    conditions = conditions if len({system for system, _ in points}) == 1 else conditions[:MARKS]
    rows = tuple(s for s in order if any((s, c) in points for c in conditions))
    title = arrange.titles(protocol).get(metric, metric)
    first = next(iter(points.values()))
    name = f"{metric}: {first.dataset}"
    if len(rows) == 1:
        turned = {(c, s): m for (s, c), m in points.items()}
        chart = Chart(f"dots-{metric}", name, conditions, rows, turned, values=True)
        key: tuple[tuple[Markup, Texts | str], ...] = ()
    else:
        chart = Chart(f"dots-{metric}", name, rows, conditions, points)
        key = tuple((shape(i), c) for i, c in enumerate(conditions))
    notes = [texts("caption.intervals", n=first.n, dataset=first.dataset)]
    return _picture(chart, caption=texts("caption.dots", title=title), key=key, notes=notes)


def _found_parts(contrast: Contrast, here: Sequence[Measurement], protocol: Protocol) -> list[Part]:
    return parts_of(contrast.metric, here, condition=_target(contrast, protocol), than=contrast.than)


def _varies(contrast: Contrast, here: Sequence[Measurement]) -> bool:
    """Whether systems differ at all: a property of the text alone, drawn per system, is the same line many times."""
    values = {(m.condition, m.value) for m in here if m.metric == contrast.name}
    return len(values) > len({condition for condition, _ in values}) or len({m.system for m in here}) == 1


def _walk(contrast: Contrast, parts: Sequence[Part], *, protocol: Protocol, order: Sequence[str]) -> Picture:
    """The effect taken apart into the factors that multiply to it."""
    rows = tuple(s for s in order if s in parts[0].ratios)
    called = arrange.titles(protocol)
    name = f"parts-{contrast.name}"
    return Picture(
        name=name,
        caption=texts("caption.parts", condition=_target(contrast, protocol), than=contrast.than),
        wide=draw_parts(parts, rows=rows, name=name, width=WIDE),
        narrow=draw_parts(parts, rows=rows, name=name, width=NARROW),
        key=tuple(
            (swatch(i, len(parts)), _factor(called.get(p.metric, p.metric), p.inverse)) for i, p in enumerate(parts)
        ),
        notes=(texts("note.parts"),),
    )


def _curves(measured: Sequence[Measurement], *, protocol: Protocol, order: Sequence[str]) -> list[Picture]:
    """Metrics that are points of one curve: each says in `params` of which (`curve`) and where it stands on it (`at`).

    One picture for each condition and data set of the curve, a line for each system with two points or more.
    """
    on = {m.name: m.params for m in protocol.metrics if "curve" in m.params}
    found: dict[tuple[str, str, str], dict[str, dict[float, Measurement]]] = {}
    for m in (m for m in measured if m.metric in on and math.isfinite(m.value)):
        place = found.setdefault((on[m.metric]["curve"], m.condition, m.dataset), {})
        place.setdefault(m.system, {})[float(on[m.metric]["at"])] = m
    drawn = []
    for (curve, condition, dataset), systems in found.items():
        curves = {name: systems[name] for name in order if len(systems.get(name, ())) > 1}
        if not curves:
            continue
        name = "-".join([curve, *condition.split(), *dataset.replace("/", " ").split()])
        title = f"{curve}: {condition}, {dataset}"
        wide, narrow = (draw_curve(curves, name=name, title=title, width=width) for width in (WIDE, NARROW))
        n = max(m.n for points in curves.values() for m in points.values())
        key = tuple((shape(i), system) for i, system in enumerate(curves))
        notes = (texts("caption.intervals", n=n, dataset=dataset),)
        caption = texts("caption.depth" if curve == "depth" else "caption.curve", condition=condition)
        drawn.append(Picture(name, caption, wide, narrow, key, notes))
    return drawn


def _learned(evidence: Evidence, order: Sequence[str]) -> list[Picture]:
    """How trainings went, a picture for each thing that was learned, with the first seed of every system."""
    seed = min((curve.seed for curve in evidence.curves), default=0)
    drawn = []
    for skill in dict.fromkeys(curve.skill for curve in evidence.curves):
        own = {c.system: c.points for c in evidence.curves if (c.skill, c.seed) == (skill, seed) and len(c.points) > 1}
        curves = {name: own[name] for name in order if name in own}
        if curves:
            name = "-".join(["learned", *skill.split()])
            wide, narrow = (draw_falling(curves, name=name, title=skill, width=width) for width in (WIDE, NARROW))
            key = tuple((shape(i), system) for i, system in enumerate(curves))
            drawn.append(Picture(name, texts("caption.learned", skill=skill, seed=seed), wide, narrow, key))
    return drawn


def _factor(title: Texts | str, inverse: bool) -> Texts | str:
    return listed(["1", title], " / ") if inverse else title


def _picture(
    chart: Chart,
    *,
    caption: Texts,
    key: tuple[tuple[Markup, Texts | str], ...] = (),
    notes: Sequence[Texts] = (),
) -> Picture:
    wide, narrow = draw_points(chart, width=WIDE), draw_points(chart, width=NARROW)
    return Picture(chart.name, caption, wide, narrow, key, tuple(notes))
