"""What happened, in the order in which it happened: an append-only SQLite file that several people write to at once.

A row is on disk before `append` returns (write-ahead log, `synchronous=FULL`), so that neither a killed server nor a cut
of power loses what was acknowledged. Rows are never changed: the file itself refuses it. Threads may share a `Log`, and
processes may open the same file; it must lie on a disk of this machine, since SQLite's write-ahead log does not work over
a network share.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qadam.annotation.decision import Decision, Payload
from qadam.errors import BadData, RecordDamaged, StoreBusy, StoreNotWritable

PATIENCE = 60.0  # seconds to wait for another process that is writing

_TABLES = """
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS decision (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, item TEXT NOT NULL, annotator TEXT NOT NULL, version INTEGER NOT NULL,
    payload TEXT, skip TEXT NOT NULL, comment TEXT NOT NULL, proposal TEXT, proposer TEXT NOT NULL,
    seconds REAL NOT NULL, at TEXT NOT NULL, request TEXT, UNIQUE (annotator, request));
CREATE INDEX IF NOT EXISTS decision_of ON decision (annotator, item, seq);
CREATE TABLE IF NOT EXISTS assignment (
    place INTEGER PRIMARY KEY AUTOINCREMENT, item TEXT NOT NULL, annotator TEXT NOT NULL, UNIQUE (annotator, item));
