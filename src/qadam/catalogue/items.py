"""From the name of a data set to its items: row, files, reader."""

from __future__ import annotations

import hashlib
import importlib
from dataclasses import replace
from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import NamedTuple

from qadam.catalogue import tables
from qadam.catalogue.fetch import Address, Places, Progress, fetch
from qadam.catalogue.readers.forgiving import nothing_left
from qadam.errors import BadData, EmptyDataset
from qadam.terms import Dataset, File, Item, LeftOut, digest


class _Loaded(NamedTuple):
    """The items of a split, how many rows were read for them, and the rows that could not be."""

    items: tuple[Item, ...]
    rows: int
    left: tuple[LeftOut, ...]


_loaded: dict[tuple[str, Places], _Loaded] = {}
_loading = Lock()


def load(name: str, places: Places, *, progress: Progress | None = None) -> tuple[Item, ...]:
    """The items of `dataset/split`, in an order that never changes; read once per process.

    Raises:
        UnknownName: no such data set or split.
        CannotGet and its kin: a file could not be had; see `fetch`.
        BadData and its kin: a file is not what the row promises; the message names file and line.
        EmptyDataset: the split holds nothing.
    """
    return _kept(name, places, progress).items


def left_out(name: str, places: Places) -> tuple[int, tuple[LeftOut, ...]]:
    """How many rows of a user's table were read, and those that could not be; of any other data none ever is left out.

    Raises:
        QadamError: as in `load`.
    """
    kept = _kept(name, places, None)
    return kept.rows, kept.left


def _kept(name: str, places: Places, progress: Progress | None) -> _Loaded:
    with _loading:
        if (name, places) not in _loaded:
            _loaded[name, places] = _read(name, places, progress)
        return _loaded[name, places]


def files(dataset: Dataset, split: str) -> tuple[File, ...]:
    """The files of a split, in the order of the row, those it takes examples from included.

    A file without a part belongs to every split.
    """
    shown = _examples(dataset, split)
    parts = (*dataset.splits[split], *(dataset.splits[shown] if shown else ()))
    return tuple(file for file in dataset.files if not file.part or file.part in parts)


def own_splits(dataset: Dataset) -> tuple[str, ...]:
    """The splits that share no part with an earlier one: what an audit reads, so that nothing is looked at twice."""
    own: dict[str, set[str]] = {}
    for split, parts in sorted(dataset.splits.items(), key=lambda pair: len(pair[1])):
        if not any(set(parts) & seen for seen in own.values()) and not (own and not parts):
            own[split] = set(parts)
    return tuple(split for split in dataset.splits if split in own)


def revision(dataset: Dataset, split: str) -> str:
    """Sixteen hexadecimal digits that change with any byte of the split's files and with how they are read.

    It goes into the hash of a protocol and into every signature.
    """
    checksums = [checksum(file) for file in files(dataset, split)]
    makers = [_maker(dataset, name).revision() for name in dataset.options.get("makers", ())]
    return digest([dataset.reader, dict(dataset.options), list(dataset.splits[split]), checksums, *makers])


def _read(name: str, places: Places, progress: Progress | None) -> _Loaded:
    dataset, split = tables.dataset_split(name)
    module = f"qadam.catalogue.readers.{dataset.reader}"
    if find_spec(module) is None:
        raise BadData(f"BadData: {dataset.id} asks for a reader {dataset.reader!r}: there is none.", "Mend its row.")
    reader = importlib.import_module(module)
    paths = {file: fetch(file, places, progress=progress) for file in files(dataset, split)}
    left: list[LeftOut] = []
    noting = {"left": left} if tables.is_own(name) and "left" in signature(reader.read).parameters else {}

    def read(part: str) -> list[Item]:
        own = {file: path for file, path in paths.items() if not file.part or file.part in dataset.splits[part]}
        return list(reader.read(dataset, part, own, **noting))

    found = read(split)
    rows = len(found)
    if shown := _examples(dataset, split):
        found = _with_examples(found, read(shown))
    for maker in dataset.options.get("makers", ()):
        found = _maker(dataset, maker).make(found, split)
    items = tuple(found)
    if not items and left:
        raise nothing_left(Path(left[0].file), left)
    if not items:
        raise EmptyDataset(f"EmptyDataset: {name} has no items.", f"Fetch it again: qadam fetch {dataset.id} --again")
    return _Loaded(items, rows, tuple(left))


def _examples(dataset: Dataset, split: str) -> str:
    """The split whose items may be shown as examples before those of this one; empty if there is none."""
    shown = str(dataset.options.get("examples", ""))
    return "" if shown == split else shown


def _with_examples(found: list[Item], shown: list[Item]) -> list[Item]:
    """Items that carry the examples of their group, in the order of the source, in the field `examples`."""
    groups: dict[str, list[Item]] = {}
    for item in shown:
        groups.setdefault(item.group, []).append(item)
    return [replace(i, fields={**i.fields, "examples": tuple(groups.get(i.group, ()))}) for i in found]


def _maker(dataset: Dataset, name: str) -> ModuleType:
    """The module of `makers/` that a row names."""
    module = f"qadam.catalogue.makers.{name}"
    if find_spec(module) is None:
        raise BadData(f"BadData: {dataset.id} asks for a maker {name!r}: there is none.", "Mend its row.")
    return importlib.import_module(module)


def checksum(file: File) -> str:
    """What tells two states of a file apart: the checksum of its row, or of its bytes if it comes with a package.

    Files inside a package carry no checksum in their row: the package is versioned, its bytes are hashed here.
    """
    if file.sha256 or file.content:
        return file.sha256 or file.content
    address = Address.of(file)
    path = address.package_path() if address.kind == "package" else None
    return hashlib.sha256(path.read_bytes()).hexdigest() if path and path.exists() else ""
