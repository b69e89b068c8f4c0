"""Asks an endpoint that speaks OpenAI's chat completions, many questions at a time, and puts up with its faults.

What may pass is tried again after a pause that doubles: no connection, no answer in time, half an answer, an answer that
is not what was promised, too many requests (429; the pause the server asks for is kept), a fault of the server (5xx).
What will not pass stops the run at once: a wrong key, a model that does not exist, a request the server refuses.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Any
from urllib.parse import urlsplit

from qadam.errors import NotAnswered

AT_ONCE = 12  # questions under way; more than 16 made httpx slower, not faster, in our measurements
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)  # seconds before each further try: a server may be away for half a minute
LONGEST = 60.0  # seconds; a longer pause that a server asks for is cut to this
TIMEOUT = 120.0  # seconds without a byte


class _AgainError(Exception):
    """The question may be asked again, after so many seconds if the server says so."""

    def __init__(self, why: str, after: float = 0.0) -> None:
        super().__init__(why)
        self.after = after


class Endpoint:
    """One endpoint; calling it asks questions and hands over each answer as it comes."""

    def __init__(self, place: str, *, key: str = "") -> None:
        self._url, self._key = f"{place}/chat/completions", key
        self._host = urlsplit(place).netloc

    def __call__(self, requests: Sequence[dict[str, Any]], keep: Callable[[int, str], None]) -> None:
        """Ask every question; `keep(number, text)` is called with each answer, from several threads.

        Raises:
            NotAnswered: the endpoint refused, or a question got no answer in all tries; the rest is not asked.
        """
        import httpx

        headers = {"User-Agent": "qadam", **({"Authorization": f"Bearer {self._key}"} if self._key else {})}
        limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
        stop = threading.Event()
        with httpx.Client(timeout=TIMEOUT, headers=headers, limits=limits) as client:

            def ask(number: int) -> int:
                if stop.is_set():
                    return 0
                try:
                    keep(number, self._ask(client, requests[number], stop))
                except BaseException:
                    stop.set()  # whoever has not begun leaves; whoever waits for another try stops waiting
                    raise
                return 1

            with ThreadPoolExecutor(AT_ONCE) as pool:
                futures = [pool.submit(ask, number) for number in range(len(requests))]
                try:
                    wait(futures, return_when=FIRST_EXCEPTION)
                finally:
                    stop.set()  # on Ctrl-C as well
        faults = [fault for future in futures if (fault := future.exception())]
        for fault in sorted(faults, key=lambda fault: isinstance(fault, NotAnswered)):
            if not isinstance(fault, NotAnswered):
                raise fault
            done = sum(future.result() for future in futures if not future.exception())
            raise NotAnswered(
                f"{fault.message} {done} of {len(requests)} open questions were answered now and are kept.",
                fault.next_step,
            )

    def _ask(self, client: Any, request: dict[str, Any], stop: threading.Event) -> str:
        why = ""
        for pause in (*PAUSES, None):
            try:
                return self._once(client, request)
            except _AgainError as fault:
                why = str(fault)
                if pause is None or stop.wait(min(LONGEST, max(pause, fault.after))):
                    break
        raise NotAnswered(
            f"NotAnswered: {self._host} gave no answer in {len(PAUSES) + 1} tries ({why}).",
            "See whether the server runs, then give the same command: it goes on where it stopped.",
        )

    def _once(self, client: Any, request: dict[str, Any]) -> str:
        import httpx

        try:
            answer = client.post(self._url, json=request)
        except httpx.TransportError as fault:  # no connection, no answer in time, half an answer
            raise _AgainError(type(fault).__name__) from None
        status = answer.status_code
        if status in {408, 409, 425, 429} or status >= 500:
            raise _AgainError(f"status {status}", _seconds(answer.headers.get("Retry-After", "")))
        if status != 200:  # the body is not shown: servers repeat the key in it
            raise NotAnswered(
                f"NotAnswered: {self._host} refuses the question with status {status}.",
                "Check the key (QADAM_API_KEY), the model's name and the address, then give the same command.",
            )
        try:
            text = answer.json()["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError):
            raise _AgainError("an answer that is not a chat completion") from None
        if text is not None and not isinstance(text, str):
            raise _AgainError("an answer that is not a text")
        return text or ""


def _seconds(header: str) -> float:
    """How long the server asks to wait; 0 if it says nothing or names a date."""
    try:
        return max(0.0, float(header))
    except ValueError:
        return 0.0
