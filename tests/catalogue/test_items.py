"""From a name to items, and a revision that changes when they may."""

from dataclasses import replace

import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.errors import BadData, Offline, UnknownName


@pytest.fixture
def nowhere(tmp_path):
    return Places(tmp_path, offline=True)


def test_the_embedded_sample_needs_nothing(nowhere):
    loaded = items.load("parallel-mini/all", nowhere)
    assert len(loaded) >= 150
    assert all(set(item.input) == {"kk", "ru", "en", "tr", "ky", "uz"} for item in loaded)
    assert all(text.strip() for item in loaded for text in item.input.values())
    assert len({item.id for item in loaded}) == len(loaded)
    assert not any(nowhere.home.iterdir())


def test_items_are_read_once_per_process(nowhere):
    assert items.load("parallel-mini/all", nowhere) is items.load("parallel-mini/all", nowhere)


def test_what_is_not_here_says_what_to_bring(nowhere):
    with pytest.raises(Offline, match=r"train\.tsv"):
        items.load("sib-200/all", nowhere)


def test_a_wrong_split_is_answered_with_the_closest(nowhere):
    with pytest.raises(UnknownName, match="sib-200/test"):
        items.load("sib-200/tst", nowhere)


def test_a_reader_that_does_not_exist_is_a_fault_of_the_row(nowhere, monkeypatch):
    row = replace(tables.dataset("parallel-mini"), reader="crystal_ball")
    monkeypatch.setattr(tables, "dataset", lambda _: row)
    with pytest.raises(BadData, match="crystal_ball"):
        items.load("parallel-mini/all", replace(nowhere, offline=False))


def test_the_revision_covers_the_bytes_of_the_split_and_how_they_are_read():
    row = tables.dataset("kaznerd")
    valid, test = row.files
    other = replace(row, files=(valid, replace(test, sha256="0" * 64)))
    assert items.revision(row, "test") != items.revision(row, "valid")
    assert items.revision(other, "valid") == items.revision(row, "valid")
    assert items.revision(other, "test") != items.revision(row, "test")
    assert items.revision(replace(row, options={"separator": "\t"}), "test") != items.revision(row, "test")
    assert items.revision(replace(row, title="another"), "test") == items.revision(row, "test")


def test_a_file_without_a_part_belongs_to_every_split():
    row = tables.dataset("flores-qolda")
    assert items.files(row, "dev") == items.files(row, "devtest") == row.files
    assert items.revision(row, "dev") != items.revision(row, "devtest")


def test_the_sample_has_a_revision_though_its_row_has_no_checksum():
    row = tables.dataset("parallel-mini")
    assert row.files[0].sha256 == "" and len(items.revision(row, "all")) == 16


def test_a_maker_that_does_not_exist_is_a_fault_of_the_row(nowhere, monkeypatch):
    row = tables.dataset("morphology-mini")
    broken = replace(row, options={**row.options, "makers": ("alchemy",)})
    monkeypatch.setattr(tables, "dataset_split", lambda name: (broken, "all"))
    with pytest.raises(BadData, match="alchemy"):
        items.load("morphology-mini/all", nowhere)


def test_what_a_maker_rests_on_is_part_of_the_revision(monkeypatch):
    from qadam.catalogue.makers import boundaries

    row = tables.dataset("ktb-boundaries")
    before = items.revision(row, "all")
    monkeypatch.setattr(boundaries, "revision", lambda: "another inventory")
    assert items.revision(row, "all") != before
