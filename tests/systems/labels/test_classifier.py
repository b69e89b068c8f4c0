"""Linear classifiers: the numbers of scikit-learn, thresholds that help, cross-validation that does not peek."""

from dataclasses import replace

import numpy as np
import pytest

from qadam.catalogue import tables
from qadam.errors import BadSystem
from qadam.kazakh.normalize import normalize
from qadam.systems.labels import classifier
from qadam.systems.labels.text_features import Features
from qadam.systems.load import Training, load
from qadam.terms import Document, Item

GOOD = ["өте жақсы ұнады", "керемет ойын рахмет", "жақсы кітап ұнады", "сапасы жақсы рахмет", "керемет ұнады рахмет"]
BAD = ["өте жаман ашылмайды", "нашар ойын алдады", "жаман кітап бұзылды", "сапасы нашар алдады", "бұзылды жаман нашар"]
TEXTS = [*GOOD, *BAD] * 3
LABELS = ["positive"] * 5 + ["negative"] * 5


def training(path, labels=LABELS):
    items = [
        Item(str(n), text, label) for n, (text, label) in enumerate(zip([*GOOD, *BAD] * 3, labels * 3, strict=True))
    ]
    return Training(lambda: (), path / "kept", named=lambda skill: items)


def test_the_features_are_those_of_scikit_learn():
    text = pytest.importorskip("sklearn.feature_extraction.text", reason="scikit-learn is the oracle here")
    words = text.TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True, token_pattern=r"\S+")
    pieces = text.TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 5), min_df=3, sublinear_tf=True)
    wanted = np.hstack([v.fit_transform(TEXTS).toarray() for v in (words, pieces)])
    found = Features.of(TEXTS)
    assert [*words.get_feature_names_out(), *pieces.get_feature_names_out()] == [*found.grams, *found.pieces]
    assert np.allclose(found.matrix(TEXTS).toarray(), wanted)
    new = ["жаңа сөз жақсы", ""]
    assert np.allclose(found.matrix(new).toarray(), np.hstack([v.transform(new).toarray() for v in (words, pieces)]))


def test_the_regression_is_that_of_scikit_learn():
    linear = pytest.importorskip("sklearn.linear_model", reason="scikit-learn is the oracle here")
    rng = np.random.default_rng(13)
    x, gold = rng.normal(size=(200, 5)), rng.integers(0, 3, 200)
    weights, biases = classifier.regression(x, gold, 3, penalty=2.0)
    its = linear.LogisticRegression(C=0.5, max_iter=2_000, tol=1e-8).fit(x, gold)
    assert np.allclose(weights.T, its.coef_, atol=5e-3)
    assert np.allclose(biases - biases.mean(), its.intercept_ - its.intercept_.mean(), atol=5e-3)


def test_it_learns_and_says_why(tmp_path):
    system = load(tables.system("sentiment-linear"), (), training=training(tmp_path))
    (good, bad) = system.answer([Document("Ойын ЖАҚСЫ!!! рахмет"), Document("кітап жаман 👎")])
    assert (good.label, bad.label) == ("positive", "negative")
    assert good.words[0] in ("жақсы", "рахмет") and bad.words[0] == "жаман"
    assert sum(good.chances.values()) == pytest.approx(1)
    assert system.answer(["Ойын жақсы рахмет"]) == ["positive"]


def test_what_was_learned_is_kept(tmp_path):
    first = load(tables.system("sentiment-linear"), (), training=training(tmp_path))
    blind = replace(training(tmp_path), named=lambda skill: pytest.fail("trained twice") if skill == "choose" else ())
    again = load(tables.system("sentiment-linear"), (), training=blind)
    assert again.answer([Document("жақсы")]) == first.answer([Document("жақсы")])


def test_offsets_find_the_threshold_that_the_mix_of_classes_asks_for():
    rng = np.random.default_rng(13)
    gold = (rng.random(4_000) < 0.85).astype(int)
    chance = 1 / (1 + np.exp(-2 * rng.normal(np.where(gold, 1, -1), 1)))  # right for halves
    chances = np.column_stack([1 - chance, chance])
    shift = classifier.offsets(chances, gold)
    before, after = (classifier._macro((np.log(chances) + s).argmax(axis=1), gold, 2) for s in (0, shift))
    assert shift[0] == 0 and shift[1] > 0.3 and after > before


def test_cross_validation_does_not_know_the_text_it_is_asked_about(tmp_path):
    rng = np.random.default_rng(13)
    labels = ["positive", "negative"] * 20
    items = [Item(str(n), f"сөз{rng.integers(10**9)}", label) for n, label in enumerate(labels)]  # nothing to learn
    held = Training(lambda: (), tmp_path / "kept", named=lambda skill: items)
    row = tables.system("headlines-linear")
    system = load(row, (), training=held)
    right = np.mean(
        [a.label == i.gold for a, i in zip(system.answer([Document(i.input) for i in items]), items, strict=True)]
    )
    assert right < 0.75  # a model that had seen them would be right on all


def test_the_majority_is_always_the_same(tmp_path):
    system = load(tables.system("sentiment-majority"), (), training=training(tmp_path, ["b", *LABELS[1:5], *"aaaaa"]))
    answers = system.answer([Document("жақсы"), Document("жаман")])
    assert {a.label for a in answers} == {"a"} and answers[0].chances["a"] == pytest.approx(0.5)


def test_without_data_there_is_nothing_to_learn():
    with pytest.raises(BadSystem, match="names no data"):
        load(tables.system("sentiment-linear"), ())


def test_a_review_is_cleaned_as_kazsandra_was():
    assert (
        normalize("Күшті программа❤❤❤Маған ұнадыыыы, промо-код!", "kazsandra")
        == "күшті программамаған ұнадыы промо код"
    )
