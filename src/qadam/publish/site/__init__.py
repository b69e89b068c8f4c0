"""Writes the site: pages of problems, leaderboards, figures, data and systems, in three languages, for any static host."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from markupsafe import Markup

from qadam import look
from qadam.publish import arrange, cite, grounds, pages, report
from qadam.publish.pictures import pictures
from qadam.publish.site.board import Board, board, scores
from qadam.publish.site.change import change
from qadam.publish.site.figures import ledger
from qadam.publish.site.glance import glance
from qadam.publish.site.known import Known, World
from qadam.publish.site.shelf import data_pages, system_pages
from qadam.publish.site.versus import versus
from qadam.publish.told import told
from qadam.publish.words import LANGUAGES
from qadam.store import write_text
from qadam.terms import Problem

KINDS = (("A", "pain_point"), ("B", "hypothesis"))
SECTIONS = {
    "problems": "index.html",
    "boards": "leaderboard/index.html",
    "figures": "figures.html",
    "data": "data/index.html",
    "systems": "systems/index.html",
    "start": "start.html",
    "search": "search.html",
}
HAVES = ("laptop", "GPU", "native speaker", "endpoint")
PICTURES = 2  # on the page of a problem; the report has all
WRITTEN = "pages.txt"  # what the last build wrote, so that the next one clears away what is no more


class Page(NamedTuple):
    """One page, the same in every language: where it stands, its template, what it shows."""

    path: str
    template: str
    shows: Mapping[str, Any]


def build(world: World, *, out: Path) -> Path:
    """Write the whole site into a folder and return its entry page.

    English is at the top, Kazakh and Russian in `kk/` and `ru/`. Links are relative, so the site works from a disk and
    below any address. The same world gives the same bytes; pages that did not change are not touched, and pages that an
    earlier build wrote and this one does not are removed.
    """
    site = _Site(world)
    written = {}
    for language in LANGUAGES:
        above = "" if language == "en" else f"{language}/"
        environment = pages.environment(language)
        environment.globals.update(site.shared)
        for page in site.pages():
            shown = environment.get_template(page.template).render(page.shows, **_places(page.path, language))
            written[above + page.path] = shown
    written |= site.files()
    for path, text in written.items():
        _put(out / path, text)
    _clear(out, set(written))
    write_text(out / WRITTEN, "".join(f"{path}\n" for path in sorted(written)))
    return out / "index.html"


@dataclass(frozen=True)
class _Site:
    """Everything that is worked out once and shown in every language."""

    world: World

    @cached_property
    def boards(self) -> dict[str, Board]:
        """The leaderboards, by problem."""
        bars = frozenset(row.id for row in self.world.systems if row.bar)
        found = {p.id: board(known, bars) for p in self.problems if (known := self.world.known.get(p.id))}
        return {slug: one for slug, one in found.items() if one}

    @cached_property
    def problems(self) -> list[Problem]:
        """The problems in the order of the entry page."""
        return sorted(self.world.problems, key=lambda p: (p.kind != "pain_point", p.number))

    @cached_property
    def told_of(self) -> dict[str, Known]:
        """What has evidence of any kind, a demonstration included."""
        return {p.id: k for p in self.problems if (k := self.world.known.get(p.id)) and k.evidence}

    @cached_property
    def shared(self) -> dict[str, Any]:
        """What every template may ask for."""
        world = self.world
        return {
            "sections": SECTIONS,
            "problems": self.problems,
            "by_id": {p.id: p for p in self.problems},
            "known": world.known,
            "known_count": sum(k.measured for k in world.known.values()),
            "evidence_of": world.evidence,
            "cited": world.citations,
            "boards": self.boards,
            "reports": self.told_of.keys(),
            "glances": {slug: g for slug, k in self.told_of.items() if (g := glance(k))},
            "titles": {row.id: row.title for row in world.systems},
            "system_ids": {row.id for row in world.systems},
            "data_ids": {row.id for row in world.datasets},
        }

    @cached_property
    def ledger(self) -> Any:
        """The published figures by problem, and how many are in each state."""
        return ledger(self.world)

    def pages(self) -> Sequence[Page]:
        """Every page, worked out once."""
        return self._pages

    @cached_property
    def _pages(self) -> list[Page]:
        return [*self._entry(), *self._of_problems(), *self._of_boards(), *self._of_rows()]

    def files(self) -> dict[str, str]:
        """What is the same for all languages: the style sheet, the icon, tables and citations."""
        found = {"style.css": str(pages.style()), "icon.svg": look.text("icon.svg")}
        found |= {f"cite/{p.id}.bib": self._bibtex(p) for p in self.problems}
        for slug, known in self.told_of.items():
            assert known.evidence is not None
            found[f"reports/{slug}.csv"] = report.table(known.evidence.measurements)
        return found

    def _entry(self) -> Iterator[Page]:
        yield Page("index.html", "site/index.html", {"section": "problems", **_index(self.problems)})
        easy = [p for p in self.problems if p.difficulty == "easy start" and p.id in self.world.known]
        first = next(iter([*easy, *(p for p in self.problems if p.id in self.world.known), *self.problems]), None)
        needs = dict.fromkeys(n for p in self.problems for n in p.needs)
        order = ("an hour", *HAVES, *needs)
        by_need = {n: [p for p in self.problems if n in p.needs] for n in dict.fromkeys(order) if n in needs}
        if first:
            yield Page("start.html", "site/start.html", {"section": "start", "first": first, "by_need": by_need})
        chapters, counted = self.ledger
        yield Page(
            "figures.html", "site/figures.html", {"section": "figures", "chapters": chapters, "counted": counted}
        )
        index = {
            "problems": [(p.title, f"problems/{p.id}.html", p.id) for p in self.problems],
            "boards": [(self.shared["by_id"][s].title, f"leaderboard/{s}.html", "") for s in self.boards],
            "data": [(r.title, f"data/{pages.file_name(r.id)}.html", r.id) for r in self.world.datasets],
            "systems": [(r.title, f"systems/{pages.file_name(r.id)}.html", r.id) for r in self.world.systems],
        }
        shows = {"section": "search", "index": {k: v for k, v in index.items() if v}, "script": search_script()}
        yield Page("search.html", "site/search.html", shows)

    def _of_problems(self) -> Iterator[Page]:
        counted = {c.problem.id: {} for c in self.ledger[0]}  # type: dict[str, dict[str, int]]
        for chapter in self.ledger[0]:
            for entry in chapter.entries:
                its = counted[chapter.problem.id]
                its[entry.comparison.state] = its.get(entry.comparison.state, 0) + 1
        for i, problem in enumerate(self.problems):
            known = self.world.known.get(problem.id)
            shows: dict[str, Any] = {
                "section": "problems",
                "problem": problem,
                "before": self.problems[i - 1] if i else None,
                "after": (*self.problems[i + 1 :], None)[0],
                "told": None,
                "pictures": [],
                "changes": change(known) if known else [],
                "rests": known.protocol.datasets if known else (),
                "printed": counted.get(problem.id, {}),
                "bibtex": self._bibtex(problem),
            }
            if known and known.evidence:
                shows["told"] = told(known.evidence, known.protocol.rule, arrange.titles(known.protocol))
                shows["pictures"] = pictures(known.evidence, known.protocol)[:PICTURES] if known.measured else []
                seen = report.view(known.study, problem, known.evidence, extras=self._extras(problem, known))
                yield Page(f"reports/{problem.id}.html", "site/report.html", {"section": "problems", **seen})
            yield Page(f"problems/{problem.id}.html", "site/problem.html", shows)

    def _of_boards(self) -> Iterator[Page]:
        yield Page("leaderboard/index.html", "site/boards.html", {"section": "boards"})
        for slug, one in self.boards.items():
            known, compared = self.world.known[slug], versus(one)
            problem = self.shared["by_id"][slug]
            here = {"section": "boards", "board": one, "problem": problem}
            blocked = known.evidence.blocked if known.evidence else ()
            found = grounds.obstacles(blocked, slug)
            yield Page(
                f"leaderboard/{slug}.html", "site/board.html", {**here, "compared": compared, "obstacles": found}
            )
            itemwise = bool(one.counts and scores(one.counts, one.metric))
            for system, duels in compared.items():
                shows = {**here, "system": system, "versus": duels, "itemwise": itemwise}
                yield Page(f"leaderboard/{slug}/{pages.file_name(system)}.html", "site/versus.html", shows)

    def _of_rows(self) -> Iterator[Page]:
        shelves = data_pages(self.world)
        yield Page("data/index.html", "site/data.html", {"section": "data", "shelves": shelves})
        for d in shelves:
            yield Page(f"data/{pages.file_name(d.row.id)}.html", "site/dataset.html", {"section": "data", "d": d})
        ranked = {
            (slug, place.system): place.rank for slug, b in self.boards.items() for one in b.all for place in one.places
        }
        systems = system_pages(self.world, ranked)
        kinds: dict[str, list[Any]] = {}
        for s in systems:
            kinds.setdefault(s.row.kind, []).append(s)
        yield Page(
            "systems/index.html", "site/systems.html", {"section": "systems", "by_kind": dict(sorted(kinds.items()))}
        )
        for s in systems:
            yield Page(f"systems/{pages.file_name(s.row.id)}.html", "site/system.html", {"section": "systems", "s": s})

    def _bibtex(self, problem: Problem) -> str:
        """The page itself, then what its claim, study and data rest on."""
        known = self.world.known.get(problem.id)
        keys = list(problem.citations)
        if known:
            rows = {row.id: row for row in self.world.datasets}
            named = [name.split("/")[0] for name in known.protocol.datasets]
            keys += [*known.study.citations, *(key for name in named if name in rows for key in rows[name].citations)]
        shown = known.evidence if known and known.measured else None
        told = {"protocol_hash": shown.protocol_hash, "date": known.date} if shown and known else {}
        own = cite.own_entry(problem.id, problem.title.get("en", problem.id), **told)
        works = [self.world.citations[key] for key in dict.fromkeys(keys) if key in self.world.citations]
        return "\n".join([own, cite.bibtex(works)]).strip() + "\n"

    def _extras(self, problem: Problem, known: Known) -> report.Extras:
        world, evidence = self.world, known.evidence
        named = {name.split("/")[0] for name in known.protocol.datasets}
        measured = {m.system for m in evidence.measurements} if evidence else set()
        return report.Extras(
            datasets=[row for row in world.datasets if row.id in named],
            systems=[row for row in world.systems if row.id in measured],
            citations=world.citations,
            figures=[f for f in world.figures if f.problem == problem.id],
            provenance=known.provenance,
        )


def search_script() -> Markup:
    """The only script of the site: it narrows the index as one types, and without it the index is whole."""
    return Markup(resources.files(__package__).joinpath("search.js").read_text("utf-8"))


def _places(path: str, language: str) -> dict[str, Any]:
    """How a page reaches the top of the site, the top of its language, and itself in the other languages."""
    home = "../" * path.count("/")
    root = home if language == "en" else f"../{home}"
    itself = {code: f"{root}{'' if code == 'en' else f'{code}/'}{path}" for code in LANGUAGES}
    return {"root": root, "home": home, "itself": itself}


def _index(problems: Sequence[Problem]) -> dict[str, Any]:
    """Groups and filters of the entry page."""
    levels = [d for d in ("easy start", "medium", "ambitious") if any(p.difficulty == d for p in problems)]
    return {
        "groups": [(letter, kind, [p for p in problems if p.kind == kind]) for letter, kind in KINDS],
        "areas": {pages.area_key(p.area): p.area for p in problems},
        "difficulties": levels,
        "haves": {name.replace(" ", "-").lower(): name for name in HAVES if any(name in p.needs for p in problems)},
    }


def _put(path: Path, text: str) -> None:
    """Write a page whole, if it is not there already letter by letter; a site can be built again, so no disk is waited for."""
    content = text.encode()
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_bytes(content)
    os.replace(part, path)


def _clear(out: Path, written: set[str]) -> None:
    """Remove what an earlier build wrote and this one did not; files of others are left alone."""
    before = (out / WRITTEN).read_text("utf-8").splitlines() if (out / WRITTEN).exists() else []
    for path in before:
        stale = (out / path).resolve()
        if path not in written and stale.is_relative_to(out.resolve()):
            stale.unlink(missing_ok=True)
