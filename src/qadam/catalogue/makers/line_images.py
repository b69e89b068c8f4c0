"""Makes images of lines out of a text in several scripts: each script in each of its fonts, the text known to the letter.

An image is drawn when somebody looks at it, so that a data set can be read, planned and scored from recordings where
there are no fonts. The same line, font and wear give the same image.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from qadam.catalogue.makers import fonts, wear
from qadam.errors import BadData, ExtraMissing
from qadam.kazakh.script import transliterate
from qadam.terms import Item

VERSION = 1
NOTHING = "\U0010fffe"  # a code point that no font draws: what it looks like is how a missing letter looks


def revision() -> str:
    """Changes with the code that draws and with the fonts and wears that it is told."""
    return f"line-images-{VERSION}-{hashlib.sha256(fonts.ROWS.read_bytes()).hexdigest()[:16]}"


class Line(NamedTuple):
    """A line of text that can be drawn."""

    text: str
    script: str
    family: str

    @property
    def made(self) -> str:
        """The font it is drawn in, with the checksum of the file found here."""
        return fonts.mark(self.family)

    def png(self, worn: str = "clean") -> bytes:
        """The image as PNG in shades of grey, worn as a row of `line_images.toml` says.

        Raises:
            ExtraMissing: Pillow with raqm, or the font, is not installed.
            BadData: the font lacks a letter of the text; drawn all the same it would be a box that nobody can read.
        """
        return _png(self, worn)

    def saved(self, folder: Path, *, worn: str = "clean") -> Path:
        """The image as a file in a folder, named after what it holds, for those who cannot be handed bytes."""
        content = self.png(worn)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{hashlib.sha256(content).hexdigest()[:16]}.png"
        path.write_bytes(content)
        return path


def make(items: Sequence[Item], split: str) -> list[Item]:
    """For every text a line in each font of its script; `input` maps a script to its text. Others are transliterated.

    An id is that of the text, its script and the number of the font; images of one text are resampled together. The gold
    is the text; fields are `script`, `font`, and `first`, whether it is drawn in the first font of the script.
    """
    del split
    made = []
    for item in items:
        for script, text in _texts(item):
            for number, family in enumerate(fonts.families(script)):
                fields = {"script": script, "font": family, "first": number == 0}
                line = Line(text, script, family)
                made.append(
                    Item(f"{item.id}-{script[3:].lower().replace('-', '')}-{number}", line, text, item.id, fields)
                )
    return made


def _texts(item: Item) -> Iterator[tuple[str, str]]:
    """The text in every script that the row knows: as it is written, or transliterated where the row says from what."""
    for script, row in fonts.rows()["scripts"].items():
        if script in item.input:
            yield script, item.input[script]
        elif row.get("from") in item.input:
            yield script, transliterate(item.input[row["from"]], target="kk-Latn", variant=row["alphabet"])


@lru_cache(maxsize=2048)
def _png(line: Line, worn: str) -> bytes:
    image = _drawn(line)
    seed = int.from_bytes(hashlib.sha256(f"{line.text}|{line.family}|{worn}".encode()).digest()[:8], "big")
    image = wear.worn(image, fonts.rows()["wear"][worn], seed=seed)
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return out.getvalue()


def _drawn(line: Line) -> Any:
    """Black on white, letters joined as the script asks."""
    image, draw, _ = pillow()
    size, margin = fonts.rows()["size"], fonts.rows()["margin"]
    font = _font(line.family, size)
    if lacking := sorted({letter for letter in line.text if _lacks(line.family, letter)}):
        raise BadData(
            f"BadData: the font {line.family} has no letter for {' '.join(lacking)}.",
            "Name another font in catalogue/makers/line_images.toml",
        )
    how = {"direction": fonts.rows()["scripts"][line.script]["direction"], "language": "kk"}
    left, top, right, bottom = font.getbbox(line.text, **how)
    page = image.new("L", (round(right - left) + 2 * margin, round(bottom - top) + 2 * margin), 255)
    draw.Draw(page).text((margin - left, margin - top), line.text, font=font, fill=0, **how)
    return page


@lru_cache(maxsize=64)
def _font(family: str, size: int) -> Any:
    _, _, font = pillow()
    return font.truetype(str(fonts.path(family)), size, layout_engine=font.Layout.RAQM)


@lru_cache(maxsize=4096)
def _lacks(family: str, letter: str) -> bool:
    """Whether a font draws a letter as it draws what it does not know; spaces are drawn by nobody."""
    if letter.isspace():
        return False
    font = _font(family, 24)
    return bytes(font.getmask(letter)) == bytes(font.getmask(NOTHING))


def pillow() -> tuple[Any, Any, Any]:
    """Pillow's modules Image, ImageDraw and ImageFont.

    Raises:
        ExtraMissing: Pillow is not installed, or is one that does not join Arabic letters.
    """
    try:
        from PIL import Image, ImageDraw, ImageFont, features
    except ImportError:
        raise ExtraMissing("ExtraMissing: images are drawn by Pillow, which is not installed.", _INSTALL) from None
    if not features.check("raqm"):
        raise ExtraMissing("ExtraMissing: this Pillow lacks raqm, without which Arabic letters do not join.", _INSTALL)
    return Image, ImageDraw, ImageFont


_INSTALL = "pip install 'qadam[ocr]'"
