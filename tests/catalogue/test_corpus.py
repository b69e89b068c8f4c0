"""A corpus is read whole whatever it is made of and however it is cut."""

import bz2
import gzip
import json
import lzma

import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qadam.catalogue import corpus, hub
from qadam.errors import EmptyDataset, NotReadable, Usage

TEXT = "Қала үлкен.\n\nекінші жол\r\nсоңғы"
LINES = ["Қала үлкен.", "", "екінші жол", "соңғы"]


def texts(*names, **options):
    return [
        text for shard in corpus.shards([*map(str, names)], **options) for b in corpus.read(shard) for text in b.texts
    ]


def totals(*names, **options):
    batches = [b for shard in corpus.shards([*map(str, names)], **options) for b in corpus.read(shard)]
    return {mark: sum(getattr(b, mark) for b in batches) for mark in ("size", "damaged", "pieces", "unread")}


@pytest.mark.parametrize(
    ("ending", "pack"), [(".txt", None), (".txt.gz", gzip), (".txt.bz2", bz2), (".txt.xz", lzma), (".gz", gzip)]
)
def test_a_text_is_a_line_packed_or_not(tmp_path, ending, pack):
    path = tmp_path / f"a{ending}"
    path.write_bytes(pack.compress(TEXT.encode()) if pack else TEXT.encode())
    assert texts(path) == LINES
    assert totals(path)["size"] == len(TEXT.encode())


@given(
    st.lists(st.binary(max_size=40).map(lambda b: b.replace(b"\n", b"")), max_size=30),
    st.integers(1, 50),
    st.booleans(),
)
def test_every_line_is_read_once_wherever_shards_are_cut(tmp_path_factory, lines, size, ended):
    path = tmp_path_factory.mktemp("c") / "a.txt"
    content = b"\n".join(lines) + (b"\n" if ended else b"")
    path.write_bytes(content)
    whole = content.split(b"\n")
    whole = whole[:-1] if not whole[-1] else whole
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "SHARD", size)
        if content:
            assert texts(path) == [line.rstrip(b"\r").decode(errors="replace") for line in whole]


def test_a_line_of_any_length_is_read_in_pieces_that_cut_no_letter(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus, "LINE", 7)
    (tmp_path / "a.txt").write_text("әғқңөұүһі" * 3 + "\nқысқа\n", "utf-8")
    read = texts(tmp_path / "a.txt")
    assert "".join(read) == "әғқңөұүһі" * 3 + "қысқа"
    assert not any("\ufffd" in text for text in read)
    assert totals(tmp_path / "a.txt")["pieces"] == len(read) - 2


def test_bytes_that_are_not_utf8_are_counted_and_replaced(tmp_path):
    (tmp_path / "a.txt").write_bytes("қала\n".encode() + "қала\n".encode("cp1251", "replace") + b"\xff\n")
    assert totals(tmp_path / "a.txt")["damaged"] == 2
    assert texts(tmp_path / "a.txt")[0] == "қала"


def test_json_lines_give_their_column_and_count_what_has_none(tmp_path):
    rows = [
        json.dumps({"body": "бір"}),
        "",
        "{",
        "[1]",
        json.dumps({"body": 3}),
        json.dumps({"text": "x"}),
        "[" * 5000,
        '{"body": "\\ud800"}',
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(rows), "utf-8")
    assert texts(tmp_path / "a.jsonl", column="body") == ["бір", "?"]
    assert totals(tmp_path / "a.jsonl", column="body")["unread"] == 5


def test_a_json_line_too_long_to_hold_is_passed_over(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus, "DOCUMENT", 30)
    (tmp_path / "a.jsonl").write_text('{"text": "бір"}\n{"text": "' + "а" * 50 + '"}\n{"text": "үш"}\n', "utf-8")
    assert texts(tmp_path / "a.jsonl") == ["бір", "үш"]
    assert totals(tmp_path / "a.jsonl")["unread"] == 1


def test_parquet_is_read_in_stretches_and_names_its_columns(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus, "ROWS", 2)
    monkeypatch.setattr(corpus, "ROWS_OF_SHARD", 3)
    polars.DataFrame({"text": ["а", "ә", None, "б", "в", "г", "ғ"]}).write_parquet(tmp_path / "a.parquet")
    assert len(corpus.shards([str(tmp_path)])) == 3
    assert texts(tmp_path) == ["а", "ә", "б", "в", "г", "ғ"]
    assert totals(tmp_path)["unread"] == 1
    with pytest.raises(NotReadable) as caught:
        texts(tmp_path, column="body")
    assert "--column: text" in caught.value.next_step


def test_a_folder_is_read_by_name_without_what_is_no_corpus(tmp_path):
    for name, text in (("b.txt", "екі"), ("a.txt", "бір"), (".hidden.txt", "жасырын"), ("c.png", "сурет")):
        (tmp_path / name).write_text(text, "utf-8")
    assert texts(tmp_path) == ["бір", "екі"]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("none.txt", None, Usage),
        ("a.png", b"x", Usage),
        ("a.txt.gz", b"no gzip", NotReadable),
        ("a.parquet", b"PAR1", NotReadable),
        ("a.txt", b"", EmptyDataset),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, name, content, fault):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(fault) as caught:
        texts(tmp_path / name)
    assert name in caught.value.message


def test_a_gzip_that_breaks_off_is_named(tmp_path):
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(TEXT.encode() * 1000)[:-20])
    with pytest.raises(NotReadable, match="cannot be read to its end"):
        texts(tmp_path / "a.txt.gz")


def test_a_dataset_of_the_hub_is_brought_file_by_file(tmp_path, monkeypatch):
    (tmp_path / "train.txt").write_text("бір\nекі\n", "utf-8")
    brought = []
    monkeypatch.setattr(hub, "listing", lambda name, revision, offline: ("c0ffee", ["README.md", "train.txt"]))
    monkeypatch.setattr(
        hub, "bring", lambda name, file, revision: brought.append((name, file, revision)) or tmp_path / file
    )
    shards = corpus.shards(["hf:org/name@v1"])
    assert [shard.stamp for shard in shards] == ["c0ffee"] and not brought
    assert [text for shard in shards for batch in corpus.read(shard) for text in batch.texts] == ["бір", "екі"]
    assert brought == [("org/name", "train.txt", "c0ffee")]
