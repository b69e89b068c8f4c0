"""The study from plan to verdict on its sample; what the rule says with and without people's labels; what is handed out."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.lab import judge, plan, run
from qadam.metrics import spans as s
from qadam.metrics.domain_drop import NEW
from qadam.metrics.spans import Tagged
from qadam.studies import domain_ner as study
from qadam.terms import Cell, Item, Tags

pytest.importorskip("pycrfsuite", reason="pip install 'qadam[classic]'")
needs_mirror = pytest.mark.skipif("QADAM_MIRROR" not in os.environ, reason="QADAM_MIRROR names no mirror")


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    places = Places(tmp_path_factory.mktemp("home"), (), True)
    made = plan.make(study.STUDY, "sample", out=tmp_path_factory.mktemp("out"), places=places)
    assert run.run(made) == ()
    return judge.judge(made)


def test_the_sample_shows_a_drop_and_says_that_it_is_no_evidence(evidence):
    assert evidence.verdict.demonstration and "written by machine" in " ".join(evidence.verdict.reasons)
    of = {(m.dataset, m.system, m.metric): m.value for m in evidence.measurements}
    assert of["ner-mini/held-out", "ner-crf-mini", "f1"] > of["ner-mini/legal", "ner-crf-mini", "f1"] > 0
    assert evidence.verdict.effect == of["ner-mini/held-out+ner-mini/legal", "ner-crf-mini", "matched_drop"]


def test_the_sample_is_tokens_with_as_many_labels_of_the_scheme():
    places = Places(tables.HERE, (), True)
    allowed = {label.id for label in tables.scheme("ner_kaznerd").labels}
    for split, least in (("news", 80), ("legal", 80), ("medical", 60)):
        found = items.load(f"ner-mini/{split}", places)
        assert len(found) >= least
        for item in found:
            assert len(item.gold) == len(item.input.split(" "))
            assert {label[2:] for label in item.gold if label != "O"} <= allowed
            assert sum(label != "O" for label in item.gold) >= len(s.entities(item.gold))
            before = "O"
            for label in item.gold:
                assert not label.startswith("I-") or before[2:] == label[2:]
                before = label


def rows(n, *, right, name="LAW", tokens=8.0, of=2):
    """n sentences with as many entities each, of which a share is found."""
    made = []
    for k in range(n):
        gold = (f"B-{name}", "O") * of
        said = tuple(label if (k + j) % 10 < right * 10 else "O" for j, label in enumerate(gold))
        made.append({**s.count(Tagged(said), gold), "tokens": tokens, "by:repeats": NEW, "by:draw": study.BY_CHANCE})
    return made


def ruling(news, law, gold="people"):
    protocol = replace(study.LAPTOP, choices={**study.LAPTOP.choices, "gold": gold})
    cells = [Cell(d, "ner-crf", study.GOLD.name, 13) for d in (study.NEWS, study.RULE.dataset)]
    return study.settle(dict(zip(cells, (news, law), strict=True)), protocol)


def test_a_deep_drop_supports_and_none_refutes():
    deep = ruling(rows(900, right=0.9), rows(600, right=0.6))
    assert deep.verdict.outcome == "supported" and deep.verdict.effect > 0.1
    none = ruling(rows(2_000, right=0.9), rows(2_000, right=0.9))
    assert none.verdict.outcome == "refuted"


def test_without_people_there_is_no_verdict():
    found = ruling(rows(900, right=0.9), rows(600, right=0.6), gold="written").verdict
    assert found.outcome == "inconclusive" and "supported" in found.reasons[-1]


def test_what_differs_only_in_its_mix_of_classes_does_not_drop():
    news = rows(900, right=1.0, name="DATE") + rows(300, right=0.6, name="LAW")
    found = {e.metric: e.value for e in ruling(news, rows(600, right=0.6)).estimates}
    assert found["drop"] > 0.1 and abs(found["matched_drop"]) < 0.02 and found["matched_news"] < 400


def test_repeated_news_and_ranked_sentences_are_left_out():
    news, law = rows(900, right=0.9), rows(600, right=0.6)
    odd = [{**row, "by:repeats": "in this part"} for row in rows(900, right=0.1)]
    ranked = [{**row, "by:draw": study.RANKED} for row in rows(600, right=0.0)]
    assert str(ruling(news + odd, law + ranked).estimates) == str(ruling(news, law).estimates)  # nan is not itself


def test_stretches_become_labels_of_the_tokens_they_touch():
    text = "Алматы қаласында, 2 сот"
    cut = ("Алматы", "қаласында", ",", "2", "сот")
    assert study.iob(text, cut, [[0, 6, "GPE"], [18, 19, "CARDINAL"]]) == ("B-GPE", "O", "O", "B-CARDINAL", "O")
    assert study.iob(text, cut, [[0, 16, "GPE"]]) == ("B-GPE", "I-GPE", "O", "O", "O")


def answered(n):
    return [
        Item(f"{act}-{k}", f"сөз{k} Алматыда сөз{k % 7} заң", group=act, fields={"source": act, "answer": Tags(("O", "B-GPE", "O", "O"), (0.9, 0.3 + 0.6 * (k % 10) / 10, 1, 1), ())})
        for act in ("law", "charter")
        for k in range(n)
    ]  # fmt: skip


def test_sentences_to_label_are_of_every_act_by_chance_and_ranked():
    drawn = list(study.worth_labelling(answered(60), seed=13, count=40))
    assert len(drawn) == len({row["id"] for row in drawn}) == 40
    by = {(row["source"], row["draw"]) for row in drawn}
    assert by == {(act, draw) for act in ("law", "charter") for draw in (study.BY_CHANCE, study.RANKED)}
    row = drawn[0]
    assert [row["text"][a:b] for a, b, _ in row["proposal"]["spans"]] == ["Алматыда"]
    first = next(row for row in drawn if row["draw"] == study.RANKED)
    assert int(first["id"].rpartition("-")[2]) % 10 == 0, "the least sure come first"
    assert drawn == list(study.worth_labelling(answered(60), seed=13, count=40))


def test_what_people_labelled_becomes_the_data_of_the_rule(tmp_path):
    path = tmp_path / "gold.jsonl"
    rows = [{"id": "1", "text": "Алматыда сот", "draw": study.BY_CHANCE, "gold": {"spans": [[0, 8, "GPE"]]}}]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    own = study.labelled(path)
    protocol = own.protocols["laptop"]
    assert protocol.rule.dataset == f"file:{path}/all" and protocol.choices["gold"] == "people"
    (item,) = items.load(protocol.rule.dataset, Places(tmp_path, (), True))
    assert study.tokens(item) == ("Алматыда", "сот") and study.expect(item, study.GOLD) == ("B-GPE", "O")
    assert study.draw(item) == study.BY_CHANCE


@needs_mirror
def test_kaznerd_sentences_that_stand_twice_are_marked():
    from collections import Counter

    places = Places(tables.HERE, (Path(os.environ["QADAM_MIRROR"]),), True)
    marks = Counter(item.fields["repeats"] for item in items.load(study.NEWS, places))
    assert marks == {"new": 11209, "in another part": 71, "in this part": 27}
