"""A cap is never exceeded, whatever the server says or leaves out; what was answered is kept and never paid twice."""

import runpy
import threading
from itertools import pairwise
from pathlib import Path

import pytest

from qadam.errors import BudgetSpent, NotAnswered
from qadam.systems.answers import Answer, Answers
from qadam.systems.language_models import endpoint
from qadam.systems.language_models.endpoint import Endpoint
from qadam.systems.language_models.language_model import LanguageModel
from qadam.systems.spending import IMAGE, Purse, Spending, Sum, at_most, cost
from qadam.terms import Ask, Price

SERVER = runpy.run_path(str(Path(__file__).with_name("endpoint_server.py")))
Server, chance, words = SERVER["Server"], SERVER["chance"], SERVER["words"]


def asks(n, characters=20):
    return [Ask(f"q{i}", "direct-kk", f"Сұрақ {i}?", characters=characters) for i in range(n)]


def model(server, path, spending):
    purse = Purse(spending)
    complete = Endpoint(server.url, purse=purse)
    return LanguageModel("m", model="m", place=server.url, complete=complete, kept=path / "answers.jsonl"), purse


@pytest.mark.parametrize("usage", [(7, 3), None])
@pytest.mark.parametrize("cap", [{"tokens": 2000}, {"usd": 0.002}])
def test_a_cap_is_never_exceeded_and_the_next_run_goes_on(tmp_path, usage, cap):
    own = Price("m", 1.0, 1.0)
    with Server(usage=usage) as server:
        asking, purse = model(server, tmp_path, Spending(own=own, **cap))
        with pytest.raises(BudgetSpent, match=r"of 500 open questions were answered now and are kept") as caught:
            asking.answer(asks(500))
        assert "Give the same command again" in caught.value.next_step
        first = purse.spent
        assert first.tokens <= 2000 and first.questions == server.asked.total() == len(
            Answers(tmp_path / "answers.jsonl")
        )
        assert first.tokens > 2000 - at_most(asking.requests(asks(500)[-1])[0]).tokens, "what fits is asked"
        asking, purse = model(server, tmp_path, Spending(own=own))
        asking.answer(asks(500))
    assert first.questions + purse.spent.questions == 500 and set(server.asked.values()) == {1}
    if usage:
        assert (purse.spent + first)[1:3] == (3500, 1500)
        assert (purse.spent + first).usd == pytest.approx(0.005)


def test_a_question_that_fails_gives_back_what_was_set_aside(tmp_path, monkeypatch):
    monkeypatch.setattr(endpoint, "PAUSES", (0.01,))
    with Server(faults=lambda n: 500) as server:
        asking, purse = model(server, tmp_path, Spending(tokens=10_000))
        with pytest.raises(NotAnswered):
            asking.answer(asks(30))
    assert purse.spent == purse._held == Sum()


def test_the_most_a_question_can_cost_is_its_bytes_and_its_room():
    request = {"messages": [{"role": "user", "content": "Сұрақ?"}], "max_tokens": 40}
    assert at_most(request)[:3] == (1, 64 + 11, 40)
    assert at_most({"prompt": "ә", "continuation": " б"})[:3] == (1, 64 + 2 + 2 + 3, 1)
    price = Price("m", 2.0, 10.0)
    assert at_most(request, price).usd == pytest.approx((75 * 2 + 40 * 10) / 1e6)
    assert cost(Answer("Жауап"), 75, price)[:3] == (1, 75, 10)
    assert cost(Answer("Жауап", None, 9, 4), 75, price).usd == pytest.approx((9 * 2 + 4 * 10) / 1e6)


def test_questions_go_out_no_faster_than_they_may(tmp_path):
    with Server() as server:
        asking, _ = model(server, tmp_path, Spending(per_minute=600))
        asking.answer(asks(8))
    gaps = [after - before for before, after in pairwise(sorted(server.times))]
    assert sum(gaps) > 0.6 and max(gaps) < 5


def test_who_waits_for_room_leaves_when_the_run_stops():
    purse = Purse(Spending(tokens=100))
    request, stop = {"messages": [{"role": "user", "content": ""}], "max_tokens": 30}, threading.Event()
    purse.hold(request)
    threading.Timer(0.2, stop.set).start()
    with pytest.raises(BudgetSpent):
        purse.hold(request, stop=stop)


def likely(server, path):
    questions = [Ask(f"q{i}", "c", f"Сұрақ {i} қандай?", continuations=(" иә болады", " жоқ", "шы")) for i in range(5)]
    return questions, model(server, path, Spending())[0].answer(questions)


def expected(ask, text):
    whole, alone = words(ask.prompt + text), words(ask.prompt)
    logs = [[chance(b, a) for a, b in pairwise(tokens)] for tokens in (whole, alone)]
    return sum(logs[0]) - sum(logs[1])


@pytest.mark.parametrize("drift", [0, 1], ids=["positions that fit", "positions that count half letters"])
def test_likelihoods_over_http_are_those_of_the_continuation_alone(tmp_path, drift):
    with Server(drift=drift) as server:
        questions, said = likely(server, tmp_path)
        assert all("max_tokens" in request and request["echo"] for request in server.requests)
        before = server.arrived
        likely(server, tmp_path)
        assert server.arrived == before, "what was answered is not asked again"
    for ask, one in zip(questions, said, strict=True):
        assert one.likelihoods == pytest.approx([expected(ask, text) for text in ask.continuations])
    assert before == (30 if drift else 20), "the prompt alone is asked where no token begins after it"


def test_a_server_without_echo_is_named_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(Server, "_echo", lambda self, prompt: {"choices": [{"text": " иә", "logprobs": None}]})
    with Server() as server, pytest.raises(NotAnswered, match="how likely the tokens of a prompt are") as caught:
        likely(server, tmp_path)
    assert "vLLM" in caught.value.next_step and server.arrived <= 12


def test_an_image_is_held_for_as_well_as_the_words_beside_it():
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 100_000}}
    words = {"type": "text", "text": "Оқы."}
    bare = {"model": "m", "messages": [{"role": "user", "content": "Оқы."}], "max_tokens": 10}
    seen = {**bare, "messages": [{"role": "user", "content": [words, image]}]}
    assert at_most(seen).tokens == at_most(bare).tokens + IMAGE
