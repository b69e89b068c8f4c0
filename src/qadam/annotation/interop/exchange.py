"""What all formats share: an item with its answers, stretches of tokens, and offsets in the units of other programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from qadam.annotation.decision import Row, places
from qadam.errors import BadData, NotReadable, Usage
from qadam.terms import Scheme

Payload = Mapping[str, Any]


class Annotated(NamedTuple):
    """An item and what was said of it, by annotator; "" where the format does not say by whom."""

    item: Row
    answers: Mapping[str, Payload]


class Units:
    """Offsets of one text in UTF-16 units, as JavaScript and Java count, and in code points, as Qadam counts."""

    def __init__(self, text: str) -> None:
        """Number the characters of a text."""
        self._of_point = [0]
        for sign in text:
            self._of_point.append(self._of_point[-1] + (2 if ord(sign) > 0xFFFF else 1))
        self._of_unit = {unit: point for point, unit in enumerate(self._of_point)}

    def __len__(self) -> int:
        return self._of_point[-1]

    def units(self, point: int) -> int:
        """UTF-16 units before a code point."""
        return self._of_point[point]

    def points(self, unit: int) -> int:
        """Code points before a UTF-16 unit.

        Raises:
            ValueError: the text has no such place, or it lies in the middle of a character.
        """
        if unit not in self._of_unit:
            raise ValueError(f"no character begins or ends at {unit}")
        return self._of_unit[unit]


def only(scheme: Scheme, form: str, kinds: Sequence[str]) -> None:
    """Refuse a scheme whose answers a format cannot hold."""
    if scheme.kind not in kinds:
        raise Usage(
            f"Usage: {form} cannot hold the answers of {scheme.id}: it is for {', '.join(kinds)}.",
            "label-studio holds every kind: --to label-studio",
        )


def one_answer(annotated: Annotated, form: str) -> tuple[str, Payload | None]:
    """The only answer of an item, with whose it is; refused where there are several."""
    if len(annotated.answers) > 1:
        raise BadData(
            f"BadData: item {annotated.item['id']!r:.60} has several answers, and {form} holds one.",
            "Name one: --as a1",
        )
    return next(iter(annotated.answers.items()), ("", None))


def refuse(where: str, line: int, fault: str) -> NotReadable:
    """The error for a line that is not what its format promises."""
    return NotReadable(
        f"NotReadable: {where}, line {line}: {fault}. Nothing was stored.", "Mend the line, or leave it out."
    )


def iob(item: Row, spans: Sequence[Sequence[Any]], form: str) -> list[str]:
    """Spans as one tag for each token: B-LABEL, I-LABEL, O.

    Raises:
        BadData: a span does not begin and end with tokens.
    """
    where = places(item)
    starts, ends = {s: i for i, (s, _) in enumerate(where)}, {e: i for i, (_, e) in enumerate(where)}
    tags = ["O"] * len(where)
    for start, end, label in spans:
        if start not in starts or end not in ends:
            raise BadData(
                f"BadData: item {item['id']!r:.60}: the span {start}-{end} does not begin and end with tokens, "
                f"and {form} knows tokens only.",
                "webanno and label-studio hold such spans.",
            )
        for i in range(starts[start], ends[end] + 1):
            tags[i] = f"{'B' if i == starts[start] else 'I'}-{label}"
    return tags


def from_iob(tags: Sequence[str], where: Sequence[tuple[int, int]]) -> list[list[Any]]:
    """Spans of code points from tags; an I- that continues nothing begins a span, as in the older IOB1."""
    spans: list[list[Any]] = []
    inside = ""
    for tag, (start, end) in zip(tags, where, strict=True):
        kind, _, label = tag.partition("-")
        if tag == "O":
            inside = ""
        elif kind == "I" and label == inside:
            spans[-1][1] = end
        else:
            spans.append([start, end, label])
            inside = label
    return spans


def tagged(tag: str) -> bool:
    """Whether this is a tag of the IOB family."""
    return tag == "O" or (tag[:2] in ("B-", "I-") and len(tag) > 2)


def blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Runs of lines between empty ones, each with the number of its first line."""
    start, block = 1, list[str]()
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip():
            start = start if block else number
            block.append(line)
        elif block:
            yield start, block
            block = []


def escaped(text: str, pairs: Mapping[str, str]) -> str:
    """Each sign of a text as a format writes it."""
    return "".join(pairs.get(sign, sign) for sign in text)


def unescaped(text: str, signs: Mapping[str, str]) -> str:
    """A text from its written form: a backslash gives the next sign another meaning, or takes its special one away."""
    out, at = [], 0
    while at < len(text):
        if text[at] == "\\" and at + 1 < len(text):
            out.append(signs.get(text[at + 1], text[at + 1]))
            at += 2
        else:
            out.append(text[at])
            at += 1
    return "".join(out)
