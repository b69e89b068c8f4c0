"""Utterances of a corpus of speech: what was said, by whom, where the recording is, and what a recogniser made of it.

Four shapes, told apart by what the files are:

a table            CSV, TSV, JSON Lines or Parquet with a column for what was said; Common Voice and FLEURS come so, and so do
                   tables of reference and hypothesis. Columns are known by their names (`speech.toml`); the option `columns`
                   names them where they are called otherwise, `header` names all of a table that has none, `keep` tells the
                   rows of a split by the value of its column. Recordings lie beside the table or in the folder `clips`.
an archive         a table's recordings may come as a .tar beside it: it is unpacked once, next to where it lies; without any table
                   what was unpacked is a folder as below
a folder with Meta/      KSC: tables of utterance and device, one text file and one recording an utterance
another folder           KSC2: recordings with a text file of the same name beside them; the folder's name is the domain

The speaker is what is resampled (`group`); gender, age, accent and domain are fields, None where nothing is known.
"""

from __future__ import annotations

import hashlib
import tarfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from qadam.catalogue.readers import forgiving, tabular
from qadam.errors import EmptyDataset, NotReadable
from qadam.terms import Dataset, File, Item, LeftOut

SOUNDS = (".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a")
FACTORS = ("gender", "age", "accent", "domain")
_SHAPE = "A row holds at least what was said: id,reference,hypothesis,speaker,gender,age,accent,domain"

Cells = Mapping[str, Any]


def read(dataset: Dataset, split: str, paths: Mapping[File, Path], *, left: list[LeftOut] | None = None) -> list[Item]:
    """The utterances of a split; those of which nobody wrote down what was said are left out, and noted in `left`.

    Raises:
        NotReadable: a table has no column for what was said, or a text beside a recording is missing.
        EmptyDataset: a table or folder without any utterance.
    """
    places = [_unpacked(path) for path in paths.values() if path.suffix == ".tar"]
    clips = [path for path in paths.values() if path.suffix in SOUNDS]
    tables = [path for path in paths.values() if path.suffix not in (".tar", ".txt", *SOUNDS)]
    found = [item for path in tables or places for item in _of(path, dataset.options, split, places, left)]
    found += _pairs(clips, Path())
    if not found and left:
        raise forgiving.nothing_left(tables[0], left)
    if not found:
        raise EmptyDataset(f"EmptyDataset: {dataset.title} holds no utterance whose words are written down.", _SHAPE)
    return _distinct(found)


def own(path: Path | Sequence[Path]) -> Dataset:
    """The row of a table or folder of the user's, or of several tables: one split, `all`, under the checksums of what they say.

    Raises:
        NotReadable: a table without a column for what was said, or without a row that can be read.
    """
    paths = [path] if isinstance(path, Path) else list(path)
    told = [p.read_bytes() if p.is_file() else "\n".join(sorted(map(str, p.rglob("*")))).encode() for p in paths]
    checksums = [hashlib.sha256(one).hexdigest() for one in told]
    for table in (one for one in paths if one.is_file()):
        left: list[LeftOut] = []
        first = next(tabular.rows(table, left=left), None)
        if first is None and left:
            raise forgiving.nothing_left(table, left)
        _named(tuple(first[1]) if first else (), {}, table)
    whole = checksums[0] if len(paths) == 1 else hashlib.sha256("".join(checksums).encode()).hexdigest()
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return Dataset(
        id=f"{paths[0].stem}@{whole[:8]}",
        title=f"{paths[0].name}{more}, given by {'their paths' if more else 'its path'}",
        reader="speech",
        files=tuple(
            File(f"path:{p.resolve()}", sha256=sha256 if p.is_file() else "", bytes=len(one))
            for p, sha256, one in zip(paths, checksums, told, strict=True)
        ),
        splits={"all": ()},
        languages=("kk",),
        licence="not stated: a file of the user's",
        redistribution=False,
        unit="utterance",
        options={} if paths[0].is_file() else {"folder": whole},
    )


def _of(path: Path, options: Cells, split: str, places: Sequence[Path], left: list[LeftOut] | None) -> Iterator[Item]:
    if path.is_dir():
        yield from _ksc(path) if (path / "Meta").is_dir() else _pairs(sorted(path.rglob("*")), path)
        return
    columns: dict[str, str] = {}
    for number, row in tabular.rows(path, header=options.get("header", ()), left=left):
        columns = columns or _named(tuple(row), options.get("columns", {}), path)
        if "keep" in options and split != "all" and str(row.get(options["keep"])) != split:
            continue
        told = {name: row.get(column) for name, column in columns.items()}
        if str(told["reference"] or "").strip():
            item = _item(str(told.get("id") or f"{number:06d}"), told, _clip(path, told, places))
            line = row.line if isinstance(row, forgiving.Row) else 0
            yield replace(item, fields={**item.fields, "place": (path.name, line)}) if line else item
        elif left is not None and isinstance(row, forgiving.Row):
            left.append(LeftOut(path.name, row.line, forgiving.TEXT, "nobody wrote down what was said"))


def _item(id: str, told: Cells, clip: Path | None) -> Item:
    said = str(told["reference"])
    heard = told.get("hypothesis")
    known: dict[str, Any] = {name: _known(name, told.get(name)) for name in FACTORS}
    known |= {"audio": str(clip or ""), "hypothesis": None if heard is None else str(heard)}
    return Item(id, said, said, str(_known("speaker", told.get("speaker")) or ""), known)


