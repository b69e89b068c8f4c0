"""What a stem outside the lexicon costs: how much its letters look like the stems that are known.

A trigram model of the letters of the lexicon's stems, in bits; the end of a stem is learnt apart for verbs
and for other words. The cost of every beginning of a word is worked out in one pass.
"""

from __future__ import annotations

from collections import Counter
from math import log2

from qadam.kazakh.lexicon import Lexicon
from qadam.kazakh.phonology import UNVOICED, VOICED, VOWELS

# Fitted together with the costs of suffixes.tsv, see docs/segmentation-scheme.md. _UNKNOWN is no price of its own:
# every letter of a stem costs already.
_TRUST = 4.0  # how many sightings of the longer context weigh as much as all that the shorter one says
_ALPHABET = 42
_OPEN = ("NOUN", "ADJ", "PROPN", "VERB")
_UNKNOWN = -1.8
_SCALE = 1.05  # of the letters of a stem
_END_SCALE = 0.93  # of the place where it ends
_SHORT = {0: 40.0, 1: 12.0, 2: 5.2, 3: 2.1, 4: 0.7}
_VERB = 2.1
_STOP_KEPT = 4.9  # кітап·ы: a final п к қ that does not change before a vowel
_NO_VOWEL = 12.0
_GERUND = 3.3  # what ends in у after a consonant is rarely a noun of its own: тоқ·у
_DOUBLE = 4.1  # a stem that ends in the same consonant twice, a vowel or nothing after it: қатт·ы is қат·ты
_LOST = 1.0  # a stem whose last vowel or й is not to be seen


class Guess:
    """Prices of unknown stems, learnt from the open classes of one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._letters = Counter[str]()
        self._contexts = Counter[str]()
        self._ends = {"VERB": Counter[str](), "NOUN": Counter[str]()}
        self._places = {"VERB": Counter[str](), "NOUN": Counter[str]()}
        for word, stems in lexicon.plain.items():
            for pos in {
                "VERB" if stem.pos == "VERB" else "NOUN" for stem in stems if stem.pos in _OPEN and not stem.listed
            }:
                self._learn(word, pos)
        self._letter_bits: dict[str, float] = {}
        self._end_bits: dict[tuple[str, str], float] = {}

    def _learn(self, word: str, pos: str) -> None:
        padded = "^^" + word
        for at in range(2, len(padded)):
            for order in (2, 1, 0):
                self._letters[padded[at - order : at + 1]] += 1
                self._contexts[padded[at - order : at]] += 1
            self._places[pos].update(_tails(padded[at - 1 : at + 1]))
        self._ends[pos].update(_tails(padded[-2:]))

    def letters(self, word: str) -> list[float]:
        """Bits for each beginning of a word, the empty one first."""
        total, costs, padded = 0.0, [0.0], "^^" + word
        for at in range(2, len(padded)):
            total += self._letter(padded[at - 2 : at + 1])
            costs.append(total)
        return costs

    def _letter(self, gram: str) -> float:
        """Bits for the last of three letters."""
        bits = self._letter_bits.get(gram)
        if bits is None:
            share = 1 / _ALPHABET
            for order in (0, 1, 2):
                seen = self._contexts[gram[2 - order : 2]]
                share = (self._letters[gram[2 - order :]] + _TRUST * share) / (seen + _TRUST)
            bits = self._letter_bits[gram] = -log2(share) * _SCALE
        return bits

    def end(self, stem: str, pos: str) -> float:
        """Bits for a stem to end where it ends."""
        tail = ("^^" + stem)[-2:]
        bits = self._end_bits.get((tail, pos))
        if bits is None:
            share = 0.1
            for gram in _tails(tail):
                share = (self._ends[pos][gram] + _TRUST * share) / (self._places[pos][gram] + _TRUST)
            bits = self._end_bits[tail, pos] = -log2(share) * _END_SCALE
        return bits

    def price(self, stem: str, bits: list[float], after: str, lost: str) -> tuple[float, float]:
        """The whole cost of a stem as a noun and as a verb.

        Args:
            stem: as written; `lost` is what it has lost before the suffix, "й", "ы" or "".
            bits: what `letters` says of the word the stem begins.
            after: the letter that follows, or "".
        """
        size = len(stem)
        price, whole = _UNKNOWN + bits[size], stem + lost
        if lost:
            price += _LOST
        elif after and after in VOWELS:
            if stem[-1] in VOICED:
                price += _STOP_KEPT
            elif stem[-1] in UNVOICED:  # кітаб·ы is judged as кітап
                whole = stem[:-1] + UNVOICED[stem[-1]]
                price += self._letter(("^^" + whole)[-3:]) - bits[size] + bits[size - 1]
        price += _SHORT.get(len(whole), 0.0)
        if VOWELS.isdisjoint(stem):
            price += _NO_VOWEL
        if len(whole) > 1 and whole[-1] == whole[-2] and (not after or after in VOWELS) and whole[-1] not in VOWELS:
            price += _DOUBLE
        verb = price + self.end(whole, "VERB")
        if after == "у":  # жұлқ·у may be жұлқы
            narrow = min(self._letter(whole[-2:] + vowel) + self.end(whole + vowel, "VERB") for vowel in "ыі")
            verb = min(verb, price + _LOST + narrow)
        noun = price + self.end(whole, "NOUN")
        if whole[-1] == "у" and whole[-2:-1] not in VOWELS:
            noun += _GERUND
        return noun, verb + _VERB


def _tails(two: str) -> tuple[str, str, str]:
    """The end of a stem, from far to near: its last letter, that after a vowel or a consonant, its last
    two."""
    return two[1], ("V" if two[0] in VOWELS else "C") + two[1], two
