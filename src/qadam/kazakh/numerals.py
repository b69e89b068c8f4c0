"""Numbers as Kazakh words: cardinals, ordinals, decimals, fractions, endings; and the number that a phrase spells.

Conventions: 100 is "жүз" and 1000 "бір мың"; reading also accepts "бір жүз" and bare "мың". A decimal says
its unit ("үш бүтін оннан бес", 3,5), a fraction its divisor first ("үштен екі", 2/3). Digits carry their
ending behind a hyphen, an ordinal the last syllable only (5-ші, 6-шы, 20-шы). A hyphen before a noun means an
ordinal (7-сынып, "жетінші сынып"), and so do a year before "жылы" and a day before its month. Running text:
`numbers_to_words` and `numbers_to_digits`.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from qadam.errors import UnknownName
from qadam.kazakh.phonology import attach, harmony, shapes

LONGEST = 15  # digits of the largest number that is named, not spelled
LARGEST = 10**LONGEST - 1
YEARS = range(1000, 2200)  # numbers that are read as a year beside the word for one
REMEMBERED = 1 << 14  # words and endings of running text


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
    words = words_of_numbers()
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
    if ending not in rows()["endings"]:
        raise UnknownName(f"no ending named '{ending}'.", f"Available: {', '.join(endings())}")
    head, space, last = word.rpartition(" ")
    form, stems = rows()["endings"][ending], rows()["stems"]
    if ending == "ordinal":
        last = stems["ordinal"].get(last, last)
    stem, suffix = attach(last, form, keeps=True)
    if suffix[0] in "ыі":
        stem = stems["before_vowel"].get(stem, stem)
    return f"{head}{space}{stem}{suffix}"


def endings() -> tuple[str, ...]:
    """The names of the endings a number can take."""
    return tuple(rows()["endings"])


def suffixed(value: int, ending: str) -> str:
    """Digits with their ending: (1991, "ablative") is "1991-ден", (20, "ordinal") "20-шы"."""
    word = cardinal(value).rpartition(" ")[2]
    return f"{value}-{digit_ending(word, ending)}"


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
    return f"{'минус ' if sign else ''}{spoken(whole.lstrip('0') or '0')} бүтін {tail}"


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
    return " ".join(words_of_numbers()[int(digit)] for digit in digits if digit in "0123456789")


# Words to numbers


def read(text: str) -> Number | None:
    """The number that a phrase spells, and the ending of its last word; None if it is not exactly one number.

    "жиырма бесінші" is Number(25, "ordinal"); "он екі отыз" is None, since no number is built so.
    """
    words = text.lower().split()
    sign = 1
    if words[:1] == ["минус"]:
        sign, words = -1, words[1:]
    found = longest_number(words)
    if not words or found is None or found[0] != len(words):
        return None
    return Number(sign * found[1].value, found[1].ending)


def longest_number(words: list[str]) -> tuple[int, Number] | None:
    """How many leading words make one number, and which; an ending closes the number."""
    numbers: list[Number] = []
    for word in words:
        if word not in forms():
            break
        numbers.append(forms()[word])
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


# What running text is read and written with


def in_order(value: int, following: str) -> bool:
    """Whether digits before this word are read as an ordinal, without a hyphen: a year before "жылы", a day before its month."""
    years = rows()["years"]
    if value in YEARS and (following in years["short"] or following.startswith(tuple(years["begin"]))):
        return True
    return 1 <= value <= 31 and following.startswith(tuple(rows()["months"]["names"]))


def digit_ending(word: str, ending: str) -> str:
    """What is written behind digits that are read as this word: "бес" and ablative give "тен", an ordinal "ші"."""
    if ending in ("ordinal", "collective"):
        back, front = {"ordinal": ("шы", "ші"), "collective": ("ау", "еу")}[ending]
        return front if harmony(word) == "front" else back
    return attach(word, rows()["endings"][ending], keeps=True)[1]


@lru_cache(maxsize=REMEMBERED)
def ending_named(tail: str) -> str:
    """Which ending the letters behind a hyphen are, whatever allomorph was written; "" if it is none."""
    if tail in ("ші", "шы", "сыншы"):
        return "ordinal"
    if tail in ("еу", "ау"):
        return "collective"
    return next((ending for ending, form in rows()["endings"].items() if tail in shapes(form)), "")


@cache
def forms() -> dict[str, Number]:
    """Every form of every number word -> its value and ending."""
    found: dict[str, Number] = {}
    for value, word in words_of_numbers().items():
        for ending in endings():
            found.setdefault(inflect(word, ending), Number(value, ending))
    for key, word in rows()["collective"].items():
        found[word] = Number(int(key), "collective")
    for value, word in words_of_numbers().items():
        found[word] = Number(value)
    return found


def spoken(amount: str) -> str:
    """Digits as they are read: one by one if they begin with a zero or are too many."""
    digits = re.sub(r"[^0-9]", "", amount)
    if len(digits) > LONGEST or (len(digits) > 1 and digits[0] == "0"):
        return digit_by_digit(digits)
    return cardinal(int(digits))


@cache
def words_of_numbers() -> dict[int, str]:
    """The numbers that have a word of their own, and the word."""
    return {int(value): word for value, word in rows()["words"].items()}


@cache
def rows() -> dict[str, Any]:
    """The tables of `numerals.toml`."""
    return tomllib.loads(files(__package__).joinpath("numerals.toml").read_text("utf-8"))
