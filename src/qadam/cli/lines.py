"""Text of any size through one function: line by line, from files or standard input to standard output.

A line ends at \\n; a \\r before it belongs to the line end. A line longer than `PIECE` characters is worked in
pieces, cut at white space where there is some, so that memory and time stay bounded whatever comes in. Bytes
that are not UTF-8 come out as they went in.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NamedTuple

import typer

from qadam.errors import NotReadable, StoreNotWritable, Usage

PIECE = 1 << 14  # characters; aligning a text with what it becomes takes memory in its square, here 32 MB at most
REPORT_EVERY = 1 << 10  # lines between two looks at how far the file is read

Span = dict[str, Any]
Watch = Callable[[str, int, int], None]


@dataclass
class Left:
    """What a filter could not do: how often so far, and in which line first (0: nowhere); `one` says it of a single case."""

    what: str
    count: int = 0
    first: int = 0
    one: str = ""


@dataclass(frozen=True)
class Filter:
    """What a verb does with a line (or a piece of a long one), given without its line end.

    `write` gives the text that stands for it, `tell` the JSON spans, whose "start" and "end" count characters
    of the piece; both count in `left`, and in those of `also`, what they could not do. `once`: one answer for a line, which its first
    piece gives.
    """

    write: Callable[[str], str]
    tell: Callable[[str], Iterable[Span]]
    left: Left = field(default_factory=lambda: Left(""))
    once: bool = False
    also: tuple[Left, ...] = ()


class Piece(NamedTuple):
    """A line or a part of one; `after` is copied behind it: the line end, or the white space it was cut at."""

    text: str
    start: int
    after: str
    last: bool


def run(work: Filter, files: Sequence[Path] = (), *, as_json: bool = False) -> None:
    """Send every line through a filter.

    Args:
        files: read one after the other; ".gz" is unpacked, "-" is standard input, none at all too.
        as_json: write `{"line": 1, "spans": [...]}` for each line, counted from 1 over all files. Offsets count
            characters of the original line; a byte that is not UTF-8 counts as one and is written \\udcXX.

    Raises:
        Usage: a file that does not exist, or a folder.
        NotReadable: a file that is not the gzip file its name says, or not ours to read.

    A reader that leaves (`| head`) and Ctrl-C end the work without a word. At the end standard error tells what
    could not be done: one line for each kind, with how often and in which line first.
    """
    for path in files:
        if str(path) != "-" and not path.is_file() and not path.is_fifo():
            what = "is a folder" if path.is_dir() else "does not exist"
            raise Usage(f"Usage: {path} {what}.", "Name files, or - for standard input.")
    errors = "backslashreplace" if as_json else "surrogateescape"
    out = io.TextIOWrapper(sys.stdout.buffer, "utf-8", errors, newline="", line_buffering=sys.stdout.isatty())
    written = _as_json(work) if as_json else _as_text(work)
    damaged = Left("lines that are not UTF-8", one="line that is not UTF-8")
    pieced = f"of more than {PIECE} characters, worked in pieces"
    long = Left(f"lines {pieced}", one=f"line {pieced}")
    try:
        try:
            number, harmed = 1, False
            for piece in _pieces_of_all(files or [Path("-")]):
                out.write(written(piece))
                harmed = harmed or not _is_utf8(piece.text)
                if piece.last:
                    damaged.count += harmed
                    long.count += piece.start > 0
                    for left in (damaged, long, work.left, *work.also):
                        if left.count and not left.first:
                            left.first = number
                    number, harmed = number + 1, False
            out.flush()
        except KeyboardInterrupt:
            out.flush()
            raise typer.Exit(130) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    except OSError as fault:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still held back has nowhere to go
        raise StoreNotWritable(
            f"StoreNotWritable: the output could not be written: {fault.strerror or fault}.",
            "Free some space, or send it elsewhere: qadam text VERB > OTHER",
        ) from fault
    finally:
        out.detach()
    for left in (damaged, long, work.left, *work.also):
        if left.count:
            what = left.one if left.one and left.count == 1 else left.what
            print(f"{left.count} {what}; the first in line {left.first}", file=sys.stderr)


def pieces(stream: IO[str]) -> Iterator[Piece]:
    """The lines of a stream, long ones in pieces of at most `PIECE` characters."""
    rest, start = "", 0
    while True:
        read = stream.readline(PIECE - len(rest))
        text = rest + read
        if read.endswith("\n"):
            end = "\r\n" if text.endswith("\r\n") else "\n"
            yield Piece(text[: -len(end)], start, end, True)
            rest, start = "", 0
        elif len(text) < PIECE:
            if text or start:
                yield Piece(text, start, "", True)
            return
        else:
            cut = max(text.rfind(" "), text.rfind("\t"))
            # Without white space the last character waits for the next piece: it may be the \r of a line end.
            after, rest = (text[cut], text[cut + 1 :]) if cut >= 0 else ("", text[-1])
            cut = cut if cut >= 0 else PIECE - 1
            yield Piece(text[:cut], start, after, False)
            start += cut + len(after)


def _pieces_of_all(files: Sequence[Path]) -> Iterator[Piece]:
    for place, path in enumerate(files, start=1):
        for piece in _read(path):
            open_end = piece.last and not piece.after and place < len(files)
            yield piece._replace(after="\n") if open_end else piece


def _read(path: Path) -> Iterator[Piece]:
    with ExitStack() as opened:
        raw = _open(path, opened)
        packed = path.suffix == ".gz"
        stream = opened.enter_context(gzip.GzipFile(fileobj=raw)) if packed else raw
        text = io.TextIOWrapper(stream, "utf-8", "surrogateescape", newline="\n")
        opened.callback(text.detach)  # standard input stays open
        watch = _watch(raw, opened)
        size = os.fstat(raw.fileno()).st_size if watch else 0
        try:
            for number, piece in enumerate(pieces(text)):
                if watch and number % REPORT_EVERY == 0:
                    watch(path.name, raw.tell(), size)
                yield piece
        except (EOFError, gzip.BadGzipFile, zlib.error) as fault:
            raise NotReadable(f"NotReadable: {path} is no whole gzip file: {fault}.", f"gzip -t {path}") from fault


def _open(path: Path, opened: ExitStack) -> IO[bytes]:
    if str(path) == "-":
        return sys.stdin.buffer
    try:
        return opened.enter_context(path.open("rb"))
    except OSError as fault:
        raise NotReadable(f"NotReadable: {path} cannot be opened: {fault.strerror}.", f"ls -l {path}") from fault


def _watch(raw: IO[bytes], opened: ExitStack) -> Watch | None:
    """A progress bar, where somebody watches it and there is an end to reach."""
    if not sys.stderr.isatty() or sys.stdout.isatty() or not stat.S_ISREG(os.fstat(raw.fileno()).st_mode):
        return None
    from qadam.cli import terminal

    return opened.enter_context(terminal.progress())


def _as_text(work: Filter) -> Callable[[Piece], str]:
    def written(piece: Piece) -> str:
        if work.once:
            return (work.write(piece.text) if not piece.start else "") + (piece.after if piece.last else "")
        text = work.write(piece.text)
        return (text.replace("\n", "\r\n") if piece.after == "\r\n" else text) + piece.after

    return written


def _as_json(work: Filter) -> Callable[[Piece], str]:
    number, told = 0, False

    def written(piece: Piece) -> str:
        nonlocal number, told
        opening = ""
        if not piece.start:
            number, told = number + 1, False
            opening = f'{{"line": {number}, "spans": ['
        spans = [] if work.once and piece.start else list(work.tell(piece.text))
        for span in spans:
            span["start"] += piece.start
            span["end"] += piece.start
        comma = ", " if told and spans else ""
        told = told or bool(spans)
        rows = ", ".join(json.dumps(span, ensure_ascii=False) for span in spans)
        return opening + comma + rows + ("]}\n" if piece.last else "")

    return written


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
