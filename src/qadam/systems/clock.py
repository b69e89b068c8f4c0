"""Asks a system with a clock running: one question at a time, on a fixed number of processors, round after round."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from uuid import uuid4

from qadam.systems.answers import Answers
from qadam.systems.load import System
from qadam.terms import Clock, Timed

T = TypeVar("T")


def timed(system: System, questions: Sequence[Any], clock: Clock) -> list[Timed]:
    """The answer to each question, and how long it took every time it was asked.

    Rounds go over all questions before any is asked again, so that what a system remembers of the last question (the
    keys and values of its prompt) does not answer the next one; and what it keeps on disk it has not kept here.
    """
    with held_to(clock.threads) as machine, TemporaryDirectory() as folder:
        answers = [system.answer([question])[0] for question in questions]  # warms up: files, caches, lazy loading
        seconds: list[list[float]] = [[] for _ in questions]
        for _ in range(clock.repetitions):
            for number, question in enumerate(questions):
                fresh = _without_memory(system, Path(folder))
                started = time.perf_counter()
                answers[number] = fresh.answer([question])[0]
                seconds[number].append(time.perf_counter() - started)
    return [
        Timed(answer, tuple(taken), question, machine)
        for answer, taken, question in zip(answers, seconds, questions, strict=True)
    ]


def _without_memory(system: System, folder: Path) -> System:
    """The same system, loaded as it is, with none of the answers that it keeps."""
    if not hasattr(system, "answers"):
        return system
    fresh: Any = copy(system)
    fresh.answers = Answers(folder / f"{uuid4().hex}.jsonl")
    return fresh  # type: ignore[no-any-return]


def spread(things: Sequence[T], count: int) -> list[T]:
    """So many things evenly from the first to the last, in their order; all of them if there are no more."""
    if count >= len(things):
        return list(things)
    return [things[(2 * n + 1) * len(things) // (2 * count)] for n in range(count)]


@contextmanager
def held_to(threads: int) -> Iterator[str]:
    """Keep this process on so many processors, where the system can (Linux), and name the machine as it is used."""
    allowed = _processors()
    used = min(threads, len(allowed) or os.cpu_count() or 1)
    torch = sys.modules.get("torch")  # only if somebody brought it; it keeps a number of threads of its own
    before = torch.get_num_threads() if torch else 0
    try:
        _pin(sorted(allowed)[:used])
        if torch:
            torch.set_num_threads(used)
        yield f"{processor()}, {used} of {os.cpu_count()} cores"
    finally:
        _pin(sorted(allowed))
        if torch:
            torch.set_num_threads(before)


def processor() -> str:
    """What the processor calls itself."""
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _processors() -> set[int]:
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


def _pin(processors: Sequence[int]) -> None:
    """Put every thread there is, and with them all that are yet to come, on these processors."""
    if not processors:
        return
    for thread in Path("/proc/self/task").iterdir():
        try:
            os.sched_setaffinity(int(thread.name), processors)
        except OSError:  # a thread that has ended since
            continue
