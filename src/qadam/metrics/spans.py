"""Named entities: which stretches of a sentence a tagger finds, and whether it gives them their class.

An entity counts as found if its first token, its last token and its class are those of the gold: exact match, strict IOB2
(an I- that continues nothing is no entity), the same numbers as seqeval with `mode="strict", scheme=IOB2`. Sums are micro:
a sentence with more entities weighs more. *Names* are the classes that name; those that count or date (numbers, dates, money
...) are two fifths of KazNERD and easier, so that they hide what happens to names.

What can be said of a text without gold: which classes are found in it, how sure the tagger is, how many words are new to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from qadam.terms import Metric, Missing

NUMBERS = ("CARDINAL", "DATE", "MONEY", "ORDINAL", "PERCENTAGE", "QUANTITY", "TIME")
NAMES = (
    "ADAGE", "ART", "CONTACT", "DISEASE", "EVENT", "FACILITY", "GPE", "LANGUAGE", "LAW", "LOCATION", "MISCELLANEOUS",
    "NON_HUMAN", "NORP", "ORGANISATION", "PERSON", "POSITION", "PRODUCT", "PROJECT",
)  # fmt: skip
CLASSES = tuple(sorted((*NAMES, *NUMBERS)))
DOUBTFUL = 0.5  # a token whose label is less probable than this makes its sentence a doubtful one

Entity = tuple[int, int, str]  # first token, one past the last, class


class Tagged(NamedTuple):
    """What a tagger said of a sentence: labels; if it knows, how probable each is and which tokens are new to it."""

    labels: tuple[str, ...]
    sure: tuple[float, ...] = ()
    new: tuple[bool, ...] = ()


@lru_cache(maxsize=1 << 16)
def entities(labels: tuple[str, ...]) -> frozenset[Entity]:
    """The entities of one sentence, from its IOB2 labels; an I- that continues no entity of its class is left out.

    Source: seqeval, strict mode, scheme IOB2 (Nakayama, 2018).
    """
    found: list[Entity] = []
    begun, name = 0, ""
    for at, label in enumerate((*labels, "O")):
        if name and label != f"I-{name}":
            found.append((begun, at, name))
            name = ""
        if label.startswith("B-"):
            begun, name = at, label[2:]
    return frozenset(found)


def count(prediction: Tagged | Missing, gold: Sequence[str] | None) -> Mapping[str, float]:
    """One row of counts for one sentence; without gold the columns of comparison are 0.

    A sentence without an answer has no entities found in it. Classes outside the 25 of KazNERD count for nobody.
    """
    answer = Tagged(()) if isinstance(prediction, Missing) else prediction
    found = entities(tuple(answer.labels))
    wanted = entities(tuple(gold)) if gold is not None else frozenset()
    row = dict.fromkeys(COLUMNS, 0.0)
    row["sentences"], row["labelled"] = 1.0, float(gold is not None)
    row["tokens"] = float(len(answer.labels) or len(gold or ()))
    for mark, its in (("found", found), ("gold", wanted), ("hit", found & wanted)):
        for _, _, name in its:
            if name in CLASSES:
                row[f"{mark}_{name}"] += 1
    row["places"] = float(len({e[:2] for e in found} & {e[:2] for e in wanted}))
    return row | _new(answer, found, wanted) | _sure(answer, found)


def _new(answer: Tagged, found: frozenset[Entity], wanted: frozenset[Entity]) -> dict[str, float]:
    """Entities of the gold in which a token stands that the tagger never saw, and the tokens it never saw."""
    unseen = {e for e in wanted if any(answer.new[e[0] : e[1]])}
    return {
        "new_tokens": float(sum(answer.new)),
        "known_about": float(len(answer.new)),
        "unseen": float(len(unseen)),
        "unseen_hit": float(len(unseen & found)),
        "seen": float(len(wanted) - len(unseen)) if answer.new else 0.0,
        "seen_hit": float(len((wanted - unseen) & found)) if answer.new else 0.0,
    }


def _sure(answer: Tagged, found: frozenset[Entity]) -> dict[str, float]:
    """How probable the labels are; an entity is as probable as its least probable token."""
    weakest = [min(answer.sure[a:b]) for a, b, _ in found] if answer.sure else []
    return {
        "sure": float(sum(answer.sure)),
        "sure_of": float(len(answer.sure)),
        "sure_entities": float(sum(weakest)),
        "sure_entities_of": float(len(weakest)),
        "doubtful": float(bool(answer.sure) and min(answer.sure) < DOUBTFUL),
        "weighed": float(bool(answer.sure)),
    }


COLUMNS = (
    "sentences", "labelled", "tokens", "places",
    *(f"{mark}_{name}" for mark in ("hit", "found", "gold") for name in CLASSES),
)  # fmt: skip


# --- scores: named objects, so that they travel to worker processes -------------------------------------------------


def total(sums: Mapping[str, Any], mark: str, classes: Sequence[str] = CLASSES) -> Any:
    """How many entities of these classes were hit, found or are in the gold."""
    return sum(np.asarray(sums[f"{mark}_{name}"], float) for name in classes)


class _Harmonic:
    """Micro F1 over some classes."""

    def __init__(self, *classes: str) -> None:
        self.classes = classes
        self.__qualname__ = f"f1({','.join(classes) if len(classes) < 3 else len(classes)})"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        both = total(sums, "found", self.classes) + total(sums, "gold", self.classes)
        return _over(2 * total(sums, "hit", self.classes), both)


class _Macro:
    """Mean over the classes that the gold or the tagger has of the F1 of each, as in seqeval."""

    def __init__(self) -> None:
        self.__qualname__ = "macro"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        each = [_Harmonic(name)(sums) for name in CLASSES]
        there = [np.isfinite(value) for value in each]
        return _over(sum(np.where(ok, v, 0.0) for ok, v in zip(there, each, strict=True)), sum(map(np.asarray, there)))


class _Share:
    """Sum of one column, or of a mark over all classes, over the sum of another."""

    def __init__(self, top: str, bottom: str, times: float = 1.0) -> None:
        self.top, self.bottom, self.times = top, bottom, times
        self.__qualname__ = f"share({top}/{bottom})"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        top, bottom = (total(sums, c) if c in ("hit", "found", "gold") else sums[c] for c in (self.top, self.bottom))
        return _over(self.times * np.asarray(top, float), bottom)


def _over(top: Any, bottom: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(top, float) / np.asarray(bottom, float)


def _metric(name: str, score: Any, en: str, ru: str, kk: str, **more: Any) -> Metric:
    unit = more.pop("unit", "F1 0-1" if "f1" in name else "share 0-1")
    return Metric(name, {"en": en, "ru": ru, "kk": kk}, unit, count, score, **more)


_STRICT: dict[str, Any] = {"better": "higher", "params": {"match": "exact", "labels": "IOB2-strict"}}

f1 = _metric("f1", _Harmonic(*CLASSES), "entity F1, all classes", "F1 сущностей, все классы", "атаулы мәндер F1-і, барлық топ", **_STRICT)  # fmt: skip
names_f1 = _metric("names_f1", _Harmonic(*NAMES), "entity F1, names only (no numbers and dates)", "F1 сущностей, только имена (без чисел и дат)", "атаулы мәндер F1-і, тек атаулар (сан мен мерзімсіз)", **_STRICT)  # fmt: skip
numbers_f1 = _metric("numbers_f1", _Harmonic(*NUMBERS), "entity F1, numbers and dates only", "F1 сущностей, только числа и даты", "атаулы мәндер F1-і, тек сан мен мерзім", **_STRICT)  # fmt: skip
macro_f1 = _metric("macro_f1", _Macro(), "macro-F1: mean over classes", "макро-F1: среднее по классам", "макро-F1: топтар бойынша орташа", **_STRICT)  # fmt: skip
precision = _metric("precision", _Share("hit", "found"), "entity precision", "точность сущностей", "атаулы мәндердің дәлдігі", **_STRICT)  # fmt: skip
recall = _metric("recall", _Share("hit", "gold"), "entity recall", "полнота сущностей", "атаулы мәндердің толымдылығы", **_STRICT)  # fmt: skip
seen_recall = _metric("seen_recall", _Share("seen_hit", "seen"), "recall of entities whose words the system saw in training", "полнота для сущностей из слов, виденных при обучении", "оқытуда көрген сөздерден тұратын мәндердің толымдылығы", better="higher")  # fmt: skip
unseen_recall = _metric("unseen_recall", _Share("unseen_hit", "unseen"), "recall of entities with a word new to the system", "полнота для сущностей с новым для системы словом", "жүйеге жаңа сөзі бар мәндердің толымдылығы", better="higher")  # fmt: skip

QUALITY = (f1, names_f1, numbers_f1, macro_f1, precision, recall, seen_recall, unseen_recall)

new_words = _metric("new_words", _Share("new_tokens", "known_about"), "words that the system never saw in training", "доля слов, не виденных при обучении", "оқытуда кездеспеген сөздердің үлесі")  # fmt: skip
sureness = _metric("sureness", _Share("sure_entities", "sure_entities_of"), "mean probability of an entity found", "средняя вероятность найденной сущности", "табылған мәннің орташа ықтималдығы")  # fmt: skip
doubtful = _metric("doubtful", _Share("doubtful", "weighed"), f"sentences with a label less probable than {DOUBTFUL:g}", f"предложения с меткой вероятностью ниже {DOUBTFUL:g}", f"ықтималдығы {DOUBTFUL:g}-тен төмен белгісі бар сөйлемдер")  # fmt: skip
density = _metric("density", _Share("found", "tokens", 100.0), "entities found in 100 tokens", "найдено сущностей на 100 токенов", "100 токендегі табылған мәндер", unit="per 100 tokens")  # fmt: skip

WITHOUT_GOLD = (new_words, sureness, doubtful, density)
BY_CLASS = tuple(
    _metric(f"f1_{name}", _Harmonic(name), f"entity F1 of {name}", f"F1 сущностей {name}", f"{name} мәндерінің F1-і", **_STRICT)
    for name in CLASSES
)  # fmt: skip
