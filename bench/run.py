"""Speed and memory against peers, each comparison in one run; writes bench/RESULTS.md with the machine named.

Never asserted in a test: machines differ, ratios in one run differ less.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
BENCHES = (
    "scanning",
    "bootstrap",
    "startup",
    "asking",
    "switching",
    "annotating",
    "recognising",
    "media",
    "training",
    "corpus",
)


def machine() -> str:
    """The kind of machine, in words."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        model = next(
            (line.split(":")[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line), model
        )
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def main() -> None:
    """Run every bench in a process of its own, so that none inherits another's caches."""
    lines = [
        "# Speed against peers",
        "",
        f"{machine()}, {time.strftime('%Y-%m-%d')}. `make bench` writes this file.",
        "A ratio above 1 means that Qadam is faster than the peer in the same run. CPU is what the processors worked for it:",
        "where it is far below the time, other work kept them busy.",
        "",
        "| what | Qadam | peer | ratio |",
        "|---|---|---|---|",
    ]
    for name in BENCHES:
        answer = subprocess.run(
            [sys.executable, HERE / f"{name}.py"], capture_output=True, text=True, check=True
        ).stdout
        print(answer, end="")
        lines += [line for line in answer.splitlines() if line.startswith("|")]
    (HERE / "RESULTS.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"Written: {HERE / 'RESULTS.md'}")


if __name__ == "__main__":
    main()
