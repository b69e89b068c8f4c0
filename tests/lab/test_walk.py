"""The walk of one study from plan to verdict, on the embedded sample: nothing lost, nothing twice, nothing invented."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from qadam.catalogue.fetch import Places
from qadam.errors import ChecksumMismatch, NothingToJudge, RecordDamaged, StoreBusy, UnknownName, Usage
from qadam.lab import judge, measure, plan, run
from qadam.studies.tokenizer_tax import STUDY
from qadam.terms import NO_ANSWER, UNSCORED, Cell, SystemRow, Zone


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return Places(tmp_path_factory.mktemp("home"), (), True)


def planned(home, out, **more):
    return plan.make(STUDY, more.pop("profile", "sample"), out=out, places=home, **more)


@pytest.fixture(scope="module")
def walked(home, tmp_path_factory):
    made = planned(home, tmp_path_factory.mktemp("out"))
    assert run.run(made) == ()
    return made, judge.judge(made)


def values(evidence):
    return {(m.dataset, m.system, m.condition, m.metric): (m.value, m.low, m.high, m.n) for m in evidence.measurements}


def test_every_cell_is_measured_with_an_interval_around_its_value(walked):
    made, evidence = walked
    assert len(made.cells) == 4 * 6
    cells = {(m.dataset, m.system, m.condition) for m in evidence.measurements}
    assert len(cells) == len(made.cells)
    for m in evidence.measurements:
        assert m.low <= m.value <= m.high and m.n >= 150 and m.unscored == m.no_answer == 0
        assert m.signature.startswith(f"{m.metric}|sys:{m.system}@") and f"n:{m.n}" in m.signature


def test_the_effect_is_the_ratio_of_the_two_conditions(walked):
    found = values(walked[1])
    for system in ("o200k_base", "cl100k_base", "utf-8-bytes"):
        kk, en = (found["parallel-mini/all", system, c, "fertility_whitespace"][0] for c in ("kk", "en"))
        assert found["parallel-mini/all", system, "kk", "tax_whitespace"][0] == pytest.approx(kk / en)


def test_the_parts_of_the_tax_multiply_to_the_tax(walked):
    found = values(walked[1])
    parts = [
        found["parallel-mini/all", "o200k_base", "kk", f"tax_{p}"][0] for p in ("compression", "script", "word_length")
    ]
    assert parts[0] * parts[1] * parts[2] == pytest.approx(
        found["parallel-mini/all", "o200k_base", "kk", "tax_whitespace"][0]
    )


def test_bytes_have_no_compression_tax_and_characters_no_script_tax(walked):
    found = values(walked[1])
    assert found["parallel-mini/all", "utf-8-bytes", "kk", "tax_compression"][0] == pytest.approx(1)
    assert (
        found["parallel-mini/all", "utf-8-bytes", "kk", "premium"]
        == found["parallel-mini/all", "utf-8-bytes", "kk", "byte_premium"]
    )
    assert found["parallel-mini/all", "characters", "kk", "tokens_per_character"][0] == 1


def test_sample_verdicts_are_demonstrations(walked):
    verdict = walked[1].verdict
    assert verdict.demonstration and verdict.kind == "re-analysis" and "Demonstration" in verdict.reasons[0]
    assert {v.system for v in verdict.by_system} == {"o200k_base", "cl100k_base"}  # no verdict on bytes and characters


def test_a_second_run_computes_nothing_and_says_the_same(home, walked, monkeypatch):
    made, evidence = walked
    monkeypatch.setattr(run, "load", lambda *_: pytest.fail("a system was called"))
    again = planned(home, made.store.root)
    assert not again.missing and run.run(again) == ()
    assert values(judge.judge(again)) == values(evidence)


def test_scoring_again_needs_no_system_and_finds_the_same_numbers(home, walked):
    made, _ = walked
    measure.recompute(made.store, made.protocol, list(made.store.cells()))


def test_a_number_changed_on_disk_is_noticed(home, tmp_path):
    made = planned(home, tmp_path, systems=["characters"])
    run.run(made)
    path = made.store.path(made.cells[0])
    document = json.loads(path.read_text("utf-8"))
    document["measurements"][0]["value"] += 0.001
    path.write_text(json.dumps(document), "utf-8")
    with pytest.raises(RecordDamaged, match="its own checksum"):
        judge.judge(made)


def test_a_number_that_its_rows_do_not_give_is_noticed(home, tmp_path):
    made = planned(home, tmp_path, systems=["characters"])
    run.run(made)
    record = made.store.read(made.cells[0])
    wrong = replace(record.measurements[0], value=record.measurements[0].value + 0.001)
    forged = replace(record, measurements=(wrong, *record.measurements[1:]))
    made.store.write(forged, made.store.rows(made.cells[0]))
    with pytest.raises(RecordDamaged, match="its rows give"):
        measure.recompute(made.store, made.protocol, list(made.store.cells()))


def test_a_new_system_joins_the_table_without_touching_it(home, tmp_path):
    first = planned(home, tmp_path, systems=["characters"])
    run.run(first)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*.json") if p.name != "verdict.json"}
    both = planned(home, tmp_path, systems=["characters", "utf-8-bytes"])
    assert both.protocol_hash == first.protocol_hash and len(both.stored) == 6 and len(both.missing) == 6
    run.run(both)
    assert all(p.read_bytes() == content for p, content in before.items())


def test_asking_for_one_system_leaves_the_others_in_the_table_and_the_verdict(home, walked):
    made, evidence = walked
    one = planned(home, made.store.root, systems=["characters"])
    assert values(judge.judge(one)) == values(evidence)
    assert judge.judge(one).verdict == evidence.verdict


def test_a_trained_tokenizer_that_was_changed_is_noticed(home, tmp_path):
    row = SystemRow(
        "bpe-test", "t", "tokenizer", "bpe-trained", options={"dataset": "parallel-mini/all", "vocabulary": 400}
    )
    places = replace(home, home=tmp_path)
    run.bring_to_life(row, places)
    run.bring_to_life(row, places)
    [kept] = [p for p in (tmp_path / "trained").iterdir() if p.suffix not in (".lock", ".sha256")]
    kept.write_text(kept.read_text("utf-8") + " ", "utf-8")
    with pytest.raises(ChecksumMismatch, match="trained here"):
        run.bring_to_life(row, places)


def test_another_seed_is_another_protocol_and_exploratory(home, tmp_path):
    made = planned(home, tmp_path, seed=7)
    assert made.exploratory and made.protocol_hash != planned(home, tmp_path).protocol_hash
    assert not planned(home, tmp_path, seed=13).exploratory


def test_a_changed_rule_judges_no_old_records(home, tmp_path):
    made = planned(home, tmp_path, systems=["characters"])
    run.run(made)
    laxer = replace(STUDY.protocols["sample"], rule=replace(STUDY.protocols["sample"].rule, supported=Zone(1, 9)))
    changed = replace(STUDY, protocols={"sample": laxer})
    other = plan.make(changed, "sample", out=tmp_path, places=home, systems=["characters"])
    with pytest.raises(NothingToJudge, match="other protocols"):
        judge.judge(other)


def test_what_cannot_be_had_is_blocked_with_a_command(home, tmp_path):
    made = planned(home, tmp_path, profile="laptop")
    by_reason = {(b.cell.dataset, b.cell.system): b for b in made.blocked}
    assert not made.cells and "qadam fetch" in by_reason["sib-200/all", "o200k_base"].unblock


def test_names_that_do_not_exist(home, tmp_path):
    with pytest.raises(UnknownName, match="o200k_base"):
        planned(home, tmp_path, systems=["o200k"])
    with pytest.raises(UnknownName, match="no file"):
        planned(home, tmp_path, systems=["nowhere/tokenizer.json"])
    with pytest.raises(Usage, match="no profile"):
        planned(home, tmp_path, profile="desktop")


def test_a_file_that_is_no_tokenizer_blocks_its_own_cells_only(home, tmp_path):
    bad = tmp_path / "tokenizer.json"
    bad.write_text('{"model": 1}')
    made = planned(home, tmp_path / "out", systems=[str(bad), "characters"])
    blocked = run.run(made)
    assert len(blocked) == 6 and all("BadTokenizer" in b.reason for b in blocked)
    assert len(list(made.store.cells())) == 6


def test_a_second_run_at_the_same_time_is_refused(home, tmp_path):
    made = planned(home, tmp_path, systems=["characters"])
    with made.store.held(), pytest.raises(StoreBusy):
        run.run(made)


def test_no_answer_counts_and_unscored_is_left_out(home, walked):
    made, _ = walked
    rows = made.store.rows(made.cells[0])
    marked = [{**rows[0], "status": NO_ANSWER.value}, {**rows[1], "status": UNSCORED.value}, *rows[2:]]
    found = measure.measure(marked, made.protocol, made.cells[0], revision="x")[0]
    assert (found.n, found.no_answer, found.unscored) == (len(rows) - 1, 1, 1)


def test_the_order_of_work_changes_no_number(home, walked, tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    made = planned(home, tmp_path)
    with ThreadPoolExecutor(2) as pool:
        run.run(made, executor=pool)
    assert values(judge.judge(made)) == values(walked[1])


KILLED = """
import sys
from pathlib import Path
from qadam.catalogue.fetch import Places
from qadam.lab import plan, run
from qadam.studies.tokenizer_tax import STUDY
made = plan.make(STUDY, "sample", out=Path(sys.argv[1]), places=Places(Path(sys.argv[2]), (), True))
print("ready", flush=True)
run.run(made)
"""


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a thing of POSIX")
def test_killed_in_the_middle_and_run_again_gives_the_same_records(home, walked, tmp_path):
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(home.home)]
    killed = 0
    for wanted in (1, 6, 12, 18):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        while process.poll() is None and len(_records(tmp_path)) < wanted:
            time.sleep(0.002)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.wait()
    assert killed >= 2
    half = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in _records(tmp_path)}
    made = planned(home, tmp_path)
    run.run(made)
    assert {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in half} == half  # nothing stored was computed again
    assert values(judge.judge(made)) == values(walked[1])


def _records(root: Path) -> list[Path]:
    return [p for p in root.rglob("*-s13.json") if not p.name.startswith(".")]


def test_the_json_document_has_the_promised_shape(walked):
    document = judge.document(walked[1])
    assert list(document) == [
        "problem", "profile", "protocol_hash", "verdict", "measurements", "blocked", "audit", "seconds", "exploratory",
            "parts", "counted", "curves",
    ]  # fmt: skip
    assert {"outcome", "effect", "low", "high", "p", "reasons"} <= set(document["verdict"])
    assert set(document["measurements"][0]) == {
        "dataset", "system", "condition", "seed", "metric", "value", "low", "high", "n", "no_answer", "unscored", "unit",
        "signature",
    }  # fmt: skip
    json.dumps(document)


def test_cells_are_told_in_words():
    assert str(Cell("a/b", "s", "kk", 13)) == "a/b x s x kk x 13"
