"""The verbs that show what there is and what is known: list, show, cite, doctor."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated

import typer

from qadam.cli.finding import places_of, print_json, rows_of, study_names, study_of
from qadam.cli.flags import Json, Mirror, Offline
from qadam.errors import did_you_mean

if TYPE_CHECKING:
    from qadam.terms import Problem, Study

looking_app = typer.Typer()


@looking_app.command("list")
def list_(
    what: Annotated[str, typer.Argument(help="problems | datasets | systems | schemes")] = "problems",
    as_json: Json = False,
) -> None:
    """List problems, datasets, systems or annotation schemes.

    Examples:

      qadam list

      qadam list systems --json
    """
    from qadam.cli import terminal

    rows = rows_of(what)
    print_json(rows) if as_json else terminal.show_list(what, rows, study_names())


@looking_app.command()
def show(name: Annotated[str, typer.Argument(metavar="NAME")], as_json: Json = False) -> None:
    """Show one problem, dataset, system or annotation scheme in full.

    Examples:

      qadam show tokenizer-tax

      qadam show sib-200 --json
    """
    from qadam.cli import terminal

    known = {row.id: (what, row) for what in ("schemes", "systems", "datasets", "problems") for row in rows_of(what)}
    if name not in known:
        bare = name.split("/")[0]
        if bare not in known:
            raise did_you_mean(
                name, sorted(known), kind="problem, dataset, system or scheme", list_command="qadam list"
            )
        name = bare
    what, row = known[name]
    if as_json:
        print_json(row)
        return
    terminal.show_row(what, row, name in study_names())
    if what == "datasets":
        terminal.show_review(row)
    if what == "problems":
        terminal.show_labelling(_to_annotate(row, study_of(name) if name in study_names() else None))


@looking_app.command()
def cite(slug: str) -> None:
    """Print BibTeX of the claim, the data and the systems of a study.

    Example:

      qadam cite tokenizer-tax > references.bib
    """
    from qadam.catalogue import tables
    from qadam.lab.plan import system_row
    from qadam.publish import cite as bibtex

    problem = tables.problem(slug)
    keys = list(problem.citations)
    if slug in study_names():
        study = study_of(slug)
        keys += study.citations
        for profile, protocol in study.protocols.items():
            for name in protocol.datasets:
                keys += tables.dataset_split(name)[0].citations
            for name in study.systems[profile]:
                keys += system_row(name).citations
    print(bibtex.bibtex([tables.citation(key) for key in dict.fromkeys(keys)]), end="")


@looking_app.command()
def doctor(offline: Offline = False, mirror: Mirror = None, as_json: Json = False) -> None:
    """Say what is installed, reachable and missing, and the command that mends it.

    Example:

      qadam doctor
    """
    from qadam.cli import health, terminal

    checks = health.examine(places_of(offline, mirror))
    print_json(checks) if as_json else terminal.show_health(checks)


def _to_annotate(problem: Problem, study: Study | None) -> list[str]:
    """What people can label for a problem, how long it takes, and the command; empty if there is nothing."""
    from qadam.catalogue import tables

    lines = []
    for scheme in tables.schemes():
        if problem.id in scheme.problems:
            hands = study.hands.get(scheme.id) if study else None
            usual = inspect.signature(hands.rows).parameters["count"].default if hands else None
            size = usual if isinstance(usual, int) else 100
            hours = size * scheme.minutes / 60
            source = f"{problem.id} --count {size}" if hands else "FILE"
            lines += [
                f"{scheme.id}: {scheme.title['en'].lower()}; {scheme.overlap} people for each {scheme.unit}; "
                f"{size} take each of them about {hours:.1f} h",
                f"  qadam annotate {scheme.id} --as a1 --items {source}",
            ]
    return lines
