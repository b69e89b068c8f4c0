"""Three tasks decide whether morphemes help: each verdict on made-up numbers, what is asked and read, and translation on tiny data."""

import json
import math

import numpy as np
import pytest

from qadam.catalogue import tables
from qadam.errors import UnknownName
from qadam.lab.plan import revision, system_row
from qadam.metrics import spans, synthetic, trained
from qadam.metrics.translation import ORDERS, chrf, count
from qadam.studies import byte_vs_bpe, morph_vs_bpe
from qadam.terms import NO_ANSWER, Ask, Cell, Item, Said, Slot

SETTLE = morph_vs_bpe.LAPTOP.rule.synthesis.settle
BITS, NAMES, CHRF = SETTLE.tasks
EQUAL = {"bits": (1.5, 1.5), "names": (0.7, 0.7), "chrf": (0.30, 0.30)}  # others, the arm that knows morphemes


def row(task, level, draw):
    """One item's counts that score to about the level: bits per character, F1, or chrF++ as a share."""
    level += draw.normal(0, 1e-4)
    if task is BITS:
        return {"nats": 1000 * level * math.log(2), "characters": 1000.0}
    if task is NAMES:
        empty = {f"{mark}_{name}": 0.0 for mark in ("hit", "found", "gold") for name in spans.CLASSES}
        return (
            empty
            | {f"hit_{spans.CLASSES[0]}": 100 * level}
            | {f"{m}_{spans.CLASSES[0]}": 100.0 for m in ("found", "gold")}
        )
    sides = {f"{order}_{side}": 100.0 for order in ORDERS for side in ("said", "gold")}
    return sides | {f"{order}_same": 100 * level for order in ORDERS}


def rows(levels, *, bar=0.1, clever="morphology", seeds=(13, 14, 15)):
    """Rows of all arms: the clever one has its own level, the bars theirs, all others the first."""
    made = {}
    for task, (plain, own) in zip(SETTLE.tasks, levels.values(), strict=True):
        systems = {name: own if role == clever else plain for role, name in morph_vs_bpe.LEARNED.items()}
        asked = [(name, level, seed) for name, level in systems.items() for seed in seeds]
        if task.bars:
            asked += [(name, bar, 13) for name in task.bars]
        for number, (name, level, seed) in enumerate(asked):
            draw = np.random.default_rng([seed, number])
            its = [{"item": str(n), "group": "", "status": "", **row(task, level, draw)} for n in range(60)]
            made[Cell(task.dataset, name, task.condition, seed)] = its
    return made


def verdict(levels, **how):
    return SETTLE(rows(EQUAL | levels, **how), morph_vs_bpe.LAPTOP).verdict


@pytest.mark.parametrize(
    ("levels", "outcome"),
    [
        ({"bits": (1.5, 1.4), "names": (0.7, 0.75)}, "supported"),
        ({"bits": (1.5, 1.4), "chrf": (0.30, 0.35)}, "supported"),
        ({"names": (0.7, 0.75), "chrf": (0.30, 0.35)}, "supported"),
        ({"bits": (1.5, 1.4)}, "refuted"),  # on the two others no better
        ({}, "refuted"),
        ({"bits": (1.5, 1.6), "names": (0.7, 0.65)}, "refuted"),
        ({"bits": (1.5, 1.485), "names": (0.7, 0.7075)}, "supported"),  # just beyond the margins of 0.01 and 0.005
    ],
)
def test_two_tasks_of_three_decide(levels, outcome):
    assert verdict(levels).outcome == outcome


def test_the_numbers_are_those_of_the_scores():
    ruling = SETTLE(rows(EQUAL | {"bits": (1.5, 1.4), "names": (0.7, 0.75), "chrf": (0.30, 0.35)}), morph_vs_bpe.LAPTOP)
    found = {
        e.metric: e.value for e in ruling.estimates if e.system == "network-morphology-8k" and e.metric.endswith("bpe")
    }
    assert found == {
        "gain_bits_per_character_over_bpe": pytest.approx(0.1, abs=1e-3),
        "gain_F1_of_names_over_bpe": pytest.approx(0.05, abs=1e-3),
        "gain_chrF++_over_bpe": pytest.approx(5.0, abs=0.1),
    }


def test_a_translator_that_learned_nothing_is_dropped_and_decides_nothing():
    levels = {"bits": (1.5, 1.4), "chrf": (0.30, 0.35)}
    assert verdict(levels, bar=0.1).outcome == "supported"
    said = verdict(levels, bar=0.4)
    assert said.outcome == "inconclusive"
    assert "chrF++: dropped, nobody is above copy-into-english and one-for-all." in said.reasons


