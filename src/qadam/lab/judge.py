"""Applies the rule that was fixed in the study's file to what is stored, and to nothing else."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import qadam
from qadam.catalogue import items, tables
from qadam.errors import NothingToJudge
from qadam.lab import verdict
from qadam.lab.measure import Rows, contrasts
from qadam.lab.plan import Plan
from qadam.terms import Blocked, Cell, Curve, Estimate, Evidence, Finding, Measurement, Record, Rule, Synthesis, plain


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
        raise _nothing(plan, all_blocked)
    records = {cell: plan.store.read(cell) for cell in _in_order(plan, stored)}
    effects = _effects(plan, records)
    of_cells = [m for record in records.values() for m in record.measurements]
    estimates: list[Measurement] = []
    rule = plan.protocol.rule
    if rule is None:
        found = verdict.measured(plan)
    elif rule.synthesis:
        ruling = rule.synthesis.settle({cell: plan.store.rows(cell) for cell in records}, plan.protocol)
        estimates = [_estimated(plan, estimate, rule.synthesis) for estimate in ruling.estimates]
        found = verdict.settled(plan, ruling.verdict, of_cells, all_blocked)
    else:
        found = verdict.ruled(plan, rule, _of_the_rule(plan, rule, effects), all_blocked)
    return Evidence(
        problem=plan.study.problem,
        profile=plan.profile,
        protocol_hash=plan.protocol_hash,
        verdict=found,
        measurements=(*of_cells, *(effect.measurement for effect in effects.values()), *estimates),
        blocked=all_blocked,
        audit=tuple(audit),
        seconds=round(time.perf_counter() - since, 3) if since is not None else 0.0,
        exploratory=plan.exploratory,
        parts=tuple(part for record in records.values() for part in record.parts),
        counted=tuple(counted for record in records.values() for counted in record.counted),
        curves=tuple(
            Curve(cell.system, cell.seed, skill, tuple((share, loss) for share, loss in points))
            for cell, record in records.items()
            for skill, points in record.provenance.get("curves", {}).items()
        ),
    )


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


def _effects(plan: Plan, records: Mapping[Cell, Record]) -> dict[tuple[Cell, str], verdict.Effect]:
    """Every contrast of the protocol in every cell whose control is stored too."""

    @lru_cache(maxsize=64)
    def rows(cell: Cell) -> Rows:
        return plan.store.rows(cell)

    found: dict[tuple[Cell, str], verdict.Effect] = {}
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
            found |= {(cell, measurement.metric): verdict.Effect(measurement, draws) for measurement, draws in compared}
    return found


def _estimated(plan: Plan, estimate: Estimate, synthesis: Synthesis) -> Measurement:
    """A number of a synthesis as a measurement like any other, with a signature that names what found it."""
    data = "+".join(items.revision(*tables.dataset_split(name)) for name in estimate.dataset.split("+"))
    found = f"{synthesis.settle.__module__}.{synthesis.settle.__qualname__}"
    choices = "|".join(f"{k}:{v}" for k, v in plan.protocol.choices.items())
    seed = plan.protocol.seeds[0]
    signature = (
        f"{estimate.metric}|sys:{estimate.system}|data:{estimate.dataset}@{data}|cond:{estimate.condition}"
        f"|synthesis:{found}@{synthesis.version}|{choices}|n:{estimate.n}|seed:{seed}|qadam:{qadam.__version__}"
    )
    return Measurement(**estimate._asdict(), seed=seed, no_answer=0, unscored=0, signature=signature)


def _of_the_rule(
    plan: Plan, rule: Rule, effects: Mapping[tuple[Cell, str], verdict.Effect]
) -> dict[str, list[verdict.Effect]]:
    """The effects that the rule speaks of, by system."""
    cells = {
        name: Cell(rule.dataset, name, rule.condition, plan.protocol.seeds[0])
        for name in _systems(plan, [cell for cell, _ in effects])
    }
    return {
        name: [effects[cell, effect] for effect in rule.effects if (cell, effect) in effects]
        for name, cell in cells.items()
    }


def _nothing(plan: Plan, blocked: Sequence[Blocked]) -> NothingToJudge:
    """The error for a protocol without a record, with what stands in the way or lies beside it."""
    folders = plan.store.folder.parent.glob("*-*")
    others = sorted(p.name for p in folders if p.is_dir() and p != plan.store.folder)
    held = f" There are records of other protocols ({', '.join(others)}); they are not judged by this one."
    reason = f"{blocked[0].reason}\n  So there is" if blocked else "There is"
    return NothingToJudge(
        f"NothingToJudge: {reason} no stored record of {plan.study.problem}, profile {plan.profile}, "
        f"protocol {plan.protocol_hash}.{held if others else ''}",
        blocked[0].unblock if blocked else f"qadam run {plan.study.problem} --profile {plan.profile}",
    )
