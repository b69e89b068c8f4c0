"""A table of the user's with every fault there is: each is named by its line, and all other rows are read."""

import polars
import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.catalogue.readers import tabular
from qadam.errors import NotReadable

BOM = b"\xef\xbb\xbf"
GOOD = ["Көпір ашылды", "Өрт сөнді", "Сот болды"]


def loaded(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    whole, places = f"file:{path}/all", Places(tmp_path / "home", (), True)
    rows, left = items.left_out(whole, places)
    return [item.input for item in items.load(whole, places)], rows, [(one.line, one.kind) for one in left]


def lines(*rows, end="\n"):
    return b"".join((row if isinstance(row, bytes) else row.encode()) + end.encode() for row in rows)


@pytest.mark.parametrize(
    ("row", "kind", "words"),
    [
        (b"1", "cells", "1 cells, the header has 2"),
        (b"1,2,3", "cells", "3 cells, the header has 2"),
        ("Ветер,1".encode("cp1251"), "encoding", "byte 0xc2 is not UTF-8"),
        ('"Ашық,1'.encode(), "quotes", "quotation marks do not close"),
        ('"Ашық" сөз,1'.encode(), "quotes", "quotation marks do not close"),
        (b"text,stars", "header again", "the header comes again"),
        (BOM + b"text,stars", "header again", "the header comes again"),
        (b" ,5", "no text", "nothing is written in 'text'"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_fault_of_a_csv_costs_its_own_row_alone(tmp_path, row, kind, words, end):
    content = BOM + lines("text,stars", f"{GOOD[0]},1", row, f"{GOOD[1]},2", "", f"{GOOD[2]},3", end=end)
    found, rows, left = loaded(tmp_path, "t.csv", content)
    assert (found, left) == (GOOD, [(3, kind)]) and rows == 3
    (one,) = items.left_out(f"file:{tmp_path / 't.csv'}/all", Places(tmp_path / "home", (), True))[1]
    assert str(one).startswith(f"t.csv, line 3: {words}")


def test_lines_are_counted_as_an_editor_counts_them(tmp_path):
    content = lines("text,stars", '"Көпір\nашылды",1', "x", f"{GOOD[1]},2")
    assert loaded(tmp_path, "t.csv", content) == (["Көпір\nашылды", GOOD[1]], 2, [(4, "cells")])


def test_a_mark_that_never_closes_takes_no_good_row_along(tmp_path):
    content = lines("text,stars", '"Ашық,1', *(f"{text},2" for text in GOOD))
    assert loaded(tmp_path, "t.csv", content) == (GOOD, 3, [(2, "quotes")])


def test_ids_stay_when_a_row_is_mended(tmp_path):
    loaded(tmp_path, "a.csv", lines("text,stars", GOOD[0] + ",1", "x", GOOD[1] + ",1"))
    loaded(tmp_path, "b.csv", lines("text,stars", GOOD[0] + ",1", "x,1", GOOD[1] + ",1"))
    ids = [
        [i.id for i in items.load(f"file:{tmp_path / name}/all", Places(tmp_path / "home", (), True))]
        for name in ("a.csv", "b.csv")
    ]
    assert ids == [["000001", "000003"], ["000001", "000002", "000003"]]


def test_json_lines(tmp_path):
    good = [f'{{"text": "{text}"}}' for text in GOOD]
    content = BOM + lines(
        good[0], '{"text": ', "[1]", '{"title": "x"}', b'{"text": "\xe2\xe5"}', '{"text": 5}', *good[1:]
    )
    kinds = ["json", "json", "no column", "encoding", "no text"]
    found, rows, left = loaded(tmp_path, "t.jsonl", content)
    assert found == GOOD and rows == 3
    assert sorted(left) == [(line, kind) for line, kind in enumerate(kinds, 2)]


def test_tabs_and_parquet(tmp_path):
    content = lines("stars\ttext", f"1\t{GOOD[0]}", "1", f'2\t"{GOOD[1]}', end="\r\n")
    assert loaded(tmp_path, "t.tsv", content) == ([GOOD[0], f'"{GOOD[1]}'], 2, [(3, "cells")])
    polars.DataFrame({"text": [GOOD[0], None, GOOD[1]]}).write_parquet(tmp_path / "p.parquet")
    name, places = f"file:{tmp_path / 'p.parquet'}/all", Places(tmp_path / "home", (), True)
    assert [i.input for i in items.load(name, places)] == GOOD[:2]
    assert [(one.line, one.kind) for one in items.left_out(name, places)[1]] == [(2, "no text")]


def test_columns_of_several_files_meet_by_their_names(tmp_path):
    (tmp_path / "part-1.csv").write_bytes(lines("text,stars", f"{GOOD[0]},1", "x"))
    (tmp_path / "part-2.csv").write_bytes(BOM + lines("stars,text", f"2,{GOOD[1]}", f"3,{GOOD[2]}", end="\r\n"))
    name, places = f"file:{tmp_path / 'part-*.csv'}:text/all", Places(tmp_path / "home", (), True)
    found = items.load(name, places)
    assert [(i.id, i.input, i.fields["row"]["stars"]) for i in found] == [
        ("part-1-000001", GOOD[0], "1"),
        ("part-2-000001", GOOD[1], "2"),
        ("part-2-000002", GOOD[2], "3"),
    ]
    assert [str(one) for one in items.left_out(name, places)[1]] == ["part-1.csv, line 3: 1 cells, the header has 2"]
    (tmp_path / "part-3.csv").write_bytes(lines("words,stars", "a,b"))
    tables._own.cache_clear()
    with pytest.raises(NotReadable, match=r"part-3\.csv has no column 'text'"):
        tables.dataset_split(name)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lines("text,stars", "x", "y"), r"none of its 2 rows can be used \(cells 2\): line 2: 1 cells"),
        ("text,stars\nВетер,1\n".encode("cp1251"), r"encoding 1\): line 2: byte 0xc2"),
        ("мәтін,stars\nжел,1\n".encode("cp1251", "replace"), "line 1.*not UTF-8"),
        ("text,stars\nжел,1\n".encode("utf-16"), "line 1.*not UTF-8"),
        (lines("words,stars", "a,b"), "no column named text"),
    ],
)
def test_a_table_with_nothing_left_is_refused_by_name(tmp_path, content, words):
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(NotReadable, match=rf"t\.csv.*{words}") as fault:
        tabular.own(tmp_path / "t.csv")
    assert "UTF-8" not in words or "iconv" in fault.value.next_step


def test_what_is_pinned_stays_strict(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes(lines("text,stars", f"{GOOD[0]},1", "x"))
    with pytest.raises(Exception, match="line 3: 1 cells"):
        list(tabular.rows(path))
