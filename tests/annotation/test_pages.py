"""The annotation page in a real browser: every editor by keyboard, in Cyrillic and in Arabic letters.

With QADAM_SHOTS=DIR the pages are also kept as pictures.
"""

import os
import struct
import wave
import zlib
from pathlib import Path

import pytest

from qadam.annotation.words import LANGUAGES, say
from qadam.catalogue import tables
from qadam.kazakh.script import transliterate

pytestmark = pytest.mark.browser
SCRIPTS = ["Cyrl", "Arab"]
SENTENCE = "Қазақстан Президенті Қасым-Жомарт Тоқаев 2024 жылғы 16 наурызда Атырауда сөз сөйледі."
MIXED = "Кеше базарға барып сдачу алмадым"


def written(text, script):
    return text if script == "Cyrl" else transliterate(text)


def ways(script):
    """The arrow that goes on in the reading direction, and the one that goes back."""
    return ("ArrowRight", "ArrowLeft") if script == "Cyrl" else ("ArrowLeft", "ArrowRight")


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def saved(page, room, count=1):
    """The last decision, once so many are stored and the page has gone on."""
    page.wait_for_function(
        "() => document.querySelector('#say').textContent.length > 0 && !document.querySelector('#work').inert"
    )
    decisions = room.session.history()
    assert len(decisions) == count
    return decisions[-1]


def keep(page, name):
    if folder := os.environ.get("QADAM_SHOTS"):
        page.wait_for_timeout(100)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def picture(path):
    """A small grey PNG."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes(220 - (x + y) % 60 for x in range(300)) for y in range(40))
    head = struct.pack(">IIBBBBB", 300, 40, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + parts)


def sound(path):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(struct.pack("<400h", *(3000 * (i // 10 % 2) for i in range(400))))


# --- the word editor ---

SCHOOL = {"cuts": [6, 9, 13], "labels": ["STEM", "PL", "POSS", "LOC"], "pos": "NOUN"}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_word_is_cut_labelled_and_saved(open_room, visit, script):
    word = written("мектептерімізде", script)
    room = open_room("morphemes", [{"id": "1", "text": word, "script": script}], language="kk")
    page = visit(room)
    on, _ = ways(script)
    press(page, *[on] * 6, "Space", *[on] * 3, "Space", *[on] * 4, "Space")
    assert page.evaluate("document.querySelector('.word').childNodes.length") == 1  # the joined word, never split
    assert page.locator(".word").inner_text() == word
    for label in SCHOOL["labels"][1:]:
        press(page, str(page.locator(".candidates b").all_inner_texts().index(label) + 1))
    press(page, "n")
    keep(page, f"word-{script}")
    marks = [box["x"] for box in map(lambda b: b.bounding_box(), page.locator(".gap[aria-pressed=true]").all())]
    parts = [box["x"] for box in map(lambda b: b.bounding_box(), page.locator(".parts li").all())]
    assert marks == sorted(marks, reverse=script == "Arab")
    assert parts == sorted(parts, reverse=script == "Arab")
    press(page, "Enter")
    assert saved(page, room).payload == SCHOOL


@pytest.mark.parametrize("script", SCRIPTS)
def test_cuts_stand_between_the_letters(open_room, visit, script):
    word = written("мектептерімізде", script)
    page = visit(open_room("morphemes", [{"id": "1", "text": word, "script": script}]))
    gap = page.locator(".gap").nth(5).bounding_box()
    letters = page.evaluate(
        """() => [5, 6].map((i) => { const range = document.createRange(), node = document.querySelector('.word').firstChild;
        range.setStart(node, i); range.setEnd(node, i + 1); const r = range.getBoundingClientRect(); return [r.left, r.right]; })"""
    )
    middle = gap["x"] + gap["width"] / 2
    edge = letters[0][1] if script == "Cyrl" else letters[0][0]
    assert middle == pytest.approx(edge, abs=1)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_suffix_that_breaks_harmony_is_warned_of(open_room, visit, script):
    # мектеп is front and voiceless: -тер, never -лар
    word = written("мектеплар", script)
    page = visit(open_room("morphemes", [{"id": "1", "text": word, "script": script}]))
    on, _ = ways(script)
    press(page, *[on] * 6)
    assert page.locator(".warning").inner_text() == ""
    press(page, "Space")
    expected = written("тер", script)
    assert f"one expects “{expected}”" in page.locator(".warning").inner_text()
    press(page, "Space")
    assert page.locator(".warning").inner_text() == ""


def test_a_proposal_is_one_key_and_who_made_it_is_kept(open_room, visit):
    item = {"id": "1", "text": "мектептерімізде", "proposal": SCHOOL, "proposer": "qadam-segmenter"}
    room = open_room("morphemes", [item], blind=0.0)
    page = visit(room)
    keep(page, "word-proposal")
    press(page, "ArrowDown", "Enter")
    decision = saved(page, room)
    assert decision.payload == decision.proposal == SCHOOL and decision.proposer == "qadam-segmenter"


def test_every_label_is_reached_by_its_first_letters(open_room, visit):
    room = open_room("morphemes", [{"id": "1", "text": "балаша"}])
    page = visit(room)
    press(page, "ArrowLeft", "Space", "/", "c", "l", "Enter", "n", "Enter")
    assert saved(page, room).payload == {"cuts": [4], "labels": ["STEM", "CLIT"], "pos": "NOUN"}


def test_keys_mean_the_same_on_a_kazakh_keyboard(open_room, visit):
    """There the digits' row gives ә і ң ғ and the letters Cyrillic ones: what counts is where a key lies."""
    room = open_room("morphemes", [{"id": "1", "text": "қалалар"}])
    page = visit(room)
    type_ = "([key, code]) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, code, bubbles: true}))"
    press(page, "ArrowLeft", "ArrowLeft", "Space")
    for key, code in (("\u04d9", "Digit1"), ("\u0442", "KeyN")):
        page.evaluate(type_, [key, code])
    press(page, "Enter")
    assert saved(page, room).payload == {"cuts": [4], "labels": ["STEM", "PL"], "pos": "NOUN"}


