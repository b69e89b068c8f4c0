"""The tables of a release: one row an item, its answer in columns of its own, the same as JSON Lines and as Parquet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qadam.publish.release.records import Decision

Row = dict[str, Any]

# column -> what it holds, and its shape: a text, a whole number, a number, or a list of one of these or of spans
COLUMNS: Mapping[str, tuple[str, str]] = {
    "id": ("names the item for good", "text"),
    "text": ("what was labelled", "text"),
    "tokens": ("its tokens, as they were labelled", "texts"),
    "pair": ("the two texts that were compared", "texts"),
    "source_text": ("what stood beside it: the text it translates, the sentence of a word", "text"),
    "image": ("the image, a file of this release", "text"),
    "audio": ("the sound, a file of this release", "text"),
    "language": ("BCP 47", "text"),
    "script": ("ISO 15924", "text"),
    "group": ("the document it comes from; documents are never divided between splits", "text"),
    "stratum": ("the part of the sample it was drawn for", "text"),
    "weight": ("for how many items of the source it stands", "number"),
    "source": ("where it comes from", "text"),
    "licence": ("the licence of the text", "text"),
    "label": ("gold: the label", "text"),
    "labels": ("gold: one label for each token, or for each part of the word", "texts"),
    "cuts": ("gold: where the word is cut, in code points of `text`", "wholes"),
    "pos": ("gold: part of speech", "text"),
    "spans": ("gold: start and end in code points of `text`, and the label", "spans"),
    "value": ("gold: the rating, a mean where several people rated", "number"),
    "sd": ("standard deviation of the ratings", "number"),
    "gold_text": ("gold: what was written", "text"),
    "how": ("how the gold came to be: agreed, mean, adjudicated", "text"),
    "answers": ("how many annotators answered", "whole"),
    "by": ("whose answer it is: annotators by number", "texts"),
    "why": ("the reason the adjudicator gave", "text"),
    "guideline_version": ("the version of the guideline", "whole"),
}
TEXTS = ("text", "tokens", "pair", "source_text", "image", "audio", "gold_text", "why")
_ANSWER = {"text": "gold_text"}  # an answer's key where the item has a column of that name


def flat(row: Mapping[str, Any]) -> Row:
    """A row of gold.jsonl with its answer in columns; keys that are none of the columns are left out."""
    payload = {_ANSWER.get(key, key): value for key, value in row["gold"].items()}
    if "spans" in payload:
        payload["spans"] = [{"start": start, "end": end, "label": label} for start, end, label in payload["spans"]]
    found = {**row, **payload}
    return {name: found[name] for name in COLUMNS if name in found and found[name] is not None}


def without_texts(row: Mapping[str, Any]) -> Row:
    """A row that says nothing of what its text was."""
    return {name: value for name, value in row.items() if name not in TEXTS}


def described(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The columns that some row has, in their order, and what each holds."""
    return {name: told for name, (told, _) in COLUMNS.items() if any(name in row for row in rows)}


def write(folder: Path, splits: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Write each split twice, as SPLIT.jsonl and SPLIT.parquet; all splits have the same columns."""
    import polars

    shapes: dict[str, Any] = {
        "text": polars.String,
        "texts": polars.List(polars.String),
        "whole": polars.Int64,
        "wholes": polars.List(polars.Int64),
        "number": polars.Float64,
        "spans": polars.List(polars.Struct({"start": polars.Int64, "end": polars.Int64, "label": polars.String})),
    }
    folder.mkdir(parents=True, exist_ok=True)
    names = described([row for rows in splits.values() for row in rows])
    schema = {name: shapes[COLUMNS[name][1]] for name in names}
    for split, rows in splits.items():
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{split}.jsonl").write_text(lines, "utf-8", newline="\n")
        columns = {name: [row.get(name) for row in rows] for name in names}
        polars.DataFrame(columns, schema=schema).write_parquet(folder / f"{split}.parquet", compression="zstd")


def write_decisions(folder: Path, decisions: Sequence[Decision], *, texts: bool) -> None:
    """What each annotator said, as JSON Lines: never a comment or a time, and nothing written where texts may not leave."""
    rows = []
    for one in decisions:
        answer = dict(one.payload) if one.payload is not None else None
        if answer and not texts:
            answer.pop("text", None)
        rows.append({"item": one.item, "annotator": one.annotator, "answer": answer, "skipped": one.payload is None})
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "decisions.jsonl").write_text(lines, "utf-8", newline="\n")
