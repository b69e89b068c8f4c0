"""The verbs that carry studies out: run, score, report, sample."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qadam.cli import asking, people
from qadam.cli.bringing import audit_dataset
from qadam.cli.finding import places_of, print_json, study_names, study_of, viewed
from qadam.cli.flags import Data, Engine, Json, Mirror, Offline, Out, Profile, Scheduler, Seed, Slugs, Systems, View
from qadam.errors import NotMeasured, QadamError, Usage

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from qadam.catalogue.fetch import Places
    from qadam.lab.plan import Plan
    from qadam.systems.spending import Purse
    from qadam.terms import Evidence, Finding

GIGABYTE = 1_000_000_000

running_app = typer.Typer()


@running_app.command()
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
    view: View = "",
    engine: Engine = "processes",
    scheduler: Scheduler = "",
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

      qadam run code-switching --profile laptop --engine dask --scheduler tcp://10.0.0.5:8786

      qadam run --all --json
    """
    from qadam.cli import terminal
    from qadam.lab.workers import cluster
    from qadam.systems.spending import Purse

    spending = asking.limits(
        price=price, tokens=budget_tokens, usd=budget_usd, per_minute=rate, at_once=at_once, timeout=timeout
    )

    out = out.absolute() if engine == "dask" else out  # a worker of a cluster may stand in another folder
    wishes = {"systems": tuple(system or ()), "seed": seed, "data": data, "view": view, "judge": judge, "coded": coded}
    plans = [_plan(slug, profile, out, places=places_of(offline, mirror), **wishes) for slug in _wanted(slugs, every)]
    if plan_only:
        print_documents([terminal.plan_document(p) for p in plans]) if as_json else terminal.show_plans(plans)
        return
    if dry_run:
        from qadam.lab.price import price as priced

        bills = [bill for plan in plans for bill in priced(plan, spending)]
        print_json(bills) if as_json else asking.show_bills(bills)
        return
    asking.check_prices(plans, spending)
    size = sum(plan.cost.download for plan in plans)
    if size > GIGABYTE and not yes and not typer.confirm(f"This will download {size / 1e9:.1f} GB. Go on?", err=True):
        raise typer.Exit(0)
    purse, faults = Purse(spending), list[QadamError]()
    found: list[tuple[Plan, Evidence]] = []
    try:
        with cluster(engine, scheduler=scheduler) as pool:
            for plan in plans:
                try:
                    found.append((plan, _shown(plan, quiet=as_json, purse=purse, executor=pool, coded=coded)))
                except QadamError as fault:  # one study that stops does not stop the others
                    if len(plans) == 1:
                        raise
                    faults.append(fault)
                    print(f"{plan.study.problem} stopped. {fault}", file=sys.stderr)
    finally:
        asking.show_spent(purse)
    if as_json:
        print_documents([_document(evidence) for _, evidence in found])
    for plan, evidence in found:
        _all_asked_measured(plan, evidence)
    if faults:
        raise typer.Exit(1)


@running_app.command()
def score(
    slug: str,
    profile: Profile = "sample",
    out: Out = Path("out"),
    seed: Seed = None,
    data: Data = "",
    view: View = "",
    judge: people.Judge = "",
    coded: people.Coded = "",
    as_json: Json = False,
) -> None:
    """Score stored rows again, without calling any system; say so if a stored number does not come out.

    What was run with --data, --view, --seed, --judge or --coded is named by the same words.

    Examples:

      qadam score tokenizer-tax --profile laptop

      qadam score byte-vs-bpe --profile laptop --view flops
    """
    from qadam.cli import terminal
    from qadam.lab import judge as judging
    from qadam.lab import measure

    started = time.perf_counter()
    wishes = {"seed": seed, "data": data, "view": view, "judge": judge, "coded": coded}
    plan = _plan(slug, profile, out, places=places_of(True, None), **wishes)
    measure.recompute(plan.store, plan.protocol, list(plan.store.cells()))
    evidence = judging.judge(plan, audit=_kept_audit(plan), since=started)
    page = _report(plan, evidence)
    print_json(_document(evidence)) if as_json else terminal.show_evidence(plan, evidence, page)


@running_app.command()
def report(
    slug: str,
    profile: Profile = "sample",
    out: Out = Path("out"),
    seed: Seed = None,
    data: Data = "",
    view: View = "",
    judge: people.Judge = "",
    coded: people.Coded = "",
) -> None:
    """Write the page, the Markdown and the CSV of a study from what is stored.

    What was run with --data, --view, --seed, --judge or --coded is named by the same words.

    Examples:

      qadam report tokenizer-tax --profile laptop

      qadam report code-switching --profile laptop --data reviews.csv:text
    """
    from qadam.lab import judge as judging

    wishes = {"seed": seed, "data": data, "view": view, "judge": judge, "coded": coded}
    plan = _plan(slug, profile, out, places=places_of(True, None), **wishes)
    print(_report(plan, judging.judge(plan, audit=_kept_audit(plan))))


