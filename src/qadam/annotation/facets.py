"""What of two answers can agree: the label of a unit, a stretch that is marked, or the letters of a text.

An answer may have several facets: a word cut into morphemes has boundaries, labelled parts and a part of speech. Each is
compared in its own way, and the one that the scheme's `measure` names decides.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from qadam.annotation.decision import Payload, Row, gaps, labels, places
from qadam.terms import Scheme

OUTSIDE = "O"  # the label of a token in no span


class Facet(NamedTuple):
    """One side of an answer, by the name of its measure.

    `kind` says what `of(row, payload)` gives: "labels" a mapping unit -> label, "parts" a set of marked stretches whose
    last word is the label, "text" the text. `order` is the order of labels at the level "ordinal".
    """

    name: str
    kind: Literal["labels", "parts", "text"]
    of: Callable[[Row, Payload], Any]
    level: Literal["nominal", "ordinal", "interval"] = "nominal"
    order: tuple[str, ...] = ()

    def rank(self, label: Hashable) -> Any:
        """The label as its level wants it: its place in the order, or itself."""
        return self.order.index(str(label)) if self.order else label


def facets(scheme: Scheme) -> list[Facet]:
    """The facets of a scheme; the one that decides is the first."""
    found = _BY_KIND[scheme.kind](scheme)
    return sorted(found, key=lambda facet: facet.name != scheme.measure)


def likeness(facet: Facet, row: Row, a: Payload, b: Payload) -> tuple[float, float]:
    """How far two answers are alike in a facet, as a share of something: a numerator and a denominator to be summed."""
    one, other = facet.of(row, a), facet.of(row, b)
    if facet.kind == "text":
        return similarity(one, other) / 100, 1.0
    if facet.kind == "parts":
        return 2.0 * len(one & other), float(len(one) + len(other))
    shared = one.keys() & other.keys()
    return float(sum(one[unit] == other[unit] for unit in shared)), float(len(shared))


# --- texts ---------------------------------------------------------------------------------------------------------


def has_chrf() -> bool:
    """Whether sacrebleu, which computes chrF, is installed."""
    return importlib.util.find_spec("sacrebleu") is not None


@lru_cache(maxsize=1 << 16)
def similarity(a: str, b: str) -> float:
    """How alike two texts are, percent 0-100: chrF averaged over both directions; see `character_similarity` without it."""
    if not has_chrf():
        return character_similarity(a, b)
    metric = _chrf()
    return float(metric.sentence_score(a, [b]).score + metric.sentence_score(b, [a]).score) / 2


def character_similarity(a: str, b: str) -> float:
    """100 less the share of characters to be changed: edits over the length of the longer text, percent 0-100.

    Not chrF, and not to be held against a threshold in chrF.
    """
    from rapidfuzz.distance import Levenshtein

    return 100 * Levenshtein.normalized_similarity(a, b)


@lru_cache(maxsize=1)
def _chrf() -> Any:
    from sacrebleu.metrics.chrf import CHRF

    return CHRF()


# --- by kind -------------------------------------------------------------------------------------------------------


def _morphemes(scheme: Scheme) -> list[Facet]:
    def cut(row: Row, payload: Payload) -> dict[int, str]:
        return {gap: "cut" if gap in payload["cuts"] else "whole" for gap in gaps(row["text"])}

    return [
        Facet("boundary F1", "parts", lambda row, payload: frozenset((c, "cut") for c in payload["cuts"])),
        Facet("part F1", "parts", lambda row, payload: frozenset(parts(row, payload))),
        Facet("boundary alpha", "labels", cut),
        Facet("pos alpha", "labels", lambda row, payload: {0: payload["pos"]} if "pos" in payload else {}),
    ]


def _tokens(scheme: Scheme) -> list[Facet]:
    return [Facet("token alpha", "labels", lambda row, payload: dict(enumerate(payload["labels"])))]


def _spans(scheme: Scheme) -> list[Facet]:
    def by_token(row: Row, payload: Payload) -> dict[int, str]:
        spans = payload["spans"]
        return {
            i: next((name for start, end, name in spans if start < stop and begin < end), OUTSIDE)
            for i, (begin, stop) in enumerate(places(row))
        }

    return [
        Facet("span F1", "parts", lambda row, payload: frozenset(map(tuple, payload["spans"]))),
        Facet("token alpha", "labels", by_token),
    ]


def _choice(scheme: Scheme) -> list[Facet]:
    order = tuple(labels(scheme)) if scheme.level == "ordinal" else ()
    return [Facet("alpha", "labels", lambda row, payload: {0: payload["label"]}, scheme.level, order)]


def _rating(scheme: Scheme) -> list[Facet]:
    found = [Facet("alpha", "labels", lambda row, payload: {0: payload["value"]}, scheme.level)]
    if labels(scheme):
        found.append(Facet("span F1", "parts", lambda row, payload: frozenset(map(tuple, payload["spans"]))))
    return found


def _text(scheme: Scheme) -> list[Facet]:
    found = [Facet("chrF", "text", lambda row, payload: payload["text"])]
    if labels(scheme):
        found.append(Facet("alpha", "labels", lambda row, payload: {0: payload["label"]}))
    if scheme.measure == "token alpha":
        found.append(Facet("token alpha", "labels", lambda row, payload: written(row["text"], payload["text"])))
    return found


def written(text: str, answer: str) -> dict[int, str]:
    """How an answer writes each word of a text that came without marks: "A" or "a", and the marks behind it, such as "A,".

    Words that the answer changed have no place in it and are absent; the marks before the first word stand at -1.
    """
    from rapidfuzz.distance import Indel

    asked = [word.text.lower() for word in _pieces(text) if word.kind != "mark"]
    words: list[str] = []
    forms: list[str] = [""]
    for piece in _pieces(answer):
        if piece.kind == "mark":
            forms[-1] += piece.text
        else:
            words.append(piece.text.lower())
            forms.append("A" if piece.text[:1].isupper() else "a")
    found = {-1: forms[0]} if forms[0] else {}
    for block in Indel.opcodes(asked, words).as_matching_blocks():
        found |= {block.a + i: forms[block.b + i + 1] for i in range(block.size)}
    return found


def _pieces(text: str) -> Iterator[Any]:
    from qadam.kazakh.sentences import words

    return words(text)


def parts(row: Row, payload: Payload) -> Iterator[tuple[int, int, str]]:
    """The parts of a word: start, end, label."""
    edges = [0, *payload["cuts"], len(row["text"])]
    for (start, end), label in zip(pairwise(edges), payload["labels"], strict=True):
        yield start, end, label


_BY_KIND: Mapping[str, Callable[[Scheme], list[Facet]]] = {
    "morphemes": _morphemes,
    "tokens": _tokens,
    "spans": _spans,
    "choice": _choice,
    "rating": _rating,
    "text": _text,
}
