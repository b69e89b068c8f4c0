"""What a Kazakh word is made of: surface segmentation, analysis, and the forms of a lemma.

The scheme of boundaries is docs/segmentation-scheme.md. Stems and suffixes are rows (`qadam.kazakh.lexicon`);
a word is read from its end along the suffix graph, and every suffix must have the shape that harmony and
assimilation ask for after what stands before it (`qadam.kazakh.phonology`). What remains is a stem: one of
the lexicon, or a guess that costs more the longer it is. The cheapest reading wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from qadam.kazakh import lexicon as _rows
from qadam.kazakh.graph import Arc, graph
from qadam.kazakh.lexicon import Lexicon, Stem, Suffix
from qadam.kazakh.lexicon.guess import Guess
from qadam.kazakh.phonology import LETTERS, UNVOICED, VOWELS, attach, contexts, harmony

__all__ = ["Analyser", "Analysis", "Morph", "analyse", "generate", "paradigm", "segment", "verb_stem"]

_LONGEST = 60  # letters; no word of running text is longer, and longer strings are left whole
_PARTICLES = ("-ақ", "-ау", "-ай", "-ды", "-ді", "-ты", "-ті", "-шы", "-ші")
_FINER = 8.0  # bits: how much worse a reading may be that also cuts voice or word formation
_MARKS = frozenset("0123456789-.,%°/’'")

_KNOWN = 6.3  # bits for a stem of the lexicon; what another costs: qadam.kazakh.lexicon.guess
_RARE = 2.5  # алд·ым is rarer than ал·ды·м
_LISTED = 4.0  # how much better than a guess a stem of an unchecked list is
_IMPERATIVE = 2.1  # a verb without any ending is a command, rarer than a noun
_ADJECTIVE = 1.8  # fewer than nouns
_NAME = 2.5  # an unknown word with a capital is often a name, and a name seldom takes more than a case
_VERB_IN_CAPITALS = 4.9  # Іле is a river before it is a form of іл
_CASES = frozenset({"GEN", "DAT", "ACC", "LOC", "ABL", "INS"})
_BESIDE_MARK = 25.0  # letters after a digit or an abbreviation are suffixes: 5-ші
_AFTER_HYPHEN = 12.0  # letters after a word and a hyphen are a second word: қарым-қатынас


@dataclass(frozen=True, slots=True)
class Morph:
    """One suffix of a word: its letters, its label (PL, GEN, ...; see lexicon/suffixes.tsv) and its kind."""

    form: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """One reading of a word.

    `stem` is the stem as written, `lemma` its dictionary form (a verb without -у), `pos` a part of speech of
    Universal Dependencies, `cost` says how good the reading is (bits, lower is better), `known` whether the
    stem is in the lexicon.
    """

    stem: str
    lemma: str
    pos: str
    morphs: tuple[Morph, ...]
    features: Mapping[str, str] = field(hash=False)
    cost: float
    known: bool

    @property
    def segments(self) -> tuple[str, ...]:
        """The word cut at the boundaries of inflection; word formation and voice stay with the stem."""
        return self.cut()

    def cut(self, *, voice: bool = False, derivation: bool = False) -> tuple[str, ...]:
        """The word cut, if asked also at voice and word formation. What is not cut joins the piece before."""
        kinds = {"inflection"} | ({"voice"} if voice else set()) | ({"derivation"} if derivation else set())
        pieces = [self.stem]
        for morph in self.morphs:
            if morph.kind in kinds:
                pieces.append(morph.form)
            else:
                pieces[-1] += morph.form
        return tuple(piece for piece in pieces if piece)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A path through the graph: the stem ends at `end`; each suffix starts where the one before it ends."""

    cost: float
    end: int
    suffixes: tuple[tuple[int, Arc], ...]
    stem: Stem | None
    pos: str
    lost: str


_Price = tuple[float, Stem | None, str]  # cost, stem (None: a guess), part of speech


