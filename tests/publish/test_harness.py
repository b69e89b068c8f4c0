"""The bridges hold: what leaves is what a study shows, what comes back scores the same; with the real harnesses if they are there.

The logs below are in the form in which lm-evaluation-harness 0.4.13 and Inspect 0.3.285 write them, written here. To run the
real ones put `lm-eval` and `inspect` on the PATH, or name their folder in QADAM_HARNESSES.
"""

import ast
import json
import os
import shutil
import subprocess
import threading
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from qadam.catalogue import items
from qadam.catalogue.fetch import Places
from qadam.errors import NotReadable, Usage
from qadam.lab import judge, plan, run
from qadam.publish import harness
from qadam.studies import llm_leaderboard, small_native_vs_large
from qadam.terms import Ask

SET = "choice-mini/test"
FORMS = ("Жауап: {}", "B) емес.\nЖауап: ({})", "**Жауап: {}**", "Дұрыс жауап – {})", "Білмеймін.")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return Places(tmp_path_factory.mktemp("home"), (), True)


def asked(study, name, places):
    way = next(c for c in study.protocols["sample"].conditions if c.name == name)
    return [(study.present(item, way), study.expect(item, way)) for item in items.load(SET, places)]


def what(study, name):
    return harness.Exported(study.problem, SET.replace("/", " "), "Сұрақтар «бір»", name, "CC BY 4.0")


@pytest.fixture(scope="module")
def direct(home, tmp_path_factory):
    """The direct questions of the leaderboard, exported for both."""
    out, study = tmp_path_factory.mktemp("tasks"), llm_leaderboard.STUDY
    pairs, about = asked(study, "direct-kk", home), what(study, "direct-kk")
    return pairs, {to: harness.export(pairs, about, to=to, out=out) for to in ("lm-eval", "inspect")}


@pytest.fixture(scope="module")
def likely(home, tmp_path_factory):
    """The same questions to be judged by likelihood."""
    study = small_native_vs_large.STUDY
    pairs = asked(study, "choose", home)
    return pairs, harness.export(pairs, what(study, "choose"), to="lm-eval", out=tmp_path_factory.mktemp("tasks"))


