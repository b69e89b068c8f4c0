"""Filters that work word by word: what they remember of the words they have met, and how a change is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import accumulate

from qadam.cli.lines import Filter, Left, Span

LONGEST = 64  # characters; longer strings are no words: they are neither analysed nor remembered
REMEMBERED = 1 << 16  # words of running text kept with what becomes of them
PARTS = re.compile(r"\w+|\s|[^\w\s]")

Becomes = Callable[[str], tuple[str, int]]  # a token -> what stands for it, and how much of it could not be done


def token_filter(becomes: Becomes, left: Left) -> Filter:
    """A filter of a function for which nothing matters beyond the next space; spaces stay."""
    seen = lru_cache(REMEMBERED)(becomes)

    def once(token: str) -> tuple[str, int]:
        return seen(token) if len(token) <= LONGEST else becomes(token)

    def write(text: str) -> str:
        done = [once(token) for token in text.split(" ")]
        left.count += sum([missed for _, missed in done])
        return " ".join([new for new, _ in done])

    def tell(text: str) -> Iterator[Span]:
        for start, token in _tokens(text):
            new, missed = once(token)
            left.count += missed
            if new != token:
                yield {"start": start, "end": start + len(token), "text": token, "becomes": new}

    return Filter(write, tell, left)


def word_filter(becomes: Becomes, tell: Callable[[str], Iterator[Span]], left: Left) -> Filter:
    """A filter that changes words and nothing between them."""

    def rewrite(token: str) -> tuple[str, int]:
        out, end, missed = [], 0, 0
        for span in words_of(token):
            new, failed = becomes(span["text"])
            out += [token[end : span["start"]], new]
            missed += failed
            end = span["end"]
        return "".join(out) + token[end:], missed

    return Filter(token_filter(rewrite, left).write, tell, left)


def words_of(text: str) -> Iterator[Span]:
    """The words and numbers of a text that a suffix may end; an abbreviation with its stop is none."""
    from qadam.kazakh import sentences as boundaries

    for start, token in _tokens(text):
        for span in boundaries.words(token):
            if span.kind in ("word", "number") and not span.text.endswith("."):
                yield {"start": start + span.start, "end": start + span.end, "text": span.text}


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for token in text.split(" "):
        yield start, token
        start += len(token) + 1


def between(kept: re.Pattern[str], text: str, becomes: Callable[[str], str]) -> str:
    """What stands between the matches of a pattern (one group) rewritten; the matches stay."""
    return "".join(part if place % 2 else becomes(part) for place, part in enumerate(kept.split(text)))


def changes(before: str, after: str) -> Iterator[Span]:
    """The fewest changes that make one text of the other, in whole words, marks and white space."""
    if before == after:
        return
    from rapidfuzz.distance import Indel

    old, new = PARTS.findall(before), PARTS.findall(after)
    begins = [0, *accumulate(map(len, old))]
    i = j = 0
    for block in Indel.opcodes(old, new).as_matching_blocks():
        same = old[block.a : block.a + block.size]
        if same and not "".join(same).strip() and (block.a, block.b) != (0, 0):
            continue  # a space between two changes would cut "1991" from its words
        start, end, becomes = begins[i], begins[block.a], "".join(new[j : block.b])
        while end > start and becomes and before[end - 1] == becomes[-1] == " ":
            end, becomes = end - 1, becomes[:-1]
        if end > start or becomes:
            yield {"start": start, "end": end, "text": before[start:end], "becomes": becomes}
        i, j = block.a + block.size, block.b + block.size
