"""Sifting from file to data set: what is kept, why the rest is not, the same bytes after a stop, and a memory that does not grow."""

import gzip

import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.errors import EmptyDataset, NotReadable, Usage
from qadam.lab import sift
from qadam.lab.sift import Once, Sieve

KK_KY = ("kk", "ky")


@pytest.fixture(scope="module")
def candidates(tmp_path_factory):
    """40 pairs of the sample, and one of each fault."""
    path = tmp_path_factory.mktemp("in") / "candidates.tsv"
    found = [i.input for i in items.load("parallel-mini/all", Places(tables.HERE, (), True))[:40]]
    lines = [f"{pair['kk']}\t{pair['ky']}" for pair in found]
    lines += [f"{found[0]['kk']}!\t{found[0]['ky'].lower()}", f"{found[1]['kk']}\t{found[1]['kk']}", "бір\t", "а\tб\tв"]
    lines += [f"{found[2]['kk']}\t{found[30]['ky']}"]
    path.write_bytes("\ufeff".encode() + "\r\n".join(lines).encode() + b"\r\n\xff\xfe bytes\tx\n")
    return path


def test_good_pairs_stay_and_the_others_go_with_a_reason(candidates, tmp_path):
    found = sift.sift(Sieve(candidates, KK_KY, "sound-laws"), tmp_path)
    reasons = dict(line.split("\t") for line in (tmp_path / "dropped.tsv").read_text("utf-8").splitlines())
    assert reasons["41"] == "duplicates" and reasons["42"] == "language" and reasons["43"] == "empty"
    assert reasons["44"] == "columns" and reasons["46"] == "not UTF-8" and "45" in reasons
    kept = (tmp_path / "pairs.tsv").read_text("utf-8").splitlines()
    assert found.candidates == 46 and found.kept == len(kept) >= 35 and all(line.count("\t") == 1 for line in kept)
    assert found.kept + sum(found.dropped.values()) == found.candidates and not (tmp_path / "parts").exists()


def test_whoever_was_stopped_goes_on_to_the_same_bytes(candidates, tmp_path, monkeypatch):
    monkeypatch.setattr(sift, "BATCH", 7)
    sieve = Sieve(candidates, KK_KY, "letter-map")
    whole = sift.sift(sieve, tmp_path / "whole", workers=1)
    made = []

    def stopped(parts, folder):
        made.extend(parts)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sift, "_join", stopped)
        with pytest.raises(KeyboardInterrupt):
            sift.sift(sieve, tmp_path / "again")
    before = made[1].stat().st_mtime_ns
    made[0].unlink()
    assert sift.sift(sieve, tmp_path / "again") == whole
    assert before and (tmp_path / "again" / "pairs.tsv").read_bytes() == (tmp_path / "whole" / "pairs.tsv").read_bytes()


def test_a_text_of_one_column_is_translated(tmp_path):
    text = tmp_path / "news.txt.gz"
    text.write_bytes(gzip.compress("Бұл кітапты кеше Алматыда оқыдым.\nОл үшін бұл жолдар өте алыс.\n".encode()))
    found = sift.sift(Sieve(text, KK_KY, "sound-laws"), tmp_path / "out", workers=1)
    assert found.kept == 2
    assert "Ал үчүн бул жолдор" in (tmp_path / "out" / "pairs.tsv").read_text("utf-8")
    with pytest.raises(Usage, match="needs a translator"):
        sift.sift(Sieve(text, KK_KY), tmp_path / "alone", workers=1)
    assert not (tmp_path / "alone").exists()


def test_a_folder_of_another_sifting_is_not_mixed_in(candidates, tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "sieve").write_text("another", "utf-8")
    with pytest.raises(Usage, match="belongs to another sifting"):
        sift.sift(Sieve(candidates, KK_KY), tmp_path)


def test_what_is_no_translator_and_what_is_no_text_is_named(candidates, tmp_path):
    for languages, by, named in ((("kk", "xx"), "", "'xx'"), (("kk", "en"), "sound-laws", "does not translate en-kk")):
        with pytest.raises(Usage, match=named):
            sift.sift(Sieve(candidates, languages, by), tmp_path / "no")
    assert not (tmp_path / "no").exists()
    with pytest.raises(Usage, match="no translator"):
        sift.sift(Sieve(candidates, KK_KY, "always-a"), tmp_path)
    empty = tmp_path / "empty.txt"
    empty.write_text("", "utf-8")
    with pytest.raises(EmptyDataset):
        sift.sift(Sieve(empty, KK_KY), tmp_path / "e", workers=1)
    broken = tmp_path / "broken.gz"
    broken.write_bytes(b"not gzip")
    with pytest.raises(NotReadable, match="broken"):
        sift.sift(Sieve(broken, KK_KY), tmp_path / "b", workers=1)


def test_once_has_no_misses_and_hardly_a_false_alarm():
    once = Once(bits=1 << 20)
    assert not once.seen("а") and once.seen("а")
    assert sum(once.seen(f"{n}") for n in range(50_000)) < 50
    assert all(once.seen(f"{n}") for n in range(0, 50_000, 97))
