"""Pairs of judged prompts: from spreadsheets and tables, by place and by number; no prompt leaves its file."""

import zipfile

import pytest

from qadam.catalogue.readers import judgements
from qadam.catalogue.readers.workbook import sheets
from qadam.errors import Misaligned, NotReadable
from qadam.terms import Dataset, File

AREAS = {
    "Old": {
        "name": "malicious",
        "origin": "general",
        "expected": {"kk": "10", "ru": "11"},
        "least": {"kk": 1, "ru": 2},
    },
    "New": {"name": "region", "origin": "later", "expected": {"kk": "10", "ru": "10"}, "least": {"kk": 1, "ru": 2}},
}
OPTIONS = {
    "id": {"kk": " ", "ru": "id"},
    "aligned": 2,
    "shift": 100,
    "alone": "alone",
    "areas": AREAS,
    "kinds": {"original": "direct", "fp": "harmless"},
}
SPLITS = {"all": ("general", "later", "alone"), "old": ("general",), "labelled": ("labelled",)}
KK = [("0", "Old", "original"), ("0", "Old", "fp"), ("7", "New", "fp"), ("7", "New", "original")]
RU = [*KK[:2], ("7", "New", "original"), ("107", "New", "original"), ("107", "New", "fp")]


def table(rows, number):
    lines = ["\t".join((number, "risk_area", "question_type", "question"))]
    return "\n".join([*lines, *("\t".join((*row, "secret text")) for row in rows)]) + "\n"


def given(tmp_path, kk=KK, ru=RU):
    paths = {}
    for language, rows, number in (("kk", kk, " "), ("ru", ru, "id")):
        path = tmp_path / f"{language}.tsv"
        path.write_text(table(rows, number), "utf-8")
        paths[File(f"url:x/{language}.tsv", language=language)] = path
    more = {"title": "", "reader": "", "licence": "CC0", "redistribution": True, "languages": ("kk", "ru")}
    return Dataset(id="x", files=tuple(paths), splits=SPLITS, options=OPTIONS, **more), paths


def test_early_rows_pair_by_place_and_late_ones_by_number(tmp_path):
    dataset, paths = given(tmp_path)
    items = judgements.read(dataset, "all", paths)
    assert [item.input for item in items] == [
        {"kk": "kk-0", "ru": "ru-0"},
        {"kk": "kk-1", "ru": "ru-1"},
        {"kk": "kk-2", "ru": "ru-4"},
        {"kk": "kk-3", "ru": "ru-3"},
        {"ru": "ru-2"},  # the number 7 of the second language is another prompt than the 7 of the first
    ]
    assert [item.gold["origin"] for item in items] == ["general", "general", "later", "later", "alone"]
    assert items[1].gold == {
        "area": "malicious", "kind": "harmless", "origin": "general",
        "expected": {"kk": "10", "ru": "11"}, "least": {"kk": 1, "ru": 2},
    }  # fmt: skip
    assert items[0].group == items[1].group != items[2].group
    assert len(judgements.read(dataset, "old", paths)) == 2
    assert "secret" not in repr(items) and items[0].fields["ru"].text == "secret text"


def test_rows_that_should_be_one_prompt_must_agree(tmp_path):
    dataset, paths = given(tmp_path, ru=[RU[1], RU[0], *RU[2:]])
    with pytest.raises(Misaligned, match="row 0"):
        judgements.read(dataset, "all", paths)


def test_an_unknown_area_is_named(tmp_path):
    dataset, paths = given(tmp_path, kk=[*KK, ("8", "Elsewhere", "fp")])
    with pytest.raises(NotReadable, match="Elsewhere"):
        judgements.read(dataset, "all", paths)


def test_labelled_responses(tmp_path):
    dataset, paths = given(tmp_path)
    path = tmp_path / "labelled.jsonl"
    path.write_text(
        '{"prompt_id": "P1", "risk_area": "Old", "question_type": "fp", "human": "unsafe", "question": "secret", "response": "secret"}\n',
        "utf-8",
    )
    paths[File("url:x/labelled.jsonl", language="ru", part="labelled")] = path
    (item,) = judgements.read(dataset, "labelled", paths)
    assert (item.input, item.gold["human"], item.group) == ({"ru": "ru-0"}, "unsafe", "ru-P1")
    assert "secret" not in repr(item)
    assert len(judgements.read(dataset, "all", paths)) == 5


MAIN = 'xmlns="urn:main" xmlns:r="urn:link"'
SHEET = (
    f'<worksheet {MAIN}><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>text</t></is></c>'
    '</row><row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="s"><v>1</v></c></row>'
    '<row r="3"><c r="B3"/><c r="C3"><v>9</v></c></row></sheetData></worksheet>'
)


def workbook(path, sheet=SHEET):
    with zipfile.ZipFile(path, "w") as book:
        book.writestr(
            "xl/workbook.xml", f'<workbook {MAIN}><sheets><sheet name="Қазақша" r:id="rId7"/></sheets></workbook>'
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="rId7" Target="a.xml"/></Relationships>'
        )
        book.writestr(
            "xl/sharedStrings.xml", f"<sst {MAIN}><si><t>id</t></si><si><r><t>сә</t></r><r><t>лем</t></r></si></sst>"
        )
        book.writestr("xl/a.xml", sheet)
    return path


def test_a_sheet_is_read_with_its_stored_values(tmp_path):
    assert sheets(workbook(tmp_path / "a.xlsx")) == {"Қазақша": [{"id": "2", "text": "сәлем"}, {}]}


def test_what_is_no_spreadsheet_is_said_to_be_none(tmp_path):
    (tmp_path / "b.xlsx").write_text("id,text\n")
    for path in (tmp_path / "b.xlsx", workbook(tmp_path / "c.xlsx", sheet="<open>")):
        with pytest.raises(NotReadable, match="spreadsheet"):
            sheets(path)
