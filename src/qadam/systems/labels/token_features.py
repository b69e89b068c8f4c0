"""What a classical tagger sees of a Kazakh token: letters, shape, affixes, stem and endings, neighbours.

No list of names is looked at. The stem and the labels of the endings are those of the likeliest reading of
`qadam.kazakh.morphology`, so that Алматыда and Алматыға share a stem, and every locative an ending.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from qadam.kazakh.morphology import analyse

AFFIXES = 5  # letters of the longest beginning and end that is looked at
NEAR = (-2, -1, 1, 2)  # neighbours that are looked at


def features(tokens: Sequence[str]) -> list[list[str]]:
    """A list of `name=value` for each token of a sentence."""
    small = [token.lower() for token in tokens]
    found = []
    for at in range(len(tokens)):
        row = [*own(tokens[at]), *_beside(tokens, at)]
        if at:
            row.append(f"pair-={small[at - 1]}|{small[at]}")
        if at + 1 < len(tokens):
            row.append(f"pair+={small[at]}|{small[at + 1]}")
        found.append(row)
    return found


def shape(token: str) -> str:
    """Capitals as X, small letters as x, digits as 9, other signs as they are; of three alike in a row two stay."""
    drawn = ""
    for sign in token:
        mark = "X" if sign.isupper() else "x" if sign.islower() else "9" if sign.isdigit() else sign
        drawn += "" if drawn.endswith(mark * 2) else mark
    return drawn


@lru_cache(maxsize=1 << 18)
def own(token: str) -> tuple[str, ...]:
    """What a token shows by itself."""
    word = token.lower()
    ends = [f"end={word[-n:]}" for n in range(1, AFFIXES + 1) if len(word) > n]
    begins = [f"begin={word[:n]}" for n in range(2, AFFIXES + 1) if len(word) > n]
    stem, endings, pos = _parts(word)
    return ("always", f"word={word}", f"shape={shape(token)}", *ends, *begins, f"stem={stem}", f"endings={endings}", f"pos={pos}")  # fmt: skip


def _beside(tokens: Sequence[str], at: int) -> Iterator[str]:
    for step in NEAR:
        if not 0 <= at + step < len(tokens):
            yield f"{step:+}edge"
            continue
        word = tokens[at + step].lower()
        stem, endings, _ = _parts(word)
        yield from (
            f"{step:+}word={word}",
            f"{step:+}shape={shape(tokens[at + step])}",
            f"{step:+}stem={stem}",
            f"{step:+}endings={endings}",
        )


@lru_cache(maxsize=1 << 18)
def _parts(word: str) -> tuple[str, str, str]:
    """Stem, labels of the endings and part of speech of the likeliest reading; the word itself where there is none."""
    readings = analyse(word)
    if not readings:
        return word, "", ""
    best = readings[0]
    return best.stem, "+".join(morph.label for morph in best.morphs), best.pos
