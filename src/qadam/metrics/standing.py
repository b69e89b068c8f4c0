"""Where systems stand: their rank on each benchmark, and averages over subjects and over benchmarks all answered.

A synthesis around another one, which gives the verdict; this one adds numbers and judges nothing. Systems that cannot be
told apart share a rank (Holm over all pairs of a benchmark). An average over benchmarks is given over those alone that
every system with at least two of them was scored on in full: other averages would compare different examinations.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from qadam.stats.interval import percentile, resample
from qadam.stats.ranking import compare, ranks
from qadam.terms import Cell, Estimate, Missing, Protocol, Ruling, Texts

Rows = Sequence[Mapping[str, Any]]
Settle = Callable[[Mapping[Cell, Rows], Protocol], Ruling]

TITLES: Mapping[str, Texts] = {
    "rank": {
        "en": "rank; systems that cannot be told apart share one",
        "ru": "место; неразличимые системы делят одно",
        "kk": "орын; ажыратылмайтын жүйелер бір орынды бөліседі",
    },
    "macro_accuracy": {
        "en": "accuracy, mean over subjects",
        "ru": "точность, среднее по предметам",
        "kk": "дәлдік, пәндер бойынша орташа",
    },
    "macro": {
        "en": "accuracy, mean over benchmarks that all these systems answered",
        "ru": "точность, среднее по наборам, на которые ответили все эти системы",
        "kk": "дәлдік, осы жүйелердің бәрі жауап берген жинақтар бойынша орташа",
    },
    "micro": {
        "en": "accuracy over all questions of benchmarks that all these systems answered",
        "ru": "точность по всем вопросам наборов, на которые ответили все эти системы",
        "kk": "осы жүйелердің бәрі жауап берген жинақтардың барлық сұрағы бойынша дәлдік",
    },
}


class Standing:
    """What another synthesis finds, and where the systems stand under some conditions; named, for worker processes.

    `column` is the column of the rows that is 1 for a right answer. The first of `conditions` is the one under which
    averages over benchmarks are taken; those `twins` of others hold the same questions, and count in no average.
    """

    def __init__(
        self, settle: Settle, *, conditions: tuple[str, ...], column: str, twins: tuple[str, ...] = ()
    ) -> None:
        self.settle, self.conditions, self.column, self.twins = settle, conditions, column, twins
        self.__qualname__ = f"Standing({', '.join(conditions)}) of {getattr(settle, '__qualname__', settle)}"

    def __call__(self, rows: Mapping[Cell, Rows], protocol: Protocol) -> Ruling:
        """The ruling of the other synthesis, with ranks and averages among its numbers."""
        ruling = self.settle(rows, protocol)
        scored: dict[tuple[str, str], dict[str, Rows]] = {}
        for cell, found in rows.items():
            whole = all(row["status"] != Missing.UNSCORED.value for row in found)
            if cell.condition in self.conditions and cell.seed == protocol.seeds[0] and whole:
                scored.setdefault((cell.dataset, cell.condition), {})[cell.system] = found
        estimates = [*ruling.estimates]
        for place, systems in scored.items():
            estimates += self._ranked(place, systems, protocol)
            estimates += [
                self._macro(place, system, found, protocol) for system, found in systems.items() if _subjects(found)
            ]
        headline = {
            dataset: systems for (dataset, condition), systems in scored.items() if condition == self.conditions[0]
        }
        return Ruling(ruling.verdict, (*estimates, *self._averages(headline, protocol)))

    def _ranked(self, place: tuple[str, str], systems: Mapping[str, Rows], protocol: Protocol) -> list[Estimate]:
        """The rank of every system on one benchmark under one condition."""
        dataset, condition = place
        names, n = list(systems), len(next(iter(systems.values())))
        if len(names) < 2:
            return []
        scores = np.column_stack([self._right(systems[name]) for name in names])
        groups = [row["group"] or row["item"] for row in systems[names[0]]]
        pairs = compare(scores, groups=groups, resamples=_resamples(protocol), seed=protocol.seeds[0])
        found = ranks(list(scores.mean(axis=0)), pairs, alpha=_alpha(protocol))
        return [
            Estimate("rank", dataset, name, condition, float(rank), math.nan, math.nan, n, "rank")
            for name, rank in zip(names, found, strict=True)
        ]

    def _macro(self, place: tuple[str, str], system: str, rows: Rows, protocol: Protocol) -> Estimate:
        """The mean over subjects of the accuracy in each; subjects are resampled."""
        by_subject: dict[str, list[float]] = {}
        for row, right in zip(rows, self._right(rows), strict=True):
            by_subject.setdefault(row["group"], []).append(right)
        means = [float(np.mean(values)) for values in by_subject.values()]
        drawn = resample({"a": means, "n": [1.0] * len(means)}, resamples=_resamples(protocol), seed=protocol.seeds[0])
        found = percentile(*drawn.scored(lambda sums: sums["a"] / sums["n"]), alpha=_alpha(protocol))
        return Estimate("macro_accuracy", place[0], system, place[1], *found, len(rows), "share 0-1")

    def _averages(self, scored: Mapping[str, Mapping[str, Rows]], protocol: Protocol) -> list[Estimate]:
        """Macro and micro averages over the benchmarks that every system with at least two of them answered in full."""
        held: dict[str, list[str]] = {}
        for dataset in (name for name in protocol.datasets if name not in self.twins):
            for system in scored.get(dataset, {}):
                held.setdefault(system, []).append(dataset)
        several = {system: datasets for system, datasets in held.items() if len(datasets) > 1}
        common = [d for d in protocol.datasets if several and all(d in datasets for datasets in several.values())]
        if len(common) < 2:
            return []
        return [
            estimate
            for system in several
            for estimate in self._average("+".join(common), system, [scored[d][system] for d in common], protocol)
        ]

    def _average(self, dataset: str, system: str, benchmarks: Sequence[Rows], protocol: Protocol) -> list[Estimate]:
        """Both averages of one system; every benchmark is resampled by itself, with its own draws."""
        values, draws = [], []
        for seed, rows in enumerate(benchmarks, protocol.seeds[0]):
            counts = {"a": self._right(rows), "n": np.ones(len(rows))}
            groups = [row["group"] or row["item"] for row in rows]
            drawn = resample(counts, groups=groups, resamples=_resamples(protocol), seed=seed)
            value, own = drawn.scored(lambda sums: sums["a"] / sums["n"])
            values.append(value)
            draws.append(own)
        sizes = np.array([len(rows) for rows in benchmarks], dtype=float)
        weights = {"macro": np.full(len(sizes), 1 / len(sizes)), "micro": sizes / sizes.sum()}
        return [
            Estimate(
                name,
                dataset,
                system,
                self.conditions[0],
                *percentile(float(share @ np.array(values)), share @ np.array(draws), alpha=_alpha(protocol)),
                int(sizes.sum()),
                "share 0-1",
            )
            for name, share in weights.items()
        ]

    def _right(self, rows: Rows) -> np.ndarray:
        return np.array([row[self.column] for row in rows], dtype=float)


def _subjects(rows: Rows) -> bool:
    """Whether the items come in a few large groups, as the questions of school subjects do."""
    groups = {row["group"] for row in rows}
    return "" not in groups and len(groups) > 1 and len(groups) * 10 <= len(rows)


def _resamples(protocol: Protocol) -> int:
    return int(protocol.limits.get("resamples", 10_000))


def _alpha(protocol: Protocol) -> float:
    return protocol.rule.alpha if protocol.rule else 0.05
