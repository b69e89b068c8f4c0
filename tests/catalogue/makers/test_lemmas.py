"""Forms are parted by lemma: none asked whose lemma was learned from, none that is the lemma, none twice."""

import os
from pathlib import Path

import pytest

from qadam.catalogue import items
from qadam.catalogue.fetch import Places
from qadam.catalogue.makers import lemmas
from qadam.terms import Item


def item(number, lemma, features, form):
    told = {"lemma": lemma, "pos": "NOUN", "features": features}
    return Item(str(number), f"{lemma} {features}", form, group=lemma, fields=told)


WORDS = (
    "бала",
    "кітап",
    "үй",
    "көл",
    "дала",
    "тау",
    "өзен",
    "мектеп",
    "жол",
    "су",
    "ағаш",
    "гүл",
    "қала",
    "ауыл",
    "ит",
    "ат",
)
MADE = [
    item(3 * n + k, word, features, form)
    for n, word in enumerate(WORDS)
    for k, (features, form) in enumerate(
        (("Case=Nom", word), ("Case=Dat|Number=Plur", f"{word}X"), ("Case=Dat|Number=Plur", f"{word}Y"))
    )
]


def test_a_lemma_is_learned_from_or_asked_and_never_both():
    learned, held = lemmas.make(MADE, "learned"), lemmas.make(MADE, "held-out")
    of_learned, of_held = ({i.fields["lemma"] for i in its} for its in (learned, held))
    assert of_held and of_learned and not of_learned & of_held and of_learned | of_held == set(WORDS)
    assert sorted(i.id for i in lemmas.make(MADE, "all")) == sorted(i.id for i in (*learned, *held))


def test_copies_and_second_answers_are_left_out_and_values_stay():
    made = lemmas.make(MADE, "all")
    assert [i.gold for i in made] == [f"{word}X" for word in WORDS]
    assert made[0].input == "бала Dat Plur" and made[0].group == "бала"


@pytest.mark.skipif("QADAM_MIRROR" not in os.environ, reason="QADAM_MIRROR names no mirror of the data")
def test_the_real_nouns(tmp_path):
    places = Places(tmp_path, (Path(os.environ["QADAM_MIRROR"]),), True)
    learned, held = (items.load(f"inflection-kk/{split}", places) for split in ("learned", "held-out"))
    assert (len(learned), len(held)) == (23_509, 3_186)
    assert not {i.group for i in learned} & {i.group for i in held}
    asked = [i.input for i in (*learned, *held)]
    assert len(set(asked)) == len(asked)  # the values alone tell the slots apart
    assert not any(i.gold == i.fields["lemma"] for i in held)
