"""An endpoint may fail in every way: the run completes, or stops and says what is missing; nothing is asked twice."""

import os
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qadam.errors import NotAnswered, StoreNotWritable, Usage
from qadam.metrics import accuracy, choice
from qadam.systems import endpoint
from qadam.systems.answers import Answers
from qadam.systems.endpoint import Endpoint
from qadam.systems.language_model import LanguageModel, addressed, load
from qadam.systems.load import Training
from qadam.terms import Ask, Item

Server = runpy.run_path(str(Path(__file__).with_name("endpoint_server.py")))["Server"]
SECRET = "sk-very-secret-1234567890"


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(endpoint, "PAUSES", (0.01, 0.02, 0.05, 0.1))


def asks(n, characters=100):
    return [Ask(f"q{i}", "direct-kk", f"Сұрақ {i}?", f"Сұрақ {i}?", ("иә", "жоқ"), characters) for i in range(n)]


def model(server, path, **more):
    complete = Endpoint(server.url, **more)
    return LanguageModel("fake", model="fake", place=server.url, complete=complete, kept=path / "answers.jsonl")


@pytest.mark.parametrize("fault", [429, 500, 503, "half", "wrong", "text", "drop"])
def test_what_may_pass_is_tried_again(tmp_path, fault):
    with Server(faults=lambda n: fault if n % 3 == 0 else None) as server:
        said = model(server, tmp_path).answer(asks(30))
    assert [one.text for one in said] == ["Жауап: B"] * 30
    assert set(server.asked.values()) == {1}


def test_a_server_that_hangs_is_asked_again(tmp_path, monkeypatch):
    monkeypatch.setattr(endpoint, "TIMEOUT", 0.3)
    with Server(faults={0: "hang", 5: "hang"}) as server:
        assert len(model(server, tmp_path).answer(asks(10))) == 10


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
        assert server.arrived <= 2 * endpoint.AT_ONCE
    assert any(SECRET in str(fields) for fields in server.headers), "the key was sent"
    assert SECRET not in str(caught.value) and "key" in caught.value.next_step


def test_a_refused_connection_names_the_host(tmp_path):
    gone = LanguageModel(
        "x", model="x", place="http://127.0.0.1:9/v1", complete=Endpoint("http://127.0.0.1:9/v1"), kept=tmp_path / "a"
    )
    with pytest.raises(NotAnswered, match=r"127\.0\.0\.1:9 gave no answer.*ConnectError"):
        gone.answer(asks(1))


def test_equal_questions_are_asked_once_and_answers_are_cut_to_their_room(tmp_path):
    with Server(say=lambda prompt: "а" * 50) as server:
        said = model(server, tmp_path).answer([*asks(1, 20), *asks(1, 20)])
    assert [len(one.text) for one in said] == [20, 20] and server.asked.total() == 1


def test_the_key_comes_from_the_environment_and_goes_nowhere_else(tmp_path, monkeypatch):
    monkeypatch.setenv("QADAM_API_KEY", SECRET)
    with Server() as server:
        row = addressed(f"openai:fake@{server.url}")
        load(row, [], Training(tuple, tmp_path / "answers.jsonl")).answer(asks(3))
    assert any(SECRET in str(fields) for fields in server.headers)
    assert SECRET not in repr(row)
    assert all(SECRET.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    "name", ["openai:", "openai:m", "openai:m@ftp://x", "openai:@http://x/v1", "hf:", "file:/no/such.jsonl"]
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
    Answers(path).keep("k1", "бір")
    path.write_bytes(path.read_bytes() + '["k2", "ек'.encode())
    again = Answers(path)
    assert "k1" in again and "k2" not in again
    again.keep("k2", "екі")
    assert Answers(path)["k2"] == "екі" and len(Answers(path)) == 2


def test_a_disk_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(StoreNotWritable, match="could not be written"):
        Answers(tmp_path / "file" / "answers.jsonl").keep("k", "t")


KILLED = """
import sys
from pathlib import Path
from qadam.systems.endpoint import Endpoint
from qadam.systems.language_model import LanguageModel
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
    assert again <= 3 * endpoint.AT_ONCE, "only what was under way when it was killed may be asked again"
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
