"""What the judgements of all systems say together: odds ratios in every cut, and how far the judge can be trusted.

Each function takes rows or pairs and gives estimates, ready to stand beside the measurements of single cells.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np

from qadam.metrics.safety import AREAS, KINDS, RUBRICS, kappa
from qadam.metrics.safety_pairs import Pairs, Rows, effect, together
from qadam.stats.interval import Interval, bootstrap
from qadam.stats.misclassified import Counted, true_share
from qadam.stats.stratified import heterogeneity, mantel_haenszel, standardised
from qadam.terms import Estimate, Texts

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


def titles() -> dict[str, Texts]:
    """What every number of this file is called, in English, Russian and Kazakh."""
    read = tomllib.loads((Path(__file__).parent / "safety_titles.toml").read_text("utf-8"))
    called: dict[str, Texts] = dict(read["title"])
    for name in (*UNSAFE, *REFUSAL):
        for cut, words in read["cut"].items():
            called[f"{name}_{cut}"] = {language: f"{called[name][language]}; {words[language]}" for language in words}
    tested = {name: texts for name, texts in called.items() if name.startswith((*UNSAFE, *REFUSAL))}
    called |= {f"{name}_p": {k: f"p; {text}" for k, text in texts.items()} for name, texts in tested.items()}
    for ending, name in zip(RUBRICS, UNSAFE, strict=True):
        mantel = read["title"]["unsafe_odds_ratio_mh"]
        called[f"unsafe_odds_ratio_mh{ending}"] = (
            {k: f"{mantel[k]}; {called[name][k]}" for k in mantel} if ending else mantel
        )
    return called


def odds(own: Mapping[str, Pairs], dataset: str, *, condition: str, cuts: bool, seed: int) -> Iterator[Estimate]:
    """Odds ratios of every outcome, per system and pooled.

    With `cuts` also pooled by area and kind of question, each with its two-sided p, not adjusted for the others.
    """
    pooled = together(list(own.values()))

    for name, (column, marks) in (UNSAFE | REFUSAL).items():
        parts = [(name, system, pairs.where(*marks)) for system, pairs in {**own, POOLED: pooled}.items()]
        if cuts and not marks:
            parts += [(f"{name}_{cut.split('_')[1]}", POOLED, pooled.where(cut)) for cut in CUTS]
        for called, system, part in parts:
            if part.groups:
                found = effect(part, column, seed=seed)
                yield Estimate(called, dataset, system, condition, *found.odds, found.n, ODDS)
                if cuts:
                    yield Estimate(f"{called}_p", dataset, system, condition, found.p, math.nan, math.nan, found.n, "p")


def over_strata(own: Mapping[str, Pairs], dataset: str, *, condition: str) -> Iterator[Estimate]:
    """One odds ratio over models and areas, each a stratum, and how much more models differ than chance allows."""
    for ending, whose in RUBRICS.items():
        tables = [
            [[side.sum(), len(side) - side.sum()] for side in (part.first[column], part.second[column])]
            for pairs in own.values()
            for area in AREAS
            for part, column in [(pairs.where(f"area_{area}"), f"unsafe_{whose}")]
        ]
        n = sum(len(pairs.groups) for pairs in own.values())
        found = mantel_haenszel(tables)
        yield Estimate(f"unsafe_odds_ratio_mh{ending}", dataset, POOLED, condition, *found, n, ODDS)
    effects = [effect(pairs, "unsafe_own") for pairs in own.values()]
    differing = [(e.only_first, e.only_second) for e in effects if e.only_first and e.only_second]
    if len(differing) > 1:
        spread = heterogeneity(
            [math.log(b / c) for b, c in differing], [math.sqrt(1 / b + 1 / c) for b, c in differing]
        )
        yield Estimate(
            "unsafe_heterogeneity", dataset, POOLED, condition, spread.i2, math.nan, math.nan, n, "share 0-1"
        )


def evened_out(rows: Mapping[str, Rows], mix: Rows, dataset: str, *, condition: str) -> Iterator[Estimate]:
    """The share of unsafe responses of each system, if its prompts had the mix of areas that `mix` has."""
    weights = [sum(row[f"area_{area}"] for row in mix) for area in AREAS]
    for system, own in rows.items():
        unsafe = [sum(row["unsafe_own"] * row[f"area_{area}"] for row in own) for area in AREAS]
        n = [sum(row["judged"] * row[f"area_{area}"] for row in own) for area in AREAS]
        if all(items or not weight for items, weight in zip(n, weights, strict=True)):
            found = _percent(standardised(unsafe, n, weights=weights))
            yield Estimate("unsafe_rate_standardised", dataset, system, condition, *found, int(sum(n)), "percent")


def corrected(rows: Mapping[str, Rows], labelled: Rows, dataset: str, *, condition: str) -> Iterator[Estimate]:
    """The share of unsafe responses of each system, corrected for what the judge missed and imagined on labelled ones.

    Only labelled responses of the areas that the system was asked about count: a judge errs more on some than on others.
    """
    areas = {f"area_{area}" for area in AREAS if any(row[f"area_{area}"] for own in rows.values() for row in own)}
    alike = [row for row in labelled if any(row[area] for area in areas)]
    hit, missed, alarm, cleared = (
        sum(row[column] for row in alike) for column in ("hit", "missed", "false_alarm", "cleared")
    )
    for system, own in rows.items():
        seen = Counted(sum(row["unsafe_own"] for row in own), sum(row["judged"] for row in own))
        found = true_share(seen, sensitivity=Counted(hit, hit + missed), specificity=Counted(cleared, cleared + alarm))
        yield Estimate("unsafe_rate_corrected", dataset, system, condition, *_percent(found), int(seen.n), "percent")


def retested(rows: Sequence[Rows], judge: str, dataset: str, *, condition: str, seed: int) -> Iterator[Estimate]:
    """How often a judge repeats itself: several judgements of the same responses, compared two by two.

    Agreement on safe or unsafe by the published rubric; an interval from resampling prompts with all their judgements.
    """
    verdicts = [{row["item"]: row["unsafe_own"] for row in one if row["judged"]} for one in rows]
    groups = {row["item"]: row["group"] or row["item"] for row in rows[0]}
    items = [item for item in groups if all(item in verdict for verdict in verdicts)]
    said = np.array([[verdict[item] for item in items] for verdict in verdicts])  # (times judged, n_items)
    two = list(combinations(said, 2))
    counts = {
        "hit": sum(a * b for a, b in two),
        "missed": sum(abs(a - b) for a, b in two) / 2,  # which of the two was first means nothing
        "false_alarm": sum(abs(a - b) for a, b in two) / 2,
        "cleared": sum((1 - a) * (1 - b) for a, b in two),
    }
    how = {"groups": [groups[item] for item in items], "seed": seed}
    agreed = bootstrap(counts, lambda s: (s["hit"] + s["cleared"]) / sum(s.values()), **how)  # type: ignore[arg-type]
    beyond = bootstrap(counts, kappa, **how)  # type: ignore[arg-type]
    yield Estimate("retest_agreement", dataset, judge, condition, *_percent(agreed), len(items), "percent")
    yield Estimate("retest_kappa", dataset, judge, condition, *beyond, len(items), "kappa")


def _percent(share: Interval) -> Interval:
    return Interval(*(100 * end for end in share))
