"""The embedded questions keep what their card promises: kinds, keys, options, letters, and no twin."""

import json
import unicodedata
from collections import Counter
from importlib.resources import files

import pytest

SAMPLE = files("qadam.catalogue") / "samples/choice_mini"
ITEMS = [json.loads(line) for line in (SAMPLE / "items.jsonl").read_text("utf-8").splitlines()]
KAZAKH = set("аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя")
KINDS = ("тіл", "есеп", "география", "табиғат", "мәтін", "сөз")


def test_eight_questions_of_each_kind_in_order():
    assert [item["kind"] for item in ITEMS] == [kind for kind in KINDS for _ in range(8)]


def test_keys_are_balanced_and_point_at_an_option():
    assert Counter(item["answer"] for item in ITEMS) == dict.fromkeys("ABCD", 12)
    assert all(len(item["choices"]) == len(set(item["choices"])) == 4 for item in ITEMS)


def test_no_question_occurs_twice():
    assert len({item["question"] for item in ITEMS}) == len(ITEMS)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["question"][:30])
def test_texts_are_kazakh_in_one_script(item):
    for text in (item["question"], *item["choices"]):
        assert text == unicodedata.normalize("NFC", text).strip()
        letters = {c for c in text.lower() if c.isalpha()} - ({"c"} if "°C" in text else set())
        assert letters <= KAZAKH, sorted(letters - KAZAKH)


def test_the_right_forms_are_those_our_morphology_makes():
    from qadam.kazakh.morphology import generate

    right = {item["question"]: item["choices"]["ABCD".index(item["answer"])] for item in ITEMS}
    assert [right["«Кітап» сөзінің көптік түрі қайсы?"]] == generate("кітап", "NOUN", "Number=Plur")
    assert [right["«Үй» сөзінің барыс септігіндегі түрі қайсы?"]] == generate("үй", "NOUN", "Case=Dat")
    assert [right["«Дос» сөзінің ілік септігіндегі түрі қайсы?"]] == generate("дос", "NOUN", "Case=Gen")
    (locative,) = generate("қала", "NOUN", "Case=Loc")
    assert locative == "қала" + right["«Қала» сөзіне жатыс септігінің қай жалғауы жалғанады?"].strip("-")


def test_the_longest_option_gives_no_key_away():
    longest = sum(max(i["choices"], key=len) == i["choices"]["ABCD".index(i["answer"])] for i in ITEMS)
    assert longest <= 20


def test_the_card_counts_what_there_is():
    card = (SAMPLE / "card.md").read_text("utf-8")
    assert f"0 of {len(ITEMS)} reviewed" in card and all(f"`{kind}`" in card for kind in KINDS)
