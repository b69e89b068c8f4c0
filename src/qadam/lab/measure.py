"""From per-item rows to measurements: a number with its interval, its n and its signature."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

import qadam
from qadam.catalogue import items, tables
from qadam.errors import BadData, RecordDamaged
from qadam.stats.interval import Interval, Resampling, percentile, resample, scored_rows
from qadam.stats.paired import mcnemar, paired, paired_rows
from qadam.store import Store
from qadam.terms import Cell, Counted, Item, Measurement, Metric, Missing, Part, Protocol

Rows = Sequence[Mapping[str, Any]]
_Matrix = tuple[np.ndarray, tuple[str, ...]]  # (items, columns) and the names of the columns
_OWN = {"item", "group", "status"}  # columns of a row that are not counts
_BY = "by:"  # before the name of a breakdown: the column that says to which level an item belongs


def measure(rows: Rows, protocol: Protocol, cell: Cell, *, revision: str) -> tuple[Measurement, ...]:
    """Every metric of the protocol on the rows of one cell, each with a bootstrap interval over its resampling units.

    Raises:
        BadData: no row was scored, as where none of the images of a cell is there.
    """
    scored = _scored(rows)
    if not scored:
        raise BadData(
            f"BadData: {cell}: none of its {len(rows)} items could be scored.",
            f"Look at what stands in {cell.dataset} under {rows[0]['item']}." if rows else "Give it items.",
        )
    counts, how = _matrix(scored), _how(scored, protocol, cell)
    drawn = resample(counts, **how)
    found = []
    for metric in (m for m in protocol.metrics if m.applies(cell.condition)):
        whole = metric.over == "rows"
        value, draws = scored_rows(counts, metric.score, **how) if whole else drawn.scored(metric.score)
        interval = percentile(value, draws, alpha=_alpha(protocol))
        found.append(_measurement(rows, protocol, cell, (metric.name, metric.unit, interval, _sign(metric), revision)))
    return tuple(found)


def levels(item: Item, protocol: Protocol) -> dict[str, str | None]:
    """The columns of a row that say to which level of each breakdown its item belongs."""
    return {f"{_BY}{breakdown.name}": breakdown.of(item) for breakdown in protocol.by}


def measure_parts(rows: Rows, protocol: Protocol, cell: Cell, *, revision: str) -> tuple[Part, ...]:
    """Every metric on the rows of each level of each breakdown, by itself; levels in alphabetical order.

    A level that none of the items belongs to is not there; neither is one whose items we all failed to score.
    """
    found = []
    for breakdown in protocol.by:
        name = breakdown.name
        taken = tuple(m for m in protocol.metrics if not breakdown.metrics or m.name in breakdown.metrics)
        groups: dict[str, list[Mapping[str, Any]]] = {}
        for row in rows:
            if row[f"{_BY}{name}"] is not None:
                groups.setdefault(row[f"{_BY}{name}"], []).append(row)
        for level in sorted(level for level, its in groups.items() if _scored(its)):
            measured = measure(groups[level], replace(protocol, metrics=taken), cell, revision=revision)
            marked = (replace(m, signature=f"{m.signature}|by:{name}={level}") for m in measured)
            found += [Part(name, level, m) for m in marked]
    return tuple(found)


def count_words(
    predictions: Sequence[tuple[Mapping[str, Any], Any]], protocol: Protocol, cell: Cell
) -> tuple[Counted, ...]:
    """The tallies of a cell, of all its items and of each level: pairs of a row and its prediction, answered or not."""
    found = []
    for tally in (t for t in protocol.tallies if not t.conditions or cell.condition in t.conditions):
        counts: dict[tuple[str, str], Counter[str]] = {}
        items: Counter[tuple[str, str]] = Counter()
        for row, prediction in predictions:
            said = [] if isinstance(prediction, Missing) else sorted(set(tally.words(prediction)))
            for place in (("", ""), *((b.name, row[f"{_BY}{b.name}"]) for b in protocol.by)):
                if place[1] is not None:
                    counts.setdefault(place, Counter()).update(said)
                    items[place] += 1
        for (by, level), words in sorted(counts.items()):
            ranked = sorted((-n, word) for word, n in words.items() if n >= tally.least)
            frequent = {word: -n for n, word in ranked[: tally.most]}
            found.append(Counted(tally.name, by, level, cell, items[by, level], frequent))
    return tuple(found)


def contrasts(
    protocol: Protocol, cell: Cell, *, rows: Rows, control: Rows, revision: str
) -> list[tuple[Measurement, np.ndarray]]:
    """Every contrast of a cell against its control, paired by item; each with its bootstrap draws, for the rule.

    Items present on only one side are left out: n is the number of pairs. Without a pair there is no contrast.
    """
    other = {row["item"]: row for row in _scored(control)}
    pairs = [(row, other[row["item"]]) for row in _scored(rows) if row["item"] in other]
    if not pairs:
        return []
    treated = [pair[0] for pair in pairs]
    both = _matrix(treated), _matrix([pair[1] for pair in pairs])
    how = _how(treated, protocol, cell)
    sides = paired(*both, **how)
    metrics = {metric.name: metric for metric in protocol.metrics if metric.applies(cell.condition)}
    found = []
    for contrast in (c for c in protocol.contrasts if c.metric in metrics):
        metric = metrics[contrast.metric]
        by, alpha = contrast.by, _alpha(protocol)
        if by == "mcnemar":
            p = _mcnemar(metric, *both)
            if p is None:
                continue
            interval, draws = Interval(p, math.nan, math.nan), np.array([])
        elif metric.over == "rows":
            interval, draws = paired_rows(*both, score=metric.score, by=by, alpha=alpha, **how)
        else:
            interval, draws = sides.compared(metric.score, by=by, alpha=alpha)
        sign = f"{_sign(metric)}|than:{contrast.system or contrast.than}|by:{contrast.by}"
        found.append(
            (_measurement(treated, protocol, cell, (contrast.name, contrast.unit, interval, sign, revision)), draws)
        )
    return found


def _mcnemar(metric: Metric, first: _Matrix, second: _Matrix) -> float | None:
    """McNemar's p, where the metric says of every single item that it is right (1) or wrong (0)."""
    right = [np.asarray(metric.score(dict(zip(names, rows.T, strict=True)))) for rows, names in (first, second)]
    if not all(np.isin(side, (0, 1)).all() for side in right):
        return None
    return mcnemar(int(np.sum(right[0] > right[1])), int(np.sum(right[0] < right[1])))


