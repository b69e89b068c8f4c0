"""What is measured of the answers to a scheme: each facet with its interval, by pair, by annotator, by label.

Intervals come from drawing items again and again: an item is drawn with all that was said of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from qadam.annotation.confused import Answers, by_number
from qadam.annotation.decision import Decision, Payload, Row, labels
from qadam.annotation.facets import Facet, has_chrf, likeness
from qadam.stats import agreement as coefficients
from qadam.stats.agreement import Counted, TooFewLabels
from qadam.stats.interval import Interval, bootstrap
from qadam.terms import Scheme

Document = dict[str, Any]
Couple = tuple[str, Payload, Payload]  # an item and two answers to it


class Measure:
    """A facet of some answers as a number with its interval; the draws of items are the same for all."""

    def __init__(self, items: Mapping[str, Row], resamples: int, seed: int) -> None:
        self.items, self.resamples, self.seed = items, resamples, seed

    def of(self, facet: Facet, answers: Answers) -> Document:
        """The number of a facet, for items with two answers or more."""
        return self.labels(facet, answers) if facet.kind == "labels" else self.shares(facet, couples(answers))

    def labels(self, facet: Facet, answers: Answers) -> Document:
        """Krippendorff's alpha of labelled units, at the level of the facet."""
        keys, units = self.units(facet, answers)
        return self.counted(lambda: coefficients.alpha_counts([_ranked(facet, u) for u in units], facet.level), keys)

    def shares(self, facet: Facet, couples: Sequence[Couple], *, only: str = "") -> Document:
        """How much of what either of two marked both marked (F1, micro), or how alike their texts are, over couples."""
        rows = [(item, *self._likeness(facet, item, (one, other), only)) for item, one, other in couples]
        rows = [(item, top, bottom) for item, top, bottom in rows if bottom]
        if not rows:
            return _value(Interval(np.nan, np.nan, np.nan), 0)
        items, top, bottom = zip(*rows, strict=True)
        scale = 100 if facet.kind == "text" else 1
        how: dict[str, Any] = {"resamples": self.resamples, "seed": self.seed, "groups": items}
        counts = {"top": np.array(top), "bottom": np.array(bottom)}
        return _value(bootstrap(counts, lambda sums: scale * sums["top"] / sums["bottom"], **how), len(set(items)))

    def counted(self, count: Callable[[], Counted], keys: Sequence[tuple[str, Any]]) -> Document:
        """A coefficient of units, drawn by item; empty where there is nothing to count."""
        try:
            counted = count()
        except TooFewLabels:
            return _value(Interval(np.nan, np.nan, np.nan), 0)
        groups = [item for item, _ in keys]
        how: dict[str, Any] = {"resamples": self.resamples, "seed": self.seed, "groups": groups}
        found = bootstrap((counted.rows, counted.columns), counted.score, **how)
        return _value(found, len(set(groups))) | {"units": len(keys)}

    def units(self, facet: Facet, answers: Answers) -> tuple[list[tuple[str, Any]], list[dict[str, Any]]]:
        """Each unit that two annotators labelled: its item and place, and annotator -> label."""
        found: dict[tuple[str, Any], dict[str, Any]] = defaultdict(dict)
        for item, by in answers.items():
            for who, payload in by.items():
                for place, label in facet.of(self.items[item], payload).items():
                    found[item, place][who] = label
        kept = {key: unit for key, unit in found.items() if len(unit) >= 2}
        return list(kept), list(kept.values())

    def _likeness(self, facet: Facet, item: str, pair: tuple[Payload, Payload], only: str) -> tuple[float, float]:
        if not only:
            return likeness(facet, self.items[item], *pair)
        one, other = ({p for p in facet.of(self.items[item], payload) if p[-1] == only} for payload in pair)
        return 2.0 * len(one & other), float(len(one) + len(other))


def kappas(sides: Sequence[Facet], shared: Answers, measure: Measure) -> Document | None:
    """Fleiss' kappa of units with the usual number of labels; None where labels are numbers, or there are none."""
    side = next((s for s in sides if s.kind == "labels" and s.level != "interval"), None)
    if side is None:
        return None
    keys, units = measure.units(side, shared)
    if not units:
        return None
    usual = Counter(map(len, units)).most_common(1)[0][0]
    kept = [(key, list(unit.values())) for key, unit in zip(keys, units, strict=True) if len(unit) == usual]
    found = measure.counted(lambda: coefficients.fleiss_counts([unit for _, unit in kept]), [key for key, _ in kept])
    return {"of": side.name, "fleiss": found, "labels_per_unit": usual}


def pairs(sides: Sequence[Facet], shared: Answers, measure: Measure) -> Iterator[Document]:
    """Every two annotators: each facet, and Cohen's kappa where there are labels."""
    everybody = sorted({who for by in shared.values() for who in by}, key=by_number)
    for pair in combinations(everybody, 2):
        both = {item: {who: by[who] for who in pair} for item, by in shared.items() if set(pair) <= by.keys()}
        if not both:
            continue
        found: Document = {"annotators": list(pair), "n": len(both)}
        found["measures"] = [{"measure": named(side), **measure.of(side, both)} for side in sides]
        side = next((s for s in sides if s.kind == "labels" and s.level != "interval"), None)
        if side:
            keys, units = measure.units(side, both)
            said = [(unit[pair[0]], unit[pair[1]]) for unit in units]
            count = _later(coefficients.cohen_counts, said)
            found["cohen"] = {"of": side.name, **measure.counted(count, keys)}
        yield found


