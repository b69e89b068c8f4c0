"""Labels that people gave to the tokens of texts, by the id of the text.

The file is what an annotation releases, or a table of the user's: CSV, TSV, JSON Lines or Parquet, as in `tabular`. A row has an
`id` and its labels under `labels` or `gold`: a list, one text with spaces between, or an object whose `labels` they are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from qadam.catalogue.readers import tabular
from qadam.errors import NotReadable

_SHAPE = 'One row a text: {"id": "123", "labels": ["kk", "ru", "kk"]}'


def choices(path: Path, *, allowed: Collection[str]) -> dict[str, str]:
    """The one label of each text, under `label` or `gold`; rows without any are left out.

    Raises:
        NotReadable: labels that are not allowed; all of them are counted and the first named with their rows.
        EmptyDataset: the file is empty.
    """
    found: dict[str, str] = {}
    strange: list[str] = []
    for number, row in tabular.rows(path):
        gold = row.get("gold", row.get("label"))
        label = gold.get("label") if isinstance(gold, Mapping) else gold
        if label is not None and label not in allowed:
            strange.append(f"row {number}: {label!r}")
        elif label is not None:
            found[str(row.get("id") or number)] = str(label)
    if strange:
        raise NotReadable(
            f"NotReadable: {path}: {len(strange)} of {len(strange) + len(found)} labels are none of {', '.join(allowed)}: "
            f"{'; '.join(strange[:5])}{' ...' if len(strange) > 5 else ''}.",
            'One row a text: {"id": "123", "text": "...", "label": "neutral"}',
        )
    return found


def read(path: Path, *, allowed: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The labels of each text; rows without any (skipped, or not yet labelled) are left out.

    Raises:
        NotReadable: a row has no id, an id that an earlier row has, or a label that is not allowed; it is named.
        EmptyDataset: the file is empty.
    """
    found: dict[str, tuple[str, ...]] = {}
    for number, row in tabular.rows(path):
        id, labels = str(row.get("id") or ""), _labels(row)
        strange = sorted(set(labels) - set(allowed))
        fault = (
            "has no id"
            if not id
            else f"has the id {id!r} of an earlier row"
            if id in found
            else f"has the label {strange[0]!r}; labels are {', '.join(allowed)}"
            if strange
            else ""
        )
        if fault:
            raise NotReadable(f"NotReadable: {path}, row {number} {fault}.", _SHAPE)
        if labels:
            found[id] = labels
    return found


def _labels(row: Mapping[str, Any]) -> tuple[str, ...]:
    given = row.get("labels", row.get("gold"))
    if isinstance(given, Mapping):
        given = given.get("labels")
    return tuple(given.split() if isinstance(given, str) else map(str, given or ()))
