"""Each check finds what was put there for it, and real data sets hold what we know they hold."""

import os
from pathlib import Path

import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.audit import audit
from qadam.catalogue.fetch import Places
from qadam.terms import Dataset, Item

needs_mirror = pytest.mark.skipif(not os.environ.get("QADAM_MIRROR"), reason="QADAM_MIRROR is not set")


def row(**more):
    splits = {"valid": ("valid",), "test": ("test",), "all": ("valid", "test")}
    given = {"id": "x", "title": "", "reader": "", "files": (), "splits": splits, "languages": ("kk",)}
    return Dataset(**given | {"licence": "CC0", "redistribution": True} | more)


def found(splits, **more):
    return {(f.dataset, f.check): f for f in audit(row(**more), splits)}


def texts(*values):
    return [Item(f"{n}", value) for n, value in enumerate(values, 1)]


def question(id, options, gold, text="?"):
    return Item(id, {"question": f"{text}{id}", "options": options}, gold)


def test_clean_data_yield_nothing():
    assert found({"valid": texts("бір", "екі"), "test": texts("үш", "төрт")}) == {}


def test_duplicates_within_are_the_items_beyond_the_distinct_texts():
    finding = found({"test": texts("Бір екі", "бір  екі", "БІР ЕКІ", "үш")})["x/test", "duplicates-within"]
    assert (finding.count, finding.of, finding.examples) == (2, 4, ("2", "3"))


def test_duplicates_across_are_items_of_the_later_split():
    splits = {"test": texts("а", "а", "ә"), "valid": texts("а", "б"), "all": texts("а", "б", "а", "а", "ә")}
    findings = found(splits)
    finding = findings["x/test", "duplicates-across"]
    assert finding.count == 2 and "(1 distinct texts) also stand in x/valid" in finding.message
    assert ("x/all", "duplicates-across") not in findings  # it shares files with both


def test_words_of_two_scripts():
    splits = {
        "test": texts(
            "қaла",  # one Latin a in a Cyrillic word
            "XІX ғасыр",  # a Cyrillic І in a Roman numeral: look-alikes, but mostly Latin
            "ClО",  # l has no Cyrillic twin
            "WhatsApp-қа жаз",  # two words, each of one script
            "қала",
        )
    }
    findings = found(splits)
    assert findings["x/test", "mixed-script"].examples == ("1", "2", "3")
    assert findings["x/test", "look-alikes"].examples == ("1", "2")
    assert findings["x/test", "look-alikes-in-cyrillic"].examples == ("1",)


def test_empty_texts():
    finding = found({"test": [Item("1", " "), Item("2", {"kk": "бір", "en": ""}), Item("3", "үш")]})["x/test", "empty"]
    assert (finding.examples, finding.severity) == (("1", "2"), "fault")


def test_translations_of_unlikely_length_and_untranslated_ones():
    pairs = [
        Item(str(n), {"kk": f"Бұл {n}-ші сөйлем өте ұзын емес.", "en": f"Sentence {n} is not very long."})
        for n in range(20)
    ]
    pairs += [
        Item("far", {"kk": "Қысқа.", "en": "A translation that belongs to another sentence, clearly far too long."}),
        Item("same", {"kk": "Stand with Ukraine", "en": "Stand with Ukraine"}),
        Item("number", {"kk": "2024", "en": "2024"}),
        Item("lonely", {"kk": "Ағылшыншасы жоқ сөйлем."}),
    ]
    findings = found({"test": pairs})
    assert findings["x/test", "misaligned"].examples == ("far",)
    assert findings["x/test", "untranslated"].examples == ("same",)


def test_answer_keys():
    good = [question(str(n), ("а", "ә", "б", "в"), "ABCD"[n % 4]) for n in range(40)]
    assert found({"test": good}) == {}
    bad = [question("e", ("а", "ә"), "C"), question("none", ("а", "ә"), None), question("twice", ("а", "а "), "A")]
    findings = found({"test": good + bad})
    assert findings["x/test", "key-out-of-range"].examples == ("e", "none")
    assert findings["x/test", "duplicate-options"].examples == ("twice",)
    skewed = found({"test": good + [question(f"d{n}", ("а", "ә", "б", "в"), "D") for n in range(60)]})
    assert skewed["x/test", "skewed-key"].count == 70


def test_options_that_differ_by_case_are_two_options():
    assert found({"test": [question("1", ("A", "a"), "A")]}) == {}


def test_a_licence_that_nobody_stated():
    assert found({}, licence="none stated (the repository)")["x", "licence"].severity == "note"


# --- on real data --------------------------------------------------------------------------------------------------


@pytest.fixture
def real(tmp_path):
    places = Places(tmp_path, tuple(map(Path, os.environ["QADAM_MIRROR"].split(os.pathsep))), offline=True)

    def look(name):
        dataset = tables.dataset(name)
        findings = audit(dataset, {split: items.load(f"{name}/{split}", places) for split in dataset.splits})
        return {(f.dataset.removeprefix(f"{name}/"), f.check): f for f in findings}

    return look


@needs_mirror
def test_kaznerd_test_sentences_also_stand_in_valid(real):
    findings = real("kaznerd")
    leak = findings["test", "duplicates-across"]
    assert (leak.count, leak.of) == (67, 11307)
    assert "(56 distinct texts)" in leak.message
    assert findings["test", "duplicates-within"].count == 38
    assert findings["valid", "duplicates-within"].count == 25


@needs_mirror
def test_tumlu_mixes_scripts_inside_words_and_favours_one_key(real):
    findings = real("tumlu-mini")
    counts = {
        check: findings["test", check].count for check in ("mixed-script", "look-alikes", "look-alikes-in-cyrillic")
    }
    assert counts == {"mixed-script": 90, "look-alikes": 83, "look-alikes-in-cyrillic": 77}
    assert findings["test", "mixed-script"].of == 899
    assert findings["test", "skewed-key"].count == 343  # always D: 38 %
    assert findings["test", "duplicate-options"].count == 3
    assert findings["test", "empty"].count == 2  # questions whose options are empty


@needs_mirror
def test_x_wmt_has_a_shifted_kyrgyz_stretch(real):
    assert set(real("x-wmt")["test", "misaligned"].examples) == {"0282", "0297"}
