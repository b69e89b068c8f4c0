"""Records of an earlier Qadam are read by this one; those of a later one are refused by name, with what to do."""

import hashlib
import json
import shutil
from dataclasses import fields
from pathlib import Path

import polars
import pytest
from typer.testing import CliRunner

from qadam.cli import app
from qadam.errors import RecordDamaged, RecordNewer
from qadam.store import LAYOUT, Store, _checksum, _finite
from qadam.terms import Cell, Counted, Measurement, Part, Record

ROOT = Path(__file__).parents[1]
LATER = {"parts", "counted", "curves", "layout", "exploratory", "checksum"}  # what the first records did not have
READ_BY = (
    ("report", "tokenizer-tax"),
    ("score", "tokenizer-tax"),
    ("verify",),
    ("site", "build"),
)


def qadam(*words):
    """A verb, in this process; a fault with a diagnosis is raised as `main` sees it."""
    done = CliRunner().invoke(app, list(words))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    out = tmp_path_factory.mktemp("measured") / "out"
    qadam("run", "tokenizer-tax", "--system", "utf-8-bytes", "--system", "characters", "--out", str(out))
    return out


@pytest.fixture
def out(measured, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(measured, tmp_path / "out")
    return tmp_path / "out"


def records(out):
    found = sorted(out.glob("records/*/*/*/*/*.json"))
    assert found
    return found


def changed(path, change):
    """A record or verdict after a change, with the checksum that belongs to it."""
    document = json.loads(path.read_text("utf-8"))
    has_one = document.pop("checksum", "")
    change(document)
    path.write_text(
        json.dumps({**document, **({"checksum": _checksum(_finite(document))} if has_one else {})}), "utf-8"
    )


def as_at_first(out):
    """The records as the first version wrote them: no layout, parts or counts, and rows of wide numbers, hardly packed."""
    for path in records(out):
        rows = path.with_suffix(".parquet")
        wide = polars.read_parquet(rows).cast({polars.selectors.numeric(): polars.Float64})
        wide.write_parquet(rows, compression="uncompressed")
        sha256 = hashlib.sha256(rows.read_bytes()).hexdigest()

        def change(document, sha256=sha256):
            document["items_sha256"] = sha256
            for key in LATER:
                document.pop(key, None)

        changed(path, change)
    for verdict in out.glob("records/*/*/verdict.json"):
        changed(verdict, lambda document: [document.pop(key, None) for key in LATER])


@pytest.mark.parametrize("words", READ_BY, ids=" ".join)
def test_records_of_the_first_layout_are_read(out, words):
    as_at_first(out)
    before = [path.read_bytes() for path in records(out)]
    done = qadam(*words, *([] if words == ("verify",) else ["--out", "out"]))
    assert done.exit_code == 0, done.output
    assert "0 faults" in done.output or words != ("verify",)
    assert [path.read_bytes() for path in records(out)] == before  # written once: reading upgrades nothing on disk


@pytest.mark.parametrize("words", READ_BY, ids=" ".join)
def test_records_of_a_later_layout_are_refused_by_name(out, words):
    for path in (*records(out), *out.glob("records/*/*/verdict.json")):
        changed(path, lambda document: document.update(layout=LAYOUT + 1, something="new"))
    if words == ("verify",):
        done = qadam("verify")
        assert done.exit_code == 1 and f"layout {LAYOUT + 1} by a newer Qadam" in done.output and ".json" in done.output
    else:
        with pytest.raises(RecordNewer, match=rf"\.json was written in layout {LAYOUT + 1}") as fault:
            qadam(*words, "--out", "out")
        assert "pip install --upgrade qadam" in fault.value.next_step


def test_the_site_names_a_damaged_record(out):
    records(out)[0].write_text('{"provenance": {}}', "utf-8")
    with pytest.raises(RecordDamaged, match=records(out)[0].name):
        qadam("site", "build", "--out", "out")


def test_what_is_written_says_its_layout(out):
    for path in (*records(out), *out.glob("records/*/*/verdict.json")):
        assert json.loads(path.read_text("utf-8"))["layout"] == LAYOUT


FIELDS = {
    1: {
        Cell: "dataset system condition seed",
        Measurement: "dataset system condition seed metric value low high n no_answer unscored unit signature",
        Part: "by level measurement",
        Counted: "tally by level cell items words",
        Record: "problem profile protocol_hash cell system_revision measurements items_sha256 provenance parts counted",
    }
}


def test_another_field_is_another_layout():
    assert {kind: " ".join(field.name for field in fields(kind)) for kind in FIELDS[LAYOUT]} == FIELDS[LAYOUT]


def test_every_released_record_is_read():
    paths = sorted((ROOT / "results").glob("records/*/*/*/*/*.json"))
    for path in paths:
        problem, folder = path.parts[-5:-3]
        profile, _, hash_ = folder.partition("-")
        assert Store(ROOT / "results", problem, profile, hash_).read_at(path).problem == problem
