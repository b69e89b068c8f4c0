"""Label Studio's JSON: tasks with annotations and predictions.

Label Studio counts in JavaScript's UTF-16 units, but some releases wrote code points; a region carries the text it covers,
and whichever count fits that text is taken, UTF-16 where both do or there is none. E-mail addresses and names of annotators
are not taken over: who has a number n is a<n>, others are numbered in the order in which they appear.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from qadam.annotation.decision import Row, places
from qadam.annotation.interop.exchange import Annotated, Payload, Units
from qadam.errors import BadData, NotReadable
from qadam.terms import Scheme


def write(annotated: Sequence[Annotated], scheme: Scheme) -> str:
    """The tasks, one for each item, with an annotation for each annotator."""
    tasks = []
    for item, answers in annotated:
        data = {key: value for key, value in item.items() if key not in ("proposal", "proposer")}
        task: dict[str, Any] = {"data": data, "annotations": []}
        for who, payload in answers.items():
            by = {"completed_by": int(who[1:])} if who[1:].isdecimal() else {}
            task["annotations"].append({**by, "result": _result(scheme, item, payload)})
        if item.get("proposal") is not None:
            model = {"model_version": item["proposer"]} if item.get("proposer") else {}
            task["predictions"] = [{**model, "result": _result(scheme, item, item["proposal"])}]
        tasks.append(task)
    return json.dumps(tasks, ensure_ascii=False, indent=1) + "\n"


def read(text: str, scheme: Scheme, where: str) -> list[Annotated]:
    """The items and answers of an export; cancelled annotations are no answers."""
    try:
        tasks = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise NotReadable(f"NotReadable: {where} is not JSON: {fault}.", "Export it again as JSON.") from fault
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise NotReadable(f"NotReadable: {where} is not a list of tasks.", "Export it again as JSON, not JSON-MIN.")
    people: dict[str, str] = {}
    found = []
    for number, task in enumerate(tasks, 1):
        try:
            item = _item(task)
            answers = {
                _annotator(one.get("completed_by"), people): _payload(scheme, item, one["result"])
                for one in task.get("annotations", ())
                if not one.get("was_cancelled")
            }
            for one in task.get("predictions", ())[:1]:
                item |= {"proposal": _payload(scheme, item, one["result"])}
                item |= {"proposer": str(one["model_version"])} if one.get("model_version") else {}
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as fault:
            raise NotReadable(
                f"NotReadable: {where}, task {number}: {type(fault).__name__} {fault}. Nothing was stored.",
                "It is not the form of Label Studio's JSON export for this scheme.",
            ) from fault
        found.append(Annotated(item, answers))
    return found


def _item(task: Mapping[str, Any]) -> dict[str, Any]:
    data = dict(task["data"])
    if "text" not in data:
        raise ValueError(f"the data have no 'text' but {sorted(data)}")
    return {"id": str(data.pop("id", task.get("id", ""))), **data}


def _annotator(who: Any, people: dict[str, str]) -> str:
    if who is None:
        return ""
    if isinstance(who, int) and who > 0:
        people.setdefault(str(who), f"a{who}")
        return people[str(who)]
    key = json.dumps(who, sort_keys=True)
    free = (f"a{n}" for n in itertools.count(1) if f"a{n}" not in people.values())
    return people.setdefault(key, next(free))


# --- answers as results --------------------------------------------------------------------------------------------


def _result(scheme: Scheme, item: Row, payload: Payload) -> list[dict[str, Any]]:
    regions = [_region(item, *stretch, number) for number, stretch in enumerate(_stretches(scheme, item, payload), 1)]
    if scheme.kind == "morphemes" and "pos" in payload:
        regions.append(_control("pos", "choices", {"choices": [payload["pos"]]}))
    if "label" in payload:
        regions.append(_control("label", "choices", {"choices": [payload["label"]]}))
    if "value" in payload:
        regions.append(_control("value", "number", {"number": payload["value"]}))
    if "text" in payload:
        regions.append(_control("answer", "textarea", {"text": [payload["text"]]}))
    return regions


def _stretches(scheme: Scheme, item: Row, payload: Payload) -> list[tuple[int, int, str]]:
    """What of an answer lies on the text: start, end, label."""
    if scheme.kind == "tokens":
        return [(*place, label) for place, label in zip(places(item), payload["labels"], strict=True)]
    if scheme.kind == "morphemes":
        edges = pairwise([0, *payload["cuts"], len(item["text"])])
        return [(*edge, label) for edge, label in zip(edges, payload["labels"], strict=True)]
    return [(start, end, label) for start, end, label in payload.get("spans", ())]


def _region(item: Row, start: int, end: int, label: str, number: int) -> dict[str, Any]:
    units = Units(item["text"])
    place = {"start": units.units(start), "end": units.units(end), "text": item["text"][start:end]}
    return {"id": f"r{number}", **_control("spans", "labels", {**place, "labels": [label]})}


def _control(name: str, kind: str, value: Mapping[str, Any]) -> dict[str, Any]:
    return {"from_name": name, "to_name": "text", "type": kind, "value": dict(value)}


def _payload(scheme: Scheme, item: Row, result: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    regions = sorted(_stretch(item, r["value"]) for r in result if r["type"] == "labels")
    chosen = [
        (r["from_name"], str(choice)) for r in result if r["type"] == "choices" for choice in r["value"]["choices"]
    ]
    numbers = [r["value"]["number" if r["type"] == "number" else "rating"] for r in result if r["type"] in _NUMBERS]
    texts = [text for r in result if r["type"] == "textarea" for text in r["value"]["text"]]
    if scheme.kind == "morphemes":
        return _morphemes(item, regions, [choice for _, choice in chosen])
    if scheme.kind == "tokens":
        if [region[:2] for region in regions] != places(item):
            raise ValueError("the regions are not the tokens")
        return {"labels": [label for *_, label in regions]}
    found: dict[str, Any] = {}
    if scheme.kind == "spans" or (scheme.kind == "rating" and scheme.labels):
        found["spans"] = [list(region) for region in regions]
    if scheme.kind == "rating":
        found["value"] = numbers[0]
    if scheme.kind == "text":
        found["text"] = texts[0] if texts else item["text"]
    if scheme.kind == "choice" or (scheme.kind == "text" and scheme.labels):
        found["label"] = chosen[0][1]
    return found


def _morphemes(item: Row, regions: Sequence[tuple[int, int, str]], chosen: Sequence[str]) -> dict[str, Any]:
    edges = [start for start, *_ in regions] + [len(item["text"])]
    if [end for _, end, _ in regions] != edges[1:] or edges[0] != 0:
        raise ValueError("the regions do not make up the word")
    pos = {"pos": chosen[0]} if chosen else {}
    return {"cuts": edges[1:-1], "labels": [label for *_, label in regions], **pos}


def _stretch(item: Row, value: Mapping[str, Any]) -> tuple[int, int, str]:
    """A region in code points, in whichever count covers the text that it says it covers."""
    start, end, covered, text = value["start"], value["end"], value.get("text"), item["text"]
    try:
        units = Units(text)
        first, last = units.points(start), units.points(end)
        fits = covered is None or text[first:last] == covered
    except ValueError:
        fits = False
    if not fits:
        first, last = start, end
        if text[first:last] != covered:
            raise BadData(
                f"BadData: item {item['id']!r:.60}: {covered!r:.60} does not stand at {start}-{end}. Nothing was stored.",
                "The text was changed after it was annotated.",
            )
    return first, last, str(value["labels"][0])


_NUMBERS = ("number", "rating")
