"""Tables in four formats give the same items; what is wrong with one is said with its line."""

import json
import zipfile

import polars
import pytest

from qadam.catalogue.readers import tabular
from qadam.errors import EmptyDataset, Misaligned, NotReadable, QadamError
from qadam.terms import Dataset, File

OPTIONS = {"id": "id", "text": "text", "keep": ["stars"]}
ROWS = [{"id": "a", "text": 'Бір, "екі"\nүш', "stars": "5"}, {"id": "b", "text": "төрт", "stars": "1"}]


def dataset(**options):
    return Dataset("own", "Own", "tabular", (), {"all": (), "dev": ()}, ("kk",), "none", False, options=options)


def written(path, rows=ROWS):
    if path.suffix == ".csv":
        polars.DataFrame(rows).write_csv(path)
    elif path.suffix == ".jsonl":
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n\n", "utf-8")
    elif path.suffix == ".parquet":
        polars.DataFrame(rows).write_parquet(path)
    elif path.suffix == ".zip":
        inner = written(path.with_suffix(".csv"), rows)
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(inner, "inner.csv")
    return path


def read(path, part="", of="all", **options):
    return tabular.read(dataset(**(options or OPTIONS)), of, {File(f"path:{path}", part=part): path})


@pytest.mark.parametrize("name", ["t.csv", "t.jsonl", "t.parquet", "t.zip"])
def test_every_format_gives_the_same_items(tmp_path, name):
    items = read(written(tmp_path / name))
    assert [(i.id, i.input, i.fields["stars"]) for i in items] == [(r["id"], r["text"], r["stars"]) for r in ROWS]


def test_tab_separated_tables_have_no_quotes(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_text('text\tlabels\tsplit\n"бір екі\tkk ru\tdev\nүш\tkk\ttest\n', "utf-8")
    options = {"text": "text", "gold": "labels", "separator": " ", "split": "split"}
    items = read(path, of="dev", **options)
    assert [(i.id, i.input, i.gold) for i in items] == [("000001", '"бір екі', ("kk", "ru"))]
    assert len(read(path, **options)) == 2


def test_parts_stand_before_ids_unless_these_are_distinct(tmp_path):
    path = written(tmp_path / "t.csv")
    assert read(path, part="x")[0].id == "x-a"
    files = {File("path:1", part="x"): path, File("path:2", part="y"): path}
    items = tabular.read(dataset(**OPTIONS, distinct=True), "all", files)
    assert [(i.id, i.fields["part"]) for i in items] == [("a", "x"), ("b", "x")]


def test_empty_texts_are_passed_over(tmp_path):
    assert [i.id for i in read(written(tmp_path / "t.jsonl", [{**ROWS[0], "text": " "}, ROWS[1]]))] == ["b"]


@pytest.mark.parametrize(
    "name, content, fault, words",
    [
        ("t.csv", "id,text,stars\na,b\n", Misaligned, "line 2: 2 cells"),
        ("t.csv", "id,words\na,b\n", NotReadable, "no column 'text'"),
        ("t.csv", "", EmptyDataset, "is empty"),
        ("t.jsonl", "[1]\n", NotReadable, "not a JSON object"),
        ("t.jsonl", '{"id": 1\n', NotReadable, "line 1"),
        ("t.parquet", "PAR1", NotReadable, "no Parquet"),
        ("t.zip", "PK", NotReadable, "no ZIP"),
        ("t.xls", "a", NotReadable, "a table ends in"),
    ],
)
def test_faults_name_the_place(tmp_path, name, content, fault, words):
    path = tmp_path / name
    path.write_text(content, "utf-8")
    with pytest.raises(fault, match=words):
        read(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [("t.csv", ""), ("t.csv", "text,b\nбір\n"), ("t.parquet", "PAR1"), ("t.zip", "PK"), ("t.jsonl", " ")],
)
def test_nobody_is_told_to_fetch_a_file_of_their_own(tmp_path, name, content):
    path = tmp_path / name
    path.write_text(content, "utf-8")
    with pytest.raises(QadamError) as fault:
        tabular.own(path)
    assert "if it is not yours" in fault.value.next_step or "--again" not in fault.value.next_step


@pytest.mark.parametrize("ending", [".csv", ".tsv"])
def test_a_cell_may_be_a_book(tmp_path, ending):
    path, book = tmp_path / f"t{ending}", "сөз " * 100_000
    path.write_text(f"text\n{book}\n", "utf-8")
    (item,) = read(path, text="text")
    assert item.input == book


def test_json_that_is_nested_too_deep_is_named_with_its_line(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text('{"text": ' + "[" * 200_000 + "\n", "utf-8")
    with pytest.raises(NotReadable, match="line 1"):
        read(path)


def test_the_advice_for_another_encoding_is_that_of_its_mark(tmp_path):
    for name, encoding in (("UTF-16", "utf-16"), ("WINDOWS-1251", "cp1251")):
        path = tmp_path / "t.csv"
        path.write_bytes("text,label\nБар,0\n".encode(encoding))
        with pytest.raises(NotReadable) as said:
            list(tabular.rows(path))
        assert f"iconv -f {name} " in said.value.next_step


def test_other_encodings_and_archives_of_many_files_are_refused(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("id,text,stars\na,бір,1\n".encode("windows-1251"))
    with pytest.raises(NotReadable, match=r"line 2.*not UTF-8"):
        read(path)
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("a.csv", "x")
        archive.writestr("b.csv", "x")
    with pytest.raises(NotReadable, match="2 files"):
        read(tmp_path / "t.zip")


def test_a_table_of_the_users_becomes_a_row_like_any_other(tmp_path):
    path = written(tmp_path / "mine.csv")
    row = tabular.own(path)
    assert row.id.startswith("mine@") and row.options["text"] == "text" and row.splits == {"all": ()}
    assert [i.input for i in tabular.read(row, "all", {row.files[0]: path})] == [r["text"] for r in ROWS]
    assert tabular.own(path, text="stars").options["text"] == "stars"
    assert row.options["id"] == "id"
    doubled = written(tmp_path / "doubled.csv")
    doubled.write_text(doubled.read_text("utf-8") * 2, encoding="utf-8")
    assert "id" not in tabular.own(doubled).options  # the header came again as a row, and every id with it
    with pytest.raises(NotReadable, match="no column 'words'") as fault:
        tabular.own(path, text="words")
    assert "id, text, stars" in fault.value.next_step


@pytest.mark.parametrize(("sign", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "upright lines")])
def test_another_separator_than_a_comma_is_named(tmp_path, sign, name):
    path = tmp_path / "semi.csv"
    path.write_text(f"text{sign}reference\nсен келдің бе{sign}Сен келдің бе?\n", "utf-8")
    with pytest.raises(NotReadable, match=f"separated by {name}; a .csv table is separated by commas"):
        tabular.own(path)
    path.write_text("text\nбір; екі\n", "utf-8")
    assert tabular.own(path).options["text"] == "text"


def test_a_header_without_rows_is_told_as_that(tmp_path):
    table = tmp_path / "empty.csv"
    table.write_text("headline,label\n", "utf-8")
    with pytest.raises(EmptyDataset, match="no rows under its header"):
        tabular.own(table)
