"""Labels and harmony of the parts of a word: the same in three scripts, and the same as the phonology says."""

import pytest

from qadam.annotation.hints import hints, scheme_label
from qadam.catalogue import tables
from qadam.kazakh import lexicon
from qadam.kazakh.phonology import attach, harmony
from qadam.kazakh.script import transliterate

NOUNS = ["мектеп", "бала", "көл", "тас", "үй", "жол", "адам", "кісі", "қала", "тіл", "ауыл", "сөз", "дос", "ән", "күн"]
SUFFIXES = {"LAр": "PL", "DA": "LOC", "BAн": "ABL", "NIң": "GEN", "GA": "DAT", "ZI": "ACC", "(I)мIз": "POSS"}


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("form", SUFFIXES)
def test_a_suffix_in_its_right_shape_is_known_and_never_warned_of(noun, form):
    stem, suffix = attach(noun, form)
    found = hints(stem + suffix)
    part = f"{len(stem)}:{len(stem) + len(suffix)}"
    assert SUFFIXES[form] in [label for label, _ in found.parts[part]]
    assert part not in found.broken


@pytest.mark.parametrize("noun", NOUNS)
@pytest.mark.parametrize("form", ["LAр", "BAн", "GA", "сIз"])
def test_a_suffix_of_the_other_harmony_is_warned_of_exactly_where_the_phonology_says(noun, form):
    other = "front" if harmony(noun) == "back" else "back"
    _, right = attach(noun, form)
    _, wrong = attach(noun, form, as_if=other)
    assert wrong != right
    found = hints(noun + wrong)
    part = f"{len(noun)}:{len(noun) + len(wrong)}"
    assert found.broken.get(part) == right


def test_the_instrumental_follows_no_harmony():
    for word in ("баламен", "көлмен", "таспен"):
        assert f"{len(word) - 3}:{len(word)}" not in hints(word).broken


def test_a_pronoun_with_a_changed_stem_takes_what_it_takes():
    assert "DAT" in dict(hints("маған").parts["2:5"])
    assert "DAT" not in dict(hints("барған").parts["3:6"])


@pytest.mark.parametrize("script", ["kk-Latn", "kk-Arab"])
@pytest.mark.parametrize("noun", NOUNS)
def test_the_other_scripts_say_the_same(noun, script):
    word = noun + attach(noun, "LAр")[1]
    other = transliterate(word, target=script)
    part = f"{len(other) - 3}:{len(other)}"
    assert hints(word).parts[f"{len(noun)}:{len(word)}"] == hints(other).parts[part]
    assert part not in hints(other).broken


def test_every_suffix_of_the_inventory_has_a_label_of_the_scheme():
    known = {label.id for label in tables.scheme("morphemes").labels if not label.group}
    named = {scheme_label(row.label, row.kind) for row in lexicon.suffixes() if row.form}
    assert named <= known


@pytest.mark.parametrize("word", ["", "123", "қ", "a" * 61, "İstanbul", "😀😀", "кофе-брейк", "\u0674"])
def test_strange_words_have_no_faults(word):
    found = hints(word)
    assert set(found.broken) <= set(found.parts)
