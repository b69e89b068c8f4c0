"""Who sees which item, in which order, and with which proposal; what they say goes into the log.

The work folder of a scheme:

    items.jsonl    the items, copied in; more may be added, none is ever changed
    media/         the images and sounds of the items
    log.sqlite     what was given to whom, and every decision (see `log`)

The first `scheme.pilot` items are given to everybody who begins. After these an annotator is given one item at a time:
among the items that fewer than `scheme.overlap` people have, one that most have, so that items are finished before new
ones are begun, and whoever works more is given more. The order is each annotator's own. What was given stays given.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import secrets
import shutil
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from qadam.annotation import rows
from qadam.annotation.decision import Decision, Payload, Row, check, writable
from qadam.annotation.log import Log
from qadam.errors import BadData, Usage
from qadam.terms import Scheme

ITEMS, LOG, MEDIA = "items.jsonl", "log.sqlite", "media"
HIDDEN = ("gold", "proposal", "proposer")  # what the page must not know of an item unless the task says so
SEED = 13


@dataclass(frozen=True)
class Task:
    """An item as one annotator sees it: with a proposal or blind, and with what they said of it before.

    `position` counts from 1; `total` is how many items they will see as things stand (see `Progress`).
    """

    item: Row
    proposal: Payload | None
    proposer: str
    position: int
    total: int
    decision: Decision | None


@dataclass(frozen=True)
class Extras:
    """What comes with a decision: why it was skipped, a remark, the seconds spent, what was proposed by the page.

    `request` is made by the page, one for each decision it means to make: sent twice, it is stored once. A proposal that
    is the item's own need not be named. `after` is the number of the last decision on this item that the page showed, 0 if
    there was none: an answer that waited in a browser gives way to a newer one. None: this is the newest, whatever is there.
    """

    skip: str = ""
    comment: str = ""
    seconds: float = 0.0
    proposal: Payload | None = None
    proposer: str = ""
    request: str = ""
    after: int | None = None


@dataclass(frozen=True)
class Progress:
    """How far an annotator is: `done` are answers, `skipped` come on top; `seconds_per_item` is the median, 0 before any.

    `total` is what they were given and their even share of what is not given yet; it falls when others join.
    """

    done: int
    skipped: int
    total: int
    seconds_per_item: float


class Session:
    """The annotation of one scheme in one folder; threads may share it, processes may open it beside each other."""

    def __init__(self, scheme: Scheme, folder: Path, log: Log) -> None:
        """Use `Session.open`."""
        self.scheme, self.folder, self.log = scheme, folder, log
        self._items: Mapping[str, Row] = {}
        self._stamp: tuple[int, int] | None = None

    @classmethod
    def open(
        cls,
        scheme: Scheme,
        folder: Path,
        *,
        items: Path | Iterable[Row] | None = None,
        seed: int = SEED,
        base: Path | None = None,
    ) -> Session:
        """Begin, or go on; with `items` (a JSONL file, or rows), those that are new are added.

        Args:
            scheme: what is asked.
            folder: the work folder; made if there is none.
            items: what is to be labelled.
            seed: of orders, and of what is shown blind; the first one given stays.
            base: the images and sounds that items name lie in this folder or below: that of the file, if it is one.
                Rows without it may name them anywhere.

        Raises:
            BadData: an item is not fit for the scheme, see `rows.accept`; nothing is stored then.
            NotReadable: the file of items, or an image or sound that it names, cannot be read.
            Usage: there are no items yet and none are given, or the folder belongs to another scheme.
        """
        given: list[tuple[int, Row]] = []
        where = "items"
        if isinstance(items, Path):
            given, base, where = rows.read(items), base or items.parent, str(items)
        elif items is not None:
            given = list(enumerate(items, 1))
        elif not (folder / ITEMS).exists():
            raise Usage(
                f"Usage: {folder} has no items yet.", f"Name some: qadam annotate {scheme.id} --as a1 --items FILE"
            )
        rows.accept(scheme, given, where=where, known={})  # a fault is told before a folder is made
        session = cls(scheme, folder, Log(folder / LOG))
        owner = session.log.fact("scheme", scheme.id)
        if owner != scheme.id:
            raise Usage(f"Usage: {folder} holds the annotation of {owner!r}.", "Choose another folder: --in DIR")
        session.log.fact("seed", str(seed))
        if given:
            session._add(given, base, where)
        return session

    def add(self, items: Iterable[Row], *, base: Path | None = None) -> None:
        """Add rows that are new, all or none; `base` and errors as in `open`."""
        self._add(list(enumerate(items, 1)), base, "items")

    # --- what there is ---

    @property
    def items(self) -> Mapping[str, Row]:
        """Every item by its id, in the order in which they came; what another process adds appears here too."""
        path = self.folder / ITEMS
        try:
            state = path.stat()
        except FileNotFoundError:
            return self._items
        stamp = (state.st_mtime_ns, state.st_size)
        if stamp != self._stamp:
            self._items = MappingProxyType({row["id"]: row for _, row in rows.read(path)})
            self._stamp = stamp
        return self._items

    @cached_property
    def seed(self) -> int:
        """The seed of this annotation."""
        return int(self.log.fact("seed", str(SEED)))

    @cached_property
    def id(self) -> str:
        """A name of this folder that no other has, by which a browser keeps what waits for it apart."""
        return self.log.fact("id", secrets.token_hex(8))

    def decisions(self) -> list[Decision]:
        """The last decision of each annotator on each item."""
        return self.log.decisions()

    def history(self) -> list[Decision]:
        """Every decision, those since corrected too."""
        return self.log.history()

    # --- what an annotator sees ---

    def next(self, annotator: str) -> Task | None:
        """The first item this annotator has not decided; None when they are done.

        What was decided under an older guideline is asked again; the task holds the earlier decision.
        """
        item = self._pending(annotator)
        return None if item is None else self.task(annotator, item)

    def task(self, annotator: str, item_id: str) -> Task:
        """An item that was given to this annotator, with their last decision.

        Raises:
            BadData: it was not.
        """
        own = self._own(annotator, item_id)
        item = self.items[item_id]
        proposal, proposer = self._proposal(annotator, item)
        shown = {key: value for key, value in item.items() if key not in HIDDEN}
        last = self.log.last(annotator, item_id)
        return Task(shown, proposal, proposer, own.index(item_id) + 1, self._total(annotator, own), last)

    def before(self, annotator: str, item_id: str) -> str | None:
        """The item before this one in the annotator's own order; None at the beginning."""
        own = self._own(annotator, item_id)
        place = own.index(item_id)
        return own[place - 1] if place else None

    def after(self, annotator: str, item_id: str) -> str | None:
        """The item after this one in the annotator's own order; None after the last that was given."""
        own = self._own(annotator, item_id)
        place = own.index(item_id) + 1
        return own[place] if place < len(own) else None

    def progress(self, annotator: str) -> Progress:
        """How far this annotator is."""
        last = [d for d in self.log.decisions(named(annotator)) if d.version == self.scheme.version]
        answered = [decision for decision in last if decision.payload is not None]
        pace = [decision.seconds for decision in last if decision.seconds]
        total = self._total(annotator, self.log.assigned(annotator))
        return Progress(len(answered), len(last) - len(answered), total, statistics.median(pace) if pace else 0.0)

    # --- what an annotator says ---

    def save(self, annotator: str, item_id: str, payload: Any, *, extras: Extras = Extras()) -> Decision:
        """Check a decision and append it; it is on disk when this returns.

        `payload` is the answer, or None with `extras.skip`, the reason. Saving the same request again gives the decision
        that it made the first time.

        Raises:
            BadData: the item was not given to this annotator, or the answer is none that the scheme allows.
            Conflict: the request made another decision before, or a newer one is stored (see `Extras`).
            StoreNotWritable: the disk is full; nothing was stored.
        """
        self._own(annotator, item_id)
        item = self.items[item_id]
        if (payload is None) != bool(extras.skip.strip()):
            raise BadData(
                f"BadData: {self.scheme.id}, item {item_id!r}: a decision is an answer or a skip with a reason.",
                "Give one of the two.",
            )
        if not (math.isfinite(extras.seconds) and extras.seconds >= 0):
            raise BadData(
                f"BadData: {extras.seconds!r} seconds were not spent on item {item_id!r}.", "Reload the page."
            )
        if not writable(extras.skip + extras.comment + extras.request):
            raise BadData(f"BadData: the remark on item {item_id!r} holds half a surrogate pair.", "Write it again.")
        proposal, proposer = self._proposal(annotator, item)
        if proposal is None and extras.proposal is not None:
            proposal, proposer = check(self.scheme, item, extras.proposal), extras.proposer
        decision = Decision(
            seq=0,
            item=item_id,
            annotator=annotator,
            version=self.scheme.version,
            payload=None if payload is None else check(self.scheme, item, payload),
            skip=extras.skip,
            comment=extras.comment,
            proposal=proposal,
            proposer=proposer,
            seconds=float(extras.seconds),
            at="",
        )
        return self.log.append(decision, request=extras.request, after=extras.after)

    # --- tokens ---

    def token(self, annotator: str) -> str:
        """The secret by which a page elsewhere on the network knows this annotator; made the first time."""
        return self.log.token(named(annotator))

    def whose(self, token: str) -> str | None:
        """The annotator of a secret, None if it is nobody's."""
        return self.log.whose(token)

    # --- giving out ---

    def _pending(self, annotator: str) -> str | None:
        """The first undecided item of an annotator; where there is none, one is given."""
        found = self.log.pending(named(annotator), version=self.scheme.version)
        if found is not None:
            return found
        with self.log.writing():  # what is read here no other process changes before we have written
            own = set(self.log.assigned(annotator))
            fresh = [item for item in self._in_order(annotator, self._pilot()) if item not in own]
            if not fresh:
                counts = self.log.counts()
                open_ = [i for i in self.items if i not in own and counts.get(i, 0) < self.scheme.overlap]
                most = max((counts.get(i, 0) for i in open_), default=0)
                fresh = self._in_order(annotator, [i for i in open_ if counts.get(i, 0) == most])[:1]
            self.log.assign(annotator, fresh)
            return self.log.pending(annotator, version=self.scheme.version)

    def _pilot(self) -> list[str]:
        return list(self.items)[: self.scheme.pilot]

    def _in_order(self, annotator: str, items: Sequence[str]) -> list[str]:
        """Items in an order of the annotator's own, the same at every start."""
        return sorted(items, key=lambda item: _digest(self.seed, annotator, item))

    def _own(self, annotator: str, item_id: str) -> list[str]:
        """The items given to an annotator, of which this is one."""
        own = self.log.assigned(named(annotator))
        if item_id not in own:
            raise BadData(
                f"BadData: no item {item_id!r:.60} was given to {annotator}.",
                f"Go on with: qadam annotate {self.scheme.id} --as {annotator}",
            )
        return own

    def _total(self, annotator: str, own: Sequence[str]) -> int:
        """What was given to an annotator, and an even share of what will be."""
        mine = set(own) | set(self._pilot())
        counts = self.log.counts()
        places = {i: self.scheme.overlap - counts.get(i, 0) for i in self.items if i not in mine}
        free = [room for room in places.values() if room > 0]
        people = len({*self.log.annotators(), annotator})
        return len(mine) + min(len(free), math.ceil(sum(free) / people))

    def _proposal(self, annotator: str, item: Row) -> tuple[Payload | None, str]:
        """What is proposed to this annotator, and by which system; a share `scheme.blind` sees nothing."""
        if item.get("proposal") is None or _digest(self.seed, item["id"], annotator, "blind") < self.scheme.blind:
            return None, ""
        return item["proposal"], str(item.get("proposer", ""))

    # --- taking in ---

    def _add(self, given: Sequence[tuple[int, Row]], base: Path | None, where: str) -> None:
        """Add what is new; all of it or nothing."""
        with self.log.writing():  # so that two processes do not write the file at once
            path = self.folder / ITEMS
            copied = [(number, self._with_media(row, base)) for number, row in given]
            new = rows.accept(self.scheme, copied, where=where, known=self.items)
            if not new:
                return
            old = path.read_bytes() if path.exists() else b""
            part = path.with_suffix(".part")
            with part.open("wb") as file:
                file.write(old)
                for row in new:
                    file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)

    def _with_media(self, row: Row, base: Path | None) -> Row:
        """The row with its image and sound copied into the folder, named after what they hold."""
        copied = dict(row)
        for key, suffixes in rows.MEDIA.items():
            if row.get(key):
                source = (base or Path()) / row[key]
                if base and not source.resolve().is_relative_to(base.resolve()):
                    raise BadData(
                        f"BadData: item {row['id']!r}: {key} {row[key]!r:.80} leads out of the folder of the items. "
                        "Nothing was stored.",
                        f"Put it below {base.resolve()}.",
                    )
                if source.suffix.lower() not in suffixes:
                    raise BadData(
                        f"BadData: item {row['id']!r}: {key} {row[key]!r:.80} is none that a browser shows safely. "
                        "Nothing was stored.",
                        f"Give it as one of: {' '.join(suffixes)}",
                    )
                try:
                    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:32]
                    name = f"{MEDIA}/{digest}{source.suffix.lower()}"
                    if not (self.folder / name).exists():
                        (self.folder / MEDIA).mkdir(exist_ok=True)
                        shutil.copyfile(source, self.folder / f"{name}.part")
                        (self.folder / f"{name}.part").replace(self.folder / name)
                except OSError as fault:
                    raise BadData(
                        f"BadData: item {row['id']!r}: {key} {source} cannot be read ({fault.strerror}). "
                        "Nothing was stored.",
                        "Paths are relative to the file of items.",
                    ) from fault
                copied[key] = name
        return copied


def named(annotator: str) -> str:
    """The annotator, if it is one of a1, a2 ...: names of persons are never stored.

    Raises:
        Usage: it is not.
    """
    if not re.fullmatch(r"a[1-9][0-9]{0,5}", annotator):
        raise Usage(
            f"Usage: {annotator!r:.40} is no annotator; they are called a1, a2, a3 ...",
            "Names of persons are not stored: keep the list of who is who elsewhere.",
        )
    return annotator


def _digest(*words: Any) -> float:
    """A number in [0, 1) that depends on the words alone."""
    text = "\x1f".join(map(str, words))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7]) / (1 << 56)
