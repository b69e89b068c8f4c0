"""How many keys a word costs in the morpheme editor, against the fewest that would do."""

from pathlib import Path

import pytest

from qadam.annotation.decision import gaps
from qadam.annotation.hints import scheme_label
from qadam.catalogue import tables
from qadam.kazakh.morphology import analyse
from qadam.kazakh.script import transliterate

pytestmark = pytest.mark.browser
LIST = Path(__file__).parents[1] / "kazakh" / "words" / "inflected.tsv"
WORDS = 50


def gold_words():
    """Real words cut by hand, every eighth of the list; labelled where a reading of the analyser has the same cuts."""
    found = []
    for line in LIST.read_text("utf-8").splitlines()[1::4]:
        word, marked, _, pos, *_ = line.split("\t")
        pieces = marked.split("·")
        for one in analyse(word):
            inflected = [morph for morph in one.morphs if morph.kind == "inflection"]
            if list(one.segments) == pieces and len(inflected) == len(pieces) - 1 and "-" not in word:
                cuts = [sum(map(len, pieces[: i + 1])) for i in range(len(pieces) - 1)]
                labels = ["STEM", *(scheme_label(morph.label, morph.kind) for morph in inflected)]
                found.append((word, {"cuts": cuts, "labels": labels, "pos": pos}))
                break
    return found[:WORDS]


def in_arabic(word, payload):
    """The same word and answer in töte jazu; None where a cut falls inside what one letter is written with."""
    written = transliterate(word)
    ahead = 1 if written.startswith("ٴ") else 0
    cuts = [ahead + len(transliterate(word[:cut]).replace("ٴ", "")) for cut in payload["cuts"]]
    if [0, *cuts] != sorted({0, *cuts}) or len(written) != ahead + len(transliterate(word).replace("ٴ", "")):
        return None
    return written, payload | {"cuts": cuts}


def ideal(word, payload):
    """The fewest keys by which this answer can be given on any page of this kind, by definition:

    one per step of a cursor from the gap at one end of the word, where it stands already, through the cuts, from
    whichever end is nearer; one per cut; one per label of a part after the first, which is the stem; one for the part
    of speech; one to save.
    """
    places = [gaps(word).index(cut) for cut in payload["cuts"]]
    walk = min(places[-1], len(gaps(word)) - 1 - places[0]) if places else 0
    return walk + len(places) + (len(payload["labels"]) - 1) + 2


def keys_for(page, word, payload, *, rtl):
    """The keys a practised person presses: the shorter way round to the cuts, then the digits that the page offers."""
    forward, back = ("ArrowLeft", "ArrowRight") if rtl else ("ArrowRight", "ArrowLeft")
    pressed = []

    def press(key):
        page.keyboard.press(key)
        pressed.append(key)

    places = [gaps(word).index(cut) for cut in payload["cuts"]]
    size = len(gaps(word))
    at = size - 1
    from_front = not places or 1 + places[-1] < size - 1 - places[0]
    for place in places if from_front else reversed(places):
        ahead, behind = (place - at) % size, (at - place) % size
        for _ in range(min(ahead, behind)):
            press(forward if ahead <= behind else back)
        at = place
        press("Space")
    for label in payload["labels"][1:]:
        offered = page.locator(".candidates b").all_inner_texts()
        if label in offered:
            press(str(offered.index(label) + 1))
        else:
            for key in ("/", *label.lower(), "Enter"):
                press(key)
    press({one.id: one.key for one in tables.scheme("morphemes").labels if one.group == "pos"}[payload["pos"]])
    press("Enter")
    return pressed


@pytest.mark.parametrize("script", ["Cyrl", "Arab"])
def test_a_word_takes_hardly_more_keys_than_it_must(open_room, visit, script):
    chosen = gold_words()
    if script == "Arab":
        chosen = [pair for pair in (in_arabic(*one) for one in chosen) if pair]
    assert len(chosen) >= 40
    items = [{"id": f"w{i}", "text": word, "script": script} for i, (word, _) in enumerate(chosen)]
    room = open_room("morphemes", items, pilot=len(items))
    page = visit(room)
    spent, least, jumps, first_choice, labels = 0, 0, 0, 0, 0
    for _ in items:
        item = page.evaluate("JSON.parse(document.querySelector('#data').textContent).item")
        word, payload = chosen[int(item[1:])]
        pressed = keys_for(page, word, payload, rtl=script == "Arab")
        page.wait_for_function(
            "item => JSON.parse(document.querySelector('#data').textContent).item !== item", arg=item
        )
        spent, least = spent + len(pressed), least + ideal(word, payload)
        jumps += 3 * len(payload["cuts"]) + 2  # were every cut reached with one key: jump, cut, label
        first_choice += pressed.count("1")
        labels += len(payload["labels"]) - 1
    saved = {decision.item: decision.payload for decision in room.decisions()}
    assert saved == {f"w{i}": payload for i, (_, payload) in enumerate(chosen)}
    print(
        f"{script}: {len(items)} words, {spent} keys, ideal {least}, ratio {spent / least:.3f} "
        f"({spent / jumps:.3f} of one jump per cut), {first_choice} of {labels} labels first in the list"
    )
    assert spent / least <= 1.3


def test_ideal_by_hand():
    # мектеп·те: eight letters, seven gaps; the cut is the sixth, one step from the last: 1 + 1 + 1 + 2.
    assert ideal("мектепте", {"cuts": [6], "labels": ["STEM", "LOC"], "pos": "NOUN"}) == 5
    # тіл: nothing to cut; the part of speech and saving.
    assert ideal("тіл", {"cuts": [], "labels": ["STEM"], "pos": "NOUN"}) == 2
