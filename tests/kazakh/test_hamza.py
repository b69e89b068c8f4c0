"""The high hamza comes back where harmony asks for it, and nowhere else."""

import json
import os
from pathlib import Path

import pytest

from qadam.kazakh.hamza import HAMZA, missing, restore, strip
from qadam.kazakh.script import transliterate

FRONT = "бір сөз үй іші өз жүз мәтін үшін түн дәл түс"
BACK = "бала тұз сол жол отын ұзын ыдыс сақал қыз ғылым аты"
SHOWN = "кел көл мектеп үлкен гүл тілек дүкен"  # к г е say so themselves


@pytest.mark.parametrize("word", FRONT.split())
def test_a_front_word_gets_it_back(word):
    written = transliterate(word)
    assert written.startswith(HAMZA) and restore(strip(written)) == written == restore(written)


@pytest.mark.parametrize("word", [*BACK.split(), *SHOWN.split()])
def test_other_words_are_left_alone(word):
    written = transliterate(word)
    assert HAMZA not in written and restore(written) == written


def test_text_keeps_everything_else():
    text = "بىر، ەكى! 25 km бір bir\tسوز."
    assert restore(text) == f"{HAMZA}بىر، ەكى! 25 km бір bir\t{HAMZA}سوز."
    assert restore("") == "" and not missing("ققق") and not missing("xyz")


def test_wikipedia_spelling_is_read_as_well():
    assert restore("ىيا") == restore(restore("ىيا"))


@pytest.mark.skipif("QADAM_MIRROR" not in os.environ, reason="QADAM_MIRROR is not set: no real text here")
def test_on_messages_written_by_people_nearly_all_it_puts_back_is_right():
    """MediaWiki's 1,470 messages in Arabic letters: 280 of 393 hamzas come back, two too many (measured 2026-11)."""
    places = [
        Path(root) / "github.com/kekecoco/momokingwiki/languages/i18n/kk-arab.json"
        for root in os.environ["QADAM_MIRROR"].split(os.pathsep)
    ]
    found = next((place for place in places if place.exists()), None)
    if found is None:
        pytest.skip("kk-arab.json is not in the mirror")
    messages = [text for key, text in json.loads(found.read_text("utf-8")).items() if key != "@metadata"]
    words = [word for text in messages for word in text.split() if len(strip(word)) > 1]
    there = [word for word in words if word.startswith(HAMZA)]
    back = [word for word in words if HAMZA not in word]
    kept = sum(restore(strip(word)) == word for word in there)
    added = sum(restore(word) != word for word in back)
    assert len(there) > 350
    assert kept / len(there) > 0.65 and added / (added + kept) < 0.03
