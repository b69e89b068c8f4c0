"""The site: a page for every problem in every language, every link arrives, and no state looks like another."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from qadam.publish.site import opening_in

LANGUAGES = ("", "kk/", "ru/")


def links(page: Path) -> list[str]:
    return re.findall(r'(?:href|src)="([^"]+)"', page.read_text("utf-8"))


def test_twenty_problems_in_three_languages(site_folder, invented):
    for language in LANGUAGES:
        pages = {p.stem for p in (site_folder / language / "problems").glob("*.html")}
        assert pages == {p.id for p in invented.invented_problems()} and len(pages) == 20
        assert f'<html lang="{language.strip("/") or "en"}">' in (site_folder / language / "index.html").read_text(
            "utf-8"
        )


def test_every_link_arrives(site_folder):
    for page in site_folder.rglob("*.html"):
        ids = set(re.findall(r'\bid="([^"]+)"', page.read_text("utf-8")))
        for link in links(page):
            if link.startswith("#"):
                assert link[1:] in ids, f"{page}: {link}"
            elif not link.startswith("https://"):
                assert (page.parent / unquote(link.split("#")[0])).is_file(), f"{page}: {link}"


def test_nothing_is_asked_of_the_network(site_folder):
    for page in site_folder.rglob("*.html"):
        text = page.read_text("utf-8")
        assert "<script" not in text and "javascript:" not in text
        for tag in re.findall(r"<(?:link|img|use|iframe)[^>]*>", text):
            assert "//" not in tag
        assert page.stat().st_size < 300_000
    assert "//" not in re.sub(r"/\*.*?\*/", "", (site_folder / "style.css").read_text("utf-8"), flags=re.S)


@pytest.mark.parametrize(
    ("language", "said"),
    [("", "Unverified hypotheses"), ("kk/", "Тексерілмеген болжамдар"), ("ru/", "Непроверенные гипотезы")],
)
def test_groups_badges_and_commands(site_folder, language, said):
    text = (site_folder / language / "index.html").read_text("utf-8")
    assert said in text
    assert text.count('<li class="problem"') == 20
    assert text.count("--profile sample</code>") == 20
    pain, hypotheses = text.split('id="hypothesis"')
    assert pain.count('<li class="problem"') == 12 and hypotheses.count('<li class="problem"') == 8


def test_states_are_told_apart(site_folder):
    text = (site_folder / "index.html").read_text("utf-8")
    rows = re.findall(r'<li class="problem".*?<div class="known">(.*?)</div>', text, flags=re.S)
    assert "supported" in rows[0] and "3.73" in rows[0] and "n = 1004" in rows[0]
    assert "demonstration" in rows[1] and "supported" not in rows[1] and "3.73" not in rows[1]
    assert all("no study yet" in row for row in rows[2:])
    assert "With evidence: 1" in text
    demonstration = (site_folder / "problems" / "problem-2.html").read_text("utf-8")
    assert "The measurements support" not in demonstration and "3.73" not in demonstration


def test_a_study_that_was_not_run_is_not_called_missing(invented, tmp_path):
    from qadam.publish.site import build

    build(invented.invented_problems()[:1], {"tokenizer-tax": None}, {}, out=tmp_path)
    text = (tmp_path / "index.html").read_text("utf-8")
    assert "not run yet" in text and "no study yet" not in text


def test_hostile_rows_stay_text(invented, tmp_path):
    from qadam.publish.site import build

    hostile = invented.invented_problem(
        title={"en": "<script>x</script>"},
        claim={"en": "<img src=x onerror=y>"},
        area='"><script>',
        citations=("hostile-2026",),
    )
    build([hostile], {}, invented.CITATIONS, out=tmp_path)
    for page in tmp_path.rglob("*.html"):
        text = page.read_text("utf-8")
        assert "<script" not in text and "<img" not in text and "javascript:" not in text


def test_a_report_opens_in_the_language_of_the_page_it_is_read_from(site_folder, report_page):
    checked = r'id="lang-(\w+)" checked'
    for language in ("en", "kk", "ru"):
        folder = site_folder if language == "en" else site_folder / language
        assert re.findall(checked, (folder / "reports" / "tokenizer-tax.html").read_text("utf-8")) == [language]
    original = report_page.read_text("utf-8")
    in_kazakh = opening_in(original, "kk")
    assert '<html lang="kk">' in in_kazakh
    assert opening_in(in_kazakh, "en").split("\n", 4)[4] == original.split("\n", 4)[4]
