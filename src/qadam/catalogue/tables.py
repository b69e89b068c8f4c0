"""The rows of the catalogue, read once and typed.

Each kind of row is one TOML file in this folder; a row with a key that its type does not know, or without a licence, is
an error that names the file and the row. Files of a row are written short: `path` is appended to the row's `root`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, replace
from functools import cache
from glob import glob, has_magic
from pathlib import Path
from typing import Any, TypeVar

from qadam.errors import BadData, UnknownName, did_you_mean
from qadam.terms import Citation, Dataset, File, Label, Price, Problem, PublishedFigure, Scheme, SystemRow, SystemSet

HERE = Path(__file__).parent
OWN = "file:"  # before the path of a table of the user's
OWN_SPEECH = "speech:"  # before that of a table or folder of recordings
OWN_WORDS = "words:"  # before that of recordings of single words

Row = TypeVar("Row")


@cache
def problems() -> tuple[Problem, ...]:
    """The open problems, in their published order."""
    rows = (_row(Problem, raw, f"problems.toml, problem {raw.get('id')!r}") for raw in _tables("problem"))
    return tuple(sorted(rows, key=lambda row: row.number))


def datasets() -> tuple[Dataset, ...]:
    """Every data set the studies may name, those of the user's own table last.

    Raises:
        BadData: the user's table has a row of an id that the catalogue has.
    """
    from qadam.catalogue import own

    state = own.state()
    return _with_own(state) if state else shipped_datasets()


@cache
def shipped_datasets() -> tuple[Dataset, ...]:
    """The data sets that the catalogue itself names."""
    return tuple(_with_files(Dataset, raw, f"datasets.toml, dataset {raw.get('id')!r}") for raw in _tables("dataset"))


@cache
def _with_own(state: tuple[Path, int, int]) -> tuple[Dataset, ...]:
    """The catalogue's rows and those of the user's table in one state of it."""
    from qadam.catalogue import own

    found = {row.id: row for row in shipped_datasets()}
    for raw in own.rows(state):
        row = _with_files(Dataset, raw, f"{state[0]}, dataset {raw.get('id')!r}")
        if row.id in found:
            raise BadData(f"BadData: {state[0]} has a second row {row.id!r}.", "Give it another id.")
        found[row.id] = row
    return tuple(found.values())


@cache
def systems() -> tuple[SystemRow, ...]:
    """Every system the studies may name."""
    return tuple(_with_files(SystemRow, raw, f"systems.toml, system {raw.get('id')!r}") for raw in _tables("system"))


@cache
def sets() -> tuple[SystemSet, ...]:
    """Systems that go by one name together."""
    return tuple(_row(SystemSet, raw, f"sets.toml, set {raw.get('id')!r}") for raw in _tables("set"))


def members(name: str) -> tuple[str, ...]:
    """The systems of a set, in its order; a name that is no set stands for itself."""
    return next((row.systems for row in sets() if row.id == name), (name,))


@cache
def citations() -> Mapping[str, Citation]:
    """What the rows cite, by key."""
    rows = (_row(Citation, raw, f"citations.toml, citation {raw.get('key')!r}") for raw in _tables("citation"))
    return {row.key: row for row in rows}


@cache
def published(problem: str | None = None) -> tuple[PublishedFigure, ...]:
    """Figures printed by others; with `problem`, only those that belong to it."""
    rows = (_row(PublishedFigure, raw, f"published.toml, figure {n}") for n, raw in enumerate(_tables("figure"), 1))
    return tuple(row for row in rows if problem is None or row.problem == problem)


@cache
def prices() -> Mapping[str, Price]:
    """What providers ask for their models, by the name of the model."""
    rows = (_row(Price, raw, f"prices.toml, price {raw.get('model')!r}") for raw in _tables("price"))
    return {row.model: row for row in rows}


@cache
def schemes() -> tuple[Scheme, ...]:
    """Every annotation scheme: one file of this folder's `schemes/` each, its guideline beside it."""
    return tuple(_scheme(path) for path in sorted((HERE / "schemes").glob("*.toml")))


def problem(name: str) -> Problem:
    """The problem of this id.

    Raises:
        UnknownName: there is none; the message offers the closest names.
    """
    return _named(problems(), name, "problem")


