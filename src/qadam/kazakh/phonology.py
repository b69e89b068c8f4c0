"""Vowel harmony and assimilation: which shape a suffix takes after a stem, and what it does to the stem.

A suffix is written once, with capital Latin letters where its sounds depend on what stands before it:

    A  а е            I  ы і             K  қ к            by harmony
    L  л д т          plural, -лық: л after vowels and р й у, т after voiceless, else д
    N  н д т          genitive: н after vowels and м н ң
    Z  н д т          accusative: н after vowels only
    D  д т            locative, past
    B  д н т          ablative: н after м н ң
    G  ғ г қ к        dative, participle
    M  м б п          negation: м after vowels and р л й у, п after voiceless, else б
    W  м б п          instrumental, person: м after м н ң too
    P  а е й          present: й after vowels
    (x)               a vowel in brackets stands after consonants only, a consonant after vowels only

So the plural is LAр, the possessive of the third person (с)I, the converb (I)п. The last vowel decides
harmony. Where the last vowel says nothing (и, у, ю) the one before it does, except in loans: see `harmony`.

Source: the orthography of Kazakh as taught in school grammars; each rule has its words in the tests.
"""

from __future__ import annotations

from typing import Literal

Harmony = Literal["back", "front"]
Sonority = Literal["vowel", "glide", "lateral", "nasal", "voiced", "voiceless"]

BACK, FRONT = 0, 1
SONORITIES: tuple[Sonority, ...] = ("vowel", "glide", "lateral", "nasal", "voiced", "voiceless")
ANY = (1 << 12) - 1  # every pair of harmony and sonority

VOWELS = frozenset("аәеёиоөуұүыіэюя")
LETTERS = frozenset("аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя")
_BACK_VOWELS = frozenset("аоұыя")
_FRONT_VOWELS = frozenset("әөүіеэё")
_UVULAR = frozenset("қғхһ")

# и у ю end a stem as a glide does: биі, тауы, оқуы, and таксидің. Voiced stops of loans are devoiced:
# клубтар, заводқа.
_FINAL: dict[str, int] = {
    **dict.fromkeys("аәеёоөұүыіэя", 0),
    **dict.fromkeys("рйуию", 1),
    "л": 2,
    **dict.fromkeys("мнң", 3),
    **dict.fromkeys("зж", 4),
    **dict.fromkeys("бвгғдкқпстфхһцчшщ", 5),
}

#                     vowel glide lateral nasal voiced voiceless
_BY_SONORITY: dict[str, str] = {
    "L": "ллдддт",
    "N": "нддндт",
    "Z": "нддддт",
    "D": "дддддт",
    "B": "дддндт",
    "M": "мммббп",
    "W": "ммммбп",
}
_BY_HARMONY: dict[str, str] = {"A": "ае", "I": "ыі", "K": "қк"}

VOICED = {"п": "б", "к": "г", "қ": "ғ"}
UNVOICED = {voiced: voiceless for voiceless, voiced in VOICED.items()}


def _scan(word: str) -> tuple[list[int], list[bool]]:
    """Harmony after every letter, and whether the other one would also be heard there."""
    preferred: int | None = None  # by the last vowel
    earlier: int | None = None  # by the vowel before it
    open_choice = True
    pending = before = ""
    values: list[int] = []
    doubts: list[bool] = []
    for letter in word:
        if letter in VOWELS:
            earlier = preferred
        if letter in _BACK_VOWELS:
            preferred, open_choice, pending = BACK, False, ""
        elif letter in _FRONT_VOWELS:
            preferred, open_choice, pending = FRONT, letter in "эё", ""
        elif letter == "и":  # neutral: the vowel before it rules until a consonant follows
            open_choice = preferred != FRONT
            preferred, pending = FRONT if preferred is None else preferred, letter
        elif letter in "ую" and before not in VOWELS:
            open_choice = preferred is None
            preferred, pending = BACK if preferred is None else preferred, letter
        elif letter == "ь":
            preferred, open_choice = FRONT, True
        elif letter == "в" and before in "ое":  # Назарбаевтың, Әуезовтің: the name goes on as it began
            preferred, open_choice = earlier if earlier is not None else preferred, True
            pending = ""
        elif letter.isalpha():
            if pending == "и":  # магазинге, архивтер; but тарихы, Сыдиққа
                if letter in _UVULAR:
                    preferred, open_choice = BACK, False
                elif preferred == BACK:
                    preferred, open_choice = FRONT, True
            elif pending:  # институтта, ресурстар
                open_choice, preferred = preferred != BACK or letter in "кг", BACK
            elif letter in "кг" and before not in VOWELS and preferred == BACK:  # банкке, пункті
                preferred, open_choice = FRONT, True
            pending = ""
        before = letter
        values.append(BACK if preferred is None else preferred)
        doubts.append(open_choice or preferred is None)
    return values, doubts


