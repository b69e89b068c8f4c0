"""The stems and suffixes that the morphology knows: its own rows, and bigger word lists a user brings."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from qadam.errors import NotReadable
from qadam.kazakh.phonology import LETTERS, VOICED, VOWELS, Harmony

_HERE = files("qadam.kazakh") / "lexicon"
_STATE_OF = {
    "NOUN": "noun",
    "PROPN": "noun",
    "ADJ": "adj",
    "NUM": "num",
    "PRON": "pron",
    "VERB": "verb",
    "ADV": "adv",
}

_CLOSED: dict[str, tuple[str, tuple[str, ...]]] = {
    "NUM": ("NUM", ("num",)),
    "COLLECTIVE": ("NUM", ("collective",)),
    "PRON": ("PRON", ("pron",)),
    "TIME": ("ADV", ("time",)),
}


@dataclass(frozen=True, slots=True)
class Suffix:
    """One row of the suffix graph: `form` leads from state `source` to state `target`.

    `kind` is "inflection", "voice" or "derivation"; `features` are those of Universal Dependencies,
    "Aspect=-" takes one back.
    """

    source: str
    target: str
    form: str
    label: str
    kind: str
    cost: float
    features: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Stem:
    """One stem: its lemma (verbs without -у), part of speech, and the states of the suffix graph it may start
    in.

    `harmony` is set where the spelling does not show it, `keeps` where a final п к қ stays before vowels,
    `short` is the stem without its last vowel (халқ). `listed`: taken from a word list that nobody checked
    for inflected forms. `rare`: forms of a commoner word look the same (алды: ал before алд).
    """

    lemma: str
    pos: str
    states: tuple[str, ...]
    harmony: Harmony | None = None
    keeps: bool = False
    short: str = ""
    listed: bool = False
    rare: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Stems by the spelling they show: `plain` at the end of a word and before consonants, else
    `before_vowel`."""

    plain: dict[str, tuple[Stem, ...]]
    before_vowel: dict[str, tuple[Stem, ...]]

    @classmethod
    def of(cls, stems: Iterable[tuple[str, Stem]]) -> Lexicon:
        """A lexicon of pairs (spelling, stem); the spellings before vowels (кітаб, халқ) are worked out
        here."""
        plain: dict[str, list[Stem]] = {}
        voweled: dict[str, list[Stem]] = {}
        for spelling, stem in stems:
            plain.setdefault(spelling, []).append(stem)
            if stem.short:
                voweled.setdefault(stem.short, []).append(stem)
            else:
                changes = spelling[-1] in VOICED and not stem.keeps and stem.states
                shown = spelling[:-1] + VOICED[spelling[-1]] if changes else spelling
                voweled.setdefault(shown, []).append(stem)
        return cls(*({key: tuple(value) for key, value in table.items()} for table in (plain, voweled)))

    def stems(self) -> set[Stem]:
        """Every stem once."""
        return {stem for table in (self.plain, self.before_vowel) for stems in table.values() for stem in stems}

    def __contains__(self, spelling: str) -> bool:
        return spelling in self.plain

    def __or__(self, other: Lexicon) -> Lexicon:
        """Both lexicons; where they share a lemma and part of speech, the row of the left one stays."""
        return Lexicon(_merged(self.plain, other.plain), _merged(self.before_vowel, other.before_vowel))


def _merged(first: dict[str, tuple[Stem, ...]], second: dict[str, tuple[Stem, ...]]) -> dict[str, tuple[Stem, ...]]:
    both = dict(first)
    for key, stems in second.items():
        have = both.get(key, ())
        known = {(stem.lemma, stem.pos) for stem in have}
        both[key] = have + tuple(stem for stem in stems if (stem.lemma, stem.pos) not in known)
    return both


def short_of(lemma: str) -> str:
    """A stem without its last vowel: халық -> халқ, дауыс -> даус."""
    at = max((place for place, letter in enumerate(lemma) if letter in VOWELS), default=0)
    return lemma[:at] + lemma[at + 1 :]


@cache
def suffixes() -> tuple[Suffix, ...]:
    """All rows of the suffix graph, in the order of the file; rows without letters have an empty form."""
    rows = []
    for line in (_HERE / "suffixes.tsv").read_text("utf-8").splitlines():
        if line.startswith("#") or line.startswith("from\t"):
            continue
        source, target, form, label, kind, cost, features = line.split("\t")
        pairs = tuple(
            (name, value) for name, _, value in (pair.partition("=") for pair in features.split("|")) if value
        )
        rows.append(Suffix(source, target, "" if form == "-" else form, label, kind, float(cost), pairs))
    return tuple(rows)


