"""The house stays a house: imports go down, rooms of one floor never meet, nothing is called utils."""

import ast
import re
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "qadam"
FLOOR = {
    **dict.fromkeys(("terms", "errors", "look"), 0),
    **dict.fromkeys(("kazakh", "stats"), 1),
    **dict.fromkeys(("metrics", "systems", "catalogue", "store"), 2),
    **dict.fromkeys(("studies", "annotation", "lab", "publish"), 3),
    "cli": 4,
}
FILES = sorted(SRC.rglob("*.py"))
HEAVY = {"torch", "transformers", "sklearn", "matplotlib", "pandas"}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            if node.module == "qadam":
                yield from (f"qadam.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SRC)))
def test_imports_go_down(path):
    here = path.relative_to(SRC).parts[0].removesuffix(".py")
    if here in ("__init__", "__main__"):
        return
    for module in imported(path):
        there = module.split(".")[1] if module.startswith("qadam.") else None
        if there in FLOOR:
            assert there == here or FLOOR[there] < FLOOR[here], (
                f"{path} (floor {FLOOR[here]}) imports {module} (floor {FLOOR[there]})"
            )


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SRC)))
def test_heavy_packages_live_in_systems_only(path):
    if path.relative_to(SRC).parts[0] != "systems":
        assert not HEAVY & {module.split(".")[0] for module in imported(path)}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SRC)))
def test_a_file_opens_with_one_sentence_saying_what_it_is_for(path):
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert docstring and len(docstring.splitlines()[0]) <= 120


def test_every_room_stands_on_a_floor_and_has_a_telling_name():
    rooms = {p.relative_to(SRC).parts[0].removesuffix(".py") for p in FILES} - {"__init__", "__main__"}
    assert rooms <= set(FLOOR)
    vague = re.compile(r"utils?|helpers?|common|misc|manager|handler|core|base|engine")
    assert not [p for p in FILES if vague.fullmatch(p.stem)]


def test_addresses_and_checksums_are_rows_not_code():
    address = re.compile(r"[\"']https?://(?!127\.0\.0\.1|localhost)[^\"']+/[^\"']+[\"']|[\"'][0-9a-f]{64}[\"']")
    found = {str(p.relative_to(SRC)): m.group(0) for p in FILES if (m := address.search(p.read_text("utf-8")))}
    assert not found


def test_terms_imports_nothing_of_ours():
    rooms = {m for path in (SRC / "terms").glob("*.py") for m in imported(path) if m.startswith("qadam")}
    assert not {m for m in rooms if not m.startswith("qadam.terms.")}


def test_rooms_of_systems_stand_in_no_circle():
    above = {p.name: set() for p in (SRC / "systems").iterdir() if (p / "__init__.py").exists()}
    for path in (SRC / "systems").glob("*/*.py"):
        theirs = {f"{module}.".split(".")[2] for module in imported(path) if module.startswith("qadam.systems.")}
        above[path.parent.name] |= (theirs & set(above)) - {path.parent.name}
    while free := [room for room, needed in above.items() if not needed & set(above)]:
        for room in free:
            del above[room]
    assert not above, f"these import each other: {above}"
