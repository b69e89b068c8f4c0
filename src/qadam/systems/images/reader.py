"""Readers of images: what is written here? In which script, in which language?

tesseract    models of Tesseract by name, joined by "+" (kaz, uig, script/Arabic, kaz+eng); the engine of this machine
osd          Tesseract's own guess of the script
confidence   several models read, and the one that is surest names script and language
vision       a language model that sees, behind any endpoint that speaks OpenAI's protocol
trocr        an encoder-decoder of Hugging Face that reads a line (TrOCR and its kin)

Recorded readings are systems of kind `recorded`, form `lines`. A reader may be named by its address:
reader:tesseract:kaz+eng, reader:openai:MODEL@URL, reader:hf:OWNER/NAME@REVISION.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from qadam.errors import BadSystem, Usage
from qadam.systems.language_models import language_model
from qadam.systems.load import Training
from qadam.terms import SystemRow

PREFIX = "reader:"  # before the address of a reader


def addressed(name: str) -> SystemRow:
    """The row of a reader given by its address.

    Raises:
        Usage: the address is not whole, or holds a key.
    """
    kind, _, rest = name.removeprefix(PREFIX).partition(":")
    if kind == "tesseract" and rest:
        options = {"model": rest, "modes": [7, 13], "deterministic": True}  # the modes are those of the rows
        return SystemRow(name, f"Tesseract, {rest}", "reader", "tesseract", licence="Apache-2.0", options=options)
    if kind not in {"openai", "hf"}:
        raise Usage(
            f"Usage: {name!r} names no reader.",
            "Write reader:tesseract:MODEL, reader:openai:MODEL@URL or reader:hf:OWNER/NAME",
        )
    row = language_model.addressed(name.removeprefix(PREFIX))
    form = {"openai": "vision", "hf": "trocr"}[kind]
    options = dict(row.options) if form == "vision" else {**row.options, "keeps": False}
    return replace(row, id=name, kind="reader", format=form, options=options)


def load(row: SystemRow, paths: Sequence[Path], training: Training | None = None) -> Any:
    """The reader a row describes.

    Raises:
        ExtraMissing: the engine, a model of it or a package is not installed; the message names the command.
        BadSystem: the row's format is none of ours.
    """
    if row.format in {"tesseract", "osd", "confidence"}:
        from qadam.systems.images import reader_tesseract

        return reader_tesseract.load(row)
    if row.format == "vision":
        from qadam.systems.images import reader_vision

        return reader_vision.load(row, training)
    if row.format == "trocr":
        from qadam.systems.images import reader_trocr

        return reader_trocr.load(row, paths)
    raise BadSystem(f"BadSystem: {row.id} reads in an unknown way {row.format!r}.", "Mend its row in systems.toml.")
