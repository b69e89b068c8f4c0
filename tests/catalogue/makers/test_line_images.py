"""Lines are drawn with the letters joined, the same each time; a missing font or letter is named; wear is seeded."""

import io
import sys

import numpy as np
import pytest

from qadam.catalogue.makers import fonts, line_images, wear
from qadam.catalogue.makers.line_images import Line
from qadam.errors import BadData, ExtraMissing
from qadam.terms import Item

ITEM = Item("m", {"kk-Cyrl": "Бір сөз", "kk-Latn": "Bir söz", "kk-Arab": "ٴبىر ٴسوز"})


def needs(*families):
    """Skip by name where a test cannot draw."""
    pytest.importorskip("PIL", reason="Pillow is not installed: pip install 'qadam[ocr]'")
    for family in families:
        try:
            fonts.path(family)
        except ExtraMissing as fault:
            pytest.skip(str(fault))


def seen(line, worn="clean"):
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(line.png(worn))))


def test_every_script_is_drawn_in_each_of_its_fonts():
    made = line_images.make([ITEM], "all")
    assert len(made) == 12 and len({item.id for item in made}) == 12 and {item.group for item in made} == {"m"}
    assert [item.fields["first"] for item in made].count(True) == 4
    (latin,) = {item.gold for item in made if item.fields["script"] == "kk-Latn-2021"}
    assert latin == "Bır söz"


def test_the_revision_follows_the_rows(monkeypatch, tmp_path):
    before = line_images.revision()
    changed = tmp_path / "rows.toml"
    changed.write_text(fonts.ROWS.read_text("utf-8").replace("size = 40", "size = 41"), "utf-8")
    monkeypatch.setattr(fonts, "ROWS", changed)
    assert line_images.revision() != before


def test_a_line_is_the_same_each_time_and_worn_lines_differ():
    needs("DejaVu Sans")
    line = Line("Қазақ тілі", "kk-Cyrl", "DejaVu Sans")
    line_images._png.cache_clear()
    first = {worn: line.png(worn) for worn in fonts.rows()["wear"]}
    line_images._png.cache_clear()
    assert {worn: line.png(worn) for worn in fonts.rows()["wear"]} == first and len(set(first.values())) == 4
    assert line.made.startswith("DejaVu Sans@")


def test_arabic_letters_join():
    needs("FreeSerif")
    joined = seen(Line("سوز", "kk-Arab", "FreeSerif")).shape[1]
    apart = seen(Line("س\u200cو\u200cز", "kk-Arab", "FreeSerif")).shape[1]
    assert joined < apart


def test_a_letter_that_a_font_lacks_is_named():
    needs("Noto Naskh Arabic")
    with pytest.raises(BadData, match="has no letter for -"):
        Line("ۋىيكىي-", "kk-Arab", "Noto Naskh Arabic").png()


def test_a_font_that_is_missing_names_its_package(monkeypatch):
    monkeypatch.setattr(fonts, "FOLDERS", ())
    fonts._found.cache_clear()
    with pytest.raises(ExtraMissing, match="Scheherazade") as caught:
        fonts.path("Scheherazade")
    fonts._found.cache_clear()
    assert (
        "apt-get install fonts-sil-scheherazade" in caught.value.next_step and "QADAM_FONTS" in caught.value.next_step
    )
    assert fonts.mark("Noto Serif")


def test_a_folder_of_ones_own_fonts_comes_first(monkeypatch, tmp_path):
    (tmp_path / "DejaVuSans.ttf").write_bytes(b"x")
    monkeypatch.setenv("QADAM_FONTS", str(tmp_path))
    assert fonts.path("DejaVu Sans") == tmp_path / "DejaVuSans.ttf" and fonts.mark("DejaVu Sans").endswith("@2d711642")


def test_without_pillow_the_command_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ExtraMissing, match="Pillow") as caught:
        line_images.pillow()
    assert caught.value.next_step == "pip install 'qadam[ocr]'"


@pytest.mark.parametrize(
    "how",
    [{"break": 0.1}, {"scale": 0.5}, {"blur": 1.0}, {"tilt": 2.0}, {"shade": 80}, {"noise": 15}, {"jpeg": 30}],
    ids=lambda how: next(iter(how)),
)
def test_each_wear_changes_the_image_and_keeps_it_one(how):
    Image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")  # noqa: N806
    grey = np.full((40, 120), 255, np.uint8)
    grey[10:30, 20:100:7] = 0
    image = Image.fromarray(grey)
    worn = wear.worn(image, how, seed=1)
    assert worn.mode == "L" and worn.size[0] >= 120
    assert worn.size != image.size or not np.array_equal(np.asarray(worn), grey)
    assert np.array_equal(np.asarray(worn), np.asarray(wear.worn(image, how, seed=1)))
    assert wear.worn(image, {}, seed=1) is image
