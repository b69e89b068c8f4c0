"""What the judgements of all systems say together: odds ratios in every cut, and how far the judge can be trusted.

Each function takes rows or pairs and gives estimates, ready to stand beside the measurements of single cells.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from qadam.metrics import safety
from qadam.metrics.safety import AREAS, KINDS, RUBRICS
from qadam.metrics.safety_pairs import Pairs, Rows, effect, together
from qadam.stats.interval import Interval, bootstrap
from qadam.stats.misclassified import Counted, true_share
from qadam.stats.stratified import heterogeneity, mantel_haenszel, standardised
from qadam.terms import Estimate, Metric, Texts

POOLED = "pooled"  # stands where other estimates name a system
ODDS = "odds ratio, Kazakh over Russian"
RISKY = ("kind_direct", "kind_indirect")  # questions that should be refused or answered with care
Outcome = tuple[str, tuple[str, ...]]  # column, and the marks of the pairs it is looked at in

UNSAFE: dict[str, Outcome] = {f"unsafe_odds_ratio{e}": (f"unsafe_{whose}", ()) for e, whose in RUBRICS.items()}
REFUSAL: dict[str, Outcome] = {
    "refusal_odds_ratio": ("refused", ()),
    "refusal_odds_ratio_risky": ("refused", RISKY),
    "over_refusal_odds_ratio": ("refused", ("kind_harmless",)),
}
CUTS = (*(f"area_{area}" for area in AREAS), *(f"kind_{kind}" for kind in KINDS))


OF_A_JUDGE = {
    "agreement": safety.judge_agreement,
    "kappa": safety.judge_kappa,
    "sensitivity": safety.judge_sensitivity,
    "specificity": safety.judge_specificity,
}


class Place(NamedTuple):
    """Where agreement was counted: what its numbers are called by, the data set, whose answers, under which condition."""

    kind: str
    dataset: str
    judge: str
    condition: str


def titles() -> dict[str, Texts]:
    """What every number of this file is called, in English, Russian and Kazakh."""
    read = _words()
    called: dict[str, Texts] = dict(read["title"])
    outcomes = (*UNSAFE, *REFUSAL)
    over, differ = called.pop("over_strata"), called.pop("heterogeneity")
    for name in outcomes:
        called |= {f"{name}_{cut}": _joined(called[name], words) for cut, words in read["cut"].items()}
    called |= {f"{name}_p": {k: f"p; {text}" for k, text in called[name].items()} for name in list(called)}
    for name in outcomes:
        called[f"{name}_mh"], called[f"{name}_i2"] = _joined(called[name], over), _joined(called[name], differ)
    return called


def asks(name: str) -> tuple[Texts, ...]:
    """What a rule wants, in sentences."""
    return tuple(_words()["asks"][name])


def hazard() -> Texts:
    """What a person must know before seeing a prompt or a response."""
    found: Texts = _words()["hazard"]
    return found


@cache
def _words() -> Mapping[str, Any]:
    return tomllib.loads((Path(__file__).parent / "safety_titles.toml").read_text("utf-8"))


def _joined(first: Texts, second: Texts) -> Texts:
    return {language: f"{first[language]}; {second[language]}" for language in first}


def odds(
    own: Mapping[str, Pairs], dataset: str, *, condition: str, outcomes: Mapping[str, Outcome], cuts: bool, seed: int
) -> Iterator[Estimate]:
    """Odds ratios of every outcome, per system and pooled.

    With `cuts` also pooled by area and kind of question, each with its two-sided p, not adjusted for the others.
    """
    pooled = together(list(own.values()))

    for name, (column, marks) in outcomes.items():
        parts = [(name, system, pairs.where(*marks)) for system, pairs in {**own, POOLED: pooled}.items()]
        if cuts and not marks:
            parts += [(f"{name}_{cut.split('_')[1]}", POOLED, pooled.where(cut)) for cut in CUTS]
        for called, system, part in parts:
            if part.groups:
                found = effect(part, column, seed=seed)
                yield Estimate(called, dataset, system, condition, *found.odds, found.n, ODDS)
                if cuts:
                    yield Estimate(f"{called}_p", dataset, system, condition, found.p, math.nan, math.nan, found.n, "p")


def over_strata(
    own: Mapping[str, Pairs], dataset: str, *, condition: str, outcomes: Mapping[str, Outcome]
) -> Iterator[Estimate]:
    """One odds ratio over models and areas, each a stratum, and how much more models differ than chance allows."""
    for name, (column, marks) in outcomes.items():
        asked = [pairs.where(*marks) for pairs in own.values()]
        n = sum(len(pairs.groups) for pairs in asked)
        tables = [
            [[side.sum(), len(side) - side.sum()] for side in (part.first[column], part.second[column])]
            for pairs in asked
            for area in AREAS
            for part in [pairs.where(f"area_{area}")]
        ]
        yield Estimate(f"{name}_mh", dataset, POOLED, condition, *mantel_haenszel(tables), n, ODDS)
        effects = [effect(pairs, column) for pairs in asked if pairs.groups]
        differing = [(e.only_first, e.only_second) for e in effects if e.only_first and e.only_second]
        if len(differing) > 1:
            spread = heterogeneity(
                [math.log(b / c) for b, c in differing], [math.sqrt(1 / b + 1 / c) for b, c in differing]
            )
            yield Estimate(f"{name}_i2", dataset, POOLED, condition, spread.i2, math.nan, math.nan, n, "share 0-1")


def evened_out(rows: Mapping[str, Rows], mix: Rows, dataset: str, *, condition: str) -> Iterator[Estimate]:
    """The share of unsafe responses of each system, if its prompts had the mix of areas that `mix` has."""
    weights = [sum(row[f"area_{area}"] for row in mix) for area in AREAS]
    for system, own in rows.items():
        unsafe = [sum(row["unsafe_own"] * row[f"area_{area}"] for row in own) for area in AREAS]
        n = [sum(row["judged"] * row[f"area_{area}"] for row in own) for area in AREAS]
        if all(items or not weight for items, weight in zip(n, weights, strict=True)):
            found = _percent(standardised(unsafe, n, weights=weights))
            yield Estimate("unsafe_rate_standardised", dataset, system, condition, *found, int(sum(n)), "percent")


def corrected(
    rows: Mapping[str, Rows], checked: Rows, dataset: str, *, condition: str, of: str = "unsafe"
) -> Iterator[Estimate]:
    """The share of unsafe responses (or refusals) of each system, corrected for what the judge missed and imagined.

    Only checked responses of the areas that the system was asked about count: a judge errs more on some than on others.

    Args:
        checked: rows with the columns of `count_judge`, for responses on which the judge itself was judged.
        of: "unsafe" or "refusal".
    """
    column = {"unsafe": "unsafe_own", "refusal": "refused"}[of]
    areas = {f"area_{area}" for area in AREAS if any(row[f"area_{area}"] for own in rows.values() for row in own)}
    alike = [row for row in checked if any(row[area] for area in areas)]
    hit, missed, alarm, cleared = (
        sum(row[column] for row in alike) for column in ("hit", "missed", "false_alarm", "cleared")
    )
    for system, own in rows.items():
        seen = Counted(sum(row[column] for row in own), sum(row["judged"] for row in own))
        found = true_share(seen, sensitivity=Counted(hit, hit + missed), specificity=Counted(cleared, cleared + alarm))
        yield Estimate(f"{of}_rate_corrected", dataset, system, condition, *_percent(found), int(seen.n), "percent")


def retested(rows: Sequence[Rows], judge: str, dataset: str, *, condition: str, seed: int) -> Iterator[Estimate]:
    """How often a judge repeats itself: several judgements of the same responses, compared two by two.

    Agreement on safe or unsafe by the published rubric; an interval from resampling prompts with all their judgements.
    """
    verdicts = [{row["item"]: row["unsafe_own"] for row in one if row["judged"]} for one in rows]
    groups = {row["item"]: row["group"] or row["item"] for row in rows[0]}
    items = [item for item in groups if all(item in verdict for verdict in verdicts)]
    said = np.array([[verdict[item] for item in items] for verdict in verdicts])  # (times judged, n_items)
    two = list(combinations(said, 2))
    differing = sum(abs(a - b) for a, b in two) / 2  # which of the two was first means nothing
    agreed = {
        "hit": sum(a * b for a, b in two),
        "missed": differing,
        "false_alarm": differing,
        "cleared": sum((1 - a) * (1 - b) for a, b in two),
    }
    of = {"agreement": safety.judge_agreement, "kappa": safety.judge_kappa}
    by = [groups[item] for item in items]
    yield from _agreeing(agreed, of, Place("retest", dataset, judge, condition), groups=by, seed=seed)


def against(rows: Rows, reference: Rows) -> list[dict[str, Any]]:
    """What a judge says of refusals, held against another judge: the columns of `count_judge` beside those of the row."""
    gold = {row["item"]: row["refused"] > 0 for row in reference if row["judged"]}
    held = []
    for row in rows:
        if row["item"] in gold and row["judged"]:
            says, really = row["refused"] > 0, gold[row["item"]]
            told = {"hit": says and really, "missed": really and not says, "false_alarm": says and not really}
            held.append({**row, **told, "cleared": not says and not really})
    return held


def refusals_known(held: Rows, dataset: str, *, judge: str, condition: str, seed: int) -> Iterator[Estimate]:
    """How well a judge knows a refusal, where another judge's answers are the gold; `held` is what `against` gives."""
    place = Place("refusal", dataset, judge, condition)
    yield from _agreeing(_counts(held), OF_A_JUDGE, place, groups=_families(held), seed=seed)


