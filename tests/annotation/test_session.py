"""Who sees what: pilot to all, then each item to as many as the scheme asks, blind, in an order of one's own."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from qadam.annotation.rows import read
from qadam.annotation.session import Extras, Session
from qadam.catalogue import tables
from qadam.errors import BadData, NotReadable, Usage

SENTIMENT = replace(tables.scheme("sentiment3"), pilot=4, overlap=2)
ITEMS = [{"id": str(i), "text": f"тақырып {i}"} for i in range(40)]
GOOD = {"label": "neutral"}


def open_(folder, items=ITEMS, scheme=SENTIMENT, **how):
    return Session.open(scheme, folder, items=items, **how)


def label(session, annotator, limit=1000):
    seen = []
    while len(seen) < limit and (task := session.next(annotator)):
        seen.append(task.item["id"])
        session.save(annotator, task.item["id"], GOOD, extras=Extras(seconds=2.0))
    return seen


def test_the_pilot_goes_to_all_and_the_rest_to_as_many_as_the_scheme_asks(tmp_path):
    session = open_(tmp_path)
    seen = {who: label(session, who, 13) for who in ("a1", "a2", "a3")}
    seen = {who: seen[who] + label(session, who) for who in seen}
    assert all(set(ids[:4]) == {"0", "1", "2", "3"} for ids in seen.values())
    times = Counter(item for ids in seen.values() for item in ids)
    assert {times[str(i)] for i in range(4)} == {3} and {times[str(i)] for i in range(4, 40)} == {2}
    assert len(set(map(tuple, (ids[:4] for ids in seen.values())))) > 1  # orders differ


def test_items_are_finished_before_new_ones_are_begun(tmp_path):
    session = open_(tmp_path)
    first = label(session, "a1", 14)
    assert set(label(session, "a2", 14)) == set(first)


def test_one_goes_on_where_one_stopped_in_any_process(tmp_path):
    first = label(open_(tmp_path), "a1", 7)
    session = open_(tmp_path, items=None)
    assert session.next("a1").item["id"] not in first
    assert session.next("a1") == session.next("a1")  # looking decides nothing
    other = open_(tmp_path / "b")
    assert label(other, "a1", 7) == first  # the order depends on seed and name alone
    assert label(open_(tmp_path / "c", seed=14), "a1", 7) != first


def test_walking_back_and_forth(tmp_path):
    session = open_(tmp_path)
    one, two, three = label(session, "a1", 3)
    assert session.before("a1", two) == one and session.before("a1", one) is None
    assert session.after("a1", two) == three
    assert session.task("a1", two).decision.payload == GOOD and session.task("a1", two).position == 2
    last = session.log.assigned("a1")[-1]
    assert session.after("a1", last) is None


def test_progress_counts_answers_skips_and_what_is_left(tmp_path):
    session = open_(tmp_path)
    label(session, "a1", 3)
    session.save("a1", session.next("a1").item["id"], None, extras=Extras(skip="бұзылған", seconds=4.0))
    progress = session.progress("a1")
    assert (progress.done, progress.skipped, progress.total, progress.seconds_per_item) == (3, 1, 40, 2.0)
    session.next("a2")
    session.next("a3")
    assert session.progress("a1").total == 4 + 24  # 36 items twice, by three people


def test_a_correction_counts_once_and_nothing_is_lost(tmp_path):
    session = open_(tmp_path)
    (item,) = label(session, "a1", 1)
    session.save("a1", item, {"label": "negative"})
    assert [d.payload["label"] for d in session.history()] == ["neutral", "negative"]
    assert [d.payload["label"] for d in session.decisions()] == ["negative"]


def test_the_same_request_is_the_same_decision(tmp_path):
    session = open_(tmp_path)
    item = session.next("a1").item["id"]
    first = session.save("a1", item, GOOD, extras=Extras(request="r1"))
    assert session.save("a1", item, GOOD, extras=Extras(request="r1")) == first


def test_a_new_guideline_asks_again_and_shows_what_was_said(tmp_path):
    seen = label(open_(tmp_path), "a1", 5)
    session = open_(tmp_path, items=None, scheme=replace(SENTIMENT, version=2))
    task = session.next("a1")
    assert task.item["id"] == seen[0] and task.decision.version == 1
    assert session.progress("a1").done == 0
    assert session.save("a1", seen[0], GOOD).version == 2 and session.next("a1").item["id"] == seen[1]


def test_a_share_is_shown_blind_and_known_answers_never(tmp_path):
    items = [{**i, "proposal": GOOD, "proposer": "m", "gold": {"label": "positive"}} for i in ITEMS * 1]
    session = open_(tmp_path, items, replace(SENTIMENT, pilot=40, blind=0.25))
    blind = 0
    for _ in ITEMS:
        task = session.next("a1")
        assert not {"gold", "proposal", "proposer"} & set(task.item)
        assert (task.proposal, task.proposer) in ((GOOD, "m"), (None, ""))
        kept = session.save("a1", task.item["id"], GOOD)
        assert (kept.proposal, kept.proposer) == (task.proposal, task.proposer)
        blind += task.proposal is None
    assert 4 <= blind <= 16  # 40 draws at 0.25
    assert "positive" not in repr(session.task("a1", "0"))


def test_what_the_page_proposed_is_kept_with_its_author(tmp_path):
    session = open_(tmp_path)
    item = session.next("a1").item["id"]
    extras = Extras(proposal=GOOD, proposer="system@1")
    assert session.save("a1", item, GOOD, extras=extras).proposer == "system@1"
    with pytest.raises(BadData, match="'x' is none"):
        session.save("a1", item, GOOD, extras=Extras(proposal={"label": "x"}))


@pytest.mark.parametrize(
    "payload, extras, says",
    [
        (None, Extras(), "an answer or a skip"),
        (GOOD, Extras(skip="why"), "an answer or a skip"),
        ({"label": "x"}, Extras(), "none of its labels"),
        (GOOD, Extras(seconds=-1.0), "seconds were not spent"),
        (GOOD, Extras(seconds=float("nan")), "seconds were not spent"),
        (GOOD, Extras(comment="\ud800"), "half a surrogate"),
    ],
)
def test_what_is_no_decision_is_not_stored(tmp_path, payload, extras, says):
    session = open_(tmp_path)
    item = session.next("a1").item["id"]
    with pytest.raises(BadData, match=says):
        session.save("a1", item, payload, extras=extras)
    assert session.history() == []


def test_nobody_sees_or_decides_what_was_given_to_others(tmp_path):
    session = open_(tmp_path)
    given = session.next("a1").item["id"]
    for ask in (session.task, session.before, session.after):
        with pytest.raises(BadData, match="was given to a2"):
            ask("a2", given)
    with pytest.raises(BadData, match="was given to a1"):
        session.save("a1", "no such item", GOOD)


@pytest.mark.parametrize("name", ["Айгүл", "a0", "a", "a1\n", "A1", "a1; DROP", "", "a1234567"])
def test_names_of_persons_are_refused(tmp_path, name):
    session = open_(tmp_path)
    for ask in (session.next, session.token, session.progress):
        with pytest.raises(Usage, match="is no annotator"):
            ask(name)


# --- items ---

BAD = [
    ('{"id": "1", "text": "а"}\n{"id": "1", "text": "б"}\n', "line 2: the id '1' stands on an earlier line"),
    ('{"id": "1"}\n', "line 1: item '1': 'text' is missing or empty, and nothing else"),
    ('{"id": "1", "text": " "}\n', "line 1: item '1': 'text' is missing or empty"),
    ('{"text": "а"}\n', "line 1: 'id' is a text"),
    ('{"id": 1, "text": "а"}\n', "line 1: 'id' is a text"),
    ('{"id": "1", "text": "а"}\n\n{"id": "2", "text": ["а"]}\n', r"line 3: item '2': 'text' is a text, not \['а'\]"),
    ('{"id": "1", "text": "а", "tokens": ["б"]}\n', "line 1: item '1': the token 'б' does not stand at 0"),
    ('{"id": "1", "text": "а", "tokens": "а"}\n', "'tokens' is a list"),
    ('{"id": "1", "text": "", "pair": ["а"]}\n', "'pair' is two texts"),
    ('{"id": "1", "text": "а", "language": 5}\n', "'language' is a text"),
    ('{"id": "1", "text": "а", "proposal": {"label": "x"}}\n', "'proposal': .*'x' is none of its labels"),
    ('{"id": "1", "text": "а", "gold": {"spans": []}}\n', "'gold': .*'label' is missing"),
    ('{"id": "1", "text": "\\ud83d"}\n', "half a surrogate pair"),
]
UNREADABLE = [
    ("[]\n", "line 1 is '\\[\\]', not an object"),
    ('{"id": "1", "text": "а"}\n{"id": \n', "line 2 is not JSON"),
    ('{"id": "1", "id": "2", "text": "а"}\n', "the key 'id' stands twice"),
    ('{"id": "1", "text": "а", "weight": NaN}\n', "NaN is not JSON"),
]


@pytest.mark.parametrize("text, says", [*BAD, *UNREADABLE])
def test_a_bad_file_of_items_is_refused_by_its_line_and_nothing_is_stored(tmp_path, text, says):
    (tmp_path / "bad.jsonl").write_text(text, "utf-8")
    with pytest.raises(BadData, match=rf"bad\.jsonl, {says}" if says.startswith("line") else says):
        open_(tmp_path / "new", tmp_path / "bad.jsonl")
    assert not (tmp_path / "new").exists()
    session = open_(tmp_path / "old")
    before = (tmp_path / "old" / "items.jsonl").read_bytes()
    with pytest.raises(BadData):
        open_(tmp_path / "old", tmp_path / "bad.jsonl")
    assert (tmp_path / "old" / "items.jsonl").read_bytes() == before and len(session.items) == 40


def test_bytes_that_are_not_utf_8_are_named_by_their_line(tmp_path):
    (tmp_path / "bad.jsonl").write_bytes(b'{"id": "1", "text": "a"}\n{"id": "2", "text": "\xff"}\n')
    with pytest.raises(NotReadable, match=r"line 2 is not UTF-8 \(byte 22"):
        read(tmp_path / "bad.jsonl")
    for text in (b"", b"\n\n"):
        (tmp_path / "empty.jsonl").write_bytes(text)
        with pytest.raises(BadData, match="holds no item"):
            read(tmp_path / "empty.jsonl")
    with pytest.raises(NotReadable, match="cannot be read"):
        read(tmp_path / "none.jsonl")


def test_items_are_added_and_never_changed(tmp_path):
    session = open_(tmp_path, ITEMS[:10])
    assert len(open_(tmp_path, ITEMS[:12]).items) == 12 == len(session.items)  # the other one sees them too
    with pytest.raises(BadData, match="items never change"):
        open_(tmp_path, [{"id": "3", "text": "басқа"}])
    assert session.items["3"]["text"] == "тақырып 3"


def test_a_pair_needs_no_text(tmp_path):
    pair, scheme = {"id": "1", "pair": ["шай", "кофе"]}, tables.scheme("word_similarity")
    session = open_(tmp_path, [pair], scheme)
    assert session.items["1"]["text"] == "" and len(open_(tmp_path, [pair], scheme).items) == 1  # the same again
    assert session.save("a1", session.next("a1").item["id"], {"value": 6}).payload == {"value": 6.0}


def test_a_folder_belongs_to_one_scheme(tmp_path):
    open_(tmp_path)
    with pytest.raises(Usage, match="holds the annotation of 'sentiment3'"):
        Session.open(tables.scheme("refusal"), tmp_path)
    with pytest.raises(Usage, match="has no items yet"):
        Session.open(SENTIMENT, tmp_path / "none")


def test_images_are_copied_in_and_cannot_lead_out(tmp_path):
    scheme = tables.scheme("transcription")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").write_bytes(b"png")
    (tmp_path / "secret.png").write_bytes(b"secret")
    source = tmp_path / "in" / "items.jsonl"

    def try_(image):
        source.write_text(json.dumps({"id": "1", "text": "", "image": image}) + "\n", "utf-8")
        return Session.open(scheme, tmp_path / "work", items=source)

    for image, says in (
        ("../secret.png", "leads out"),
        (str(tmp_path / "secret.png"), "leads out"),
        ("b.png", "cannot be read"),
    ):
        with pytest.raises(BadData, match=says):
            try_(image)
    (tmp_path / "in" / "a.svg").write_text("<svg/>")
    with pytest.raises(BadData, match="none that a browser shows safely"):
        try_("a.svg")
    assert not (tmp_path / "work" / "items.jsonl").exists()
    session = try_("a.png")
    kept = session.items["1"]["image"]
    assert kept.startswith("media/") and (session.folder / kept).read_bytes() == b"png"
    assert len(try_("a.png").items) == 1  # the same again is no other item
