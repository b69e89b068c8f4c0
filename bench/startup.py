"""How long `qadam --help` takes, the whole process, against bare Python."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time


def best(command: list[str]) -> float:
    """The median of nine runs, in seconds."""
    times = []
    for _ in range(9):
        started = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main() -> None:
    """Print one table row."""
    ours, bare = best([sys.executable, "-m", "qadam", "--help"]), best([sys.executable, "-c", "pass"])
    print(f"| `qadam --help` | {ours:.2f} s | {bare:.2f} s (bare python) | {bare / ours:.2f} |")


if __name__ == "__main__":
    main()
