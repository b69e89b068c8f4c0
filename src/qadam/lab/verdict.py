"""From effects to a verdict: the rule on each system, then over systems, and what keeps a verdict from being given out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from qadam.catalogue import tables
from qadam.lab.plan import Plan
from qadam.stats.equivalence import p_inside, partial_conjunction
from qadam.terms import Blocked, Cell, Measurement, Outcome, Rule, SystemVerdict, Verdict

TOO_MANY_UNSCORED = 0.01  # share of items our side failed on, above which there is no verdict (STYLE.md, rule 9)
_UNSCORED = "{} of {} items could not be scored by us: above 1 % there is no verdict."
_DEMONSTRATION = "Demonstration on sample data written for Qadam: it shows the method and is never evidence."


@dataclass(frozen=True)
class Effect:
    """One contrast of one cell: the number, and the draws its p-value comes from."""

    measurement: Measurement
    draws: np.ndarray


def measured(plan: Plan) -> Verdict:
    """The verdict of a study without a rule: it was measured, and perhaps something is missing for more."""
    said = ("This problem has no rule: it is measured.", plan.study.missing)
    return given_out(plan, Verdict("measured", None, None, None, None, tuple(filter(None, said))), told=False)


def ruled(plan: Plan, rule: Rule, effects: Mapping[str, Sequence[Effect]], blocked: Sequence[Blocked]) -> Verdict:
    """The rule on the effects of each system, which are in the order of `rule.effects`."""
    judged = {
        name: found
        for name, found in effects.items()
        if len(found) == len(rule.effects) and not any(row.id == name and row.bar for row in tables.systems())
    }
    by_system = {name: _of_system(rule, name, found) for name, found in judged.items()}
    outcome, deciding, p = _together(rule, by_system)
    reasons = [_sentence(rule, v) for v in by_system.values() if not rule.of or v.system in rule.of]
    for name in rule.of:
        if name not in by_system:
            why = next((b.reason for b in blocked if b.cell.system == name), "it is not among the systems of this run.")
            reasons.append(f"{name} was not measured: {why}")
    verdict = Verdict(outcome, None, None, None, p, tuple(reasons), tuple(by_system.values()))
    if deciding:
        verdict = replace(verdict, effect=deciding.effect, low=deciding.low, high=deciding.high)
    return given_out(plan, verdict, scored=(e.measurement for found in judged.values() for e in found))


def settled(plan: Plan, verdict: Verdict, held: Sequence[Measurement], blocked: Sequence[Blocked]) -> Verdict:
    """The verdict of a synthesis, told what it lacks; `held` are the measurements of all cells."""
    reasons = list(verdict.reasons)
    for reason, cells in _gathered(blocked).items():
        named = str(cells[0]) if len(cells) == 1 else f"{len(cells)} cells, {cells[0]} first, were"
        reasons.append(f"{named}{' was' if len(cells) == 1 else ''} not measured: {reason}")
    each = {(m.dataset, m.system, m.condition, m.seed): m for m in held}.values()
    return given_out(plan, replace(verdict, reasons=tuple(reasons)), scored=each)


def given_out(plan: Plan, verdict: Verdict, *, scored: Iterable[Measurement] = (), told: bool = True) -> Verdict:
    """A verdict as it may be given out: never with too much unscored, and never a demonstration as evidence."""
    counts = [(m.unscored, m.n + m.unscored) for m in scored]
    unscored, total = sum(u for u, _ in counts), sum(n for _, n in counts)
    before, outcome = [], verdict.outcome
    demonstration = plan.profile == "sample"
    if demonstration and told:
        before.append(_DEMONSTRATION)
    if total and unscored / total > TOO_MANY_UNSCORED:
        outcome = "inconclusive"
        before.append(_UNSCORED.format(unscored, total))
    kind = "exploratory" if plan.exploratory else plan.study.kind
    reasons = (*before, *verdict.reasons)
    return replace(verdict, outcome=outcome, reasons=reasons, kind=kind, demonstration=demonstration)


def _gathered(blocked: Sequence[Blocked]) -> dict[str, list[Cell]]:
    """Blocked cells by their reason."""
    found: dict[str, list[Cell]] = {}
    for b in blocked:
        found.setdefault(b.reason, []).append(b.cell)
    return found


def _of_system(rule: Rule, system: str, found: Sequence[Effect]) -> SystemVerdict:
    """The rule on one system; the first effect named in the rule is the one shown."""
    shown = found[0].measurement
    outcome = rule.outcome([(e.measurement.low, e.measurement.high) for e in found])
    return SystemVerdict(system, outcome, shown.value, shown.low, shown.high, max(_p(e, rule) for e in found))


def _p(effect: Effect, rule: Rule) -> float:
    """p for "the effect lies in the zone"; 1 where the effect has no value in too many resamples to say."""
    p = p_inside(effect.draws, low=rule.supported.low, high=rule.supported.high)
    return 1.0 if math.isnan(p) else p


def _together(rule: Rule, by_system: dict[str, SystemVerdict]) -> tuple[Outcome, SystemVerdict | None, float | None]:
    """The verdict over systems, the system whose interval decided it, and the p-value of the claim.

    The deciding system is the one on which the count hinges: with "at least 2 of 3" the one whose interval lies second
    deepest inside the zone (or, if the claim falls, second farthest outside).
    p is for "at least that many of the named systems lie inside the zone" (partial conjunction); systems that were
    not measured count as p = 1.
    """
    names = rule.of or tuple(by_system)
    need = rule.at_least if rule.of else len(names)
    present = [by_system[n] for n in names if n in by_system]
    if not present:
        return "inconclusive", None, None
    p = partial_conjunction([by_system[n].p if n in by_system else 1.0 for n in names], need)
    zone = rule.supported
    present.sort(key=lambda v: min(v.low - zone.low, zone.high - v.high), reverse=True)
    supported = [v for v in present if v.outcome == "supported"]
    refuted = [v for v in reversed(present) if v.outcome == "refuted"]
    if len(supported) >= need:
        return "supported", supported[need - 1], p
    if len(refuted) >= need:
        return "refuted", refuted[need - 1], p
    return "inconclusive", present[min(need, len(present)) - 1], p


def _sentence(rule: Rule, verdict: SystemVerdict) -> str:
    title = next((row.title for row in tables.systems() if row.id == verdict.system), verdict.system)
    return f"{title}: {verdict.effect:.2f} [{verdict.low:.2f}, {verdict.high:.2f}] against {rule.supported}: {verdict.outcome}."
