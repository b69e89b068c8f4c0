"""Sifts candidate pairs of sentences, however many: constant memory, several processes, and what was stopped goes on.

The input is text, one sentence a line, whose translation becomes the other side; or a table of two columns, source and target.
It is read in batches; each is translated and filtered by a worker and written as a part, at once and whole. Parts that are
there are passed over. In the end the parts are joined in their order: repeated pairs go out, what was dropped is listed with the
reason. The result depends on the input alone, never on the number of processes or on where it was stopped.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from qadam.catalogue import tables
from qadam.errors import EmptyDataset, NotReadable, UnknownName, Usage
from qadam.metrics import pairs
from qadam.store import write_text
from qadam.systems.load import load
from qadam.terms import Ask, Crossed, Pair, SystemRow, digest

BATCH = 2_000  # pairs a worker gets at once
AHEAD = 2  # batches for each worker that are read before the first is done
BITS = 1 << 27  # of the memory for repeated pairs, 16 MB: with ten million pairs one in 550 is taken for a repetition
MARKS = 7  # bits that each pair sets


@dataclass(frozen=True)
class Sieve:
    """What is sifted and how: the file, its two languages, and the translator that fills in or checks (none: filters without it)."""

    source: Path
    languages: tuple[str, str]
    by: str = ""

    def mark(self) -> str:
        """What tells two siftings apart: bytes of the input, languages, translator."""
        with self.source.open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
        return digest([content, list(self.languages), self.by, BATCH, pairs.RATIO, pairs.ALIGNED, pairs.RETURNED])


class Sifted(NamedTuple):
    """What came of it: how many candidates there were, how many were kept, and how many went out for each reason."""

    candidates: int
    kept: int
    dropped: Mapping[str, int]
    sha256: str


class Once:
    """Remembers what it was shown in a fixed number of bits; seldom, it takes something new for something seen.

    Source: Bloom (1970), Space/Time Trade-offs in Hash Coding with Allowable Errors.
    """

    def __init__(self, bits: int = BITS) -> None:
        self._bits, self._table = bits, bytearray(bits // 8)

    def seen(self, text: str) -> bool:
        """Whether this text was shown before; now it was."""
        mark = hashlib.blake2b(text.encode(), digest_size=16).digest()
        first, step = int.from_bytes(mark[:8], "big"), int.from_bytes(mark[8:], "big") | 1
        places = [(first + n * step) % self._bits for n in range(MARKS)]
        known = all(self._table[place >> 3] >> (place & 7) & 1 for place in places)
        for place in places:
            self._table[place >> 3] |= 1 << (place & 7)
        return known


def sift(sieve: Sieve, folder: Path, *, workers: int = 2) -> Sifted:
    """Translate and filter every candidate; leaves `pairs.tsv` and `dropped.tsv` (line, reason) in the folder.

    Raises:
        Usage: the folder belongs to another sifting, a language is unknown, the translator is none or not of these languages, or
            a text has no translator. No folder is left behind.
        EmptyDataset: the file is empty.
    """
    row = _translator(sieve)
    mark, parts = folder / "sieve", folder / "parts"
    kept = folder / "pairs.tsv"
    used = parts.exists() or (kept.exists() and kept.stat().st_size > 0)
    if used and not (mark.exists() and mark.read_text("utf-8") == sieve.mark()):
        pair = "-".join(sieve.languages)
        by = f" --by {sieve.by}" if sieve.by else ""
        raise Usage(
            f"Usage: {folder} belongs to another sifting, and would be written over.",
            f"qadam pairs {sieve.source} --languages {pair}{by} --out {_stem(sieve.source)}-{pair}",
        )
    fresh = not folder.exists()
    parts.mkdir(parents=True, exist_ok=True)
    write_text(mark, sieve.mark())
    try:
        made = _work(sieve, row, parts, workers)
        if not made:
            raise EmptyDataset(
                f"EmptyDataset: {sieve.source} holds no sentence.", "Pass a file with one sentence a line."
            )
    except (Usage, EmptyDataset, NotReadable):
        shutil.rmtree(folder if fresh else parts)
        raise
    found = _join(made, folder)
    shutil.rmtree(parts)
    return found


def _translator(sieve: Sieve) -> SystemRow | None:
    """The row of who translates, if anybody does, and whoever it is between these languages, both ways."""
    known = pairs.languages()
    for language in sieve.languages:
        if language not in known:
            raise UnknownName(f"UnknownName: no language {language!r}.", f"Known are {', '.join(known)}.")
    if not sieve.by:
        return None
    row = tables.system(sieve.by)
    if row.kind != "translator":
        raise Usage(f"Usage: {row.id} is no translator.", "See which there are: qadam list systems")
    ways = row.options.get("pairs")
    spoken = row.options.get("languages", known)
    wanted = {"-".join(sieve.languages), "-".join(reversed(sieve.languages))}
    if not (set(sieve.languages) <= set(spoken) if ways is None else wanted <= set(ways)):
        between = ", ".join(spoken if ways is None else ways)
        raise Usage(
            f"Usage: {row.id} does not translate {' and '.join(sorted(wanted))}.",
            f"It knows {between}. Name another with --by, or none; see which there are: qadam list systems",
        )
    return row


def _stem(path: Path) -> str:
    """The name of a file without its endings."""
    return path.name.partition(".")[0] or "pairs"


def _work(sieve: Sieve, row: SystemRow | None, parts: Path, workers: int) -> list[Path]:
    """All parts, in order; those that are not there yet are made."""
    made: list[Path] = []
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        running: list[Future[None]] = []
        for number, batch in enumerate(_batches(_lines(sieve.source))):
            part = parts / f"{number:06d}.jsonl"
            made.append(part)
            if part.exists():
                continue
            running.append(pool.submit(_part, batch, sieve.languages, row, part))
            if len(running) >= AHEAD * workers:
                running.pop(0).result()
        for future in running:
            future.result()
    return made


def _batches(lines: Iterator[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    while batch := list(islice(lines, BATCH)):
        yield batch


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines without their ends; a byte order mark is dropped, bytes that are not UTF-8 become U+FFFD."""
    opened: Any = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8-sig", errors="replace", newline="\n") as stream:
            for number, line in enumerate(stream, 1):
                yield number, line.rstrip("\r\n")
    except (OSError, EOFError) as fault:
        raise NotReadable(f"NotReadable: {path}: {fault}.", "Pass a text file, plain or .gz.") from fault


