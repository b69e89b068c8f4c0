"""The documents say what the program does: every verb, every problem, no broken link, nothing of this machine."""

import re
import subprocess
from pathlib import Path

import pytest
import typer.main

from qadam.catalogue import tables
from qadam.cli import app

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_every_verb_stands_in_the_readme():
    text = (ROOT / "README.md").read_text("utf-8")
    assert not [verb for verb in typer.main.get_command(app).commands if f"qadam {verb}" not in text]


def test_the_readme_lists_the_problems_as_the_catalogue_has_them():
    text = (ROOT / "README.md").read_text("utf-8")
    studies = {p.stem.replace("_", "-") for p in (ROOT / "src/qadam/studies").glob("[a-z]*.py")}
    for problem in tables.problems():
        state = f"`qadam run {problem.id}`" if problem.id in studies else "no study yet"
        assert f"| {problem.number} | `{problem.id}` | {problem.title['en']} | {problem.difficulty} | {state} |" in text


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_links_inside_the_repository_lead_somewhere(path):
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), target


def test_the_repository_names_no_machine_of_ours_and_no_registry():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a checkout")
    hosts = "|".join(["py" + "pi", "python" + "hosted", "npm" + "js", "deb" + "ian"])
    bad = re.compile(rf"(?<![\w.])/(work|root)/|https?://[^\s\"']*({hosts})", re.I)
    files = [ROOT / name for name in listed.stdout.splitlines()]
    found = {
        str(p.relative_to(ROOT)): m.group(0)
        for p in files
        if p.is_file() and (m := bad.search(p.read_text("utf-8", errors="ignore")))
    }
    assert not found


def test_the_changelog_knows_the_version():
    from qadam import __version__

    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
