"""What docs/threats.md says stands against hostile input, stands; and every test it names is there."""

import ast
import io
import re
import tarfile
import zipfile
from pathlib import Path

import pytest

from qadam.catalogue import packed
from qadam.catalogue.readers import articles, feed, workbook
from qadam.errors import NotReadable, QadamError

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src" / "qadam").rglob("*.py"))
RUNS_CODE = {"pickle", "cPickle", "dill", "shelve", "marshal", "joblib", "cloudpickle"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT / "src")))
def test_nothing_that_runs_code_of_a_file_is_used(path):
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            assert not {name.split(".")[0] for name in names} & RUNS_CODE
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            given = {k.arg: getattr(k.value, "value", None) for k in node.keywords}
            assert not (isinstance(node.func, ast.Name) and called in ("eval", "exec"))
            assert not given.get("shell") and not given.get("allow_pickle") and not given.get("trust_remote_code")
            if ast.unparse(node.func) == "torch.load":
                assert given.get("weights_only") is True


def test_a_member_that_promises_too_much_is_not_unpacked(monkeypatch):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * 5_000_000)
    assert len(held.getvalue()) < 20_000
    with zipfile.ZipFile(held) as archive:
        assert len(packed.member(archive, "a.txt")) == 5_000_000
        monkeypatch.setattr(packed, "LARGEST", 1_000_000)
        with pytest.raises(NotReadable, match="unpacks to 5,000,000 bytes"):
            packed.member(archive, "a.txt")


def test_a_member_that_promises_less_than_it_holds_is_not_unpacked_further():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * 100_000)
    lying = bytearray(held.getvalue())
    for place in (22, lying.rindex(b"PK\x01\x02") + 24):
        lying[place : place + 4] = (10).to_bytes(4, "little")
    with zipfile.ZipFile(io.BytesIO(bytes(lying))) as archive, pytest.raises(zipfile.BadZipFile):
        packed.member(archive, "a.txt")


def test_a_spreadsheet_that_is_a_bomb_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(packed, "LARGEST", 1000)
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/_rels/workbook.xml.rels", "<a>" + " " * 2000 + "</a>")
    with pytest.raises(NotReadable, match="unpacks to"):
        workbook.sheets(tmp_path / "a.xlsx")


LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
BILLION = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{LAUGHS}]><rss><channel><item><title>&l11;</title></item></channel></rss>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss><channel><item><title>&x;</title></item></channel></rss>'


@pytest.mark.parametrize("xml", [BILLION, OUTSIDE], ids=["multiplies itself", "refers to a file"])
def test_xml_neither_multiplies_itself_nor_reads_files(tmp_path, xml):
    path = tmp_path / "a.xml"
    path.write_text(xml, "utf-8")
    with pytest.raises(QadamError):
        list(feed.rows(path, path.read_bytes()))
    with pytest.raises(QadamError):
        articles._units(path)


def test_a_tar_that_climbs_out_of_its_folder_is_refused(tmp_path):
    from qadam.catalogue.readers import speech

    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        entry = tarfile.TarInfo("../outside.txt")
        entry.size = 3
        archive.addfile(entry, io.BytesIO(b"out"))
    with pytest.raises(NotReadable):
        speech._unpacked(tmp_path / "a.tar")
    assert not (tmp_path.parent / "outside.txt").exists() and not (tmp_path / "outside.txt").exists()


def test_every_test_that_is_named_is_there():
    named = re.findall(r"`(tests/[\w/]+\.py)`", (ROOT / "docs" / "threats.md").read_text("utf-8"))
    assert len(named) > 10 and not [name for name in named if not (ROOT / name).exists()]
