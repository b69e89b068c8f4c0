"""How to cite a release: its CITATION.cff, and the line that stands in card and Croissant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qadam.publish.release.plain import yaml

if TYPE_CHECKING:
    from qadam.publish.release import Release


def text(release: Release) -> str:
    """The CITATION.cff, in version 1.2.0 of the format."""
    document = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it.",
        "type": "dataset",
        "title": f"{release.title} ({release.name})",
        "version": release.wishes.version,
        "authors": [{"name": name} for name in authors(release)],
        **({"date-released": release.wishes.date} if release.wishes.date else {}),
        "license": release.permit.licence.id,
        "keywords": ["Kazakh", "gold data", release.scheme.id],
    }
    return yaml(document)


def authors(release: Release) -> tuple[str, ...]:
    """Who is named; without a name, the annotators together."""
    return release.wishes.authors or (f"The annotators of {release.name}",)


def line(release: Release) -> str:
    """The citation in one line."""
    year = f" ({release.wishes.date[:4]})" if release.wishes.date else ""
    wishes = release.wishes
    return f"{', '.join(authors(release))}{year}. {release.title} ({release.name}), version {wishes.version}."
