"""The flags of `qadam run` that concern language models: limits read and checked, bills and what was spent shown."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qadam.errors import Usage

if TYPE_CHECKING:
    from qadam.lab.plan import Plan
    from qadam.lab.price import Bill
    from qadam.systems.spending import Purse, Spending

PANEL = "Language models"
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run", help="Say what asking would take, and stop: questions, tokens, money.", rich_help_panel=PANEL
    ),
]
BudgetTokens = Annotated[
    int, typer.Option(metavar="N", min=0, help="Never use more tokens than this, in and out.", rich_help_panel=PANEL)
]
BudgetUsd = Annotated[
    float, typer.Option(metavar="X", min=0, help="Never spend more US dollars than this.", rich_help_panel=PANEL)
]
Price = Annotated[
    str,
    typer.Option(metavar="IN,OUT", help="US dollars for a million tokens, in and out.", rich_help_panel=PANEL),
]
Rate = Annotated[
    float, typer.Option(metavar="N", min=0, help="At most so many questions a minute.", rich_help_panel=PANEL)
]
AtOnce = Annotated[
    int, typer.Option(metavar="N", min=1, max=64, help="Questions under way at the same time.", rich_help_panel=PANEL)
]
Timeout = Annotated[
    float,
    typer.Option(metavar="S", min=0.1, help="Seconds to wait for a server that is silent.", rich_help_panel=PANEL),
]


def limits(*, price: str, **caps: Any) -> Spending:
    """The limits a user set, with the prices of the catalogue.

    Raises:
        Usage: the price is not two numbers.
    """
    from qadam.catalogue import tables
    from qadam.systems.spending import Spending

    again = shlex.join(["qadam", *sys.argv[1:]])
    return Spending(prices=tables.prices(), own=_price(price) if price else None, again=again, **caps)


def check_prices(plans: Sequence[Plan], spending: Spending) -> None:
    """A cap in money can only be kept for models whose price is known.

    Raises:
        Usage: a model that would be asked has no price.
    """
    asked = [str(row.options["model"]) for plan in plans for row in plan.systems if row.format == "openai"]
    unknown = [model for model in asked if spending.price(model) is None]
    if spending.usd and unknown:
        raise Usage(
            f"Usage: nobody here knows what {unknown[0]} costs, so --budget-usd could not be kept.",
            "Say it: --price IN,OUT in US dollars for a million tokens (--price 0,0 for a server of your own).",
        )


def show_bills(bills: Sequence[Bill]) -> None:
    """What each model would be asked, and what that takes."""
    from qadam.cli.terminal import console

    if not bills:
        console.print("No language model would be asked: name one, --system openai:MODEL@URL, or all is answered.")
    for bill in bills:
        console.print(f"\n[bold]{bill.problem}[/] · ", end="")
        console.print(bill.system, markup=False, soft_wrap=True)
        console.print(f"  questions   {bill.questions:,} to ask; {bill.kept:,} answers are kept")
        console.print(f"  in          {bill.characters_in:,} characters, about {bill.tokens_in:,} tokens")
        console.print(f"  out         at most about {bill.tokens_out:,} tokens")
        money = "unknown: say it with --price IN,OUT" if bill.usd is None else f"at most about ${bill.usd:,.2f}"
        console.print(f"  money       {money}  [dim]{bill.price}[/]".rstrip(), soft_wrap=True)
        basis = "as so far" if bill.measured else "assumed"
        console.print(f"  time        about {_duration(bill.seconds)} ({bill.per_answer:.2g} s an answer, {basis})")
        for reason in dict.fromkeys(f"{b.reason} {b.unblock}" for b in bill.blocked):
            console.print(f"  not counted {reason}", markup=False, soft_wrap=True)


def show_spent(purse: Purse) -> None:
    """What was spent by this command, if anything was asked; beside the output, so that JSON stays JSON."""
    from qadam.cli.terminal import errors

    spent = purse.spent
    if spent.questions:
        money = f", ${spent.usd:,.4f}" if spent.usd else ""
        errors.print(
            f"\n[dim]asked {spent.questions:,} questions: {spent.prompt_tokens:,} tokens in, "
            f"{spent.completion_tokens:,} out{money}[/]"
        )


def _price(text: str) -> Any:
    from qadam.terms import Price

    try:
        first, second = (float(part) for part in text.split(","))
    except ValueError:
        raise Usage(f"Usage: {text!r} is not a price.", "Write --price IN,OUT, for example --price 0.15,0.60") from None
    return Price("", first, second, source="as you said")


def _duration(seconds: float) -> str:
    return (
        f"{seconds:.0f} s"
        if seconds < 120
        else f"{seconds / 60:.0f} min"
        if seconds < 7200
        else f"{seconds / 3600:.1f} h"
    )
