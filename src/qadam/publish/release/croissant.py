"""The facts of a release for machines: Croissant 1.0, a JSON-LD document that dataset tools read."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qadam.publish.release import citation
from qadam.publish.release.columns import COLUMNS
from qadam.publish.release.records import sha256

if TYPE_CHECKING:
    from qadam.publish.release import Release

_TYPES = {"text": "sc:Text", "texts": "sc:Text", "whole": "sc:Integer", "wholes": "sc:Integer", "number": "sc:Float"}


def text(release: Release, folder: Path) -> str:
    """The document, over the Parquet files that lie in `folder`/data."""
    head = json.loads(resources.files(__package__).joinpath("croissant.json").read_text("utf-8"))
    document = {
        "@context": head["@context"],
        "@type": "sc:Dataset",
        "name": release.name,
        "conformsTo": head["conformsTo"],
        "description": f"{release.title}: {release.size} items, guideline v{release.scheme.version}.",
        "license": release.permit.licence.link,
        **({"url": release.page} if release.page else {}),
        "citeAs": citation.line(release),
        "version": release.wishes.version,
        **({"datePublished": release.wishes.date} if release.wishes.date else {}),
        "creator": [{"@type": "sc:Organization", "name": name} for name in citation.authors(release)],
        "inLanguage": list(release.languages),
        "isLiveDataset": False,
        "distribution": [_file(folder, split) for split in release.splits],
        "recordSet": [_records(release, split) for split in release.splits],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _file(folder: Path, split: str) -> dict[str, Any]:
    path = folder / "data" / f"{split}.parquet"
    return {
        "@type": "cr:FileObject",
        "@id": f"{split}-file",
        "name": f"{split}.parquet",
        "description": f"the split {split}",
        "contentUrl": f"data/{split}.parquet",
        "contentSize": f"{path.stat().st_size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": sha256(path),
    }


def _records(release: Release, split: str) -> dict[str, Any]:
    fields = [_field(split, name, told) for name, told in release.fields.items()]
    told = f"{len(release.splits[split])} items"
    return {"@type": "cr:RecordSet", "@id": split, "name": split, "description": told, "field": fields}


def _field(split: str, name: str, told: str) -> dict[str, Any]:
    shape = COLUMNS[name][1]
    found = {"@type": "cr:Field", "@id": f"{split}/{name}", "name": name, "description": told}
    source = {"fileObject": {"@id": f"{split}-file"}, "extract": {"column": name}}
    if shape == "spans":
        parts = {"start": "sc:Integer", "end": "sc:Integer", "label": "sc:Text"}
        inner = [
            {
                "@type": "cr:Field",
                "@id": f"{split}/{name}/{part}",
                "name": part,
                "dataType": kind,
                "source": {**source, "transform": {"jsonPath": f"$[*].{part}"}},
            }
            for part, kind in parts.items()
        ]
        return {**found, "repeated": True, "subField": inner}
    repeated = {"repeated": True} if shape in ("texts", "wholes") else {}
    return {**found, "dataType": _TYPES[shape], **repeated, "source": source}
