"""What a rule says in the end, and the numbers behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Outcome = Literal["supported", "refuted", "inconclusive", "not testable", "measured"]


@dataclass(frozen=True)
class SystemVerdict:
    """What the rule says of one system alone."""

    system: str
    outcome: Outcome
    effect: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class Verdict:
    """The answer of a study, with the interval that decided it and the reasons in words."""

    outcome: Outcome
    effect: float | None
    low: float | None
    high: float | None
    p: float | None
    reasons: tuple[str, ...]
    by_system: tuple[SystemVerdict, ...] = ()
    kind: str = "confirmatory"
    demonstration: bool = False


class Estimate(NamedTuple):
    """A number that a synthesis found in the rows of several cells; nan where there is no interval.

    `dataset` is one of the protocol, or several of them joined by "+".
    """

    metric: str
    dataset: str
    system: str
    condition: str
    value: float
    low: float
    high: float
    n: int
    unit: str


@dataclass(frozen=True)
class Ruling:
    """What a synthesis makes of all rows together: the verdict, and the numbers behind it."""

    verdict: Verdict
    estimates: tuple[Estimate, ...] = ()
