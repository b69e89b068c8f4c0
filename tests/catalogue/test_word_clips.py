"""Recordings of single words, however they come: folders, an archive, a list of names, a table of the user's."""

import json
import wave
import zipfile
from pathlib import Path

import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.catalogue.readers import word_clips
from qadam.errors import EmptyDataset, NotReadable, UnknownName
from qadam.systems.speech import audio
from qadam.terms import Dataset, File


def sound(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(b"\0\0" * 1600)
    return path


def row(**options):
    return Dataset(
        "x", "x", "word_clips", (), {"all": (), "learn": (), "test": ()}, ("kk",), "CC0", True, options=options
    )


def read(path, split="all", **options):
    return word_clips.read(row(**options), split, {File("path:x"): path})


def test_a_folder_of_the_users_with_a_subfolder_for_each_word(tmp_path):
    for word in ("тоқта", "жүр"):
        for speaker in ("a1", "a2"):
            sound(tmp_path / word / f"{speaker}.wav")
    sound(tmp_path / "stray.wav")
    name = f"words:{tmp_path}/all"
    found = items.load(name, Places(tmp_path / "home", (), True))
    assert [(i.id, i.gold, i.group) for i in found] == [
        ("жүр/a1", "жүр", "a1"), ("жүр/a2", "жүр", "a2"), ("тоқта/a1", "тоқта", "a1"), ("тоқта/a2", "тоқта", "a2"),
    ]  # fmt: skip
    assert found[0].fields["clip"] == str(tmp_path / "жүр" / "a1.wav")


def test_another_recording_in_the_folder_is_another_revision(tmp_path):
    sound(tmp_path / "жүр" / "a1.wav")
    before = items.revision(word_clips.own(tmp_path), "all")
    sound(tmp_path / "жүр" / "a2.wav")
    assert items.revision(word_clips.own(tmp_path), "all") != before


def test_a_table_of_the_users(tmp_path):
    sound(tmp_path / "one.wav")
    path = tmp_path / "own.csv"
    path.write_text("Audio,Label,speaker\none.wav,тоқта,s1\n", "utf-8")
    (item,) = items.load(f"words:{path}/all", Places(tmp_path / "home", (), True))
    assert (item.gold, item.group, item.fields["clip"]) == ("тоқта", "s1", str(tmp_path / "one.wav"))
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(NotReadable, match="none for the clip or the word"):
        items.load(f"words:{bad}/all", Places(tmp_path / "home", (), True))


def test_what_is_not_there_is_an_unknown_name(tmp_path):
    with pytest.raises(UnknownName):
        tables.dataset_split(f"words:{tmp_path / 'nowhere'}/all")


def test_a_list_of_names_has_words_and_speakers_and_no_sound(tmp_path):
    path = tmp_path / "preds.json"
    path.write_text(json.dumps({"data/go/17.wav": "stop", "data/stop/17.wav": "stop"}), "utf-8")
    found = read(path, words={"go": "жүр", "stop": "тоқта"})
    assert [(i.id, i.gold, i.group, i.fields) for i in found] == [
        ("go/17", "жүр", "17", {"speaker": "17"}),
        ("stop/17", "тоқта", "17", {"speaker": "17"}),
    ]


def test_an_archive_keeps_speakers_apart_and_passes_over_other_folders(tmp_path):
    path = tmp_path / "clips.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for speaker in range(10):
            archive.writestr(f"data/go/{speaker}.wav", b"")
            archive.writestr(f"data/noise/{speaker}.wav", b"")
    parts = {split: read(path, split, words={"go": "жүр"}, held_out=4) for split in ("learn", "test", "all")}
    assert [len(parts[split]) for split in ("learn", "test", "all")] == [6, 4, 10]
    assert not {i.group for i in parts["learn"]} & {i.group for i in parts["test"]}
    assert parts["all"][0].fields["clip"] == f"{path}/data/go/0.wav"


def test_the_archive_of_the_benchmark_is_read_from_where_its_row_says(tmp_path):
    path = tmp_path / "mirror" / "derived" / "kscb" / "kscb.zip"
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(path, "w") as archive:
        for speaker in range(50):
            archive.write(sound(tmp_path / "a.wav"), f"data/dog/{speaker}.wav")
    places = Places(tmp_path / "home", (tmp_path / "mirror",), True)
    learned, tested = (items.load(f"kscb/{split}", places) for split in ("learn", "test"))
    assert (len(learned), len(tested)) == (10, 40) and {i.gold for i in tested} == {"ит"}
    heard = audio.read(Path(tested[0].fields["clip"]))
    assert audio.seconds(heard) == pytest.approx(0.1), "a sound inside the archive is heard"


@pytest.mark.parametrize("name, text, fault", [("a.json", "[", NotReadable), ("a.json", "[1]", NotReadable), ("a.zip", "no", NotReadable), ("b.json", "{}", EmptyDataset)])  # fmt: skip
def test_what_cannot_be_read_is_named(tmp_path, name, text, fault):
    (tmp_path / name).write_text(text)
    with pytest.raises(fault):
        read(tmp_path / name)
