"""Our bootstrap beside scipy's, in one run: a paired ratio, 10,000 items, 10,000 resamples."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import scipy.stats

from qadam.stats.interval import resampled_sums
from qadam.stats.paired import paired_draws

RESAMPLES = 10_000
BATCHES = (10, 50, 200)  # resamples that scipy holds in memory at once; its fastest counts


def seconds(work: Callable[[], object], *, repeats: int = 3) -> float:
    """The shortest of a few runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def paired_ratio(items: int) -> dict[str, object]:
    """The interval of a ratio of sums, by both programs on the same counts."""
    rng = np.random.default_rng(13)
    length = rng.gamma(2, 10, size=items) + 1
    kk, en = rng.poisson(3 * length), rng.poisson(1.25 * length)

    def ours() -> object:
        return paired_draws({"n": kk}, {"n": en}, score=lambda s: s["n"], resamples=RESAMPLES).interval

    def scipys(batch: int) -> object:
        return scipy.stats.bootstrap(
            (kk, en),
            lambda a, b, axis: a.sum(axis) / b.sum(axis),
            paired=True,
            method="percentile",
            n_resamples=RESAMPLES,
            batch=batch,
            random_state=np.random.default_rng(13),
        ).confidence_interval

    peer, batch = min((seconds(lambda b=batch: scipys(b)), batch) for batch in BATCHES)
    mine = seconds(ours)
    return {
        "what": f"paired ratio, {items:,} items, {RESAMPLES:,} resamples",
        "qadam_seconds": mine,
        "peer": f"scipy.stats.bootstrap {scipy.__version__}, batch {batch}",
        "peer_seconds": peer,
        "times_faster": peer / mine,
    }


def many_systems(items: int, columns: int) -> dict[str, object]:
    """The same draws for one system after another: the first call draws, the others only sum."""
    rows = np.random.default_rng(13).poisson(20, size=(items, columns))
    first = seconds(lambda: resampled_sums(rows, resamples=RESAMPLES, seed=time.perf_counter_ns()))
    later = seconds(lambda: resampled_sums(rows, resamples=RESAMPLES), repeats=6)
    return {
        "what": f"{columns} columns, {items:,} items, {RESAMPLES:,} resamples, draws remembered",
        "qadam_seconds": later,
        "peer": "the same with new draws",
        "peer_seconds": first,
        "times_faster": first / later,
    }


def main() -> None:
    """Print one table row per comparison."""
    for row in (paired_ratio(10_000), many_systems(1_000, 8)):
        print(
            f"| {row['what']} | {row['qadam_seconds']:.3f} s | {row['peer_seconds']:.3f} s ({row['peer']}) "
            f"| {row['times_faster']:.2f} |"
        )


if __name__ == "__main__":
    main()
