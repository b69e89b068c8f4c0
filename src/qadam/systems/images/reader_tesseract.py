"""Tesseract as a system: many lines in one call of the engine, so that a model is loaded once.

The engine is the program `tesseract` of this machine. Each image is one line of text at 300 dots per inch, read by one
thread: where several systems are measured at once, more threads only stand in each other's way. Page segmentation is tried
in the order that the row of the system gives (`modes`): first 7, a line that the engine looks for in the image; where that
finds nothing, 13, the image as it is. Without the second try a line in Arabic letters photographed under uneven light comes
out blank although the model can read it: of 50 such lines 34, and the segmentation, not the reading, would decide a verdict.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from qadam.errors import BadData, BadSystem, ExtraMissing
from qadam.terms import NO_ANSWER, UNSCORED, Missing, Picture, Said, SystemRow

PAGE = "\f"  # between the readings of two images
ALLOWED, EACH = 60.0, 2.0  # seconds a call may take, and so many more for every image
CHARACTERS = 5  # letters from which the engine tries to tell a script; its own default of 50 is more than a line has
MODES = (7, 13)  # of page segmentation, in the order they are tried: a line that is looked for, a line as it is
_QUIET = {**os.environ, "OMP_THREAD_LIMIT": "1"}

Reading = TypeVar("Reading")


class _Watch:
    """How long the engine takes: seconds that passed, and seconds that processors worked for it, which a busy machine leaves alone."""

    def __init__(self) -> None:
        self._began = time.perf_counter(), os.times()

    def taken(self) -> dict[str, float]:
        """Seconds since the watch was started."""
        began, before = self._began
        after = os.times()
        worked = after.children_user + after.children_system - before.children_user - before.children_system
        return {"seconds": round(time.perf_counter() - began, 3), "cpu_seconds": round(worked, 3)}


class Word(NamedTuple):
    """A word of a reading and how sure the engine is of it, 0-100."""

    text: str
    confidence: float


class Tesseract:
    """The engine with one model, or several that work together (kaz+eng)."""

    def __init__(self, name: str, model: str, *, modes: Sequence[int] = MODES) -> None:
        self.name, self._model, self._modes = name, model, tuple(modes)
        self.usage: dict[str, Any] = {}

    def answer(self, inputs: Sequence[Picture]) -> list[Said | Missing]:
        """The text of each image; no answer where the engine reads nothing, unscored where the image is none."""
        watch = _Watch()
        read = _of_images(inputs, lambda paths: texts(paths, self._model, modes=self._modes))
        self.usage = _used(inputs, read, models=self._model.split("+"), watch=watch)
        return [Said(one) if one else NO_ANSWER if isinstance(one, str) else UNSCORED for one in read]


class Script:
    """The engine's guess of the script an image is written in."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.usage: dict[str, Any] = {}

    def answer(self, inputs: Sequence[Picture]) -> list[Said | Missing]:
        """One of the options for each image; no answer where the engine sees too little or names another script."""
        watch = _Watch()
        guessed = _of_images(inputs, lambda paths: [script(path) for path in paths])
        self.usage = _used(inputs, guessed, models=["osd"], watch=watch)
        return [_chosen(guess, picture) for guess, picture in zip(guessed, inputs, strict=True)]


class Surest:
    """Several models read the same image; the one that is surest of its words says script and language."""

    def __init__(self, name: str, models: Mapping[str, Mapping[str, str]], *, modes: Sequence[int] = MODES) -> None:
        self.name, self._models, self._modes = name, models, tuple(modes)
        self.usage: dict[str, Any] = {}
        self._known: dict[tuple[str, str], float] = {}  # asked for the script, then for the language, it reads once

    def answer(self, inputs: Sequence[Picture]) -> list[Said | Missing]:
        """For each image what the surest model is a model of: its script or its language, as asked."""
        watch = _Watch()
        sure = {model: _of_images(inputs, partial(self._confidence, model)) for model in self._models}
        first = next(iter(sure.values()), [])
        self.usage = _used(inputs, first, models=list(self._models), watch=watch)
        said: list[Said | Missing] = []
        for number, picture in enumerate(inputs):
            if first[number] is None:
                said.append(UNSCORED)
                continue
            surest = max(sure, key=lambda model: sure[model][number])
            said.append(_chosen(self._models[surest][picture.asks], picture))
        return said

    def _confidence(self, model: str, paths: Sequence[Path]) -> list[float]:
        marks = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
        new = {mark: path for mark, path in zip(marks, paths, strict=True) if (model, mark) not in self._known}
        for mark, page in zip(new, words(list(new.values()), model, modes=self._modes), strict=True):
            self._known[model, mark] = _mean(page)
        return [self._known[model, mark] for mark in marks]


