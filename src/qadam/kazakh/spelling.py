"""Kazakh typed on a Russian keyboard, back in Kazakh letters: турып is тұрып, калай is қалай.

A noisy channel: what the writer meant is the word w that makes P(w) · P(typed | w) largest. P(typed | w)
goes letter by letter: how often a writer types а for ә, г for ғ, к for қ (`Channel`, learned from pairs when
there are any). P(w) is the share of w in a lexicon, mixed with a letter model of that lexicon, so that forms
the lexicon lacks can be restored too: the letter model carries vowel harmony and the habits of spelling. In
running text a word gains if it has followed the word before it.

Source: Kernighan, Church and Gale (1990), A spelling correction program based on a noisy channel model;
Witten and Bell (1991), The zero-frequency problem, for the weights of the letter model.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from qadam.kazakh.normalize import one_script_per_word

KAZAKH = set("әғқңөұүһі")
WORD = re.compile(r"[^\W\d_]+")


# The channel


@dataclass(frozen=True)
class Channel:
    """How letters are typed: natural logarithm of P(typed letter | meant letter) for each pair of letters."""

    costs: Mapping[tuple[str, str], float]

    def cost(self, typed: str, meant: str) -> float:
        """Logarithm of the chance that `meant` comes out as `typed`; minus infinity where it never does."""
        if len(typed) != len(meant):
            return -math.inf
        return sum(self.letter(a, b) for a, b in zip(typed, meant, strict=True))

    def letter(self, typed: str, meant: str) -> float:
        """The same for one letter; a letter the channel knows nothing about is typed as it is meant."""
        return self.costs.get((typed, meant), 0.0 if typed == meant else -math.inf)


def learn_channel(pairs: Iterable[tuple[str, str]] = ()) -> Channel:
    """How letters are typed, from pairs (typed, meant).

    The imaginary observations of `spelling.toml` are counted too and decide alone when there are no pairs.
    Pairs of different length are left out: the channel replaces letters, it drops and adds none.
    """
    prior = _rows()["prior"]
    counts: Counter[tuple[str, str]] = Counter()
    for typed, meants in _rows()["alternatives"].items():
        counts[typed, typed] = prior["kept"]
        for meant in meants:
            counts[typed, meant] = prior["changed"]
            counts[meant, meant] = prior["kept"]
    known = set(counts)
    for typed, meant in pairs:
        if len(typed) == len(meant):
            counts.update(known.intersection(zip(typed.lower(), meant.lower(), strict=True)))
    totals: Counter[str] = Counter()
    for (_, meant), n in counts.items():
        totals[meant] += n
    return Channel({pair: math.log(n / totals[pair[1]]) for pair, n in counts.items()})


# The letter model


@dataclass(frozen=True)
class LetterModel:
    """Words as chains of letters, each depending on the few before it (a Witten-Bell mixture)."""

    counts: Mapping[str, int]
    totals: Mapping[str, int]
    kinds: Mapping[str, int]
    order: int

    def step(self, history: str, letter: str) -> float:
        """Natural logarithm of P(letter | history); a letter never seen starts from one in a thousand."""
        chance = 0.001
        for length in range(min(len(history), self.order - 1) + 1):
            context = history[len(history) - length :]
            total = self.totals.get(context)
            if not total:
                break
            kinds = self.kinds[context]
            chance = (self.counts.get(context + letter, 0) + kinds * chance) / (total + kinds)
        return math.log(chance)

    def score(self, word: str) -> float:
        """Natural logarithm of the probability of a word, its end included."""
        text = f"^{word}$"
        return sum(self.step(text[:place], text[place]) for place in range(1, len(text)))


def learn_letters(frequencies: Mapping[str, int], *, order: int = 6) -> LetterModel:
    """The letter model of a lexicon; a word weighs 1 + ln(count), so that rare words are heard too."""
    counts: defaultdict[str, int] = defaultdict(int)
    for word, n in frequencies.items():
        text, weight = f"^{word}$", 1 + round(math.log(max(n, 1)))
        for end in range(2, len(text) + 1):
            for begin in range(max(0, end - order), end):
                counts[text[begin:end]] += weight
    totals: defaultdict[str, int] = defaultdict(int)
    kinds: defaultdict[str, int] = defaultdict(int)
    for gram, n in counts.items():
        totals[gram[:-1]] += n
        kinds[gram[:-1]] += 1
    return LetterModel(dict(counts), dict(totals), dict(kinds), order)


# The two together


class Speller:
    """A lexicon and a channel, ready to restore spelling.

    Args:
        frequencies: word in small letters -> count. Words that stand there in Russian letters by mistake
            teach the speller to leave them so: take edited text.
        pairs: (typed, meant), for the channel.
        neighbours: (word, next word) -> count, for running text.
        foreign: words to leave as they are, such as a Russian word list.
        novel: share (0-1) of running words a lexicon does not hold; the weight of the letter model in P(w).
    """

    def __init__(
        self,
        frequencies: Mapping[str, int],
        pairs: Iterable[tuple[str, str]] = (),
        *,
        neighbours: Mapping[tuple[str, str], int] | None = None,
        foreign: Collection[str] = (),
        novel: float = 0.05,
    ) -> None:
        self.frequencies = frequencies
        self.channel = learn_channel(pairs)
        self.letters = learn_letters(frequencies)
        self.neighbours = neighbours or {}
        self.foreign = frozenset(foreign)
        self.novel = novel
        self._total = max(1, sum(frequencies.values()))
        self._alike: defaultdict[str, list[str]] = defaultdict(list)
        for word in frequencies:
            self._alike[_skeleton(word)].append(word)
        self._seen: dict[str, list[tuple[str, float]]] = {}

    def rank(self, word: str) -> list[tuple[str, float]]:
        """What a word may mean, best first, with ln P(meant) + ln P(typed | meant); small letters.

        The word itself is always among them.
        """
        typed = one_script_per_word(word).lower()
        if typed not in self._seen:
            if len(self._seen) > 50_000:  # a bound on memory, not on correctness
                self._seen.clear()
            meant = {typed, *self._novel_words(typed)}
            meant.update(other for other in self._alike.get(_skeleton(typed), ()) if len(other) == len(typed))
            scored = [(other, self._score(typed, other)) for other in meant]
            self._seen[typed] = sorted(scored, key=lambda pair: (-pair[1], pair[0]))
        return self._seen[typed]

    def correct(self, word: str, *, after: str = "") -> str:
        """The likeliest meaning of a word, capitals kept.

        A word is left alone if it is foreign, or if it holds a Kazakh letter and the lexicon has it: then its
        writer had the right keyboard. `after` is the (corrected) word before it, "" if unknown.
        """
        small = word.lower()
        if small in self.foreign or (small in self.frequencies and KAZAKH & set(small)):
            return word
        ranked = self.rank(word)
        if after and self.neighbours:
            known = max(1, self.frequencies.get(after, 0))
            ranked = sorted(
                ranked[:10],
                key=lambda pair: -pair[1] - math.log(1 + self._pull(after, pair[0], known)),
            )
        return _cased_like(word, ranked[0][0])

    def restore(self, text: str) -> str:
        """A running text with every word corrected; everything between the words stays as it is."""
        previous = ""

        def fix(match: re.Match[str]) -> str:
            nonlocal previous
            word = self.correct(match[0], after=previous)
            previous = word.lower()
            return word

        return WORD.sub(fix, text)

    def _pull(self, before: str, word: str, known: int) -> float:
        """How many times likelier a word is behind its neighbour than anywhere; 0 if never seen there."""
        together = self.neighbours.get((before, word), 0)
        return together / known * self._total / max(1, self.frequencies.get(word, 0))

    def _score(self, typed: str, meant: str) -> float:
        share = self.frequencies.get(meant, 0) / self._total
        chance = (1 - self.novel) * share + self.novel * math.exp(self.letters.score(meant))
        return (math.log(chance) if chance > 0 else -1e9) + self.channel.cost(typed, meant)

    def _novel_words(self, typed: str) -> list[str]:
        """The best spellings by letters alone: a beam of 24 over the alternatives of each letter."""
        if len(typed) > 40 or not set(typed) & _alternatives().keys():
            return []
        beam = [("^", 0.0)]
        for letter in typed:
            beam = sorted(
                (
                    (
                        head + meant,
                        score + self.letters.step(head, meant) + self.channel.letter(letter, meant),
                    )
                    for head, score in beam
                    for meant in letter + _alternatives().get(letter, "")
                ),
                key=lambda item: -item[1],
            )[:24]
        return [head[1:] for head, _ in beam]


def _skeleton(word: str) -> str:
    """What is left of a word when letters that are typed for each other are one: тұрып and турып agree."""
    return word.translate(_merged())


def _cased_like(model: str, word: str) -> str:
    if model == model.lower():
        return word
    if len(model) > 1 and model == model.upper():
        return word.upper()
    if len(model) == len(word):
        return "".join(b.upper() if a != a.lower() else b for a, b in zip(model, word, strict=True))
    return word[:1].upper() + word[1:]


@cache
def _alternatives() -> dict[str, str]:
    return dict(_rows()["alternatives"])


@cache
def _merged() -> dict[int, str]:
    merged = {ord(meant): typed for typed, meants in _alternatives().items() for meant in meants}
    return merged | {ord(letter): "и" for letter in "иійыi"} | {ord(letter): "а" for letter in "әə"}


@cache
def _rows() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("spelling.toml").read_text("utf-8"))
