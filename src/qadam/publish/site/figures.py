"""The ledger of published figures: every one, the protocol behind it, ours beside it, and why they compare or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from qadam.publish import arrange, grounds
from qadam.publish.ledger import Comparison, State, beside_ours
from qadam.publish.site.known import Known, World
from qadam.publish.words import texts
from qadam.terms import Problem, Texts

STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True)
class Entry:
    """One figure: `ours` is our number as text with its interval; `why` says why it is not simply compared."""

    comparison: Comparison
    metric: Texts | str
    ours: tuple[str, ...]
    why: Texts | str
    unblock: str = ""


@dataclass(frozen=True)
class Chapter:
    """The figures of one problem, those that say most first."""

    problem: Problem
    entries: tuple[Entry, ...]


def ledger(world: World) -> tuple[list[Chapter], Mapping[State, int]]:
    """All figures by problem, and how many are in each state."""
    chapters = []
    for problem in world.problems:
        figures = [f for f in world.figures if f.problem == problem.id]
        known = world.known.get(problem.id)
        told = known.evidence if known and known.measured else None
        compared = beside_ours(figures, told.measurements if told else (), told.blocked if told else ())
        called = arrange.titles(known.protocol) if known else {}
        compared.sort(key=lambda c: STATES.index(c.state))
        if compared:
            chapters.append(Chapter(problem, tuple(_entry(c, known, called) for c in compared)))
    counted = Counter(e.comparison.state for chapter in chapters for e in chapter.entries)
    return chapters, {state: counted[state] for state in STATES}


def _entry(comparison: Comparison, known: Known | None, called: Mapping[str, Texts]) -> Entry:
    figure = comparison.figure
    metric = called.get(figure.metric, figure.metric)
    unblock = comparison.blocked.unblock.replace("SLUG", figure.problem) if comparison.blocked else ""
    return Entry(comparison, metric, grounds.ours(comparison), _why(comparison, known), unblock)


def _why(comparison: Comparison, known: Known | None) -> Texts | str:
    figure = comparison.figure
    if comparison.blocked:
        return comparison.blocked.reason
    if comparison.state == "not measured":
        if known is None:
            return texts("why.no_study")
        if not known.measured:
            return texts("why.not_run")
        measured = {m.system for m in known.evidence.measurements} if known.evidence else set()
        key = "why.other_question" if figure.system in measured else "why.other_system"
        return texts(key, system=figure.system)
    if figure.comparable:
        return figure.comparable
    if comparison.other_dataset and comparison.ours:
        return texts("state.other_text", dataset=comparison.ours.dataset)
    return ""
