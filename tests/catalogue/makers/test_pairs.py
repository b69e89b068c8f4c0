"""Pairs out of pairs: what is held out, what is no pair on the face of it, and corruption that does what it is called."""

from random import Random

import pytest

from qadam.catalogue.makers import aligned, corrupted, parted
from qadam.terms import Item


def pair(n, kk, en):
    return Item(str(n), {"kk": kk, "en": en})


def drawn(count, seed=1):
    """Pairs of six words each, made of letters at random."""
    chance = Random(seed)

    def side(letters):
        return " ".join("".join(chance.choices(letters, k=5)) for _ in range(6))

    return [pair(n, side("абвгдежзик"), side("abcdefghik")) for n in range(count)]


def test_every_fourth_is_held_out():
    items = [pair(n, "а", "a") for n in range(1, 9)]
    assert [i.id for i in parted.make(items, "held-out")] == ["4", "8"]
    assert [i.id for i in parted.make(items, "learned")] == ["1", "2", "3", "5", "6", "7"]


@pytest.mark.parametrize(
    ("kk", "en", "stays"),
    [
        ("баға 3,5 пайызға өсті", "prices rose by 3.5 percent", True),
        ("баға 3,5 пайызға өсті", "prices rose by 35.5 percent", False),
        ("екі сөз", "only two words", False),
        ("бұл ұзын емес сөйлем", "this is a sentence that goes on and on for much longer", False),
        ("бұл ұзын " * 20, "this is long " * 10, False),
    ],
)
def test_what_is_no_pair_on_the_face_of_it_goes(kk, en, stays):
    assert bool(aligned.make([pair(1, kk, en)], "all")) == stays


def test_repeated_pairs_go_and_no_sentence_stands_on_both_sides():
    items = [
        pair(n, f"бұл {n % 7} сөйлем {'аәб'[n % 3]}", f"this is sentence {n % 7} {'abc'[n % 3]}") for n in range(60)
    ]
    assert len(aligned.make(items, "all")) == 3, "numbers make no difference"
    many = drawn(400)
    learned, held = (aligned.make(many, split) for split in ("learned", "held-out"))
    assert held and len(learned) > 5 * len(held)
    assert not {i.input["kk"] for i in learned} & {i.input["kk"] for i in held}


@pytest.mark.parametrize("side", ["kk", "en"])
def test_nothing_learned_resembles_either_side_of_what_is_held_out(side):
    items = drawn(200)
    out = aligned.make(items, "held-out")[0]
    near = [pair(n, *{**other.input, side: out.input[side] + " үй"}.values()) for n, other in enumerate(drawn(9, 2))]
    assert all(item in aligned.make([*items, *near], "all") for item in near)
    assert not [item for item in aligned.make([*items, *near], "learned") if item in near]


def sentences():
    """Sixteen items of Kazakh and Kyrgyz, with a name and a number in each."""
    return [
        Item(
            f"{n:02d}",
            {
                "kk": f"Кеше {n} рет Асан мұнда келді",
                "ky": f"Кечээ {n} жолу Аман{n} бул жерге келди",
                "ru": "Он пришёл",
            },
        )
        for n in range(16)
    ]


def test_every_pair_comes_as_it_is_and_corrupted_in_turn():
    made = corrupted.make(sentences(), "test")
    assert len(made) == 32 and len({item.id for item in made}) == 32
    clean, bad = made[::2], made[1::2]
    assert all(item.gold == "" and item.fields["fault"] == "none" for item in clean)
    assert [item.gold for item in bad] == list(corrupted.FAULTS) * 2
    assert all(a.group == b.group for a, b in zip(clean, bad, strict=True))


def test_each_fault_is_what_it_is_called():
    made = {
        item.gold: (real.input, item)
        for real, item in zip(*[iter(corrupted.make(sentences(), "test"))] * 2, strict=True)
    }
    assert made["wrong language"][1].input["ky"] == "Он пришёл"
    assert made["copied"][1].input["ky"] == made["copied"][0]["kk"]
    assert len(made["cut"][1].input["ky"].split()) == 3
    real, worse = made["numbers"]
    assert sum(a != b for a, b in zip(real["ky"], worse.input["ky"], strict=True)) == 1
    assert sorted(made["shuffled"][1].input["ky"].split()) == sorted(made["shuffled"][0]["ky"].split())
    real, worse = made["repeated"]
    assert worse.input["ky"] != real["ky"] and worse.fields["earlier"] == (real["kk"], real["ky"])
    assert made["names"][1].input["ky"] != made["names"][0]["ky"]
    assert made["other sentence"][1].input["ky"] in {i.input["ky"] for i in sentences()}
    assert all(worse.input != real for real, worse in made.values())
