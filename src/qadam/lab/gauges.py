"""What a corpus of any size can be measured by: tokens, scripts, switching between languages, morphemes, faults.

A gauge turns texts into one row of counts; rows add up, in whatever pieces a corpus is read, and scores are of the sums.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any

import numpy as np

from qadam.catalogue.audit import folded
from qadam.catalogue.corpus import Batch
from qadam.errors import Usage
from qadam.kazakh import codeswitch, morphology, phonology, script
from qadam.kazakh.normalize import LETTERS, mixed_script_words
from qadam.metrics import switching

Sums = Mapping[str, float]
LONGEST = 64  # letters; a longer string is no word and is not cut
REMEMBERED = 1 << 17  # words whose boundaries are kept
CODES = 0x10000  # code points looked up at once; no letter of the three scripts lies beyond


@dataclass(frozen=True)
class Score:
    """One number of the sums: its name, its unit, and how it is read off them."""

    name: str
    unit: str
    read: Callable[[Sums], float]


@dataclass(frozen=True)
class Gauge:
    """A measure of a corpus: counts of a batch, and the scores of their sums. `keys`: one number a text, equal for equal texts."""

    name: str
    count: Callable[[Batch], Sums]
    scores: tuple[Score, ...]
    keys: Callable[[Batch], Any] | None = None


def gauge(name: str, *, tokenizers: Mapping[str, Any] | None = None) -> Gauge:
    """The gauge of a name: fertility, script, codeswitch, morphology or audit.

    Args:
        tokenizers: for fertility, whatever can `count(texts)`, by name.

    Raises:
        Usage: there is no such gauge.
    """
    if name == "fertility":
        return _fertility(tokenizers or {})
    if name not in GAUGES:
        raise Usage(f"Usage: there is no measure {name!r}.", f"Known: {', '.join(sorted(NAMES))}.")
    return GAUGES[name]()


def _per(top: str, bottom: str, *, of: float = 1.0) -> Callable[[Sums], float]:
    return partial(_ratio, top, bottom, of)


def _ratio(top: str, bottom: str, of: float, sums: Sums) -> float:
    return of * sums.get(top, 0.0) / sums[bottom] if sums.get(bottom) else float("nan")


def _sum(column: str) -> Callable[[Sums], float]:
    return lambda sums: sums.get(column, 0.0)


# --- fertility ------------------------------------------------------------------------------------------------------


def _fertility(tokenizers: Mapping[str, Any]) -> Gauge:
    """Tokens for a white-space word and bytes for a token."""

    def count(batch: Batch) -> Sums:
        texts = batch.texts
        row = {
            "words": float(sum(len(text.split()) for text in texts)),
            "characters": float(sum(map(len, texts))),
            "bytes": float(sum(len(text.encode()) for text in texts)),
        }
        for name, tokenizer in tokenizers.items():
            row[f"tokens {name}"] = float(sum(tokenizer.count(texts)))
        return row

    scores = [Score("characters per word", "characters", _per("characters", "words"))]
    for name in tokenizers:
        scores += [
            Score(f"{name}: tokens per word", "tokens", _per(f"tokens {name}", "words")),
            Score(f"{name}: bytes per token", "bytes", _per("bytes", f"tokens {name}")),
        ]
    return Gauge("fertility", count, tuple(scores))


# --- script ---------------------------------------------------------------------------------------------------------


@cache
def _scripts() -> Any:
    """For each code point the place of its script in `script.SCRIPTS`, or their number where it is no letter of them."""
    none = len(script.SCRIPTS)
    places = {tag: i for i, tag in enumerate(script.SCRIPTS)}
    tags = ("und" if 0xD800 <= code < 0xE000 else script.detect(chr(code)).tag for code in range(CODES))
    return np.array([places.get(tag, none) for tag in tags], dtype=np.int8)


def _script() -> Gauge:
    """Letters by script, and texts by the script of most of their letters."""
    own = np.array([ord(letter) for letter in "әғқңөұүһіӘҒҚҢӨҰҮҺІ"], dtype=np.uint32)

    def count(batch: Batch) -> Sums:
        codes = np.frombuffer("".join(batch.texts).encode("utf-32-le"), dtype=np.uint32)
        kinds = _scripts()[np.minimum(codes, CODES - 1)]
        ends = np.cumsum([len(text) for text in batch.texts])
        row = {"texts": float(len(batch.texts)), "own": float(np.isin(codes, own).sum())}
        of_texts = []
        for place, tag in enumerate(script.SCRIPTS):
            running = np.concatenate(([0], np.cumsum(kinds == place)))
            of_texts.append(np.diff(running[np.concatenate(([0], ends)).astype(np.int64)]))
            row[f"letters {tag}"] = float(running[-1])
        each = np.array(of_texts).reshape(len(script.SCRIPTS), -1)
        letters = each.sum(axis=0)
        main = np.where(letters > 0, each.argmax(axis=0), len(script.SCRIPTS))
        for place, tag in enumerate((*script.SCRIPTS, "none")):
            row[f"texts {tag}"] = float((main == place).sum())
        row["letters"] = float(letters.sum())
        row["mixed"] = float(((each > 0).sum(axis=0) > 1).sum())
        return row

    scores = [Score(f"letters in {tag}", "share 0-1", _per(f"letters {tag}", "letters")) for tag in script.SCRIPTS]
    scores += [Score(f"texts in {tag}", "share 0-1", _per(f"texts {tag}", "texts")) for tag in script.SCRIPTS]
    scores += [
        Score("texts without a letter", "share 0-1", _per("texts none", "texts")),
        Score("texts in two scripts or more", "share 0-1", _per("mixed", "texts")),
        Score("letters that only Kazakh has, of Cyrillic ones", "share 0-1", _per("own", "letters kk-Cyrl")),
    ]
    return Gauge("script", count, tuple(scores))


# --- switching between languages ------------------------------------------------------------------------------------


def _codeswitch() -> Gauge:
    """What the study of code-switching counts, by the classifier alone."""

    def count(batch: Batch) -> Sums:
        row: Counter[str] = Counter()
        for text in batch.texts:
            tokens = tuple(text.split())
            if tokens:
                row.update(switching.count(switching.Tagged(tokens, tuple(codeswitch.identify(tokens))), None))
        return row

    scores = [Score(m.title["en"], m.unit, partial(_scored, m)) for m in switching.SWITCHING]
    return Gauge("codeswitch", count, tuple(scores))


def _scored(metric: Any, sums: Sums) -> float:
    return float(metric.score(sums)) if sums else float("nan")


# --- morphology -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=REMEMBERED)
def _morphemes(word: str) -> int:
    return len(morphology.segment(word))


def _morphology() -> Gauge:
    """Morphemes of Kazakh words in Cyrillic letters, by Qadam's segmenter."""
    letters = phonology.LETTERS

    def count(batch: Batch) -> Sums:
        words = Counter(word for text in batch.texts for word in LETTERS.findall(text.lower()))
        row = dict.fromkeys(("words", "letters", "morphemes", "cut", "foreign"), 0.0)
        for word, times in words.items():
            if len(word) > LONGEST or not letters.issuperset(word):
                row["foreign"] += times
                continue
            parts = _morphemes(word)
            row["words"] += times
            row["letters"] += times * len(word)
            row["morphemes"] += times * parts
            row["cut"] += times * (parts > 1)
        return row

    scores = (
        Score("morphemes per word", "morphemes", _per("morphemes", "words")),
        Score("words with a suffix", "share 0-1", _per("cut", "words")),
        Score("letters per morpheme", "letters", _per("letters", "morphemes")),
        Score("words that are not in Kazakh Cyrillic letters", "words", _sum("foreign")),
    )
    return Gauge("morphology", count, scores)


