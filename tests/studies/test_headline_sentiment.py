"""The study from plan to verdict on its sample; gaps, margins and corrected probabilities on made-up answers."""

import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.errors import NotReadable
from qadam.lab import judge, plan, run
from qadam.lab.usable import usable
from qadam.metrics.classification import Given
from qadam.metrics.transfer import FOR_MARGIN
from qadam.studies import headline_sentiment as study
from qadam.terms import Cell, Item, Weighed


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    places = Places(tmp_path_factory.mktemp("home"), (), True)
    made = plan.make(study.STUDY, "sample", out=tmp_path_factory.mktemp("out"), places=places)
    assert run.run(made) == ()
    return judge.judge(made)


def test_the_sample_runs_without_any_extra_and_is_no_evidence(evidence):
    assert evidence.verdict.demonstration and "written by machine" in " ".join(evidence.verdict.reasons)
    of = {(m.system, m.condition, m.metric): m.value for m in evidence.measurements}
    assert (
        of["headlines-linear", "headlines", "polarity_macro_f1"]
        > of["reviews-majority-mini", "headlines", "polarity_macro_f1"]
    )
    assert of["reviews-linear-mini", "headlines", "transfer_gap"] == evidence.verdict.effect < 0
    assert ("headlines-linear", "reviews", "polarity_macro_f1") not in of
    assert "selective_f1" in {metric for _, _, metric in of}


def test_words_that_carry_over_are_listed(evidence):
    carried = next(c for c in evidence.counted if c.tally == "carried" and c.cell.system == "headlines-linear")
    assert carried.words and min(carried.words.values()) >= 2 and carried.items == 104


def test_the_sample_has_as_many_headlines_of_each_class():
    found = items.load(study.HEADLINES, Places(tables.HERE, (), True))
    assert Counter(item.gold for item in found) == dict.fromkeys(study.THREE.labels, 52)
    assert len({item.input for item in found}) == 156


