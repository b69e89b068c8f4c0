"""Do people agree beyond chance? Krippendorff's alpha, Cohen's and Fleiss' kappa, and how many items are still needed.

Each coefficient is a score of sums over items, so that one bootstrap gives the interval of any: `alpha_counts` and its
sisters count, `alpha` and its sisters give the number at once.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Label = Hashable
Level = Literal["nominal", "ordinal", "interval"]
Floats = NDArray[np.float64]

NOTHING_EXPECTED = 1e-12  # a share of disagreement this small is rounding: every label is the same


class TooFewLabels(ValueError):
    """No item has two labels, so there is nothing that could agree."""


class Counted(NamedTuple):
    """What a coefficient is made of: a row of counts for each item (n_items, k), the names of the columns, the score.

    `score` turns a mapping column -> sum into the coefficient, and works on arrays of sums as on numbers. An item that
    carries no information has a row of zeros.
    """

    rows: Floats
    columns: tuple[Hashable, ...]
    score: Callable[[Mapping[Any, Any]], Any]

    @property
    def value(self) -> float:
        """The coefficient of all items."""
        return float(self.score(dict(zip(self.columns, self.rows.sum(axis=0), strict=True))))


def alpha(units: Sequence[Sequence[Label]], level: Level = "nominal") -> float:
    """Krippendorff's alpha: how far annotators agree beyond chance.

    1 is perfect agreement, 0 is what chance would give, below 0 they
    systematically contradict each other.

    Args:
        units: one inner sequence per item, holding the labels that item
            received, in any order; missing labels are simply absent.
            Items with fewer than two labels carry no information and are skipped.
        level: how far apart two labels are. "nominal": equal or not.
            "ordinal": by rank. "interval": squared difference, labels must be numbers.

    Returns:
        alpha, without unit, at most 1. Exactly 1.0 if every label is the same
        (nothing to disagree about; the formula would be 0/0).

    Raises:
        TooFewLabels: no item has two labels.
        ValueError: a label is None or nan, or does not fit the level.

    Source:
        Krippendorff (2011), Computing Krippendorff's Alpha-Reliability.
        The four-observer example there is our test.
    """
    return alpha_counts(units, level).value


def cohen(pairs: Sequence[tuple[Label, Label]]) -> float:
    """Cohen's kappa: how far two annotators agree beyond what each one's own habits would give.

    Args:
        pairs: the label of the first and of the second annotator, for each item that both labelled.

    Returns:
        kappa, without unit, at most 1. Exactly 1.0 if both gave one and the same label throughout (0/0).

    Raises:
        TooFewLabels: there is no pair.
        ValueError: a label is None or nan.

    Source:
        Cohen (1960), A Coefficient of Agreement for Nominal Scales.
    """
    return cohen_counts(pairs).value


def fleiss(units: Sequence[Sequence[Label]]) -> float:
    """Fleiss' kappa: how far several annotators, not always the same ones, agree beyond chance.

    Args:
        units: the labels of each item; every item has the same number of them, at least two.

    Returns:
        kappa, without unit, at most 1. Exactly 1.0 if every label is the same (0/0).

    Raises:
        TooFewLabels: there is no item, or items have fewer than two labels.
        ValueError: items differ in their number of labels (alpha allows that), or a label is None or nan.

    Source:
        Fleiss (1971), Measuring Nominal Scale Agreement Among Many Raters.
    """
    return fleiss_counts(units).value


def more_items(low: float, high: float, *, n: int, half: float = 0.05) -> int | None:
    """How many more items would bring an interval to plus or minus `half`, if they are like those there are.

    The width of an interval falls with the square root of the number of items, so that half the width takes four times as
    many. Where nothing disagreed the interval has no width and says nothing; then by the rule of three at least 3 / half
    items are needed before disagreement can be called rare.

    Args:
        low: lower end of the 95 % interval.
        high: upper end, in the same unit as `half`.
        n: items behind it.
        half: half the width that is wanted.

    Returns:
        A number of items, 0 if there are enough; None where there is no interval (nan), such as of a single item.

    Source:
        Hanley & Lippman-Hand (1983), If Nothing Goes Wrong, Is Everything All Right?
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return None
    width = (high - low) / 2
    needed = 3 / half if width == 0 else n * (width / half) ** 2
    return max(0, math.ceil(round(needed - n, 6)))


