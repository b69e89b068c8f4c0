"""The study from plan to verdict on its sample; what the rule says with labels, and that it says nothing without."""

import math
from dataclasses import replace

import numpy as np
import pytest

from qadam.catalogue import tables
from qadam.catalogue.fetch import Places
from qadam.errors import Misaligned
from qadam.kazakh.codeswitch import loans_version
from qadam.lab import judge, plan, run
from qadam.stats.prevalence import prediction_powered
from qadam.studies import code_switching as study
from qadam.terms import Cell, Item


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    places = Places(tmp_path_factory.mktemp("home"), (), True)
    made = plan.make(study.STUDY, "sample", out=tmp_path_factory.mktemp("out"), places=places)
    assert run.run(made) == ()
    return judge.judge(made)


def value(evidence, system, metric, dataset="codeswitch-mini/test"):
    (found,) = (m for m in evidence.measurements if (m.dataset, m.system, m.metric) == (dataset, system, metric))
    return found.value


def test_the_tagger_is_better_than_the_baselines(evidence):
    ours = value(evidence, study.OURS, "macro_f1")
    assert ours > 0.9 > 0.6 > max(value(evidence, name, "macro_f1") for name in ("kazakh-letters", "whole-text"))


def test_the_bounds_are_where_they_must_be(evidence):
    assert value(evidence, "whole-text", "switched_texts") == 0
    assert value(evidence, "kazakh-letters", "mixed_words") == 0
    assert value(evidence, "kazakh-letters", "recall_mixed") == 0


def test_where_all_is_labelled_the_share_is_that_of_the_labels(evidence):
    from qadam.catalogue import items

    labels = [set(item.gold) for item in items.load("codeswitch-mini/test", Places(tables.HERE, (), True))]
    kazakh = [its for its in labels if its & {"kk", "mixed"}]
    switched = [its for its in kazakh if "mixed" in its or {"kk", "ru"} <= its]
    assert evidence.verdict.effect == pytest.approx(len(switched) / len(kazakh))
    assert evidence.verdict.demonstration and evidence.verdict.outcome == "supported"


def rows(n, *, switched, labelled=0, wrong=0):
    """n Kazakh texts of which the tagger calls some switched; the first are labelled, some of its switches are wrong."""
    made = []
    for k in range(n):
        seen = float(k % n < switched) if not labelled else float((k * switched) % n < switched)
        right = seen and not (k < labelled and wrong > sum(r["seen_switched"] - r["gold_switched"] for r in made))
        mine = {"kazakh_texts": 1.0, "switched_texts": seen, "labelled": float(k < labelled)}
        gold = {"gold_kazakh": 1.0, "seen_kazakh": 1.0, "seen_switched": seen, "gold_switched": float(right)}
        made.append(mine | {name: value * (k < labelled) for name, value in gold.items()})
    return made


def ruling(texts):
    protocol = study.LAPTOP
    cell = Cell(study.RULE.dataset, study.OURS, study.ALL.name, protocol.seeds[0])
    return study.settle({cell: texts}, protocol)


def test_without_labels_there_is_no_verdict_and_the_page_says_why():
    found = ruling(rows(2_000, switched=500))
    assert found.verdict.outcome == "inconclusive" and found.verdict.effect == pytest.approx(0.25)
    assert "Classifier only" in found.verdict.reasons[0] and "would be supported" in found.verdict.reasons[1]
    assert found.estimates[0].metric == "prevalence" and found.estimates[0].n == 2_000
    assert "loans" in found.verdict.reasons[-1] and f"version {loans_version()}" in found.verdict.reasons[-1]


def test_n_is_the_number_of_texts_that_contain_kazakh():
    nothing = dict.fromkeys(rows(1, switched=0)[0], 0.0)
    found = ruling([*rows(2_000, switched=500), *[nothing] * 100])
    assert found.estimates[0].n == 2_000 and found.verdict.effect == pytest.approx(0.25)
    assert "2,000 Kazakh-containing texts (of 2,100)" in found.verdict.reasons[1]


def test_the_tagger_is_judged_on_nothing_that_its_costs_were_chosen_on():
    judged = {name for protocol in study.STUDY.protocols.values() for name in protocol.datasets if "mini" in name}
    assert judged == {"codeswitch-mini/test"}


def test_labels_decide_and_correct_the_tagger():
    right = ruling(rows(2_000, switched=500, labelled=400))
    assert right.verdict.outcome == "supported" and "400 texts with labels" in right.verdict.reasons[0]
    wrong = ruling(rows(2_000, switched=500, labelled=400, wrong=400))
    assert wrong.verdict.outcome == "refuted" and wrong.verdict.effect < 0.05


def test_the_rule_asks_for_ten_and_five_percent():
    outcome = study.RULE.outcome
    assert outcome([(0.101, 0.2)]) == "supported" and outcome([(0.01, 0.049)]) == "refuted"
    assert outcome([(0.09, 0.2)]) == outcome([(0.04, 0.06)]) == outcome([(math.nan, math.nan)]) == "inconclusive"


def test_nothing_measured_is_nothing_said():
    assert study.settle({}, study.LAPTOP).verdict.outcome == "inconclusive"


def test_a_review_belongs_to_its_domain_and_to_its_stars():
    item = Item("1", "Жақсы", fields={"domain": "market", "label": "4"})
    assert {by.name: by.of(item) for by in study.BY} == {"domain": "market", "stars": "5"}
    assert {by.name: by.of(Item("2", "Жақсы")) for by in study.BY} == {"domain": None, "stars": None}


