"""Kazakh letter by letter and by law: words whose Kyrgyz and Uzbek are known to everybody, and what stays untouched."""

import pytest

from qadam.systems.translation.letter_map import mapped, pairs


@pytest.mark.parametrize(
    ("kazakh", "kyrgyz"),
    [
        ("жолдар", "жолдор"),  # rounding spreads over а
        ("көлдер", "көлдөр"),
        ("қосымша", "косумча"),  # the с stays: that қос is кош only a dictionary knows
        ("екі", "эки"),  # э at the beginning
        ("барады", "барат"),  # present tense
        ("істейді", "истейт"),
        ("адамның", "адамдын"),  # genitive after a nasal
        ("достармен", "достор менен"),  # instrumental is a word of its own
        ("тау", "тоо"),
        ("келу", "келүү"),
        ("және", "жана"),
        ("үшін", "үчүн"),
    ],
)
def test_kyrgyz(kazakh, kyrgyz):
    assert mapped(kazakh, "kk", "ky") == kyrgyz


@pytest.mark.parametrize(
    ("kazakh", "uzbek"),
    [
        ("жылдар", "yillar"),
        ("мектептерде", "mekteplarda"),
        ("және", "va"),
        ("бес", "besh"),
        ("барған", "bargan"),
        ("көру", "koʻrish"),
    ],
)
def test_uzbek(kazakh, uzbek):
    assert mapped(kazakh, "kk", "uz") == uzbek


def test_case_marks_and_numbers_stay():
    assert mapped("БҰЛ 2020-жылы, Қазақстан!", "kk", "ky") == "БУЛ 2020-жылы, Казакстан!"
    assert mapped("Сондай-ақ Newsom 17.", "kk", "ky") == "Ошондой эле Newsom 17."
    assert mapped("", "kk", "uz") == "" and mapped("12 — 13", "kk", "uz") == "12 — 13"


def test_letters_alone_know_no_words():
    assert mapped("және", "kk", "ky", laws=False) == "жане" and mapped("жыл", "kk", "uz", laws=False) == "jil"


def test_the_way_back():
    assert mapped("үчүн эмес жолдор", "ky", "kk") == "үшін емес жолдар"
    assert mapped("qish va bahor", "uz", "kk") == "қыш және баһар"


def test_every_direction_has_letters_and_others_are_refused():
    assert pairs() == {("kk", "ky"), ("ky", "kk"), ("kk", "uz"), ("uz", "kk")}
    with pytest.raises(KeyError):
        mapped("үй", "kk", "zh")
