"""Each shape of data, read as its options say; what is wrong is named with file and line."""

import pytest

from qadam.catalogue.readers import articles, conll, lines, open_questions, parallel, questions
from qadam.errors import EmptyDataset, Misaligned, NotReadable
from qadam.terms import Dataset, File


def given(tmp_path, options, files, **more):
    """A row and its files on disk: name -> (content, language, part)."""
    paths = {}
    for name, (content, language, part) in files.items():
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        paths[File(f"url:x/{name}", language=language, part=part)] = path
    row = {"id": "x", "title": "", "reader": "", "licence": "CC0", "redistribution": True, "languages": ("kk", "en")}
    return Dataset(**row | {"files": tuple(paths), "splits": {"all": ()}, "options": options} | more), "all", paths


COLUMNS = {"layout": "columns", "id": "id", "columns": {"kk": "kaz", "en": "eng"}}
TABLES = {"layout": "tables", "id": "id", "text": "text", "keep": ("topic",)}
PAIRS = {"layout": "pairs", "pivot": "kk"}


def test_columns_of_one_table(tmp_path):
    tsv = 'id\tkaz\teng\n1\t"Ол ""иә"" деді."\tHe said yes.\n2\tҚалайсың?\tHow are you?\n'
    items = parallel.read(*given(tmp_path, COLUMNS, {"a.tsv": (tsv, "", "")}))
    assert [item.id for item in items] == ["1", "2"]
    assert items[0].input == {"kk": 'Ол "иә" деді.', "en": "He said yes."}


def test_a_column_may_name_the_split(tmp_path):
    csv = 'id,kaz,eng,part\n1,а,a,dev\n2,"б, в","b, c",test\n'
    options = COLUMNS | {"format": "csv", "split": "part"}
    row, _, paths = given(
        tmp_path, options, {"a.csv": (csv, "", "")}, splits={"test": ("test",), "all": ("dev", "test")}
    )
    assert [item.input["en"] for item in parallel.read(row, "test", paths)] == ["b, c"]
    assert len(parallel.read(row, "all", paths)) == 2


def test_json_lines_with_a_byte_order_mark_and_quoting_left_in(tmp_path):
    text = '﻿{"id": 1, "kaz": "\\"\\"\\"Иә\\"\\", деді.\\"", "eng": "\\"Yes\\" and \\"no\\""}\n\n'
    options = COLUMNS | {"format": "jsonl", "unquote": True}
    (item,) = parallel.read(*given(tmp_path, options, {"a.jsonl": (text, "", "")}))
    assert item.input == {"kk": '"Иә", деді.', "en": '"Yes" and "no"'}  # the second was never quoted as CSV is


def test_tables_meet_by_id_in_any_order(tmp_path):
    files = {
        "kk.tsv": ("id\ttopic\ttext\n7\tgeo\tтау\n3\tbio\tқой\n", "kk", "train"),
        "en.tsv": ("id\ttopic\ttext\n3\tbio\tsheep\n7\tgeo\tmountain\n", "en", "train"),
    }
    items = parallel.read(*given(tmp_path, TABLES, files))
    assert [(item.id, item.input["kk"], item.input["en"]) for item in items] == [
        ("7", "тау", "mountain"),
        ("3", "қой", "sheep"),
    ]
    assert items[0].fields["topic"] == "geo"


def test_tables_with_different_ids_are_misaligned(tmp_path):
    files = {
        "kk.tsv": ("id\ttopic\ttext\n7\tgeo\tтау\n", "kk", ""),
        "en.tsv": ("id\ttopic\ttext\n8\tgeo\thill\n", "en", ""),
    }
    with pytest.raises(Misaligned, match="'7' has no text in en"):
        parallel.read(*given(tmp_path, TABLES, files))


def test_pairs_meet_on_the_pivot_and_may_lack_languages(tmp_path):
    files = {
        "1.kk": ("бір\nекі\nбір\n", "kk", "kk-ru"),
        "1.ru": ("один\nдва\nещё один\n", "ru", "kk-ru"),
        "2.en": ("one\none more\n", "en", "en-kk"),
        "2.kk": ("бір\nбір\n", "kk", "en-kk"),
    }
    items = parallel.read(*given(tmp_path, PAIRS, files))
    assert [item.input for item in items] == [
        {"kk": "бір", "ru": "один", "en": "one"},
        {"kk": "екі", "ru": "два"},
        {"kk": "бір", "ru": "ещё один", "en": "one more"},  # the second "бір" of one file is the second of the other
    ]
    assert [item.id for item in items] == ["0001", "0002", "0003"]


