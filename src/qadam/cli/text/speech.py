"""The verbs for what a recogniser of speech leaves out: marks, capitals, digits."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qadam.cli.finding import places_of
from qadam.cli.flags import Mirror, Offline
from qadam.cli.lines import Filter, Left, run
from qadam.cli.text.given import Files, Json, Lexicon
from qadam.cli.text.rewriting import in_digits, respelling
from qadam.cli.tokens import LONGEST, changes
from qadam.errors import ExtraMissing, Usage
from qadam.errors import Offline as NotHere

if TYPE_CHECKING:
    from qadam.catalogue.fetch import Places
    from qadam.terms import SystemRow

LEARNED = "punctuation-crf-all"  # the system that --learned brings to life
SMALL = 10  # numbers below are written in words, as in edited text
Punctuate = Callable[[list[str]], Sequence[str]]


def punctuate(
    files: Files = None,
    learned: Annotated[
        bool,
        typer.Option(
            "--learned", help="By a model learned once from text of a mirror, then kept; without a mirror: --like."
        ),
    ] = False,
    like: Annotated[
        list[Path] | None,
        typer.Option(
            "--like",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            show_default=False,
            help="By a model learned once from this text of yours, a sentence a line, with its marks. Repeatable.",
        ),
    ] = None,
    offline: Offline = False,
    mirror: Mirror = None,
    as_json: Json = False,
) -> None:
    """Give bare text its marks and capitals: what a recogniser of speech writes without.

    A line is a passage. Without an option rules decide: a question mark behind a particle (келді ме) and where a word
    asks, a stop at the end of the line, a capital behind either; no comma, no name. --learned and --like set all marks
    (. , ? ! : ; — …) and names. Marks and capitals that are there stay. --json lists what changes.

    Examples:

      echo сен келдің бе мен сені күттім | qadam text punctuate

      echo қайда барасың | qadam text punctuate --json
    """
    if learned and like:
        raise Usage("Usage: --learned and --like are two models.", "Give one of them.")
    from qadam.kazakh import marks

    if learned or like:
        left = Left(
            f"words of more than {LONGEST} characters, judged by their beginnings",
            one=f"word of more than {LONGEST} characters, judged by its beginning",
        )
        restore = _of_files(like, places_of(offline, mirror).home) if like else _fetched(offline, mirror)
    else:
        left = Left(
            "lines punctuated by rule alone, which sets no comma (more: --learned, or --like FILE)",
            one="line punctuated by rule alone, which sets no comma (more: --learned, or --like FILE)",
        )
        restore = marks.by_rule

    def write(text: str) -> str:
        if learned or like:
            left.count += sum(len(word) > LONGEST for word in text.split())
        else:
            left.count += any(map(str.isalnum, text))
        return marks.restored(text, restore)

    run(Filter(write, lambda text: changes(text, write(text)), left), files or (), as_json=as_json)


def itn(
    files: Files = None,
    smallest: Annotated[
        int, typer.Option("--smallest", metavar="N", min=0, help="Plain numbers below N stay words.")
    ] = SMALL,
    spelling: Annotated[bool, typer.Option("--spell", help="Give Kazakh words their letters back first.")] = False,
    lexicon: Lexicon = None,
    as_json: Json = False,
) -> None:
    """Write what was said as it is written: number words, dates, times, money and their endings in digits.

    The way back from `qadam text numbers`. With --spell words typed without Kazakh letters are respelled first, so that
    жиырма бесинши is read too. --json lists what changes.

    Examples:

      echo сағат он бесте екі адам келді | qadam text itn

      echo жиырма бесинши рет | qadam text itn --spell
    """
    digits = in_digits(smallest)
    spell = respelling(lexicon or ()) if spelling or lexicon else None

    def write(text: str) -> str:
        return digits.write(spell.write(text) if spell else text)

    both = Filter(write, lambda text: changes(text, write(text)), digits.left, also=(spell.left,) if spell else ())
    run(both, files or (), as_json=as_json)


# --- models, each learned once --------------------------------------------------------------------------------------


def _fetched(offline: bool, mirror: list[Path] | None) -> Punctuate:
    """The model of the catalogue, learned from text of the mirror first."""
    from qadam.catalogue import tables
    from qadam.lab.run import bring_to_life
    from qadam.terms import Sentence

    row, places = tables.system(LEARNED), places_of(offline, mirror)
    if not any((places.home / "trained").glob(f"{LEARNED}-*")):
        _can_learn(row, places)
        print("Marks are learned from the text of the mirror once; that takes some minutes.", file=sys.stderr)
    system = bring_to_life(row, places)
    return lambda words: system.answer([Sentence(tuple(words))])[0]


def _can_learn(row: SystemRow, places: Places) -> None:
    """Tells everything that is missing at once, before anything is fetched.

    Raises:
        Offline: the mirror lacks some of the text.
        ExtraMissing: python-crfsuite is not installed.
    """
    from importlib.util import find_spec

    from qadam.catalogue.fetch import locate
    from qadam.lab.plan import needed_files

    package = "" if find_spec("pycrfsuite") else "pip install 'qadam[classic]'"
    lost = [file.name for file in needed_files(row) if locate(file, places).kind == "blocked"]
    if lost:
        raise NotHere(
            f"Offline: --learned needs text that lies in a mirror only: {', '.join(lost)}.",
            f"{f'{package}, then learn' if package else 'Learn'} from text of yours: qadam text punctuate --like FILE",
        )
    if package:
        raise ExtraMissing("ExtraMissing: learned punctuation needs the package python-crfsuite.", package)


def _of_files(files: Sequence[Path], home: Path) -> Punctuate:
    """A model of the user's text, kept in the cache by what the text says."""
    from hashlib import sha256

    from qadam.catalogue.makers.passages import lessons
    from qadam.systems.labels import punctuator

    texts = list(_lines(files))
    kept = home / "trained" / f"punctuate-{sha256(chr(10).join(texts).encode()).hexdigest()[:16]}"
    if not kept.exists():
        print("Marks are learned from your text once.", file=sys.stderr)
        punctuator.learn(((item.fields["tokens"], item.gold) for item in lessons(texts)), kept)
    model = punctuator.learned(kept)
    return lambda words: model([words])[0]


def _lines(files: Iterable[Path]) -> Iterator[str]:
    from qadam.catalogue.readers.text import lines

    for path in files:
        yield from lines(path)
