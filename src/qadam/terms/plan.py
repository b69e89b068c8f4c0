"""What is fixed before a run: conditions, metrics, the rule, the protocol, the study."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from qadam.terms.form import digest, essence
from qadam.terms.verdict import Outcome, Ruling
from qadam.terms.world import Item, SystemRow, Texts

Profile = Literal["sample", "laptop", "full"]
PROFILES: tuple[Profile, ...] = ("sample", "laptop", "full")


@dataclass(frozen=True)
class Clock:
    """How a system is timed: so many items spread evenly over the data, each asked alone, round after round.

    `repetitions` are the rounds that count; one round before them warms up. `threads` is what a system may use at most.
    """

    items: int = 30
    repetitions: int = 30
    threads: int = 2


@dataclass(frozen=True)
class Condition:
    """A named treatment; one of them may be the control.

    `language` ties it to data that have this language, `datasets` to the data sets (`name/split`) it makes sense for.
    Under a `clock` the study reads `Timed` answers.
    """

    name: str
    description: str
    control: bool = False
    language: str = ""
    datasets: tuple[str, ...] = ()
    clock: Clock | None = None


@dataclass(frozen=True)
class Metric:
    """How we count: `count(prediction, gold)` gives one row of counts, `score(sums)` turns their sums into a number.

    `score` receives a mapping column -> sum and must work on numpy arrays as well as on numbers, so that one call
    scores 10,000 resamples. A metric `over` "rows" is no function of sums (a rank correlation): its `score` receives
    column -> (n_items,) and how often each row stands in each resample, (resamples, n_items).
    `better` is the good direction; `params` are the choices that go into the signature; `version` rises whenever the
    same input may give another number. `conditions` names those it is taken under; empty means all.
    """

    name: str
    title: Texts
    unit: str
    count: Callable[[Any, Any], Mapping[str, float]]
    score: Callable[..., Any]
    better: Literal["higher", "lower", "neither"] = "neither"
    params: Mapping[str, str] = field(default_factory=dict)
    version: int = 1
    over: Literal["sums", "rows"] = "sums"
    conditions: tuple[str, ...] = ()

    def applies(self, condition: str) -> bool:
        """Whether the metric is taken under a condition."""
        return not self.conditions or condition in self.conditions


@dataclass(frozen=True)
class Contrast:
    """One metric under a condition set against the control, on the same items (paired).

    `than` is the condition of the control; with `system` the control is that system, under the same condition.
    `conditions` names those that are set against it; empty means all others.
    "mcnemar" gives the two-sided p of McNemar's test where every item is right or wrong, and nothing elsewhere.
    """

    name: str
    title: Texts
    metric: str
    than: str = ""
    by: Literal["ratio", "difference", "mcnemar"] = "ratio"
    unit: str = "ratio"
    system: str = ""
    conditions: tuple[str, ...] = ()


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
class Synthesis:
    """How a rule reads the rows of all cells at once: pooled effects, several systems, strata.

    `settle(rows, protocol)` receives cell -> its rows of counts and gives a `Ruling`. `asks` says in words what it wants;
    `titles` name the numbers it adds, `contrasts` those among them that compare two conditions. `version` rises whenever
    the same rows may give another ruling.
    """

    settle: Callable[[Mapping[Cell, Sequence[Mapping[str, Any]]], Protocol], Ruling]
    asks: tuple[Texts, ...]
    contrasts: tuple[Contrast, ...] = ()
    titles: Mapping[str, Texts] = field(default_factory=dict)
    version: int = 1


@dataclass(frozen=True)
class Rule:
    """The decision, written beforehand: where an interval must lie for the claim to stand or to fall.

    For one system the claim is supported if for *every* name in `effects` the interval at level 1 - alpha lies inside
    `supported`, refuted if for every one it lies inside the same zone of `refuted`, otherwise inconclusive.
    With `of` and `at_least` the verdict needs that many of the named systems; without them, every system measured.
    A rule that asks what no system can tell alone has a `synthesis`, which then decides in place of all this.
    """

    claim: Texts
    dataset: str
    condition: str
    effects: tuple[str, ...]
    supported: Zone
    refuted: tuple[Zone, ...]
    of: tuple[str, ...] = ()
    at_least: int = 1
    beside: tuple[str, ...] = ()  # contrasts shown next to the verdict and not judged
    alpha: float = 0.05
    synthesis: Synthesis | None = None

    def outcome(self, intervals: Sequence[tuple[float, float]]) -> Outcome:
        """What the intervals of one system, one per effect, say of the claim."""
        if intervals and all(self.supported.holds(low, high) for low, high in intervals):
            return "supported"
        for zone in self.refuted:
            if intervals and all(zone.holds(low, high) for low, high in intervals):
                return "refuted"
        return "inconclusive"


@dataclass(frozen=True)
class Breakdown:
    """A way to divide the items of a data set: whatever is measured of all of them is measured of each part as well.

    `level(item)` names the part an item belongs to, None if it belongs to none; without it the item's field `name` does.
    `metrics` names those that are measured of the parts; empty means all.
    """

    name: str
    title: Texts
    level: Callable[[Item], str | None] | None = None
    metrics: tuple[str, ...] = ()

    def of(self, item: Item) -> str | None:
        """The part an item belongs to, None if it belongs to none."""
        found = self.level(item) if self.level else item.fields.get(self.name)
        return None if found is None else str(found)


@dataclass(frozen=True)
class Tally:
    """Words worth a list, most frequent first: `words(prediction)` gives those of one item, and each counts once.

    It is kept of the whole data set and of each level of the breakdowns, for the conditions named (empty: all). A word of
    fewer than `least` items is not kept, so that neither a text nor its author can be told from a list; of the others
    the `most` frequent are.
    """

    name: str
    title: Texts
    words: Callable[[Any], Iterable[str]]
    least: int = 20
    most: int = 40
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Protocol:
    """What is held fixed in one profile of a study; its hash never covers the list of systems.

    `limits` are named caps (items, new_tokens, resamples); `datasets` are `name/split`. `by` divides the items further, and
    `tallies` list frequent words; both stand beside the numbers and are judged by no rule.
    """

    datasets: tuple[str, ...]
    conditions: tuple[Condition, ...]
    metrics: tuple[Metric, ...]
    contrasts: tuple[Contrast, ...] = ()
    seeds: tuple[int, ...] = (13,)
    limits: Mapping[str, float] = field(default_factory=dict)
    rule: Rule | None = None
    choices: Mapping[str, str] = field(default_factory=dict)  # how items are shown: unicode form, special tokens, ...
    by: tuple[Breakdown, ...] = ()
    tallies: tuple[Tally, ...] = ()

    def hash(self, data: Mapping[str, str]) -> str:
        """Sixteen hexadecimal digits that change whenever anything that could move a number changes.

        `data` maps each dataset to the checksum of its files: another revision is another protocol. Words for people
        (titles, descriptions, the claim) are left out: who mends a translation harms no record.
        """
        return digest({"protocol": essence(self), "data": dict(data)})


@dataclass(frozen=True)
class Handover:
    """What a study has for people to label: which data set it draws from, and how.

    `rows(items, seed=, count=)` gives at most `count` rows (all there are without it) in the order in which they should be
    labelled, the same for the same seed. Each row is JSON: `id`, `text`, and what else the scheme shows; a draw that is
    not of equal chances says in `weight` for how many items a row stands. With `system` its answer to each item stands in
    the field `answer`.
    """

    dataset: str
    rows: Callable[..., Iterable[Mapping[str, Any]]]
    system: str = ""


@dataclass(frozen=True)
class Study:
    """Our work on one problem: the question, one protocol per profile, how items are shown and answers read.

    `present(item, condition)` gives what the system sees, or None if the condition does not apply to the item;
    `read(answer, item, condition)` gives the prediction or NO_ANSWER; `expect(item, condition)` gives what it is compared with.
    `kind` is "confirmatory", or "re-analysis" when data or outcome were public before the rule was written.
    `missing` names, for a study without a rule, what one would need and nobody has yet; the verdict repeats it.
    `fits(system, condition)`, if given, says which systems a condition is for; other cells are not planned.
    `hands` says, by annotation scheme, what the study hands over to people; `hazard` is what these must know first.
    `live(data, judge=, coded=)`, if given, is the study as it is put to live systems: over a table of the user's, its answers
    shown to a judge, and coded by people as far as a file of theirs goes.
    `labelled(path)`, if given, is the study with what people labelled of its data, in a file of theirs.
    `own(protocol, name)`, if given, is a protocol with the user's table where such a table belongs, and the other data as they
    are; without it a table takes the place of all data, under the control condition.
    `views` are other ways to look at the same question, fixed as well: each turns a protocol into that of its own.
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
    missing: str = ""
    fits: Callable[[SystemRow, Condition], bool] | None = None
    matrix: bool = False
    hands: Mapping[str, Handover] = field(default_factory=dict)
    hazard: Texts = field(default_factory=dict)
    live: Callable[..., Study] | None = None
    labelled: Callable[[Path], Study] | None = None
    own: Callable[[Protocol, str], Protocol] | None = None
    views: Mapping[str, Callable[[Protocol], Protocol]] = field(default_factory=dict)


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
