"""Writes the site: an entry page of all problems and a page for each, in three languages, for any static host."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from qadam.publish import pages
from qadam.publish.words import LANGUAGES
from qadam.store import write_text
from qadam.terms import Citation, Evidence, Problem

KINDS = (("A", "pain_point"), ("B", "hypothesis"))


def build(
    problems: Sequence[Problem],
    evidence: Mapping[str, Evidence | None],
    citations: Mapping[str, Citation],
    *,
    out: Path,
    reports: Mapping[str, Path] | None = None,
) -> Path:
    """Write the whole site into a folder and return its entry page.

    English is at the top, Kazakh and Russian in `kk/` and `ru/`. `evidence` maps the id of a problem to the evidence
    shown for it, or to None if its study has not been run; a problem without an entry is plainly said to have no
    study yet. `reports` maps it to its
    report.html, which is copied in. Links are relative, so the site works from a disk and below any address.
    """
    ordered = sorted(problems, key=lambda p: (p.kind != "pain_point", p.number))
    known = sum(pages.state(evidence.get(p.id)) not in ("waiting", "demonstration") for p in ordered)
    copied = {p.id for p in ordered if reports and p.id in reports}
    for language in LANGUAGES:
        home = out if language == "en" else out / language
        environment = pages.environment(language)
        shared = {
            "cited": citations,
            "evidence": evidence,
            "reports": copied,
            "problems": ordered,
            "known_count": known,
        }
        entry = environment.get_template("index.html")
        write_text(home / "index.html", entry.render(shared, **_places("", language), **_index(ordered)))
        page = environment.get_template("problem.html")
        for i, problem in enumerate(ordered):
            around = {"before": ordered[i - 1] if i else None, "after": (*ordered[i + 1 :], None)[0]}
            there = _places(f"problems/{problem.id}.html", language)
            write_text(
                home / "problems" / f"{problem.id}.html",
                page.render(shared, problem=problem, **there, **around),
            )
        for slug in copied:
            opened = opening_in((reports or {})[slug].read_text("utf-8"), language)
            write_text(home / "reports" / f"{slug}.html", opened)
    write_text(out / "style.css", pages.style())
    return out / "index.html"


def opening_in(report: str, language: str) -> str:
    """A report that shows this language first: the switch on the page is set, nothing else changes."""
    report = re.sub(r'(id="lang-\w+") checked', r"\1", report, count=1)
    report = re.sub(r'<html lang="\w+">', f'<html lang="{language}">', report, count=1)
    return report.replace(f'id="lang-{language}"', f'id="lang-{language}" checked', 1)


def _places(path: str, language: str) -> dict[str, Any]:
    """How a page reaches the top of the site, the top of its language, and itself in the other languages."""
    below = path.count("/")
    home = "../" * below
    root = home if language == "en" else f"../{home}"
    return {
        "root": root,
        "home": home,
        "itself": {code: f"{root}{'' if code == 'en' else f'{code}/'}{path or 'index.html'}" for code in LANGUAGES},
    }


def _index(problems: Sequence[Problem]) -> dict[str, Any]:
    """Groups and filters of the entry page, and which pairs of filters leave a group empty."""
    groups = [(letter, kind, [p for p in problems if p.kind == kind]) for letter, kind in KINDS]
    areas = {pages.area_key(p.area): p.area for p in problems}
    difficulties = [d for d in ("easy start", "medium", "ambitious") if any(p.difficulty == d for p in problems)]
    empty = [
        (kind, area, difficulty)
        for _, kind, members in groups
        for area in ("all", *areas)
        for difficulty in ("all", *difficulties)
        if not any(area in ("all", pages.area_key(p.area)) and difficulty in ("all", p.difficulty) for p in members)
    ]
    return {"groups": groups, "areas": areas, "difficulties": difficulties, "empty": empty}
