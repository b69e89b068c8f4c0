"""Translation against a reference: chrF++ first, BLEU beside it, and how many letters the target language does not have.

Scores of sets of sentences are made of sums of counts, never of means of scores, so an interval comes from resampling the rows.
The numbers are those of sacrebleu (its signature is named with each), which the tests hold them to; for all that, nothing but
Python is needed here. spBLEU cuts text by the vocabulary of FLORES-200, which sacrebleu brings: it needs `qadam[mt]`.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np

from qadam.errors import ExtraMissing, NotFetched
from qadam.terms import Metric, Missing

CHARACTERS, WORDS, TOKENS = 6, 2, 4  # longest n-grams: characters and words of chrF++, tokens of BLEU
RECALL = 2.0  # how much more recall weighs than precision in chrF++ (its beta)
ORDERS = (*(f"c{n}" for n in range(1, CHARACTERS + 1)), *(f"w{n}" for n in range(1, WORDS + 1)))

_PUNCTUATION = frozenset(string.punctuation)
_ENTITIES = (("&quot;", '"'), ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"))
_APART = (  # where mteval-v13a cuts: symbols; stops and commas that do not stand in a number; a dash after a digit
    (re.compile(r"([ -&(-+/:-@\[-`{-~])"), r" \1 "),
    (re.compile(r"([^0-9])([.,])"), r"\1 \2 "),
    (re.compile(r"([.,])([^0-9])"), r" \1 \2"),
    (re.compile(r"([0-9])(-)"), r"\1 \2 "),
)


class Reference(NamedTuple):
    """What a translation is compared with: a text, and the language that was asked for."""

    text: str
    language: str = ""


def count(translation: Any, reference: Reference) -> Mapping[str, float]:
    """One row of counts for chrF++ and BLEU; no answer counts as an empty translation.

    For every length of n-grams: how many the translation has, how many the reference has, how many they share. White space is
    no part of character n-grams; a punctuation mark at either end of a word is a word of its own.

    Source: Popović (2017), chrF++: words helping character n-grams; Papineni et al. (2002), BLEU; tokens as in mteval-v13a.
    """
    said = "" if isinstance(translation, Missing) else str(translation)
    row: dict[str, float] = {}
    for order, mine, its in zip(ORDERS, _pieces(said), _pieces(reference.text), strict=True):
        row[f"{order}_said"] = float(mine.total()) if its else 0.0
        row[f"{order}_gold"] = float(its.total())
        row[f"{order}_same"] = float((mine & its).total())
    return row | _bleu_row(tokens(said), tokens(reference.text), "b")


def chrf(sums: Mapping[str, Any]) -> Any:
    """chrF++ of sums, 0-100: precision and recall are means over the n-grams that both sides have; 0 where there are none."""
    said, gold, same = (np.array([sums[f"{o}_{part}"] for o in ORDERS], float) for part in ("said", "gold", "same"))
    both = (said > 0) & (gold > 0)
    counted = np.maximum(both.sum(axis=0), 1)
    precision = np.where(both, same / np.maximum(said, 1), 0).sum(axis=0) / counted
    recall = np.where(both, same / np.maximum(gold, 1), 0).sum(axis=0) / counted
    bottom = RECALL**2 * precision + recall
    return 100 * (1 + RECALL**2) * precision * recall / np.where(bottom > 0, bottom, 1)


def bleu(sums: Mapping[str, Any], *, tokens: str = "b") -> Any:
    """BLEU of sums, 0-100: n-grams of one to four tokens, a penalty for what is too short; lengths without a hit are smoothed.

    Source: Papineni et al. (2002); the smoothing is the exponential one of mteval, Chen & Cherry (2014), method 3.
    """
    total, same = (np.array([sums[f"{tokens}{n}_{p}"] for n in range(1, TOKENS + 1)], float) for p in ("said", "same"))
    missed = np.cumsum(same == 0, axis=0)
    top = np.where(same > 0, same, 0.5**missed)
    said, gold = (np.asarray(sums[f"{tokens}_{side}"], float) for side in ("said", "gold"))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        logs = np.where(total > 0, np.log(top / np.maximum(total, 1)), -np.inf)
        brief = np.where(said >= gold, 0.0, 1 - gold / np.maximum(said, 1e-9))
        value = 100 * np.exp(logs.mean(axis=0) + brief)
    return np.where(same.sum(axis=0) > 0, value, 0.0)


def spbleu(sums: Mapping[str, Any]) -> Any:
    """BLEU over the pieces of FLORES-200, 0-100."""
    return bleu(sums, tokens="s")


def sentence_chrf(said: str, gold: str) -> float:
    """chrF++ of a single sentence, 0-100: the same as `chrf` of its counts, without arrays, for millions of sentences."""
    precision = recall = both = 0.0
    for mine, its in zip(_pieces(said), _pieces(gold), strict=True):
        if mine and its:
            few, many = (mine, its) if len(mine) < len(its) else (its, mine)
            same = sum(min(n, many[piece]) for piece, n in few.items() if piece in many)
            precision, recall, both = precision + same / mine.total(), recall + same / its.total(), both + 1
    bottom = RECALL**2 * precision + recall
    return 100 * (1 + RECALL**2) * precision * recall / bottom / both if bottom else 0.0


def tokens(text: str) -> tuple[str, ...]:
    """A text as mteval-v13a cuts it, which is what BLEU has counted since 2009."""
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    text = f" {text.replace(chr(10), ' ')} "
    for place, apart in _APART:
        text = place.sub(apart, text)
    return tuple(text.split())


def count_pieces(translation: Any, reference: Reference) -> Mapping[str, float]:
    """One row of counts for spBLEU.

    Raises:
        ExtraMissing: sacrebleu is not installed.
        NotFetched: its vocabulary of FLORES-200 is not on this machine and cannot be had.
    """
    said = "" if isinstance(translation, Missing) else str(translation)
    cut = _vocabulary()
    return _bleu_row(tuple(cut(said).split()), tuple(cut(reference.text).split()), "s")


def count_letters(translation: Any, reference: Reference) -> Mapping[str, float]:
    """One row: how many letters a translation has, and how many of them its language is not written with."""
    said = "" if isinstance(translation, Missing) else str(translation).lower()
    own = alphabet(reference.language)
    letters = [c for c in said if c.isalpha() and c not in "ʻʼ"]
    return {"letters": float(len(letters)), "strange": float(sum(c not in own for c in letters))}


def share_strange(sums: Mapping[str, Any]) -> Any:
    """The share of letters, in percent 0-100, that the target language is not written with; nan without a letter."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return 100 * np.asarray(sums["strange"], float) / np.asarray(sums["letters"], float)


