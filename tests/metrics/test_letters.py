"""Letters are counted as they stand: what is forgiven is named, and every count agrees with an independent one."""

import jiwer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qadam.kazakh.hamza import HAMZA
from qadam.metrics import letters
from qadam.terms import NO_ANSWER

KAZAKH = st.text(alphabet="аәбғқңөұүһі ٴۇىا", min_size=1, max_size=30).filter(lambda t: letters.strict(t))


def score(metric, *pairs):
    rows = [letters.count(*pair) for pair in pairs]
    return float(metric.score({key: sum(row[key] for row in rows) for key in rows[0]}))


@given(st.lists(st.tuples(KAZAKH, KAZAKH), min_size=1, max_size=8))
def test_error_rates_are_those_of_jiwer(pairs):
    read, right = ([letters.strict(text) for text in side] for side in zip(*pairs, strict=True))
    assert score(letters.cer, *pairs) == pytest.approx(jiwer.cer(right, read))
    assert score(letters.wer, *pairs) == pytest.approx(jiwer.wer(right, read))


@pytest.mark.parametrize(
    "read, right",
    [
        ("\ufe8d\ufedf", "\u0627\u0644"),  # presentation forms
        ("\u202bسوز\u202c", "سوز"),  # marks of direction
        ("ســوز", "سوز"),  # tatweel
        ("й", "й"),  # decomposed
        (" бір\n екі ", "бір екі"),
    ],
)
def test_strict_forgives_what_cannot_be_seen(read, right):
    assert letters.count(read, right)["edits"] == 0


@pytest.mark.parametrize(
    "read, right, strict",
    [
        ("سوز", f"{HAMZA}سوز", 1),
        ("کوپ", "كوپ", 1),
        ("تیل", "تىل", 1),
        ("مهن", "مەن", 1),
        ("بير؟", "بىر?", 2),
        ("Bir", "bir", 1),
        ("İs", "ıs", 1),
        ("مَن", "من", 1),
    ],
)
def test_folded_forgives_what_keyboards_mix_up(read, right, strict):
    row = letters.count(read, right)
    assert row["edits"] == strict and row["folded_edits"] == 0


def test_folded_keeps_letters_apart_that_mean_different_things():
    for read, right in (("қ", "к"), ("ң", "н"), ("گ", "ك"), ("ۇ", "و"), ("ñ", "n")):
        assert letters.count(read, right)["folded_edits"] == 1


def test_each_letter_is_counted_by_itself_in_both_cases():
    row = letters.count("Эже кыз", "Әже қыз")
    assert (row["has_04d9"], row["kept_04d9"]) == (1, 0) and (row["has_049b"], row["kept_049b"]) == (1, 0)
    row = letters.count("Iğ ığ", "Iğ ığ")
    assert (row["has_0131"], row["kept_0131"]) == (2, 2) == (row["has_011f"], row["kept_011f"])
    assert score(letters.RECALL["kk-Cyrl"][0], ("әа", "әә"), ("ә", "ә")) == pytest.approx(2 / 3)


def test_one_page_of_noise_counts_at_most_one():
    pairs = ("а" * 500, "бір"), ("екі", "екі")
    assert score(letters.cer, *pairs) > 80 and score(letters.cer_capped, *pairs) == 0.5
    assert letters.count(NO_ANSWER, "бір")["capped"] == 1


def test_the_hamza_is_put_back_and_what_it_gains_is_counted():
    right = f"{HAMZA}بىر {HAMZA}سوز قالدى"
    row = letters.count(right.replace(HAMZA, ""), right)
    assert row["has_0674"] == 2 and row["kept_0674"] == 0 and row["edits"] == 2
    assert row["restored_kept"] == row["restored_said"] == row["rule_kept"] == 2 and row["restored_edits"] == 0


def test_every_metric_has_titles_in_three_languages_and_travels():
    import pickle

    every = (*letters.METRICS, *letters.HAMZA, *(m for group in letters.RECALL.values() for m in group))
    assert len({m.name for m in every}) == len(every)
    for metric in every:
        assert set(metric.title) == {"en", "ru", "kk"} and pickle.loads(pickle.dumps(metric.score)).top
