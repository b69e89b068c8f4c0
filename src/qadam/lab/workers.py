"""Where work is done: in this process, in worker processes, or on a Dask cluster; the numbers are the same."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

from qadam.errors import CannotGet, ExtraMissing, Usage

KINDS = ("processes", "dask")
PATIENCE = 20  # seconds to wait for a scheduler


@contextmanager
def workers(kind: str = "processes", *, jobs: int, scheduler: str = "") -> Iterator[Executor | None]:
    """An executor of so many workers, or None for one: then the work is done here.

    Args:
        kind: "processes", or "dask": the cluster at `scheduler`, else one started on this machine for as long as the work takes.
        jobs: workers on this machine; a cluster has its own.

    Raises:
        Usage: there is no such kind.
        ExtraMissing: Dask is not installed.
        CannotGet: nobody answers at the address of the scheduler.
    """
    if kind == "processes":
        if jobs < 2:
            yield None
            return
        with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
            yield pool
        return
    with cluster(kind, scheduler=scheduler, jobs=jobs) as pool:
        yield pool


@contextmanager
def cluster(kind: str, *, scheduler: str = "", jobs: int = 0) -> Iterator[Executor | None]:
    """The executor of a Dask cluster; None for "processes", where whoever works decides whether workers are worth it.

    Raises:
        Usage, ExtraMissing, CannotGet: as for `workers`.
    """
    if kind not in KINDS:
        raise Usage(f"Usage: there is no engine {kind!r}.", f"Known: {', '.join(KINDS)}.")
    if kind == "processes":
        yield None
        return
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as missing:
        raise ExtraMissing("ExtraMissing: Dask is not installed.", "pip install 'qadam[dask]'") from missing
    if scheduler:
        try:
            client = distributed.Client(scheduler, timeout=PATIENCE)
        except (OSError, ValueError) as fault:
            raise CannotGet(
                f"CannotGet: no Dask scheduler answers at {scheduler}: {fault}.",
                "Start one: dask scheduler, and beside it: dask worker tcp://HOST:8786",
            ) from fault
        with client:
            yield client.get_executor()
        return
    started = distributed.LocalCluster(
        n_workers=jobs or os.cpu_count() or 1, threads_per_worker=1, dashboard_address=None
    )
    with started as local, distributed.Client(local) as client:
        yield client.get_executor()