# --- what the coefficients are made of -----------------------------------------------------------------------------


def alpha_counts(units: Sequence[Sequence[Label]], level: Level = "nominal") -> Counted:
    """The sums that alpha is made of; arguments and errors as in `alpha`."""
    pairable = [list(unit) if len(unit) >= 2 else [] for unit in units]
    if not any(pairable):
        raise TooFewLabels("Agreement needs at least one item with two labels; there is none.")
    labels = _labels(pairable, level)
    if level == "interval":
        return _interval(pairable)
    counts = _table(pairable, labels)
    # An item with m labels has m (m - 1) ordered pairs; divided by m - 1, every label weighs the same.
    weights = counts / np.maximum(counts.sum(axis=1, keepdims=True) - 1, 1)
    if level == "nominal":
        alike = (weights * (counts - 1)).sum(axis=1)
        return Counted(np.column_stack([alike, counts]), ("alike", *range(len(labels))), _nominal)
    pairs = weights[:, :, None] * (counts[:, None, :] - np.eye(len(labels)))
    columns = tuple(itertools.product(range(len(labels)), repeat=2))
    return Counted(pairs.reshape(len(units), -1), columns, _ordinal)


def cohen_counts(pairs: Sequence[tuple[Label, Label]]) -> Counted:
    """The sums that Cohen's kappa is made of; an item that one of the two did not label is an empty pair."""
    if not any(pairs):
        raise TooFewLabels("Agreement of two annotators needs an item that both labelled; there is none.")
    labels = _labels([list(pair) for pair in pairs], "nominal")
    first = _table([pair[:1] for pair in pairs], labels)
    second = _table([pair[1:] for pair in pairs], labels)
    alike = (first * second).sum(axis=1)
    columns = ("alike", *(("first", j) for j in range(len(labels))), *(("second", j) for j in range(len(labels))))
    return Counted(np.column_stack([alike, first, second]), columns, _cohen)


def fleiss_counts(units: Sequence[Sequence[Label]]) -> Counted:
    """The sums that Fleiss' kappa is made of; arguments and errors as in `fleiss`, an empty item has no information."""
    sizes = {len(unit) for unit in units if unit}
    if len(sizes) > 1:
        raise ValueError(f"Fleiss' kappa needs the same number of labels for every item, not {sorted(sizes)}.")
    if not sizes or min(sizes) < 2:
        raise TooFewLabels("Agreement needs at least one item with two labels; there is none.")
    labels = _labels([list(unit) for unit in units], "nominal")
    counts = _table(units, labels)
    alike = (counts * (counts - 1)).sum(axis=1) / (sizes.pop() - 1)
    return Counted(np.column_stack([alike, counts]), ("alike", *range(len(labels))), _fleiss)


def _nominal(sums: Mapping[Any, Any]) -> Any:
    """One minus disagreement observed over disagreement expected: labels drawn without putting them back."""
    totals = _stacked(sums, lambda name: name != "alike")
    n = totals.sum(axis=0)
    expected = n * n - (totals * totals).sum(axis=0)
    return _beyond_chance(n, (n - sums["alike"]) * (n - 1), (expected, n * n))


def _ordinal(sums: Mapping[Any, Any]) -> Any:
    """As `_nominal`, weighed by how far apart two labels are: how many labels lie between them in all."""
    size = math.isqrt(len(sums))
    pairs = np.stack([np.asarray(sums[column], dtype=np.float64) for column in sums]).reshape(size, size, -1)
    totals = pairs.sum(axis=1)
    place = np.cumsum(totals, axis=0) - totals / 2  # a label stands at the middle of the ranks it occupies
    distance = (place[:, None] - place[None]) ** 2
    n = totals.sum(axis=0)
    expected = np.einsum("ir,ijr,jr->r", totals, distance, totals)
    found = _beyond_chance(n, (pairs * distance).sum(axis=(0, 1)) * (n - 1), (expected, n**4))
    return found if np.ndim(next(iter(sums.values()))) else found[0]


