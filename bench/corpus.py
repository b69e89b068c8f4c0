"""A corpus scanned shard by shard against each measure called bare on the same texts, one worker, in turn."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from qadam.catalogue import corpus, items
from qadam.catalogue.fetch import Places
from qadam.lab import scan

REPEATS = 5
COPIES = {"script": 4000, "audit": 1500, "fertility": 1500, "morphology": 4000, "codeswitch": 60}


def main() -> None:
    """Print one table row per measure; reading, adding up and keeping count against the scan."""
    places = Places.from_environment()
    texts = [item.input["kk"] for item in items.load("parallel-mini/all", places)]
    with tempfile.TemporaryDirectory() as folder:
        for name, copies in COPIES.items():
            path = Path(folder) / f"{name}.txt"
            path.write_text("\n".join(texts * copies) + "\n", encoding="utf-8")
            spec = scan.Spec((name,), ("o200k_base",) if name == "fertility" else (), places)
            cut = corpus.shards([str(path)])
            batches = [batch for shard in cut for batch in corpus.read(shard)]
            (gauge,) = scan._gauges(spec)
            whole, bare = [], []
            for turn in range(REPEATS + 1):
                started = time.process_time()
                scan.scan(cut, spec, out=Path(folder) / f"{name}-{turn}")
                between = time.process_time()
                for batch in batches:
                    gauge.count(batch)
                    gauge.keys(batch) if gauge.keys else None
                if turn:  # the first warms both
                    whole.append(between - started)
                    bare.append(time.process_time() - between)
            ours, theirs = statistics.median(whole), statistics.median(bare)
            megabytes = path.stat().st_size / 1e6
            print(
                f"| scan a corpus, {name}, CPU | {megabytes / ours:.1f} MB/s | {megabytes / theirs:.1f} MB/s"
                f" (the measure called bare) | {theirs / ours:.2f} |"
            )


if __name__ == "__main__":
    main()
