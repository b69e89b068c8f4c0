"""Images with their transcriptions: the gold of the scheme `transcription`, or a table of the same shape.

One JSON object a line: `id`, `image` (a path, seen from the table), `gold` with its `text` (or `text` itself), and, where it is
known, `script`, `group` (the page or photograph that a line was cut from), `licence` and `source`.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from qadam.catalogue.readers import forgiving
from qadam.errors import BadData
from qadam.kazakh.script import detect
from qadam.terms import Dataset, File, Item, LeftOut

MOST = 60_000_000  # pixels; an image of more is refused before it is unpacked
LARGEST = 4000  # pixels of the longer side that a reader is shown
LEAST = 8  # pixels of a side; nobody reads a line of less


class Photograph(NamedTuple):
    """An image of a line as it lies on disk."""

    path: str

    @property
    def made(self) -> str:
        """Nothing was drawn."""
        return ""

    def png(self, worn: str = "") -> bytes:
        """The image as PNG, upright as the camera held it, in shades of grey; it is as worn as it is.

        Raises:
            BadData: it is empty, truncated, too large or too small, or no image; the message names the file.
        """
        del worn
        from qadam.catalogue.makers.line_images import pillow

        image, _, _ = pillow()
        from PIL import ImageOps

        path = Path(self.path)
        try:
            with image.open(path) as seen:
                wide, high = seen.size
                if wide * high > MOST or min(wide, high) < LEAST:
                    raise BadData(
                        f"BadData: {path} has {wide} x {high} pixels: too many or too few.", "Cut out the line."
                    )
                picture = ImageOps.exif_transpose(seen).convert("L")
        except (OSError, ValueError, SyntaxError, image.DecompressionBombError) as fault:
            raise BadData(f"BadData: {path} is no image that can be read: {fault}.", "Bring it again.") from fault
        picture.thumbnail((LARGEST, LARGEST))
        out = io.BytesIO()
        picture.save(out, "PNG", compress_level=1)
        return out.getvalue()


def read(dataset: Dataset, split: str, paths: Mapping[File, Path], *, left: list[LeftOut] | None = None) -> list[Item]:
    """The images that have a transcription; what cannot be read in an image is told when somebody looks at it.

    A row that is not JSON, has no id or leads out of the folder is left out, and noted in `left`.
    """
    del dataset, split
    items, left = list[Item](), [] if left is None else left
    for path in paths.values():
        for _, row in forgiving.objects(path, path.name, path.read_bytes(), left):
            gold = _text(row)
            if not gold:
                continue
            place = (path.parent / str(row.get("image", ""))).resolve()
            if not row.get("id") or not place.is_relative_to(path.parent.resolve()):
                left.append(LeftOut(path.name, row.line, "image", "no id, or an image outside the folder"))
                continue
            script = row.get("script") or detect(gold).tag
            fields = {"script": script, "font": "photograph", "first": True, "place": (path.name, row.line)}
            items.append(Item(str(row["id"]), Photograph(str(place)), gold, str(row.get("group") or ""), fields))
    return items


def own(path: Path) -> Dataset | None:
    """The row of a table of images that people transcribed, under its checksum; None if it is no such table."""
    if path.suffix != ".jsonl":
        return None
    content = path.read_bytes()
    first = next(forgiving.objects(path, path.name, content, []), None)
    if first is None or "image" not in first[1]:
        return None
    sha256 = hashlib.sha256(content).hexdigest()
    return Dataset(
        id=f"{path.stem}@{sha256[:8]}",
        title=f"{path.name}, images given by their path",
        reader="images",
        files=(File(f"path:{path.resolve()}", sha256=sha256, bytes=len(content)),),
        splits={"all": ()},
        languages=("kk",),
        licence="not stated: a file of the user's",
        redistribution=False,
        unit="line",
    )


def _text(row: Mapping[str, Any]) -> str:
    gold = row.get("gold")
    return str((gold.get("text") if isinstance(gold, Mapping) else gold) or row.get("text") or "").strip()
