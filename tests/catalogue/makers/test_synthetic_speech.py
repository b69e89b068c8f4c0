"""The plan of synthetic speech: equal numbers of clips, nested voices, nobody on both sides."""

import itertools
from collections import Counter

import pytest

from qadam.catalogue.makers import synthetic_speech as maker
from qadam.errors import UnknownName
from qadam.terms import Item

WORDS = [Item("go", "жүр", "жүр", "", {"part": ""}), Item("stop", "тоқта", "тоқта", "", {"part": ""})]
SIZES = (1, 4, 16, 42)


def test_every_number_of_voices_has_as_many_clips_of_each_word():
    for size in SIZES:
        clips = maker.make(WORDS, f"voices-{size}")
        assert Counter(clip.gold for clip in clips) == {"жүр": 126, "тоқта": 126}
        voices = Counter(clip.group for clip in clips if clip.gold == "жүр")
        assert len(voices) == size and max(voices.values()) - min(voices.values()) <= 1
        assert len({clip.id for clip in clips}) == len(clips)


def test_smaller_sets_of_voices_lie_inside_larger_ones_and_unseen_voices_in_none():
    sets = [{clip.group for clip in maker.make(WORDS, f"voices-{size}")} for size in SIZES]
    assert all(small < large for small, large in itertools.pairwise(sets))
    unseen = {clip.group for clip in maker.make(WORDS, maker.UNSEEN)}
    assert len(unseen) == 8 and not unseen & sets[-1]


def test_pace_and_pitch_are_the_same_in_every_set():
    one, many = (maker.make(WORDS, f"voices-{size}") for size in (1, 42))
    assert [c.fields["utterance"][2:] for c in one] == [c.fields["utterance"][2:] for c in many]
    paces = [c.fields["utterance"].pace for c in many]
    pitches = [c.fields["utterance"].pitch for c in many]
    assert min(paces) >= 110 and max(paces) <= 220 and len(set(paces)) > 50
    assert min(pitches) >= 20 and max(pitches) <= 80 and len(set(pitches)) > 30


def test_what_is_said_is_the_word():
    assert {(c.gold, c.fields["utterance"].text) for c in maker.make(WORDS, maker.UNSEEN)} == {
        ("жүр", "жүр"),
        ("тоқта", "тоқта"),
    }


@pytest.mark.parametrize("split", ["voices-43", "voices-0", "voices-many", "all"])
def test_a_split_without_voices_is_refused(split):
    with pytest.raises(UnknownName):
        maker.make(WORDS, split)


def test_the_revision_is_that_of_code_and_rows():
    assert len(maker.revision()) == len(maker.digest("x"))
