"""Taggers trained on a few sentences: what they see, what they answer, that they learn, and that they keep what they learned."""

from dataclasses import replace

import pytest

from qadam.catalogue import tables
from qadam.errors import BadSystem
from qadam.systems.labels import tagger, token_features
from qadam.systems.load import Training, load
from qadam.terms import Item, Sentence, Tags

SENTENCES = [
    ("Алматыда жаңа мектеп ашылды .", "B-GPE O O O O"),
    ("Астанада екі мектеп ашылды .", "B-GPE B-CARDINAL O O O"),
    ("Таразда үш аурухана салынды .", "B-GPE B-CARDINAL O O O"),
    ("Ақмола облысы таза .", "B-GPE I-GPE O O"),
]


@pytest.fixture
def training(tmp_path):
    items = [Item(str(n), text, tuple(labels.split())) for n, (text, labels) in enumerate(SENTENCES)]
    return Training(lambda: items, tmp_path / "kept")


def row(name):
    return tables.system(name)


def test_the_features_know_stem_and_endings_of_a_kazakh_word():
    first, *_ = token_features.features(["Алматыда", "мектептер", "ашылды", "."])
    assert {"stem=алматы", "endings=LOC", "shape=Xxx", "+1stem=мектеп"} <= set(first)
    assert "-1edge" in first and not [f for f in first if f.startswith("pair-")]


@pytest.mark.parametrize(("token", "drawn"), [("Алматыда", "Xxx"), ("2024", "99"), ("561-IV", "99-XX"), ("ҚР", "XX")])
def test_a_shape_forgets_letters_and_keeps_their_kind(token, drawn):
    assert token_features.shape(token) == drawn


def test_memory_remembers_the_longest_entity_and_invents_none(training):
    system = load(row("ner-memory"), (), training=training)
    (tags,) = system.answer([Sentence(("Ақмола", "облысы", "АЛМАТЫДА", "Оралда"))])
    assert tags.labels == ("B-GPE", "I-GPE", "B-GPE", "O") and tags.new == (False, False, False, True)


def test_the_random_field_learns_keeps_and_answers_alike(training):
    pytest.importorskip("pycrfsuite", reason="pip install 'qadam[classic]'")
    system = load(row("ner-crf"), (), training=training)
    question = Sentence(("Қарағандыда", "үш", "мектеп", "ашылды", "."))
    (tags,) = system.answer([question])
    assert isinstance(tags, Tags) and tags.labels == ("B-GPE", "B-CARDINAL", "O", "O", "O")
    assert all(0 < sure <= 1 for sure in tags.sure) and tags.new[0] and not tags.new[2]
    (training.path / "words.txt").read_text("utf-8")
    again = load(row("ner-crf"), (), training=replace(training, items=lambda: pytest.fail("trained twice")))
    assert again.answer([question]) == [tags]


def test_a_text_is_answered_with_stretches_of_it(training):
    system = load(row("ner-memory"), (), training=training)
    text = "Ақмола облысы, Алматыда."
    assert [(text[a:b], name) for a, b, name in system.answer([text])[0]] == [
        ("Ақмола облысы", "GPE"),
        ("Алматыда", "GPE"),
    ]


def test_spans_lose_no_label():
    assert tagger.spans(("I-GPE", "I-GPE", "B-GPE", "O", "I-LAW"), [(n, n + 1) for n in range(5)]) == [
        (0, 2, "GPE"),
        (2, 3, "GPE"),
        (4, 5, "LAW"),
    ]


def test_without_data_there_is_nothing_to_learn():
    with pytest.raises(BadSystem, match=r"names no data"):
        load(row("ner-crf"), ())
