"""The log keeps what it acknowledged, whoever writes to it and whoever kills it."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from qadam.annotation.decision import Decision
from qadam.annotation.log import Conflict, Log, Settlement
from qadam.annotation.session import Session
from qadam.catalogue import tables
from qadam.errors import RecordDamaged, StoreNotWritable

WORKERS = Path(__file__).with_name("annotators.py")
EIGHT = [f"a{n}" for n in range(1, 9)]


def decision(item="1", annotator="a1", **other):
    fields = {"payload": {"label": "ә"}, "skip": "", "comment": "", "proposal": None, "proposer": "", "seconds": 1.5}
    return Decision(seq=0, item=item, annotator=annotator, version=1, at="", **{**fields, **other})


@pytest.fixture
def log(tmp_path):
    return Log(tmp_path / "log.sqlite")


def test_a_correction_is_a_new_row(log):
    first, second = log.append(decision()), log.append(decision(payload={"label": "б"}))
    assert (first.seq, second.seq) == (1, 2) and first.at.endswith("+00:00")
    assert log.history() == [first, second] and log.decisions() == [second]
    assert log.last("a1", "1") == second and log.last("a2", "1") is None


def test_what_is_written_is_read_back(log):
    kept = log.append(decision(payload=None, skip="жоқ", comment="😀", proposal={"cuts": [1]}, proposer="x"))
    assert Log(log.path).history() == [kept]


def test_a_request_is_stored_once(log):
    first = log.append(decision(), request="r")
    assert log.append(decision(seconds=9.0), request="r") == first
    assert log.append(decision(annotator="a2"), request="r").seq == 2  # each annotator has requests of their own
    for other in ({"item": "2"}, {"payload": {"label": "other"}}, {"comment": "жоқ"}):
        with pytest.raises(Conflict, match="made another decision, on the item '1'"):
            log.append(decision(**other), request="r")
    assert len(log.history()) == 2


def test_what_was_decided_before_a_newer_decision_gives_way(log):
    first = log.append(decision(), after=0)
    second = log.append(decision(payload={"label": "б"}), request="r", after=first.seq)
    for known in (0, first.seq):
        with pytest.raises(Conflict, match="a newer decision on the item '1' is stored, number 2"):
            log.append(decision(payload={"label": "в"}), after=known)
    assert log.append(decision(payload={"label": "б"}), request="r", after=first.seq) == second  # its answer was lost
    assert log.append(decision(item="2"), after=0).seq == 3 and log.append(decision(annotator="a2"), after=0).seq == 4
    assert log.last("a1", "1") == second


@pytest.mark.parametrize(
    "table, column",
    [("decision", "payload"), ("assignment", "item"), ("settlement", "why"), ("token", "token"), ("fact", "value")],
)
def test_the_file_itself_refuses_changes(log, table, column):
    log.append(decision())
    log.assign("a1", ["1"])
    log.settle(Settlement(0, "1", "a1", 1, "first", {}, "", ""))
    log.token("a1")
    log.fact("seed", "13")
    raw = sqlite3.connect(log.path)
    for change in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = 'x'"):
        with pytest.raises(sqlite3.Error, match="only appended to"):
            raw.execute(change)
    raw.close()


def test_a_transaction_is_all_or_nothing(log):
    with pytest.raises(RuntimeError), log.writing():
        log.append(decision())
        log.assign("a1", ["1"])
        raise RuntimeError
    assert log.history() == [] and log.assigned("a1") == []


def test_the_disk_is_told_before_the_annotator(log):
    assert log._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert log._db.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert log.path.stat().st_mode & 0o077 == 0


def test_tokens_are_made_once_and_found_again(log):
    token = log.token("a1")
    assert log.token("a1") == token and Log(log.path).whose(token) == "a1"
    assert log.whose(token + "x") is None and log.whose("") is None and log.whose("ә\ud800") is None
    assert log.token("a10") != token and log.annotators() == ["a1", "a10"]


def test_settlements_are_kept_in_order(log):
    first = log.settle(Settlement(0, "1", "a3", 1, "first", {"label": "x"}, "", ""))
    last = log.settle(Settlement(0, "1", "a3", 1, "settled", None, "двусмысленно", ""))
    assert log.settlements() == [first, last] and last.payload is None


def test_a_file_that_is_no_log_is_named(tmp_path):
    (tmp_path / "log.sqlite").write_bytes(b"not a database, not at all" * 100)
    with pytest.raises(RecordDamaged, match=r"log\.sqlite is not a log"):
        Log(tmp_path / "log.sqlite")


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreNotWritable, match="cannot be written"):
        Log(tmp_path / "file" / "log.sqlite")


def test_threads_lose_nothing_and_double_nothing(log):
    def work(annotator):
        for i in range(50):
            log.append(decision(item=str(i), annotator=annotator), request=f"{annotator}-{i}")

    threads = [threading.Thread(target=work, args=(who,)) for who in EIGHT]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = log.history()
    assert [row.seq for row in rows] == list(range(1, 401))
    assert set(Counter((row.annotator, row.item) for row in rows).values()) == {1}


def start(folder, limit, annotators):
    command = [sys.executable, str(WORKERS), str(folder), str(limit), *annotators]
    return subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONUNBUFFERED": "1"})


@pytest.mark.parametrize("processes", [1, 4], ids=["eight-threads", "four-processes"])
def test_whoever_is_killed_every_acknowledged_decision_is_there_once(tmp_path, processes):
    """Eight annotators, killed with -9 in the middle, started again: 500 decisions each with QADAM_SLOW=1, else 60."""
    each = 500 if os.environ.get("QADAM_SLOW") else 60
    items = [{"id": str(i), "text": f"мәтін {i}"} for i in range(each * 8 // 3 + 20)]
    Session.open(tables.scheme("sentiment3"), tmp_path, items=items).log.close()
    acknowledged = []
    shares = [EIGHT[i::processes] for i in range(processes)]
    for attempt in range(3):
        running = [start(tmp_path, each, share) for share in shares]
        lines = [[] for _ in running]
        if attempt < 2:
            lines[0] += [running[0].stdout.readline() for _ in range(each * 8 // processes // 4)]
            for process in running:
                process.send_signal(signal.SIGKILL)
        for process, said in zip(running, lines, strict=True):
            said += process.stdout.readlines()
            process.wait()
        codes = {process.returncode for process in running}  # one may have been done before it was killed
        assert -9 in codes <= {-9, 0} if attempt < 2 else codes == {0}
        acknowledged += [line.decode().split() for said in lines for line in said]
    rows = {(str(d.seq), d.annotator, d.item) for d in Log(tmp_path / "log.sqlite").history()}
    assert len(acknowledged) == len({tuple(line) for line in acknowledged})
    assert {tuple(line) for line in acknowledged} <= rows  # a row more may be there: written, killed before the answer
    assert len(rows) - len(acknowledged) <= 2 * len(EIGHT)
    assert set(Counter((who, item) for _, who, item in rows).values()) == {1}
    assert len(acknowledged) >= each * 4
