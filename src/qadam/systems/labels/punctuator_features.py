"""What a punctuator trained here sees of a word in running text: its endings, its neighbours, and what it rhymes with.

A Kazakh sentence ends in a finite verb or a predicate, so endings say most; halves of a proverb end alike, so each word also
sees whether a word soon before or behind has its ending. Words are small letters without marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from qadam.kazakh.marks import asks
from qadam.kazakh.morphology import analyse
from qadam.systems.labels.token_features import shape

AFFIXES = 4  # letters of the longest end that is looked at
LENGTHS = (4, 7, 10, 15, 25, 50)  # words of a passage: a short one is hardly more than a sentence
ASKED = 12  # words behind one that asks which a question may still hold
RHYMES = 7  # words between two halves that end alike
_REMEMBERED = 1 << 17

Parts = tuple[str, str, str]  # stem, endings, part of speech


@lru_cache(_REMEMBERED)
def parts(word: str) -> Parts:
    """Stem, labels of the endings and part of speech of the likeliest reading; the word itself where there is none."""
    readings = analyse(word) if len(word) <= 64 else []
    if not readings:
        return word, "", ""
    best = readings[0]
    return best.stem, "+".join(morph.label for morph in best.morphs), best.pos


@lru_cache(_REMEMBERED)
def _own(word: str) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """What a word shows at its own place, at a neighbour's (short), and its class: endings and part of speech."""
    stem, endings, pos = parts(word)
    ends = [word[-n:] for n in range(1, AFFIXES + 1) if len(word) > n]
    kind = f"{pos}.{endings}" if endings or pos else f"-{word[-3:]}"
    own = (
        f"w={word}",
        f"s={stem}",
        f"k={kind}",
        f"p={pos}",
        f"e={endings}",
        f"x={shape(word)}",
        *(f"{len(e)}={e}" for e in ends),
    )
    return own, (f"w={word}", f"s={stem}", f"k={kind}", f"3={word[-3:]}"), kind  # fmt: skip


def features(words: Sequence[str]) -> list[list[str]]:
    """A list of `name=value` for each word of a passage."""
    seen = [_own(word) for word in words]
    kinds = [kind for _, _, kind in seen]
    found = []
    last = len(words) - 1
    long = f"n{next((n for n in LENGTHS if len(words) <= n), 99)}"
    asked = 0  # words since one that asks
    for at, (own, _, kind) in enumerate(seen):
        row = ["bias", *own]
        for step in (-2, -1, 1, 2, 3):
            if 0 <= at + step <= last:
                row += [f"{step:+}{mark}" for mark in seen[at + step][1]]
            else:
                row.append(f"{step:+}edge")
        before = kinds[at - 1] if at else "^"
        after = kinds[at + 1] if at < last else "$"
        following = words[at + 1] if at < last else "$"
        row += [f"kk+={kind}|{after}", f"-kk={before}|{kind}", f"kkk={before}|{kind}|{after}", f"ww+={words[at]}|{following}", f"kw+={kind}|{following}", f"wk+={words[at]}|{after}"]  # fmt: skip
        asked = 1 if asks(words[at]) else asked + 1 if 0 < asked <= ASKED else 0
        row += [f"{long}{kind}", long, f"<{min(at, 8)}", f">{min(last - at, 8)}", f"?{bool(asked)}", f"?{bool(asked)}{kind}", f"?{bool(asked)}{at == last}"]  # fmt: skip
        row += _rhymes(words, kinds, at)
        found.append(row)
    return found


def _rhymes(words: Sequence[str], kinds: Sequence[str], at: int) -> list[str]:
    """Whether a word soon before or behind ends alike, and how far away it is; whether the next word was just said."""
    found = []
    kind, end = kinds[at], words[at][-3:]
    for sign, span in (("+", range(at + 2, min(len(words), at + 1 + RHYMES))), ("-", range(at - 2, max(-1, at - 1 - RHYMES), -1))):  # fmt: skip
        alike = next((abs(n - at) for n in span if kinds[n] == kind), 0)
        sound = next((abs(n - at) for n in span if words[n][-3:] == end), 0)
        found += [f"r{sign}{alike}", f"t{sign}{sound}"]
        if alike:
            found.append(f"rk{sign}{kind}")
        if alike and sound:
            found.append(f"rt{sign}")
    if at + 1 < len(words) and words[at + 1] in words[max(0, at - RHYMES) : at]:
        found.append("again")
    return found


def capitals(words: Sequence[str], marks: Sequence[str]) -> list[list[str]]:
    """What tells whether a word begins with a capital: the word and its neighbours, and the mark before it."""
    found = []
    for at, word in enumerate(words):
        own, _, kind = _own(word)
        before = marks[at - 1] if at else "^"
        row = ["bias", *own, f"m={before}", f"mw={before}|{word}", f"mk={before}|{kind}", f"mark={marks[at]}"]
        for step in (-2, -1, 1, 2):
            if 0 <= at + step < len(words):
                beside, ending, _ = parts(words[at + step])
                row += [f"{step:+}w={words[at + step]}", f"{step:+}s={beside}", f"{step:+}e={ending}"]
        found.append(row)
    return found
