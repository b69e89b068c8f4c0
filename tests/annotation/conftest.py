"""Rooms to annotate in: a session with its server, and a real browser where a test asks for one."""

import json
import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from qadam.annotation.adjudicate import Adjudication
from qadam.annotation.desk import Labelling, Settling
from qadam.annotation.guard import Door
from qadam.annotation.server import application
from qadam.annotation.session import Session
from qadam.catalogue import tables


@dataclass
class Room:
    """A session that is served."""

    session: Session
    url: str

    def decisions(self):
        return self.session.decisions()


@pytest.fixture
def make_session(tmp_path):
    """scheme, items -> a session in a folder of its own."""
    made = []

    def make(scheme, items, **changes):
        folder = tmp_path / f"room{len(made)}"
        path = tmp_path / f"items{len(made)}.jsonl"
        path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), "utf-8")
        row = tables.scheme(scheme)
        if changes:
            from dataclasses import replace

            row = replace(row, **changes)
        made.append(Session.open(row, folder, items=Path(path)))
        return made[-1]

    return make


@pytest.fixture
def open_room(make_session):
    """scheme, items -> a room served on a free port of this machine."""
    servers = []

    def open_(scheme, items, *, language="en", votes=None, **changes):
        """With `votes`, {annotator: {item: payload}}, the page settles what they disagree about."""
        session = make_session(scheme, items, **changes)
        for annotator, said in (votes or {}).items():
            while (task := session.next(annotator)) is not None:
                session.save(annotator, task.item["id"], said[task.item["id"]])
        desk = Settling(Adjudication.open(session)) if votes else Labelling(session)
        annotator = "a9" if votes else "a1"
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        app = application(desk, door=Door("127.0.0.1", tokens=False), annotator=annotator, language=language)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        servers.append((server, thread))
        while not server.started:
            time.sleep(0.01)
        return Room(session, f"http://127.0.0.1:{listening.getsockname()[1]}/")

    yield open_
    for server, thread in servers:
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture
def visit(browser):
    """room -> its page in a browser of a given size; a fault of the script fails the test."""
    opened = []
    faults = []

    def go(room, *, width=1280, height=900, dark=False, path=""):
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
        page.goto(room.url + path)
        page.wait_for_function("() => document.activeElement !== document.body")
        opened.append(context)
        return page

    yield go
    for context in opened:
        context.close()
    assert not faults
