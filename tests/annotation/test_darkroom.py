"""The darkroom: rectangles are drawn, moved and deleted by everybody; what lies under them is in nothing that is released."""

import io
import socket
import threading
import time
from dataclasses import replace
from importlib import resources

import numpy as np
import pytest
import uvicorn
from starlette.testclient import TestClient

from qadam.annotation import darkroom
from qadam.annotation import photographs as making
from qadam.annotation.photographs import Cut
from qadam.annotation.words import LANGUAGES, say
from qadam.errors import BadData, NotReadable

Image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
HOME = "http://127.0.0.1:8700"
GIVEN = Cut("", script="kk-Arab", licence="CC BY 4.0", consent="own sign", source="own")
SIZE = (400, 300)
FACE = (100, 60, 80, 90)
PLACE = "Baikonur-secret-place"


def photograph(path, *, size=SIZE, seed=0):
    """Noise, in which every pixel tells; with the metadata of a camera."""
    exif = Image.Exif()
    exif[0x010E] = PLACE
    noise = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8)
    Image.fromarray(noise).save(path, exif=exif, comment=PLACE)


@pytest.fixture
def walk(tmp_path):
    """Two photographs; of the first, two lines are cut out."""
    folder = tmp_path / "walk"
    folder.mkdir()
    for seed, name in enumerate(("a.jpg", "b.png")):
        photograph(folder / name, seed=seed)
    rows = [
        replace(GIVEN, file=name, crop=crop) for name, crop in (("a.jpg", "0,0,400,200"), ("a.jpg", ""), ("b.png", ""))
    ]
    making.write(folder, rows)
    return folder


@pytest.fixture
def client(walk):
    return TestClient(darkroom.application(walk), base_url=HOME, follow_redirects=False)


def check(client):
    return client.get("/").text.split('name="check" value="')[1].split('"')[0]


def sent(client, *boxes, do="keep", file="a.jpg", before="", **more):
    """The form as a browser without a script sends it, empty rows and all."""
    sides = {side: [str(box[i]) for box in (*boxes, [""] * 4)] for i, side in enumerate(darkroom.SIDES)}
    form = {"check": check(client), "file": file, "turn": "", "before": before, "looked": "", "do": do, **sides, **more}
    return client.post("/", data=form, headers={"origin": HOME})


def told(folder):
    return [(cut.file, cut.blur, cut.looked) for cut in making.read(folder)]


def seen(content):
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"), int)


# --- what is kept ---


def test_rectangles_go_into_every_row_of_the_photograph_and_into_no_other(client, walk):
    answer = sent(client, FACE, (0, 0, 5, 5))
    assert answer.status_code == 303 and answer.headers["location"] == "/?file=b.png&turn="
    assert told(walk) == [("a.jpg", "100,60,80,90 0,0,5,5", "yes")] * 2 + [("b.png", "", "")]
    assert sent(client, file="b.png").headers["location"] == "/"
    assert told(walk)[2] == ("b.png", "", "yes")  # nothing to hide is an answer too
    assert say("darkroom.done") in client.get("/").text


@pytest.mark.parametrize(
    "box", [(1, 2, 3, "x"), (1, 2, 3, ""), (1, 2, 0, 4), (-1, 2, 3, 4), (400, 0, 5, 5), (0.5, 1, 2, 2)]
)
def test_a_rectangle_that_is_none_is_told_and_nothing_is_kept(client, walk, box):
    answer = sent(client, FACE, box)
    assert answer.status_code == 422 and say("darkroom.wrong") in answer.text
    assert 'value="100"' in answer.text  # what was right need not be drawn again
    assert not any(looked for *_, looked in told(walk))


def test_what_the_table_says_by_now_is_not_written_over(client, walk):
    making.rewrite(walk, [replace(cut, blur="1,2,3,4") for cut in making.read(walk)])
    answer = sent(client, FACE, before="")
    assert answer.status_code == 422 and say("darkroom.changed") in answer.text
    assert {blur for _, blur, _ in told(walk)} == {"1,2,3,4"}
    assert sent(client, FACE, before="1,2,3,4").status_code == 303


