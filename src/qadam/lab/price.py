"""What asking language models would take, before anything is asked: questions, tokens, money, time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from qadam.catalogue import tables
from qadam.catalogue.fetch import fetch
from qadam.errors import QadamError
from qadam.lab.plan import Plan
from qadam.lab.run import bring_to_life
from qadam.lab.usable import usable
from qadam.systems.load import load
from qadam.systems.spending import Request, Spending
from qadam.terms import Blocked, SystemRow

COUNTED_BY = "o200k_base"  # the vocabulary that estimates tokens; others cut Kazakh into up to twice as many
ASSUMED = 2.0  # seconds an answer takes, as long as none was measured


@dataclass(frozen=True)
class Bill:
    """What one system still has to be asked under one plan.

    `tokens_out` are at most: the room in characters, at the rate at which the prompts are cut. `usd` is None where the
    price is unknown. `blocked` are cells that could not be counted, since their data are not here yet.
    """

    problem: str
    system: str
    questions: int
    kept: int
    characters_in: int
    tokens_in: int
    tokens_out: int
    usd: float | None
    seconds: float
    per_answer: float
    measured: bool
    price: str
    blocked: tuple[Blocked, ...] = ()


def price(plan: Plan, spending: Spending) -> list[Bill]:
    """One bill for each language model of a plan that has something left to do; nothing is sent or downloaded."""
    return [
        _bill(plan, row, spending)
        for row in plan.systems
        if row.kind == "language_model" and any(cell.system == row.id for cell in plan.missing)
    ]


def _bill(plan: Plan, row: SystemRow, spending: Spending) -> Bill:
    places = replace(plan.places, offline=True)
    requests: dict[str, Request] = {}
    blocked: list[Blocked] = []
    kept: Any = ()
    for cell in (cell for cell in plan.missing if cell.system == row.id):
        try:
            model: Any = bring_to_life(row, places)
            condition = plan.condition(cell.condition)
            shown = (
                plan.study.present(item, condition)
                for item in usable(plan.study, plan.protocol, cell.dataset, places).items
            )
            requests |= model.open([ask for ask in shown if ask is not None])
            kept = model.answers
        except QadamError as fault:
            blocked.append(Blocked(cell, fault.message, fault.next_step))
    texts = [_text(request) for request in requests.values()]
    tokens, characters = _tokens(plan, texts), sum(map(len, texts))
    rate = tokens / characters if characters else 0.0
    room = sum(int(request.get("max_tokens", 0)) // 2 for request in requests.values())  # back in characters
    asks = spending.price(str(row.options["model"])) if row.format == "openai" else None
    out = round(room * rate)
    per_answer = kept.mean_seconds() if kept else None
    each = ASSUMED if per_answer is None else per_answer
    at_once = spending.at_once if row.format == "openai" else 1
    pace = 60 * len(requests) / spending.per_minute if spending.per_minute else 0.0
    local = row.format != "openai"
    return Bill(
        problem=plan.study.problem,
        system=row.id,
        questions=len(requests),
        kept=len(kept),
        characters_in=characters,
        tokens_in=tokens,
        tokens_out=out,
        usd=0.0 if local else (tokens * asks.input + out * asks.output) / 1e6 if asks else None,
        seconds=round(max(each * len(requests) / at_once, pace), 1),
        per_answer=each,
        measured=per_answer is not None,
        price="runs here" if local else f"{asks.date} {asks.source}".strip() if asks else "",
        blocked=tuple(blocked),
    )


def _text(request: Request) -> str:
    if "continuation" in request:
        return str(request["prompt"] + request["continuation"])
    return "".join(message["content"] for message in request["messages"])


def _tokens(plan: Plan, texts: Sequence[str]) -> int:
    """Tokens of the texts by a vocabulary that comes with Qadam: near enough to plan with, exact for no other."""
    row = tables.system(COUNTED_BY)
    counter = load(row, [fetch(file, plan.places) for file in row.files])
    return sum(len(cut.starts) for cut in counter.answer(texts))