class Analyser:
    """Readings of words with one lexicon.

    Args:
        stems: the lexicon; by default the one that comes with Qadam. A bigger one is
            `lexicon.own() | lexicon.lexicon_from_hunspell(path)`.
    """

    def __init__(self, stems: Lexicon | None = None) -> None:
        self.lexicon = _rows.own() if stems is None else stems
        self._graph = graph()
        self._longest = max(map(len, self._graph.arcs))
        states = self._graph.states
        self._guess = Guess(self.lexicon)
        self._starts = {stem.states: sum(states[s] for s in stem.states) for stem in self.lexicon.stems()}
        self.segment = lru_cache(maxsize=1 << 18)(self._segment)

    def _stems(self, word: str, end: int, wanted: int, lost: str, mark: int, bits: list[float]) -> list[_Price]:
        """What word[:end] can be as a stem in one of the states `wanted`; its letters start at `mark`."""
        letters, states = word[mark:end], self._graph.states
        if not letters:
            clear = not word[:end].endswith("-") or word[end - 2 : end - 1] not in LETTERS
            return [(0.0 if clear else _AFTER_HYPHEN, None, "NUM")] if wanted & states["digits"] else []
        after = word[end : end + 1]
        plain = self.lexicon.plain
        if lost:
            entries: tuple[Stem, ...] = ()
            for vowel in "й" if lost == "й" else "ыі":
                entries += plain.get(letters + vowel, ())
        elif after and after in VOWELS:
            entries = self.lexicon.before_vowel.get(letters, ())
            if after == "у":  # оқ·у: the stem оқы has lost its vowel
                entries += plain.get(letters + "ы", ()) + plain.get(letters + "і", ())
        else:
            entries = plain.get(letters, ())
        noun, verb = self._guess.price(letters, bits, after, lost)
        found: list[_Price] = []
        for stem in entries:
            if self._starts[stem.states] & wanted or not (after or stem.states):
                price = (verb if stem.pos == "VERB" else noun) - _LISTED if stem.listed else _KNOWN + _RARE * stem.rare
                found.append((price, stem, stem.pos))
        extra = _BESIDE_MARK if mark and word[mark - 2 : mark - 1] not in LETTERS else 0.0
        if wanted & states["noun"]:
            found.append((noun + extra, None, "NOUN"))
        elif wanted & states["adj"]:
            found.append((noun + _ADJECTIVE, None, "ADJ"))
        if wanted & states["verb"]:
            found.append((verb + extra, None, "VERB"))
        return found

    def _read(self, word: str, slack: float, name: bool = False) -> list[_Reading]:
        """The readings of a word in lower case, at most `slack` dearer than the best, cheapest first."""
        arcs, longest, size = self._graph.arcs, self._longest, len(word)
        heard = contexts(word)
        mark = next((place for place in range(size, 0, -1) if word[place - 1] not in LETTERS), 0)
        bits = self._guess.letters(word[mark:])
        best = float("inf")
        readings: list[_Reading] = []
        cheapest: dict[tuple[int, int, bool, str], float] = {}  # keeps long words from branching without end

        def back(end: int, wanted: int, cost: float, suffixes: tuple[tuple[int, Arc], ...]) -> None:
            nonlocal best
            lost, formed = "", False
            if suffixes:
                lost, formed = suffixes[0][1].lost, suffixes[0][1].row.kind != "inflection"
            here = (end, wanted, formed, lost)
            if cost > cheapest.get(here, cost) + slack:
                return
            cheapest[here] = min(cost, cheapest.get(here, cost))
            for price, stem, pos in self._stems(word, end, wanted, lost, mark, bits):
                if stem is None and formed:
                    continue  # the whole of an unknown stem with its word formation is a guess of its own
                total = cost + price + (_IMPERATIVE if pos == "VERB" and not suffixes else 0.0)
                if name and pos == "VERB":
                    total += _VERB_IN_CAPITALS
                elif name and stem is None and suffixes and suffixes[0][1].row.label not in _CASES:
                    total += _NAME
                if total <= best + slack:
                    best = min(best, total)
                    readings.append(_Reading(total, end, suffixes, stem, pos, lost))
            if lost:
                return
            before_vowel = end < size and word[end] in VOWELS
            for start in range(max(1, mark, end - longest), end):
                for arc in arcs.get(word[start:end], ()):
                    if (
                        arc.target & wanted
                        and arc.heard & heard[start]
                        and cost + arc.row.cost <= best + slack
                        and (arc.before_vowel is None or arc.before_vowel == before_vowel)
                    ):
                        bare = not suffixes and arc.row.target == "verb"
                        spent = cost + arc.row.cost + (_IMPERATIVE if bare else 0.0)
                        back(start, arc.source, spent, ((start, arc), *suffixes))

        back(size, self._graph.final, 0.0, ())
        return sorted((one for one in readings if one.cost <= best + slack), key=lambda one: (one.cost, one.end))

    def _segment(self, word: str, *, voice: bool = False, derivation: bool = False) -> tuple[str, ...]:
        if self._has_particle(word):
            *before, last = self.segment(word[:-3], voice=voice, derivation=derivation)
            return (*before, last + word[-3], word[-2:])
        lower = _lower(word)
        if not lower:
            return (word,) if word else ()
        kinds = {"inflection", *(["voice"] if voice else []), *(["derivation"] if derivation else [])}
        reading = self._read(lower, 0.0, word.istitle())[0]
        if len(kinds) > 1:
            reading = self._finer(lower, reading, kinds)
        places = [start for start, arc in reading.suffixes if arc.row.kind in kinds]
        return tuple(word[start:end] for start, end in zip([0, *places], [*places, len(word)], strict=True))

    def _has_particle(self, word: str) -> bool:
        """Whether a particle stands behind a hyphen: келді-ақ, but not сондай-ақ, a word of its own."""
        return 3 < len(word) <= _LONGEST and word.endswith(_PARTICLES) and word.lower() not in self.lexicon

    def _finer(self, lower: str, best: _Reading, kinds: set[str]) -> _Reading:
        """The reading with the inflection of the best whose stem shows most of the other kinds asked for."""

        def inflected(reading: _Reading) -> list[int]:
            return [start for start, arc in reading.suffixes if arc.row.kind == "inflection"]

        def shown(reading: _Reading) -> tuple[int, float]:
            return sum(arc.row.kind in kinds for _, arc in reading.suffixes), -reading.cost

        known = [one for one in self._read(lower, _FINER) if one.stem and inflected(one) == inflected(best)]
        return max(known, key=shown, default=best)

    def analyse(self, word: str, *, slack: float = 6.0) -> list[Analysis]:
        """All readings of a word that cost at most `slack` bits more than the best one, best first.

        Two readings that differ in nothing but cost are one. A string that is no Kazakh word has no reading.
        """
        if self._has_particle(word) and word[-4] in LETTERS and (before := self.analyse(word[:-3], slack=slack)):
            return [_with_particle(one, word[-2:]) for one in before]
        lower = _lower(word)
        if not lower:
            return []
        found: dict[tuple[object, ...], Analysis] = {}
        for reading in self._read(lower, slack, word.istitle()):
            analysis = _analysis(lower, reading)
            found.setdefault((analysis.lemma, analysis.pos, analysis.morphs), analysis)
        return list(found.values())


