"""Which forms of known stems look like a given word once some letters are taken for each other: турып, тұрып.

The suffix graph of `qadam.kazakh.morphology` is walked from left to right, from every stem of the lexicon that the
word may begin with. Suffixes must have the shape that harmony and assimilation ask for, so that тилдерде can be
тілдерде, but туман cannot be тұмән.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from math import log2
from typing import NamedTuple

from qadam.kazakh import lexicon
from qadam.kazakh.graph import Arc, graph
from qadam.kazakh.lexicon import Lexicon
from qadam.kazakh.phonology import VOWELS, contexts

_LONGEST = 40  # letters; longer strings are no words
_REMEMBERED = 1 << 15  # beginnings, with what can be heard behind them
_RECENT = 1 << 10  # words, with what looks like them


class _Start(NamedTuple):
    """A beginning of a word, and which suffixes may follow: those after "end" (or before a consonant), before a
    "vowel", before "у", those that hide its last letter ("й", "ы"), or "any"; what it costs in bits."""

    text: str
    states: int
    before: str
    whole: bool
    cost: float = 0.0


_Onward = dict[int, list[tuple[int, list[tuple[str, Arc]]]]]  # place -> (where a suffix ends, what it can be)


class Forms:
    """The forms of one lexicon, to be found by what they look like.

    Args:
        stems: the lexicon; by default the one that comes with Qadam.
        look: what a string looks like, letter for letter: of the same length, and the same for each letter wherever
            it stands. By default every letter is itself.
        ranks: frequent words, with their rank. What grows from the word of rank r costs log2(n / r) bits less, where
            n is the number of stems: the share of a word falls as its rank grows.

    Source: Zipf (1949), Human behavior and the principle of least effort, for shares and ranks.
    """

    def __init__(
        self,
        stems: Lexicon | None = None,
        *,
        look: Callable[[str], str] = str,
        ranks: Mapping[str, int] | None = None,
    ) -> None:
        stems = lexicon.own() if stems is None else stems
        gains = {word: log2(max(len(stems.plain), rank) / rank) for word, rank in (ranks or {}).items()}
        self._look = look
        self._graph = graph()
        self._starts: dict[str, list[_Start]] = {}
        known = _starts(stems, self._graph.states, self._graph.final)
        for start in known | {_Start(word, 0, "end", True) for word in gains}:
            start = start._replace(cost=-gains.get(start.text, 0.0))
            self._starts.setdefault(look(start.text), []).append(start)
        self._arcs: dict[str, list[tuple[str, Arc]]] = {}
        for text, arcs in self._graph.arcs.items():
            self._arcs.setdefault(look(text), []).extend((text, arc) for arc in arcs)
        self._longest = max(map(len, self._arcs))
        self.alike = lru_cache(maxsize=_RECENT)(self._alike)

    def _alike(self, word: str) -> dict[str, float]:
        """Every form of a known stem that looks like a word in small letters, and what it costs in bits: its suffixes, less for a frequent word.

        A word longer than 40 letters looks like none.
        """
        key = self._look(word)
        found: dict[str, float] = {}
        if len(key) > _LONGEST:
            return found
        onward = self._onward(key)
        for end in range(1, len(key) + 1):
            if end in onward:
                for start in self._starts.get(key[:end], ()):
                    if end < len(key):
                        self._grow(start, onward, found)
                    elif start.whole:
                        found[start.text] = min(start.cost, found.get(start.text, start.cost))
        return found

    def _onward(self, key: str) -> _Onward:
        """The suffixes at each place of a word from which suffixes lead to its end; there, none."""
        size = len(key)
        onward: _Onward = {size: []}
        for at in range(size - 1, 0, -1):
            options = []
            for end in range(at + 1, min(size, at + self._longest) + 1):
                if end in onward and (arcs := self._arcs.get(key[at:end])):
                    options.append((end, arcs))
            if options:
                onward[at] = options
        return onward

    def _grow(self, start: _Start, onward: _Onward, found: dict[str, float]) -> None:
        """Adds what a beginning can grow to, and at what cost."""
        text, states, before, _, cost = start
        heard = 0
        for end, arcs in onward[len(text)]:
            for suffix, arc in arcs:
                if not (arc.source & states and _may_follow(arc, suffix, before)):
                    continue
                heard = heard or _heard(text)
                if not arc.heard & heard:
                    continue
                whole, spent = text + suffix, cost + arc.row.cost
                if onward[end]:
                    after = {None: "any", True: "vowel", False: "end"}[arc.before_vowel]
                    self._grow(_Start(whole, arc.target, after, False, spent), onward, found)
                elif arc.target & self._graph.final and arc.before_vowel is not True:
                    found[whole] = min(spent, found.get(whole, spent))


def _may_follow(arc: Arc, suffix: str, before: str) -> bool:
    if arc.lost or before in ("й", "ы"):
        return arc.lost == before
    if before == "у":
        return suffix[0] == "у"
    return before == "any" or (suffix[0] in VOWELS) == (before == "vowel")


@lru_cache(maxsize=_REMEMBERED)
def _heard(text: str) -> int:
    return contexts(text)[-1]


def _starts(stems: Lexicon, states: dict[str, int], final: int) -> set[_Start]:
    found = set()
    for spelling, entries in stems.plain.items():
        for stem in entries:
            bits = sum(states[name] for name in stem.states)
            found.add(_Start(spelling, bits, "end", bool(bits & final) or not bits))
            hidden = {"й": "й", "ы": "ы", "і": "ы"}.get(spelling[-1])
            if hidden and spelling[:-1]:
                found.add(_Start(spelling[:-1], bits, hidden, False))
                if hidden == "ы":
                    found.add(_Start(spelling[:-1], bits, "у", False))
    for spelling, entries in stems.before_vowel.items():
        found |= {_Start(spelling, sum(states[name] for name in stem.states), "vowel", False) for stem in entries}
    return found


@cache
def own(look: Callable[[str], str], *, ranked: bool = False) -> Forms:
    """The forms of the lexicon that comes with Qadam, for one way of looking at letters.

    `ranked`: those of frequent words cost less.
    """
    return Forms(look=look, ranks=lexicon.frequent() if ranked else None)
