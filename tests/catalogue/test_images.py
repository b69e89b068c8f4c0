"""Images with their transcriptions: what people made is read, what is broken is named when somebody looks."""

import io
import json

import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.catalogue.readers import images, messages
from qadam.catalogue.readers.images import Photograph
from qadam.errors import BadData, Misaligned, NotReadable
from qadam.terms import Dataset, File

Image = pytest.importorskip("PIL.Image", reason="Pillow is not installed: pip install 'qadam[ocr]'")


def table(folder, *rows):
    path = folder / "gold.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def row(name="a.png", **more):
    return {"id": name, "text": "", "image": name, "gold": {"text": "ٴبىر"}, "script": "kk-Arab", "group": "g", **more}


def test_the_gold_of_people_is_a_data_set(tmp_path):
    Image.new("L", (200, 60), 255).save(tmp_path / "a.png")
    path = table(tmp_path, row(), row("b.png", gold={"text": "бір"}, script=""), row("c.png", gold=None))
    name = f"file:{path}/all"
    found = items.load(name, Places(tmp_path / "home", (), True))
    assert [(i.gold, i.fields["script"], i.group) for i in found] == [("ٴبىر", "kk-Arab", "g"), ("бір", "kk-Cyrl", "g")]
    assert found[0].fields["first"] and found[0].input.png().startswith(b"\x89PNG")
    dataset, _ = tables.dataset_split(name)
    before = items.revision(dataset, "all")
    table(tmp_path, row(gold={"text": "ٴبىز"}))
    assert items.revision(images.own(path), "all") != before


@pytest.mark.parametrize(
    "make, told",
    [
        (lambda p: p.touch(), "no image"),
        (lambda p: p.write_bytes(b"\x89PNG\r\n"), "no image"),
        (lambda p: p.write_text("text"), "no image"),
        (lambda p: Image.new("L", (3, 3)).save(p), "too many or too few"),
        (lambda p: None, "no image"),
    ],
    ids=["empty", "truncated", "text", "tiny", "absent"],
)
def test_an_image_that_cannot_be_read_is_named(tmp_path, make, told):
    make(tmp_path / "a.png")
    with pytest.raises(BadData, match=told) as caught:
        Photograph(str(tmp_path / "a.png")).png()
    assert "a.png" in caught.value.message


def test_half_a_photograph_is_named_and_a_huge_one_is_not_unpacked(tmp_path, monkeypatch):
    Image.effect_noise((300, 200), 50).save(tmp_path / "a.png")
    (tmp_path / "half.png").write_bytes((tmp_path / "a.png").read_bytes()[:9000])
    with pytest.raises(BadData, match=r"half\.png"):
        Photograph(str(tmp_path / "half.png")).png()
    monkeypatch.setattr(images, "MOST", 1000)
    with pytest.raises(BadData, match="too many"):
        Photograph(str(tmp_path / "a.png")).png()


def test_a_photograph_that_the_camera_turned_is_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("L", (200, 60), 255).save(tmp_path / "a.jpg", exif=exif)
    assert Image.open(io.BytesIO(Photograph(str(tmp_path / "a.jpg")).png())).size == (60, 200)


def test_an_image_outside_the_folder_is_refused(tmp_path):
    inner = tmp_path / "work"
    inner.mkdir()
    path = table(inner, row("../a.png"))
    with pytest.raises(NotReadable, match="outside the folder"):
        items.load(f"file:{path}/all", Places(tmp_path / "home", (), True))


def test_other_tables_are_left_to_their_reader(tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text('{"id": "1", "text": "бір"}\n', "utf-8")
    assert images.own(path) is None and images.own(tmp_path / "t.csv") is None
    assert tables.dataset(f"file:{path}").reader == "tabular"


def read_messages(folder, cyrillic, latin, keys=("a", "b")):
    paths = {}
    for language, content in (("kk-Cyrl", cyrillic), ("kk-Latn", latin)):
        (folder / language).write_text(content, "utf-8")
        paths[File(f"url:x/{language}", language=language)] = folder / language
    dataset = Dataset("m", "", "messages", (), {"all": ()}, ("kk",), "x", False, options={"keys": keys})
    return messages.read(dataset, "all", paths)


def test_messages_are_those_the_row_names_in_its_order(tmp_path):
    found = read_messages(tmp_path, '{"b": "екі", "a": "бір", "@metadata": {}, "c": "үш"}', '{"a": "bir", "b": "eki"}')
    assert [(i.id, i.input) for i in found] == [
        ("a", {"kk-Cyrl": "бір", "kk-Latn": "bir"}),
        ("b", {"kk-Cyrl": "екі", "kk-Latn": "eki"}),
    ]


@pytest.mark.parametrize("content, fault", [("{", NotReadable), ("[]", NotReadable), ('{"a": "x"}', Misaligned)])
def test_messages_that_are_none_are_named(tmp_path, content, fault):
    with pytest.raises(fault):
        read_messages(tmp_path, '{"a": "бір", "b": "екі"}', content)