def dataset(name: str) -> Dataset:
    """The data set of this id, without a split; `file:PATH` or `file:PATH:COLUMN` is a table of the user's, `speech:PATH` recordings.

    Raises:
        UnknownName: there is none; the message offers the closest names.
    """
    return _own(name) if is_own(name) else _named(datasets(), name, "dataset")


def is_own(name: str) -> bool:
    """Whether a data set is a table or recordings of the user's, named by a path."""
    return name.startswith((OWN, OWN_SPEECH, OWN_WORDS))


def dataset_split(name: str) -> tuple[Dataset, str]:
    """From `sib-200/all` to the row and the split; a table of the user's has the split `passages` too, its rows joined.

    Raises:
        UnknownName: no such data set, no split given, or none of this name; the message lists the splits there are.
    """
    base, _, split = name.rpartition("/") if is_own(name) else name.partition("/")
    row = dataset(base)
    if name.startswith(OWN) and split == "passages":
        return replace(row, splits={split: ()}, options={**row.options, "makers": ["utterances"]}), split
    if split not in row.splits:
        known = [f"{row.id}/{s}" for s in row.splits]
        wrong = did_you_mean(name, known, kind="dataset", list_command="qadam list datasets")
        raise UnknownName(wrong.message, f"{row.id} has the splits: {', '.join(row.splits)}. {wrong.next_step}")
    return row, split


def system(name: str) -> SystemRow:
    """The system of this id.

    Raises:
        UnknownName: there is none; the message offers the closest names.
    """
    return _named(systems(), name, "system")


def scheme(name: str) -> Scheme:
    """The annotation scheme of this id.

    Raises:
        UnknownName: there is none; the message offers the closest names.
    """
    return _named(schemes(), name, "scheme")


def guideline(name: str, language: str = "en") -> str:
    """What the guideline of a scheme tells people, in one language (en, ru, kk), as Markdown.

    Raises:
        BadData: the guideline has no part in this language.
    """
    path = HERE / "schemes" / f"{scheme(name).id}.md"
    _, *parts = re.split(r"^# (en|ru|kk)$", path.read_text("utf-8"), flags=re.MULTILINE)
    texts = dict(zip(parts[::2], parts[1::2], strict=True))
    if language not in texts:
        raise BadData(f"BadData: {path.name} has no part '# {language}'.", "Write it: one part for each of en, ru, kk.")
    return texts[language].strip() + "\n"


def citation(key: str) -> Citation:
    """The citation of this key.

    Raises:
        UnknownName: there is none; the message offers the closest keys.
    """
    if key not in citations():
        raise did_you_mean(key, list(citations()), kind="citation", list_command="qadam list problems")
    return citations()[key]


@cache
def _own(name: str) -> Dataset:
    """The row of a user's table, or of all that a pattern names (`part-*.csv`); a column may stand behind it, after a colon."""
    from qadam.catalogue.readers import images, speech, word_clips
    from qadam.catalogue.readers.tabular import own

    if name.startswith(OWN_WORDS) and Path(name.removeprefix(OWN_WORDS)).exists():
        return word_clips.own(Path(name.removeprefix(OWN_WORDS)))
    if name.startswith(OWN_SPEECH) and Path(name.removeprefix(OWN_SPEECH)).exists():
        return speech.own(Path(name.removeprefix(OWN_SPEECH)))
    path = Path(name.removeprefix(OWN).removeprefix(OWN_SPEECH).removeprefix(OWN_WORDS))
    if path.is_file():
        return images.own(path) or own(path)
    head, _, column = name.removeprefix(OWN).rpartition(":")
    if head and Path(head).is_file():
        return own(Path(head), text=column)
    if several := _matching(str(path)):
        return speech.own(several) if name.startswith(OWN_SPEECH) else own(several)
    if head and (several := _matching(head)):
        return own(several, text=column)
    raise UnknownName(
        f"UnknownName: there is no file {path}.",
        "Name a CSV, TSV, JSONL or Parquet table, or several by a pattern in quotes: --data FILE[:COLUMN]",
    )


