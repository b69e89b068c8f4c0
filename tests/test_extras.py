"""An error message that names an extra names one that exists, and `qadam doctor` looks for every extra."""

import re
import tomllib
from importlib import resources
from pathlib import Path

import pytest

from qadam.cli.health import EXTRAS

SRC = Path(str(resources.files("qadam")))
PROJECT = Path(__file__).parents[1] / "pyproject.toml"
DECLARED = tomllib.loads(PROJECT.read_text("utf-8"))["project"]["optional-dependencies"]
NAMED = {
    (str(path.relative_to(SRC)), extra)
    for path in SRC.rglob("*")
    if path.suffix in {".py", ".toml", ".html", ".js", ".md"}
    for found in re.findall(r"(?:qadam|'\.|\"\.)\[([a-z0-9,-]+)\]", path.read_text("utf-8"))
    for extra in found.split(",")
}


@pytest.mark.parametrize("path, extra", sorted(NAMED))
def test_an_extra_that_a_message_names_exists(path, extra):
    assert extra in DECLARED


def test_the_messages_were_found():
    assert {"classic", "train", "ocr", "speech", "mixed", "tts"} <= {extra for _, extra in NAMED}


def test_the_doctor_looks_for_every_extra_by_a_package_of_it():
    assert set(EXTRAS) == set(DECLARED)
    for extra, package in EXTRAS.items():
        assert package in {re.split(r"[<>=\[]", wanted)[0] for wanted in DECLARED[extra]}, extra
