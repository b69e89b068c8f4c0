"""Kazakh in its three scripts: which one a text is written in, and the same text in another.

The scripts are Cyrillic (`kk-Cyrl`), Latin (`kk-Latn`) and Arabic (`kk-Arab`, töte jazu). Latin and Arabic
have variants: "2021" is the alphabet shown in April 2021, "wikipedia" the one of Kazakh Wikipedia; Arabic
"tote" is the spelling used in China, Arabic "wikipedia" writes и as ىي and leaves commas as they are. The
decrees of 2017 (apostrophes: a', g', n') and 2018 (acutes á, ǵ, ń; digraphs sh, ch) and the draft of 2019
were never used for long and are not offered.

In Arabic script one letter stands for a back vowel and for its front partner; the high hamza ٴ before a word
says "front". It is written when the word has ә ө ү or і and none of к г е э, which show a front word
themselves, nor қ ғ, which stand in back syllables. So тіл is ٴتىل, but тілек is تىلەك and қазір is قازىر.

What cannot come back exactly, because two spellings fall together:

    2021        и й (both i), х һ (h), тс ц (ts), тш ч (tş), шш щ (şş), я иа йа (ia), ю иу йу (iu),
                ё ио йо (io), е э (e), and ъ ь, which are not written
    wikipedia   шч щ (şç) only: й ý, и ï, х x and һ h are kept apart
    kk-Arab     а ә, о ө, ұ ү, ы і where harmony does not decide; и й (ي), тс ц, шш щ, я ия иа йа (يا),
                ю ию иу йу (يۋ), ё ио йо, е э; ъ ь are not written; there are no capitals

The way back uses a lexicon when given one (`spellings`), then the stems of `spellings.toml`, then rules; from
Arabic script it takes a form of a known stem (`forms`) where one is written so.

Source: the alphabet shown to the public in April 2021; the letters of MediaWiki's Kazakh converter and the habits
of its translated messages for "wikipedia". How 2021 writes ё ц ч щ ю я is not decreed; the digraphs are ours.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from qadam.errors import UnknownName
from qadam.kazakh.forms import own
from qadam.kazakh.phonology import harmony

SCRIPTS = ("kk-Cyrl", "kk-Latn", "kk-Arab")
VARIANTS = {"kk-Cyrl": ("modern",), "kk-Latn": ("2021", "wikipedia"), "kk-Arab": ("tote", "wikipedia")}

HAMZA = "\u0674"
LONGEST_BEGINNING = 24  # letters of a stem looked up; longer ones do not occur
FRONT = set("әөүі")
SHOWS_HARMONY = set("еэкгқғ")
VOWELS = set("аәеёиоөуұүыіэюя")
# Töte jazu writes no и before я ю ё: сияқты is سياقتى. On the way back it hides behind a consonant.
UNWRITTEN = re.compile("[Ии](?=[ЯяЮюЁё])")
HIDDEN = re.compile("(?<=[бвгғджзйкқлмнңпрстфхһцчшщьъ])i(?=[ау])")
# No Kazakh stem begins with two consonants, with ю or ё, or has one of ۆ ف چ; nor تس.
GUESSED = 2.0  # bits for which a guess is better than another form of a known stem
LOAN = re.compile("^[بگعدجزكقلمنڭپرستحھش]{2}|^ي[ۋو]|[ۆفچ]|تس")
AMBIGUOUS = {"ا": "аә", "و": "оө", "ۇ": "ұү", "ى": "ыі"}

UNTOUCHED = r"https?://\S+|www\.\S+|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]+"
WORD = re.compile(rf"(?P<skip>{UNTOUCHED})|(?P<word>[^\W\d_]+)")


@dataclass(frozen=True)
class Detection:
    """The script of a text: the tag with the largest share, all shares (0-1), and the letters counted."""

    tag: str
    shares: dict[str, float]
    letters: int


def detect(text: str) -> Detection:
    """Which script a text is written in.

    Counts letters only. `tag` is "und" when there is no letter of the three scripts; on a tie the order of
    `SCRIPTS` decides. The function tells scripts, not languages: Russian is reported as kk-Cyrl.
    """
    counts = dict.fromkeys(SCRIPTS, 0)
    for character in text:
        tag = _script_of(character)
        if tag:
            counts[tag] += 1
    total = sum(counts.values())
    if not total:
        return Detection("und", dict.fromkeys(SCRIPTS, 0.0), 0)
    tag = max(SCRIPTS, key=lambda script: counts[script])
    return Detection(tag, {script: n / total for script, n in counts.items()}, total)


def transliterate(
    text: str,
    source: str = "kk-Cyrl",
    *,
    target: str = "kk-Arab",
    variant: str | None = None,
    lexicon: Mapping[str, str] | None = None,
) -> str:
    """The same text in another script.

    Only letters of the source script change; web addresses, numbers and other scripts stay. The text is
    brought to NFC first. Arabic has no capitals: they are lost on the way there and absent on the way back.

    Args:
        source: script tag of `text`.
        target: script tag wanted.
        variant: which Latin or Arabic spelling is meant, on whichever side it stands; "2021" and "tote" by
            default. A name known to one side only leaves the other at its default.
        lexicon: form -> Cyrillic word, from `spellings`, consulted before the rules on the way to Cyrillic.

    Raises:
        UnknownName: a script or a variant that does not exist.
    """
    for tag in (source, target):
        if tag not in SCRIPTS:
            raise UnknownName(f"no script named '{tag}'.", f"Available: {', '.join(SCRIPTS)}")
    text = unicodedata.normalize("NFC", text)
    if source == target:
        return text
    if source != "kk-Cyrl":
        text = _back(text, source, _variant(source, variant, strict=target == "kk-Cyrl"), lexicon or {})
    if target != "kk-Cyrl":
        text = _forth(text, target, _variant(target, variant, strict=source == "kk-Cyrl"))
    return text


def spellings(frequencies: Mapping[str, int], script: str, *, variant: str | None = None) -> dict[str, str]:
    """How each Latin or Arabic form is spelled in Cyrillic, learned from word counts.

    Where several words share a form the most frequent one wins; ties fall to the one that sorts first.

    Args:
        frequencies: Cyrillic word -> count; capitals are ignored.
        script: "kk-Latn" or "kk-Arab".

    Returns:
        form -> Cyrillic word, both in small letters.
    """
    best: dict[str, tuple[int, str]] = {}
    for word, count in frequencies.items():
        word = word.lower()
        form = transliterate(word, target=script, variant=variant)
        rank = (-count, word)
        if form not in best or rank < best[form]:
            best[form] = rank
    return {form: word for form, (_, word) in best.items()}


# Cyrillic to the others


def _forth(text: str, target: str, variant: str) -> str:
    letters = _forward(target, variant)
    if target == "kk-Latn":
        return WORD.sub(lambda m: m["skip"] or _latin_word(m["word"], letters), text)
    if variant == "wikipedia":
        return WORD.sub(lambda m: m["skip"] or _arabic_word(m["word"], letters), text)

    def write(word: str) -> str:
        return _arabic_word(UNWRITTEN.sub("", word), letters)

    return _turn_punctuation(WORD.sub(lambda m: m["skip"] or write(m["word"]), text), to_arabic=True)


def _latin_word(word: str, letters: Mapping[str, str]) -> str:
    shout = len(word) > 1 and word.isupper()
    out = []
    for letter in word:
        small = letter.lower()
        form = letters.get(small)
        if form is None:
            out.append(letter)
        elif letter == small:
            out.append(form)
        else:
            out.append(_capital(form) if shout else _capital(form[:1]) + form[1:])
    return "".join(out)


def _arabic_word(word: str, letters: Mapping[str, str]) -> str:
    small = word.lower()
    if not any(letter in letters for letter in small):
        return word
    seen = set(small)
    hamza = HAMZA if seen & FRONT and not seen & SHOWS_HARMONY else ""
    return hamza + "".join(letters.get(letter, letter) for letter in small)


# The others to Cyrillic


def _back(text: str, source: str, variant: str, lexicon: Mapping[str, str]) -> str:
    if source == "kk-Arab":
        text = _fold_arabic(text)
        text = WORD.sub(lambda m: m["skip"] or _cyrillic_from_arabic(m["word"], variant, lexicon), text)
        return _turn_punctuation(text, to_arabic=False)
    if variant == "wikipedia":
        pattern, letters = _tokens("wikipedia")

        def read(word: str) -> str:
            cyrillic = pattern.sub(lambda t: _letter_like(t[0], letters), word)
            return cyrillic.upper() if len(word) > 1 and word.isupper() else cyrillic  # ʺ ʹ have no capitals

        return WORD.sub(lambda m: m["skip"] or read(m["word"]), text)
    return WORD.sub(lambda m: m["skip"] or _cyrillic_from_2021(m["word"], lexicon), text)


def _cyrillic_from_2021(word: str, lexicon: Mapping[str, str]) -> str:
    small = _small(word)
    if any(_script_of(letter) != "kk-Latn" for letter in small):
        return word
    return _cased_like(word, _known_or(small, "kk-Latn", "2021", lexicon, _read_latin))


def _cyrillic_from_arabic(word: str, variant: str, lexicon: Mapping[str, str]) -> str:
    if all(_script_of(letter) != "kk-Arab" for letter in word):
        return word
    if variant == "wikipedia":
        word = word.replace("ىي", "ي")
    return _known_or(word, "kk-Arab", "tote", lexicon, _read_arabic)


def _known_or(form: str, script: str, variant: str, lexicon: Mapping[str, str], read: Callable[[str, str], str]) -> str:
    """The word itself if known, else a form of a known stem, else what the known beginning of the word and rules say."""
    stems = _stems(script, variant)
    whole = lexicon.get(form) or stems.get(form)
    if whole:
        return whole
    guess = _begun(form, stems, lexicon, read)
    return _known_form(form, guess) if script == "kk-Arab" else guess


def _begun(form: str, stems: Mapping[str, str], lexicon: Mapping[str, str], read: Callable[[str, str], str]) -> str:
    """The longest known beginning and a rule-read rest, else rules alone."""
    bare = form.removeprefix(HAMZA)
    for end in range(min(len(bare) - 1, LONGEST_BEGINNING), 3, -1):
        for head in _heads(form, bare[:end]):
            stem = stems.get(head) or (lexicon.get(head) if end > 4 else None)
            if stem and not (stem[-1] in "ьъ" and bare[end] in "yıeaäoöuūüiوۇىە"):
                rest = read(bare[end:], stem)
                melts = stem[-1] == "и" and rest[0] in "ау"  # акци-я, though the letters are those of а
                return stem + (("я" if rest[0] == "а" else "ю") + rest[1:] if melts else rest)
    return read(form, "")


def _known_form(form: str, guess: str) -> str:
    """The form of a known stem that is written so in Arabic letters, the likeliest of several; else the guess."""
    forms = own(as_in_arabic).alike(guess)
    written = [word for word in forms if _arabic_word(UNWRITTEN.sub("", word), _forward("kk-Arab", "tote")) == form]
    return min(written, key=lambda word: (forms[word] + GUESSED * (word != guess), word), default=guess)


def as_in_arabic(word: str) -> str:
    """A word with the letters made one that Arabic script writes alike, as far as each stays one letter."""
    return word.translate(_ALIKE)


_ALIKE = str.maketrans("әөүіэй", "аоұыеи")


def _heads(form: str, beginning: str) -> tuple[str, ...]:
    """A beginning as a word of its own: the hamza comes and goes with suffixes (ٴتىل, تىلگە)."""
    if form.startswith(HAMZA):
        return (HAMZA + beginning,)
    if any(letter in "كگە" for letter in form):
        return (HAMZA + beginning, beginning)
    return (beginning,)


def _read_latin(form: str, before: str) -> str:
    pattern, letters = _tokens("2021")
    return _glides(pattern.sub(lambda t: letters.get(t[0], t[0]), form), before)


def _read_arabic(form: str, before: str) -> str:
    letters = _arabic_letters()
    bare = form.removeprefix(HAMZA)
    later = _later_syllables(bare, before=before)
    fronts = _front_by_harmony(bare, later, hamza=form != bare, before=before)
    loan = not before and form == bare and LOAN.search(bare) is not None
    out = []
    for place, letter in enumerate(bare):
        if letter in AMBIGUOUS:
            # ә and ө hardly ever stand after the first syllable, and never in a loan from Russian; يا is я.
            back = letter in "او" and (later[place] or loan or (letter == "ا" and bare[place - 1 : place] == "ي"))
            front = fronts[place] and not back
            out.append(AMBIGUOUS[letter][front])
        else:
            out.append(letters.get(letter, letter))
    word = before[-1:] + "".join(out).replace("шш", "щ").replace("тсi", "цi").replace("нтс", "нц")
    return _glides(HIDDEN.sub("ii", word)[len(before[-1:]) :], before)


def _later_syllables(bare: str, *, before: str) -> list[bool]:
    """For every letter, whether a vowel stands before it; ۋ is one between consonants (юбка), not in куә."""
    seen, out = bool(before), []
    for place, letter in enumerate(bare):
        out.append(seen)
        beside = (bare[place - 1 : place], bare[place + 1 : place + 2])
        seen = seen or letter in "اوۇىە" or (letter == "ۋ" and all(one and one not in "اوۇىە" for one in beside))
    return out


def _front_by_harmony(bare: str, later: list[bool], *, hamza: bool, before: str) -> list[bool]:
    """For every letter, whether a vowel there is front.

    A hamza makes the whole word front. Else each vowel follows the nearest letter that tells: ك گ ە are
    front, ق ع and ا و after the first syllable are back; on a tie the one before it. The suffix -мен says
    nothing about its stem, since it has no back form.
    """
    if hamza:
        return [True] * len(bare)
    scope = len(bare)
    for ending in ("مەن", "بەن", "پەن"):
        if bare.endswith(ending) and len(bare) > len(ending) + 1:
            scope -= len(ending)
    tells = [
        (place, letter in "كگە")
        for place, letter in enumerate(bare[:scope])
        if letter in "كگەقع" or (letter in "او" and later[place])
    ]
    default = bool(before) and harmony(before) == "front"
    if not tells:
        return [default] * len(bare)
    fronts, known = [], 0
    for place in range(len(bare)):
        while known + 1 < len(tells) and tells[known + 1][0] - place < place - tells[known][0]:
            known += 1
        fronts.append(default if before and place < tells[0][0] else tells[known][1])
    return fronts


def _glides(word: str, before: str) -> str:
    """Decides every "i", which stands for и, й or the first half of ю я ё, by its neighbours."""
    out: list[str] = []
    previous = before[-1:]
    i = 0
    while i < len(word):
        letter, after = word[i], word[i + 1 : i + 2]
        if letter == "i":
            vocalic = previous in VOWELS
            if after == "а" and (vocalic or not previous):
                letter, i = "я", i + 1
            elif after == "у":
                letter, i = "ю", i + 1
            elif after == "о" and (vocalic or not previous):
                letter = "й"
            else:
                letter = "й" if vocalic else "и"
        out.append(letter)
        previous = letter
        i += 1
    return "".join(out)


# Tables


@cache
def _rows() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("alphabets.toml").read_text("utf-8"))


@cache
def _forward(script: str, variant: str) -> dict[str, str]:
    column = _rows()["columns"].index(script if script == "kk-Arab" else variant)
    letters = {row[0]: row[column] for row in _rows()["letters"]}
    if (script, variant) == ("kk-Arab", "wikipedia"):
        letters["и"] = "ىي"
    return letters


@cache
def _tokens(variant: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """Latin letters and digraphs to read, longest first. In "2021" i stays i: its neighbours decide later."""
    letters: dict[str, str] = {}
    for cyrillic, latin in _forward("kk-Latn", variant).items():
        skipped = variant == "2021" and (cyrillic in "иэһцчёюя" or not latin)
        if not skipped:
            letters.setdefault(latin, cyrillic)
    if variant == "2021":
        letters["i"] = "i"
    else:
        letters |= _rows()["wikipedia_fold"]
    return re.compile("|".join(sorted(letters, key=len, reverse=True)), re.IGNORECASE), letters


@cache
def _arabic_letters() -> dict[str, str]:
    letters: dict[str, str] = {}
    for cyrillic, arabic in _forward("kk-Arab", "tote").items():
        if len(arabic) == 1 and cyrillic != "э":
            letters.setdefault(arabic, cyrillic)
    return letters | {"ي": "i"}


@cache
def _stems(script: str, variant: str) -> dict[str, str]:
    groups = tomllib.loads(files(__package__).joinpath("spellings.toml").read_text("utf-8"))["stems"]
    words = [word for group in groups.values() for word in group.split()]
    return spellings(dict.fromkeys(words, 1), script, variant=variant)


@cache
def _arabic_folds() -> dict[int, str]:
    return str.maketrans(_rows()["arabic_fold"])


@lru_cache(maxsize=1 << 12)
def _script_of(character: str) -> str | None:
    if not character.isalpha():
        return None
    name = unicodedata.name(character, "")
    return {"CYRILLIC": "kk-Cyrl", "LATIN": "kk-Latn", "ARABIC": "kk-Arab"}.get(name.split(" ")[0])


def _variant(script: str, name: str | None, *, strict: bool) -> str:
    known = VARIANTS[script]
    if name is None or (not strict and name not in known):
        return known[0]
    if name not in known:
        raise UnknownName(f"{script} has no variant '{name}'.", f"Available: {', '.join(known)}")
    return name


def _fold_arabic(text: str) -> str:
    text = text.translate(_arabic_folds())
    return "".join(unicodedata.normalize("NFKC", c) if "\ufb50" <= c <= "\ufefc" else c for c in text)


def _turn_punctuation(text: str, *, to_arabic: bool) -> str:
    """Turns , ; ? with the script, but not in addresses, and never a decimal comma between digits."""
    marks: dict[str, str] = _rows()["arabic_punctuation"]
    if not to_arabic:
        marks = {arabic: latin for latin, arabic in marks.items()}
    pattern = "[" + re.escape("".join(marks)) + "]"
    found = rf"{UNTOUCHED}|(?<!\d){pattern}|{pattern}(?!\d)"
    return re.sub(found, lambda m: marks.get(m[0], m[0]), text)


# Capitals: ı and i are two letters, so Python's own upper and lower would mix them up.


def _capital(form: str) -> str:
    return form.replace("i", "İ").replace("ı", "I").upper()


def _small(form: str) -> str:
    return form.replace("İ", "i").replace("I", "ı").lower()


def _letter_like(token: str, letters: Mapping[str, str]) -> str:
    letter = letters.get(_small(token))
    if letter is None:
        return token
    return letter if token[0] == _small(token[0]) else letter.upper()


def _cased_like(model: str, word: str) -> str:
    small = _small(model)
    if model == small:
        return word
    if len(model) > 1 and model == _capital(small):
        return word.upper()
    if len(model) == len(word):
        return "".join(b.upper() if a != _small(a) else b for a, b in zip(model, word, strict=True))
    return word[:1].upper() + word[1:] if model[0] != small[0] else word
