"""The project's words as frozen dataclasses; this file imports nothing of ours.

Read it once and the rest of the house reads like prose: a *study* works one *problem*; its *protocol* fixes data,
conditions, metrics and the *rule* before any run; a run fills *cells* (dataset x system x condition x seed), each of
which becomes a *record* of *measurements*; the rule turns them into a *verdict*.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from typing import Any, Literal, NamedTuple

Profile = Literal["sample", "laptop", "full"]
PROFILES: tuple[Profile, ...] = ("sample", "laptop", "full")
Outcome = Literal["supported", "refuted", "inconclusive", "not testable", "measured"]
Texts = Mapping[str, str]  # one text per interface language: en, ru, kk


class Missing(Enum):
    """Why an item has no prediction: the system gave none, or our side failed to ask or to read."""

    NO_ANSWER = "no answer"  # the system's fault: counts against it
    UNSCORED = "unscored"  # our fault: left out and counted; above 1 % there is no verdict


NO_ANSWER = Missing.NO_ANSWER
UNSCORED = Missing.UNSCORED


# --- the world: what exists before any study -----------------------------------------------------------------------


@dataclass(frozen=True)
class Citation:
    """A paper, data set or repository that others can look up."""

    key: str
    title: str
    year: int
    link: str
    kind: str = "paper"
    authors: tuple[str, ...] = ()
    arxiv: str = ""
    doi: str = ""
    title_verified: bool = True


@dataclass(frozen=True)
class Problem:
    """An open question of the field: a pain point (something is missing) or a hypothesis (something is claimed)."""

    id: str
    number: int
    kind: Literal["pain_point", "hypothesis"]
    area: str
    difficulty: Literal["easy start", "medium", "ambitious"]
    status: Literal["unverified", "contested", "assumption"]
    title: Texts
    claim: Texts
    step: Texts
    citations: tuple[str, ...]
    needs: tuple[str, ...] = ()
    caution: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class File:
    """One file of the world with its address and its checksum.

    `source` is `github:OWNER/REPO@COMMIT:PATH`, `hf:ORG/NAME@REVISION:FILE` (`hf:datasets/ORG/NAME@...` for data sets),
    `url:ADDRESS`, `derived:PATH` (made from others, lies in a mirror only, `recipe` says how), `path:FILE` (the user's own) or
    `package:MODULE/PATH` (inside an installed package). A source that ends in `.gz` is unpacked.
    `sha256` is of the bytes after decompression; `content` is of the meaning (vocabulary and merges of a tokenizer),
    for files whose bytes differ between equal copies. One of the two is always there, except for `package:` files.
    """

    source: str
    sha256: str = ""
    content: str = ""
    bytes: int = 0
    language: str = ""
    split: str = ""
    part: str = ""
    gated: bool = False
    recipe: str = ""

    @property
    def name(self) -> str:
        """The last part of the path, without folders."""
        return self.source.rsplit("/", 1)[-1].rsplit(":", 1)[-1]


@dataclass(frozen=True)
class Dataset:
    """A corpus as a row: where it is, which revision, under which licence, how it is read."""

    id: str
    title: str
    reader: str
    files: tuple[File, ...]
    splits: Mapping[str, tuple[str, ...]]  # split name -> the parts of the files it joins
    languages: tuple[str, ...]
    licence: str
    redistribution: bool
    citations: tuple[str, ...] = ()
    unit: str = "sentence"
    options: Mapping[str, Any] = field(default_factory=dict)  # what the reader is told: columns, separators
    known_faults: tuple[str, ...] = ()  # named findings of the audit that we know and accept
    home: str = ""  # page a person would open
    note: str = ""


@dataclass(frozen=True)
class SystemRow:
    """Something that answers, as a row: tokenizer, model, segmenter, recorded run."""

    id: str
    title: str
    kind: str  # tokenizer | language_model | recorded | segmenter | tagger | ...
    format: str  # what the adapter is told: tiktoken | tokenizer.json | tekken | bytes | characters | bpe-trained
    files: tuple[File, ...] = ()
    licence: str = ""
    memory_mb: int = 100
    needs: tuple[str, ...] = ()  # extras and devices: "train", "GPU", "endpoint"
    options: Mapping[str, Any] = field(default_factory=dict)
    citations: tuple[str, ...] = ()
    home: str = ""
    note: str = ""


@dataclass(frozen=True)
class PublishedFigure:
    """A number printed by somebody else, with the protocol it was measured under; never mixed with ours.

    `digits` is the number of printed decimals: ours agrees if it differs by at most half of the last printed digit.
    `comparable` is empty if text and definition are the same as ours, otherwise it says in words what differs.
    """

    problem: str
    citation: str
    system: str
    metric: str
    condition: str
    dataset: str
    value: float
    digits: int
    where: str  # table, page, file
    comparable: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing an audit noticed in a data set: what, how often, and where to look."""

    dataset: str
    check: str
    count: int
    of: int
    message: str
    examples: tuple[str, ...] = ()  # ids of items, never their texts
    severity: Literal["note", "warning", "fault"] = "warning"


@dataclass(frozen=True)
class Item:
    """One example: what is shown, and the correct answer. Ids never change.

    `input` is a text, or a mapping (language -> text for parallel data; question, options for multiple choice).
    `group` names the unit that is resampled together (document, speaker, question family); empty means the item itself.
    """

    id: str
    input: Any
    gold: Any = None
    group: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


class Tokens(NamedTuple):
    """How a tokenizer cut one text: character offsets of its tokens, in order.

    A token that holds only part of a character (bytes) spans that whole character, so spans may overlap;
    `len(starts)` is always the number of tokens.
    """

    starts: Any  # sequences or arrays of whole numbers
    ends: Any


# --- the plan: what is fixed before a run --------------------------------------------------------------------------


@dataclass(frozen=True)
class Condition:
    """A named treatment; one of them may be the control. `language` ties it to data that have this language."""

    name: str
    description: str
    control: bool = False
    language: str = ""


@dataclass(frozen=True)
class Metric:
    """How we count: `count(prediction, gold)` gives one row of counts, `score(sums)` turns their sums into a number.

    `score` receives a mapping column -> sum and must work on numpy arrays as well as on numbers, so that one call
    scores 10,000 resamples. `better` is the good direction; `params` are the choices that go into the signature;
    `version` rises whenever the same input may give another number.
    """

    name: str
    title: Texts
    unit: str
    count: Callable[[Any, Any], Mapping[str, float]]
    score: Callable[[Mapping[str, Any]], Any]
    better: Literal["higher", "lower", "neither"] = "neither"
    params: Mapping[str, str] = field(default_factory=dict)
    version: int = 1


@dataclass(frozen=True)
class Contrast:
    """One metric under a condition set against the control, on the same items (paired)."""

    name: str
    title: Texts
    metric: str
    than: str
    by: Literal["ratio", "difference"] = "ratio"
    unit: str = "ratio"


@dataclass(frozen=True)
class Zone:
    """A closed range of values, in the unit of the effect; open ends are infinite."""

    low: float = float("-inf")
    high: float = float("inf")

    def holds(self, low: float, high: float) -> bool:
        """Whether an interval lies entirely inside."""
        return self.low <= low and high <= self.high

    def __str__(self) -> str:
        return f"[{self.low:g}, {self.high:g}]"


@dataclass(frozen=True)
class Rule:
    """The decision, written beforehand: where an interval must lie for the claim to stand or to fall.

    For one system the claim is supported if for *every* name in `effects` the interval at level 1 - alpha lies inside
    `supported`, refuted if for every one it lies inside the same zone of `refuted`, otherwise inconclusive.
    With `of` and `at_least` the verdict needs that many of the named systems; without them, every system measured.
    """

    claim: str
    dataset: str
    condition: str
    effects: tuple[str, ...]
    supported: Zone
    refuted: tuple[Zone, ...]
    of: tuple[str, ...] = ()
    at_least: int = 1
    alpha: float = 0.05

    def outcome(self, intervals: Sequence[tuple[float, float]]) -> Outcome:
        """What the intervals of one system, one per effect, say of the claim."""
        if intervals and all(self.supported.holds(low, high) for low, high in intervals):
            return "supported"
        for zone in self.refuted:
            if intervals and all(zone.holds(low, high) for low, high in intervals):
                return "refuted"
        return "inconclusive"


@dataclass(frozen=True)
class Protocol:
    """What is held fixed in one profile of a study; its hash never covers the list of systems.

    `limits` are named caps (items, new_tokens, resamples); `datasets` are `name/split`.
    """

    datasets: tuple[str, ...]
    conditions: tuple[Condition, ...]
    metrics: tuple[Metric, ...]
    contrasts: tuple[Contrast, ...] = ()
    seeds: tuple[int, ...] = (13,)
    limits: Mapping[str, float] = field(default_factory=dict)
    rule: Rule | None = None
    choices: Mapping[str, str] = field(default_factory=dict)  # how items are shown: unicode form, special tokens, ...

    def hash(self, data: Mapping[str, str]) -> str:
        """Sixteen hexadecimal digits that change whenever anything that could move a number changes.

        `data` maps each dataset to the checksum of its files: another revision is another protocol.
        """
        return digest({"protocol": self, "data": dict(data)})


@dataclass(frozen=True)
class Study:
    """Our work on one problem: the question, one protocol per profile, how items are shown and answers read.

    `present(item, condition)` gives what the system sees, or None if the condition does not apply to the item;
    `read(answer, item, condition)` gives the prediction or NO_ANSWER; `expect(item, condition)` gives what it is compared with.
    `kind` is "confirmatory", or "re-analysis" when data or outcome were public before the rule was written.
    """

    problem: str
    question: Texts
    design: Texts
    protocols: Mapping[Profile, Protocol]
    systems: Mapping[Profile, tuple[str, ...]]
    present: Callable[[Item, Condition], Any]
    read: Callable[[Any, Item, Condition], Any]
    expect: Callable[[Item, Condition], Any]
    kind: Literal["confirmatory", "re-analysis"] = "confirmatory"
    citations: tuple[str, ...] = ()


# --- the outcome: what a run leaves behind -------------------------------------------------------------------------


@dataclass(frozen=True, order=True)
class Cell:
    """The smallest unit of work: one dataset split, one system, one condition, one seed."""

    dataset: str
    system: str
    condition: str
    seed: int

    def __str__(self) -> str:
        return f"{self.dataset} x {self.system} x {self.condition} x {self.seed}"

    @classmethod
    def parse(cls, text: str) -> Cell:
        """A cell from its words; ValueError if they are not those of one."""
        dataset, system, condition, seed = text.split(" x ")
        return cls(dataset, system, condition, int(seed))


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


@dataclass(frozen=True)
class Blocked:
    """A cell that could not be had, why, and the exact command that unblocks it."""

    cell: Cell
    reason: str
    unblock: str


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


# --- one canonical form --------------------------------------------------------------------------------------------


def plain(value: Any) -> Any:
    """Any of the words above as dictionaries, lists, text and numbers, ready for JSON; functions by their names."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if callable(value):
        return f"{value.__module__}.{value.__qualname__}"
    if isinstance(value, Sequence):
        return [plain(v) for v in value]
    raise TypeError(f"{type(value).__name__} has no plain form")


def digest(value: Any) -> str:
    """The first sixteen hexadecimal digits of the SHA-256 of the canonical JSON of a value."""
    text = json.dumps(plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
