"""`qadam text VERB`: the language functions as filters, standard input to standard output, one line for each line."""

from __future__ import annotations

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qadam.cli.lines import Filter, Left, Span, run
from qadam.cli.tokens import LONGEST, REMEMBERED, between, changes, token_filter, word_filter, words_of
from qadam.errors import NotReadable, UnknownName

if TYPE_CHECKING:
    from qadam.kazakh import sentences as boundaries
    from qadam.kazakh.morphology import Analysis
    from qadam.kazakh.spelling import Speller

ENDLESS = re.compile(rf"([^\W\d_]{{{LONGEST + 1},}})")
BYTES = re.compile("([\udc80-\udcff]+)")  # what is not UTF-8, as Python reads it
TOKEN = re.compile(r"\S+")
FORM = "A word list has a word on each line and, behind a tab, a whole number if there is one; UTF-8."
DIGITS = re.compile(r"[0-9]+")
TWO_SCRIPTS = re.compile(r"[A-Za-z](?=[\u0400-\u052f])|[\u0400-\u052f](?=[A-Za-z])")
FOREIGN = "words that are not Kazakh in Cyrillic letters, left as they were"

text_app = typer.Typer(
    help="Filters for Kazakh text: lines in, as many lines out. Bytes that are not UTF-8 come out unharmed.",
    epilog="Start here: echo мектептерімізде | qadam text segment",
    no_args_is_help=True,
)

Files = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="FILE...",
        show_default=False,
        help="Read these instead of standard input; .gz too.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, with offsets into the line as it was.")]
Lexicon = Annotated[
    list[Path] | None,
    typer.Option(
        "--lexicon",
        metavar="FILE",
        exists=True,
        dir_okay=False,
        show_default=False,
        help="Words, one a line, with a tab and a count if there is one; .gz too. Repeatable.",
    ),
]


@text_app.command()
def segment(
    files: Files = None,
    voice: Annotated[bool, typer.Option("--voice", help="Cut passive, causative and so on as well.")] = False,
    derivation: Annotated[bool, typer.Option("--derivation", help="Cut word formation as well.")] = False,
    as_json: Json = False,
) -> None:
    """Cut every word at its boundaries: мектеп·тер·іміз·де.

    Everything that is no Kazakh word in Cyrillic letters stays as it is, white space too.

    Examples:

      echo Мектептерімізде 25-ші жыл. | qadam text segment

      echo Тұзды су | qadam text segment --derivation

      echo Балаларға | qadam text segment --json
    """
    from qadam.kazakh import morphology

    def cut(word: str) -> tuple[str, ...]:
        return morphology.segment(word, voice=voice, derivation=derivation) if len(word) <= LONGEST else (word,)

    def write(word: str) -> tuple[str, int]:
        return "·".join(cut(word)), _is_foreign(word)

    def tell(text: str) -> Iterator[Span]:
        for span in words_of(text):
            left.count += _is_foreign(span["text"])
            yield span | {"segments": cut(span["text"])}

    left = Left(FOREIGN)
    run(word_filter(write, tell, left), files or (), as_json=as_json)


@text_app.command()
def analyse(files: Files = None, as_json: Json = False) -> None:
    """Say of every word its pieces, lemma, part of speech, suffixes and features.

    The likeliest reading is written as pieces/lemma/part of speech/suffixes/features; --json gives all
    readings, with what each costs in bits. Suffix labels are those of the segmentation scheme; parts of speech
    and features those of Universal Dependencies.

    Examples:

      echo мектептерімізде | qadam text analyse

      echo Кітабында жазылған. | qadam text analyse --json
    """
    from qadam.kazakh import morphology

    @lru_cache(REMEMBERED)
    def readings(word: str) -> list[Analysis]:
        return morphology.analyse(word) if len(word) <= LONGEST else []

    def write(word: str) -> tuple[str, int]:
        found = readings(word)
        if not found:
            return word, _is_foreign(word)
        best = found[0]
        labels = "·".join(morph.label for morph in best.morphs) or "_"
        return "/".join(("·".join(_pieces(word, best)), best.lemma, best.pos, labels, _features(best))), 0

    def tell(text: str) -> Iterator[Span]:
        for span in words_of(text):
            found = readings(span["text"])
            left.count += not found and _is_foreign(span["text"])
            yield span | {"readings": [_reading(span["text"], one) for one in found]}

    left = Left(FOREIGN)
    run(word_filter(write, tell, left), files or (), as_json=as_json)


