"""Items to be labelled, from a file or a study: every row checked before any is taken.

One JSON object a line: {"id", "text"} and what the scheme shows beside the text: language, script, tokens, pair,
source_text, image, audio, group, stratum, proposal, proposer, gold (a check item), source, licence. Other keys are kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from qadam.annotation.decision import Row, check, places, writable
from qadam.errors import BadData, NotReadable
from qadam.terms import Scheme

SHOWN = ("pair", "source_text", "image", "audio")  # what can be labelled where there is no text
MEDIA = {
    "image": (".png", ".jpg", ".jpeg", ".webp", ".gif"),  # no SVG: it may carry scripts
    "audio": (".wav", ".mp3", ".flac", ".ogg", ".opus", ".m4a", ".webm"),
}
_WORDS = ("language", "script", "source_text", "image", "audio", "group", "stratum", "proposer", "source", "licence")
_SHAPE = 'One JSON object a line: {"id": "1", "text": "..."}; see docs/annotate.md'


def read(path: Path) -> list[tuple[int, Row]]:
    """The rows of a JSONL file with the numbers of their lines, not yet checked against a scheme.

    Raises:
        NotReadable: there is no such file, it is not UTF-8, or a line is not a JSON object; the line is named.
        BadData: the file is empty.
    """
    rows: list[tuple[int, Row]] = []
    for number, line in _lines(path):
        try:
            row = json.loads(line, object_pairs_hook=_once, parse_constant=_no_constant)
        except (ValueError, RecursionError) as fault:
            raise NotReadable(f"NotReadable: {path}, line {number} is not JSON: {fault}.", _SHAPE) from fault
        if not isinstance(row, dict):
            raise NotReadable(f"NotReadable: {path}, line {number} is {line!r:.60}, not an object.", _SHAPE)
        rows.append((number, row))
    if not rows:
        raise BadData(f"BadData: {path} holds no item.", _SHAPE)
    return rows


def accept(scheme: Scheme, rows: Iterable[tuple[int, Row]], *, where: str, known: Mapping[str, Row]) -> list[Row]:
    """The numbered rows that are new, if every row is fit for the scheme; otherwise none.

    A row that is known already, word for word, is passed over, so that a command may be repeated. Where something else is
    shown, such as a pair of words, the text may be missing; it is stored as empty.

    Raises:
        BadData: a row has no id or nothing to show, a value of the wrong kind, an id that another row has, an answer that
            the scheme does not allow; the message names `where`, the line and the fault.
    """
    new: dict[str, Row] = {}
    for number, row in ((number, {"text": "", **row}) for number, row in rows):
        fault = _fault(scheme, row)
        if not fault and row["id"] in new:
            fault = f"the id {row['id']!r} stands on an earlier line; ids name one item each"
        if not fault and row["id"] in known and {"text": "", **known[row["id"]]} != row:
            fault = f"the id {row['id']!r} is that of an item stored earlier, which is another; items never change"
        if fault:
            raise BadData(f"BadData: {where}, line {number}: {fault}. Nothing was stored.", _SHAPE)
        if row["id"] not in known:
            new[row["id"]] = row
    return list(new.values())


def _fault(scheme: Scheme, row: Mapping[str, Any]) -> str:
    """What is wrong with a row, in words; empty if nothing is."""
    if not isinstance(row.get("id"), str) or not row["id"].strip():
        return f"'id' is a text that is not empty, not {row.get('id')!r:.60}"
    if not isinstance(row["text"], str):
        return f"item {row['id']!r}: 'text' is a text, not {row['text']!r:.60}"
    if not row["text"].strip() and not any(row.get(key) for key in SHOWN):
        return f"item {row['id']!r}: 'text' is missing or empty, and nothing else is shown"
    for key in _WORDS:
        if not isinstance(row.get(key, ""), str):
            return f"item {row['id']!r}: {key!r} is a text, not {row[key]!r:.60}"
    if not all(writable(text) for text in _texts(row)):
        return f"item {row['id']!r:.60} holds half a surrogate pair, which no text in UTF-8 has"
    pair = row.get("pair", ("a", "b"))
    if not _all_text(pair) or len(pair) != 2:
        return f"item {row['id']!r}: 'pair' is two texts, not {pair!r:.60}"
    if "tokens" in row and not _all_text(row["tokens"]):
        return f"item {row['id']!r}: 'tokens' is a list of texts, not {row['tokens']!r:.60}"
    if "tokens" in row:
        try:
            places(row)
        except ValueError as fault:
            return f"item {row['id']!r}: {fault}"
    for key in ("proposal", "gold"):
        try:
            if row.get(key) is not None:
                check(scheme, row, row[key])
        except BadData as bad:
            return f"{key!r}: {bad.message.removeprefix('BadData: ').rstrip('.')}"
    return ""


def _all_text(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(x, str) and x for x in value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from (key, *_texts(inner))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines that are not empty, with their numbers, counted as an editor counts them."""
    try:
        raw = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as fault:
        raise NotReadable(f"NotReadable: {path} cannot be read ({fault.strerror}).", _SHAPE) from fault
    for number, line in enumerate(raw.split(b"\n"), 1):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as fault:
            raise NotReadable(
                f"NotReadable: {path}, line {number} is not UTF-8 (byte {fault.start + 1} of the line).",
                "Save the file as UTF-8.",
            ) from fault
        if text.strip():
            yield number, text


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"the key {next(k for k, _ in pairs if [q for q, _ in pairs].count(k) > 1)!r} stands twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
