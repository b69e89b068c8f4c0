"""Parts and word lists as people read them; every figure here is invented."""

from dataclasses import replace

from qadam.publish import divided
from qadam.publish.report import parts_table
from qadam.terms import Breakdown, Cell, Counted, Part, Tally


def with_parts(invented, *, systems=("o200k_base",), levels=("10", "9", "b")):
    study, evidence = invented.invented_study(), invented.invented_evidence()
    title = {"en": "age", "ru": "возраст", "kk": "жас"}
    protocol = replace(study.protocols[evidence.profile], by=(Breakdown("age", title),))
    kept = [
        m
        for m in evidence.measurements
        if m.system in systems and m.condition == "kk" and m.dataset == protocol.datasets[0]
    ]
    names = {m.name for m in protocol.metrics}
    parts = tuple(Part("age", level, m) for m in kept for level in levels if m.metric in names)
    return protocol, replace(evidence, parts=parts)


def test_one_system_has_its_metrics_down_and_levels_across(invented):
    protocol, evidence = with_parts(invented)
    (grid,) = divided.grids(evidence, protocol)
    assert [head.text for head in grid.across] == ["9", "10", "b"] and grid.across[0].n > 0
    assert grid.title == "o200k_base · kk" and grid.size == len(evidence.parts)
    assert all(isinstance(head.text, dict) for head, _ in grid.rows)  # metrics by their titles in three languages


def test_several_systems_have_a_table_a_metric(invented):
    protocol, evidence = with_parts(invented, systems=("o200k_base", "qwen2.5"))
    grids = divided.grids(evidence, protocol)
    assert len(grids) == len({p.measurement.metric for p in evidence.parts})
    assert [head.text for head, _ in grids[0].rows] == ["o200k_base · kk", "qwen2.5 · kk"]


def test_many_levels_stand_below_one_another(invented):
    protocol, evidence = with_parts(invented, levels=tuple(map(str, range(12))))
    (grid,) = divided.grids(evidence, protocol)
    assert [head.text for head, _ in grid.rows] == [str(n) for n in range(12)]


def test_word_lists_of_the_whole_and_of_each_level(invented):
    protocol, evidence = with_parts(invented)
    cell = Cell("sib-200/all", "o200k_base", "kk", 13)
    many = {f"сөз{n}": 99 - n for n in range(30)}
    told = (Counted("words", "", "", cell, 200, many), Counted("words", "age", "9", cell, 90, many), Counted("words", "age", "b", cell, 3, {}))  # fmt: skip
    protocol = replace(protocol, tallies=(Tally("words", {"en": "words", "ru": "слова", "kk": "сөздер"}, str.split),))
    (found,) = divided.word_lists(replace(evidence, counted=told), protocol)
    ((title, levels),) = found.levels
    assert title["en"] == "age" and [(c.level, len(words)) for c, words in levels] == [("9", 12)]


def test_the_page_and_the_table_show_them(invented, tmp_path):
    from tests.publish.test_report import Page, written

    protocol, evidence = with_parts(invented)
    extras = replace(invented.invented_extras(), protocol=protocol)
    text = written(invented, tmp_path, evidence=evidence, extras=extras)
    assert "parts" in Page(text).ids and "жас" in text and "by age" in text
    lines = (tmp_path / "parts.csv").read_text("utf-8").splitlines()
    assert lines[0].startswith("by,level,dataset") and len(lines) == 1 + len(evidence.parts)
    assert parts_table(evidence.parts).splitlines() == lines
