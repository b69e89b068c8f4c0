"""Many annotators at once, and a server that is killed between two decisions: what was acknowledged is stored, once.

QADAM_CRASH_DECISIONS sets how many decisions each of the eight annotators makes (500 is what the page has to stand).
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx

from qadam.annotation.guard import check_value, cookie_name
from qadam.annotation.session import Session
from qadam.catalogue import tables

ANNOTATORS = [f"a{i}" for i in range(1, 9)]
EACH = int(os.environ.get("QADAM_CRASH_DECISIONS", "25"))
PATIENCE = 500  # seconds for the whole test
SERVER = """
import sys, dataclasses, pathlib
from qadam.annotation.server import serve
from qadam.annotation.session import Session
from qadam.catalogue import tables
folder, port, *annotators = sys.argv[1:]
scheme = dataclasses.replace(tables.scheme("sentiment3"), pilot=10**6)
session = Session.open(scheme, pathlib.Path(folder))
serve(session, host="127.0.0.1", port=int(port), annotators=annotators, open_browser=False)
"""


class Server:
    """A server process that can be killed and started again at the same address."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        self.start()

    def start(self):
        command = [sys.executable, "-c", SERVER, str(self.folder), str(self.port), *ANNOTATORS]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def annotate(who, server, token, acknowledged):
    """Decide every item as the page does: a lost answer is asked for again with the same request id."""
    base = f"http://127.0.0.1:{server.port}"
    headers = {"origin": base, "x-qadam-check": check_value(token), "cookie": f"{cookie_name(base)}={token}"}
    end = time.monotonic() + PATIENCE
    with httpx.Client(base_url=base, headers=headers, timeout=10) as client:

        def ask(send):
            while time.monotonic() < end:
                try:
                    answer = send()
                    if answer.status_code < 500:
                        return answer.raise_for_status().json()
                except httpx.TransportError:
                    time.sleep(0.02)
            raise TimeoutError(who)

        html = ask(lambda: client.get("/work"))["html"]
        for number in range(EACH):
            data = json.loads(re.search(r'id="data">(.*?)</script>', html, re.S)[1])
            body = {"item": data["item"], "payload": {"label": "neutral"}, "request": f"{who}-{number}", "seconds": 1}
            answer = ask(lambda body=body: client.post("/decide", json=body))
            acknowledged.append((who, data["item"], answer["seq"]))
            html = answer["html"]


def test_every_acknowledged_decision_is_there_exactly_once(tmp_path):
    items = [{"id": f"h{i}", "text": f"{i}-тақырып"} for i in range(EACH)]
    scheme = replace(tables.scheme("sentiment3"), pilot=10**6)
    session = Session.open(scheme, tmp_path / "room", items=items)
    tokens = {who: session.token(who) for who in ANNOTATORS}
    acknowledged = []
    server = Server(session.folder)
    started = time.monotonic()
    finished = threading.Event()
    kills = 0

    def killer():
        nonlocal kills
        for share in (0.3, 0.7):
            while len(acknowledged) < share * EACH * len(ANNOTATORS) and not finished.is_set():
                time.sleep(0.005)
            server.kill()
            kills += 1
            server.start()

    try:
        with ThreadPoolExecutor(len(ANNOTATORS) + 1) as pool:
            done = pool.submit(killer)
            work = [pool.submit(annotate, who, server, tokens[who], acknowledged) for who in ANNOTATORS]
            try:
                for one in work:
                    one.result()
            finally:
                finished.set()
            done.result()
    finally:
        server.kill()
    seconds = time.monotonic() - started
    rows = session.history()
    print(f"{len(rows)} decisions of {len(ANNOTATORS)} annotators, {kills} kills, {seconds:.1f} s")
    assert kills == 2
    assert len(acknowledged) == len(rows) == EACH * len(ANNOTATORS)
    assert {(row.annotator, row.item, row.seq) for row in rows} == set(acknowledged)
    assert len({(row.annotator, row.item) for row in rows}) == len(rows)
