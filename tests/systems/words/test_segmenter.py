"""Segmenters answer with pieces that cover their words; what is trained is trained once and the same each time."""

import random
from functools import partial

import pytest

from qadam.errors import BadSystem
from qadam.systems.load import Training
from qadam.systems.words import segmenter
from qadam.systems.words.generator import load as load_generator
from qadam.terms import Item, SystemRow

TEXTS = [" Балалар мектепке бара жатыр .", "", "  5-ші сынып , АҚШ-тың hello 😀 үйінде  "]
STEMS = ("бала", "мектеп", "кітап", "дала", "қала", "үй", "сөз", "көз", "тау", "су", "жол", "орман")
ENDINGS = ("", "лар", "да", "ға", "ның", "дар", "дер", "де", "ге", "нің")


def row(format, **options):
    return SystemRow("one", "One", "segmenter", format, options=options)


def training(path, seed=13):
    sentences = [Item(str(n), " ".join(stem + ending for ending in ENDINGS)) for n, stem in enumerate(STEMS)]
    return Training(lambda: sentences, path, seed)


def words(system, text):
    """The pieces a system cuts a text into."""
    (tokens,) = system.answer([text])
    return [text[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True)]


TRAINED = ("bpe", "unigram", "morfessor")


@pytest.fixture(scope="module", params=["rules", "whole", *TRAINED])
def system(request, tmp_path_factory):
    if request.param == "morfessor":
        pytest.importorskip("morfessor")
    if request.param in TRAINED:
        made = training(tmp_path_factory.mktemp("trained") / request.param)
        return segmenter.load(row(request.param, vocabulary=60), [], made)
    return segmenter.load(row(request.param), [])


@pytest.mark.parametrize("text", TEXTS)
def test_pieces_cover_every_word_and_no_space_begins_one(system, text):
    (tokens,) = system.answer([text])
    covered = {place for a, b in zip(tokens.starts, tokens.ends, strict=True) for place in range(a, b)}
    assert covered >= {place for place, letter in enumerate(text) if not letter.isspace()}
    assert list(tokens.starts) == sorted(tokens.starts)


def test_rules_cut_what_they_are_asked_for():
    assert words(segmenter.load(row("rules"), []), "жазылды мектепте") == ["жазыл", "ды", "мектеп", "те"]
    assert words(segmenter.load(row("rules", voice=True), []), "жазылды") == ["жаз", "ыл", "ды"]
    assert words(segmenter.load(row("rules", derivation=True), []), "балалықтан") == ["бала", "лық", "тан"]


def test_never_cut():
    assert words(segmenter.load(row("whole"), []), " мектептерде бар") == ["мектептерде", "бар"]


@pytest.mark.parametrize("format", TRAINED)
def test_the_same_training_gives_the_same_file_and_is_done_once(format, tmp_path):
    if format == "morfessor":
        pytest.importorskip("morfessor")
    asked = row(format, vocabulary=60)
    before = random.getstate()
    segmenter.load(asked, [], training(tmp_path / "a"))
    segmenter.load(asked, [], training(tmp_path / "b"))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert random.getstate() == before
    kept = Training(partial(pytest.fail, "trained twice"), tmp_path / "a")
    segmenter.load(asked, [], kept)


def test_morfessor_finds_the_suffixes_of_a_toy_language(tmp_path):
    pytest.importorskip("morfessor")
    system = segmenter.load(row("morfessor"), [], training(tmp_path / "m"))
    assert words(system, "Балалар орманда") == ["Бала", "лар", "орман", "да"]


def test_what_another_program_answered(tmp_path):
    path = tmp_path / "words.tsv"
    path.write_text("мектепте\tмектеп·те\n", "utf-8")
    assert words(segmenter.load(row("recorded"), [path]), "Мектепте мектепте қалада") == [
        "Мектеп", "те", "мектеп", "те", "қалада",
    ]  # fmt: skip
    path.write_text("мектепте\tмектеп·та\n", "utf-8")
    with pytest.raises(BadSystem, match="line 1"):
        segmenter.load(row("recorded"), [path])


def test_the_generator_gives_the_forms_of_a_slot():
    system = load_generator(SystemRow("g", "G", "generator", "rules"), [])
    asked = [("бала", "NOUN", "Case=Dat|Number=Plur"), ("және", "CCONJ", "Case=Dat")]
    assert system.answer(asked) == [("балаларға",), ()]
