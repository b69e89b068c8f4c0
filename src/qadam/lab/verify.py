"""Whether records are what they say: whole, in their place, of these data, and giving the numbers they state."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qadam.catalogue.fetch import Places
from qadam.errors import CannotGet, QadamError, RecordDamaged, UnknownName
from qadam.lab.judge import judge
from qadam.lab.measure import recompute
from qadam.lab.plan import make, revision, system_row
from qadam.lab.usable import usable
from qadam.store import Rows, Store, kept_evidence
from qadam.terms import Cell, Measurement, Protocol, Record, Study

LARGEST = 5_000_000  # bytes of a record and its rows; what is larger does not belong in a repository
PERFECT = 100  # items from which a perfect score wants an explanation
_TEXTS = ("item", "group", "status")  # the only words a row may hold, beside its levels


@dataclass(frozen=True)
class Doubt:
    """Something about a record that is wrong (`fault`) or wants a look (`note`); `check` names which."""

    kind: Literal["fault", "note"]
    check: str
    where: str
    message: str


def verify(study: Study, store: Store, places: Places, *, within: Path | None = None) -> tuple[int, list[Doubt]]:
    """Check every stored record of a study in one profile; nothing is changed, no system is called.

    Args:
        within: only records that lie in this folder, or in this file; the verdict is asked again only where all of them are.

    Returns:
        How many records were looked at, and the doubts. A record that is not in its place, was changed after it was written,
        belongs to another protocol, names an unknown system, dataset, condition or seed, holds texts or the same item twice, or whose
        rows give other numbers, is a fault; so is a verdict that the rule does not give of these records, and half of a pair of
        files. Identical rows under two systems, perfect scores, reasons in other words, and data that cannot be compared because
        they are not at hand are notes.
    """
    within = within and within.resolve()
    whole = _lies(store.folder, within)
    doubts = [
        d
        for d in _strangers(store)
        if _lies(Path(d.where), within) or (within and _lies(within, Path(d.where).resolve()))
    ]
    seen: dict[tuple[object, ...], Cell] = {}
    paths = sorted(path for path in store.folder.glob("*/*/*.json") if _lies(path, within))
    for path in paths:
        try:
            record = store.read_at(path)
            doubts += _of_record(study, store, record, places=places, path=path)
        except QadamError as fault:
            doubts.append(_fault("damaged", path, fault.message))
            continue
        first = seen.setdefault((*_apart_from_the_system(record.cell), record.items_sha256), record.cell)
        if first.system != record.cell.system:
            doubts.append(_note("identical", path, f"its rows are those of {first.system}, byte for byte"))
    rows = store.folder.glob("*/*/*.parquet")
    doubts += [
        _fault("alone", path, "rows without their record")
        for path in rows
        if _lies(path, within) and not path.with_suffix(".json").exists()
    ]
    if whole and paths and not any(doubt.kind == "fault" for doubt in doubts):
        doubts += _of_verdict(study, store, places)
    return len(paths), doubts


def _of_verdict(study: Study, store: Store, places: Places) -> Iterator[Doubt]:
    """What `verdict.json` says against what the rule says of the records now; why something was not measured is not looked at."""
    path = store.folder / "verdict.json"
    try:
        said = kept_evidence(store)
    except QadamError as fault:
        yield _fault("verdict", path, fault.message)
        return
    if said is None:
        yield _note("verdict", path, "nobody has asked the rule, or what it said was removed")
        return
    now = judge(make(study, store.profile, out=store.folder.parents[2], places=places))  # type: ignore[arg-type]
    for name in ("outcome", "effect", "low", "high", "p"):
        one, other = getattr(said.verdict, name), getattr(now.verdict, name)
        if not _alike(one, other):
            yield _fault("verdict", path, f"the {name} is said to be {one}; the rule gives {other}")
    if {v.system: v.outcome for v in said.verdict.by_system} != {v.system: v.outcome for v in now.verdict.by_system}:
        yield _fault("verdict", path, "the outcomes of the systems are not those that the rule gives")
    found = {_named(m): m for m in now.measurements}
    other_numbers = [m for m in said.measurements if _named(m) in found and not _same(m, found[_named(m)])]
    for m in other_numbers[:3]:
        yield _fault(
            "verdict", path, f"{m.metric} of {m.system} is said to be {m.value}; measured: {found[_named(m)].value}"
        )
    if unknown := [m for m in said.measurements if _named(m) not in found]:
        yield _note(
            "verdict",
            path,
            f"{len(unknown)} numbers, {unknown[0].metric} of {unknown[0].system} first, are not measured here",
        )
    if new := [r for r in said.verdict.reasons if "not measured" not in r and r not in now.verdict.reasons]:
        yield _note("verdict", path, f"{len(new)} reasons are not those that are given now: {new[0]}")


def _named(m: Measurement) -> tuple[object, ...]:
    return m.dataset, m.system, m.condition, m.seed, m.metric


def _same(one: Measurement, other: Measurement) -> bool:
    pairs = ((one.value, other.value), (one.low, other.low), (one.high, other.high), (one.n, other.n))
    return all(_alike(a, b) for a, b in pairs)


def _alike(one: object, other: object) -> bool:
    """Equal, or numbers that differ by no more than another machine's rounding; what is missing is like what is no number."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-9) or (math.isnan(one) and math.isnan(other))
    nothing = [value is None or (isinstance(value, float) and math.isnan(value)) for value in (one, other)]
    return one == other or all(nothing)