def test_mouse_and_touch_work_too(open_room, visit):
    room = open_room("morphemes", [{"id": "1", "text": "қалада"}])
    page = visit(room)
    page.locator(".gap").nth(3).click()
    page.locator(".candidates button", has_text="LOC").click()
    page.locator(".pos [data-label=NOUN]").click()
    page.get_by_role("button", name="Save, next").click()
    assert saved(page, room).payload == {"cuts": [4], "labels": ["STEM", "LOC"], "pos": "NOUN"}


def test_nothing_moves_while_a_word_is_worked_on(open_room, visit):
    page = visit(open_room("morphemes", [{"id": "1", "text": "мектептерімізде"}]))
    fixed = [".word", ".parts", ".warning", ".candidates", ".pos", ".actions", ".progress"]
    where = f"{fixed}.map((s) => {{ const r = document.querySelector(s).getBoundingClientRect(); return [r.x, r.y, r.width, r.height]; }})"
    before = page.evaluate(where)
    steps = ["ArrowRight"] * 5 + ["Space", "1", "n", "ArrowRight", "Space", "1", "Backspace", "Enter"]
    for step in steps:
        press(page, step)
        assert page.evaluate(where) == before, step


# --- the other editors ---


@pytest.mark.parametrize("script", SCRIPTS)
def test_each_word_gets_a_language(open_room, visit, script):
    room = open_room("codeswitch_tokens", [{"id": "1", "text": written(MIXED, script), "script": script}])
    page = visit(room)
    on, back = ways(script)
    press(page, "k", "k", "k", "r", back, on, "k")
    boxes = [one.bounding_box() for one in page.locator(".token").all()]
    assert (boxes[0]["x"] < boxes[1]["x"]) == (script == "Cyrl")
    keep(page, f"tokens-{script}")
    press(page, "Enter")
    assert saved(page, room).payload == {"labels": ["kk", "kk", "kk", "ru", "kk"]}


def test_a_missing_label_is_named_and_nothing_is_saved(open_room, visit):
    room = open_room("codeswitch_tokens", [{"id": "1", "text": MIXED}])
    page = visit(room)
    press(page, "k", "Enter")
    assert "the label of “базарға”" in page.locator("#fault").inner_text()
    press(page, "Shift+K", "Enter")
    assert saved(page, room).payload == {"labels": ["kk"] * 5}


