"""Recordings of single words: which word, which speaker, and where the sound is, if anywhere.

The word is the name of the folder that a recording lies in, its file is named after the speaker (`тоқта/a7.wav`). The files are

sounds         one file each, anywhere
an archive     .zip, with folders named after words
a folder       of the user's, with folders named after words
a table        of the user's (CSV, TSV, JSON Lines, Parquet): `clip` (or audio, path, file), `word` (or label, command, text), `speaker`
a list         .json, an object whose keys name recordings that lie elsewhere: there is nothing to hear, but answers were recorded

Option `words` names what a folder is called beside its word (`down = "төмен"`); folders that are neither are left out. With `held_out` so
many speakers, whose names have the smallest hashes, are the split `test`, the others `learn`, so that nobody is heard on both sides.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from qadam.catalogue.packed import DAMAGE
from qadam.catalogue.readers import tabular
from qadam.errors import EmptyDataset, NotReadable
from qadam.terms import Dataset, File, Item

SOUNDS = (".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a")
COLUMNS = {
    "clip": ("clip", "audio", "path", "file", "file_name", "wav"),
    "word": ("word", "label", "command", "text", "gold", "сөз", "слово"),
    "speaker": ("speaker", "speaker_id", "client_id", "сөйлеуші", "диктор"),
}
_SHAPE = "Folders named after the words (тоқта/a7.wav), or a table with the columns clip, word, speaker."


class Clip(NamedTuple):
    """One recording: the folder or label it has, its speaker, its name in the data set, and where it can be heard."""

    word: str
    speaker: str
    name: str
    place: str = ""


def read(dataset: Dataset, split: str, paths: Mapping[File, Path]) -> list[Item]:
    """The recordings of a split: gold and input are the word, the group is the speaker, the field `clip` is the path of the sound.

    Raises:
        NotReadable: a list is no JSON object of names, an archive is none, or a table lacks a column.
        EmptyDataset: no recording of any of the words.
    """
    words = dict(dataset.options.get("words", {}))
    known = set(words.values())
    clips = [clip for path in paths.values() for clip in _clips(path)]
    held = _held_out(clips, int(dataset.options.get("held_out", 0)))
    items = []
    for clip in clips:
        word = words.get(clip.word, clip.word)
        if (known and word not in known) or (
            held and split in ("learn", "test") and (clip.speaker in held) != (split == "test")
        ):
            continue
        fields = {"speaker": clip.speaker} | ({"clip": clip.place} if clip.place else {})
        items.append(Item(clip.name, word, word, clip.speaker, fields))
    if not items:
        raise EmptyDataset(f"EmptyDataset: {dataset.title} holds no recording of its words.", _SHAPE)
    return items


def own(path: Path) -> Dataset:
    """The row of a folder or table of the user's: one split, `all`."""
    folder = path.is_dir()
    told = (
        "\n".join(f"{p.relative_to(path)} {p.stat().st_size}" for p in _sounds(path)).encode()
        if folder
        else path.read_bytes()
    )
    sha256 = hashlib.sha256(told).hexdigest()
    return Dataset(
        id=f"{path.stem}@{sha256[:8]}",
        title=f"{path.name}, given by its path",
        reader="word_clips",
        files=(File(f"path:{path.resolve()}", sha256="" if folder else sha256, bytes=len(told)),),
        splits={"all": ()},
        languages=("kk",),
        licence="not stated: recordings of the user's",
        redistribution=False,
        unit="recording",
        options={"folder": sha256} if folder else {},
    )


def _clips(path: Path) -> Iterator[Clip]:
    if path.is_dir():
        names = [(p.relative_to(path).as_posix(), str(p)) for p in _sounds(path)]
    elif path.suffix == ".zip":
        names = [(name, f"{path}/{name}") for name in _members(path)]
    elif path.suffix == ".json":
        names = [(name, "") for name in _listed(path)]
    elif path.suffix in SOUNDS:
        names = [(f"{path.parent.name}/{path.name}", str(path))]
    else:
        yield from _tabled(path)
        return
    for name, place in names:
        word, stem = PurePosixPath(name).parent.name, PurePosixPath(name).stem
        if word:
            yield Clip(word, stem, f"{word}/{stem}", place)


def _sounds(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SOUNDS)


def _members(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return sorted(name for name in archive.namelist() if PurePosixPath(name).suffix.lower() in SOUNDS)
    except DAMAGE as fault:
        raise NotReadable(f"NotReadable: {path} is no ZIP archive: {fault}.", tabular.MEND) from fault


def _listed(path: Path) -> list[str]:
    try:
        names = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as fault:
        raise NotReadable(f"NotReadable: {path} is no JSON: {fault}.", tabular.MEND) from fault
    if not isinstance(names, dict):
        raise NotReadable(f"NotReadable: {path} is no object whose keys name recordings.", tabular.MEND)
    return list(names)


def _tabled(path: Path) -> Iterator[Clip]:
    columns: dict[str, str] = {}
    for number, row in tabular.rows(path):
        lower = {name.strip().lower(): name for name in row}
        columns = columns or {key: next((lower[a] for a in names if a in lower), "") for key, names in COLUMNS.items()}
        if not columns["clip"] or not columns["word"]:
            raise NotReadable(
                f"NotReadable: {path} has the columns {', '.join(row)}: none for the clip or the word.", _SHAPE
            )
        clip, word = str(row[columns["clip"]]), str(row[columns["word"]])
        place = Path(clip) if Path(clip).is_absolute() else path.parent / clip
        yield Clip(word, str(row[columns["speaker"]] if columns["speaker"] else ""), f"{number:06d}", str(place))


def _held_out(clips: list[Clip], count: int) -> set[str]:
    """The speakers of the test part: those whose names have the smallest hashes."""
    speakers = {clip.speaker for clip in clips}
    return set(sorted(speakers, key=lambda name: hashlib.sha256(name.encode()).hexdigest())[:count])
