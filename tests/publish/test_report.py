"""The report of a study: complete, self-contained, well-formed, and deaf to hostile text."""

import csv
import io
import re
from dataclasses import fields, replace
from html.parser import HTMLParser

import pytest

from qadam.publish.report import NUMBERS_ON_THE_PAGE, Extras, table, write
from qadam.terms import Dataset, Finding, Measurement

VOID = {"meta", "link", "input", "br", "hr", "img", "path", "use", "circle", "rect"}


class Page(HTMLParser):
    """Reads a page and notes what a test wants to know; fails on a tag that is not closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.ids, self.headings = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.append((tag, found))
        if "id" in found:
            self.ids.append(found["id"])
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
            self.open.pop()


@pytest.fixture(scope="module")
def text(report_page):
    return report_page.read_text("utf-8")


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def written(invented, folder, **changes):
    told = {
        "study": invented.invented_study(),
        "problem": invented.invented_problem(),
        "evidence": invented.invented_evidence(),
        "extras": invented.invented_extras(),
    } | changes
    path = write(told["study"], told["problem"], told["evidence"], out=folder, extras=told["extras"])
    return path.read_text("utf-8")


def test_it_needs_nothing_but_itself(page, text):
    assert not any(tag in ("script", "link", "img", "iframe", "object") for tag, _ in page.tags)
    assert not re.search(r"@import|url\((?!#)|@font-face", text)
    for tag, found in page.tags:
        for name in ("src", "href", "xlink:href", "data"):
            if name in found and tag != "a":
                assert found[name].startswith("#")
    assert len(text.encode()) < 300_000


def test_ids_are_unique_and_every_anchor_arrives(page):
    assert len(page.ids) == len(set(page.ids))
    for tag, found in page.tags:
        if tag in ("a", "use") and found.get("href", "").startswith("#"):
            assert found["href"][1:] in page.ids
        for name in ("aria-labelledby", "aria-describedby", "for"):
            assert all(i in page.ids for i in found.get(name, "").split())


def test_headings_go_down_one_step_at_a_time(page):
    assert page.headings[0] == 1 and page.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(page.headings, page.headings[1:], strict=False))


def test_landmarks_and_tables_for_screen_readers(page, text):
    tags = [tag for tag, _ in page.tags]
    assert tags.count("main") == 1 and tags.count("caption") == tags.count("table") > 1
    assert all(found.get("scope") in ("row", "col") for tag, found in page.tags if tag == "th")
    assert 'class="skip" href="#content"' in text


def test_everything_a_reader_asks_for_is_there(text, invented):
    for said in (
        "Is Kazakh cut into 3–5 times",
        "The measurements support the claim.",
        "3.73",
        "[3.69, 3.77]",
        "qadam run tokenizer-tax --profile laptop",
        "qadam fetch sherkala",
        "items hold a word that mixes Latin and Cyrillic",
        "0123456789abcdef",
        "CC-BY-4.0",
        "An invented paper on bytes",
        "public before the rule was written",
        "agrees",
        "differs",
        "not comparable",
        "not measured",
        "lies entirely in the zone [3, 5]",
        "≤ 3 or ≥ 5",
        "at least 2 of 3",
        "tax_whitespace|sys:qwen2.5",
    ):
        assert said in text, said
    assert text.count("Needs a file from Hugging Face") == 2  # twelve blocked cells, but only two commands


def test_every_fixed_sentence_is_there_in_three_languages(page):
    counts = {code: sum(found == {"class": "t", "lang": code} for _, found in page.tags) for code in ("en", "ru", "kk")}
    assert counts["en"] == counts["ru"] == counts["kk"] > 80


def test_a_demonstration_never_looks_like_a_verdict(invented, tmp_path):
    page = written(invented, tmp_path, evidence=invented.invented_evidence("sample"))
    assert "They show how the study works and are not evidence." in page
    assert "The measurements support the claim." not in page
    assert 'class="chip' not in page
    assert "Demonstration" in (tmp_path / "report.md").read_text("utf-8")


def test_a_number_of_items_without_an_answer_has_a_legend(invented, tmp_path, text):
    evidence = invented.invented_evidence()
    lost = replace(evidence, measurements=tuple(replace(m, no_answer=34) for m in evidence.measurements))
    told = written(invented, tmp_path, evidence=lost)
    assert '<small class="missing">−34</small>' in told and "k items have no answer" in told
    assert 'class="missing"' not in text and "k items have no answer" not in text


def test_an_exploratory_run_says_so(invented, tmp_path, text):
    assert "Exploratory" in written(
        invented, tmp_path, evidence=replace(invented.invented_evidence(), exploratory=True)
    )
    assert "Exploratory" not in text


def test_a_study_without_rule_or_measurement_still_makes_a_page(invented, tmp_path):
    protocol = replace(invented.PROTOCOL, rule=None, contrasts=())
    verdict = replace(
        invented.invented_evidence().verdict,
        outcome="measured",
        effect=None,
        low=None,
        high=None,
        p=None,
        by_system=(),
    )
    bare = replace(invented.invented_evidence(), verdict=verdict, measurements=(), blocked=(), audit=())
    page = written(invented, tmp_path, evidence=bare, extras=Extras(protocol=protocol))
    Page(page)
    assert "Nothing has been measured yet." in page and "no decision rule" in page


HOSTILE = "<script>alert(1)</script>\"'&"


def test_hostile_text_stays_text(invented, tmp_path):
    problem = invented.invented_problem(
        title={"en": HOSTILE, "ru": HOSTILE + "р", "kk": HOSTILE + "қ"},
        area=HOSTILE,
        citations=("hostile-2026",),
    )
    evidence = invented.invented_evidence()
    renamed = tuple(replace(m, system=HOSTILE) if m.system == "tekken" else m for m in evidence.measurements)
    finding = Finding("invented/all", "x", 1, 2, HOSTILE, (HOSTILE,))
    rows = (Dataset("invented", HOSTILE, "r", (), {}, (), HOSTILE, False, home="javascript:alert(1)"),)
    extras = replace(invented.invented_extras(), datasets=rows, provenance={HOSTILE: HOSTILE}, command=HOSTILE)
    evidence = replace(evidence, measurements=renamed, audit=(finding,))
    page = written(invented, tmp_path, problem=problem, evidence=evidence, extras=extras)
    Page(page)
    assert "<script" not in page and "javascript:" not in page
    markdown = (tmp_path / "report.md").read_text("utf-8")
    assert "<script" not in re.sub(r"```.*?```", "", markdown, flags=re.S)  # inside a code block text is only text


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>.csv", "`<b>a|b</b>`.csv", "a\n```\n<b>x</b>.csv", "[a](javascript:x).csv"]
)
def test_a_file_name_is_text_in_markdown_too(invented, tmp_path, name):
    old, own = "invented/all", f"{name}/all"
    evidence, protocol = invented.invented_evidence(), invented.PROTOCOL
    measurements = tuple(
        replace(m, dataset=own, signature=m.signature.replace(old, own))
        for m in evidence.measurements
        if m.dataset == old
    )
    mine = replace(protocol, datasets=(own,), rule=replace(protocol.rule, dataset=own))
    extras = replace(invented.invented_extras(), protocol=mine, command=f"qadam run x --data '{name}'")
    Page(written(invented, tmp_path, evidence=replace(evidence, measurements=measurements), extras=extras))
    markdown = (tmp_path / "report.md").read_text("utf-8")
    text = re.sub(r"^```\n.*?^```$", "", markdown, flags=re.S | re.M)
    assert not re.search(r"<img|<b>|\]\(java|[^\\]`<", text) and "Signatures" in text
    assert markdown.count("\n```") == 4, "a name closes no block of code"


def test_the_page_stays_small_and_says_what_it_leaves_to_the_table(invented, tmp_path):
    evidence = invented.invented_evidence()
    more = [
        replace(m, dataset=f"copy-{i}/all")
        for i in range(12)
        for m in evidence.measurements
        if m.dataset == "invented/all"
    ]
    page = written(invented, tmp_path, evidence=replace(evidence, measurements=(*evidence.measurements, *more)))
    assert len(page.encode()) < 300_000
    left = int(re.search(r"(\d+) further measurements", page)[1])
    assert left >= len(evidence.measurements) + len(more) - NUMBERS_ON_THE_PAGE


def test_the_table_gives_back_every_measurement(invented):
    measurements = invented.invented_measurements()[:50]
    rows = list(csv.DictReader(io.StringIO(table(measurements))))
    assert [f.name for f in fields(Measurement)] == list(rows[0])
    assert [float(r["value"]) for r in rows] == [m.value for m in measurements]
    assert [r["signature"] for r in rows] == [m.signature for m in measurements]


def test_markdown_tables_are_whole(report_page):
    lines = report_page.with_name("report.md").read_text("utf-8").split("\n")
    tables = [i for i, line in enumerate(lines) if re.fullmatch(r"\|[-:|]+\|", line)]
    assert len(tables) == 3
    for i in tables:
        bars = lines[i].count("|")
        for line in (lines[i - 1], lines[i + 1]):
            assert line.count("|") - line.count(r"\|") == bars
