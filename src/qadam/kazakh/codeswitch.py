"""In which language each token of a text is written: kk, ru, mixed, other or ambiguous.

Three hypotheses are priced for every word, in bits (how surprising the word is): a Kazakh word is a stem of the
lexicon with a chain of suffixes, or letters that look Kazakh; a Russian word is a known form, or letters that look
Russian; a mixed word is a Russian stem with a chain of Kazakh suffixes (магазин·ге). Changing the language between
neighbours costs bits too, and the cheapest path through the text wins (Viterbi 1967). Letters that only Kazakh has rule
Russian out; because many write Kazakh with the letters of a Russian keyboard (калай), stems, suffixes and letters are
compared without the difference (қ and к are one). Loans of `loanwords.toml` and names belong to both languages: the
neighbours decide, and where there are none the token is ambiguous.

The guideline of the labels is in the card of the sample `codeswitch_mini`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import regex

from qadam.kazakh import lexicon, russian
from qadam.kazakh.chains import NEVER, Chains, fold
from qadam.kazakh.letters import Letters
from qadam.kazakh.lexicon import Lexicon
from qadam.kazakh.normalize import composed, one_script_per_word, visible
from qadam.kazakh.phonology import attach

Label = Literal["kk", "ru", "mixed", "other", "ambiguous"]
LABELS: tuple[Label, ...] = ("kk", "ru", "mixed", "other", "ambiguous")

_HERE = Path(__file__).parent
_ONLY_KAZAKH = frozenset("әғқңөұүһі")
_LONGEST = 40  # letters; longer strings are no words
_REMEMBERED = 1 << 17  # tokens, with what they cost

# Bits; chosen on the dev half of codeswitch_mini.
_STEM = {"closed": 7.0, "open": 10.0}  # a stem of the lexicon: one of the few closed-class words, or of the many
_FORM = {"function": 6.5, "adverbs": 8.5, "irregular": 10.0, "nouns": 12.0, "adjectives": 12.0, "verbs": 12.0}
_GUESS = {"kk": 3.0, "ru": 4.5}  # a word that no list has; most unknown words of Kazakh texts are Kazakh, misspelt
_GUESSED_MIX = 7.0  # more, if it is a Russian stem that no list has, with Kazakh suffixes
_SHORT = 4  # letters of a stem; a shorter one is not guessed, and one letter after it is no proof of a suffix: шикі
_LOAN = {"kk": 10.5, "ru": 11.0}  # of two equal readings the later change of language is taken
_MISSPELT = 4.0  # a Russian word written as it is heard
_STUTTER = 2.0  # a letter too many: рахмеет
_CLITIC = 3.0  # a question particle or its like without the space before it
_MIX = 3.0  # that somebody puts a Kazakh suffix to a Russian stem
_SWITCH = 4.5  # another language than that of the word before
_NEW_SENTENCE = 1.5  # the same after a full stop
_CERTAIN = 7.0  # more, if a word that is surely Russian is read as Kazakh: если
_LETTER = 1.0  # more than as a Russian word, one letter among Kazakh words: it alone is no change of language
_SEPARATE = 3.0  # a hyphenated word whose halves are of two languages

_ADDRESS = regex.compile(r"https?://|www\.|\S@\S|^[@#]|\w\.(?:kz|ru|com|org|net)\b")
_CYRILLIC = regex.compile(r"\p{Cyrillic}+")
_PLAIN = regex.compile("[а-яёА-ЯЁәғқңөұүһіӘҒҚҢӨҰҮҺІ]+")
_LATIN = regex.compile(r"\p{Latin}+")
_STRETCHED = regex.compile(r"(.)\1{2,}")
_SENTENCE_END = regex.compile(r"[.!?…)]$")
_DOUBLED = regex.compile(r"(.)\1")
_RUSSIAN_ENDS = ("ый", "ий", "ой")
_RUSSIAN_VERB_ENDS = ("ся", "сь", "ьте", "йте")  # согласился, проверьте: no stem is guessed; очередьте is a known one
_PARTICLES = ("да", "де")
_AND, _BUT = "и", "а"
_CLITICS = ("ма", "ме", "ба", "бе", "па", "пе", "гои", "шы", "ши")
_ORDINAL = frozenset(("й", "я", "е", "го", "му", "м", "ой", "ая", "ый", "ое", "ти", "ми", "х", "ю"))  # 15-го, 2-й


@dataclass(frozen=True, slots=True)
class Prices:
    """What a token costs as a word of each kind, in bits; `shared` says that both languages have this very word."""

    kk: float
    ru: float
    mixed: float
    shared: bool = False


class _Seen(NamedTuple):
    """What one looks for in a token: its prices (None: it has no language), and what signs and letters it has."""

    price: Prices | None
    letters: bool
    latin: bool
    ends_sentence: bool


class Identifier:
    """Labels tokens with one set of word lists.

    Args:
        stems: Kazakh stems; by default those that come with Qadam. `lexicon.own() | lexicon.lexicon_from_hunspell(path)`
            is a bigger set.
        more_russian: further Russian words, as they are written, beside those of `russian.toml`.
    """

    def __init__(self, stems: Lexicon | None = None, *, more_russian: Iterable[str] = ()) -> None:
        own = lexicon.own() if stems is None else stems
        colloquial = _table("colloquial.toml")
        loans = _table("loanwords.toml")
        self._loans = frozenset(" ".join(loans["loans"].values()).split())
        names = frozenset(" ".join(loans["names"].values()).split())
        self._shared = frozenset(russian.plain(word) for word in self._loans | names)
        self._russian = dict(russian.words())
        for word in more_russian:
            self._russian.setdefault(russian.plain(word), "nouns")
        for word in self._shared:
            for form in russian.forms(word, "nouns"):
                self._russian.setdefault(russian.plain(form), "nouns")
        self._english = frozenset(colloquial["english"]["common"].split())
        self._stems = _stems(own, self._loans)
        for word in " ".join(colloquial["words"].values()).split():
            self._stems.setdefault(fold(word), {})["noun"] = _STEM["open"] - 2
        for word in self._shared:
            for spelling in {word, word.replace("о", "а"), word.replace("е", "и")}:
                self._stems.setdefault(fold(spelling), {})["noun"] = _LOAN["kk"] + _MISSPELT * (spelling != word)
        self._nouns = russian.nouns() | frozenset(map(russian.plain, more_russian))
        self._heard_nouns = frozenset(map(_sound, self._nouns))
        self._heard = {_sound(word): kind for word, kind in self._russian.items() if len(word) > 4}
        self._longest_stem = max(map(len, self._stems))
        self._kazakh_letters = Letters(_training(own, colloquial["endings"]))
        self._russian_letters = Letters(iter(self._russian))
        self._chains = Chains(colloquial["suffixes"])
        self.prices = lru_cache(maxsize=_REMEMBERED)(self._prices)
        self._seen = lru_cache(maxsize=_REMEMBERED)(self._look)

    def identify(self, text: str | Sequence[str]) -> list[Label]:
        """One label for each white-space token of a text, or for each of the given tokens."""
        tokens = text.split() if isinstance(text, str) else list(text)
        seen = [self._seen(token) for token in tokens]
        if 2 * sum([one.latin for one in seen]) > sum([one.letters for one in seen]):
            seen = self._romanised(tokens, seen)
        return _labels(tokens, seen)

    def _look(self, token: str) -> _Seen:
        price = None if token.isascii() or _ADDRESS.search(token) else self.prices(_clean(token))
        letters = any(map(str.isalpha, token))
        return _Seen(price, letters, letters and _is_latin_word(token), _SENTENCE_END.search(token) is not None)

    def _romanised(self, tokens: Sequence[str], seen: list[_Seen]) -> list[_Seen]:
        """A text in Latin letters read as Kazakh or Russian, if half of its words turn out to be such words."""
        latin = {at: _bare(tokens[at].lower()) for at, one in enumerate(seen) if one.latin}
        read = {at: "" if word in self._english else _from_latin(word) for at, word in latin.items()}
        costs = {at: self.prices(word) for at, word in read.items() if word}
        known = [
            at for at in costs if self._known_kazakh(fold(read[at])) < NEVER or self._known_russian(read[at]) < NEVER
        ]
        if 2 * len(known) < len(read):
            return seen
        return [one._replace(price=costs.get(at, one.price)) for at, one in enumerate(seen)]

    def _prices(self, word: str) -> Prices | None:
        """The prices of a cleaned token: its Cyrillic runs, hyphens and what else stood inside."""
        runs = _CYRILLIC.findall(word)
        if not runs:
            return None
        if len(runs) == 1 and runs[0] == word:
            return self._word(word)
        if not word.startswith(runs[0]):  # 25-ші, Kaspi-ден: only the suffix has a language
            return self._suffix(runs[-1])
        if max(map(len, runs)) < 3:  # т.б., ж.т.б.
            return self._word("".join(runs))
        parts = [self._word(run) for run in runs]
        kk, ru = sum(part.kk for part in parts), sum(part.ru for part in parts)
        if len(parts) == 1:
            return parts[0]
        apart = sum(min(part.kk, part.ru, part.mixed) for part in parts) + _SEPARATE
        return Prices(kk, ru, apart if "-" in word else NEVER)

    def _suffix(self, letters: str) -> Prices:
        """Letters after digits or a foreign word: a chain of Kazakh suffixes, the end of a Russian numeral, or a word."""
        if letters in _ORDINAL:
            return Prices(NEVER, 5.0, NEVER)
        chain = min((self._chains.cost(fold(letters), state) for state in ("digits", "noun")), default=NEVER)
        word = self._word(letters)
        return Prices(min(chain, word.kk), word.ru + _SEPARATE, NEVER)

    def _word(self, word: str) -> Prices:
        """The prices of a run of Cyrillic letters in lower case; of a very long one, those of its beginning."""
        word = word[:_LONGEST]
        folded, plain = fold(word), russian.plain(word)
        kk = min(self._known_kazakh(folded), self._kazakh_letters.bits(folded) + _GUESS["kk"])
        ru, mixed = NEVER, self._mixed(word)
        if not _ONLY_KAZAKH & set(word):
            ru = min(self._known_russian(plain), self._russian_letters.bits(plain) + _GUESS["ru"])
        short = _DOUBLED.sub(r"\1", word)
        if short != word:
            kk = min(kk, self._known_kazakh(fold(short)) + _STUTTER)
            ru = min(ru, self._known_russian(russian.plain(short)) + _STUTTER) if ru < NEVER else ru
        if plain in russian.certain():
            kk += _CERTAIN
        if len(word) == 1:
            kk = min(kk, ru + _LETTER)
        return Prices(kk, ru, mixed, shared=plain in self._shared)

    def _known_russian(self, plain: str) -> float:
        if plain in self._shared:
            return _LOAN["ru"]
        kind = self._russian.get(plain)
        if kind is None:
            heard = self._heard.get(_sound(plain)) if len(plain) > 4 else None
            return _FORM[heard] + _MISSPELT if heard else NEVER
        return _FORM[kind]

    def _known_kazakh(self, folded: str) -> float:
        """The cheapest reading of a folded word as a stem of the lexicon with a chain of suffixes."""
        best = NEVER
        for end in range(min(len(folded), self._longest_stem), 0, -1):
            states = self._stems.get(folded[:end])
            if states:
                chain = self._chains.costs(folded[end:])
                for state, cost in states.items():
                    best = min(best, cost + chain.get(state, NEVER)) if end < len(folded) else min(best, cost)
        clitic = next((one for one in _CLITICS if folded.endswith(one)), "") if best >= NEVER else ""
        return min(self._known_kazakh(folded.removesuffix(clitic)) + _CLITIC, NEVER) if clitic else best

    def _mixed(self, word: str) -> float:
        """The cheapest reading as a Russian noun, known or guessed, with a chain of Kazakh suffixes."""
        best = NEVER
        if word.endswith(_RUSSIAN_ENDS):
            return best
        folded = fold(word)
        cyrillic = next((at for at, letter in enumerate(word) if letter in _ONLY_KAZAKH), len(word))
        for end in range(min(len(word) - 1, cyrillic), 2, -1):
            chain = self._chains.costs(folded[end:]).get("noun", NEVER)
            if chain >= NEVER:
                continue
            stem = russian.plain(word[:end])
            for noun in {stem, stem[:-1] + _UNVOICED.get(stem[-1], stem[-1])} - self._shared:
                known = _FORM["nouns"] + self._misheard(noun)
                if end < _SHORT and len(word) - end < 2:
                    continue
                guessable = end >= _SHORT and len(word) - end > 1 and not word.endswith(_RUSSIAN_VERB_ENDS)
                guessed = self._russian_letters.bits(noun) + _GUESS["ru"] + _GUESSED_MIX if guessable else NEVER
                best = min(best, min(known, guessed) + chain + _MIX)
        return best

    def _misheard(self, noun: str) -> float:
        """What the spelling of a noun costs: nothing if it is a noun of the list, NEVER if not even its sound is known."""
        if noun in self._nouns:
            return 0.0
        return _MISSPELT if len(noun) > 4 and _sound(noun) in self._heard_nouns else NEVER


def identify(text: str | Sequence[str]) -> list[Label]:
    """In which language each token is written.

    `kk` Kazakh, loans of the frozen list included; `ru` Russian; `mixed` a Russian stem with Kazakh suffixes; `other`
    neither (numbers, signs, addresses, other languages); `ambiguous` a word of both languages whose neighbours do not
    decide.

    Args:
        text: a text, or its tokens. A text is cut at white space.

    Returns:
        One label for each token, in order; never raises, whatever the characters.
    """
    return _default().identify(text)


def loans_version() -> int:
    """The version of the frozen list of loans that count as Kazakh."""
    return int(_table("loanwords.toml")["version"])


def _sound(word: str) -> str:
    """A Russian word as it is heard, or nearly: unstressed о is а, е is и, doubled letters and ь are not heard."""
    return str(_DOUBLED.sub(r"\1", word.translate(_HEARD).replace("ь", "")))


_HEARD = str.maketrans("оея", "аии")


@cache
def _default() -> Identifier:
    return Identifier()


_UNVOICED = {"б": "п", "г": "к"}


def _stems(stems: Lexicon, loans: frozenset[str]) -> dict[str, dict[str, float]]:
    """Folded spelling -> state of the suffix graph -> cost. Russian nouns that are no established loans are left out."""
    foreign = {word for word in russian.nouns() - loans if len(word) > 4}
    found: dict[str, dict[str, float]] = {}
    for table in (stems.plain, stems.before_vowel):
        for spelling, entries in table.items():
            for stem in entries:
                if russian.plain(stem.lemma) in foreign:
                    continue
                cost = _STEM["closed" if stem.pos not in ("NOUN", "VERB", "ADJ", "PROPN") else "open"] + 4 * stem.listed
                shorter = (spelling[:-1],) if stem.pos == "VERB" and spelling[-1] in "ыій" and len(spelling) > 2 else ()
                for shown in (spelling, *shorter):  # дамы and даму, қой and қоя
                    for state in stem.states or ("word",):
                        mine = found.setdefault(fold(shown), {})
                        mine[state] = min(mine.get(state, NEVER), cost + (shown != spelling))
    return found


def _training(stems: Lexicon, endings: dict[str, list[str]]) -> Iterable[str]:
    """Kazakh words to learn letters from: every stem of the lexicon with a few of the usual endings, by turns."""
    for number, spelling in enumerate(stems.plain):
        for stem in stems.plain[spelling]:
            yield fold(spelling)
            kind = {"NOUN": "nominal", "ADJ": "nominal", "PROPN": "nominal", "VERB": "verbal"}.get(stem.pos)
            chains = endings[kind] if kind and not stem.listed else []
            for turn in range(0, len(chains), 3):
                word = spelling
                for suffix in chains[(number + turn) % len(chains)].split():
                    word = "".join(attach(word, suffix))
                yield fold(word)


def _labels(tokens: Sequence[str], seen: Sequence[_Seen]) -> list[Label]:
    """The cheapest path through a text: mixed words count as Kazakh for their neighbours."""
    labels: list[Label] = ["other"] * len(tokens)
    spoken = [(at, one.price) for at, one in enumerate(seen) if one.price]
    turkic: list[Label] = []  # what each word is if it stands on the Kazakh side
    came_over: list[tuple[bool, bool]] = []  # whether either side was reached from the other
    kk = ru = 0.0
    switch = _SWITCH
    for at, price in spoken:
        mixed = price.mixed < price.kk
        turkic.append("mixed" if mixed else "kk")
        from_kk, from_ru = kk + switch, ru + switch
        came_over.append((from_ru < kk, from_kk < ru))
        kk, ru = (
            (from_ru if from_ru < kk else kk) + (price.mixed if mixed else price.kk),
            (from_kk if from_kk < ru else ru) + price.ru,
        )
        switch = _NEW_SENTENCE if seen[at].ends_sentence else _SWITCH
    on_russian_side = ru < kk
    for (at, _), label, (to_kk, to_ru) in zip(reversed(spoken), reversed(turkic), reversed(came_over), strict=True):
        labels[at] = "ru" if on_russian_side else label
        on_russian_side = not to_ru if on_russian_side else to_kk
    _particles(tokens, labels, [at for at, _ in spoken])
    _conjunctions(tokens, labels)
    if spoken and all(price.shared for _, price in spoken):
        for at, _ in spoken:
            labels[at] = "ambiguous"
    return labels


def _particles(tokens: Sequence[str], labels: list[Label], spoken: Sequence[int]) -> None:
    """Between a Russian and a Kazakh word да is the Kazakh particle (программа да дұрыс), unless a sign stands around it."""
    for before, at, after in zip(spoken, spoken[1:], spoken[2:], strict=False):
        turning = labels[before] == labels[at] == "ru" and labels[after] in ("kk", "mixed")
        if turning and tokens[at].lower() in _PARTICLES and tokens[before][-1].isalnum():
            labels[at] = "kk"


def _conjunctions(tokens: Sequence[str], labels: list[Label]) -> None:
    """A lone и before another word is Russian even among Kazakh ones, and so is а where it opens a clause (а сен қайда)."""
    for at, token in enumerate(tokens[:-1]):
        opens = at == 0 or not tokens[at - 1][-1:].isalnum()
        if labels[at] == "kk" and (token.lower() == _AND or (token.lower() == _BUT and opens)):
            labels[at] = "ru"


def _clean(token: str) -> str:
    """A token in lower case without what stands around its letters, stretched letters shortened, one script a word."""
    if _PLAIN.fullmatch(token):
        return str(_STRETCHED.sub(r"\1", token.lower()))
    return str(_STRETCHED.sub(r"\1", _bare(one_script_per_word(visible(composed(token))).lower())))


def _bare(token: str) -> str:
    """A token without the signs before its first and after its last letter or digit."""
    inside = [at for at, sign in enumerate(token) if sign.isalnum()]
    return token[inside[0] : inside[-1] + 1] if inside else ""


def _is_latin_word(token: str) -> bool:
    return bool(_LATIN.search(token)) and not _CYRILLIC.search(token) and not _ADDRESS.search(token)


def _from_latin(word: str) -> str:
    """A word typed in Latin letters in the Cyrillic ones that are meant, as far as one can tell; "" if it is none."""
    word = _STRETCHED.sub(r"\1", word)
    for latin, cyrillic in _table("colloquial.toml")["latin"].items():
        word = word.replace(latin, cyrillic)
    return word if _CYRILLIC.fullmatch(word) else ""


@cache
def _table(name: str) -> dict[str, Any]:
    """One of the word lists beside this file."""
    return tomllib.loads((_HERE / name).read_text("utf-8"))
