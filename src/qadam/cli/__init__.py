"""The verbs of `qadam`; each finds what it needs, hands it down and shows what comes back.

Nothing is imported here that `--help` does not need: every verb imports its rooms when it is called.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qadam import __version__
from qadam.cli import asking, people
from qadam.cli.bridge import bridge_app
from qadam.cli.gold import gold_app, to_annotate
from qadam.cli.release import release_app
from qadam.cli.text import text_app
from qadam.errors import NotAStudy, NotMeasured, QadamError, Usage, did_you_mean

if TYPE_CHECKING:
    from qadam.catalogue.fetch import Places
    from qadam.lab.plan import Plan
    from qadam.systems.spending import Purse
    from qadam.terms import Evidence, Finding, Study

GIGABYTE = 1_000_000_000

app = typer.Typer(
    help="Qadam (қадам, 'step'): the open problems of Kazakh NLP, worked one study at a time.",
    epilog="Start here: qadam list, then qadam run tokenizer-tax --profile sample",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
site_app = typer.Typer(help="Static pages: the 20 problems and what is known of each.", no_args_is_help=True)
app.add_typer(site_app, name="site")
app.add_typer(text_app, name="text")
app.add_typer(bridge_app, name="bridge")
app.add_typer(gold_app)  # annotate, agree, adjudicate, import, export
app.add_typer(release_app)  # publish

Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for records, reports and pages.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Offline = Annotated[bool, typer.Option("--offline", help="Touch no network: cache and mirror only.")]
Mirror = Annotated[
    list[Path] | None,
    typer.Option("--mirror", metavar="DIR", help="Folder with copies of the sources, looked in first."),
]
Profile = Annotated[str, typer.Option("--profile", "-p", help="sample (no download) | laptop (real data) | full.")]
Systems = Annotated[
    list[str] | None,
    typer.Option(
        "--system",
        "-s",
        metavar="NAME",
        help="Only this system: a name, openai:MODEL@URL, or a path to a tokenizer.json. Repeatable.",
    ),
]
Seed = Annotated[
    int | None, typer.Option("--seed", metavar="N", min=0, help="Another seed: the result is called exploratory.")
]
Data = Annotated[
    str,
    typer.Option(
        "--data",
        metavar="FILE[:COLUMN]|NAME",
        help="A table (CSV, TSV, JSONL, Parquet), or a dataset by name, in place of the study's data.",
    ),
]
Slugs = Annotated[list[str] | None, typer.Argument(metavar="SLUG...", help="Studies, by the name of their problem.")]


def main() -> None:
    """Run the command line; a fault with a diagnosis is printed without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(
                encoding="utf-8", errors="replace"
            )  # Windows consoles default to a code page without ә ғ қ
    debug = "--debug" in sys.argv
    if debug:
        sys.argv.remove("--debug")
    try:
        app()
    except QadamError as fault:
        if debug:
            raise
        print(fault, file=sys.stderr)
        sys.exit(fault.exit_code)
    except KeyboardInterrupt:
        print("\nStopped. What was stored is kept; the same command goes on from there.", file=sys.stderr)
        sys.exit(130)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"qadam {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Shown by `qadam --help`; with --debug anywhere on the line a fault prints its traceback."""


@app.command("list")
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

    rows = _rows(what)
    _print_json([_plain(row) for row in rows]) if as_json else terminal.show_list(what, rows, _studies())


@app.command()
def show(name: Annotated[str, typer.Argument(metavar="NAME")], as_json: Json = False) -> None:
    """Show one problem, dataset, system or annotation scheme in full.

    Examples:

      qadam show tokenizer-tax

      qadam show sib-200 --json
    """
    from qadam.cli import terminal

    known = {row.id: (what, row) for what in ("schemes", "systems", "datasets", "problems") for row in _rows(what)}
    if name not in known:
        bare = name.split("/")[0]
        if bare not in known:
            raise did_you_mean(name, sorted(known), kind="problem, dataset, system or scheme", list_command="qadam list")
        name = bare
    what, row = known[name]
    if as_json:
        _print_json(_plain(row))
        return
    terminal.show_row(what, row, name in _studies())
    if what == "datasets":
        terminal.show_review(row)
    if what == "problems":
        terminal.show_labelling(to_annotate(row, _study(name) if name in _studies() else None))


