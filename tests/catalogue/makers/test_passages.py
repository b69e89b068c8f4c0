"""Lines become passages: what is held out, what is not learned because it resembles that, and how lines are joined."""

import random

import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.catalogue.makers import passages
from qadam.terms import Item

WORDS = [
    "бала",
    "үй",
    "кітап",
    "су",
    "тау",
    "дала",
    "қала",
    "өзен",
    "көл",
    "жол",
    "ат",
    "ит",
    "нан",
    "шай",
    "гүл",
    "күн",
    "ай",
    "жұлдыз",
    "бұлт",
    "жел",
]


@pytest.fixture(scope="module")
def lines():
    chance = random.Random(1)
    made = [" ".join(chance.sample(WORDS, 8)).capitalize() + "." for _ in range(400)]
    return [Item(f"{'talk' if n % 2 else 'news'}-{n:05d}", text) for n, text in enumerate(made)]


def texts(found):
    """The bare lines of single items."""
    return {item.input for item in found if item.fields["sentences"] == 1}


def test_held_out_lines_are_the_same_whatever_is_asked(lines):
    held = passages.make(lines, "talk-sentences")
    assert all(item.id.startswith("talk") for item in held)
    joined = passages.make(lines, "talk-passages")
    assert all(4 <= item.fields["sentences"] <= 8 for item in joined)
    whole = " ".join(item.input for item in joined)
    assert sum(text in whole for text in texts(held)) >= len(held) - 8
    for item in (*held, *joined):
        assert len(item.gold) == len(item.fields["tokens"]) and item.input == " ".join(item.fields["tokens"])


def test_nothing_learned_is_held_out_or_resembles_it(lines):
    held = [
        set(text.split())
        for split in ("talk-sentences", "news-sentences")
        for text in texts(passages.make(lines, split))
    ]
    learned = passages.make(lines, "all-learned")
    alone = texts(learned)
    assert alone and not [t for t in alone for h in held if len(h & set(t.split())) >= len(h | set(t.split())) / 2]
    assert {item.fields["sentences"] for item in learned} <= set(range(1, 9))
    assert {item.id.partition("-")[0] for item in learned if item.fields["sentences"] == 1} == {"talk", "news"}


def test_what_is_read_aloud_elsewhere_is_never_learned_nor_what_resembles_it(lines):
    source = [Item(f"translations-flores-{n}", item.input) for n, item in enumerate(lines[:40])]
    near = [Item(f"talk-x{n}", item.input.removesuffix(".") + " тағы да бар.") for n, item in enumerate(lines[:40])]
    fresh = [Item("talk-fresh", "Мұндай сөйлем жоқ еді, енді бар."), Item("talk-other", "Кім ол сонда тұрған?")]
    learned = passages.make([*source, *near, *fresh], "all-learned")
    assert {item.id for item in learned if item.fields["sentences"] == 1} <= {"talk-fresh", "talk-other"}
    for item in passages.make([*source, *near, *fresh], "talk-learned"):
        assert "тағы да бар" not in item.input
    assert passages.make([*source, *near], "translations-passages"), "it is still tested on"


def test_sources_are_learned_from_in_equal_measure(lines, monkeypatch):
    monkeypatch.setattr(passages, "WORDS", 80)
    learned = [item for item in passages.make(lines, "all-learned") if item.fields["sentences"] == 1]
    by = {s: sum(len(i.gold) for i in learned if i.id.startswith(s)) for s in ("talk", "news")}
    assert by == {"talk": 80, "news": 80}


def test_a_line_without_a_mark_at_its_end_is_no_sentence(lines):
    odd = [Item("talk-1", "Тарау бірінші"), Item("talk-2", "Бар."), Item("talk-3", "сөз " * 200 + "."), *lines]
    learned = passages.make(odd, "talk-learned")
    assert not [i for i in learned if "тарау" in i.input or i.input == "бар" or "сөз" in i.input]


def test_a_text_of_the_user_is_learned_line_by_line_and_in_passages():
    found = passages.lessons(["Ол келді.", "", "тақырып", "Сен ше?"])
    assert [item.gold for item in found] == [("A", "a."), ("A", "a?"), ("A", "a.", "A", "a?")] or [
        item.gold for item in found
    ] == [("A", "a."), ("A", "a?"), ("A", "a?", "A", "a.")]


def test_the_sample_holds_what_its_card_says():
    places = Places(tables.HERE, (), True)
    row = tables.dataset("punctuation-mini")
    held = {split: items.load(f"{row.id}/{split}", places) for split in row.splits}
    assert {split: len(found) for split, found in held.items()}["talk-sentences"] >= 10
    assert all(len(item.fields["tokens"]) == len(item.gold) for found in held.values() for item in found)