def _part(batch: Sequence[tuple[int, str]], languages: tuple[str, str], row: SystemRow | None, part: Path) -> None:
    """One batch through translator and filters, written whole."""
    rows = [_candidate(line) for _, line in batch]
    system = _loaded(row.id) if row else None
    alone = [n for n, (sides, fault) in enumerate(rows) if not fault and len(sides) == 1]
    if alone and system is None:
        raise Usage("Usage: a text of one column needs a translator.", "Name one: --by sound-laws")
    if alone and system:
        said = system.answer([Ask("", "", "", question=rows[n][0][0], languages=languages) for n in alone])
        for n, answer in zip(alone, said, strict=True):
            rows[n] = ((rows[n][0][0], " ".join(answer.text.split())), "")
    whole = [n for n, (_, fault) in enumerate(rows) if not fault]
    asked = [Pair(rows[n][0][0], rows[n][0][1], languages) for n in whole]
    crossed: Iterable[Crossed | None] = system.answer(asked) if system else [None] * len(asked)
    faults = {n: next(pairs.faults(p, c), "") for n, p, c in zip(whole, asked, crossed, strict=True)}
    lines = [
        json.dumps([number, faults.get(n, rows[n][1]), *rows[n][0]], ensure_ascii=False)
        for n, (number, _) in enumerate(batch)
    ]
    write_text(part, "\n".join(lines) + "\n")


def _candidate(line: str) -> tuple[tuple[str, ...], str]:
    """The sides of a candidate without needless space, and why it is none."""
    sides = tuple(" ".join(cell.split()) for cell in line.split("\t"))
    if "\ufffd" in line:
        return sides, "not UTF-8"
    if not all(sides):
        return sides, "empty"
    return sides, "" if len(sides) <= 2 else "columns"


@cache
def _loaded(row_id: str) -> Any:
    return load(tables.system(row_id), ())


def _join(parts: Sequence[Path], folder: Path) -> Sifted:
    """The parts in their order, without repeated pairs; both files appear when they are complete."""
    once, dropped = Once(), Counter[str]()
    candidates = kept = 0
    checksum = hashlib.sha256()
    names = [folder / "pairs.tsv", folder / "dropped.tsv"]
    unfinished = [name.with_name(f"{name.name}.part") for name in names]
    with ExitStack() as stack:
        good, bad = (stack.enter_context(path.open("w", encoding="utf-8", newline="\n")) for path in unfinished)
        for part in parts:
            for line in part.read_text("utf-8").split("\n")[:-1]:
                number, fault, *sides = json.loads(line)
                candidates += 1
                if not fault and once.seen(pairs.key(Pair(sides[0], sides[1], ("", "")))):
                    fault = "duplicates"
                if fault:
                    dropped[fault] += 1
                    bad.write(f"{number}\t{fault}\n")
                else:
                    kept += 1
                    text = "\t".join(sides) + "\n"
                    checksum.update(text.encode())
                    good.write(text)
    for path, name in zip(unfinished, names, strict=True):
        path.replace(name)
    return Sifted(candidates, kept, dict(dropped.most_common()), checksum.hexdigest())
