"""Code-switching by hand-counted examples."""

import math
import pickle

import numpy as np
import pytest

from qadam.metrics import switching as s
from qadam.metrics.switching import Tagged
from qadam.terms import NO_ANSWER

K, R, M, N, A = "kk", "ru", "mixed", "other", "ambiguous"


def tagged(*labels):
    return Tagged(tuple(f"т{n}" for n in range(len(labels))), labels)


def test_cmi_by_hand():
    # Gambäck & Das: 100 x (1 - max / (n - u)); 10 tokens, 2 neutral, 6 of one language, 2 of the other: 25.
    assert s.cmi([K] * 6 + [R] * 2 + [N] * 2) == pytest.approx(25)
    assert s.cmi([K, K, R, M]) == pytest.approx(50)  # a mixed word is in neither language
    assert s.cmi([K, K]) == 0


def test_neutral_tokens_are_never_the_most_frequent_language():
    # Counting them would give 100 x (1 - 8/2), a negative index.
    assert s.cmi([N] * 8 + [K, R]) == pytest.approx(50)
    assert s.cmi([N, A, N]) == 0.0
    assert s.matrix_language([N] * 9 + [R]) == R


def test_i_index_by_hand():
    # Guzmán et al.: 1 in "a b a b ...", 0 in one language, neutral tokens passed over.
    assert s.i_index([K, R, K, R]) == 1
    assert s.i_index([K, N, K, A, K]) == 0
    assert s.i_index([K, K, R, R, K]) == pytest.approx(2 / 4)
    assert math.isnan(s.i_index([K, N]))


def test_mixed_words_stand_on_the_kazakh_side_of_a_switch_point():
    assert s.switch_points([K, M, K]) == 0
    assert s.switch_points([R, M, N, R]) == 2


def test_phrases_are_longest_runs_outside_the_matrix_language():
    text = Tagged(("мен", "на", "самом", ",", "деле", "кеттім", "магазинге", "бардым"), (K, R, R, N, R, K, M, K))
    assert s.phrases(text) == [("на", "самом", "деле"), ("магазинге",)]
    assert s.matrix_language(text.labels) == K


def test_a_tie_goes_to_the_first_language():
    assert s.matrix_language([R, K]) == R and s.matrix_language([K, R]) == K and s.matrix_language([N]) == ""


def test_counts_of_a_switched_text():
    row = s.count(Tagged(("Маған", "супер", "доставкасы", "unady", "!"), (K, R, M, N, N)), None)
    assert (row["kazakh_texts"], row["switched_texts"], row["word_switched_texts"]) == (1, 1, 1)
    assert (row["kazakh_words"], row["switched_words"], row["mixed_words"]) == (3, 2, 1)
    assert (row["phrases"], row["phrase_words"], row["switch_points"], row["joints"]) == (1, 2, 2, 2)
    assert (row["latin_texts"], row["two_script_texts"], row["labelled"]) == (1, 1, 0)


def test_russian_alone_is_neither_kazakh_nor_switched():
    row = s.count(tagged(R, R, N), None)
    assert row["kazakh_texts"] == row["switched_texts"] == row["kazakh_words"] == 0 and row["spoken_texts"] == 1


def test_kazakh_in_russian_letters_is_told_apart():
    typed = Tagged(("калай", "жаксы", "болады"), (K, K, K))
    spelled = Tagged(("қалай", "жаксы", "болады"), (K, K, K))
    assert s.count(typed, None)["russian_letter_texts"] == 1
    assert s.count(spelled, None)["russian_letter_texts"] == 0
    assert s.count(Tagged(("бала", "жатыр"), (K, K)), None)["written_texts"] == 0  # too short to say


def test_token_quality_by_hand():
    gold, mine = tagged(K, K, R, M, N), tagged(K, R, R, K, N)
    row = s.count(mine, gold)
    f1 = {m.name: float(m.score(row)) for m in s.QUALITY}
    assert f1["f1_kk"] == pytest.approx(2 * 1 / (2 + 2))
    assert f1["f1_ru"] == pytest.approx(2 * 1 / (2 + 1))
    assert f1["f1_mixed"] == 0
    assert f1["macro_f1"] == pytest.approx((1 / 2 + 2 / 3 + 0) / 3)
    assert (f1["precision_ru"], f1["recall_ru"], f1["token_accuracy"]) == pytest.approx((1 / 2, 1, 3 / 5))


def test_no_answer_misses_every_word():
    row = s.count(NO_ANSWER, tagged(K, R))
    assert (row["true_kk"], row["hit_kk"], row["given_kk"], row["compared"]) == (1, 0, 0, 2)
    assert row["agreed"] == 0 and row["gold_switched"] == 1 and row["seen_switched"] == 0


def test_scores_work_on_arrays_and_travel():
    row = {name: np.array([value, 2 * value]) for name, value in s.count(tagged(K, R, M), tagged(K, R, M)).items()}
    for metric in (*s.SWITCHING, *s.QUALITY):
        assert pickle.loads(pickle.dumps(metric)).score(row).shape == (2,)
        assert set(metric.title) == {"en", "ru", "kk"}


def test_switched_words_are_those_of_kazakh_containing_texts():
    switched = Tagged(("Доставка", "тез,", "магазинге", "доставка!"), (R, K, M, R))
    assert s.russian_words(switched) == ["доставка", "доставка"] and s.mixed_forms(switched) == ["магазинге"]
    assert s.russian_words(Tagged(("доставка",), (R,))) == []  # a text without Kazakh does not count


def test_the_denominator_of_the_shares_is_shown_and_named():
    texts = [tagged(K, R), tagged(K), tagged(R), tagged(N)]
    counted = [s.count(text, None) for text in texts]
    sums = {name: sum(row[name] for row in counted) for name in counted[0]}
    assert s.kazakh_texts.score(sums) == 2 and s.switched_texts.score(sums) == pytest.approx(1 / 2)
    assert s.switched_texts.params == {"per": "kazakh_texts"} and s.mixing.params == {"per": "spoken_texts"}
