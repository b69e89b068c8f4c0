"""A whole study over a faulty table, as a user types it: told on the terminal, on the page and in every record."""

import json
import os
import subprocess
import sys

import pytest

HEAD = b"\xef\xbb\xbftitle,label,id\r\n"
GOOD = ["Көпір ашылды,positive", "Апат болды,negative", "Жаңа мектеп салынды,positive", "Баға өсті,negative"]
BAD = [
    "Жаңбыр жауды,wet,b1\r\n".encode(),
    "Екі ұяшық,positive\r\n".encode(),
    "Ветер,positive,b3\r\n".encode("cp1251"),
    '"Ашық тырнақша,positive,b4\r\n'.encode(),
    ",positive,b5\r\n",
    HEAD,
]


def written(path, rows):
    path.write_bytes(HEAD + b"".join(row if isinstance(row, bytes) else row.encode() for row in rows))
    return path


def good(times):
    return [f"{text},g{n}\r\n" for n, text in enumerate(GOOD * times)]


@pytest.fixture
def qadam(tmp_path):
    def call(*words, code=0):
        own = {k: v for k, v in os.environ.items() if not k.startswith("QADAM_")}
        own |= {"QADAM_HOME": str(tmp_path / "home"), "QADAM_OFFLINE": "1", "COLUMNS": "200"}
        line = [sys.executable, "-m", "qadam", *map(str, words)]
        done = subprocess.run(line, capture_output=True, text=True, encoding="utf-8", env=own)
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    return call


def test_a_study_runs_over_what_can_be_used(qadam, tmp_path):
    faulty = written(tmp_path / "mine.csv", [*good(3), *BAD])
    ask = ("headline-sentiment", "--profile", "sample", "--out", tmp_path / "out", "--data", f"{faulty}:title")
    told = " ".join(qadam("run", *ask).split())
    assert "6 of 18 rows of mine.csv are left out; 12 are used" in told and "n = 12" in told
    for line, words in {
        14: "the label 'wet' is none of negative, positive",
        15: "2 cells, the header has 3",
        16: "byte 0xc2 is not UTF-8",
        17: "quotation marks do not close",
        18: "nothing is written in 'title'",
        19: "the header comes again",
    }.items():
        assert f"mine.csv, line {line}: {words}" in told
    assert "iconv -f WINDOWS-1251 -t UTF-8" in told

    page = next((tmp_path / "out").rglob("report.html")).read_text("utf-8")
    assert "6 of 18 rows of mine.csv are left out; 12 are used" in page and "mine.csv, line 15: 2 cells" in page

    records = [json.loads(path.read_text("utf-8")) for path in (tmp_path / "out").rglob("headlines-s13.json")]
    kinds = {"label": 1, "cells": 1, "encoding": 1, "quotes": 1, "no text": 1, "header again": 1}
    for record in records:
        kept = record["provenance"]["left_out"]
        assert (kept["rows"], kept["used"], kept["kinds"]) == (18, 12, kinds)
    assert len(records) == 3

    assert "6 of 18 rows" in " ".join(qadam("score", *ask).split())
    assert qadam("report", *ask).strip().endswith("report.html")


def test_nothing_left_is_refused_and_a_whole_table_says_nothing(qadam, tmp_path):
    ask = ("run", "headline-sentiment", "--out", tmp_path / "out", "--data")
    path = written(tmp_path / "mine.csv", BAD[1:3])
    assert "mine.csv: none of its 2 rows can be used" in qadam(*ask, f"{path}:title", code=1)
    written(path, good(1))
    assert "left out" not in qadam(*ask, f"{path}:title")
    assert not any("left_out" in p.read_text("utf-8") for p in tmp_path.rglob("*.json"))