def test_where_the_bars_were_not_asked_translation_decides_nothing():
    made = {
        cell: its
        for cell, its in rows(EQUAL | {"bits": (1.5, 1.4), "chrf": (0.3, 0.35)}).items()
        if "one-for" not in cell.system
    }
    assert SETTLE(made, morph_vs_bpe.LAPTOP).verdict.outcome == "inconclusive"


def test_two_seeds_settle_nothing():
    assert verdict({"bits": (1.5, 1.4), "names": (0.7, 0.75)}, seeds=(13, 14)).outcome == "inconclusive"


PAIR = Item("1", {"kk": "қар жауды .", "en": 'It snowed , " yesterday " .'})


def test_translations_are_compared_joined_and_in_small_letters():
    asked = trained.present(PAIR, trained.ENGLISH)
    assert isinstance(asked, Ask) and asked.question == "қар жауды ." and asked.languages == ("kk", "en")
    gold = trained.expect(PAIR, trained.ENGLISH)
    assert gold.text == 'it snowed, "yesterday".'
    said = trained.read(Said(' it snowed ,  " yesterday " .\n'), PAIR, trained.ENGLISH)
    assert said == gold.text and float(chrf(count(said, gold))) == pytest.approx(100)
    assert trained.read(Said(" "), PAIR, trained.ENGLISH) is NO_ANSWER


def test_forms_are_asked_by_lemma_and_features_and_right_letter_for_letter():
    item = Item("1", "кітап Dat Plur", "кітаптарға", group="кітап")
    assert trained.present(item, trained.INFLECTING) == Slot("кітап Dat Plur")
    task = trained.inflected(0.01)
    (metric,) = trained.INFLECTING_METRICS
    for answer, right in (("кітаптарға", 1.0), (" кітаптарға ", 1.0), ("кітаптарга", 0.0), ("кітап", 0.0)):
        counts = metric.count(trained.read(answer, item, trained.INFLECTING), trained.expect(item, trained.INFLECTING))
        assert float(task.score({n: counts[n] for n in task.columns})) == right
    assert trained.read("", item, trained.INFLECTING) is NO_ANSWER


def test_who_is_asked_to_translate_and_to_inflect():
    laptop = {c.name: c for c in morph_vs_bpe.LAPTOP.conditions}
    of = {name: tables.system(name) for names in morph_vs_bpe.STUDY.systems.values() for name in names}
    asked = {name for name, its in of.items() if trained.fits(its, laptop["into-english"])}
    large = {*morph_vs_bpe.LARGE.values(), *morph_vs_bpe.ALONE_LARGE.values(), "network-sozkz-50k"}
    assert asked == {*morph_vs_bpe.LEARNED.values(), "network-morphs-8k", *large, *synthetic.BARS}
    assert all(not trained.fits(of[bar], laptop[c]) for bar in synthetic.BARS for c in laptop if c != "into-english")
    forms = {c.name: c for c in byte_vs_bpe.LAPTOP.conditions}["forms"]
    inflect = [
        n for names in byte_vs_bpe.STUDY.systems.values() for n in names if byte_vs_bpe.fits(tables.system(n), forms)
    ]
    assert inflect == ["network-bpe-8k", "network-bytes", "network-bpe-32k", "network-bytes-large"]


def test_morphs_alone_stand_beside_and_their_network_differs_in_the_cutting_alone():
    assert list(SETTLE.families) == ["networks", "morphs alone", "counted"]
    alone, other = tables.system("network-morphs-8k"), tables.system("network-morfessor-8k")
    assert alone.format == "morfessor" and alone.options == other.options
    given = tables.system("network-sozkz-50k")
    assert given.files[0].source.endswith("tokenizer.json") and "GPU" in given.needs


def test_any_tokenizer_over_bytes_is_an_arm(tmp_path):
    from qadam.systems.training import pieces

    pieces.train("bpe", ["қар жауды", "күн шықты"], vocabulary=270, seed=13, to=tmp_path / "arm.json")
    own = tmp_path / "own.json"
    own.write_text(json.dumps(json.loads((tmp_path / "arm.json").read_text("utf-8"))["model"]), encoding="utf-8")
    plain, arm = system_row("network-bpe-8k"), system_row(f"network-bpe-8k:{own}")
    assert arm.id.startswith("network-bpe-8k-on-own@") and arm.options == plain.options and arm.kind == "network"
    assert revision(arm) != revision(plain) and all(trained.fits(arm, c) for c in morph_vs_bpe.LAPTOP.conditions)
    cut = pieces.given(own)
    assert cut.decode(cut.encode("күн шықты, Ә!")) == "күн шықты, Ә!"
    hub = system_row("network-bpe-8k:hf:org/name")
    assert hub.files[0].source == "hf:org/name@main:tokenizer.json"
    with pytest.raises(UnknownName, match="there is no file"):
        system_row(f"network-bpe-8k:{tmp_path / 'absent.json'}")
