"""The verb pairs: a data set with its card and a row that Qadam reads, and wrong use named."""

import json
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qadam.catalogue import items
from qadam.catalogue.fetch import Places
from qadam.cli import app
from qadam.errors import EmptyDataset, Usage
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


def test_another_text_does_not_overwrite_a_data_set(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("news.tsv", "other.tsv"):
        Path(name).write_text(f"Бұл кітапты кеше оқыдым.\tБул китепти кечээ окудум.\n{name}\t\n", "utf-8")
    words = ("--languages", "kk-ky", "--workers", 1)
    called("news.tsv", *words)
    made = {path: path.read_bytes() for path in Path("pairs").iterdir()}
    with pytest.raises(Usage, match="belongs to another sifting") as fault:
        called("other.tsv", *words)
    assert fault.value.next_step == "qadam pairs other.tsv --languages kk-ky --out other-kk-ky"
    called("news.tsv", *words)
    assert {path: path.read_bytes() for path in Path("pairs").iterdir()} == made


def test_where_nothing_is_kept_it_fails_with_the_reason_and_the_folder_is_free(tmp_path):
    table, out = tmp_path / "c.tsv", tmp_path / "out"
    text = "Бұл кітапты кеше оқыдым.\tБул китепти кечээ окудум.\n"
    table.write_bytes(text.replace("ұ", "у").encode("cp1251", "replace"))
    words = (table, "--languages", "kk-ky", "--out", out, "--workers", 1)
    with pytest.raises(EmptyDataset, match="none of 1 pairs was kept: not UTF-8 1") as fault:
        called(*words)
    assert fault.value.exit_code == 1 and "iconv" in fault.value.next_step
    table.write_text(text, "utf-8")
    assert "1 of 1 pairs kept" in called(*words).stdout


@pytest.mark.parametrize(
    ("languages", "file"),
    [("kk", "news.txt"), ("kk-kk", "news.txt"), ("kk-xx", "news.txt"), ("kk-ky", "absent.txt")],
)
def test_wrong_use_is_named(tmp_path, languages, file):
    (tmp_path / "news.txt").write_text(TEXT, "utf-8")
    with pytest.raises(Usage):
        called(tmp_path / file, "--languages", languages, "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()
