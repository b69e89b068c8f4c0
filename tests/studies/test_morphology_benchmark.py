"""The benchmark from plan to report on the embedded sample: who is measured where, and against whom."""

import pytest

from qadam.catalogue import tables
from qadam.catalogue.fetch import Places
from qadam.kazakh.morphology import segment
from qadam.lab import judge, plan, run
from qadam.studies import morphology_benchmark as study


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    places = Places(tmp_path_factory.mktemp("home"), (), True)
    made = plan.make(study.STUDY, "sample", out=tmp_path_factory.mktemp("out"), places=places)
    assert run.run(made) == ()
    return judge.judge(made)


def value(evidence, dataset, system, metric):
    (found,) = (
        m
        for m in evidence.measurements
        if (m.dataset, m.system, m.metric) == (f"morphology-mini/{dataset}", system, metric)
    )
    return found


def test_it_is_measured_and_says_what_is_missing(evidence):
    verdict = evidence.verdict
    assert verdict.outcome == "measured" and verdict.demonstration and verdict.kind == "re-analysis"
    assert any("second annotator" in reason for reason in verdict.reasons)


def test_the_floors_are_where_they_must_be(evidence):
    assert value(evidence, "all", "never-cut", "recall").value == 0
    assert value(evidence, "all", "characters", "recall").value == 1
    whole = value(evidence, "types", "never-cut", "word_accuracy").value
    assert 0.2 < whole < 0.5 and value(evidence, "types", "characters", "word_accuracy").value < 0.02
    assert value(evidence, "all", "qadam-segmenter", "f1").value > 0.9
    assert value(evidence, "all", "o200k_base", "f1").value < 0.5


def test_what_cuts_more_wins_only_where_more_is_asked(evidence):
    def lost(metric):
        plain, finer = (value(evidence, "all", f"qadam-segmenter{end}", metric).value for end in ("", "-voice"))
        return plain - finer

    assert lost("f1_formation") < 0 <= lost("f1_tolerant") < lost("f1")


def test_the_numbers_are_those_of_the_segmenter_itself(evidence, tmp_path):
    from qadam.catalogue import items

    types = items.load("morphology-mini/types", Places(tmp_path, (), True))
    right = sum("·".join(segment(item.input)) == item.gold[0].replace("+", "") for item in types)
    assert value(evidence, "types", "qadam-segmenter", "word_accuracy").value == pytest.approx(right / len(types))


def test_systems_are_compared_with_the_same_one_on_the_same_items(evidence):
    over = value(evidence, "types", "qadam-segmenter", "word_accuracy_over")
    ours, floor = (value(evidence, "types", s, "word_accuracy").value for s in ("qadam-segmenter", "never-cut"))
    assert over.value == pytest.approx(ours - floor) and over.low > 0
    p = value(evidence, "types", "qadam-segmenter", "mcnemar")
    assert 0 <= p.value < 1e-6 and p.low != p.low  # a p-value has no interval
    assert not [m for m in evidence.measurements if m.metric == "mcnemar" and m.dataset.endswith("/all")]
    assert not [m for m in evidence.measurements if m.metric == "mcnemar" and m.system == "never-cut"]


def test_what_another_program_recorded_is_measured_by_its_path(tmp_path):
    """Half of the words as the gold has them, the other half whole."""
    from qadam.catalogue import items

    places = Places(tmp_path, (), True)
    types = items.load("morphology-mini/types", places)
    path = tmp_path / "words.tsv"
    lines = [f"{item.input}\t{item.gold[0].replace('+', '')}" for item in types[::2]]
    path.write_text("\n".join(lines), "utf-8")
    made = plan.make(study.STUDY, "sample", out=tmp_path / "out", places=places, systems=[str(path)])
    assert run.run(made) == ()
    (recall,) = (
        m for m in judge.judge(made).measurements if (m.dataset, m.metric) == ("morphology-mini/types", "recall")
    )
    cuts = [item.gold[0].count("·") for item in types]
    assert recall.value == pytest.approx(sum(cuts[::2]) / sum(cuts), abs=0.01)


def test_the_authors_of_the_derivation_are_not_ranked_on_it(tmp_path):
    made = plan.make(study.STUDY, "laptop", out=tmp_path, places=Places(tmp_path, (), True))
    cells = {*made.cells, *(blocked.cell for blocked in made.blocked)}
    derived = {cell for cell in cells if cell.dataset in study.DERIVED}
    ours = {cell for cell in derived if tables.system(cell.system).options.get("authors") == "qadam"}
    assert {cell.condition for cell in ours} == {"same-authors"}
    assert {cell.condition for cell in derived - ours} == {"derived"}
    assert {cell.system for cell in ours} == set(study.OURS)
    forms = {cell.system for cell in cells if cell.dataset in study.FORMS}
    assert forms == {"qadam-generator"} == {c.system for c in cells if c.condition == "paradigm"}
    assert {c.system for c in cells if c.dataset in study.SILVER} >= {"qadam-segmenter", "morfessor-kk", "llama-3"}
