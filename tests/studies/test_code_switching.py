"""The study from plan to verdict on its sample; what the rule says with labels, and that it says nothing without."""

import math

import pytest

from qadam.catalogue import tables
from qadam.catalogue.fetch import Places
from qadam.kazakh.codeswitch import loans_version
from qadam.lab import judge, plan, run
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


def test_domains_and_stars_take_their_own_reviews_only():
    item = Item("1", "Жақсы", fields={"domain": "market", "label": "4"})
    shown = {c.name for c in (*study.DOMAINS, *study.STARS) if study.present(item, c) == "Жақсы"}
    assert shown == {"market", "5-star"}


def test_reviews_are_for_the_tagger_alone():
    assert study.fits(tables.system(study.OURS), study.ALL)
    assert not study.fits(tables.system("lingua"), study.ALL)
    assert study.fits(tables.system("lingua"), study.LABELLED)
