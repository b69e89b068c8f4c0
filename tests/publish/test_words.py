"""Every fixed sentence exists in three languages with the same blanks, and is spelled with the right letters."""

import re
import tomllib
from importlib import resources

import pytest

from qadam.publish import words
from qadam.terms import Problem

TABLES = [tomllib.loads(resources.files("qadam.publish").joinpath(p).read_text("utf-8")) for p in words.FILES]
TABLE = {section: rows for table in TABLES for section, rows in table.items()}
SENTENCES = [(f"{section}.{name}", said) for section, rows in TABLE.items() for name, said in rows.items()]


@pytest.mark.parametrize(("key", "said"), SENTENCES, ids=[k for k, _ in SENTENCES])
def test_three_languages_and_the_same_blanks(key, said):
    assert set(said) == {"en", "ru", "kk"}
    blanks = [sorted(re.findall(r"\{(\w+)\}", text)) for text in said.values()]
    assert blanks[0] == blanks[1] == blanks[2]


@pytest.mark.parametrize(("key", "said"), SENTENCES, ids=[k for k, _ in SENTENCES])
def test_no_word_mixes_latin_and_cyrillic_letters(key, said):
    for text in (said["ru"], said["kk"]):
        for word in re.findall(r"[^\W\d_]+", re.sub(r"\{\w+\}", " ", text)):
            scripts = {"latin" if re.match(r"[A-Za-z]", letter) else "cyrillic" for letter in word}
            assert len(scripts) == 1, f"{key}: {word}"


def test_russian_has_no_kazakh_letters():
    kazakh = set("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
    own = {"language.kk", "page.footer"}  # these name a Kazakh word as it is written
    assert [k for k, said in SENTENCES if kazakh & set(said["ru"]) and k not in own] == []


def test_blanks_are_filled_in_the_language_of_the_sentence():
    said = words.say("sentence.demonstration", "kk", outcome=words.texts("outcome.supported"))
    assert "«расталды»" in said


def test_a_text_that_was_never_translated_is_said_in_english():
    assert words.in_language({"en": "only this"}, "kk") == "only this"
    assert words.spans({"en": "only this"}) == "only this"


def test_spans_escape_what_they_hold():
    assert "<b>" not in words.spans({"en": "<b>", "ru": "&", "kk": "қ"})


def test_every_difficulty_status_and_kind_has_a_word():
    hints = Problem.__annotations__  # texts, since terms.py postpones annotations
    for section, field in (
        ("difficulty", "difficulty"),
        ("status", "status"),
        ("step", "kind"),
        ("kind", "kind"),
    ):
        for value in re.findall(r'"([^"]+)"', str(hints[field])):
            assert words.known(f"{section}.{value}")


def test_no_section_is_in_two_files():
    assert len(TABLE) == sum(map(len, TABLES))


def test_every_sentence_of_the_site_is_used():
    here = resources.files("qadam.publish")
    folders = (here, here / "site", here / "templates", here / "templates" / "site", here / "templates" / "report")
    texts = "".join(
        f.read_text("utf-8") for d in folders for f in d.iterdir() if f.name.endswith((".py", ".html", ".md"))
    )
    ours = {f"{section}.{name}" for section, rows in TABLES[1].items() for name in rows if section not in ("kinds",)}
    assert [
        key
        for key in sorted(ours)
        if f'"{key}"' not in texts and f"'{key}'" not in texts and not key.startswith("nav.")
    ] == []
