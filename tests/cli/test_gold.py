"""The verbs that make gold, as a person types them."""

import json
import os
import subprocess
import sys
import urllib.request

import pytest
from typer.testing import CliRunner

from qadam.annotation.session import Session
from qadam.catalogue import tables
from qadam.cli import app
from qadam.cli.finding import study_names
from qadam.errors import AgreementTooLow, BadData, NotAStudy, Usage

LABELS = ("negative", "neutral", "positive")


def qadam(*words, keys=""):
    """A verb, in this process; a fault with a diagnosis is raised as `main` sees it."""
    done = CliRunner().invoke(app, [str(word) for word in words], input=keys)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def label(folder, differ=(), by=("a1", "a2")):
    """Thirty headlines, labelled by two; they differ on the items named."""
    items = [{"id": str(i), "text": f"тақырып {i}"} for i in range(30)]
    session = Session.open(tables.scheme("sentiment3"), folder / "annotation" / "sentiment3", items=items)
    for who in by:
        while task := session.next(who):
            item = task.item["id"]
            shift = 1 if who == "a2" and int(item) in differ else 0
            session.save(who, item, {"label": LABELS[(int(item) + shift) % 3]})
    session.log.close()
    return items


def test_agreement_is_shown_and_written(folder):
    label(folder, differ=(3,))
    said = qadam("agree", "sentiment3")
    assert (
        "\\" not in said and "threshold 0.667: reached\n! 30 of 30 items were seen by fewer than the 3 people" in said
    )
    assert "Fleiss kappa" in said and "a1 a2" in said
    document = json.loads(qadam("agree", "sentiment3", "--json"))
    assert document == json.loads((folder / "annotation/sentiment3/agreement.json").read_text("utf-8"))


def test_too_little_agreement_is_a_negative_finding(folder):
    label(folder, differ=range(0, 30, 2))
    with pytest.raises(AgreementTooLow) as fault:
        qadam("agree", "sentiment3")
    assert fault.value.exit_code == 1 and "annotation/sentiment3/confused.md" in str(fault.value)
    assert (folder / "annotation/sentiment3/confused.md").is_file()


def test_what_one_person_labelled_is_no_gold_and_the_next_step_is_a_second_one(folder):
    label(folder, by=("a1",))
    said = qadam("adjudicate", "sentiment3")
    assert "Nothing is agreed yet" in said and "qadam annotate sentiment3 --as a2" in said and "Written" not in said


def test_a_person_settles_by_keys(folder):
    label(folder, differ=(3, 5))
    assert "2 still to settle" in qadam("adjudicate", "sentiment3")
    keys = "x\n1\n2\nтақырып бейтарап\n3\n3\n\n"  # a key that is none; first, gold, why; then stop before a reason
    said = qadam("adjudicate", "sentiment3", "--as", "a9", "--terminal", keys=keys)
    shown, votes = said.index("тақырып 3"), said.index("a1: negative")
    assert shown < said.index("first choice") < votes  # the votes come after the first choice
    assert "28 agreed, 1 settled, 0 left out, 1 still to settle" in said
    rows = [json.loads(line) for line in (folder / "annotation/sentiment3/gold.jsonl").read_text("utf-8").splitlines()]
    assert len(rows) == 29
    assert next(r for r in rows if r["how"] == "adjudicated")["gold"] == {"label": "neutral"}
    again = qadam("adjudicate", "sentiment3", "--as", "a9", "--terminal", keys="3\nанық\n")
    assert "first choice" not in again and "0 still to settle" in again  # it goes on where it stopped


def test_out_to_other_tools_and_back(folder):
    items = label(folder)
    assert "30 items, 60 answers" in qadam("export", "sentiment3", "all.json", "--to", "label-studio")
    assert "30 items, 30 answers" in qadam("export", "sentiment3", "gold.jsonl", "--to", "doccano")
    assert "30 items, 60 answers" in qadam("import", "sentiment3", "all.json", "--in", "other")
    said = qadam("import", "sentiment3", "gold.jsonl", "--as", "a7", "--in", "other")
    assert "30 items, 30 answers" in said
    session = Session.open(tables.scheme("sentiment3"), folder / "other" / "sentiment3")
    assert [dict(item) for item in session.items.values()] == items
    assert {d.annotator for d in session.decisions()} == {"a1", "a2", "a7"} and len(session.history()) == 90
    with pytest.raises(Usage, match="whose answers"):
        qadam("import", "sentiment3", "gold.jsonl", "--in", "third")
    assert not (folder / "third").exists()
    with pytest.raises(Usage, match="no format is called"):
        qadam("export", "sentiment3", "x", "--to", "excel")


