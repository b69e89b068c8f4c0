"""Time as the clock takes it: rounds, warm-up, threads, and nothing answered from memory."""

import os
import threading

import pytest

from qadam.systems.answers import Answer, Answers
from qadam.systems.clock import held_to, spread, timed
from qadam.systems.language_models import on_paper
from qadam.systems.language_models.language_model import LanguageModel
from qadam.terms import Ask, Clock, Said, SystemRow


class Listening:
    name = "listening"

    def __init__(self):
        self.heard = []

    def answer(self, inputs):
        self.heard += [ask.item for ask in inputs]
        return [Said(ask.prompt) for ask in inputs]


def asks(count):
    return [Ask(str(n), "choose", f"сұрақ {n}") for n in range(count)]


def test_one_round_warms_up_and_rounds_never_repeat_a_question_at_once():
    system = Listening()
    found = timed(system, asks(3), Clock(repetitions=2))
    assert system.heard == ["0", "1", "2"] * 3
    assert [len(t.seconds) for t in found] == [2, 2, 2] and found[1].answer == Said("сұрақ 1")
    assert all(seconds >= 0 for t in found for seconds in t.seconds) and "core" in found[0].machine


def test_a_model_that_keeps_its_answers_is_asked_anew_and_keeps_nothing(tmp_path):
    asked = []

    def complete(requests, keep):
        for number, request in enumerate(requests):
            asked.append(request)
            keep(number, Answer("иә"))

    model = LanguageModel("m", model="m", place="", complete=complete, kept=tmp_path / "kept.jsonl")
    same = [Ask("a", "choose", "бірдей"), Ask("b", "choose", "бірдей")]
    found = timed(model, same, Clock(repetitions=4))
    assert len(asked) == 1 + 2 * 4  # the warm-up may remember
    assert [t.answer.text for t in found] == ["иә", "иә"]
    assert len(Answers(tmp_path / "kept.jsonl")) == 1


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system pins no threads")
def test_threads_are_held_and_let_go():
    before, inside = os.sched_getaffinity(0), []
    with held_to(1):
        thread = threading.Thread(target=lambda: inside.append(len(os.sched_getaffinity(0))))
        thread.start()
        thread.join()
    assert inside == [1] and os.sched_getaffinity(0) == before


def test_items_are_spread_from_the_first_to_the_last():
    assert spread("abcdefghij", 5) == ["b", "d", "f", "h", "j"]
    assert spread(range(10_000), 3) == [1666, 5000, 8333]
    assert spread("ab", 5) == ["a", "b"] == spread("ab", 2)


SHAPE = dict(layers=1, width=2, heads=1, groups=1, head=2, inner=3, vocabulary=5, tied=False, bits=8)


def test_a_model_on_paper_takes_a_token_for_a_word_and_knows_this_machine():
    model = on_paper.load(SystemRow("m", "m", "on_paper", "shape", options={"shape": SHAPE}), ())
    (facts,) = model.answer([Ask("1", "choose", "Бұл не?", continuations=(" тас", " су"))])
    assert (facts["tokens"], facts["characters"]) == (4, 14)
    assert facts["gflops"] > 0.1 and facts["gigabytes"] > 0.1