def _lower(word: str) -> str:
    """The word as it is read: in lower case, an abbreviation or a foreign word before a hyphen as it is (АҚШ-тың,
    Google-да); "" if it is no Kazakh word."""
    if not 0 < len(word) <= _LONGEST:
        return ""
    head, hyphen, tail = word.rpartition("-")
    foreign = not _written_in_kazakh(head) and all(c.isalnum() or c in _MARKS for c in head)
    lower = head + hyphen + tail.lower() if head.isupper() or foreign else word.lower()
    if len(lower) != len(word) or not tail.strip() or not _written_in_kazakh(tail if foreign else word):
        return ""
    return lower if any(c in LETTERS for c in tail.lower()) else ""


def _written_in_kazakh(text: str) -> bool:
    return all(c in LETTERS or c in _MARKS for c in text.lower())


def _with_particle(one: Analysis, particle: str) -> Analysis:
    """An analysis with a particle behind its word; as in every cut, the hyphen stays with what is before it."""
    *morphs, last = one.morphs or (None,)
    added = Morph(particle, "PART", "inflection")
    if last is None:
        return replace(one, stem=one.stem + "-", morphs=(added,))
    return replace(one, morphs=(*morphs, replace(last, form=last.form + "-"), added))


def _analysis(word: str, reading: _Reading) -> Analysis:
    """A reading with its letters, lemma and features."""
    starts = [start for start, _ in reading.suffixes] + [len(word)]
    morphs = tuple(
        Morph(word[start:end], arc.row.label, arc.row.kind)
        for (start, arc), end in zip(reading.suffixes, starts[1:], strict=True)
    )
    stem = word[: reading.end]
    formed = [place for place, morph in enumerate(morphs) if morph.kind == "derivation"]
    lemma_end = starts[formed[-1] + 1] if formed else reading.end
    pos = reading.pos
    if formed:
        arc = reading.suffixes[formed[-1]][1]
        pos = {"noun": "NOUN", "adj": "ADJ", "verb": "VERB", "adv": "ADV"}[arc.row.target]
        lemma = _restored(word[:lemma_end], word[lemma_end : lemma_end + 1], "")
    elif reading.stem:
        lemma = reading.stem.lemma
    elif pos == "NUM":  # 5-, АҚШ-
        lemma, pos = stem.rstrip("-"), "NUM" if any(letter.isdigit() for letter in stem) else "PROPN"
    else:
        lemma = _restored(stem, word[reading.end : reading.end + 1], reading.lost)
    features = _features(pos, [arc.row for _, arc in reading.suffixes])
    return Analysis(stem, lemma, pos, morphs, features, reading.cost, reading.stem is not None)


