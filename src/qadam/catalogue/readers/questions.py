"""Multiple-choice questions, one row each: JSON Lines, CSV, TSV or Parquet by the ending of the file.

An item's input is `{"question": text, "options": (texts)}`, its gold the letter of the right option. Options of a row:

question    a column, or a sentence around columns: "{passage}\\n\\n{question}"
choices     a column that holds the list, or a list of columns (empty ones at the end are no options)
fixed       instead of choices: the same options for every question ("иә", "жоқ")
answer      the column of the right option
keys        what that column says of the first option, the second ... ; else it holds letters, large or small
group       the column of what is resampled together (passage, word), named by its first question; else the subject;
            "" makes every question its own group
subject     "folder" if files are named alike and their folders tell the subject, or a column that does; else it is the
            stem of the file
areas       area -> subjects that belong to it: what a study may set against each other (mathematics, history)
where       column -> value: other rows are left out
canary      a string that stands in the file and nowhere else; the first item carries it
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from qadam.catalogue import parquet
from qadam.catalogue.readers.text import cell, objects, table
from qadam.errors import NotReadable
from qadam.terms import Dataset, File, Item

LETTERS = "ABCDEFGH"


def read(dataset: Dataset, split: str, paths: Mapping[File, Path]) -> list[Item]:
    """The questions of a split; ids are the subject and the number of the row, from 1.

    Raises:
        NotReadable: a row has no question, no list of choices, no answer, or an answer that is none of its keys.
    """
    del split
    options = dataset.options
    areas = {subject: area for area, subjects in options.get("areas", {}).items() for subject in subjects}
    column = str(options.get("subject", ""))
    groups: dict[str, str] = {}
    items: list[Item] = []
    for file, path in paths.items():
        family = file.source.split("/")[-2].split(":")[-1] if column == "folder" else Path(file.name).stem
        for number, row in rows(path):
            if any(str(cell(row, column, path, number)) != value for column, value in options.get("where", {}).items()):
                continue
            question = filled(str(options["question"]), row, path, number)
            choices = _choices(options, row, path, number)
            gold = _key(options, row, path, number)
            id, group = f"{family}-{number:03d}", family
            subject = family if column in {"", "folder"} else str(cell(row, column, path, number))
            if "group" in options:
                group = (
                    groups.setdefault(str(cell(row, options["group"], path, number)), id) if options["group"] else ""
                )
            told = {"subject": subject, "area": areas.get(subject)}
            if not items and "canary" in options:
                told["canary"] = str(options["canary"])
            items.append(Item(id, {"question": question, "options": choices}, gold, group, told))
    return items


def rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a table with their numbers, whatever its format.

    Raises:
        NotReadable: it is not what its name says.
    """
    if path.suffix in {".csv", ".tsv"}:
        return enumerate((row for _, row in table(path, "," if path.suffix == ".csv" else "\t")), 1)
    if path.suffix == ".parquet":
        import polars

        with parquet.reading(path):
            return enumerate(polars.read_parquet(path).iter_rows(named=True), 1)
    return objects(path)


def filled(pattern: str, row: Mapping[str, Any], path: Path, number: int) -> str:
    """A column, or a sentence with columns in braces filled in.

    Raises:
        NotReadable: there is no such column.
    """
    if "{" not in pattern:
        return str(cell(dict(row), pattern, path, number))
    try:
        return pattern.format_map(row)
    except KeyError as fault:
        raise NotReadable(
            f"NotReadable: {path}, line {number}: no column {fault}.", f"It has: {', '.join(map(str, row))}"
        ) from fault


def _choices(options: Mapping[str, Any], row: dict[str, Any], path: Path, number: int) -> tuple[str, ...]:
    if "fixed" in options:
        return tuple(options["fixed"])
    columns = options["choices"]
    if not isinstance(columns, str):
        found = [str(cell(row, column, path, number) or "") for column in columns]
        while found and not found[-1].strip():  # an empty last option is none; one in between keeps its letter
            found.pop()
        return tuple(found)
    choices = cell(row, columns, path, number)
    if not isinstance(choices, list):
        raise NotReadable(f"NotReadable: {path}, line {number}: choices are not a list.", "Mend the line.")
    return tuple(str(choice) for choice in choices)


def _key(options: Mapping[str, Any], row: dict[str, Any], path: Path, number: int) -> str:
    answer = str(cell(row, options["answer"], path, number)).strip()
    keys = options.get("keys")
    if not keys:
        return answer.upper()
    if answer not in keys:
        raise NotReadable(
            f"NotReadable: {path}, line {number}: the answer {answer!r} is none of {', '.join(keys)}.", "Mend the line."
        )
    return LETTERS[keys.index(answer)]