def test_pairs_of_unequal_length_are_misaligned(tmp_path):
    files = {"1.kk": ("бір\nекі\n", "kk", "p"), "1.en": ("one\n", "en", "p")}
    with pytest.raises(Misaligned, match=r"1\.kk 2, 1\.en 1 lines"):
        parallel.read(*given(tmp_path, PAIRS, files))


@pytest.mark.parametrize(
    "content, fault, where",
    [
        ("id\tkaz\teng\n1\tа\n", Misaligned, "line 2: 2 cells"),
        ("id\tkaz\teng\n1\tа\ta\n2\tқ\t".encode() + b"\xff\xfe", NotReadable, "line 3: byte 0xff"),
        ("id\tqaz\teng\n1\tа\ta\n", NotReadable, "no column 'kaz'"),
        ("", EmptyDataset, "is empty"),
        (" \n", EmptyDataset, "is empty"),
    ],
    ids=["ragged", "not UTF-8", "column", "empty", "blank"],
)
def test_a_bad_table_is_named_with_its_line(tmp_path, content, fault, where):
    with pytest.raises(fault, match=where) as caught:
        parallel.read(*given(tmp_path, COLUMNS, {"a.tsv": (content, "", "")}))
    assert "a.tsv" in caught.value.message and caught.value.next_step


def test_labelled_tokens(tmp_path):
    text = "Атырау B-LOC\nқаласы O\n\n\nИә O\n"
    items = conll.read(*given(tmp_path, {}, {"a.txt": (text, "", "test")}))
    assert [(item.id, item.input, item.gold) for item in items] == [
        ("test-00001", "Атырау қаласы", ("B-LOC", "O")),
        ("test-00002", "Иә", ("O",)),
    ]
    with pytest.raises(Misaligned, match="line 2"):
        conll.read(*given(tmp_path, {}, {"b.txt": ("Атырау B-LOC\nқаласы\n", "", "test")}))


def test_questions(tmp_path):
    options = {"question": "question", "choices": "choices", "answer": "answer"}
    text = '{"question": "2+2?", "choices": ["3", "4"], "answer": "B"}\n'
    (item,) = questions.read(*given(tmp_path, options, {"maths.jsonl": (text, "", "test")}))
    assert item.input == {"question": "2+2?", "options": ("3", "4")}
    assert (item.id, item.gold, item.group) == ("maths-001", "B", "maths")
    for wrong in ("{]\n", "[1]\n", '{"question": "?", "choices": "AB", "answer": "A"}\n', '{"question": "?"}\n'):
        with pytest.raises(NotReadable, match="line 1"):
            questions.read(*given(tmp_path, options, {"maths.jsonl": (wrong, "", "test")}))


def test_questions_of_many_shapes(tmp_path):
    table = "p,q,x,y,z,k\nМәтін.,Не?,бір,екі,,2\nМәтін.,Кім?,бір,екі,үш,1\nБасқа.,Қайда?,бір,екі,,1\n"
    options = {"question": "{p} {q}", "choices": ["x", "y", "z"], "answer": "k", "keys": ["1", "2", "3"], "group": "p"}
    items = questions.read(*given(tmp_path, options, {"a.csv": (table, "", "")}))
    assert [(i.id, i.input["question"], i.input["options"], i.gold, i.group) for i in items] == [
        ("a-001", "Мәтін. Не?", ("бір", "екі"), "B", "a-001"),
        ("a-002", "Мәтін. Кім?", ("бір", "екі", "үш"), "A", "a-001"),
        ("a-003", "Басқа. Қайда?", ("бір", "екі"), "A", "a-003"),
    ]
    fixed = {"question": "s", "fixed": ["иә", "жоқ"], "answer": "l", "keys": ["True", "False"], "group": ""}
    rows = '{"s": "Сол ма?", "l": false}\n{"s": "Осы ма?", "l": true}\n'
    assert [i.gold for i in questions.read(*given(tmp_path, fixed, {"b.jsonl": (rows, "", "")}))] == ["B", "A"]
    kept = questions.read(*given(tmp_path, {**fixed, "where": {"l": "True"}}, {"b.jsonl": (rows, "", "")}))
    assert [(i.id, i.group) for i in kept] == [("b-002", "")]
    with pytest.raises(NotReadable, match="line 1: the answer '2' is none of 1"):
        questions.read(*given(tmp_path, {**options, "keys": ["1"]}, {"a.csv": (table, "", "")}))
    with pytest.raises(NotReadable, match="no column 'r'"):
        questions.read(*given(tmp_path, {**options, "question": "{r}"}, {"a.csv": (table, "", "")}))