def _known(name: str, value: Any) -> str | None:
    """A value in one spelling, None if it says that nothing is known."""
    text = "" if value is None else str(value).strip()
    rows = _rows()
    if text.lower() in rows["unknown"]["values"]:
        return None
    spellings = rows["values"].get(name, {})
    return next((plain for plain, others in spellings.items() if text.lower() in others), text)


def _named(header: Sequence[str], given: Cells, path: Path) -> dict[str, str]:
    """Which column of a table holds what: as the row of the catalogue says, else by their names."""
    lower = {column.strip().lower(): column for column in reversed(header)}
    found = {
        name: next((lower[alias] for alias in aliases if alias in lower), "")
        for name, aliases in _rows()["columns"].items()
    }
    found = {name: column for name, column in (found | dict(given)).items() if column}
    if "reference" not in found or not set(found.values()) <= set(header):
        raise NotReadable(
            f"NotReadable: {path} has no column of what was said, only {', '.join(header) or 'none'}.", _SHAPE
        )
    return found


def _clip(table: Path, told: Cells, places: Iterable[Path]) -> Path | None:
    """Where a recording lies: as the table says, beside it, or in what was unpacked."""
    name = str(told.get("audio") or "")
    if not name:
        return None
    own = (table.parent / name, table.parent / "clips" / name)
    try:
        return next((path for path in own if path.is_file()), _inside(name, tuple(places)) or own[0])
    except OSError:  # a name that no disk can hold: whoever listens names it
        return own[0]


def _inside(name: str, places: tuple[Path, ...]) -> Path | None:
    return next((found[Path(name).name] for place in places if Path(name).name in (found := _sounds(place))), None)


@cache
def _sounds(place: Path) -> dict[str, Path]:
    return {path.name: path for path in place.rglob("*") if path.suffix.lower() in SOUNDS}


def _unpacked(archive: Path) -> Path:
    """The folder of an archive, unpacked beside it; a folder under its final name is whole."""
    folder = archive.with_name(f"{archive.name}.unpacked")
    part = archive.with_name(f"{archive.name}.part")
    if not folder.is_dir():
        try:
            with tarfile.open(archive) as packed:
                packed.extractall(part, filter="data")
        except (tarfile.TarError, OSError, EOFError) as fault:
            raise NotReadable(
                f"NotReadable: {archive} cannot be unpacked: {fault}.",
                "Fetch it again with --again, or free some space.",
            ) from fault
        part.rename(folder)
    return folder


def _ksc(folder: Path) -> Iterator[Item]:
    """KSC: which device recorded what; a device stands for a speaker, since speakers are not named."""
    sounds = {path.stem: path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SOUNDS}
    texts = {path.stem: path for path in sorted(folder.rglob("*.txt"))}
    for table in sorted((folder / "Meta").glob("*.csv")):
        for number, row in tabular.rows(table):
            words = _words_of(row)
            if words.get("id") in texts:
                told = {**words, "reference": _text(texts[words["id"]]), "domain": None}
                yield _item(words["id"], told, sounds.get(words["id"]))
            elif not words.get("id"):
                raise NotReadable(f"NotReadable: {table}, row {number} names no utterance.", "uttID,deviceID")


def _words_of(row: Cells) -> dict[str, str]:
    """The columns of KSC's tables, which part their cells by spaces, tabs or commas, as utterance and speaker."""
    cells = [part for pair in row.items() for part in (str(pair[0]), str(pair[1]))]
    header, values = " ".join(cells[::2]).split(), " ".join(cells[1::2]).split()
    named = dict(zip((name.lower() for name in header), values, strict=False))
    return {"id": named.get("uttid", ""), "speaker": named.get("deviceid", "")}


def _pairs(paths: Iterable[Path], folder: Path) -> Iterator[Item]:
    """Recordings with a text of the same name; the folder they lie in is the domain. Speakers are not named."""
    for clip in (path for path in paths if path.suffix.lower() in SOUNDS):
        text = clip.with_suffix(".txt")
        inside = clip.is_relative_to(folder) and clip.parent != folder
        id = str(clip.relative_to(folder).with_suffix("")) if inside else clip.stem
        if text.is_file():
            domain = clip.parent.name if inside and folder != Path() else None
            yield _item(id if folder != Path() else clip.stem, {"reference": _text(text), "domain": domain}, clip)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig").strip()
    except UnicodeDecodeError as fault:
        raise NotReadable(f"NotReadable: {path} is not UTF-8.", "Write it anew as UTF-8.") from fault


def _distinct(items: Sequence[Item]) -> list[Item]:
    """The same items, and where two have one id, a number behind the later ones: FLEURS reads a sentence several times."""
    seen: dict[str, int] = {}
    found = []
    for item in items:
        seen[item.id] = seen.get(item.id, 0) + 1
        id = item.id if seen[item.id] == 1 else f"{item.id}#{seen[item.id]}"
        found.append(item if id == item.id else Item(id, item.input, item.gold, item.group, item.fields))
    return found


@cache
def _rows() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("speech.toml").read_text("utf-8"))
