"""Answers kept on disk as they come: one line each, added and never rewritten.

A line holds the hash of the question and the text of the answer. Who is killed while writing leaves at most half a last
line; it is passed over, and the next line starts afresh.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from threading import Lock

from qadam.errors import StoreNotWritable


class Answers:
    """What was said, by the hash of what was asked; the first answer to a question stays."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._texts: dict[str, str] = {}
        content = path.read_bytes() if path.exists() else b""
        for line in content.split(b"\n"):
            try:
                key, text = json.loads(line)
                self._texts.setdefault(key, text)
            except (ValueError, TypeError):  # the half line of somebody who was killed
                continue
        self._broken = bool(content) and not content.endswith(b"\n")

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def __getitem__(self, key: str) -> str:
        return self._texts[key]

    def __len__(self) -> int:
        return len(self._texts)

    def keep(self, key: str, text: str) -> None:
        """Add one answer; it is on disk when this returns. Threads may call it at once.

        Raises:
            StoreNotWritable: the disk is full or read-only.
        """
        line = json.dumps([key, text], ensure_ascii=False).encode() + b"\n"
        with self._lock:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                out = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
                try:
                    os.write(out, b"\n" + line if self._broken else line)
                finally:
                    os.close(out)
            except OSError as fault:
                raise StoreNotWritable(
                    f"StoreNotWritable: {self.path} could not be written: {fault.strerror or fault}.",
                    "Free some space, or set QADAM_HOME to another folder; what was answered is kept.",
                ) from fault
            self._broken = False
            self._texts.setdefault(key, text)
