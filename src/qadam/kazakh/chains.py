"""Which strings are chains of Kazakh suffixes, also where they are spelled with the letters of a Russian keyboard."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from qadam.kazakh import lexicon
from qadam.kazakh.lexicon import Suffix
from qadam.kazakh.phonology import VOICED, shapes

NEVER = 1e6  # bits: more than any word of a text costs

_FOLD = str.maketrans("әғқңөұүһіёй", "агкноуухиеи")
_REMEMBERED = 1 << 17  # strings of letters, most of them no chains
_NONE: dict[str, float] = {}


def fold(word: str) -> str:
    """A word as it looks on a Russian keyboard: қ is к, ұ and ү are у, і is и."""
    return word.translate(_FOLD)


class Chains:
    """Which strings are chains of Kazakh suffixes, and what they cost; spelling folded, harmony not asked for.

    Harmony is left out since Russian stems have none and a Russian keyboard hides it.
    """

    def __init__(self, spoken: Iterable[tuple[str, str, str, float]] = ()) -> None:
        rows = lexicon.suffixes() + tuple(Suffix(*row[:3], "", "inflection", row[3], ()) for row in spoken)
        before: dict[str, set[str]] = {}
        for row in rows:
            if not row.form:
                before.setdefault(row.target, set()).add(row.source)

        def feeding(state: str) -> frozenset[str]:
            found, waiting = {state}, [state]
            while waiting:
                for other in before.get(waiting.pop(), ()):
                    if other not in found:
                        found.add(other)
                        waiting.append(other)
            return frozenset(found)

        self._arcs: dict[str, list[tuple[frozenset[str], str, float]]] = {}
        for row in rows:
            if row.form:
                spelled = {fold(text) for text in shapes(row.form)}
                spelled |= {text[:-1] + VOICED[text[-1]] for text in spelled if text[-1] in ("к", "п")}
                for text in spelled:
                    self._arcs.setdefault(text, []).append((feeding(row.source), row.target, row.cost))
        self._longest = max(map(len, self._arcs))
        self._ends = {state: 0.0 for row in rows for state in (row.source, row.target) if not state.endswith("-")}
        self.costs = lru_cache(maxsize=_REMEMBERED)(self._costs)

    def cost(self, letters: str, state: str) -> float:
        """The cost of the letters as a chain of suffixes after a stem in this state; no letters cost nothing."""
        return self.costs(letters).get(state, NEVER) if letters else 0.0

    def _costs(self, letters: str) -> dict[str, float]:
        """For each state from which the letters, one or more, lead to the end of a word: what that costs."""
        found: dict[str, float] = {}
        for size in range(1, min(self._longest, len(letters)) + 1):
            arcs = self._arcs.get(letters[:size])
            if not arcs:
                continue
            onward = self.costs(letters[size:]) if size < len(letters) else self._ends
            for sources, target, cost in arcs if onward else ():
                after = onward.get(target)
                if after is not None:
                    for source in sources:
                        found[source] = min(found.get(source, NEVER), cost + after)
        return found or _NONE
