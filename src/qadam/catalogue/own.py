"""The rows of data sets that a user has added: a table of their own beside the cache, read like the catalogue's.

    QADAM_HOME/datasets.toml

An id that the catalogue has already is refused, so that nothing ever stands for something else.
"""

from __future__ import annotations

import os
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from qadam.errors import BadData, StoreNotWritable

NAME = "datasets.toml"
_HEAD = "# Data sets of yours; the keys are those of the catalogue (qadam show NAME --json). Lines of yours are kept.\n"


def path() -> Path:
    """Where the user's table is, whether there is one or not."""
    from qadam.catalogue.fetch import Places

    return Places.from_environment().home / NAME


def state() -> tuple[Path, int, int] | None:
    """What tells one state of the user's table from another: path, time of change in nanoseconds, bytes; None without one."""
    try:
        stat = path().stat()
    except OSError:
        return None
    return path(), stat.st_mtime_ns, stat.st_size


@cache
def rows(state: tuple[Path, int, int]) -> tuple[dict[str, Any], ...]:
    """The raw rows of the user's table in one state of it.

    Raises:
        BadData: it is no such table; the message names it.
    """
    table = state[0]
    try:
        document = tomllib.loads(table.read_text("utf-8"))
    except (ValueError, RecursionError) as fault:
        raise BadData(
            f"BadData: {table} is not TOML: {fault}.", "Mend the line it names, or move the file away."
        ) from fault
    found = document.pop("dataset", [])
    if document or not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise BadData(f"BadData: {table} holds something else than rows.", "Its rows are called [[dataset]].")
    return tuple(found)


def put(id: str, text: str) -> Path:
    """Add a row, given as a `[[dataset]]` table, or let it take the place of the one of this id.

    Raises:
        StoreNotWritable: the folder cannot be written.
    """
    from filelock import FileLock

    table = path()
    part = table.with_name(f".{NAME}.{os.getpid()}.part")
    try:
        table.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(table.with_name(f".{NAME}.lock")):
            if now := state():
                rows(now)  # a table that cannot be read is not written over
            head, *known = re.split(
                r"^(?=\[\[dataset\]\])", table.read_text("utf-8") if table.exists() else _HEAD, flags=re.M
            )
            kept = [row for row in known if tomllib.loads(row)["dataset"][0].get("id") != id]
            parts = [head, *kept, text]
            part.write_text("\n".join(one.rstrip("\n") + "\n" for one in parts if one.strip()), "utf-8")
            part.replace(table)
    except OSError as fault:
        raise StoreNotWritable(
            f"StoreNotWritable: {table} could not be written: {fault.strerror or fault}.",
            "Free some space, or name another folder: QADAM_HOME=DIR",
        ) from fault
    return table