def test_rectangles_of_all_rows_are_shown_once_and_a_turned_one_is_another_photograph():
    rows = [replace(GIVEN, file="a.jpg", blur=blur) for blur in ("1,2,3,4", "1,2,3,4 5,6,7,8")]
    first, other = darkroom.sheets([*rows, replace(rows[0], turn="90", looked="иә")])
    assert (first.blur, first.looked, other.turn, other.looked) == ("1,2,3,4 5,6,7,8", False, "90", True)


def test_the_table_is_whole_when_two_save_at_once(client, walk):
    key = check(client)
    forms = [
        {"check": key, "file": name, "turn": "", "before": "", "looked": "", "do": "keep"}
        for name in ("a.jpg", "b.png")
    ]
    threads = [
        threading.Thread(target=client.post, args=("/",), kwargs={"data": form, "headers": {"origin": HOME}})
        for form in forms
    ]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert [looked for *_, looked in told(walk)] == ["yes"] * 3


# --- what is released ---


def test_nothing_of_what_was_hidden_is_in_what_is_released(tmp_path):
    """Two photographs that differ under the rectangle alone, with the same mean there, are released as the same bytes."""
    left, top, wide, high = FACE
    released = []
    for shuffle in (False, True):
        folder = tmp_path / str(shuffle)
        folder.mkdir()
        photograph(folder / "a.png")
        if shuffle:
            pixels = np.asarray(Image.open(folder / "a.png")).copy()
            under = pixels[top : top + high, left : left + wide]
            under[:] = np.random.default_rng(9).permutation(under.reshape(-1, 3)).reshape(under.shape)
            Image.fromarray(pixels).save(folder / "a.png")
        making.write(folder, [replace(GIVEN, file="a.png")])
        (sheet,) = darkroom.sheets(making.read(folder))
        darkroom.keep(folder, sheet, [FACE])
        (item,), refused = making.prepare(folder, folder / "out")
        assert not refused
        released.append((folder / "out" / item["image"]).read_bytes())
    assert (tmp_path / "False" / "a.png").read_bytes() != (tmp_path / "True" / "a.png").read_bytes()
    assert released[0] == released[1]
    assert PLACE.encode() not in released[0]


def test_the_preview_is_what_is_released(client, walk):
    sent(client, FACE)
    shown = seen(client.get("/photograph?file=a.jpg&turn=&hide=100,60,80,90").content)
    items, _ = making.prepare(walk, walk / "out")
    released = seen((walk / "out" / items[-1]["image"]).read_bytes())
    left, top, wide, high = FACE
    under = (slice(top + 16, top + high - 16), slice(left + 16, left + wide - 16))
    assert np.ptp(released[under].reshape(-1, 3), axis=0).max() == 0
    assert np.abs(shown[under] - released[under]).max() <= 2  # the page shows a JPEG
    plain = seen(client.get("/photograph?file=a.jpg&turn=").content)
    assert np.ptp(plain[under].reshape(-1, 3), axis=0).min() > 100


def test_what_the_camera_wrote_is_not_even_in_the_page(client):
    content = client.get("/photograph?file=a.jpg&turn=").content
    assert PLACE.encode() not in content and not Image.open(io.BytesIO(content)).getexif()


def test_a_preview_without_a_script_comes_painted_and_keeps_nothing(client, walk):
    answer = sent(client, FACE, do="preview")
    assert answer.status_code == 200 and "hide=100%2C60%2C80%2C90" in answer.text and 'value="100"' in answer.text
    assert {blur for _, blur, _ in told(walk)} == {""}


# --- who may, and what may be seen ---


def test_only_photographs_of_the_table_are_shown(client, walk):
    (walk.parent / "private.png").write_bytes((walk / "b.png").read_bytes())
    making.write(walk, [replace(GIVEN, file="../private.png")])
    for file in ("photographs.tsv", "../private.png", "gone.jpg", str(walk / "b.png")):
        assert client.get("/photograph", params={"file": file, "turn": ""}).status_code == 404
    assert client.get("/photograph?file=a.jpg&turn=&hide=1,2").status_code == 404


def test_a_photograph_that_cannot_be_read_is_told_and_passed_over(client, walk):
    (walk / "half.jpg").write_bytes((walk / "a.jpg").read_bytes()[:3000])
    making.write(walk, [replace(GIVEN, file="half.jpg"), replace(GIVEN, file="b.png", blur="1,2,x", turn="1")])
    page = client.get("/?file=half.jpg&turn=").text
    assert "cannot be read" in page and "?file=b.png&amp;turn=1" in page and "/photograph?" not in page
    assert "cannot be shown" in client.get("/?file=b.png&turn=1").text


