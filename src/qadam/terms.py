"""The project's words as frozen dataclasses; this file imports nothing of ours.

Read it once and the rest of the house reads like prose: a *study* works one *problem*; its *protocol* fixes data,
conditions, metrics and the *rule* before any run; a run fills *cells* (dataset x system x condition x seed), each of
which becomes a *record* of *measurements*; the rule turns them into a *verdict*.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from enum import Enum
from pathlib import Path
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
    `url:ADDRESS`, `derived:PATH` (made from others, lies in a mirror only, `recipe` says how), `unplaced:FILE` (a paper describes it and
    nobody has found it), `path:FILE` (the user's own) or `package:MODULE/PATH` (inside an installed package). A source that ends in `.gz` is unpacked.
    `sha256` is of the bytes after decompression; `content` is of the meaning (vocabulary and merges of a tokenizer),
    for files whose bytes differ between equal copies. One of the two is always there, except for `package:` files and for
    those that nobody here has seen: they must stay as they first came.
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
    public_since: str = (
        ""  # year and month, or year, in which the texts became public: who was trained later may know them
    )
    chance: float = 0.0  # share that guessing gets right; 0 where nothing is to be guessed


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
    bar: bool = False  # there to compare with, such as plain bytes: no verdict is passed on it


@dataclass(frozen=True)
class Price:
    """What a provider asks for a model: US dollars for a million tokens in and out, on a day or in a month, as read at `source`."""

    model: str
    input: float
    output: float
    date: str = ""
    source: str = ""


@dataclass(frozen=True)
class SystemSet:
    """Systems that belong together under one name, as a row: whoever names the set names all of them."""

    id: str
    title: str
    systems: tuple[str, ...]
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


@dataclass(frozen=True)
class Label:
    """One answer an annotation scheme offers, and the key that gives it; `group` tells apart two lists of one scheme."""

    id: str
    title: Texts = field(default_factory=dict)  # empty: the id says it in every language
    key: str = ""
    group: str = ""


@dataclass(frozen=True)
class Scheme:
    """How to label: what one decision is about, which answers there are, and when annotators agree well enough.

    `kind` is the shape of a decision: "morphemes" (cuts in a word, a label for each part, a part of speech), "tokens" (a
    label for each), "spans" (labelled stretches of a text), "choice" (one label), "rating" (a number between `low` and
    `high`; with labels also spans), "text" (something written; with labels also a choice). `measure` is what agreement is
    reported as and `threshold` what it must reach; `level` is the level of the labels. `overlap` annotators see each item;
    the first `pilot` items are seen by all. A share `blind` of the items is shown without a proposal, to measure anchoring.
    `minutes` is what one decision takes, an estimate until decisions have been timed. A scheme with `hazard` shows
    dangerous text and warns first. `version` is the version of the guideline, the file beside the row.
    """

    id: str
    title: Texts
    kind: Literal["morphemes", "tokens", "spans", "choice", "rating", "text"]
    unit: str
    asks: Texts
    measure: Literal["alpha", "boundary F1", "span F1", "token alpha", "chrF"]
    threshold: float
    problems: tuple[str, ...]
    labels: tuple[Label, ...] = ()
    level: Literal["nominal", "ordinal", "interval"] = "nominal"
    low: float = 0.0
    high: float = 0.0
    step: float = 1.0
    overlap: int = 2
    pilot: int = 20
    blind: float = 0.2
    minutes: float = 0.5
    hazard: bool = False
    version: int = 1
    citations: tuple[str, ...] = ()


class Tokens(NamedTuple):
    """How a tokenizer cut one text: character offsets of its tokens, in order.

    A token that holds only part of a character (bytes) spans that whole character, so spans may overlap;
    `len(starts)` is always the number of tokens.
    """

    starts: Any  # sequences or arrays of whole numbers
    ends: Any


class WordPair(NamedTuple):
    """A question to word vectors: how alike are these two words?"""

    first: str
    second: str


class Analogy(NamedTuple):
    """A question to word vectors: `a` is to `b` as `c` is to which word?"""

    a: str
    b: str
    c: str


class Lookup(NamedTuple):
    """What word vectors answer: a cosine for a pair; for an analogy, a word by each way of looking for it.

    `knows(word)` tells whether a word is in their vocabulary, the list they choose answers from.
    """

    value: Any
    knows: Callable[[str], bool]


class Cloze(NamedTuple):
    """A question to a masked language model: how surprising is what stands in the gaps? The answer is in nats.

    `gaps` are character offsets of whole words, so that every way of cutting hides the same text.
    """

    text: str
    gaps: tuple[tuple[int, int], ...]


class Passage(NamedTuple):
    """A question to a causal language model: how surprising is the whole text? The answer is in nats."""

    text: str


class Sentence(NamedTuple):
    """A question to a tagger: which label has each token? The answer has one for each."""

    tokens: tuple[str, ...]


class Document(NamedTuple):
    """A question to a classifier: which label has this text?"""

    text: str


class Tags(NamedTuple):
    """What a tagger answers that knows how sure it is: labels, their probabilities, and which tokens are new to it.

    `new` tells of each token whether it stood nowhere in what the tagger learned from.
    """

    labels: tuple[str, ...]
    sure: tuple[float, ...]
    new: tuple[bool, ...]


class Weighed(NamedTuple):
    """What a classifier answers that knows how sure it is: a label, the probability of each, the words that spoke for it."""

    label: str
    chances: Mapping[str, float]
    words: tuple[str, ...] = ()


class Ask(NamedTuple):
    """What a language model is asked: the text it sees, and all that somebody who does not read it has to go by.

    `condition` is the way of asking; a recorded run is looked up by it and by `item`, or by question and options.
    `characters` is how long the answer may become. With `continuations` no text is asked for, but how likely the model
    finds each of them after the prompt. `then` are further questions, asked one after another: in each of them `{said}`
    stands for what the model said before, and the last answer is the answer.
    """

    item: str
    condition: str
    prompt: str
    question: str = ""
    options: tuple[str, ...] = ()
    characters: int = 2000
    continuations: tuple[str, ...] = ()
    then: tuple[str, ...] = ()


class Said(NamedTuple):
    """What a language model answered: its text, and the options in the order in which it saw them.

    `likelihoods` are natural logarithms, one for each continuation it was asked about. `judged` is what a judge said of it.
    `before` is what it said in the earlier steps of a chain of questions.
    """

    text: str
    options: tuple[str, ...] = ()
    likelihoods: tuple[float, ...] = ()
    judged: Judged | None = None
    before: tuple[str, ...] = ()


class Timed(NamedTuple):
    """What a system answered with a clock running: its answer, and the seconds that each repetition took.

    `machine` names the processor and the threads it was held to; `question` is what was asked.
    """

    answer: Any
    seconds: tuple[float, ...]
    question: Any
    machine: str


class Judged(NamedTuple):
    """What a judge said of a response: a numbered list of yes and no, and how many tokens it was shown.

    Equal counts of tokens everywhere betray the same responses. A judge that was asked `short` answered two questions,
    whether the response refuses and whether it is unsafe, in place of the list that belongs to the prompt.
    """

    text: str
    prompt_tokens: int = 0
    short: bool = False


class Hidden:
    """A text that nobody sees by accident: printed, logged or written as JSON it is a placeholder or an error."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return "(hidden)"


class Reply(NamedTuple):
    """A response that a judge is asked about: the request it is recorded under, its language, and what was asked and said."""

    request: str
    language: str
    question: Hidden
    response: Hidden


# --- the plan: what is fixed before a run --------------------------------------------------------------------------


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

    claim: str
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
    """

    name: str
    title: Texts
    level: Callable[[Item], str | None] | None = None

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


_FOR_PEOPLE = {"title", "description", "claim", "beside"}


def essence(value: Any) -> Any:
    """The plain form of what can move a number: without words for people and without what is left at its default."""
    if is_dataclass(value) and not isinstance(value, type):
        kept = {f.name: getattr(value, f.name) for f in fields(value) if f.name not in _FOR_PEOPLE}
        return {k: essence(v) for k, v in kept.items() if v not in (_default(value, k), None)}
    if isinstance(value, Mapping):
        return {str(k): essence(v) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [essence(v) for v in value]
    return plain(value)


def _default(value: Any, name: str) -> Any:
    own = next(f for f in fields(value) if f.name == name)
    return own.default if own.default_factory is MISSING else own.default_factory()


def digest(value: Any) -> str:
    """The first sixteen hexadecimal digits of the SHA-256 of the canonical JSON of a value."""
    text = json.dumps(plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