@pytest.mark.parametrize("script", SCRIPTS)
def test_spans_by_keyboard(open_room, visit, script):
    text = written(SENTENCE, script)
    room = open_room("ner_kaznerd", [{"id": "1", "text": text, "script": script}])
    page = visit(room)
    on, back = ways(script)
    press(page, "g", "p", on, "p", "o", on, f"Shift+{on}", "p", "e")
    press(page, on, *[f"Shift+{on}"] * 3, "d", "a", on, on)
    press(page, f"Shift+Alt+{back}", f"Shift+Alt+{back}")  # Атырау without its ending: a span inside a word
    keep(page, f"spans-{script}")
    assert page.evaluate("document.querySelector('.text').childNodes.length") == 1
    press(page, "Enter")
    spans = saved(page, room).payload["spans"]
    named = [(text[start:end], label) for start, end, label in spans]
    words = text.split()
    assert named == [
        (words[0], "GPE"),
        (words[1], "POSITION"),
        (" ".join(words[2:4]), "PERSON"),
        (" ".join(words[4:8]), "DATE"),
    ]


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_span_inside_a_word(open_room, visit, script):
    text = written("Алматыда болдық", script)
    room = open_room("ner_kaznerd", [{"id": "1", "text": text, "script": script}])
    page = visit(room)
    _, back = ways(script)
    press(page, f"Shift+Alt+{back}", f"Shift+Alt+{back}", "g", "p", "Enter")
    [[start, end, label]] = saved(page, room).payload["spans"]
    assert (text[start:end], label) == (written("Алматы", script), "GPE")


def test_a_span_is_removed_and_replaced(open_room, visit):
    room = open_room("ner_kaznerd", [{"id": "1", "text": "Алматы мен Астана"}])
    page = visit(room)
    press(
        page, "g", "p", "ArrowRight", "ArrowRight", "g", "p", "l", "o", "ArrowLeft", "ArrowLeft", "Backspace", "Enter"
    )
    assert saved(page, room).payload == {"spans": [[11, 17, "LOCATION"]]}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_choice_is_one_key(open_room, visit, script):
    rows = [{"id": str(i), "text": written(f"Астанада {i} мектеп ашылды", script)} for i in (1, 2)]
    room = open_room("sentiment3", rows)
    page = visit(room)
    keep(page, f"choice-{script}")
    press(page, "3")
    assert saved(page, room).payload == {"label": "positive"}
    page.evaluate("document.querySelector('#say').textContent = ''")
    press(page, "1")
    assert saved(page, room, 2).payload == {"label": "negative"}
    assert page.get_by_role("heading", name="Everything is decided").is_visible()


@pytest.mark.parametrize("keys, value", [(["7"], 7), (["1", "0"], 10), (["5", "ArrowRight"], 6), (["ArrowLeft"], 10)])
def test_a_pair_is_rated_by_digits_or_arrows(open_room, visit, keys, value):
    room = open_room("word_similarity", [{"id": "1", "text": "", "pair": ["шай", "кофе"]}])
    page = visit(room)
    press(page, *keys, "Enter")
    assert saved(page, room).payload == {"value": value}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_translation_is_rated_and_its_errors_marked(open_room, visit, script):
    text = written("Бала мектепке барды", script)
    room = open_room("translation_check", [{"id": "1", "text": text, "source_text": "The child went to school."}])
    page = visit(room)
    on, _ = ways(script)
    press(page, "8", "5", on, "m")
    keep(page, f"rating-{script}")
    press(page, "ArrowDown", "Enter")
    payload = saved(page, room).payload
    assert payload["value"] == 84
    assert [(text[a:b], label) for a, b, label in payload["spans"]] == [(text.split()[1], "meaning")]


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_line_is_transcribed_with_the_keyboard_on_the_page(open_room, visit, tmp_path, script):
    picture(tmp_path / "line.png")
    room = open_room("transcription", [{"id": "1", "text": "", "image": "line.png", "script": script}])
    page = visit(room)
    assert page.evaluate("document.querySelector('.image img').complete || true")
    if script == "Cyrl":
        page.keyboard.type("т")
        press(page, "Alt+9")  # the ninth letter: і
        page.keyboard.type("л")
        expected = "тіл"
    else:
        for letter in ("ٴ", "ت", "ى", "ل"):
            page.locator(f"[data-letter='{letter}']").click()
        expected = "ٴتىل"
    width = page.locator(".image img").bounding_box()["width"]
    press(page, "Alt+=")
    assert page.locator(".image img").bounding_box()["width"] > width
    keep(page, f"text-{script}")
    press(page, "Enter")
    assert saved(page, room).payload == {"text": expected}


