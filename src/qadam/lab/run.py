"""Fills the cells of a plan: fetch, load, answer, count, store; stopping and starting again loses nothing."""

from __future__ import annotations

import hashlib
import os
import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import qadam
from qadam.catalogue import items
from qadam.catalogue.fetch import Places, fetch
from qadam.catalogue.tables import is_own
from qadam.errors import BadData, BadSystem, CannotGet, ChecksumMismatch, EmptyDataset, QadamError
from qadam.lab.measure import count_words, levels, measure, measure_parts
from qadam.lab.plan import Plan, needed_files, revision, trained_on
from qadam.lab.usable import noted, usable
from qadam.lab.workers import workers
from qadam.store import Store, write_text
from qadam.systems.clock import processor, spread, timed
from qadam.systems.load import System, Training, load
from qadam.systems.spending import Purse
from qadam.systems.training.train import Progress
from qadam.terms import UNSCORED, Blocked, Cell, Condition, Metric, Missing, Profile, Protocol, Record, Study, SystemRow

WORKERS = max(1, min(4, os.cpu_count() or 1))
ONE_AT_A_TIME = (
    "language_model",
    "network",
    "sequence_tagger",
    "pretrained_text",
    "tuned_whisper",
)  # one purse for all that are asked; all cores for each that learns
CURVE = 25  # points of a learning curve that are kept
WORTH_A_POOL = 8.0  # seconds of planned work below which starting workers costs more than it saves


@dataclass(frozen=True)
class Event:
    """One thing a person watching a run would like to know."""

    kind: str  # "fetch" | "train" | "cell" | "blocked"
    text: str
    done: int = 0
    total: int = 0


Watch = Callable[[Event], None]


def _silent(event: Event) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Means:
    """What a run lends to a system it brings to life: its seed, limits of spending and of the protocol, someone who watches."""

    seed: int = 13
    purse: Purse | None = None
    limits: Mapping[str, float] = field(default_factory=dict)
    watch: Watch = _silent


Unfilled = tuple[Cell, QadamError]


@dataclass(frozen=True)
class _Task:
    """The cells of one system, so that a worker loads it once."""

    study: Study
    profile: Profile
    protocol: Protocol
    row: SystemRow
    cells: tuple[Cell, ...]
    store: Store
    places: Places


def run(
    plan: Plan,
    *,
    watch: Watch = _silent,
    executor: Executor | None = None,
    purse: Purse | None = None,
) -> tuple[Blocked, ...]:
    """Fill every missing cell of a plan and return the cells that turned out to be blocked.

    Cells already stored are not touched. A system that cannot be fetched or loaded blocks its own cells only.
    With `executor` the work goes to any `concurrent.futures.Executor`; otherwise to worker processes when there is
    enough of it. Language models are asked from this process, so that one `purse` keeps what all of them spend.

    Raises:
        StoreBusy, StoreNotWritable: nothing could be kept; what was stored is untouched.
    """
    blocked: list[Blocked] = []
    if not plan.missing:
        return ()
    with plan.store.held():
        lost = _bring_data(plan, blocked, watch)
        tasks: list[_Task] = []
        for row in plan.systems:
            cells = tuple(c for c in plan.missing if c.system == row.id and c.dataset not in lost)
            if cells and _bring_system(plan, row, cells, blocked, watch):
                tasks.append(_Task(plan.study, plan.profile, plan.protocol, row, cells, plan.store, plan.places))
        total, done = sum(len(t.cells) for t in tasks), 0
        with _executor(plan, executor, len(tasks)) as pool:
            for task, unfilled in _carry_out(tasks, pool, Means(purse=purse, limits=plan.protocol.limits, watch=watch)):
                for cell, fault in unfilled:
                    _block(blocked, [cell], fault, watch)
                done += len(task.cells)
                watch(Event("cell", f"{task.row.id}: {len(task.cells)} cells", done, total))
    return tuple(blocked)


def fill(task: _Task, means: Means) -> list[Unfilled]:
    """Fill the cells of one system; runs in a worker process, keeps each record as soon as it is there.

    Returns the cells that could not be filled, each with its diagnosis: a system that cannot be loaded loses all of
    them, one that stops answering those that are left, data that lack what a condition asks for lose one. A fault of
    the store is raised.
    """
    unfilled: list[Unfilled] = []
    for seed in dict.fromkeys(cell.seed for cell in task.cells):
        cells = [cell for cell in task.cells if cell.seed == seed]
        try:
            system = bring_to_life(task.row, task.places, replace(means, seed=seed))
        except (CannotGet, BadSystem, BadData) as fault:
            unfilled += [(cell, fault) for cell in cells]
            continue
        for number, cell in enumerate(cells):
            try:
                _fill_cell(task, cell, system)
            except BadData as fault:
                unfilled.append((cell, fault))
            except (CannotGet, BadSystem) as fault:  # who fails on one cell, after all tries, fails on the others too
                unfilled += [(other, fault) for other in cells[number:]]
                break
    return unfilled


