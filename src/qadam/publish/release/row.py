"""The row of a release: what a study of this machine finds it by, and what the catalogue would say of it on the hub."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qadam.publish.release.plain import toml
from qadam.publish.release.records import in_words, sha256
from qadam.terms import Dataset, File, plain

if TYPE_CHECKING:
    from qadam.publish.release import Release

# The column a study compares with, by the kind of the scheme.
_GOLD = {
    "morphemes": "cuts",
    "tokens": "labels",
    "spans": "spans",
    "choice": "label",
    "rating": "value",
    "text": "gold_text",
}


def of(release: Release, data: Path) -> Dataset:
    """The row over the files in `data`, by their paths on this machine and pinned by their checksums."""
    names = list(release.splits)
    files = []
    for name in names:
        path = (data / f"{name}.jsonl").resolve()
        files.append(File(f"path:{path}", sha256=sha256(path), bytes=path.stat().st_size, part=name))
    shown = next(key for key in ("text", "image", "audio", "source_text") if _somewhere(release, key))
    options: dict[str, Any] = {
        "id": "id",
        "text": shown,
        "gold": _GOLD[release.scheme.kind],
        "rest": True,
        "distinct": True,
    }
    splits = {name: (name,) for name in names}
    return Dataset(
        id=release.name,
        title=release.title,
        reader="tabular",
        files=tuple(files),
        splits=splits | {"all": tuple(names)},
        languages=release.languages,
        licence=release.permit.licence.id if release.permit.texts else "; ".join(release.permit.stated),
        redistribution=release.permit.texts,
        unit=release.scheme.unit,
        options=options,
        note=_note(release),
    )


def on_the_hub(row: Dataset, repository: str, revision: str) -> str:
    """The row as text, over the files of a repository at a revision."""
    files = tuple(
        replace(file, source=f"hf:datasets/{repository}@{revision}:data/{Path(file.source).name}") for file in row.files
    )
    return text(replace(row, files=files))


def text(row: Dataset) -> str:
    """The row as a table of `datasets.toml`; what is not said is left out."""
    said = {k: v for k, v in plain(row).items() if isinstance(v, bool) or v not in ("", [], {}, 0)}
    said["files"] = [{key: one for key, one in file.items() if one not in ("", 0, False)} for file in said["files"]]
    return toml(said, table="dataset")


def _somewhere(release: Release, key: str) -> bool:
    """Whether a gold item has something to show under this key."""
    return any(str(row.get(key) or "").strip() for row in release.records.gold)


def _note(release: Release) -> str:
    """Guideline, people and agreement, in one sentence."""
    found = release.records
    agreed = "not measured"
    if found.agreement:
        agreed = in_words(found.agreement)
    draft = "DRAFT, not released. " if release.wishes.draft else ""
    return (
        f"{draft}Scheme {release.scheme.id}, guideline v{release.scheme.version}; {len(found.annotators)} annotators; "
        f"agreement: {agreed}."
    )
