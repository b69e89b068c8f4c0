"""Photographs lose place and time, faces are painted over, and what nobody looked at is refused by name."""

import json
from dataclasses import replace

import numpy as np
import pytest

from qadam.annotation import photographs as making
from qadam.annotation.photographs import Cut
from qadam.annotation.session import Session
from qadam.catalogue import tables
from qadam.errors import BadData, NotReadable

Image = pytest.importorskip("PIL.Image", reason="Pillow is not installed")
READY = Cut("a.jpg", looked="yes", script="kk-Arab", licence="CC BY 4.0", consent="own sign", source="own")
PLACE = "Baikonur-secret-place"


def photograph(path, *, size=(300, 200), turned=0.0, orientation=1):
    """A page of dark bars, as lines of text look from afar, with the metadata of a camera."""
    grey = np.full((size[1], size[0]), 235, np.uint8)
    for top in range(20, size[1] - 20, 24):
        grey[top : top + 8, 20 : size[0] - 20] = 30
    picture = Image.fromarray(grey).convert("RGB").rotate(turned, Image.Resampling.BICUBIC, fillcolor=(235, 235, 235))
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = orientation, PLACE
    exif.get_ifd(0x8825)[2] = (45.6, 0.0, 0.0)
    picture.save(path, exif=exif)
    return path


def with_rows(folder, *cuts):
    (folder / making.TABLE).unlink(missing_ok=True)
    making.write(folder, cuts)
    return making.prepare(folder, folder / "out")


def test_place_and_name_are_gone_and_lines_of_one_photograph_share_a_group(tmp_path):
    photograph(tmp_path / "a.jpg")
    one, other = (replace(READY, crop=crop) for crop in ("0,10,300,30", "0,34,300,32"))
    items, refused = with_rows(tmp_path, one, other)
    assert not refused and len(items) in (1, 2) and len({item["group"] for item in items}) == 1
    for item in items:
        content = (tmp_path / "out" / item["image"]).read_bytes()
        assert PLACE.encode() not in content and b"eXIf" not in content and "a.jpg" not in json.dumps(item)
        assert not Image.open(tmp_path / "out" / item["image"]).getexif()
        assert (item["licence"], item["consent"], item["source"]) == ("CC BY 4.0", "own sign", "own")


def test_what_is_ready_can_be_labelled(tmp_path):
    photograph(tmp_path / "a.jpg")
    with_rows(tmp_path, READY)
    scheme = tables.scheme("transcription")
    session = Session.open(scheme, tmp_path / "work", items=tmp_path / "out" / making.ITEMS)
    (item,) = session.items.values()
    assert item["consent"] == "own sign" and (tmp_path / "work" / item["image"]).exists()


@pytest.mark.parametrize(
    "change, told",
    [
        ({"looked": ""}, "nobody has looked"),
        ({"licence": ""}, "licence"),
        ({"consent": ""}, "consent"),
        ({"source": ""}, "source"),
        ({"script": "latin"}, "script"),
        ({"crop": "0,0,9999,50"}, "crop"),
        ({"crop": "0,0,x,50"}, "left,top"),
        ({"blur": "900,900,10,10"}, "outside the photograph"),
        ({"turn": "much"}, "'turn' is a number"),
        ({"file": "../a.jpg"}, "without a folder"),
        ({"file": "gone.jpg"}, "gone.jpg"),
        ({"file": "empty.jpg"}, "is empty"),
        ({"file": "half.jpg"}, "cannot be read"),
        ({"file": "dot.png"}, "too small"),
        ({"file": "text.png"}, "cannot be read"),
    ],
)
def test_a_row_that_is_not_ready_is_refused_by_name_and_the_rest_stays(tmp_path, change, told):
    photograph(tmp_path / "a.jpg")
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "half.jpg").write_bytes((tmp_path / "a.jpg").read_bytes()[:2500])
    (tmp_path / "text.png").write_text("not an image")
    Image.new("L", (3, 3)).save(tmp_path / "dot.png")
    items, refused = with_rows(tmp_path, replace(READY, **change), READY)
    assert len(items) == 1 and len(refused) == 1
    assert told in refused[0] and "line 2" in refused[0]


def test_a_huge_photograph_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    photograph(tmp_path / "a.jpg")
    monkeypatch.setattr(making, "MOST", 1000)
    with pytest.raises(BadData, match="million pixels"):
        making.opened(tmp_path / "a.jpg")


def test_the_orientation_of_the_camera_is_undone(tmp_path):
    photograph(tmp_path / "a.jpg", orientation=6)
    assert making.opened(tmp_path / "a.jpg").size == (200, 300)


def test_what_was_painted_over_cannot_be_won_back(tmp_path):
    photograph(tmp_path / "a.jpg")
    items, _ = with_rows(tmp_path, replace(READY, blur="50,10,60,60"))
    seen = np.asarray(Image.open(tmp_path / "out" / items[0]["image"]))
    assert np.ptp(seen[12:68, 52:108].reshape(-1, 3), axis=0).max() == 0
    assert np.ptp(seen[12:68, 150:200]) > 100


@pytest.mark.parametrize("angle", [-4.0, 3.0, 0.0])
def test_a_tilted_page_is_straightened(tmp_path, angle):
    photograph(tmp_path / "a.png", size=(600, 400), turned=angle)
    assert making.tilt(making.opened(tmp_path / "a.png")) == pytest.approx(-angle, abs=0.5)


def test_nothing_is_straightened_where_nothing_tells():
    assert making.tilt(Image.new("RGB", (200, 200), "white")) == 0


def test_proposals_hold_angle_and_faces_and_wait_for_a_person(tmp_path):
    photograph(tmp_path / "a.jpg", size=(600, 400), turned=3)
    (tmp_path / "broken.jpg").touch()
    cuts, faults = making.propose(tmp_path, given=Cut("", licence="CC0"), finders=[lambda picture: [(1, 2, 30, 40)]])
    (cut,) = cuts
    assert float(cut.turn) == pytest.approx(-3, abs=0.5) and cut.blur == "1,2,30,40" and cut.looked == "" == cut.crop
    assert "broken.jpg is empty" in faults[0]
    making.write(tmp_path, cuts)
    assert making.propose(tmp_path, given=Cut(""))[0] == [] and making.read(tmp_path) == cuts
    assert "looked, script, consent, source" in next(making.texts(cuts))


def test_without_a_detector_a_person_is_asked(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "cv2", None)
    finders, told = making.detectors()
    assert finders == [] and "look yourself" in told and "pip install" in told


def test_a_table_that_is_none_is_named(tmp_path):
    with pytest.raises(NotReadable, match=r"photographs\.tsv"):
        making.read(tmp_path)
    (tmp_path / making.TABLE).write_text("file\tturn\na.jpg\t3\n")
    with pytest.raises(NotReadable, match="no column crop"):
        making.read(tmp_path)
