"""Parquet files of strangers: whatever a damaged one does to the library becomes one error that names it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qadam.errors import NotReadable


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Around everything that reads of such a file; some damage makes polars panic, which is no `Exception`.

    Raises:
        NotReadable: it could not be read.
    """
    from polars.exceptions import PanicException, PolarsError

    try:
        yield
    except (PolarsError, PanicException) as fault:
        raise NotReadable(
            f"NotReadable: {path} is no Parquet file that can be read: {fault}.", "Bring it again."
        ) from fault
