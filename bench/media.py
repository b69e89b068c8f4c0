"""How long a matrix of readers takes, and synthetic speech with what a recogniser sees of it, against the time allowed.

Needs the mirror (QADAM_MIRROR), Tesseract with its models, and espeak-ng; what is missing is said and left out.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.errors import QadamError
from qadam.studies.script_ocr import LINES, STUDY
from qadam.systems.load import load
from qadam.systems.speech.commands import Ear, question

IMAGES = 50  # of each font
READERS = {
    "cyrl-clean": ("kaz", "cyrillic", "kir", "tat", "rus", "kaz-eng"),
    "latn-clean": ("latin", "tur", "aze", "uzb", "eng", "kaz-eng"),
    "arab-clean": ("uig", "arabic", "ara", "fas", "latin", "cyrillic"),
}


def matrix(places: Places) -> str:
    """Three scripts, three fonts each, six readers, 50 lines: how long until all is read, on two cores."""
    from concurrent.futures import ThreadPoolExecutor

    conditions = {c.name: c for c in STUDY.protocols["laptop"].conditions}
    rows = {row.id: row for row in tables.systems()}
    lines = items.load(LINES, places)
    asked: list[tuple[str, list[object]]] = []
    for name, readers in READERS.items():
        pictures = [p for item in lines if (p := STUDY.present(item, conditions[name]))]
        asked += [(f"tesseract-{reader}", pictures[: 3 * IMAGES]) for reader in readers]
    images = sum(len(pictures) for _, pictures in asked)
    started = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        read = list(pool.map(lambda one: load(rows[one[0]], []).answer(one[1]), asked))
    taken = time.perf_counter() - started
    assert sum(map(len, read)) == images
    return _told(
        f"3 scripts x 3 fonts x 6 readers x {IMAGES} lines ({images:,} images drawn and read, 2 cores)", taken, 180
    )


def clips(places: Places) -> str:
    """35 words in 42 voices, 4,410 clips: said, trimmed, and turned into pictures."""
    said = items.load("spoken-commands/voices-42", places)
    with tempfile.TemporaryDirectory() as kept:
        started = time.perf_counter()
        seen = Ear({"engine": "espeak-ng"}, Path(kept)).pictures([question(item) for item in said])
        taken = time.perf_counter() - started
    assert len(seen) == len(said)
    return _told(
        f"{len(said):,} clips of 35 words in 42 voices of espeak-ng: said, trimmed, made into pictures", taken, 120
    )


def _told(what: str, taken: float, allowed: int) -> str:
    return f"| {what} | {taken:.0f} s | {allowed} s (the time allowed) | {allowed / taken:.1f} |"


def main() -> None:
    """Both; what cannot be measured here says why."""
    places = Places.from_environment()
    measures: tuple[Callable[[Places], str], ...] = (matrix, clips)
    for measure in measures:
        try:
            print(measure(places), flush=True)
        except QadamError as fault:
            print(f"{measure.__name__} was not measured: {fault}")


if __name__ == "__main__":
    main()