def test_a_clip_is_played_again(open_room, visit, tmp_path):
    sound(tmp_path / "clip.wav")
    room = open_room("emotion", [{"id": "1", "text": "", "audio": "clip.wav"}])
    page = visit(room)
    page.wait_for_function("() => document.querySelector('audio').readyState > 0")
    page.evaluate("document.querySelector('audio').addEventListener('play', () => (window.played = true))")
    press(page, "r")
    page.wait_for_function("() => window.played === true")
    keep(page, "clip")
    press(page, "4")
    assert saved(page, room).payload == {"label": "sad"}


TEXT = "Мен кеше мектепке бардым."


@pytest.mark.parametrize(
    "keys, payload",
    [
        (["1"], {"text": TEXT, "label": "approve"}),
        (["3"], {"text": TEXT, "label": "reject"}),
        (["2", "End", "Backspace", "!", "Enter"], {"text": TEXT[:-1] + "!", "label": "mend"}),
    ],
)
def test_a_text_is_approved_mended_or_refused(open_room, visit, keys, payload):
    room = open_room("text_review", [{"id": "1", "text": TEXT}])
    page = visit(room)
    press(page, *keys)
    assert saved(page, room).payload == payload


def test_dangerous_text_is_announced_and_veiled(open_room, visit):
    rows = [{"id": str(i), "text": "an answer", "source_text": "a prompt"} for i in (1, 2)]
    room = open_room("refusal", rows)
    page = visit(room)
    assert page.get_by_role("dialog").is_visible()
    keep(page, "hazard")
    press(page, "2")
    assert not room.session.history()
    press(page, "Enter", "2")  # the first key lifts the veil only
    assert not page.locator(".veiled").count() and not room.session.history()
    press(page, "2")
    assert saved(page, room).payload == {"label": "safe"}
    assert page.locator(".veiled").count() == 1 and not page.get_by_role("dialog").is_visible()
    page.evaluate("document.querySelector('#say').textContent = ''")
    press(page, "s", "4")  # nobody has to read what they skip
    assert saved(page, room, 2).skip == "rather-not"


# --- saving ---


def headlines(count=3):
    return [{"id": f"h{i}", "text": f"{i}-тақырып: мектеп ашылды"} for i in range(count)]


def test_back_corrects_by_a_new_row(open_room, visit):
    room = open_room("sentiment3", headlines())
    page = visit(room)
    first = page.locator("#text").inner_text()
    press(page, "3")
    saved(page, room)
    press(page, "Control+z")
    page.wait_for_function("text => document.querySelector('#text').textContent === text", arg=first)
    assert page.locator("[data-label=positive]").get_attribute("aria-pressed") == "true"
    press(page, "1")
    for _ in range(100):  # the progress says 1 before and after
        if len(room.session.history()) > 1:
            break
        page.wait_for_timeout(50)
    assert [d.payload["label"] for d in room.session.history()] == ["positive", "negative"]
    assert len(room.decisions()) == 1


def test_a_comment_and_a_skip_in_own_words(open_room, visit):
    room = open_room("sentiment3", headlines())
    page = visit(room)
    press(page, "c")
    page.keyboard.type("екіұшты 123")
    press(page, "Enter", "2")
    assert saved(page, room).comment == "екіұшты 123"
    page.evaluate("document.querySelector('#say').textContent = ''")
    press(page, "s", "5")
    page.keyboard.type("жарнама")
    press(page, "Enter")
    assert saved(page, room, 2).skip == "жарнама"


