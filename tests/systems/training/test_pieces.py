"""Every arm gives back every text exactly, cuts where it promises, and is the same each time it is trained."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qadam.errors import BadTokenizer
from qadam.kazakh.morphology import segment
from qadam.systems.training import pieces

LINES = [
    "Мектептерімізде оқушылар көп, балаларымызға кітап керек.",
    "Біз ертең ауылға барамыз, сонда атамыз бізді күтіп отыр.",
    "Қаладағы үйлердің терезелерінен жарық көрінді.",
    "Кітаптарымызды оқып, мұғалімдерімізге айтып бердік.",
    "2024 жылы 35 оқушы бітірді, бұл — жақсы көрсеткіш!",
    "Ауылдарымыздағы мектептердің оқушыларына жаңа кітаптар жетті.",
] * 8


@pytest.fixture(scope="module", params=pieces.ARMS)
def arm(request, tmp_path_factory):
    if "morfessor" in request.param:
        pytest.importorskip("morfessor")
    to = tmp_path_factory.mktemp("arms") / f"{request.param}.json"
    pieces.train(request.param, LINES, vocabulary=400, seed=13, to=to)
    return request.param, pieces.load(to)


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=40))
def test_any_text_comes_back(arm, text):
    text = text.encode("utf-8", "ignore").decode()
    _, vocabulary = arm
    ids = vocabulary.encode(text)
    assert vocabulary.decode(ids) == text
    assert all(pieces.SPECIAL <= i < vocabulary.size for i in ids)


@settings(max_examples=30, deadline=None)
@given(text=st.text(alphabet="аәбқңөұүһі тер·\n9—", max_size=30))
def test_offsets_cover_the_text(arm, text):
    _, vocabulary = arm
    cut = vocabulary.cut(text)
    assert cut.ids == vocabulary.encode(text)
    covered = {i for a, b in zip(cut.starts, cut.ends, strict=True) for i in range(a, b)}
    assert covered == set(range(len(text)))
    assert cut.starts == sorted(cut.starts)


def test_no_piece_reaches_across_a_morpheme(tmp_path):
    to = tmp_path / "morphology.json"
    pieces.train("morphology-bpe", LINES, vocabulary=600, seed=13, to=to)
    cut = pieces.load(to).cut("мектептерімізде")
    edges, at = set(), 0
    for part in segment("мектептерімізде"):
        edges.add(at)
        at += len(part)
    assert edges <= set(cut.starts)


def test_the_random_arm_cuts_as_often_as_the_morphology_but_elsewhere():
    words = ["мектептерімізде", "балаларымызға", "кітаптарымызды", "ауылдарымыздағы"]
    at_random = [pieces._at_random(word, len(segment(word)), 13) for word in words]
    assert [len(parts) for parts in at_random] == [len(segment(word)) for word in words]
    assert ["".join(parts) for parts in at_random] == words
    assert at_random != [segment(word) for word in words]
    assert at_random == [pieces._at_random(word, len(segment(word)), 13) for word in words]


@pytest.mark.parametrize("name", ["bpe", "unigram", "random-bpe"])
def test_the_vocabulary_has_the_size_asked_for_and_is_the_same_twice(tmp_path, name):
    for copy in ("one", "two"):
        pieces.train(name, LINES, vocabulary=420, seed=13, to=tmp_path / copy)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert pieces.load(tmp_path / "one").size <= 420 + 256 + pieces.SPECIAL
    if name != "unigram":  # Unigram keeps what its likelihood supports, often fewer
        assert pieces.load(tmp_path / "one").size == 420 + pieces.SPECIAL


def test_a_broken_file_is_named(tmp_path):
    (tmp_path / "arm.json").write_text(json.dumps({"arm": "nonsense"}))
    with pytest.raises(BadTokenizer, match=r"arm\.json"):
        pieces.load(tmp_path / "arm.json")


def test_a_tokenizer_over_bytes_is_an_arm_too(tmp_path):
    pieces.train("bpe", LINES, vocabulary=400, seed=13, to=tmp_path / "bpe.json")
    model = json.loads((tmp_path / "bpe.json").read_text())["model"]
    (tmp_path / "tokenizer.json").write_text(json.dumps(model))
    outer = pieces.given(tmp_path / "tokenizer.json")
    text = "Оқушыларымыз кітап оқыды. 3,5 %"
    assert outer.decode(outer.encode(text)) == text
