"""The page over HTTP: what it shows, what it stores, and whom it refuses."""

import json
import re

import pytest
from starlette.testclient import TestClient

from qadam.annotation.adjudicate import Adjudication
from qadam.annotation.desk import Labelling, Settling
from qadam.annotation.guard import LARGEST_BODY, Door, check_value
from qadam.annotation.server import _guideline, application, serve
from qadam.annotation.words import LANGUAGES, say
from qadam.catalogue import tables
from qadam.errors import Usage

HOME = "http://127.0.0.1:8700"
HEADLINES = [{"id": f"h{i}", "text": f"{i}-тақырып: жаңа мектеп ашылды"} for i in range(4)]


@pytest.fixture
def knock(make_session):
    """items -> a client of the page and its session."""

    def open_(scheme="sentiment3", items=HEADLINES, *, host="127.0.0.1", tokens=False, base=HOME, **changes):
        session = make_session(scheme, items, **changes)
        app = application(Labelling(session), door=Door(host, tokens=tokens), annotator="a1")
        return TestClient(app, base_url=base, follow_redirects=False), session

    return open_


def heads(session, annotator="a1", *, origin=HOME, **extra):
    check = check_value(session.token(annotator))
    return {"origin": origin, "content-type": "application/json", "x-qadam-check": check, **extra}


def decision(item, label="positive", request="r1", **extra):
    return {"item": item, "payload": {"label": label}, "seconds": 1.5, "request": request, **extra}


def first(session, annotator="a1"):
    return session.next(annotator).item["id"]


def test_the_first_item_stands_in_the_page_as_it_comes(knock):
    client, session = knock()
    page = client.get("/").text
    item = session.items[first(session)]
    assert item["text"] in page
    assert "Is the news good, neutral or bad" in page and "0 of 4" in page


def test_a_decision_is_stored_and_the_next_item_comes_back(knock):
    client, session = knock()
    item = first(session)
    answer = client.post("/decide", json=decision(item, comment="анық"), headers=heads(session))
    assert answer.status_code == 200
    [stored] = session.decisions()
    assert (stored.item, stored.payload, stored.comment, stored.seconds) == (item, {"label": "positive"}, "анық", 1.5)
    assert session.items[first(session)]["text"] in answer.json()["html"]
    assert "1 of 4" in answer.json()["html"]


def test_a_request_sent_twice_is_stored_once(knock):
    client, session = knock()
    item = first(session)
    numbers = [client.post("/decide", json=decision(item), headers=heads(session)).json()["seq"] for _ in range(3)]
    assert len(set(numbers)) == 1 and len(session.history()) == 1


def test_an_answer_that_waited_gives_way_to_a_newer_one(knock):
    client, session = knock()
    item = first(session)
    seq = client.post("/decide", json=decision(item, request="r2", after=0), headers=heads(session)).json()["seq"]
    late = client.post("/decide", json=decision(item, "negative", after=0), headers=heads(session))
    assert late.status_code == 409 and session.items[item]["text"] in late.json()["html"]
    assert [d.payload["label"] for d in session.history()] == ["positive"]
    corrected = client.post("/decide", json=decision(item, "negative", "r3", after=seq), headers=heads(session))
    assert corrected.status_code == 200 and session.decisions()[0].payload == {"label": "negative"}


def test_a_request_id_stands_for_one_decision(knock):
    client, session = knock()
    item = first(session)
    client.post("/decide", json=decision(item), headers=heads(session))
    for other in (decision(item, "negative"), decision(item) | {"payload": None, "skip": "damaged"}):
        assert client.post("/decide", json=other, headers=heads(session)).status_code == 409
    assert len(session.history()) == 1


def test_each_folder_has_a_place_of_its_own_in_the_browser(knock):
    places = {
        client.get("/").text.split('name="qadam-place" content="')[1].split('"')[0] for client, _ in (knock(), knock())
    }
    assert len(places) == 2 and all(place.endswith("/Labelling/a1") for place in places)


def test_back_and_a_correction_is_a_new_row(knock):
    client, session = knock()
    item = first(session)
    client.post("/decide", json=decision(item), headers=heads(session))
    back = client.get("/work", params={"before": first(session)}).json()["html"]
    assert session.items[item]["text"] in back and "decided before" in back
    client.post("/decide", json=decision(item, "negative", "r2"), headers=heads(session))
    assert [d.payload["label"] for d in session.history()] == ["positive", "negative"]
    assert [d.payload["label"] for d in session.decisions()] == ["negative"]


def test_a_skip_has_a_reason(knock):
    client, session = knock()
    body = decision(first(session)) | {"payload": None, "skip": "damaged"}
    assert client.post("/decide", json=body, headers=heads(session)).status_code == 200
    assert session.decisions()[0].skip == "damaged"
    body = decision(first(session), request="r2") | {"payload": None}
    assert client.post("/decide", json=body, headers=heads(session)).status_code == 422


