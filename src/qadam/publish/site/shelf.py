"""What the pages of data and systems tell: where each row is used, what was found in it, what was measured on it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from qadam.publish import arrange, pages
from qadam.publish.arrange import Shown
from qadam.publish.site.known import Known, World
from qadam.terms import Blocked, Dataset, File, Finding, Problem, SystemRow, Texts

LONGEST = 40  # lines of a list of files; a treebank has more, and its row names them all


@dataclass(frozen=True)
class DataPage:
    """One data set: the problems it serves, the findings of its audit, and of how much people have read."""

    row: Dataset
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()
    audited: bool = False
    review: str = ""

    @property
    def files(self) -> tuple[File, ...]:
        """The first of its files."""
        return self.row.files[:LONGEST]

    @property
    def megabytes(self) -> float:
        """Of all files whose size is known."""
        return sum(f.bytes for f in self.row.files) / 1e6


@dataclass(frozen=True)
class Taken:
    """The main metric of one study, measured of one system; `rank` is its place where there is a leaderboard."""

    problem: Problem
    title: Texts | str
    dataset: str
    condition: str
    shown: Shown
    rank: int | None


@dataclass(frozen=True)
class SystemPage:
    """One system: what was measured of it, the studies that plan it, and why it could not be had where it could not."""

    row: SystemRow
    taken: tuple[Taken, ...] = ()
    planned: tuple[Problem, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    profiles: Mapping[str, str] = field(default_factory=dict)  # by problem: the smallest profile with it


def data_pages(world: World) -> list[DataPage]:
    """Every row of the catalogue, in its order."""
    found: dict[str, dict[tuple[str, str, str], Finding]] = {}
    audited: set[str] = set()
    for known in world.known.values():
        if known.evidence:
            audited |= {name.split("/")[0] for name in known.protocol.datasets}
            for finding in known.evidence.audit:
                its = found.setdefault(finding.dataset.split("/")[0], {})
                its[finding.dataset, finding.check, finding.message] = finding
    use = {row.id: [p for p in world.problems if row.id in _data_of(world.known.get(p.id))] for row in world.datasets}
    return [
        DataPage(
            row=row,
            problems=tuple(use[row.id]),
            findings=tuple(found.get(row.id, {}).values()),
            audited=row.id in audited,
            review=world.reviews.get(row.id, ""),
        )
        for row in world.datasets
    ]


def system_pages(world: World, ranked: Mapping[tuple[str, str], int | None]) -> list[SystemPage]:
    """Every row of the catalogue, in its order; `ranked` holds the rank of (problem, system)."""
    taken: dict[str, list[Taken]] = {}
    blocked: dict[str, dict[tuple[str, str], Blocked]] = {}
    for problem in world.problems:
        known = world.known.get(problem.id)
        if known is None or known.evidence is None or not known.measured:
            continue
        for system, one in _main(problem, known, ranked).items():
            taken.setdefault(system, []).append(one)
        for b in known.evidence.blocked:
            blocked.setdefault(b.cell.system, {}).setdefault((b.reason, b.unblock.replace("SLUG", problem.id)), b)
    found = []
    for row in world.systems:
        profiles = {p.id: _first_profile(world.known[p.id], row.id) for p in world.problems if p.id in world.known}
        found.append(
            SystemPage(
                row=row,
                taken=tuple(taken.get(row.id, ())),
                planned=tuple(p for p in world.problems if profiles.get(p.id)),
                blocked=tuple(blocked.get(row.id, {}).values()),
                profiles={slug: profile for slug, profile in profiles.items() if profile},
            )
        )
    return found


def _data_of(known: Known | None) -> set[str]:
    """The data sets that a study names in any profile."""
    protocols = known.study.protocols.values() if known else ()
    return {name.split("/")[0] for protocol in protocols for name in protocol.datasets}


def _first_profile(known: Known, system: str) -> str:
    return next((str(name) for name, systems in known.study.systems.items() if system in systems), "")


def _main(problem: Problem, known: Known, ranked: Mapping[tuple[str, str], int | None]) -> dict[str, Taken]:
    """The main metric of a study, by system."""
    assert known.evidence is not None
    dataset, metric = arrange.main_metric(known.protocol)
    here = [
        m for m in known.evidence.measurements if (m.dataset, m.metric) == (dataset, metric) and math.isfinite(m.value)
    ]
    condition = pages.condition_of(known.protocol, here)
    its = [m for m in here if m.condition == condition and m.seed == min(one.seed for one in here)]
    title = arrange.titles(known.protocol).get(metric, metric)
    shown = zip(its, arrange.show(its, known.protocol.rule), strict=True)
    return {
        m.system: Taken(problem, title, dataset, condition, text, ranked.get((problem.id, m.system)))
        for m, text in shown
    }
