"""Numbers as Kazakh words and back: cardinals, ordinals, decimals, fractions, dates, times, money, endings.

Conventions: 100 is "жүз" and 1000 "бір мың"; reading also accepts "бір жүз" and bare "мың". A decimal says
its unit ("үш бүтін оннан бес", 3,5), a fraction its divisor first ("үштен екі", 2/3). Digits carry their
ending behind a hyphen, an ordinal the last syllable only (5-ші, 6-шы, 20-шы). A hyphen before a noun means an
ordinal (7-сынып, "жетінші сынып"), and so do a year before "жылы" and a day before its month.

What cannot come back exactly: the spacing of thousands (5 000 returns as 5000), a dot as decimal mark, the
signs of money (₸ returns as теңге), short measures (5 кг returns as 5 килограмм, 5 млн as 5000000),
16.12.1991 (returns as "1991 жылғы 16 желтоқсан"), a span of years (1941-1945 returns as 1941 – 1945), leading
zeros (007), Roman numerals, and the last syllable of an ordinal before a noun of `numerals.toml` (7-ші сынып
returns as 7-сынып). "Бестен бір" is 1/5 and also "one out of five". Forms that are mostly something else stay words
when they stand alone: бірге "together", онда "there", жүзінде "on its face" (the homographs of `numerals.toml`); so do
words joined by a hyphen to the same number or to none (бір-біріне, бір-ақ). For бір "a" `smallest` keeps small numbers.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import takewhile
from typing import Any

from qadam.errors import UnknownName
from qadam.kazakh.morphology import analyse
from qadam.kazakh.phonology import attach, harmony, shapes

LONGEST = 15  # digits of the largest number that is named, not spelled
LARGEST = 10**LONGEST - 1
_REMEMBERED = 1 << 14  # words and endings of running text
_HALF, _HALVES = "жарым", ("жарты", "жарым")


@dataclass(frozen=True)
class Number:
    """A number read from words: its value and its ending ("" for none, else a key of `endings()`)."""

    value: int
    ending: str = ""


# Numbers to words


def cardinal(value: int) -> str:
    """A whole number in words: 1991 is "бір мың тоғыз жүз тоқсан бір".

    Negative numbers begin with "минус". Beyond ±(10^15 - 1) the digits are read one by one.
    """
    if value < 0:
        return "минус " + cardinal(-value)
    if value > LARGEST:
        return digit_by_digit(str(value))
    words = _words()
    if value == 0:
        return words[0]
    out: list[str] = []
    for unit in (10**12, 10**9, 10**6, 1000, 1):
        group, value = divmod(value, unit)
        if not group:
            continue
        hundreds, rest = divmod(group, 100)
        if hundreds:
            out += ([words[hundreds]] if hundreds > 1 else []) + [words[100]]
        if rest >= 10:
            out.append(words[rest // 10 * 10])
        if rest % 10:
            out.append(words[rest % 10])
        if unit > 1:
            out.append(words[unit])
    return " ".join(out)


def ordinal(value: int) -> str:
    """Which one in order: 20 is "жиырмасыншы", 40 "қырқыншы"."""
    return inflect(cardinal(value), "ordinal")


def inflect(word: str, ending: str) -> str:
    """A number word with an ending in the allomorph its last word asks for: "бес", "ablative" is "бестен".

    Args:
        word: one or more words; the last takes the ending.
        ending: a key of `endings()`.

    Raises:
        UnknownName: no such ending.

    Two words are irregular: қырық loses a vowel (қырқыншы), жиырма has -сыншы (жиырмасыншы).
    """
    if ending not in _rows()["endings"]:
        raise UnknownName(f"no ending named '{ending}'.", f"Available: {', '.join(endings())}")
    head, space, last = word.rpartition(" ")
    form, stems = _rows()["endings"][ending], _rows()["stems"]
    if ending == "ordinal":
        last = stems["ordinal"].get(last, last)
    stem, suffix = attach(last, form, keeps=True)
    if suffix[0] in "ыі":
        stem = stems["before_vowel"].get(stem, stem)
    return f"{head}{space}{stem}{suffix}"


def endings() -> tuple[str, ...]:
    """The names of the endings a number can take."""
    return tuple(_rows()["endings"])


def suffixed(value: int, ending: str) -> str:
    """Digits with their ending: (1991, "ablative") is "1991-ден", (20, "ordinal") "20-шы"."""
    word = cardinal(value).rpartition(" ")[2]
    return f"{value}-{_digit_ending(word, ending)}"


def decimal(text: str) -> str:
    """A decimal number in words: "3,05" is "үш бүтін жүзден бес". A dot counts as a comma.

    Raises:
        ValueError: not digits, a comma or dot, and digits.
    """
    match = re.fullmatch(r"(-?)([0-9]+)[.,]([0-9]+)", text)
    if not match:
        raise ValueError(f"'{text}' is not a decimal number such as 3,5")
    sign, whole, part = match.groups()
    place = _divisor(10 ** len(part)) if len(part) <= 12 else ""
    tail = f"{place} {cardinal(int(part))}" if place else digit_by_digit(part)
    return f"{'минус ' if sign else ''}{_spoken(whole.lstrip('0') or '0')} бүтін {tail}"


def fraction(numerator: int, denominator: int) -> str:
    """A fraction in words, the divisor first: 2/3 is "үштен екі"."""
    return f"{_divisor(denominator)} {cardinal(numerator)}"


def _divisor(value: int) -> str:
    """What is divided by: "оннан", "жүзден", "мыңнан" (a single thousand or million goes without "бір")."""
    words = cardinal(value)
    head, _, power = words.rpartition(" ")
    return inflect(power if head == "бір" and value >= 1000 else words, "ablative")


def digit_by_digit(digits: str) -> str:
    """A telephone number, a code: "007" is "нөл нөл жеті"."""
    return " ".join(_words()[int(digit)] for digit in digits if digit in "0123456789")


# Words to numbers


def read(text: str) -> Number | None:
    """The number that a phrase spells, and the ending of its last word; None if it is not exactly one number.

    "жиырма бесінші" is Number(25, "ordinal"); "он екі отыз" is None, since no number is built so.
    """
    words = text.lower().split()
    sign = 1
    if words[:1] == ["минус"]:
        sign, words = -1, words[1:]
    found = _longest_number(words)
    if not words or found is None or found[0] != len(words):
        return None
    return Number(sign * found[1].value, found[1].ending)


def _longest_number(words: list[str]) -> tuple[int, Number] | None:
    """How many leading words make one number, and which; an ending closes the number."""
    numbers: list[Number] = []
    for word in words:
        if word not in _forms():
            break
        numbers.append(_forms()[word])
        if numbers[-1].ending:
            break
    values = [number.value for number in numbers]
    if values[:1] == [0]:
        return 1, numbers[0]
    total = used = 0
    limit = LARGEST
    while used < len(values):
        step, group = _below_thousand(values[used:])
        power = values[used + step] if used + step < len(values) else 0
        if 1000 <= power < limit:
            total += (group or 1) * power
            used += step + 1
            limit = power
            continue
        total += group
        used += step
        break
    return (used, Number(total, numbers[used - 1].ending)) if used else None


def _below_thousand(values: list[int]) -> tuple[int, int]:
    """Reads hundreds, tens and units off the front: how many words, and their sum."""
    used = total = 0
    if values[1:2] == [100] and 0 < values[0] < 10:
        used, total = 2, values[0] * 100
    elif values[:1] == [100]:
        used, total = 1, 100
    for smallest, largest in ((10, 90), (1, 9)):
        if used < len(values) and smallest <= values[used] <= largest:
            total += values[used]
            used += 1
    return used, total


# Running text


def to_words(text: str) -> str:
    """Every number of a running text in words, with the endings, signs and dates around it.

    Digits glued to letters (covid19, А4), versions (1.2.3) and web addresses stay as they are.
    """
    return _number().sub(_spell, _SPAN.sub(r"\1 – \2", text))


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
    begin = tuple(_words().values())
    return [word for word in _TOKEN.findall(text.lower()) if word.startswith(begin) and _is_unread(word)]


@lru_cache(maxsize=_REMEMBERED)
def _is_unread(word: str) -> bool:
    if word in _forms() or len(word) > 40:
        return False
    best = analyse(word)[:1]
    return bool(best) and best[0].pos == "NUM" and best[0].lemma in _forms()


_DIGITS_BEFORE = re.compile(r"[0-9]\s\Z")
_TOKEN = re.compile(r"([^\W\d_]+)")
_SPAN = re.compile(r"(?<![\w.,/-])([12][0-9]{3})[-–]([12][0-9]{3})(?![\w/]|[.,-][0-9])")


@cache
def _number() -> re.Pattern[str]:
    """Everything of a running text that is read as a number, or is passed over as a whole."""
    pattern = (
        r"""
      (?P<skip> https?://\S+ | www\.\S+ | [\w.+-]{1,64}@[\w-]{1,63}\.[\w.]+   # addresses
              | \+[0-9][0-9\ ()-]{6,}                               # telephone numbers
              | (?<![0-9])[0-9]+(?:\.[0-9]+){3,}                    # versions
              | (?<![\w:])[0-9]+(?::[0-9]+){2,}                      # 22:22:22
              | (?<!\w)(?:[^\W\d_]+[0-9]|[0-9]+[^\W\d_])\w* )             # covid19, 5G
    | (?<![\w/]) (?<![0-9][.,]) (?:
        (?P<day>[0-3]?[0-9]) \. (?P<month>[01]?[0-9]) \. (?P<year>[0-9]{4}) (?![\w.])
      | (?P<clock>(?i:сағат)\s+)? (?P<hour>[01]?[0-9]|2[0-4]) : (?P<minute>[0-5][0-9]) (?![\w:]) TAIL_OF_CLOCK
      | (?P<top>[0-9]+) / (?P<bottom>[0-9]+) (?![\w/]) TAIL_OF_FRACTION
      | (?P<money>[$€£₸₽№]) \s? (?P<amount>GROUPED) (?!\w)
      | (?P<minus>(?<![\w)])[-−])? (?P<whole>GROUPED) (?:[.,](?P<part>[0-9]+))? (?![0-9]|[.,][0-9])
        (?:\s?(?P<sign>[%‰₸$€₽£]|°C|(?:UNITS)(?!\w)))? TAIL_OF_NUMBER
      )
    | \b (?P<roman>[IVXLCROMAN_LOOKS]+) (?=\s+ғасыр)
    """.replace("GROUPED", r"[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?![0-9])|[0-9]+")
        .replace("TAIL_OF_CLOCK", r"(?:-(?P<clock_tail>LETTERS))?")
        .replace("TAIL_OF_FRACTION", r"(?:-(?P<fraction_tail>LETTERS))?")
        .replace("TAIL_OF_NUMBER", r"(?:-(?P<tail>LETTERS))?")
        .replace("LETTERS", "[а-яёәғқңөұүһі]+")
        .replace("ROMAN_LOOKS", "".join(_rows()["roman_looks"]))
        .replace("UNITS", "|".join(_rows()["units"]))
    )
    return re.compile(pattern, re.VERBOSE)


_YEAR_WORD = re.compile(r"\s+(?:жылы|жылғы|жылдың|жылға|жылдан|жылда|жылдары|жылдардың|жылдарда|ж\.|жж\.)")


def _spell(match: re.Match[str]) -> str:
    part = match.groupdict()
    if part["skip"]:
        return match[0]
    if part["day"]:
        return _spell_date(int(part["day"]), int(part["month"]), int(part["year"])) or match[0]
    if part["hour"]:
        return _spell_time(part)
    if part["bottom"]:
        if not part["bottom"].strip("0") or len(part["top"] + part["bottom"]) > LONGEST:
            return match[0]
        words = fraction(int(part["top"]), int(part["bottom"]))
        return _join_tail(words, part["fraction_tail"]) if part["fraction_tail"] else words
    if part["roman"]:
        value = _roman(part["roman"].translate(str.maketrans(_rows()["roman_looks"])))
        return ordinal(value) if value else match[0]
    if part["money"]:
        name, amount = _rows()["symbols"][part["money"]], _spoken(part["amount"])
        return f"{name} {amount}" if part["money"] == "№" else f"{amount} {name}"
    return _spell_number(match)


def _spell_number(match: re.Match[str]) -> str:
    part = match.groupdict()
    digits = re.sub(r"[^0-9]", "", part["whole"])
    minus = "минус " if part["minus"] else ""
    words = decimal(f"{digits}.{part['part']}") if part["part"] else _spoken(digits)
    if part["sign"]:
        words += " " + (_rows()["symbols"] | _rows()["units"])[part["sign"]]
    if part["tail"]:
        return minus + _join_tail(words, part["tail"])
    if not part["sign"] and not part["part"] and _names_one(match.string, match.end(), digits):
        return minus + inflect(words, "ordinal")
    return minus + words


def _names_one(text: str, end: int, digits: str) -> bool:
    """Whether a bare number is read as an ordinal: a year before "жылы", a day before its month."""
    value = int(digits[:5])
    if 1000 <= value <= 2199 and _YEAR_WORD.match(text, end):
        return True
    following = re.compile(r"\s+([а-яёәғқңөұүһі]+)").match(text, end)
    return bool(1 <= value <= 31 and following and following[1].startswith(tuple(_rows()["months"]["names"])))


def _join_tail(words: str, tail: str) -> str:
    """A number in words with what stood behind its hyphen: an ending, or a noun that makes it an ordinal."""
    ending = _ending_named(tail)
    if ending == "collective":
        value = read(words)
        together = _rows()["collective"].get(str(value.value)) if value else None
        return together or f"{words}-{tail}"
    if ending:
        return inflect(words, ending)
    return f"{inflect(words, 'ordinal')} {tail}"


def _spell_date(day: int, month: int, year: int) -> str:
    if not (1 <= day <= 31 and 1 <= month <= 12 and year):
        return ""
    return f"{ordinal(year)} жылғы {ordinal(day)} {_rows()['months']['names'][month - 1]}"


def _spell_time(part: dict[str, str]) -> str:
    hour, minute = cardinal(int(part["hour"])), cardinal(int(part["minute"]))
    words = f"{part['clock']}{hour} {minute}" if part["clock"] else f"{hour} сағат {minute} минут"
    return _join_tail(words, part["clock_tail"]) if part["clock_tail"] else words


def _digits_at(words: list[str], gaps: list[str], place: int, smallest: int) -> tuple[int, str]:
    """How many words from `place` on are a number, and the digits for them; (0, "") if none."""
    run = _run(words, gaps, place)
    minus = run[:1] == ["минус"]
    start = 1 if minus else 0
    found = _longest_number(run[start:])
    if found is None:
        return 0, ""
    taken, number = found
    taken += start
    if _forms()[run[start]].value >= 100 and _DIGITS_BEFORE.search(gaps[place]):  # 2 мыңнан: its number began in digits
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
    if before in _HALVES and _forms()[run[start]].value >= 1000:  # half a million has no digits of its own
        return 0, ""
    if number.ending == "ablative" and not minus:
        top = _longest_number(rest)
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
    if form not in _forms():
        return False
    word, rows = _words().get(_forms()[form].value, ""), _rows()["before"]
    if before in rows["homographs"].get(word, "").split():
        return True
    return form in _rows()["homographs"].get(word, "").split() and before not in rows["numbers"].split()


def _is_paired(words: list[str], gaps: list[str], place: int, taken: int, value: int) -> bool:
    """Whether a hyphen makes a number part of another word: бір-біріне, бір-ақ; not бес-алты, он-он бес."""
    after = place + taken
    beside = [[words[place - 1].lower()]] if place and gaps[place] == "-" else []
    beside += [_run(words, gaps, after)] if after < len(words) and gaps[after] == "-" else []
    for run in beside:
        found = _longest_number(run)
        if found[1].value == value if found else not _ending_named(run[0]):
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
    place = _longest_number(rest[1:])
    if place is None:
        return None
    if rest[0] == "үтір":
        return 1 + place[0], f"{place[1].value}{_tail(rest[place[0]])}"
    power = str(place[1].value)
    if place[1].ending != "ablative" or power.rstrip("0") != "1" or len(power) < 2:
        return None
    value = _longest_number(list(takewhile(lambda word: _below(word, int(power)), rest[1 + place[0] :])))
    if value is None or len(str(value[1].value)) >= len(power):
        return None
    used = 1 + place[0] + value[0]
    return used, str(value[1].value).zfill(len(power) - 1) + _tail(rest[used - 1])


def _and_a_half(run: list[str], taken: int, value: int, *, alone: bool, sign: str) -> tuple[int, str]:
    """Reads "екі жарым миллион" and "екі миллион жарым", both 2,5 миллион; (0, "") where a half of what is not plain.

    `alone`: the number is one word, and if that is a thousand or more, nobody has counted it: мың жарым.
    """
    unit = run[taken - 1]
    size = _forms()[unit].value
    if size < 1000:
        return _measured(taken + 1, f"{sign}{value},5", run)
    count = value // size
    return (0, "") if alone or count >= 1000 else (taken + 1, f"{sign}{count},5 {unit}")


def _measured(used: int, digits: str, run: list[str]) -> tuple[int, str]:
    """Digits behind a comma with the thousands, millions or per cent that follow, as they are written: 2,5 миллионға."""
    if used < len(run) and run[used] in _forms() and _forms()[run[used]].value >= 1000:
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
    minute = _longest_number(rest[skip:])
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
    number = _forms().get(word)
    return number is not None and number.value < power


@lru_cache(maxsize=_REMEMBERED)
def _is_ordered(word: str) -> bool:
    """Whether a form of a noun that digits put in order: сыныпта of сынып."""
    return any(one.lemma in _rows()["ordered"]["nouns"] and one.pos != "VERB" for one in analyse(word)[:1])


def _bare_ordinal(value: int, rest: list[str]) -> bool:
    if not rest:
        return False
    if 1000 <= value <= 2199 and (_YEAR_WORD.fullmatch(" " + rest[0]) or rest[0] in ("ж", "жж")):
        return True
    return 1 <= value <= 31 and rest[0].startswith(tuple(_rows()["months"]["names"]))


# Forms


def _digit_ending(word: str, ending: str) -> str:
    """What is written behind digits that are read as this word: "бес" and ablative give "тен", an ordinal "ші"."""
    if ending in ("ordinal", "collective"):
        back, front = {"ordinal": ("шы", "ші"), "collective": ("ау", "еу")}[ending]
        return front if harmony(word) == "front" else back
    return attach(word, _rows()["endings"][ending], keeps=True)[1]


@lru_cache(maxsize=_REMEMBERED)
def _ending_named(tail: str) -> str:
    """Which ending the letters behind a hyphen are, whatever allomorph was written; "" if it is none."""
    if tail in ("ші", "шы", "сыншы"):
        return "ordinal"
    if tail in ("еу", "ау"):
        return "collective"
    return next((ending for ending, form in _rows()["endings"].items() if tail in shapes(form)), "")


@cache
def _forms() -> dict[str, Number]:
    """Every form of every number word -> its value and ending."""
    forms: dict[str, Number] = {}
    for value, word in _words().items():
        for ending in endings():
            forms.setdefault(inflect(word, ending), Number(value, ending))
    for key, word in _rows()["collective"].items():
        forms[word] = Number(int(key), "collective")
    for value, word in _words().items():
        forms[word] = Number(value)
    return forms


def _tail(form: str) -> str:
    """What stands behind the digits for the ending of a number word: "бестен" has "-тен", "бес" nothing."""
    number = _forms()[form]
    return _behind(_words().get(number.value, form), number.ending)


def _behind(word: str, ending: str) -> str:
    """A hyphen and the ending in the shape this word asks for; nothing for no ending."""
    return f"-{_digit_ending(word, ending)}" if ending else ""


@cache
def _noun_endings(noun: str) -> dict[str, str]:
    """Every form of a noun that digits can stand for -> its ending, "" for none."""
    return {noun: ""} | {inflect(noun, ending): ending for ending in endings()}


@cache
def _words() -> dict[int, str]:
    return {int(value): word for value, word in _rows()["words"].items()}


@cache
def _rows() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("numerals.toml").read_text("utf-8"))


def _spoken(amount: str) -> str:
    """Digits as they are read: one by one if they begin with a zero or are too many."""
    digits = re.sub(r"[^0-9]", "", amount)
    if len(digits) > LONGEST or (len(digits) > 1 and digits[0] == "0"):
        return digit_by_digit(digits)
    return cardinal(int(digits))


def _roman(text: str) -> int:
    """The value of a Roman numeral up to 399; 0 if it is not written in the usual way."""
    total, rest = 0, text
    for letters, size in _rows()["roman"].items():
        while rest.startswith(letters):
            total += int(size)
            rest = rest[len(letters) :]
    return total if not rest and text == _roman_digits(total) else 0


def _roman_digits(value: int) -> str:
    out = ""
    for letters, size in _rows()["roman"].items():
        count, value = divmod(value, size)
        out += letters * count
    return out