def test_who_proposed_is_kept_and_the_blind_share_sees_nothing(knock):
    items = [row | {"proposal": {"label": "neutral"}, "proposer": "some-system"} for row in HEADLINES]
    for blind, shown in ((0.0, True), (1.0, False)):
        client, session = knock(items=items, blind=blind)
        assert ("some-system" in client.get("/").text) == shown
        client.post("/decide", json=decision(first(session)), headers=heads(session))
        [stored] = session.decisions()
        assert (stored.proposer == "some-system") == shown
        assert (stored.proposal == {"label": "neutral"}) == shown


def test_when_everything_is_decided_the_page_says_so(knock):
    client, session = knock()
    for i in range(4):
        answer = client.post("/decide", json=decision(first(session), request=f"r{i}"), headers=heads(session))
    assert "Everything is decided" in answer.json()["html"]
    last = client.get("/work", params={"before": ""}).json()["html"]
    assert "decided before" in last


@pytest.mark.parametrize("language, title", [("kk", "Тақырыптың реңкі"), ("ru", "Тональность заголовка")])
def test_the_language_is_remembered(knock, language, title):
    client, _ = knock()
    assert client.get("/", params={"language": language}).status_code == 303
    assert title in client.get("/").text


def test_a_guideline_that_is_not_written_yet_is_said_to_be_missing(knock, monkeypatch):
    def missing(name, language="en"):
        raise FileNotFoundError(name)

    monkeypatch.setattr("qadam.catalogue.tables.guideline", missing)
    monkeypatch.setattr("qadam.annotation.server._guideline", _guideline.__wrapped__)
    client, _ = knock()
    assert "has not been written in this language yet" in client.get("/").text


# --- hostile ---

EVIL = '<script>alert(1)</script><img src=x onerror="alert(2)">" onmouseover="alert(3)'


@pytest.mark.parametrize("scheme", ["sentiment3", "morphemes", "codeswitch_tokens", "ner_kaznerd", "text_review"])
def test_html_in_items_is_text(knock, scheme):
    item = {"id": EVIL, "text": EVIL, "source_text": EVIL, "pair": [EVIL, EVIL]}
    client, _ = knock(scheme, [item])
    page = client.get("/").text
    assert "<script>alert" not in page and "<img src=x" not in page and 'onmouseover="' not in page
    assert "&lt;script&gt;" in page


def test_headers_close_the_page_to_others(knock):
    client, _ = knock()
    for path in ("/", "/style.css", "/scripts/page.js", "/nothing"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script-src 'self';" in policy and "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8700", "127.0.0.1.evil.example", "192.168.1.7", ""])
def test_another_name_is_refused_on_this_machine(knock, host):
    client, session = knock()
    assert client.get("/", headers={"host": host}).status_code == 421
    answer = client.post("/decide", json=decision(first(session)), headers=heads(session, host=host))
    assert answer.status_code == 421 and not session.history()


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost:8700", "[::1]:8700"])
def test_the_names_of_this_machine_are_known(knock, host):
    client, _ = knock()
    assert client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1", None])
def test_a_foreign_origin_is_refused(knock, origin):
    client, session = knock()
    headers = heads(session, origin=origin)
    if origin is None:
        del headers["origin"]
    assert client.post("/decide", json=decision(first(session)), headers=headers).status_code == 403
    assert not session.history()


@pytest.mark.parametrize(
    "change, status",
    [
        ({"x-qadam-check": ""}, 403),
        ({"x-qadam-check": "0" * 32}, 403),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({"content-length": str(LARGEST_BODY + 1)}, 413),
        ({"content-length": "many"}, 413),
    ],
)
def test_what_no_page_of_ours_sends_is_refused(knock, change, status):
    client, session = knock()
    body = json.dumps(decision(first(session)))
    assert client.post("/decide", content=body, headers=heads(session) | change).status_code == status
    assert not session.history()


def test_a_body_without_length_is_cut_off(knock):
    client, session = knock()
    pieces = (b"x" * 65536 for _ in range(64))
    assert client.post("/decide", content=pieces, headers=heads(session)).status_code == 413


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe{}", b"{", b"[]", b"{}", b'{"item": 7}', b'{"item": "h0", "request": 7}', b'{"item": "h0"}',
     b'{"item": "h0", "request": "r", "seconds": "1"}', b"[" * 100_000, b'{"item": "h0", "request": "r", "seconds": true}',
     b'{"item": "h0", "request": "r", "seconds": 1' + b"0" * 400 + b"}", b'{"item": "h0", "request": "r", "after": "1"}'],
)  # fmt: skip
def test_what_is_no_decision_is_refused(knock, body):
    client, session = knock()
    first(session)
    answer = client.post("/decide", content=body, headers=heads(session))
    assert answer.status_code == 400 and answer.json()["error"]
    assert not session.history()


