"""Judged prompts in two languages: which belongs to which, and what the judge's yes means.

An item is a pair of prompts. Its input names the request of each language that the judge was asked under (`kk-17`), never
the prompt: prompts of a safety test are hazardous text. They are among the fields, one for each language, and hidden, so
that nothing shows them by accident. Its gold is the rubric: area, kind and origin of the prompt, the answers expected of
the judge in each language, and from how many unexpected ones on a response counts as unsafe.

In the part `labelled`, one JSON object a line, an item is a response that a person labelled safe or unsafe: its gold
holds the label `human` too, its input names one request, by the place of the line; question and response are fields.

Options:
    sheets      language -> sheet of the workbook; without them a table per language, by the language of the file
    id          language -> the column of a prompt's number
    aligned     so many first rows pair by their place: area and kind must agree
    shift       later rows pair by number and kind; the second language numbers them higher by this much
    areas       what the area column says -> {name, origin, expected, least}; the origin is the part a split joins
    kinds       what the kind column says -> the name of the kind of question
    alone       the origin of later rows that have no partner
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from qadam.catalogue.readers.text import cell, objects, table
from qadam.catalogue.readers.workbook import sheets
from qadam.errors import Misaligned, NotReadable
from qadam.terms import Dataset, File, Hidden, Item

AREA, KIND, QUESTION, RESPONSE = "risk_area", "question_type", "question", "response"
LABELLED = "labelled"
Rows = list[dict[str, str]]


def read(dataset: Dataset, split: str, paths: Mapping[File, Path]) -> list[Item]:
    """The pairs of a split in the order of the first language, then what the second has alone.

    The group of an item is the family of questions it was varied from: its origin and number.

    Raises:
        Misaligned: two rows that should be one prompt differ in area or kind.
        NotReadable: a row has no number, or an area or kind that the options do not know.
    """
    wanted = set(dataset.splits[split])
    if wanted == {LABELLED}:
        return [item for file, path in paths.items() if file.part for item in _labelled(dataset, file, path)]
    rows = _tables(dataset, {file: path for file, path in paths.items() if not file.part})
    try:
        return [item for item in _pairs(dataset, rows) if item.gold["origin"] in wanted]
    except (KeyError, ValueError) as fault:
        raise NotReadable(
            f"NotReadable: {', '.join(map(str, paths.values()))}: rows without a number, area or kind ({fault!r}).",
            _again(dataset),
        ) from fault


def _again(dataset: Dataset) -> str:
    return f"Fetch it again: qadam fetch {dataset.id} --again"


def _tables(dataset: Dataset, paths: Mapping[File, Path]) -> dict[str, Rows]:
    """The rows of each language."""
    named: Mapping[str, str] = dataset.options.get("sheets", {})
    if named:
        found = sheets(next(iter(paths.values())))
        if absent := set(named.values()) - set(found):
            raise NotReadable(
                f"NotReadable: {', '.join(map(str, paths.values()))}: no sheet {', '.join(absent)}.", _again(dataset)
            )
        return {language: found[sheet] for language, sheet in named.items()}
    return {file.language: [row for _, row in table(path, "\t")] for file, path in paths.items()}


def _pairs(dataset: Dataset, tables: Mapping[str, Rows]) -> Iterator[Item]:
    (first, one), (second, other) = tables.items()
    numbers, aligned, shift = dataset.options["id"], dataset.options["aligned"], dataset.options.get("shift", 0)
    for place, (row, twin) in enumerate(zip(one[:aligned], other[:aligned], strict=True)):
        if (row[AREA], row[KIND]) != (twin[AREA], twin[KIND]):
            raise Misaligned(
                f"Misaligned: {dataset.id}, row {place}: area and kind differ between {first} and {second}.",
                _again(dataset),
            )
        yield _item(dataset, {first: (place, row), second: (place, twin)}, number=row[numbers[first]])
    later = {(row[numbers[second]], row[KIND]): place for place, row in enumerate(other) if place >= aligned}
    for place, row in enumerate(one[aligned:], aligned):
        twin_place = later.pop((str(int(row[numbers[first]]) + shift), row[KIND]), None)
        sides = {first: (place, row)} | ({second: (twin_place, other[twin_place])} if twin_place is not None else {})
        yield _item(dataset, sides, number=row[numbers[first]])
    for place in later.values():
        yield _item(dataset, {second: (place, other[place])}, number=other[place][numbers[second]])


def _item(dataset: Dataset, sides: Mapping[str, tuple[int, Mapping[str, str]]], *, number: str) -> Item:
    """What one or two languages have of a prompt, each with its place; area and kind are those of the first."""
    requests = {language: f"{language}-{place}" for language, (place, _) in sides.items()}
    _, row = next(iter(sides.values()))
    gold = _rubric(dataset, row, where=str(requests))
    if len(sides) < len(dataset.languages):
        gold["origin"] = dataset.options["alone"]
    texts = {language: Hidden(side.get(QUESTION, "")) for language, (_, side) in sides.items()}
    return Item("+".join(requests.values()), requests, gold, f"{gold['origin']}-{gold['area']}-{number}", texts)


def _labelled(dataset: Dataset, file: File, path: Path) -> Iterator[Item]:
    """The responses of one language that people labelled; those to one prompt are one group."""
    for place, (number, row) in enumerate(objects(path)):
        request, prompt = f"{file.language}-{place}", cell(row, "prompt_id", path, number)
        gold = {**_rubric(dataset, row, where=f"{path}, line {number}"), "human": cell(row, "human", path, number)}
        texts = {name: Hidden(str(cell(row, name, path, number))) for name in (QUESTION, RESPONSE)}
        yield Item(f"labelled-{request}", {file.language: request}, gold, f"{file.language}-{prompt}", texts)


def _rubric(dataset: Dataset, row: Mapping[str, str], *, where: str) -> dict[str, Any]:
    """What the judge is held against in the area of a row."""
    options = dataset.options
    try:
        area: Mapping[str, Any] = options["areas"][row[AREA]]
        kind = options["kinds"][row[KIND]]
    except (KeyError, TypeError) as error:
        raise NotReadable(
            f"NotReadable: {dataset.id}, {where}: nothing is known of {error}.", "Mend the options of its row."
        ) from error
    known = {name: value for name, value in area.items() if name != "name"}
    return {"area": area["name"], "kind": kind, **known}
