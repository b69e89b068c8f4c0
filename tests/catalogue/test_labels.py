"""Labels of people are read in every shape in which they come, and what is unknown among them is left out by name."""

import pytest

from qadam.catalogue.readers.labels import left_out, read
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
    "row, fault",
    [
        ('{"labels": ["kk"]}', "no id"),
        ('{"id": "1", "labels": ["ru"]}', "the id '1' of an earlier row"),
        ('{"id": "2", "labels": ["kz"]}', "the label 'kz' is none of kk, ru"),
        ('{"id": "2", "text": "екі сөз", "labels": ["kk"]}', "1 labels for 2 words"),
        ('{"id": "2", "labels":', "not JSON"),
    ],
)
def test_faults_are_named_and_the_rest_is_kept(tmp_path, row, fault):
    path = written(tmp_path, "a.jsonl", '{"id": "1", "labels": ["kk"]}\n\n' + row + '\n{"id": "3", "labels": ["ru"]}')
    assert read(path, allowed=ALLOWED) == {"1": ("kk",), "3": ("ru",)}
    rows, (left,) = left_out(path)
    assert rows == 3 and str(left).startswith(f"a.jsonl, line 3: {fault}")


def test_a_file_with_no_label_that_is_one_is_refused(tmp_path):
    with pytest.raises(
        NotReadable, match=r"a\.jsonl: none of its 1 rows can be used \(label 1\): line 1: the label 'kz'"
    ):
        read(written(tmp_path, "a.jsonl", '{"id": "1", "labels": ["kz"]}'), allowed=ALLOWED)
