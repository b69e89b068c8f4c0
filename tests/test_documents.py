"""What the documents tell people to type can be typed: commands are carried out as printed, one document after the other.

What a machine like this cannot do (NOT_CARRIED_OUT says why) is at least read by the command line: every verb, option,
argument and name in it has to exist. Pages that wait for people are answered by people of this file.
"""

import ast
import csv
import gzip
import importlib.util
import json
import re
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qadam.annotation import photographs
from qadam.annotation.adjudicate import Adjudication
from qadam.catalogue import items
from qadam.catalogue.fetch import Places
from qadam.cli import app

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))
import shown  # noqa: E402

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
READ = {path.name: path.read_text("utf-8") for path in DOCUMENTS}
PRINTED = [command for name, text in READ.items() for command in shown.commands(name, text)]
SPOKEN_OF = [command for name, text in READ.items() for command in shown.mentions(name, text)]

PILLOW = importlib.util.find_spec("PIL") is not None
NOT_CARRIED_OUT = {
    r"\b(SLUG|NAME)\b|_TIME\.jsonl": "a placeholder stands in it",
    r"--profile (laptop|full)(?!.*--plan)": "real data, models or a GPU, and the minutes of a real run",
    r"^run (?!tokenizer-tax)[\w-]+( --profile sample)?$": "tests/studies/test_all.py carries out every sample",
    r"^submit ": "hands in a run on real data; tests/cli/test_contributing.py has one",
    r"^sample |^audit kazemotts|clips\.jsonl": "needs data that must be fetched",
    r"--push ": "sends to a hub; tests/publish/test_dataset_push.py has one",
    r"--scheduler ": "asks for a cluster; tests/lab/test_workers.py has one",
    r"--learned": "learns from the files of a mirror, for minutes",
}


def why_not(command):
    """Why a command is not carried out here; empty if it is."""
    return next((why for sign, why in NOT_CARRIED_OUT.items() if re.search(sign, command.text)), "")


# --- what the commands are given, and the people they wait for --------------------------------------------------------

