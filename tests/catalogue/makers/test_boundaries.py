"""Boundaries from gold lemma and features: worked by hand, never guessed, and the counts of the real treebank."""

import os
from pathlib import Path

import pytest

from qadam.catalogue import items
from qadam.catalogue.fetch import Places
from qadam.catalogue.makers import boundaries, types
from qadam.terms import Item

needs_mirror = pytest.mark.skipif(not os.environ.get("QADAM_MIRROR"), reason="QADAM_MIRROR is not set")


def sentence(*words, id="s1"):
    """An item as the treebank reader gives it; a word is (form, lemma, upos, feats) or (form, [parts])."""
    names = ("form", "lemma", "upos", "feats")
    parts = tuple(
        tuple(dict(zip(names, part, strict=True)) for part in (word[1] if isinstance(word[1], list) else [word]))
        for word in words
    )
    upos = tuple(found[0]["upos"] for found in parts)
    return Item(id, " ".join(word[0] for word in words), upos, fields={"words": parts})


def cut(*words):
    (made,) = boundaries.make([sentence(*words)], "all")
    return list(made.gold)


P3 = "Number[psor]=Plur,Sing|Person[psor]=3"


@pytest.mark.parametrize(
    ("word", "cuts"),
    [
        (("балаларымызға", "бала", "NOUN", "Case=Dat|Number=Plur|Number[psor]=Plur|Person[psor]=1"), "бала·лар·ымыз·ға"),
        (("халқы", "халық", "NOUN", f"Case=Nom|{P3}"), "халқ·ы"),
        (("қаласында", "қала", "NOUN", f"Case=Loc|{P3}"), "қала·сын·да"),
        (("Зілхардың", "Зілхар", "PROPN", "Case=Gen"), "Зілхар·дың"),
        (("елдегі", "ел", "NOUN", "Case=Loc"), "ел·де·гі"),
        (("анығырақ", "анық", "ADJ", "Degree=Cmp"), "анығ·ырақ"),
        (("маған", "мен", "PRON", "Case=Dat|Number=Sing|Person=1|PronType=Prs"), "ма·ған"),
        (("қосылады", "қос", "VERB", "Aspect=Hab|Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin|Voice=Pass"), "қос+ыл·а·ды"),
        (("келмейміз", "кел", "VERB", "Aspect=Hab|Mood=Ind|Number=Plur|Person=1|Polarity=Neg|Tense=Pres|VerbForm=Fin"), "кел·ме·й·міз"),
        (("барғысы", "бар", "VERB", "Mood=Des|Number=Sing|Person=3|VerbForm=Inf"), "бар·ғы·сы"),
        (("қараңыз", "қара", "VERB", "Mood=Imp|Number=Sing|Person=2|Polite=Form|VerbForm=Fin"), "қара·ңыз"),
        (("бер", "бер", "VERB", "Mood=Imp|Number=Sing|Person=2|VerbForm=Fin"), "бер"),
        (("жатқанын", "жат", "AUX", f"Case=Acc|{P3}|Tense=Past|VerbForm=Ger"), "жат·қан·ы·н"),
        (("дами", "дамы", "VERB", "Aspect=Imp|VerbForm=Inf"), "дам·и"),
        (("екенін", "е", "AUX", f"Case=Acc|{P3}|Tense=Past|VerbForm=Ger"), "екен·і·н"),
        (("сұраулары", "сұрау", "NOUN", f"Case=Nom|Number=Plur|{P3}"), "сұра·у·лар·ы"),  # a gerund that names a thing
        (("емес", "е", "AUX", "Aspect=Hab|Mood=Ind|Number=Sing|Person=3|Polarity=Neg|Tense=Pres|VerbForm=Fin"), "емес"),
        (("пен", "мен", "CCONJ", "_"), "пен"),
        (("XX", "XX", "NUM", "NumType=Ord"), "XX"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)  # fmt: skip
def test_by_hand(word, cuts):
    assert cut(word) == [cuts]


def test_the_features_decide_where_the_letters_do_not():
    # ат·ы·н (his horse, accusative) or атын (a lemma): only the analysis tells.
    assert cut(("атын", "ат", "NOUN", f"Case=Acc|{P3}"), ("атын", "атын", "NOUN", "Case=Nom")) == ["ат·ы·н", "атын"]
    assert cut(("алма", "алма", "NOUN", "Case=Nom")) == ["алма"]
    assert cut(("алма", "ал", "VERB", "Mood=Imp|Number=Sing|Person=2|Polarity=Neg|VerbForm=Fin")) == ["ал·ма"]


def test_a_written_word_of_two_parts():
    copula = ("мын", "е", "AUX", "Aspect=Hab|Mood=Ind|Number=Sing|Person=1|Tense=Pres|VerbForm=Fin")
    assert cut(("қуаныштымын", [("қуанышты", "қуанышты", "ADJ", "_"), copula])) == ["қуанышты·мын"]


UNDETERMINED = [
    ("балаға", "бала", "NOUN", "Case=Gen"),  # the features are not those of the word
    ("балаға", "мектеп", "NOUN", "Case=Dat"),  # nor is the lemma
    ("жылғы", "жылғы", "ADJ", "_"),  # the lemma may itself hold a suffix the scheme cuts
    ("іске", "іске", "X", "_"),  # the treebank does not say what it is
]


@pytest.mark.parametrize("word", UNDETERMINED, ids=lambda word: f"{word[0]}-{word[1]}")
def test_what_is_not_determined_is_not_guessed_but_listed(word):
    items_ = [sentence(("ол", "ол", "PRON", "Case=Nom|Number=Sing|Person=3"), word)]
    assert boundaries.make(items_, "all")[0].gold[1] is None
    (listed,) = boundaries.make(items_, "to-annotate")
    assert (listed.id, listed.input, listed.gold, listed.group) == ("s1-02", word[0], None, "s1")
    assert listed.fields["candidates"] == () and listed.fields["parts"][0]["lemma"] == word[1]


def test_a_type_counts_once_and_is_cut_as_it_is_most_often():
    told = {"formation": True}
    sentences = [
        Item("1", "Ол бірге келді .", ("Ол", "бір·ге", "кел·ді", "."), fields=told),
        Item("2", "ол бірге Бірге", ("ол", "бірге", "Бірге"), fields=told),
        Item("3", "ол 5 келіпті", ("ол", "5", None), fields=told),
    ]
    made = types.make(sentences, "types")
    assert [(item.input, item.gold) for item in made] == [
        ("ол", ("ол",)),
        ("бірге", ("бірге",)),
        ("келді", ("кел·ді",)),
    ]
    assert all(item.fields == told for item in made) and len({item.id for item in made}) == 3
    assert types.make(sentences, "all") == sentences


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    mirror = tuple(map(Path, os.environ.get("QADAM_MIRROR", "/nonexistent").split(os.pathsep)))
    return Places(tmp_path_factory.mktemp("home"), mirror, offline=True)


@needs_mirror
def test_the_benchmark_has_the_size_and_the_share_its_row_tells(places):
    sentences = items.load("ktb-boundaries/all", places)
    words = [(w, g) for item in sentences for w, g in zip(item.input.split(), item.gold, strict=True)]
    lettered = [(word, gold) for word, gold in words if any(letter.isalpha() for letter in word)]
    undetermined = sum(gold is None for _, gold in lettered)
    assert (len(sentences), len(lettered)) == (1078, 8185)
    assert 1 - undetermined / len(lettered) > 0.96
    assert len(items.load("ktb-boundaries/to-annotate", places)) == undetermined
    assert all(g is None or g.replace("·", "").replace("+", "") == w for w, g in words)
    assert all(len(item.fields["upos"]) == len(item.gold) for item in sentences)