@cache
def own() -> Lexicon:
    """The lexicon that comes with Qadam: some 6,000 common stems and the closed classes."""
    data = tomllib.loads((_HERE / "stems.toml").read_text("utf-8"))
    odd = {key: frozenset(value.split()) for key, value in data["irregular"].items()}

    def stem(lemma: str, pos: str, states: tuple[str, ...]) -> Stem:
        loses = odd["verb_loses_vowel" if pos == "VERB" else "loses_vowel"]
        voice: Harmony | None = "back" if lemma in odd["back"] else "front" if lemma in odd["front"] else None
        short, rare = short_of(lemma) if lemma in loses else "", pos == "NOUN" and lemma in odd["rare_noun"]
        return Stem(lemma, pos, states, voice, lemma in odd["keeps"], short, rare=rare)

    rows: list[tuple[str, Stem]] = []
    for group, words in data["words"].items():
        pos, states = _CLOSED.get(group, (group, ()))
        rows += [(word, stem(word, pos, states)) for word in dict.fromkeys(words.split())]
    for name, words in data["stems"].items():
        pos = {"noun": "NOUN", "verb": "VERB", "adjective": "ADJ", "propn": "PROPN"}[name]
        rows += [(word, stem(word, pos, (_STATE_OF[pos],))) for word in dict.fromkeys(words.split())]
    for row in data["special"]:
        rows += [(word, Stem(row["lemma"], row["pos"], tuple(states.split()))) for word, states in row["stems"].items()]
    return Lexicon.of(rows)


@cache
def frequent() -> dict[str, int]:
    """The words and stems of Kazakh that are met most -> their rank, 1 for the most frequent."""
    words = tomllib.loads((_HERE / "frequent.toml").read_text("utf-8"))["words"].split()
    return {word: rank for rank, word in enumerate(dict.fromkeys(words), start=1)}


def lexicon_from_hunspell(path: str | Path) -> Lexicon:
    """Stems of a hunspell word list (`kk_KZ.dic`) that the user has: one word a line, flags after a slash.

    Such lists name no part of speech: a word ending in -у or -ю is read as a verb, every other as a noun or,
    with a capital, a name. They also hold many inflected forms (жерінде), so their rows are `listed`: better
    than a guess, not as good as a checked stem. Words with anything but Kazakh letters and hyphens are left
    out.

    Raises:
        NotReadable: the file cannot be read as UTF-8 text.
    """
    return _from_words(line.split("/", 1)[0].strip() for line in _lines(path))


def lexicon_from_unimorph(path: str | Path) -> Lexicon:
    """Lemmas of a UniMorph file (lemma, form, features; tab separated) that the user has. Latin look-alikes
    are folded.

    Raises:
        NotReadable: the file cannot be read as UTF-8 text.
    """
    rows = (line.split("\t") for line in _lines(path) if "\t" in line)
    return _from_words(dict.fromkeys(fold(row[0].strip()) for row in rows))


_LOOK_ALIKE = str.maketrans("aeiocpxyhAEIOCPXYHKMTB", "аеіосрхуһАЕІОСРХУҺКМТВ")


def fold(word: str) -> str:
    """Latin letters that look like Kazakh ones, inside a word, as Kazakh letters: бapу -> бару."""
    return word.translate(_LOOK_ALIKE)


def _lines(path: str | Path) -> list[str]:
    try:
        return Path(path).read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise NotReadable(
            f"{path} cannot be read as a UTF-8 word list: {fault}",
            "Give the path of kk_KZ.dic or of a UniMorph file.",
        ) from fault


def _from_words(words: Iterable[str]) -> Lexicon:
    rows: list[tuple[str, Stem]] = []
    for word in words:
        lower = word.lower()
        if len(lower) < 2 or not all(letter in LETTERS or letter == "-" for letter in lower):
            continue
        if lower[-1] in "ую" and len(lower) > 2 and lower[-2] not in "оө":
            verb = lower[:-1] + ("й" if lower[-1] == "ю" else "")
            rows.append((verb, Stem(verb, "VERB", ("verb",), listed=True)))
            continue
        rows.append((lower, Stem(lower, "PROPN" if word[0].isupper() else "NOUN", ("noun",), listed=True)))
    return Lexicon.of(rows)
