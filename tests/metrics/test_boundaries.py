"""Boundary counts worked by hand, the conventions that differ, and laws that hold for any cuts."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qadam.metrics import boundaries as b
from qadam.terms import NO_ANSWER, Tokens


def pieces(*words):
    """What a segmenter answers to a text of these pieces, words apart by a space: pieces("бала лар", "мен")."""
    starts, ends, at = [], [], 0
    for word in words:
        for piece in word.split():
            starts.append(at)
            ends.append(at + len(piece))
            at += len(piece)
        at += 1
    return Tokens(np.array(starts), np.array(ends))


def gold(*cuts, known=lambda stem: True, formation=True):
    text = " ".join(cut.replace("·", "").replace("+", "") for cut in cuts)
    return b.gold(text, cuts, known=known, marks_formation=formation)


def score(metric, *rows):
    return float(metric.score({column: sum(row[column] for row in rows) for column in rows[0]}))


def test_by_hand():
    # Four words, gold cuts 2 + 1 + 0 + 0. Found: бала·лар·ға both, мектепте missed, мен whole, ау·дан invented.
    row = b.count(pieces("бала лар ға", "мектепте", "мен", "ау дан"), gold("бала·лар·ға", "мектеп·те", "мен", "аудан"))
    assert (row["hits"], row["found"], row["gold"]) == (2, 3, 3)
    assert score(b.precision, row) == score(b.recall, row) == score(b.f1, row) == pytest.approx(2 / 3)
    assert score(b.word_accuracy, row) == 2 / 4  # балаларға and мен


def test_sums_are_micro_over_texts():
    one = b.count(pieces("бала лар"), gold("бала·лар"))
    two = b.count(pieces("мектептерде"), gold("мектеп·тер·де"))
    assert score(b.recall, one, two) == pytest.approx(1 / 3)
    assert score(b.f1, one, two) == pytest.approx(2 / 4)


def test_voice_and_word_formation_count_only_where_they_are_asked():
    row = b.count(pieces("жаз ыл ды"), gold("жаз+ыл·ды"))
    assert score(b.precision, row) == 1 / 2
    assert score(b.f1_formation, row) == 1
    assert score(b.f1_tolerant, row) == 1
    unmarked = b.count(pieces("жазыл ды"), gold("жазыл·ды", formation=False))
    assert np.isnan(score(b.f1_formation, unmarked))


def test_stems_outside_the_lexicon_are_a_slice():
    known = {"бала"}.__contains__
    row = b.count(pieces("бала лар", "шелек тер"), gold("бала·лар", "шелек·тер", known=known))
    assert (row["unseen_words"], row["unseen_hits"], row["words"]) == (1, 1, 2)


def test_undetermined_words_numbers_and_punctuation_are_left_out():
    whole = b.gold("5 балалар , бар", ["5", None, ",", "бар"], known=lambda stem: True, marks_formation=True)
    assert [(word.start, word.length) for word in whole.words] == [(12, 3)]
    row = b.count(pieces("5 балалар , бар"), whole)
    assert (row["undetermined"], row["words"]) == (1, 1) and b.undetermined.score(row) == 1


def test_no_answer_gets_nothing_right_and_finds_nothing():
    row = b.count(NO_ANSWER, gold("мен", "бала·лар"))
    assert (row["words"], row["right"], row["found"], row["gold"]) == (2, 0, 0, 1)


def test_a_token_that_begins_inside_a_letter_begins_no_piece():
    # ә is two bytes; byte tokens 'к', first half of 'ә', second half of 'ә' with 'м'.
    inside = Tokens(np.array([0, 1, 1]), np.array([1, 2, 3]))
    row = b.count(inside, gold("кә·м"))
    assert (row["found"], row["hits"]) == (1, 0)  # only the place between к and ә
    every = Tokens(np.array([0, 1, 1, 2]), np.array([1, 2, 2, 3]))
    assert b.count(every, gold("кә·м"))["hits"] == 1


# The table of docs/segmentation-scheme.md: our cut, and the cut of another convention. Both are faultless.
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("кітаб·ын·да", "кітаб ы нда"),
        ("кітаб·ын·да", "кітаб ы н да"),
        ("кітаб·ын·а", "кітаб ы на"),
        ("бала·сын·а", "бала сы на"),
        ("үй·іміз", "үй і міз"),
        ("кел·ді·ңіз·дер", "кел ді ңіздер"),
        ("бар·а·сыз·дар", "бар а сыздар"),
        ("бар·ма·с", "бар мас"),
        ("бар·а·ды", "бар ады"),
        ("кел·етін", "кел е тін"),
        ("кел·іп·ті", "кел іпті"),
        ("үй·де·гі", "үй дегі"),
        ("ара·сын·да·ғы", "ара сын дағы"),
        ("бүгін·гі", "бүгінгі"),
        ("тас·тай", "тастай"),
        ("бала·нікі", "баланікі"),
        ("биіг·ірек", "биігірек"),
        ("бес·інші", "бесінші"),
        ("бол·ған·дық·тан", "бол ғандық тан"),
        ("кел·генше", "кел ген ше"),
        ("оқ·у", "оқу"),
        ("ма·ған", "маған"),
        ("о·ның", "оның"),
    ],
)
def test_conventions_that_differ_are_tolerated(ours, theirs):
    row = b.count(pieces(theirs), gold(ours))
    assert row["tolerant_hits"] == row["tolerant_found"] == row["tolerant_gold"]
    assert row["tolerant_right"] == 1 and row["right"] == 0


@pytest.mark.parametrize(
    "cut", ["кітаб·ы·нан", "бала·лар·дан", "мектеп·те", "бар·ды·м", "орман·ға", "омарта", "адам·ы"]
)
def test_what_all_schemes_agree_on_is_not_tolerated(cut):
    assert b.contested(cut) == set()


def test_gold_that_is_not_the_word_is_refused():
    with pytest.raises(ValueError, match="marks in it"):
        b.gold("балалар", ["бала·лор"], known=lambda stem: True, marks_formation=True)
    with pytest.raises(ValueError, match="2 words"):
        b.gold("бір екі", ["бір"], known=lambda stem: True, marks_formation=True)


@given(st.lists(st.sampled_from(["бала", "лар", "ға", "мен", "і"]), min_size=1, max_size=6))
def test_the_gold_itself_is_perfect_and_everything_lies_between_the_floors(parts):
    true = gold("·".join(parts))
    perfect = b.count(pieces(" ".join(parts)), true)
    assert perfect["right"] == 1 and perfect["hits"] == perfect["found"] == perfect["gold"]
    never = b.count(pieces("".join(parts)), true)
    every = b.count(pieces(" ".join("".join(parts))), true)
    assert never["found"] == 0 and every["hits"] == every["gold"] <= every["found"]


def test_metrics_travel_to_worker_processes():
    for metric in b.METRICS:
        again = pickle.loads(pickle.dumps(metric))
        assert again.score.__qualname__ == metric.score.__qualname__
    assert len({metric.score.__qualname__ for metric in b.METRICS}) == len(b.METRICS)
