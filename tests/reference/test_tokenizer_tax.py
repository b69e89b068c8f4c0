"""The tokenizer tax on real text, against figures computed elsewhere with other code.

Tokens per word (white space) on the 1,004 sentences of SIB-200: measured with tiktoken and tokenizers by a script of
its own in November 2026, from the raw lines of the tables; Qadam reads them as the quoted tables they are, which
moves the figures by at most 0.04 %. Bytes per character of Kazakh on FLORES-200 (2,009 sentences): 1.844, the
byte-premium tool of Arnett et al. (arXiv 2403.00686), file all_merged_20240223.tsv.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif("QADAM_MIRROR" not in os.environ, reason="QADAM_MIRROR is not set: no real data here")

KAZAKH = {  # tokens per word, and its ratio to English
    "o200k_base": (2.438, 1.99),
    "llama-3": (4.772, 3.86),
    "qwen2.5": (4.746, 3.78),
    "cl100k_base": (5.866, 4.75),
    "deepseek-v3": (4.104, 3.33),
    "gemma-2": (3.600, 2.91),
    "tekken": (3.264, 2.58),
}


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    command = [
        sys.executable,
        "-m",
        "qadam",
        "run",
        "tokenizer-tax",
        "--profile",
        "laptop",
        "--offline",
        "--json",
        "--out",
    ]
    said = subprocess.run(
        [*command, str(tmp_path_factory.mktemp("out"))], capture_output=True, text=True, encoding="utf-8"
    )
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)


@pytest.fixture(scope="module")
def values(document):
    return {(m["dataset"], m["system"], m["condition"], m["metric"]): m for m in document["measurements"]}


@pytest.mark.parametrize("system", KAZAKH)
def test_kazakh_tokens_per_word_and_its_ratio_to_english(values, system):
    fertility, ratio = KAZAKH[system]
    assert values["sib-200/all", system, "kk", "fertility_whitespace"]["value"] == pytest.approx(fertility, rel=0.005)
    assert values["sib-200/all", system, "kk", "tax_whitespace"]["value"] == pytest.approx(ratio, rel=0.005)
    assert 1.215 <= values["sib-200/all", system, "en", "fertility_whitespace"]["value"] <= 1.275


def test_bytes_per_character_agree_with_the_byte_premium_tool(values):
    assert values["flores-qolda/all", "utf-8-bytes", "kk", "bytes_per_character"]["value"] == pytest.approx(
        1.844, abs=5e-4
    )


def test_only_what_needs_hugging_face_is_blocked(document):
    blocked = {b["cell"].split(" x ")[1] for b in document["blocked"]}
    assert blocked == {"sozkz-50k", "sherkala", "kaz-roberta"}
    assert all("qadam fetch" in b["unblock"] for b in document["blocked"])


def test_the_verdict_is_the_one_the_rule_gives(document):
    verdict = document["verdict"]
    assert verdict["outcome"] == "supported" and verdict["kind"] == "re-analysis" and not verdict["demonstration"]
    outcomes = {v["system"]: v["outcome"] for v in verdict["by_system"]}
    assert (outcomes["o200k_base"], outcomes["llama-3"], outcomes["qwen2.5"]) == ("refuted", "supported", "supported")


def test_the_audit_stands_beside_the_numbers(document):
    found = {(f["dataset"], f["check"]): f["count"] for f in document["audit"]}
    assert found["kaznerd/test", "duplicates-across"] == 67


def test_the_readme_prints_what_is_measured(values):
    from qadam.catalogue import tables

    text = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    for system in KAZAKH:
        cells = re.search(rf"^\| {re.escape(tables.system(system).title)} \|(.+)\|$", text, re.M).group(1).split("|")
        tax = values["sib-200/all", system, "kk", "tax_whitespace"]
        assert [c.strip() for c in cells[:4]] == [
            f"{values['sib-200/all', system, 'kk', 'fertility_whitespace']['value']:.2f}",
            f"{values['sib-200/all', system, 'en', 'fertility_whitespace']['value']:.2f}",
            f"{tax['value']:.2f} [{tax['low']:.2f}, {tax['high']:.2f}]",
            f"{values['sib-200/all', system, 'kk', 'premium']['value']:.2f}",
        ]
