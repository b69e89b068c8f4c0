"""How well an image was read, letter by letter: error rates strict and folded, and what became of each Kazakh letter.

Two readings are compared in one of two forms:

strict    Unicode NFC; presentation forms of Arabic letters as the letters they are; no tatweel, no invisible marks of
          direction; white space folded. Nothing else is forgiven.
folded    strict, and in small letters, with what keyboards mix up taken for one (ك ک, ى ي ی, ە ه), and without hamza and
          vowel marks

The error rate of a set is all edits over all letters of the gold. One image that is read as a page of noise can move it by
more than its share; so the mean over images, none counting more than 1, stands beside it.

In Arabic script the high hamza ٴ is also counted after it was put back by rule (`kazakh.hamza`), and in the gold itself
after it was taken out and put back: more than that no reader can gain from the rule.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from qadam.kazakh import hamza
from qadam.kazakh.script import HAMZA as HAMZA_SIGN
from qadam.metrics.alignment import align, edits
from qadam.terms import Metric, Missing

INVISIBLE = re.compile("[\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
PRESENTED = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")
VOWEL_MARKS = re.compile("[\u064b-\u0655\u0670]")
SCRIPTS = ("kk-Cyrl", "kk-Latn", "kk-Arab")


def strict(text: str) -> str:
    """A text as the strict error rate compares it."""
    text = PRESENTED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return " ".join(INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def folded(text: str) -> str:
    """A text as the folded error rate compares it."""
    return " ".join(VOWEL_MARKS.sub("", strict(text)).translate(_folds()).lower().split())


def count(prediction: str | Missing, gold: str) -> Mapping[str, float]:
    """One row of counts for one image: edits and letters in each form, words, and each special letter of Kazakh.

    No answer counts as an empty reading: every letter is left out. `capped` is the error rate of this image alone, at
    most 1; the gold is never empty, since an image without text asks nothing.
    """
    return _count("" if isinstance(prediction, Missing) else prediction, gold)


@lru_cache(maxsize=4096)
def _count(prediction: str, gold: str) -> Mapping[str, float]:
    read, right = strict(prediction), strict(gold)
    wrong = edits(right, read).errors
    kept = Counter(pair.gold for pair in align(right, read) if pair.kept)
    there = Counter(right)
    return {
        "images": 1.0,
        "exact": float(read == right),
        "letters": float(len(right)),
        "edits": float(wrong),
        "capped": min(1.0, wrong / max(1, len(right))),
        "folded_letters": float(len(folded(gold))),
        "folded_edits": float(edits(folded(gold), folded(prediction)).errors),
        "words": float(len(right.split())),
        "word_edits": float(edits(right.split(), read.split()).errors),
        **_hamza(read, right),
        **{f"has_{name}": float(sum(there[one] for one in row)) for name, row in _special().items()},
        **{f"kept_{name}": float(sum(kept[one] for one in row)) for name, row in _special().items()},
    }


def _hamza(read: str, right: str) -> Mapping[str, float]:
    """What the rule that puts the hamza back changes: in the reading, and in the gold without it."""
    restored, again = hamza.restore(read), hamza.restore(hamza.strip(right))
    return {
        "restored_edits": float(edits(right, restored).errors),
        "restored_said": float(restored.count(HAMZA_SIGN)),
        "restored_kept": float(sum(pair.kept and pair.gold == HAMZA_SIGN for pair in align(right, restored))),
        "rule_said": float(again.count(HAMZA_SIGN)),
        "rule_kept": float(sum(pair.kept and pair.gold == HAMZA_SIGN for pair in align(right, again))),
    }


class _Share:
    """Sum of one column over the sum of another; a named object, so that it travels to worker processes."""

    def __init__(self, top: str, bottom: str) -> None:
        self.top, self.bottom = top, bottom
        self.__qualname__ = f"share({top}/{bottom})"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(sums[self.top], float) / np.asarray(sums[self.bottom], float)


def _metric(name: str, top: str, bottom: str, titles: tuple[str, str, str], **more: Any) -> Metric:
    en, ru, kk = titles
    return Metric(
        name=name,
        title={"en": en, "ru": ru, "kk": kk},
        unit=more.pop("unit", "share 0-1"),
        count=count,
        score=_Share(top, bottom),
        **more,
    )


@cache
def _rows() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


@cache
def _folds() -> dict[int, str]:
    return str.maketrans(_rows()["folded"])


@cache
def _special() -> dict[str, str]:
    """Every special letter, small and capital, by the code point of the small one."""
    return {f"{ord(row[0]):04x}": row for script in SCRIPTS for row in _rows()["special"][script]}


def _recalls(script: str) -> tuple[Metric, ...]:
    return tuple(
        _metric(
            f"recall_{ord(row[0]):04x}",
            f"kept_{ord(row[0]):04x}",
            f"has_{ord(row[0]):04x}",
            (f"share of {row[0]} that was read", f"доля прочитанных {row[0]}", f"оқылған {row[0]} үлесі"),
            better="higher",
            params={"form": "strict"},
        )
        for row in _rows()["special"][script]
    )


cer = _metric(
    "cer",
    "edits",
    "letters",
    ("character error rate, strict", "доля ошибок в символах (CER), строгая", "таңба қателерінің үлесі (CER), қатаң"),
    unit="edits per letter",
    better="lower",
    params={"form": "strict"},
)
cer_folded = _metric(
    "cer_folded",
    "folded_edits",
    "folded_letters",
    (
        "character error rate, look-alikes folded",
        "CER, похожие буквы считаются одной",
        "CER, ұқсас әріптер бір саналады",
    ),
    unit="edits per letter",
    better="lower",
    params={"form": "folded"},
)
cer_capped = _metric(
    "cer_capped",
    "capped",
    "images",
    (
        "mean of the images' error rates, each at most 1",
        "средняя CER по изображениям, каждая не больше 1",
        "суреттер бойынша орташа CER, әрқайсысы 1-ден аспайды",
    ),
    unit="edits per letter",
    better="lower",
    params={"form": "strict"},
)
wer = _metric(
    "wer",
    "word_edits",
    "words",
    ("word error rate", "доля ошибок в словах (WER)", "сөз қателерінің үлесі (WER)"),
    unit="edits per word",
    better="lower",
    params={"form": "strict"},
)
exact = _metric(
    "exact",
    "exact",
    "images",
    ("share of lines without any error", "доля строк без единой ошибки", "бірде-бір қатесіз жолдардың үлесі"),
    better="higher",
    params={"form": "strict"},
)
cer_restored = _metric(
    "cer_restored",
    "restored_edits",
    "letters",
    (
        "character error rate after ٴ was put back by harmony",
        "CER после восстановления ٴ по гармонии гласных",
        "ٴ үндестік бойынша қалпына келтірілгеннен кейінгі CER",
    ),
    unit="edits per letter",
    better="lower",
    params={"form": "strict", "rule": "harmony@1"},
)
hamza_restored = _metric(
    "hamza_restored",
    "restored_kept",
    "has_0674",
    (
        "share of ٴ that stands in its place after the rule",
        "доля ٴ на своём месте после правила",
        "ережеден кейін орнында тұрған ٴ үлесі",
    ),
    better="higher",
    params={"form": "strict", "rule": "harmony@1"},
)
hamza_precision = _metric(
    "hamza_precision",
    "restored_kept",
    "restored_said",
    (
        "share of ٴ in the corrected reading that belong there",
        "доля верных ٴ в исправленном чтении",
        "түзетілген оқылымдағы дұрыс ٴ үлесі",
    ),
    better="higher",
    params={"form": "strict", "rule": "harmony@1"},
)
hamza_ceiling = _metric(
    "hamza_ceiling",
    "rule_kept",
    "has_0674",
    (
        "share of ٴ that the rule finds in a text without any",
        "доля ٴ, которую правило находит в тексте без них",
        "ٴ-сіз мәтінде ереже табатын ٴ үлесі",
    ),
    better="higher",
    params={"rule": "harmony@1"},
)

METRICS = (cer, cer_folded, cer_capped, wer, exact)
HAMZA = (hamza_restored, hamza_precision, cer_restored, hamza_ceiling)
RECALL = {script: _recalls(script) for script in SCRIPTS}
