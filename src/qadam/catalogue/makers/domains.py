"""Makes splits out of folders: keeps the utterances whose path names one folder out of each group that a split asks for.

Which split asks for which folders is a row (`domains.toml`); upper and lower case are one, since archives differ in them.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path, PurePosixPath

from qadam.errors import EmptyDataset
from qadam.terms import Item, digest


@cache
def revision() -> str:
    """A digest of this file and its rows."""
    own = (Path(__file__), Path(__file__).with_suffix(".toml"))
    return digest([hashlib.sha256(path.read_bytes()).hexdigest() for path in own])


def make(items: Sequence[Item], split: str) -> list[Item]:
    """The utterances of a split, by their ids, which are paths; a split without a row has all.

    Raises:
        EmptyDataset: no folder is called as the row says; the message names the folders there are.
    """
    groups = [set(group) for group in _rows().get(split, ())]
    kept = [item for item in items if all(group & _folders(item) for group in groups)]
    if not kept:
        there = sorted({folder for item in items for folder in _folders(item)})
        raise EmptyDataset(
            f"EmptyDataset: nothing lies in folders for {split!r}; there are {', '.join(there[:12]) or 'none'}.",
            "Mend catalogue/makers/domains.toml.",
        )
    return kept


def _folders(item: Item) -> set[str]:
    return {part.lower() for part in PurePosixPath(item.id).parts[:-1]}


@cache
def _rows() -> Mapping[str, Sequence[Sequence[str]]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
