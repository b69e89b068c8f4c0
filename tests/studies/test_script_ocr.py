"""The study from plan to verdict on its sample; the rule on made-up readings; images of people in place of drawn ones."""

import json
from dataclasses import replace

import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.kazakh.hamza import HAMZA
from qadam.lab import judge, plan, run
from qadam.metrics import letters
from qadam.studies import script_ocr as study
from qadam.systems.images import reader_tesseract
from qadam.terms import NO_ANSWER, Cell, Item, Said


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    places = Places(tmp_path_factory.mktemp("home"), (), True)
    made = plan.make(study.STUDY, "sample", out=tmp_path_factory.mktemp("out"), places=places, systems=study.RECORDED)
    assert run.run(made) == ()
    return judge.judge(made)


def test_the_sample_repeats_recorded_readings_and_is_no_evidence(evidence):
    assert evidence.verdict.demonstration and not evidence.blocked
    of = {(m.system, m.condition, m.metric): m.value for m in evidence.measurements}
    assert of["recorded-cyrillic-mini", "cyrl-clean", "cer"] < 0.02
    arab = [of[f"recorded-{name}-mini", "arab-clean", "cer"] for name in ("uig", "ara")]
    assert arab == sorted(arab) and arab[0] < 0.1 < arab[1]
    assert of["recorded-uig-mini", "arab-clean", "recall_0674"] == 0
    assert of["recorded-uig-mini", "arab-clean", "hamza_restored"] > 0.3
    assert of["recorded-uig-mini", "arab-clean", "cer_restored"] < of["recorded-uig-mini", "arab-clean", "cer"]


def test_without_an_engine_its_cells_are_blocked_with_the_command(monkeypatch, tmp_path):
    monkeypatch.setattr(reader_tesseract, "installed", lambda: ("", {}))
    monkeypatch.setattr("qadam.catalogue.makers.line_images.pillow", lambda: pytest.fail("an image was drawn"))
    made = plan.make(study.STUDY, "sample", out=tmp_path / "out", places=Places(tmp_path / "home", (), True))
    assert made.cost.seconds < run.WORTH_A_POOL  # so that the sample starts at once
    blocked = run.run(made)
    assert {b.cell.system for b in blocked} == {"tesseract-uig"} and "tesseract-ocr-uig" in blocked[0].unblock
    assert len(judge.judge(made, blocked=blocked).verdict.reasons) > 2


def test_each_script_has_its_own_letters_and_no_others(evidence):
    by_condition = {}
    for m in evidence.measurements:
        by_condition.setdefault(m.condition, set()).add(m.metric)
    assert "recall_04d9" in by_condition["cyrl-clean"] and "recall_04d9" not in by_condition["arab-clean"]
    assert "recall_0131" in by_condition["latn-clean"] and "hamza_restored" not in by_condition["latn-clean"]


def test_drawing_needs_nothing_until_somebody_looks(monkeypatch):
    found = items.load(study.SAMPLE_LINES, Places(tables.HERE, (), True))
    scripts = {item.fields["script"] for item in found}
    assert scripts == {"kk-Cyrl", "kk-Latn", "kk-Latn-2021", "kk-Arab"} and len(found) == 16 * 4 * 3
    monkeypatch.setattr("qadam.catalogue.makers.line_images.pillow", lambda: pytest.fail("an image was drawn"))
    shown = [study.present(item, study.SAMPLE.conditions[0]) for item in found]
    assert sum(one is not None for one in shown) == 16 * 3


def test_worn_copies_and_guesses_are_of_the_first_font_only():
    found = items.load(study.SAMPLE_LINES, Places(tables.HERE, (), True))
    by_name = {c.name: c for c in study.LAPTOP.conditions}
    seen = {name: sum(study.present(i, c) is not None for i in found) for name, c in by_name.items()}
    assert (
        seen["arab-clean"] == 48 and seen["arab-scan"] == 16 and seen["script"] == 48 and seen["latn2021-clean"] == 48
    )
    asked = next(p for p in (study.present(i, by_name["language"]) for i in found) if p)
    assert asked.asks == "language" and "Kazakh" in asked.options and "Kazakh" in asked.prompt


def test_a_guess_is_read_from_what_was_said():
    item = Item("x", None, "мәтін", fields={"script": "kk-Arab", "first": True})
    by_name = {c.name: c for c in study.LAPTOP.conditions}
    assert study.read(Said("It is Arabic script."), item, by_name["script"]) == "Arabic"
    assert study.expect(item, by_name["script"]) == "Arabic" and study.expect(item, by_name["language"]) == "Kazakh"
    assert study.read(Said("  مەن "), item, by_name["arab-clean"]) == "  مەن "


def test_a_system_is_asked_what_it_can_answer():
    by_name = {c.name: c for c in study.LAPTOP.conditions}
    uig, guess = tables.system("tesseract-uig"), tables.system("tesseract-script")
    assert study.fits(uig, by_name["arab-scan"]) and not study.fits(uig, by_name["cyrl-clean"])
    assert study.fits(guess, by_name["script"]) and not study.fits(guess, by_name["language"])
    assert not study.fits(uig, by_name["script"]) and not study.fits(guess, by_name["arab-clean"])
    seeing = plan.system_row("reader:openai:m@http://127.0.0.1:8/v1")
    assert all(study.fits(seeing, condition) for condition in by_name.values())


