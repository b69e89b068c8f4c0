"""Emotion heard in clips: how often each was found, what was found without gold, and where in a model it is best heard.

The usual number is UAR, the *unweighted average recall*: the mean, over emotions, of the share of clips of that emotion that were
given it. Guessing gets 1 / number of emotions, however many clips are neutral. Only emotions that occur in the gold count, so
that corpora with other sets of emotions go by the same metric.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from qadam.terms import Metric, Missing, Texts

EMOTIONS = ("neutral", "angry", "happy", "sad", "scared", "surprised")  # those of the scheme `emotion`
DEPTHS = 13  # places in a model, from what enters the first layer (0) to what leaves the last (12)
NAMES: Mapping[str, Texts] = {
    "neutral": {"en": "neutral", "ru": "нейтрально", "kk": "бейтарап"},
    "angry": {"en": "anger", "ru": "гнев", "kk": "ашу"},
    "happy": {"en": "joy", "ru": "радость", "kk": "қуаныш"},
    "sad": {"en": "sadness", "ru": "грусть", "kk": "мұң"},
    "scared": {"en": "fear", "ru": "страх", "kk": "қорқыныш"},
    "surprised": {"en": "surprise", "ru": "удивление", "kk": "таңданыс"},
}


def heard(prediction: str | Missing, gold: str | None) -> Mapping[str, float]:
    """One row of counts for a clip: which emotion it has and was given. No answer is a miss; without gold it is only given one."""
    given = "none" if isinstance(prediction, Missing) or prediction not in EMOTIONS else prediction
    row = dict.fromkeys(COLUMNS, 0.0)
    row[f"given_{given}"] = 1.0
    if gold in EMOTIONS:
        row[f"{gold}>{given}"] = 1.0
    return row


_GIVEN = (*EMOTIONS, "none")
COLUMNS = (*(f"{gold}>{given}" for gold in EMOTIONS for given in _GIVEN), *(f"given_{given}" for given in _GIVEN))


def by_depth(prediction: Sequence[str] | Missing, gold: str | None) -> Mapping[str, float]:
    """One row of counts for a clip that every layer of a model has judged: what was found at each of thirteen depths.

    Models have different numbers of layers. Depth k of 12 is the layer nearest to that share of the way; of a model with six
    layers each therefore stands twice, of one with 24 every second is left out.
    """
    row = dict.fromkeys(_AT_DEPTHS, 0.0)
    if gold in EMOTIONS:
        layers = () if isinstance(prediction, Missing) else tuple(prediction)
        for k in range(DEPTHS):
            at = int(np.floor(k / (DEPTHS - 1) * (len(layers) - 1) + 0.5)) if layers else 0
            row[f"{k}:{gold}"] = 1.0
            row[f"{k}:{gold}>right"] = float(bool(layers) and layers[at] == gold)
    return row


_AT_DEPTHS = tuple(f"{k}:{gold}{end}" for k in range(DEPTHS) for gold in EMOTIONS for end in ("", ">right"))


# --- scores ---------------------------------------------------------------------------------------------------------


def uar(sums: Mapping[str, Any]) -> Any:
    """The mean recall over the emotions that occur."""
    return _mean([_over(sums[f"{e}>{e}"], _gold(sums, e)) for e in EMOTIONS], [_gold(sums, e) for e in EMOTIONS])


def macro_f1(sums: Mapping[str, Any]) -> Any:
    """The mean F1 over the emotions that occur; 0 for one that was never found."""
    found = {e: sum(np.asarray(sums[f"{other}>{e}"], float) for other in EMOTIONS) for e in EMOTIONS}
    each = [_over(2 * np.asarray(sums[f"{e}>{e}"], float), found[e] + _gold(sums, e)) for e in EMOTIONS]
    return _mean(each, [_gold(sums, e) for e in EMOTIONS])


class Recall:
    """The share of clips of one emotion that were given it."""

    def __init__(self, emotion: str) -> None:
        self.emotion = emotion
        self.__qualname__ = f"recall({emotion})"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        return _over(sums[f"{self.emotion}>{self.emotion}"], _gold(sums, self.emotion), empty=np.nan)


class Share:
    """The share of all clips that were given one emotion."""

    def __init__(self, emotion: str) -> None:
        self.emotion = emotion
        self.__qualname__ = f"share({emotion})"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        return _over(sums[f"given_{self.emotion}"], sum(np.asarray(sums[f"given_{g}"], float) for g in _GIVEN))


class AtDepth:
    """UAR of what is found at one depth of a model."""

    def __init__(self, depth: int) -> None:
        self.depth = depth
        self.__qualname__ = f"uar_at({depth})"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        gold = [np.asarray(sums[f"{self.depth}:{e}"], float) for e in EMOTIONS]
        right = [sums[f"{self.depth}:{e}>right"] for e in EMOTIONS]
        return _mean([_over(r, g) for r, g in zip(right, gold, strict=True)], gold)


def _gold(sums: Mapping[str, Any], emotion: str) -> Any:
    return sum(np.asarray(sums[f"{emotion}>{given}"], float) for given in _GIVEN)


def _over(above: Any, below: Any, *, empty: float = 0.0) -> Any:
    above, below = np.asarray(above, float), np.asarray(below, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / below, empty)


def _mean(values: Sequence[Any], weights: Sequence[Any]) -> Any:
    """The mean of the values whose weight is not zero."""
    occurs = [(np.asarray(w) > 0).astype(float) for w in weights]
    total = sum(np.asarray(v, float) * there for v, there in zip(values, occurs, strict=True))
    return _over(total, sum(occurs), empty=np.nan)


# --- metrics --------------------------------------------------------------------------------------------------------


def with_gold(conditions: tuple[str, ...]) -> tuple[Metric, ...]:
    """UAR first, then macro-F1 and the recall of each emotion."""
    made = [
        _metric("uar", {"en": "UAR (mean recall over emotions)", "ru": "UAR (средняя полнота по эмоциям)", "kk": "UAR (эмоциялар бойынша орташа толымдылық)"}, uar, conditions),
        _metric("macro_f1", {"en": "macro-F1", "ru": "макро-F1", "kk": "макро-F1"}, macro_f1, conditions, unit="F1 0-1"),
    ]  # fmt: skip
    for e in EMOTIONS:
        title = {
            "en": f"recall: {NAMES[e]['en']}",
            "ru": f"полнота: {NAMES[e]['ru']}",
            "kk": f"толымдылық: {NAMES[e]['kk']}",
        }
        made.append(_metric(f"recall_{e}", title, Recall(e), conditions))
    return tuple(made)


def shares(conditions: tuple[str, ...]) -> tuple[Metric, ...]:
    """How often each emotion is found where nobody has labelled any: a description, neither right nor wrong."""
    return tuple(
        Metric(
            f"found_{e}",
            {"en": f"found: {NAMES[e]['en']}", "ru": f"найдено: {NAMES[e]['ru']}", "kk": f"табылғаны: {NAMES[e]['kk']}"},
            "share 0-1", heard, Share(e), conditions=conditions,
        )
        for e in EMOTIONS
    )  # fmt: skip


def depths(conditions: tuple[str, ...]) -> tuple[Metric, ...]:
    """UAR at each depth of a model, a curve."""
    return tuple(
        Metric(
            f"uar_at_{k}",
            {"en": f"UAR at depth {k} of 12", "ru": f"UAR на глубине {k} из 12", "kk": f"12 тереңдіктің {k}-індегі UAR"},
            "share 0-1", by_depth, AtDepth(k), better="higher",
            params={"curve": "depth", "at": str(k)}, conditions=conditions,
        )
        for k in range(DEPTHS)
    )  # fmt: skip


def _metric(name: str, title: Texts, score: Any, conditions: tuple[str, ...], unit: str = "share 0-1") -> Metric:
    return Metric(name, title, unit, heard, score, better="higher", conditions=conditions)
