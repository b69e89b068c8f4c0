"""A corpus of any size, cut into shards that are read apart, each in constant memory.

A corpus is what a person has: files and folders of text (a text a line), JSON lines or Parquet, packed or not, or a dataset of
Hugging Face. How it is cut depends on the files alone, never on how many workers read them, so that sums come out the same.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import json
import lzma
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from qadam.catalogue import parquet
from qadam.errors import EmptyDataset, NotReadable, Usage

SHARD = 32 << 20  # bytes of an unpacked file in one shard
ROWS = 1 << 14  # rows of a Parquet file held at a time
ROWS_OF_SHARD = 1 << 17
BATCH = 1 << 20  # characters handed on together
LINE = 1 << 20  # bytes; a longer line of text is handed on in pieces
DOCUMENT = 1 << 26  # bytes; a longer line of JSON is not read
HUB = "hf:"

_PACKED: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
_FORMS = {".txt": "text", ".text": "text", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
_DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError)


@dataclass(frozen=True)
class Shard:
    """A stretch of one file: bytes of a text, rows of a Parquet file; `end` 0 means to its end."""

    path: str
    form: str  # "text" | "jsonl" | "parquet"
    column: str
    start: int = 0
    end: int = 0
    stamp: str = ""  # size and time of the file, or its revision on the hub

    @property
    def id(self) -> str:
        """A name that changes when the file, the stretch or the column does."""
        parts = (self.path, self.form, self.column, str(self.start), str(self.end), self.stamp)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]


@dataclass
class Batch:
    """Texts read together, the bytes they took, and what was odd about their lines."""

    texts: list[str] = field(default_factory=list)
    size: int = 0
    damaged: int = 0  # texts with bytes that are not UTF-8, read with U+FFFD in their place
    pieces: int = 0  # further pieces of lines longer than LINE
    unread: int = 0  # lines that are no JSON object, or have no text in the column


def shards(names: Sequence[str], *, column: str = "text", offline: bool = False) -> list[Shard]:
    """Every shard of a corpus, in the order of the names and of the files in a folder.

    Args:
        names: files, folders (all files in them, by name), or `hf:ORG/NAME[@REVISION]`.
        column: where the text is in JSON lines and Parquet.

    Raises:
        Usage: a name that does not exist, or a file of a kind that is not read.
        EmptyDataset: no file at all.
        CannotGet: the hub cannot be reached.
    """
    found = [shard for name in names for shard in _shards_of(name, column, offline)]
    if not found:
        raise EmptyDataset(
            f"EmptyDataset: {', '.join(names)} holds no text, or no file that can be read.",
            f"Give text, JSON lines or Parquet: {', '.join(_FORMS)}, packed or not ({', '.join(_PACKED)}).",
        )
    return found


def read(shard: Shard) -> Iterator[Batch]:
    """The texts of a shard, about a million characters at a time, in the order of the file.

    A text ends with its line in a text file, and is what stands in the column elsewhere. A line belongs to the shard in
    which it begins.

    Raises:
        NotReadable: a damaged archive or Parquet file, or a column that is not there.
    """
    path = _at_hand(shard)
    try:
        yield from _gathered(_parquet(path, shard) if shard.form == "parquet" else _lines(path, shard))
    except _DAMAGE as fault:
        raise NotReadable(
            f"NotReadable: {shard.path} cannot be read to its end: {fault}.", "Bring it again."
        ) from fault


# --- cutting --------------------------------------------------------------------------------------------------------


def _shards_of(name: str, column: str, offline: bool) -> Iterator[Shard]:
    if name.startswith(HUB):
        yield from _hub(name, column, offline)
        return
    path = Path(name)
    if not path.exists():
        raise Usage(f"Usage: {name} does not exist.", "Name files, folders, or hf:ORG/NAME.")
    if path.is_dir():
        inside = (p for p in sorted(path.rglob("*")) if p.is_file() and form_of(p.name) and not p.name.startswith("."))
        for file in inside:
            yield from _file(file, column)
        return
    if not form_of(path.name):
        raise Usage(f"Usage: {name} is of no kind that is read.", f"Known endings: {', '.join((*_FORMS, *_PACKED))}.")
    yield from _file(path, column)


def form_of(name: str) -> str:
    """How a file of this name is read: "text", "jsonl", "parquet"; "" if it is not."""
    path = Path(name)
    suffix = Path(path.stem).suffix if path.suffix in _PACKED else path.suffix
    return _FORMS.get(suffix.lower(), "text" if path.suffix in _PACKED and not suffix else "")


def _file(path: Path, column: str) -> Iterator[Shard]:
    stat, form = path.stat(), form_of(path.name)
    whole = Shard(str(path.resolve()), form, column, stamp=f"{stat.st_size}-{stat.st_mtime_ns}")
    if path.suffix in _PACKED:
        yield whole
        return
    size, step = (stat.st_size, SHARD) if form != "parquet" else (_rows(path), ROWS_OF_SHARD)
    for start in range(0, size, step):
        yield Shard(whole.path, form, column, start, min(start + step, size), whole.stamp)


def _rows(path: Path) -> int:
    import polars

    with parquet.reading(path):
        return int(polars.scan_parquet(path).select(polars.len()).collect().item())


def _hub(name: str, column: str, offline: bool) -> Iterator[Shard]:
    from qadam.catalogue import hub

    repository, _, revision = name.removeprefix(HUB).partition("@")
    commit, files = hub.listing(repository, revision or "main", offline=offline)
    for file in files:
        if form_of(file):
            yield Shard(f"{HUB}{repository}:{file}", form_of(file), column, stamp=commit)


def _at_hand(shard: Shard) -> Path:
    """The file of a shard on this machine; one of the hub is brought when its turn comes."""
    if not shard.path.startswith(HUB):
        return Path(shard.path)
    from qadam.catalogue import hub

    repository, _, file = shard.path.removeprefix(HUB).partition(":")
    return hub.bring(repository, file, revision=shard.stamp)


# --- reading: (text, bytes, damaged, piece), or None for what is not read ------------------------------------------

_Read = tuple[str, int, bool, bool] | None


def _lines(path: Path, shard: Shard) -> Iterator[_Read]:
    with _PACKED.get(path.suffix, open)(path, "rb") as stream:
        place = 0
        if shard.start:  # the line that is under way at `start` belongs to the shard before
            stream.seek(shard.start - 1)
            place = shard.start - 1 + _rest_of_line(stream)
        before = shard.end - place if shard.end else None
        yield from _texts(stream, before) if shard.form == "text" else _documents(stream, before, shard.column)


def _texts(stream: IO[bytes], before: int | None) -> Iterator[_Read]:
    """A text for each line that begins in the first `before` bytes; a very long one in pieces."""
    carried, place, further = b"", 0, False
    while further or before is None or place < before:
        read = stream.readline(LINE)
        line, place = carried + read, place + len(read)
        if not line:
            return
        whole = len(read) < LINE or read.endswith(b"\n")
        keep = len(line) if whole else _whole_letters(line)
        yield _decoded(line[:keep], further)
        carried, further = line[keep:], not whole


def _documents(stream: IO[bytes], before: int | None, column: str) -> Iterator[_Read]:
    """The column of each JSON object that begins in the first `before` bytes."""
    place = 0
    while before is None or place < before:
        line = stream.readline(DOCUMENT)
        if not line:
            return
        whole = line.endswith(b"\n") or len(line) < DOCUMENT
        place += len(line) if whole else len(line) + _rest_of_line(stream)
        if not whole or line.strip():
            yield _column(line, column) if whole else None


def _rest_of_line(stream: IO[bytes]) -> int:
    """Pass over what is left of a line; how many bytes that was."""
    passed = 0
    while line := stream.readline(LINE):
        passed += len(line)
        if line.endswith(b"\n"):
            break
    return passed


def _whole_letters(line: bytes) -> int:
    """Where to cut so that no letter is cut: before the last letter if it is not whole."""
    for back in range(1, min(4, len(line)) + 1):
        if line[-back] & 0xC0 != 0x80:
            length = 1 + (line[-back] >= 0xC0) + (line[-back] >= 0xE0) + (line[-back] >= 0xF0)
            return len(line) if length <= back else len(line) - back
    return len(line)


def _decoded(line: bytes, piece: bool) -> _Read:
    size = len(line)
    line = line.rstrip(b"\r\n")
    try:
        return line.decode(), size, False, piece
    except UnicodeDecodeError:
        return line.decode(errors="replace"), size, True, piece


def _column(line: bytes, column: str) -> _Read:
    try:
        text = json.loads(line)[column]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(text, str):
        return None
    text = text.encode(errors="replace").decode()  # half a surrogate pair is no letter
    return text, len(line), False, False


def _parquet(path: Path, shard: Shard) -> Iterator[_Read]:
    import polars

    with parquet.reading(path):
        table = polars.scan_parquet(path)
        known = table.collect_schema().names()
        if shard.column not in known:
            raise NotReadable(
                f"NotReadable: {shard.path} has no texts in the column {shard.column!r}.",
                f"Name one of its columns with --column: {', '.join(known)}",
            )
        end = shard.end or _rows(path)
        for start in range(shard.start, end, ROWS):
            part = table.slice(start, min(ROWS, end - start)).select(polars.col(shard.column).cast(polars.String))
            for text in part.collect()[shard.column]:
                yield None if text is None else (text, len(text.encode()), False, False)


def _gathered(rows: Iterator[_Read]) -> Iterator[Batch]:
    batch, held = Batch(), 0
    for row in rows:
        if row is None:
            batch.unread += 1
            continue
        text, size, damaged, piece = row
        batch.texts.append(text)
        batch.size += size
        batch.damaged += damaged
        batch.pieces += piece
        held += len(text)
        if held >= BATCH:
            yield batch
            batch, held = Batch(), 0
    if batch.texts or batch.unread:
        yield batch
