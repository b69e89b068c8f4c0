"""The verbs that find where pieces, words and sentences begin and end, and what the pieces are."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qadam.cli.lines import Filter, Left, Span, run
from qadam.cli.text.given import Files, Json
from qadam.cli.tokens import LONGEST, REMEMBERED, word_filter, words_of

if TYPE_CHECKING:
    from qadam.kazakh import sentences as boundaries
    from qadam.kazakh.morphology import Analysis

FOREIGN = "words that are not Kazakh in Cyrillic letters, left as they were"
FOREIGN_ONE = "word that is not Kazakh in Cyrillic letters, left as it was"


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

    left = Left(FOREIGN, one=FOREIGN_ONE)
    run(word_filter(write, tell, left), files or (), as_json=as_json)


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

    left = Left(FOREIGN, one=FOREIGN_ONE)
    run(word_filter(write, tell, left), files or (), as_json=as_json)


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
