"""The rows of suffixes turned round: from what is written to the suffixes it can be, and what may stand before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, reduce
from operator import or_

from qadam.kazakh.lexicon import Suffix, suffixes
from qadam.kazakh.phonology import VOICED, shapes


@dataclass(frozen=True, slots=True)
class Arc:
    """A suffix in one of its spellings, as it is met when a word is read from its end."""

    row: Suffix
    source: int  # states that may stand before it, as bits
    target: int  # the state it leads to, as a bit
    heard: int  # what it may follow, as in phonology.contexts
    lost: str  # what the stem before it has lost
    before_vowel: bool | None  # a final қ or к is written ғ or г before a vowel; None: the suffix does not end so


@dataclass(frozen=True, slots=True)
class Graph:
    """All suffixes by their spelling, the bit of each state, and the bits of those in which a word may end."""

    arcs: dict[str, tuple[Arc, ...]]
    states: dict[str, int]  # name -> bit
    final: int


@cache
def graph() -> Graph:
    """The graph of suffixes.tsv, made once."""
    rows = suffixes()
    names = dict.fromkeys(name for row in rows for name in (row.source, row.target))
    states = {name: 1 << place for place, name in enumerate(names)}

    def feeding(name: str) -> int:
        before = (feeding(row.source) for row in rows if not row.form and row.target == name)
        return reduce(or_, before, states[name])

    arcs: dict[str, list[Arc]] = {}
    for row in rows:
        for text, (heard, lost) in shapes(row.form).items() if row.form else ():
            spellings = {text: None} if text[-1] not in VOICED else {text: False, text[:-1] + VOICED[text[-1]]: True}
            for spelling, before_vowel in spellings.items():
                arc = Arc(row, feeding(row.source), states[row.target], heard, lost, before_vowel)
                arcs.setdefault(spelling, []).append(arc)
    final = sum(bit for name, bit in states.items() if not name.endswith("-"))
    return Graph({text: tuple(found) for text, found in arcs.items()}, states, final)