# --- audit ----------------------------------------------------------------------------------------------------------


def _audit() -> Gauge:
    """Faults of texts; duplicates are found by their keys once all shards are read."""

    def count(batch: Batch) -> Sums:
        texts = batch.texts
        mixed = [mixed_script_words(text) if not text.isascii() else () for text in texts]
        return {
            "texts": float(len(texts)),
            "empty": float(sum(not text.strip() for text in texts)),
            "not UTF-8": float(batch.damaged),
            "replaced": float(sum("\ufffd" in text for text in texts) - batch.damaged),
            "unread": float(batch.unread),
            "pieces": float(batch.pieces),
            "mixed": float(sum(map(bool, mixed))),
            "alike": float(sum(any(word.folded for word in words) for words in mixed)),
        }

    share = "share 0-1"
    scores = (
        Score("texts", "texts", _sum("texts")),
        Score("texts that repeat an earlier one", share, _per("duplicates", "texts")),
        Score("empty texts", share, _per("empty", "texts")),
        Score("texts that are not UTF-8", share, _per("not UTF-8", "texts")),
        Score("texts with U+FFFD, lost before", share, _per("replaced", "texts")),
        Score("texts with a word of Latin and Cyrillic letters", share, _per("mixed", "texts")),
        Score("texts with a word that look-alike letters spoil", share, _per("alike", "texts")),
        Score("lines that could not be read", "lines", _sum("unread")),
        Score("further pieces of very long lines", "pieces", _sum("pieces")),
    )
    return Gauge("audit", count, scores, keys=_keys)


def _keys(batch: Batch) -> Any:
    """64 bits of a hash of each text as the audit compares texts; empty ones have none."""
    folds = (folded(text).encode(errors="replace") for text in batch.texts)
    digests = b"".join(hashlib.blake2b(text, digest_size=8).digest() for text in folds if text)
    return np.frombuffer(digests, dtype=np.uint64)


GAUGES: Mapping[str, Callable[[], Gauge]] = {
    "script": _script,
    "codeswitch": _codeswitch,
    "morphology": _morphology,
    "audit": _audit,
}
NAMES: Sequence[str] = ("fertility", *GAUGES)
