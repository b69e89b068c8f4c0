"""Normalisers: each step on its own, the profiles by name, and the faults of real data."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qadam.errors import UnknownName
from qadam.kazakh import normalize as module
from qadam.kazakh.normalize import STEPS, mixed_script_words, normalize, profiles, signature

MIRROR = os.environ.get("QADAM_MIRROR")
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))


@pytest.mark.parametrize(
    ("step", "text", "want"),
    [
        ("composed", "и\u0306", "й"),
        ("visible", "алды\u00adнан\u200b \ufeffбол", "алдынан бол"),
        ("one_script_per_word", "Қaзaқстaн, ДIН, oқy, мəні", "Қазақстан, ДІН, оқу, мәні"),
        ("one_script_per_word", "Helsіnkі", "Helsinki"),
        ("one_script_per_word", "COVIDпен Qazaq А4", "COVIDпен Qazaq А4"),
        ("plain_quotes", "«ана» „тілі” d’Ark", '"ана" "тілі" d\'Ark'),
        ("plain_dashes", "алдын‑ала – бұл −5", "алдын-ала — бұл -5"),
        ("small_letters", "ІЛИЯС ЁЖ ҚЫЗ", "ілияс ёж қыз"),
        ("without_apostrophes", "d'Ark 'ана'", "dArk 'ана'"),
        ("small_letters", "ÜI Internet İLİM", "üı internet ilim"),
        ("hyphens_apart", "алдын-ала - сөз", "алдын ала - сөз"),
        ("letters_and_digits", "алдын-ала: 3,5 (үш)… ана!", "алдын-ала  3,5  үш   ана "),
        ("without_pictures", "жақсы👍🏼екен ❤️ 5", "жақсыекен  5"),
        ("words_only", "промо-код: 4-жұлдыз!", "промо код 4 жұлдыз "),
        ("at_most_two_alike", "күштііііі аллаа", "күштіі аллаа"),
        ("single_spaces", "  а \t б \r\n в ", "а б\nв"),
        ("spoken_numbers", "5-ші", "бесінші"),
        ("entities_spelled", "Solicitors &amp;amp; Agents &quot;&lt;", 'Solicitors & Agents "<'),
        ("marks_joined", 'Ол " келді " , ( 10 % ) деді .', 'Ол "келді", (10%) деді.'),
    ],
)
def test_steps(step, text, want):
    assert STEPS[step](text) == want


def test_short_i_and_yo_are_kept_by_every_profile():
    for name in profiles():
        assert normalize("йод ёлка", name) == "йод ёлка"


def test_profiles():
    text = "«Қaзақстан» — 1991‑жылы 3,5 % өсті!"
    assert normalize(text, "strict") == text
    assert normalize(text, "qa") == "қазақстан 1991-жылы 3,5 өсті"
    assert normalize(text, "search") == "қазақстан 1991 жылы 3,5 өсті"
    spoken = "қазақстан бір мың тоғыз жүз тоқсан бірінші жылы үш бүтін оннан бес пайыз өсті"
    assert normalize(text, "wer") == spoken


def test_every_profile_names_known_steps_and_its_version():
    for name in profiles():
        assert signature(name).startswith(f"{name}@")
        assert set(module._profile(name)["steps"]) <= set(STEPS)


def test_an_unknown_profile_names_the_closest():
    with pytest.raises(UnknownName, match="Did you mean 'search'"):
        normalize("а", "serch")


def test_mixed_words_have_offsets_and_a_script():
    text = "Бұл сөз: қaла; ATМ; COVIDпен."
    found = mixed_script_words(text)
    assert [text[word.start : word.end] for word in found] == ["қaла", "ATМ", "COVIDпен"]
    assert [(word.script, word.folded) for word in found] == [
        ("kk-Cyrl", "қала"),
        ("kk-Latn", "ATM"),
        ("kk-Latn", None),
    ]


@given(ANY_TEXT, st.sampled_from(sorted(profiles())))
def test_no_text_crashes(text, name):
    assert isinstance(normalize(text, name), str)
    assert all(text[word.start : word.end] == word.word for word in mixed_script_words(text))


@pytest.mark.parametrize("text", ["а", "aа", "'", "а'", "-а", "I", "5 ", ".5", " ", "\u0306", "«"])
def test_a_line_without_end_takes_linear_time(text):
    for name in profiles():
        normalize(text * 10_000, name)
    mixed_script_words(text * 10_000)


@given(st.text(st.sampled_from("аәйёқғ ҚАІИaeoiHIı-—.,'«»5 \u0306\u00ad\n"), max_size=30))
def test_a_second_time_changes_nothing(text):
    for name in profiles():
        once = normalize(text, name)
        assert normalize(once, name) == once


@pytest.mark.skipif(not MIRROR, reason="QADAM_MIRROR is not set: real data are checked only with it")
def test_tumlu_items_with_mixed_words():
    """90 of the 899 Kazakh test items of TUMLU hold a word of Latin and Cyrillic letters."""
    items = [
        json.loads(line)
        for path in sorted(Path(MIRROR, "github.com/ceferisbarov/TUMLU/data/kazakh/test").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    texts = ["\n".join([item["question"], *map(str, item["choices"])]) for item in items]
    assert len(texts) == 899
    assert sum(bool(mixed_script_words(text)) for text in texts) == 90
