"""Makes a segmentation benchmark out of a treebank: surface boundaries wherever gold lemma and features determine them.

Qadam's suffix inventory lists the readings of a word; the gold lemma and the gold features throw out those that do not agree.
If all that remain cut the word in the same places, the places are determined. Otherwise nothing is guessed: the word is
undetermined and goes to the split `to-annotate`. Because the inventory is ours, our own segmenter may not be ranked on the result.

The scheme is docs/segmentation-scheme.md. `·` marks a boundary of inflection, `+` one of voice; voice is marked where the
features name it. Word formation inside a lemma is not marked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from qadam.kazakh import lexicon
from qadam.kazakh.lexicon import Lexicon, Stem
from qadam.kazakh.morphology import Analyser, Analysis, verb_stem
from qadam.terms import Item, digest

INFLECTION, VOICE = "·", "+"
SLACK = 40.0  # bits: far enough that no reading with the gold lemma is lost

_STATES = {"VERB": "verb", "AUX": "verb", "ADJ": "adj", "NUM": "num"} | dict.fromkeys(
    ("NOUN", "PROPN", "PRON", "DET", "ADV"), "noun"
)
_WHOLE = frozenset(("ADP", "CCONJ", "SCONJ", "PART", "INTJ", "PUNCT", "SYM"))  # not inflected
_COPULAS = ("екен", "емес")
_CASES = {"Gen": "GEN", "Dat": "DAT", "Acc": "ACC", "Loc": "LOC", "Abl": "ABL", "Ins": "INS"}
_PERSONS = {
    ("1", "Sing", False): "1SG",
    ("1", "Plur", False): "1PL",
    ("2", "Sing", False): "2SG",
    ("2", "Sing", True): "2SG.POL",
    ("2", "Plur", False): "2SG PL",
    ("2", "Plur", True): "2SG.POL PL",
}
_ALSO = frozenset(("ATTR", "EQU", "LIM", "Q", "3"))  # suffixes the treebank has no feature for

Part = Mapping[str, str]  # one syntactic word: form, lemma, upos, feats


@cache
def revision() -> str:
    """A digest of all the derivation rests on: this file and the language core with its rows."""
    own = files("qadam.catalogue") / "makers"
    core = files("qadam.kazakh")
    sources = [own / "boundaries.py", own / "verbs.tsv", core / "phonology.py", core / "morphology.py"]
    sources += [core / "lexicon" / name for name in ("__init__.py", "guess.py", "suffixes.tsv", "stems.toml")]
    return digest([hashlib.sha256(source.read_bytes()).hexdigest() for source in sources])


def make(items: Sequence[Item], split: str) -> list[Item]:
    """Sentences of a treebank with a segmentation for each word, or None where it is not determined.

    Args:
        items: as the reader `treebank` gives them: `fields["words"]` holds for each written word its syntactic words.
        split: in `to-annotate` each undetermined word is an item of its own, with its sentence, lemma, features and
            the segmentations that agree with them (none: no reading does).
    """
    derive = Derivation(items)
    if split == "to-annotate":
        return list(_undetermined(items, derive))
    made = []
    for item in items:
        cuts = tuple(derive(word, parts) for word, parts in zip(item.input.split(), item.fields["words"], strict=True))
        made.append(Item(item.id, item.input, cuts, fields={**item.fields, "upos": item.gold, "formation": True}))
    return made


def _undetermined(items: Sequence[Item], derive: Derivation) -> Iterator[Item]:
    for item in items:
        for place, (word, parts) in enumerate(zip(item.input.split(), item.fields["words"], strict=True), 1):
            found = derive.candidates(word, parts)
            if len(found) != 1:
                told = {"sentence": item.id, "context": item.input, "place": place, "parts": parts}
                told["candidates"] = tuple(sorted(found))
                yield Item(f"{item.id}-{place:02d}", word, None, group=item.id, fields=told)


class Derivation:
    """From a written word and its gold analysis to the segmentations that agree with it.

    Args:
        items: the treebank; its lemmas are the lexicon, beside Qadam's own.
    """

    def __init__(self, items: Sequence[Item]) -> None:
        stems: dict[tuple[str, Stem], None] = {}
        for part in (part for item in items for parts in item.fields["words"] for part in parts):
            lemma, state = _lemma(part), _STATES.get(part["upos"])
            if state and lemma.isalpha():
                stems[lemma, Stem(lemma, "VERB" if state == "verb" else part["upos"], (state,))] = None
        self._analyser = Analyser(lexicon.own() | Lexicon.of(stems))
        self._readings: dict[str, list[Analysis]] = {}

    def __call__(self, word: str, parts: Sequence[Part]) -> str | None:
        """The segmentation, or None if there is none or more than one."""
        found = self.candidates(word, parts)
        return next(iter(found)) if len(found) == 1 else None

    def candidates(self, word: str, parts: Sequence[Part]) -> set[str]:
        """Every segmentation that agrees with the gold analysis of a word."""
        if not any(letter.isalpha() for letter in word):
            return {word}
        if len(parts) != 1:
            first, last = parts[0], parts[-1]
            if len(parts) == 2 and last["lemma"] == "е" and not word.endswith(("-ау", "-ақ")):
                return self._agreeing(word, first, _features(last))
            return set()
        part = parts[0]
        features = _features(part)
        if part["form"] != word or (not features and part["upos"] == "VERB"):
            return set()  # one of several written words of a form such as болған жоқ, or a verb without analysis
        lower = lexicon.fold(word).lower()
        if part["upos"] in _WHOLE or (part["upos"] == "ADV" and not features and len(lower) < 4):
            return {word}  # де of да, пен of мен: the allomorph of a whole word
        if word.isupper() and lower == _lemma(part):
            return {word}  # XX, АҚШ
        if part["upos"] == "X" and lower not in lexicon.own():
            return set()  # whatever the treebank could not name
        return self._agreeing(word, part, {})

    def _agreeing(self, word: str, part: Part, copula: Mapping[str, str]) -> set[str]:
        lemma = _lemma(part)
        if word not in self._readings:
            self._readings[word] = self._analyser.analyse(lexicon.fold(word), slack=SLACK)
        found = set()
        for reading in self._readings[word]:
            if reading.lemma == lemma and _agree(reading, part, copula):
                written = _written(word, reading)
                found |= {written} if lemma[-1] not in "ую" else self._gerund(written, reading, part)
        return {one for one in found if not _hides_inflection(lemma, part)}

    def _gerund(self, written: str, reading: Analysis, part: Part) -> set[str]:
        """A noun in -у is cut as the gerund it also is, unless it has an entry of its own (су, тау)."""
        if part["upos"] != "NOUN":
            return {written}
        lemma = reading.lemma
        own = lexicon.own().plain
        if any(stem.pos != "VERB" for stem in own.get(lemma, ())):
            return {written}
        stem = verb_stem(lemma)
        if not any(found.pos == "VERB" for found in own.get(stem, ())):
            return set()
        place = len(lemma) - 1
        return {written[:place] + INFLECTION + written[place:]}


def _hides_inflection(lemma: str, part: Part) -> bool:
    """Whether the lemma itself may end in a suffix that the scheme cuts: -ғы, -дай, -ншы, -рақ, -нікі."""
    suffixes = {
        "ADJ": ("ғы", "гі", "қы", "кі", "дай", "дей", "тай", "тей", "рақ", "рек"),
        "DET": ("ғы", "гі", "қы", "кі"),
        "NUM": ("ншы", "нші"),
        "NOUN": ("нікі", "дікі", "тікі"),
    }
    entry = lexicon.own().plain.get(lemma, ())
    return not entry and lemma.endswith(suffixes.get(part["upos"], ("\0",)))


def _lemma(part: Part) -> str:
    """The gold lemma as the inventory writes it: lower case, Cyrillic letters, екен and емес as words of their own."""
    form = lexicon.fold(part["form"]).lower()
    own = next((entry for entry in _COPULAS if part["lemma"] == "е" and form.startswith(entry)), "")
    return own or lexicon.fold(part["lemma"]).lower()


def _features(part: Part) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in part["feats"].split("|") if "=" in pair)


def _agree(reading: Analysis, part: Part, copula: Mapping[str, str]) -> bool:
    """Whether a reading shows all that the gold features say and nothing they exclude."""
    features, upos = _features(part), part["upos"]
    verb = _STATES.get(upos) == "verb" and reading.lemma not in _COPULAS
    if verb != (reading.pos in ("VERB", "AUX") and reading.lemma not in _COPULAS):
        return False
    labels = [morph.label for morph in reading.morphs if morph.kind == "inflection"]
    voices = {morph.label for morph in reading.morphs if morph.kind == "voice"}
    wanted_voice = {"Pass": {"PASS", "REFL"}, "Rcp": {"RECP"}}.get(features.get("Voice", ""), set())
    if bool(voices) != bool(wanted_voice) or not voices <= wanted_voice:
        return False
    if reading.lemma == "емес":
        features.pop("Polarity", None)  # the word itself denies, no suffix does
    left = _without(labels, features, copula)
    if left is None:
        return False
    if not verb:
        return all(label in _ALSO for label in left)
    told = " ".join(label for label in left if label not in _ALSO)
    return told in _forms(*(features.get(name, "-") for name in ("VerbForm", "Mood", "Tense", "Aspect")))


def _without(labels: Sequence[str], features: Mapping[str, str], copula: Mapping[str, str]) -> list[str] | None:
    """The labels that case, possession, number, person, negation and degree leave over; None if one of them disagrees."""
    left = list(labels)
    finite = features.get("VerbForm") == "Fin" or "Cnd" in features.get("Mood", "") or copula
    person = _person(copula or features) if finite else ""
    if features.get("Mood") in ("Imp", "Opt"):  # the suffix of the mood holds the person: кел·іңіз·дер
        person = "PL" if person.endswith(" PL") else ""
    expected = person.split()
    if features.get("Mood") == "Des" and "Person" in features:  # кел·гі·м: the person is a possessor
        expected.append(f"POSS.{_person(features).split()[0] if features['Person'] != '3' else '3'}")
    if features.get("Case", "Nom") in _CASES:
        expected.append(_CASES[features["Case"]])
    elif features.get("Case", "Nom") != "Nom":
        return None
    owner = features.get("Person[psor]")
    if owner:
        number = features.get("Number[psor]", "")
        polite = ".POL" if "Form" in (features.get("Polite"), features.get("Polite[psor]")) else ""
        names = {"3": "POSS.3", "1": "POSS.1PL" if number == "Plur" else "POSS.1SG", "2": f"POSS.2SG{polite}"}
        expected.append(names[owner])
    if features.get("Number") == "Plur" and not (finite and not copula) and "Person" not in features:
        expected.append("PL")
    if features.get("Polarity") == "Neg":
        expected.append("NEG")
    if features.get("Degree") == "Cmp":
        expected.append("CMP")
    if features.get("NumType") == "Ord" and "ORD" in labels:
        expected.append("ORD")
    for label in expected:
        if label not in left:
            return None
        left.remove(label)
    counted = {*_CASES.values(), "GEN.N", "PL", "NEG", "CMP", "ORD", "1SG", "1PL", "2SG", "2SG.POL"}
    return None if any(label in counted or label.startswith("POSS.") for label in left) else left


def _person(features: Mapping[str, str]) -> str:
    polite = features.get("Polite") == "Form"
    return _PERSONS.get((features.get("Person", ""), features.get("Number", ""), polite), "")


@cache
def _rows() -> tuple[tuple[str, ...], ...]:
    text = (files("qadam.catalogue") / "makers" / "verbs.tsv").read_text("utf-8")
    rows = [tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(rows[1:])


@cache
def _forms(*told: str) -> frozenset[str]:
    """The label strings that verb features allow."""
    for *row, labels in _rows():
        if all(wanted in ("*", found) for wanted, found in zip(row, told, strict=True)):
            return frozenset("" if one == "0" else one for one in labels.split("|"))
    return frozenset()


def _written(word: str, reading: Analysis) -> str:
    """The word with its boundaries, letters as they were written."""
    pieces, at = [word[: len(reading.stem)]], len(reading.stem)
    for morph in reading.morphs:
        mark = {"inflection": INFLECTION, "voice": VOICE}.get(morph.kind, "")
        pieces.append(mark + word[at : at + len(morph.form)])
        at += len(morph.form)
    return "".join(pieces)