def _matching(pattern: str) -> list[Path]:
    """The files that a pattern names, in the order of their names; none for a path without one."""
    return [Path(found) for found in sorted(glob(pattern)) if Path(found).is_file()] if has_magic(pattern) else []


def _named(rows: Sequence[Row], name: str, kind: str) -> Row:
    by_id: dict[str, Row] = {getattr(row, "id", ""): row for row in rows}
    if name in by_id:
        return by_id[name]
    raise did_you_mean(name, list(by_id), kind=kind, list_command=f"qadam list {kind}s")


def _tables(kind: str) -> list[dict[str, Any]]:
    """The raw tables of one kind: `[[dataset]]` in datasets.toml, `[[figure]]` in published.toml."""
    import tomllib  # here, since most commands start without reading a row

    rows: list[dict[str, Any]] = []
    for name in {"figure": ("published.toml",), "system": ("systems.toml", "recorded.toml")}.get(
        kind, (f"{kind}s.toml",)
    ):
        try:
            document = tomllib.loads((HERE / name).read_text("utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise BadData(f"BadData: catalogue/{name} is not TOML: {error}.", "Mend the line it names.") from error
        for stray in document.keys() - {kind}:
            raise BadData(f"BadData: catalogue/{name} has a table [[{stray}]].", f"Its rows are called [[{kind}]].")
        rows += document.get(kind, [])
    return rows


def _scheme(path: Path) -> Scheme:
    """One scheme; it is named after its file, and its labels are rows of their own."""
    import tomllib

    where = f"schemes/{path.name}"
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadData(f"BadData: catalogue/{where} is not TOML: {error}.", "Mend the line it names.") from error
    labels = [_row(Label, label, f"{where}, label {label.get('id')!r}") for label in raw.get("labels", ())]
    row = _row(Scheme, {**raw, "labels": labels}, where)
    if row.id != path.stem:
        raise BadData(f"BadData: catalogue/{where} holds the scheme {row.id!r}.", "Name the file after the scheme.")
    return row


def _with_files(cls: type[Row], raw: dict[str, Any], where: str) -> Row:
    """A row that owns files; without a licence it is refused."""
    raw = dict(raw)
    root = raw.pop("root", "")
    files = []
    for entry in [*raw.get("files", ()), *_listed(raw.pop("listed", ""))]:
        entry = dict(entry)
        if "path" in entry:
            entry["source"] = root + entry.pop("path")
        files.append(_row(File, entry, f"{where}, file {entry.get('source')!r}"))
    row = _row(cls, {**raw, "files": files}, where)
    if not raw.get("licence"):
        raise BadData(f"BadData: {_told(where)} has no licence.", "Write it, or 'none stated'; see CONTRIBUTING.md")
    return row


def _listed(name: str) -> list[dict[str, Any]]:
    """The files of a row that has too many to stand in it: a table of this folder's `lists/`, one file a line."""
    if not name:
        return []
    header, *lines = (HERE / "lists" / f"{name}.tsv").read_text("utf-8").splitlines()
    rows = (dict(zip(header.split("\t"), line.split("\t"), strict=True)) for line in lines)
    return [{**row, "bytes": int(row["bytes"])} for row in rows]


def _row(cls: type[Row], raw: Mapping[str, Any], where: str) -> Row:
    """One frozen word from one table: lists become tuples, unknown and missing keys are errors."""
    known = {f.name: f for f in fields(cls)}  # type: ignore[arg-type]
    unknown = sorted(raw.keys() - known.keys())
    missing = [
        name for name, f in known.items() if name not in raw and f.default is MISSING and f.default_factory is MISSING
    ]
    if unknown or missing:
        faults = [f"does not know {key!r}" for key in unknown] + [f"misses {key!r}" for key in missing]
        raise BadData(
            f"BadData: {_told(where)} {' and '.join(faults)}.", f"A {cls.__name__} has the keys: {', '.join(known)}"
        )
    return cls(**{key: _frozen(value) for key, value in raw.items()})


def _told(where: str) -> str:
    """Where a row stands: in a file of this folder, or in the user's own table."""
    return where if Path(where).is_absolute() else f"catalogue/{where}"


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(v) for v in value)
    if isinstance(value, dict):
        return {k: _frozen(v) for k, v in value.items()}
    return value
