"""Does a recogniser make more errors for some speakers than for others, and are there enough speakers to say so?

For every group of a factor (women among gender, forties among age) the word error rate of its utterances is set over that
of all others of which the factor is known. Speakers are the unit: they are resampled for the interval, and their groups are
dealt out anew for the test, since two utterances of one speaker are not two observations. What could be found at all, given
so many speakers, is said before what was found; what a mixed model with speakers at random says of the same groups stands
beside and is not judged.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from qadam.errors import ExtraMissing
from qadam.stats.interval import percentile, resample
from qadam.stats.mixed import rate_difference
from qadam.stats.multiple import holm
from qadam.stats.permutation import permutation
from qadam.terms import Cell, Estimate, Missing, Outcome, Protocol, Rule, Ruling, SystemVerdict, Verdict

FEWEST = 5  # speakers on either side, below which nothing is judged
REACH = 1.95996 + 0.84162  # standard errors at which a gap is found four times in five, at the level of 5 %

Row = Mapping[str, Any]
Rows = Sequence[Row]


class Factor(NamedTuple):
    """Something by which speakers or recordings differ, and how many times as many errors count as a gap."""

    name: str
    gap: float = 1.1

    def of(self, row: Row) -> Any:
        """The group to which an utterance belongs, None if nobody wrote it down."""
        return row.get(f"by:{self.name}")


class Gap(NamedTuple):
    """One group against the rest: its word error rate over theirs, what its size allows to find, and the test."""

    factor: Factor
    level: str
    value: float
    low: float
    high: float
    sure: float  # the lower end at a level that is divided among all groups
    detectable: float  # the smallest ratio that would be found four times in five
    p: float
    utterances: int

    @property
    def name(self) -> str:
        """Factor and group, as they stand in tables."""
        return f"{self.factor.name}={self.level}"


class GroupGaps:
    """Settles the rule for the factors given; a named object, so that it travels to worker processes.

    A system has a gap if for some group the interval, at a level divided among all groups, lies above the gap that counts,
    and the test, adjusted by Holm over all groups, agrees. It has none if for every group the plain interval lies in the
    zone of no gap, and no factor of the claim is missing: one that nobody wrote down, or a group with too few speakers, might
    hold the very gap. The claim is supported, or refuted, if that holds for every system measured; it cannot be tested
    where no group has enough speakers.
    """

    def __init__(self, factors: tuple[Factor, ...], *, errors: str, words: str) -> None:
        self.factors, self.errors, self.words = factors, errors, words
        self.__qualname__ = (
            f"GroupGaps({', '.join(f'{f.name}>{f.gap:g}' for f in factors)}; {errors}/{words}; alike if all are judged)"
        )

    def __call__(self, rows: Mapping[Cell, Rows], protocol: Protocol) -> Ruling:
        """The verdict, with what can be seen first and what is seen after it, and the ratio of every group."""
        rule = protocol.rule
        assert rule is not None
        said = {c: _scored(r) for c, r in rows.items() if c.condition == rule.condition}
        gaps = {c: self.gaps(r, protocol) for c, r in said.items()}
        estimates = tuple(_estimate(c, gap) for c, found in gaps.items() for gap in found)
        judged = [c for c, r in said.items() if c.dataset == rule.dataset and r]
        if not judged:
            why = f"{rule.dataset} was not measured under {rule.condition}."
            return Ruling(Verdict("inconclusive", None, None, None, None, (why,)), estimates)
        sizes = (*_unsaid(rows), *self._sizes(said[judged[0]], gaps[judged[0]]))
        told = tuple(sentence for c in judged for sentence in _told(c.system, gaps[c]))
        unjudged = {c: tuple(self._unjudged(said[c])) for c in judged}
        verdicts = tuple(_of_system(c.system, gaps[c], rule, whole=not unjudged[c]) for c in judged if gaps[c])
        open_ = {v.system for v in verdicts if v.outcome == "inconclusive"}
        left = tuple(_left(c.system, unjudged[c]) for c in judged if c.system in open_ and unjudged[c])
        modelled = tuple(sentence for c in judged if gaps[c] for sentence in self._modelled(c, said[c], gaps[c]))
        return Ruling(_over_systems(verdicts, reasons=(*sizes, *told, *modelled, *left)), estimates)

    def gaps(self, rows: Rows, protocol: Protocol) -> list[Gap]:
        """Every group that has enough speakers, and enough others to be set against; of only two, the one with more errors."""
        asked = [(factor, level) for factor in self.factors for level in self._levels(rows, factor)]
        return [self._gap(rows, factor, level, protocol=protocol, among=len(asked)) for factor, level in asked]

    def _levels(self, rows: Rows, factor: Factor) -> list[str]:
        large = self._enough(rows, factor)
        if len(_speakers(rows, factor)) > 2 or len(large) < 2:
            return large
        return [max(large, key=lambda level: self._rate(row for row in rows if factor.of(row) == level))]

    def _enough(self, rows: Rows, factor: Factor) -> list[str]:
        known = _speakers(rows, factor).items()
        return [level for level, its in known if min(len(its), len(_others(rows, factor, level))) >= FEWEST]

    def _rate(self, rows: Iterable[Row]) -> float:
        errors, words = np.sum([(row[self.errors], row[self.words]) for row in rows], axis=0)
        return float(errors / words) if words else 0.0

    def _gap(self, rows: Rows, factor: Factor, level: str, *, protocol: Protocol, among: int) -> Gap:
        known = [row for row in rows if factor.of(row) is not None and row["group"]]
        inside = np.array([[factor.of(row) == level] for row in known], float)
        counts = np.array([[row[self.errors], row[self.words]] for row in known], float)
        sides = np.hstack([counts * inside, counts * (1 - inside)])
        speakers = [row["group"] for row in known]
        seed, limits, alpha = protocol.seeds[0], protocol.limits, protocol.rule.alpha if protocol.rule else 0.05
        resamples = int(limits.get("resamples", 10_000))
        drawn = resample((sides, ("e", "w", "e_rest", "w_rest")), groups=speakers, resamples=resamples, seed=seed)
        value, draws = drawn.scored(_ratio)
        _, unit = np.unique(speakers, return_inverse=True)
        sums = np.zeros((int(unit.max()) + 1, 4))
        np.add.at(sums, unit, sides)
        dealt = int(limits.get("permutations", 10_000))
        p = permutation(sums[:, :2], sums[:, 2:], distance=_distance, permutations=dealt, seed=seed)
        plain, sure = percentile(value, draws, alpha=alpha), percentile(value, draws, alpha=alpha / among)
        return Gap(factor, level, *plain, sure.low, _detectable(draws), p, int(inside.sum()))

    def _modelled(self, cell: Cell, rows: Rows, gaps: Sequence[Gap]) -> Iterator[str]:
        """The same gaps by a mixed model with a rate of its own for every speaker; told beside, judged by nothing."""
        for gap in gaps:
            known = [row for row in rows if gap.factor.of(row) is not None and row["group"]]
            errors, words = ([row[column] for row in known] for column in (self.errors, self.words))
            inside, speakers = [gap.factor.of(row) == gap.level for row in known], [row["group"] for row in known]
            try:
                found = rate_difference(errors, words, inside=inside, speakers=speakers)
            except ExtraMissing as fault:
                yield f"A mixed model, shown beside and not judged, needs statsmodels: {fault.next_step}"
                return
            points = ", ".join(f"{100 * value:+.1f}" for value in (found.low, found.high))
            yield (
                f"{cell.system}, {gap.name}: {100 * found.value:+.1f} points [{points}] of the word error rate of an utterance, "
                f"by a mixed model with speakers at random; shown beside, not judged."
            )

    def _unjudged(self, rows: Rows) -> Iterator[str]:
        """What the claim names and nobody can judge here: factors not written down, groups with too few speakers."""
        for factor in self.factors:
            levels = sorted({factor.of(row) for row in rows} - {None})
            enough = self._enough(rows, factor)
            if len(levels) < 2:
                yield factor.name
            else:
                yield from (f"{factor.name}={level}" for level in levels if level not in enough)

    def _sizes(self, rows: Rows, gaps: Sequence[Gap]) -> Iterator[str]:
        """Who was recorded, factor by factor, and which gap so many speakers would show."""
        for factor in self.factors:
            utterances: dict[str, int] = {}
            for row in rows:
                if (level := factor.of(row)) is not None:
                    utterances[level] = utterances.get(level, 0) + 1
            if not utterances:
                yield f"{factor.name}: not available, no utterance of {len(rows):,} says it."
                continue
            speakers = _speakers(rows, factor)
            parts = (
                f"{level} {_number(speakers.get(level))}, {_many(n, 'utterance')}"
                for level, n in sorted(utterances.items())
            )
            seen = [f"{gap.level} {gap.detectable:.2f}" for gap in gaps if gap.factor == factor]
            found = f" Smallest ratio that would be found four times in five: {', '.join(seen)}." if seen else ""
            few = [level for level in sorted(utterances) if level not in self._enough(rows, factor)]
            left = f" Not judged for fewer than {FEWEST} speakers on a side: {', '.join(few)}." if few else ""
            yield f"{factor.name}: {'; '.join(parts)}.{found}{left}"


def _of_system(system: str, gaps: Sequence[Gap], rule: Rule, *, whole: bool) -> SystemVerdict:
    """What the rule says of one system; shown is the group on which it hangs: the one with the highest lower end.

    `whole` says that everything the claim names was judged: only then can there be no gap.
    """
    adjusted = holm([gap.p for gap in gaps])
    found = [(gap, p) for gap, p in zip(gaps, adjusted, strict=True) if gap.sure > gap.factor.gap and p <= rule.alpha]
    none = whole and any(all(zone.holds(gap.low, gap.high) for gap in gaps) for zone in rule.refuted)
    outcome: Outcome = "supported" if found else "refuted" if none else "inconclusive"
    both = found or list(zip(gaps, adjusted, strict=True))
    shown, p = max(both, key=lambda pair: -math.inf if math.isnan(pair[0].low) else pair[0].low)
    return SystemVerdict(system, outcome, shown.value, shown.low, shown.high, p)


def _over_systems(verdicts: Sequence[SystemVerdict], *, reasons: tuple[str, ...]) -> Verdict:
    if not verdicts:
        return Verdict(
            "not testable", None, None, None, None, (*reasons, "No group has enough speakers to be compared.")
        )
    outcomes = {v.outcome for v in verdicts}
    outcome: Outcome = outcomes.pop() if len(outcomes) == 1 else "inconclusive"
    shown = min(verdicts, key=lambda v: v.low)
    return Verdict(outcome, shown.effect, shown.low, shown.high, shown.p, reasons, tuple(verdicts))


def _left(system: str, unjudged: Sequence[str]) -> str:
    return f"{system}: that all groups are alike cannot be said, for these are missing or not judged: {', '.join(unjudged)}."


def _told(system: str, gaps: Sequence[Gap]) -> Iterator[str]:
    for gap, p in zip(gaps, holm([gap.p for gap in gaps]) if gaps else (), strict=True):
        yield (
            f"{system}, {gap.name}: {gap.value:.2f} times the word error rate of the others "
            f"[{gap.low:.2f}, {gap.high:.2f}], p = {p:.2g} after Holm over {len(gaps)}."
        )


def _unsaid(rows: Mapping[Cell, Rows]) -> Iterator[str]:
    """What a corpus does not say of its speakers at all, by its own statistics."""
    for cell, columns in rows.items():
        empty = [row for row in columns if row.get("clips") and not row["filled"]]
        for row in empty:
            release, _, column = row["item"].rpartition("/")
            yield (
                f"{column}: not available in {cell.dataset.partition('/')[0]} {release}: "
                f"it is empty for all {int(row['clips']):,} clips."
            )


def _estimate(cell: Cell, gap: Gap) -> Estimate:
    found = (gap.value, gap.low, gap.high)
    return Estimate("group_gap", cell.dataset, cell.system, gap.name, *found, gap.utterances, "ratio")


def _scored(rows: Rows) -> list[Row]:
    return [row for row in rows if row["status"] != Missing.UNSCORED.value]


def _speakers(rows: Rows, factor: Factor) -> dict[str, set[str]]:
    """The speakers of every group, groups in alphabetical order; utterances without a speaker are of nobody."""
    found: dict[str, set[str]] = {}
    for row in rows:
        if factor.of(row) is not None and row["group"]:
            found.setdefault(factor.of(row), set()).add(row["group"])
    return dict(sorted(found.items()))


def _number(speakers: set[str] | None) -> str:
    return _many(len(speakers), "speaker") if speakers else "speakers not named"


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _others(rows: Rows, factor: Factor, level: str) -> set[str]:
    return set().union(*(its for other, its in _speakers(rows, factor).items() if other != level), set())


def _ratio(sums: Mapping[Any, Any]) -> Any:
    return (sums["e"] / sums["w"]) / (sums["e_rest"] / sums["w_rest"])


def _distance(inside: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """How far two error rates lie apart: the size of the logarithm of their ratio."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.abs(np.log(inside[:, 0] / inside[:, 1] / (outside[:, 0] / outside[:, 1]))))


def _detectable(draws: np.ndarray) -> float:
    """The ratio that stands REACH standard errors from one; nan where the draws have no spread to speak of."""
    known = draws[np.isfinite(draws) & (draws > 0)]
    return math.exp(REACH * float(np.std(np.log(known)))) if len(known) else math.nan
