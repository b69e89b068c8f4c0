"""How much a word's letters look like those of a language: a trigram model, in bits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import log2

_TRUST = 3.0  # how many sightings of the longer context weigh as much as all that the shorter one says
_ALPHABET = 34.0
_REMEMBERED = 1 << 17  # triples of letters


class Letters:
    """A model of the letters of words, learnt from a list; a word in the list twice counts twice."""

    def __init__(self, words: Iterable[str]) -> None:
        triples = Counter[str]()
        for word in words:
            padded = f"^^{word}$"
            triples.update(map("".join, zip(padded, padded[1:], padded[2:], strict=False)))
        grams, contexts = Counter[str](), Counter[str]()
        for gram, times in triples.items():
            for order in (0, 1, 2):
                grams[gram[2 - order :]] += times
                contexts[gram[2 - order : 2]] += times
        self._grams, self._contexts = grams, contexts
        self._known: dict[str, float] = {}

    def bits(self, word: str, *, open_end: bool = False) -> float:
        """The cost of a word: high for one that looks foreign. `open_end`: the word need not end here."""
        padded = f"^^{word}" if open_end else f"^^{word}$"
        known, letter = self._known.get, self._letter
        grams = [padded[at : at + 3] for at in range(len(padded) - 2)]
        return sum([known(gram) or letter(gram) for gram in grams])

    def _letter(self, gram: str) -> float:
        """The cost of the last of three letters after the two before it; shorter contexts where these were not seen."""
        bits = self._known.get(gram)
        if bits is None:
            share = 1 / _ALPHABET
            for order in (0, 1, 2):
                seen = self._contexts[gram[2 - order : 2]]
                share = (self._grams[gram[2 - order :]] + _TRUST * share) / (seen + _TRUST)
            bits = -log2(share)
            if len(self._known) < _REMEMBERED:
                self._known[gram] = bits
        return bits
