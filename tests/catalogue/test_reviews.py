"""What a machine wrote is handed to people text by text, and nobody claims that they have read it before they have."""

import re

import pytest

from qadam.catalogue import reviews, tables
from qadam.catalogue.fetch import Places
from qadam.errors import UnknownName, Usage

PLACES = Places.from_environment()


@pytest.mark.parametrize("name", reviews.reviews())
def test_the_row_counts_the_texts_there_are(name):
    rows = reviews.handed(name if ":" in name else f"sample:{name}", PLACES)
    assert len(rows) == reviews.of(name).of == len({row["id"] for row in rows})
    assert all(row["text"].strip() and row["source"] == name and row["licence"] for row in rows)


@pytest.mark.parametrize("name", [n for n in reviews.reviews() if ":" not in n])
def test_the_card_of_a_sample_says_the_same_as_its_row(name):
    card = (tables.HERE / "samples" / name.replace("-", "_") / "card.md").read_text("utf-8")
    found = re.search(r"\*\*State of review: (\d+) of (\d+) reviewed\.\*\*", card)
    row = reviews.of(name)
    assert found and tuple(map(int, found.groups())) == (row.reviewed, row.of)


def test_every_guideline_has_a_row():
    assert {n for n in reviews.reviews() if ":" in n} == {f"guideline:{scheme.id}" for scheme in tables.schemes()}


def test_a_question_is_read_with_its_options_and_an_analogy_with_its_answer():
    question = reviews.handed("sample:choice_mini", PLACES)[0]
    assert re.fullmatch(r".+\?\nA\) .+\nB\) .+\nC\) .+\nD\) .+", question["text"])
    assert reviews.handed("sample:analogies-mini", PLACES)[0]["text"] == "адам: адамдар"


def test_hidden_texts_are_not_handed_over():
    with pytest.raises(Usage, match="no Kazakh text"):
        reviews.handed("sample:safety-mini", PLACES)


def test_only_what_travels_inside_qadam_is_a_sample():
    with pytest.raises(UnknownName):
        reviews.handed("sample:sib-200", PLACES)


def test_a_review_is_told_in_words():
    assert str(reviews.Review("x", of=48)) == "machine-written, 0 of 48 reviewed"
    assert str(reviews.Review("x", of=48, reviewed=3, people=1)) == "machine-written, 3 of 48 reviewed, by 1 person"
