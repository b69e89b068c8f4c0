"""An endpoint may fail in every way: the run completes, or stops and says what is missing; nothing is asked twice."""

import email.utils
import os
import re
import runpy
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from qadam.errors import NotAnswered, StoreNotWritable, Usage
from qadam.metrics import accuracy, choice
from qadam.systems.answers import Answer, Answers
from qadam.systems.language_models import endpoint
from qadam.systems.language_models.endpoint import Endpoint
from qadam.systems.language_models.language_model import LanguageModel, addressed, key_variable, load
from qadam.systems.load import Training
from qadam.systems.spending import Purse, Spending
from qadam.terms import Ask, Item

Server = runpy.run_path(str(Path(__file__).parents[1] / "endpoint_server.py"))["Server"]
SECRET = "sk-very-secret-1234567890"


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(endpoint, "PAUSES", (0.01, 0.02, 0.05, 0.1))


def asks(n, characters=100):
    return [Ask(f"q{i}", "direct-kk", f"Сұрақ {i}?", f"Сұрақ {i}?", ("иә", "жоқ"), characters) for i in range(n)]


def model(server, path, **more):
    complete = Endpoint(server.url, **more)
    return LanguageModel("fake", model="fake", place=server.url, complete=complete, kept=path / "answers.jsonl")


@pytest.mark.parametrize("fault", [429, 500, 503, "half", "wrong", "text", "deep", "long", "drop"])
def test_what_may_pass_is_tried_again(tmp_path, fault):
    with Server(faults=lambda n: fault if n % 3 == 0 else None) as server:
        said = model(server, tmp_path).answer(asks(30))
    assert [one.text for one in said] == ["Жауап: B"] * 30
    assert set(server.asked.values()) == {1}


def test_a_server_that_hangs_is_asked_again(tmp_path):
    with Server(faults={0: "hang", 5: "hang"}) as server:
        assert len(model(server, tmp_path, purse=Purse(Spending(timeout=0.3))).answer(asks(10))) == 10


def test_a_server_that_dies_and_comes_back_at_the_same_address_is_asked_on(tmp_path, monkeypatch):
    monkeypatch.setattr(endpoint, "PAUSES", (0.1,) * 60)
    first = Server(faults=lambda n: None if n < 20 else "drop").__enter__()
    back = Server(port=first.port)

    def die_and_come_back():
        first.__exit__()
        time.sleep(0.2)
        back.__enter__()

    threading.Timer(0.3, die_and_come_back).start()
    try:
        assert len(model(first, tmp_path).answer(asks(100))) == 100
        assert set((first.asked + back.asked).values()) == {1} and back.asked
    finally:
        back.__exit__()


@pytest.mark.parametrize("header", ["Retry-After: 1", "Retry-After: {date}"])
def test_the_pause_that_a_server_asks_for_is_kept(tmp_path, header):
    date = email.utils.formatdate(time.time() + 3, usegmt=True)
    with Server(faults={0: (429, "slow down", header.format(date=date))}) as server:
        model(server, tmp_path).answer(asks(1))
        assert server.times[1] - server.times[0] > 0.9


def test_pauses_differ_so_that_not_all_come_back_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(endpoint, "PAUSES", (0.5,))
    with Server(faults=lambda n: 500 if n < 12 else None) as server:
        model(server, tmp_path).answer(asks(12))
        back = sorted(server.times)[12:]
    assert back[-1] - back[0] > 0.1


def test_a_server_that_stays_away_stops_the_run_and_keeps_what_was_said(tmp_path):
    with Server(faults=lambda n: None if n < 20 else 500) as server:
        with pytest.raises(NotAnswered, match=r"5 tries \(status 500\).* of 200 open questions were answered now"):
            model(server, tmp_path).answer(asks(200))
        kept = len(Answers(tmp_path / "answers.jsonl"))
        assert 20 <= kept < 200
        server.faults = {}
        assert len(model(server, tmp_path).answer(asks(200))) == 200
    assert set(server.asked.values()) == {1}, "what was kept is not asked again"


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_stops_the_run_at_once_and_shows_no_key(tmp_path, status):
    with Server(faults=lambda n: status) as server:
        with pytest.raises(NotAnswered, match=f"status {status}") as caught:
            model(server, tmp_path, key=SECRET).answer(asks(100))
        assert server.arrived <= 2 * Spending().at_once
    assert any(SECRET in str(fields) for fields in server.headers), "the key was sent"
    assert SECRET not in str(caught.value) and "Bearer" not in str(caught.value)


@pytest.mark.parametrize(
    ("fault", "why", "mend"),
    [
        ((401, "no", "X: y"), "refuses a question without a key", "export QADAM_API_KEY_127_0_0_1="),
        ((404, "The model `fake` does not exist", "X: y"), "knows no model 'fake'", "/v1/models"),
        ((404, "Not Found", "X: y"), "answers nothing at http://127", "openai:MODEL@http://HOST:PORT/v1"),
        ((301, "", "Location: https://elsewhere"), "answers nothing at http://127", "Check the address"),
        ((429, "insufficient_quota", "X: y"), "no credit left", "Fill it up"),
        ((400, "too long", "X: y"), "refuses the question", "too long for the model"),
    ],
)
def test_what_will_not_pass_has_one_message_and_one_next_step(tmp_path, fault, why, mend):
    with Server(faults=lambda n: fault) as server:
        started = time.monotonic()
        with pytest.raises(NotAnswered, match=re.escape(why)) as caught:
            model(server, tmp_path).answer(asks(200))
        assert mend in caught.value.next_step and time.monotonic() - started < 5
        assert server.arrived <= 2 * Spending().at_once and "0 of 200" in caught.value.message