CREATE TABLE IF NOT EXISTS settlement (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, item TEXT NOT NULL, who TEXT NOT NULL, version INTEGER NOT NULL,
    step TEXT NOT NULL, payload TEXT, why TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS token (annotator TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE) WITHOUT ROWID;
"""
_KEPT = ("fact", "decision", "assignment", "settlement", "token")
_COLUMNS = "seq, item, annotator, version, payload, skip, comment, proposal, proposer, seconds, at"


class Conflict(BadData):
    """What was sent contradicts what is stored already; what is stored stays."""


@dataclass(frozen=True)
class Settlement:
    """One step of an adjudication: the first choice, made before the votes were seen, or what was settled, and why.

    `payload` is None where the item was left out of the gold. `who` is a1, a2 ..., as annotators are.
    """

    seq: int
    item: str
    who: str
    version: int
    step: str  # "first" | "settled"
    payload: Payload | None
    why: str
    at: str


class Log:
    """The rows of one annotation: who was given what, who decided what, how differences were settled."""

    def __init__(self, path: Path) -> None:
        """Open the log, and make it if there is none.

        Raises:
            StoreNotWritable: the folder is read-only or the disk is full.
            RecordDamaged: the file is no log.
        """
        self.path = path
        self._lock = threading.RLock()
        with _named_faults(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            with self.writing():
                for statement in filter(str.strip, _TABLES.split(";")):
                    self._db.execute(statement)
                for table in _KEPT:
                    for verb in ("UPDATE", "DELETE"):
                        self._db.execute(
                            f"CREATE TRIGGER IF NOT EXISTS no_{verb.lower()}_of_{table} BEFORE {verb} ON {table} "
                            "BEGIN SELECT RAISE(ABORT, 'a log is only appended to'); END"
                        )
            path.chmod(0o600)  # it holds the tokens

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction, alone in all threads and processes; inside another it is part of that one.

        What happens inside is either stored entirely, and on disk when the block is left, or not at all.
        """
        with self._lock, _named_faults(self.path):
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    # --- facts ---

    def fact(self, name: str, value: str) -> str:
        """A fact about the whole annotation, such as its seed; the first value written stays."""
        with self.writing():
            self._db.execute("INSERT OR IGNORE INTO fact VALUES (?, ?)", (name, value))
            return str(self._rows("SELECT value FROM fact WHERE name = ?", name)[0][0])

    # --- decisions ---

    def append(self, decision: Decision, *, request: str = "", after: int | None = None) -> Decision:
        """Keep a decision; its `seq` and `at` are filled in. On disk when this returns.

        A `request` that this annotator has sent before is not stored again: the decision it made comes back. With
        `after`, the number of their last decision on this item that they knew of (0: none), a newer one stands.

        Raises:
            Conflict: the request made another decision before, or a newer decision is stored.
        """
        with self.writing():
            if request:
                known = self._decisions("WHERE annotator = ? AND request = ?", decision.annotator, request)
                if known and _said(known[0]) != _said(decision):
                    raise Conflict(
                        f"Conflict: the request {request!r:.60} made another decision, on the item "
                        f"{known[0].item!r:.60}.",
                        "Reload the page: every decision needs a request id of its own.",
                    )
                if known:
                    return known[0]
            last = None if after is None else self.last(decision.annotator, decision.item)
            if last and after is not None and last.seq > after:
                raise Conflict(
                    f"Conflict: a newer decision on the item {decision.item!r:.60} is stored, number {last.seq}.",
                    "Reload the page, and correct it there.",
                )
            decision = replace(decision, at=now())
            row = (
                decision.item,
                decision.annotator,
                decision.version,
                _json(decision.payload),
                decision.skip,
                decision.comment,
                _json(decision.proposal),
                decision.proposer,
                decision.seconds,
                decision.at,
                request or None,
            )
            cursor = self._db.execute(
                f"INSERT INTO decision ({_COLUMNS.removeprefix('seq, ')}, request) VALUES ({', '.join('?' * len(row))})",
                row,
            )
            return replace(decision, seq=int(cursor.lastrowid or 0))

    def history(self) -> list[Decision]:
        """Every decision, in order."""
        return self._decisions("ORDER BY seq")

    def decisions(self, annotator: str = "") -> list[Decision]:
        """The last decision of each annotator (or of one) on each item, in order."""
        last = "seq IN (SELECT max(seq) FROM decision GROUP BY annotator, item)"
        if annotator:
            last += " AND annotator = ?"
        return self._decisions(f"WHERE {last} ORDER BY seq", *([annotator] if annotator else []))

    def last(self, annotator: str, item: str) -> Decision | None:
        """What an annotator last said of an item."""
        found = self._decisions("WHERE annotator = ? AND item = ? ORDER BY seq DESC LIMIT 1", annotator, item)
        return found[0] if found else None

    # --- assignments ---

    def assign(self, annotator: str, items: Sequence[str]) -> None:
        """Give items to an annotator, in this order; what they have stays where it is."""
        with self.writing():
            self._db.executemany(
                "INSERT OR IGNORE INTO assignment (item, annotator) VALUES (?, ?)",
                [(item, annotator) for item in items],
            )

    def assigned(self, annotator: str) -> list[str]:
        """The items of an annotator, in their order."""
        return [
            row[0] for row in self._rows("SELECT item FROM assignment WHERE annotator = ? ORDER BY place", annotator)
        ]

    def pending(self, annotator: str, *, version: int) -> str | None:
        """The first item of an annotator that they have not decided under this version of the guideline."""
        found = self._rows(
            "SELECT item FROM assignment a WHERE annotator = ? AND NOT EXISTS (SELECT 1 FROM decision d WHERE "
            "d.annotator = a.annotator AND d.item = a.item AND d.version = ?) ORDER BY place LIMIT 1",
            annotator,
            version,
        )
        return found[0][0] if found else None

    def counts(self) -> dict[str, int]:
        """To how many annotators each item was given; items given to nobody are absent."""
        return dict(self._rows("SELECT item, count(*) FROM assignment GROUP BY item"))

    def annotators(self) -> list[str]:
        """Everybody who was given an item or a token, in the order of their numbers."""
        rows = self._rows("SELECT annotator FROM assignment UNION SELECT annotator FROM token")
        return sorted((row[0] for row in rows), key=lambda name: (len(name), name))

    # --- settlements ---

    def settle(self, step: Settlement) -> Settlement:
        """Keep a step of an adjudication; its `seq` and `at` are filled in. On disk when this returns."""
        with self.writing():
            step = replace(step, at=now())
            row = (step.item, step.who, step.version, step.step, _json(step.payload), step.why, step.at)
            cursor = self._db.execute(
                "INSERT INTO settlement (item, who, version, step, payload, why, at) VALUES (?, ?, ?, ?, ?, ?, ?)", row
            )
            return replace(step, seq=int(cursor.lastrowid or 0))

    def settlements(self) -> list[Settlement]:
        """Every step, in order."""
        rows = self._rows("SELECT seq, item, who, version, step, payload, why, at FROM settlement ORDER BY seq")
        names = [field.name for field in fields(Settlement)]
        return [Settlement(**dict(zip(names, (*row[:5], _read(row[5]), *row[6:]), strict=True))) for row in rows]

    # --- tokens ---

    def token(self, annotator: str) -> str:
        """The secret of an annotator; made the first time."""
        with self.writing():
            self._db.execute("INSERT OR IGNORE INTO token VALUES (?, ?)", (annotator, secrets.token_urlsafe(24)))
            return str(self._rows("SELECT token FROM token WHERE annotator = ?", annotator)[0][0])

    def whose(self, token: str) -> str | None:
        """The annotator of a secret, None if it is nobody's."""
        given, found = token.encode("utf-8", "replace"), None
        for annotator, secret in self._rows("SELECT annotator, token FROM token"):
            if secrets.compare_digest(secret.encode(), given):  # each in the same time, whether it fits or not
                found = annotator
        return found

    def _rows(self, query: str, *values: Any) -> list[Any]:
        with self._lock, _named_faults(self.path):
            return self._db.execute(query, values).fetchall()

    def _decisions(self, where: str, *values: Any) -> list[Decision]:
        found = []
        for row in self._rows(f"SELECT {_COLUMNS} FROM decision {where}", *values):
            columns = dict(zip(_COLUMNS.split(", "), row, strict=True))
            columns |= {"payload": _read(columns["payload"]), "proposal": _read(columns["proposal"])}
            found.append(Decision(**columns))
        return found


def _said(decision: Decision) -> tuple[Any, ...]:
    """What a decision says, without when and how it was made."""
    return decision.item, decision.payload, decision.skip, decision.comment


def now() -> str:
    """This moment in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _json(payload: Mapping[str, Any] | None) -> str | None:
    return None if payload is None else json.dumps(payload, ensure_ascii=False, sort_keys=True)


def _read(text: str | None) -> Payload | None:
    return None if text is None else json.loads(text)


_DIAGNOSES: Sequence[tuple[tuple[str, ...], Callable[[str, str], Exception]]] = (
    (
        ("locked", "busy"),
        lambda where, fault: StoreBusy(
            f"StoreBusy: another process has been writing {where} for {PATIENCE:.0f} s ({fault}).",
            "Wait for it, or look for a server that hangs.",
        ),
    ),
    (
        ("malformed", "not a database", "corrupt"),
        lambda where, fault: RecordDamaged(
            f"RecordDamaged: {where} is not a log of decisions ({fault}).",
            "Bring the folder back from a copy; sqlite3 FILE .recover saves what can be read.",
        ),
    ),
)


@contextmanager
def _named_faults(path: Path) -> Iterator[None]:
    """Faults of SQLite by their diagnosis; what else goes wrong means that nothing could be written."""
    try:
        yield
    except (sqlite3.OperationalError, sqlite3.DatabaseError, OSError) as fault:
        for words, diagnosis in _DIAGNOSES:
            if any(word in str(fault) for word in words):
                raise diagnosis(str(path), str(fault)) from fault
        raise StoreNotWritable(
            f"StoreNotWritable: {path} cannot be written ({fault}).",
            "Make room or choose another folder: --in DIR. What was acknowledged is stored.",
        ) from fault