def _restored(stem: str, after: str, lost: str) -> str:
    """The dictionary form of a stem that is not in the lexicon."""
    if lost:
        return stem + ("й" if lost == "й" else "ы" if harmony(stem) == "back" else "і")
    if after and after in VOWELS and stem[-1] in UNVOICED:
        return stem[:-1] + UNVOICED[stem[-1]]
    return stem


def _features(pos: str, rows: Iterable[Suffix]) -> dict[str, str]:
    """The features of Universal Dependencies that the suffixes add up to, in alphabetical order."""
    features: dict[str, str] = {}
    for row in rows:
        for name, value in row.features:
            features[name] = value
    features = {name: value for name, value in features.items() if value != "-"}
    if pos == "VERB" and not features.keys() & {"VerbForm", "Mood"}:
        features |= {"Mood": "Imp", "Number": "Sing", "Person": "2", "VerbForm": "Fin"}
    if features.get("Mood") in ("Ind", "Cnd") and "Person" not in features:
        features["Person"] = "3"
    if "Case" not in features and (pos in ("NOUN", "PROPN", "PRON") and "VerbForm" not in features):
        features["Case"] = "Nom"
    return dict(sorted(features.items()))


@cache
def _default() -> Analyser:
    return Analyser()


def segment(word: str, *, voice: bool = False, derivation: bool = False) -> tuple[str, ...]:
    """A word cut at its boundaries: мектептерімізде -> мектеп, тер, іміз, де.

    The scheme is docs/segmentation-scheme.md. The pieces joined give the word back, letters and capitals as
    they were. Whatever is no Kazakh word in Cyrillic letters (Latin, Arabic, digits alone, longer than 60
    letters) is one piece; the empty word has none.

    Args:
        voice: also cut passive, reflexive, reciprocal and causative (жаз·ыл·ды), where the stem is in the
            lexicon.
        derivation: also cut word formation (тұз·ды, бала·лық), where the stem is in the lexicon.
    """
    return _default().segment(word, voice=voice, derivation=derivation)


def analyse(word: str) -> list[Analysis]:
    """The readings of a word, the likeliest first: stem, lemma, part of speech, suffixes with labels,
    features.

    A string that is no Kazakh word has no reading.
    """
    return _default().analyse(word)


# --- from a lemma to its forms ---

# What a paradigm does not follow: participles and gerunds as nouns, predicative nouns, relational and
# simulative forms.
_NOT_IN_PARADIGM = frozenset({"ATTR", "EQU", "GEN.N", "LIM", "NMLZ", "Q", "PREC", "INT"})


def verb_stem(infinitive: str) -> str:
    """The stem of a verb given as a dictionary gives it: бару -> бар, оқу -> оқы, қою -> қой.

    Whether ы or і stood before у is not written: a stem of the lexicon decides (оқы, тоқы), else nothing is
    added. A word that does not end in у or ю is taken for a stem.
    """
    lower = infinitive.lower()
    if lower[-1:] not in ("у", "ю") or len(lower) < 2:
        return lower
    plain = _rows.own().plain
    cut = lower[:-1]
    if cut[-1] in UNVOICED and lower[-1] == "у":  # no Kazakh verb stem ends in б г ғ: жабу is жап
        cut = cut[:-1] + UNVOICED[cut[-1]]
    tries = [cut + "й", cut] if lower[-1] == "ю" else [cut, cut + "ы", cut + "і"]
    return next((stem for stem in tries if any(found.pos == "VERB" for found in plain.get(stem, ()))), tries[0])


