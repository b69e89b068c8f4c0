"""Hands work over to people: draws what a scheme is to label from a study's data or answers, and writes it to one file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.errors import StoreNotWritable, Usage
from qadam.lab.plan import Plan
from qadam.lab.run import Means, bring_to_life
from qadam.terms import Item, Missing, Study

Row = Mapping[str, Any]


def drawn(study: Study, scheme: str, places: Places, *, count: int, seed: int) -> list[Row]:
    """What a study hands over for a scheme, drawn from its data.

    Raises:
        Usage: the study hands nothing over for this scheme; the message names those there are.
        CannotGet and its kin: the data could not be had.
    """
    found = _of(study, scheme)
    data = items.load(found.dataset, places)
    if found.system:
        data = _with_answers(study, data, found.system, places)
    return list(found.rows(data, seed=seed, count=count))


def drawn_answers(plan: Plan, scheme: str, *, count: int, seed: int) -> list[Row]:
    """The same from what the systems of a plan answer; answers that are kept already are not asked for again."""
    return list(_of(plan.study, scheme).rows(list(_answers(plan)), seed=seed, count=count))


def write(rows: Sequence[Row], path: Path, *, hazard: bool) -> None:
    """One JSON object a line, in a file that only its owner may read.

    Raises:
        Usage: hazardous text should go into a folder under version control.
        StoreNotWritable: the file cannot be written.
    """
    folder = path.absolute().parent
    if hazard and any((above / ".git").exists() for above in (folder, *folder.parents)):
        raise Usage(
            f"Usage: {path} lies in a repository, and hazardous text does not belong into one.",
            "Write it elsewhere, or leave --out away: then it goes to Qadam's own folder.",
        )
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    part = path.with_name(f"{path.name}.part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        out = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(out, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        part.replace(path)
    except OSError as fault:
        raise StoreNotWritable(
            f"StoreNotWritable: {path} could not be written: {fault.strerror or fault}.",
            "Name another place: --out FILE",
        ) from fault


def _of(study: Study, scheme: str) -> Any:
    if scheme not in study.hands:
        raise Usage(
            f"Usage: {study.problem} hands nothing over for {scheme!r} here.",
            f"It does for: {', '.join(study.hands) or 'no scheme'}. All schemes: qadam list schemes",
        )
    return study.hands[scheme]


def _with_answers(study: Study, data: Sequence[Item], system: str, places: Places) -> tuple[Item, ...]:
    """The items with what a system answers to each, asked as under the study's control."""
    protocol = study.protocols["laptop"]
    control = next(c for c in protocol.conditions if c.control)
    shown = [(item, study.present(item, control)) for item in data]
    asked = [(item, question) for item, question in shown if question is not None]
    means = Means(seed=protocol.seeds[0], limits=protocol.limits)
    answers = bring_to_life(tables.system(system), places, means).answer([question for _, question in asked])
    pairs = zip((item for item, _ in asked), answers, strict=True)
    return tuple(replace(item, fields={**item.fields, "answer": answer}) for item, answer in pairs)


def _answers(plan: Plan) -> Iterator[Item]:
    """What the language models of a plan answer: each answer an item whose fields are the question, condition and answer."""
    for row in (row for row in plan.systems if row.kind == "language_model"):
        model = bring_to_life(row, plan.places, Means(seed=plan.protocol.seeds[0]))
        for cell in (cell for cell in plan.cells if cell.system == row.id):
            condition = plan.condition(cell.condition)
            shown = [(i, plan.study.present(i, condition)) for i in items.load(cell.dataset, plan.places)]
            asked = [(item, ask) for item, ask in shown if ask is not None]
            for (item, _), answer in zip(asked, model.answer([ask for _, ask in asked]), strict=True):
                if not isinstance(answer, Missing):
                    told = {"item": item, "condition": condition, "answer": answer}
                    yield Item(f"{cell} x {item.id}", "", group=item.group, fields=told)
