"""Which strings are chains of Kazakh suffixes, also where they are spelled with the letters of a Russian keyboard."""

from __future__ import annotations

from collections.abc import Iterable

from qadam.kazakh import lexicon
from qadam.kazakh.lexicon import Suffix
from qadam.kazakh.phonology import VOICED, shapes

NEVER = 1e6  # bits: more than any word of a text costs

_FOLD = str.maketrans("әғқңөұүһіёй", "агкноуухиеи")
_REMEMBERED = 1 << 18


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
        self._final = frozenset(state for row in rows for state in (row.source, row.target) if not state.endswith("-"))
        self._known: dict[str, dict[str, float]] = {}

    def cost(self, letters: str, state: str) -> float:
        """The cost of the letters as a chain of suffixes after a stem in this state; no letters cost nothing."""
        if not letters:
            return 0.0
        return self._from(letters).get(state, NEVER)

    def _from(self, letters: str) -> dict[str, float]:
        """For each state from which the letters lead to the end of a word: what that costs."""
        found = self._known.get(letters)
        if found is None:
            found = {}
            for size in range(1, min(self._longest, len(letters)) + 1):
                rest = letters[size:]
                for sources, target, cost in self._arcs.get(letters[:size], ()):
                    after = (
                        (0.0 if target in self._final else NEVER) if not rest else self._from(rest).get(target, NEVER)
                    )
                    if after < NEVER:
                        for source in sources:
                            found[source] = min(found.get(source, NEVER), cost + after)
            if len(self._known) < _REMEMBERED:
                self._known[letters] = found
        return found
