"""What exists before any study: problems, data, systems, published figures, schemes, items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Texts = Mapping[str, str]  # one text per interface language: en, ru, kk


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
class LeftOut:
    """A row of a user's table that cannot be used: where it stands, the kind of its fault, and the fault in words.

    `line` counts from 1 as an editor does; in a Parquet table or a feed it is the number of the row.
    """

    file: str
    line: int
    kind: str
    words: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.words}"


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
    `minutes` is what one decision takes, an estimate until decisions have been timed. `skips` names the reasons to skip an
    item that only this scheme has; the page says them in words. A scheme with `hazard` shows
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
    skips: tuple[str, ...] = ()
    hazard: bool = False
    version: int = 1
    citations: tuple[str, ...] = ()