@app.command()
def run(
    slugs: Slugs = None,
    every: Annotated[bool, typer.Option("--all", help="Every study there is.")] = False,
    profile: Profile = "sample",
    plan_only: Annotated[bool, typer.Option("--plan", help="Print what the run will take, and stop.")] = False,
    system: Systems = None,
    out: Out = Path("out"),
    offline: Offline = False,
    mirror: Mirror = None,
    seed: Seed = None,
    data: Data = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before a large download.")] = False,
    dry_run: asking.DryRun = False,
    budget_tokens: asking.BudgetTokens = 0,
    budget_usd: asking.BudgetUsd = 0.0,
    price: asking.Price = "",
    rate: asking.Rate = 0.0,
    at_once: asking.AtOnce = 12,
    timeout: asking.Timeout = 120.0,
    judge: people.Judge = "",
    coded: people.Coded = "",
    as_json: Json = False,
) -> None:
    """Carry out studies: fill the missing cells, judge by the rule, write the report.

    What is stored already is not computed again, so stopping and starting is normal.

    Examples:

      qadam run tokenizer-tax --profile sample

      qadam run tokenizer-tax --profile laptop --plan

      qadam run tokenizer-tax --profile laptop --system o200k_base --system my/tokenizer.json

      qadam run code-switching --profile laptop --data reviews.csv:text

      qadam run code-switching --profile laptop --coded labelled.jsonl

      qadam run english-cot --profile laptop --system openai:MODEL@URL --dry-run

      qadam run kk-vs-ru-safety --profile full --data gold.jsonl --system openai:MODEL@URL --judge openai:MODEL@URL

      qadam run --all --json
    """
    from qadam.cli import terminal
    from qadam.systems.spending import Purse

    spending = asking.limits(
        price=price, tokens=budget_tokens, usd=budget_usd, per_minute=rate, at_once=at_once, timeout=timeout
    )

    wishes = {"systems": tuple(system or ()), "seed": seed, "data": data, "judge": judge, "coded": coded}
    plans = [_plan(slug, profile, out, places=_places(offline, mirror), **wishes) for slug in _wanted(slugs, every)]
    if plan_only:
        _print_documents([terminal.plan_document(p) for p in plans]) if as_json else terminal.show_plans(plans)
        return
    if dry_run:
        from qadam.lab.price import price as priced

        bills = [bill for plan in plans for bill in priced(plan, spending)]
        _print_json([_plain(bill) for bill in bills]) if as_json else asking.show_bills(bills)
        return
    asking.check_prices(plans, spending)
    size = sum(plan.cost.download for plan in plans)
    if size > GIGABYTE and not yes and not typer.confirm(f"This will download {size / 1e9:.1f} GB. Go on?", err=True):
        raise typer.Exit(0)
    found, purse = [], Purse(spending)
    try:
        for plan in plans:
            evidence = _carry_out(plan, quiet=as_json, purse=purse)
            page = _report(plan, evidence)
            found.append(evidence)
            if not as_json:
                terminal.show_evidence(plan, evidence, page)
    finally:
        asking.show_spent(purse)
    if as_json:
        _print_documents([_document(evidence) for evidence in found])
    for plan, evidence in zip(plans, found, strict=True):
        _all_asked_measured(plan, evidence)


@app.command()
def score(slug: str, profile: Profile = "sample", out: Out = Path("out"), as_json: Json = False) -> None:
    """Score stored rows again, without calling any system; say so if a stored number does not come out.

    Example:

      qadam score tokenizer-tax --profile laptop
    """
    from qadam.cli import terminal
    from qadam.lab import judge, measure

    started = time.perf_counter()
    plan = _plan(slug, profile, out, places=_places(True, None))
    measure.recompute(plan.store, plan.protocol, list(plan.store.cells()))
    evidence = judge.judge(plan, audit=_kept_audit(plan), since=started)
    page = _report(plan, evidence)
    _print_json(_document(evidence)) if as_json else terminal.show_evidence(plan, evidence, page)