@pytest.mark.parametrize(
    "changes, status",
    [
        ({"data": {"check": "guessed"}}, 403),
        ({"headers": {"origin": "http://evil.example"}}, 403),
        ({"headers": {}}, 403),
        ({"json": {"check": "x"}}, 415),
        ({"headers": {"origin": HOME, "host": "rebound.example"}}, 421),
        (
            {
                "content": "do=keep&" + "x" * 300_000,
                "headers": {"origin": HOME, "content-type": "application/x-www-form-urlencoded"},
            },
            413,
        ),
    ],
    ids=["check", "other site", "no origin", "no form", "rebound", "too long"],
)
def test_other_sites_cannot_send_the_form(client, walk, changes, status):
    sending = {
        "headers": {"origin": HOME},
        **({} if {"json", "content"} & set(changes) else {"data": {"do": "keep"}}),
    } | changes
    assert client.post("/", **sending).status_code == status
    assert not any(looked for *_, looked in told(walk))


def test_without_a_table_it_does_not_start(tmp_path):
    with pytest.raises(NotReadable, match=r"photographs\.tsv"):
        darkroom.serve(tmp_path, port=0)


def test_a_photograph_gone_meanwhile_is_not_looked_at(walk):
    sheet = darkroom.sheets(making.read(walk))[1]
    (walk / "b.png").unlink()
    with pytest.raises(BadData, match="cannot be read"):
        darkroom.keep(walk, sheet, [FACE])
    assert told(walk)[2] == ("b.png", "", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_three_languages(client, language):
    moved = client.get(f"/?language={language}&file=b.png&turn=")
    assert moved.headers["location"] == "/?file=b.png&turn="
    page = client.get(moved.headers["location"]).text
    assert f'<html lang="{language}">' in page and say("darkroom.keep", language) in page


# --- in a browser ---


@pytest.fixture
def served(walk):
    """walk, language -> the address of its page."""
    servers = []

    def serve(language="en"):
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        listening.listen(16)
        server = uvicorn.Server(
            uvicorn.Config(darkroom.application(walk, language=language), log_level="error", lifespan="off")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        servers.append((server, thread))
        while not server.started:
            time.sleep(0.01)
        return f"http://127.0.0.1:{listening.getsockname()[1]}/"

    yield serve
    for server, thread in servers:
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture
def visit(served, browser):
    """A page of the darkroom; faults of its script and requests to anywhere else fail the test."""
    opened, faults = [], []

    def go(language="en", *, width=900, script=True, **more):
        address = served(language)
        context = browser.new_context(viewport={"width": width, "height": 760}, java_script_enabled=script, **more)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        page.on("request", lambda request: faults.append(request.url) if not request.url.startswith(address) else None)
        page.goto(address)
        if script:
            page.wait_for_selector(".sheet.drawn")
        opened.append(context)
        return page

    yield go
    for context in opened:
        context.close()
    assert not faults


def drag(page, start, end):
    """From one point of the photograph to another, in its own pixels."""
    photo = page.locator(".sheet img").bounding_box()
    scale = photo["width"] / SIZE[0]
    (x, y), (to_x, to_y) = ((photo["x"] + x * scale, photo["y"] + y * scale) for x, y in (start, end))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + to_x) / 2, (y + to_y) / 2)
    page.mouse.move(to_x, to_y)
    page.mouse.up()


def drawn(page):
    rows = page.locator(".rectangles li").all()
    return [tuple(int(field.input_value()) for field in row.locator("input").all()) for row in rows]


def save(page):
    page.locator("button[value=keep]").click()
    page.wait_for_url("**/?file=b.png*")


@pytest.mark.browser
def test_drawn_moved_resized_and_deleted_with_the_mouse(visit, walk):
    page = visit()
    drag(page, (100, 60), (180, 150))
    drag(page, (260, 200), (220, 170))  # from any corner to the opposite one
    drag(page, (5, 5), (7, 6))  # a press is no rectangle
    assert drawn(page) == [FACE, (220, 170, 40, 30)]
    drag(page, (110, 70), (120, 90))
    drag(page, (190, 170), (200, 160))  # by its corner
    assert drawn(page)[0] == (110, 80, 90, 80)
    drag(page, (230, 180), (900, 900))  # never off the photograph
    assert drawn(page)[1] == (360, 270, 40, 30)
    page.locator(".rectangles .remove").nth(1).click()
    save(page)
    assert told(walk)[:2] == [("a.jpg", "110,80,90,80", "yes")] * 2


