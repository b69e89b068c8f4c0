"""What a run will do before it does anything: cells, what is stored, what is blocked, what it will cost."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places, Where, locate
from qadam.errors import UnknownName, Usage
from qadam.store import Store
from qadam.terms import Blocked, Cell, Condition, Dataset, File, Profile, Protocol, Study, SystemRow, digest

SECONDS_PER_SYSTEM = 1.5  # loading a vocabulary, measured on 2 cores
SECONDS_PER_MB = 1.2  # cutting, counting and resampling one megabyte of text, measured on 2 cores


@dataclass(frozen=True)
class Plan:
    """Everything one run needs to know; printing it runs nothing."""

    study: Study
    profile: Profile
    protocol: Protocol
    protocol_hash: str
    systems: tuple[SystemRow, ...]
    cells: tuple[Cell, ...]  # all that can be had, stored or not
    stored: frozenset[Cell]
    blocked: tuple[Blocked, ...]
    store: Store
    places: Places
    asked: tuple[str, ...]  # systems the user named
    exploratory: bool
    download: int  # bytes
    disk: int  # bytes
    memory: int  # megabytes
    seconds: float

    @property
    def missing(self) -> tuple[Cell, ...]:
        """The cells a run has to fill."""
        return tuple(cell for cell in self.cells if cell not in self.stored)

    def condition(self, name: str) -> Condition:
        """A condition of the protocol by its name."""
        return next(c for c in self.protocol.conditions if c.name == name)

    def system(self, name: str) -> SystemRow:
        """A system of the plan by its name."""
        return next(s for s in self.systems if s.id == name)


def make(
    study: Study, profile: Profile, *, out: Path, places: Places, systems: Sequence[str] = (), seed: int | None = None
) -> Plan:
    """List the cells of a study in one profile and find out which are stored, which can be filled, which are blocked.

    Raises:
        Usage: the study has no such profile.
        UnknownName: a system named neither as in the catalogue nor by an existing path.
    """
    if profile not in study.protocols:
        raise Usage(
            f"Usage: {study.problem} has no profile {profile!r}; it has {', '.join(study.protocols)}.",
            f"qadam run {study.problem} --profile {next(iter(study.protocols))}",
        )
    protocol = study.protocols[profile]
    exploratory = seed is not None and protocol.seeds != (seed,)
    if exploratory and seed is not None:
        protocol = replace(protocol, seeds=(seed,))

    datasets = {name: tables.dataset_split(name) for name in protocol.datasets}
    protocol_hash = protocol.hash({name: items.revision(*pair) for name, pair in datasets.items()})
    store = Store(out, study.problem, profile, protocol_hash)
    rows = tuple({row.id: row for row in map(system_row, systems or study.systems[profile])}.values())

    data = {name: _located(items.files(*pair), places) for name, pair in datasets.items()}
    own = {row.id: _located(needed_files(row), places) for row in rows}
    cells: list[Cell] = []
    stored: set[Cell] = set()
    blocked: list[Blocked] = []
    for row in rows:
        for cell in _cells(protocol, row, datasets):
            wheres = (*data[cell.dataset].values(), *own[row.id].values())
            obstacle = next((w for w in wheres if w.kind == "blocked"), None)
            if store.has(cell, revision(row)):
                stored.add(cell)
                cells.append(cell)
            elif obstacle:
                blocked.append(Blocked(cell, obstacle.reason, obstacle.unblock))
            else:
                cells.append(cell)

    missing = [c for c in cells if c not in stored]
    busy = {c.system for c in missing}
    needed: dict[str, Where] = {}
    for cell in missing:
        needed |= data[cell.dataset] | own[cell.system]
    megabytes = sum(_size(datasets[c.dataset][0], c) for c in missing) / 1e6
    return Plan(
        study=study,
        profile=profile,
        protocol=protocol,
        protocol_hash=protocol_hash,
        systems=rows,
        cells=tuple(cells),
        stored=frozenset(stored),
        blocked=tuple(blocked),
        store=store,
        places=places,
        asked=tuple(systems),
        exploratory=exploratory,
        download=sum(w.bytes for w in needed.values() if w.kind == "download"),
        disk=sum(w.bytes for w in needed.values()),
        memory=200 + max((row.memory_mb for row in rows if row.id in busy), default=0) * 2,
        seconds=SECONDS_PER_SYSTEM * len(busy) + SECONDS_PER_MB * megabytes,
    )


def system_row(name: str) -> SystemRow:
    """The row of a system: from the catalogue, or made for a tokenizer file given by its path.

    Raises:
        UnknownName: neither a known name nor a file.
    """
    path = Path(name)
    if path.suffix == ".json" or path.is_file():
        if not path.is_file():
            raise UnknownName(
                f"UnknownName: there is no file {name}.",
                "Pass the path of a tokenizer.json, or a name: qadam list systems",
            )
        data = path.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        return SystemRow(
            id=f"{path.stem}@{sha256[:8]}",
            title=f"{path.name}, given by its path",
            kind="tokenizer",
            format="tekken" if b'"default_vocab_size"' in data[:4096] else "tokenizer.json",
            files=(File(source=f"path:{path.resolve()}", sha256=sha256, bytes=len(data)),),
            licence="not stated: a file of the user's",
        )
    return tables.system(name)


def revision(row: SystemRow) -> str:
    """Eight hexadecimal digits that tell two vocabularies, models or recipes of one name apart."""
    marks = [f.content or f.sha256 or f.source for f in row.files]
    data = row.options.get("dataset")
    if data:
        marks.append(items.revision(*tables.dataset_split(str(data))))
    return digest({"format": row.format, "options": row.options, "files": marks})[:8]


def needed_files(row: SystemRow) -> tuple[File, ...]:
    """The files a system needs, those of the data it is trained on included."""
    data = row.options.get("dataset")
    return row.files + (items.files(*tables.dataset_split(str(data))) if data else ())


def _located(files: Sequence[File], places: Places) -> dict[str, Where]:
    return {f.source: locate(f, places) for f in files}


def _cells(protocol: Protocol, row: SystemRow, datasets: dict[str, tuple[Dataset, str]]) -> Iterator[Cell]:
    """Every cell that makes sense: a condition or system tied to a language needs data that have it.

    A system whose row says `deterministic` is asked once, with the first seed.
    """
    spoken = str(row.options.get("language", ""))
    for name, (dataset, _) in datasets.items():
        for condition in protocol.conditions:
            if not {condition.language, spoken} - {""} <= set(dataset.languages):
                continue
            if condition.datasets and name not in condition.datasets:
                continue
            for seed in protocol.seeds[:1] if row.options.get("deterministic") else protocol.seeds:
                yield Cell(name, row.id, condition.name, seed)


def _size(dataset: Dataset, cell: Cell) -> int:
    """Bytes of text one cell reads, roughly: its share of the files of its data set."""
    own = sum(f.bytes for f in dataset.files if f.language == cell.condition)
    return own or sum(f.bytes for f in dataset.files) // max(1, len(dataset.languages))
