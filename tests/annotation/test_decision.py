"""Only possible answers are stored, in one form."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qadam.annotation.decision import check, gaps, labels, places, tokens
from qadam.catalogue import tables
from qadam.errors import BadData

WORD = {"id": "1", "text": "кітаптарымыз"}
TEXT = {"id": "1", "text": "Абай Алматыда 😀 тұрды"}
RIGHT = [
    ("morphemes", WORD, {"cuts": [5, 8], "labels": ["STEM", "PL", "POSS"], "pos": "NOUN"}),
    ("morphemes", WORD, {"cuts": [], "labels": ["STEM"], "pos": "X"}),
    ("morphemes", {"id": "1", "text": "كىتاپتار"}, {"cuts": [5], "labels": ["STEM", "PL"], "pos": "NOUN"}),
    ("codeswitch_tokens", TEXT, {"labels": ["kk", "kk", "other", "kk"]}),
    ("ner_kaznerd", TEXT, {"spans": [[0, 4, "PERSON"], [5, 11, "GPE"]]}),
    ("ner_kaznerd", TEXT, {"spans": []}),
    ("sentiment3", TEXT, {"label": "neutral"}),
    ("word_similarity", {"id": "1", "text": "", "pair": ["ат", "жылқы"]}, {"value": 7.5}),
    ("translation_check", TEXT, {"value": 40.0, "spans": [[0, 4, "meaning"]]}),
    ("transcription", {"id": "1", "text": "", "image": "a.png"}, {"text": "қарға"}),
    ("text_review", TEXT, {"text": "Абай", "label": "mend"}),
]
WRONG = [
    ("morphemes", WORD, {"cuts": [0], "labels": ["STEM", "PL"], "pos": "NOUN"}, "cannot be cut at 0"),
    ("morphemes", WORD, {"cuts": [12], "labels": ["STEM", "PL"], "pos": "NOUN"}, "cannot be cut at 12"),
    ("morphemes", WORD, {"cuts": [5.0], "labels": ["STEM", "PL"], "pos": "NOUN"}, "cannot be cut at 5.0"),
    ("morphemes", WORD, {"cuts": [True], "labels": ["STEM", "PL"], "pos": "NOUN"}, "cannot be cut at True"),
    ("morphemes", WORD, {"cuts": [8, 5], "labels": ["STEM"] * 3, "pos": "NOUN"}, "do not rise"),
    ("morphemes", WORD, {"cuts": [5, 5], "labels": ["STEM"] * 3, "pos": "NOUN"}, "do not rise"),
    ("morphemes", WORD, {"cuts": [5], "labels": ["STEM"], "pos": "NOUN"}, "2 parts have 1 labels"),
    ("morphemes", WORD, {"cuts": [], "labels": ["NOUN"], "pos": "NOUN"}, "'NOUN' is none of its labels"),
    ("morphemes", WORD, {"cuts": [], "labels": ["STEM"], "pos": "STEM"}, "'STEM' is none of its labels"),
    ("morphemes", WORD, {"cuts": [], "labels": ["STEM"]}, "'pos' is missing"),
    ("morphemes", {"id": "1", "text": "а\u0301лма"}, {"cuts": [1], "labels": ["STEM"] * 2, "pos": "X"}, "cut at 1"),
    ("codeswitch_tokens", TEXT, {"labels": ["kk"]}, "4 tokens have 1 labels"),
    ("codeswitch_tokens", TEXT, {"labels": "kkkk"}, "is a list"),
    ("ner_kaznerd", TEXT, {"spans": [[0, 4, "HERO"]]}, "'HERO' is none"),
    ("ner_kaznerd", TEXT, {"spans": [[0, 99, "GPE"]]}, "from 0 to 99"),
    ("ner_kaznerd", TEXT, {"spans": [[4, 4, "GPE"]]}, "from 4 to 4"),
    ("ner_kaznerd", TEXT, {"spans": [[-1, 4, "GPE"]]}, "from -1 to 4"),
    ("ner_kaznerd", TEXT, {"spans": [[0, 4, "GPE"], [3, 6, "GPE"]]}, "overlap at 3"),
    ("ner_kaznerd", TEXT, {"spans": [[0, 4]]}, "a span is"),
    ("sentiment3", TEXT, {"label": "good"}, "'good' is none"),
    ("sentiment3", TEXT, {"label": ["neutral"]}, "is none of its labels"),
    ("sentiment3", TEXT, {}, "'label' is missing"),
    ("sentiment3", TEXT, {"label": "neutral", "x": 1}, "'x' is unknown"),
    ("sentiment3", TEXT, None, "a JSON object"),
    ("word_similarity", TEXT, {"value": 11}, "not within 0 and 10"),
    ("word_similarity", TEXT, {"value": 10**400}, "not within 0 and 10"),
    ("word_similarity", TEXT, {"value": float("nan")}, "a rating is a number"),
    ("word_similarity", TEXT, {"value": True}, "a rating is a number"),
    ("word_similarity", TEXT, {"value": "7"}, "a rating is a number"),
    ("word_similarity", TEXT, {"value": 7, "spans": []}, "'spans' is unknown"),
    ("transcription", TEXT, {"text": "  "}, "the text is empty"),
    ("transcription", TEXT, {"text": "\ud83d"}, "is not text"),
    ("transcription", TEXT, {"text": 5}, "is not text"),
    ("text_review", TEXT, {"text": "а"}, "'label' is missing"),
]


@pytest.mark.parametrize("name, item, payload", RIGHT)
def test_a_possible_answer_is_kept_as_it_is(name, item, payload):
    assert check(tables.scheme(name), item, payload) == payload


@pytest.mark.parametrize("name, item, payload, says", WRONG)
def test_an_impossible_answer_is_refused_by_item_and_fault(name, item, payload, says):
    with pytest.raises(BadData, match=f"{name}, item '1': .*{says}"):
        check(tables.scheme(name), item, payload)


def test_spans_come_back_in_order_and_ratings_as_numbers():
    scheme = tables.scheme("ner_kaznerd")
    assert check(scheme, TEXT, {"spans": [[5, 11, "GPE"], [0, 4, "PERSON"]]})["spans"][0] == [0, 4, "PERSON"]
    assert check(tables.scheme("translation_check"), TEXT, {"value": 40}) == {"value": 40.0, "spans": []}


def test_every_scheme_of_the_catalogue_can_be_answered():
    kinds = {name: payload for name, _, payload in RIGHT}
    for scheme in tables.schemes():
        wanted = {"choice": {"label": labels(scheme)[0]} if scheme.labels else None, "text": {"text": "а"}}
        payload = kinds.get(scheme.id) or wanted[scheme.kind]
        item = next((item for name, item, _ in RIGHT if name == scheme.id), TEXT)
        check(scheme, item, payload)


def test_a_scheme_without_parts_of_speech_asks_for_none():
    scheme = tables.scheme("morphemes")
    bare = replace(scheme, labels=tuple(label for label in scheme.labels if not label.group))
    assert check(bare, WORD, {"cuts": [], "labels": ["STEM"]}) == {"cuts": [], "labels": ["STEM"]}


def test_tokens_stand_where_the_text_has_them():
    item = {"id": "1", "text": " Абай, келді", "tokens": ["Абай", ",", "келді"]}
    assert places(item) == [(1, 5), (5, 6), (7, 12)] and tokens(item) == ["Абай", ",", "келді"]
    for wrong in (["Абай", "келді"], ["Абай", ","], ["Абай", ",", "келді", "!"], [""]):
        with pytest.raises(ValueError, match="token"):
            places({**item, "tokens": wrong})


def test_a_cut_never_parts_a_letter_from_its_sign():
    assert gaps("қарға") == [1, 2, 3, 4] and gaps("а\u0301л") == [2] and gaps("а") == [] and gaps("") == []


@given(st.text(min_size=1, max_size=20))
def test_tokens_by_white_space_always_have_places(text):
    item = {"id": "1", "text": text}
    assert [text[start:end] for start, end in places(item)] == text.split()
