"""Records on disk: written once, read often, never half there.

    OUT/records/SLUG/PROFILE-HASH/DATASET/SYSTEM/CONDITION-sSEED.json      the record of a cell
    OUT/records/SLUG/PROFILE-HASH/DATASET/SYSTEM/CONDITION-sSEED.parquet   its per-item rows: ids and counts, never texts
    OUT/records/SLUG/PROFILE-HASH/verdict.json                             what the rule said last

The rows are renamed into place before the record, and a record exists only under its final name: whoever is killed in
between leaves rows without a record, or a `.part` that nobody reads. A record carries a checksum of itself and of its
rows. It is never rewritten for the same system; another revision of a system takes the place of the older one.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qadam.errors import RecordDamaged, RecordNewer, StoreBusy, StoreNotWritable
from qadam.terms import (
    Blocked,
    Cell,
    Counted,
    Evidence,
    Finding,
    Measurement,
    Part,
    Record,
    SystemVerdict,
    Verdict,
    plain,
)

Rows = Sequence[dict[str, Any]]
PACKED = 19  # how hard rows are packed, of 22: a quarter smaller than the usual 3, for milliseconds
LAYOUT = 1  # of what is stored; a change that older versions would misread raises it, see docs/records.md
# What reading a file that is no record may raise.
_NO_RECORD = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Store:
    """The records of one protocol of one study under one output folder."""

    root: Path
    problem: str
    profile: str
    protocol_hash: str

    @property
    def folder(self) -> Path:
        """Where the records of this protocol lie."""
        return self.root / "records" / self.problem / f"{self.profile}-{self.protocol_hash}"

    def path(self, cell: Cell) -> Path:
        """The record of a cell."""
        return self.folder / _safe(cell.dataset) / _safe(cell.system) / f"{_safe(cell.condition)}-s{cell.seed}.json"

    def has(self, cell: Cell, revision: str) -> bool:
        """Whether this cell is stored, for this revision of the system."""
        return self.path(cell).exists() and self.read(cell).system_revision == revision

    def read(self, cell: Cell) -> Record:
        """The record of a cell.

        Raises:
            RecordDamaged: the file is not a record.
            RecordNewer: it is one of a layout that this version does not know.
        """
        return self.read_at(self.path(cell))

    def read_at(self, path: Path) -> Record:
        """The record in a file, whichever cell it says it is of.

        Raises:
            RecordDamaged, RecordNewer: as in `read`.
        """
        try:
            document = _of_this_layout(json.loads(path.read_text("utf-8")), path)
            if document.pop("checksum", "") != _checksum(document):
                raise RecordDamaged(
                    f"RecordDamaged: {path} was changed after it was written: it does not match its own checksum.",
                    f"Remove it and fill the cell again: qadam run {self.problem} --profile {self.profile}",
                )
            document.pop("layout", LAYOUT)
            measurements = tuple(_measurement(row) for row in document["measurements"])
            read = {"cell": Cell(**document["cell"]), "measurements": measurements, **_beside(document)}
            return Record(**{**document, **read})
        except _NO_RECORD as fault:
            raise RecordDamaged(
                f"RecordDamaged: {path} is not a record ({fault!r}).",
                f"Remove it and fill the cell again: qadam run {self.problem} --profile {self.profile}",
            ) from fault

    def rows(self, cell: Cell) -> Rows:
        """The per-item rows of a cell, checked against the checksum in its record.

        Raises:
            RecordDamaged: the rows are missing or are not those the record was made from.
        """
        import polars

        path = self.path(cell).with_suffix(".parquet")
        record = self.read(cell)
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != record.items_sha256:
            raise RecordDamaged(
                f"RecordDamaged: {path} is not the file its record was made from.",
                f"Remove {path.with_suffix('.json')} and fill the cell again: "
                f"qadam run {self.problem} --profile {self.profile}",
            )
        table = polars.read_parquet(path)
        return table.cast({polars.selectors.integer(): polars.Float64}).to_dicts()  # as they were counted

    def write(self, record: Record, rows: Rows) -> Record:
        """Keep a record and its rows; the checksum of the rows is filled in.

        Raises:
            StoreNotWritable: the disk is full or read-only; nothing that was stored is harmed.
        """
        import polars

        path = self.path(record.cell)
        with _writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            buffer = io.BytesIO()  # polars names a full disk differently from Python
            table = _narrow(polars.DataFrame(list(rows), infer_schema_length=None))
            table.write_parquet(buffer, compression="zstd", compression_level=PACKED)
            record = replace(record, items_sha256=hashlib.sha256(buffer.getvalue()).hexdigest())
            _write(path.with_suffix(".parquet"), buffer.getvalue())
            document = {"layout": LAYOUT, **_finite(plain(record))}
            _write(path, json_text({**document, "checksum": _checksum(document)}).encode())
        return record

    def write_verdict(self, document: Any) -> Path:
        """Keep what the rule said; unlike records, this is replaced whenever more cells are filled."""
        path = self.folder / "verdict.json"
        with _writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, json_text({"layout": LAYOUT, **plain(document)}).encode())
        return path

    def cells(self) -> Iterator[Cell]:
        """Every cell that is stored, whatever systems a run was asked for, in a fixed order."""
        for path in sorted(self.folder.glob("*/*/*.json")):
            try:
                yield Cell(**json.loads(path.read_text("utf-8"))["cell"])
            except _NO_RECORD as fault:
                raise RecordDamaged(
                    f"RecordDamaged: {path} is not a record ({fault!r}).",
                    f"Remove it and fill the cell again: qadam run {self.problem} --profile {self.profile}",
                ) from fault

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold these records for one run; a second run is told so at once instead of waiting.

        Raises:
            StoreBusy: another run holds them.
            StoreNotWritable: the folder cannot be made.
        """
        from filelock import FileLock, Timeout

        with _writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / ".lock")
            try:
                lock.acquire(timeout=0)
            except Timeout as fault:
                raise StoreBusy(
                    f"StoreBusy: another run is filling {self.folder}.",
                    f"Wait for it, or write elsewhere: qadam run {self.problem} --profile {self.profile} --out OTHER",
                ) from fault
        try:
            yield
        finally:
            lock.release()