def by_annotator(side: Facet, shared: Answers, measure: Measure) -> Iterator[tuple[str, Document]]:
    """How each annotator agrees with each of the others, taken together."""
    for who in sorted({who for by in shared.values() for who in by}, key=by_number):
        own = {item: by for item, by in shared.items() if who in by}
        if side.kind == "labels":
            keys, units = measure.units(side, own)
            twos = [
                (key, {who: unit[who], other: unit[other]})
                for key, unit in zip(keys, units, strict=True)
                for other in unit
                if who in unit and other != who
            ]
            count = _later(coefficients.alpha_counts, [_ranked(side, unit) for _, unit in twos], side.level)
            yield who, measure.counted(count, [key for key, _ in twos])
        else:
            others = [(item, by[who], by[other]) for item, by in own.items() for other in by if other != who]
            yield who, measure.shares(side, others)


def by_label(
    scheme: Scheme, sides: Sequence[Facet], shared: Answers, measure: Measure
) -> Iterator[tuple[str, Document]]:
    """Each label on its own: F1 of what is marked with it, or alpha of it against all others; `given` is how often."""
    parts = next((s for s in sides if s.kind == "parts" and s.name != "boundary F1"), None)
    if parts:
        given = Counter(
            p[-1] for item, by in shared.items() for a in by.values() for p in parts.of(measure.items[item], a)
        )
        for label in labels(scheme):
            if given[label]:
                found = measure.shares(parts, couples(shared), only=label)
                yield label, {"measure": parts.name, **found, "given": given[label]}
    side = next((s for s in sides if s.kind == "labels" and s.level != "interval" and s.name != "boundary alpha"), None)
    if side is None or (parts and scheme.kind != "morphemes"):
        return
    keys, units = measure.units(side, shared)
    given = Counter(label for unit in units for label in unit.values())
    for label, count in sorted(given.items(), key=lambda pair: (-pair[1], str(pair[0]))):
        against = [[given_label == label for given_label in unit.values()] for unit in units]
        found = measure.counted(_later(coefficients.alpha_counts, against), keys)
        yield str(label), {"measure": side.name, **found, "given": count}


def anchoring(
    side: Facet, decisions: Sequence[Decision], items: Mapping[str, Row], measure: Measure
) -> Document | None:
    """Whether a proposal draws people towards it: likeness to it when it was shown, less likeness when it was hidden.

    Positive: the shown proposal was followed more often. Shares 0-1 of what the facet compares. None without proposals.
    """
    rows: dict[str, list[float]] = {name: [] for name in ("shown", "shown_of", "blind", "blind_of")}
    groups, seen = [], Counter[str]()
    for decision in decisions:
        proposal = decision.proposal or items[decision.item].get("proposal")
        if proposal is None or decision.payload is None:
            continue
        way = "blind" if decision.proposal is None else "shown"
        top, bottom = likeness(side, items[decision.item], decision.payload, proposal)
        for name in rows:
            rows[name].append({way: top, f"{way}_of": bottom}.get(name, 0.0))
        groups.append(decision.item)
        seen[way] += 1
    if not (seen["shown"] and seen["blind"]):
        return None

    def difference(sums: Mapping[str, Any]) -> Any:
        return sums["shown"] / sums["shown_of"] - sums["blind"] / sums["blind_of"]

    counts = {name: np.array(column) for name, column in rows.items()}
    found = bootstrap(counts, difference, groups=groups, resamples=measure.resamples, seed=measure.seed)
    sums = {name: float(column.sum()) for name, column in counts.items()}
    return {
        "shown": _finite(sums["shown"] / sums["shown_of"]) if sums["shown_of"] else None,
        "blind": _finite(sums["blind"] / sums["blind_of"]) if sums["blind_of"] else None,
        "difference": _finite(found.value),
        "low": _finite(found.low),
        "high": _finite(found.high),
        "n_shown": seen["shown"],
        "n_blind": seen["blind"],
    }


def checks(side: Facet, decisions: Sequence[Decision], items: Mapping[str, Row]) -> Document:
    """How far each annotator gives the known answer of the check items, share 0-1; empty without such items."""
    found: dict[str, list[float]] = {}
    for decision in decisions:
        gold = items[decision.item].get("gold")
        if gold is not None and decision.payload is not None:
            sums = found.setdefault(decision.annotator, [0.0, 0.0, 0.0])
            top, bottom = likeness(side, items[decision.item], decision.payload, gold)
            found[decision.annotator] = [sums[0] + top, sums[1] + bottom, sums[2] + 1]
    return {who: {"value": s[0] / s[1] if s[1] else None, "n": int(s[2])} for who, s in sorted(found.items())}


def couples(answers: Answers) -> list[Couple]:
    """Every two answers to each item."""
    return [(item, a, b) for item, by in answers.items() for a, b in combinations(by.values(), 2)]


def _later(function: Callable[..., Counted], *values: Any) -> Callable[[], Counted]:
    return lambda: function(*values)


def _ranked(facet: Facet, unit: Mapping[str, Any]) -> list[Any]:
    return [facet.rank(label) for label in unit.values()]


def named(facet: Facet) -> str:
    """The measure of a facet, by the name it is reported under."""
    return "character similarity" if facet.kind == "text" and not has_chrf() else facet.name


def _value(found: Interval, n: int) -> Document:
    return {"value": _finite(found.value), "low": _finite(found.low), "high": _finite(found.high), "n": n}


def _finite(value: float) -> float | None:
    """JSON knows no nan: what cannot be said is null."""
    return float(value) if np.isfinite(value) else None