def side(classes, n, *, right, lean=0.8, labels=None):
    """n texts, the classes in turn, of which a share is answered rightly."""
    made = []
    for k in range(n):
        gold = (labels or classes.labels)[k % len(labels or classes.labels)]
        good = (k // len(classes.labels)) % 100 < right * 100
        wrong = next(label for label in study.SIDES.labels if label != gold)
        said = gold if good and gold in study.SIDES.labels else wrong
        chances = {label: lean if label == said else 1 - lean for label in study.SIDES.labels}
        made.append(classes(Given(said, chances), gold))
    return made


def ruling(reviews, heads, gold="people"):
    protocol = replace(study.LAPTOP, choices={**study.LAPTOP.choices, "gold": gold})
    cells = (
        Cell(study.POLARITY, "sentiment-linear", "reviews", 13),
        Cell(study.HEADLINES, "sentiment-linear", "headlines", 13),
    )
    return study.settle(dict(zip(cells, (reviews, heads), strict=True)), protocol)


def test_a_deep_drop_supports_and_none_refutes():
    assert (
        ruling(side(study.SIDES, 4_000, right=0.8), side(study.SIDES, 1_000, right=0.6)).verdict.outcome == "supported"
    )
    assert (
        ruling(side(study.SIDES, 8_000, right=0.8), side(study.SIDES, 8_000, right=0.79)).verdict.outcome == "refuted"
    )
    nine = ruling(side(study.SIDES, 20_000, right=0.8), side(study.SIDES, 20_000, right=0.71)).verdict
    assert nine.outcome == "inconclusive", "beyond five points, yet less than ten"


def test_without_people_there_is_no_verdict():
    reviews, heads = side(study.SIDES, 4_000, right=0.8), side(study.SIDES, 1_000, right=0.6)
    assert ruling(reviews, heads, gold="written").verdict.outcome == "inconclusive"


def test_the_margin_of_neutral_is_chosen_on_some_and_tried_on_others():
    rng = np.random.default_rng(13)
    rows = []
    for k in range(600):
        gold = study.THREE.labels[k % 3]
        centre = {study.NEGATIVE: 0.15, study.NEUTRAL: 0.5, study.POSITIVE: 0.85}[gold]
        chance = float(np.clip(rng.normal(centre, 0.05), 0.01, 0.99))
        label = study.POSITIVE if chance > 0.5 else study.NEGATIVE
        rows.append(study.THREE(Given(label, {study.POSITIVE: chance, study.NEGATIVE: 1 - chance}), gold))
    cell = Cell(study.HEADLINES, "sentiment-linear", "with neutral", 13)
    (found,) = study.settle({cell: rows}, study.LAPTOP).estimates
    assert found.metric == "selective_f1" and found.value > 0.95 and found.n == 600 - FOR_MARGIN


def test_zero_and_one_of_kazsandra_are_words_and_stars_stay():
    review = Item("1", "Жақсы", "1")
    assert study.expect(review, study.ON_REVIEWS) == "positive" and study.expect(review, study.ON_STARS) == "1"
    given = study.read(Weighed("0", {"0": 0.7, "1": 0.3}, ("жаман",)), review, study.ON_REVIEWS)
    assert given == Given("negative", {"negative": 0.7, "positive": 0.3}, ("жаман",), "positive")
    assert list(study.misled(given)) == ["жаман"] and list(study.carried(given)) == []


def test_who_knows_neutral_chooses_between_the_other_two():
    said = Weighed("neutral", {"negative": 0.1, "neutral": 0.6, "positive": 0.3})
    given = study.read(said, Item("1", "т", "positive"), study.ON_HEADLINES)
    assert given.label == "positive" and given.chances["positive"] == pytest.approx(0.75)
    assert study.read(said, Item("1", "т", "positive"), study.WITH_NEUTRAL).label == "neutral"


def test_neutral_headlines_are_not_asked_about_in_two_classes():
    neutral = Item("1", "Отырыс өтеді", "neutral")
    assert study.present(neutral, study.ON_HEADLINES) is None and study.present(neutral, study.WITH_NEUTRAL)


def test_headlines_of_people_are_the_data_of_the_rule(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_text(
        json.dumps({"id": "1", "text": "Көпір ашылды", "gold": {"label": "positive"}}, ensure_ascii=False), "utf-8"
    )
    protocol = study.labelled(path).protocols["laptop"]
    assert protocol.rule.dataset == f"file:{path}/all" and protocol.choices["gold"] == "people"
    (item,) = items.load(protocol.rule.dataset, Places(tmp_path, (), True))
    assert study.expect(item, study.ON_HEADLINES) == "positive"


def test_labels_outside_the_three_are_left_out_and_named_with_their_lines(tmp_path):
    path = tmp_path / "own.csv"
    path.write_bytes("\ufefftitle,label\r\nКөпір ашылды,positive\r\nЖаңбыр жауды,wet\r\nСот болды,neutral\r\n".encode())
    protocol = study.labelled(path).protocols["laptop"]
    found = usable(study.STUDY, protocol, protocol.rule.dataset, Places(tmp_path, (), True))
    assert [item.input for item in found.items] == ["Көпір ашылды", "Сот болды"] and found.rows == 3
    assert [str(one) for one in found.left] == [
        "own.csv, line 3: the label 'wet' is none of negative, positive, neutral"
    ]
    path.write_text("title,label\nЖаңбыр жауды,wet\n", "utf-8")
    with pytest.raises(NotReadable, match=r"own\.csv: none of its 1 rows .* 'wet'"):
        study.labelled(path)


def test_ones_own_table_stands_where_headlines_stand_and_reviews_stay(tmp_path):
    """Compared with itself, a table could never show that reviews do not carry over."""
    table = tmp_path / "mine.csv"
    table.write_text("text,label\nБаға өсті,positive\nӨрт шықты,negative\nЖиналыс өтті,neutral\n", "utf-8")
    made = plan.make(study.STUDY, "sample", out=tmp_path, places=Places(tmp_path, (), True), data=str(table))
    name = f"file:{table}/all"
    assert made.protocol.datasets == ("headlines-mini/reviews", name) and made.exploratory
    assert made.protocol.rule.dataset == name and made.protocol.choices["gold"] == "brought"
    of = {c.name: c.datasets for c in made.protocol.conditions}
    assert of == {"reviews": ("headlines-mini/reviews",), "headlines": (name,), "with neutral": (name,)}


def test_a_table_without_labels_is_told_so(tmp_path):
    table = tmp_path / "mine.csv"
    table.write_text("text,lab\nБаға өсті,positive\nӨрт шықты,negative\n", "utf-8")
    made = plan.make(study.STUDY, "sample", out=tmp_path, places=Places(tmp_path, (), True), data=str(table))
    with pytest.raises(NotReadable, match="no column 'label'"):
        usable(made.study, made.protocol, f"file:{table}/all", made.places)