def test_a_model_that_wants_its_room_under_another_name_gets_it_so(tmp_path):
    faults = {0: (400, "Unsupported parameter: use 'max_completion_tokens' instead.", "X: y")}
    with Server(faults=faults) as server:
        model(server, tmp_path, purse=Purse(Spending(at_once=1))).answer(asks(3))
    assert ["max_tokens" in request for request in server.requests] == [True, False, False, False]
    assert server.requests[1]["max_completion_tokens"] == 200


def test_a_refused_connection_names_the_host_and_does_not_wait_for_it_long(tmp_path):
    gone = LanguageModel(
        "x", model="x", place="http://127.0.0.1:9/v1", complete=Endpoint("http://127.0.0.1:9/v1"), kept=tmp_path / "a"
    )
    with pytest.raises(NotAnswered, match=r"127\.0\.0\.1:9 gave no answer in 4 tries.*ConnectError"):
        gone.answer(asks(1))


def test_equal_questions_are_asked_once_and_answers_are_cut_to_their_room(tmp_path):
    with Server(say=lambda prompt: "а" * 50) as server:
        said = model(server, tmp_path).answer([*asks(1, 20), *asks(1, 20)])
    assert [len(one.text) for one in said] == [20, 20] and server.asked.total() == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("бір\ud800екі", "бір\ufffdекі"),
        ("\udc00\ud800", "\ufffd\ufffd"),
        ("\U0001f600", "\U0001f600"),
        ("\0 \x1b[2J \x9b2J \u202eтерс\u202c \u2028", "\0 \x1b[2J \x9b2J \u202eтерс\u202c \u2028"),
    ],
)
def test_whatever_a_server_says_is_kept_so_that_it_can_be_written_and_shown(tmp_path, sent, kept):
    with Server(say=lambda prompt: sent) as server:
        assert model(server, tmp_path).answer(asks(1))[0].text == kept
    path = tmp_path / "answers.jsonl"
    (answer,) = Answers(path)._answers.values()
    assert answer.text == kept, "the letters come back as they were"
    shown = path.read_text("utf-8").removesuffix("\n")
    assert all(letter.isprintable() for letter in shown), "a terminal that shows the file obeys none of them"


def test_of_a_text_without_end_only_so_much_is_kept_and_it_is_marked(tmp_path):
    with Server(say=lambda prompt: "ұзақ " * 20_000, usage=None) as server:
        asked = model(server, tmp_path)
        assert len(asked.answer(asks(1, 100))[0].text) == 100
    (answer,) = Answers(tmp_path / "answers.jsonl")._answers.values()
    assert len(answer.text) == endpoint.LETTERS * 200 and answer.finish == "cut"
    assert asked.usage["cut_off"] == 1 and (tmp_path / "answers.jsonl").stat().st_size < 10_000


def test_a_server_that_only_sends_bodies_without_end_is_named(tmp_path):
    with Server(faults=lambda n: "long") as server, pytest.raises(NotAnswered, match="an answer of more than 1 MB"):
        model(server, tmp_path).answer(asks(1))


