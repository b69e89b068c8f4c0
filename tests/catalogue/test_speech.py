"""Corpora of speech in every shape that they come in, and what is refused by name."""

import io
import json
import os
import tarfile
from pathlib import Path

import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places, fetch
from qadam.catalogue.readers import speech, speech_statistics
from qadam.errors import ChecksumMismatch, EmptyDataset, NotReadable
from qadam.terms import Dataset, File


def read(*paths, **options):
    """The items of files as a row with these options would give them."""
    dataset = Dataset("x", "X", "speech", (), {"all": ()}, ("kk",), "none", False, options=options)
    return speech.read(dataset, "all", {File(f"path:{path}"): Path(path) for path in paths})


def written(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


COMMON_VOICE = (
    "client_id\tpath\tsentence\tup_votes\tage\tgender\taccents\tvariant\tlocale\n"
    "a1\tclip_1.mp3\tКөп жаса!\t2\tfourties\tfemale_feminine\t\t\tkk\n"
    "a2\tclip_2.mp3\tРақмет.\t2\t\tdo_not_wish_to_say\t\t\tkk\n"
)


def test_common_voice(tmp_path):
    table = written(tmp_path / "test.tsv", COMMON_VOICE)
    clip = written(tmp_path / "clips" / "clip_1.mp3", "sound")
    first, second = read(table)
    assert (first.input, first.gold, first.group) == ("Көп жаса!", "Көп жаса!", "a1")
    assert {k: first.fields[k] for k in speech.FACTORS} == {
        "gender": "female",
        "age": "forties",
        "accent": None,
        "domain": None,
    }
    assert first.fields["audio"] == str(clip) and first.fields["hypothesis"] is None
    assert second.fields["gender"] is second.fields["age"] is None


def test_fleurs_has_no_header_and_reads_a_sentence_twice(tmp_path):
    line = "7\t1.wav\tОн екі бала.\tон екі бала\tо н | е к і\t100\tFEMALE\n"
    table = written(tmp_path / "test.tsv", line + line.replace("1.wav", "2.wav").replace("FEMALE", "MALE"))
    archive = tmp_path / "test.tar"
    with tarfile.open(archive, "w") as packed:
        packed.addfile(tarfile.TarInfo("test/1.wav"), io.BytesIO())
    row = tables.dataset("fleurs-kk")
    found = read(table, archive, **row.options)
    assert [(item.id, item.gold, item.fields["gender"]) for item in found] == [
        ("7", "Он екі бала.", "female"),
        ("7#2", "Он екі бала.", "male"),
    ]
    assert Path(found[0].fields["audio"]).is_file() and found[0].group == ""


def test_ksc_names_devices(tmp_path):
    written(tmp_path / "Meta" / "test.csv", "uttID deviceID\nu1 d9\nu2 d9\n")
    written(tmp_path / "Transcriptions" / "u1.txt", "сәлем әлем\n")
    written(tmp_path / "Audios_flac" / "u1.flac", "sound")
    (only,) = read(tmp_path)
    assert (only.id, only.gold, only.group) == ("u1", "сәлем әлем", "d9") and only.fields["audio"].endswith("u1.flac")


def test_ksc2_has_a_folder_for_each_domain_and_names_nobody(tmp_path):
    for domain in ("parliament", "radio"):
        written(tmp_path / domain / "1.flac", "sound")
        written(tmp_path / domain / "1.txt", f"бұл {domain}")
    written(tmp_path / "radio" / "2.flac", "without a text")
    found = read(tmp_path)
    assert [(i.id, i.fields["domain"], i.group) for i in found] == [
        ("parliament/1", "parliament", ""),
        ("radio/1", "radio", ""),
    ]


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
def test_a_table_of_the_users_is_known_by_its_columns(tmp_path, suffix):
    rows = [{"Reference": "сәлем", "Hypothesis": "салем", "Speaker": "s1", "Жынысы": "әйел", "domain": "telephone"}]
    separator = "," if suffix == ".csv" else "\t"
    text = "\n".join(separator.join(line) for line in (rows[0].keys(), rows[0].values()))
    table = written(tmp_path / f"own{suffix}", json.dumps(rows[0], ensure_ascii=False) if suffix == ".jsonl" else text)
    (item,) = items.load(f"speech:{table}/all", Places(tmp_path / "home", (), True))
    assert (item.gold, item.fields["hypothesis"], item.group) == ("сәлем", "салем", "s1")
    assert (item.fields["gender"], item.fields["domain"], item.fields["accent"]) == ("female", "telephone", None)


def test_a_folder_of_the_users_can_be_named(tmp_path):
    written(tmp_path / "own" / "talk" / "1.wav", "sound")
    written(tmp_path / "own" / "talk" / "1.txt", "сәлем")
    (item,) = items.load(f"speech:{tmp_path / 'own'}/all", Places(tmp_path / "home", (), True))
    assert item.gold == "сәлем" and item.fields["domain"] == "talk"


def test_an_empty_hypothesis_is_an_answer_and_an_empty_reference_is_left_out(tmp_path):
    table = written(tmp_path / "own.csv", "reference,hypothesis\nсәлем,\n,иә\n")
    (item,) = read(table)
    assert item.fields["hypothesis"] == ""


def test_what_cannot_be_read_is_named(tmp_path):
    with pytest.raises(NotReadable, match=r"own\.csv has no column of what was said, only a, b"):
        read(written(tmp_path / "own.csv", "a,b\n1,2\n"))
    with pytest.raises(NotReadable, match="no column of what was said"):
        speech.own(tmp_path / "own.csv")
    with pytest.raises(EmptyDataset):
        read(written(tmp_path / "empty.csv", "reference,hypothesis\n,x\n"))
    with pytest.raises(NotReadable, match=r"broken\.tar cannot be unpacked"):
        read(written(tmp_path / "broken.tar", "no tar"), tmp_path / "empty.csv")
    latin = tmp_path / "bad" / "1.txt"
    written(tmp_path / "bad" / "1.wav", "sound")
    latin.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(NotReadable, match="not UTF-8"):
        read(tmp_path / "bad")


def test_an_archive_that_climbs_out_of_its_folder_is_refused(tmp_path):
    archive = tmp_path / "bad.tar"
    with tarfile.open(archive, "w") as packed:
        packed.addfile(tarfile.TarInfo("../outside.wav"), io.BytesIO())
    with pytest.raises(NotReadable, match="cannot be unpacked"):
        read(archive, written(tmp_path / "t.csv", "reference\nсәлем\n"))
    assert not (tmp_path.parent / "outside.wav").exists()


def test_an_archive_that_nobody_here_has_seen_must_at_least_be_one(tmp_path):
    place = tmp_path / "mirror" / "huggingface.co" / "datasets" / "o" / "r" / "resolve" / "main"
    place.mkdir(parents=True)
    with tarfile.open(place / "good.tar.gz", "w:gz") as packed:
        packed.addfile(tarfile.TarInfo("1.wav"), io.BytesIO())
    (place / "bad.tar").write_bytes(b"no archive")
    places = Places(tmp_path / "home", (tmp_path / "mirror",), True)
    assert tarfile.is_tarfile(fetch(File("hf:datasets/o/r@main:good.tar.gz"), places))
    with pytest.raises(ChecksumMismatch):
        fetch(File("hf:datasets/o/r@main:bad.tar"), places)


def test_the_sample_is_what_its_card_says():
    found = items.load("asr-mini/all", Places(tables.HERE, (), True))
    speakers = {item.group for item in found}
    assert (len(found), len(speakers)) == (60, 12)
    assert all(sum(item.group == one for item in found) == 5 for one in speakers)
    assert {item.fields["accent"] for item in found} == {None}
    assert {i.fields["age"]: len({j.group for j in found if j.fields["age"] == i.fields["age"]}) for i in found} == {
        "twenties": 4, "thirties": 4, "fifties": 4,
    }  # fmt: skip


def statistics(tmp_path, splits, clips=200):
    told = {"locales": {"kk": {"clips": clips, "users": 9, "splits": splits}}}
    path = written(tmp_path / "s.json", json.dumps(told))
    dataset = Dataset(
        "cv", "CV", "speech_statistics", (), {"all": ("1",)}, ("kk",), "x", True, options={"locale": "kk"}
    )
    return {
        i.fields["column"]: i.fields["filled"]
        for i in speech_statistics.read(dataset, "all", {File("path:s", part="1"): path})
    }


def test_statistics_come_as_shares_as_counts_or_not_at_all(tmp_path):
    filled = statistics(
        tmp_path,
        {
            "gender": {"": 0.5, "male": 0.3, "female": 0.2},
            "accent": {"": 671},
            "variant": {},
            "domain": {"": 150, "news": 50},
        },
    )
    assert filled == {"gender": 100, "accent": 0, "variant": 0, "domain": 50}


def test_statistics_of_another_shape_are_refused(tmp_path):
    with pytest.raises(NotReadable, match="no statistics of kk"):
        statistics(tmp_path, {"gender": ["no", "numbers"]})


@pytest.mark.skipif(not os.environ.get("QADAM_MIRROR"), reason="QADAM_MIRROR is not set")
def test_common_voice_says_nothing_of_accents(tmp_path):
    places = Places(tmp_path, (Path(os.environ["QADAM_MIRROR"]),), True)
    found = {item.id: item.fields for item in items.load("common-voice-statistics/all", places)}
    assert {id for id, its in found.items() if id.endswith("/accent") and its["filled"]} == set()
    newest = found["25.0/gender"]
    assert (newest["clips"], newest["speakers"], newest["filled"]) == (2834, 201, round(2834 * (1 - 0.5819)))
