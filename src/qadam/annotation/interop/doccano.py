"""doccano's JSONL: one text a line, with its labels. Offsets there are JavaScript's UTF-16 units (doccano issue 2290)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from qadam.annotation.interop.exchange import Annotated, Payload, Units, one_answer, only, refuse
from qadam.errors import BadData
from qadam.terms import Scheme

KINDS = ("spans", "choice", "text")


def write(annotated: Sequence[Annotated], scheme: Scheme) -> str:
    """A line for each item; what else the item holds goes along as metadata, so that it comes back."""
    only(scheme, "doccano", KINDS)
    lines = []
    for one in annotated:
        who, payload = one_answer(one, "doccano")
        rest = {key: value for key, value in one.item.items() if key not in ("id", "text")}
        row = {"item_id": one.item["id"], "text": one.item["text"]}
        row |= {"label": _labels(scheme, one.item["text"], payload)} if payload is not None else {}
        row |= {"annotator": who} if who else {}
        lines.append(json.dumps(row | ({"item": rest} if rest else {}), ensure_ascii=False) + "\n")
    return "".join(lines)


def read(text: str, scheme: Scheme, where: str) -> list[Annotated]:
    """The items and answers of an export."""
    only(scheme, "doccano", KINDS)
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            item = {"id": str(row.get("item_id", row.get("id", number))), "text": row["text"], **row.get("item", {})}
            said = row.get("label", row.get("entities"))
            answers = {} if said is None else {str(row.get("annotator", "")): _payload(scheme, row["text"], said)}
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as fault:
            raise refuse(where, number, f"{type(fault).__name__} {fault}") from fault
        found.append(Annotated(item, answers))
    return found


def _labels(scheme: Scheme, text: str, payload: Payload) -> list[Any]:
    if scheme.kind == "spans":
        units = Units(text)
        return [[units.units(start), units.units(end), label] for start, end, label in payload["spans"]]
    if scheme.kind == "text" and "label" in payload:
        raise BadData(
            f"BadData: doccano holds either a text or a label, and {scheme.id} asks for both.",
            "label-studio holds both: --to label-studio",
        )
    return [payload["label" if scheme.kind == "choice" else "text"]]


def _payload(scheme: Scheme, text: str, said: Sequence[Any]) -> dict[str, Any]:
    if scheme.kind == "spans":
        units = Units(text)
        spans = [_span(span) for span in said]
        return {"spans": sorted([units.points(start), units.points(end), label] for start, end, label in spans)}
    if len(said) != 1:
        raise ValueError(f"one answer is asked for, not {len(said)}")
    return {"label" if scheme.kind == "choice" else "text": said[0]}


def _span(span: Any) -> tuple[int, int, str]:
    """A span in either of doccano's forms."""
    if isinstance(span, Mapping):
        return span["start_offset"], span["end_offset"], span["label"]
    start, end, label = span
    return start, end, label
