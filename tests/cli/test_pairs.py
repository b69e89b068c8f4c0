"""The verb pairs: a data set with its card and a row that Qadam reads, and wrong use named."""

import json
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qadam.catalogue import items
from qadam.catalogue.fetch import Places
from qadam.cli import app
from qadam.errors import Usage
from qadam.terms import Dataset, File

TEXT = "Бұл кітапты кеше Алматыда оқыдым.\nОл үшін бұл жолдар өте алыс.\nБұл кітапты кеше Алматыда оқыдым!\n"


def called(*words):
    return CliRunner().invoke(app, ["pairs", *map(str, words)], catch_exceptions=False)


def test_a_text_becomes_a_data_set(tmp_path):
    text = tmp_path / "news.txt"
    text.write_text(TEXT, "utf-8")
    out = tmp_path / "news-kk-ky"
    done = called(text, "--languages", "kk-ky", "--by", "sound-laws", "--out", out, "--workers", 1, "--json")
    told = json.loads(done.stdout)
    assert (told["candidates"], told["kept"], told["dropped"]) == (3, 2, {"duplicates": 1})
    card = (out / "README.md").read_text("utf-8")
    assert (
        "2 pairs of sentences, kk and ky, from 3 candidates" in card
        and "**synthetic**" in card
        and "0 of 2 reviewed" in card
    )
    (row,) = tomllib.loads((out / "row.toml").read_text("utf-8"))["dataset"]
    files = tuple(File(**file) for file in row.pop("files"))
    dataset = Dataset(**{**row, "files": files, "languages": tuple(row["languages"])})
    from qadam.catalogue.readers import lines

    found = lines.read(dataset, "all", {files[0]: Path(files[0].source.removeprefix("path:"))})
    assert found[1].input == {"kk": "Ол үшін бұл жолдар өте алыс.", "ky": "Ал үчүн бул жолдор өтө алыс."}
    assert items.files(dataset, "all") == files and Places(tmp_path, (), True)


def test_the_plain_words_say_how_much_was_kept(tmp_path):
    table = tmp_path / "candidates.tsv"
    table.write_text("Бұл кітапты кеше оқыдым.\tБул китепти кечээ окудум.\nжоқ\t\n", "utf-8")
    done = called(table, "--languages", "kk-ky", "--out", tmp_path / "out", "--workers", 1)
    assert "1 of 2 pairs kept" in done.stdout and "empty: 1" in done.stdout


@pytest.mark.parametrize(("languages", "file"), [("kk", "news.txt"), ("kk-kk", "news.txt"), ("kk-ky", "absent.txt")])
def test_wrong_use_is_named(tmp_path, languages, file):
    (tmp_path / "news.txt").write_text(TEXT, "utf-8")
    with pytest.raises(Usage):
        called(tmp_path / file, "--languages", languages, "--out", tmp_path / "out")
