"""What the parts of a word may be: labels for each stretch of letters, likeliest first, and whether it obeys harmony.

Everything comes from the suffix inventory and the rules of `qadam.kazakh`, in the script of the word; nothing is decided
here for the annotator, whose own choice is what is kept.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from qadam.kazakh import lexicon
from qadam.kazakh.lexicon import Suffix
from qadam.kazakh.phonology import contexts, shapes
from qadam.kazakh.script import HAMZA, detect, transliterate

_PRONOUN = "pro."  # states of pronouns whose stem changes: о·ның, ма·ған; their suffixes follow no harmony
LONGEST = 60  # letters, as in the morphology: no word of running text is longer


@dataclass(frozen=True)
class Hints:
    """What is known of the parts of one word.

    `parts` maps "start:end" (code points) to labels, likeliest first, with what each costs in bits; `broken` maps it to the
    spelling that harmony and assimilation ask for where the letters are a suffix that cannot stand there; `after` says
    which labels may follow a label, STEM included.
    """

    parts: Mapping[str, list[tuple[str, float]]] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, list[str]] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """The same for the page."""
        return asdict(self)


def hints(word: str) -> Hints:
    """The hints for a word in Cyrillic, Latin (2021) or Arabic letters; for anything else there are none.

    A stretch at the start of the word is a stem and gets no hints. Doubtful harmony (loans) is never called broken.
    """
    script = detect(word).tag
    if script == "und" or len(word) > LONGEST or len(word.lower()) != len(word):
        return Hints(after=_after())
    small = word.lower()
    inventory = _inventory(script)
    longest = max(map(len, inventory))
    parts: dict[str, list[tuple[str, float]]] = {}
    broken: dict[str, str] = {}
    for start, (heard, stems) in _before(small, script).items():
        for end in range(start + 1, min(len(small), start + longest) + 1):
            found = inventory.get(small[start:end])
            if found is None:
                continue
            fitting: dict[str, float] = {}
            for label, bits, cost, row in found:
                if bits & heard and (not row.source.startswith(_PRONOUN) or row.source in stems):
                    fitting[label] = min(cost, fitting.get(label, cost))
            if fitting:
                parts[f"{start}:{end}"] = sorted(fitting.items(), key=lambda pair: pair[1])
            elif expected := _expected(small[start:end], script, heard):
                broken[f"{start}:{end}"] = expected
                meant = {label: cost for label, _, cost, row in reversed(found) if not row.source.startswith(_PRONOUN)}
                parts[f"{start}:{end}"] = sorted(meant.items(), key=lambda pair: pair[1])
    return Hints(parts, broken, _after())


def scheme_label(label: str, kind: str) -> str:
    """What the scheme `morphemes` calls a suffix that the inventory labels so."""
    return {"derivation": "DER", "voice": "VOICE"}.get(kind) or _labels()[label]


def _expected(text: str, script: str, heard: int) -> str:
    """The spelling the same suffix has where these letters cannot stand; "" if none of its readings has one."""
    rows = (row for _, _, _, row in _inventory(script)[text] if not row.source.startswith(_PRONOUN))
    for row in sorted(rows, key=lambda row: row.cost):
        for other, (bits, lost) in shapes(row.form).items():
            if bits & heard and not lost:
                return _spelled(other, script)
    return ""


def _before(word: str, script: str) -> dict[int, tuple[int, frozenset[str]]]:
    """For each place inside a word: which suffix shapes may follow (see `phonology.contexts`), and which states of the
    suffix graph a pronoun with a changed stem that ends there is in.

    The word is read in Cyrillic as a whole: in Arabic letters only the whole word tells harmony. A place that falls inside
    what one Cyrillic letter is written with is left out.
    """
    cyrillic = word if script == "kk-Cyrl" else transliterate(word, script, target="kk-Cyrl").lower()
    ahead = len(HAMZA) if word.startswith(HAMZA) else 0
    places = {ahead + len(_spelled(cyrillic[:end], script)): end for end in range(1, len(cyrillic))}
    sets, plain = contexts(cyrillic), lexicon.own().plain
    states = {
        end: frozenset(s for stem in plain.get(cyrillic[:end], ()) for s in stem.states) for end in places.values()
    }
    return {place: (sets[end], states[end]) for place, end in places.items() if ahead < place < len(word)}


_Found = tuple[str, int, float, Suffix]


@cache
def _inventory(script: str) -> dict[str, tuple[_Found, ...]]:
    """Every spelling of every suffix in one script, with its label, where it may stand, and its cost."""
    found: dict[str, list[_Found]] = {}
    for row in lexicon.suffixes():
        for text, (bits, _) in shapes(row.form).items() if row.form else ():
            label = scheme_label(row.label, row.kind)
            found.setdefault(_spelled(text, script), []).append((label, bits, row.cost, row))
    return {text: tuple(rows) for text, rows in found.items() if text}


def _spelled(suffix: str, script: str) -> str:
    """A suffix in a script; the hamza that Arabic letters show harmony with stands at the head of a word, never inside."""
    if script == "kk-Cyrl":
        return suffix
    return transliterate(suffix, target=script).replace(HAMZA, "").lower()


@cache
def _after() -> dict[str, list[str]]:
    """Which labels the suffix graph lets follow each label."""
    rows = lexicon.suffixes()

    def reached(state: str) -> set[str]:
        onward = {row.target for row in rows if not row.form and row.source == state}
        return {state}.union(*(reached(target) for target in onward))

    starts = {state for stem in lexicon.own().stems() for state in stem.states}
    targets: dict[str, set[str]] = {"STEM": starts}
    for row in rows:
        if row.form:
            targets.setdefault(scheme_label(row.label, row.kind), set()).add(row.target)
    follows: dict[str, list[str]] = {}
    for label, states in targets.items():
        open_states = set().union(*(reached(state) for state in states))
        follows[label] = sorted(
            {scheme_label(row.label, row.kind) for row in rows if row.form and row.source in open_states}
        )
    return follows


@cache
def _labels() -> dict[str, str]:
    text = resources.files(__package__).joinpath("labels.toml").read_text("utf-8")
    return dict(tomllib.loads(text)["morphemes"])
