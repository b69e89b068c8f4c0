"""The embedded lines keep what their card promises: three scripts that say the same, and readings of every line."""

import csv
import json
from importlib.resources import files

import pytest

from qadam.kazakh.phonology import LETTERS
from qadam.kazakh.script import transliterate

SAMPLE = files("qadam.catalogue") / "samples/lines_mini"
LINES = list(csv.DictReader((SAMPLE / "items.tsv").read_text("utf-8").splitlines(), delimiter="\t"))


def test_the_lines_are_sixteen_and_hold_every_letter_that_only_kazakh_has():
    text = "".join(line["kk-Cyrl"] for line in LINES).lower()
    assert len(LINES) == 16 and set("әғқңөұүі") <= set(text)
    assert set(text) - LETTERS <= set(" .,-–")
    assert sum(line["kk-Arab"].count("ٴ") for line in LINES) == 16


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["id"])
def test_latin_and_arabic_say_the_same(line):
    assert line["kk-Latn"] == transliterate(line["kk-Cyrl"], target="kk-Latn", variant="wikipedia")
    assert line["kk-Arab"] == transliterate(line["kk-Cyrl"], target="kk-Arab")


@pytest.mark.parametrize("model, script", [("cyrillic", "cyrl"), ("latin", "latn"), ("uig", "arab"), ("ara", "arab")])
def test_every_line_was_read_in_each_of_three_fonts(model, script):
    said = [json.loads(row) for row in (SAMPLE / f"readings-{model}.jsonl").read_text("utf-8").splitlines()]
    assert {row["item"] for row in said} == {f"{line['id']}-{script}-{n}" for line in LINES for n in range(3)}
    assert len(said) == 48 and {row["condition"] for row in said} == {f"{script}-clean"}
