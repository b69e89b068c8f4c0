"""A recogniser at an address that speaks OpenAI's protocol of transcriptions: POST /audio/transcriptions.

vLLM, faster-whisper-server, whisper.cpp and LocalAI speak it too. What may pass is tried again after a pause that doubles;
what will not pass (a wrong key, an unknown model, a refused file) stops at once. What a server says in words is never
shown, since servers repeat the key in it.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from qadam.errors import NotAnswered
from qadam.systems.language_models.endpoint import PAUSES, SAME, variable
from qadam.systems.language_models.language_model import key_variable
from qadam.systems.spending import Purse
from qadam.terms import SystemRow

BODY = 1_000_000  # bytes of an answer; a transcript has a few thousand
PASSING = {408, 409, 425, 429}


class Transcriptions:
    """One endpoint; calling it sends a recording and gives its words."""

    def __init__(self, row: SystemRow, *, purse: Purse | None = None) -> None:
        self._place = str(row.options["place"])
        self._host = urlsplit(self._place).netloc
        self._key = os.environ.get(key_variable(self._place), "")
        self._timeout = (purse or Purse()).limits.timeout
        self._asked = {
            "model": str(row.options["model"]),
            "language": str(row.options.get("language", "kk")),
            "temperature": "0",
            "response_format": "json",
        }

    def __call__(self, path: Path) -> str:
        """The words of a recording.

        Raises:
            NotAnswered: the server refused, or gave no answer in all tries.
        """
        why = ""
        for pause in (*PAUSES, None):
            text, why = self._tried(path)
            if text is not None:
                return text
            if pause is not None:
                time.sleep(pause)
        raise NotAnswered(f"NotAnswered: {self._host} gave no answer in {len(PAUSES) + 1} tries ({why}).", SAME)

    def _tried(self, path: Path) -> tuple[str | None, str]:
        """The words, or why there are none this time."""
        import httpx

        headers = {"User-Agent": "qadam", **({"Authorization": f"Bearer {self._key}"} if self._key else {})}
        try:
            with httpx.Client(timeout=self._timeout, headers=headers) as client:
                sent = {"file": (path.name, path.read_bytes())}
                url = f"{self._place}/audio/transcriptions"
                with client.stream("POST", url, data=self._asked, files=sent) as answer:
                    content = _bounded(answer)
        except httpx.TransportError as fault:
            return None, type(fault).__name__
        if answer.status_code in PASSING or answer.status_code >= 500:
            return None, f"status {answer.status_code}"
        if answer.status_code != 200:
            raise self._refusal(answer.status_code)
        try:
            text = json.loads(content)["text"]
        except (ValueError, LookupError, TypeError, RecursionError):
            return None, "an answer that is no transcription"
        return (text.strip(), "") if isinstance(text, str) else (None, "an answer that is no text")

    def _refusal(self, status: int) -> NotAnswered:
        if status in {401, 403}:
            mend = f"export {variable(self._host)}=... with a key for {self._host}, then the same command."
        elif status == 404:
            mend = "Check model and address; it often ends in /v1: --system asr:openai:MODEL@http://HOST:PORT/v1"
        else:
            mend = "The recording may be too long or of a kind that the server cannot read: see the server's log."
        return NotAnswered(f"NotAnswered: {self._host} refuses the recording (status {status}).", mend)


def _bounded(answer: Any) -> bytes:
    """What a server sends, up to a bound that no transcript reaches; what lies beyond makes it no JSON."""
    content = bytearray()
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > BODY:
            break
    return bytes(content)