def documents(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def saying(prompt):
    """What a made-up model says to a prompt: always the same, in one of five forms."""
    draw = sha256(prompt.encode()).digest()
    return FORMS[draw[4] % 5].format("ABCD"[draw[5] % 4])


def chance(token, place):
    return -sha256(f"{token} {place}".encode()).digest()[0] / 32


def lm_eval_log(path, found, rows):
    """A file as --log_samples leaves it: one object a line, numbers of likelihood as text."""
    lines = [{"doc_id": n, "doc": d, "resps": resps, "filter": "stated", **score} for n, (d, resps, score) in found]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    assert len(lines) == rows
    return path


def test_what_leaves_is_what_the_study_shows(direct):
    pairs, written = direct
    rows = documents(written["lm-eval"][1])
    assert [(row["id"], row["prompt"], tuple(row["options"])) for row in rows] == [
        (ask.item, ask.prompt, ask.options) for ask, _ in pairs
    ]
    assert all(
        "ABCDEFGH"[row["number"]] == row["answer"] == key.letter for row, (_, key) in zip(rows, pairs, strict=True)
    )
    task = written["lm-eval"][0].read_text("utf-8")
    assert "task: qadam_choice_mini_test_direct_kk\n" in task and str(written["lm-eval"][1]) in task
    code = ast.parse(written["inspect"][0].read_text("utf-8"))  # it is Python, whatever the title says
    assert "qadam_choice_mini_test_direct_kk" in {node.name for node in code.body if isinstance(node, ast.FunctionDef)}


def test_answers_come_back_with_the_score_they_had(direct, home, tmp_path):
    rows = documents(direct[1]["lm-eval"][1])
    said = [saying(row["prompt"]) for row in rows]
    right = [
        float(f": {r['answer']}" in text or f"({r['answer']})" in text) for text, r in zip(said, rows, strict=True)
    ]
    found = enumerate((r, [[text]], {"exact_match": s}) for r, text, s in zip(rows, said, right, strict=True))
    lines = harness.answers(lm_eval_log(tmp_path / "samples_x.jsonl", found, 48))
    scores = harness.scores(lines)
    assert scores.differ == () and scores.theirs == scores.same_form == sum(right) / 48
    assert scores.ours > scores.same_form  # "Дұрыс жауап – B)" names an answer too
    recorded = tmp_path / "answers.jsonl"
    recorded.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    assert measured(llm_leaderboard.STUDY, recorded, "direct-kk", home, tmp_path) == pytest.approx(scores.ours)


def test_likelihoods_come_back_as_likelihoods(likely, home, tmp_path):
    rows = documents(likely[1][1])
    chances = [[chance(text, row["id"]) for text in row["continuations"]] for row in rows]
    best = [
        max(range(4), key=lambda n, c=c, r=r: c[n] / len(r["continuations"][n]))
        for c, r in zip(chances, rows, strict=True)
    ]
    found = enumerate(
        (row, [[[str(c), "False"]] for c in cs], {"acc": 0.0, "acc_norm": float(b == row["number"])})
        for row, cs, b in zip(rows, chances, best, strict=True)
    )
    lines = harness.answers(lm_eval_log(tmp_path / "samples_y.jsonl", found, 48))
    scores = harness.scores(lines)
    assert scores.differ == () and scores.theirs == scores.same_form == scores.ours
    recorded = tmp_path / "answers.jsonl"
    recorded.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    assert measured(small_native_vs_large.STUDY, recorded, "choose", home, tmp_path) == pytest.approx(scores.theirs)


def measured(study, recorded, condition, home, out):
    """The accuracy that a study gives a recorded run."""
    made = plan.make(study, "sample", out=out / "out", places=home, systems=(f"file:{recorded}",))
    blocked = run.run(made)
    found = judge.judge(made, blocked=blocked).measurements
    return next(m.value for m in found if (m.condition, m.metric) == (condition, "accuracy"))


def test_an_inspect_log_comes_back_too(direct, tmp_path):
    rows = documents(direct[1]["inspect"][1])
    log = {
        "samples": [
            {
                "id": row["id"],
                "target": row["answer"],
                "metadata": {name: row[name] for name in ("condition", "question", "options")},
                "output": {"completion": f"Жауап: {row['answer']}"},
                "scores": {"pattern": {"value": "C"}},
            }
            for row in rows
        ]
    }
    (tmp_path / "log.json").write_text(json.dumps(log), "utf-8")
    assert harness.scores(harness.answers(tmp_path / "log.json"))[:3] == (1.0, 1.0, 1.0)


def test_a_disagreement_is_named():
    line = {"item": "q-7", "condition": "direct-kk", "text": "Жауап: A", "options": ["бір", "екі"], "gold": "A"}
    assert harness.scores([{**line, "score": 0.0}]).differ == ("q-7",)


def test_what_cannot_cross_is_told(likely, tmp_path):
    with pytest.raises(Usage, match="likelihood"):
        harness.export(likely[0], what(small_native_vs_large.STUDY, "choose"), to="inspect", out=tmp_path)
    with pytest.raises(Usage, match="no prompt"):
        harness.export([("мәтін", None)], what(llm_leaderboard.STUDY, "x"), to="lm-eval", out=tmp_path)
    with pytest.raises(Usage, match="neither"):
        harness.export(
            [(Ask("1", "names", "?"), {"PERSON": 1})], what(llm_leaderboard.STUDY, "x"), to="lm-eval", out=tmp_path
        )
    (tmp_path / "other.jsonl").write_text('{"doc": {"q": "?"}, "resps": [["x"]]}\n', "utf-8")
    with pytest.raises(NotReadable, match="export"):
        harness.answers(tmp_path / "other.jsonl")
    assert not list(tmp_path.glob("*.yaml"))


# --- the real harnesses --------------------------------------------------------------------------------------------


class MadeUp(BaseHTTPRequestHandler):
    """A server with a model that says what `saying` says."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        content = body["messages"][-1]["content"]
        prompt = content if isinstance(content, str) else "".join(part["text"] for part in content)
        choice = {"index": 0, "message": {"role": "assistant", "content": saying(prompt)}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        document = {
            "id": "1",
            "object": "chat.completion",
            "created": 0,
            "model": "m",
            "choices": [choice],
            "usage": usage,
        }
        sent = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    made_up = ThreadingHTTPServer(("127.0.0.1", 0), MadeUp)
    threading.Thread(target=made_up.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made_up.server_port}/v1"
    made_up.shutdown()


def program(name):
    found = shutil.which(name, path=os.environ.get("QADAM_HARNESSES")) or shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not here: pip install 'lm-eval[api]' inspect-ai openai, in an environment of their own")
    return found


def carried_out(command, environment, folder):
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


def test_the_real_lm_eval_gives_the_score_we_give(direct, server, tmp_path):
    task = direct[1]["lm-eval"][0]
    command = f"run --model local-chat-completions --include_path {task.parent} --tasks {task.stem} --log_samples"
    model = f"base_url={server}/chat/completions,model=m,tokenizer_backend=None"
    words = [*command.split(), "--model_args", model, "--apply_chat_template", "--output_path", str(tmp_path / "log")]
    carried_out(
        [program("lm-eval"), *words], {"HF_HUB_OFFLINE": "1", "OPENAI_API_KEY": "x", "HF_HOME": str(tmp_path)}, tmp_path
    )
    (log,) = Path(tmp_path / "log").rglob("samples_*.jsonl")
    scores = harness.scores(harness.answers(log))
    assert scores.differ == () and 0 < scores.theirs == scores.same_form < scores.ours


def test_the_real_inspect_gives_the_score_we_give(direct, server, tmp_path):
    task = direct[1]["inspect"][0]
    command = (
        f"eval {task.name} --model openai-api/local/m --display none --log-format json --log-dir {tmp_path / 'log'}"
    )
    carried_out([program("inspect"), *command.split()], {"LOCAL_BASE_URL": server, "LOCAL_API_KEY": "x"}, task.parent)
    (log,) = Path(tmp_path / "log").glob("*.json")
    scores = harness.scores(harness.answers(log))
    assert scores.differ == () and 0 < scores.theirs == scores.same_form < scores.ours
