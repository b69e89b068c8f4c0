"""The page of published figures: every one is there, in the right state, with the reason."""

import re
from dataclasses import replace

from qadam.publish.site.figures import ledger
from qadam.terms import Blocked, Cell


def states(world):
    chapters, counted = ledger(world)
    found = {e.comparison.figure.system: e for chapter in chapters for e in chapter.entries}
    return found, counted


def test_each_state_with_its_reason(invented):
    found, counted = states(invented.invented_world())
    assert {name: e.comparison.state for name, e in found.items()} == {
        "o200k_base": "agrees",
        "llama-3": "differs",
        "qwen2.5": "not comparable",
        "gpt-neox": "not measured",
    }
    assert counted == {"agrees": 1, "differs": 1, "not comparable": 1, "blocked": 0, "not measured": 1}
    assert found["qwen2.5"].why == "exam questions; punctuation split off"
    assert "gpt-neox" in found["gpt-neox"].why["en"]
    assert found["o200k_base"].ours[0] == "2.410"


def test_a_blocked_cell_says_what_unblocks_it(invented):
    world = invented.invented_world()
    known = world.known["tokenizer-tax"]
    cell = Cell("invented/all", "gpt-neox", "kk", 13)
    blocked = (*known.evidence.blocked, Blocked(cell, "It is gated.", "qadam run SLUG"))
    shown = replace(known, evidence=replace(known.evidence, blocked=blocked))
    found, counted = states(replace(world, known={"tokenizer-tax": shown}))
    assert (found["gpt-neox"].comparison.state, found["gpt-neox"].why) == ("blocked", "It is gated.")
    assert found["gpt-neox"].unblock == "qadam run tokenizer-tax" and counted["blocked"] == 1


def test_a_demonstration_is_never_set_beside_a_printed_number(invented):
    world = invented.invented_world()
    sample = replace(world.known["tokenizer-tax"], evidence=invented.invented_evidence("sample"))
    found, counted = states(replace(world, known={"tokenizer-tax": sample}))
    assert counted["not measured"] == 4 and not any(e.ours for e in found.values())
    assert "real data" in found["o200k_base"].why["en"]
    assert "no study" in states(replace(world, known={}))[0]["o200k_base"].why["en"]


def test_the_page_holds_every_figure(site_folder, invented):
    text = (site_folder / "ru" / "figures.html").read_text("utf-8")
    assert len(re.findall(r'<tr class="entry is-', text)) == len(invented.FIGURES)
    assert "= совпадает" not in text and "совпадает" in text  # the sign is drawn by the style sheet
