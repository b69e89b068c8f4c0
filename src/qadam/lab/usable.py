"""Which rows of a user's table a study can use; the others are left out, named, counted, and kept with every record.

Data that the catalogue pins are all used, or are an error. A row of the user's may be unreadable (the reader says so), or say what
the study cannot take: a label outside its classes, a stretch outside the text. What is left out for one condition is left out for
all, so that they speak of the same rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.catalogue.readers.forgiving import SHOWN, nothing_left
from qadam.catalogue.readers.labels import LABEL, strange
from qadam.errors import BadData
from qadam.terms import Condition, Finding, Item, LeftOut, Protocol, Study

CHECK = "left out"  # how the findings of this file begin
_GOLD = "gold"


class Usable(NamedTuple):
    """The items that can be used, the rows that are left out, and how many rows there were in all."""

    items: tuple[Item, ...]
    left: tuple[LeftOut, ...] = ()
    rows: int = 0


def usable(study: Study, protocol: Protocol, name: str, places: Places) -> Usable:
    """What a study can use of a data set of its protocol.

    Raises:
        NotReadable: none can be used.
        CannotGet, BadData and their kin: as in `items.load`.
    """
    found = items.load(name, places)
    if not tables.is_own(name):
        return Usable(found, rows=len(found))
    conditions = [c for c in protocol.conditions if not c.datasets or name in c.datasets]
    texts, stretches = _classes(protocol, conditions), _stretches(study)
    kept, (read, unread) = list[Item](), items.left_out(name, places)
    left = list(unread)
    for item in found:
        fault = next((one for c in conditions if (one := _fault(study, c, item, texts, stretches))), None)
        if fault:
            left.append(fault)
        else:
            kept.append(item)
    left.sort(key=lambda one: (one.file, one.line))
    if not kept:
        raise nothing_left(Path(left[0].file), left)
    return Usable(tuple(kept), tuple(left), read + len(unread))


def noted(rows: int, left: Sequence[LeftOut]) -> Mapping[str, Any]:
    """What a record keeps of rows that were left out, beside how many there were; nothing if all were used."""
    kinds = dict(Counter(one.kind for one in left).most_common())
    first = [str(one) for kind in kinds for one in [o for o in left if o.kind == kind][:SHOWN]]
    return {"left_out": {"rows": rows, "used": rows - len(left), "kinds": kinds, "first": first}} if left else {}


def findings(dataset: str, rows: int, left: Sequence[LeftOut]) -> list[Finding]:
    """Rows that were left out as findings beside the data: how many in all, then each kind with its first rows.

    Args:
        dataset: under which they are shown.
        rows: how many there were, those that are used included.
    """
    if not left:
        return []
    names = ", ".join(dict.fromkeys(one.file for one in left))
    whole = f"{len(left):,} of {rows:,} rows of {names} are left out; {rows - len(left):,} are used"
    told = [Finding(dataset, CHECK, len(left), rows, whole, severity="fault")]
    for kind, count in Counter(one.kind for one in left).most_common():
        first = tuple(str(one) for one in left if one.kind == kind)[:SHOWN]
        told.append(Finding(dataset, f"{CHECK}: {kind}", count, rows, f"{kind}: {count:,}", first, severity="fault"))
    return told


def _fault(
    study: Study, condition: Condition, item: Item, texts: Sequence[str], stretches: Sequence[str]
) -> LeftOut | None:
    """What a study cannot take in an item under a condition; labels there are for whole texts and for stretches of them."""
    file, line = item.fields.get("place", (item.id, 0))
    try:
        if study.present(item, condition) is None:
            return None
        gold = study.expect(item, condition)
    except BadData as fault:
        return LeftOut(file, line, _GOLD, f"{fault.message.partition(': ')[2]} {fault.next_step}".strip().rstrip("."))
    except (ValueError, TypeError, LookupError, AttributeError) as fault:
        return LeftOut(file, line, _GOLD, f"its answer cannot be read ({type(fault).__name__})")
    labels, allowed = ([gold], texts) if isinstance(gold, str) else (_marked(gold), stretches)
    odd = next((label for label in labels if allowed and label not in allowed), None)
    return None if odd is None else LeftOut(file, line, LABEL, strange(odd, allowed))


def _marked(gold: Any) -> list[str]:
    """The classes of the stretches that a row of IOB2 labels marks; none of any other answer."""
    if type(gold) is not tuple or not all(isinstance(label, str) for label in gold):
        return []
    return sorted({label[2:] for label in gold if label[:2] in ("B-", "I-")})


def _classes(protocol: Protocol, conditions: Sequence[Condition]) -> tuple[str, ...]:
    """The classes that the metrics of any of the conditions count; none where texts are not classified."""
    names = {condition.name for condition in conditions}
    counted = (m for m in protocol.metrics if any(map(m.applies, names)))
    sets = (metric.params.get("classes", "") for metric in counted)
    return tuple(dict.fromkeys(label for classes in sets if classes for label in classes.split("+")))


def _stretches(study: Study) -> tuple[str, ...]:
    """The labels of the schemes by which people mark stretches for a study."""
    schemes = [tables.scheme(name) for name in study.hands]
    return tuple(label.id for scheme in schemes if scheme.kind == "spans" for label in scheme.labels)