def _lies(path: Path, within: Path | None) -> bool:
    """Whether a path is that of a folder or file, itself resolved, or lies in it; without one, it does."""
    return within is None or path.resolve().is_relative_to(within)


def _apart_from_the_system(cell: Cell) -> tuple[object, ...]:
    return cell.dataset, cell.condition, cell.seed


def _strangers(store: Store) -> Iterator[Doubt]:
    """Records of protocols that this version of Qadam does not have: nobody could score them again."""
    folder = store.folder
    for other in sorted(folder.parent.glob(f"{store.profile}-*")):
        if other != folder and any(other.glob("*/*/*.json")):
            yield _note("protocol", other, f"holds records of another protocol than {store.protocol_hash}: not checked")


def _of_record(study: Study, store: Store, record: Record, *, places: Places, path: Path) -> Iterator[Doubt]:
    protocol = study.protocols[store.profile]  # type: ignore[index]
    yield from _place(store, protocol, record, path=path)
    if not path.with_suffix(".parquet").exists():
        yield _fault("alone", path, "a record without its rows")
        return
    size = path.stat().st_size + path.with_suffix(".parquet").stat().st_size
    if size > LARGEST:
        yield _fault("size", path, f"{size:,} bytes; a record may have {LARGEST:,}")
    rows = store.rows(record.cell)
    yield from (_fault(check, path, message) for check, message in _rows(rows))
    yield from (
        Doubt(kind, "items", str(path), said)
        for kind, said in _items(study, protocol, record.cell, rows=rows, places=places)
    )
    try:
        recompute(store, protocol, [record.cell])
    except (RecordDamaged, ValueError, KeyError) as fault:
        yield _fault("numbers", path, getattr(fault, "message", f"its rows cannot be measured: {fault!r}"))
    for measurement in record.measurements:
        for kind, message in _plausible(measurement):
            yield Doubt(kind, "plausible", str(path), message)
    if str(Path.home()) in path.read_text("utf-8"):
        yield _fault("private", path, "names a folder of this machine")


def _place(store: Store, protocol: Protocol, record: Record, *, path: Path) -> Iterator[Doubt]:
    cell, said = record.cell, (record.problem, record.profile, record.protocol_hash)
    if said != (store.problem, store.profile, store.protocol_hash) or store.path(cell) != path:
        yield _fault("place", path, f"is the record of {cell} of {' '.join(said)}, which is kept elsewhere")
    known: dict[str, tuple[object, Collection[object]]] = {
        "dataset": (cell.dataset, set(protocol.datasets)),
        "condition": (cell.condition, {c.name for c in protocol.conditions}),
        "seed": (cell.seed, set(protocol.seeds)),
    }
    for what, (value, allowed) in known.items():
        if value not in allowed:
            yield _fault("protocol", path, f"{what} {value} is not one of the protocol")
    try:
        if revision(system_row(cell.system)) != record.system_revision:
            yield _fault("system", path, f"{cell.system} has another revision here than {record.system_revision}")
    except UnknownName:
        yield _note("system", path, f"{cell.system} has no row in the catalogue")


def _rows(rows: Rows) -> Iterator[tuple[str, str]]:
    ids = [row.get("item") for row in rows]
    if len(set(ids)) < len(ids):
        yield "items", f"{len(ids) - len(set(ids))} items stand in it twice"
    words = {k for row in rows for k, v in row.items() if isinstance(v, str) and k not in _TEXTS and k[:3] != "by:"}
    if words:
        yield "texts", f"the columns {', '.join(sorted(words))} hold text; rows hold ids and counts alone"
    odd = {k for row in rows for k, v in row.items() if isinstance(v, float) and math.isinf(v)}
    if odd:
        yield "counts", f"the columns {', '.join(sorted(odd))} hold numbers without end"


def _items(
    study: Study, protocol: Protocol, cell: Cell, *, rows: Rows, places: Places
) -> Iterator[tuple[Literal["fault", "note"], str]]:
    """Rows are of the items of the data set, and of all that the condition asks for, unless the protocol draws from them."""
    condition = next((c for c in protocol.conditions if c.name == cell.condition), None)
    try:
        data = usable(study, protocol, cell.dataset, places).items
    except (CannotGet, UnknownName) as fault:
        yield "note", f"not compared with {cell.dataset}: {fault.message}"
        return
    if condition is None:
        return
    asked = {item.id for item in data if study.present(item, condition) is not None}
    given = {row["item"] for row in rows}
    if given - asked:
        yield "fault", f"{len(given - asked)} items are not of {cell.dataset}"
    drawn = condition.clock.items if condition.clock else protocol.limits.get("items", 0)
    if not drawn and asked - given:
        yield "fault", f"{len(asked - given)} of {len(asked)} items of {cell.dataset} are missing"


def _plausible(m: Measurement) -> Iterator[tuple[Literal["fault", "note"], str]]:
    if m.unit.endswith("0-1") and not math.isnan(m.value) and not -1e-9 <= m.value <= 1 + 1e-9:
        yield "fault", f"{m.metric} is {m.value}, which no {m.unit} can be"
    if m.low > m.high:
        yield "fault", f"{m.metric} has an interval from {m.low} to {m.high}"
    if "F1" in m.unit and m.value == 1 and m.n >= PERFECT:
        yield "note", f"{m.metric} is perfect over {m.n} items: has the system seen the gold?"


def _fault(check: str, path: Path, message: str) -> Doubt:
    return Doubt("fault", check, str(path), message)


def _note(check: str, path: Path, message: str) -> Doubt:
    return Doubt("note", check, str(path), message)
