"""Arranges what stands beside the totals: measurements of each level of a breakdown, and lists of frequent words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from qadam.publish import arrange
from qadam.publish.arrange import Shown, show
from qadam.terms import Counted, Evidence, Part, Protocol, Texts

MOST_ACROSS = 8  # levels that stand side by side; more are written one below the other
NUMBERS = 300  # in all grids of a page; parts.csv always holds all
WORDS_OF_A_LEVEL = 12  # the whole list stands once, of a level only its head


@dataclass(frozen=True)
class Heading:
    """What a row or a column is called, and for a level, how many items it has."""

    text: Texts | str
    n: int | None = None


@dataclass(frozen=True)
class Grid:
    """The levels of one breakdown on one data set: by metric if only one system was measured, else by system."""

    by: Texts
    title: Texts | str
    dataset: str
    across: tuple[Heading, ...]
    rows: tuple[tuple[Heading, tuple[Shown | None, ...]], ...]

    @property
    def size(self) -> int:
        """How many numbers the table holds."""
        return sum(entry is not None for _, entries in self.rows for entry in entries)


@dataclass(frozen=True)
class WordList:
    """One tally of one cell: the words of all items, and the first ones of each level, breakdown by breakdown."""

    title: Texts
    whole: Counted
    levels: tuple[tuple[Texts, tuple[tuple[Counted, tuple[tuple[str, int], ...]], ...]], ...]


def grids(evidence: Evidence, protocol: Protocol) -> list[Grid]:
    """The parts of the first seed as tables, the metric of the rule first; as many as a page should hold."""
    seed = min((p.measurement.seed for p in evidence.parts), default=0)
    parts = [p for p in evidence.parts if p.measurement.seed == seed]
    called, main = arrange.titles(protocol), arrange.main_metric(protocol)[1]
    found = []
    for breakdown in protocol.by:
        mine = [p for p in parts if p.by == breakdown.name]
        for dataset in dict.fromkeys(p.measurement.dataset for p in mine):
            here = [p for p in mine if p.measurement.dataset == dataset]
            if len({_column(p) for p in here}) == 1:
                found.append(_grid(breakdown.title, _column(here[0]), here, name=lambda p: p.measurement.metric))
                continue
            metrics = dict.fromkeys(p.measurement.metric for p in here)
            for metric in sorted(metrics, key=lambda m: m != main):
                its = [p for p in here if p.measurement.metric == metric]
                found.append(_grid(breakdown.title, called.get(metric, metric), its, name=_column))
    named = [_called(grid, called) for grid in found]
    return [grid for at, grid in enumerate(named) if sum(g.size for g in named[: at + 1]) <= NUMBERS or not at]


def word_lists(evidence: Evidence, protocol: Protocol) -> list[WordList]:
    """The tallies that found a word, cell by cell."""
    titles = {tally.name: tally.title for tally in protocol.tallies}
    by = {breakdown.name: breakdown.title for breakdown in protocol.by}
    lists = []
    for whole in (c for c in evidence.counted if not c.by and c.words and c.tally in titles):
        mine = [c for c in evidence.counted if (c.tally, c.cell) == (whole.tally, whole.cell) and c.by in by]
        levels = tuple(
            (by[name], tuple((c, tuple(c.words.items())[:WORDS_OF_A_LEVEL]) for c in group if c.words))
            for name, group in groupby(mine, key=lambda c: c.by)
        )
        lists.append(WordList(titles[whole.tally], whole, levels))
    return lists


def _column(part: Part) -> str:
    """A system and its condition in one name."""
    return f"{part.measurement.system} · {part.measurement.condition}"


def _grid(by: Texts, title: Texts | str, parts: Sequence[Part], *, name: Callable[[Part], str]) -> Grid:
    """Levels against whatever `name` tells apart: side by side while there are few."""
    shown: dict[tuple[str, str], Shown] = {}
    for metric in dict.fromkeys(p.measurement.metric for p in parts):
        its = [p for p in parts if p.measurement.metric == metric]
        shown |= {(name(p), p.level): entry for p, entry in zip(its, show([p.measurement for p in its]), strict=True)}
    names = [Heading(one) for one in dict.fromkeys(name(p) for p in parts)]
    n = {level: max(p.measurement.n for p in parts if p.level == level) for level in (p.level for p in parts)}
    levels = [Heading(level, n[level]) for level in sorted(n, key=_natural)]
    dataset = parts[0].measurement.dataset
    if len(levels) <= MOST_ACROSS:
        rows = tuple((a, tuple(shown.get((str(a.text), str(b.text))) for b in levels)) for a in names)
        return Grid(by, title, dataset, tuple(levels), rows)
    rows = tuple((b, tuple(shown.get((str(a.text), str(b.text))) for a in names)) for b in levels)
    return Grid(by, title, dataset, tuple(names), rows)


def _natural(level: str) -> tuple[bool, float, str]:
    """Numbers by size, words by the alphabet."""
    return (False, float(level), "") if level.replace(".", "", 1).isdigit() else (True, 0.0, level)


def _called(grid: Grid, called: dict[str, Texts]) -> Grid:
    """The same grid with metrics called by their titles."""

    def said(heading: Heading) -> Heading:
        return Heading(called.get(str(heading.text), heading.text), heading.n)

    across, rows = tuple(map(said, grid.across)), tuple((said(head), entries) for head, entries in grid.rows)
    return Grid(grid.by, grid.title, grid.dataset, across, rows)
