"""How well people agree, on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.table import Table

from qadam.cli.terminal import console


def show_agreement(found: Mapping[str, Any]) -> None:
    """Every measure with its interval, pairs of people, labels, what is confused, and whether the threshold is reached."""
    versions = f"guideline v{found['guideline_version']}"
    console.print(f"[bold]{found['scheme']}[/], {versions}: {found['answered']} of {found['items']} items answered")
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("", "measure", "value [95 %]", "n"):
        table.add_column(heading)
    for row in found["measures"]:
        table.add_row("all", row["measure"], _interval(row), str(row["n"]))
    if found["kappa"]:
        row = found["kappa"]["fleiss"]
        table.add_row("all", _kappa("Fleiss", found["kappa"]["of"]), _interval(row), str(row["n"]))
    for pair in found["pairs"]:
        names = " ".join(pair["annotators"])
        row = pair["measures"][0]
        table.add_row(names, row["measure"], _interval(row), str(row["n"]))
        if "cohen" in pair:
            table.add_row(names, _kappa("Cohen", pair["cohen"]["of"]), _interval(pair["cohen"]), str(pair["n"]))
    for who, row in found["by_annotator"].items():
        table.add_row(f"{who} with others", found["measure"], _interval(row), str(row["n"]))
    for label, row in found["by_label"].items():
        table.add_row(label, row["measure"], _interval(row), f"{row['n']} ({row['given']} given)")
    console.print(table)
    for pair in found["confusion"][:3]:
        x, y = pair["labels"]
        console.print(f"confused: {x} / {y}, {pair['count']} of {found['disagreements']}", markup=False)
    if found["anchoring"]:
        drawn = found["anchoring"]
        console.print(
            f"anchoring: {drawn['shown']:.2f} like the proposal when shown, {drawn['blind']:.2f} when hidden, "
            f"difference {_interval({**drawn, 'value': drawn['difference']})}",
            markup=False,
        )
    for who, check in found["checks"].items():
        console.print(f"check items: {who} {_digits(check['value'])} of {check['n']}", markup=False)
    if found["more_items"]:
        width = "5 points" if found["measure"] in ("chrF", "character similarity") else "0.05"
        console.print(f"for an interval of ± {width}: about {found['more_items']} more items")
    told = {True: "reached", False: "not reached", None: f"not judged. {found['note']}"}[found["reached"]]
    console.print(f"threshold {found['threshold']:g}: {told}", markup=False)
    for warning in found["warnings"]:
        console.print(f"! {warning}", markup=False)


def _interval(row: Mapping[str, Any]) -> str:
    return f"{_digits(row['value'])} [{_digits(row['low'])}, {_digits(row['high'])}]"


def _digits(value: float | None) -> str:
    return "?" if value is None else f"{value:.2f}"


def _kappa(name: str, of: str) -> str:
    """A kappa by its name; of which answers, where a decision holds several."""
    return f"{name} kappa" if of == "alpha" else f"{name} kappa of {of}"
