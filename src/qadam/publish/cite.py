"""BibTeX of what a study rests on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qadam.terms import Citation

_KIND = {"paper": "article", "dataset": "misc", "repository": "misc"}
_SPECIAL = re.compile(r"([&%$#_{}])")


def bibtex(citations: Sequence[Citation]) -> str:
    """One BibTeX entry per citation, in the given order; fields we do not know are left out, never guessed."""
    return "\n".join(_entry(c) for c in citations)


def own_entry(slug: str, title: str, *, protocol_hash: str = "", date: str = "") -> str:
    """The entry of a page of Qadam's own: which problem, and under which protocol it was measured when."""
    fields = {
        "title": f"{{{_escape(title)}}}",
        "author": "{The Qadam contributors}",
        "year": date[:4],
        "note": f"Qadam, study {slug}" + (f", protocol {protocol_hash}, measured {date}" if protocol_hash else ""),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{qadam-{slug},\n" + ",\n".join(lines) + "\n}\n"


def _entry(citation: Citation) -> str:
    fields = {
        "title": f"{{{_escape(citation.title)}}}",
        "author": " and ".join(_escape(a) for a in citation.authors),
        "year": str(citation.year),
        "doi": citation.doi,
        "eprint": citation.arxiv,
        "archiveprefix": "arXiv" if citation.arxiv else "",
        "url": citation.link,
        "note": "" if citation.title_verified else "title as described in the Qadam catalogue, not verified",
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@{_KIND.get(citation.kind, 'misc')}{{{citation.key},\n" + ",\n".join(lines) + "\n}\n"


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