def kept_evidence(store: Store) -> Evidence | None:
    """What the rule said last under the very protocol of a store; None if it was never asked.

    Raises:
        RecordDamaged: the file is not what a run wrote.
    """
    path = store.folder / "verdict.json"
    return _evidence(path) if path.is_file() else None


def latest_evidence(root: Path, problem: str, profile: str) -> Evidence | None:
    """What the rule said last of a problem in one profile, over all protocols that were not exploratory; None if nothing.

    Raises:
        RecordDamaged: the file is not what a run wrote.
    """
    paths = sorted((root / "records" / problem).glob(f"{profile}-*/verdict.json"), key=lambda p: p.stat().st_mtime)
    for path in reversed(paths):
        evidence = _evidence(path)
        if not evidence.exploratory:
            return evidence
    return None


def _evidence(path: Path) -> Evidence:
    try:
        document = _of_this_layout(json.loads(path.read_text("utf-8")), path)
        verdict = document["verdict"]
        systems = tuple(SystemVerdict(**row) for row in verdict["by_system"])
        return Evidence(
            problem=document["problem"],
            profile=document["profile"],
            protocol_hash=document["protocol_hash"],
            verdict=Verdict(**{**verdict, "reasons": tuple(verdict["reasons"]), "by_system": systems}),
            measurements=tuple(_measurement(row) for row in document["measurements"]),
            blocked=tuple(Blocked(**{**row, "cell": Cell.parse(row["cell"])}) for row in document["blocked"]),
            audit=tuple(Finding(**{**row, "examples": tuple(row["examples"])}) for row in document["audit"]),
            seconds=document["seconds"],
            exploratory=document.get("exploratory", False),
            **_beside(document),
        )
    except _NO_RECORD as fault:
        raise RecordDamaged(
            f"RecordDamaged: {path} is not what a run wrote ({fault!r}).", "Write it again: qadam report SLUG"
        ) from fault


def _of_this_layout(document: dict[str, Any], path: Path) -> dict[str, Any]:
    """What was read, if it is of a layout that is known; what says none is of the first."""
    if document.get("layout", 1) > LAYOUT:
        raise RecordNewer(
            f"RecordNewer: {path} was written in layout {document['layout']} by a newer Qadam; this one reads up to {LAYOUT}.",
            "Take the version that wrote it: pip install --upgrade qadam (in a checkout: git pull, then pip install .)",
        )
    return document


def _beside(document: dict[str, Any]) -> dict[str, Any]:
    """What stands beside the measurements, where there is any: those of parts, and lists of words."""
    parts = (Part(**{**row, "measurement": _measurement(row["measurement"])}) for row in document.get("parts", ()))
    counted = (Counted(**{**row, "cell": Cell(**row["cell"])}) for row in document.get("counted", ()))
    return {"parts": tuple(parts), "counted": tuple(counted)}


def _measurement(row: dict[str, Any]) -> Measurement:
    """A measurement as stored; what was not a number is null in JSON."""
    numbers = {name: float("nan") for name in ("value", "low", "high") if row[name] is None}
    return Measurement(**{**row, **numbers})


def _narrow(table: Any) -> Any:
    """Whole numbers as the smallest integers that hold them: rows travel in repositories and over thin lines."""
    import polars

    whole = [
        column.cast(polars.Int64).shrink_dtype()
        for column in table.iter_columns()
        if column.dtype.is_float()
        and not column.null_count()
        and column.is_finite().all()
        and (column == column.round()).all()
        and (column.abs() < 2**53).all()
    ]
    return table.with_columns(whole)


def write_text(path: Path, text: str) -> Path:
    """Write a text file whole or not at all.

    Raises:
        StoreNotWritable: the disk is full or read-only.
    """
    return write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all.

    Raises:
        StoreNotWritable: the disk is full or read-only.
    """
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, content)
    return path


def json_text(document: Any) -> str:
    """JSON as Qadam writes it: readable in a diff, Kazakh letters as letters, what is not a number as null."""
    return json.dumps(_finite(document), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _finite(value: Any) -> Any:
    if (isinstance(value, float) and value != value) or value in (float("inf"), float("-inf")):
        return None
    if isinstance(value, dict):
        return {k: _finite(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_finite(v) for v in value]
    return value


def _checksum(document: dict[str, Any]) -> str:
    return hashlib.sha256(json_text(document).encode()).hexdigest()[:16]


def _write(path: Path, content: bytes) -> None:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _safe(name: str) -> str:
    """A name as a file name on any system; names that had to change keep apart by a few digits of their hash."""
    safe = re.sub(r"[^\w.+@-]", "_", name)
    lossless = name.replace("/", "_")
    return safe if safe == lossless else f"{safe[-60:]}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise StoreNotWritable(
            f"StoreNotWritable: {path} could not be written: {fault.strerror or fault}. Stored records are untouched.",
            "Free some space, or write elsewhere: --out DIR",
        ) from fault