@cache
def alphabet(language: str) -> frozenset[str]:
    """The small letters a language is written with; empty for one that languages.toml does not list."""
    rows = tomllib.loads(files("qadam.metrics").joinpath("languages.toml").read_text("utf-8"))
    return frozenset(rows.get(language, {}).get("letters", ""))


@lru_cache(maxsize=4096)
def _pieces(text: str) -> tuple[Counter[Any], ...]:
    """The n-grams of chrF++ of a text: of characters, then of words."""
    run = "".join(text.split())
    words = [part for word in text.split() for part in _bare(word)]
    return (
        *(Counter(run[i : i + n] for i in range(len(run) - n + 1)) for n in range(1, CHARACTERS + 1)),
        *(Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1)) for n in range(1, WORDS + 1)),
    )


def _bare(word: str) -> tuple[str, ...]:
    """A word and the mark at its end, or else at its beginning; the original cuts one mark only, and so does this."""
    if len(word) > 1 and word[-1] in _PUNCTUATION:
        return word[:-1], word[-1]
    if len(word) > 1 and word[0] in _PUNCTUATION:
        return word[0], word[1:]
    return (word,)


def _bleu_row(said: Sequence[str], gold: Sequence[str], name: str) -> dict[str, float]:
    row = {f"{name}_said": float(len(said)), f"{name}_gold": float(len(gold))}
    for n in range(1, TOKENS + 1):
        mine, its = (Counter(tuple(side[i : i + n]) for i in range(len(side) - n + 1)) for side in (said, gold))
        row |= {f"{name}{n}_said": float(mine.total()), f"{name}{n}_same": float((mine & its).total())}
    return row


@cache
def _vocabulary() -> Callable[[str], str]:
    try:
        from sacrebleu.tokenizers import tokenizer_spm
    except ImportError as fault:
        raise ExtraMissing(
            "ExtraMissing: spBLEU needs sacrebleu, which is not installed.", "pip install 'qadam[mt]'"
        ) from fault
    try:
        library: Any = tokenizer_spm
        cut: Callable[[str], str] = library.Flores200Tokenizer()
    except Exception as fault:  # urllib, sentencepiece and the disk each have errors of their own
        raise NotFetched(
            f"NotFetched: the vocabulary of FLORES-200 for spBLEU cannot be had ({type(fault).__name__}).",
            "Online, once: python -c 'from sacrebleu.metrics import BLEU; BLEU(tokenize=\"flores200\")'",
        ) from fault
    return cut


_CHRF = {"sacrebleu": "nrefs:1|case:mixed|eff:yes|nc:6|nw:2|space:no"}
_BLEU = {"sacrebleu": "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp"}
_SPBLEU = {"sacrebleu": "nrefs:1|case:mixed|eff:no|tok:flores200|smooth:exp"}


def metrics(paths: Sequence[str], back: Sequence[str] = ()) -> tuple[Metric, ...]:
    """The metrics of a study: of translations along `paths`, and of those that went there and `back` again."""
    found = (
        Metric("chrf", {"en": "chrF++", "ru": "chrF++", "kk": "chrF++"}, "points 0-100", count, chrf, "higher", _CHRF, conditions=tuple(paths)),
        Metric("bleu", {"en": "BLEU", "ru": "BLEU", "kk": "BLEU"}, "points 0-100", count, bleu, "higher", _BLEU, conditions=tuple(paths)),
        Metric("strange_letters", {"en": "letters that the target language does not have", "ru": "буквы, которых нет в языке перевода", "kk": "аударма тілінде жоқ әріптер"}, "percent", count_letters, share_strange, "lower", conditions=tuple(paths)),
    )  # fmt: skip
    there = (
        Metric("round_trip_chrf", {"en": "round-trip chrF++: consistency, not quality", "ru": "chrF++ обратного перевода: согласованность, а не качество", "kk": "кері аударманың chrF++ мәні: сапа емес, үйлесім"}, "points 0-100", count, chrf, "neither", _CHRF, conditions=tuple(back)),
        Metric("round_trip_bleu", {"en": "round-trip BLEU: consistency, not quality", "ru": "BLEU обратного перевода: согласованность, а не качество", "kk": "кері аударманың BLEU мәні: сапа емес, үйлесім"}, "points 0-100", count, bleu, "neither", _BLEU, conditions=tuple(back)),
    )  # fmt: skip
    return found + (there if back else ())


def pieces_of_flores(paths: Sequence[str]) -> Metric:
    """spBLEU along paths; cells are blocked where its vocabulary cannot be had."""
    return Metric("spbleu", {"en": "spBLEU", "ru": "spBLEU", "kk": "spBLEU"}, "points 0-100", count_pieces, spbleu, "higher", _SPBLEU, conditions=tuple(paths))  # fmt: skip
