"""Reads the work folder of an annotation by its files, and refuses what is missing, damaged or no longer belongs together."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from statistics import fmean
from typing import Any

from qadam.errors import AgreementTooLow, NotReleasable, RecordDamaged, Usage
from qadam.terms import Scheme, digest

Row = Mapping[str, Any]
CONSENT = "consent.md"
BLANK = re.compile(r"\[[^\]\n]*\.\.\.\]")  # what the template of the consent note leaves to fill in


@dataclass(frozen=True)
class Decision:
    """What an annotator last said of an item, under the present guideline; `payload` is None for a skip."""

    item: str
    annotator: str
    payload: Row | None
    proposer: str


@dataclass(frozen=True)
class Records:
    """What a work folder holds; `agreement` is empty where a draft is built before it was measured."""

    scheme: Scheme
    folder: Path
    items: Mapping[str, Row]
    decisions: Sequence[Decision]
    agreement: Row
    gold: Sequence[Row]
    open_items: int  # disagreements that nobody has settled
    consent: str  # the checksum of the consent note

    @property
    def annotators(self) -> list[str]:
        """Whose decisions the release rests on: a1, a2 ..."""
        return sorted({decision.annotator for decision in self.decisions}, key=lambda name: (len(name), name))


def read(scheme: Scheme, folder: Path, *, draft: bool = False) -> Records:
    """All of a work folder, checked piece against piece; a draft may do without sufficient agreement.

    Raises:
        Usage: nobody has begun to annotate here.
        NotReleasable, AgreementTooLow, RecordDamaged: see `release.build`.
    """
    for name in ("items.jsonl", "log.sqlite"):
        if not (folder / name).is_file():
            raise Usage(
                f"Usage: {folder} has no {name}: nothing was annotated here.",
                f"Begin: qadam annotate {scheme.id} --as a1 --items FILE",
            )
    items = {str(item["id"]): item for item in _lines(folder / "items.jsonl")}
    log = _log(folder / "log.sqlite")
    last = {(d[2], d[1]): d for d in log["decision"] if d[3] == scheme.version and d[1] in items}
    decisions = [Decision(d[1], d[2], d[4], d[6]) for d in last.values()]
    if not (folder / "gold.jsonl").is_file():
        raise NotReleasable(
            f"NotReleasable: {folder} has no gold.jsonl.", f"Settle and write it: qadam adjudicate {scheme.id}"
        )
    gold = _lines(folder / "gold.jsonl")
    settled = {s[1]: s for s in log["settlement"] if s[3] == scheme.version}
    for row in gold:
        _true_to_the_log(scheme, row, items=items, decisions=decisions, settled=settled)
    if not gold:
        raise NotReleasable(
            "NotReleasable: gold.jsonl is empty: nothing is agreed or settled yet.",
            f"Have a second person label: qadam annotate {scheme.id} --as a2; then: qadam adjudicate {scheme.id}",
        )
    agreement = _agreement(scheme, folder, log["decision"], draft=draft)
    left_out = {item for item, step in settled.items() if step[5] is None}
    open_items = _open(scheme, items, decisions, done={str(row["id"]) for row in gold} | left_out)
    if open_items and not draft:
        raise NotReleasable(
            f"NotReleasable: annotators disagree on {open_items} items that nobody has settled or that gold.jsonl lacks; "
            "leaving them out would make the data look easier than they are.",
            f"Settle them: qadam adjudicate {scheme.id} --as a9",
        )
    found = Records(scheme, folder, items, decisions, agreement, gold, open_items, "")
    return Records(**{**found.__dict__, "consent": _consent(found)})


def template() -> str:
    """The consent note to fill in."""
    return resources.files("qadam.publish").joinpath("templates/release/consent.md").read_text("utf-8")


def in_words(agreement: Row) -> str:
    """Agreement with its interval, as "alpha 0.83 [0.80, 0.86]"; too few items have no interval, or no agreement at all."""
    value, low, high = (agreement[key] for key in ("value", "low", "high"))
    if value is None:
        return f"{agreement['measure']} not known"
    interval = "no interval" if low is None or high is None else f"[{low:.2f}, {high:.2f}]"
    return f"{agreement['measure']} {value:.2f} {interval}"


# --- piece against piece -------------------------------------------------------------------------------------------


def _agreement(scheme: Scheme, folder: Path, decisions: Sequence[Any], *, draft: bool) -> Row:
    """The agreement record, if it is about these very decisions and reaches the threshold."""
    path, again = folder / "agreement.json", f"Measure it: qadam agree {scheme.id}"
    if not path.is_file():
        if draft:
            return {}
        raise NotReleasable(f"NotReleasable: {folder} has no agreement record.", f"{again}; before it is: --draft")
    try:
        found = json.loads(path.read_text("utf-8"))
        told = in_words(found)
        belongs = (found["scheme"], found["guideline_version"]) == (scheme.id, scheme.version)
        seen = found.get("seen", {})
        reached = found["reached"]
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise RecordDamaged(f"RecordDamaged: {path} is no agreement record ({fault!r}).", again) from fault
    now = {"items": sha256(folder / "items.jsonl"), "decisions": digest([list(d[:6]) for d in decisions])}
    if not belongs or seen != now:
        raise RecordDamaged(
            f"RecordDamaged: {path} was measured on other items or decisions than are here now, or under another "
            "version of the guideline.",
            f"Measure it again: qadam agree {scheme.id}",
        )
    if not reached and not draft:
        if reached is None:
            raise NotReleasable(f"NotReleasable: agreement was not judged. {found.get('note', '')}".strip(), again)
        raise AgreementTooLow(
            f"AgreementTooLow: {scheme.id}, guideline v{scheme.version}: {told}, "
            f"the scheme asks for {scheme.threshold:g}. Settling disagreements does not mend it.",
            f"See {folder / 'confused.md'}; to look at the data all the same: qadam publish {scheme.id} --draft",
        )
    return dict(found)


def _true_to_the_log(
    scheme: Scheme, row: Row, *, items: Mapping[str, Row], decisions: Sequence[Decision], settled: Mapping[str, Any]
) -> None:
    """Refuse a gold row whose item or answer is not what the log has."""
    id = str(row.get("id"))
    item, answer, said = items.get(id), row.get("gold"), [d for d in decisions if d.item == id]
    given = [d.payload for d in said if d.payload is not None]
    if row.get("how") == "adjudicated":
        right = id in settled and settled[id][5] == answer
    elif row.get("how") == "mean":
        right = bool(given) and abs(fmean(p["value"] for p in given) - answer["value"]) < 1e-9  # type: ignore[index]
    else:
        right = bool(given) and all(payload == answer for payload in given)
    same = item is not None and all(row.get(key) == item[key] for key in ("text", "tokens", "pair") if key in item)
    whole = right and same and (id in settled) == (row.get("how") == "adjudicated")
    if not whole or row.get("guideline_version") != scheme.version:
        raise RecordDamaged(
            f"RecordDamaged: gold.jsonl, item {id!r:.60}: it is not what items and log say.",
            f"Write it again: qadam adjudicate {scheme.id}",
        )


def _open(scheme: Scheme, items: Mapping[str, Row], decisions: Sequence[Decision], *, done: set[str]) -> int:
    """How many items two people (one, if the scheme asks one) have decided, of which the gold knows nothing."""
    by_item: dict[str, list[Decision]] = {item: [] for item in items}
    for decision in decisions:
        by_item[decision.item].append(decision)
    ready = {i: said for i, said in by_item.items() if len(said) >= min(2, scheme.overlap) and i not in done}
    return sum(any(decision.payload is not None for decision in said) for said in ready.values())


def _consent(found: Records) -> str:
    """The checksum of the consent note, if it is filled in and names every annotator by their number."""
    path, id = found.folder / CONSENT, found.scheme.id
    if not path.is_file():
        raise NotReleasable(
            f"NotReleasable: {path} is missing: nobody knows whether the annotators agreed to a release.",
            f"Get a note to fill in: qadam publish {id} --consent-template",
        )
    text = path.read_text("utf-8", "replace")
    missing = [who for who in found.annotators if not re.search(rf"(?<!\w){re.escape(who)}(?!\w)", text)]
    if BLANK.search(text) or not text.strip():
        raise NotReleasable(f"NotReleasable: {path} is not filled in.", "Replace what stands in [...] brackets.")
    if missing:
        raise NotReleasable(
            f"NotReleasable: {path} does not say that {', '.join(missing)} agreed.", "Ask them, then add them."
        )
    return sha256(path)


# --- files ---------------------------------------------------------------------------------------------------------


def sha256(path: Path) -> str:
    """The checksum of a file, 64 hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _lines(path: Path) -> list[Row]:
    try:
        rows = [json.loads(line) for line in path.read_bytes().decode("utf-8-sig").split("\n") if line.strip()]
        if all(isinstance(row, dict) and isinstance(row.get("id"), str) for row in rows):
            return rows
        fault: object = "a row has no id"
    except ValueError as error:
        fault = error
    raise RecordDamaged(f"RecordDamaged: {path} is not what an annotation wrote ({fault}).", "Bring it from a copy.")


def _log(path: Path) -> dict[str, list[Any]]:
    """Decisions and settlements in their order; payloads as they were given."""
    wanted = {
        "decision": "SELECT seq, item, annotator, version, payload, skip, proposer FROM decision ORDER BY seq",
        "settlement": "SELECT seq, item, who, version, step, payload FROM settlement "
        "WHERE step = 'settled' ORDER BY seq",
    }
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            found = {table: database.execute(query).fetchall() for table, query in wanted.items()}
        at = {"decision": 4, "settlement": 5}
        return {
            table: [(*r[: at[table]], json.loads(r[at[table]] or "null"), *r[at[table] + 1 :]) for r in rows]
            for table, rows in found.items()
        }
    except (sqlite3.Error, ValueError) as fault:
        raise RecordDamaged(
            f"RecordDamaged: {path} is no log of decisions ({fault}).", "Bring it from a copy."
        ) from fault
