"""What would change a verdict: how far its interval lies from the bounds of the rule, and what was not measured."""

from __future__ import annotations

import math

from qadam.publish import arrange, pages
from qadam.publish.numbers import decimals, interval, number, zone
from qadam.publish.site.known import Known
from qadam.publish.words import texts
from qadam.terms import Evidence, Rule, Texts, Zone

FAR = 1000  # times as many items; beyond, "more items" is no advice


def change(known: Known) -> list[Texts | str]:
    """Sentences, the most decisive first; empty without evidence. A text that is no translation is English."""
    evidence = known.evidence
    if evidence is None or not known.measured:
        return []
    rule = known.protocol.rule
    said: list[Texts | str] = []
    if rule is None:
        said += [texts("change.no_rule")]
    elif rule.synthesis is None:
        said += _margin(evidence, rule)
        said += _quorum(evidence, rule)
    else:
        said += [texts("change.synthesis")]
    said += _smallest(known)
    said += _blocked(evidence, rule)
    if not known.current:
        said.append(texts("change.old_protocol"))
    return said


def _margin(evidence: Evidence, rule: Rule) -> list[Texts | str]:
    """How far the deciding interval is from the zone that it is in, or how many more items would bring it into one."""
    verdict = evidence.verdict
    if verdict.effect is None or verdict.low is None or verdict.high is None:
        return []
    decided = pages.deciding(evidence)
    places = decimals([decided], rule) if decided else 2
    now = {"now": interval(verdict.low, verdict.high, places)}
    zones = {"supported": (rule.supported,), "refuted": rule.refuted}.get(verdict.outcome, ())
    for one in (z for z in zones if z.holds(verdict.low, verdict.high)):
        edges = [verdict.low - one.low, one.high - verdict.high]
        gap = min(edge for edge in edges if math.isfinite(edge))
        return [texts("change.margin", zone=zone(one), gap=number(gap, places), **now)]
    half = (verdict.high - verdict.low) / 2
    room = max((_room(z, verdict.effect) for z in (rule.supported, *rule.refuted)), default=0.0)
    wanted = " / ".join(zone(z) for z in (rule.supported, *rule.refuted))
    said: list[Texts | str] = [texts("change.undecided", zones=wanted, **now)]
    times = (half / room) ** 2 if room > 0 else math.inf
    if decided and 1 < times < FAR:
        n = math.ceil(decided.n * times / 10) * 10
        said.append(texts("change.more_items", times=f"{times:.1f}" if times < 10 else f"{times:.0f}", n=number(n, 0)))
    elif room <= 0 or times >= FAR:
        said.append(texts("change.between"))
    return said


def _room(zone_: Zone, value: float) -> float:
    """How far a value lies inside a zone; negative outside."""
    return min(value - zone_.low, zone_.high - value)


def _quorum(evidence: Evidence, rule: Rule) -> list[Texts | str]:
    """How many of the systems that the rule counts would have to turn."""
    verdict = evidence.verdict
    if verdict.outcome not in ("supported", "refuted") or not rule.of:
        return []
    with_it = sum(v.outcome == verdict.outcome and v.system in rule.of for v in verdict.by_system)
    return [texts("change.quorum", k=rule.at_least, n=len(rule.of), have=with_it, turn=with_it - rule.at_least + 1)]


def _smallest(known: Known) -> list[Texts | str]:
    """The smallest effect seen in any system, whoever the verdict rests on."""
    assert known.evidence is not None
    verdict, rule = known.evidence.verdict, known.protocol.rule
    if rule is None or len(verdict.by_system) < 2:
        return []
    least = min(verdict.by_system, key=lambda v: abs(v.effect))
    places = decimals((m for m in known.evidence.measurements if m.metric in rule.effects), rule)
    title = arrange.titles(known.protocol).get(next(iter(rule.effects), ""), "")
    value = f"{number(least.effect, places)} {interval(least.low, least.high, places)}"
    return [texts("change.smallest", title=title, system=least.system, value=value)]


def _blocked(evidence: Evidence, rule: Rule | None) -> list[Texts | str]:
    """What was not measured, the systems that the rule names before others."""
    systems = list(dict.fromkeys(b.cell.system for b in evidence.blocked))
    named = [name for name in systems if rule and name in rule.of]
    if named:
        return [texts("change.blocked_named", systems=", ".join(named))]
    if systems:
        shown = ", ".join(systems[:6]) + (" …" if len(systems) > 6 else "")
        return [texts("change.blocked", n=len(evidence.blocked), systems=shown)]
    return []
