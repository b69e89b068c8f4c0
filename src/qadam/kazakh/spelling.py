"""Kazakh typed on a Russian keyboard, back in Kazakh letters: турып is тұрып, калай is қалай.

A noisy channel: what the writer meant is the word w that makes P(w) · P(typed | w) largest. P(typed | w)
goes letter by letter: how often a writer types а for ә, г for ғ, к for қ (`Channel`, learned from pairs when
there are any). P(w) is the share of w in a lexicon, mixed with its rank among the most frequent words and with what
the morphology and a letter model of that lexicon say of forms it lacks. A word becomes only what the lexicon has, or a form of a known stem. In running text a
word gains if it has followed the word before it; and where the text shows Kazakh letters its writer had the
right keyboard: then forms of known stems stay, and other words change only if much speaks for it.

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
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from qadam.kazakh import lexicon
from qadam.kazakh.forms import Forms, own
from qadam.kazakh.lexicon import Lexicon, Stem
from qadam.kazakh.normalize import one_script_per_word
from qadam.kazakh.phonology import LETTERS

KAZAKH = frozenset("әғқңөұүһі")
NOVEL = 0.05  # share of running words that a lexicon does not hold
USUAL = 0.25  # share of running words that are among the most frequent ones
UNKNOWN = math.log(0.001)  # against that, words of which not even the stem is known
BIT = math.log(2) / 2  # of what suffixes cost; half, as the letter model has an opinion of them too
STEM = 2  # how often a word of a lexicon must have been seen to be taken for a stem
SHORT = 3  # letters; words no longer than that look like too many others
_REMEMBERED = 1 << 16  # words, with what they may mean
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

    def lacked(self, meant: str) -> float:
        """Logarithm of the chance that no Kazakh letter of a word is typed as it is meant."""
        return sum(math.log1p(-math.exp(self.letter(a, a))) for a in meant if (a, a) in self.costs and a in KAZAKH)

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
        forms: what else is a word; by default every form of a stem that comes with Qadam, or of a noun like a
            word of the lexicon that has been seen twice.
    """

    def __init__(
        self,
        frequencies: Mapping[str, int],
        pairs: Iterable[tuple[str, str]] = (),
        *,
        neighbours: Mapping[tuple[str, str], int] | None = None,
        foreign: Collection[str] = (),
        forms: Forms | None = None,
    ) -> None:
        self.frequencies = frequencies
        self.channel = learn_channel(pairs)
        self.letters = learn_letters(frequencies)
        self.neighbours = neighbours or {}
        self.foreign = frozenset(foreign)
        self.forms = forms or _forms(frequencies)
        self._usual = _shares()
        self._total = max(1, sum(frequencies.values()))
        self._alike: defaultdict[str, list[str]] = defaultdict(list)
        for word in frequencies:
            self._alike[_skeleton(word)].append(word)
        self._slip = math.log(_rows()["prior"]["slip"])
        self._ranked = lru_cache(maxsize=_REMEMBERED)(self._rank)

    def rank(self, word: str, *, kazakh: bool = False) -> list[tuple[str, float]]:
        """What a word may mean, best first, with ln P(meant) + ln P(typed | meant); small letters.

        The word itself is always among them, with 0 where it is the only one. `kazakh`: its writer has Kazakh
        letters at hand.
        """
        return list(self._ranked(one_script_per_word(word).lower(), kazakh))

    def correct(self, word: str, *, after: str = "", kazakh: bool = False) -> str:
        """The likeliest meaning of a word, capitals kept.

        A word is changed only into a word of the lexicon or a form of a known stem. It is left alone if it is
        foreign; if it holds a Kazakh letter and the lexicon has it; or if its writer has Kazakh letters at hand
        and it is such a form itself, or short.

        Args:
            after: the (corrected) word before it, "" if unknown.
            kazakh: the text around it holds Kazakh letters.
        """
        small = word.lower()
        if small in self.foreign or (small in self.frequencies and KAZAKH & set(small)):
            return word
        ranked = self._ranked(one_script_per_word(word).lower(), kazakh or not KAZAKH.isdisjoint(small))
        if after and self.neighbours:
            known = max(1, self.frequencies.get(after, 0))
            ranked = sorted(
                ranked[:10],
                key=lambda pair: -pair[1] - math.log(1 + self._pull(after, pair[0], known)),
            )
        return _cased_like(word, ranked[0][0])

    def restore(self, text: str, *, kazakh: bool | None = None) -> str:
        """A running text with every word corrected; everything between the words stays as it is.

        `kazakh`: the text is part of one with Kazakh letters; by default the text itself shows it.
        """
        previous = ""
        kazakh = has_kazakh_letters(text) if kazakh is None else kazakh

        def fix(match: re.Match[str]) -> str:
            nonlocal previous
            word = self.correct(match[0], after=previous, kazakh=kazakh)
            previous = word.lower()
            return word

        return WORD.sub(fix, text)

    def unknown(self, text: str) -> int:
        """How many words of a text are neither in the lexicon, nor foreign, nor forms of known stems."""
        words = (word.lower() for word in WORD.findall(text))
        return sum(not (w in self.frequencies or w in self.foreign or w in self.forms.alike(w)) for w in words)

    def _pull(self, before: str, word: str, known: int) -> float:
        """How many times likelier a word is behind its neighbour than anywhere; 0 if never seen there."""
        together = self.neighbours.get((before, word), 0)
        return together / known * self._total / max(1, self.frequencies.get(word, 0))

    def _rank(self, typed: str, kazakh: bool) -> list[tuple[str, float]]:
        forms = self.forms.alike(typed)
        if kazakh and (typed in forms or len(typed) <= SHORT):
            return [(typed, 0.0)]
        meant = {typed, *forms, *self._alike.get(_skeleton(typed), ())}
        if len(meant) == 1:
            return [(typed, 0.0)]
        scored = []
        for other in meant:
            odds = self.channel.cost(typed, other)
            if odds > -math.inf:
                changed = sum(map(str.__ne__, typed, other)) * self._slip if kazakh else -self.channel.lacked(other)
                scored.append((other, odds + self._chance(other, forms.get(other)) + changed))
        return sorted(scored, key=lambda pair: (-pair[1], pair[0]))

    def _chance(self, word: str, cost: float | None) -> float:
        """Logarithm of P(word); `cost` is that of the form in bits, None for no form of a known stem."""
        share = self.frequencies.get(word, 0) / self._total
        novel = self.letters.score(word) + (UNKNOWN if cost is None else -cost * BIT)
        known = (1 - NOVEL - USUAL) * share + USUAL * self._usual.get(word, 0.0)
        return math.log(known + NOVEL * math.exp(novel) + 1e-300)