def harms_known(checked: Rows, *, seed: int) -> Iterator[str]:
    """How well a judge knows what people call unsafe: each number with its interval, as text."""
    for found in _agreeing(_counts(checked), OF_A_JUDGE, Place("", "", "", ""), groups=_families(checked), seed=seed):
        places, unit = (2, "") if found.unit == "kappa" else (1, " %")
        value, low, high = (f"{x:.{places}f}" for x in (found.value, found.low, found.high))
        yield f"{found.metric.strip('_')} {value}{unit} [{low}, {high}]"


def _counts(rows: Rows) -> dict[str, Any]:
    """How often judge and gold meet and miss each other, (n_rows,) each."""
    return {name: np.array([float(row[name]) for row in rows]) for name in ("hit", "missed", "false_alarm", "cleared")}


def _families(rows: Rows) -> list[str]:
    """The prompt each response belongs to."""
    return [row["group"] or row["item"] for row in rows]


def _agreeing(
    counts: Mapping[str, Any], of: Mapping[str, Metric], place: Place, *, groups: Sequence[str], seed: int
) -> Iterator[Estimate]:
    """The metrics of a judge on counts of agreement, each with an interval from resampling prompts."""
    kind, dataset, judge, condition = place
    for name, metric in of.items():
        found = bootstrap(counts, metric.score, groups=groups, seed=seed)
        yield Estimate(f"{kind}_{name}", dataset, judge, condition, *found, len(groups), metric.unit)


def _percent(share: Interval) -> Interval:
    return Interval(*(100 * end for end in share))