def test_on_the_sample_every_kind_of_sentence_has_its_own_numbers(evidence):
    of = {(p.level, p.measurement.metric): p.measurement for p in evidence.parts if p.measurement.system == study.OURS}
    assert of["kazakh", "switched_texts"].value < 0.1 < 0.9 < of["mixed-words", "switched_texts"].value
    whole = next(m for m in evidence.measurements if (m.system, m.metric) == (study.OURS, "kazakh_texts"))
    assert sum(m.value for (_, metric), m in of.items() if metric == "kazakh_texts") == whole.value


def test_reviews_are_for_the_tagger_alone():
    assert study.fits(tables.system(study.OURS), study.ALL)
    assert not study.fits(tables.system("lingua"), study.ALL)
    assert study.fits(tables.system("lingua"), study.LABELLED)


def test_reviews_for_labelling_are_drawn_fairly_and_come_with_their_tokens():
    items = [Item(str(n), f"сөз {n}", fields={"domain": "ab"[n % 2], "label": str(n % 5)}) for n in range(200)]
    handover = study.STUDY.hands["codeswitch_tokens"]
    assert handover.dataset == study.RULE.dataset
    drawn = list(handover.rows(items, seed=1, count=40))
    assert len({row["id"] for row in drawn}) == 40 and drawn == list(handover.rows(items, seed=1, count=40))
    assert all(row["tokens"] == row["text"].split() for row in drawn)
    assert {list(row["stratum"] for row in drawn).count(s) for s in {row["stratum"] for row in drawn}} == {4}


def sentences():
    """What the sample says of its sentences: text, labels of people."""
    from qadam.catalogue import items

    return [(item.input, item.gold) for item in items.load("codeswitch-mini/all", Places(tables.HERE, (), True))]


@pytest.fixture(scope="module")
def combined(tmp_path_factory):
    """A table of 780 texts of which the first 240 of an even draw are labelled by people who call no word mixed."""
    import json

    folder = tmp_path_factory.mktemp("own")
    told = [(f"r{n}", text, gold) for n, (text, gold) in enumerate(sentences() * 3)]
    table, coded = folder / "reviews.jsonl", folder / "labelled.jsonl"
    table.write_text("\n".join(json.dumps({"id": id, "text": text}) for id, text, _ in told), encoding="utf-8")
    own = plan.make(study.STUDY, "laptop", out=folder / "out", places=Places(folder, (), True), systems=[study.OURS], data=str(table))  # fmt: skip
    drawn = {row["id"] for row in study.reviews([Item(id, text) for id, text, _ in told], seed=3, count=240)}
    strict = {
        id: ["kk" if label in ("mixed", "ru") else label for label in gold] for id, _, gold in told if id in drawn
    }
    coded.write_text(
        "\n".join(json.dumps({"id": id, "labels": labels}) for id, labels in strict.items()), encoding="utf-8"
    )
    run.run(own)
    more = plan.make(study.labelled(coded), "laptop", out=folder / "out", places=Places(folder, (), True), systems=[study.OURS], data=str(table))  # fmt: skip
    assert run.run(more) == ()
    return judge.judge(own), judge.judge(more)


def test_labels_of_a_file_overrule_the_tagger_from_end_to_end(combined):
    alone, with_labels = combined
    assert alone.verdict.outcome == "inconclusive" and alone.verdict.effect > 0.4
    assert "Classifier only" in alone.verdict.reasons[0]
    assert with_labels.verdict.effect < 0.02 and with_labels.verdict.outcome == "refuted"  # nobody labelled a switch
    assert "240 texts with labels" in with_labels.verdict.reasons[0]
    assert with_labels.protocol_hash != alone.protocol_hash
    prevalence = next(m for m in with_labels.measurements if m.metric == "prevalence")
    assert "|coded:240@" in prevalence.signature


def test_the_interval_covers_the_truth_where_the_tagger_is_biased():
    """20,000 Kazakh texts, 12 % switched; the tagger misses a tenth of them and invents 15 % more. 400 labels, 300 times."""
    random = np.random.default_rng(5)
    truth = random.random(20_000) < 0.12
    seen = np.where(truth, random.random(20_000) < 0.9, random.random(20_000) < 0.15)
    hits, values = 0, []
    for _ in range(300):
        drawn = np.zeros(20_000, dtype=bool)
        drawn[random.choice(20_000, 400, replace=False)] = True
        gold, guess = truth[drawn], seen[drawn]
        one = np.ones(400)
        share = prediction_powered(np.column_stack([gold, one]), np.column_stack([guess, one]), rest=np.column_stack([seen[~drawn], np.ones(19_600)]))  # fmt: skip
        hits += share.low <= truth.mean() <= share.high
        values.append(share.value)
    assert seen.mean() > 0.22  # what the tagger alone would say
    assert np.mean(values) == pytest.approx(truth.mean(), abs=0.003)
    assert 0.92 <= hits / 300 <= 0.98  # 95 %, standard error .0126


def test_labels_of_other_texts_are_missed_in_words():
    protocol = replace(study.LAPTOP, choices={**study.LAPTOP.choices, "coded": "7@abcd"})
    cell = Cell(study.RULE.dataset, study.OURS, study.ALL.name, protocol.seeds[0])
    found = study.settle({cell: rows(2_000, switched=500, labelled=4)}, protocol)
    assert found.verdict.reasons[0].startswith("3 of the labelled texts are not among these reviews")


def test_a_label_too_many_is_named():
    with pytest.raises(Misaligned, match="3 labels for the 2 tokens of the text r1"):
        study.Expected({"r1": ("kk", "ru", "kk")})(Item("r1", "өте нормально"), study.ALL)