def recompute(store: Store, protocol: Protocol, cells: Sequence[Cell]) -> None:
    """Measure stored rows again and hold the stored numbers to what comes out.

    Raises:
        RecordDamaged: a stored number is not the one its rows give; the message names the cell and both numbers.
    """
    for cell in cells:
        record = store.read(cell)
        rows, revision = store.rows(cell), record.system_revision
        again = [*measure(rows, protocol, cell, revision=revision)]
        again += [part.measurement for part in measure_parts(rows, protocol, cell, revision=revision)]
        for stored, found in zip([*record.measurements, *(p.measurement for p in record.parts)], again, strict=True):
            before, after = ([m.value, m.low, m.high, m.n, m.no_answer, m.unscored] for m in (stored, found))
            if not np.allclose(before, after, rtol=1e-9, atol=0, equal_nan=True):
                raise RecordDamaged(
                    f"RecordDamaged: {cell}: {stored.metric} is stored as {stored.value}, its rows give {found.value}.",
                    f"Remove {store.path(cell)} and fill the cell again: "
                    f"qadam run {store.problem} --profile {store.profile}",
                )


def _measurement(rows: Rows, protocol: Protocol, cell: Cell, found: tuple[str, str, Any, str, str]) -> Measurement:
    name, unit, interval, sign, revision = found
    unscored = sum(row["status"] == Missing.UNSCORED.value for row in rows)
    n = len(rows) - unscored
    data = items.revision(*tables.dataset_split(cell.dataset))
    choices = "|".join(f"{k}:{v}" for k, v in protocol.choices.items())
    signature = (
        f"{name}|sys:{cell.system}@{revision}|data:{cell.dataset}@{data}|cond:{cell.condition}|{sign}|{choices}"
        f"|n:{n}|unscored:{unscored}|ci:boot{_resamples(protocol)}-percentile-{1 - _alpha(protocol):.0%}"
        f"|seed:{cell.seed}|qadam:{qadam.__version__}"
    )
    return Measurement(
        dataset=cell.dataset,
        system=cell.system,
        condition=cell.condition,
        seed=cell.seed,
        metric=name,
        value=float(interval.value),
        low=float(interval.low),
        high=float(interval.high),
        n=n,
        no_answer=sum(row["status"] == Missing.NO_ANSWER.value for row in rows),
        unscored=unscored,
        unit=unit,
        signature=signature,
    )


def _sign(metric: Metric) -> str:
    params = "".join(f"|{k}:{v}" for k, v in metric.params.items())
    return f"v:{metric.version}{params}"


def _scored(rows: Rows) -> list[Mapping[str, Any]]:
    return [row for row in rows if row["status"] != Missing.UNSCORED.value]


def _matrix(rows: Rows) -> _Matrix:
    columns = tuple(k for k in rows[0] if k not in _OWN and not k.startswith(_BY)) if rows else ()
    return np.array([[row[c] for c in columns] for row in rows], dtype=float).reshape(len(rows), len(columns)), columns


def _groups(rows: Rows) -> list[str] | None:
    """The resampling unit of each row, or None when every item is its own."""
    return [row["group"] or row["item"] for row in rows] if any(row["group"] for row in rows) else None


def _how(rows: Rows, protocol: Protocol, cell: Cell) -> Resampling:
    return {"groups": _groups(rows), "resamples": _resamples(protocol), "seed": cell.seed}


def _resamples(protocol: Protocol) -> int:
    return int(protocol.limits.get("resamples", 10_000))


def _alpha(protocol: Protocol) -> float:
    return protocol.rule.alpha if protocol.rule else 0.05
