"""Labels of people are read in every shape in which they come, and nothing unknown among them is passed over."""

import pytest

from qadam.catalogue.readers.labels import read
from qadam.errors import NotReadable

ALLOWED = ("kk", "ru")


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "name, text",
    [
        ("a.jsonl", '{"id": 7, "labels": ["kk", "ru"]}'),
        ("a.jsonl", '{"id": "7", "gold": {"labels": ["kk", "ru"]}, "text": "өте нормально"}'),
        ("a.tsv", "id\tlabels\n7\tkk ru"),
        ("a.csv", "id,text,gold\n7,өте нормально,kk ru"),
    ],
)
def test_one_text_in_four_shapes(tmp_path, name, text):
    assert read(written(tmp_path, name, text), allowed=ALLOWED) == {"7": ("kk", "ru")}


def test_a_text_that_nobody_labelled_is_left_out(tmp_path):
    path = written(tmp_path, "a.jsonl", '{"id": "1", "labels": null}\n{"id": "2", "labels": ["kk"]}\n{"id": "3"}')
    assert read(path, allowed=ALLOWED) == {"2": ("kk",)}


@pytest.mark.parametrize(
    "text, fault",
    [
        ('{"labels": ["kk"]}', "row 1 has no id"),
        ('{"id": "1", "labels": ["kk"]}\n{"id": "1", "labels": ["ru"]}', "row 2 has the id '1' of an earlier row"),
        ('{"id": "1", "labels": ["kz"]}', "has the label 'kz'; labels are kk, ru"),
    ],
)
def test_faults_are_named(tmp_path, text, fault):
    with pytest.raises(NotReadable, match=fault):
        read(written(tmp_path, "a.jsonl", text), allowed=ALLOWED)
