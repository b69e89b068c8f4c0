"""A release reaches a hub whole, is tried again, and never asks anybody for anything."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.errors import NotPushed, Usage
from qadam.publish.release import hub as pushing


def _beside(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


standin, workfolder = _beside("hub"), _beside("workfolder")
NAME = "institute/kk-headlines"


@pytest.fixture
def hub(monkeypatch):
    with standin.opened() as opened:
        monkeypatch.setenv("HF_ENDPOINT", opened.url)
        monkeypatch.setenv("HF_TOKEN", standin.TOKEN)
        monkeypatch.setattr(pushing, "PAUSES", (0.0, 0.0, 0.0))
        yield opened


def qadam(folder, *words, **environment):
    """The command as a person types it, in a process of its own, with nothing on its standard input."""
    environment = {**os.environ, "HF_HOME": str(folder / "hf"), "QADAM_HOME": str(folder / "home"), **environment}
    return subprocess.run(
        [sys.executable, "-m", "qadam", *words],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_what_is_pushed_is_what_was_built_and_its_row_reads_it(hub, tmp_path, monkeypatch):
    answers = workfolder.headlines(120)
    work = workfolder.write(tmp_path / "annotation" / "sentiment3", "sentiment3", *answers)
    words = ["publish", "sentiment3", "--licence", "CC-BY-4.0", "--push", f"hf:{NAME}"]
    hub.away = 2  # busy at first
    done = qadam(tmp_path, *words)
    assert done.returncode == 0, done.stderr
    built = {p.relative_to(work / "release").as_posix(): p for p in (work / "release").rglob("*") if p.is_file()}
    assert hub.files[NAME] == {name: path.read_bytes() for name, path in built.items()}
    assert not hub.private[NAME] and f"Pushed: {NAME} at {hub.revision(NAME)}" in done.stdout
    assert f"datasets/{NAME}" in built["croissant.json"].read_text("utf-8")
    assert standin.TOKEN not in done.stdout + done.stderr

    home = tmp_path / "elsewhere"  # another machine: the row, and the hub
    home.mkdir()
    (home / "datasets.toml").write_text((work / "datasets.toml").read_text("utf-8"), "utf-8")
    monkeypatch.setenv("QADAM_HOME", str(home))
    assert (
        tables.dataset("sentiment3-gold").files[0].source.startswith(f"hf:datasets/{NAME}@{hub.revision(NAME)}:data/")
    )
    found = items.load("sentiment3-gold/all", Places.from_environment())
    assert sorted(item.id for item in found) == sorted(item["id"] for item in answers[0])

    small = workfolder.headlines(10)  # a release of fewer splits takes the place of the old one
    workfolder.write(work, "sentiment3", *small)
    assert qadam(tmp_path, *words).returncode == 0
    assert sorted(p for p in hub.files[NAME] if p.startswith("data/")) == ["data/test.jsonl", "data/test.parquet"]


def test_hazardous_text_goes_into_a_private_repository(hub, tmp_path):
    rows = [{"id": "1", "text": "жауап", "source_text": "сұрақ"}]
    said = {"1": {"label": tables.scheme("refusal").labels[0].id}}
    workfolder.write(tmp_path / "annotation" / "refusal", "refusal", rows, {"a1": said, "a2": said})
    done = qadam(tmp_path, "publish", "refusal", "--licence", "CC-BY-NC-4.0", "--push", "hf:institute/answers")
    assert done.returncode == 0, done.stderr
    assert hub.private["institute/answers"]
    card = hub.files["institute/answers"]["README.md"].decode()
    assert "extra_gated_prompt" in card and "Hazardous text" in card and "жауап" not in card


def test_without_a_token_nothing_is_asked_and_nothing_sent(hub, tmp_path, monkeypatch):
    workfolder.write(tmp_path / "annotation" / "sentiment3", "sentiment3", *workfolder.headlines(3))
    done = qadam(tmp_path, "publish", "sentiment3", "--licence", "MIT", "--push", f"hf:{NAME}", HF_TOKEN="")
    assert done.returncode == 1 and "NotPushed: there is no token in HF_TOKEN" in done.stderr
    assert not hub.asked and (tmp_path / "annotation/sentiment3/release/README.md").is_file()


def test_a_hub_that_stays_away_is_tried_four_times(hub, tmp_path):
    (tmp_path / "README.md").write_text("# тізім", "utf-8")
    hub.away = 99
    with pytest.raises(NotPushed, match=f"did not take {NAME}"):
        pushing.push(tmp_path, NAME)
    assert hub.asked.count(("POST", "/api/repos/create")) == 4


def test_a_token_that_is_refused_is_not_tried_again(hub, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_somebody_else")
    with pytest.raises(NotPushed, match="refuses the token") as caught:
        pushing.push(tmp_path, NAME)
    assert hub.asked.count(("POST", "/api/repos/create")) == 1 and "hf_somebody_else" not in str(caught.value)


def test_no_hub_at_all(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("HF_TOKEN", standin.TOKEN)
    monkeypatch.setattr(pushing, "PAUSES", (0.0,))
    with pytest.raises(NotPushed, match="could not be reached"):
        pushing.push(tmp_path, NAME)


@pytest.mark.parametrize(
    "address", ["institute/name", "hf:name", "hf:a/b/c", "hf:../x", "hf:a/ b", "https://hub/a/b", "hf:қ/ә"]
)
def test_an_address_is_an_organisation_and_a_name(address):
    with pytest.raises(Usage, match="is no repository"):
        pushing.repository(address)
