"""The leaderboard of a problem: systems by their main metric; those who cannot be told apart share a place."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from qadam.errors import RecordDamaged
from qadam.publish import arrange, pages
from qadam.publish.arrange import Shown
from qadam.publish.site.known import Known
from qadam.stats.interval import resample, scored_rows
from qadam.stats.ranking import Pair, apart, ranks
from qadam.terms import Cell, Measurement, Metric, Missing

RESAMPLES = 2_000  # an error of a difference is then known to 2 %, and twenty boards take seconds
SEED = 13
ALPHA = 0.05
NOT_COUNTS = ("item", "group", "status")


class Counts(NamedTuple):
    """The rows of several systems on the items that all of them have, as arrays."""

    items: tuple[str, ...]
    groups: list[str] | None
    columns: tuple[str, ...]
    of: Mapping[str, np.ndarray]  # system -> (n_items, columns)


@dataclass(frozen=True)
class Place:
    """One line of the board; `rank` is None where rows of items are missing, so that nothing can be told apart."""

    rank: int | None
    system: str
    shown: Shown
    bar: bool


@dataclass(frozen=True)
class Board:
    """Systems on one dataset under one condition, best first; `pairs` compares every two of them on the same items.

    `further` are the boards of other conditions that systems of their own were measured under: a reader of Latin script has
    no place among readers of Arabic script.
    """

    problem: str
    profile: str
    protocol_hash: str
    date: str
    dataset: str
    metric: Metric
    condition: str
    places: tuple[Place, ...]
    pairs: tuple[Pair, ...] = ()  # numbered as `order`
    order: tuple[str, ...] = ()
    counts: Counts | None = None
    further: tuple[Board, ...] = ()

    @property
    def all(self) -> tuple[Board, ...]:
        """This board and the further ones."""
        return (self, *self.further)

    @property
    def missing(self) -> bool:
        """Whether any number rests on items without an answer or left out, so that a legend is due."""
        return any(place.shown.missing > 0 for place in self.places)

    @property
    def leaders(self) -> tuple[str, ...]:
        """Who shares the first place."""
        return tuple(place.system for place in self.places if place.rank == 1)

    @property
    def groups(self) -> int:
        """How many ranks are told apart."""
        return len({place.rank for place in self.places if place.rank})


def board(known: Known, bars: frozenset[str] = frozenset()) -> Board | None:
    """The board of a study; None for a demonstration, for fewer than two systems, and where no direction is better."""
    evidence, protocol = known.evidence, known.protocol
    if evidence is None or not known.measured or evidence.exploratory:
        return None
    dataset, name = arrange.main_metric(protocol)
    metric = next((m for m in protocol.metrics if m.name == name), None)
    here = [m for m in evidence.measurements if (m.dataset, m.metric) == (dataset, name) and math.isfinite(m.value)]
    if metric is None or metric.better == "neither" or not here:
        return None
    first = pages.condition_of(protocol, here)
    main = _board(known, metric, [m for m in here if m.condition == first], bars)
    if main is None:
        return None
    ranked, further = {place.system for place in main.places}, list[Board]()
    for condition in dict.fromkeys(c.name for c in protocol.conditions):
        own = [m for m in here if m.condition == condition and m.system not in ranked]
        if one := _board(known, metric, own, bars):
            further.append(one)
            ranked |= {place.system for place in one.places}
    return replace(main, further=tuple(further))


def _board(known: Known, metric: Metric, here: Sequence[Measurement], bars: frozenset[str]) -> Board | None:
    """The systems of one condition, ranked; None for fewer than two."""
    evidence = known.evidence
    seed = min((m.seed for m in here), default=0)
    its = {m.system: m for m in here if m.seed == seed}
    if evidence is None or len(its) < 2:
        return None
    sign = 1.0 if metric.better == "higher" else -1.0
    measured = sorted(its.values(), key=lambda m: (-sign * m.value, m.system))
    counts = _counts(known, measured)
    order = tuple(counts.of) if counts else ()
    pairs = _pairs(counts, metric) if counts else []
    values = [sign * its[s].value for s in order]
    rank = dict(zip(order, ranks(values, _signed(pairs, sign), alpha=ALPHA), strict=True)) if order else {}
    shown = arrange.show(measured, known.protocol.rule)
    places = [Place(rank.get(m.system), m.system, s, m.system in bars) for m, s in zip(measured, shown, strict=True)]
    return Board(
        problem=evidence.problem,
        profile=evidence.profile,
        protocol_hash=evidence.protocol_hash,
        date=known.date,
        dataset=measured[0].dataset,
        metric=metric,
        condition=measured[0].condition,
        places=tuple(places),
        pairs=tuple(pairs),
        order=order,
        counts=counts,
    )


def scores(counts: Counts, metric: Metric) -> dict[str, np.ndarray] | None:
    """The metric on every single item, (n_items,) for each system; None for a metric of whole tables."""
    if metric.over == "rows":
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        found = {
            s: np.asarray(metric.score(dict(zip(counts.columns, rows.T, strict=True)))) for s, rows in counts.of.items()
        }
    return found if all(one.shape == (len(counts.items),) for one in found.values()) else None


def _signed(pairs: Sequence[Pair], sign: float) -> list[Pair]:
    return [pair._replace(difference=sign * pair.difference) for pair in pairs]


def _counts(known: Known, measured: Sequence[Measurement]) -> Counts | None:
    """The rows of the systems that have them, on their common items; None if these are fewer than two systems or items."""
    if known.store is None:
        return None
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for m in measured:
        cell = Cell(m.dataset, m.system, m.condition, m.seed)
        try:
            rows = known.store.rows(cell)
        except (RecordDamaged, OSError):
            continue
        found[m.system] = {row["item"]: row for row in rows if row["status"] != Missing.UNSCORED.value}
    if len(found) < 2:
        return None
    first = next(iter(found.values()))
    items = tuple(item for item in first if all(item in rows for rows in found.values()))
    if len(items) < 2:
        return None
    columns = tuple(c for c in first[items[0]] if c not in NOT_COUNTS and not c.startswith("by:"))
    if any(set(columns) - rows[items[0]].keys() for rows in found.values()):
        return None
    groups = [str(first[item]["group"] or item) for item in items] if any(first[i]["group"] for i in items) else None
    of = {s: np.array([[rows[i][c] for c in columns] for i in items], dtype=float) for s, rows in found.items()}
    return Counts(items, groups, columns, of) if all(np.isfinite(rows).all() for rows in of.values()) else None


def _pairs(counts: Counts, metric: Metric) -> list[Pair]:
    """Every two systems on the same resamples."""
    values, draws, units = [], [], len(set(counts.groups)) if counts.groups else len(counts.items)
    for rows in counts.of.values():
        how: Any = {"groups": counts.groups, "resamples": RESAMPLES, "seed": SEED}
        if metric.over == "rows":
            value, drawn = scored_rows((rows, counts.columns), metric.score, **how)
        else:
            value, drawn = resample((rows, counts.columns), **how).scored(metric.score)
        values.append(value)
        draws.append(drawn)
    return apart(values, np.column_stack(draws), units=units)
