"""Counting language models: chances that sum to one, Kneser-Ney by hand, and every way of cutting held to one text."""

import itertools
import math

import numpy as np
import pytest

from qadam.errors import BadSystem, EmptyDataset
from qadam.systems.load import Training
from qadam.systems.training import ngram, pieces
from qadam.systems.training.ngram import Counted
from qadam.terms import Cloze, Item, Passage, SystemRow

LINES = ["Мектепте оқушылар кітап оқиды.", "Ауылда балалар ойнап жүр.", "Қалада жаңа үйлер салынды."] * 10


class Letters:
    """Pieces that are single letters, so that a model can be reckoned by hand."""

    def __init__(self, letters):
        self.letters, self.size = letters, pieces.SPECIAL + len(letters)

    def encode(self, text):
        return [pieces.SPECIAL + self.letters.index(c) for c in text]


def test_bigrams_by_hand():
    # "аба", "аб": after the sign а twice; а then б twice; б then а once. One of these three bigrams is seen once and two twice, so
    # D2 = 1/(1+4) = 1/5. Different pieces before а: the sign and б, before б: а alone: D1 = 1/(1+2) = 1/3. Six pieces in all.
    model = Counted(Letters("аб"), ["аба", "аб"], 2)
    single = {"а": (2 - 1 / 3) / 3 + (2 * 1 / 3) / 3 / 6, "б": (1 - 1 / 3) / 3 + (2 * 1 / 3) / 3 / 6}
    after_sign = {"а": (2 - 0.2) / 2 + 0.2 / 2 * single["а"], "б": 0.2 / 2 * single["б"]}
    assert model.nats("а") == pytest.approx(-math.log(after_sign["а"]))
    assert model.nats("б") == pytest.approx(-math.log(after_sign["б"]))
    a_then_b = (2 - 0.2) / 2 + 0.2 / 2 * single["б"]
    assert model.nats("аб") == pytest.approx(-math.log(after_sign["а"]) - math.log(a_then_b))


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_the_chances_of_all_texts_of_one_length_sum_to_one(order):
    letters = Letters("абв")
    model = Counted(letters, ["абвабв", "ваб", "бб"], order)
    nothing = 1 - sum(math.exp(-model.nats(c)) for c in "абв")  # what the four special numbers are given
    assert 0 <= nothing < 0.2
    for before in ("а", "аб", "ввв"):
        after = [math.exp(model.nats(before) - model.nats(before + c)) for c in "абв"]
        assert all(chance > 0 for chance in after) and sum(after) <= 1 + 1e-12
        assert sum(after) > 0.8


def test_a_longer_memory_learns_a_text_by_heart():
    text = "".join(a + b for a, b in itertools.permutations("абвгдеж", 2))
    letters = Letters("абвгдеж")
    short, long = (Counted(letters, [text] * 3, order).nats(text) for order in (1, 4))
    assert long < short / 4


@pytest.mark.parametrize("arm", ["bpe", "morphology-bpe", "random-bpe", "bytes", "characters"])
def test_every_arm_measures_the_same_text(arm, tmp_path):
    row = SystemRow("arm", "arm", "ngram", arm, options={"vocabulary": 300, "order": 4, "dataset": "text"})
    training = Training(lambda: [Item(str(n), line) for n, line in enumerate(LINES)], tmp_path / "arm-s13")
    model = ngram.load(row, [], training)
    known, strange = model.answer([Passage(LINES[0]), Passage("Ъыь эъё щцф жзх юяч, ъыь эъё.")])
    assert np.isfinite(strange) and 0 < known < strange / 3
    assert list(tmp_path.glob("pieces-*.json"))


def test_what_it_cannot_do_is_named(tmp_path):
    model = ngram.CountingModel("arm", Letters("аб"), Counted(Letters("аб"), ["аб"], 2))
    with pytest.raises(BadSystem, match="Cloze"):
        model.answer([Cloze("аб", ((0, 1),))])
    with pytest.raises(EmptyDataset):
        Counted(Letters("аб"), [], 2)
    with pytest.raises(BadSystem, match="no data"):
        ngram.load(SystemRow("arm", "arm", "ngram", "bpe"), [])
