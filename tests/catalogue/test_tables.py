"""Rows become words; a row that is wrong says where."""

import subprocess
import sys

import pytest

from qadam.catalogue import tables
from qadam.errors import BadData, UnknownName


def write(tmp_path, monkeypatch, name, text):
    (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.setattr(tables, "HERE", tmp_path)


@pytest.fixture(autouse=True)
def forget():
    """Rows are read once per process; these tests read others."""
    cached = (tables.shipped_datasets, tables.systems, tables.problems, tables.citations, tables.published)
    for table in cached:
        table.cache_clear()
    yield
    for table in cached:
        table.cache_clear()


def test_a_row_is_found_by_its_id():
    assert tables.dataset("sib-200").languages[0] == "kk"
    assert tables.system("o200k_base").format == "tiktoken"
    assert tables.problem("tokenizer-tax").number == 1
    assert tables.citation("sib-200-2023").year > 2000


def test_a_dataset_is_named_with_its_split():
    row, split = tables.dataset_split("sib-200/all")
    assert (row.id, split) == ("sib-200", "all")


@pytest.mark.parametrize(
    "ask, name, closest",
    [
        (tables.dataset, "sib200", "sib-200"),
        (tables.system, "o200k", "o200k_base"),
        (tables.problem, "tokeniser-tax", "tokenizer-tax"),
        (tables.dataset_split, "sib-200/tets", "sib-200/test"),
    ],
)
def test_a_wrong_name_is_answered_with_the_closest(ask, name, closest):
    with pytest.raises(UnknownName, match="Did you mean") as caught:
        ask(name)
    assert repr(closest) in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_name_without_a_split_lists_the_splits():
    with pytest.raises(UnknownName, match="train, dev, test, all"):
        tables.dataset_split("sib-200")


def test_a_path_is_appended_to_the_root():
    file = tables.dataset("kaznerd").files[0]
    assert file.source.startswith("github:IS2AI/KazNERD@")
    assert file.source.endswith(":KazNERD/IOB2_valid.txt")
    assert file.name == "IOB2_valid.txt"


ROW = '[[dataset]]\nid = "x"\ntitle = "X"\nreader = "lines"\nlanguages = ["kk"]\nsplits = {}\nredistribution = true\n'


def test_an_unknown_key_names_file_and_row(tmp_path, monkeypatch):
    write(tmp_path, monkeypatch, "datasets.toml", ROW + 'licence = "CC0"\ncolour = "blue"\n')
    with pytest.raises(BadData, match=r"datasets\.toml, dataset 'x' does not know 'colour'"):
        tables.datasets()


@pytest.mark.parametrize("licence, fault", [("", "misses 'licence'"), ('licence = ""\n', "has no licence")])
def test_a_missing_licence_names_file_and_row(tmp_path, monkeypatch, licence, fault):
    write(tmp_path, monkeypatch, "datasets.toml", ROW + licence)
    with pytest.raises(BadData, match=rf"datasets\.toml, dataset 'x' {fault}"):
        tables.datasets()


def test_a_broken_table_names_its_file(tmp_path, monkeypatch):
    write(tmp_path, monkeypatch, "systems.toml", "[[system]\n")
    with pytest.raises(BadData, match=r"systems\.toml is not TOML"):
        tables.systems()


def test_a_stray_table_is_refused(tmp_path, monkeypatch):
    write(tmp_path, monkeypatch, "systems.toml", "[[sytem]]\nid = 'x'\n")
    with pytest.raises(BadData, match=r"\[\[sytem\]\]"):
        tables.systems()


def test_importing_the_tables_reads_nothing_heavy():
    heavy = "{'httpx', 'huggingface_hub', 'numpy', 'polars', 'filelock', 'tomllib'} & set(sys.modules)"
    code = f"import sys; import qadam.catalogue.tables; print({heavy})"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"
