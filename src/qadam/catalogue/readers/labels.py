"""Labels that people gave to the tokens of texts, by the id of the text.

The file is what an annotation releases, or a table of the user's: CSV, TSV, JSON Lines or Parquet, as in `tabular`. A row has an
`id` and its labels under `labels` or `gold`: a list, one text with spaces between, or an object whose `labels` they are. Rows
that cannot be used are left out; `left_out` names them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from qadam.catalogue.readers import tabular
from qadam.catalogue.readers.forgiving import nothing_left
from qadam.terms import LeftOut

ID, LABEL, COUNT = "id", "label", "count of labels"

_left: dict[Path, tuple[int, tuple[LeftOut, ...]]] = {}  # by file, as it was last read


def left_out(path: Path) -> tuple[int, tuple[LeftOut, ...]]:
    """How many rows a file of labels had when it was last read, and those of them that were left out."""
    return _left.get(path.resolve(), (0, ()))


def choices(path: Path, *, allowed: Collection[str]) -> dict[str, str]:
    """The one label of each text, under `label` or `gold`; rows without any are left out.

    Raises:
        NotReadable: no row has a label that is allowed.
        EmptyDataset: the file is empty.
    """
    found: dict[str, str] = {}
    left: list[LeftOut] = []
    for number, row in tabular.rows(path, left=left):
        gold = row.get("gold", row.get("label"))
        label = gold.get("label") if isinstance(gold, Mapping) else gold
        if label is not None and label not in allowed:
            left.append(LeftOut(path.name, row.line, LABEL, strange(label, allowed)))  # type: ignore[attr-defined]
        elif label is not None:
            found[str(row.get("id") or number)] = str(label)
    return _noted(path, found, left)


def read(path: Path, *, allowed: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The labels of each text; rows without any (skipped, or not yet labelled) are left out.

    So are a row without an id, one with the id of an earlier row, one with a label that is not allowed, and one that has its
    text beside the labels and another number of words; these are noted.

    Raises:
        NotReadable: there are rows, and all of them were left out; the message names the first.
        EmptyDataset: the file is empty.
    """
    found: dict[str, tuple[str, ...]] = {}
    left: list[LeftOut] = []
    for _, row in tabular.rows(path, left=left):
        id, labels = str(row.get("id") or ""), _labels(row)
        if not labels and id:
            continue
        kind, words = _fault(row, id, labels, known=found, allowed=allowed)
        if words:
            left.append(LeftOut(path.name, row.line, kind, words))  # type: ignore[attr-defined]
        else:
            found[id] = labels
    return _noted(path, found, left)


def strange(label: Any, allowed: Collection[str]) -> str:
    """A label that is none, in words; one as long as a text is not repeated."""
    said = repr(label) if len(str(label)) <= 24 else f"of {len(str(label))} characters"
    return f"the label {said} is none of {', '.join(allowed)}"


def _fault(
    row: Mapping[str, Any], id: str, labels: tuple[str, ...], *, known: Collection[str], allowed: Collection[str]
) -> tuple[str, str]:
    words = row.get("tokens") or str(row.get("text") or "").split()
    odd = next((label for label in labels if label not in allowed), None)
    if not id:
        return ID, "no id"
    if id in known:
        return ID, f"the id {id!r:.40} of an earlier row"
    if odd is not None:
        return LABEL, strange(odd, allowed)
    if words and len(words) != len(labels):
        return COUNT, f"{len(labels)} labels for {len(words)} words"
    return "", ""


def _noted(path: Path, found: dict[str, Any], left: list[LeftOut]) -> dict[str, Any]:
    """What was found, the rest kept for `left_out`.

    Raises:
        NotReadable: nothing was found, and something was left out.
    """
    if left and not found:
        raise nothing_left(path, left)
    _left[path.resolve()] = len(found) + len(left), tuple(sorted(left, key=lambda one: one.line))
    return found


def _labels(row: Mapping[str, Any]) -> tuple[str, ...]:
    given = row.get("labels", row.get("gold"))
    if isinstance(given, Mapping):
        given = given.get("labels")
    return tuple(given.split() if isinstance(given, str) else map(str, given or ()))
