"""Records are written once, whole, and are never harmed by what comes later."""

import json
import os
import stat

import pytest

from qadam.errors import RecordDamaged, StoreBusy, StoreNotWritable
from qadam.store import Store, json_text, write_text
from qadam.terms import Cell, Measurement, Record

CELL = Cell("sib-200/all", "models/tokenizer@abc", "kk", 13)


def record(value=2.0):
    m = Measurement(
        CELL.dataset, CELL.system, CELL.condition, 13, "fertility", value, 1.9, 2.1, 3, 0, 0, "tokens per word", "sig"
    )
    return Record("tokenizer-tax", "sample", "abcd", CELL, "rev1", (m,), "", {"qadam": "0.1.0"})


ROWS = [{"item": f"i{n}", "group": "", "status": "", "tokens": float(n)} for n in range(3)]


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path, "tokenizer-tax", "sample", "abcd")


def test_what_is_written_is_what_is_read(store):
    written = store.write(record(), ROWS)
    assert store.read(CELL) == written and store.rows(CELL) == ROWS
    assert all(isinstance(row["tokens"], float) for row in store.rows(CELL))  # however small they are packed
    assert store.has(CELL, "rev1") and not store.has(CELL, "rev2")
    assert list(store.cells()) == [CELL]


def test_a_missing_interval_survives_as_not_a_number(store):
    store.write(record(float("nan")), ROWS)
    assert store.read(CELL).measurements[0].value != store.read(CELL).measurements[0].value
    assert "NaN" not in store.path(CELL).read_text("utf-8")


def test_nothing_but_finished_files_is_left(store):
    store.write(record(), ROWS)
    assert sorted(p.suffix for p in store.path(CELL).parent.iterdir()) == [".json", ".parquet"]


def test_rows_that_were_changed_are_noticed(store):
    store.write(record(), ROWS)
    path = store.path(CELL).with_suffix(".parquet")
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(RecordDamaged, match="not the file its record was made from"):
        store.rows(CELL)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"cell": {}}'])
def test_a_file_that_is_no_record_is_named(store, content):
    store.write(record(), ROWS)
    store.path(CELL).write_text(content, "utf-8")
    with pytest.raises(RecordDamaged, match=r"is not a record|its own checksum"):
        store.read(CELL)


def test_a_full_disk_is_said_and_harms_nothing(store, monkeypatch):
    store.write(record(), ROWS)
    before = store.path(CELL).read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreNotWritable, match="No space left"):
        store.write(record(9.0), ROWS)
    assert store.path(CELL).read_bytes() == before
    assert not list(store.folder.rglob("*.part"))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root writes everywhere")
def test_a_read_only_folder_is_said(store):
    store.root.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(StoreNotWritable):
        store.write(record(), ROWS)


def test_a_file_where_the_folder_should_be_is_said(tmp_path):
    (tmp_path / "records").write_text("in the way")
    with pytest.raises(StoreNotWritable, match="--out DIR"):
        Store(tmp_path, "tokenizer-tax", "sample", "abcd").write(record(), ROWS)


def test_a_second_run_is_told_at_once(store):
    with store.held(), pytest.raises(StoreBusy, match="another run"), store.held():
        pass
    with store.held():
        pass


def test_names_that_differ_only_in_odd_letters_do_not_share_a_file(store):
    one, two = (store.path(Cell("d/s", name, "kk", 1)) for name in ("a:b", "a*b"))
    assert one != two


def test_json_has_kazakh_letters_and_no_nan(tmp_path):
    text = json_text({"a": "қадам", "b": float("nan"), "c": [float("inf"), 1.5]})
    assert json.loads(text) == {"a": "қадам", "b": None, "c": [None, 1.5]} and "қадам" in text
    assert write_text(tmp_path / "x" / "y.md", "ү").read_text("utf-8") == "ү"
