"""The commands that documents show, read from their blocks and code spans, and held against the command line word for word."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import typer
import typer.main
from markdown_it import MarkdownIt

from qadam.annotation import interop
from qadam.catalogue import tables
from qadam.cli import app
from qadam.cli.finding import rows_of, study_of
from qadam.errors import QadamError
from qadam.kazakh import normalize
from qadam.lab import gauges, workers
from qadam.terms import PROFILES

PLACEHOLDER = re.compile(r"[A-Z]{2,}(\.\.\.)?")
WRITTEN_WRONGLY = typer.BadParameter.__mro__[2]  # of Click, which Typer may bring along under a name of its own
SYNOPSIS = re.compile(r"[\[\]|]|\.\.\.")


@dataclass(frozen=True)
class Shown:
    """One call of `qadam`: its words, and where its input comes from and its output goes to.

    `where` is document and line. `given` is what an `echo` before it writes; `piped` says that the command before it in the
    line is its input. A `loose` command stands in a sentence, where what it needs besides may be left out.
    """

    where: str
    words: tuple[str, ...]
    given: str = ""
    piped: bool = False
    reads: str = ""
    writes: str = ""
    loose: bool = False

    @property
    def text(self) -> str:
        """The words in one line."""
        return " ".join(self.words)


def blocks(text: str) -> Iterator[tuple[int, str]]:
    """The blocks of a document that stand apart, fenced or indented, each with the number of its first line."""
    for token in MarkdownIt("commonmark").parse(text):
        if token.type in ("fence", "code_block") and token.map:
            yield token.map[0] + (2 if token.type == "fence" else 1), token.content


def spans(text: str) -> Iterator[tuple[int, str]]:
    """What stands in a sentence or a table as code, with the line its paragraph begins in."""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        for child in token.children or ():
            if child.type == "code_inline" and token.map:
                yield token.map[0] + 1, child.content.replace("\\|", "|")


def commands(name: str, text: str) -> Iterator[Shown]:
    """Every call of `qadam` in the blocks of a document, in its order."""
    for first, content in blocks(text):
        number, held = first, ""
        for at, line in enumerate(content.splitlines(), first):
            number = number if held else at
            held += line
            if held.endswith("\\"):
                held = held[:-1] + " "
                continue
            yield from _calls(f"{name}:{number}", held.removeprefix("$ "))
            held = ""


def mentions(name: str, text: str) -> Iterator[Shown]:
    """Every call of `qadam` that a sentence or a table speaks of; a synopsis keeps its brackets."""
    for number, span in spans(text):
        if span.startswith("qadam "):
            words = span.split() if SYNOPSIS.search(span) else shlex.split(span)
            yield Shown(f"{name}:{number}", tuple(words[1:]), loose=True)


def examples() -> Iterator[tuple[str, list[Shown]]]:
    """Each verb and the examples in its `--help`, verbs of verbs as `site build`."""
    waiting = [("", _root())]
    for name, command in waiting:
        inner = getattr(command, "commands", {})
        waiting += [(f"{name} {verb}".strip(), one) for verb, one in inner.items()]
        if not inner:
            shown = re.findall(r"^ *((?:echo .+\| *)?qadam .+)$", command.help or "", re.MULTILINE)
            yield name, [call for line in shown for call in _calls(f"qadam {name} --help", line)]


def _calls(where: str, line: str) -> Iterator[Shown]:
    if "qadam " not in line:
        return
    cut = shlex.shlex(line, posix=True, punctuation_chars="&|<>;")
    cut.whitespace_split = True
    stage: list[str] = []
    given, piped = "", False
    for word in [*cut, ";"]:
        if word not in ("|", "&&", ";"):
            stage.append(word)
            continue
        while stage and re.match(r"[A-Z_]+=", stage[0]):
            stage.pop(0)
        if stage[:1] == ["qadam"]:
            ends = {sign: stage[stage.index(sign) + 1] for sign in "<>" if sign in stage}
            words = [w for w in stage[1:] if w not in ends and w not in ends.values()]
            yield Shown(where, tuple(words), given, piped, ends.get("<", ""), ends.get(">", ""))
        given = " ".join(stage[1:]) + "\n" if word == "|" and stage[:1] == ["echo"] else ""
        piped = word == "|" and stage[:1] == ["qadam"]
        stage = []


def faults(shown: Shown) -> list[str]:
    """What of a command does not exist: its verb, an option, an argument too many, or a name it mentions; nothing is carried out."""
    root = _root()
    if shown.words[0].startswith("-"):
        known = {name for parameter in root.params for name in parameter.opts}
        return [] if shown.words[0] in known else [f"there is no option {shown.words[0]}"]
    try:
        if shown.loose and SYNOPSIS.search(shown.text):
            return _of_a_synopsis(root, shown.words)
        context = _context(root, shown)
    except WRITTEN_WRONGLY as fault:
        return [fault.format_message()]
    return [] if context is None else list(_unknown_names(context))


@cache
def _root() -> Any:
    return typer.main.get_command(app)


def _context(root: Any, shown: Shown) -> Any:
    """The command line as it is read before anything is done; None where a verb is left open."""
    context, command = root.make_context("qadam", list(shown.words)), root
    while hasattr(command, "resolve_command"):
        words = [*context._protected_args, *context.args]
        if PLACEHOLDER.fullmatch(words[0]):
            return None
        name, command, rest = command.resolve_command(context, words)
        if shown.loose and not rest:
            return None  # a verb by its name
        try:
            context = command.make_context(name, rest, parent=context)
        except typer.BadParameter as fault:
            if shown.loose and hasattr(fault, "param_type"):  # something is missing
                return None
            raise
    return context


def _of_a_synopsis(root: Any, words: tuple[str, ...]) -> list[str]:
    command, left = root, list(words)
    while hasattr(command, "resolve_command"):
        _, command, left = command.resolve_command(typer.Context(command), left)
    known = {name for parameter in command.params for name in parameter.opts}
    return [f"{words[0]} has no option {o}" for o in re.findall(r"--[\w-]+", " ".join(left)) if o not in known]


def _unknown_names(context: Any) -> Iterator[str]:
    for name, value in context.params.items():
        look_up = LOOKED_UP.get(f"{context.info_name} {name}") or LOOKED_UP.get(name)
        for one in value if isinstance(value, list | tuple) else [value]:
            if look_up and isinstance(one, str) and one and not PLACEHOLDER.fullmatch(one):
                try:
                    known = look_up(one)
                except QadamError as fault:
                    yield fault.message
                else:
                    if known is False:
                        yield f"{context.info_name}: nothing is named {one!r}"


def _one_of(*names: str) -> Callable[[str], bool]:
    return lambda value: set(value.split(",")) <= set(names)


def _dataset(name: str) -> object:
    own = {f"{scheme.id.replace('_', '-')}-gold" for scheme in tables.schemes()}  # what `qadam publish` makes
    return name.split("/")[0] in own or tables.dataset(name.split("/")[0])


def _data(given: str) -> object:
    return bool(Path(given.split(":")[0]).suffix or given.endswith("/")) or _dataset(given)


def _system(name: str) -> object:
    address = ":" in name or "/" in name
    return address or name in {s.id for s in (*tables.systems(), *tables.sets())} or bool(Path(name).suffix)


def _anything(name: str) -> object:
    rows = {row.id for what in ("problems", "datasets", "systems", "schemes") for row in rows_of(what)}
    return name in rows or _dataset(name)


def _items(given: str) -> object:
    return bool(Path(given).suffix) or given.startswith(("sample:", "guideline:")) or study_of(given)


LOOKED_UP: dict[str, Callable[[str], object]] = {
    "slug": study_of,
    "slugs": study_of,
    "scheme": tables.scheme,
    "profile": _one_of(*PROFILES),
    "normalize profile": _one_of(*normalize.profiles()),
    "measures": _one_of(*gauges.NAMES),
    "engine": _one_of(*workers.KINDS),
    "form": _one_of(*interop.FORMATS),
    "system": _system,
    "by": _system,
    "data": _data,
    "items": _items,
    "dataset": tables.dataset_split,
    "show name": _anything,
    "audit names": _dataset,
    "fetch names": _anything,
}