def _fill_cell(task: _Task, cell: Cell, system: System) -> None:
    started = time.perf_counter()
    condition = next(c for c in task.protocol.conditions if c.name == cell.condition)
    answered = _answered(task.study, task.protocol, cell, condition, system, task.places)
    rows, mark = [row for row, _ in answered], revision(task.row)
    record = Record(
        problem=task.study.problem,
        profile=task.profile,
        protocol_hash=task.store.protocol_hash,
        cell=cell,
        system_revision=mark,
        measurements=measure(rows, task.protocol, cell, revision=mark),
        items_sha256="",
        parts=measure_parts(rows, task.protocol, cell, revision=mark),
        counted=count_words(answered, task.protocol, cell),
        provenance={
            **provenance(),
            "seconds": round(time.perf_counter() - started, 3),
            **_usage(system),
            **_left_out(task, cell),
        },
    )
    task.store.write(record, rows)


def _left_out(task: _Task, cell: Cell) -> Mapping[str, Any]:
    """The rows of a user's table that the cell does without, so that nobody takes it for the whole table."""
    data = usable(task.study, task.protocol, cell.dataset, task.places)
    return noted(data.rows, data.left)


def _usage(system: System) -> dict[str, Any]:
    """What the answers of a cell took, where the system keeps count: tokens, seconds, what the server says it ran."""
    usage = getattr(system, "usage", None)
    return {**({"usage": usage} if usage else {}), **_curves(system)}


