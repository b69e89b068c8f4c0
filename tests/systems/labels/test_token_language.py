"""Token-language systems: ours, two baselines, and lingua if it is installed."""

import importlib.util
import sys

import pytest

from qadam.catalogue import tables
from qadam.errors import ExtraMissing
from qadam.systems.load import load

TEXT = "Мен вообще түсінбедім, магазинге бардым 👍"


def labels(name, text=TEXT):
    return load(tables.system(name), []).answer([text])[0]


def test_ours_answers_one_label_for_each_token():
    assert labels("qadam-codeswitch") == ("kk", "ru", "kk", "mixed", "kk", "other")


def test_letters_know_no_mixed_words_and_no_kazakh_without_kazakh_letters():
    assert labels("kazakh-letters") == ("ru", "ru", "kk", "ru", "ru", "other")


def test_whole_text_gives_every_word_one_language():
    assert labels("whole-text", "Қосымша жақсы супер екен") == ("kk",) * 4
    assert labels("whole-text", "Приложение супер, рақмет за всё остальное") == ("ru",) * 6
    assert labels("whole-text", "123 ok") == ("other", "other")


def test_lingua_missing_names_the_line_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "lingua", None)
    with pytest.raises(ExtraMissing, match="lingua") as fault:
        labels("lingua")
    assert "qadam[lid]" in fault.value.next_step


@pytest.mark.skipif(importlib.util.find_spec("lingua") is None, reason="lingua-language-detector is not installed")
def test_lingua_knows_both_languages_and_no_mixed_words():
    found = labels("lingua", "өтінемін пожалуйста магазинге 12")
    assert found[:2] == ("kk", "ru") and found[2] != "mixed" and found[3] == "other"


def test_glotlid_is_asked_word_by_word_by_the_interface_of_fasttext(monkeypatch, tmp_path):
    from types import ModuleType, SimpleNamespace

    known = {"мен": "kaz_Cyrl", "вообще": "rus_Cyrl", "түсінбедім,": "kaz_Cyrl", "магазинге": "kaz_Cyrl"}

    def predict(text):
        assert text == text.lower() and "\n" not in text
        return (f"__label__{known.get(text, 'eng_Latn')}",), [0.9]

    module = ModuleType("fasttext")
    module.load_model = lambda path: SimpleNamespace(predict=predict)
    monkeypatch.setitem(sys.modules, "fasttext", module)
    found = load(tables.system("glotlid"), [tmp_path / "model.bin"]).answer([TEXT])[0]
    assert found == ("kk", "ru", "kk", "kk", "other", "other")


def test_glotlid_without_fasttext_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "fasttext", None)
    with pytest.raises(ExtraMissing) as fault:
        load(tables.system("glotlid"), [tmp_path / "model.bin"])
    assert fault.value.next_step == "pip install fasttext"