def test_questions_in_parquet(tmp_path):
    import polars

    row = {"question": "2+2?", "A": "3", "B": "4", "answer": "B", "category": "есеп"}
    polars.DataFrame([row]).write_parquet(tmp_path / "0000.parquet")
    options = {"question": "question", "choices": ["A", "B"], "answer": "answer", "group": "category"}
    dataset, split, paths = given(tmp_path, options, {"x.jsonl": ("{}", "", "")})
    (item,) = questions.read(dataset, split, dict.fromkeys(paths, tmp_path / "0000.parquet"))
    assert (item.input["options"], item.gold) == (("3", "4"), "B")


def test_questions_with_a_free_answer(tmp_path):
    text = '{"id": "q1", "t": "Су", "c": "Су 100 градуста қайнайды.", "q": "Неде?", "a": {"text": ["100", "100 градуста"]}}\n'
    options = {"id": "id", "question": "q", "passage": "c", "answers": "a.text", "group": "t"}
    (item,) = open_questions.read(*given(tmp_path, options, {"a.jsonl": (text, "", "")}))
    assert item.input == {"question": "Неде?", "passage": "Су 100 градуста қайнайды."}
    assert (item.id, item.gold, item.group) == ("q1", ("100", "100 градуста"), "q1")
    plain = {"question": "q", "answers": "t"}
    (item,) = open_questions.read(*given(tmp_path, plain, {"a.jsonl": (text, "", "")}))
    assert (item.id, item.input, item.gold) == ("0001", {"question": "Неде?"}, ("Су",))
    with pytest.raises(NotReadable, match="no answer is given"):
        open_questions.read(*given(tmp_path, plain, {"a.jsonl": ('{"q": "?", "t": " "}', "", "")}))


def test_lines_with_and_without_columns(tmp_path):
    text = "мектеп\u2028те\tмектеп·те\r\nүй\tүй\n"
    options = {"separator": "\t", "column": 0, "gold": 1}
    items = lines.read(*given(tmp_path, options, {"a.tsv": (text, "", "")}))
    assert [(item.id, item.input, item.gold) for item in items] == [
        ("00001", "мектеп\u2028те", "мектеп·те"),
        ("00002", "үй", "үй"),
    ]
    assert lines.read(*given(tmp_path, {}, {"b.txt": ("бір екі\n", "", "p")}))[0].id == "p-00001"
    with pytest.raises(Misaligned, match="line 1"):
        lines.read(*given(tmp_path, options, {"c.tsv": ("жалғыз\n", "", "")}))


def declaration(*articles_):
    body = "".join(
        f"<article number='{n}'><title>{n}</title>{''.join(f'<para>{p}</para>' for p in paragraphs)}</article>"
        for n, paragraphs in enumerate(articles_, 1)
    )
    return f"<udhr xmlns='x'><title>T</title><preamble><para>P</para></preamble>{body}</udhr>"


def test_articles_split_into_paragraphs_where_all_languages_do(tmp_path):
    files = {
        "kk.xml": (declaration(["бір", "екі\n  үш"], ["төрт"]), "kk", ""),
        "en.xml": (declaration(["one", "two three"], ["four", "five"]), "en", ""),
    }
    items = {item.id: item.input for item in articles.read(*given(tmp_path, {}, files))}
    assert list(items) == ["a01.1", "a01.2", "a02.all", "pre.1", "title.1"]
    assert items["a01.2"] == {"kk": "екі үш", "en": "two three"}
    assert items["a02.all"] == {"kk": "төрт", "en": "four five"}
    files["en.xml"] = (declaration(["one", "two"]), "en", "")
    with pytest.raises(Misaligned, match="a02"):
        articles.read(*given(tmp_path, {}, files))
    files["en.xml"] = ("<udhr>", "en", "")
    with pytest.raises(NotReadable, match=r"en\.xml"):
        articles.read(*given(tmp_path, {}, files))