@running_app.command()
def sample(
    slug: str,
    count: Annotated[int, typer.Option("--items", metavar="N", min=1, help="How many to draw.")] = 200,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="The same seed draws the same.")] = 13,
    scheme: Annotated[str, typer.Option("--scheme", metavar="NAME", help="What they are to be labelled for.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="File to write: one JSON object a line.")
    ] = None,
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
    places = places_of(offline, mirror)
    study, _ = people.live(study_of(slug), data=data, judge="", coded="")
    made = None
    if system:
        made = _plan(slug, "full", Path("out"), places=places, systems=tuple(system), data=data)
    draw = {"count": count, "seed": seed}
    chosen = scheme or next(iter(study.hands), "")
    print(people.hand_over(study, places, scheme=chosen, draw=draw, out=out, plan=made))


def _wanted(named: Sequence[str] | None, every: bool) -> list[str]:
    if every:
        return study_names()
    if not named:
        raise Usage("Usage: name a study, or --all.", f"qadam run {study_names()[0]} --profile sample")
    return list(dict.fromkeys(named))


def _plan(slug: str, profile: str, out: Path, *, places: Places, **wishes: Any) -> Plan:
    from qadam.lab import plan

    came = {name: wishes.pop(name, "") for name in ("data", "judge", "coded")}
    study, data = people.live(viewed(study_of(slug), wishes.pop("view", "")), **came)
    return plan.make(study, profile, out=out, places=places, data=data, **wishes)  # type: ignore[arg-type]


def _shown(plan: Plan, *, quiet: bool, purse: Purse, executor: Executor | None, coded: str) -> Evidence:
    """Carry out one study, write its page, and show what came out unless somebody wants JSON alone."""
    from qadam.cli import terminal

    evidence = _carry_out(plan, quiet=quiet, purse=purse, executor=executor, coded=coded)
    page = _report(plan, evidence)
    if not quiet:
        terminal.show_evidence(plan, evidence, page)
    return evidence


def _carry_out(plan: Plan, *, quiet: bool, purse: Purse, executor: Executor | None, coded: str) -> Evidence:
    from qadam.cli import terminal
    from qadam.lab import judge
    from qadam.lab import run as lab_run

    started = time.perf_counter()
    with terminal.progress(quiet=quiet) as watch:
        blocked = lab_run.run(plan, watch=lambda e: watch(e.text, e.done, e.total), executor=executor, purse=purse)
    audit = _audit(plan, coded) if plan.missing else _kept_audit(plan)  # what was looked at when it was measured stands
    evidence = judge.judge(plan, blocked=blocked, audit=audit, since=started)
    plan.store.write_verdict(_document(evidence))
    return evidence


def _kept_audit(plan: Plan) -> Sequence[Finding]:
    """What the audit found when the study was run; the data may be out of reach by now."""
    from qadam.store import kept_evidence, latest_evidence

    kept = kept_evidence(plan.store)
    if kept is None and not plan.exploratory:
        kept = latest_evidence(plan.store.root, plan.study.problem, plan.profile)
    return kept.audit if kept else ()


def _audit(plan: Plan, coded: str) -> list[Finding]:
    """The rows of the user's tables that were left out, and what the audit noticed in all data."""
    names = dict.fromkeys(name.rpartition("/")[0] for name in plan.protocol.datasets)
    noticed = [finding for name in names for finding in audit_dataset(name, plan.places, missing_ok=True)]
    return [*people.left_out(plan, coded), *noticed]


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
    own = [
        name
        for name in plan.protocol.datasets
        if name.startswith(("file:", "speech:", "words:")) or name not in usual.datasets
    ]
    words += [
        word
        for name in own
        for word in (
            "--data",
            name.removeprefix("file:")
            .removeprefix("speech:")
            .removeprefix("words:")
            .removesuffix("/all")
            .removesuffix("/passages"),
        )
    ]
    judge = plan.protocol.choices.get("judge", "")
    words += ["--judge", judge.removeprefix("judge:")] if judge.startswith("judge:") else []
    words += ["--coded", "FILE"] if "coded" in plan.protocol.choices else []
    words += ["--view", plan.protocol.choices["view"]] if "view" in plan.protocol.choices else []
    words += ["--seed", str(plan.protocol.seeds[0])] if plan.protocol.seeds != usual.seeds else []
    return " ".join(words)


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


def print_documents(documents: Sequence[Any]) -> None:
    """One document for one study, an array for several."""
    print_json(documents[0] if len(documents) == 1 else documents)