def _interval(units: list[list[Any]]) -> Counted:
    """Squared differences need no table of labels: the sums of values and of squares hold them all."""
    middle = np.mean([x for unit in units for x in unit])  # small numbers, small rounding
    centred = [np.asarray(unit, dtype=np.float64) - middle for unit in units]
    rows = np.array([[len(x), x.sum(), (x * x).sum(), _spread(x)] for x in centred])
    return Counted(rows, ("labels", "sum", "squares", "within"), _squares)


def _spread(values: Floats) -> float:
    """Squared differences of all ordered pairs within an item, divided by its labels minus one."""
    return float(((values[:, None] - values) ** 2).sum() / (len(values) - 1)) if len(values) else 0.0


def _squares(sums: Mapping[Any, Any]) -> Any:
    n = np.asarray(sums["labels"], dtype=np.float64)
    expected = 2 * (n * sums["squares"] - np.square(sums["sum"]))
    return _beyond_chance(n, sums["within"] * (n - 1), (expected, n * sums["squares"]))


def _cohen(sums: Mapping[Any, Any]) -> Any:
    first = _stacked(sums, lambda name: name[0] == "first")
    second = _stacked(sums, lambda name: name[0] == "second")
    n = first.sum(axis=0)
    return _beyond_chance(n, (n - sums["alike"]) * n, (n * n - (first * second).sum(axis=0), n * n))


def _fleiss(sums: Mapping[Any, Any]) -> Any:
    totals = _stacked(sums, lambda name: name != "alike")
    n = totals.sum(axis=0)
    return _beyond_chance(n, (n - sums["alike"]) * n, (n * n - (totals * totals).sum(axis=0), n * n))


def _beyond_chance(n: Any, observed: Any, expected: tuple[Any, Any]) -> Any:
    """1 - observed / expected; 1 where no disagreement is expected because all `n` labels are the same, nan without any.

    `expected` comes with the size of the terms it is a difference of, against which rounding is told from a value.
    """
    value, scale = (np.asarray(x, dtype=np.float64) for x in expected)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = 1 - np.asarray(observed) / value
    return np.where(np.asarray(n) > 0, np.where(value <= NOTHING_EXPECTED * scale, 1.0, found), np.nan)


def _stacked(sums: Mapping[Any, Any], wanted: Callable[[Any], bool]) -> Floats:
    return np.stack([np.asarray(values, dtype=np.float64) for name, values in sums.items() if wanted(name)])


def _table(units: Sequence[Sequence[Label]], labels: Sequence[Label]) -> Floats:
    """How often each item received each label: (n_items, k)."""
    column = {label: j for j, label in enumerate(labels)}
    counts = np.zeros((len(units), len(labels)))
    for i, unit in enumerate(units):
        for label in unit:
            counts[i, column[label]] += 1
    return counts


def _labels(units: list[list[Label]], level: Level) -> list[Any]:
    """The different labels, in their order where the level has one."""
    seen = dict.fromkeys(itertools.chain.from_iterable(units))
    if any(label is None or label != label for label in seen):
        raise ValueError("A missing label is left out, not written as None or nan.")
    if level == "nominal":
        return list(seen)
    if level not in ("ordinal", "interval"):
        raise ValueError(f"The level is 'nominal', 'ordinal' or 'interval', not {level!r}.")
    labels: list[Any] = list(seen)
    numbers = [x for x in labels if isinstance(x, int | float | np.number) and math.isfinite(x)]
    if level == "interval" and len(numbers) < len(labels):
        raise ValueError("Labels at the level 'interval' must be finite numbers.")
    try:
        return sorted(labels)
    except TypeError as error:
        raise ValueError(f"Labels at the level {level!r} must have an order: {error}.") from error
