"""Results travel: verified, refused where they must be, and put where a pull request takes them along."""

import json

import pytest
from typer.testing import CliRunner

from qadam.cli import app
from qadam.errors import NothingToJudge, NotReleasable, Usage

SLUG = "tokenizer-tax"


def call(*words):
    result = CliRunner().invoke(app, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    call("run", SLUG, "--system", "utf-8-bytes", "--out", folder, "--json")
    return folder


def test_records_of_ones_own_run_are_verified(out):
    said = json.loads(call("verify", out, "--json").stdout)
    assert said["records"] > 0 and said["faults"] == 0


def test_a_changed_record_ends_with_exit_code_1_and_its_name(out, tmp_path):
    import shutil

    shutil.copytree(out, tmp_path / "copy")
    path = next((tmp_path / "copy").rglob("*-s13.json"))
    path.write_text(path.read_text("utf-8").replace('"n": ', '"n": 1', 1), "utf-8")
    result = call("verify", tmp_path / "copy")
    assert result.exit_code == 1 and str(path) in result.stdout and "1 faults" in result.stdout


def test_one_record_or_one_study_is_verified_by_its_path(out, tmp_path):
    records = sorted((out / "records" / SLUG).glob("*/*/*/*.json"))
    one = json.loads(call("verify", records[0], "--json").stdout)
    assert (one["records"], one["faults"]) == (1, 0)
    study = json.loads(call("verify", out / "records" / SLUG, "--json").stdout)
    assert (study["records"], study["faults"]) == (len(records), 0)
    stranger = out / "records" / SLUG / "sample-0123456789abcdef" / "a" / "b" / "plain-s13.json"
    stranger.parent.mkdir(parents=True)
    stranger.write_text("{}", "utf-8")
    try:
        assert "another protocol" in call("verify", stranger).stdout
    finally:
        import shutil

        shutil.rmtree(stranger.parents[2])


def test_the_sample_is_not_submitted(out, tmp_path):
    with pytest.raises(Usage, match="demonstrations"):
        call("submit", SLUG, "--profile", "sample", "--out", out, "--to", tmp_path)


def test_what_was_not_run_is_not_submitted(out, tmp_path):
    with pytest.raises(NothingToJudge, match="no records of tokenizer-tax at laptop"):
        call("submit", SLUG, "--out", out, "--to", tmp_path)


@pytest.fixture
def as_laptop(out, tmp_path, monkeypatch):
    """The sample's records as those of a laptop run whose protocol is the sample's."""
    from dataclasses import replace

    from qadam.studies import tokenizer_tax

    study = tokenizer_tax.STUDY
    small = replace(
        study,
        protocols={**study.protocols, "laptop": study.protocols["sample"]},
        systems={**study.systems, "laptop": study.systems["sample"]},
    )
    monkeypatch.setattr(tokenizer_tax, "STUDY", small)
    call("run", SLUG, "--profile", "laptop", "--system", "utf-8-bytes", "--out", tmp_path / "out", "--json")
    return tmp_path / "out"


def test_good_records_are_put_where_they_are_released_and_replace_older_ones(as_laptop, tmp_path):
    older = tmp_path / "results" / "records" / SLUG / "laptop-0000000000000000"
    older.mkdir(parents=True)
    said = call("submit", SLUG, "--out", as_laptop, "--to", tmp_path / "results").stdout
    assert "git switch -c results-tokenizer-tax-laptop" in said
    assert not older.exists()
    assert json.loads(call("verify", tmp_path / "results", "--json").stdout)["faults"] == 0
    assert list((tmp_path / "results").rglob("verdict.json"))


def test_bad_records_are_not_submitted(as_laptop, tmp_path):
    path = next(as_laptop.rglob("*-s13.json"))
    path.write_text("{}", "utf-8")
    with pytest.raises(NotReleasable, match="1 faults"):
        call("submit", SLUG, "--profile", "laptop", "--out", as_laptop, "--to", tmp_path / "results")
    assert not (tmp_path / "results").exists()


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(Usage, match="does not exist"):
        call("verify", tmp_path / "nowhere")


def test_a_study_that_stops_does_not_stop_the_others(tmp_path, monkeypatch):
    from qadam.cli import running
    from qadam.errors import EmptyDataset

    carried_out = running._shown

    def stops(plan, **given):
        if plan.study.problem == "code-switching":
            raise EmptyDataset("EmptyDataset: nothing there.", "Bring it.")
        return carried_out(plan, **given)

    monkeypatch.setattr(running, "_shown", stops)
    result = call("run", "code-switching", SLUG, "--out", tmp_path)
    assert result.exit_code == 1
    assert "code-switching stopped. EmptyDataset" in result.stderr
    assert list(tmp_path.rglob("report.html"))
    with pytest.raises(EmptyDataset):
        call("run", "code-switching", "--out", tmp_path)


def test_folders_of_this_machine_do_not_travel(tmp_path):
    from qadam.catalogue.fetch import Places
    from qadam.cli import contributing

    path = tmp_path / "verdict.json"
    path.write_text(f'{{"unblock": "put it at {tmp_path}/mirror/huggingface.co/a"}}', "utf-8")
    contributing._without_folders(path, Places(tmp_path / "home", (tmp_path / "mirror",)))
    assert path.read_text("utf-8") == '{"unblock": "put it at DIR/huggingface.co/a"}'
