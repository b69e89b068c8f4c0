"""Models that are reckoned with and not run: the shape of one, the tokens of a text, and the speed of this machine.

A row says the shape in the words of `options.shape`: layers, width, heads, groups (heads of keys and values), head (their
width), inner, vocabulary, tied, and bits (per weight). With a file that is its tokenizer.json the tokens of a text are
counted; without one every word is taken for a single token. No vocabulary that splits at white space needs fewer, so
that whoever is too slow on paper is too slow in fact.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from qadam.systems.clock import held_to
from qadam.terms import Ask, Clock, SystemRow

TRIES = 8  # the fastest counts
FASTER, FASTER_WITH_TILES = 4, 32  # operations on 8 bits for one on 32: AVX-512 VNNI against FMA; AMX against the same
SIDE = 768  # rows and columns of a matrix; 2 MB fit the cache of a core
STRETCH = 1 << 25  # numbers of 4 bytes read from memory: four times the largest cache we met


class OnPaper:
    """A model that answers with what it would take to answer."""

    def __init__(self, name: str, shape: dict[str, Any], count: Callable[[str], int]) -> None:
        self.name, self._shape, self._count = name, shape, count

    def answer(self, inputs: Sequence[Ask]) -> list[dict[str, Any]]:
        """For each question its shape, tokens and characters, and what this machine does in a second at best."""
        gflops, gigabytes = speed(Clock().threads)
        facts = {"shape": self._shape, "gflops": gflops * low_bits(), "gigabytes": gigabytes}
        texts = (ask.prompt + "".join(ask.continuations) for ask in inputs)
        return [{**facts, "tokens": self._count(text), "characters": len(text)} for text in texts]


def load(row: SystemRow, paths: Sequence[Path]) -> OnPaper:
    """The model a row describes, with its tokenizer if the row names one."""
    count: Callable[[str], int] = _words
    if paths:
        from tokenizers import Tokenizer

        vocabulary = Tokenizer.from_file(str(paths[0]))

        def count(text: str) -> int:
            return len(vocabulary.encode(text).ids)

    return OnPaper(row.id, dict(row.options["shape"]), count)


def _words(text: str) -> int:
    return max(1, len(text.split()))


@cache
def low_bits() -> int:
    """How many times faster than in 32 bits this processor may count in 8: more than any kernel we know of does."""
    try:
        flags = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return FASTER_WITH_TILES
    return FASTER if "sse2" in flags and "amx_int8" not in flags else FASTER_WITH_TILES


@cache
def speed(threads: int) -> tuple[float, float]:
    """What this machine does in a second on so many threads: 10^9 operations of 32 bits, 10^9 bytes read from memory.

    Operations are those of a matrix product, the best of what a model does; bytes are read one after the other. Seconds
    are of processor time, so that nobody is shut out because others use the machine; and threads are taken to help each
    other fully, which they never do.
    """
    square = np.random.default_rng(13).standard_normal((SIDE, SIDE), dtype=np.float32)
    long = np.ones(STRETCH, dtype=np.float32)
    with held_to(threads):
        product, reading = _least(lambda: square @ square), _least(long.max)
    return threads * 2 * SIDE**3 / product / 1e9, threads * 4 * STRETCH / reading / 1e9


def _least(work: Callable[[], Any]) -> float:
    """Seconds of processor time, all threads together, the least of several tries."""
    taken = []
    for _ in range(TRIES):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return min(taken)
