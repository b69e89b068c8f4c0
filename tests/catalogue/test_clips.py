"""Clips from tables, archives, name lists and Parquet; slips of the real corpora; splits that share their speakers."""

import io
import os
import wave
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.audit import audit
from qadam.catalogue.fetch import Places
from qadam.catalogue.readers import clips
from qadam.errors import NotReadable
from qadam.terms import Dataset, File

needs_mirror = pytest.mark.skipif(not os.environ.get("QADAM_MIRROR"), reason="QADAM_MIRROR is not set")
LABELS = {"angry": "angry", "fear": "scared", "neutral": "neutral"}


def dataset(layout, **options):
    settings = {"layout": layout, "labels": LABELS, **options}
    return Dataset("d", "", "clips", (), {"all": ()}, ("kk",), "", False, options=settings)


def sound():
    raw = io.BytesIO()
    with wave.open(raw, "wb") as out:
        out.setparams((1, 2, 8_000, 0, "NONE", ""))
        out.writeframes(np.zeros(80, "<i2").tobytes())
    return raw.getvalue()


def read(row, *paths, split="all"):
    return clips.read(row, split, {File(f"path:{path}"): path for path in paths})


def test_a_table_names_its_clips(tmp_path):
    for name in ("a.wav", "b.wav"):
        (tmp_path / name).write_bytes(sound())
    table = tmp_path / "t.csv"
    table.write_text(
        "file,who,said,emo\na,s1,Жоқ.,angry\nb.wav,s2,,disgust\na,s3,Иә.,fear\ngone,s1,Иә.,fear\n", "utf-8"
    )
    row = dataset("table", clip="file", speaker="who", text="said", label="emo")
    found = read(row, table, tmp_path / "a.wav", tmp_path / "b.wav")
    assert [(i.id, i.input, i.gold, i.group) for i in found] == [("a", "Жоқ.", "angry", "s1"), ("b", "b", None, "s2")]
    assert found[0].fields == {"speaker": "s1", "label": "angry", "audio": str(tmp_path / "a.wav")}
    assert found[1].fields["label"] == "disgust", "a label outside the words of the scheme is kept, and is no gold"


def test_labels_that_are_left_out_are_no_gold(tmp_path):
    (tmp_path / "a.wav").write_bytes(sound())
    (tmp_path / "t.csv").write_text("f,e\na,fear\n", "utf-8")
    row = dataset("table", clip="f", label="e", among=["angry"])
    (item,) = read(row, tmp_path / "t.csv", tmp_path / "a.wav")
    assert item.gold is None and item.fields["label"] == "fear"


def test_a_list_of_names_tells_speaker_and_label(tmp_path):
    path = tmp_path / "train.txt"
    path.write_text("12_angry_7\n12_fear_8\n34_neutral_9\n", "utf-8")
    found = read(dataset("names"), path)
    assert [(i.id, i.gold, i.group) for i in found] == [
        ("12_angry_7", "angry", "12"), ("12_fear_8", "scared", "12"), ("34_neutral_9", "neutral", "34"),
    ]  # fmt: skip
    assert all("audio" not in item.fields for item in found)


def test_a_name_that_tells_nothing_is_refused(tmp_path):
    path = tmp_path / "train.txt"
    path.write_text("12-angry-7\n", "utf-8")
    with pytest.raises(NotReadable, match="'12-angry-7' is not speaker_label_number"):
        read(dataset("names"), path)


def test_an_archive_is_read_where_it_lies(tmp_path):
    path = tmp_path / "EmoKaz.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for folder, name, said in (("train", "12_angry_7", "Тоқта!"), ("eval", "12_fear_8", "Кім бар?")):
            archive.writestr(f"EmoKaz/12/{folder}/{name}.wav", sound())
            archive.writestr(f"EmoKaz/12/{folder}/{name}.txt", f"\ufeff{said}\n")
    found = read(dataset("names"), path)
    assert [(i.id, i.input, i.gold) for i in found] == [
        ("12_fear_8", "Кім бар?", "scared"), ("12_angry_7", "Тоқта!", "angry"),
    ]  # fmt: skip
    assert found[0].fields["audio"] == str(path / "EmoKaz/12/eval/12_fear_8.wav")
    assert [i.id for i in read(dataset("names"), path, split="train")] == ["12_angry_7"]


