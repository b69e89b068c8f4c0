"""What a tagger loses from news to another domain, like compared with like, and what that proves.

Texts of two domains differ in more than their domain: in the length of sentences and in what they name. So the news are
weighted until they are as long and hold as many entities of each class as the other domain (`qadam.stats.balance`), and
only then is F1 compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.spatial.distance import jensenshannon

from qadam.metrics import spans as s
from qadam.stats.balance import balanced, effective
from qadam.stats.interval import Interval, percentile, resample
from qadam.terms import Cell, Estimate, Protocol, Rule, Ruling, Verdict

LENGTHS = (6, 10, 16)  # tokens at which a sentence belongs to the next class of length: quarters of KazNERD, rounded
NEW = "new"  # sentences of the news that stand nowhere else; the others are left out
RANKED = "worth labelling"  # sentences that were not drawn by chance; they are left out


def settle(rows: Mapping[Cell, Sequence[Mapping[str, Any]]], protocol: Protocol) -> Ruling:
    """What every tagger loses from the news to every other domain, and what the rule makes of it."""
    rule = protocol.rule
    assert rule is not None
    estimates: list[Estimate] = []
    drops: dict[str, tuple[Interval, Interval]] = {}
    for cell, target in rows.items():
        news = rows.get(replace(cell, dataset=protocol.datasets[0], condition=rule.condition))
        if news is None or cell.dataset == protocol.datasets[0]:
            continue
        news = [row for row in news if row.get("by:repeats") in (None, NEW)]
        if cell.condition != rule.condition:
            estimates.append(_shift(news, target, cell, protocol))
            continue
        target = [row for row in target if row["labelled"] and row.get("by:draw") != RANKED]
        if len(target) > 1:
            found = _drops(news, target, resamples=int(protocol.limits["resamples"]), seed=cell.seed)
            for name, (interval, n) in found.items():
                unit = "sentences" if name == "matched_news" else "F1 0-1"
                where = f"{protocol.datasets[0]}+{cell.dataset}"
                estimates.append(Estimate(name, where, cell.system, cell.condition, *interval, n=n, unit=unit))
            if cell.dataset == rule.dataset:
                drops[cell.system] = (found["matched_drop"][0], found["matched_names_drop"][0])
    return Ruling(_verdict(drops, rule, protocol), tuple(estimates))


def _drops(news: Sequence[Any], target: Sequence[Any], *, resamples: int, seed: int) -> dict[str, tuple[Interval, int]]:
    """The drops with intervals from independent resamples of both sides; the weights of the news stay as they are."""
    weights = balanced(_features(news), _features(target).mean(axis=0))
    sides = {"news": _sums(news), "matched": _sums(news) * weights[:, None], "target": _sums(target)}
    drawn = {
        name: resample((table, (*SUMS,)), resamples=resamples, seed=seed + (name == "target"))
        for name, table in sides.items()
    }
    found = {}
    for name, side, score in (
        ("drop", "news", s.f1.score), ("names_drop", "news", s.names_f1.score),
        ("matched_drop", "matched", s.f1.score), ("matched_names_drop", "matched", s.names_f1.score),
    ):  # fmt: skip
        (value, draws), (there, others) = drawn[side].scored(score), drawn["target"].scored(score)
        found[name] = (percentile(value - there, draws - others), len(target))
    alike = effective(weights)
    return found | {"matched_news": (Interval(alike, float("nan"), float("nan")), len(news))}


SUMS = tuple(f"{mark}_{name}" for mark in ("hit", "found", "gold") for name in s.CLASSES)


def _sums(rows: Sequence[Any]) -> np.ndarray:
    return np.array([[row[column] for column in SUMS] for row in rows])


def _features(rows: Sequence[Any]) -> np.ndarray:
    """What news and domain must have in common: the length of a sentence, and how many entities of each class it holds."""
    lengths = [[float(np.searchsorted(LENGTHS, row["tokens"]) == k) for k in range(len(LENGTHS))] for row in rows]
    return np.hstack([lengths, [[row[f"gold_{name}"] for name in s.CLASSES] for row in rows]])


def _shift(news: Sequence[Any], text: Sequence[Any], cell: Cell, protocol: Protocol) -> Estimate:
    """How differently the classes found are spread: Jensen-Shannon distance, 0 alike, 1 nothing in common."""
    mixes = [[sum(row[f"found_{name}"] for row in side) for name in s.CLASSES] for side in (news, text)]
    apart = float(jensenshannon(*mixes, base=2)) if all(map(sum, mixes)) else float("nan")
    where = f"{protocol.datasets[0]}+{cell.dataset}"
    nan = float("nan")
    return Estimate("label_shift", where, cell.system, cell.condition, apart, nan, nan, n=len(text), unit="distance 0-1")  # fmt: skip


def _verdict(drops: Mapping[str, tuple[Interval, Interval]], rule: Rule, protocol: Protocol) -> Verdict:
    """All systems of the rule must say the same; sentences that no person labelled say nothing."""
    missing = [name for name in rule.of if name not in drops]
    judged = {name: drops[name] for name in rule.of if name in drops}
    if not judged:
        return Verdict(
            "inconclusive", None, None, None, None, (f"Not measured on {rule.dataset}: {', '.join(missing)}.",)
        )
    each = {name: rule.outcome([(i.low, i.high) for i in both]) for name, both in judged.items()}
    says = each[next(iter(each))] if len(set(each.values())) == 1 and not missing else "inconclusive"
    reasons = [
        f"{name}: matched drop {both[0].value:.3f} [{both[0].low:.3f}, {both[0].high:.3f}], names only "
        f"{both[1].value:.3f} [{both[1].low:.3f}, {both[1].high:.3f}]: {each[name]}."
        for name, both in judged.items()
    ]
    reasons += [f"Not measured: {', '.join(missing)}."] if missing else []
    if protocol.choices["gold"] == "written":
        reasons.insert(
            0,
            f"No legal text labelled by people: {rule.dataset} was written by machine and shows the method alone. 500 "
            "sentences for labelling: qadam sample domain-ner --scheme ner_kaznerd",
        )
        says = says if "mini" in protocol.datasets[0] else "inconclusive"
    first = judged[next(iter(judged))][0]
    return Verdict(says, first.value, first.low, first.high, None, tuple(reasons))
