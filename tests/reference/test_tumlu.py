"""Recorded answers of TUMLU read again, against the Kazakh columns its README prints (commit 24299df, two tables).

The rule `tumlu-2025` is written from what the scripts look for and is the same for every model. A column is met within
1.5 points: the scripts exist in several versions, and the tables do not say which made them.
"""

import os
import time
from collections import Counter
from pathlib import Path

import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.lab.run import answer_items, bring_to_life
from qadam.metrics import choice
from qadam.studies.llm_leaderboard import RECORDED, SCHOOL, STUDY
from qadam.terms import Cell

pytestmark = pytest.mark.skipif("QADAM_MIRROR" not in os.environ, reason="QADAM_MIRROR is not set: no real data here")

# direct, with reasoning; per cent
PRINTED = {
    "claude-3-5-sonnet-20241022": (83.0, 84.1),
    "gpt-4o-2024-11-20": (81.0, 80.7),
    "gemini-1.5-pro": (78.4, 75.1),
    "gemini-1.5-flash": (68.6, 69.0),
    "claude-3-5-haiku-20241022": (69.9, 74.0),
    "meta-llama-3.1-405b-instruct": (69.0, 68.7),
    "qwen2.5-72b-instruct": (62.6, 63.9),
    "llama-3.3-70b-instruct": (60.0, 69.3),
    "meta-llama-3.1-70b-instruct": (56.4, 61.7),
    "gemma-2-27b-it": (58.4, 61.6),
    "gemma-2-9b-it": (49.1, 52.7),
    "qwen2.5-7b-instruct": (45.0, 46.4),
    "meta-llama-3.1-8b-instruct": (46.4, 38.9),
}
MODES = ("direct-kk", "cot-kk")
PARTIAL = ("meta-llama-3.1-405b-instruct", "direct-kk")  # the recorded run lacks a subject: not comparable
MISSED = {
    ("qwen2.5-72b-instruct", "direct-kk"),  # +1.7
    ("meta-llama-3.1-70b-instruct", "direct-kk"),  # -7.7: 144 answers unread, bare letters above all
    ("gemini-1.5-pro", "cot-kk"),  # +2.0: the printed -3.3 for reasoning is an artefact of reading
    ("claude-3-5-haiku-20241022", "cot-kk"),  # -2.1, and no reading of these answers reaches the printed figure
}


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    mirror = tuple(map(Path, os.environ["QADAM_MIRROR"].split(os.pathsep)))
    return Places(tmp_path_factory.mktemp("home"), mirror, offline=True)


@pytest.fixture(scope="module")
def read(places):
    """Model and condition -> right, asked, unread; and the seconds of CPU that reading the direct answers took."""
    protocol, found, seconds = STUDY.protocols["laptop"], {}, 0.0
    conditions = {c.name: c for c in protocol.conditions}
    for name in PRINTED:
        row = tables.system(name)
        system = bring_to_life(row, places)
        for mode in MODES:
            for condition in (mode, f"{mode}+tumlu-2025"):
                cell = Cell(SCHOOL, name, condition, 13)
                started = time.process_time()
                rows = answer_items(STUDY, protocol, cell, conditions[condition], system, places)
                seconds += (time.process_time() - started) if condition == "direct-kk" else 0
                scored = [r for r in rows if r["status"] != "unscored"]
                found[name, condition] = (
                    sum(r["right"] for r in scored),
                    len(scored),
                    Counter(r["status"] for r in scored)["no answer"],
                )
    return found, seconds


def off(found, name, mode):
    right, asked, _ = found[name, f"{mode}+tumlu-2025"]
    return 100 * right / asked - PRINTED[name][MODES.index(mode)]


def test_the_printed_columns_come_out_within_one_point_and_a_half(read):
    far = {(name, mode) for name in PRINTED for mode in MODES if abs(off(read[0], name, mode)) > 1.5} - {PARTIAL}
    assert far == MISSED
    met = Counter(mode for name in PRINTED for mode in MODES if (name, mode) not in {*far, PARTIAL})
    assert met == {"direct-kk": 10, "cot-kk": 11}  # of 12 and of 13


def test_every_printed_figure_is_a_row_and_every_miss_is_explained():
    printed_by = [f for f in tables.published("llm-leaderboard") if f.citation == "tumlu-2025"]
    rows = {(f.system, f.condition): f for f in printed_by}
    assert len(rows) == len(printed_by) == 2 * len(PRINTED)
    for name, printed in PRINTED.items():
        for mode, value in zip(MODES, printed, strict=True):
            figure = rows[name, f"{mode}+tumlu-2025"]
            assert figure.value == pytest.approx(value / 100) and figure.digits == 3
            explained = "several versions" not in figure.comparable
            assert explained == ((name, mode) in {*MISSED, PARTIAL})


def test_read_carefully_reasoning_helps_gemini_and_few_answers_stay_unread(read):
    def accuracy(name, mode):
        right, asked, _ = read[0][name, mode]
        return 100 * right / asked

    gain = {name: accuracy(name, "cot-kk") - accuracy(name, "direct-kk") for name in PRINTED}
    assert gain["gemini-1.5-pro"] == pytest.approx(3.3, abs=0.5)  # dossier of November 2026: +3.3, upstream prints -3.3
    assert accuracy("meta-llama-3.1-70b-instruct", "direct-kk") == pytest.approx(58.0, abs=1.0)  # the same: 58.0
    assert gain["llama-3.3-70b-instruct"] > 8
    unread = sum(read[0][name, "direct-kk"][2] for name in PRINTED)
    assert unread < sum(read[0][name, "direct-kk+tumlu-2025"][2] for name in PRINTED)


def test_the_runs_hold_what_the_source_says(read, places):
    asked = {(name, mode): read[0][name, mode][1] for name in PRINTED for mode in MODES}
    assert asked.pop(PARTIAL) == 800
    assert set(asked.values()) == {899} == {len(items.load(SCHOOL, places))}
    assert set(PRINTED) < set(RECORDED)


def test_twelve_thousand_recorded_answers_are_read_again_in_five_seconds(read):
    assert sum(read[0][name, "direct-kk"][1] for name in PRINTED) > 11_500
    assert read[1] < 5


def test_our_latin_is_that_of_the_published_copy_but_for_loanwords(places):
    pairs = list(zip(items.load(SCHOOL, places), items.load("tumlu-mini-latin/test", places), strict=True))
    assert all(cyrillic.gold == latin.gold for cyrillic, latin in pairs)
    alike = sum(choice.in_latin(cyrillic).input["question"] == latin.input["question"] for cyrillic, latin in pairs)
    assert alike > 650  # of 899; the copy simplifies loanwords: bakteria, simetria, resesivtı


def test_every_question_carries_the_examples_of_its_subject(places):
    for item in items.load(SCHOOL, places):
        examples = item.fields["examples"]
        assert len(examples) == 5 and {example.group for example in examples} == {item.group}
    areas = Counter(item.fields["area"] for item in items.load(SCHOOL, places))
    assert (areas["mathematics"], areas["history"]) == (100, 200)
