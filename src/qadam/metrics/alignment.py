"""Two sequences laid side by side, words or letters: what was kept, changed, left out and added.

The alignment is a shortest one in Levenshtein's sense: every change, omission and addition costs one. Where several are
equally short, rapidfuzz chooses, the same way every time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein


class Edits(NamedTuple):
    """How many elements of the gold were kept, replaced and left out, and how many were added to it."""

    hits: int
    substitutions: int
    deletions: int
    insertions: int

    @property
    def errors(self) -> int:
        """Substitutions, deletions and insertions together: the edit distance."""
        return self.substitutions + self.deletions + self.insertions


class Pair(NamedTuple):
    """One place of an alignment; None on a side means that nothing stands there."""

    gold: str | None
    found: str | None

    @property
    def kept(self) -> bool:
        """Whether both sides are the same."""
        return self.gold == self.found


def edits(gold: Sequence[str], found: Sequence[str]) -> Edits:
    """How far what was found is from the gold, counted by kind of error.

    Args:
        gold: words (a list) or letters (a string, whose elements are Unicode code points).
        found: the same kind of sequence.

    Returns:
        Four counts. Hits, substitutions and deletions add up to the length of the gold; hits, substitutions and
        insertions to that of what was found. Either side may be empty.

    Source:
        Levenshtein (1966), Binary codes capable of correcting deletions, insertions and reversals; which of equally short
        alignments is counted is decided by rapidfuzz, as in jiwer.
    """
    tags = [operation[0] for operation in Levenshtein.editops(gold, found).as_list()] if gold != found else []
    replaced, deleted = tags.count("replace"), tags.count("delete")
    return Edits(len(gold) - replaced - deleted, replaced, deleted, tags.count("insert"))


def align(gold: Sequence[str], found: Sequence[str]) -> Iterator[Pair]:
    """The gold and what was found, place by place, in order; the alignment that `edits` counts.

    Args:
        gold: words (a list) or letters (a string).
        found: the same kind of sequence; either may be empty.

    Returns:
        Pairs: (a, a) kept, (a, b) replaced, (a, None) left out, (None, b) added.
    """
    for op in Levenshtein.opcodes(gold, found):
        left, right = gold[op.src_start : op.src_end], found[op.dest_start : op.dest_end]
        match op.tag:
            case "delete":
                yield from (Pair(element, None) for element in left)
            case "insert":
                yield from (Pair(None, element) for element in right)
            case _:
                yield from map(Pair, left, right)
