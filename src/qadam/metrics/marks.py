"""Marks restored: for each of . , ? ! : ; — … and for capitals, how many were set, wanted, and both.

A place is what follows one word; it may hold two marks (?! or a comma and a dash), and each counts for itself. "No mark" is
no class: nine places in ten have none, and an average that counts them says nothing of commas.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from qadam.kazakh.marks import MARKS, parted
from qadam.terms import Metric, Missing, Texts

ENOUGH = 200  # marks of a kind in the gold below which its F1 is reported and not judged
NAMES = dict(
    zip(MARKS, ("stop", "comma", "question", "exclamation", "colon", "semicolon", "dash", "dots"), strict=True)
)
_SHOWN: dict[str, Texts] = {
    "stop": {"en": "full stop", "ru": "точка", "kk": "нүкте"},
    "comma": {"en": "comma", "ru": "запятая", "kk": "үтір"},
    "question": {"en": "question mark", "ru": "вопросительный знак", "kk": "сұрау белгісі"},
    "exclamation": {"en": "exclamation mark", "ru": "восклицательный знак", "kk": "леп белгісі"},
    "colon": {"en": "colon", "ru": "двоеточие", "kk": "қос нүкте"},
    "semicolon": {"en": "semicolon", "ru": "точка с запятой", "kk": "нүктелі үтір"},
    "dash": {"en": "dash", "ru": "тире", "kk": "сызықша"},
    "dots": {"en": "three dots", "ru": "многоточие", "kk": "көп нүкте"},
    "capital": {"en": "capitals", "ru": "прописные буквы", "kk": "бас әріптер"},
}
CLASSES = tuple(_SHOWN)


def count(prediction: Sequence[str] | Missing, gold: Sequence[str] | None) -> Mapping[str, float]:
    """One row of counts for one text, from the labels of its words; no answer leaves every place bare.

    `swapped`, `missed` and `added` are the errors of the slot error rate: where a place lacks one mark and has another in its
    stead, that is one error, not two.
    """
    row = dict.fromkeys(COLUMNS, 0.0)
    wanted = [parted(label) for label in gold or ()]
    given = [("a", "")] * len(wanted) if isinstance(prediction, Missing) else [parted(label) for label in prediction]
    row["words"], row["texts"] = float(len(wanted)), 1.0
    row["marked"] = float(any(marks for _, marks in wanted))
    row["cased"] = float(any(case != "a" for case, _ in wanted))
    for (case, marks), (right_case, right) in zip(given, wanted, strict=True):
        for mark in marks:
            row[f"found_{NAMES[mark]}"] += 1
            row[f"hit_{NAMES[mark]}"] += mark in right
        for mark in right:
            row[f"gold_{NAMES[mark]}"] += 1
        missed, added = sum(m not in marks for m in right), sum(m not in right for m in marks)
        swapped = min(missed, added)
        row["swapped"] += swapped
        row["missed"] += missed - swapped
        row["added"] += added - swapped
        row["found_capital"] += case != "a"
        row["gold_capital"] += right_case != "a"
        row["hit_capital"] += case == right_case != "a"
    return row


COLUMNS = (
    "texts", "words", "marked", "cased", "swapped", "missed", "added",
    *(f"{what}_{name}" for name in CLASSES for what in ("hit", "found", "gold")),
)  # fmt: skip


# --- scores: named objects, so that they travel to worker processes -------------------------------------------------


class F1:
    """F1 of some classes, the mean where there are several; a class that neither gold nor system has is left out."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.__qualname__ = f"f1({','.join(names)})"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        each = [_over(2 * _a(sums, "hit", n), _a(sums, "found", n) + _a(sums, "gold", n)) for n in self.names]
        if len(each) == 1:
            return each[0]
        there = [np.isfinite(value) for value in each]
        return _over(sum(np.where(ok, v, 0.0) for ok, v in zip(there, each, strict=True)), sum(map(np.asarray, there)))


class Share:
    """Sums of columns over sums of others."""

    def __init__(self, top: Sequence[str], bottom: Sequence[str]) -> None:
        self.top, self.bottom = tuple(top), tuple(bottom)
        self.__qualname__ = f"share({'+'.join(top)}/{'+'.join(bottom)})"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        top, bottom = (sum(np.asarray(sums[c], float) for c in columns) for columns in (self.top, self.bottom))
        return _over(top, bottom)


def _a(sums: Mapping[str, Any], what: str, name: str) -> Any:
    return np.asarray(sums[f"{what}_{name}"], float)


def _over(top: Any, bottom: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(top, float) / np.asarray(bottom, float)


def _metric(name: str, score: Any, texts: Texts, better: Any = "higher", unit: str = "F1 0-1") -> Metric:
    return Metric(name, texts, unit, count, score, better=better)


def _of(name: str) -> tuple[Metric, ...]:
    """F1, precision and recall of one class."""
    shown = _SHOWN[name]
    parts = {"precision": Share([f"hit_{name}"], [f"found_{name}"]), "recall": Share([f"hit_{name}"], [f"gold_{name}"])}
    words = {"precision": ("precision", "точность", "дәлдік"), "recall": ("recall", "полнота", "толымдылық")}
    return (
        _metric(f"f1_{name}", F1(name), {lang: f"F1: {text}" for lang, text in shown.items()}),
        *(
            _metric(
                f"{part}_{name}",
                score,
                {k: f"{word}: {shown[k]}" for k, word in zip(("en", "ru", "kk"), words[part], strict=True)},
                unit="share 0-1",
            )
            for part, score in parts.items()
        ),
    )


MACRO = ("stop", "comma", "question", "exclamation")
macro_f1 = _metric("macro_f1", F1(*MACRO), {"en": "macro-F1 of . , ? ! (without “no mark”)", "ru": "макро-F1 по . , ? ! (без класса «нет знака»)", "kk": ". , ? ! бойынша макро-F1 («белгі жоқ» тобынсыз)"})  # fmt: skip
all_f1 = _metric("macro_f1_all", F1(*NAMES.values()), {"en": "macro-F1 of all eight marks", "ru": "макро-F1 по всем восьми знакам", "kk": "сегіз белгінің бәрі бойынша макро-F1"})  # fmt: skip
slot_errors = _metric("slot_error_rate", Share(["swapped", "missed", "added"], [f"gold_{n}" for n in NAMES.values()]), {"en": "slot error rate: marks swapped, missed and added, for one mark wanted", "ru": "slot error rate: заменённые, пропущенные и лишние знаки на один нужный", "kk": "slot error rate: бір қажет белгіге шаққандағы ауысқан, қалған және артық белгілер"}, "lower", "errors per mark")  # fmt: skip
capital_f1 = _of("capital")[0]
BY_MARK = tuple(metric for name in NAMES.values() for metric in _of(name))
QUALITY = (macro_f1, all_f1, slot_errors, capital_f1, *BY_MARK)

marked = _metric("marked", Share(["marked"], ["texts"]), {"en": "texts that hold a mark at all", "ru": "тексты, в которых вообще есть знаки", "kk": "бірде-бір тыныс белгісі бар мәтіндер"}, "neither", "share 0-1")  # fmt: skip
cased = _metric("cased", Share(["cased"], ["texts"]), {"en": "texts that hold a capital at all", "ru": "тексты, в которых вообще есть прописные", "kk": "бірде-бір бас әрпі бар мәтіндер"}, "neither", "share 0-1")  # fmt: skip
HELD = (marked, cased)
