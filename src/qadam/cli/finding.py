"""Finds what a verb was told by name: studies, rows, files, places; and prints what it found as JSON."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qadam.errors import NotAStudy, Usage, did_you_mean

if TYPE_CHECKING:
    from qadam.catalogue.fetch import Places
    from qadam.terms import Study


def study_names() -> list[str]:
    """The slugs of the studies there are: the files of the front room."""
    import pkgutil

    from qadam import studies

    return sorted(m.name.replace("_", "-") for m in pkgutil.iter_modules(studies.__path__))


def study_of(slug: str) -> Study:
    """The study of a problem.

    Raises:
        NotAStudy: the problem has a row but no study yet.
        UnknownName: there is no such problem.
    """
    import importlib

    if slug not in study_names():
        from qadam.catalogue import tables

        problem = tables.problem(slug)
        raise NotAStudy(
            f"NotAStudy: {problem.id} is problem {problem.number} of 20, but it has no study yet.",
            f"Read it: qadam show {problem.id}. Studies there are: {', '.join(study_names())}",
        )
    study: Study = importlib.import_module(f"qadam.studies.{slug.replace('-', '_')}").STUDY
    return study


def viewed(study: Study, view: str) -> Study:
    """The study with its protocols in another of its views; as it is without a name.

    Raises:
        Usage: it has no such view.
    """
    from dataclasses import replace

    if not view:
        return study
    if view not in study.views:
        known = ", ".join(study.views) or "none"
        raise Usage(
            f"Usage: {study.problem} has no view {view!r}; it has: {known}.",
            f"qadam run {study.problem} --profile sample",
        )
    seen = {name: study.views[view](protocol) for name, protocol in study.protocols.items()}
    return replace(study, protocols={n: replace(p, choices={**p.choices, "view": view}) for n, p in seen.items()})


def places_of(offline: bool = False, mirror: Sequence[Path] | None = None) -> Places:
    """Cache and mirrors: those of the environment, and what the flags say.

    A network that is off by a flag is off for models that load themselves too, and in worker processes: the flag is put into the environment.
    """
    from dataclasses import replace

    from qadam.catalogue.fetch import Places

    if offline:
        os.environ["QADAM_OFFLINE"] = "1"
    places = Places.from_environment()
    return replace(places, mirror=(*(mirror or ()), *places.mirror))


def rows_of(what: str) -> Sequence[Any]:
    """All rows of one kind: problems, datasets, systems or schemes."""
    from qadam.catalogue import tables

    kinds: dict[str, Callable[[], Sequence[Any]]] = {
        "problems": tables.problems,
        "datasets": tables.datasets,
        "systems": tables.systems,
        "schemes": tables.schemes,
    }
    if what not in kinds:
        raise did_you_mean(what, list(kinds), kind="list", list_command="qadam list problems")
    return kinds[what]()


def files_of(name: str) -> list[Any]:
    """The files of a dataset, of one of its splits, or of a system."""
    from qadam.catalogue import items, tables

    datasets = {d.id: d for d in tables.datasets()}
    bare = name.split("/")[0]
    if bare in datasets:
        return list(items.files(*tables.dataset_split(name))) if "/" in name else list(datasets[bare].files)
    systems = {s.id: s for s in tables.systems()}
    if name in systems:
        return list(systems[name].files)
    raise did_you_mean(
        name, sorted([*datasets, *systems]), kind="dataset or system", list_command="qadam list datasets"
    )


def print_json(value: Any) -> None:
    """One JSON document on standard output, and nothing else."""
    from qadam.store import json_text
    from qadam.terms import plain

    sys.stdout.write(json_text(plain(value)))