@text_app.command()
def identify(files: Files = None, as_json: Json = False) -> None:
    """Name the language of every token: магазинге/mixed. The labels are kk, ru, mixed, other, ambiguous.

    A token is what white space divides; a mixed one is a Russian stem with a Kazakh suffix. The whole line
    decides, so the same word may get another label elsewhere.

    Examples:

      echo Мен магазинге бардым | qadam text identify

      echo Спасибо, рахмет! | qadam text identify --json
    """
    from qadam.kazakh import codeswitch

    left = Left(f"tokens of more than {LONGEST} characters, judged by their beginnings")

    def labels(text: str) -> list[codeswitch.Label]:
        tokens = text.split()
        left.count += sum([len(token) > LONGEST for token in tokens])
        return codeswitch.identify([token[:LONGEST] for token in tokens])

    def write(text: str) -> str:
        found = iter(labels(text))
        return TOKEN.sub(lambda match: f"{match[0]}/{next(found)}", text)

    def tell(text: str) -> Iterator[Span]:
        for match, label in zip(TOKEN.finditer(text), labels(text), strict=True):
            yield {"start": match.start(), "end": match.end(), "text": match[0], "label": label}

    run(Filter(write, tell, left), files or (), as_json=as_json)


@text_app.command()
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
    spelled = (
        script.spellings(_frequencies(lexicon), source, variant=variant) if lexicon and source != "kk-Cyrl" else {}
    )

    def becomes(token: str) -> tuple[str, int]:
        new = script.transliterate(token, source, target=target, variant=variant, lexicon=spelled)
        found = script.detect(new)
        return new, found.letters > 0 and found.shares[target] < 1

    becomes("")  # an unknown name is told even if nothing comes in
    left = Left(f"words with letters that are not {source}, left as they were")
    run(token_filter(becomes, left), files or (), as_json=as_json)


@text_app.command("script")
def script_(files: Files = None, as_json: Json = False) -> None:
    """Name the script of each line: kk-Cyrl, kk-Latn, kk-Arab, or und where there is none of their letters.

    It tells scripts, not languages. --json adds the share of each script and the words that mix Latin with
    Cyrillic letters. A very long line is judged by its beginning.

    Examples:

      echo Қазақ тілі | qadam text script

      echo Қaзақ | qadam text script --json
    """
    from qadam.kazakh import normalize as forms
    from qadam.kazakh.script import detect

    def tell(text: str) -> Iterator[Span]:
        found = detect(text)
        mixed = [
            {"start": one.start, "end": one.end, "text": one.word, "becomes": one.folded}
            for one in forms.mixed_script_words(text)
        ]
        shares = {tag: round(share, 4) for tag, share in found.shares.items()}
        yield {"start": 0, "end": len(text), "script": found.tag, "shares": shares, "mixed": mixed}

    run(Filter(lambda text: detect(text).tag, tell, once=True), files or (), as_json=as_json)


@text_app.command()
def spell(files: Files = None, lexicon: Lexicon = None, as_json: Json = False) -> None:
    """Give Kazakh typed on a Russian keyboard its letters back: калай is қалай.

    Without a lexicon the stems that come with Qadam and their letters decide; counts of words in edited text do
    better. Russian words are taken for Kazakh ones: give it Kazakh only. --json lists the words that change.

    Examples:

      echo Калай, омир? | qadam text spell

      echo турып | qadam text spell --json
    """
    from qadam.kazakh.spelling import has_kazakh_letters

    speller = _speller(tuple(lexicon or ()))

    def filter_where(kazakh: bool) -> Filter:
        def becomes(token: str) -> tuple[str, int]:
            new = between(ENDLESS, token, lambda part: speller.restore(part, kazakh=kazakh))
            return new, speller.unknown(new)

        return token_filter(becomes, left)

    left = Left("words that nothing known looks like, left as they were")
    russian, kazakh = filter_where(False), filter_where(True)

    def suited(text: str) -> Filter:
        return kazakh if has_kazakh_letters(text) else russian

    both = Filter(lambda text: suited(text).write(text), lambda text: suited(text).tell(text), left)
    run(both, files or (), as_json=as_json)


@text_app.command()
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

    left = Left("places where Latin and Cyrillic letters meet in a word, left as they were")
    run(Filter(write, lambda text: changes(text, write(text)), left), files or (), as_json=as_json)


