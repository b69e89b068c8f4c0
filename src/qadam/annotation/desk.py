"""Where somebody sits before the page: labelling items of their own, or settling what the labellers disagree about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from qadam.annotation.adjudicate import Adjudication
from qadam.annotation.decision import Row
from qadam.annotation.log import Conflict, Settlement
from qadam.annotation.session import Extras, Progress, Session, Task
from qadam.annotation.view import describe, task_view
from qadam.errors import BadData
from qadam.terms import Scheme


@dataclass(frozen=True)
class Sent:
    """A decision as the page sent it."""

    item: str
    payload: Any
    extras: Extras = field(default_factory=Extras)


class Desk(Protocol):
    """What the server needs of either work."""

    scheme: Scheme
    session: Session

    def item(self, who: str, item_id: str) -> Row:
        """An item that this person may see."""
        ...

    def turn_to(self, who: str, item_id: str | None, *, before: bool = False) -> str | None:
        """The item to show: the one named, the one before it, or the next; None when there is nothing left."""
        ...

    def show(self, who: str, item_id: str | None, language: str) -> Mapping[str, Any]:
        """The context of the template `work.html`, or of `done.html` where there is no item."""
        ...

    def take(self, who: str, sent: Sent) -> tuple[int, str | None]:
        """Store a decision; its number and the item to show after it (None: the next)."""
        ...


class Labelling:
    """An annotator labels the items given to them."""

    def __init__(self, session: Session) -> None:
        self.session, self.scheme = session, session.scheme

    def item(self, who: str, item_id: str) -> Row:
        """An item given to this annotator."""
        return self.session.task(who, item_id).item

    def turn_to(self, who: str, item_id: str | None, *, before: bool = False) -> str | None:
        """See `Desk`; before nothing (everything is decided) stands the last item that was given."""
        if before and not item_id:
            given = self.session.log.assigned(who)
            return given[-1] if given else None
        if before and item_id:
            return self.session.before(who, item_id) or item_id
        if item_id:
            return item_id
        task = self.session.next(who)
        return None if task is None else str(task.item["id"])

    def show(self, who: str, item_id: str | None, language: str) -> Mapping[str, Any]:
        """See `Desk`."""
        progress = self.session.progress(who)
        if item_id is None:
            return {"progress": progress}
        some = any(row.get("proposal") is not None for row in self.session.items.values())
        shown = task_view(self.scheme, self.session.task(who, item_id), progress, language)
        return shown | {"some_proposed": some}  # where some have one, its place is kept free on the others

    def take(self, who: str, sent: Sent) -> tuple[int, str | None]:
        """See `Desk`."""
        return self.session.save(who, sent.item, sent.payload, extras=sent.extras).seq, None


class Settling:
    """An adjudicator chooses without knowing the votes, sees them, decides, and says why."""

    def __init__(self, adjudication: Adjudication) -> None:
        self.adjudication, self.session, self.scheme = adjudication, adjudication.session, adjudication.scheme

    def item(self, who: str, item_id: str) -> Row:
        """An item that annotators disagree about."""
        return self.adjudication.item(item_id)

    def turn_to(self, who: str, item_id: str | None, *, before: bool = False) -> str | None:
        """See `Desk`; before an item stands the one settled last."""
        if before:
            settled = [step.item for step in self.session.log.settlements() if step.step == "settled"]
            return settled[-1] if settled else item_id or None
        return item_id or self.adjudication.next()

    def show(self, who: str, item_id: str | None, language: str) -> Mapping[str, Any]:
        """See `Desk`; the votes are there only after the first choice."""
        standing = self.adjudication.standing()
        steps = self.session.log.settlements()
        settled = {step.item for step in steps if step.step == "settled"}
        progress = Progress(len(settled), 0, len(settled) + standing.to_settle, 0.0)
        if item_id is None:
            return {"progress": progress}
        row = self.adjudication.item(item_id)
        own = self._own(who, item_id)
        task = Task(row, None, "", 2 if settled else 1, progress.total, None)
        context = task_view(self.scheme, task, progress, language)
        context["data"] |= {"answer": own[-1].payload if own else None, "step": "settle" if own else "first"}
        context["data"]["after"] = own[-1].seq if own else 0
        context["votes"] = [
            {
                "who": annotator,
                "said": describe(self.scheme, row, decision.payload, language),
                "payload": decision.payload,
                "skip": decision.skip,
                "comment": decision.comment,
            }
            for annotator, decision in (self.adjudication.votes(item_id, by=who) if own else {}).items()
        ]
        context["data"]["votes"] = [vote["payload"] for vote in context["votes"]]
        return context | {"step": context["data"]["step"], "comment": own[-1].why if own else ""}

    def take(self, who: str, sent: Sent) -> tuple[int, str | None]:
        """See `Desk`; the first decision about an item is the choice made blind, the second settles it.

        What is sent again because its answer was lost is stored once; what waited while a newer step was taken is not.

        Raises:
            Conflict: a newer step is stored than the one the page showed.
        """
        own = self._own(who, sent.item)
        why = sent.extras.comment or sent.extras.skip
        if not own or (len(own) == 1 and not why and own[0].payload == sent.payload):
            if sent.payload is None:
                raise BadData(f"BadData: item {sent.item!r:.60} is left out before a first choice.", "Choose first.")
            step = own[0] if own else self.adjudication.first_choice(sent.item, sent.payload, by=who)
            return step.seq, sent.item
        last = own[-1]
        if last.step != "settled" or (last.payload, last.why) != (sent.payload, why.strip()):
            if sent.extras.after is not None and last.seq > sent.extras.after:
                raise Conflict(
                    f"Conflict: a newer step on the item {sent.item!r:.60} is stored, number {last.seq}.",
                    "Reload the page, and correct it there.",
                )
            last = self.adjudication.settle(sent.item, sent.payload, why=why, by=who)
        return last.seq, None

    def _own(self, who: str, item_id: str) -> list[Settlement]:
        """What this person said of an item under the present guideline."""
        said = (step for step in self.session.log.settlements() if step.item == item_id and step.who == who)
        return [step for step in said if step.version == self.scheme.version]