@app.command()
def report(slug: str, profile: Profile = "sample", out: Out = Path("out")) -> None:
    """Write the page, the Markdown and the CSV of a study from what is stored.

    Example:

      qadam report tokenizer-tax --profile laptop
    """
    from qadam.lab import judge

    plan = _plan(slug, profile, out, places=_places(True, None))
    print(_report(plan, judge.judge(plan, audit=_kept_audit(plan))))


@app.command()
def sample(
    slug: str,
    count: Annotated[int, typer.Option("--items", metavar="N", min=1, help="How many to draw.")] = 200,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="The same seed draws the same.")] = 13,
    scheme: Annotated[str, typer.Option("--scheme", metavar="NAME", help="What they are to be labelled for.")] = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="File to write: one JSON object a line.")] = None,
    data: Data = "",
    system: Systems = None,
    offline: Offline = False,
    mirror: Mirror = None,
) -> None:
    """Draw a sample that people are to label, the same number of every kind, into a file that only you can read.

    With --system (and the --data it was asked) its answers are drawn.

    Examples:

      qadam sample kk-vs-ru-safety --items 200 --seed 13

      qadam sample kk-vs-ru-safety --scheme refusal --data gold.jsonl --system openai:MODEL@URL --out answers.jsonl
    """
    places = _places(offline, mirror)
    study, _ = people.live(_study(slug), data=data, judge="", coded="")
    made = None
    if system:
        made = _plan(slug, "full", Path("out"), places=places, systems=tuple(system), data=data)
    draw = {"count": count, "seed": seed}
    chosen = scheme or next(iter(study.hands), "")
    print(people.hand_over(study, places, scheme=chosen, draw=draw, out=out, plan=made))


@app.command()
def fetch(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Datasets (name or name/split) or systems.")],
    again: Annotated[bool, typer.Option("--again", help="Discard the copy in the cache first.")] = False,
    offline: Offline = False,
    mirror: Mirror = None,
) -> None:
    """Bring data and vocabularies into the cache and verify them.

    Examples:

      qadam fetch sib-200 llama-3

      qadam fetch kaznerd/valid --again
    """
    from functools import partial

    from qadam.catalogue.fetch import fetch as bring
    from qadam.cli import terminal

    places = _places(offline, mirror)
    for name in names:
        with terminal.progress() as watch:
            for file in _files(name):
                path = bring(file, places, again=again, progress=partial(watch, file.name))
                print(f"{name}\t{path}")


@app.command()
def audit(
    names: Annotated[list[str], typer.Argument(metavar="DATASET...")],
    offline: Offline = False,
    mirror: Mirror = None,
    as_json: Json = False,
) -> None:
    """Look for duplicates, mixed scripts, empty and misaligned rows, bad answer keys, missing licences.

    Exit code 1 if a finding is a fault that the dataset's row does not list as known.

    Examples:

      qadam audit kaznerd tumlu-mini

      qadam audit sib-200 --json
    """
    from qadam.catalogue import tables
    from qadam.cli import terminal

    places = _places(offline, mirror)
    findings = [finding for name in names for finding in _audit_dataset(name.split("/")[0], places)]
    _print_json([_plain(f) for f in findings]) if as_json else terminal.show_findings(findings)
    if any(
        f.severity == "fault" and f.check not in tables.dataset(f.dataset.split("/")[0]).known_faults for f in findings
    ):
        raise typer.Exit(1)


@app.command()
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
    if slug in _studies():
        study = _study(slug)
        keys += study.citations
        for profile, protocol in study.protocols.items():
            for name in protocol.datasets:
                keys += tables.dataset_split(name)[0].citations
            for name in study.systems[profile]:
                keys += system_row(name).citations
    print(bibtex.bibtex([tables.citation(key) for key in dict.fromkeys(keys)]), end="")