def test_the_key_comes_from_the_environment_and_goes_nowhere_else(tmp_path, monkeypatch):
    monkeypatch.setenv("QADAM_API_KEY", SECRET)
    with Server(say=lambda prompt: f"your key is {SECRET}") as server:
        row = addressed(f"openai:fake@{server.url}")
        said = load(row, [], Training(tuple, tmp_path / "answers.jsonl")).answer(asks(3))
    assert any(SECRET in str(fields) for fields in server.headers)
    assert SECRET not in repr(row) and said[0].text == "your key is ***"
    assert all(SECRET.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_a_key_goes_to_the_host_it_is_for(monkeypatch):
    for name in ("QADAM_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    assert key_variable("https://api.openai.com/v1") == "OPENAI_API_KEY"
    assert key_variable("https://api.openai.com.evil.kz/v1") == key_variable("https://llm.example.kz/v1") == ""
    monkeypatch.setenv("OPENAI_BASE_URL", "https://llm.example.kz/v1")
    assert key_variable("https://llm.example.kz/v1") == "OPENAI_API_KEY"
    monkeypatch.setenv("QADAM_API_KEY", "other")
    monkeypatch.setenv("QADAM_API_KEY_LLM_EXAMPLE_KZ", "own")
    assert key_variable("https://llm.example.kz:8000/v1") == "QADAM_API_KEY_LLM_EXAMPLE_KZ"
    assert key_variable("https://elsewhere.kz/v1") == "QADAM_API_KEY"


@pytest.mark.parametrize(
    "name",
    ["openai:", "openai:m", "openai:m@ftp://x", "openai:@http://x/v1", "hf:", "file:/no/such.jsonl", "gguf:/no/such"],
)
def test_an_address_that_is_not_whole(name):
    with pytest.raises(Usage):
        addressed(name)


def test_an_address_with_a_key_is_refused_without_repeating_it():
    for address in (f"http://user:{SECRET}@host/v1", f"http://host/v1?key={SECRET}"):
        with pytest.raises(Usage, match=r"would be stored") as caught:
            addressed(f"openai:m@{address}")
        assert SECRET not in str(caught.value)


def test_addresses():
    row = addressed("openai:qwen2.5:7b@http://127.0.0.1:11434/v1/")
    assert (row.kind, row.options["model"], row.options["place"]) == (
        "language_model",
        "qwen2.5:7b",
        "http://127.0.0.1:11434/v1",
    )
    assert addressed("hf:Qwen/Qwen3-0.6B@abc").options["place"] == "abc"


def test_half_a_line_of_somebody_killed_is_passed_over(tmp_path):
    path = tmp_path / "answers.jsonl"
    whole = Answer("бір", None, 5, 2, 0.25, "fake-1", "stop")
    Answers(path).keep("k1", whole)
    line = path.read_bytes()
    for length in range(1, len(line)):  # torn anywhere, in the middle of a letter too
        path.write_bytes(line + line.replace(b"k1", b"k2")[:length])
        again = Answers(path)
        assert again["k1"] == whole and len(again) == 1 + (length == len(line) - 1)
    path.write_bytes(line + b'{"key":"k2","te')
    again = Answers(path)
    again.keep("k2", Answer("екі"))
    again.keep("k3", Answer("", -0.0))
    assert Answers(path)["k2"].text == "екі" and Answers(path)["k3"].likelihood == 0.0 and len(Answers(path)) == 3
    assert path.read_bytes().startswith(line), "what was kept is never rewritten"


def test_a_disk_that_takes_half_a_line_is_full_and_the_next_line_starts_afresh(tmp_path, monkeypatch):
    path, write = tmp_path / "answers.jsonl", os.write
    answers = Answers(path)
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda out, line: write(out, line[:9]))
        with pytest.raises(StoreNotWritable, match="No space left"):
            answers.keep("k1", Answer("бір"))
    assert "k1" not in answers
    answers.keep("k1", Answer("екі"))
    assert Answers(path)["k1"].text == "екі"


def test_a_disk_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(StoreNotWritable, match="could not be written"):
        Answers(tmp_path / "file" / "answers.jsonl").keep("k", Answer("t"))


KILLED = """
import sys
from pathlib import Path
from qadam.systems.language_models.endpoint import Endpoint
from qadam.systems.language_models.language_model import LanguageModel
from qadam.terms import Ask
url, kept = sys.argv[1:]
model = LanguageModel("fake", model="fake", place=url, complete=Endpoint(url), kept=Path(kept))
model.answer([Ask(f"q{i}", "direct-kk", f"Сұрақ {i}?", f"Сұрақ {i}?", ("иә", "жоқ"), 100) for i in range(400)])
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_kill_9_at_any_point_and_resume_asks_nothing_kept_twice(tmp_path):
    with Server(say=lambda prompt: (time.sleep(0.002), "Жауап: B")[1]) as server:
        kept = tmp_path / "answers.jsonl"
        for share in (0.2, 0.5, 0.8):
            running = subprocess.Popen([sys.executable, "-c", KILLED, server.url, str(kept)])
            deadline = time.monotonic() + 30
            while server.asked.total() < 400 * share and running.poll() is None and time.monotonic() < deadline:
                time.sleep(0.005)
            os.kill(running.pid, signal.SIGKILL)
            running.wait()
        held, sent = len(Answers(kept)), []
        last = model(server, tmp_path)
        complete = last._complete
        last._complete = lambda requests, keep: (sent.extend(requests), complete(requests, keep))
        last.answer(asks(400))
    assert held >= 200
    assert len(Answers(kept)) == len(server.asked) == 400
    again = sum(server.asked.values()) - 400
    assert again <= 3 * Spending().at_once, "only what was under way when it was killed may be asked again"
    assert len(sent) == 400 - held


def test_a_thousand_questions_take_a_second_or_two(tmp_path):
    items = [Item(f"q{n}", {"question": f"{n}?", "options": ("а", "ә", "б", "в")}, "ABCD"[n % 4]) for n in range(1000)]
    questions = [choice.ask(item, "Жауап бер.", condition="direct-kk", characters=100) for item in items]
    with Server() as server:
        started, used = time.perf_counter(), time.process_time()
        said = model(server, tmp_path).answer(questions)
        rows = [accuracy.count(choice.chosen(s, i), choice.key(i)) for s, i in zip(said, items, strict=True)]
        seconds, cpu = time.perf_counter() - started, time.process_time() - used
    assert sum(row["right"] for row in rows) == 250
    assert cpu < 3, f"{seconds:.1f} s, {cpu:.1f} s of CPU, the server's own included"
    assert Path(tmp_path / "answers.jsonl").stat().st_size > 1000
