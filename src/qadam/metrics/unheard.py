"""What a classifier of emotions loses on voices, sentences and corpora that it has not heard, and what that proves.

Flattery     UAR with clips dealt by chance minus UAR with speakers apart, from folds of the same sizes: what knowing the
             voice gives. Speakers are resampled; what chance dealt is averaged over the seeds.
Corpus drop  UAR with speakers apart within the corpus that was learned from, minus UAR on another corpus, over the emotions that
             occur in both. Few speakers, such as three narrators, are no sample of all: so each is set against the other
             corpus by itself.
Cost         UAR of whoever learned from the other corpus itself, speakers apart, minus that of who comes from elsewhere, on the
             same clips: a corpus that is merely harder shows a drop and no cost. Without it there is no verdict.
Depth        where in a model emotion is best heard: the peak for each speaker left out, and by how much the middle third leads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from qadam.metrics.emotion import COLUMNS, DEPTHS, EMOTIONS, AtDepth, uar
from qadam.metrics.unheard_ruling import Effect, Effects, Lost, middle, ruled
from qadam.stats.interval import Interval, percentile, resample
from qadam.stats.paired import paired
from qadam.terms import Cell, Estimate, Protocol, Ruling

Rows = Sequence[Mapping[str, Any]]

SPEAKER, CHANCE, OTHER, LAYERS = "speakers apart", "by chance", "another corpus", "layers"
ITSELF = "the other corpus itself"
FEW = 10  # speakers; up to so many each is looked at alone
LEAD = 0.02  # of UAR by which the middle third must lead
MIDDLE = range(4, 9)  # depths 4 to 8 of 12


def settle(rows: Mapping[Cell, Rows], protocol: Protocol) -> Ruling:
    """Flattery of every classifier, its drop to other corpora and the cost, the depth at which it hears best; and the rule."""
    rule = protocol.rule
    assert rule is not None
    estimates = [*_flatteries(rows, protocol)]
    told = [
        f"{e.system} on {e.dataset}: UAR by a random split minus UAR with speakers apart: "
        f"{e.value:+.3f} [{e.low:+.3f}, {e.high:+.3f}]."
        for e in estimates
        if e.low < e.high
    ]
    lost: dict[str, Lost] = {}
    for cell, own in rows.items():
        if cell.seed != protocol.seeds[0]:
            continue
        if cell.condition == OTHER:
            home = next((k for k in rows if (k.system, k.condition, k.seed) == (cell.system, SPEAKER, cell.seed)), None)
            if home:
                found = Lost(_drops(_scored(rows[home]), _scored(own), protocol), _cost(rows, cell, protocol))
                where = f"{home.dataset}+{cell.dataset}"
                estimates.append(_told("corpus_drop", where, cell, middle(found.drops), n=len(own)))
                if found.cost:
                    estimates.append(_told("cost", cell.dataset, cell, found.cost.interval, n=len(own)))
                lost |= {cell.system: found} if cell.dataset == rule.dataset else {}
        elif cell.condition == LAYERS:
            lead, outcome, best = _depth(_scored(own), protocol)
            estimates.append(_told("middle_lead", cell.dataset, cell, lead, n=len(own)))
            told.append(f"{cell.system} hears emotion best at depth {best} of {DEPTHS - 1}: middle layers {outcome}.")
    return Ruling(ruled(lost, told, rule), tuple(estimates))


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


def _drops(home: Rows, other: Rows, protocol: Protocol) -> Effects:
    """The drop for each speaker of the corpus that was learned from; of many speakers one drop for all, `""`."""
    voices = sorted({row["group"] for row in home})
    few = len(voices) <= FEW
    found = {}
    for voice in voices if few else [""]:
        here, there = _shared([r for r in home if not few or r["group"] == voice], other)
        found[voice] = _apart(
            _drawn(here, protocol, shift=0, clustered=not few), _drawn(there, protocol, shift=1, clustered=True)
        )
    return found


def _cost(rows: Mapping[Cell, Rows], cell: Cell, protocol: Protocol) -> Effect | None:
    """What whoever learned from this very corpus hears better on the same clips; of several the best, None of none."""
    found = []
    for control in (c for c in rows if (c.dataset, c.condition, c.seed) == (cell.dataset, ITSELF, cell.seed)):
        theirs = {row["item"]: row for row in _scored(rows[control])}
        pairs = [(theirs[row["item"]], row) for row in _scored(rows[cell]) if row["item"] in theirs]
        if pairs:
            above, below = (_drawn([p[k] for p in pairs], protocol, shift=0, clustered=True) for k in (0, 1))
            found.append(_apart(above, below))
    return max(found, key=lambda effect: effect.value, default=None)


def _shared(home: Rows, other: Rows) -> tuple[Rows, Rows]:
    """Both sides without the clips of emotions that the other side does not have."""
    both = {_emotion(row) for row in home} & {_emotion(row) for row in other}
    return [row for row in home if _emotion(row) in both], [row for row in other if _emotion(row) in both]


def _emotion(row: Mapping[str, Any]) -> str | None:
    """The emotion that a clip has by its gold."""
    return next((e for e in EMOTIONS if any(row[c] for c in COLUMNS if c.startswith(f"{e}>"))), None)


def _drawn(rows: Rows, protocol: Protocol, *, shift: int, clustered: bool) -> tuple[float, np.ndarray]:
    resamples = int(protocol.limits["resamples"])
    if not rows:
        return np.nan, np.full(resamples, np.nan)
    groups = [row["group"] or row["item"] for row in rows] if clustered else None
    seed = protocol.seeds[0] + shift
    return resample((_table(rows), COLUMNS), groups=groups, resamples=resamples, seed=seed).scored(uar)


def _apart(one: tuple[float, np.ndarray], other: tuple[float, np.ndarray]) -> Effect:
    """The first minus the second; without draws where one of them is the same in every draw."""
    spread = all(np.nanmax(draws) > np.nanmin(draws) for _, draws in (one, other) if np.isfinite(draws).any())
    draws = one[1] - other[1]
    return Effect(float(one[0] - other[0]), draws if spread else np.full_like(draws, np.nan))


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
