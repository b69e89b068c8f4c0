"""What a classifier of emotions loses on voices, sentences and corpora that it has not heard, and what that proves.

Flattery     UAR with clips dealt by chance less UAR with speakers apart, from folds of the same sizes: what knowing the
             voice gives. Speakers are resampled; what chance dealt is averaged over the seeds.
Corpus drop  UAR with speakers apart within the corpus that was learned from, less UAR on another corpus. Few speakers, such as
             three narrators, are no sample of all: so each is set against the other corpus by itself.
Depth        where in a model emotion is best heard: the peak for each speaker left out, and by how much the middle third leads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from qadam.metrics.emotion import COLUMNS, DEPTHS, AtDepth, uar
from qadam.stats.interval import Interval, percentile, resample
from qadam.stats.paired import paired
from qadam.terms import Cell, Estimate, Protocol, Rule, Ruling, Verdict

Rows = Sequence[Mapping[str, Any]]

SPEAKER, CHANCE, OTHER, LAYERS = "speakers apart", "by chance", "another corpus", "layers"
FEW = 10  # speakers; up to so many each is looked at alone
LEAD = 0.02  # of UAR by which the middle third must lead
MIDDLE = range(4, 9)  # depths 4 to 8 of 12


def settle(rows: Mapping[Cell, Rows], protocol: Protocol) -> Ruling:
    """Flattery of every classifier, its drop to other corpora, the depth at which it hears best; and the rule on the drop."""
    rule = protocol.rule
    assert rule is not None
    estimates = [*_flatteries(rows, protocol)]
    told = [
        f"{e.system} on {e.dataset}: a random split gives {e.value:+.3f} [{e.low:+.3f}, {e.high:+.3f}] UAR over unheard speakers."
        for e in estimates
        if e.low < e.high
    ]
    drops: dict[str, Mapping[str, Interval]] = {}
    for cell, own in rows.items():
        if cell.seed != protocol.seeds[0]:
            continue
        if cell.condition == OTHER:
            home = next((k for k in rows if (k.system, k.condition, k.seed) == (cell.system, SPEAKER, cell.seed)), None)
            if home:
                found = _drops(_scored(rows[home]), _scored(own), protocol)
                where = f"{home.dataset}+{cell.dataset}"
                estimates.append(_told("corpus_drop", where, cell, _middle(found), n=len(own)))
                drops |= {cell.system: found} if cell.dataset == rule.dataset else {}
        elif cell.condition == LAYERS:
            lead, outcome, best = _depth(_scored(own), protocol)
            estimates.append(_told("middle_lead", cell.dataset, cell, lead, n=len(own)))
            told.append(f"{cell.system} hears emotion best at depth {best} of {DEPTHS - 1}: middle layers {outcome}.")
    return Ruling(_verdict(drops, told, rule), tuple(estimates))


def _flatteries(rows: Mapping[Cell, Rows], protocol: Protocol) -> list[Estimate]:
    found = []
    for cell in (c for c in rows if c.condition == CHANCE and c.seed == protocol.seeds[0]):
        values, draws = [], []
        for seed in protocol.seeds:
            pair = [rows.get(replace(cell, condition=c, seed=seed)) for c in (CHANCE, SPEAKER)]
            if pair[0] and pair[1]:
                value, its = _flattery(pair[0], pair[1], protocol)
                values.append(value)
                draws.append(its)
        if values:
            interval = percentile(float(np.mean(values)), np.mean(draws, axis=0))
            found.append(_told("flattery", cell.dataset, cell, interval, n=len(rows[cell])))
    return found


def _flattery(chance: Rows, apart: Rows, protocol: Protocol) -> tuple[float, np.ndarray]:
    other = {row["item"]: row for row in _scored(apart)}
    pairs = [(row, other[row["item"]]) for row in _scored(chance) if row["item"] in other]
    sides = [(_table([pair[k] for pair in pairs]), COLUMNS) for k in (0, 1)]
    groups = [row["group"] or row["item"] for row, _ in pairs]
    resamples, seed = int(protocol.limits["resamples"]), protocol.seeds[0]
    compared = paired(*sides, groups=groups, resamples=resamples, seed=seed).compared(uar, by="difference")
    return compared.interval.value, compared.draws


def _drops(home: Rows, other: Rows, protocol: Protocol) -> dict[str, Interval]:
    """The drop for each speaker of the corpus that was learned from; of many speakers one drop for all, `""`."""
    voices = sorted({row["group"] for row in home})
    few = len(voices) <= FEW
    there = _drawn(other, protocol, shift=1, clustered=True)
    found = {}
    for voice in voices if few else [""]:
        here = _drawn([r for r in home if not few or r["group"] == voice], protocol, shift=0, clustered=not few)
        found[voice] = percentile(here[0] - there[0], here[1] - there[1])
    return found


def _drawn(rows: Rows, protocol: Protocol, *, shift: int, clustered: bool) -> tuple[float, np.ndarray]:
    groups = [row["group"] or row["item"] for row in rows] if clustered else None
    seed = protocol.seeds[0] + shift
    how = resample((_table(rows), COLUMNS), groups=groups, resamples=int(protocol.limits["resamples"]), seed=seed)
    return how.scored(uar)


def _middle(found: Mapping[str, Interval]) -> Interval:
    """The mean of the drops, and the outermost ends of their intervals."""
    each = np.array([[*interval] for interval in found.values()])
    return Interval(float(each[:, 0].mean()), float(each[:, 1].min()), float(each[:, 2].max()))


def _depth(rows: Rows, protocol: Protocol) -> tuple[Interval, str, int]:
    """By how much the best middle depth leads the best of the others; what that says; the best depth of all."""
    columns = [name for name in rows[0] if name[0].isdigit()]
    table = np.array([[row[c] for c in columns] for row in rows], float)

    def lead(sums: Mapping[str, Any]) -> Any:
        each = np.array([AtDepth(k)(sums) for k in range(DEPTHS)])
        return each[list(MIDDLE)].max(axis=0) - np.delete(each, list(MIDDLE), axis=0).max(axis=0)

    groups = [row["group"] or row["item"] for row in rows]
    own = groups if len(set(groups)) > FEW else None
    how = {"resamples": int(protocol.limits["resamples"]), "seed": protocol.seeds[0]}
    value, draws = resample((table, columns), groups=own, **how).scored(lead)
    interval = percentile(value, draws)
    peaks = []
    for voice in dict.fromkeys(groups) if own is None else [None]:
        sums = dict(zip(columns, table[[g == voice or voice is None for g in groups]].sum(axis=0), strict=True))
        peaks.append(int(np.argmax([AtDepth(k)(sums) for k in range(DEPTHS)])))
    total = dict(zip(columns, table.sum(axis=0), strict=True))
    best = int(np.argmax([AtDepth(k)(total) for k in range(DEPTHS)]))
    inside = all(peak in MIDDLE for peak in peaks)
    outcome = "supported" if inside and interval.low > LEAD else "refuted" if not inside else "inconclusive"
    return interval, outcome, best


def _table(rows: Rows) -> np.ndarray:
    return np.array([[row[column] for column in COLUMNS] for row in rows], float)


def _scored(rows: Rows) -> Rows:
    """The rows that we did not fail to score."""
    return [row for row in rows if row["status"] != "unscored"]


def _told(name: str, where: str, cell: Cell, interval: Interval, *, n: int) -> Estimate:
    return Estimate(name, where, cell.system, cell.condition, *interval, n=n, unit="share 0-1")


def _verdict(drops: Mapping[str, Mapping[str, Interval]], told: Sequence[str], rule: Rule) -> Verdict:
    """The rule on the drop: every classifier it names, and every speaker of it, must say the same; `told` stands beside."""
    missing = [name for name in rule.of if name not in drops]
    judged = {name: drops[name] for name in rule.of if name in drops}
    if not judged:
        why = f"Not measured on {rule.dataset}: {', '.join(missing)}."
        return Verdict("inconclusive", None, None, None, None, (why, *told))
    each = {}
    for name, found in judged.items():
        says = rule.outcome([(i.low, i.high) for i in found.values()])
        small = says == "supported" and _middle(found).value < 0.15
        each[name] = "inconclusive" if small else says
    agreed = len(set(each.values())) == 1 and not missing
    reasons = [
        f"{name}: UAR falls by {i.value:.3f} [{i.low:.3f}, {i.high:.3f}] over {len(judged[name])} speakers looked at alone: {each[name]}."
        for name, i in ((name, _middle(found)) for name, found in judged.items())
    ]
    reasons += [f"Not measured: {', '.join(missing)}."] if missing else []
    whole = _middle(judged[next(iter(judged))])
    outcome = each[next(iter(each))] if agreed else "inconclusive"
    return Verdict(outcome, whole.value, whole.low, whole.high, None, (*reasons, *told))
