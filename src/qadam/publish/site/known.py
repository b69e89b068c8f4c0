"""What the site tells of: the rows of the catalogue, and of each problem its study and the best evidence there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qadam.catalogue import items, tables
from qadam.store import Store, latest_evidence
from qadam.terms import (
    PROFILES,
    Citation,
    Dataset,
    Evidence,
    Problem,
    Protocol,
    PublishedFigure,
    Study,
    SystemRow,
)


@dataclass(frozen=True)
class Known:
    """One problem's study and the evidence shown for it.

    `date` is the day of its last record. `current` is false where the protocol was changed since it was measured.
    Without `evidence` the study has not been run; without `store` the numbers are known, but not the rows of items.
    """

    study: Study
    evidence: Evidence | None = None
    store: Store | None = None
    date: str = ""
    provenance: Mapping[str, Any] = field(default_factory=dict)
    current: bool = True

    @property
    def protocol(self) -> Protocol:
        """The protocol of the evidence; of the smallest profile where there is none."""
        profile = self.evidence.profile if self.evidence else next(iter(self.study.protocols))
        return self.study.protocols[profile]

    @property
    def measured(self) -> bool:
        """Whether this is evidence: a run on sample text is none, whatever its rule says."""
        return bool(self.evidence and self.evidence.profile != "sample" and not self.evidence.verdict.demonstration)


@dataclass(frozen=True)
class World:
    """Everything the site shows; a problem that is not in `known` has no study yet."""

    problems: Sequence[Problem]
    known: Mapping[str, Known] = field(default_factory=dict)
    citations: Mapping[str, Citation] = field(default_factory=dict)
    datasets: Sequence[Dataset] = ()
    systems: Sequence[SystemRow] = ()
    figures: Sequence[PublishedFigure] = ()
    reviews: Mapping[str, str] = field(default_factory=dict)  # by data set: how much of it people have read

    def evidence(self, problem: str) -> Evidence | None:
        """The evidence shown for a problem, if there is any."""
        known = self.known.get(problem)
        return known.evidence if known else None


def find(study: Study, roots: Sequence[Path]) -> Known:
    """The best evidence for a study in any of the folders: the largest profile, then the present protocol, then the newest."""
    found = [
        _known(study, Store(root, study.problem, evidence.profile, evidence.protocol_hash), evidence)
        for root in roots
        for profile in PROFILES
        if profile in study.protocols and (evidence := latest_evidence(root, study.problem, profile))
    ]
    return max(found, key=_worth, default=Known(study))


def _worth(known: Known) -> tuple[int, bool, str]:
    return PROFILES.index(known.evidence.profile) if known.evidence else -1, known.current, known.date


def _known(study: Study, store: Store, evidence: Evidence) -> Known:
    told = [store.read_at(path).provenance for path in sorted(store.folder.glob("*/*/*.json"))]
    last: Mapping[str, Any] = max(told, key=lambda one: str(one.get("time", "")), default={})
    protocol = study.protocols[evidence.profile]
    data = {name: items.revision(*tables.dataset_split(name)) for name in protocol.datasets}
    current = protocol.hash(data) == evidence.protocol_hash
    return Known(study, evidence, store, str(last.get("time", ""))[:10], last, current)
