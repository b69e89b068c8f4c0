"""Makes photographs fit to be labelled and published: turned, straightened, cropped, blurred, and without their metadata.

A folder of photographs gets a table, `photographs.tsv`, one row for each line of text that is cut out of one of them. A
person fills it in; what can be found by machine (the angle, faces and number plates where a detector is installed) is
there as a proposal. A row is taken only if somebody has looked at the photograph and says so, and licence, source and consent
are stated; every other row is refused by name, and none stops the rest.

file      the photograph, in the folder
turn      degrees to turn it anticlockwise before anything else; the orientation that the camera stored is undone already
crop      left,top,width,height in pixels after turning: the line of text; empty: the whole
blur      the same, for each face, number plate or private address, separated by spaces; inside the crop or not
looked    yes, once a person has looked for all of these
script    kk-Cyrl, kk-Latn or kk-Arab
licence   under which whoever took the photograph gives it, such as CC BY 4.0
consent   who agreed to what: "own photograph of a sign in a public place"
source    where it is from: own, or the address of the page
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from qadam import store
from qadam.errors import BadData, ExtraMissing, NotReadable

TABLE, ITEMS = "photographs.tsv", "items.jsonl"
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp")
MOST = 60_000_000  # pixels; a photograph of more is refused before it is unpacked
LARGEST = 4000  # pixels of the longer side that are kept
LEAST = 12  # pixels of a side; nobody reads a line of less
TILT, STEP = 8.0, 0.5  # degrees to either side that are tried to straighten a page, and how finely
MARGIN = 0.15  # of a detected face, added on every side before it is blurred
YES = ("yes", "иә", "да")
SCRIPTS = ("kk-Cyrl", "kk-Latn", "kk-Arab")

Box = tuple[int, int, int, int]  # left, top, width, height
Finder = Callable[[Any], list[Box]]  # faces or plates in a picture of Pillow, in shades of grey


@dataclass(frozen=True)
class Cut:
    """A row of the table: one line of text in one photograph, and what is known of it."""

    file: str
    turn: str = ""
    crop: str = ""
    blur: str = ""
    looked: str = ""
    script: str = ""
    licence: str = ""
    consent: str = ""
    source: str = ""


COLUMNS = tuple(field.name for field in fields(Cut))


def propose(folder: Path, *, given: Cut, finders: Sequence[Finder] = ()) -> tuple[list[Cut], list[str]]:
    """A row for every photograph of a folder that the table does not have yet, and what is wrong with those left out.

    Args:
        given: what holds for all of them: licence, consent, source, script.
        finders: detectors of what must be blurred; see `detectors`.

    Returns:
        The new rows, to be written with `write`, and one sentence for each photograph that cannot be read.
    """
    known = {cut.file for cut in read(folder)} if (folder / TABLE).exists() else set()
    cuts, faults = [], []
    for path in sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.name not in known):
        try:
            picture = opened(path)
        except BadData as fault:
            faults.append(fault.message.removeprefix("BadData: "))
            continue
        angle = tilt(picture)
        found = [box for find in finders for box in find(_turned(picture, angle))]
        cuts.append(
            Cut(
                **{
                    **asdict(given),
                    "file": path.name,
                    "turn": f"{angle:g}" if angle else "",
                    "blur": " ".join(",".join(map(str, box)) for box in found),
                }
            )
        )
    return cuts, faults


def read(folder: Path) -> list[Cut]:
    """The rows of the table of a folder.

    Raises:
        NotReadable: there is no table, it is not UTF-8, or a column is missing.
    """
    try:
        text = (folder / TABLE).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise NotReadable(f"NotReadable: {folder / TABLE}: {fault}.", f"qadam photographs {folder}") from fault
    rows = list(csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))
    if rows and (absent := [name for name in COLUMNS if name not in rows[0]]):
        raise NotReadable(f"NotReadable: {folder / TABLE} has no column {', '.join(absent)}.", "Write it into line 1.")
    return [Cut(**{name: (row.get(name) or "").strip() for name in COLUMNS}) for row in rows]


def write(folder: Path, cuts: Sequence[Cut]) -> Path:
    """Write rows into the table of a folder, after those that are there."""
    return rewrite(folder, [*(read(folder) if (folder / TABLE).exists() else ()), *cuts])


def rewrite(folder: Path, cuts: Sequence[Cut]) -> Path:
    """Write the table of a folder, whole or not at all, in place of the one that is there."""
    lines = ["\t".join(COLUMNS), *("\t".join(asdict(cut).values()) for cut in cuts)]
    return store.write_text(folder / TABLE, "".join(f"{line}\n" for line in lines))


def prepare(folder: Path, out: Path) -> tuple[list[dict[str, str]], list[str]]:
    """Cut out every line whose row is ready, and write images and items.

    An image is written anew from its pixels, so that place, time, camera and name of the file are gone; it is called after
    what it holds, and so is its item. Lines of one photograph share a `group`.

    Returns:
        The items, as they stand in `items.jsonl`, and one sentence for each row that was refused.
    """
    items: dict[str, dict[str, str]] = {}
    refused = []
    for number, cut in enumerate(read(folder), 2):
        try:
            image = _made(folder, cut)
        except BadData as fault:
            refused.append(f"{TABLE}, line {number}, {cut.file}: {fault.message.removeprefix('BadData: ')}")
            continue
        content = _png(image)
        name = hashlib.sha256(content).hexdigest()[:16]
        out.mkdir(parents=True, exist_ok=True)
        (out / f"{name}.png").write_bytes(content)
        items[name] = {
            "id": name,
            "text": "",
            "image": f"{name}.png",
            "script": cut.script,
            "language": "kk",
            "group": hashlib.sha256((folder / cut.file).read_bytes()).hexdigest()[:16],
            "licence": cut.licence,
            "consent": cut.consent,
            "source": cut.source,
        }
    if items:
        lines = (json.dumps(item, ensure_ascii=False) + "\n" for item in items.values())
        (out / ITEMS).write_text("".join(lines), "utf-8")
    return list(items.values()), refused


def opened(path: Path) -> Any:
    """A photograph as Pillow sees it, upright as the camera held it.

    Raises:
        BadData: it is empty, truncated, too large or too small, or no photograph.
        ExtraMissing: Pillow is not installed.
    """
    image, ops = _pillow()
    try:
        with image.open(path) as seen:
            wide, high = seen.size
            if wide * high > MOST:
                raise BadData(
                    f"BadData: {path.name} has {wide * high / 1e6:.0f} million pixels, over {MOST / 1e6:.0f}."
                )
            if min(wide, high) < LEAST:
                raise BadData(f"BadData: {path.name} is {wide} x {high} pixels: too small to be read.")
            picture = ops.exif_transpose(seen).convert("RGB")
    except (OSError, ValueError, SyntaxError, image.DecompressionBombError) as fault:
        why = "is empty" if path.exists() and not path.stat().st_size else f"cannot be read as an image ({fault})"
        raise BadData(f"BadData: {path.name} {why}.") from fault
    picture.thumbnail((LARGEST, LARGEST))
    return picture


def tilt(picture: Any) -> float:
    """By how many degrees to turn a picture anticlockwise so that its lines lie level; 0 where nothing tells.

    The angle at which rows of pixels differ most: dark where letters stand, light between lines. Nothing beyond 8 degrees is
    found, and nothing where no angle is clearly better than none.
    """
    image, _ = _pillow()
    small = picture.convert("L")
    small.thumbnail((400, 400))

    def contrast(angle: float) -> float:
        grey = np.asarray(small.rotate(angle, image.Resampling.BILINEAR, fillcolor=round(np.median(small))), float)
        high, wide = grey.shape
        middle = grey[high // 10 : high - high // 10, wide // 10 : wide - wide // 10]
        return float(np.var(np.diff(middle.mean(axis=1)))) if middle.size else 0.0

    angles = [float(angle) for angle in np.arange(-TILT, TILT + STEP, STEP)]
    scores = {angle: contrast(angle) for angle in angles}
    best = max(angles, key=lambda angle: scores[angle])
    return best if scores[best] > 1.2 * scores[0.0] and abs(best) < TILT else 0.0


def detectors() -> tuple[list[Finder], str]:
    """Finders of faces and number plates, and a sentence that says what they are, or that there are none.

    They are the trained cascades that OpenCV 4 brings along. They overlook much: a person has to look all the same.
    """
    try:
        import cv2

        place = Path(cv2.data.haarcascades)
        names = (
            "haarcascade_frontalface_default.xml",
            "haarcascade_profileface.xml",
            "haarcascade_russian_plate_number.xml",
        )
        cascades = [cv2.CascadeClassifier(str(place / name)) for name in names if (place / name).exists()]
    except (ImportError, AttributeError):
        cascades = []
    if not cascades:
        return (
            [],
            "No detector of faces and number plates is installed (pip install 'opencv-python-headless<5'): look yourself.",
        )
    return [
        _finder(cascade) for cascade in cascades
    ], "Faces and number plates were looked for; much is overlooked: look yourself."


def _finder(cascade: Any) -> Finder:
    def find(picture: Any) -> list[Box]:
        found = cascade.detectMultiScale(np.asarray(picture.convert("L")), scaleFactor=1.1, minNeighbors=5)
        grown = []
        for left, top, wide, high in (map(int, box) for box in found):
            aside, above = round(wide * MARGIN), round(high * MARGIN)
            grown.append((max(0, left - aside), max(0, top - above), wide + 2 * aside, high + 2 * above))
        return grown

    return find


def _made(folder: Path, cut: Cut) -> Any:
    """The line of a row as a picture, if the row is ready."""
    if cut.looked.lower() not in YES:
        raise BadData("BadData: nobody has looked for faces, number plates and addresses; write yes into 'looked'.")
    for name in ("licence", "consent", "source"):
        if not getattr(cut, name):
            raise BadData(f"BadData: {name!r} is not stated.")
    if cut.script not in SCRIPTS:
        raise BadData(f"BadData: 'script' is one of {', '.join(SCRIPTS)}, not {cut.script!r}.")
    try:
        boxes = [box_of(box) for box in cut.blur.split()]
        crop = box_of(cut.crop) if cut.crop else None
    except ValueError as fault:
        raise BadData("BadData: 'crop' and 'blur' are left,top,width,height.") from fault
    picture = upright(folder, cut)
    for box in boxes:
        hide(picture, box)
    if crop:
        left, top, wide, high = crop
        if left + wide > picture.width or top + high > picture.height or min(wide, high) < LEAST:
            raise BadData(
                f"BadData: the crop {cut.crop} does not lie in the {picture.width} x {picture.height} pixels."
            )
        picture = picture.crop((left, top, left + wide, top + high))
    return picture


def upright(folder: Path, cut: Cut) -> Any:
    """The photograph of a row, turned as it says; its rectangles are counted in the pixels of this picture.

    Raises:
        BadData: it cannot be read, it lies in another folder, or the angle is no number.
    """
    if Path(cut.file).name != cut.file:
        raise BadData("BadData: the file is named without a folder.")
    try:
        angle = float(cut.turn or 0)
    except ValueError as fault:
        raise BadData("BadData: 'turn' is a number.") from fault
    if not -360 <= angle <= 360:
        raise BadData("BadData: 'turn' is a number of degrees, from -360 to 360.")
    return _turned(opened(folder / cut.file), angle)


def box_of(text: str) -> Box:
    """A rectangle from its four numbers; ValueError if they are not, or it has no size."""
    left, top, wide, high = (int(part) for part in text.split(","))
    if min(left, top) < 0 or min(wide, high) <= 0:
        raise ValueError(text)
    return left, top, wide, high


def hide(picture: Any, box: Box) -> None:
    """Paint over a rectangle with its own mean colour: of what was there nothing can be won back.

    A mosaic or a blur of a number plate can be, by trying out which plate would give it; one colour tells none apart.

    Raises:
        BadData: it lies outside the picture.
    """
    left, top, wide, high = box
    right, bottom = min(left + wide, picture.width), min(top + high, picture.height)
    if left >= right or top >= bottom:
        raise BadData(f"BadData: the rectangle {left},{top},{wide},{high} to be blurred lies outside the photograph.")
    region = np.asarray(picture.crop((left, top, right, bottom)))
    picture.paste(tuple(round(value) for value in region.mean(axis=(0, 1))), (left, top, right, bottom))


def _turned(picture: Any, angle: float) -> Any:
    image, _ = _pillow()
    return picture.rotate(angle, image.Resampling.BICUBIC, expand=True, fillcolor="white") if angle else picture


def _png(picture: Any) -> bytes:
    """The pixels and nothing else."""
    image, _ = _pillow()
    bare = image.fromarray(np.asarray(picture.convert("RGB")))
    out = io.BytesIO()
    bare.save(out, "PNG", optimize=True)
    return out.getvalue()


def _pillow() -> tuple[Any, Any]:
    try:
        from PIL import Image, ImageOps
    except ImportError:
        raise ExtraMissing(
            "ExtraMissing: photographs are read by Pillow, which is not installed.", "pip install 'qadam[ocr]'"
        ) from None
    return Image, ImageOps


def texts(cuts: Sequence[Cut]) -> Iterator[str]:
    """What is still to be filled in, a sentence a row."""
    for cut in cuts:
        absent = [name for name in ("looked", "script", "licence", "consent", "source") if not getattr(cut, name)]
        if absent:
            yield f"{cut.file}: {', '.join(absent)}"
