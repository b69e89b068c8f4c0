"""Recordings with what is known of them: what is said, by whom, and which label they have.

Option `layout` says how a corpus tells it:

table    a table (CSV, TSV) has one row a clip; `clip` is the column that names its file, with or without the ending
names    the name of a file tells speaker, label and number, `{speaker}_{label}_{number}`; files are members of a ZIP archive, each
         with its words in a .txt beside it, or only their names are there, one a line
parquet  a table holds the sounds themselves, in the column `clip`
files    each file is a clip; a .txt of the same name holds its words, without one its name is the word that is said

An item's input is what is said, its gold the label in the words of `labels`, its group the speaker. The field `audio` is the path
of the sound, where there is one; inside an archive or a table it goes on behind the file (`clips.zip/a.wav`). A label that
`labels` does not have, or that `among` leaves out, is no gold; the field `label` keeps it. A row whose clip the data set lacks is
left out, and so is a second row that claims the same clip.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from qadam.catalogue import parquet
from qadam.catalogue.packed import DAMAGE, member
from qadam.catalogue.readers import tabular
from qadam.catalogue.readers.text import cell, decoded, lines
from qadam.errors import NotReadable
from qadam.terms import Dataset, File, Item

SOUNDS = (".wav", ".mp3", ".flac", ".ogg", ".opus")


def read(dataset: Dataset, split: str, paths: Mapping[File, Path]) -> list[Item]:
    """The clips of a split, in the order of the tables, or of their names.

    Raises:
        NotReadable: a table lacks a column that the options name, an archive is none, or a name tells no speaker and label.
    """
    find = {"table": _tabled, "names": _named, "parquet": _enclosed, "files": _alone}[str(dataset.options["layout"])]
    found: dict[str, Item] = {}
    for item in find(dataset, split, paths):
        found.setdefault(str(item.fields.get("audio") or item.id), item)
    return list(found.values())


def _tabled(dataset: Dataset, split: str, paths: Mapping[File, Path]) -> Iterator[Item]:
    options = dataset.options
    clips = {key: path for path in paths.values() if path.suffix in SOUNDS for key in (path.stem, path.name)}
    for path in (path for path in paths.values() if path.suffix not in SOUNDS):
        for number, row in tabular.rows(path):
            name = str(cell(row, options["clip"], path, number))
            if name in clips:
                told = {key: str(cell(row, options[key], path, number) or "") for key in _KNOWN if key in options}
                yield _item(dataset, Path(name).stem, told, str(clips[name]))


_KNOWN = ("text", "label", "speaker", "gender")


def _named(dataset: Dataset, split: str, paths: Mapping[File, Path]) -> Iterator[Item]:
    for path in paths.values():
        if path.suffix != ".zip":
            yield from (_item(dataset, name, _told(name, path)) for name in lines(path))
            continue
        try:
            with zipfile.ZipFile(path) as archive:
                members = sorted(name for name in archive.namelist() if PurePosixPath(name).suffix in SOUNDS)
                texts = set(archive.namelist())
                for sound in members:
                    words = str(PurePosixPath(sound).with_suffix(".txt"))
                    said = decoded(member(archive, words), path / words).strip() if words in texts else ""
                    name = PurePosixPath(sound).stem
                    if split in ("all", *PurePosixPath(sound).parts[:-1]):
                        yield _item(dataset, name, {**_told(name, path), "text": said}, str(path / sound))
        except DAMAGE as fault:
            raise NotReadable(f"NotReadable: {path} is no ZIP archive: {fault}.", tabular.MEND) from fault


def _enclosed(dataset: Dataset, split: str, paths: Mapping[File, Path]) -> Iterator[Item]:
    import polars

    options = dataset.options
    known = {key: str(options[key]) for key in _KNOWN if key in options}
    for path in paths.values():
        with parquet.reading(path):
            if absent := set(known.values()) - set(polars.read_parquet_schema(path)):
                raise NotReadable(f"NotReadable: {path} has no {', '.join(sorted(absent))}.", tabular.MEND)
            table = polars.read_parquet(path, columns=[*known.values()])
        for number, row in enumerate(table.iter_rows(named=True)):
            told = {key: str(row[column] or "") for key, column in known.items()}
            yield _item(dataset, f"{path.stem}-{number:06d}", told, f"{path}/{options['clip']}/{number}")


def _alone(dataset: Dataset, split: str, paths: Mapping[File, Path]) -> Iterator[Item]:
    texts = {path.stem: path for path in paths.values() if path.suffix == ".txt"}
    for path in (path for path in paths.values() if path.suffix in SOUNDS):
        words = " ".join(lines(texts[path.stem])) if path.stem in texts else path.stem
        yield _item(dataset, path.stem, {"text": words}, str(path))


def _item(dataset: Dataset, name: str, told: Mapping[str, str], clip: str = "") -> Item:
    label = told.get("label", "")
    known = dict(dataset.options.get("labels", {})).get(label, "")
    among = dataset.options.get("among", ())
    gold = known if known and (not among or known in among) else None
    fields: dict[str, Any] = {key: told[key] for key in ("speaker", "gender", "label") if told.get(key)}
    return Item(
        name, told.get("text", "") or name, gold, told.get("speaker", ""), fields | ({"audio": clip} if clip else {})
    )


def _told(name: str, path: Path) -> dict[str, str]:
    parts = name.split("_")
    if len(parts) != 3:
        raise NotReadable(f"NotReadable: {path}: {name!r} is not speaker_label_number.", tabular.MEND)
    return {"speaker": parts[0], "label": parts[1]}
