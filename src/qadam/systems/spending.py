"""What asking may cost and how fast it may go: one purse for all questions of a command, whatever model they go to.

A cap is never exceeded: before a question is sent, the most it can cost is set aside, and what it did cost is taken when
the answer is there. The most a text can cost is a token for each of its bytes (no vocabulary needs more) and what the
form of a chat adds; the most an answer can cost is the room it has. Tries that fail are not counted: nobody says what
they cost.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from qadam.errors import BudgetSpent, NotAnswered
from qadam.systems.answers import Answer
from qadam.terms import Price

Request = dict[str, Any]
AROUND = 64  # tokens that the form of a chat may add to the text of a question
IMAGE = 4_000  # tokens that an image may take; providers cut it into tiles of a few hundred tokens each
FREE = Price("", 0.0, 0.0)


@dataclass(frozen=True)
class Spending:
    """The limits a user sets; 0 is none. `prices` are those of the models that cost money, `own` of all others."""

    tokens: int = 0
    usd: float = 0.0
    per_minute: float = 0.0  # questions
    at_once: int = 12  # questions under way; more than 16 made httpx slower, not faster, in our measurements
    timeout: float = 120.0  # seconds without a byte
    prices: Mapping[str, Price] = field(default_factory=dict)
    own: Price | None = None
    again: str = "Give the same command again"  # what goes on where a cap stopped it

    def price(self, model: str) -> Price | None:
        """What a model costs: as the user says, else as the table says; None if neither knows."""
        return self.own or self.prices.get(model)


class Sum(NamedTuple):
    """So many questions, tokens and dollars; dollars are those of models whose price is known."""

    questions: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    usd: float = 0.0

    @property
    def tokens(self) -> int:
        """Tokens in and out."""
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: Sum) -> Sum:  # type: ignore[override]
        pairs: Any = zip(self, other, strict=True)
        return Sum(*(a + b for a, b in pairs))

    def __sub__(self, other: Sum) -> Sum:
        pairs: Any = zip(self, other, strict=True)
        return Sum(*(a - b for a, b in pairs))


class Purse:
    """Keeps the limits of a command; threads may use it at once."""

    def __init__(self, spending: Spending | None = None) -> None:
        self.limits = spending or Spending()
        self.spent = Sum()
        self._held = Sum()
        self._changed = threading.Condition()
        self._next = 0.0

    def hold(self, request: Request, price: Price | None = None, *, stop: threading.Event | None = None) -> Sum:
        """Set the most a question can cost aside; where others are under way, wait for what they leave.

        Raises:
            BudgetSpent: it does not fit, and nothing is under way that could leave something. With a `stop` that is set
                meanwhile as well.
        """
        most = at_most(request, price)
        with self._changed:
            while not self._fits(self.spent + self._held + most):
                waits = stop is not None and not stop.is_set()
                if not (self._held.questions and waits):
                    raise self._empty(most)
                self._changed.wait(0.1)
            self._held += most
        return most

    def settle(self, held: Sum, answer: Answer | None = None, price: Price | None = None) -> None:
        """Take what an answer cost, or nothing if none came; where the server does not say, the most it can have cost."""
        with self._changed:
            self._held -= held
            if answer is not None:
                self.spent += cost(answer, held.prompt_tokens, price)
            self._changed.notify_all()

    def turn(self, stop: threading.Event) -> None:
        """Wait until the next question may go out; turns are spread evenly over the minute."""
        if not self.limits.per_minute:
            return
        with self._changed:
            at = max(time.monotonic(), self._next)
            self._next = at + 60 / self.limits.per_minute
        stop.wait(at - time.monotonic())

    def batches(self, requests: Sequence[Request], size: int) -> Iterator[list[tuple[int, Sum]]]:
        """The numbers of the questions, at most `size` together, each with what was set aside for it.

        Raises:
            BudgetSpent: the next one does not fit; those before it were yielded.
        """
        for start in range(0, len(requests), size):
            batch: list[tuple[int, Sum]] = []
            fault: BudgetSpent | None = None
            for number in range(start, min(start + size, len(requests))):
                try:
                    batch.append((number, self.hold(requests[number])))
                except BudgetSpent as spent:
                    fault = spent
                    break
            if batch:
                yield batch
            if fault:
                raise fault

    def _fits(self, wanted: Sum) -> bool:
        limits = self.limits
        return not (0 < limits.tokens < wanted.tokens or 0 < limits.usd < wanted.usd)

    def _empty(self, most: Sum) -> BudgetSpent:
        tokens, usd = self.limits.tokens, self.limits.usd
        caps = [f"{tokens:,} tokens"] * bool(tokens) + [f"${usd:g}"] * bool(usd)
        spent = [f"{self.spent.tokens:,}"] * bool(tokens) + [f"${self.spent.usd:.4f}"] * bool(usd)
        could = [f"{most.tokens:,} tokens"] * bool(tokens) + [f"${most.usd:.4f}"] * bool(usd)
        return BudgetSpent(
            f"BudgetSpent: the next question could cost up to {' and '.join(could)}, more than is left of "
            f"{' and '.join(caps)} ({' and '.join(spent)} spent).",
            f"{self.limits.again}: it goes on where this stopped, with a cap of its own.",
        )


def at_most(request: Request, price: Price | None = None) -> Sum:
    """The most a question can cost, in tokens and dollars."""
    said = [message["content"] for message in request.get("messages", ())]
    parts = [part for content in said if not isinstance(content, str) for part in content]
    texts = [content for content in said if isinstance(content, str)] + [part.get("text", "") for part in parts]
    images = sum("image_url" in part for part in parts)
    texts += [request.get("prompt", "")] * 2 + [request.get("continuation", "")]  # twice: it may be asked for alone too
    prompt = AROUND + IMAGE * images + sum(len(text.encode()) for text in texts)
    return _priced(prompt, int(request.get("max_tokens", 1)), price)


def cost(answer: Answer, prompt_tokens: int, price: Price | None = None) -> Sum:
    """What an answer cost; `prompt_tokens` stand in where the server did not count, and bytes for the answer's tokens."""
    prompt = prompt_tokens if answer.prompt_tokens is None else answer.prompt_tokens
    said = len(answer.text.encode()) if answer.completion_tokens is None else answer.completion_tokens
    return _priced(prompt, said, price)


def stopped(fault: NotAnswered | BudgetSpent, done: int, of: int) -> NotAnswered | BudgetSpent:
    """A fault that also says how many of the open questions were answered before it."""
    return type(fault)(
        f"{fault.message} {done} of {of} open questions were answered now and are kept.", fault.next_step
    )


def _priced(prompt: int, said: int, price: Price | None) -> Sum:
    price = price or FREE
    return Sum(1, prompt, said, (prompt * price.input + said * price.output) / 1e6)
