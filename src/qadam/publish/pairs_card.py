"""The card of a set of sifted pairs: what is in it, how it came to be, what was thrown away; and its row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Facts(NamedTuple):
    """What the card tells: a name, two languages, who translated (empty: the pairs were given), licence, and the counts."""

    name: str
    languages: tuple[str, str]
    by: str
    licence: str
    source: str
    counts: Mapping[str, int]  # candidates, kept
    dropped: Mapping[str, int]
    sha256: str


def card(facts: Facts, examples: Sequence[str]) -> str:
    """The card as Markdown; `examples` are lines of the set."""
    first, second = facts.languages
    made = (
        f"translated by `{facts.by}`: **synthetic**, no person wrote the other side"
        if facts.by
        else "as they were given"
    )
    reasons = "".join(f"| {reason} | {n:,} |\n" for reason, n in facts.dropped.items()) or "| nothing | 0 |\n"
    shown = "".join(f"    {line}\n" for line in examples) or "    (none)\n"
    return f"""---
pretty_name: {facts.name}
language: [{first}, {second}]
license: {facts.licence or "unknown"}
task_categories: [translation]
---

# {facts.name}

{facts.counts["kept"]:,} pairs of sentences, {first} and {second}, from {facts.counts["candidates"]:,} candidates ({facts.source}), {made}.

**State of review: 0 of {facts.counts["kept"]:,} reviewed.** No speaker of either language has read the pairs. They are for training, never for testing.

## What is in it

`pairs.tsv`: UTF-8, LF, two columns without a header, {first} and {second}. `dropped.tsv`: the line of each candidate that is not in it, and
the first reason. sha256 of `pairs.tsv`: `{facts.sha256}`

{shown}
## What was thrown away

| reason | candidates |
|---|---|
{reasons}
How many faults each filter finds, and how many good pairs it costs, is measured by the study `synthetic-parallel`.

## Licence

{facts.licence or "Not stated: whoever gives this set to others has to know under which licence its source came."}
"""


def row(facts: Facts, path: str) -> str:
    """The row of datasets.toml under which Qadam reads the set."""
    first, second = facts.languages
    return f"""[[dataset]]
id = "{facts.name}"
title = "{facts.name}: sifted pairs"
reader = "lines"
languages = ["{first}", "{second}"]
licence = "{facts.licence or "none stated"}"
redistribution = false
splits = {{ all = [] }}
files = [{{ source = "path:{path}", sha256 = "{facts.sha256}" }}]
options = {{ separator = "\\t", columns = {{ {first} = 0, {second} = 1 }} }}
"""
