"""The verbs that write a text otherwise: another script, another spelling, one form, numbers in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from qadam.cli.lines import Filter, Left, run
from qadam.cli.text.given import Files, Json, Lexicon
from qadam.cli.text.wordlists import frequencies, speller_of
from qadam.cli.tokens import LONGEST, between, changes, token_filter
from qadam.errors import UnknownName

BYTES = re.compile("([\udc80-\udcff]+)")  # what is not UTF-8, as Python reads it
ENDLESS = re.compile(rf"([^\W\d_]{{{LONGEST + 1},}})")
DIGITS = re.compile(r"[0-9]+")
TWO_SCRIPTS = re.compile(r"[A-Za-z](?=[\u0400-\u052f])|[\u0400-\u052f](?=[A-Za-z])")


def transliterate(
    source: Annotated[str, typer.Option("--from", metavar="SCRIPT", help="kk-Cyrl | kk-Latn | kk-Arab")],
    target: Annotated[str, typer.Option("--to", metavar="SCRIPT", help="kk-Cyrl | kk-Latn | kk-Arab")],
    files: Files = None,
    variant: Annotated[
        str | None,
        typer.Option("--variant", metavar="NAME", help="Latin: 2021 | wikipedia. Arabic: tote | wikipedia."),
    ] = None,
    lexicon: Lexicon = None,
    as_json: Json = False,
) -> None:
    """Write Kazakh in another of its scripts.

    The lexicon helps on the way to Cyrillic, where spellings fall together. --json lists the words that change.

    Examples:

      echo Қазақ тілі | qadam text transliterate --from kk-Cyrl --to kk-Arab

      echo Шаңырақ | qadam text transliterate --from kk-Cyrl --to kk-Latn --variant wikipedia

      echo Qazaq tılı | qadam text transliterate --from kk-Latn --to kk-Cyrl
    """
    from qadam.kazakh import script

    variants = [name for tag in (source, target) if tag != "kk-Cyrl" for name in script.VARIANTS.get(tag, ())]
    if {source, target} <= set(script.SCRIPTS) and variant not in (None, *variants):
        raise UnknownName(
            f"UnknownName: {source} and {target} have no variant named '{variant}'.",
            f"Available: {', '.join(variants)}",
        )
    spelled = script.spellings(frequencies(lexicon), source, variant=variant) if lexicon and source != "kk-Cyrl" else {}

    def becomes(token: str) -> tuple[str, int]:
        new = script.transliterate(token, source, target=target, variant=variant, lexicon=spelled)
        found = script.detect(new)
        return new, found.letters > 0 and found.shares[target] < 1

    becomes("")  # an unknown name is told even if nothing comes in
    left = Left(
        f"words with letters that are not {source}, left as they were",
        one=f"word with letters that are not {source}, left as it was",
    )
    run(token_filter(becomes, left), files or (), as_json=as_json)


def spell(files: Files = None, lexicon: Lexicon = None, as_json: Json = False) -> None:
    """Give Kazakh typed on a Russian keyboard its letters back: калай is қалай.

    Without a lexicon the stems that come with Qadam and their letters decide; counts of words in edited text do
    better. Russian words are taken for Kazakh ones: give it Kazakh only. --json lists the words that change.

    Examples:

      echo Калай, омир? | qadam text spell

      echo турып | qadam text spell --json
    """
    run(respelling(lexicon or ()), files or (), as_json=as_json)


def normalize(
    profile: Annotated[str, typer.Option("--profile", "-p", metavar="NAME", help="strict | wer | qa | search")],
    files: Files = None,
    as_json: Json = False,
) -> None:
    """Bring text to the form that a named profile prescribes, before it is compared.

    --json lists what changes.

    Examples:

      echo '«Қaзақстан»  –  25-ші' | qadam text normalize --profile wer

      echo «Алдын-ала» | qadam text normalize --profile qa --json
    """
    from qadam.kazakh import normalize as forms

    forms.normalize("", profile)  # an unknown name is told even if nothing comes in

    def write(text: str) -> str:
        new = between(BYTES, text, lambda part: forms.normalize(part, profile))
        left.count += len(TWO_SCRIPTS.findall(new))
        return new

    left = Left(
        "places where Latin and Cyrillic letters meet in a word, left as they were",
        one="place where Latin and Cyrillic letters meet in a word, left as it was",
    )
    run(Filter(write, lambda text: changes(text, write(text)), left), files or (), as_json=as_json)


def numbers(
    files: Files = None,
    back: Annotated[bool, typer.Option("--back", help="Number words to digits.")] = False,
    smallest: Annotated[
        int, typer.Option("--smallest", metavar="N", min=0, help="With --back: plain numbers below N stay words.")
    ] = 0,
    as_json: Json = False,
) -> None:
    """Write numbers, dates, times, money and their endings in words; with --back, words in digits.

    --json lists what changes.

    Examples:

      echo 1991 жылы 25-рет | qadam text numbers

      echo жиырма бесінші рет | qadam text numbers --back

      echo бір адам, он бес кітап | qadam text numbers --back --smallest 10
    """
    run(in_digits(smallest) if back else in_words(), files or (), as_json=as_json)


# --- what the verbs do with a line, which others do too -------------------------------------------------------------


def respelling(lexicon: Sequence[Path]) -> Filter:
    """Kazakh letters given back to words typed without them; a line that shows one gets fewer changes."""
    from qadam.kazakh.spelling import has_kazakh_letters

    speller = speller_of(tuple(lexicon))

    def filter_where(kazakh: bool) -> Filter:
        def becomes(token: str) -> tuple[str, int]:
            new = between(ENDLESS, token, lambda part: speller.restore(part, kazakh=kazakh))
            return new, speller.unknown(new)

        return token_filter(becomes, left)

    left = Left(
        "words that nothing known looks like, left as they were",
        one="word that nothing known looks like, left as it was",
    )
    russian, kazakh = filter_where(False), filter_where(True)

    def suited(text: str) -> Filter:
        return kazakh if has_kazakh_letters(text) else russian

    return Filter(lambda text: suited(text).write(text), lambda text: suited(text).tell(text), left)


def in_digits(smallest: int) -> Filter:
    """Number words in digits; plain numbers below `smallest` stay words."""
    from qadam.kazakh.numbers_to_digits import to_digits, unread

    def write(text: str) -> str:
        new = to_digits(text, smallest=smallest)
        left.count += len(unread(new))
        return new

    left = Left("number words not read, left as they were", one="number word not read, left as it was")
    return Filter(write, lambda text: changes(text, write(text)), left)


def in_words() -> Filter:
    """Numbers in words."""
    from qadam.kazakh.numbers_to_words import to_words

    def write(text: str) -> str:
        new = to_words(text)
        left.count += len(DIGITS.findall(new))
        return new

    left = Left("numbers not read, left in digits", one="number not read, left in digits")
    return Filter(write, lambda text: changes(text, write(text)), left)
