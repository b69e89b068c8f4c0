"""Under which licence a release stands: the strictest that its items state; without one no text is passed on."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from qadam.catalogue import tables
from qadam.errors import NotReleasable, UnknownName
from qadam.terms import Scheme

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Licence:
    """A licence as its row has it (`licences.toml`)."""

    id: str
    names: tuple[str, ...]
    rank: int
    texts: bool
    hub: str
    link: str


@dataclass(frozen=True)
class Permit:
    """The licence of the release; whether texts go with it, and if not why; what the items state, and how many do."""

    licence: Licence
    texts: bool
    why: str
    stated: Mapping[str, int]


def permit(items: Iterable[Row], *, stated: str, scheme: Scheme) -> Permit:
    """What may be released, given what each item states and what whoever publishes says (`stated`).

    An item without a licence of its own has that of the dataset it comes from, where the catalogue knows it, and else what
    `stated` says. Where a licence names several (`A (the text); B (the repository)`) each counts. One that is not known here
    counts as none: labels are released under `stated`, texts are not.

    Raises:
        NotReleasable: no licence is stated, none that is known, or without texts nothing would be left.
    """
    counts = Counter(_of(item) or stated.strip() for item in items)
    if "" in counts:
        raise NotReleasable(
            f"NotReleasable: {counts['']} items state no licence, and the catalogue does not know where they come from.",
            f"Say it: qadam publish {scheme.id} --licence CC-BY-4.0, or add `licence` to the items",
        )
    parts = [part for text in counts for part in _parts(text)]
    withheld = sorted({part for part in parts if not (known := find(part)) or not known.texts})
    if withheld and not stated:
        raise NotReleasable(
            f"NotReleasable: the items are under {withheld[0]!r:.60}, so that only ids and labels may be released, and these "
            "need a licence of their own.",
            f"Name it: qadam publish {scheme.id} --licence CC-BY-4.0",
        )
    own = find(stated) if stated else None
    if stated and not own:
        raise NotReleasable(
            f"NotReleasable: {stated!r:.60} is no licence known here.",
            f"Known: {', '.join(row.id for row in known_all())}",
        )
    if withheld and scheme.kind == "text" and not scheme.labels:
        raise NotReleasable(
            f"NotReleasable: the items are under {withheld[0]!r:.60}, and what was written from them may not be passed on "
            "either: nothing would be left.",
            "Ask whoever owns the texts.",
        )
    if withheld:
        why = f"they are under: {', '.join(withheld)}"
        return Permit(own, False, why, dict(counts))  # type: ignore[arg-type]  # refused above if there is none
    rows = [row for part in parts if (row := find(part))] + ([own] if own else [])
    return Permit(max(rows, key=lambda row: row.rank), True, "", dict(counts))


@cache
def known_all() -> tuple[Licence, ...]:
    """Every licence known here, the least demanding first."""
    text = resources.files(__package__).joinpath("licences.toml").read_text("utf-8")
    rows = (Licence(**{**row, "names": tuple(row["names"])}) for row in tomllib.loads(text)["licence"])
    return tuple(sorted(rows, key=lambda row: row.rank))


def find(name: str) -> Licence | None:
    """The licence that goes by a name, however it is spelled."""
    wanted = _folded(name)
    return next((row for row in known_all() if wanted in (_folded(row.id), *map(_folded, row.names))), None)


def _folded(name: str) -> str:
    return " ".join(re.findall(r"[\w.]+", name.lower().replace("licence", "").replace("license", "")))


def _parts(text: str) -> list[str]:
    """The licences that a text names, without what stands in brackets behind them."""
    return [part for part in (re.sub(r"\([^)]*\)", "", one).strip() for one in text.split(";")) if part]


def _of(item: Row) -> str:
    """What an item states, or the row of the dataset it comes from."""
    if str(item.get("licence") or "").strip():
        return str(item["licence"]).strip()
    source = str(item.get("source") or "").split("/")[0]
    if not source or ":" in source:
        return ""
    try:
        return tables.dataset(source).licence
    except UnknownName:
        return ""
