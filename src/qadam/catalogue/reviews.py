"""What a machine wrote for Qadam, handed over to people text by text, and how much of it they have reviewed."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.errors import Usage, did_you_mean
from qadam.terms import Dataset, Hidden, Item

SCHEME = "text_review"  # under which people review
SAMPLE, GUIDELINE = "sample:", "guideline:"


@dataclass(frozen=True)
class Review:
    """How many of the texts of a dataset (or of a guideline) were reviewed, by how many people, under which guideline."""

    dataset: str
    of: int
    reviewed: int = 0
    people: int = 0
    guideline: int = 1

    def __str__(self) -> str:
        by = f", by {self.people} {'person' if self.people == 1 else 'people'}" if self.reviewed else ""
        return f"machine-written, {self.reviewed} of {self.of} reviewed{by}"


@cache
def reviews() -> Mapping[str, Review]:
    """Everything that is known to be machine-written, by its name."""
    rows = tomllib.loads((tables.HERE / "reviews.toml").read_text("utf-8")).get("review", ())
    return {row["dataset"]: Review(**row) for row in rows}


def of(name: str) -> Review | None:
    """The state of review of a dataset or of `guideline:SCHEME`; None for what no machine wrote."""
    return reviews().get(name.split("/")[0])


def handed(name: str, places: Places) -> list[dict[str, Any]]:
    """The texts of `sample:DATASET` (what travels inside Qadam) or `guideline:SCHEME`, as rows to be annotated.

    Raises:
        UnknownName: there is no such sample or scheme.
        Usage: it holds no text that people could read.
    """
    if name.startswith(GUIDELINE):
        return list(_guideline(tables.scheme(name.removeprefix(GUIDELINE)).id))
    samples = {row.id: row for row in tables.datasets() if _inside(row)}
    wanted = name.removeprefix(SAMPLE).replace("_", "-")
    if wanted not in samples:
        raise did_you_mean(wanted, list(samples), kind="sample", list_command="qadam list datasets")
    rows: dict[str, dict[str, Any]] = {}
    splits = samples[wanted].splits
    for split in ("all",) if "all" in splits else splits:
        for item in items.load(f"{wanted}/{split}", places):
            row = _row(samples[wanted], item)
            if row:
                rows.setdefault(row["id"], row)
    if not rows:
        raise Usage(f"Usage: {wanted} holds no Kazakh text to review.", "qadam list datasets")
    return list(rows.values())


def _inside(row: Dataset) -> bool:
    return any(file.source.startswith("package:qadam/catalogue/samples/") for file in row.files)


def _row(dataset: Dataset, item: Item) -> dict[str, Any] | None:
    """One item as a text to read; None if it has none in Kazakh."""
    id, text = item.id, item.input
    if isinstance(text, Mapping) and "words" in text:
        words = text["words"]
        id, text = (
            (item.group or id, ": ".join((words[-1], ", ".join(item.gold))))
            if len(words) == 3
            else (id, ", ".join(words))
        )
    elif isinstance(text, Mapping) and "question" in text:
        options = (f"{letter}) {option}" for letter, option in zip("ABCDEFGH", text["options"], strict=False))
        text = "\n".join((text["question"], *options))
    elif isinstance(text, Mapping):
        text = text.get("kk", "")
    if not text or any(isinstance(value, Hidden) for value in item.fields.values()):  # its card says what is hidden
        return None
    return {
        "id": f"{dataset.id}/{id}",
        "text": text,
        "language": "kk",
        "source": dataset.id,
        "licence": dataset.licence,
    }


def _guideline(scheme: str) -> Iterator[dict[str, Any]]:
    """The Kazakh guideline of a scheme, a paragraph, list or table at a time."""
    name = f"{GUIDELINE}{scheme}"
    blocks = (block.strip() for block in tables.guideline(scheme, "kk").split("\n\n"))
    for number, block in enumerate(filter(None, blocks), 1):
        yield {"id": f"{name}/{number:03d}", "text": block, "language": "kk", "source": name, "licence": "Apache-2.0"}
