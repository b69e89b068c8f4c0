"""Names as models list them and as a tokenised sentence marks them."""

import pytest

from qadam.metrics import names
from qadam.metrics.names import listed, marked
from qadam.terms import NO_ANSWER


def test_a_list_in_the_ways_models_write_one():
    answer = "Міне, атаулар:\n- PERSON: Мұқағали Мақатаев\n**GPE:** «Алматы»\ndate: 2020 жылы."
    assert listed(answer) == {
        ("PERSON", "МұқағалиМақатаев"): 1,
        ("GPE", "Алматы"): 1,
        ("DATE", "2020жылы"): 1,
    }


def test_no_names_is_an_answer_and_chatter_is_none():
    assert listed("ЖОҚ.") == {} and listed("«жоқ»") == {}
    assert listed("Білмеймін.") is NO_ANSWER and listed("КІСІ: Асан") is NO_ANSWER


def test_adjacent_names_of_one_class_stay_two():
    tokens, labels = ("Асан", "Үсен", "Тоқаев", "."), ("B-PERSON", "B-PERSON", "I-PERSON", "O")
    assert marked(tokens, labels) == {("PERSON", "Асан"): 1, ("PERSON", "ҮсенТоқаев"): 1}
    assert marked(("Үсен",), ("B-PERSON",)) == {("PERSON", "Үсен"): 1}


def test_f1_by_hand():
    gold, said = marked(("Асан", "бір"), ("B-PERSON", "B-CARDINAL")), listed("PERSON: Асан\nGPE: Асан\nPERSON: Асан")
    row = names.count(said, gold)
    assert row == {"names_right": 1, "names_said": 3, "names_gold": 2}
    assert names.f1(row) == pytest.approx(2 / 5)
    assert names.f1(names.count(NO_ANSWER, gold)) == 0
