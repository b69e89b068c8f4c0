"""Classes of whole texts: the confusions, and what is read off them: F1 of each class, their mean, accuracy.

Every number comes from one table of sums, how often a text of one class was given another, so that any set of classes has the
same metrics. Macro means are over all classes of the set, as in scikit-learn's `average="macro", zero_division=0`: a class that
nobody was given has precision 0.

Where a classifier says how probable each class is, its *calibration* is counted too: in ten bins of confidence, how often it
was right, beside how sure it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from qadam.terms import Metric, Missing

BINS = 10


class Given(NamedTuple):
    """The class a text was given; if known, the probability of each class, the words that spoke for it, and the right class."""

    label: str
    chances: Mapping[str, float] | None = None
    words: tuple[str, ...] = ()
    gold: str = ""


class Classes:
    """How texts of one set of classes are counted; a named object, so that it travels to worker processes."""

    def __init__(self, name: str, labels: Sequence[str]) -> None:
        self.name, self.labels = name, tuple(labels)
        self.__qualname__ = f"classes({name}:{','.join(labels)})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Classes) and (self.name, self.labels) == (other.name, other.labels)

    def __hash__(self) -> int:
        return hash((self.name, self.labels))

    def __call__(self, prediction: Given | Missing, gold: str | None) -> Mapping[str, float]:
        """One row of counts for one text. No answer is a miss of its class; a text without gold is compared with nothing."""
        row = dict.fromkeys(self.columns, 0.0)
        answer = None if isinstance(prediction, Missing) else prediction
        if gold in self.labels:
            given = answer.label if answer and answer.label in self.labels else "none"
            row[f"{gold}>{given}"] = 1.0
        if answer and answer.chances:
            row["weighed"] = 1.0
            row |= {f"chance_{label}": float(answer.chances.get(label, 0.0)) for label in self.labels}
            row |= self._calibration(answer.chances, str(gold)) if gold in self.labels else {}
        return row

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the counts."""
        pairs = tuple(f"{a}>{b}" for a in self.labels for b in (*self.labels, "none"))
        bins = tuple(f"{what}_{k}" for what in ("bin", "right", "sure") for k in range(BINS))
        return (*pairs, *bins, "squared", "weighed", *(f"chance_{label}" for label in self.labels))

    def _calibration(self, chances: Mapping[str, float], gold: str) -> dict[str, float]:
        best = max(self.labels, key=lambda label: chances.get(label, 0.0))
        sure = float(chances.get(best, 0.0))
        at = min(BINS - 1, int(sure * BINS))
        squared = sum((chances.get(label, 0.0) - (label == gold)) ** 2 for label in self.labels)
        return {f"bin_{at}": 1.0, f"right_{at}": float(best == gold), f"sure_{at}": sure, "squared": float(squared)}

    def metrics(self, conditions: tuple[str, ...]) -> tuple[Metric, ...]:
        """Macro-F1 first, then its parts, accuracy, F1 of each class and calibration, for the conditions named."""
        made = [
            self._metric("macro_f1", _Macro(self.labels, "f1"), "macro-F1", "макро-F1", "макро-F1"),
            self._metric("macro_precision", _Macro(self.labels, "precision"), "macro precision", "макроточность", "макродәлдік"),
            self._metric("macro_recall", _Macro(self.labels, "recall"), "macro recall", "макрополнота", "макротолымдылық"),
            self._metric("accuracy", _Accuracy(self.labels), "accuracy", "доля верных", "дұрыс үлесі"),
        ]  # fmt: skip
        for label in self.labels:
            titles = (f"F1 of {label}", f"F1 класса {label}", f"{label} тобының F1-і")
            made.append(self._metric(f"f1_{label}", _OfClass(self.labels, label, "f1"), *titles))
        calibration = (
            "calibration error: how far confidence is from the share of right answers (10 bins)",
            "ошибка калибровки: насколько уверенность далека от доли верных (10 интервалов)",
            "калибрлеу қатесі: сенімділік пен дұрыс үлестің алшақтығы (10 аралық)",
        )
        made.append(self._metric("calibration_error", calibration_error, *calibration, better="lower"))
        made += [self._at(k) for k in range(BINS // 2 if len(self.labels) == 2 else 0, BINS)]
        return tuple(replace(metric, conditions=conditions) for metric in made)

    def _at(self, k: int) -> Metric:
        """One point of the calibration curve: how often answers of this confidence are right."""
        low, high, middle = k / BINS, (k + 1) / BINS, (k + 0.5) / BINS
        titles = (f"right answers at confidence {low:g}-{high:g}", f"доля верных при уверенности {low:g}-{high:g}", f"сенімділігі {low:g}-{high:g} жауаптардың дұрыс үлесі")  # fmt: skip
        made = self._metric(f"right_at_{k}", _Bin(k), *titles)
        return replace(made, better="neither", params={**made.params, "curve": "calibration", "at": f"{middle:g}"})

    def _metric(self, name: str, score: Any, en: str, ru: str, kk: str, better: Any = "higher") -> Metric:
        unit = "F1 0-1" if "f1" in name else "share 0-1"
        title = {"en": f"{en} ({self.name})", "ru": f"{ru} ({self.name})", "kk": f"{kk} ({self.name})"}
        params = {"classes": "+".join(self.labels)}
        return Metric(f"{self.name}_{name}", title, unit, self, score, better=better, params=params)


# --- scores: named objects, so that they travel to worker processes -------------------------------------------------


class _OfClass:
    """F1, precision or recall of one class; 0 where nothing was given it or belongs to it."""

    def __init__(self, labels: Sequence[str], label: str, what: str) -> None:
        self.labels, self.label, self.what = tuple(labels), label, what
        self.__qualname__ = f"{what}({label})"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        hit = np.asarray(sums[f"{self.label}>{self.label}"], float)
        given = sum(np.asarray(sums[f"{other}>{self.label}"], float) for other in self.labels)
        true = sum(np.asarray(sums[f"{self.label}>{other}"], float) for other in (*self.labels, "none"))
        below = {"f1": (given + true) / 2, "precision": given, "recall": true}[self.what]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(below > 0, hit / below, 0.0)


class _Macro:
    """The mean over all classes."""

    def __init__(self, labels: Sequence[str], what: str) -> None:
        self.each = tuple(_OfClass(labels, label, what) for label in labels)
        self.__qualname__ = f"macro-{what}"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        return sum(one(sums) for one in self.each) / len(self.each)


class _Accuracy:
    """Texts given their class over all texts with gold."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        self.__qualname__ = "accuracy"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        right = sum(np.asarray(sums[f"{label}>{label}"], float) for label in self.labels)
        every = sum(np.asarray(sums[f"{a}>{b}"], float) for a in self.labels for b in (*self.labels, "none"))
        with np.errstate(divide="ignore", invalid="ignore"):
            return right / every


class _Bin:
    """Right answers over all answers of one class of confidence."""

    def __init__(self, k: int) -> None:
        self.k = k
        self.__qualname__ = f"bin({k})"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(sums[f"right_{self.k}"], float) / np.asarray(sums[f"bin_{self.k}"], float)


def calibration_error(sums: Mapping[str, Any]) -> Any:
    """The mean distance, over texts, between confidence and the share of right answers in its bin.

    Source: Guo, Pleiss, Sun & Weinberger (2017), On Calibration of Modern Neural Networks: expected calibration error.
    """
    every = sum(np.asarray(sums[f"bin_{k}"], float) for k in range(BINS))
    gaps = sum(np.abs(np.asarray(sums[f"right_{k}"], float) - sums[f"sure_{k}"]) for k in range(BINS))
    with np.errstate(divide="ignore", invalid="ignore"):
        return gaps / every


def macro_f1(gold: Sequence[str], given: Sequence[str], labels: Sequence[str]) -> float:
    """Macro-F1 of two lists, for those who choose a threshold."""
    sums = {f"{a}>{b}": 0.0 for a in labels for b in (*labels, "none")}
    for right, said in zip(gold, given, strict=True):
        sums[f"{right}>{said}"] += 1
    return float(_Macro(labels, "f1")(sums))
