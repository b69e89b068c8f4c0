"""`qadam text VERB`: the language functions as filters, standard input to standard output, one line for each line."""

from __future__ import annotations

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qadam.cli.lines import Filter, Span, run
from qadam.errors import NotReadable, UnknownName

if TYPE_CHECKING:
    from qadam.kazakh import sentences as boundaries
    from qadam.kazakh.morphology import Analysis
    from qadam.kazakh.spelling import Speller

LONGEST = 64  # characters; longer strings are no words: they are neither analysed nor remembered
REMEMBERED = 1 << 16  # words of running text kept with what becomes of them
ENDLESS = re.compile(rf"([^\W\d_]{{{LONGEST + 1},}})")
BYTES = re.compile("([\udc80-\udcff]+)")  # what is not UTF-8, as Python reads it
TOKEN = re.compile(r"\S+")
FORM = "A word list has a word on each line and, behind a tab, a whole number if there is one; UTF-8."
PARTS = re.compile(r"\w+|\s|[^\w\s]")

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
        return morphology.segment(word, voice=voice, derivation=derivation)

    def tell(text: str) -> Iterator[Span]:
        for span in _words(text):
            yield span | {"segments": cut(span["text"])}

    run(_word_filter(lambda word: "·".join(cut(word)), tell), files or (), as_json=as_json)


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
        return morphology.analyse(word)

    def write(word: str) -> str:
        found = readings(word)
        if not found:
            return word
        best = found[0]
        labels = "·".join(morph.label for morph in best.morphs) or "_"
        return "/".join(("·".join(_pieces(word, best)), best.lemma, best.pos, labels, _features(best)))

    def tell(text: str) -> Iterator[Span]:
        for span in _words(text):
            yield span | {"readings": [_reading(span["text"], one) for one in readings(span["text"])]}

    run(_word_filter(write, tell), files or (), as_json=as_json)


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

    def labels(text: str) -> list[codeswitch.Label]:
        return codeswitch.identify([token[:LONGEST] for token in text.split()])

    def write(text: str) -> str:
        found = iter(labels(text))
        return TOKEN.sub(lambda match: f"{match[0]}/{next(found)}", text)

    def tell(text: str) -> Iterator[Span]:
        for match, label in zip(TOKEN.finditer(text), labels(text), strict=True):
            yield {"start": match.start(), "end": match.end(), "text": match[0], "label": label}

    run(Filter(write, tell), files or (), as_json=as_json)


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

    def becomes(token: str) -> str:
        return script.transliterate(token, source, target=target, variant=variant, lexicon=spelled)

    becomes("")  # an unknown name is told even if nothing comes in
    run(_token_filter(becomes), files or (), as_json=as_json)


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
    speller = _speller(tuple(lexicon or ()))

    def becomes(token: str) -> str:
        return _between(ENDLESS, token, speller.restore)

    run(_token_filter(becomes), files or (), as_json=as_json)


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
        return _between(BYTES, text, lambda part: forms.normalize(part, profile))

    run(Filter(write, lambda text: _changes(text, write(text))), files or (), as_json=as_json)


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

    def write(text: str) -> str:
        return numerals.to_digits(text, smallest=smallest) if back else numerals.to_words(text)

    run(Filter(write, lambda text: _changes(text, write(text))), files or (), as_json=as_json)


@text_app.command()
def sentences(files: Files = None, as_json: Json = False) -> None:
    """Write every sentence on a line of its own: the one filter that may write more lines than it reads.

    An empty line stays one. With --json it is one object for each line of the input again.

    Examples:

      echo 'Ол келді. А. Құнанбаев — ақын!' | qadam text sentences

      echo Бар. Жоқ. | qadam text sentences --json
    """
    from qadam.kazakh import sentences as boundaries

    def write(text: str) -> str:
        return "\n".join(span.text for span in boundaries.sentences(text))

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


# --- filters that work token by token --------------------------------------------------------------------------------


def _token_filter(becomes: Callable[[str], str]) -> Filter:
    """A filter of a function for which nothing matters beyond the next space; spaces stay."""
    seen = lru_cache(REMEMBERED)(becomes)

    def once(token: str) -> str:
        return seen(token) if len(token) <= LONGEST else becomes(token)

    def tell(text: str) -> Iterator[Span]:
        for start, token in _tokens(text):
            new = once(token)
            if new != token:
                yield {"start": start, "end": start + len(token), "text": token, "becomes": new}

    return Filter(lambda text: " ".join([once(token) for token in text.split(" ")]), tell)


def _word_filter(becomes: Callable[[str], str], tell: Callable[[str], Iterator[Span]]) -> Filter:
    """A filter that changes words and nothing between them."""

    def rewrite(token: str) -> str:
        out, end = [], 0
        for span in _words(token):
            out += [token[end : span["start"]], becomes(span["text"])]
            end = span["end"]
        return "".join(out) + token[end:]

    return Filter(_token_filter(rewrite).write, tell)


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for token in text.split(" "):
        yield start, token
        start += len(token) + 1


def _words(text: str) -> Iterator[Span]:
    """The words and numbers of a text that a suffix may end; an abbreviation with its stop is none."""
    from qadam.kazakh import sentences as boundaries

    for start, token in _tokens(text):
        for span in boundaries.words(token):
            if span.kind in ("word", "number") and len(span.text) <= LONGEST and not span.text.endswith("."):
                yield {"start": start + span.start, "end": start + span.end, "text": span.text}


# --- how things are written ------------------------------------------------------------------------------------------


def _row(span: boundaries.Span) -> Span:
    return {"start": span.start, "end": span.end, "text": span.text}


def _pieces(word: str, reading: Analysis) -> Iterator[str]:
    """The stem and every suffix of a reading, in the letters and capitals of the word."""
    start = 0
    for piece in (reading.stem, *(morph.form for morph in reading.morphs)):
        yield word[start : start + len(piece)]
        start += len(piece)


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


def _between(kept: re.Pattern[str], text: str, becomes: Callable[[str], str]) -> str:
    """What stands between the matches of a pattern (one group) rewritten; the matches stay."""
    return "".join(part if place % 2 else becomes(part) for place, part in enumerate(kept.split(text)))


def _changes(before: str, after: str) -> Iterator[Span]:
    """The fewest changes that make one text of the other, in whole words, marks and white space."""
    if before == after:
        return
    from rapidfuzz.distance import Indel

    old, new = PARTS.findall(before), PARTS.findall(after)
    begins = [0, *accumulate(map(len, old))]
    i = j = 0
    for block in Indel.opcodes(old, new).as_matching_blocks():
        same = old[block.a : block.a + block.size]
        if same and not "".join(same).strip() and (block.a, block.b) != (0, 0):
            continue  # a space between two changes would cut "1991" from its words
        start, end, becomes = begins[i], begins[block.a], "".join(new[j : block.b])
        while end > start and becomes and before[end - 1] == becomes[-1] == " ":
            end, becomes = end - 1, becomes[:-1]
        if end > start or becomes:
            yield {"start": start, "end": end, "text": before[start:end], "becomes": becomes}
        i, j = block.a + block.size, block.b + block.size


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
