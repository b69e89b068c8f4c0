"""Other people's analysers: a transducer made on the spot, and TurkicNLP by the interface it documents."""

import sys
from types import ModuleType, SimpleNamespace

import pytest

from qadam.catalogue import tables
from qadam.errors import BadSystem, ExtraMissing
from qadam.lab.plan import system_row
from qadam.systems.load import load
from qadam.systems.words.transducer import hfst_cut


@pytest.fixture
def made(tmp_path):
    """A way to write a transducer of a few words."""
    hfst = pytest.importorskip("hfst", reason="the package hfst is not installed: pip install hfst")

    def write(pairs, name="own.hfst"):
        transducer = hfst.fst(pairs)
        kind = hfst.ImplementationType.HFST_OLW_TYPE
        transducer.convert(kind)
        stream = hfst.HfstOutputStream(filename=str(tmp_path / name), type=kind)
        stream.write(transducer)
        stream.flush()
        stream.close()
        return tmp_path / name

    return write


def test_a_transducer_cuts_what_it_knows_and_leaves_the_rest_whole(made):
    path = made({"мектепте": "мектеп>те", "үйлер": [("үй>лер", 0.5), ("үйлер", 2.0)]})
    system = load(system_row(str(path)), [path])
    (tokens,) = system.answer(["Мектепте үйлер жоқ"])
    assert list(zip(tokens.starts, tokens.ends, strict=True)) == [(0, 6), (6, 8), (9, 11), (11, 14), (15, 18)]


def test_a_transducer_of_tags_is_refused_by_name(made):
    cut = hfst_cut(made({"үйде": "үй<n><loc>"}))
    with pytest.raises(BadSystem, match="lemma and tags"):
        cut("үйде")


def test_a_file_that_is_none_is_refused(tmp_path):
    pytest.importorskip("hfst", reason="the package hfst is not installed: pip install hfst")
    (tmp_path / "no.hfst").write_bytes(b"nothing of the kind")
    with pytest.raises(BadSystem, match="no transducer"):
        hfst_cut(tmp_path / "no.hfst")


def test_the_path_of_a_transducer_names_a_system(tmp_path):
    (tmp_path / "my kaz.hfst").write_bytes(b"HFST")
    row = system_row(str(tmp_path / "my kaz.hfst"))
    assert (row.kind, row.format) == ("segmenter", "hfst") and row.id.startswith("my-kaz@")


def test_without_the_packages_the_command_is_said(monkeypatch, tmp_path):
    for name in ("hfst", "turkicnlp", "turkicnlp.processors.morpheme_tokenizer"):
        monkeypatch.setitem(sys.modules, name, None)
    (tmp_path / "a.hfst").write_bytes(b"HFST")
    with pytest.raises(ExtraMissing) as fault:
        load(system_row(str(tmp_path / "a.hfst")), [tmp_path / "a.hfst"])
    assert fault.value.next_step == "pip install hfst"
    with pytest.raises(ExtraMissing) as fault:
        load(tables.system("turkicnlp"), [])
    assert "pip install 'turkicnlp[hfst]'" in fault.value.next_step


class Documented:
    """The part of turkicnlp's MorphemeTokenizer that its documentation shows, for two words."""

    ready = True

    def __init__(self, lang):
        assert lang == "kaz"

    def load(self):
        if not self.ready:
            raise FileNotFoundError("kaz.automorf.hfst")

    def segment(self, word):
        known = {"бармадым": ["бар", "ма", "ды", "м"], "оқығандар": ["оқы", "ған", "дар"]}
        return SimpleNamespace(segments=known.get(word, [word]))


@pytest.fixture
def installed(monkeypatch):
    module = ModuleType("turkicnlp.processors.morpheme_tokenizer")
    module.MorphemeTokenizer = Documented
    for name in ("turkicnlp", "turkicnlp.processors"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, module.__name__, module)


def test_turkicnlp_is_asked_by_the_interface_it_documents(installed):
    (tokens,) = load(tables.system("turkicnlp"), []).answer(["бармадым оқығандар тау"])
    assert list(tokens.starts) == [0, 3, 5, 7, 9, 12, 15, 19]


def test_turkicnlp_without_its_data_says_how_to_get_them(installed, monkeypatch):
    monkeypatch.setattr(Documented, "ready", False)
    with pytest.raises(ExtraMissing, match=r"kaz\.automorf\.hfst") as fault:
        load(tables.system("turkicnlp"), [])
    assert "turkicnlp.download('kaz'" in fault.value.next_step
