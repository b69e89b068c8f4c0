"""How long a training will take: by the work it is, less what lies in the cache, nothing for what is not trained here."""

import pytest

from qadam.catalogue import tables
from qadam.lab.training_time import seconds

LIMITS = {"characters": 2e6, "taught": 2.5e6, "epochs": 5.0}


def taken(name, home, seeds=(13,), **limits):
    return seconds(tables.system(name), seeds, limits={**LIMITS, **limits}, kept=home / f"{name}-abc")


def test_more_text_more_seeds_and_finer_pieces_take_longer(tmp_path):
    one = taken("network-bpe-8k", tmp_path)
    assert 30 < one < 3600
    assert taken("network-bpe-8k", tmp_path, (13, 14)) == pytest.approx(2 * one)
    assert taken("network-bpe-8k", tmp_path, characters=4e6) > one
    assert taken("network-bytes", tmp_path) > one


def test_at_equal_work_all_read_equally_long(tmp_path):
    work = {"flops": 2e12, "taught": 0.0}
    three, four = taken("network-bytes", tmp_path, **work), taken("network-bpe-8k", tmp_path, **work)
    assert three / 3 == pytest.approx(four / 4)  # text both ways and forms; BPE can learn to translate, too


def test_pairs_and_forms_take_time_only_where_there_is_a_budget_for_them(tmp_path):
    text = taken("network-bpe-8k", tmp_path)
    forms = taken("network-bpe-8k", tmp_path, inflected=9e5) - text
    pairs = taken("network-bpe-8k", tmp_path, translated=1.2e6) - text
    assert 10 < forms < 60 and 10 < pairs < 60
    assert taken("network-bytes", tmp_path, translated=1.2e6) == taken("network-bytes", tmp_path)
    assert taken("translating-few", tmp_path, translated=8e5) > 0


def test_who_is_taught_when_it_is_asked_takes_time_for_each_cell(tmp_path):
    def of(name, cells, **limits):
        return seconds(tables.system(name), (13,), limits=limits, kept=tmp_path / name, cells=cells)

    assert of("transfer-turkish", 0) == 0
    assert of("transfer-turkish", 8) == pytest.approx(2 * of("transfer-turkish", 4))
    assert of("transfer-turkish", 8, sentences=300) == pytest.approx(of("transfer-turkish", 8) / 10)
    reading = of("transfer-turkish-network", 0, characters=4e6)
    assert 10 < reading < 60 and of("transfer-turkish-network", 4, characters=4e6) > reading
    assert of("transfer-turkish-xlm-r", 4) == 0


def test_what_lies_in_the_cache_takes_no_time(tmp_path):
    whole = taken("network-bpe-8k", tmp_path)
    folder = tmp_path / "network-bpe-8k-abc-s13-causal-1234"
    folder.mkdir()
    assert taken("network-bpe-8k", tmp_path) == whole  # begun is not finished
    (folder / "course.json").write_text("{}")
    assert taken("network-bpe-8k", tmp_path) < whole
    tagger = taken("ner-bilstm-crf", tmp_path)
    done = tmp_path / "ner-bilstm-crf-abc-s13-0"
    done.mkdir()
    (done / "course.json").write_text("{}")
    assert tagger > 60 and taken("ner-bilstm-crf", tmp_path) == 0


def test_what_is_not_trained_here_takes_none(tmp_path):
    for name in ("o200k_base", "utf-8-bytes", "network-bpe-32k"):
        assert taken(name, tmp_path) == 0
