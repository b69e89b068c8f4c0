"""Arithmetic of models by hand, against what their authors state; and times as a clock gives them."""

import pytest

from qadam.catalogue import tables
from qadam.metrics import cost
from qadam.metrics.cost import Shape
from qadam.terms import Ask, Timed


def shape(name):
    return Shape(**tables.system(name).options["shape"])


# What their authors print: SozKZ-600M has 587M weights (Tukenov 2026), Qwen3-0.6B 0.6B and 0.44B without embeddings
# (model card), Llama-3.1-8B 8.03B with 128,256 tokens (Dubey et al. 2024, table 3, and the model card).
def test_weights_are_those_that_authors_state():
    assert round(shape("sozkz-600m-on-paper").parameters / 1e6) == 587
    qwen = shape("qwen3-0.6b-on-paper")
    assert round(qwen.parameters / 1e9, 1) == 0.6 and round(qwen.body / 1e9, 2) == 0.44
    llama = shape("sherkala-8b-q4-on-paper")._replace(vocabulary=128_256)
    assert round(llama.parameters / 1e9, 2) == 8.03


SMALL = Shape(layers=1, width=2, heads=1, groups=1, head=2, inner=3, vocabulary=5, tied=False, bits=8)


def test_operations_by_hand():
    # queries and output 2*2*2, keys and values 2*2*2, three matrices of 2*3: 8 + 8 + 18 = 34 weights; out 5*2 = 10
    assert (SMALL.body, SMALL.out, SMALL.parameters, SMALL.bytes) == (34, 10, 54, 44)
    # three tokens: 2*34*3, attention 2*1*1*2*3^2, one row of chances 2*10
    assert SMALL.operations(3) == 204 + 36 + 20


def test_the_slower_of_memory_and_arithmetic_counts():
    facts = {"shape": SMALL._asdict(), "tokens": 3, "characters": 10}
    by_memory = cost.count_on_paper({**facts, "gflops": 1e9, "gigabytes": 44e-9}, None)
    by_arithmetic = cost.count_on_paper({**facts, "gflops": 130e-9, "gigabytes": 1e9}, None)
    assert by_memory["least"] == pytest.approx(1) and by_arithmetic["least"] == pytest.approx(2)
    assert cost.work_per_character(by_memory) == pytest.approx(26e-9)


def test_the_time_of_a_question_is_the_median_of_its_rounds():
    timed = Timed("ә", (0.2, 9.0, 0.1), Ask("1", "choose", "ab", continuations=("c", "de")), "a processor")
    row = cost.count_timed(timed, None)
    assert (row["seconds"], row["rounds"], row["characters"]) == (0.2, 3, 5)
    assert cost.per_1000_characters(row) == pytest.approx(40)
    other = cost.count_timed(timed._replace(machine="another"), None)
    assert row["machine"] != other["machine"]
