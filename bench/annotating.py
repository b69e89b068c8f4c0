"""From nothing to the first saved decision on the annotation page: one command, its time, and the memory it holds."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

ROUNDS = 5


def first_decision(scheme: str, item: dict[str, object], payload: dict[str, object]) -> tuple[float, float]:
    """Seconds from the start of the command until a decision is acknowledged, and MB of the process at its highest."""
    with tempfile.TemporaryDirectory() as folder:
        items = Path(folder, "items.jsonl")
        items.write_text(json.dumps(item, ensure_ascii=False), encoding="utf-8")
        command = [sys.executable, "-m", "qadam", "annotate", scheme, "--as", "a1", "--items", str(items)]
        command += ["--in", folder, "--port", "0", "--no-browser"]
        started = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            address = next(word for line in process.stdout for word in line.split() if word.startswith("http"))
            with httpx.Client(base_url=address) as client:
                page = client.get("/").text
                check = re.search('name="qadam-check" content="([0-9a-f]+)"', page)
                assert check and str(item["text"]) in page
                headers = {"origin": address.rstrip("/"), "x-qadam-check": check[1]}
                sent = {"item": item["id"], "payload": payload, "request": "1"}
                client.post("/decide", json=sent, headers=headers).raise_for_status()
            seconds = time.perf_counter() - started
            peak = Path(f"/proc/{process.pid}/status").read_text("utf-8")
            process.kill()
        return seconds, int(re.findall(r"VmHWM:\s+(\d+)", peak)[0]) / 1024


def main() -> None:
    """Print one table row per kind of page."""
    if not os.path.isdir("/proc"):
        raise SystemExit("annotating: memory is read from /proc, which this system has not")
    word = {"cuts": [6], "labels": ["STEM", "LOC"], "pos": "NOUN"}
    for scheme, text, payload in (
        ("sentiment3", "Астанада мектеп ашылды", {"label": "positive"}),
        ("morphemes", "мектепте", word),
    ):
        runs = sorted(first_decision(scheme, {"id": "1", "text": text}, payload) for _ in range(ROUNDS))
        seconds, _ = runs[ROUNDS // 2]
        memory = max(megabytes for _, megabytes in runs)
        print(f"| `qadam annotate {scheme}` to the first saved decision | {seconds:.2f} s, {memory:.0f} MB | - | - |")


if __name__ == "__main__":
    main()
