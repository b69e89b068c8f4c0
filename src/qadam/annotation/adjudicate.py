"""Settles what annotators disagree about, and writes the gold.

Only disagreements are shown. Whoever settles one chooses first, without seeing what the annotators said, then sees their
answers, then decides and says why; each step is a row of the log. Who settles is called a1, a2 ... as annotators are.
"""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qadam.annotation.decision import Decision, Payload, Row, check, writable
from qadam.annotation.log import Settlement
from qadam.annotation.session import HIDDEN, Session, named
from qadam.errors import BadData

FILE = "gold.jsonl"


@dataclass(frozen=True)
class Standing:
    """How items stand: agreed by all, settled by somebody, left out with a reason, still to settle, not ready.

    Not ready are items that fewer than two people (one, if the scheme gives each item to one) have decided.
    """

    agreed: int
    settled: int
    left_out: int
    to_settle: int
    not_ready: int


class Adjudication:
    """The disagreements of a session, under the present version of its guideline."""

    def __init__(self, session: Session) -> None:
        """Use `Adjudication.open`."""
        self.session, self.scheme = session, session.scheme

    @classmethod
    def open(cls, session: Session) -> Adjudication:
        """The adjudication of a session; it may go on beside the annotation."""
        return cls(session)

    # --- one disagreement after the other ---

    def next(self) -> str | None:
        """The first item, in the order of the items, that is still to be settled; None if there is none."""
        return next(iter(self.open_items()), None)

    def open_items(self) -> list[str]:
        """Every item that is still to be settled."""
        done, decisions = self._settled(), self._decisions()
        return [
            item
            for item, said in decisions.items()
            if self._ready(said) and not self._agreed(said) and item not in done
        ]

    def item(self, item_id: str) -> Row:
        """An item as it may be shown before the first choice: without proposals and known answers."""
        self._disputed(item_id)
        return {key: value for key, value in self.session.items[item_id].items() if key not in HIDDEN}

    def first_choice(self, item_id: str, payload: Any, *, by: str) -> Settlement:
        """Keep what `by` would say, not having seen what the annotators said; on disk when this returns.

        Raises:
            BadData: the item is none that annotators disagree about, the answer is not allowed, or the choice was made.
        """
        self._disputed(item_id)
        if self.chose(item_id, by=by):
            raise BadData(
                f"BadData: {by} has chosen for item {item_id!r:.60} before; the first choice stays.", "Settle it now."
            )
        answer = check(self.scheme, self.session.items[item_id], payload)
        return self.session.log.settle(self._step(item_id, named(by), "first", answer, ""))

    def chose(self, item_id: str, *, by: str) -> bool:
        """Whether this person has made their first choice."""
        wanted = ("first", item_id, by, self.scheme.version)
        return any((s.step, s.item, s.who, s.version) == wanted for s in self.session.log.settlements())

    def votes(self, item_id: str, *, by: str) -> dict[str, Decision]:
        """What the annotators said, by annotator; only after the first choice.

        Raises:
            BadData: `by` has not chosen yet, so that the answers are still hidden.
        """
        said = self._disputed(item_id)
        if not self.chose(item_id, by=by):
            raise BadData(
                f"BadData: what annotators said of item {item_id!r:.60} is hidden until {by} has chosen.",
                "Choose first.",
            )
        return {decision.annotator: decision for decision in said}

    def settle(self, item_id: str, payload: Any, *, why: str, by: str) -> Settlement:
        """Keep the gold answer of an item, or None to leave the item out; on disk when this returns.

        An item that was settled may be settled again; the last time counts.

        Raises:
            BadData: there was no first choice, no reason is given, or the answer is not allowed.
        """
        self.votes(item_id, by=by)  # nobody decides who has not chosen first
        if not why.strip() or not writable(why):
            raise BadData(f"BadData: item {item_id!r:.60} is settled without a reason.", "Say why in a few words.")
        answer = None if payload is None else check(self.scheme, self.session.items[item_id], payload)
        return self.session.log.settle(self._step(item_id, named(by), "settled", answer, why.strip()))

    # --- gold ---

    def standing(self) -> Standing:
        """How many items are settled, and how."""
        decisions, done = self._decisions(), self._settled()
        ready = {item: said for item, said in decisions.items() if self._ready(said) or item in done}
        settled = [item for item in ready if item in done]
        agreed = [item for item, said in ready.items() if item not in done and self._agreed(said)]
        skipped = [item for item in agreed if decisions[item][0].payload is None]
        out = [item for item in settled if done[item].payload is None]
        return Standing(
            agreed=len(agreed) - len(skipped),
            settled=len(settled) - len(out),
            left_out=len(out) + len(skipped),
            to_settle=len(ready) - len(settled) - len(agreed),
            not_ready=len(self.session.items) - len(ready),
        )

    def gold(self) -> list[dict[str, Any]]:
        """The items with their gold, how each was settled, by whom and why; in the order of the items.

        Each row is the item (without proposals) with `gold` (the payload), `how` ("agreed", "mean" of ratings, "adjudicated"),
        `answers` (how many annotators answered), `by`, `why`, `guideline_version`; a mean also has `sd`, the standard
        deviation of the ratings. What everybody skipped, and what was left out, is not there.
        """
        decisions, done, found = self._decisions(), self._settled(), []
        for item in self.session.items:
            said = decisions.get(item, [])
            if item in done:
                step = done[item]
                found += [self._gold(item, said, step.payload, how="adjudicated", by=[step.who], why=step.why)]
            elif self._ready(said) and self._agreed(said):
                found += [self._gold(item, said, *self._common(said), by=[d.annotator for d in said], why="")]
        return [row for row in found if row["gold"] is not None]

    def write(self, folder: Path | None = None) -> Path:
        """Write `gold.jsonl` into the work folder, whole or not at all."""
        path = (folder or self.session.folder) / FILE
        part = path.with_name(f"{FILE}.{os.getpid()}.part")
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in self.gold())
        part.write_text("".join(lines), "utf-8")
        part.replace(path)
        return path

    # --- what there is ---

    def _decisions(self) -> dict[str, list[Decision]]:
        """What was last said of each item under this guideline, in the order of the items; skips too."""
        found: dict[str, list[Decision]] = {item: [] for item in self.session.items}
        for decision in self.session.decisions():
            if decision.version == self.scheme.version and decision.item in found:
                found[decision.item].append(decision)
        return {
            item: sorted(said, key=lambda d: (len(d.annotator), d.annotator)) for item, said in found.items() if said
        }

    def _settled(self) -> dict[str, Settlement]:
        """The last word on each item."""
        steps = self.session.log.settlements()
        return {s.item: s for s in steps if s.step == "settled" and s.version == self.scheme.version}

    def _ready(self, said: Sequence[Decision]) -> bool:
        return len(said) >= min(2, self.scheme.overlap)

    def _agreed(self, said: Sequence[Decision]) -> bool:
        """Whether all said the same; ratings need not be equal, since their mean is the gold, but marked spans do."""
        if any(decision.payload is None for decision in said):
            return all(decision.payload is None for decision in said)
        return len({json.dumps(self._settling(d.payload or {}), sort_keys=True) for d in said}) == 1

    def _settling(self, payload: Payload) -> Payload:
        """What of an answer must be equal."""
        return {k: v for k, v in payload.items() if k != "value"} if self.scheme.kind == "rating" else payload

    def _common(self, said: Sequence[Decision]) -> tuple[Payload | None, str]:
        """The answer that all gave, and the word for how it came to be gold."""
        first = said[0].payload
        if first is None or self.scheme.kind != "rating":
            return first, "agreed"
        values = [float(decision.payload["value"]) for decision in said if decision.payload]
        return {**first, "value": statistics.fmean(values)}, "mean"

    def _disputed(self, item_id: str) -> list[Decision]:
        said = self._decisions().get(item_id, [])
        if not self._ready(said) or self._agreed(said):
            raise BadData(
                f"BadData: item {item_id!r:.60} is none that annotators disagree about.",
                f"Go on with: qadam adjudicate {self.scheme.id}",
            )
        return said

    def _step(self, item_id: str, who: str, step: str, payload: Payload | None, why: str) -> Settlement:
        return Settlement(0, item_id, who, self.scheme.version, step, payload, why, "")

    def _gold(
        self, item_id: str, said: Sequence[Decision], payload: Payload | None, how: str, **who: Any
    ) -> dict[str, Any]:
        shown = {key: value for key, value in self.session.items[item_id].items() if key not in HIDDEN}
        answers = [decision for decision in said if decision.payload is not None]
        row = {**shown, "gold": payload, "how": how, "answers": len(answers), **who}
        if how == "mean" and len(answers) > 1:
            row["sd"] = statistics.stdev(float(d.payload["value"]) for d in answers if d.payload)
        return {**row, "guideline_version": self.scheme.version}


def disagreement(decisions: Mapping[str, Decision]) -> dict[str, list[str]]:
    """The different answers among votes as JSON, each with the annotators who gave it; "" is a skip."""
    found: dict[str, list[str]] = {}
    for annotator, decision in decisions.items():
        said = "" if decision.payload is None else json.dumps(decision.payload, ensure_ascii=False, sort_keys=True)
        found.setdefault(said, []).append(annotator)
    return found
