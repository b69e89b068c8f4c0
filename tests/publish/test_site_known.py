"""Which evidence the site shows: real data before sample text, the present protocol before an old one, then the newest."""

import time
from dataclasses import replace

import pytest

from qadam.catalogue import items, tables
from qadam.publish.site import build
from qadam.publish.site.known import find
from qadam.store import Store
from qadam.terms import Cell, Condition, Evidence, Metric, Protocol, Record, Study, Verdict, plain

DATA = "parallel-mini/all"


@pytest.fixture
def study(invented):
    metric = Metric("accuracy", {"en": "accuracy"}, "share", invented.count_right, invented.share, "higher")
    laptop = Protocol((DATA,), (Condition("kk", "", control=True),), (metric,))
    protocols = {"sample": laptop, "laptop": replace(laptop, seeds=(14,))}
    nothing = {"en": "", "ru": "", "kk": ""}
    return Study("tokenizer-tax", nothing, nothing, protocols, {}, *[lambda *a: a] * 3)


def keep(root, invented, profile, hash_, day, **more):
    """A verdict and one record of a cell, as a run leaves them."""
    verdict = Verdict("measured", None, None, None, None, (), demonstration=profile == "sample")
    told = (invented.measurement("accuracy", 0.5, dataset=DATA),)
    store = Store(root, "tokenizer-tax", profile, hash_)
    store.write_verdict(plain(Evidence("tokenizer-tax", profile, hash_, verdict, told, (), (), 1.0, **more)))
    cell, when = Cell(DATA, "o200k_base", "kk", 13), {"time": f"{day}T10:00:00Z"}
    rows = [{"item": "1", "group": "", "status": "", "right": 1.0}]
    store.write(Record("tokenizer-tax", profile, hash_, cell, "r", told, "", when), rows)


def present(study, profile):
    return study.protocols[profile].hash({DATA: items.revision(*tables.dataset_split(DATA))})


def test_nothing_was_run(study, tmp_path):
    known = find(study, [tmp_path])
    assert (known.evidence, known.measured, known.date) == (None, False, "")


def test_a_laptop_run_wins_over_a_newer_sample(study, invented, tmp_path):
    keep(tmp_path, invented, "laptop", present(study, "laptop"), "2026-11-01")
    keep(tmp_path, invented, "sample", present(study, "sample"), "2026-11-20")
    known = find(study, [tmp_path])
    assert (known.evidence.profile, known.date, known.current, known.measured) == ("laptop", "2026-11-01", True, True)


def test_released_records_stand_in_and_the_present_protocol_wins(study, invented, tmp_path):
    keep(tmp_path / "results", invented, "laptop", present(study, "laptop"), "2026-11-01")
    keep(tmp_path / "out", invented, "laptop", "0" * 16, "2026-11-20")
    known = find(study, [tmp_path / "out", tmp_path / "results"])
    assert known.current and known.store.root == tmp_path / "results"
    old = find(study, [tmp_path / "out"])
    assert not old.current and old.date == "2026-11-20"


def test_an_exploratory_run_is_not_shown(study, invented, tmp_path):
    keep(tmp_path, invented, "laptop", "1" * 16, "2026-11-20", exploratory=True)
    assert find(study, [tmp_path]).evidence is None


def test_a_sample_is_never_evidence(study, invented, tmp_path):
    keep(tmp_path, invented, "sample", present(study, "sample"), "2026-11-20")
    assert find(study, [tmp_path]).evidence and not find(study, [tmp_path]).measured


def test_twenty_problems_are_built_quickly(invented, tmp_path):
    world = invented.invented_world()
    shown = world.known["tokenizer-tax"]
    known = {
        p.id: replace(shown, study=replace(shown.study, problem=p.id), evidence=replace(shown.evidence, problem=p.id))
        for p in world.problems
    }
    started = time.process_time()
    build(replace(world, known=known), out=tmp_path)
    assert time.process_time() - started < 20  # 10 seconds of a processor of one's own; tests share theirs