def load(row: SystemRow) -> Tesseract | Script | Surest:
    """The engine as a row describes it.

    Raises:
        ExtraMissing: the engine or one of its models is not installed.
    """
    needed = {"osd": ["osd"], "confidence": list(row.options.get("models", {}))}
    for model in needed.get(row.format) or str(row.options["model"]).split("+"):
        _has(model)
    modes = row.options.get("modes", MODES)
    if row.format == "osd":
        return Script(row.id)
    if row.format == "confidence":
        return Surest(row.id, row.options["models"], modes=modes)
    return Tesseract(row.id, str(row.options["model"]), modes=modes)


def texts(images: Sequence[Path], model: str, *, modes: Sequence[int] = MODES) -> list[str]:
    """What the engine reads in each image, white space folded; empty where no mode of page segmentation finds anything."""
    return _tried(images, modes, lambda left, mode: _texts(left, model, mode))


def words(images: Sequence[Path], model: str, *, modes: Sequence[int] = MODES) -> list[list[Word]]:
    """The words that the engine reads in each image, with its confidence; none where no mode finds anything."""
    return _tried(images, modes, lambda left, mode: _words(left, model, mode))


def _tried(
    images: Sequence[Path], modes: Sequence[int], read: Callable[[list[Path], int], list[Reading]]
) -> list[Reading]:
    """Each image in the first mode that finds anything in it: one call a mode, over the images that are blank until then."""
    found: dict[Path, Reading] = {}
    for mode in modes:
        left = [image for image in images if not found.get(image)]
        found |= zip(left, read(left, mode), strict=True) if left else ()
    return [found[image] for image in images]


def _texts(images: Sequence[Path], model: str, mode: int) -> list[str]:
    said = _call(images, model, "--psm", str(mode), "-c", f"page_separator={PAGE}")
    pages = said.split(PAGE)[: len(images)]
    if len(pages) < len(images):
        raise BadSystem(
            f"BadSystem: Tesseract read {len(pages)} of {len(images)} images with {model}.", "See: tesseract --version"
        )
    return [" ".join(page.split()) for page in pages]


def _words(images: Sequence[Path], model: str, mode: int) -> list[list[Word]]:
    found: list[list[Word]] = [[] for _ in images]
    for row in _call(images, model, "--psm", str(mode), "tsv").splitlines():
        cells = row.split("\t")
        if len(cells) == 12 and cells[0] == "5" and cells[11].strip():
            found[int(cells[1]) - 1].append(Word(cells[11].strip(), float(cells[10])))
    return found


def script(image: Path) -> str:
    """The script the engine sees in an image: Cyrillic, Latin, Arabic ...; empty where it cannot say."""
    try:
        said = _call([image], "osd", "--psm", "0", "-c", f"min_characters_to_try={CHARACTERS}")
    except BadSystem:  # too few characters: the engine says so by failing
        return ""
    told = re.search(r"^Script: (\w+)", said, re.MULTILINE)
    return told[1] if told else ""


@cache
def installed() -> tuple[str, Mapping[str, Path]]:
    """The engine's version and the models there are, name -> file; an empty version where there is no engine."""
    program = shutil.which("tesseract")
    if not program:
        return "", {}
    version = _ask([program, "--version"]).split("\n")[0].strip()
    listed = _ask([program, "--list-langs"])
    place = re.search(r'"(.+?)"', listed)
    folder = Path(place[1]) if place else Path()
    return version, {name: folder / f"{name}.traineddata" for name in listed.split("\n")[1:] if name.strip()}


