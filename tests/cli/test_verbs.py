"""The command line as a person meets it: whole processes, their output, their exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

QADAM = [sys.executable, "-m", "qadam"]


@pytest.fixture(scope="module")
def qadam(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")

    def call(*words, cwd=None, **environment):
        own = {k: v for k, v in os.environ.items() if not k.startswith("QADAM_")}
        own |= {"QADAM_HOME": str(home), "QADAM_OFFLINE": "1", "COLUMNS": "200"}
        own |= {name: str(value) for name, value in environment.items()}
        return subprocess.run(
            [*QADAM, *map(str, words)], capture_output=True, text=True, encoding="utf-8", env=own, cwd=cwd
        )

    return call


@pytest.fixture(scope="module")
def out(qadam, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out")
    done = qadam("run", "tokenizer-tax", "--profile", "sample", "--out", folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_first_run_ends_by_naming_the_page(qadam, out, tmp_path):
    for name in ("torch", "transformers"):  # `make run` installs neither; networks are trained in tests of their own
        (tmp_path / f"{name}.py").write_text("raise ImportError", encoding="utf-8")
    said = qadam("run", "--all", "--out", out, PYTHONPATH=tmp_path)
    assert "pip install 'qadam[train]'" in said.stdout
    page = Path(said.stdout.rstrip().splitlines()[-1].removeprefix("Open: "))
    assert page.name == "report.html" and page.is_file()
    assert {p.name for p in page.parent.iterdir()} == {"report.html", "report.md", "table.csv"}
    assert "Demonstration" in said.stdout and "Traceback" not in said.stderr


def test_json_is_one_document_and_nothing_else(qadam, out):
    said = qadam("run", "tokenizer-tax", "--out", out, "--json")
    document = json.loads(said.stdout)
    assert document["problem"] == "tokenizer-tax" and document["profile"] == "sample"
    assert {m["condition"] for m in document["measurements"]} == {"kk", "en", "tr", "ru", "ky", "uz"}
    assert said.stderr == ""


def test_score_and_report_need_no_system(qadam, out):
    assert json.loads(qadam("score", "tokenizer-tax", "--out", out, "--json").stdout)["measurements"]
    assert qadam("report", "tokenizer-tax", "--out", out).stdout.strip().endswith("report.html")


def test_the_site_has_every_problem_in_three_languages(qadam, out):
    assert qadam("site", "build", "--out", out).returncode == 0
    for folder in ("", "kk", "ru"):
        assert len(list((out / "site" / folder / "problems").glob("*.html"))) == 20


def test_every_list_and_every_row_can_be_shown(qadam):
    for what in ("problems", "datasets", "systems", "schemes"):
        assert qadam("list", what).returncode == 0
        assert isinstance(json.loads(qadam("list", what, "--json").stdout), list)
    for name in ("tokenizer-tax", "script-ocr", "sib-200", "o200k_base"):
        assert qadam("show", name).returncode == 0
        assert json.loads(qadam("show", name, "--json").stdout)["id"] == name


def test_the_plan_runs_nothing(qadam, tmp_path):
    said = qadam("run", "tokenizer-tax", "--profile", "laptop", "--plan", "--out", tmp_path)
    assert said.returncode == 0 and "blocked" in said.stdout and not list(tmp_path.iterdir())
    plan = json.loads(qadam("run", "tokenizer-tax", "--plan", "--json", "--out", tmp_path).stdout)
    assert plan["missing"] >= 24 and plan["download_bytes"] == 0 and plan["memory_mb"] > 0


@pytest.mark.parametrize(
    "words, code, told",
    [
        (["run", "tokenizer-taks"], 2, "Did you mean 'tokenizer-tax'"),
        (["run"], 2, "name a study"),
        (["run", "tokenizer-tax", "--system", "o200k"], 2, "o200k_base"),
        (["run", "tokenizer-tax", "--system", "missing/tokenizer.json"], 2, "no file"),
        (["run", "tokenizer-tax", "--profile", "desktop"], 2, "no profile"),
        (["run", "tokenizer-tax", "--frobnicate"], 2, "No such option"),
        (["run", "tokenizer-tax", "--profile", "laptop"], 1, "qadam fetch"),
        (["run", "tokenizer-tax", "--profile", "laptop", "--system", "llama-3"], 1, "qadam fetch"),
        (["score", "tokenizer-tax"], 1, "no stored record"),
        (["list", "problem"], 2, "'problems'"),
        (["show", "sib"], 2, "sib-200"),
        (["fetch", "sib-200"], 1, "network is off"),
        (["fetch", "nothing"], 2, "See all"),
        (["audit", "sib-200"], 1, "network is off"),
        (["cite", "nothing"], 2, "See all"),
    ],
)
def test_faults_name_the_thing_and_the_next_command(qadam, tmp_path, words, code, told):
    said = qadam(*words, cwd=tmp_path)
    assert said.returncode == code, said.stderr
    assert told in said.stderr and "Traceback" not in said.stderr and said.stdout == ""


def test_a_file_that_is_no_tokenizer_is_said_and_ends_with_1(qadam, tmp_path):
    bad = tmp_path / "tokenizer.json"
    bad.write_text("{}")
    said = qadam("run", "tokenizer-tax", "--system", bad, "--system", "characters", "--out", tmp_path / "out")
    assert said.returncode == 1 and "BadTokenizer" in said.stderr and "characters" in said.stdout


def test_a_folder_that_cannot_be_written_is_said(qadam, tmp_path):
    (tmp_path / "records").write_text("in the way")
    said = qadam("run", "tokenizer-tax", "--out", tmp_path)
    assert said.returncode == 1 and "--out DIR" in said.stderr and "Traceback" not in said.stderr


def test_debug_shows_the_traceback(qadam):
    assert "Traceback" in qadam("show", "nothing", "--debug").stderr


def test_bibtex_has_the_claim_the_data_and_the_systems(qadam):
    text = qadam("cite", "tokenizer-tax").stdout
    for key in ("kazbyte-2026", "sib-200-2023", "llama-3-2024", "tiktoken-2026"):
        assert f"{{{key}," in text
    assert text.count("{") == text.count("}")


def test_the_doctor_finds_what_is_here(qadam, tmp_path):
    said = json.loads(qadam("doctor", "--json", QADAM_MIRROR=str(tmp_path / "none")).stdout)
    states = {check["what"]: check["state"] for check in said}
    assert states["numpy"] == "good" and states["mirror"] == "bad"


def test_the_doctor_names_the_keys_that_are_set_and_shows_none(qadam):
    said = qadam("doctor", "--json", QADAM_API_KEY_LLM_EXAMPLE_KZ="sk-secret").stdout
    (keys,) = (check for check in json.loads(said) if check["what"] == "endpoint keys")
    assert "QADAM_API_KEY_LLM_EXAMPLE_KZ" in keys["found"] and "sk-secret" not in said


def test_output_survives_a_narrow_code_page(qadam, out):
    assert "·" in qadam("run", "tokenizer-tax", "--out", out, PYTHONIOENCODING="cp1252").stdout


@pytest.mark.parametrize(
    "verb", ["list", "show", "run", "score", "report", "fetch", "audit", "cite", "doctor", "site build"]
)
def test_every_verb_has_an_example_in_its_help(qadam, verb):
    text = qadam(*verb.split(), "--help").stdout
    assert "Example" in text and f"qadam {verb}" in text


@pytest.mark.skipif(os.name == "nt", reason="pipes close otherwise on Windows")
def test_a_reader_that_leaves_early_is_no_fault(tmp_path):
    said = subprocess.run(
        f"{sys.executable} -m qadam list systems --json | head -1", shell=True, capture_output=True, text=True
    )
    assert "Traceback" not in said.stderr and "BrokenPipe" not in said.stderr


def test_a_table_of_ones_own_takes_the_place_of_the_data(qadam, tmp_path):
    (tmp_path / "пікірлер.csv").write_text("id,text\n1,Маған қатты ұнады\n2,потом үйге келдім\n3,Жақсы екен\n", "utf-8")
    words = [
        "run",
        "code-switching",
        "--profile",
        "laptop",
        "--out",
        tmp_path / "out",
        "--data",
        tmp_path / "пікірлер.csv",
    ]
    said = json.loads(qadam(*words, "--json").stdout)
    assert said["exploratory"] and {m["n"] for m in said["measurements"]} <= {0, 1, 2, 3}
    assert qadam(*words[:-1], f"{tmp_path / 'пікірлер.csv'}:жоқ").returncode == 1
    assert qadam("run", "tokenizer-tax", "--data", tmp_path / "пікірлер.csv").returncode == 2
    assert qadam("run", "code-switching", "--data", "nowhere.csv").returncode == 2
