"""The card of a release: a README whose every number comes from the records, with the metadata Hugging Face reads."""

from __future__ import annotations

import json
import re
from collections import Counter
from statistics import fmean
from typing import TYPE_CHECKING, Any

from qadam.catalogue import reviews as reviewing
from qadam.publish import pages
from qadam.publish.release import citation
from qadam.publish.release.plain import toml, yaml

if TYPE_CHECKING:
    from qadam.publish.release import Release

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_TASKS = {
    "morphemes": "token-classification",
    "tokens": "token-classification",
    "spans": "token-classification",
    "choice": "text-classification",
    "rating": "text-classification",
}


def text(release: Release) -> str:
    """The whole README.md."""
    page = pages.environment("en")
    page.filters.update(md=escaped, figure=_figure)
    body = page.get_template("release/card.md").render(_said(release))
    return f"---\n{yaml(metadata(release))}---\n\n{body}"


def metadata(release: Release) -> dict[str, Any]:
    """What Hugging Face reads off the head of the card."""
    licence, draft = release.permit.licence, release.wishes.draft
    task = _TASKS.get(release.scheme.kind)
    found = {
        "pretty_name": release.title,
        "language": [code.split("-")[0] for code in release.languages],
        "license": licence.hub,
        **({"license_name": licence.id.lower(), "license_link": licence.link} if licence.hub == "other" else {}),
        "size_categories": [next((name for most, name in _SIZES if release.size < most), "1M<n<10M")],
        **({"task_categories": [task]} if task else {}),
        "tags": ["kazakh", "gold", release.scheme.id, *(["draft"] if draft else [])],
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": name, "path": f"data/{name}.parquet"} for name in release.splits],
            }
        ],
    }
    if release.scheme.hazard:
        found["extra_gated_prompt"] = "The items are hazardous text, for research on safety only."
    return found


def reviews(release: Release) -> str:
    """Of a review of machine-written texts: the rows by which the catalogue knows it; empty for other schemes."""
    return "\n".join(toml(vars(row), table="review") for row in _reviewed_here(release))


def escaped(words: object) -> str:
    """Text as it is, in Markdown and in HTML: nothing in it is a heading, a link, a tag or a cell."""
    plain = " ".join(str(words).split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]#|~$])", r"\\\1", plain)


def _said(release: Release) -> dict[str, Any]:
    found, scheme, permit = release.records, release.scheme, release.permit
    gold = found.gold
    proposers = sorted({decision.proposer for decision in found.decisions if decision.proposer})
    return {
        "title": release.title,
        "draft": release.wishes.draft,
        "summary": f"{release.size} items labelled by people under the annotation scheme {scheme.id} of Qadam.",
        "hazard": scheme.hazard,
        "size": release.size,
        "splits": {name: len(rows) for name, rows in release.splits.items()},
        "annotators": len(found.annotators),
        "answers": f"{fmean(row.get('answers', 0) for row in gold):.1f} on average",
        "settled": sum(row["how"] == "adjudicated" for row in gold),
        "open_items": found.open_items,
        "left_out": len(found.items) - release.size - found.open_items,
        "version": scheme.version,
        "licence": permit.licence,
        "agreement": found.agreement,
        "threshold": f"{scheme.threshold:g}",
        "proposers": ", ".join(proposers) or "a system",
        "asks": scheme.asks["en"],
        "seed": release.wishes.seed,
        "sources": Counter(str(row.get("source") or "not stated") for row in gold),
        "licences": permit.stated,
        "texts": permit.texts,
        "why": permit.why,
        "reviewed": list(_machine_written(release)),
        "fields": release.fields,
        "example": "" if scheme.hazard else _fenced(next(iter(release.splits.values()))[0]),
        "cite": citation.line(release),
    }


def _machine_written(release: Release) -> Any:
    """How much of what a machine wrote has been read by people: the texts, by their source, and the guideline."""
    rows = {row.dataset: row for row in _reviewed_here(release)}
    sources = {str(row.get("source") or "").split("/")[0] for row in release.records.gold}
    for name in (*sorted(sources), f"guideline:{release.scheme.id}"):
        row = rows.get(name) or reviewing.of(name)
        if row:
            yield f"{name}: {row}"


def _reviewed_here(release: Release) -> list[reviewing.Review]:
    """What this annotation itself reviewed, if that is what its scheme is for."""
    if release.scheme.id != reviewing.SCHEME:
        return []
    found = release.records
    sources = Counter(str(row.get("source") or "not stated") for row in found.gold)
    asked = Counter(str(item.get("source") or "not stated") for item in found.items.values())
    rows = []
    for source, reviewed in sorted(sources.items()):
        people = {
            d.annotator for d in found.decisions if str(found.items[d.item].get("source") or "not stated") == source
        }
        known = reviewing.of(source)
        whole = known.of if known else asked[source]
        rows.append(
            reviewing.Review(source, of=whole, reviewed=reviewed, people=len(people), guideline=release.scheme.version)
        )
    return rows


def _figure(value: float | None) -> str:
    return "not known" if value is None else f"{value:.3f}"


def _fenced(row: dict[str, Any]) -> str:
    """A row as JSON in a fence that no run of backticks in it can close."""
    body = json.dumps(row, ensure_ascii=False, indent=1)
    fence = "`" * (1 + max([2, *map(len, re.findall(r"`+", body))]))
    return f"{fence}json\n{body}\n{fence}"