def _curves(system: System) -> dict[str, Any]:
    """How what was trained for a cell went, where the system tells: each training stands in the record of one cell."""
    curves = getattr(system, "curves", None)
    if not curves:
        return {}
    told = {
        skill: [[round(share, 3), round(loss, 4)] for share, loss in points[:: -(-len(points) // CURVE)]]
        for skill, points in curves.items()
        if points
    }
    curves.clear()
    return {"curves": told}


def answer_items(
    study: Study, protocol: Protocol, cell: Cell, condition: Condition, system: Any, places: Places
) -> list[dict[str, Any]]:
    """One row of counts per item of a cell: its id, its resampling unit, its status, and the columns of every metric."""
    return [row for row, _ in _answered(study, protocol, cell, condition, system, places)]


def _answered(
    study: Study, protocol: Protocol, cell: Cell, condition: Condition, system: Any, places: Places
) -> list[tuple[dict[str, Any], Any]]:
    """The rows of a cell, each with the prediction it was counted from."""
    shown = []
    for item in usable(study, protocol, cell.dataset, places).items:
        question = study.present(item, condition)
        if question is not None:
            shown.append((item, question))
    if not shown:
        own = "Give a table with the columns that it asks for: qadam show " + study.problem
        raise EmptyDataset(
            f"EmptyDataset: {cell.dataset} has no item for the condition {condition.name}.",
            own if is_own(cell.dataset) else f"See what it has: qadam show {cell.dataset.split('/')[0]}",
        )
    rows = []
    shown = spread(shown, condition.clock.items if condition.clock else int(protocol.limits.get("items", len(shown))))
    questions = [question for _, question in shown]
    answers = timed(system, questions, condition.clock) if condition.clock else system.answer(questions)
    for (item, _), answer in zip(shown, answers, strict=True):
        row: dict[str, Any] = {"item": item.id, "group": item.group, "status": "", **levels(item, protocol)}
        prediction = answer if isinstance(answer, Missing) else study.read(answer, item, condition)
        if isinstance(prediction, Missing):
            row["status"] = prediction.value
        gold = study.expect(item, condition)
        for count in _counts([m for m in protocol.metrics if m.applies(condition.name)]):
            row.update(count(prediction, gold) if prediction is not UNSCORED else {})
        rows.append((row, prediction))
    return rows


@cache
def provenance() -> dict[str, Any]:
    """Where a record comes from: versions, commit, kind of machine, time; nothing that names a person."""
    from importlib.metadata import version

    return {
        "qadam": qadam.__version__,
        "commit": _commit(),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {processor()}, {os.cpu_count()} cores",
        "packages": {name: version(name) for name in ("numpy", "polars", "tiktoken", "tokenizers")},
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def bring_to_life(row: SystemRow, places: Places, means: Means | None = None) -> System:
    """A system from its row: its files fetched, or trained here once and then kept by the hash of its recipe and the seed.

    A system whose row says `keeps` gets a file of its own in the cache, where it keeps what it was told.
    """
    means = means or Means()
    paths = [fetch(f, places) for f in row.files]
    if row.options.get("keeps"):
        kept = places.home / "answers" / f"{revision(row)}.jsonl"
        return load(row, paths, training=Training(tuple, kept, means.seed, means.purse))
    data = trained_on(row)
    if not data:
        return load(row, paths)
    from filelock import FileLock

    kept = places.home / "trained" / f"{row.id}-{revision(row)}-s{means.seed}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    training = Training(
        partial(items.load, data.get("", ""), places),
        kept,
        means.seed,
        named=lambda skill: items.load(data[skill], places),
        limits=means.limits,
        watch=lambda what, progress: means.watch(_event(what, progress)),
    )
    with FileLock(kept.with_name(f"{kept.name}.lock")):  # two workers that need it train it once
        _unchanged(kept)
        system = load(row, paths, training=training)
        if kept.exists() and not _seal(kept).exists():
            write_text(_seal(kept), _sha256(kept))
        return system


def _event(what: str, progress: Progress) -> Event:
    """How far a training is, in words."""
    minutes = progress.seconds_left / 60
    left = f"{minutes:.0f} min left" if minutes >= 1 else f"{progress.seconds_left:.0f} s left"
    used = f", {progress.utilisation:.0%} of the peak" if progress.utilisation else ""
    text = f"{what}: loss {progress.loss:.2f}, {progress.tokens_per_second:,.0f} tokens/s{used}, {left}"
    return Event("train", text, round(1000 * progress.share), 1000)


def _unchanged(kept: Path) -> None:
    """Hold what was trained to the checksum it was kept with; a name alone says only by which recipe it was made."""
    if kept.exists() and _seal(kept).exists() and _seal(kept).read_text("utf-8") != _sha256(kept):
        raise ChecksumMismatch(
            f"ChecksumMismatch: {kept} is not what was trained here: it has changed since.",
            f"Remove it and {_seal(kept).name} beside it, and run again: it is trained anew.",
        )


def _seal(kept: Path) -> Path:
    return kept.with_name(f"{kept.name}.sha256")


def _sha256(kept: Path) -> str:
    """The checksum of a file, or of all files of a folder in the order of their names."""
    files = [kept] if kept.is_file() else sorted(p for p in kept.rglob("*") if p.is_file())
    return hashlib.sha256(b"".join(hashlib.sha256(p.read_bytes()).digest() for p in files)).hexdigest()


def _counts(metrics: Sequence[Metric]) -> list[Callable[[Any, Any], Any]]:
    """Each counting function once, however many metrics share it."""
    return list(dict.fromkeys(metric.count for metric in metrics))


def _bring_data(plan: Plan, blocked: list[Blocked], watch: Watch) -> set[str]:
    """Fetch and read every data set once before any worker starts; returns the names of those that cannot be had."""
    lost = set()
    for name in dict.fromkeys(c.dataset for c in plan.missing):
        try:
            items.load(name, plan.places, progress=_fetching(name, watch))
            usable(plan.study, plan.protocol, name, plan.places)
        except QadamError as fault:
            lost.add(name)
            _block(blocked, [c for c in plan.missing if c.dataset == name], fault, watch)
    return lost


def _bring_system(plan: Plan, row: SystemRow, cells: Sequence[Cell], blocked: list[Blocked], watch: Watch) -> bool:
    try:
        for file in needed_files(row):
            fetch(file, plan.places, progress=_fetching(row.id, watch))
    except CannotGet as fault:
        _block(blocked, cells, fault, watch)
        return False
    return True


def _fetching(name: str, watch: Watch) -> Callable[[int, int], None]:
    return lambda done, total: watch(Event("fetch", name, done, total))


def _block(blocked: list[Blocked], cells: Sequence[Cell], fault: QadamError, watch: Watch) -> None:
    blocked += [Blocked(cell, fault.message, fault.next_step) for cell in cells]
    watch(Event("blocked", str(fault)))


def _carry_out(tasks: Sequence[_Task], pool: Executor | None, means: Means) -> Iterator[tuple[_Task, list[Unfilled]]]:
    alone = {"endpoint", "GPU"}  # a server counts what all ask of it, and a graphics card serves one model at a time
    here = [t for t in tasks if pool is None or t.row.kind in ONE_AT_A_TIME or alone & set(t.row.needs)]
    waiting: dict[Future[list[Unfilled]], _Task] = {}
    for task in tasks:
        if pool and task not in here:
            waiting[pool.submit(fill, task, replace(means, purse=None, watch=_silent))] = task
    yield from ((task, fill(task, means)) for task in here)
    for future in as_completed(waiting):
        yield waiting[future], future.result()


@contextmanager
def _executor(plan: Plan, given: Executor | None, tasks: int) -> Iterator[Executor | None]:
    """The executor handed in, worker processes if the plan is worth them, or none: then the work is done here.

    Where a clock runs, nobody else may work at the same time.
    """
    if any(condition.clock for condition in plan.protocol.conditions):
        yield None
        return
    if given is not None or tasks < 2 or WORKERS < 2 or plan.cost.seconds < WORTH_A_POOL:
        yield given
        return
    with workers(jobs=min(WORKERS, tasks)) as pool:
        yield pool


def _commit() -> str:
    """The commit of a checkout, with a plus if files were changed; empty for an installed package."""
    import subprocess

    here = Path(__file__).parent
    try:
        ask = ["git", "-C", str(here), "describe", "--always", "--abbrev=12", "--dirty=+"]
        return subprocess.run(ask, capture_output=True, text=True, timeout=5, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""