def harmony(word: str) -> Harmony:
    """Whether a word takes back or front suffixes: балалар, but әкелер.

    The last vowel decides (кітап is back, мұғалім front). и and у carry no harmony: келу is front as кел is,
    тану is back. In a loan и before a consonant is front (магазинге) unless қ ғ х һ follows (тарихтың), у
    back (институтта), ь front (автомобильге), and so is a cluster that ends in к or г (банкке). -ов and -ев
    of names leave the say to the vowel before them (Назарбаевтың, Әуезовтің). A word without vowels is back.

    Single words against the rule (миы, биі) are the business of a lexicon.
    """
    values, _ = _scan(word.lower())
    return "front" if values and values[-1] == FRONT else "back"


def sonority(word: str) -> Sonority:
    """The class of the final letter, which decides л/д/т, н/д/т and м/б/п at the start of a suffix.

    ь and ъ are looked through. A word that does not end in a Kazakh letter counts as ending in a vowel.
    """
    for letter in reversed(word.lower()):
        if letter not in "ьъ":
            return SONORITIES[_FINAL.get(letter, 0)]
    return "vowel"


def contexts(word: str) -> list[int]:
    """For each beginning of a lower-case word, the suffix shapes that may follow it, as a set of bits.

    Returns:
        one number per prefix, the empty one first; bit `6 * harmony + sonority`. Doubtful harmony sets both
        halves, and so does anything that is not a Kazakh letter (a digit, a hyphen): nobody can hear it.
    """
    values, doubts = _scan(word)
    sets, final = [ANY], 0
    for letter, value, doubt in zip(word, values, doubts, strict=True):
        if letter in _FINAL:
            final = _FINAL[letter]
        elif letter not in "ьъ":
            sets.append(ANY)
            continue
        sets.append((1 << final | 1 << final + 6) if doubt else 1 << final + 6 * value)
    return sets


def realise(form: str, front: int, final: int) -> str:
    """The letters of a suffix after a stem of this harmony (0 back, 1 front) and sonority (index in
    `SONORITIES`)."""
    letters: list[str] = []
    at = 0
    while at < len(form):
        sign = form[at]
        at += 1
        if sign == "(":
            inner, at = form[at], at + 2
            wanted = final != 0 if inner in "AI" or inner in VOWELS else final == 0
            if not wanted:
                continue
            sign = inner
        if sign in _BY_HARMONY:
            sign = _BY_HARMONY[sign][front]
        elif sign in _BY_SONORITY:
            sign = _BY_SONORITY[sign][final]
        elif sign == "G":
            sign = ("қк" if final == 5 else "ғг")[front]
        elif sign == "P":
            sign = "й" if final == 0 else "ае"[front]
        letters.append(sign)
        final = _FINAL.get(sign, 0)
    return "".join(letters)


def attach(stem: str, form: str, *, keeps: bool = False, as_if: Harmony | None = None) -> tuple[str, str]:
    """A suffix put on a stem: what the stem becomes, and the letters of the suffix.

    Before a vowel п к қ become б г ғ (кітап + (с)I is кітаб, ы). ы and і vanish before у and melt with й into
    и (оқы + у is оқ, у; оқы + й is оқ, и). й melts with а into я and with у into ю (қой + а is қо, я). A
    letter that holds both ends goes to the suffix.

    Args:
        stem: lower-case letters, with any suffixes it already has.
        form: the suffix, written as this module's first lines say.
        keeps: the stem is a loan or a name whose final stop stays (паркі).
        as_if: harmony that the spelling does not show.
    """
    front = {"back": BACK, "front": FRONT}[as_if or harmony(stem)]
    suffix = realise(form, front, SONORITIES.index(sonority(stem)))
    if not stem or not suffix:
        return stem, suffix
    last, first = stem[-1], suffix[0]
    if last in "ыі" and first in "уй":
        return stem[:-1], suffix if first == "у" else "и" + suffix[1:]
    if last in "йи" and first in "ау":
        melted = ("я" if first == "а" else "ю") + suffix[1:]
        return (stem[:-1] if last == "й" else stem), melted
    if last in VOICED and first in VOWELS and not keeps:
        return stem[:-1] + VOICED[last], suffix
    return stem, suffix


def shapes(form: str) -> dict[str, tuple[int, str]]:
    """Every spelling a suffix can have, with where it may stand.

    Returns:
        spelling -> (the set of bits as in `contexts`, what the stem lost). The loss is "" or "й" or "ы": a
        stem that lost it shows its shorter end to the suffix (қо·я, оқ·и).
    """
    found: dict[str, tuple[int, str]] = {}

    def add(text: str, bits: int, lost: str = "") -> None:
        known, loss = found.get(text, (0, lost))
        found[text] = (known | bits, loss)

    for front in (BACK, FRONT):
        consonants = sum(1 << final + 6 * front for final in range(1, 6))
        for final in range(6):
            text = realise(form, front, final)
            add(text, 1 << final + 6 * front)
            if final == 0 and text.startswith("й"):
                add("и" + text[1:], consonants, "ы")
            if final == 1 and text[:1] in ("а", "у"):
                add(("я" if text[0] == "а" else "ю") + text[1:], 1 << 6 * front | 1 << 1 + 6 * front, "й")
    return found