def test_a_double_press_is_stored_once(open_room, visit):
    room = open_room("sentiment3", headlines())
    page = visit(room)
    page.evaluate(
        """() => { const b = document.querySelector('[data-label=positive]'); b.click(); b.click(); b.click(); }"""
    )
    assert saved(page, room).payload == {"label": "positive"}


def test_without_network_nothing_is_lost(open_room, visit):
    room = open_room("sentiment3", headlines())
    page = visit(room)
    page.context.set_offline(True)
    press(page, "3")
    page.wait_for_selector("#unsaved:not([hidden])")
    assert "Not saved yet" in page.locator("#unsaved").inner_text()
    keep(page, "offline")
    assert not room.session.history()
    page.context.set_offline(False)
    assert saved(page, room).payload == {"label": "positive"}
    assert not page.locator("#unsaved").is_visible()


def test_a_page_closed_before_it_could_save_saves_when_opened_again(open_room, visit):
    room = open_room("sentiment3", headlines())
    page = visit(room)
    page.route("**/decide", lambda route: route.abort())
    press(page, "3")
    page.wait_for_selector("#unsaved:not([hidden])")
    page.unroute("**/decide")
    again = page.context.new_page()
    page.close()
    again.goto(room.url)
    assert saved(again, room).payload == {"label": "positive"}


def test_an_answer_that_waited_does_not_replace_a_newer_one(open_room, visit):
    room = open_room("sentiment3", headlines())
    page = visit(room, path="?item=" + room.session.next("a1").item["id"])
    beside = page.context.new_page()
    beside.goto(page.url)
    beside.wait_for_function("() => document.activeElement !== document.body")  # its script hears keys now
    page.route("**/decide", lambda route: route.abort())
    page.bring_to_front()  # a tab that goes into the background may lose the key under way to it
    press(page, "1")
    page.wait_for_selector("#unsaved:not([hidden])")
    waits = page.evaluate("Object.values(localStorage)[0]")
    page.close()
    beside.bring_to_front()
    press(beside, "3")
    assert saved(beside, room).payload == {"label": "positive"}
    assert beside.evaluate("Object.values(localStorage)[0]") == "[]"  # what waited for the same item is gone
    beside.evaluate("waits => localStorage.setItem(Object.keys(localStorage)[0], waits)", waits)
    beside.reload()
    beside.wait_for_function("() => document.querySelector('#fault')?.textContent.includes('That one stays')")
    assert beside.locator("[data-label=positive]").get_attribute("aria-pressed") == "true"
    assert [d.payload["label"] for d in room.session.history()] == ["positive"]
    assert beside.evaluate("Object.values(localStorage)[0]") == "[]"


def test_everything_that_waits_is_sent_and_what_is_refused_is_told(open_room, visit):
    room = open_room("sentiment3", headlines())
    page = visit(room)
    left = [
        {"item": item, "payload": {"label": label}, "after": 0, "request": item}
        for item, label in (("h0", "positive"), ("h1", "wonderful"), ("h2", "neutral"))
    ]
    place = page.evaluate("'qadam:' + document.querySelector('meta[name=qadam-place]').content")
    page.evaluate("([place, left]) => localStorage.setItem(place, JSON.stringify(left))", [place, left])
    page.reload()
    page.wait_for_function("() => document.querySelector('#fault')?.textContent.includes('is gone')")
    assert {d.item: d.payload["label"] for d in room.decisions()} == {"h0": "positive", "h2": "neutral"}
    assert page.evaluate("place => localStorage.getItem(place)", place) == "[]"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_door_that_is_shut_is_said_in_the_language_of_the_page(open_room, visit, language):
    room = open_room("sentiment3", headlines(), language=language)
    page = visit(room)
    page.evaluate("document.querySelector('meta[name=qadam-check]').content = 'of another folder'")
    press(page, "3")
    page.wait_for_function(
        "says => document.querySelector('#fault').textContent === says", arg=say("state.locked", language)
    )
    assert not room.session.history() and "positive" in page.evaluate("Object.values(localStorage)[0]")  # it waits