HEADLINES = [
    ("Қалада жаңа мектеп ашылды", "positive"),
    ("Жолда көлік апаты болды", "negative"),
    ("Бүгін кеңес өтті", "neutral"),
]
NAMES = [("Абай Семейде туған .", "B-PERSON B-GPE O O"), ("Ол Алматыға барды .", "O B-GPE O O")]
SENTENCES = ["Мен кеше базарға бардым.", "Бүгін ауа райы жақсы.", "Балалар мектепке барды.", "Марат 25 кітап оқыды."]


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """An empty folder but for the files that a reader of the documents is supposed to have."""
    monkeypatch.chdir(tmp_path)
    for name, value in {"QADAM_HOME": str(tmp_path / "home"), "QADAM_OFFLINE": "1"}.items():
        monkeypatch.setenv(name, value)
    for name in ("QADAM_MIRROR", "HF_TOKEN", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    text = "".join(f"{sentence}\n" for sentence in SENTENCES * 5)
    for name in ("reviews.txt", "heard.txt", "mine.txt", "news.txt"):
        Path(name).write_text(text, "utf-8")
    lines(
        "headlines.jsonl",
        ({"id": f"h{n}", "text": f"{HEADLINES[n % 3][0]} {n}", "licence": "CC0-1.0"} for n in range(30)),
    )
    lines("news.jsonl", ({"body": sentence} for sentence in SENTENCES))
    Path("corpus.txt.gz").write_bytes(gzip.compress(text.encode()))
    Path("shards").mkdir()
    Path("shards/a.txt").write_text(text, "utf-8")
    Path("counts.tsv").write_text("кеше\t20\nмектепке\t7\n", "utf-8")
    Path("candidates.tsv").write_text(
        "".join(f"{s}\t{s}\n" for s in SENTENCES) + "Бұл кітап жақсы.\tBu kitob yaxshi.\n", "utf-8"
    )
    with Path("mine.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(
            [("reference", "hypothesis", "speaker"), *((s, s.lower(), n) for n, s in enumerate(SENTENCES))]
        )
    questions = items.load("choice-mini/test", Places.from_environment())
    lines("answers.jsonl", ({"item": q.id, "condition": "direct-kk", "text": "Жауап: A"} for q in questions))
    Path("valid.conll").write_text(
        "\n".join("".join(f"{t} {tag}\n" for t, tag in zip(s.split(), tags.split(), strict=True)) for s, tags in NAMES),
        "utf-8",
    )
    for number, (name, (sentence, _)) in enumerate(zip(("export.json", "proposals.json"), NAMES, strict=True), 1):
        place, label = (
            re.search(r"Семейде|Алматыға", sentence),
            {"from_name": "label", "to_name": "text", "type": "labels"},
        )
        value = {"start": place.start(), "end": place.end(), "text": place[0], "labels": ["GPE"]}
        said = [{"completed_by": 1, "result": [{**label, "value": value}]}]
        Path(name).write_text(json.dumps([{"id": number, "data": {"text": sentence}, "annotations": said}]), "utf-8")
    if PILLOW:
        photograph(Path("walk/a.png"))
    return tmp_path


def photograph(path):
    """A page with lines, as it looks from afar."""
    from PIL import Image, ImageDraw

    page = Image.new("RGB", (300, 200), "white")
    for top in range(20, 180, 24):
        ImageDraw.Draw(page).rectangle((20, top, 280, top + 8), fill="black")
    path.parent.mkdir()
    page.save(path)


def lines(path, rows):
    Path(path).write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def answer(scheme, item, who="a1"):
    """What somebody says of an item; the second of them sees the first headline differently."""
    if scheme.id == "sentiment3":
        label = next(label for text, label in HEADLINES if item["text"].startswith(text))
        return {"label": "neutral" if (who, item["id"]) == ("a2", "h0") else label}
    if scheme.id == "transcription":
        return {"text": "дәріхана"}
    if scheme.id == "text_review":
        return {"text": item["text"], "label": "approve"}
    return {"spans": []}


def people(work, *, annotators, **_):
    """Stands in for the server of the annotation page: everybody who is named answers everything, and so do two colleagues."""
    if isinstance(work, Adjudication):
        for item in work.open_items():
            gold = answer(work.session.scheme, work.session.items[item])
            work.first_choice(item, gold, by=annotators[0])
            work.settle(item, gold, why="екеуі оқыды", by=annotators[0])
        return
    for who in {*annotators, "a2", "a3"}:
        while task := work.next(who):
            work.save(who, task.item["id"], answer(work.scheme, task.item, who))


def visitor(application, **_):
    """Stands in for the server of the site: one visit to the first page, which has to be there."""
    from starlette.testclient import TestClient

    assert TestClient(application).get("/").status_code == 200


def somebody_who_looks(folder, **_):
    """Stands in for the server of the page of photographs: `by_hand` fills in its table."""
    assert (folder / photographs.TABLE).exists()


def nobody(*_, **__):
    """Whoever waits for somebody who is not here would wait for ever."""
    raise AssertionError("a server was started that nobody visits: see WAITED_FOR")


WAITED_FOR = {
    "qadam.annotation.server.serve": people,
    "qadam.annotation.darkroom.serve": somebody_who_looks,
    "qadam.publish.serve.serve": visitor,
    "uvicorn.Server.run": nobody,
}


def by_hand():
    """What the documents leave to a person: the consent note, and the table of photographs once it lies there."""
    for note in Path("annotation").glob("*/consent.md"):
        note.write_text(re.sub(r"\[[^\]]*\]", "a1, a2, a3", note.read_text("utf-8")), "utf-8")
    if Path("walk", photographs.TABLE).exists():
        cuts = [replace(cut, looked="yes", script="kk-Latn") for cut in photographs.read(Path("walk"))]
        Path("walk", photographs.TABLE).unlink()
        photographs.write(Path("walk"), cuts)


def carried_out(command, given):
    """The standard output of a command, which has to end well."""
    stdin = given if command.piped else command.given.encode()
    if command.reads:
        stdin = Path(command.reads).read_bytes()
    done = CliRunner().invoke(app, list(command.words), input=stdin)
    assert done.exit_code == 0, f"{command.where}: qadam {command.text}\n{done.output}\n{done.exception!r}"
    if command.writes:
        Path(command.writes).write_bytes(done.stdout_bytes)
    return done.stdout_bytes


# --- commands ---------------------------------------------------------------------------------------------------------


def test_every_printed_command_works_one_after_the_other(desk, monkeypatch):
    for server, somebody in WAITED_FOR.items():
        monkeypatch.setattr(server, somebody)
    written, count = b"", 0
    for command in PRINTED:
        if not why_not(command):
            written, count = carried_out(command, written), count + 1
            by_hand()
    assert count > len(PRINTED) / 2


def test_every_reason_not_to_carry_a_command_out_is_needed():
    for sign in NOT_CARRIED_OUT:
        assert any(re.search(sign, command.text) for command in PRINTED), sign


@pytest.mark.parametrize("name", READ)
def test_every_verb_option_and_name_in_a_document_exists(desk, name):
    found = [command for command in (*PRINTED, *SPOKEN_OF) if command.where.startswith(f"{name}:")]
    assert not {f"{c.where}: qadam {c.text}": faults for c in found if (faults := shown.faults(c))}


def test_every_example_in_a_help_text_can_be_typed(desk):
    examples = dict(shown.examples())
    assert len(examples) > 30
    for verb, commands in examples.items():
        assert commands and not {c.text: faults for c in commands if (faults := shown.faults(c))}, verb


# --- what else a document names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", READ)
def test_files_extras_and_targets_that_a_document_names_exist(name):
    text, project = READ[name], tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    named = {span.rstrip("/") for _, span in shown.spans(text) if OURS.fullmatch(span)}
    assert not [span for span in named if not ((ROOT / span).exists() or (ROOT / "src/qadam" / span).exists())]
    extras = {extra for found in re.findall(r"(?:qadam|\.)\[([\w,]+)\]", text) for extra in found.split(",")}
    assert extras <= set(project["optional-dependencies"])
    targets = set(re.findall(r"^(?:    )?make (\w+)|`make (\w+)`", text, re.MULTILINE))
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert not [one for pair in targets for one in pair if one and not re.search(rf"^{one}:", makefile, re.MULTILINE)]


OURS = re.compile(
    r"(?!.*[A-Z]{3})(src|docs|tests|bench|results|catalogue|systems|studies|kazakh|metrics|publish|annotation|lab)/[\w./-]*[\w/]"
)


def test_every_other_script_is_there_and_knows_its_options():
    found = [line.split() for text in READ.values() for _, block in shown.blocks(text) for line in block.splitlines()]
    scripts = [words for words in found if words[:1] == ["python"] and words[1].endswith(".py")]
    assert scripts
    for _, script, *words in scripts:
        source = (ROOT / script).read_text("utf-8")
        assert all(f'"{word}"' in source for word in words if word.startswith("--"))


def test_every_import_in_a_printed_program_works():
    programs = [
        block for text in READ.values() for _, block in shown.blocks(text) if block.startswith(("from ", "import "))
    ]
    assert programs
    for program in programs:
        for node in ast.walk(ast.parse(program)):
            if isinstance(node, ast.ImportFrom):
                module = importlib.import_module(node.module)
                assert all(hasattr(module, name.name) for name in node.names)


# --- the checker itself -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("    qadam run tokenizer-tax --profile sample --frobnicate", "No such option: --frobnicate"),
        ("    qadam run tokenizer-tax --profile desktop", "nothing is named 'desktop'"),
        ("    qadam run tokenizer-taks", "no problem named"),
        ("    qadam run tokenizer-tax --system o200k", "nothing is named 'o200k'"),
        ("    qadam run tokenizer-tax --data sib-2000", "no dataset named"),
        ("```sh\nqadam agree sentiment4\n```", "no scheme named"),
        ("```\nqadam frobnicate\n```", "No such command"),
        ("```console\n$ echo 1 | qadam text number\n```", "No such command"),
        ("    cd out && qadam report tokenizer-tax too-much", "unexpected extra argument"),
        ("    qadam scan corpus.txt.gz --measure scripts", "nothing is named 'scripts'"),
        ("    qadam scan \\\n      --jobs many corpus.txt.gz", "Invalid value for '--jobs'"),
        ("Then `qadam serve --poort 1`.", "No such option: --poort"),
        ("`qadam run SLUG... [--al] [--plan]`", "run has no option --al"),
        ("| `qadam show nothing-at-all` |\n|---|\n", "no dataset named"),
    ],
)
def test_what_is_wrong_in_a_document_is_found(desk, wrong, told):
    text = f"{READ['README.md']}\n\n{wrong}\n"
    found = [f for c in (*shown.commands("copy", text), *shown.mentions("copy", text)) for f in shown.faults(c)]
    assert len(found) == 1 and told in found[0]


def test_a_command_that_fails_fails_the_test(desk):
    (command,) = shown.commands("copy", "    qadam score tokenizer-tax")
    assert not shown.faults(command) and not why_not(command)
    with pytest.raises(AssertionError, match=r"copy:1: qadam score tokenizer-tax"):
        carried_out(command, b"")