@text_app.command()
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

      echo 1991 жылы 25-ші рет | qadam text numbers

      echo жиырма бесінші рет | qadam text numbers --back

      echo бір адам, он бес кітап | qadam text numbers --back --smallest 10
    """
    from qadam.kazakh import numerals

    left = Left("number words not read, left as they were" if back else "numbers not read, left in digits")

    def write(text: str) -> str:
        if back:
            new = numerals.to_digits(text, smallest=smallest)
            left.count += len(numerals.unread(new))
        else:
            new = numerals.to_words(text)
            left.count += len(DIGITS.findall(new))
        return new

    run(Filter(write, lambda text: changes(text, write(text)), left), files or (), as_json=as_json)


@text_app.command()
def sentences(files: Files = None, as_json: Json = False) -> None:
    """Write every sentence on a line of its own: the one filter that may write more lines than it reads.

    The space before a sentence becomes a line end; every other character stays. With --json it is one object for each line of the input again.

    Examples:

      echo 'Ол келді. А. Құнанбаев — ақын!' | qadam text sentences

      echo Бар. Жоқ. | qadam text sentences --json
    """
    from qadam.kazakh import sentences as boundaries

    def write(text: str) -> str:
        starts = [span.start for span in boundaries.sentences(text)][1:]
        lines = [text[start:end] for start, end in zip([0, *starts], [*starts, len(text)], strict=True)]
        return "\n".join([*(line.removesuffix(" ") for line in lines[:-1]), lines[-1]])

    run(Filter(write, lambda text: map(_row, boundaries.sentences(text))), files or (), as_json=as_json)


@text_app.command()
def words(files: Files = None, as_json: Json = False) -> None:
    """Put one space between words and marks.

    A number written with spaces (5 000) is one word: --json shows where each ends, and of what kind it is.

    Examples:

      echo '«Ол 25-ші», – деді.' | qadam text words

      echo 3,5 кг | qadam text words --json
    """
    from qadam.kazakh import sentences as boundaries

    def tell(text: str) -> Iterator[Span]:
        for span in boundaries.words(text):
            yield _row(span) | {"kind": span.kind}

    run(Filter(lambda text: " ".join(span.text for span in boundaries.words(text)), tell), files or (), as_json=as_json)


# --- how things are written ------------------------------------------------------------------------------------------


def _row(span: boundaries.Span) -> Span:
    return {"start": span.start, "end": span.end, "text": span.text}


def _pieces(word: str, reading: Analysis) -> Iterator[str]:
    """The stem and every suffix of a reading, in the letters and capitals of the word."""
    start = 0
    for piece in (reading.stem, *(morph.form for morph in reading.morphs)):
        yield word[start : start + len(piece)]
        start += len(piece)


def _is_foreign(word: str) -> bool:
    """Whether a word holds a letter that Kazakh does not write in Cyrillic, or is too long for one."""
    from qadam.kazakh.phonology import LETTERS

    return len(word) > LONGEST or any(letter.isalpha() and letter not in LETTERS for letter in word.lower())


def _features(reading: Analysis) -> str:
    return "|".join(f"{name}={value}" for name, value in reading.features.items()) or "_"


def _reading(word: str, reading: Analysis) -> dict[str, Any]:
    stem, *suffixes = _pieces(word, reading)
    morphs = [
        {"text": text, "label": morph.label, "kind": morph.kind}
        for text, morph in zip(suffixes, reading.morphs, strict=True)
    ]
    return {
        "stem": stem,
        "lemma": reading.lemma,
        "pos": reading.pos,
        "morphs": morphs,
        "features": dict(reading.features),
        "cost": round(reading.cost, 2),
        "known": reading.known,
    }


@cache
def _speller(files: tuple[Path, ...]) -> Speller:
    from qadam.kazakh.lexicon import own
    from qadam.kazakh.spelling import Speller

    return Speller(_frequencies(files) if files else {stem.lower(): 1 for stem in own().plain})


def _frequencies(files: Sequence[Path]) -> dict[str, int]:
    """Word -> count of word lists added up; a word without a count counts once."""
    counts: Counter[str] = Counter()
    for path in files:
        try:
            with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8-sig") as lines:
                for number, line in enumerate(lines, start=1):
                    word, _, count = line.strip().partition("\t")
                    if not (count or "1").isdecimal():
                        raise NotReadable(f"NotReadable: {path}, line {number}: {count!r} is no count.", FORM)
                    if word:
                        counts[word.lower()] += int(count or 1)
        except (OSError, EOFError, UnicodeDecodeError, zlib.error) as fault:
            raise NotReadable(f"NotReadable: {path} is no word list: {fault}.", FORM) from fault
    return dict(counts)
