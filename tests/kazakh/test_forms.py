"""Forms of known stems by what they look like: harmony holds, and the segmenter agrees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qadam.kazakh.chains import fold
from qadam.kazakh.forms import Forms, own
from qadam.kazakh.graph import graph
from qadam.kazakh.lexicon import Lexicon, Stem
from qadam.kazakh.morphology import analyse, paradigm
from qadam.kazakh.phonology import LETTERS

EXACT = Forms()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("омир", ["өмір"]),
        ("тилдерде", ["тілдерде"]),  # back suffixes would not follow a front stem
        ("калган", ["қалған"]),
        ("кол", ["көл", "қол"]),
        ("оқиды", ["оқиды"]),  # the stem оқы hides its vowel
        ("коямын", ["қоямын"]),  # қой hides its й
        ("аулде", []),
        ("", []),
    ],
)
def test_what_a_russian_keyboard_hides(typed, meant):
    assert sorted(own(fold).alike(fold(typed))) == meant


def test_a_form_costs_what_its_suffixes_cost():
    costs = own(fold).alike("бала") | own(fold).alike("балалар")
    assert costs["бала"] == 0.0 < costs["балалар"]


@pytest.mark.parametrize(("lemma", "pos"), [("бала", "NOUN"), ("халық", "NOUN"), ("оқы", "VERB"), ("кел", "VERB")])
def test_every_form_of_a_paradigm_is_known(lemma, pos):
    forms = {form for forms in paradigm(lemma, pos).values() for form in forms}
    assert [form for form in sorted(forms) if form not in EXACT.alike(form)] == []


@given(st.sampled_from(sorted(paradigm("көл", "NOUN").values())), st.text(LETTERS, max_size=3))
def test_it_knows_what_the_analyser_knows(forms, more):
    word = forms[0] + more
    assert (word in EXACT.alike(word)) >= any(reading.known for reading in analyse(word))


def test_stems_of_the_user():
    forms = Forms(Lexicon.of([("қылкөпір", Stem("қылкөпір", "NOUN", ("noun",)))]), look=fold)
    assert list(forms.alike("кылкопирге")) == ["қылкөпірге"]


@given(st.text())
def test_no_text_crashes(text):
    assert all(len(form) == len(text) for form in EXACT.alike(text))


def test_a_word_without_end_is_no_form():
    assert EXACT.alike("лар" * 20_000) == {}


def test_the_graph_ends_where_a_word_may():
    found = graph()
    assert found.states["noun"] & found.final and not found.states["poss3n-"] & found.final
    assert {arc.row.label for arc in found.arcs["лар"]} == {"PL"}


def test_what_grows_from_a_frequent_word_costs_less():
    plain, ranked = Forms(), Forms(ranks={"кісі": 1, "жер": 100, "күндіз": 200})
    gains = [plain.alike(word)[word] - ranked.alike(word)[word] for word in ("кісінің", "жердің", "тілдің")]
    assert gains[0] > gains[1] > gains[2] == 0
    assert "күндіз" in ranked.alike("күндіз") and "күндіз" not in plain.alike("күндіз")
