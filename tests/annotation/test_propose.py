"""Proposals by systems of the catalogue: real words and texts, and what a system cannot propose for."""

import pytest

from qadam.annotation.decision import check
from qadam.annotation.propose import propose, reader
from qadam.catalogue import tables
from qadam.errors import Usage
from qadam.systems.load import load


def proposed(scheme, system, texts):
    row = tables.system(system)
    items = [{"id": str(i), "text": text} for i, text in enumerate(texts)]
    return list(propose(tables.scheme(scheme), items, system=load(row, []), row=row))


def test_the_segmenter_proposes_cuts_labels_and_part_of_speech():
    [school, went, whole] = proposed("morphemes", "qadam-segmenter", ["мектептерімізде", "барамын", "қала"])
    assert school["proposal"] == {"cuts": [6, 9, 13], "labels": ["STEM", "PL", "POSS", "LOC"], "pos": "NOUN"}
    assert went["proposal"] == {"cuts": [3, 4], "labels": ["STEM", "TENSE", "PERS"], "pos": "VERB"}
    assert whole["proposal"]["labels"] == ["STEM"]
    assert school["proposer"] == "qadam-segmenter"


def test_every_proposal_is_an_answer_the_scheme_allows():
    scheme = tables.scheme("morphemes")
    words = ["Google-да", "5-ші", "مەكتەپتەر", "кітабында", "келді-ақ", "123", "айтуынша", "жазылмаған"]
    for row in proposed("morphemes", "qadam-segmenter-formation", words):
        assert row["proposal"] == check(scheme, row, row["proposal"])


def test_token_languages_are_proposed():
    [row] = proposed("codeswitch_tokens", "qadam-codeswitch", ["Кеше базарға барып сдачу алмадым"])
    assert row["proposal"] == {"labels": ["kk", "kk", "kk", "ru", "kk"]}
    assert row["proposer"] == "qadam-codeswitch"


def test_what_is_proposed_already_stays():
    row = tables.system("qadam-segmenter")
    items = [{"id": "1", "text": "қала", "proposal": {"cuts": [], "labels": ["STEM"], "pos": "NOUN"}, "proposer": "me"}]
    assert list(propose(tables.scheme("morphemes"), items, system=load(row, []), row=row)) == items


def test_a_system_of_another_kind_is_refused_by_name():
    with pytest.raises(Usage, match="qadam-segmenter is a segmenter, which cannot propose for sentiment3"):
        reader(tables.scheme("sentiment3"), tables.system("qadam-segmenter"))
