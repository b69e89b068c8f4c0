"""The verbs that make gold: annotate, agree, adjudicate, and import and export of what other tools hold."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qadam.errors import Usage

if TYPE_CHECKING:
    from qadam.annotation.adjudicate import Adjudication
    from qadam.annotation.session import Session
    from qadam.terms import Scheme

HOME = Path("annotation")

gold_app = typer.Typer()
Name = Annotated[str, typer.Argument(metavar="SCHEME", help="An annotation scheme; all: qadam list schemes")]
In = Annotated[Path, typer.Option("--in", metavar="DIR", help="Where the folders of schemes lie.")]
Who = Annotated[str, typer.Option("--as", metavar="a1", help="Who it is: a1, a2 ...; no names of persons.")]
Everybody = Annotated[
    list[str] | None,
    typer.Option("--as", metavar="a1", help="Who labels: a1, a2 ...; no names of persons. Repeatable."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Host = Annotated[str, typer.Option("--host", help="Address to listen on; any but this machine's asks for tokens.")]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")]
Language = Annotated[str, typer.Option("--language", "-l", help="Of the page: kk | ru | en.")]
Browser = Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")]


@gold_app.command()
def annotate(
    scheme: Name,
    who: Everybody = None,
    items: Annotated[
        str,
        typer.Option(
            "--items",
            metavar="FILE|STUDY|sample:NAME",
            help="What to label: a file, or what a study or a sample hands over.",
        ),
    ] = "",
    count: Annotated[int, typer.Option("--count", metavar="N", min=0, help="Of a study: at most N items.")] = 0,
    propose: Annotated[
        str,
        typer.Option("--propose", metavar="SYSTEM", help="A system of Qadam that proposes an answer for new items."),
    ] = "",
    host: Host = "127.0.0.1",
    port: Port = 8080,
    folder: In = HOME,
    language: Language = "en",
    browser: Browser = True,
) -> None:
    """Label items on a local page; stopping and starting again is normal.

    Examples:

      qadam annotate sentiment3 --as a1 --items headlines.jsonl

      qadam annotate morphemes --as a1 --items morphology-benchmark --count 200

      qadam annotate sentiment3 --as a1 --as a2 --host 0.0.0.0

      qadam annotate text_review --as a1 --items sample:choice-mini
    """
    from qadam.annotation.server import serve
    from qadam.annotation.session import named

    if not who:
        raise Usage("Usage: who labels is not said.", f"Call yourself a1: {_again(scheme, items)}")
    annotators = [named(name) for name in dict.fromkeys(who)]
    if count and not _is_problem(items):
        raise Usage("Usage: --count is for what a study hands over.", "Shorten the file instead.")
    rows = _items(scheme, items, count=count, propose=propose)
    session = _session(scheme, folder, items=rows, base=None if _is_problem(items) else Path(items).parent)
    serve(session, host=host, port=port, annotators=annotators, language=language, open_browser=browser)


@gold_app.command()
def agree(scheme: Name, folder: In = HOME, as_json: Json = False) -> None:
    """Measure whether annotators agree well enough; exit code 1 and what to mend if they do not.

    Examples:

      qadam agree sentiment3

      qadam agree morphemes --json
    """
    from qadam.annotation import agree as agreeing
    from qadam.cli.agreement import show_agreement

    session = _session(scheme, folder)
    found = agreeing.agree(session)
    found.write(session.folder)
    if as_json:
        print(json.dumps(found.document, ensure_ascii=False, indent=2))
    else:
        show_agreement(found.document)
        print(f"\nWritten: {session.folder / agreeing.FILE}")
    fault = found.fault(session.folder)
    if fault:
        raise fault


@gold_app.command()
def adjudicate(
    scheme: Name,
    who: Who = "",
    terminal: Annotated[
        bool, typer.Option("--terminal", help="Here, not on a page; for schemes of one choice.")
    ] = False,
    host: Host = "127.0.0.1",
    port: Port = 8080,
    folder: In = HOME,
    language: Language = "en",
    browser: Browser = True,
) -> None:
    """Settle what annotators disagree about, and write gold.jsonl; without --as, only write what is settled.

    Examples:

      qadam adjudicate sentiment3 --as a9

      qadam adjudicate sentiment3 --as a9 --terminal
    """
    from qadam.annotation.adjudicate import Adjudication
    from qadam.annotation.session import named

    work = Adjudication.open(_session(scheme, folder))
    if who and work.next() is not None:
        if terminal:
            _settle_here(work, named(who), language)
        else:
            from qadam.annotation.server import serve

            serve(work, host=host, port=port, annotators=[named(who)], language=language, open_browser=browser)
    path, standing = work.write(), work.standing()
    print(
        f"{standing.agreed} agreed, {standing.settled} settled, {standing.left_out} left out, "
        f"{standing.to_settle} still to settle, {standing.not_ready} not labelled by enough people yet."
    )
    if standing.agreed + standing.settled:
        print(f"Written: {path}")
    else:
        print(f"Nothing is agreed yet, {path} is empty. Label on: qadam annotate {scheme} --as a2")
    if standing.to_settle and not who:
        print(f"Settle the rest: qadam adjudicate {scheme} --as a9")


@gold_app.command("import")
def import_(
    scheme: Name,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Items, with answers or without.")],
    form: Annotated[
        str, typer.Option("--from", metavar="FORMAT", help="label-studio | doccano | conllu | conll2003 | webanno")
    ] = "",
    who: Who = "",
    folder: In = HOME,
) -> None:
    """Take in items of another tool, and the answers they have as decisions; taken in twice, they are stored once.

    Without --as the answers are whose the file says. To take them in as proposals: qadam annotate SCHEME --items FILE

    Examples:

      qadam import ner_kaznerd export.json

      qadam import ner_kaznerd valid.conll --as a1
    """
    from qadam.annotation import interop
    from qadam.annotation.session import ITEMS, Session, named
    from qadam.catalogue import tables

    row = tables.scheme(scheme)
    found = interop.read(file, row, form=form)
    for name in {who or name for one in found for name in one.answers}:
        if not name:
            raise Usage(f"Usage: {file} does not say whose answers it holds.", f"qadam import {scheme} {file} --as a1")
        named(name)  # told before anything is stored
    work = place(row, folder)
    begun = (work / ITEMS).exists()
    session = Session.open(row, work, items=None if begun else [one.item for one in found], base=file.parent)
    answers = interop.bring(session, found, annotator=who, base=file.parent)
    print(f"{len(found)} items, {answers} answers: {session.folder}")


@gold_app.command("export")
def export(
    scheme: Name,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write.")],
    form: Annotated[
        str, typer.Option("--to", metavar="FORMAT", help="label-studio | doccano | conllu | conll2003 | webanno")
    ],
    who: Who = "",
    folder: In = HOME,
) -> None:
    """Write items and answers for another tool: those of one annotator, or the gold (label-studio: of everybody).

    Examples:

      qadam export ner_kaznerd gold.tsv --to webanno

      qadam export ner_kaznerd everybody.json --to label-studio
    """
    from qadam.annotation import interop
    from qadam.annotation.adjudicate import Adjudication
    from qadam.annotation.agree import answered
    from qadam.annotation.interop.exchange import Annotated as Labelled

    session = _session(scheme, folder)
    if who or form == "label-studio":
        said = answered(session.decisions())
        kept = [
            Labelled(item, {name: p for name, p in said.get(key, {}).items() if who in ("", name)})
            for key, item in session.items.items()
        ]
    else:
        gold = {row["id"]: row["gold"] for row in Adjudication.open(session).gold()}
        kept = [Labelled(session.items[key], {"": payload}) for key, payload in gold.items()]
    if form != "label-studio":
        kept = [one for one in kept if one.answers]
    if not kept:
        raise Usage(f"Usage: {scheme} has no answers to export.", f"See where it stands: qadam adjudicate {scheme}")
    interop.write(file, session.scheme, kept, form=form)
    print(f"{len(kept)} items, {sum(len(one.answers) for one in kept)} answers: {file}")


# --- finding what the verbs need -----------------------------------------------------------------------------------


def place(scheme: Scheme, folder: Path) -> Path:
    """The work folder of a scheme; hazardous text does not belong into a repository."""
    work = folder / scheme.id
    above = work.absolute()
    if scheme.hazard and any((parent / ".git").exists() for parent in (above, *above.parents)):
        raise Usage(
            f"Usage: {work} lies in a repository, and hazardous text does not belong into one.", "Elsewhere: --in DIR"
        )
    return work


def _session(name: str, folder: Path, *, items: Any = None, base: Path | None = None) -> Session:
    from qadam.annotation.session import Session
    from qadam.catalogue import tables

    scheme = tables.scheme(name)
    return Session.open(scheme, place(scheme, folder), items=items, base=base)


def _again(scheme: str, items: str) -> str:
    return f"qadam annotate {scheme} --as a1" + (f" --items {items}" if items else "")


def _is_problem(name: str) -> bool:
    from qadam.catalogue import tables

    return not Path(name).exists() and name in {problem.id for problem in tables.problems()}


def _items(scheme: str, items: str, *, count: int, propose: str) -> Path | Sequence[Mapping[str, Any]] | None:
    """What is to be added to a session: a file of ours as it is, what others hold, what a study hands over."""
    from qadam.annotation import interop, rows
    from qadam.annotation.session import SEED
    from qadam.catalogue import tables

    row = tables.scheme(scheme)
    found: Path | Sequence[Mapping[str, Any]]
    if not items:
        return None
    if _is_problem(items):
        from qadam.cli.finding import places_of, study_of
        from qadam.lab import hand_over

        study = study_of(items)
        for text in getattr(study, "hazard", {}).values():
            typer.echo(f"! {text}", err=True)
        found = hand_over.drawn(study, scheme, places_of(), count=count or None, seed=SEED)  # type: ignore[arg-type]
    elif items.startswith(("sample:", "guideline:")):
        from qadam.catalogue import reviews
        from qadam.cli.finding import places_of

        found = reviews.handed(items, places_of())
    elif interop.guess(Path(items)):
        form = interop.guess(Path(items))
        found = interop.as_items(interop.read(Path(items), row, form=form), proposer=form)
    else:
        found = Path(items)
    if propose:
        from qadam.annotation.propose import propose as proposing
        from qadam.cli.finding import places_of
        from qadam.lab.plan import system_row
        from qadam.lab.run import bring_to_life

        proposer = system_row(propose)
        system = bring_to_life(proposer, places_of())
        plain = [one for _, one in rows.read(found)] if isinstance(found, Path) else found
        found = list(proposing(row, plain, system=system, row=proposer))
    return found


def _settle_here(work: Adjudication, who: str, language: str) -> None:
    """One disagreement after the other, by keys, until there is none or an empty line."""
    from qadam.annotation.adjudicate import disagreement

    scheme = work.scheme
    if scheme.kind != "choice":
        raise Usage(
            f"Usage: {scheme.id} asks for more than a choice.", f"On the page: qadam adjudicate {scheme.id} --as {who}"
        )
    keys = {label.key or str(number): label for number, label in enumerate(scheme.labels, 1)}
    asked = "  ".join(f"{key} {label.title.get(language, label.id)}" for key, label in keys.items())

    def choose(prompt: str) -> str | None:
        while True:
            key = typer.prompt(prompt, default="", show_default=False).strip()
            if not key:
                return None
            if key in keys:
                return keys[key].id
            typer.echo(f"Not a key: {key}. {asked}")

    while (item := work.next()) is not None:
        typer.echo(f"\n{work.item(item)['text']}\n{asked}  (nothing: stop)")
        if not work.chose(item, by=who):
            first = choose("first choice")
            if first is None:
                return
            work.first_choice(item, {"label": first}, by=who)
        for said, names in disagreement(work.votes(item, by=who)).items():
            typer.echo(f"  {' '.join(names)}: {json.loads(said)['label'] if said else 'skipped'}")
        final = choose("gold")
        if final is None:
            return
        why = typer.prompt("why", default="", show_default=False).strip()
        if not why:
            return
        work.settle(item, {"label": final}, why=why, by=who)
