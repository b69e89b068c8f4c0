"""Numbers of running text in words, with the endings, signs, dates and times around them."""

from __future__ import annotations

import re
from functools import cache

from qadam.kazakh.numerals import (
    LONGEST,
    cardinal,
    decimal,
    ending_named,
    fraction,
    in_order,
    inflect,
    ordinal,
    read,
    rows,
    spoken,
)

_WORD_AFTER = re.compile(r"\s+([а-яёәғқңөұүһі]+)")
_SPAN = re.compile(r"(?<![\w.,/-])([12][0-9]{3})[-–]([12][0-9]{3})(?![\w/]|[.,-][0-9])")


def to_words(text: str) -> str:
    """Every number of a running text in words, with the endings, signs and dates around it.

    Digits glued to letters (covid19, А4), versions (1.2.3) and web addresses stay as they are.
    """
    return _number().sub(_spell, _SPAN.sub(r"\1 – \2", text))


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
        .replace("ROMAN_LOOKS", "".join(rows()["roman_looks"]))
        .replace("UNITS", "|".join(rows()["units"]))
    )
    return re.compile(pattern, re.VERBOSE)


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
        value = _roman(part["roman"].translate(str.maketrans(rows()["roman_looks"])))
        return ordinal(value) if value else match[0]
    if part["money"]:
        name, amount = rows()["symbols"][part["money"]], spoken(part["amount"])
        return f"{name} {amount}" if part["money"] == "№" else f"{amount} {name}"
    return _spell_number(match)


def _spell_number(match: re.Match[str]) -> str:
    part = match.groupdict()
    digits = re.sub(r"[^0-9]", "", part["whole"])
    minus = "минус " if part["minus"] else ""
    words = decimal(f"{digits}.{part['part']}") if part["part"] else spoken(digits)
    if part["sign"]:
        words += " " + (rows()["symbols"] | rows()["units"])[part["sign"]]
    if part["tail"]:
        return minus + _join_tail(words, part["tail"])
    if not part["sign"] and not part["part"] and _is_ordinal(match, int(digits[:5])):
        return minus + inflect(words, "ordinal")
    return minus + words


def _is_ordinal(match: re.Match[str], value: int) -> bool:
    following = _WORD_AFTER.match(match.string, match.end())
    return following is not None and in_order(value, following[1])


def _join_tail(words: str, tail: str) -> str:
    """A number in words with what stood behind its hyphen: an ending, or a noun that makes it an ordinal."""
    ending = ending_named(tail)
    if ending == "collective":
        value = read(words)
        together = rows()["collective"].get(str(value.value)) if value else None
        return together or f"{words}-{tail}"
    if ending:
        return inflect(words, ending)
    return f"{inflect(words, 'ordinal')} {tail}"


def _spell_date(day: int, month: int, year: int) -> str:
    if not (1 <= day <= 31 and 1 <= month <= 12 and year):
        return ""
    return f"{ordinal(year)} жылғы {ordinal(day)} {rows()['months']['names'][month - 1]}"


def _spell_time(part: dict[str, str]) -> str:
    hour, minute = cardinal(int(part["hour"])), cardinal(int(part["minute"]))
    words = f"{part['clock']}{hour} {minute}" if part["clock"] else f"{hour} сағат {minute} минут"
    return _join_tail(words, part["clock_tail"]) if part["clock_tail"] else words


def _roman(text: str) -> int:
    """The value of a Roman numeral up to 399; 0 if it is not written in the usual way."""
    total, rest = 0, text
    for letters, size in rows()["roman"].items():
        while rest.startswith(letters):
            total += int(size)
            rest = rest[len(letters) :]
    return total if not rest and text == _roman_digits(total) else 0


def _roman_digits(value: int) -> str:
    out = ""
    for letters, size in rows()["roman"].items():
        count, value = divmod(value, size)
        out += letters * count
    return out
