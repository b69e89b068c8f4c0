"""The sample of spoken words is what espeak-ng says, and a table that anybody can read."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.errors import ExtraMissing
from qadam.systems.speech import sound_picture, speaker

PARTS = {"one-voice": "voices-1", "four-voices": "voices-4", "unseen-voices": "unseen-voices"}
EACH = 4  # clips of each word in each part


def clips(part):
    """The first four clips of each word in a split of the plan; of voices that are held out, the first of each."""
    taken = Counter()
    for item in items.load(f"spoken-commands/{PARTS[part]}", Places(Path("nowhere"), (), True)):
        first = part != "unseen-voices" or item.id.endswith("-000")
        if first and taken[item.gold] < EACH:
            taken[item.gold] += 1
            yield item


def rows():
    """The table as it is made: header, then one row a clip."""
    yield "id\tpart\tword\tvoice\tpace\tpitch\tpicture"
    mouth = speaker.made("the speaker", {"engine": "espeak-ng"})
    for part in PARTS:
        chosen = list(clips(part))
        for item, sound in zip(chosen, mouth.answer([i.fields["utterance"] for i in chosen]), strict=True):
            _, voice, pace, pitch = item.fields["utterance"]
            picture = sound_picture.written(sound_picture.coarse(sound_picture.picture(sound)))
            yield f"{part}-{item.id}\t{part}\t{item.gold}\t{voice}\t{pace}\t{pitch}\t{picture}"


def kept():
    return (tables.HERE / "samples" / "commands_mini" / "clips.tsv").read_text("utf-8").splitlines()


def test_each_part_has_four_clips_of_each_word_and_unseen_voices_are_unseen():
    table = [line.split("\t") for line in kept()[1:]]
    assert Counter(row[1] for row in table) == dict.fromkeys(PARTS, 140)
    assert set(Counter((row[1], row[2]) for row in table).values()) == {EACH}
    voices = {part: {row[3] for row in table if row[1] == part} for part in PARTS}
    assert [len(voices[part]) for part in PARTS] == [1, 4, 4]
    assert not voices["unseen-voices"] & (voices["one-voice"] | voices["four-voices"])
    assert sum(len(line) + 1 for line in kept()) < 300_000


def test_the_sample_is_what_espeak_says():
    try:
        version = speaker.made("the speaker", {"engine": "espeak-ng"}).version
    except ExtraMissing as missing:
        pytest.skip(str(missing))
    made = [line.split("\t") for line in rows()]
    table = [line.split("\t") for line in kept()]
    assert [row[:6] for row in made] == [row[:6] for row in table]
    if version != "espeak-ng 1.51":
        pytest.skip(f"the sample was said by espeak-ng 1.51, here is {version}")
    for new, old in zip(made[1:], table[1:], strict=True):
        pair = [sound_picture.unwritten(row[6]).astype(int) for row in (new, old)]
        assert np.abs(pair[0] - pair[1]).mean() < 1.0