@pytest.mark.browser
def test_drawn_moved_resized_and_deleted_with_keys_alone(visit, walk):
    page = visit()
    page.locator("#add").focus()
    page.keyboard.press("Enter")
    assert drawn(page) == [(160, 120, 80, 60)]
    for key in ("ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown", "Shift+ArrowDown"):
        page.keyboard.press(key)
    assert drawn(page) == [(156, 116, 84, 68)]
    assert page.locator("#say").inner_text() == "Rectangle 1: left 156, top 116, width 84, height 68"
    page.locator("#add").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Delete")
    assert len(drawn(page)) == 1 and page.evaluate("document.activeElement.parentElement.className") == "sheet drawn"
    page.locator("input[name=width]").focus()
    page.keyboard.press("Enter")  # a number is no reason to save
    assert not any(looked for *_, looked in told(walk))
    page.locator("button[value=keep]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/?file=b.png*")
    assert told(walk)[0] == ("a.jpg", "156,116,84,68", "yes")


@pytest.mark.browser
def test_drawn_with_a_finger_on_a_telephone(visit, walk):
    page = visit("kk", width=360, has_touch=True, is_mobile=True, device_scale_factor=2)
    photo = page.locator(".sheet img").bounding_box()
    scale = photo["width"] / SIZE[0]
    fingers = page.context.new_cdp_session(page)
    for kind, at in (
        ("touchStart", (100, 60)),
        ("touchMove", (140, 100)),
        ("touchMove", (180, 150)),
        ("touchEnd", None),
    ):
        points = [{"x": photo["x"] + at[0] * scale, "y": photo["y"] + at[1] * scale}] if at else []
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_selector(".sheet button")
    (box,) = drawn(page)
    assert np.abs(np.subtract(box, FACE)).max() <= 2
    page.locator("button[value=keep]").click()
    for _ in range(100):
        if told(walk)[0][2]:
            break
        page.wait_for_timeout(100)
    assert told(walk)[0][2] == "yes"


@pytest.mark.browser
def test_the_preview_shows_the_paint(visit):
    page = visit()
    spread = """() => { const photo = document.querySelector('.sheet img'); const canvas = document.createElement('canvas');
        canvas.width = photo.naturalWidth; canvas.height = photo.naturalHeight; const pen = canvas.getContext('2d');
        pen.drawImage(photo, 0, 0); const seen = pen.getImageData(120, 80, 40, 50).data.filter((_, i) => i % 4 === 0);
        return Math.max(...seen) - Math.min(...seen); }"""
    drag(page, (100, 60), (180, 150))
    assert page.evaluate(spread) > 100
    for expected in (True, False):
        with page.expect_response("**/photograph?*"):
            page.locator("#preview").click()
        page.wait_for_function("document.querySelector('.sheet img').complete")
        page.evaluate("document.querySelector('.sheet img').decode()")
        assert (page.evaluate(spread) <= 4) == expected


@pytest.mark.browser
def test_without_a_script_four_numbers_do(visit, walk):
    page = visit(script=False)
    row = page.locator(".rectangles li").first
    for side, number in zip(darkroom.SIDES, FACE, strict=True):
        row.locator(f"[name={side}]").fill(str(number))
    page.locator("button[value=preview]").click()
    assert "hide=100" in page.locator(".sheet img").get_attribute("src")
    assert not page.locator("#add").is_visible() and not any(looked for *_, looked in told(walk))
    save(page)
    assert told(walk)[0] == ("a.jpg", "100,60,80,90", "yes")


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_telephone_needs_no_sideways_scrolling(visit, language):
    page = visit(language, width=360)
    drag(page, (330, 250), (400, 300))
    assert len(drawn(page)) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, scheme):
    package = pytest.importorskip("axe_playwright_python", reason="needs axe: pip install -e '.[dev]'")
    page = visit("kk", color_scheme=scheme)
    drag(page, (100, 60), (180, 150))
    page.evaluate(resources.files(package).joinpath("axe.min.js").read_text("utf-8"))
    found = page.evaluate(
        "() => axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found["violations"]] == []
