"""What a run leaves behind: measurements, records, what is blocked, all the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qadam.terms.plan import Cell, Profile
from qadam.terms.verdict import Verdict
from qadam.terms.world import Finding


@dataclass(frozen=True)
class Measurement:
    """A number with its honesty: interval, n, what got no answer, what we failed to score, unit, signature."""

    dataset: str
    system: str
    condition: str
    seed: int
    metric: str
    value: float
    low: float
    high: float
    n: int
    no_answer: int
    unscored: int
    unit: str
    signature: str


@dataclass(frozen=True)
class Part:
    """A measurement of the items of one level of a breakdown."""

    by: str
    level: str
    measurement: Measurement


@dataclass(frozen=True)
class Counted:
    """The words of a tally, in how many items each was found, most frequent first; `by` and `level` are empty for all items.

    `items` is how many items were looked at.
    """

    tally: str
    by: str
    level: str
    cell: Cell
    items: int
    words: Mapping[str, int]


@dataclass(frozen=True)
class Curve:
    """How a training went: (share of its budget 0-1, loss in nats) from its beginning to its end, for one thing learned."""

    system: str
    seed: int
    skill: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Record:
    """What is kept of one cell: measurements, where they come from, checksum of the per-item rows. Written once."""

    problem: str
    profile: Profile
    protocol_hash: str
    cell: Cell
    system_revision: str
    measurements: tuple[Measurement, ...]
    items_sha256: str
    provenance: Mapping[str, Any]
    parts: tuple[Part, ...] = ()
    counted: tuple[Counted, ...] = ()


@dataclass(frozen=True)
class Blocked:
    """A cell that could not be had, why, and the exact command that unblocks it."""

    cell: Cell
    reason: str
    unblock: str


@dataclass(frozen=True)
class Evidence:
    """Everything one run of a study yielded, as it is shown on the terminal, the page and in JSON."""

    problem: str
    profile: Profile
    protocol_hash: str
    verdict: Verdict
    measurements: tuple[Measurement, ...]
    blocked: tuple[Blocked, ...]
    audit: tuple[Finding, ...]
    seconds: float
    exploratory: bool = False
    parts: tuple[Part, ...] = ()
    counted: tuple[Counted, ...] = ()
    curves: tuple[Curve, ...] = ()