@app.command()
def doctor(offline: Offline = False, mirror: Mirror = None, as_json: Json = False) -> None:
    """Say what is installed, reachable and missing, and the command that mends it.

    Example:

      qadam doctor
    """
    from qadam.cli import health, terminal

    checks = health.examine(_places(offline, mirror))
    _print_json([_plain(c) for c in checks]) if as_json else terminal.show_health(checks)


@site_app.command("build")
def site_build(out: Out = Path("out")) -> None:
    """Write the site: entry page, a page per problem, the reports; in English, Russian and Kazakh.

    `--out` is the folder of the runs; the pages go to its `site` folder.

    Example:

      qadam site build --out out
    """
    from qadam.catalogue import tables
    from qadam.publish import site

    evidence, reports = _stored_evidence(out)
    page = site.build(tables.problems(), evidence, tables.citations(), out=out / "site", reports=reports)
    print(f"Open: {page}")


# --- finding what the verbs need -----------------------------------------------------------------------------------


def _studies() -> list[str]:
    """The slugs of the studies there are: the files of the front room."""
    import pkgutil

    from qadam import studies

    return sorted(m.name.replace("_", "-") for m in pkgutil.iter_modules(studies.__path__))


def _study(slug: str) -> Study:
    import importlib

    if slug not in _studies():
        from qadam.catalogue import tables

        problem = tables.problem(slug)
        raise NotAStudy(
            f"NotAStudy: {problem.id} is problem {problem.number} of 20, but it has no study yet.",
            f"Read it: qadam show {problem.id}. Studies there are: {', '.join(_studies())}",
        )
    study: Study = importlib.import_module(f"qadam.studies.{slug.replace('-', '_')}").STUDY
    return study


def _wanted(slugs: Sequence[str] | None, every: bool) -> list[str]:
    if every:
        return _studies()
    if not slugs:
        raise Usage("Usage: name a study, or --all.", f"qadam run {_studies()[0]} --profile sample")
    return list(dict.fromkeys(slugs))


def _places(offline: bool, mirror: Sequence[Path] | None) -> Places:
    from dataclasses import replace

    from qadam.catalogue.fetch import Places

    places = Places.from_environment()
    return replace(places, mirror=(*(mirror or ()), *places.mirror), offline=offline or places.offline)


def _plan(slug: str, profile: str, out: Path, *, places: Places, **wishes: Any) -> Plan:
    from qadam.lab import plan

    came = {name: wishes.pop(name, "") for name in ("data", "judge", "coded")}
    study, data = people.live(_study(slug), **came)
    return plan.make(study, profile, out=out, places=places, data=data, **wishes)  # type: ignore[arg-type]


def _carry_out(plan: Plan, *, quiet: bool, purse: Purse | None = None) -> Evidence:
    from qadam.cli import terminal
    from qadam.lab import judge
    from qadam.lab import run as lab_run

    started = time.perf_counter()
    with terminal.progress(quiet=quiet) as watch:
        blocked = lab_run.run(plan, watch=lambda e: watch(e.text, e.done, e.total), purse=purse)
    audit = _audit(plan) if plan.missing else _kept_audit(plan)  # what was looked at when it was measured stands
    evidence = judge.judge(plan, blocked=blocked, audit=audit, since=started)
    plan.store.write_verdict(_document(evidence))
    return evidence


def _kept_audit(plan: Plan) -> Sequence[Finding]:
    """What the audit found when the study was run; the data may be out of reach by now."""
    from qadam.store import latest_evidence

    kept = latest_evidence(plan.store.root, plan.study.problem, plan.profile)
    return kept.audit if kept else ()


def _audit(plan: Plan) -> list[Finding]:
    names = dict.fromkeys(name.rpartition("/")[0] for name in plan.protocol.datasets)
    return [finding for name in names for finding in _audit_dataset(name, plan.places, missing_ok=True)]


def _audit_dataset(name: str, places: Places, *, missing_ok: bool = False) -> list[Finding]:
    """The audit of a data set over all of its splits that can be had."""
    from dataclasses import replace

    from qadam.catalogue import audit as auditing
    from qadam.catalogue import items, tables
    from qadam.errors import CannotGet

    dataset = tables.dataset(name)
    places = replace(places, offline=True) if missing_ok else places  # an audit beside a run downloads nothing
    splits = {}
    for split in items.own_splits(dataset):
        try:
            splits[split] = items.load(f"{name}/{split}", places)
        except CannotGet:
            if not missing_ok:
                raise
    return auditing.audit(dataset, splits) if splits else []


