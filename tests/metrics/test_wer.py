"""Error rates by hand, against jiwer, and what each way of writing makes of the same words."""

import random
from collections import Counter

import jiwer
import numpy as np
import pytest

from qadam.metrics.wer import LETTERS, RATES, Errors, Heard, confusions, letters_kept
from qadam.terms import NO_ANSWER

METRIC = {metric.name: metric for metric in (*RATES, *LETTERS)}


def score(name, pairs):
    """A metric on pairs of what was said and what was heard."""
    metric, sums = METRIC[name], Counter()
    for gold, found in pairs:
        sums.update(metric.count(Heard(found, gold), gold))
    return float(metric.score(sums))


def random_pairs(count, seed=3):
    drawn = random.Random(seed)
    words = ["қала", "қалада", "жаңа", "Кітап", "ашылды.", "он", "25"]
    return [tuple(" ".join(drawn.choices(words, k=drawn.randrange(9))) for _ in range(2)) for _ in range(count)]


def test_rates_as_written_are_those_of_jiwer():
    pairs = random_pairs(400)
    gold, found = zip(*pairs, strict=True)
    assert score("wer_raw", pairs) == pytest.approx(jiwer.wer(list(gold), list(found)), abs=1e-12)
    assert score("cer_raw", pairs) == pytest.approx(jiwer.cer(list(gold), list(found)), abs=1e-12)


@pytest.mark.parametrize(
    "pair", [("", ""), ("", "бала"), ("", "бала келді кеше"), ("бала", ""), ("бала келді", "бала")]
)
def test_empty_sides_are_those_of_jiwer(pair):
    assert score("wer_raw", [pair]) == jiwer.wer(*pair)
    assert score("cer_raw", [pair]) == jiwer.cer(*pair)


def test_the_rate_is_that_of_the_whole_text_and_no_mean_of_utterances():
    assert score("wer", [("бала келді кеше үйге", "бала келді кеше үйге"), ("иә", "жоқ")]) == pytest.approx(1 / 5)


def test_each_way_of_writing_forgives_what_it_says():
    pair = [("Пойыз 25-ші жолда, кешігіп тұр.", "пойыз жиырма бесінші жолда кешігіп тұр")]
    assert score("wer", pair) == 0
    assert score("wer_digits", pair) == pytest.approx(2 / 6)  # "25 ші" against two words
    assert score("wer_raw", pair) == pytest.approx(5 / 5)  # case, number (one more word), comma, full stop


def test_a_latin_letter_that_looks_cyrillic_is_no_error_but_another_letter_is():
    assert score("wer", [("қала", "қaлa")]) == 0  # Latin a twice
    assert score("wer", [("қала", "кала")]) == 1


def test_kinds_of_errors_add_up():
    sums = Errors("wer")(Heard("ол үйге кеше келді ғой", "бала үйге келді"), "бала үйге келді")
    assert sums["wer_errors"] == sums["wer_substitutions"] + sums["wer_deletions"] + sums["wer_insertions"] == 3


def test_no_answer_is_all_left_out():
    row = Errors("wer")(NO_ANSWER, "бала үйге келді")
    assert row["wer_deletions"] == row["wer_words"] == row["wer_errors"] == 3


def test_scores_work_on_resamples():
    sums = {
        name: np.array([value, 2 * value]) for name, value in Errors("wer")(Heard("бала", "ол бала"), "ол бала").items()
    }
    assert METRIC["wer"].score(sums).tolist() == [0.5, 0.5]


def test_kazakh_letters_are_counted_where_they_belong():
    row = letters_kept(Heard("казак тілі", "қазақ тілі"), "қазақ тілі")
    assert (row["said_қ"], row["kept_қ"], row["said_і"], row["kept_і"], row["said_ә"]) == (2, 0, 2, 2, 0)
    assert score("kazakh_letters", [("қазақ тілі", "казак тілі")]) == 0.5
    assert np.isnan(score("letter_һ", [("қазақ", "қазақ")]))


def test_confusions_name_both_letters_and_no_spaces():
    assert confusions(Heard("казақ тіл", "Қазақ тілі")) == ["қ → к", "і → ∅"]
    assert confusions(Heard("алғаш рет", "алғашрет")) == []
