"""From items to a dataset that a study reads, by the commands that a person types."""

import json
import re

import pytest
from typer.testing import CliRunner

from qadam.annotation.session import Session
from qadam.catalogue import tables
from qadam.cli import app
from qadam.errors import NotReleasable, RecordDamaged, Usage

RUSSIAN = ("но", "поздно", "было")
SENTENCE = ["мен", "кеше", "базарға", "бардым", "но", "было", "поздно", "сондықтан", "үйге", "қайттым"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QADAM_HOME", str(tmp_path / "home"))
    return tmp_path


def qadam(*words, keys=""):
    """A verb, in this process; a fault with a diagnosis is raised as `main` sees it."""
    done = CliRunner().invoke(app, [str(word) for word in words], input=keys)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def languages(text):
    return ["ru" if word in RUSSIAN else "other" if word.isdigit() else "kk" for word in text.split()]


def simulated(folder, scheme, items, answer):
    """Two annotators who label everything; `answer(annotator, item)` is what they say."""
    session = Session.open(tables.scheme(scheme), folder / "annotation" / scheme, items=items)
    for who in ("a1", "a2"):
        while task := session.next(who):
            session.save(who, task.item["id"], answer(who, task.item))
    session.log.close()


def test_from_items_to_a_study_that_reads_them(folder):
    items = [
        {"id": f"r{i}", "text": f"{' '.join(SENTENCE[: 3 + i % 7])} {i}", "group": f"d{i // 2}", "licence": "CC BY 4.0"}
        for i in range(120)
    ]

    def answer(who, item):
        labels = languages(item["text"])
        return {"labels": ["ambiguous", *labels[1:]] if who == "a2" and item["id"] in ("r3", "r50") else labels}

    simulated(folder, "codeswitch_tokens", items, answer)
    qadam("agree", "codeswitch_tokens")
    assert "2 still to settle" in qadam("adjudicate", "codeswitch_tokens")
    with pytest.raises(NotReleasable, match="disagree on 2 items"):
        qadam("publish", "codeswitch_tokens")
    from qadam.annotation.adjudicate import Adjudication

    session = Session.open(tables.scheme("codeswitch_tokens"), folder / "annotation" / "codeswitch_tokens")
    work = Adjudication.open(session)
    for item in work.open_items():
        gold = {"labels": languages(session.items[item]["text"])}
        work.first_choice(item, gold, by="a9")
        work.settle(item, gold, why="қазақша сөз", by="a9")
    session.log.close()
    assert "2 settled" in qadam("adjudicate", "codeswitch_tokens")
    note = folder / qadam("publish", "codeswitch_tokens", "--consent-template").strip()
    with pytest.raises(NotReleasable, match="not filled in"):
        qadam("publish", "codeswitch_tokens")
    note.write_text(re.sub(r"\[[^\]]*\]", "a1, a2", note.read_text("utf-8")), "utf-8")
    with pytest.raises(Usage, match="is there already"):
        qadam("publish", "codeswitch_tokens", "--consent-template")

    said = qadam("publish", "codeswitch_tokens")
    assert "codeswitch-tokens-gold: train " in said and "CC-BY-4.0" in said
    assert "token alpha" in " ".join(qadam("show", "codeswitch-tokens-gold").split())
    assert "Nothing found" in qadam("audit", "codeswitch-tokens-gold")
    words = ("run", "code-switching", "--profile", "laptop", "--data")
    shown = json.loads(qadam(*words, "codeswitch-tokens-gold", "--json"))
    switched = sum("ru" in languages(item["text"]) for item in items)
    verdict = shown["verdict"]
    assert verdict["effect"] == pytest.approx(switched / 120)  # every text is labelled: the share is that of the gold
    assert "by 120 texts with labels" in verdict["reasons"][0] and shown["exploratory"]
    part = json.loads(qadam(*words, "codeswitch-tokens-gold/test", "--json"))
    assert part["protocol_hash"] != shown["protocol_hash"]
    report = (folder / "out/reports/code-switching").glob("*/report.md")
    assert any("--data codeswitch-tokens-gold\n" in page.read_text("utf-8") for page in report)

    released = folder / "annotation/codeswitch_tokens/release/data/train.jsonl"
    released.write_text(released.read_text("utf-8").replace("мен", "біз"), "utf-8")
    from qadam.errors import ChecksumMismatch

    with pytest.raises(ChecksumMismatch, match="has changed"):
        qadam("fetch", "codeswitch-tokens-gold")

    simulated(folder, "codeswitch_tokens", [*items, {**items[0], "id": "new"}], answer)
    with pytest.raises(RecordDamaged, match="qadam agree codeswitch_tokens"):
        qadam("publish", "codeswitch_tokens")


def test_published_again_the_row_is_replaced_and_other_names_are_not_taken(folder):
    items = [{"id": str(i), "text": f"тақырып {i}", "licence": "CC0"} for i in range(30)]
    simulated(folder, "sentiment3", items, lambda who, item: {"label": ("negative", "positive")[int(item["id"]) % 2]})
    qadam("agree", "sentiment3")
    qadam("adjudicate", "sentiment3")
    (folder / "annotation/sentiment3/consent.md").write_text("a1, a2", "utf-8")
    for _ in range(2):
        qadam("publish", "sentiment3")
    assert (folder / "home/datasets.toml").read_text("utf-8").count("[[dataset]]") == 1
    with pytest.raises(Usage, match="there is a dataset 'sib-200' already"):
        qadam("publish", "sentiment3", "--name", "sib-200")
    with pytest.raises(Usage, match="a draft is not pushed"):
        qadam("publish", "sentiment3", "--draft", "--push", "hf:a/b")
    assert "sentiment3-gold-draft" in qadam("publish", "sentiment3", "--draft")
    assert {"sentiment3-gold", "sentiment3-gold-draft"} <= {row.id for row in tables.datasets()}


def test_a_sample_is_handed_to_people_and_says_how_much_they_have_read(folder, monkeypatch):
    from qadam.annotation import server

    served = []
    monkeypatch.setattr(server, "serve", lambda session, **_: served.append(len(session.items)))
    qadam("annotate", "text_review", "--items", "sample:choice-mini", "--as", "a1", "--no-browser")
    qadam("annotate", "text_review", "--items", "guideline:sentiment3", "--as", "a1", "--no-browser")
    assert served == [48, 52]
    said = qadam("show", "choice-mini")
    assert "machine-written, 0 of 48 reviewed" in said and "--items sample:choice-mini" in said
    assert "Review" not in qadam("show", "sib-200")


def test_nothing_annotated_nothing_published():
    with pytest.raises(Usage, match="nothing was annotated here"):
        qadam("publish", "sentiment3")
    with pytest.raises(Usage, match="nothing was annotated here"):
        qadam("publish", "sentiment3", "--consent-template")
    with pytest.raises(Usage, match="is no repository"):
        qadam("publish", "sentiment3", "--push", "sentiment3")