def test_hazardous_text_does_not_go_into_a_repository(folder):
    (folder / ".git").mkdir()
    (folder / "items.jsonl").write_text('{"id": "1", "text": "а"}\n', "utf-8")
    with pytest.raises(Usage, match="does not belong into one"):
        qadam("annotate", "refusal", "--as", "a1", "--items", "items.jsonl")
    assert not (folder / "annotation").exists()


def test_a_bad_file_of_items_leaves_nothing_behind(folder):
    (folder / "items.jsonl").write_text('{"id": "1", "text": "а"}\n{"id": "1", "text": "б"}\n', "utf-8")
    with pytest.raises(BadData, match=r"items\.jsonl, line 2"):
        qadam("annotate", "sentiment3", "--as", "a1", "--items", "items.jsonl")
    assert not (folder / "annotation").exists()
    with pytest.raises(Usage, match="has no items yet"):
        qadam("annotate", "sentiment3", "--as", "a1")
    with pytest.raises(Usage, match="is no annotator"):
        qadam("annotate", "sentiment3", "--as", "Айгүл")
    with pytest.raises(Usage, match="--count is for what a study hands over"):
        qadam("annotate", "sentiment3", "--as", "a1", "--items", "items.jsonl", "--count", "5")


def test_who_labels_is_said_and_what_hands_nothing_over_is_named(folder):
    with pytest.raises(Usage, match="who labels is not said") as fault:
        qadam("annotate", "sentiment3", "--items", "items.jsonl")
    assert "qadam annotate sentiment3 --as a1 --items items.jsonl" in str(fault.value)
    with pytest.raises(Usage, match="tokenizer-tax hands nothing over for 'sentiment3'"):
        qadam("annotate", "sentiment3", "--as", "a1", "--items", "tokenizer-tax")
    bare = next((p.id for p in tables.problems() if p.id not in study_names()), None)
    if bare:
        with pytest.raises(NotAStudy, match=f"{bare} is problem .* but it has no study yet"):
            qadam("annotate", "sentiment3", "--as", "a1", "--items", bare)
    assert not (folder / "annotation").exists()


def test_a_problem_says_what_to_label_how_long_and_the_command():
    said = qadam("show", "morphology-benchmark")
    assert "morphemes: morpheme boundaries; 2 people for each word; 100 take each of them about 0.4 h" in said
    assert "qadam annotate morphemes --as a1 --items morphology-benchmark --count 100" in said
    assert "word_similarity" in qadam("show", "embedding-intrinsic")
    assert "qadam annotate" not in qadam("show", "tokenizer-tax")


def test_schemes_are_listed_and_shown():
    assert all(scheme.id[:12] in qadam("list", "schemes") for scheme in tables.schemes())
    assert "ordinal" in qadam("show", "sentiment3") and "group:" not in qadam("show", "sentiment3")
    assert json.loads(qadam("show", "sentiment3", "--json"))["threshold"] == 0.667


@pytest.mark.skipif(not os.environ.get("QADAM_MIRROR"), reason="QADAM_MIRROR names no mirror of the data")
def test_a_study_hands_its_words_to_the_page(folder):
    words = [
        "annotate",
        "morphemes",
        "--as",
        "a1",
        "--items",
        "morphology-benchmark",
        "--count",
        "12",
        "--port",
        "0",
        "--no-browser",
    ]
    environment = {**os.environ, "QADAM_OFFLINE": "1", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "qadam", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            address = server.stdout.readline().split()[1]
            with urllib.request.urlopen(address) as page:
                assert page.status == 200
        finally:
            server.terminate()
    rows = (folder / "annotation/morphemes/items.jsonl").read_text("utf-8").splitlines()
    assert len(rows) == 12 and all(json.loads(row)["text"] for row in rows)
