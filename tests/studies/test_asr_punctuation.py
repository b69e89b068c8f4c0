"""The study from plan to verdict on its sample; what is asked of whom; tables of the user's; real data where there is a mirror."""

import csv
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places, fetch
from qadam.catalogue.readers import tabular
from qadam.errors import EmptyDataset
from qadam.kazakh.marks import bare
from qadam.lab import judge, plan, run
from qadam.studies import asr_punctuation as study
from qadam.terms import Item, Sentence, Tags

needs_mirror = pytest.mark.skipif("QADAM_MIRROR" not in os.environ, reason="QADAM_MIRROR names no mirror")


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    pytest.importorskip("pycrfsuite", reason="pip install 'qadam[classic]'")
    places = Places(tmp_path_factory.mktemp("home"), (), True)
    made = plan.make(study.STUDY, "sample", out=tmp_path_factory.mktemp("out"), places=places)
    assert run.run(made) == ()
    return judge.judge(made)


def test_the_sample_runs_and_is_no_evidence(evidence):
    assert evidence.verdict.demonstration
    of = {(m.dataset, m.system, m.metric): m.value for m in evidence.measurements}
    talk = study.MINI[0]
    assert of[talk, "punctuation-crf-talk-mini", "macro_f1"] > of[talk, "punctuation-rules", "macro_f1"]
    assert of[talk, "punctuation-rules", "macro_f1"] > of[talk, "punctuation-stop", "macro_f1"] > 0
    assert of[f"{study.MINI[1]}+{talk}", "punctuation-crf-encyclopaedia-mini", "drop"] == evidence.verdict.effect
    assert "Judged: stop" in " ".join(evidence.verdict.reasons)


def test_without_the_package_the_rules_still_run(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pycrfsuite", None)
    made = plan.make(study.STUDY, "sample", out=tmp_path / "out", places=Places(tmp_path / "home", (), True))
    blocked = run.run(made)
    assert {b.cell.system for b in blocked} == {*study.SAMPLE.rule.of, study.SAMPLE.choices["native"]}
    assert all("qadam[classic]" in b.unblock for b in blocked)
    verdict = judge.judge(made, blocked=blocked).verdict
    assert verdict.outcome == "inconclusive" and "Not measured" in " ".join(verdict.reasons)


def test_answers_of_every_kind_become_labels():
    item = Item("1", "ол келді", ("A", "a."), fields={"tokens": ("ол", "келді")})
    assert study.present(item, study.HIDDEN) == Sentence(("ол", "келді"))
    assert study.expect(item, study.HIDDEN) == ("A", "a.")
    for answer in (["A", "a."], Tags(("A", "a."), (1.0, 1.0), (False, True))):
        assert study.read(answer, item, study.HIDDEN) == ("A", "a.")
    assert study.present(Item("2", "—"), study.HIDDEN) is None


def test_transcripts_are_only_looked_at():
    rows = {name: tables.system(name) for name in study.SYSTEMS}
    assert [name for name, row in rows.items() if study.fits(row, study.LOOKED_AT)] == ["punctuation-stop"]
    assert all(study.fits(row, study.HIDDEN) for row in rows.values())
    looked = [m.name for m in study.LAPTOP.metrics if m.applies(study.LOOKED_AT.name)]
    assert looked == ["marked", "cased"]


def test_a_table_of_the_users_is_punctuated_too(tmp_path):
    path = tmp_path / "heard.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("text", "reference"), ("сен келдін бе", "Сен келдің бе?"), ("иә", "")])
    first, second = items.load(f"file:{path}/all", Places(tmp_path, (), True))
    assert study.expect(first, study.HIDDEN) == ("A", "a", "a?") and study.tokens(first) == ("сен", "келдін", "бе")
    assert study.expect(second, study.HIDDEN) == ("a",)


def test_what_people_punctuated_becomes_the_text_of_the_rule(tmp_path):
    path = tmp_path / "gold.jsonl"
    said = [{"id": str(n), "text": f"сен {n} келдің бе", "gold": {"text": f"Сен {n} келдің бе?"}} for n in range(40)]
    rows = [*said, {"id": "40", "text": "иә", "gold": {"text": ""}}]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    own = study.labelled(path).protocols["laptop"]
    assert own.rule.dataset == f"file:{path}/passages" in own.conditions[0].datasets
    assert own.choices["gold"] == "people"
    found = items.load(own.rule.dataset, Places(tmp_path, (), True))
    assert 5 <= len(found) <= 10 and all(4 <= item.fields["sentences"] <= 8 for item in found)
    labels = [label for item in found for label in study.expect(item, study.HIDDEN)]
    assert labels.count("a?") >= 37 and labels.count("A") >= 37 and len({item.id for item in found}) == len(found)
    assert len(study.tokens(found[0])) == len(study.expect(found[0], study.HIDDEN)) > 12


def test_too_few_utterances_make_no_passage(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "1", "text": "сен келдің бе", "gold": {"text": "Сен келдің бе?"}}\n', "utf-8")
    with pytest.raises(EmptyDataset, match="a passage takes"):
        items.load(f"file:{path}/passages", Places(tmp_path, (), True))


@needs_mirror
def test_nothing_that_is_recognised_was_learned(tmp_path):
    places = Places(tmp_path, (Path(os.environ["QADAM_MIRROR"]),), True)
    learned = {item.input for item in items.load("punctuation/all-learned", places) if item.fields["sentences"] == 1}
    whole = tables.dataset("whisper-small-fleurs-kk")
    spoken = replace(whole, options={"text": "ref"})
    (file,) = items.files(spoken, "all")
    read = [
        " ".join(word for word, _ in bare(i.input)) for i in tabular.read(spoken, "all", {file: fetch(file, places)})
    ]
    known = [set(line.split()) for line in learned]
    assert len(read) == 14 and learned
    assert not [r for r in read for k in known if len(k & set(r.split())) >= len(k | set(r.split())) / 2]


def test_utterances_for_people_are_bare():
    given = [Item(str(n), f"сөз {n}", ("a", "a."), fields={"tokens": ("сөз", str(n))}) for n in range(50)]
    drawn = list(study.to_punctuate(given, seed=13, count=10))
    assert len({row["id"] for row in drawn}) == 10
    assert all(row["text"] == f"сөз {row['id']}" and "proposal" not in row for row in drawn)
    assert drawn == list(study.to_punctuate(given, seed=13, count=10))


@needs_mirror
def test_what_the_mirror_holds(tmp_path):
    places = Places(tmp_path, (Path(os.environ["QADAM_MIRROR"]),), True)
    lines = items.load(study.LINES, places)
    assert len(lines) == 2537
    marks = "".join(label.lstrip("aA") for item in lines for label in item.gold)
    assert (marks.count("."), marks.count(","), marks.count("?")) == (2350, 1547, 141)
    heard = items.load(study.HEARD, places)
    assert len(heard) == 14 and len({item.id for item in heard}) == 14


@needs_mirror
def test_rules_on_real_sentences(tmp_path):
    places = Places(tmp_path, (Path(os.environ["QADAM_MIRROR"]),), True)
    protocol = replace(study.LAPTOP, datasets=(study.LINES,), conditions=(study.ALONE,), rule=None)
    own = replace(study.STUDY, protocols={"laptop": protocol})
    made = plan.make(own, "laptop", out=tmp_path, places=places, systems=("punctuation-stop", "punctuation-rules"))
    assert run.run(made) == ()
    of = {(m.system, m.metric): round(m.value, 2) for m in judge.judge(made).measurements}
    assert of["punctuation-stop", "f1_stop"] == 0.96 and of["punctuation-rules", "f1_question"] == 0.79
