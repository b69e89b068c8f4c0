"""The study from plan to verdict on its sample; equal sentences, nothing learned that is asked, and who is asked what."""

import json
from pathlib import Path

import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.lab import judge, plan, run
from qadam.metrics import source_language as s
from qadam.metrics.spans import Tagged
from qadam.stats.draw import fold_of
from qadam.studies import turkish_vs_russian_transfer as study
from qadam.systems.crosslingual import transfer
from qadam.systems.load import Training
from qadam.terms import Item, Sentence, Taught

PLACES = Places(Path("nowhere"), (), True)


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    places = Places(tmp_path_factory.mktemp("home"), (), True)
    made = plan.make(study.STUDY, "sample", out=tmp_path_factory.mktemp("out"), places=places)
    assert run.run(made) == ()
    return judge.judge(made)


def test_the_sample_shows_that_a_shared_script_helps(evidence):
    assert evidence.verdict.demonstration and evidence.verdict.outcome == "inconclusive"
    of = {(m.system, m.condition, m.metric): m.value for m in evidence.measurements}
    assert of["transfer-turkish-cyrillic-mini", "names-0", "f1"] > of["transfer-turkish-mini", "names-0", "f1"]
    assert of["transfer-nothing-mini", "names-all", "f1"] > 0
    assert ("transfer-nothing-mini", "names-0", "f1") not in of
    assert any("could have seen" in reason for reason in evidence.verdict.reasons)
    assert any("the script alone" in reason for reason in evidence.verdict.reasons)
    json.dumps(judge.document(evidence))


def test_every_system_has_a_row_and_what_is_blocked_says_how_to_go_on(tmp_path):
    for profile, names in study.STUDY.systems.items():
        assert [tables.system(name).id for name in names] == list(names)
        made = plan.make(study.STUDY, profile, out=tmp_path, places=PLACES)
        assert made.cells or made.blocked
    waiting = [b for b in made.blocked if b.cell.condition.startswith("opinions")]
    assert waiting and all(b.unblock for b in waiting)


def test_arms_of_a_family_differ_in_their_source_alone():
    for family in (study.LINEAR, study.NETWORKS, study.LARGE, study.MINI):
        rows = [tables.system(name) for name in family.values()]
        same = [{k: v for k, v in row.options.items() if k not in ("source", "written")} for row in rows]
        assert all(options == same[0] for options in same) and len({row.format for row in rows}) == 1
        assert [row.options["source"] for row in rows] == ["tr", "ru", "tr", "none"]


def lesson(task, *, examples=0, fold=0, folds=3, script="kk-Cyrl"):
    return Taught(task, None, examples, script, fold, folds)


def arm(source, written="", *, seed=13, sentences=100, data=None):
    row = tables.system(f"transfer-{source}-mini")
    found = data or row.options["datasets"]
    training = Training(
        tuple,
        Path("nowhere"),
        seed,
        named=lambda skill: found[skill] if data else items.load(found[skill], PLACES),
        limits={"sentences": sentences},
    )
    return transfer.load(row, [], training)


def test_of_both_languages_as_many_sentences_of_the_same_length():
    drawn = {name: arm(name)._source(lesson("names")) for name in ("turkish", "russian", "turkish-cyrillic")}
    lengths = {name: [len(tokens) for tokens, _ in its] for name, its in drawn.items()}
    assert lengths["turkish"] == lengths["russian"] == lengths["turkish-cyrillic"] and len(lengths["turkish"]) > 20
    assert [gold for _, gold in drawn["turkish"]] == [gold for _, gold in drawn["turkish-cyrillic"]]
    assert not set("".join(t for tokens, _ in drawn["turkish-cyrillic"] for t in tokens)) & set("abdeiklmnoprstuyz")
    assert drawn["turkish"] != arm("turkish", seed=14)._source(lesson("names"))


def test_what_is_asked_was_not_learned_in_any_language():
    every = items.load("parallel-mini/all", PLACES)
    for fold in range(3):
        asked = {i.input[language] for i in every for language in ("kk", "tr") if fold_of(i.id, 3) == fold}
        learned = arm("turkish")
        source, kazakh = (
            learned._source(lesson("topics", fold=fold)),
            learned._kazakh(lesson("topics", examples=None, fold=fold)),
        )
        assert asked and not asked & {text for text, _ in (*source, *kazakh)}
        assert len(kazakh) == sum(fold_of(i.id, 3) != fold for i in every)
    russian = arm("russian")._source(lesson("topics"))
    turkish = arm("turkish")._source(lesson("topics"))
    of = {i.input["tr"]: i.input["ru"] for i in every}
    assert [of[text] for text, _ in turkish] == [text for text, _ in russian]


def test_fewer_kazakh_examples_are_part_of_more():
    some, more = (arm("nothing")._kazakh(lesson("names", examples=n)) for n in (5, 15))
    assert len(some) == 5 and some == more[:5]
    latin = arm("nothing")._kazakh(lesson("names", examples=5, script="kk-Latn"))
    assert [gold for _, gold in latin] == [gold for _, gold in some] and latin[0][0] != some[0][0]


def test_who_was_taught_nothing_says_nothing():
    asked = Taught("names", Sentence(("Абай",)), 0, "kk-Cyrl", 0, 3)
    assert arm("nothing").answer([asked]) == [transfer.NO_ANSWER]


def test_conditions_present_what_they_say():
    of = {c.name: c for c in study.LAPTOP.conditions}
    item = Item("test-00001", "Абай келді", ("B-PERSON", "O"), fields={"tokens": ("Абай", "келді"), "repeats": "new"})
    assert study.present(item, of["names-100"]) == Taught("names", Sentence(("Абай", "келді")), 100)
    assert study.present(item, of["names-0-latin"]).question == Sentence(("Abaý", "keldi"))
    learned = Item("test-00002", "Абай келді", ("B-PERSON", "O"), fields={"repeats": "in another part"})
    assert study.present(learned, of["names-all"]) is None
    topic = Item("7", {"kk": "Допты теп"}, fields={"category": "sports"})
    asked = study.present(topic, of["topics-all"])
    assert (asked.examples, asked.folds, asked.fold) == (None, 3, fold_of("7", 3))
    assert study.expect(topic, of["topics-all"]) == "sports"
    assert study.read(("B-PERSON", "O"), item, of["names-0"]) == Tagged(("B-PERSON", "O"))


def test_conditions_are_for_those_who_can_answer_them():
    of = {c.name: c for c in study.LAPTOP.conditions}
    fit = {
        role: [
            name
            for name in ("names-0", "names-100", "names-0-latin", "opinions-0")
            if study.fits(tables.system(system), of[name])
        ]
        for role, system in study.LINEAR.items()
    }
    assert fit == {
        s.NEW: ["names-0", "names-100", "names-0-latin"],
        s.OLD: ["names-0", "names-100", "names-0-latin"],
        s.IN_SCRIPT: ["names-0", "names-100"],
        s.NOTHING: ["names-100"],
    }