@pytest.mark.parametrize(
    "change",
    [
        {"item": "nobody's"},
        {"payload": {"label": "wonderful"}},
        {"payload": {"label": "positive", "more": 1}},
        {"payload": None},
        {"payload": []},
        {"seconds": -1},
        {"comment": "\ud800"},
        {"request": "\ud800"},
    ],
)
def test_an_answer_the_scheme_does_not_allow_is_refused_with_its_fault(knock, change):
    client, session = knock()
    body = json.dumps(decision(first(session)) | change)
    answer = client.post("/decide", content=body, headers=heads(session))
    assert answer.status_code == 422 and "BadData" in answer.json()["error"]
    assert not session.history()


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(knock, method):
    client, _ = knock()
    assert client.request(method, "/decide").status_code == 405


def test_only_media_of_the_items_are_served(knock, tmp_path):
    (tmp_path / "line.png").write_bytes(b"\x89PNG picture")
    (tmp_path / "secret.png").write_bytes(b"secret")
    client, session = knock("transcription", [{"id": "1", "text": "", "image": "line.png"}])
    first(session)
    assert client.get("/media", params={"item": "1", "kind": "image"}).content == b"\x89PNG picture"
    asked = [("1", "audio"), ("1", "text"), ("1", "id"), ("2", "image"), ("../secret", "image"), ("", "")]
    for item, kind in asked:
        assert client.get("/media", params={"item": item, "kind": kind}).status_code == 404
    for path in ("/media/../log.sqlite", "/scripts/..%2f..%2fserver.py", "/scripts/%2e%2e/words.toml", "/log.sqlite"):
        assert client.get(path).status_code == 404


def test_a_path_that_leads_out_of_the_folder_is_not_followed(knock, tmp_path):
    (tmp_path / "secret.png").write_bytes(b"secret")
    client, session = knock("transcription", [{"id": "1", "text": "қала"}])
    first(session)
    session.items  # noqa: B018
    items = session.folder / "items.jsonl"
    items.write_text(json.dumps({"id": "1", "text": "қала", "image": "../secret.png"}) + "\n", "utf-8")
    assert client.get("/media", params={"item": "1", "kind": "image"}).status_code == 404


# --- tokens ---


def test_on_the_network_everybody_brings_a_token(knock):
    client, session = knock(host="0.0.0.0", tokens=True, base="http://192.168.1.7:8700")
    assert client.get("/").status_code == 401
    assert client.get("/work").status_code == 401
    assert client.get("/", params={"token": "forged"}).status_code == 401
    assert client.get("/?token=%ff%00").status_code == 401
    answer = client.get("/", params={"token": session.token("a2")})
    assert answer.status_code == 303 and "HttpOnly" in answer.headers["set-cookie"]
    assert answer.headers["set-cookie"].startswith("qadam-token-8700=")  # another page on this machine has its own
    assert "annotator a2" in client.get("/").text
    headers = heads(session, "a2", origin="http://192.168.1.7:8700")
    assert client.post("/decide", json=decision(first(session, "a2")), headers=headers).status_code == 200
    assert [d.annotator for d in session.decisions()] == ["a2"]


def test_nobody_decides_for_another(knock):
    client, session = knock(host="0.0.0.0", tokens=True, base="http://192.168.1.7:8700")
    client.get("/", params={"token": session.token("a2")})
    headers = heads(session, "a1", origin="http://192.168.1.7:8700")
    assert client.post("/decide", json=decision(first(session, "a1")), headers=headers).status_code == 403
    client.cookies.clear()
    assert client.get("/", headers={"cookie": "qadam-token-8700=forged"}).status_code == 401


@pytest.mark.parametrize("host, known", [("192.168.1.7", True), ("evil.example", False), ("localhost", True)])
def test_names_on_the_network(host, known):
    assert Door("0.0.0.0", tokens=True).knows(host) == known


def test_a_port_in_use_is_said(make_session):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        session = make_session("sentiment3", HEADLINES)
        with pytest.raises(Usage, match=f"127.0.0.1:{port} cannot be used"):
            serve(session, host="127.0.0.1", port=port, annotators=["a1"], open_browser=False)
        with pytest.raises(Usage, match="nobody is named"):
            serve(session, host="127.0.0.1", port=port, annotators=[], open_browser=False)


# --- adjudication ---


