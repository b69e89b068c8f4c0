"""Language models as a person asks them: whole processes against a server that counts; keys, caps, prices, kill -9."""

import json
import os
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

Server = runpy.run_path(str(Path(__file__).parents[1] / "systems" / "endpoint_server.py"))["Server"]
SECRET = "sk-very-secret-1234567890"
QUESTIONS = 48  # of the embedded sample
CAP = (
    "9000"  # the first cell fits whatever the order of its questions (8,464 for the longest, 10 each), the next do not
)


@pytest.fixture
def qadam(tmp_path):
    def call(*words, start=False, **environment):
        own = {k: v for k, v in os.environ.items() if not k.startswith(("QADAM_", "OPENAI_"))}
        own |= {"QADAM_HOME": str(tmp_path / "home"), "QADAM_OFFLINE": "1", "COLUMNS": "400", **environment}
        line = [sys.executable, "-m", "qadam", "run", "english-cot", "--out", str(tmp_path / "out"), *map(str, words)]
        how = {"text": True, "encoding": "utf-8", "env": own}
        return subprocess.Popen(line, **how) if start else subprocess.run(line, capture_output=True, **how)

    return call


def address(server):
    return f"openai:fake@{server.url}"


def test_a_key_is_sent_and_found_nowhere(qadam, tmp_path):
    said = []
    for faults in (lambda n: 401, {5: 500}, {}):
        with Server(faults=faults, say=lambda prompt: f"{SECRET} Жауап: B") as server:
            said.append(qadam("--system", address(server), "--debug", QADAM_API_KEY_127_0_0_1=SECRET))
            assert f"Bearer {SECRET}" in str(server.headers)
    leaking = f"openai:fake@http://user:{SECRET}@127.0.0.1:9/v1"
    said.append(qadam("--system", leaking))
    assert [one.returncode for one in said] == [1, 0, 0, 2]
    assert "refuses the key in QADAM_API_KEY_127_0_0_1 (status 401)" in said[0].stderr
    assert not [one for one in said if SECRET in one.stdout + one.stderr]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 10 and not [path for path in files if SECRET.encode() in path.read_bytes()]


def test_a_capped_run_keeps_what_it_has_and_the_same_command_goes_on(qadam):
    with Server() as server:
        words = ("--system", address(server), "--budget-tokens", CAP, "--json")
        first = qadam(*words)
        document = json.loads(first.stdout)
        spent = server.asked.total() * 10
        assert f"asked {server.asked.total()} questions" in first.stderr and 0 < spent <= int(CAP)
        blocked = document["blocked"]
        assert blocked and all("BudgetSpent: the next question could cost up to" in one["reason"] for one in blocked)
        command = " ".join(map(str, words))
        assert all(command in one["unblock"] and one["unblock"].startswith("qadam run ") for one in blocked)
        before = server.asked.total()
        qadam(*words)
        assert server.asked.total() > before
        assert not json.loads(qadam("--system", address(server), "--json").stdout)["blocked"]
        assert set(server.asked.values()) == {1}


def test_a_dry_run_asks_nothing_and_says_what_it_would_cost(qadam):
    with Server() as server:
        (bill,) = json.loads(qadam("--system", address(server), "--dry-run", "--json").stdout)
        assert bill["usd"] is None and bill["kept"] == 0 and not bill["measured"]
        assert bill["questions"] % QUESTIONS == 0 and bill["tokens_in"] > bill["characters_in"] / 5
        (bill,) = json.loads(qadam("--system", address(server), "--dry-run", "--json", "--price", "1,2").stdout)
        assert bill["usd"] == pytest.approx((bill["tokens_in"] + 2 * bill["tokens_out"]) / 1e6)
        known = qadam("--system", f"openai:gpt-4o-mini@{server.url}", "--dry-run")
        assert "$" in known.stdout and "https://" in known.stdout
        assert server.arrived == 0
        every = bill["questions"]
        qadam("--system", address(server), "--budget-tokens", CAP)
        (bill,) = json.loads(qadam("--system", address(server), "--dry-run", "--json").stdout)
        assert bill["kept"] == server.asked.total() and bill["measured"]
        assert 0 < bill["questions"] <= every - bill["kept"]


def test_a_cap_in_money_needs_a_price(qadam):
    with Server() as server:
        refused = qadam("--system", address(server), "--budget-usd", "1")
        assert refused.returncode == 2 and "--price IN,OUT" in refused.stderr and server.arrived == 0
        assert qadam("--system", address(server), "--price", "cheap").returncode == 2
        said = qadam("--system", address(server), "--budget-usd", "1", "--price", "0.1,0.1")
        assert said.returncode == 0 and "$0." in said.stderr and server.asked.total() > QUESTIONS


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_run_killed_at_any_point_goes_on_and_asks_nothing_twice_that_it_was_told(qadam):
    with Server(say=lambda prompt: (time.sleep(0.004), "Жауап: B")[1]) as server:
        words = ("--system", address(server), "--at-once", "3")
        for count in (20, 70, 120):
            running = qadam(*words, start=True)
            deadline = time.monotonic() + 60
            while len(server.asked) < count and running.poll() is None and time.monotonic() < deadline:
                time.sleep(0.002)
            os.kill(running.pid, signal.SIGKILL)
            running.wait()
        assert qadam(*words).returncode == 0
        again = sum(server.asked.values()) - len(server.asked)
        assert len(server.asked) > 120 and again <= 3 * 3, "only what was under way may be asked again"
        before = server.arrived
        assert qadam(*words).returncode == 0 and server.arrived == before