def _files(name: str) -> list[Any]:
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


def _rows(what: str) -> Sequence[Any]:
    from qadam.catalogue import tables

    kinds = {
        "problems": tables.problems,
        "datasets": tables.datasets,
        "systems": tables.systems,
        "schemes": tables.schemes,
    }
    if what not in kinds:
        raise did_you_mean(what, list(kinds), kind="list", list_command="qadam list problems")
    return kinds[what]()


def _report(plan: Plan, evidence: Evidence) -> Path:
    """The page of a study, with the rows it shows beside the evidence."""
    from qadam.catalogue import tables
    from qadam.publish import report as reporting

    measured = next(plan.store.cells())
    extras = reporting.Extras(
        datasets=[tables.dataset_split(name)[0] for name in plan.protocol.datasets],
        systems=plan.systems,
        citations=tables.citations(),
        figures=tables.published(plan.study.problem),
        provenance=plan.store.read(measured).provenance,
        protocol=plan.protocol,
        command=_command(plan),
    )
    apart = f"{plan.profile}-{plan.protocol_hash[:8]}" if plan.exploratory else plan.profile
    folder = plan.store.root / "reports" / plan.study.problem / apart
    problem = tables.problem(plan.study.problem)
    return reporting.write(plan.study, problem, evidence, out=folder, extras=extras)


def _command(plan: Plan) -> str:
    """The line that repeats this very run."""
    words = ["qadam", "run", plan.study.problem, "--profile", plan.profile]
    words += [word for name in plan.asked for word in ("--system", name)]
    usual = plan.study.protocols[plan.profile]
    own = [name for name in plan.protocol.datasets if name.startswith("file:") or name not in usual.datasets]
    words += [word for name in own for word in ("--data", name.removeprefix("file:").removesuffix("/all"))]
    judge = plan.protocol.choices.get("judge", "")
    words += ["--judge", judge.removeprefix("judge:")] if judge.startswith("judge:") else []
    words += ["--coded", "FILE"] if "coded" in plan.protocol.choices else []
    words += ["--seed", str(plan.protocol.seeds[0])] if plan.protocol.seeds != usual.seeds else []
    return " ".join(words)


def _stored_evidence(out: Path) -> tuple[dict[str, Any], dict[str, Path]]:
    """What is known of each problem: the evidence of its largest profile that was run, and its report."""
    from qadam.store import latest_evidence
    from qadam.terms import PROFILES

    found: dict[str, Any] = dict.fromkeys(_studies())
    reports = {}
    for slug in found:
        for profile in PROFILES:
            evidence = latest_evidence(out, slug, profile)
            page = out / "reports" / slug / profile / "report.html"
            if evidence and page.exists():
                found[slug], reports[slug] = evidence, page
    return found, reports


def _document(evidence: Evidence) -> dict[str, object]:
    from qadam.lab.judge import document

    return document(evidence)


def _all_asked_measured(plan: Plan, evidence: Evidence) -> None:
    """A system asked for by name that could not be measured at all ends the command with exit code 1."""
    measured = {m.system for m in evidence.measurements}
    for system, name in plan.asked.items():
        if system not in measured:
            why = next((b for b in evidence.blocked if b.cell.system == system), None)
            raise NotMeasured(
                f"NotMeasured: {name} could not be measured{f': {why.reason}' if why else '.'}",
                why.unblock if why else "qadam doctor",
            )


def _plain(value: Any) -> Any:
    from qadam.terms import plain

    return plain(value)


def _print_documents(documents: Sequence[Any]) -> None:
    """One document for one study, an array for several."""
    _print_json(documents[0] if len(documents) == 1 else documents)


def _print_json(document: Any) -> None:
    from qadam.store import json_text

    sys.stdout.write(json_text(document))
