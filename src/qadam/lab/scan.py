"""A corpus of any size through the gauges: shard by shard, each kept as soon as it is read, and added up in order.

    OUT/scans/CORPUS-GAUGES/SHARD.json       the counts of a shard
    OUT/scans/CORPUS-GAUGES/SHARD.keys.npy   hashes of its texts, sorted, where the audit looks for repeats
    OUT/scans/CORPUS-GAUGES/scan.json        the sums and the scores

Shards are cut by the files alone and their counts added in the order of the corpus, so that the sums are the same to the bit
however many workers there are, of whatever kind, and whoever was killed in between.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import qadam
from qadam.catalogue import corpus, tables
from qadam.catalogue.corpus import Shard
from qadam.catalogue.fetch import Places
from qadam.errors import RecordDamaged, WorkerLost
from qadam.lab import gauges
from qadam.lab.run import bring_to_life
from qadam.store import write_bytes, write_text

LEFT = ("unread", "damaged", "pieces")  # what was odd about lines, as a batch counts it
AHEAD = 3  # shards handed out for each worker, so that none waits and none are heaped up
SLICES = 64  # parts in which the hashes of texts are compared, so that memory stays small
Watch = Callable[[int, int], None]


@dataclass(frozen=True)
class Spec:
    """What is measured, so that a worker can set it up: gauges, tokenizers for fertility, and where files are found."""

    measures: tuple[str, ...]
    tokenizers: tuple[str, ...]
    places: Places

    def folder(self, shards: Sequence[Shard], out: Path) -> Path:
        """Where the counts of these shards by these gauges are kept."""
        told = "\0".join((qadam.__version__, *self.measures, "", *self.tokenizers, "", *(s.id for s in shards)))
        return out.absolute() / "scans" / hashlib.sha256(told.encode()).hexdigest()[:16]


def scan(
    shards: Sequence[Shard],
    spec: Spec,
    *,
    out: Path,
    executor: Executor | None = None,
    jobs: int = 1,
    watch: Watch = lambda done, total: None,
) -> dict[str, Any]:
    """Measure every shard that has not been measured yet, and read the scores off the sums.

    Returns:
        What is kept as scan.json: bytes, shards, seconds of work, `sums` and `scores`, each by gauge.

    Raises:
        WorkerLost: a worker process was killed; what was finished is kept.
        NotReadable and others of the corpus: a file is damaged; what was finished is kept.
    """
    _gauges(spec)  # what cannot be set up is said before anything is read
    folder = spec.folder(shards, out)
    waiting = [shard for shard in shards if not _kept(folder, shard).exists()]
    total, done = len(shards), len(shards) - len(waiting)
    watch(done, total)
    for _ in _carried_out(waiting, spec, folder, executor=executor, ahead=AHEAD * max(jobs, 1)):
        done += 1
        watch(done, total)
    return _added_up(shards, spec, folder)


def _carried_out(
    waiting: Sequence[Shard], spec: Spec, folder: Path, *, executor: Executor | None, ahead: int
) -> Iterator[None]:
    if executor is None:
        for shard in waiting:
            measure(shard, spec, folder)
            yield
        return
    queue, under_way = iter(waiting), set[Future[None]]()
    try:
        while True:
            for shard in queue:
                under_way.add(executor.submit(measure, shard, spec, folder))
                if len(under_way) >= ahead:
                    break
            if not under_way:
                return
            finished, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in finished)
    except BrokenProcessPool as fault:
        raise WorkerLost(
            "WorkerLost: a worker process was killed, perhaps for want of memory. What was finished is kept.",
            "Run the same command again; with fewer workers: --jobs 1",
        ) from fault
    finally:
        for future in under_way:
            future.cancel()


def measure(shard: Shard, spec: Spec, folder: Path) -> None:
    """Measure one shard and keep its counts; runs in a worker."""
    started, size, left = time.process_time(), 0, dict.fromkeys(LEFT, 0)
    sums: dict[str, dict[str, float]] = {name: {} for name in spec.measures}
    keys: list[Any] = []
    ours = _gauges(spec)
    for batch in corpus.read(shard):
        size += batch.size
        left = {what: count + getattr(batch, what) for what, count in left.items()}
        for gauge in ours:
            row = sums[gauge.name]
            for column, value in gauge.count(batch).items():
                row[column] = row.get(column, 0.0) + value
            keys += [gauge.keys(batch)] if gauge.keys else []
    if keys:
        write_bytes(_keys_of(folder, shard), _as_npy(keys))
    seconds = round(time.process_time() - started, 3)
    write_text(_kept(folder, shard), json.dumps({"bytes": size, "seconds": seconds, "left": left, "sums": sums}) + "\n")


@cache
def _gauges(spec: Spec) -> tuple[gauges.Gauge, ...]:
    """The gauges of a scan, set up once in each worker."""
    tokenizers = {name: bring_to_life(tables.system(name), spec.places) for name in spec.tokenizers}
    return tuple(gauges.gauge(name, tokenizers=tokenizers) for name in spec.measures)


def _as_npy(keys: Sequence[Any]) -> bytes:
    import numpy as np

    held = io.BytesIO()
    np.save(held, np.sort(np.concatenate(keys)))
    return held.getvalue()


def _kept(folder: Path, shard: Shard) -> Path:
    return folder / f"{shard.id}.json"


def _keys_of(folder: Path, shard: Shard) -> Path:
    return folder / f"{shard.id}.keys.npy"


# --- adding up ------------------------------------------------------------------------------------------------------


def _added_up(shards: Sequence[Shard], spec: Spec, folder: Path) -> dict[str, Any]:
    size, seconds, left = 0, 0.0, dict.fromkeys(LEFT, 0)
    sums: dict[str, dict[str, float]] = {name: {} for name in spec.measures}
    for shard in shards:
        row = _read(_kept(folder, shard))
        size, seconds = size + row["bytes"], seconds + row["seconds"]
        left = {what: count + row["left"][what] for what, count in left.items()}
        for name, columns in row["sums"].items():
            for column, value in columns.items():
                sums[name][column] = sums[name].get(column, 0.0) + value
    ours = _gauges(spec)
    for gauge in ours:
        if gauge.keys:
            sums[gauge.name]["duplicates"] = float(_repeated([_keys_of(folder, shard) for shard in shards]))
    scores = {
        gauge.name: [
            {"name": score.name, "value": None if math.isnan(value) else value, "unit": score.unit}
            for score in gauge.scores
            for value in (score.read(sums[gauge.name]),)
        ]
        for gauge in ours
    }
    document = {
        "bytes": size,
        "shards": len(shards),
        "seconds": round(seconds, 3),
        "left": left,
        "qadam": qadam.__version__,
        "sums": sums,
        "scores": scores,
    }
    write_text(folder / "scan.json", json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    return document


def _read(path: Path) -> dict[str, Any]:
    try:
        row: dict[str, Any] = json.loads(path.read_text("utf-8"))
        row["bytes"], row["seconds"], row["sums"], row["left"]
        return row
    except (ValueError, KeyError, TypeError) as fault:
        raise RecordDamaged(f"RecordDamaged: {path} does not hold the counts of a shard.", f"rm {path}") from fault


def _repeated(paths: Sequence[Path]) -> int:
    """How many keys stand in the files beyond the first of each value; the files are sorted, and compared slice by slice."""
    import numpy as np

    files = [np.load(path, mmap_mode="r") for path in paths if path.exists()]
    edges = np.array([place * (2**64 // SLICES) for place in range(1, SLICES)], dtype=np.uint64)
    cuts = [(0, *np.searchsorted(keys, edges).tolist(), len(keys)) for keys in files]
    total = 0
    for place in range(SLICES):
        held = [keys[cut[place] : cut[place + 1]] for keys, cut in zip(files, cuts, strict=True)]
        joined = np.concatenate(held) if held else np.empty(0)
        total += len(joined) - len(np.unique(joined))
    return total
