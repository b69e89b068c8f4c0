"""What a run will do before it does anything: cells, what is stored, what is blocked, what it will cost."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places, Where, locate
from qadam.errors import UnknownName, Usage
from qadam.lab import training_time
from qadam.store import Store
from qadam.terms import Blocked, Cell, Condition, Dataset, File, Profile, Protocol, Study, SystemRow, digest

SECONDS_PER_SYSTEM = 1.5  # loading a vocabulary, measured on 2 cores
SECONDS_PER_MB = 0.4  # cutting, counting and resampling one megabyte of text, measured on 2 cores


class Cost(NamedTuple):
    """What filling the missing cells will take: bytes to download and to keep, megabytes of memory, seconds."""

    download: int
    disk: int
    memory: int
    seconds: float


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
    asked: Mapping[str, str]  # id -> how the user named it, for the systems the user named
    exploratory: bool
    cost: Cost

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
    study: Study,
    profile: Profile,
    *,
    out: Path,
    places: Places,
    systems: Sequence[str] = (),
    seed: int | None = None,
    data: str = "",
) -> Plan:
    """List the cells of a study in one profile and find out which are stored, which can be filled, which are blocked.

    The judges of the study join whatever systems are asked for: what is known of them stands beside what they judged.

    Raises:
        Usage: the study has no such profile.
        UnknownName: a system named neither as in the catalogue nor by an existing path.
    """
    fixed = _fixed(study, profile)
    protocol = _on_own_data(study, fixed, data) if data else fixed
    if seed is not None and fixed.seeds != (seed,):
        protocol = replace(protocol, seeds=(seed,))
    datasets = {name: tables.dataset_split(name) for name in protocol.datasets}
    store = store_of(study.problem, profile, protocol, out=out)
    asked = {name: system_row(name) for wish in systems for name in tables.members(wish)}
    rows = _rows(study, profile, protocol, asked)

    own = {row.id: _located(needed_files(row), places) for row in rows}
    large = set() if asked or profile == "full" else {row.id for row in rows if "GPU" in row.needs}
    brought = {name: _located(items.files(*pair), places) for name, pair in datasets.items()}
    cells: list[Cell] = []
    blocked: list[Blocked] = []
    stored = set()
    current = {row.id: revision(row) for row in rows}
    for cell in (cell for row in rows for cell in _cells(study, protocol, row, datasets)):
        wheres = (brought[cell.dataset] | own[cell.system]).values()
        obstacle = next((where for _, where in wheres if where.kind == "blocked"), None)
        if cell.system in large:
            obstacle = _only_if_named(study, profile, cell.system)
        if store.has(cell, current[cell.system]):
            stored.add(cell)
        elif obstacle:
            blocked.append(Blocked(cell, obstacle.reason, obstacle.unblock))
            continue
        cells.append(cell)
    missing = [cell for cell in cells if cell not in stored]
    trained = places.home / "trained"
    cost = _cost(
        [brought[cell.dataset] | own[cell.system] for cell in missing],
        [row for row in rows if any(cell.system == row.id for cell in missing)],
        size=sum(_size(datasets[cell.dataset][0], cell) for cell in missing),
        training=sum(_training(row, missing, protocol, trained / f"{row.id}-{current[row.id]}") for row in rows),
    )
    return Plan(
        study=study,
        profile=profile,
        protocol=protocol,
        protocol_hash=store.protocol_hash,
        systems=rows,
        cells=tuple(cells),
        stored=frozenset(stored),
        blocked=tuple(blocked),
        store=store,
        places=places,
        asked={row.id: name for name, row in asked.items()},
        exploratory=protocol != fixed,
        cost=cost,
    )


def store_of(problem: str, profile: Profile, protocol: Protocol, *, out: Path) -> Store:
    """Where the records of a protocol are kept; its hash covers the revisions of its data."""
    revisions = {name: items.revision(*tables.dataset_split(name)) for name in protocol.datasets}
    return Store(out, problem, profile, protocol.hash(revisions))


def _fixed(study: Study, profile: Profile) -> Protocol:
    """The protocol of a profile, as it was written down before anything was measured."""
    if profile not in study.protocols:
        raise Usage(
            f"Usage: {study.problem} has no profile {profile!r}; it has {', '.join(study.protocols)}.",
            f"qadam run {study.problem} --profile {next(iter(study.protocols))}",
        )
    return study.protocols[profile]


def _rows(study: Study, profile: Profile, protocol: Protocol, asked: Mapping[str, SystemRow]) -> tuple[SystemRow, ...]:
    """The systems of a run: those that the user names or else those of the profile, and always its judges."""
    listed = {name: system_row(name) for name in study.systems[profile]}
    judges = {name: row for name, row in listed.items() if row.kind == "judge"}
    named = dict(asked or listed) | judges
    return tuple(_before_a_judge(row, protocol) for row in {row.id: row for row in named.values()}.values())


def _before_a_judge(row: SystemRow, protocol: Protocol) -> SystemRow:
    """A language model whose answers the protocol shows to a judge; other systems as they are."""
    if row.kind != "language_model" or "judge" not in protocol.choices:
        return row
    return replace(row, options={**row.options, "judge": protocol.choices["judge"]})


def _cost(
    files: Sequence[Mapping[str, tuple[File, Where]]], busy: Sequence[SystemRow], *, size: int, training: float
) -> Cost:
    """What files, systems, so many bytes of text and training will take; a file that several cells need counts once."""
    needed = {source: found for group in files for source, found in group.items()}.values()
    return Cost(
        download=sum(where.bytes for _, where in needed if where.kind == "download"),
        disk=sum(file.bytes for file, where in needed if where.kind == "download" or _packed(where)),
        memory=200 + 2 * max((row.memory_mb for row in busy), default=0),
        seconds=SECONDS_PER_SYSTEM * len(busy) + SECONDS_PER_MB * size / 1e6 + training,
    )


def _training(row: SystemRow, missing: Sequence[Cell], protocol: Protocol, kept: Path) -> float:
    """Seconds that a system is taught for the cells it has yet to fill; what was taught before is kept under a name."""
    cells = [cell for cell in missing if cell.system == row.id]
    if not cells:
        return 0.0
    seeds = {cell.seed for cell in cells}
    return training_time.seconds(row, seeds, cells=len(cells), limits=protocol.limits, kept=kept)


def _on_own_data(study: Study, protocol: Protocol, data: str) -> Protocol:
    """The protocol with a table of the user's, or a data set by its name: where the study says, or in place of all its data.

    In place of all there is only the control condition. It is exploratory. A name without a split means all of them.

    Raises:
        Usage: the study reads no tables, or the data set is none.
        UnknownName: neither a file nor a data set.
    """
    readers = {tables.dataset_split(name)[0].reader for name in protocol.datasets} & {"tabular", "speech"}
    if not readers:
        raise Usage(
            f"Usage: {study.problem} does not read tables in this profile.",
            f"qadam run {study.problem} --profile laptop",
        )
    known = next((row for row in tables.datasets() if row.id == data.partition("/")[0]), None)
    if known and not Path(data).exists():
        name = data if "/" in data else f"{data}/all"
        if known.reader not in readers:
            raise Usage(f"Usage: {known.id} is no table.", f"qadam show {known.id}")
    else:
        name = f"{tables.OWN_SPEECH if 'speech' in readers else tables.OWN}{data}/all"
    tables.dataset_split(name)
    if study.own:
        return study.own(protocol, name)
    kept = tuple(replace(c, datasets=()) for c in protocol.conditions if c.control or not c.datasets)
    rule = replace(protocol.rule, dataset=name) if protocol.rule else None
    if rule and rule.condition not in {c.name for c in kept}:  # it was about data that are not here
        rule = replace(rule, condition=next((c.name for c in kept if c.control), kept[0].name))
    return replace(protocol, datasets=(name,), conditions=kept, rule=rule)


def system_row(name: str) -> SystemRow:
    """The row of a system: from the catalogue, or made for a language model, recogniser or reader by its address, for a tokenizer,
    Kazakh word vectors, recorded segmentations (.tsv) or a segmenting transducer (.hfst) by the path of the file.

    Raises:
        UnknownName: neither a known name nor a file.
    """
    if name.startswith("asr:"):
        from qadam.systems.speech import recognizer

        return recognizer.addressed(name)
    if name.startswith("reader:"):
        from qadam.systems.images import reader

        return reader.addressed(name)
    if name.startswith("judge:"):
        from qadam.systems.language_models import judge

        return judge.addressed(name)
    if name.startswith(("openai:", "hf:", "gguf:", "file:")):
        from qadam.systems.language_models.language_model import addressed  # here: most plans name no model

        return addressed(name)
    arm, _, given = name.partition(":")
    if given and any(row.id == arm and row.kind == "network" for row in tables.systems()):
        return _on_given(tables.system(arm), given)
    path = Path(name)
    vectors = {".vec", ".bin"} & set(path.suffixes)
    segmenter = {".tsv": "recorded", ".hfst": "hfst", ".hfstol": "hfst"}.get(path.suffix, "")
    if path.suffix == ".json" or vectors or path.is_file():
        if not path.is_file():
            raise UnknownName(
                f"UnknownName: there is no file {name}.",
                "Pass the path of a tokenizer.json or of word vectors (.vec, .bin), or a name: qadam list systems",
            )
        with path.open("rb") as stream:
            head = stream.read(4096)
            stream.seek(0)
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()  # vectors have gigabytes
        tokens = "tekken" if b'"default_vocab_size"' in head else "tokenizer.json"
        return SystemRow(
            id=f"{'-'.join(path.stem.split())}@{sha256[:8]}",
            title=f"{path.name}, given by its path",
            kind="encoder" if vectors else "segmenter" if segmenter else "tokenizer",
            format="vectors" if vectors else segmenter or tokens,
            files=(File(source=f"path:{path.resolve()}", sha256=sha256, bytes=path.stat().st_size),),
            licence="not stated: a file of the user's",
            options={"language": "kk", "deterministic": True} if vectors else {},
        )
    return tables.system(name)


def _on_given(row: SystemRow, given: str) -> SystemRow:
    """The network of a row on any tokenizer over bytes: the path of a tokenizer.json, or `hf:org/name` of Hugging Face.

    Raises:
        UnknownName: there is no such file.
    """
    if given.startswith("hf:"):
        file = File(source=f"hf:{given.removeprefix('hf:')}@main:tokenizer.json")
        mark = given.rpartition("/")[2]
    else:
        path = Path(given)
        if not path.is_file():
            raise UnknownName(
                f"UnknownName: there is no file {given}.",
                f"Pass the path of a tokenizer.json, or a name of Hugging Face: {row.id}:hf:ORG/NAME",
            )
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        file = File(source=f"path:{path.resolve()}", sha256=sha256, bytes=path.stat().st_size)
        mark = f"{'-'.join(path.stem.split())}@{sha256[:8]}"
    return replace(row, id=f"{row.id}-on-{mark}", title=f"{row.title}: on {mark}", format="given", files=(file,))


def revision(row: SystemRow) -> str:
    """Eight hexadecimal digits that tell two vocabularies, models or recipes of one name apart."""
    marks = [f.content or items.checksum(f) or f.source for f in row.files]
    marks += [items.revision(*tables.dataset_split(name)) for name in trained_on(row).values()]
    return digest({"format": row.format, "options": row.options, "files": marks})[:8]


def needed_files(row: SystemRow) -> tuple[File, ...]:
    """The files a system needs, those of the data it is trained on included."""
    data = (items.files(*tables.dataset_split(name)) for name in trained_on(row).values())
    return row.files + tuple(chain.from_iterable(data))


def trained_on(row: SystemRow) -> dict[str, str]:
    """The data a system is trained on here, by what it learns from them; the text it learns first has no name."""
    first = {"": str(row.options["dataset"])} if row.options.get("dataset") else {}
    return {**first, **row.options.get("datasets", {})}


def _located(files: Sequence[File], places: Places) -> dict[str, tuple[File, Where]]:
    return {f.source: (f, locate(f, places)) for f in files}


def _only_if_named(study: Study, profile: Profile, system: str) -> Where:
    """Why a model for a GPU is not run by itself: nobody should download one unasked."""
    name = next((row.id for row in tables.sets() if system in row.systems), system)
    return Where(
        "blocked",
        reason="it needs a GPU and is run only if it is named",
        unblock=f"pip install 'qadam[train]', then: qadam run {study.problem} --profile {profile} --system {name}",
    )


def _packed(where: Where) -> bool:
    """Whether a copy is compressed, so that it takes room in the cache before it can be used."""
    return where.path is not None and where.path.suffix == ".gz"


def _cells(
    study: Study, protocol: Protocol, row: SystemRow, datasets: dict[str, tuple[Dataset, str]]
) -> Iterator[Cell]:
    """Every cell that makes sense: a condition or system tied to a language needs data that have it.

    A study may say that a condition is not for every system; a row names in `answers` the data it is for (their names or how these
    begin: `speech:` are the recordings of users), as a recorded run does, and in `passes` the data in which it would find nothing to answer.
    A system whose row says `deterministic` is asked once, with the first seed.
    """
    spoken = str(row.options.get("language", ""))
    for name, (dataset, _) in datasets.items():
        for condition in protocol.conditions:
            if not {condition.language, spoken} - {""} <= set(dataset.languages):
                continue
            if condition.datasets and name not in condition.datasets:
                continue
            if study.fits and not study.fits(row, condition):
                continue
            if not name.startswith(tuple(row.options.get("answers", (name,)))) or name in row.options.get("passes", ()):
                continue
            for seed in protocol.seeds[:1] if row.options.get("deterministic") else protocol.seeds:
                yield Cell(name, row.id, condition.name, seed)


def _size(dataset: Dataset, cell: Cell) -> int:
    """Bytes of text one cell reads, roughly: its share of the files of its data set."""
    own = sum(f.bytes for f in dataset.files if f.language == cell.condition)
    return own or sum(f.bytes for f in dataset.files) // max(1, len(dataset.languages))
