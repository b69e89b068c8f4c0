"""Whether a text resembles one of those held out: half of all words of the two, or more, stand in both.

Source: the share is that of Jaccard (1912), The Distribution of the Flora in the Alpine Zone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

ALIKE = 0.5  # share of all words of two texts that both have, from which one resembles the other
_COMMON = 200  # held-out texts with the same word beyond which it is no way to find one


class Resembling:
    """Whether the words of a text resemble those of one held out."""

    def __init__(self, held: Iterable[frozenset[str]]) -> None:
        self.held = list(held)
        self.at: dict[str, list[int]] = defaultdict(list)
        for n, words in enumerate(self.held):
            for word in words:
                self.at[word].append(n)

    def __call__(self, words: frozenset[str]) -> bool:
        ways = [self.at[word] for word in words if 0 < len(self.at.get(word, ())) <= _COMMON]
        shared = Counter(n for way in ways for n in way)
        return any(_alike(words, self.held[n]) for n, times in shared.items() if 4 * times >= ALIKE * len(words))


def _alike(first: frozenset[str], second: frozenset[str]) -> bool:
    return len(first & second) >= ALIKE * len(first | second)
