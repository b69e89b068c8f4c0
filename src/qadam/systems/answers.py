"""Answers kept on disk as they come: one line each, added and never rewritten.

A line holds the hash of the question, the answer and what it took. Who is killed while writing leaves at most half a last
line; it is passed over, and the next line starts afresh.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from qadam.errors import StoreNotWritable

HALVES = re.compile("[\ud800-\udfff]")  # of a pair that is not whole: JSON may hold them, UTF-8 may not
ORDERS = re.compile("[\x7f-\xa0\xad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")  # a terminal might obey them


class Answer(NamedTuple):
    """What a model answered to one question, and what it took; None where the server does not say.

    `likelihood` is the natural logarithm of how likely a continuation is, if that was asked. `served` is what the server
    says it ran: the full name of the model and a fingerprint. `finish` says why it ended: "stop", "length" where the room
    was used up, or "cut" where the server went on beyond it, and what followed is not kept.
    """

    text: str = ""
    likelihood: float | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    seconds: float = 0.0
    served: str = ""
    finish: str = ""


class Answers:
    """What was said, by the hash of what was asked; the first answer to a question stays."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._answers: dict[str, Answer] = {}
        content = path.read_bytes() if path.exists() else b""
        for line in content.split(b"\n"):
            try:
                document = json.loads(line)
                self._answers.setdefault(document.pop("key"), Answer(**document))
            except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
                continue  # the half line of somebody who was killed
        self._broken = bool(content) and not content.endswith(b"\n")

    def __contains__(self, key: str) -> bool:
        return key in self._answers

    def __getitem__(self, key: str) -> Answer:
        return self._answers[key]

    def __len__(self) -> int:
        return len(self._answers)

    def mean_seconds(self) -> float | None:
        """How long an answer took on average; None if no time was kept."""
        taken = [answer.seconds for answer in self._answers.values() if answer.seconds]
        return sum(taken) / len(taken) if taken else None

    def keep(self, key: str, answer: Answer) -> None:
        """Add one answer; it is in the file when this returns. Threads may call it at once.

        Half letters become U+FFFD; letters that command a terminal are escaped in the file and come back as they were.

        Raises:
            StoreNotWritable: the disk is full or read-only.
        """
        text, served, finish = (HALVES.sub("\ufffd", said) for said in (answer.text, answer.served, answer.finish))
        answer = answer._replace(text=text, served=served, finish=finish)
        said = json.dumps({"key": key, **_said(answer)}, ensure_ascii=False, separators=(",", ":"))
        line = ORDERS.sub(lambda found: f"\\u{ord(found[0]):04x}", said).encode() + b"\n"
        with self._lock:
            try:
                if not self._answers:
                    self.path.parent.mkdir(parents=True, exist_ok=True)
                self._append(b"\n" + line if self._broken else line)
            except OSError as fault:
                raise StoreNotWritable(
                    f"StoreNotWritable: {self.path} could not be written: {fault.strerror or fault}.",
                    "Free some space, or set QADAM_HOME to another folder; what was answered is kept.",
                ) from fault
            self._answers.setdefault(key, answer)

    def _append(self, line: bytes) -> None:
        """One write, so that lines of two processes never mix; a disk that takes only part of it is full."""
        out = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            self._broken = True
            if os.write(out, line) < len(line):
                raise OSError(28, os.strerror(28))
            self._broken = False
        finally:
            os.close(out)


def _said(answer: Answer) -> dict[str, Any]:
    """What an answer says, without what it does not."""
    usual = Answer._field_defaults
    return {name: value for name, value in answer._asdict().items() if value != usual[name]}
