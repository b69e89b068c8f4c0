"""A thousand questions to an instant local endpoint, whole commands: Qadam, lm-evaluation-harness and Inspect, one run.

The peers live in a virtual environment of their own, since they bring a hundred packages:

    python -m venv PEERS && PEERS/bin/pip install 'lm-eval[api]' inspect-ai openai transformers
    export QADAM_BENCH_PEERS=PEERS
"""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
SERVER = HERE.parent / "tests" / "systems" / "endpoint_server.py"
QUESTIONS, RECORDED = 1_000, 12_000
ABSENT = "not installed: see bench/asking.py"

LM_EVAL_TASK = """
task: thousand
dataset_path: json
dataset_kwargs: {{data_files: {{test: {items}}}}}
test_split: test
output_type: generate_until
doc_to_text: "{{{{question}}}}\\n{{% for c in choices %}}{{{{'ABCD'[loop.index0]}}}}) {{{{c}}}}\\n{{% endfor %}}Жауап:"
doc_to_target: answer
generation_kwargs: {{until: ["\\n"], max_gen_toks: 200, do_sample: false}}
filter_list: [{{name: letter, filter: [{{function: regex, regex_pattern: "Жауап: ([A-D])"}}, {{function: take_first}}]}}]
metric_list: [{{metric: exact_match, aggregation: mean, higher_is_better: true}}]
"""
INSPECT_TASK = """
import json
from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.scorer import pattern
from inspect_ai.solver import generate

@task
def thousand():
    rows = [json.loads(line) for line in open({items!r}, encoding="utf-8")]
    shown = lambda row: row["question"] + "".join(f"\\n{{a}}) {{b}}" for a, b in zip("ABCD", row["choices"]))
    samples = [Sample(input=shown(row), target=row["answer"]) for row in rows]
    return Task(dataset=samples, solver=generate(), scorer=pattern(r"Жауап: ([A-D])"))
"""


def questions(path: Path, count: int) -> Path:
    """So many questions with four options each, the right letter evenly spread."""
    options = ["Абай Құнанбайұлы", "Мұхтар Әуезов", "Мағжан Жұмабаев", "Ілияс Жансүгіров"]
    rows = (
        {"question": f"{n}-сұрақ: бұл өлеңді кім жазған?", "choices": options, "answer": "ABCD"[n % 4]}
        for n in range(count)
    )
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def recorded(path: Path, items: str) -> Path:
    """An answer of some length to every question, with other options named on the way."""
    thought = "Алдымен әр нұсқаны қарайық. A) дұрыс емес сияқты, өйткені заманы бөлек. " * 8
    lines = (
        {"item": f"{items}-{n + 1:03d}", "condition": "direct-kk", "text": f"{thought}\nЖауап: {'ABCD'[n % 3]}"}
        for n in range(RECORDED)
    )
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")
    return path


def timed(command: list[str], folder: Path, **environment: str) -> tuple[float, float]:
    """Seconds of a whole command, and of its processors; what it prints is shown only if it fails."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env={**os.environ, **environment})
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def qadam(folder: Path, items: Path, system: str, name: str) -> tuple[float, float]:
    """`qadam run` on these questions, with an empty cache."""
    line = [sys.executable, str(HERE / "thousand.py"), "run", "english-cot", "--system", system, "--out", f"out-{name}"]
    return timed(line, folder, QADAM_BENCH_ITEMS=str(items), QADAM_HOME=str(folder / f"home-{name}"))


def lm_eval(folder: Path, items: Path, url: str, peers: Path) -> tuple[float, float]:
    """lm-evaluation-harness on the same questions, its fastest settings for chat endpoints."""
    (folder / "task").mkdir()
    (folder / "task" / "thousand.yaml").write_text(LM_EVAL_TASK.format(items=items), "utf-8")
    model = f"base_url={url}/chat/completions,model=fake,num_concurrent=50,tokenizer_backend=None"
    line = [str(peers / "lm-eval"), "run", "--model", "local-chat-completions", "--model_args", model]
    line += ["--tasks", "thousand", "--include_path", "task", "--apply_chat_template"]
    return timed(line, folder, HF_HUB_OFFLINE="1", OPENAI_API_KEY="x", HF_HOME=str(folder / "hf"))


def inspect(folder: Path, items: Path, url: str, peers: Path) -> tuple[float, float]:
    """Inspect on the same questions."""
    (folder / "inspect_task.py").write_text(INSPECT_TASK.format(items=str(items)), "utf-8")
    line = [str(peers / "inspect"), "eval", "inspect_task.py", "--model", "openai-api/local/fake"]
    line += ["--display", "none", "--log-dir", "logs", "--max-connections", "50"]
    return timed(line, folder, LOCAL_BASE_URL=url, LOCAL_API_KEY="x")


def main() -> None:
    """Print the rows: questions asked, against each peer that is installed, and answers read again."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url, peers = f"http://127.0.0.1:{port}/v1", Path(os.environ.get("QADAM_BENCH_PEERS", "/nowhere")) / "bin"
    server = subprocess.Popen([sys.executable, str(SERVER), str(port)])
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            time.sleep(1)
            items = questions(folder / "items.jsonl", QUESTIONS)
            wall, cpu = qadam(folder, items, f"openai:fake@{url}", "asked")
            what = f"{QUESTIONS:,} questions to an instant endpoint, whole command"
            for title, program, peer in (("lm-eval 0.4", "lm-eval", lm_eval), ("Inspect 0.3", "inspect", inspect)):
                if not (peers / program).exists():
                    print(f"| {what} | {wall:.1f} s (CPU {cpu:.1f} s) | {title}: {ABSENT} | - |")
                    continue
                theirs, used = peer(folder, items, url, peers)
                print(
                    f"| {what} | {wall:.1f} s (CPU {cpu:.1f} s) | {theirs:.1f} s (CPU {used:.1f} s, {title}) | {theirs / wall:.1f} |"
                )
            many = questions(folder / "many.jsonl", RECORDED)
            answers = recorded(folder / "answers.jsonl", "many")
            wall, cpu = qadam(folder, many, f"file:{answers}", "recorded")
            print(
                f"| {RECORDED:,} recorded answers read and scored again, whole command | {wall:.1f} s (CPU {cpu:.1f} s) | "
                "lm-eval cannot; Inspect needs its own log | - |"
            )
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
