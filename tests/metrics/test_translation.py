"""chrF++ and BLEU held to sacrebleu, on real Kazakh and on strings that nobody would write; letters by hand."""

import random

import numpy as np
import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.metrics import translation
from qadam.metrics.translation import Reference
from qadam.terms import NO_ANSWER

sacrebleu = pytest.importorskip("sacrebleu")
ODD = "аәқ ңөbW. ,-1'29«»!&;()—\t"


def pairs():
    """Kazakh against Kyrgyz, Uzbek and English of the sample, and 300 pairs of noise."""
    found = items.load("parallel-mini/all", Places(tables.HERE, (), True))
    made = [(i.input["kk"], i.input[language]) for i in found[:40] for language in ("ky", "uz", "en")]
    draw = random.Random(13)
    noise = ["".join(draw.choices(ODD, k=draw.randrange(30))) for _ in range(600)]
    return [*made, *zip(noise[:300], noise[300:], strict=True)]


def summed(rows):
    return {name: sum(row[name] for row in rows) for name in rows[0]}


def test_every_sentence_has_the_score_of_sacrebleu():
    chrf, bleu = sacrebleu.CHRF(word_order=2), sacrebleu.BLEU(effective_order=False)
    for said, gold in pairs():
        row = translation.count(said, Reference(gold))
        assert translation.chrf(row) == pytest.approx(chrf.sentence_score(said, [gold]).score, abs=1e-9)
        assert translation.sentence_chrf(said, gold) == pytest.approx(translation.chrf(row))
        assert translation.bleu(row) == pytest.approx(bleu.corpus_score([said], [[gold]]).score, abs=1e-9)


def test_a_set_has_the_score_of_sacrebleu_and_arrays_score_like_numbers():
    said, gold = zip(*pairs(), strict=True)
    rows = [translation.count(a, Reference(b)) for a, b in pairs()]
    sums = summed(rows)
    assert translation.chrf(sums) == pytest.approx(sacrebleu.CHRF(word_order=2).corpus_score(said, [gold]).score)
    assert translation.bleu(sums) == pytest.approx(sacrebleu.BLEU().corpus_score(said, [gold]).score)
    arrays = {name: np.array([value, rows[0][name]]) for name, value in sums.items()}
    for score in (translation.chrf, translation.bleu):
        assert score(arrays).tolist() == pytest.approx([float(score(sums)), float(score(rows[0]))])


def test_the_signatures_are_those_that_sacrebleu_prints():
    said, gold = ["Бала келді."], [["Бала кетті."]]
    printed = {}
    for name, metric in (("chrf", sacrebleu.CHRF(word_order=2)), ("bleu", sacrebleu.BLEU())):
        metric.corpus_score(said, gold)
        printed[name] = metric.get_signature().format(short=False).rpartition("|version")[0]
    ours = {m.name: m.params["sacrebleu"] for m in translation.metrics(("kk-ky",)) if m.params}
    assert ours == printed


def test_a_copy_is_perfect_and_no_answer_is_nothing():
    gold = Reference("Ертең Алматыға барамыз.", "kk")
    for said, value in ((gold.text, 100), (NO_ANSWER, 0), ("", 0)):
        row = translation.count(said, gold)
        assert translation.chrf(row) == pytest.approx(value) and translation.bleu(row) == pytest.approx(value)


def test_letters_of_another_language_are_counted():
    kyrgyz, uzbek = Reference("", "ky"), Reference("", "uz")
    assert translation.count_letters("Қала іші 12", kyrgyz) == {"letters": 7.0, "strange": 3.0}  # Қ, і, і
    assert translation.count_letters("Oʻzbekcha gʻoz", uzbek)["strange"] == 0
    assert np.isnan(translation.share_strange(translation.count_letters(NO_ANSWER, uzbek)))
