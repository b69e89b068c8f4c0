"""Word and letter error rates: how far a transcript is from what was said, under a named way of writing both.

The rate is that of the whole text: all errors over all words of the gold, not a mean of rates of utterances, in which
short ones would weigh most. Before anything is counted both sides are brought to one form by a profile of
`kazakh.normalize`, whose name and version stand in the signature; "raw" leaves them as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from qadam.kazakh.normalize import normalize, signature
from qadam.metrics.alignment import align, edits
from qadam.terms import Metric, Missing

RAW = "raw"
KAZAKH_ONLY = "әғқңөұүһі"  # letters that Russian does not have
PROFILES = (RAW, "search", "wer")  # as written; without case and punctuation; and with numbers in words


class Heard(NamedTuple):
    """What a recogniser wrote for one utterance, and what was said."""

    text: str
    gold: str


def written(text: str, profile: str) -> str:
    """A text in the form in which it is compared; a short memory serves the metrics that ask for it one after another."""
    return text if profile == RAW else _normal(text, profile)


@lru_cache(maxsize=1 << 12)
def _normal(text: str, profile: str) -> str:
    return normalize(text, profile)


def said(prediction: Heard | Missing) -> str:
    """The words of a prediction; a system that gave none has written nothing."""
    return "" if isinstance(prediction, Missing) else prediction.text


class Errors:
    """Counts the errors of one utterance under a profile: words and letters, by kind; travels to worker processes.

    Letters are Unicode code points, the spaces between words among them, as is usual for the letter error rate.
    """

    def __init__(self, profile: str) -> None:
        self.profile = profile
        self.__qualname__ = f"Errors({RAW if profile == RAW else signature(profile)})"

    def __call__(self, prediction: Heard | Missing, gold: str) -> Mapping[str, float]:
        """One row of counts, their names beginning with that of the profile."""
        wanted, found = written(gold, self.profile), written(said(prediction), self.profile)
        words, letters = edits(wanted.split(), found.split()), edits(wanted, found)
        counts = {
            "words": words.hits + words.substitutions + words.deletions,
            "errors": words.errors,
            "substitutions": words.substitutions,
            "deletions": words.deletions,
            "insertions": words.insertions,
            "letters": len(wanted),
            "letter_errors": letters.errors,
            "whole": words.errors == 0,
        }
        return {f"{self.profile}_{name}": float(number) for name, number in counts.items()}


def letters_kept(prediction: Heard | Missing, gold: str) -> Mapping[str, float]:
    """How often each letter that only Kazakh has was said, and how often it was written where it belongs."""
    wanted, found = written(gold, "search"), written(said(prediction), "search")
    row = dict.fromkeys((f"{what}_{letter}" for letter in KAZAKH_ONLY for what in ("said", "kept")), 0.0)
    if not set(wanted) & set(KAZAKH_ONLY):
        return row
    for pair in align(wanted, found):
        if pair.gold and pair.gold in KAZAKH_ONLY:
            row[f"said_{pair.gold}"] += 1
            row[f"kept_{pair.gold}"] += pair.kept
    return row


def confusions(prediction: Heard) -> list[str]:
    """Letters written for other letters: "қ → к" for a қ that became к; left out "қ → ∅", added "∅ → қ". Spaces aside."""
    pairs = align(written(prediction.gold, "search"), written(prediction.text, "search"))
    changed = ((p.gold or "∅", p.found or "∅") for p in pairs if not p.kept)
    return [f"{gold} → {found}" for gold, found in changed if " " not in (gold, found)]


class Rate:
    """Sums of columns over sums of others; where there is nothing to divide by, as if there were one."""

    def __init__(self, top: tuple[str, ...], bottom: tuple[str, ...], *, empty: float = np.nan) -> None:
        self.top, self.bottom, self.empty = top, bottom, empty
        self.__qualname__ = f"Rate({'+'.join(top)}/{'+'.join(bottom)})"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        """The ratio, element by element."""
        top, bottom = (sum(np.asarray(sums[name], float) for name in names) for names in (self.top, self.bottom))
        return top / np.where(np.equal(bottom, 0), self.empty, bottom)


def _metric(name: str, unit: str, score: Rate, titles: tuple[str, str, str], **more: Any) -> Metric:
    return Metric(name, dict(zip(("en", "ru", "kk"), titles, strict=True)), unit, score=score, **more)


_AS = {
    RAW: ("as written", "как написано", "жазылғандай"),
    "search": ("no case, no punctuation", "без регистра и пунктуации", "бас әріпсіз, тыныс белгісіз"),
    "wer": (
        "no case, no punctuation, numbers in words",
        "без регистра и пунктуации, числа словами",
        "бас әріпсіз, тыныс белгісіз, сандар сөзбен",
    ),
}
_COUNTS = {profile: Errors(profile) for profile in PROFILES}


def _rates(profile: str) -> tuple[Metric, ...]:
    """Word and letter error rate under one profile."""
    en, ru, kk = _AS[profile]
    text = RAW if profile == RAW else signature(profile)
    end = "" if profile == "wer" else f"_{'raw' if profile == RAW else 'digits'}"
    how: dict[str, Any] = {"count": _COUNTS[profile], "better": "lower", "params": {"text": text}}
    per_word = Rate((f"{profile}_errors",), (f"{profile}_words",), empty=1.0)
    per_letter = Rate((f"{profile}_letter_errors",), (f"{profile}_letters",), empty=1.0)
    return (
        _metric(f"wer{end}", "errors per word", per_word, (f"word error rate, {en}", f"доля ошибок в словах, {ru}", f"сөз қателерінің үлесі, {kk}"), **how),
        _metric(f"cer{end}", "errors per letter", per_letter, (f"letter error rate, {en}", f"доля ошибок в буквах, {ru}", f"әріп қателерінің үлесі, {kk}"), **how),
    )  # fmt: skip


_KINDS = {
    "substitutions": ("words replaced", "заменённые слова", "алмасқан сөздер"),
    "deletions": ("words left out", "пропущенные слова", "қалып қойған сөздер"),
    "insertions": ("words added", "лишние слова", "артық сөздер"),
}

RATES: tuple[Metric, ...] = (
    *(metric for profile in reversed(PROFILES) for metric in _rates(profile)),
    *(
        _metric(kind, "errors per word", Rate((f"wer_{kind}",), ("wer_words",), empty=1.0), titles, count=_COUNTS["wer"], better="lower", params={"text": signature("wer")})
        for kind, titles in _KINDS.items()
    ),
)  # fmt: skip

LETTERS: tuple[Metric, ...] = (
    _metric(
        "kazakh_letters", "share 0-1",
        Rate(tuple(f"kept_{letter}" for letter in KAZAKH_ONLY), tuple(f"said_{letter}" for letter in KAZAKH_ONLY)),
        ("ә ғ қ ң ө ұ ү һ і written where they belong", "ә ғ қ ң ө ұ ү һ і на своём месте", "ә ғ қ ң ө ұ ү һ і өз орнында"),
        count=letters_kept, better="higher", params={"text": signature("search")},
    ),
    *(
        _metric(f"letter_{letter}", "share 0-1", Rate((f"kept_{letter}",), (f"said_{letter}",)), (f"{letter} written where it belongs", f"{letter} на своём месте", f"{letter} өз орнында"), count=letters_kept, better="higher", params={"text": signature("search")})
        for letter in KAZAKH_ONLY
    ),
)  # fmt: skip
