"""`qadam bridge VERB`: the questions of a study for another harness, and its answers for a study."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qadam.cli.flags import Offline
from qadam.errors import Usage, did_you_mean

if TYPE_CHECKING:
    from qadam.terms import Condition, Study

bridge_app = typer.Typer(
    help="To and from lm-evaluation-harness and Inspect: the same questions, the same answers, the same score.",
    no_args_is_help=True,
)
Find = Callable[[str], "Study"]
Slug = Annotated[str, typer.Argument(metavar="SLUG", help="A study that asks in words.")]
Dataset = Annotated[str, typer.Argument(metavar="DATASET/SPLIT", help="One of its data sets.")]


@bridge_app.command("export")
def export(
    slug: Slug,
    dataset: Dataset,
    condition: Annotated[
        str, typer.Option("--condition", help="The way of asking; the first of the study if not given.")
    ] = "",
    to: Annotated[str, typer.Option("--to", help="lm-eval | inspect")] = "lm-eval",
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the task and its questions.")] = Path(
        "tasks"
    ),
    offline: Offline = False,
) -> None:
    """Write a data set, as a study shows it, as a task of lm-evaluation-harness or Inspect.

    Examples:

      qadam bridge export llm-leaderboard choice-mini/test --condition direct-kk --out tasks

      qadam bridge export small-native-vs-large choice-mini/test --condition choose --to lm-eval

      qadam bridge export llm-leaderboard kazqad/validation --condition read-kk --to inspect
    """
    from qadam.catalogue import items, tables
    from qadam.cli.finding import places_of, study_of
    from qadam.publish import harness

    if to not in ("lm-eval", "inspect"):
        raise Usage(f"Usage: there is no bridge to {to!r}.", "Write --to lm-eval or --to inspect")
    study, (row, split) = study_of(slug), tables.dataset_split(dataset)
    way = _condition(study, dataset, condition)
    found = items.load(dataset, places_of(offline))
    asked = [(ask, study.expect(item, way)) for item in found if (ask := study.present(item, way)) is not None]
    if not asked:
        raise Usage(f"Usage: {dataset} has no question for {way.name}.", f"qadam show {row.id}")
    what = harness.Exported(slug, f"{row.id} {split}", row.title, way.name, row.licence)
    task, data = harness.export(asked, what, to=to, out=out)  # type: ignore[arg-type]
    print(f"{len(asked)} questions: {task} with {data.name}")
    if not row.redistribution:
        print(f"Licence of the questions: {row.licence}. Keep them to yourself.")
    command = {
        "lm-eval": f"lm-eval run --include_path . --tasks {what.name} --log_samples --output_path lm-eval",
        "inspect": f"inspect eval {task.name} --log-format json --log-dir inspect",
    }[to]
    print(f"Run it, with a model: cd {out} && {command} --model ...")


@bridge_app.command("import")
def import_(
    log: Annotated[Path, typer.Argument(metavar="LOG", help="samples_*.jsonl of lm-eval, or a JSON log of Inspect.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the answers go.")] = Path("answers.jsonl"),
) -> None:
    """Turn the answers another harness collected into a recorded run that a study can read.

    Example:

      qadam bridge import tasks/lm-eval/fake/samples_qadam_choice_mini_test_direct_kk_2026.jsonl --out answers.jsonl
    """
    from qadam.errors import NotReadable
    from qadam.publish import harness
    from qadam.store import write_text

    if not log.is_file():
        raise NotReadable(f"NotReadable: there is no file {log}.", "Name the log that lm-eval or inspect wrote.")
    lines = harness.answers(log)
    if not lines:
        raise NotReadable(f"NotReadable: {log} holds no answers.", "See whether the other harness ended well.")
    write_text(out, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    ways, found = ", ".join(sorted({line["condition"] for line in lines})), harness.scores(lines)
    print(f"{len(lines)} answers under {ways}: {out}")
    same = "" if math.isnan(found.same_form) else f"; read here by the same form {found.same_form:.4f}"
    print(f"Score there {found.theirs:.4f}{same}; as our studies read {found.ours:.4f}")
    if found.differ:
        print(f"The two readings differ on {len(found.differ)} questions: {', '.join(found.differ[:5])} ...")
    print(f"Measure it: qadam run SLUG --system file:{out}")


def _condition(study: Study, dataset: str, name: str) -> Condition:
    """A condition of a study that is for this data set and has no clock.

    Raises:
        UnknownName: there is none of this name.
    """
    every: dict[str, Any] = {}
    for protocol in study.protocols.values():
        for condition in protocol.conditions:
            if not condition.clock and (not condition.datasets or dataset in condition.datasets):
                every.setdefault(condition.name, condition)
    if not every:
        raise Usage(f"Usage: {study.problem} does not ask about {dataset}.", f"qadam show {study.problem}")
    if name and name not in every:
        raise did_you_mean(name, list(every), kind="condition", list_command=f"qadam show {study.problem}")
    found: Condition = every[name] if name else next(iter(every.values()))
    return found