def reading(system, *, right, condition, n=60):
    """n lines of which a reader gets this share of the letters right, in the cell of a condition."""
    gold = "ب" * 100
    rows = []
    for k in range(n):
        kept = min(100, max(0, round(100 * right) + k % 3 - 1))
        rows.append({"item": f"i{k}", "group": "", "status": "", **letters.count("ب" * kept, gold)})
    return Cell(study.LINES, system, condition, 13), rows


def settled(**right):
    rule = study.LAPTOP.rule
    cells = {}
    for system, share in right.items():
        for short in ("latn", "arab"):
            value = share[short] if isinstance(share, dict) else share
            for condition in study.of_script(short, study.ALL_WEARS):
                cell, rows = reading(system, right=value, condition=condition)
                cells[cell] = rows
    return rule.synthesis.settle(cells, study.LAPTOP).verdict


def test_each_verdict_comes_out():
    assert settled(a=0.5, b=0.4, c=0.6).outcome == "supported"
    assert settled(a=0.5, b=0.99, c=0.6).outcome == "refuted"
    assert settled(a=0.8, b=0.8, c=0.6).outcome == "inconclusive"
    assert settled(a=0.5, b=0.4).outcome == "inconclusive"  # too few to say that all fail
    split = settled(a={"latn": 0.99, "arab": 0.5}, b={"latn": 0.5, "arab": 0.5}, c=0.5)
    assert split.outcome == "inconclusive" and {v.outcome for v in split.by_system} == {"refuted", "supported"}


def test_the_reasons_name_what_the_best_reader_got_wrong_under_each_condition():
    told = " ".join(settled(a=0.5, b=0.99, c=0.6).reasons)
    assert "b by condition: arab-clean 0.01" in told and "latn-photo 0.01" in told


def photographed(*, lines, photographs, right=0.99, vary=True, blank=0):
    """The ruling over one reader of real photographs of both scripts, several lines cut from each."""
    made = study.labelled("gold.jsonl").protocols["laptop"]
    cells = {}
    for short in ("latn", "arab"):
        cell, rows = reading("a", right=right, condition=f"{short}-{study.PHOTOGRAPHS}", n=lines)
        for k, row in enumerate(rows):
            row["group"] = f"p{k % photographs}"
            if not vary:
                row.update(letters.count("ب" * 100, "ب" * 100))
            if k < blank:
                row.update(letters.count(NO_ANSWER, "ب" * 100), status=NO_ANSWER.value)
        cells[replace(cell, dataset=made.rule.dataset)] = rows
    return made.rule.synthesis.settle(cells, made).verdict


def test_few_photographs_settle_nothing():
    assert photographed(lines=200, photographs=50).outcome == "refuted"
    few = photographed(lines=199, photographs=50)
    assert few.outcome == "inconclusive" and "images 199 from 50" in few.reasons[0]
    assert "a verdict asks for 200 from 50" in few.reasons[0]
    assert photographed(lines=200, photographs=49).outcome == "inconclusive"
    assert photographed(lines=3, photographs=3, vary=False).outcome == "inconclusive"
    assert "without an interval" in photographed(lines=1, photographs=1).reasons[0]


def test_an_interval_without_width_settles_nothing():
    same = photographed(lines=300, photographs=100, vary=False)
    assert same.outcome == "inconclusive" and (same.low, same.high) == (0, 0)
    assert settled(a=0.0, b=0.0, c=0.0).outcome == "supported"  # one letter in a hundred now and then
    assert settled(a=-1.0, b=-1.0, c=-1.0).outcome == "inconclusive"  # blank everywhere: perhaps the engine is broken


def test_unanswered_images_stand_among_the_reasons():
    told = photographed(lines=200, photographs=50, blank=34).reasons[0]
    assert "34 of 200 images unanswered" in told
    assert "0 of 200 images unanswered" in photographed(lines=200, photographs=50).reasons[0]


def test_a_reader_that_misses_a_condition_is_not_judged():
    cells = dict(reading("a", right=0.99, condition=c) for c in study.of_script("arab", study.ALL_WEARS[:2]))
    verdict = study.LAPTOP.rule.synthesis.settle(cells, study.LAPTOP).verdict
    assert verdict.outcome == "inconclusive" and "no reader" in " ".join(verdict.reasons)


def test_lines_are_handed_over_with_an_image_each(monkeypatch, tmp_path):
    pytest.importorskip("PIL", reason="Pillow is not installed")
    monkeypatch.setenv("QADAM_HOME", str(tmp_path))
    found = items.load(study.SAMPLE_LINES, Places(tables.HERE, (), True))
    try:
        rows = list(study.to_transcribe(found, seed=1, count=6))
    except Exception as fault:
        if type(fault).__name__ == "ExtraMissing":
            pytest.skip(str(fault))
        raise
    assert {row["script"] for row in rows} == set(study.NAMES) and len(rows) == 6
    from qadam.annotation.session import Session

    session = Session.open(tables.scheme("transcription"), tmp_path / "work", items=rows)
    assert len(session.items) == 6 and len(list((tmp_path / "work" / "media").iterdir())) == 6


def test_no_answer_counts_every_letter():
    row = letters.count(NO_ANSWER, f"{HAMZA}سوز")
    assert row["edits"] == row["letters"] == 4 and row["capped"] == 1 and row["has_0674"] == 1 and row["kept_0674"] == 0


def test_another_wear_is_another_protocol():
    data = {study.LINES: "x"}
    fewer = replace(study.LAPTOP, conditions=study.LAPTOP.conditions[:-1])
    assert fewer.hash(data) != study.LAPTOP.hash(data)
    assert json.dumps(dict(study.LAPTOP.rule.claim))
