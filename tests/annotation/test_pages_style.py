"""Every colour that text is set in can be read, by the WCAG 2 formula, light and dark; the sentences are complete."""

import re
import tomllib
from importlib import resources

import pytest

from qadam import look
from qadam.annotation.words import LANGUAGES, letters
from qadam.catalogue import tables

PAGES = resources.files("qadam.annotation").joinpath("pages")
STYLE = look.style(PAGES.joinpath("style.css").read_text("utf-8"))
ROOTS = [
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{(.*?)\}", STYLE, re.S)
]
LIGHT, DARK = ROOTS[0], ROOTS[0] | ROOTS[1]


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


GROUNDS = {
    "paper": "ink quiet sky gold rust",
    "card": "ink quiet sky gold rust",
    "zone": "ink sky",
    "sun": "ink quiet gold",
}


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground, text", [(ground, text) for ground, row in GROUNDS.items() for text in row.split()])
def test_text_can_be_read(colours, ground, text):
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "card"])
@pytest.mark.parametrize("mark", ["edge", "sky", "rust"])
def test_marks_and_edges_stand_out(colours, ground, mark):
    assert contrast(colours[mark], colours[ground]) >= 3  # WCAG 1.4.11


def test_the_main_button_can_be_read():
    for colours in (LIGHT, DARK):
        assert contrast(colours["paper"], colours["ink"]) >= 4.5


def test_text_uses_only_the_colours_tested_here():
    used = set(re.findall(r"(?<![-\w])color: var\(--([\w-]+)\)", STYLE))
    assert used <= {"ink", "quiet", "sky", "gold", "rust", "paper"}
    on_paper = re.findall(r"([^{}\n]+?) \{[^}]*(?<![-\w])color: var\(--paper\)", STYLE)
    assert all("button.main" in rule for rule in on_paper)


def test_every_sentence_is_said_in_every_language_and_used():
    table = tomllib.loads(PAGES.joinpath("words.toml").read_text("utf-8"))
    sources = "".join(
        path.read_text("utf-8")
        for folder in (PAGES, resources.files("qadam.annotation"))
        for path in folder.iterdir()
        if path.name.endswith((".html", ".js", ".py"))
    )
    sources += " ".join(reason for scheme in tables.schemes() for reason in scheme.skips)
    for section, sentences in table.items():
        for name, texts in sentences.items():
            assert set(texts) == set(LANGUAGES), (section, name)
            blanks = [set(re.findall(r"\{(\w+)\}", text)) for text in texts.values()]
            assert blanks[0] == blanks[1] == blanks[2], (section, name)
            assert re.search(rf"\b{re.escape(name)}\b", sources), (section, name)


def test_the_keyboard_has_the_letters_of_the_alphabets():
    rows = tomllib.loads(resources.files("qadam.kazakh").joinpath("alphabets.toml").read_text("utf-8"))["letters"]
    arabic = {sign for row in rows for sign in row[3]}
    assert arabic <= set(letters()["Arab"]) and "\u0674" in letters()["Arab"]
    russian = set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
    assert set(letters()["Cyrl"]) == {row[0] for row in rows} - russian
    latin = {sign for row in rows for sign in row[1]} - set("abcdefghijklmnopqrstuvwxyz")
    assert set(letters()["Latn"]) == latin