def paradigm(lemma: str, pos: str) -> dict[str, tuple[str, ...]]:
    """All inflected forms of a lemma: features, written as in Universal Dependencies, to the forms that have
    them.

    Nouns, names, pronouns, adjectives and numerals: number, possession and case (and degree, ordinal). Verbs:
    every tense, mood, person and polarity, participles, converbs and the gerund, not the cases of participles
    and gerunds.

    Args:
        lemma: lower or title case; a verb as stem (бар) or with -у (бару).
        pos: NOUN, PROPN, ADJ, NUM, PRON or VERB.

    Returns:
        e.g. {"Case=Dat|Number=Plur": ("балаларға",), ...}; the first of several forms is the usual one. Empty
        for a part of speech that is not inflected. Keys hold no Number=Sing for nouns.
    """
    state = {"NOUN": "noun", "PROPN": "noun", "ADJ": "adj", "NUM": "num", "PRON": "pron", "VERB": "verb"}.get(pos)
    if state is None or not lemma:
        return {}
    word = verb_stem(lemma) if pos == "VERB" else lemma
    special = [
        (surface, source)
        for surface, stems in _rows.own().plain.items()
        for stem in stems
        if stem.lemma == lemma and stem.pos == pos and stem.states and stem.states != (state,)
        for source in stem.states
    ]
    found: dict[str, dict[str, float]] = {}
    for surface, source in [*special, (word, state)]:
        forms: dict[str, dict[str, float]] = {}
        for text, rows, cost in _grow(surface, source, (), _stem_of(word, pos), 0.0):
            if special and pos != "VERB" and any(row.label.startswith("POSS") for row in rows):
                continue
            features = "|".join(f"{name}={value}" for name, value in _features(pos, rows).items())
            forms.setdefault(features, {}).setdefault(text, cost)
        for features, texts in forms.items():
            if features not in found:  # a special stem has the say: маған, not менге
                found[features] = texts
    return {features: tuple(sorted(texts, key=lambda text: texts[text])) for features, texts in sorted(found.items())}


def generate(lemma: str, pos: str, features: Mapping[str, str] | str) -> list[str]:
    """The forms of a lemma with exactly these features, the usual one first.

    бала, NOUN, "Case=Dat|Number=Plur" gives балаларға.

    Args:
        features: of Universal Dependencies, as a mapping or as "Case=Dat|Number=Plur", in any order.
            Number=Sing of a noun and Case=Nom may be left out.

    Returns:
        no form if the lemma's part of speech has no such features.
    """
    if isinstance(features, str):
        features = dict(pair.split("=", 1) for pair in features.split("|") if "=" in pair)
    pairs = dict(features)
    if pos in ("NOUN", "PROPN", "PRON"):
        pairs = {"Case": "Nom"} | pairs
    if pos != "VERB" and pairs.get("Number") == "Sing":
        del pairs["Number"]
    key = "|".join(f"{name}={value}" for name, value in sorted(pairs.items()))
    return list(_cached_paradigm(lemma, pos).get(key, ()))


_cached_paradigm = lru_cache(maxsize=256)(paradigm)


def _stem_of(word: str, pos: str) -> Stem:
    """The row of a stem in the lexicon, or what a stem without a row is like."""
    state = "verb" if pos == "VERB" else "noun"
    rows = _rows.own().plain.get(word.lower(), ())
    like = [stem for stem in rows if stem.pos == pos] or [stem for stem in rows if stem.pos != "VERB" and pos != "VERB"]
    return like[0] if like else Stem(word, pos, (state,))


@cache
def _forward() -> dict[str, tuple[Suffix, ...]]:
    """The suffix graph from left to right: state -> rows that may follow, without those no paradigm
    follows."""
    rows = [row for row in _rows.suffixes() if row.kind == "inflection" and row.label not in _NOT_IN_PARADIGM]

    def following(state: str) -> list[Suffix]:
        found = [row for row in rows if row.form and row.source == state]
        if state == "aor":
            found = [row for row in found if row.label not in _CASES]
        for row in rows:
            nominalised = row.target == "nominal" and state in ("part", "ger", "fact", "aor", "inten")
            if not row.form and row.source == state and not nominalised and row.target != "predicate":
                found += following(row.target)
        return found

    return {state: tuple(following(state)) for state in {s for row in rows for s in (row.source, row.target)}}


_Form = tuple[str, tuple[Suffix, ...], float]  # letters, suffixes, what they cost


def _grow(text: str, state: str, rows: tuple[Suffix, ...], stem: Stem, cost: float) -> Iterator[_Form]:
    """Every form that starts with these letters in this state."""
    if not state.endswith("-"):
        yield text, rows, cost
    for row in _forward().get(state, ()):
        if not rows and stem.short and row.form.startswith(("(I)", "(с)I")):
            before, after = attach(stem.lemma, row.form, keeps=True, as_if=stem.harmony)
            before = stem.short
        else:
            before, after = attach(text, row.form, keeps=stem.keeps and not rows, as_if=None if rows else stem.harmony)
        yield from _grow(before + after, row.target, (*rows, row), stem, cost + row.cost)
