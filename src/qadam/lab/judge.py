"""Applies the rule that was fixed in the study's file to what is stored, and to nothing else."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

import qadam
from qadam.catalogue import items, tables
from qadam.errors import NothingToJudge
from qadam.lab.measure import Rows, contrasts
from qadam.lab.plan import Plan
from qadam.stats.equivalence import p_inside, partial_conjunction
from qadam.terms import (
    Blocked,
    Cell,
    Estimate,
    Evidence,
    Finding,
    Measurement,
    Outcome,
    Record,
    Rule,
    Synthesis,
    SystemVerdict,
    Verdict,
    plain,
)

TOO_MANY_UNSCORED = 0.01  # share of items our side failed on, above which there is no verdict (STYLE.md, rule 9)
_UNSCORED = "{} of {} items could not be scored by us: above 1 % there is no verdict."
_DEMONSTRATION = "Demonstration on sample data written for Qadam: it shows the method and is never evidence."


@dataclass(frozen=True)
class _Effect:
    """One contrast of one cell: the number, and the draws its p-value comes from."""

    measurement: Measurement
    draws: np.ndarray


def judge(
    plan: Plan, *, blocked: Sequence[Blocked] = (), audit: Sequence[Finding] = (), since: float | None = None
) -> Evidence:
    """Measurements of every stored cell of the protocol, the contrasts between conditions, and the verdict.

    Which systems a run was asked for does not matter here: whatever was measured under this protocol before stands in
    the same table.

    Only records of this very protocol count: their folder carries its hash, so a changed rule, metric, data revision or
    seed finds no records and says so instead of judging old ones.

    Raises:
        NothingToJudge: no cell of this protocol is stored.
        RecordDamaged: a record does not match its own checksum.
    """
    stored = list(plan.store.cells())
    all_blocked = (*blocked, *plan.blocked)
    if not stored:
        folders = plan.store.folder.parent.glob("*-*")
        others = sorted(p.name for p in folders if p.is_dir() and p != plan.store.folder)
        held = (
            f" There are records of other protocols ({', '.join(others)}); they are not judged by this one."
            if others
            else ""
        )
        reason = f"{all_blocked[0].reason}\n  So there is" if all_blocked else "There is"
        raise NothingToJudge(
            f"NothingToJudge: {reason} no stored record of {plan.study.problem}, profile {plan.profile}, "
            f"protocol {plan.protocol_hash}.{held}",
            all_blocked[0].unblock if all_blocked else f"qadam run {plan.study.problem} --profile {plan.profile}",
        )
    records = {cell: plan.store.read(cell) for cell in _in_order(plan, stored)}
    effects = _effects(plan, records)
    of_cells = [m for record in records.values() for m in record.measurements]
    measurements = [*of_cells, *(effect.measurement for effect in effects.values())]
    rule = plan.protocol.rule
    if rule and rule.synthesis:
        ruling = rule.synthesis.settle({cell: plan.store.rows(cell) for cell in records}, plan.protocol)
        measurements += [_estimated(plan, estimate, rule.synthesis) for estimate in ruling.estimates]
        verdict = _announced(plan, ruling.verdict, of_cells, all_blocked)
    else:
        verdict = _verdict(plan, effects, all_blocked)
    evidence = Evidence(
        problem=plan.study.problem,
        profile=plan.profile,
        protocol_hash=plan.protocol_hash,
        verdict=verdict,
        measurements=tuple(measurements),
        blocked=all_blocked,
        audit=tuple(audit),
        seconds=round(time.perf_counter() - since, 3) if since is not None else 0.0,
        exploratory=plan.exploratory,
    )
    return evidence


def document(evidence: Evidence) -> dict[str, object]:
    """The evidence as the one JSON document that `--json` prints; the shape is the same for every study."""
    result = plain(evidence)
    result["blocked"] = [{**plain(b), "cell": str(b.cell)} for b in evidence.blocked]
    return dict(result)


def _in_order(plan: Plan, cells: Sequence[Cell]) -> list[Cell]:
    """Cells as the protocol lists them: data sets, then systems, then conditions; not by the alphabet."""
    datasets = list(plan.protocol.datasets)
    systems = _systems(plan, cells)
    conditions = [c.name for c in plan.protocol.conditions]
    return sorted(
        cells,
        key=lambda c: (datasets.index(c.dataset), systems.index(c.system), conditions.index(c.condition), c.seed),
    )


def _systems(plan: Plan, cells: Sequence[Cell]) -> list[str]:
    """Every system with a stored cell: those of the study in its order, then those that users brought."""
    known = [*plan.study.systems[plan.profile], *(row.id for row in plan.systems), *sorted(c.system for c in cells)]
    return list(dict.fromkeys(known))


def _effects(plan: Plan, records: Mapping[Cell, Record]) -> dict[tuple[Cell, str], _Effect]:
    """Every contrast of the protocol in every cell whose control is stored too."""

    @lru_cache(maxsize=64)
    def rows(cell: Cell) -> Rows:
        return plan.store.rows(cell)

    found: dict[tuple[Cell, str], _Effect] = {}
    for cell, record in records.items():
        for than, system in dict.fromkeys((c.than, c.system) for c in plan.protocol.contrasts):
            control = replace(cell, condition=than or cell.condition, system=system or cell.system)
            if control == cell or control not in records:
                continue
            against = tuple(
                c
                for c in plan.protocol.contrasts
                if (c.than, c.system) == (than, system) and (not c.conditions or cell.condition in c.conditions)
            )
            if not against:
                continue
            wanted = replace(plan.protocol, contrasts=against)
            revision = record.system_revision
            compared = contrasts(wanted, cell, rows=rows(cell), control=rows(control), revision=revision)
            found |= {(cell, measurement.metric): _Effect(measurement, draws) for measurement, draws in compared}
    return found


def _verdict(plan: Plan, effects: dict[tuple[Cell, str], _Effect], blocked: Sequence[Blocked]) -> Verdict:
    rule = plan.protocol.rule
    kind = "exploratory" if plan.exploratory else plan.study.kind
    demonstration = plan.profile == "sample"
    if rule is None:
        said = ("This problem has no rule: it is measured.", plan.study.missing)
        return Verdict("measured", None, None, None, None, tuple(filter(None, said)), (), kind, demonstration)
    judged = {
        name: found
        for name in _systems(plan, [cell for cell, _ in effects])
        if not _is_bar(name)
        and len(found := _of_system(rule, name, effects, plan.protocol.seeds[0])) == len(rule.effects)
    }
    by_system = {name: _judge_system(rule, name, found) for name, found in judged.items()}
    outcome, deciding, p = _together(rule, by_system)
    reasons = [_sentence(rule, v) for v in by_system.values() if not rule.of or v.system in rule.of]
    for name in rule.of:
        if name not in by_system:
            why = next((b.reason for b in blocked if b.cell.system == name), "it is not among the systems of this run.")
            reasons.append(f"{name} was not measured: {why}")
    unscored = sum(e.measurement.unscored for found in judged.values() for e in found)
    total = sum(e.measurement.n + e.measurement.unscored for found in judged.values() for e in found)
    if total and unscored / total > TOO_MANY_UNSCORED:
        outcome = "inconclusive"
        reasons.insert(0, _UNSCORED.format(unscored, total))
    if demonstration:
        reasons.insert(0, _DEMONSTRATION)
    return Verdict(
        outcome=outcome,
        effect=deciding.effect if deciding else None,
        low=deciding.low if deciding else None,
        high=deciding.high if deciding else None,
        p=p,
        reasons=tuple(reasons),
        by_system=tuple(by_system.values()),
        kind=kind,
        demonstration=demonstration,
    )


def _estimated(plan: Plan, estimate: Estimate, synthesis: Synthesis) -> Measurement:
    """A number of a synthesis as a measurement like any other, with a signature that names what found it."""
    data = items.revision(*tables.dataset_split(estimate.dataset))
    found = f"{synthesis.settle.__module__}.{synthesis.settle.__qualname__}"
    choices = "|".join(f"{k}:{v}" for k, v in plan.protocol.choices.items())
    seed = plan.protocol.seeds[0]
    signature = (
        f"{estimate.metric}|sys:{estimate.system}|data:{estimate.dataset}@{data}|cond:{estimate.condition}"
        f"|synthesis:{found}@{synthesis.version}|{choices}|n:{estimate.n}|seed:{seed}|qadam:{qadam.__version__}"
    )
    return Measurement(**estimate._asdict(), seed=seed, no_answer=0, unscored=0, signature=signature)


def _announced(plan: Plan, verdict: Verdict, held: Sequence[Measurement], blocked: Sequence[Blocked]) -> Verdict:
    """The verdict of a synthesis as it may be given out: never with too much unscored, and told what it lacks."""
    reasons, outcome = list(verdict.reasons), verdict.outcome
    for reason, cells in _gathered(blocked).items():
        named = str(cells[0]) if len(cells) == 1 else f"{len(cells)} cells, {cells[0]} first, were"
        reasons.append(f"{named}{' was' if len(cells) == 1 else ''} not measured: {reason}")
    each = {(m.dataset, m.system, m.condition, m.seed): m for m in held}.values()
    unscored, total = sum(m.unscored for m in each), sum(m.n + m.unscored for m in each)
    if total and unscored / total > TOO_MANY_UNSCORED:
        outcome = "inconclusive"
        reasons.insert(0, _UNSCORED.format(unscored, total))
    if plan.profile == "sample":
        reasons.insert(0, _DEMONSTRATION)
    kind = "exploratory" if plan.exploratory else plan.study.kind
    demonstration = plan.profile == "sample"
    return replace(verdict, outcome=outcome, reasons=tuple(reasons), kind=kind, demonstration=demonstration)


def _gathered(blocked: Sequence[Blocked]) -> dict[str, list[Cell]]:
    """Blocked cells by their reason."""
    found: dict[str, list[Cell]] = {}
    for b in blocked:
        found.setdefault(b.reason, []).append(b.cell)
    return found


def _of_system(rule: Rule, system: str, effects: dict[tuple[Cell, str], _Effect], seed: int) -> list[_Effect]:
    cell = Cell(rule.dataset, system, rule.condition, seed)
    return [effects[cell, name] for name in rule.effects if (cell, name) in effects]


def _judge_system(rule: Rule, system: str, found: Sequence[_Effect]) -> SystemVerdict:
    """The rule on one system; the first effect named in the rule is the one shown."""
    shown = found[0].measurement
    return SystemVerdict(
        system=system,
        outcome=rule.outcome([(e.measurement.low, e.measurement.high) for e in found]),
        effect=shown.value,
        low=shown.low,
        high=shown.high,
        p=max(_p(e, rule) for e in found),
    )


def _p(effect: _Effect, rule: Rule) -> float:
    """p for "the effect lies in the zone"; 1 where the effect has no value in too many resamples to say."""
    p = p_inside(effect.draws, low=rule.supported.low, high=rule.supported.high)
    return 1.0 if math.isnan(p) else p


def _is_bar(name: str) -> bool:
    """Whether a system is only there to compare with (bytes, characters), so that no verdict is passed on it."""
    return any(row.id == name and row.bar for row in tables.systems())


def _title(name: str) -> str:
    return next((row.title for row in tables.systems() if row.id == name), name)


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
    title = _title(verdict.system)
    return f"{title}: {verdict.effect:.2f} [{verdict.low:.2f}, {verdict.high:.2f}] against {rule.supported}: {verdict.outcome}."