def package(model: str) -> str:
    """What Debian and Ubuntu call the package of a model."""
    name = model.removeprefix("script/").lower().replace("_", "-")
    short = {"arabic": "script-arab", "cyrillic": "script-cyrl", "latin": "script-latn"}.get(name, name)
    return f"tesseract-ocr-{short}"


def install(model: str) -> str:
    """The command that brings the engine and a model of it; a folder of models fetched by hand does as well."""
    return f"apt-get install tesseract-ocr {package(model)}   (models elsewhere: export TESSDATA_PREFIX=DIR)"


def _has(model: str) -> Path:
    """The file of a model; scripts lie in a folder `script`, or beside the others, as the distribution likes."""
    version, models = installed()
    if not version:
        raise ExtraMissing("ExtraMissing: the program tesseract is not installed.", install(model))
    for name in (model, f"script/{model}", model.removeprefix("script/")):
        if name in models:
            return models[name]
    raise ExtraMissing(f"ExtraMissing: Tesseract has no model {model!r} here.", install(model))


def _call(images: Sequence[Path], model: str, *how: str) -> str:
    """One call over many images: their paths, a line each, go to the engine as one file."""
    names = "+".join(_name(_has(one)) for one in model.split("+"))
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as listed:
        listed.write("".join(f"{image}\n" for image in images))
        listed.flush()
        command = ["tesseract", listed.name, "stdout", "-l", names, "--dpi", "300", *how]
        return _ask(command, seconds=ALLOWED + EACH * len(images))


def _name(path: Path) -> str:
    """How the engine calls the model of a file."""
    return f"script/{path.stem}" if path.parent.name == "script" else path.stem


def _ask(command: Sequence[str], *, seconds: float = ALLOWED) -> str:
    try:
        done = subprocess.run(command, capture_output=True, env=_QUIET, timeout=seconds, check=True)
    except (OSError, subprocess.SubprocessError) as fault:
        said = (getattr(fault, "stderr", None) or b"").decode("utf-8", "replace").strip().split("\n")[-1]
        raise BadSystem(f"BadSystem: tesseract failed: {said or fault}.", "See: tesseract --version") from fault
    return done.stdout.decode("utf-8", "replace")


def _of_images(pictures: Sequence[Picture], ask: Callable[[list[Path]], list[Any]]) -> list[Any]:
    """What the engine says of each picture; None for one that is no image."""
    with tempfile.TemporaryDirectory() as folder:
        paths: dict[int, Path] = {}
        for number, picture in enumerate(pictures):
            try:
                content = picture.png()
            except BadData:
                continue
            paths[number] = Path(folder) / f"{number:06d}.png"
            paths[number].write_bytes(content)
        said = dict(zip(paths, ask(list(paths.values())) if paths else [], strict=True))
    return [said.get(number) for number in range(len(pictures))]


def _used(pictures: Sequence[Picture], read: Sequence[Any], *, models: Sequence[str], watch: _Watch) -> dict[str, Any]:
    """What a record should know of the engine: versions, checksums, what images were made with, which were none, time."""
    return {
        "engine": installed()[0],
        "models": {model: _sha256(_has(model))[:16] for model in models},
        "made": sorted({picture.made for picture in pictures if picture.made}),
        "refused": [picture.item for picture, one in zip(pictures, read, strict=True) if one is None],
        "images": len(pictures),
        **watch.taken(),
    }


@cache
def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _mean(page: Sequence[Word]) -> float:
    """How sure a model is of what it read, by letter; less than of anything where it read nothing."""
    letters = sum(len(word.text) for word in page)
    return sum(word.confidence * len(word.text) for word in page) / letters if letters else -1.0


def _chosen(said: str | None, picture: Picture) -> Said | Missing:
    if said is None:
        return UNSCORED
    return Said(said, picture.options) if said in picture.options else NO_ANSWER
