"""Says the verdict and its rule in sentences, each in every language of the interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qadam.publish import pages
from qadam.publish.numbers import decimals, number, zone
from qadam.publish.words import listed, texts
from qadam.terms import Evidence, Rule, Texts


def told(evidence: Evidence, rule: Rule | None, called: Mapping[str, Texts]) -> dict[str, Any]:
    """What the page says of the rule and of what came out, under the names that the templates know; empty without a rule."""
    if rule is None:
        return {"effect": None, "quorum": None, "beside": [], "by_system": [], "rule": []}
    return {
        "effect": _effect(evidence, rule, called),
        "quorum": _quorum(evidence, rule),
        "beside": _beside(evidence, rule, called),
        "by_system": _by_system(evidence, rule),
        "rule": _rule(rule, called),
    }


def _effect(evidence: Evidence, rule: Rule, called: Mapping[str, Texts]) -> Texts | None:
    """The number behind the verdict in a sentence: of the deciding system, else the range over several."""
    title = called.get(rule.effects[0], rule.effects[0])
    verdict = evidence.verdict
    if verdict.effect is not None and verdict.low is not None and verdict.high is not None:
        decided = pages.deciding(evidence)
        if decided:
            title = listed([decided.system, title], " · ")
        value, low, high = _places(evidence, rule)(verdict.effect, verdict.low, verdict.high)
        return texts("sentence.effect", title=title, value=value, low=low, high=high)
    if len(verdict.by_system) < 2:
        return None
    effects = [v.effect for v in verdict.by_system]
    least, most = _places(evidence, rule)(min(effects), max(effects))
    return texts("sentence.range", title=title, least=least, most=most, n=len(effects))


def _places(evidence: Evidence, rule: Rule) -> Any:
    """A writer of numbers with the decimals that the effects of the rule deserve."""
    places = decimals((m for m in evidence.measurements if m.metric in rule.effects), rule)
    return lambda *values: [number(v, places) for v in values]


def _quorum(evidence: Evidence, rule: Rule) -> Texts | None:
    """How the systems that the rule names divide: a verdict over systems hides the one that differs.

    Nothing is said of a single system, which the verdict does not hide, nor where the verdict is not told system by system.
    """
    if len(rule.of) < 2 or not evidence.verdict.by_system:
        return None
    outcomes = [v.outcome for v in evidence.verdict.by_system if v.system in rule.of]
    for_it, against = outcomes.count("supported"), outcomes.count("refuted")
    n = len(rule.of)
    return texts("sentence.quorum", n=n, supported=for_it, refuted=against, open=n - for_it - against)


def _beside(evidence: Evidence, rule: Rule, called: Mapping[str, Texts]) -> list[Texts]:
    """Contrasts that the rule wants seen next to the verdict, over the systems that it names, smallest first."""
    said = []
    for name in rule.beside:
        here = (name, rule.dataset, rule.condition)
        found = [m for m in evidence.measurements if (m.metric, m.dataset, m.condition) == here]
        named = sorted((m for m in found if m.system in rule.of), key=lambda m: m.value)
        values = "; ".join(f"{m.system} {m.value:.2f} [{m.low:.2f}, {m.high:.2f}]" for m in named)
        said += [listed([called.get(name, name), values], ": ")] if named else []
    return said


def _by_system(evidence: Evidence, rule: Rule) -> list[dict[str, Any]]:
    """The verdict of each system, smallest effect first, with its numbers as text; whether the rule asks for it."""
    write = _places(evidence, rule)
    ranked = sorted(evidence.verdict.by_system, key=lambda v: v.effect)
    keys = ("effect", "low", "high")
    return [
        {"system": v.system, "outcome": v.outcome, "named": v.system in rule.of}
        | dict(zip(keys, write(v.effect, v.low, v.high), strict=True))
        for v in ranked
    ]


def _rule(rule: Rule, called: Mapping[str, Texts]) -> list[Texts]:
    """The rule in sentences."""
    if rule.synthesis:
        return list(rule.synthesis.asks)
    effects = listed([called.get(e, e) for e in rule.effects], "; ")
    where = {"condition": rule.condition, "dataset": rule.dataset, "level": f"{100 * (1 - rule.alpha):g}"}
    zones = {lang: f" {w} ".join(zone(z) for z in rule.refuted) for lang, w in texts("rule.or").items()}
    said = [listed([texts("rule.supported", effects=effects, zone=zone(rule.supported), **where), ""], ".")]
    if len(rule.effects) > 1:
        said.append(texts("rule.every_effect"))
    if rule.refuted:
        said.append(listed([texts("rule.refuted", zone=zones), ""], "."))
    said.append(texts("rule.otherwise"))
    if rule.of:
        said.append(texts("rule.at_least", k=rule.at_least, n=len(rule.of), systems=", ".join(rule.of)))
    else:
        said.append(texts("rule.every_system"))
    return said
