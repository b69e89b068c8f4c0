"""The site: a page for everything in every language, every link arrives, and no state looks like another."""

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from qadam.publish.site import WRITTEN, build, search_script
from qadam.publish.site.known import Known, World

LANGUAGES = ("", "kk/", "ru/")
LARGEST = 300_000  # bytes of a page


def links(page: Path) -> list[str]:
    return re.findall(r'(?:href|src)="([^"]+)"', page.read_text("utf-8"))


def pages(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text("utf-8") for p in sorted(folder.rglob("*.html"))}


def test_twenty_problems_in_three_languages(site_folder, invented):
    for language in LANGUAGES:
        found = {p.stem for p in (site_folder / language / "problems").glob("*.html")}
        assert found == {p.id for p in invented.invented_problems()} and len(found) == 20
        entry = (site_folder / language / "index.html").read_text("utf-8")
        assert f'<html lang="{language.strip("/") or "en"}">' in entry


def test_every_language_has_the_same_pages(site_folder):
    found = {path for path in pages(site_folder) if not path.startswith(("kk/", "ru/"))}
    for language in ("kk", "ru"):
        assert set(pages(site_folder / language)) == found


def test_every_link_arrives_where_it_points(site_folder):
    ids = {page: set(re.findall(r'\bid="([^"]+)"', page.read_text("utf-8"))) for page in site_folder.rglob("*.html")}
    for page in ids:
        for link in links(page):
            if link.startswith("https://"):
                continue
            path, _, part = link.partition("#")
            there = (page.parent / unquote(path)).resolve() if path else page
            assert there.is_file(), f"{page}: {link}"
            assert not part or part in ids[there], f"{page}: {link}"