def test_an_answer_that_was_lost_is_not_stored_twice(open_room, visit):
    room = open_room("sentiment3", headlines())
    page = visit(room)
    lost = []

    def lose(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch())  # the server stores it, the page never hears of it
        return route.abort()

    page.route("**/decide", lose)
    press(page, "3")
    saved(page, room)
    assert len(lost) == 1


# --- adjudication ---


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_disagreement_is_settled_after_a_choice_made_blind(open_room, visit, script):
    other = {"cuts": [6, 9], "labels": ["STEM", "PL", "LOC"], "pos": "NOUN"}
    votes = {"a1": {"1": SCHOOL}, "a2": {"1": other}}
    item = {"id": "1", "text": written("мектептерімізде", script), "script": script}
    room = open_room("morphemes", [item], votes=votes, language="en" if script == "Cyrl" else "kk")
    page = visit(room)
    on, _ = ways(script)
    assert not page.locator(".votes").count()
    press(page, *[on] * 6, "Space", "1", "n", "Enter")
    page.wait_for_selector(".votes")
    assert page.locator(".votes li b").all_inner_texts() == ["a1", "a2"]
    press(page, "Alt+1")
    press(page, "Enter")  # a reason is asked for
    assert page.evaluate("document.activeElement.id") == "comment"
    keep(page, f"settle-{script}")
    page.keyboard.type("іміз is one piece")
    press(page, "Enter")
    page.wait_for_selector("[data-done]")
    first, settled = room.session.log.settlements()
    assert (first.payload["cuts"], settled.payload, settled.why) == ([6], SCHOOL, "іміз is one piece")


def test_a_disagreement_about_a_choice(open_room, visit):
    votes = {"a1": {"1": {"label": "positive"}}, "a2": {"1": {"label": "negative"}}}
    room = open_room("sentiment3", [{"id": "1", "text": "Мектеп жабылды"}], votes=votes)
    page = visit(room)
    press(page, "2")
    page.wait_for_selector(".votes")
    press(page, "1")
    page.keyboard.type("a loss for the pupils")
    keep(page, "settle-choice")
    press(page, "Enter")
    page.wait_for_selector("[data-done]")
    assert [step.payload["label"] for step in room.session.log.settlements()] == ["neutral", "negative"]


# --- for everybody ---

EVERY = {
    "morphemes": {"text": "мектептерімізде", "proposal": SCHOOL, "proposer": "qadam-segmenter"},
    "codeswitch_tokens": {"text": MIXED},
    "ner_kaznerd": {"text": SENTENCE},
    "sentiment3": {"text": "Астанада жаңа мектеп ашылды"},
    "word_similarity": {"text": "", "pair": ["ескі", "жаңа"]},
    "translation_check": {"text": "Бала мектепке барды.", "source_text": "The child went to school."},
    "transcription": {"text": "", "image": "line.png"},
    "text_review": {"text": TEXT},
    "refusal": {"text": "an answer", "source_text": "a prompt"},
}


@pytest.fixture
def every(open_room, tmp_path):
    picture(tmp_path / "line.png")
    return lambda scheme, **more: open_room(scheme, [{"id": "1", **EVERY[scheme]}], blind=0.0, **more)


@pytest.mark.parametrize("scheme", EVERY)
def test_a_telephone_needs_no_sideways_scrolling(every, visit, scheme):
    for language in ("kk", "ru"):
        page = visit(every(scheme, language=language), width=360, height=740)
        if scheme == "refusal":
            press(page, "Enter")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        keep(page, f"phone-{scheme}-{language}")
        assert not page.locator("kbd:visible, .hint:visible").count()  # there are no keys to hint at
        page.locator(".actions [data-do=guideline]").click()
        assert page.locator("#guideline").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", EVERY)