@cache
def _shares() -> dict[str, float]:
    """The most frequent words -> their share among themselves, one over the rank (Zipf)."""
    ranks = lexicon.frequent()
    whole = sum(1 / rank for rank in ranks.values())
    return {word: 1 / rank / whole for word, rank in ranks.items()}


def _forms(frequencies: Mapping[str, int]) -> Forms:
    """The forms of our own stems and, as nouns, of words seen more than once that are no such form."""
    known = own(_skeleton, ranked=True)
    often = (word for word, count in frequencies.items() if count >= STEM and len(word) > SHORT)
    new = [word for word in often if LETTERS.issuperset(word) and word not in known.alike(word)]
    if not new:
        return known
    nouns = Lexicon.of((word, Stem(word, "NOUN", ("noun",), listed=True)) for word in new)
    return Forms(lexicon.own() | nouns, look=_skeleton, ranks=lexicon.frequent())


def has_kazakh_letters(text: str) -> bool:
    """Whether a text shows that its writer has the letters of Kazakh at hand: ә ғ қ ң ө ұ ү һ і."""
    return not KAZAKH.isdisjoint(text.lower())


def without_kazakh_letters(text: str) -> str:
    """A text as it is typed on a Russian keyboard: қазақ тілі becomes казак тили."""
    return text.translate(_typed())


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
def _typed() -> dict[int, str]:
    typed = {m: t for t, meants in reversed(_alternatives().items()) for m in meants if m in KAZAKH}
    return {ord(m): t for m, t in typed.items()} | {ord(m.upper()): t.upper() for m, t in typed.items()}


@cache
def _rows() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("spelling.toml").read_text("utf-8"))
