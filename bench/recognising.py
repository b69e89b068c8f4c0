"""How long 100,000 utterances take to align, count and resample by speaker, on one core; jiwer aligns the same ones beside it."""

from __future__ import annotations

import random
import time
from importlib.metadata import version

import numpy as np

from qadam.catalogue import items
from qadam.catalogue.fetch import Places
from qadam.metrics.wer import RATES, RAW, Errors, Heard
from qadam.stats.interval import Interval, percentile, resample

PAIRS, SPEAKERS, RESAMPLES = 100_000, 2_000, 1_000


def pairs() -> list[tuple[str, str]]:
    """Sentences of the sample, ten words each, one word in five replaced, left out or doubled."""
    drawn = random.Random(13)
    words = [
        w for item in items.load("asr-mini/all", Places.from_environment()) for w in str(item.input).lower().split()
    ]
    made = []
    for _ in range(PAIRS):
        gold = drawn.choices(words, k=10)
        heard = [
            w
            for word in gold
            for w in (drawn.choice(([drawn.choice(words)], [], [word, word])) if drawn.random() < 0.2 else [word])
        ]
        made.append((" ".join(gold), " ".join(heard)))
    return made


def interval(said: list[tuple[str, str]], profile: str, metric: str) -> tuple[Interval, float, float]:
    """The word error rate under one way of writing, from 1,000 resamples of speakers; seconds, and those of the processor."""
    count, wer = Errors(profile), next(its for its in RATES if its.name == metric)
    started, cpu = time.perf_counter(), time.process_time()
    rows = [count(Heard(found, gold), gold) for gold, found in said]
    columns = tuple(rows[0])
    counts = np.array([[row[name] for name in columns] for row in rows])
    drawn = resample((counts, columns), groups=[n % SPEAKERS for n in range(PAIRS)], resamples=RESAMPLES)
    found = percentile(*drawn.scored(wer.score))
    return found, time.perf_counter() - started, time.process_time() - cpu


def main() -> None:
    """As written beside jiwer, and brought to the form of the study first, which jiwer does not do."""
    import jiwer

    said = pairs()
    found, ours, own = interval(said, RAW, "wer_raw")
    started, cpu = time.perf_counter(), time.process_time()
    gold, heard = [g for g, _ in said], [f for _, f in said]
    theirs, letters = jiwer.process_words(gold, heard), jiwer.process_characters(gold, heard)
    peer, its = time.perf_counter() - started, time.process_time() - cpu
    if abs(theirs.wer - found.value) > 1e-12 or not found.low < found.value < found.high or letters.cer <= 0:
        raise SystemExit(f"The two do not agree: {found.value} and {theirs.wer}.")
    what = "align words and letters of 100,000 utterances"
    print(
        f"| {what}; with us an interval from 1,000 resamples of speakers | {ours:.1f} s ({own:.1f} s CPU) | "
        f"{peer:.1f} s ({its:.1f} s CPU, jiwer {version('jiwer')}, no interval) | {peer / ours:.1f} |"
    )
    _, ours, own = interval(said, "wer", "wer")
    print(
        f"| {what} after bringing both sides to the form wer@1, interval included, one core | {ours:.1f} s ({own:.1f} s CPU) | "
        f"20 s (the time allowed) | {20 / ours:.1f} |"
    )


if __name__ == "__main__":
    main()
