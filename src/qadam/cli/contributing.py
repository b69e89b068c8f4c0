"""The verbs by which results travel: verify what somebody measured, submit what you measured."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qadam.cli.flags import Json, Mirror, Out, Profile
from qadam.errors import NothingToJudge, NotReleasable, Usage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qadam.catalogue.fetch import Places
    from qadam.lab.verify import Doubt
    from qadam.store import Store
    from qadam.terms import Study

contributing_app = typer.Typer()


@contributing_app.command()
def verify(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="RECORDS...", help="Folders of records, such as out or results, or of one study; or one record."
        ),
    ] = None,
    profile: Annotated[str, typer.Option("--profile", "-p", help="Only this profile: sample | laptop | full.")] = "",
    study: Annotated[str, typer.Option("--study", metavar="SLUG", help="Only this study.")] = "",
    mirror: Mirror = None,
    as_json: Json = False,
) -> None:
    """Check records: whole, of this protocol and these data, without texts, and giving the numbers they state.

    Every number is measured again from the stored rows. Exit code 1 if a record is not what it says.

    Examples:

      qadam verify out

      qadam verify results/records/code-switching

      qadam verify results --study tokenizer-tax --profile laptop --json
    """
    from qadam.cli.finding import places_of, print_json
    from qadam.lab import verify as verifying
    from qadam.terms import plain

    places = places_of(True, mirror)
    looked, doubts = 0, list["Doubt"]()
    for path in paths or [Path("out")]:
        root, slug, within = _around(path)
        for its, store in _kept(root, study or slug, profile):
            count, found = verifying.verify(its, store, places, within=within)
            looked, doubts = looked + count, [*doubts, *found]
    faults = sum(doubt.kind == "fault" for doubt in doubts)
    if not looked and not doubts:
        raise NothingToJudge(
            "NothingToJudge: no records there.",
            "Name the folder that holds records/, or anything within: qadam verify out",
        )
    if as_json:
        print_json({"records": looked, "faults": faults, "doubts": [plain(doubt) for doubt in doubts]})
    else:
        _show(doubts)
        print(f"{looked} records measured again: {faults} faults, {len(doubts) - faults} notes.")
    raise typer.Exit(1 if faults else 0)


@contributing_app.command()
def submit(
    slug: str,
    profile: Profile = "laptop",
    out: Out = Path("out"),
    to: Annotated[
        Path, typer.Option("--to", metavar="DIR", help="The folder of released records in your copy of Qadam.")
    ] = Path("results"),
    mirror: Mirror = None,
) -> None:
    """Check the records of a study and put them where a pull request takes them along.

    Refused: the sample, exploratory runs, and records that `qadam verify` finds fault with.

    Examples:

      qadam submit tokenizer-tax

      qadam submit code-switching --profile full --to ~/qadam/results
    """
    from qadam.cli.finding import places_of
    from qadam.lab import verify as verifying

    if profile == "sample":
        raise Usage(
            "Usage: results on the sample are demonstrations, never evidence.", f"qadam submit {slug} -p laptop"
        )
    study, store = next(_kept(out, slug, profile), (None, None))
    if not study or not store or not (store.folder / "verdict.json").exists():
        raise NothingToJudge(
            f"NothingToJudge: {out} holds no records of {slug} at {profile} by its present protocol.",
            f"qadam run {slug} --profile {profile} --out {out}",
        )
    places = places_of(True, mirror)
    count, doubts = verifying.verify(study, store, places)
    _show(doubts)
    faults = sum(doubt.kind == "fault" for doubt in doubts)
    if faults:
        raise NotReleasable(
            f"NotReleasable: {faults} faults in {count} records.", "Mend what is named, then submit again."
        )
    blind = sorted({doubt.message for doubt in doubts if doubt.check == "items"})
    if blind:
        raise NotReleasable(
            f"NotReleasable: nobody has compared these records with their data: {blind[0]}",
            "Have the data at hand as when you measured: the same QADAM_HOME, --mirror or QADAM_MIRROR.",
        )
    home = to / "records" / slug
    for older in home.glob(f"{profile}-*"):
        shutil.rmtree(older)
    kept = home / store.folder.name
    shutil.copytree(store.folder, kept, ignore=shutil.ignore_patterns(".lock", "*.part"))
    _without_folders(kept / "verdict.json", places)
    size = sum(path.stat().st_size for path in kept.rglob("*") if path.is_file())
    print(f"{count} records, {size / 1e6:.1f} MB: {kept}")
    print("\nNow, in your copy of the repository:\n")
    print(f"  git switch -c results-{slug}-{profile}")
    print(f"  git add {kept}")
    print(f"  git commit -m 'Results of {slug} at {profile}: {_outcome(kept)}'")
    print("  git push, and open a pull request; its checks run: qadam verify results")


def _around(path: Path) -> tuple[Path, str, Path | None]:
    """The folder that holds `records/`, the study, and what alone is asked for, if a path lies within such a folder."""
    whole = path.resolve()
    if not whole.exists() or (path / "records").is_dir() or "records" not in whole.parts:
        return path, "", None
    at = len(whole.parts) - 1 - whole.parts[::-1].index("records")
    return Path(*whole.parts[:at]), next(iter(whole.parts[at + 1 :]), ""), whole


def _kept(root: Path, study: str, profile: str) -> Iterator[tuple[Study, Store]]:
    """Every study and profile of which a folder holds records, and where those of its present protocol are."""
    from qadam.cli.finding import study_names, study_of
    from qadam.lab.plan import store_of

    if not root.exists():
        raise Usage(f"Usage: {root} does not exist.", "Name the folder that holds records/: qadam verify out")
    wanted = [study_of(study)] if study else [study_of(name) for name in study_names()]
    for its in wanted:
        for name, protocol in its.protocols.items():
            if profile in ("", name) and any((root / "records" / its.problem).glob(f"{name}-*")):
                yield its, store_of(its.problem, name, protocol, out=root)


def _without_folders(verdict: Path, places: Places) -> None:
    """Take the folders of this machine out of what is said of blocked cells."""
    text = verdict.read_text("utf-8")
    for folder in (*places.mirror, places.home, Path.home()):
        text = text.replace(str(folder), "DIR")
    verdict.write_text(text, "utf-8")


def _show(doubts: Sequence[Doubt]) -> None:
    """What was found; the same of many records in one line."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for doubt in doubts:
        alike.setdefault((doubt.kind, doubt.check, doubt.message), []).append(doubt.where)
    for (kind, check, message), places in alike.items():
        print(f"{kind}: {check}: {places[0]}{f' and {len(places) - 1} more' if places[1:] else ''}: {message}")


def _outcome(kept: Path) -> str:
    import json

    return str(json.loads((kept / "verdict.json").read_text("utf-8"))["verdict"]["outcome"])
