"""WebAnno TSV 3.3, which INCEpTION reads: a token a line, spans in columns, parts of tokens on lines of their own.

Offsets are Java's UTF-16 units, counted through the whole file; between two sentences lies one line break. A span over several
lines has the same number on each ([1]); one that begins or ends inside a token stands on a line for that part (1-2.1).
Every answer is a span here: tokens, spans, and the parts of a word, whose part of speech is a column of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from qadam.annotation.decision import Row, places, tokens
from qadam.annotation.interop.exchange import (
    Annotated,
    Payload,
    Units,
    blocks,
    escaped,
    one_answer,
    only,
    refuse,
    unescaped,
)
from qadam.errors import BadData
from qadam.terms import Scheme

KINDS = ("tokens", "spans", "morphemes")
LAYER, POS = "webanno.custom.Qadam", "webanno.custom.QadamPos"
HEAD = "#FORMAT=WebAnno TSV 3.3"
SENTENCE, TEXT = "#Sentence.id=", "#Text="

_CONTROL = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}
_VALUE = {**_CONTROL, **{sign: f"\\{sign}" for sign in "[]|_;*>"}}
_READ = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_NUMBER = re.compile(r"(?<!\\)\[(\d+)\]$")
_APART = re.compile(r"(?<!\\)\|")


class Line(NamedTuple):
    """One line of a sentence: which token, where in the file, and its columns."""

    number: int
    token: str
    start: int
    end: int
    text: str
    columns: Sequence[str]


# --- writing -------------------------------------------------------------------------------------------------------


def write(annotated: Sequence[Annotated], scheme: Scheme) -> str:
    """A sentence for each item that has an answer."""
    only(scheme, "webanno", KINDS)
    out = [HEAD, f"#T_SP={LAYER}|label"]
    out += [f"#T_SP={POS}|label"] if scheme.kind == "morphemes" else []
    begin, number, sentence = 0, 0, 0
    for one in annotated:
        _, payload = one_answer(one, "webanno")
        if payload is None:
            continue
        text, units = one.item["text"], Units(one.item["text"])
        where = [(0, len(text))] if scheme.kind == "morphemes" else places(one.item)
        if not where or not text:
            raise BadData(f"BadData: item {one.item['id']!r:.60} has no token.", "WebAnno holds sentences of words.")
        sentence += 1
        out += ["", "", f"{SENTENCE}{escaped(one.item['id'], _CONTROL)}", f"{TEXT}{escaped(text, _CONTROL)}"]
        spans = list(_spans(scheme, one.item, payload))
        numbers = {span: number + i for i, span in enumerate(spans, 1)}
        number += len(spans)
        for i, place in enumerate(where, 1):
            for name, part in _lines(i, place, spans):
                own = [s for s in spans if _covered(s, place) == part]
                said = "|".join(f"{escaped(s[2], _VALUE)}[{numbers[s]}]" for s in own) or "_"
                columns = [said]
                if scheme.kind == "morphemes":
                    columns.append(escaped(payload.get("pos", ""), _VALUE) or "_" if part == place else "_")
                offsets = "-".join(str(begin + units.units(point)) for point in part)
                out.append("\t".join([f"{sentence}-{name}", offsets, escaped(text[slice(*part)], _CONTROL), *columns]))
        begin += len(units) + 1
    return "\n".join(out) + "\n"


def _spans(scheme: Scheme, item: Row, payload: Payload) -> Iterator[tuple[int, int, str]]:
    if scheme.kind == "tokens":
        yield from ((start, end, label) for (start, end), label in zip(places(item), payload["labels"], strict=True))
    elif scheme.kind == "morphemes":
        edges = [0, *payload["cuts"], len(item["text"])]
        yield from zip(edges, edges[1:], payload["labels"], strict=False)
    else:
        yield from ((start, end, label) for start, end, label in payload["spans"])


def _lines(
    number: int, place: tuple[int, int], spans: Sequence[tuple[int, int, str]]
) -> Iterator[tuple[str, tuple[int, int]]]:
    """The token, then each part of it that a span covers and the token is more than."""
    yield str(number), place
    parts = sorted({part for span in spans if (part := _covered(span, place)) and part != place})
    for i, part in enumerate(parts, 1):
        yield f"{number}.{i}", part


def _covered(span: tuple[int, int, str], place: tuple[int, int]) -> tuple[int, int] | None:
    """What of a token a span covers."""
    start, end = max(span[0], place[0]), min(span[1], place[1])
    return (start, end) if start < end else None


# --- reading -------------------------------------------------------------------------------------------------------


def read(text: str, scheme: Scheme, where: str) -> list[Annotated]:
    """The sentences of a file, with the first layer of spans that it has; a layer of its own is preferred."""
    only(scheme, "webanno", KINDS)
    found: list[Annotated] = []
    column, pos = 0, -1
    for first, block in blocks(text):
        head = [line for line in block if line.startswith(("#FORMAT", "#T_"))]
        if head:
            column, pos = _columns(head, where, first)
        body = [line for line in block if line not in head]
        if not body:
            continue
        name = next((line.removeprefix(SENTENCE) for line in body if line.startswith(SENTENCE)), "")
        parts = [line.removeprefix(TEXT) for line in body if line.startswith(TEXT)]
        lines = [_line(line, first + i, where) for i, line in enumerate(block) if not line.startswith("#")]
        if not parts or not lines:
            raise refuse(where, first, "a sentence has no #Text= or no token")
        shown = unescaped("\n".join(parts), _READ)
        item = {"id": unescaped(name, _READ) or f"{Path(where).stem}:{len(found) + 1}", "text": shown}
        try:
            found.append(_sentence(scheme, item, lines, (column, pos)))
        except (ValueError, IndexError) as fault:
            raise refuse(where, first, str(fault)) from fault
    return found


def _columns(head: Sequence[str], where: str, first: int) -> tuple[int, int]:
    """In which columns the labels and the parts of speech stand."""
    place, labels, pos = 0, -1, -1
    for line in head:
        kind, _, layer = line.partition("=")
        name, *features = layer.split("|")
        if kind == "#T_SP":
            if name == POS:
                pos = place
            elif labels < 0 or name == LAYER:
                labels = place + max(len(features) - 1, 0) if name.endswith("NamedEntity") else place
        place += max(len(features), 1) if kind.startswith("#T_") else 0
    if labels < 0:
        raise refuse(where, first, "the file has no layer of spans")
    return labels, pos


def _line(line: str, number: int, where: str) -> Line:
    token, offsets, text, *columns = [*line.split("\t"), "", ""][: max(len(line.split("\t")), 3)]
    start, _, end = offsets.partition("-")
    if not (start.isdecimal() and end.isdecimal()):
        raise refuse(where, number, f"{offsets!r:.40} are no offsets")
    return Line(number, token.partition("-")[2], int(start), int(end), unescaped(text, _READ), columns)


def _sentence(scheme: Scheme, item: dict[str, Any], lines: Sequence[Line], column: tuple[int, int]) -> Annotated:
    units, text = Units(item["text"]), item["text"]
    own = [line for line in lines if "." not in line.token]
    lead = len(text) - len(text.lstrip())
    begin = own[0].start - (0 if scheme.kind == "morphemes" else units.units(lead))
    spans: dict[Any, list[Any]] = {}
    for line in lines:
        start, end = units.points(line.start - begin), units.points(line.end - begin)
        if text[start:end] != line.text:
            raise ValueError(f"{line.text!r:.40} does not stand at {line.start}-{line.end} (line {line.number})")
        for value in _values(line, column[0]):
            number = _NUMBER.search(value)
            key = number[1] if number else (line.number, value)
            label = unescaped(_NUMBER.sub("", value), _READ)
            spans.setdefault(key, [start, end, label])
            spans[key][1] = max(spans[key][1], end)
    found = sorted(spans.values())
    if scheme.kind == "morphemes":
        pos = [unescaped(value, _READ) for line in own for value in _values(line, column[1])]
        edges = [start for start, *_ in found] + [len(text)]
        said: Mapping[str, Any] = {"cuts": edges[1:-1], "labels": [label for *_, label in found]}
        return Annotated(item, {"": {**said, **({"pos": pos[0]} if pos else {})}} if found else {})
    forms = [line.text for line in own]
    if forms != tokens(item):
        item["tokens"] = forms
    if scheme.kind == "spans":
        return Annotated(item, {"": {"spans": found}})
    labels = [label for *_, label in found]
    return Annotated(item, {"": {"labels": labels}} if labels else {})


def _values(line: Line, column: int) -> list[str]:
    """The labels in a column; `_` is none, `*` one without a value."""
    said = line.columns[column] if 0 <= column < len(line.columns) else "_"
    return [value for value in _APART.split(said) if value not in ("_", "*", "")]