@pytest.fixture
def dispute(make_session):
    session = make_session("sentiment3", HEADLINES, overlap=2)
    for annotator in ("a1", "a2"):
        for i, row in enumerate(HEADLINES):
            session.next(annotator)
            label = "positive" if annotator == "a1" or i else "negative"
            session.save(annotator, row["id"], {"label": label})
    app = application(Settling(Adjudication.open(session)), door=Door("127.0.0.1", tokens=False), annotator="a9")
    return TestClient(app, base_url=HOME), session


def test_votes_are_hidden_until_the_first_choice(dispute):
    client, session = dispute
    page = client.get("/").text
    assert HEADLINES[0]["text"] in page and "What the annotators decided" not in page and "<b>a2</b>" not in page
    headers = heads(session, "a9")
    settle = decision("h0", "negative") | {"comment": "why not"}
    first_answer = client.post("/decide", json=decision("h0", "neutral"), headers=headers).json()["html"]
    assert "What the annotators decided" in first_answer and "<b>a2</b>" in first_answer
    again = client.post("/decide", json=decision("h0", "neutral"), headers=headers)
    assert again.status_code == 200 and len(session.log.settlements()) == 1
    bare = client.post("/decide", json=decision("h0", "negative"), headers=headers)
    assert bare.status_code == 422
    for _ in range(2):  # the answer was lost, the page sends it again
        done = client.post("/decide", json=settle, headers=headers)
    assert "Everything is decided" in done.json()["html"]
    late = client.post("/decide", json=settle | {"comment": "late", "after": 1}, headers=headers)
    assert late.status_code == 409 and "why not" in late.json()["html"]
    steps = [(step.step, step.who, step.payload["label"], step.why) for step in session.log.settlements()]
    assert steps == [("first", "a9", "neutral", ""), ("settled", "a9", "negative", "why not")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reasons_to_skip_that_a_guideline_names_are_buttons(knock, language):
    quoted = {"en": r"skip[^.:;«“]*“([^”]+)”", "ru": r"с причиной «([^»]+)»", "kk": r"«([^»]+)» деген себеппен"}
    named = set()
    for scheme in tables.schemes():
        client, _ = knock(scheme.id, [{"id": "1", "text": "қала", "pair": ["ескі", "жаңа"]}])
        client.cookies.set("qadam-language", language)
        page = client.get("/").text
        buttons = {text.strip() for text in re.findall(r"<button[^>]* data-reason=.*?</kbd>(.*?)</button>", page)}
        named_here = set(re.findall(quoted[language], tables.guideline(scheme.id, language)))
        assert named_here <= buttons, scheme.id
        assert {say(f"skip.{reason}", language) for reason in scheme.skips} <= named_here
        named |= named_here
    assert len(named) == 6  # private, unknown, phrase, same-word; damaged and rather-not, which every scheme has


@pytest.mark.parametrize(
    "language, first_title, last_title", [("kk", "адам", "ұлт, дін, партия"), ("en", "animal", "work of art")]
)
def test_classes_of_spans_stand_in_the_order_of_the_alphabet(knock, language, first_title, last_title):
    client, _ = knock("ner_kaznerd", [{"id": "1", "text": "Алматы"}])
    client.cookies.set("qadam-language", language)
    titles = re.findall(r'data-label="[A-Z_]+" title="([^"]+)"', client.get("/").text)
    assert len(titles) == 25 and titles[0].startswith(first_title) and titles[-1] == last_title
    if language == "kk":  # ө follows о, and both stand before п
        assert titles.index("оқиға, іс-шара") < titles.index("өзге атау") < titles.index("пайыз")
        assert "<b>PERSON</b>" in client.get("/").text  # the guideline's examples use the ids


@pytest.mark.parametrize("text, lang", [("мектеп", "kk-Cyrl"), ("مەكتەپ", "kk-Arab"), ("mektep", "kk-Latn")])
def test_the_language_of_an_item_goes_by_its_letters(knock, text, lang):
    client, _ = knock("sentiment3", [{"id": "1", "text": text, "script": "Cyrl"}])
    assert f'lang="{lang}"' in client.get("/").text


def test_the_sentence_of_a_word_is_called_so(knock):
    row = {"id": "1", "text": "алма", "source_text": "Маған тиме, қолыңа алма."}
    assert "Sentence</span>" in knock("morphemes", [row])[0].get("/").text
    assert "Prompt</span>" in knock("refusal", [row])[0].get("/").text
    assert "Source</span>" in knock("translation_check", [row])[0].get("/").text


def test_every_scheme_has_a_page(knock):
    for scheme in tables.schemes():
        client, _ = knock(scheme.id, [{"id": "1", "text": "қала", "pair": ["ескі", "жаңа"]}])
        for language in ("kk", "ru", "en"):
            client.cookies.set("qadam-language", language)
            page = client.get("/")
            assert page.status_code == 200 and f'lang="{language}"' in page.text
