"""A record that was changed by hand is caught and named, however carefully its checksums were mended."""

import hashlib
import json
import shutil

import polars
import pytest

from qadam.catalogue.fetch import Places
from qadam.lab import judge as judging
from qadam.lab import plan as planning
from qadam.lab import run as running
from qadam.lab.verify import verify
from qadam.store import _checksum, _finite
from qadam.studies.tokenizer_tax import STUDY


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    out = tmp_path_factory.mktemp("measured")
    running.run(made(out))
    return out


def made(out):
    return planning.make(
        STUDY, "sample", out=out, places=Places.from_environment(), systems=["utf-8-bytes", "characters"]
    )


@pytest.fixture
def plan(measured, tmp_path):
    shutil.copytree(measured, tmp_path / "out")
    return made(tmp_path / "out")


def record_of(plan):
    return sorted(plan.store.folder.glob("*/utf-8-bytes/*.json"))[0]


def rewritten(path, change):
    """The record with a change, and a checksum to match."""
    document = json.loads(path.read_text("utf-8"))
    document.pop("checksum")
    change(document)
    path.write_text(json.dumps({**document, "checksum": _checksum(_finite(document))}), "utf-8")


def rows_changed(path, change):
    """Other rows, with checksums to match."""
    rows = path.with_suffix(".parquet")
    change(polars.read_parquet(rows)).write_parquet(rows)
    rewritten(path, lambda d: d.update(items_sha256=hashlib.sha256(rows.read_bytes()).hexdigest()))


def looked(plan):
    return verify(STUDY, plan.store, plan.places)


def checks(plan):
    _, doubts = looked(plan)
    return {doubt.check for doubt in doubts if doubt.kind == "fault"}


def test_what_was_measured_here_has_no_fault(plan):
    count, doubts = looked(plan)
    assert count == len(list(plan.store.cells())) > 0
    assert not [doubt for doubt in doubts if doubt.kind == "fault"]


def test_a_number_changed_in_the_file_is_caught_by_its_checksum(plan):
    path = record_of(plan)
    path.write_text(path.read_text("utf-8").replace('"value": ', '"value": 1', 1), "utf-8")
    assert checks(plan) == {"damaged"}


def test_a_number_changed_with_its_checksum_is_caught_by_its_rows(plan):
    rewritten(record_of(plan), lambda d: d["measurements"][0].update(value=d["measurements"][0]["value"] * 0.99))
    assert checks(plan) == {"numbers"}


def test_rows_changed_alone_are_caught(plan):
    rows = record_of(plan).with_suffix(".parquet")
    polars.read_parquet(rows).with_columns(polars.col("tokens") + 1).write_parquet(rows)
    assert checks(plan) == {"damaged"}


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda t: t.with_columns(polars.col("tokens") + 1), "numbers"),
        (lambda t: t.head(len(t) - 3), "items"),
        (lambda t: polars.concat([t, t.head(1)]), "items"),
        (lambda t: t.with_columns(item=polars.lit("x") + polars.col("item")), "items"),
        (lambda t: t.with_columns(polars.lit("Қала үлкен").alias("input")), "texts"),
    ],
    ids=["other counts", "items left out", "an item twice", "items of other data", "texts"],
)
def test_rows_changed_with_their_checksums_are_caught(plan, change, check):
    rows_changed(record_of(plan), change)
    assert check in checks(plan)


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda d: d["cell"].update(system="characters"), "place"),
        (lambda d: d.update(protocol_hash="0" * 16), "place"),
        (lambda d: d["cell"].update(seed=99), "protocol"),
        (lambda d: d.update(system_revision="another"), "system"),
        (lambda d: d["measurements"][0].update(unit="share 0-1", value=7.0), "plausible"),
    ],
    ids=["of another system", "of another protocol", "another seed", "another revision", "a share above one"],
)
def test_a_record_that_says_it_is_another_is_caught(plan, change, check):
    rewritten(record_of(plan), change)
    assert check in checks(plan)


def test_one_run_handed_in_under_two_names_is_noted(plan):
    path = record_of(plan)
    for suffix in (".json", ".parquet"):
        shutil.copy(path.with_suffix(suffix), path.parent.parent / "characters" / path.with_suffix(suffix).name)
    rewritten(path.parent.parent / "characters" / path.name, lambda d: d["cell"].update(system="characters"))
    _, doubts = looked(plan)
    assert [doubt for doubt in doubts if doubt.check == "identical"]


def test_a_file_that_is_no_record_is_named(plan):
    record_of(plan).write_text("[]", "utf-8")
    _, doubts = looked(plan)
    assert [doubt.where for doubt in doubts if doubt.check == "damaged"] == [str(record_of(plan))]


@pytest.fixture
def judged(plan):
    plan.store.write_verdict(judging.document(judging.judge(plan)))
    return plan


def test_a_verdict_that_the_rule_gives_is_no_doubt(judged):
    _, doubts = looked(judged)
    assert not [doubt for doubt in doubts if doubt.check == "verdict"]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda d: d["verdict"].update(outcome="refuted"), "fault"),
        (lambda d: d["verdict"].update(effect=4.0), "fault"),
        (lambda d: d["measurements"][0].update(value=d["measurements"][0]["value"] * 0.99), "fault"),
        (lambda d: d["verdict"].update(reasons=["It is so."]), "note"),
    ],
    ids=["another outcome", "another effect", "another number", "other reasons"],
)
def test_a_verdict_changed_by_hand_is_caught(judged, change, kind):
    path = judged.store.folder / "verdict.json"
    document = json.loads(path.read_text("utf-8"))
    change(document)
    path.write_text(json.dumps(document), "utf-8")
    _, doubts = looked(judged)
    assert [doubt.kind for doubt in doubts if doubt.check == "verdict"] == [kind]


def test_half_of_a_record_is_named(judged):
    path = record_of(judged)
    kept = path.read_bytes()
    path.unlink()
    _, doubts = looked(judged)
    assert [doubt.where for doubt in doubts if doubt.kind == "fault"] == [str(path.with_suffix(".parquet"))]
    path.write_bytes(kept)
    path.with_suffix(".parquet").unlink()
    _, doubts = looked(judged)
    assert [(d.check, d.where) for d in doubts if d.kind == "fault"] == [("alone", str(path))]
