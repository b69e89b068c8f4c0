"""Asks an endpoint that speaks OpenAI's protocol, many questions at a time, and puts up with its faults.

Questions go to /chat/completions; how likely a continuation is, to /completions, which must echo the prompt with the
logarithms of its tokens (vLLM, SGLang and llama-cpp-python do; most providers do not).

What may pass is tried again after a pause that doubles: no connection, no answer in time, half an answer, an answer that
is not what was promised or has no end, too many requests (429; the pause the server asks for is kept), a fault of the server (5xx).
What will not pass stops the run at once: a wrong key, a model that does not exist, a request the server refuses. What a
server says in words is read but never shown, since servers repeat the key in it.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from qadam.errors import BudgetSpent, NotAnswered
from qadam.systems.answers import Answer
from qadam.systems.spending import Purse, Request, stopped

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)  # seconds before each further try: a server may be away for half a minute
FIRST = (
    3  # of these pauses for a server that nobody could connect to yet: its address is more likely wrong than it away
)
LONGEST = 60.0  # seconds; a longer pause that a server asks for is cut to this
LETTERS = 16  # of a text that are kept for each token granted: more come only from a server that knows no limit
BODY = 1_000_000  # bytes that any answer may have, and for each token asked or granted so many more:
BYTES_PER_TOKEN = 64
NAME = 200  # letters of the name that a server gives its model
SAME = "See whether the server runs, then give the same command: it goes on where it stopped."


class _AgainError(Exception):
    """The question may be asked again, after so many seconds if the server says so."""

    def __init__(self, why: str, after: float = 0.0) -> None:
        super().__init__(why)
        self.after = after


class Endpoint:
    """One endpoint; calling it asks questions and hands over each answer as it comes.

    `key` is sent with every question and `key_name` is the variable it came from.
    """

    def __init__(self, place: str, *, key: str = "", key_name: str = "", purse: Purse | None = None) -> None:
        self._place, self._key, self._key_name = place, key, key_name
        self._host = urlsplit(place).netloc
        self._purse = purse or Purse()
        self._connected = False
        self._room = "max_tokens"  # some models of OpenAI want the same under another name

    def __call__(self, requests: Sequence[Request], keep: Callable[[int, Answer], None]) -> None:
        """Ask every question; `keep(number, answer)` is called with each answer, from several threads.

        Raises:
            NotAnswered: the endpoint refused, or a question got no answer in all tries; the rest is not asked.
            BudgetSpent: the next question could cost more than is left.
        """
        import httpx

        limits = self._purse.limits
        headers = {"User-Agent": "qadam", **({"Authorization": f"Bearer {self._key}"} if self._key else {})}
        connections = httpx.Limits(max_connections=limits.at_once, max_keepalive_connections=limits.at_once)
        stop = threading.Event()
        faults: list[BaseException] = []  # in the order in which they came: the first is the reason, the rest only stop
        with httpx.Client(timeout=limits.timeout, headers=headers, limits=connections) as client:

            def ask(number: int) -> bool:
                if stop.is_set():
                    return False
                try:
                    self._ask(client, requests[number], lambda answer: keep(number, answer), stop)
                except BaseException as fault:
                    faults.append(fault)
                    stop.set()  # whoever has not begun leaves; whoever waits for another try stops waiting
                    return False
                return True

            with ThreadPoolExecutor(limits.at_once) as pool:
                try:
                    done = sum(pool.map(ask, range(len(requests))))
                finally:
                    stop.set()  # on Ctrl-C as well
        for fault in sorted(faults, key=lambda fault: isinstance(fault, NotAnswered | BudgetSpent)):
            if not isinstance(fault, NotAnswered | BudgetSpent):
                raise fault
            raise stopped(fault, done, len(requests))

    def _ask(self, client: Any, request: Request, keep: Callable[[Answer], None], stop: threading.Event) -> None:
        """One question with all its tries; the answer is kept before what it cost is settled."""
        price = self._purse.limits.price(request["model"])
        held = self._purse.hold(request, price, stop=stop)
        answer: Answer | None = None
        try:
            answer = self._tried(client, request, stop)
            keep(answer)
        finally:
            self._purse.settle(held, answer, price)

    def _tried(self, client: Any, request: Request, stop: threading.Event) -> Answer:
        chance, why, tries = random.Random(str(request)), "", 0
        for tries, pause in enumerate((*PAUSES, None), 1):
            self._purse.turn(stop)
            try:
                return self._said(client, request)
            except _AgainError as fault:
                why = str(fault)
                hopeless = why == "ConnectError" and not self._connected and tries > FIRST
                if pause is None or hopeless or stop.is_set():
                    break
                wanted = max(pause * chance.uniform(0.5, 1.0), fault.after)  # so that not all come back at once
                if stop.wait(min(LONGEST, wanted)):
                    break
        raise NotAnswered(f"NotAnswered: {self._host} gave no answer in {tries} tries ({why}).", SAME)

    def _said(self, client: Any, request: Request) -> Answer:
        started = time.perf_counter()
        if "continuation" in request:
            return self._likelihood(client, request)._replace(seconds=round(time.perf_counter() - started, 4))
        sent = {self._room if name == "max_tokens" else name: value for name, value in request.items()}
        document = self._post(client, "chat/completions", sent)
        try:
            choice = document["choices"][0]
            text, finish = choice["message"]["content"], str(choice.get("finish_reason") or "")
        except (LookupError, TypeError, AttributeError):
            raise _AgainError("an answer that is not a chat completion") from None
        if text is not None and not isinstance(text, str):
            raise _AgainError("an answer that is not a text")
        taken, most = round(time.perf_counter() - started, 4), LETTERS * request["max_tokens"]
        text, finish = (text or "")[:most], "cut" if text and len(text) > most else finish[:NAME]
        return Answer(text, None, *_usage(document), taken, _served(document), finish)

    def _likelihood(self, client: Any, request: Request) -> Answer:
        """How likely a continuation is after a prompt: the sum over its tokens.

        Where no token begins just after the prompt, or the server's positions do not fit the text (it counts half letters
        as whole ones), it is how likely both together are, less how likely the prompt alone is.
        """
        prompt, whole = request["prompt"], request["prompt"] + request["continuation"]
        document, tokens = self._echoed(client, request["model"], whole)
        starts = [start for _, start, _ in tokens]
        ends = [*starts[1:], len(whole)]
        fits = all(start + len(token) == end for (token, start, _), end in zip(tokens, ends, strict=True))
        found = sum(log or 0.0 for _, start, log in tokens if start >= len(prompt))
        counts = _usage(document)
        if not (fits and len(prompt) in starts):
            alone, before = self._echoed(client, request["model"], prompt)
            found = sum(log or 0.0 for *_, log in tokens) - sum(log or 0.0 for *_, log in before)
            both = zip(counts, _usage(alone), strict=True)
            counts = tuple(None if a is None or b is None else a + b for a, b in both)  # type: ignore[assignment]
        return Answer("", found, *counts, served=_served(document))

    def _echoed(self, client: Any, model: str, text: str) -> tuple[Any, list[tuple[str, int, float | None]]]:
        """The tokens of a text: each with its first position and the logarithm of its chance, None for the very first.

        One more token is generated, since not every server accepts none, and left out here.
        """
        sent = {"model": model, "prompt": text, "max_tokens": 1, "temperature": 0, "echo": True, "logprobs": 1}
        document = self._post(client, "completions", sent)
        try:
            logs = document["choices"][0]["logprobs"]
            tokens = list(zip(logs["tokens"], logs["text_offset"], logs["token_logprobs"], strict=True))
            new = document.get("usage", {}).get("completion_tokens", 1)
            tokens = tokens[: len(tokens) - new]
        except (LookupError, TypeError, AttributeError, ValueError):
            raise NotAnswered(
                f"NotAnswered: {self._host} does not say how likely the tokens of a prompt are (echo with logprobs).",
                "Ask a server that does, such as vLLM, or the model itself: --system hf:OWNER/NAME",
            ) from None
        if len([log for *_, log in tokens if log is not None]) < len(tokens) - 1:
            raise _AgainError("tokens without a chance")
        return document, tokens

    def _post(self, client: Any, way: str, sent: Request) -> Any:
        import httpx

        try:
            with client.stream("POST", f"{self._place}/{way}", json=sent) as answer:
                content = _body(answer, sent)
        except httpx.TransportError as fault:  # no connection, no answer in time, half an answer
            raise _AgainError(type(fault).__name__) from None
        except httpx.InvalidURL:
            raise NotAnswered(
                f"NotAnswered: {self._host} is no address.", "Write openai:MODEL@http://HOST:PORT/v1"
            ) from None
        self._connected = True
        status = answer.status_code
        content = content.replace(self._key.encode(), b"***") if self._key else content
        if status == 200:
            try:
                return json.loads(content)
            except (ValueError, RecursionError):  # nested too deep
                raise _AgainError("an answer that is not JSON") from None
        said = content.decode("utf-8", "replace").lower()
        if status == 400 and "max_completion_tokens" in said and self._room == "max_tokens" and way.startswith("chat"):
            self._room = "max_completion_tokens"
            return self._post(client, way, {self._room if n == "max_tokens" else n: v for n, v in sent.items()})
        if (status in {408, 409, 425, 429} or status >= 500) and "insufficient_quota" not in said:
            raise _AgainError(f"status {status}", _seconds(answer.headers.get("Retry-After", "")))
        raise self._refusal(status, said, f"{self._place}/{way}", sent["model"])

    def _refusal(self, status: int, said: str, url: str, model: str) -> NotAnswered:
        """The one message for an answer that no further try would change."""
        told = f"(status {status})"
        if status in {401, 403}:
            own = variable(self._host)
            sent = f"the key in {self._key_name}" if self._key else "a question without a key"
            why, mend = (
                f"refuses {sent} {told}.",
                f"export {own}=... with a key for {self._host}, then the same command.",
            )
        elif status in {402, 429}:
            why, mend = f"says that the account has no credit left {told}.", "Fill it up, then give the same command."
        elif status == 404 and "model" in said:
            why, mend = f"knows no model {model!r} {told}.", f"See which it has: curl {self._place}/models"
        elif status in {404, 405} or 300 <= status < 400:
            why = f"answers nothing at {url} {told}."
            mend = "Check the address; it often ends in /v1: --system openai:MODEL@http://HOST:PORT/v1"
        else:
            why = f"refuses the question {told}."
            mend = "It may be too long for the model, or ask for something the server cannot do: see the server's log."
        return NotAnswered(f"NotAnswered: {self._host} {why}", mend)


def variable(host: str) -> str:
    """The environment variable that holds the key of a host: QADAM_API_KEY_LLM_EXAMPLE_KZ for llm.example.kz."""
    bare = host.partition(":")[0]
    return "QADAM_API_KEY_" + "".join(letter if letter.isalnum() else "_" for letter in bare).upper()


def _body(answer: Any, sent: Request) -> bytes:
    """What a server sends, up to a bound that no answer to this question reaches."""
    granted = sent.get("max_tokens") or sent.get("max_completion_tokens", 0)
    most = BODY + BYTES_PER_TOKEN * (len(json.dumps(sent)) + granted)
    content = bytearray()
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > most:
            raise _AgainError(f"an answer of more than {most / 1e6:.0f} MB")
    return bytes(content)


def _usage(document: Any) -> tuple[int | None, int | None]:
    """Tokens in and out, as the server counted them."""
    usage = document.get("usage")
    counted = usage if isinstance(usage, dict) else {}
    found = (counted.get(name) for name in ("prompt_tokens", "completion_tokens"))
    first, second = (count if isinstance(count, int) and count >= 0 else None for count in found)
    return first, second


def _served(document: Any) -> str:
    """The model a server says it ran, and its fingerprint."""
    said = (str(document[name])[:NAME] for name in ("model", "system_fingerprint") if document.get(name))
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in " ".join(said))


def _seconds(header: str) -> float:
    """How long the server asks to wait: seconds, or until a date; 0 if it says neither."""
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (ValueError, TypeError):
        return 0.0
