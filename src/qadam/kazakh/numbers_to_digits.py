"""Number words of running text in digits (inverse text normalisation): the way back from `numbers_to_words`.

What cannot come back exactly: the spacing of thousands (5 000 returns as 5000), a dot as decimal mark, the
signs of money (₸ returns as теңге), short measures (5 кг returns as 5 килограмм, 5 млн as 5000000),
16.12.1991 (returns as "1991 жылғы 16 желтоқсан"), a span of years (1941-1945 returns as 1941 – 1945), leading
zeros (007), Roman numerals, the last syllable of an ordinal before a noun of `numerals.toml` (7-ші сынып returns as
7-сынып) and the hyphen of a year (1945-жыл returns as 1945 жыл). "Бестен бір" is 1/5 and also "one out of five". Forms
that are mostly something else stay words when they stand alone: бірге "together", онда "there", жүзінде "on its face"
(the homographs of `numerals.toml`); so do words joined by a hyphen to the same number or to none (бір-біріне, бір-ақ).
For бір "a" `smallest` keeps small numbers.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import takewhile

from qadam.kazakh.morphology import analyse
from qadam.kazakh.numerals import (
    REMEMBERED,
    YEARS,
    cardinal,
    digit_ending,
    ending_named,
    endings,
    forms,
    in_order,
    inflect,
    longest_number,
    rows,
    words_of_numbers,
)

_HALF, _HALVES = "жарым", ("жарты", "жарым")
_DIGITS_BEFORE = re.compile(r"[0-9]\s\Z")
_TOKEN = re.compile(r"([^\W\d_]+)")


def to_digits(text: str, *, smallest: int = 0) -> str:
    """Every number word of a running text in digits: the way back from `to_words`.

    Args:
        text: any text; capitals of number words are lost.
        smallest: plain numbers below this stay words (10 keeps "бір", "екі" and so on).
    """
    pieces = _TOKEN.split(text)
    words, gaps = pieces[1::2], pieces[0::2]
    out = [gaps[0]]
    place = 0
    while place < len(words):
        taken, digits = _digits_at(words, gaps, place, smallest)
        if taken:
            out += [digits, gaps[place + taken]]
            place += taken
        else:
            out += [words[place], gaps[place + 1]]
            place += 1
    return "".join(out)


def unread(text: str) -> list[str]:
    """The words of a text that are forms of a number word, but none that `to_digits` reads: алпысыншыдан, екеуміз."""
    begin = tuple(words_of_numbers().values())
    return [word for word in _TOKEN.findall(text.lower()) if word.startswith(begin) and _is_unread(word)]


@lru_cache(maxsize=REMEMBERED)
def _is_unread(word: str) -> bool:
    if word in forms() or len(word) > 40:
        return False
    best = analyse(word)[:1]
    return bool(best) and best[0].pos == "NUM" and best[0].lemma in forms()


def _digits_at(words: list[str], gaps: list[str], place: int, smallest: int) -> tuple[int, str]:
    """How many words from `place` on are a number, and the digits for them; (0, "") if none."""
    run = _run(words, gaps, place)
    minus = run[:1] == ["минус"]
    start = 1 if minus else 0
    found = longest_number(run[start:])
    if found is None:
        return 0, ""
    taken, number = found
    taken += start
    if forms()[run[start]].value >= 100 and _DIGITS_BEFORE.search(gaps[place]):  # 2 мыңнан: its number began in digits
        return 0, ""
    before = words[place - 1].lower() if place else ""
    if (taken == 1 and _is_homograph(run[0], before)) or _is_paired(words, gaps, place, taken, number.value):
        return 0, ""
    rest = run[taken:]
    sign = "-" if minus else ""
    if not number.ending and rest[:1] in (["бүтін"], ["үтір"]):
        part = _decimal_part(rest)
        if part:
            return _measured(taken + part[0], f"{sign}{number.value},{part[1]}", run)
    if not number.ending and rest[:1] == [_HALF]:
        return _and_a_half(run, taken, number.value, alone=taken == start + 1, sign=sign)
    if before in _HALVES and forms()[run[start]].value >= 1000:  # half a million has no digits of its own
        return 0, ""
    if number.ending == "ablative" and not minus:
        top = longest_number(rest)
        if top and 0 < top[1].value <= number.value:
            return taken + top[0], f"{top[1].value}/{number.value}{_tail(rest[top[0] - 1])}"
    if not number.ending and not minus:
        clock = _clock(before, number.value, rest)
        if clock:
            return taken + clock[0], clock[1]
    if number.ending == "ordinal" and not minus and _bare_ordinal(number.value, rest):
        return taken, str(number.value)
    if number.ending == "ordinal" and not minus and rest and _is_ordered(rest[0]):
        return taken + 1, f"{number.value}-{words[place + taken]}"
    if number.ending:
        return taken, f"{sign}{number.value}{_tail(run[taken - 1])}"
    if rest and rest[0].startswith("пайыз"):
        return _with_percent(taken, f"{sign}{number.value}", run)
    if number.value < smallest:
        return 0, ""
    return taken, f"{sign}{number.value}"


def _is_homograph(form: str, before: str) -> bool:
    """Whether one form of a number word means something else behind the word before it: бірге, ұлы жүзге."""
    if form not in forms():
        return False
    word, ahead = words_of_numbers().get(forms()[form].value, ""), rows()["before"]
    if before in ahead["homographs"].get(word, "").split():
        return True
    return form in rows()["homographs"].get(word, "").split() and before not in ahead["numbers"].split()


def _is_paired(words: list[str], gaps: list[str], place: int, taken: int, value: int) -> bool:
    """Whether a hyphen makes a number part of another word: бір-біріне, бір-ақ; not бес-алты, он-он бес."""
    after = place + taken
    beside = [[words[place - 1].lower()]] if place and gaps[place] == "-" else []
    beside += [_run(words, gaps, after)] if after < len(words) and gaps[after] == "-" else []
    for run in beside:
        found = longest_number(run)
        if found[1].value == value if found else not ending_named(run[0]):
            return True
    return False


def _run(words: list[str], gaps: list[str], place: int) -> list[str]:
    """The words from `place` on that only white space divides, in small letters; at most forty."""
    run = [words[place].lower()]
    for i in range(place + 1, min(len(words), place + 40)):
        if gaps[i].strip() or not gaps[i]:
            break
        run.append(words[i].lower())
    return run


def _decimal_part(rest: list[str]) -> tuple[int, str] | None:
    """Reads "бүтін оннан бес" (or "үтір бес"): words used, and the digits behind the comma."""
    place = longest_number(rest[1:])
    if place is None:
        return None
    if rest[0] == "үтір":
        return 1 + place[0], f"{place[1].value}{_tail(rest[place[0]])}"
    power = str(place[1].value)
    if place[1].ending != "ablative" or power.rstrip("0") != "1" or len(power) < 2:
        return None
    value = longest_number(list(takewhile(lambda word: _below(word, int(power)), rest[1 + place[0] :])))
    if value is None or len(str(value[1].value)) >= len(power):
        return None
    used = 1 + place[0] + value[0]
    return used, str(value[1].value).zfill(len(power) - 1) + _tail(rest[used - 1])


def _and_a_half(run: list[str], taken: int, value: int, *, alone: bool, sign: str) -> tuple[int, str]:
    """Reads "екі жарым миллион" and "екі миллион жарым", both 2,5 миллион; (0, "") where a half of what is not plain.

    `alone`: the number is one word, and if that is a thousand or more, nobody has counted it: мың жарым.
    """
    unit = run[taken - 1]
    size = forms()[unit].value
    if size < 1000:
        return _measured(taken + 1, f"{sign}{value},5", run)
    count = value // size
    return (0, "") if alone or count >= 1000 else (taken + 1, f"{sign}{count},5 {unit}")


def _measured(used: int, digits: str, run: list[str]) -> tuple[int, str]:
    """Digits behind a comma with the thousands, millions or per cent that follow, as they are written: 2,5 миллионға."""
    if used < len(run) and run[used] in forms() and forms()[run[used]].value >= 1000:
        return used + 1, f"{digits} {run[used]}"
    return _with_percent(used, digits, run)


def _with_percent(taken: int, digits: str, run: list[str]) -> tuple[int, str]:
    ending = _noun_endings("пайыз").get(run[taken]) if taken < len(run) else None
    return (taken, digits) if ending is None else (taken + 1, f"{digits} %{_behind('пайыз', ending)}")


def _clock(before: str, hour: int, rest: list[str]) -> tuple[int, str] | None:
    """Reads "он екі сағат отыз минут", or "он екі отыз" behind "сағат"."""
    named = rest[:1] == ["сағат"]
    if hour > 24 or not (named or before == "сағат"):
        return None
    skip = 1 if named else 0
    minute = longest_number(rest[skip:])
    if minute is None or minute[1].value > 59:
        return None
    used = skip + minute[0]
    digits = f"{hour}:{minute[1].value:02d}"
    if not named:
        return used, digits + _tail(rest[used - 1])
    ending = _noun_endings("минут").get(rest[used]) if used < len(rest) else None
    spoken = cardinal(minute[1].value).rpartition(" ")[2]  # 12:30-да, though минутта is said
    return None if ending is None else (used + 1, digits + _behind(spoken, ending))


def _below(word: str, power: int) -> bool:
    number = forms().get(word)
    return number is not None and number.value < power


def _is_ordered(word: str) -> bool:
    """Whether a form of a noun that digits put in order: сыныпта of сынып."""
    return _lemma(word) in rows()["ordered"]["nouns"]


@lru_cache(maxsize=REMEMBERED)
def _lemma(word: str) -> str:
    """The dictionary form of a word as it is most often meant; "" for a verb or no word."""
    return next((one.lemma for one in analyse(word)[:1] if one.pos != "VERB"), "")


def _bare_ordinal(value: int, rest: list[str]) -> bool:
    """Whether an ordinal loses its hyphen before the next word; a year does before every form of жыл (1945 жыл)."""
    if not rest:
        return False
    return in_order(value, rest[0]) or (value in YEARS and _lemma(rest[0]) == "жыл")


def _tail(form: str) -> str:
    """What stands behind the digits for the ending of a number word: "бестен" has "-тен", "бес" nothing."""
    number = forms()[form]
    return _behind(words_of_numbers().get(number.value, form), number.ending)


def _behind(word: str, ending: str) -> str:
    """A hyphen and the ending in the shape this word asks for; nothing for no ending."""
    return f"-{digit_ending(word, ending)}" if ending else ""


@cache
def _noun_endings(noun: str) -> dict[str, str]:
    """Every form of a noun that digits can stand for -> its ending, "" for none."""
    return {noun: ""} | {inflect(noun, ending): ending for ending in endings()}
