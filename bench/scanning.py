"""Counting tokens with Qadam's adapters against the bare libraries, on the same Kazakh text, in turn."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import tiktoken

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places, fetch
from qadam.systems.load import load
from qadam.systems.words.tokenizer import train_bpe
from qadam.terms import SystemRow

REPEATS = 9
COPIES = 40


def seconds(work: Callable[[], object]) -> float:
    """The time of one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def against(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """Median times of both, taken in turn so that a busy machine slows both."""
    ours(), theirs()
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(REPEATS)]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)


def main() -> None:
    """Print one table row per library."""
    places = Places.from_environment()
    texts = [item.input["kk"] for item in items.load("parallel-mini/all", places)] * COPIES
    megabytes = sum(len(t.encode()) for t in texts) / 1e6

    row = tables.system("o200k_base")
    system = load(row, [fetch(f, places) for f in row.files])
    bare: tiktoken.Encoding = system._encoding
    assert system.count(texts) == [len(ids) for ids in bare.encode_ordinary_batch(texts, num_threads=2)]
    a, b = against(lambda: system.count(texts), lambda: bare.encode_ordinary_batch(texts, num_threads=2))
    _row("count tokens, o200k_base", megabytes, a, b, "tiktoken encode_ordinary_batch")

    path = train_bpe(texts[:200], vocabulary=4000, path=Path(places.home) / "bench" / "bpe.json")
    fast = load(SystemRow("bench", "bench", "tokenizer", "tokenizer.json"), [path])
    library = fast._library
    a, b = against(lambda: fast.count(texts), lambda: library.encode_batch_fast(texts, add_special_tokens=False))
    _row("count tokens, a tokenizer.json", megabytes, a, b, "tokenizers encode_batch_fast")


def _row(what: str, megabytes: float, ours: float, theirs: float, peer: str) -> None:
    print(f"| {what} | {megabytes / ours:.1f} MB/s | {megabytes / theirs:.1f} MB/s ({peer}) | {theirs / ours:.2f} |")


if __name__ == "__main__":
    main()
