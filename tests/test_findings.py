"""docs/findings.md says of released records what stands in them."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SECTIONS = dict(
    section.split("\n", 1) for section in (ROOT / "docs" / "findings.md").read_text("utf-8").split("\n## ")[1:]
)
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")


def studies(title):
    named = [name.strip() for name in re.split(r",| and ", title.split(":")[0])]
    return [slug for slug in named if (ROOT / "results" / "records" / slug).is_dir()]


def printed(slug):
    """Every number that the released verdict of a study says, and every value that it measured."""
    found = []
    for path in (ROOT / "results" / "records" / slug).glob("laptop-*/**/*.json"):
        document = json.loads(path.read_text("utf-8"))
        if path.name == "verdict.json":
            verdict = document["verdict"]
            found += [verdict[name] for name in ("effect", "low", "high")]
            found += [float(number) for reason in verdict["reasons"] for number in NUMBER.findall(reason)]
        else:
            found += [m[name] for m in document["measurements"] for name in ("value", "low", "high")]
    return [value for value in found if value is not None]


@pytest.mark.parametrize("title", SECTIONS)
def test_every_figure_is_in_the_records(title):
    slugs = studies(title)
    assert slugs, f"no released study is named in {title!r}"
    values = [value for slug in slugs for value in printed(slug)]
    ours = re.findall(r"\*\*([-+]?[\d.]+)\*\*", SECTIONS[title])
    strange = []
    for figure in ours:
        half = 0.5 * 10.0 ** -len(figure.partition(".")[2]) + 1e-9
        signed = figure[0] in "+-"
        if not any(abs((value if signed else abs(value)) - float(figure)) <= half for value in values):
            strange.append(figure)
    assert not strange
    assert ours or "cannot be asked" in title


@pytest.mark.parametrize("title", SECTIONS)
def test_each_says_what_was_said_what_was_found_and_how_far_it_goes(title):
    for heading in ("\nSaid", "\nFound", "\nLimits"):
        assert heading in SECTIONS[title]
