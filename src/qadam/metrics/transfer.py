"""What classifiers of reviews lose on headlines, and what helps: a margin for neutral, other class frequencies.

The gap of macro-F1 is given as it is, and to reviews weighted to the mix of classes that the headlines have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from qadam.metrics.classification import Classes, Given, macro_f1
from qadam.stats.interval import Interval, percentile, resample
from qadam.stats.prior import corrected
from qadam.terms import Cell, Estimate, Protocol, Rule, Ruling, Verdict

NEGATIVE, NEUTRAL, POSITIVE = "negative", "neutral", "positive"
SIDES = Classes("polarity", (NEGATIVE, POSITIVE))
THREE = Classes("three", (NEGATIVE, NEUTRAL, POSITIVE))

FOR_MARGIN = (
    100  # headlines on which the margin of neutral is chosen; half of them where there are fewer than twice as many
)
LEARNED = (0.5, 0.5)  # how common the two classes are in the reviews that are learned from


def settle(rows: Mapping[Cell, Sequence[Mapping[str, Any]]], protocol: Protocol) -> Ruling:
    """What every classifier of reviews loses on headlines, and what helps."""
    rule = protocol.rule
    assert rule is not None
    how = {"resamples": int(protocol.limits["resamples"]), "seed": protocol.seeds[0]}
    estimates: list[Estimate] = []
    gaps: dict[str, Interval] = {}
    for cell, heads in rows.items():
        reviews = rows.get(replace(cell, dataset=protocol.datasets[0], condition=protocol.conditions[0].name))
        if cell.condition == rule.condition and reviews:
            found = _gaps(reviews, heads, how)
            gaps |= {cell.system: found["transfer_gap"]} if cell.dataset == rule.dataset else {}
            where = f"{protocol.datasets[0]}+{cell.dataset}"
        elif cell.dataset == rule.dataset and any(row["weighed"] for row in heads) and _knows_no_neutral(heads):
            found = {"selective_f1": _selective(heads, how)}
            where = cell.dataset
        else:
            continue
        n = len(heads) if cell.condition == rule.condition else len(heads) - _for_margin(heads)
        estimates += [
            Estimate(name, where, cell.system, cell.condition, *i, n=n, unit="F1 0-1") for name, i in found.items()
        ]
    return Ruling(_verdict(gaps, rule, protocol), tuple(estimates))


def _gaps(reviews: Sequence[Any], heads: Sequence[Any], how: Mapping[str, int]) -> dict[str, Interval]:
    """The gap as it is, the gap to reviews with the classes of the headlines, and the score with corrected probabilities."""
    score = SIDES.metrics(())[0].score
    columns = SIDES.columns
    there, here = (np.array([[row[c] for c in columns] for row in side]) for side in (reviews, heads))
    mixes = [np.array([[_of(row, label) for label in SIDES.labels] for row in side]) for side in (reviews, heads)]
    weights = mixes[0] @ (mixes[1].mean(axis=0) / np.maximum(mixes[0].mean(axis=0), 1e-12))
    value, draws = resample((here, columns), resamples=how["resamples"], seed=how["seed"] + 1).scored(score)
    found = {}
    for name, side in (("transfer_gap", there), ("gap_same_mix", there * weights[:, None])):
        other, others = resample((side, columns), resamples=how["resamples"], seed=how["seed"]).scored(score)
        found[name] = percentile(value - other, draws - others)
    if all(row["weighed"] for row in heads):
        chances, _ = corrected([[row[f"chance_{label}"] for label in SIDES.labels] for row in heads], LEARNED)
        given = [SIDES.labels[k] for k in chances.argmax(axis=1)]
        again = [SIDES(Given(label), _gold(row, SIDES)) for label, row in zip(given, heads, strict=True)]
        found["prior_corrected_f1"] = _scored(SIDES, again, how)
    return found


def _selective(heads: Sequence[Any], how: Mapping[str, int]) -> Interval:
    """Macro-F1 in three classes on the headlines that did not choose the margin."""
    order = np.random.default_rng(how["seed"]).permutation(len(heads))
    cut = _for_margin(heads)
    tuning, others = ([heads[at] for at in its] for its in (order[:cut], order[cut:]))
    gold = [_gold(row, THREE) for row in tuning]
    margins = np.linspace(0, 0.5, 51)
    margin = max(margins, key=lambda m: (macro_f1(gold, [_leaning(row, m) for row in tuning], THREE.labels), -m))
    return _scored(THREE, [THREE(Given(_leaning(row, margin)), _gold(row, THREE)) for row in others], how)


def _for_margin(heads: Sequence[Any]) -> int:
    return min(FOR_MARGIN, len(heads) // 2)


def _leaning(row: Mapping[str, Any], margin: float) -> str:
    lean = row[f"chance_{POSITIVE}"] - 0.5
    return NEUTRAL if abs(lean) < margin else POSITIVE if lean > 0 else NEGATIVE


def _knows_no_neutral(heads: Sequence[Any]) -> bool:
    """Whether all were asked for three classes, and the classifier gives nothing to the middle one."""
    return not any(row.get(f"chance_{NEUTRAL}", 1.0) for row in heads)


def _scored(classes: Classes, rows: Sequence[Mapping[str, float]], how: Mapping[str, int]) -> Interval:
    table = np.array([[row[c] for c in classes.columns] for row in rows])
    score = classes.metrics(())[0].score
    return percentile(*resample((table, classes.columns), resamples=how["resamples"], seed=how["seed"]).scored(score))


def _of(row: Mapping[str, Any], label: str) -> float:
    return float(sum(row[f"{label}>{other}"] for other in (*SIDES.labels, "none")))


def _gold(row: Mapping[str, Any], classes: Classes) -> str:
    return next(a for a in classes.labels for b in (*classes.labels, "none") if row[f"{a}>{b}"])


def _verdict(gaps: Mapping[str, Interval], rule: Rule, protocol: Protocol) -> Verdict:
    judged = {name: gaps[name] for name in rule.of if name in gaps}
    if not judged:
        return Verdict(
            "inconclusive", None, None, None, None, (f"Not measured on {rule.dataset}: {', '.join(rule.of)}.",)
        )
    each = {}
    for name, gap in judged.items():
        said = rule.outcome([(gap.low, gap.high)])
        each[name] = "inconclusive" if said == "supported" and gap.value > -0.10 else said
    says = each[next(iter(each))] if len(set(each.values())) == 1 and len(judged) == len(rule.of) else "inconclusive"
    reasons = [
        f"{n}: macro-F1 changes by {g.value:+.3f} [{g.low:+.3f}, {g.high:+.3f}]: {each[n]}." for n, g in judged.items()
    ]
    reasons += [f"Not measured: {name}." for name in rule.of if name not in gaps]
    if protocol.choices["gold"] == "written":
        reasons.insert(
            0,
            f"No headlines labelled by people: those of {rule.dataset} were written by machine and show the method alone. "
            "Label headlines of your own: qadam annotate sentiment3 --as a1 --items HEADLINES.jsonl",
        )
        says = says if "mini" in protocol.datasets[0] else "inconclusive"
    gap = judged[next(iter(judged))]
    return Verdict(says, gap.value, gap.low, gap.high, None, tuple(reasons))