def test_everything_that_can_be_pressed_has_a_name_and_focus_follows_the_page(every, visit, scheme):
    page = visit(every(scheme))
    if scheme == "refusal":
        press(page, "Enter")
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('button, input, textarea, a, audio, [role=group], [role=region]')]
        .filter((e) => e.checkVisibility() && !(e.getAttribute('aria-label') || e.getAttribute('aria-labelledby')
        || e.labels?.length || e.innerText?.trim())).map((e) => e.outerHTML)"""
    )
    assert nameless == []
    assert page.evaluate("document.activeElement.matches('[data-focus]')")
    seen = []
    page.evaluate("document.querySelector('.skip').focus()")
    for _ in range(80):
        where = page.evaluate(
            """() => { const e = document.activeElement; const all = [...document.querySelectorAll('*')];
            return [all.indexOf(e), e.matches(':focus-visible'), e === document.body]; }"""
        )
        if where[2] or where[0] in [place for place, *_ in seen]:
            break
        seen.append(where)
        press(page, "Tab")
    places = [place for place, *_ in seen]
    assert len(places) > 6 and places == sorted(places)
    assert all(visible for _, visible, _ in seen)


def test_nothing_shifts_when_the_next_item_comes(open_room, visit):
    room = open_room("sentiment3", headlines(6))
    page = visit(room)
    page.evaluate(
        """() => { window.shifts = 0; new PerformanceObserver((list) => { for (const e of list.getEntries()) window.shifts += e.value; })
        .observe({ type: 'layout-shift', buffered: true }); }"""
    )
    where = "['.progress', '.stage', '.choices', '.actions'].map((s) => { const r = document.querySelector(s).getBoundingClientRect(); return [r.x, r.y, r.width, r.height]; })"
    before = page.evaluate(where)
    for count in range(1, 5):
        press(page, "2")
        page.wait_for_function("n => document.querySelector('.progress b').textContent.startsWith(n)", arg=str(count))
        assert page.evaluate(where) == before
    assert page.evaluate("window.shifts") == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_names_a_word_stands_above_the_bar(open_room, visit, language):
    item = {"id": "1", **EVERY["morphemes"], "source_text": "Біздің мектептерімізде жаңа оқу жылы басталды."}
    page = visit(open_room("morphemes", [item], blind=0.0, language=language), width=1280, height=850)
    bottom = page.evaluate("document.querySelector('.pos').getBoundingClientRect().bottom")
    assert bottom <= page.evaluate("document.querySelector('.actions').getBoundingClientRect().top")


@pytest.mark.parametrize("scheme", EVERY)
def test_the_keys_of_actions_are_the_same_in_every_editor(every, visit, scheme):
    page = visit(every(scheme))
    if scheme == "refusal":
        press(page, "Enter", "Space")
    shown = {
        name: page.locator(f".actions [data-do={name}] kbd").inner_text() for name in ("undo", "skip", "guideline")
    }
    assert shown == {"undo": "Alt+Z", "skip": "Alt+S", "guideline": "Alt+G"}
    assert page.locator("#guideline").is_visible()
    press(page, "Alt+g")
    assert not page.locator("#guideline").is_visible()
    press(page, "Alt+s")
    assert page.locator("#reasons").is_visible()


def test_the_guideline_opens_beside_the_item_and_closes(every, visit):
    room = every("sentiment3")
    page = visit(room)
    assert page.locator("#guideline").is_visible()
    press(page, "g")
    assert not page.locator("#guideline").is_visible()
    page.reload()
    page.wait_for_function("() => document.activeElement !== document.body")
    assert not page.locator("#guideline").is_visible()
    phone = visit(room, width=360)
    assert not phone.locator("#guideline").is_visible()  # it would cover the item
    phone.get_by_role("button", name="Guideline").click()
    assert phone.locator("#guideline").is_visible()
    phone.get_by_role("button", name="Close").click()
    assert not phone.locator("#guideline").is_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_language_changes_without_losing_the_item(open_room, visit, language):
    page = visit(open_room("sentiment3", headlines()))
    item = page.locator("#text").inner_text()
    page.locator(f".languages a[lang={language}]").click()
    assert page.locator("h1").inner_text() == tables.scheme("sentiment3").asks[language]
    assert page.locator("#text").inner_text() == item


def test_items_cannot_run_scripts(open_room, visit):
    evil = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'
    page = visit(open_room("ner_kaznerd", [{"id": evil, "text": evil}]))
    press(page, "g", "p", "ArrowRight", "l", "w")
    assert page.locator("#text").inner_text() == evil
    assert page.evaluate("window.hit === undefined")
    assert not page.locator(".stage img, .stage script").count()