def test_every_page_can_be_reached_from_the_entry_page(site_folder):
    seen, waiting = set(), [site_folder / "index.html"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".html":
            continue
        seen.add(page)
        targets = (link.split("#")[0] for link in links(page) if not link.startswith("https://"))
        waiting += [(page.parent / unquote(path)).resolve() for path in targets if path]
    assert {p.resolve() for p in site_folder.rglob("*.html")} == {p.resolve() for p in seen}


def test_nothing_is_asked_of_the_network_and_no_page_is_heavy(site_folder):
    script = str(search_script())
    for path, text in pages(site_folder).items():
        rest = text.replace(f"<script>{script}</script>", "") if path.endswith("search.html") else text
        assert "<script" not in rest and "javascript:" not in rest, path
        for tag in re.findall(r"<(?:link|img|use|iframe)[^>]*>", text):
            assert "//" not in tag
        assert len(text.encode()) < LARGEST, path
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
    pain, hypotheses = text.split('<section class="group" id="hypothesis"')
    assert pain.count('<li class="problem"') == 12 and hypotheses.count('<li class="problem"') == 8


def test_states_are_told_apart(site_folder):
    text = (site_folder / "index.html").read_text("utf-8")
    rows = re.findall(r'<li class="problem".*?<div class="known">(.*?)</div>', text, flags=re.S)
    assert "supported" in rows[0] and "3.73" in rows[0] and "n = 1004" in rows[0] and "2026-11-20" in rows[0]
    assert "demonstration" in rows[1] and "supported" not in rows[1] and "3.73" not in rows[1]
    assert "measured" in rows[2] and "0.50 … 0.97" in rows[2]
    assert all("no study yet" in row for row in rows[3:])
    assert "With evidence: 2" in text
    demonstration = (site_folder / "problems" / "problem-2.html").read_text("utf-8")
    assert "The measurements support" not in demonstration and "3.73" not in demonstration


def test_a_study_that_was_not_run_is_not_called_missing(invented, tmp_path):
    problems, study = invented.invented_problems()[:1], invented.invented_study()
    build(World(problems, {"tokenizer-tax": Known(study)}), out=tmp_path)
    text = (tmp_path / "index.html").read_text("utf-8")
    assert "not run yet" in text and "no study yet" not in text


def test_hostile_rows_stay_text(invented, tmp_path):
    hostile = invented.invented_problem(
        title={"en": "<script>x</script>"},
        claim={"en": "<img src=x onerror=y>"},
        area='"><script>',
        citations=("hostile-2026",),
    )
    row = replace(invented.DATASETS[0], id='../<b>"', title="<script>y</script>", home="javascript:alert(1)")
    build(World([hostile], citations=invented.CITATIONS, datasets=[row]), out=tmp_path / "site")
    for path, text in pages(tmp_path / "site").items():
        assert "<script" not in text.replace(f"<script>{search_script()}</script>", ""), path
        assert "<img" not in text and 'href="javascript:' not in text and "<b>" not in text.split("<main")[1][:300]
    assert not [p for p in tmp_path.rglob("*") if not p.is_relative_to(tmp_path / "site")]


def test_the_same_world_gives_the_same_bytes(invented, tmp_path):
    for name in ("one", "two"):
        world = replace(
            invented.invented_world(), known={"problem-3": invented.toy_known(tmp_path / "runs", problem="problem-3")}
        )
        build(world, out=tmp_path / name)
    for page in (tmp_path / "one").rglob("*"):
        if page.is_file():
            assert (tmp_path / "two" / page.relative_to(tmp_path / "one")).read_bytes() == page.read_bytes()


def test_a_page_that_is_no_more_is_cleared_away_and_a_strange_file_is_not(invented, tmp_path):
    world = invented.invented_world()
    build(world, out=tmp_path)
    (tmp_path / "CNAME").write_text("example.org", "utf-8")
    before = (tmp_path / "style.css").stat().st_mtime_ns
    build(replace(world, problems=world.problems[:5]), out=tmp_path)
    assert len(list((tmp_path / "kk" / "problems").glob("*.html"))) == 5
    assert (tmp_path / "CNAME").exists() and (tmp_path / "style.css").stat().st_mtime_ns == before
    listed = set((tmp_path / WRITTEN).read_text("utf-8").splitlines())
    assert listed == {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()} - {"CNAME", WRITTEN}


def test_the_report_speaks_one_language_and_leads_to_data_and_systems(site_folder):
    text = (site_folder / "kk" / "reports" / "tokenizer-tax.html").read_text("utf-8")
    assert 'class="t"' not in text and "Қорытынды" in text and "../systems/o200k_base.html" in text
    table = (site_folder / "reports" / "tokenizer-tax.csv").read_text("utf-8")
    assert table.startswith("dataset,system,condition")


def test_a_page_can_be_cited(site_folder):
    text = (site_folder / "cite" / "tokenizer-tax.bib").read_text("utf-8")
    assert "@misc{qadam-tokenizer-tax," in text and "0123456789abcdef" in text and "@article{kazbyte-2026," in text
    assert "@misc{qadam-tokenizer-tax," in (site_folder / "ru" / "problems" / "tokenizer-tax.html").read_text("utf-8")
    assert "protocol" not in (site_folder / "cite" / "problem-2.bib").read_text("utf-8")  # nothing measured to cite


def test_english_reasons_are_marked_on_pages_of_other_languages(site_folder):
    text = (site_folder / "kk" / "problems" / "tokenizer-tax.html").read_text("utf-8")
    (reasons,) = re.findall(r"<details><summary>Негіздер</summary><ul lang=\"(\w+)\">", text)
    assert reasons == "en"


def test_data_pages_tell_licence_audit_and_review(site_folder):
    text = (site_folder / "data" / "invented.html").read_text("utf-8")
    assert "CC-BY-4.0" in text and "items hold a word that mixes Latin and Cyrillic" in text
    assert "0 of 1004 reviewed" in text and "tokenizer-tax.html" in text
    assert "also stand in the test split" not in text  # found in another data set


def test_a_system_page_tells_what_was_measured(site_folder):
    text = (site_folder / "systems" / "qwen2.5.html").read_text("utf-8")
    assert "4.70" in text and "--system qwen2.5" in text