def test_what_is_no_archive_is_refused(tmp_path):
    path = tmp_path / "EmoKaz.zip"
    path.write_bytes(b"x" * 100)
    with pytest.raises(NotReadable, match=r"EmoKaz\.zip is no ZIP archive"):
        read(dataset("names"), path)


def test_a_parquet_table_holds_its_clips(tmp_path):
    import polars

    path = tmp_path / "0000.parquet"
    cells = [{"bytes": sound(), "path": "a"}] * 2
    polars.DataFrame({"audio": cells, "emotion": ["angry", "disgusted"], "gender": ["F", "M"]}).write_parquet(path)
    row = dataset("parquet", clip="audio", label="emotion", gender="gender")
    found = read(row, path)
    assert [(i.id, i.gold, i.group) for i in found] == [("0000-000000", "angry", ""), ("0000-000001", None, "")]
    assert found[1].fields == {"gender": "M", "label": "disgusted", "audio": f"{path}/audio/1"}
    with pytest.raises(NotReadable, match="has no feeling"):
        read(dataset("parquet", clip="audio", label="feeling"), path)


def test_files_alone_are_named_after_what_is_said(tmp_path):
    for name in ("бес.wav", "one.wav"):
        (tmp_path / name).write_bytes(sound())
    (tmp_path / "one.txt").write_text("Бүгін хат келді.\n", "utf-8")
    found = read(dataset("files"), *(tmp_path / n for n in ("бес.wav", "one.wav", "one.txt")))
    assert [(i.id, i.input, i.gold) for i in found] == [("бес", "бес", None), ("one", "Бүгін хат келді.", None)]


def test_splits_that_share_their_speakers_are_noticed(tmp_path):
    (tmp_path / "a.txt").write_text("12_angry_7\n34_fear_8\n", "utf-8")
    (tmp_path / "b.txt").write_text("12_angry_1\n56_fear_2\n", "utf-8")
    from dataclasses import replace

    row = replace(dataset("names"), splits={"train": ("a",), "eval": ("b",)})
    (found,) = audit(row, {"train": read(row, tmp_path / "a.txt"), "eval": read(row, tmp_path / "b.txt")})
    assert (found.check, found.count, found.of, found.examples) == ("speakers-across", 1, 2, ("12_angry_1",))


def test_the_sample_has_as_many_clips_of_each_manner():
    found = items.load("emotion-mini/acted", Places(tables.HERE, (), True))
    assert Counter((i.group, i.gold) for i in found) == dict.fromkeys(
        ((f"v{n}", label) for n in range(1, 5) for label in ("neutral", "angry", "happy", "sad")), 2
    )
    assert all(Path(i.fields["audio"]).stat().st_size < 10_000 for i in found)


@needs_mirror
def test_the_film_clips_are_those_that_were_seen(tmp_path):
    places = Places(tmp_path, tuple(map(Path, os.environ["QADAM_MIRROR"].split(os.pathsep))), True)
    found = items.load("emotion-clips/all", places)
    assert len(found) == 152 and len({i.group for i in found}) == 33
    assert Counter(i.gold for i in found) == {"neutral": 78, "angry": 24, "happy": 19, "surprised": 16, None: 15}
    slip = next(i for i in found if i.id == "dia1_clip2")
    assert slip.group == "100032" and slip.input.startswith("Иә, бәрі жақсы."), (
        "the second row that claims it is passed over"
    )
    parts = [{i.group for i in items.load(f"emotion-clips/{name}", places)} for name in ("scenes", "dialogues")]
    assert not parts[0] & parts[1], "no speaker of the scenes speaks in the dialogues"


@needs_mirror
def test_the_lists_of_kazemotts_share_all_three_narrators(tmp_path):
    places = Places(tmp_path, tuple(map(Path, os.environ["QADAM_MIRROR"].split(os.pathsep))), True)
    row = tables.dataset("kazemotts-lists")
    found = audit(row, {name: items.load(f"kazemotts-lists/{name}", places) for name in row.splits})
    shared = next(f for f in found if f.check == "speakers-across")
    assert (shared.count, shared.of) == (3730, 3730) and "3 speakers" in shared.message
    assert {f.check for f in found} == {"licence", "speakers-across"}, "no clip stands in both"
