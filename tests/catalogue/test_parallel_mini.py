"""The embedded sample keeps what its card promises: ids, registers, scripts, signs, and parallel rows."""

import csv
import re
import unicodedata
from collections import Counter
from importlib.resources import files

import pytest

SAMPLE = files("qadam.catalogue") / "samples/parallel_mini"
LANGUAGES = ("kk", "ru", "en", "tr", "ky", "uz")
CYRILLIC = ("kk", "ru", "ky")
LATIN = ("en", "tr", "uz")
KAZAKH = set("аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя")
KAZAKH_ONLY = set("әғқңөұүһі")  # the nine letters that Russian does not have
KYRGYZ = set("абвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя")
RUSSIAN = set("абвгдеёжзийклмнопрстуфхцчшщъыьэюя")
TURKISH = set("abcçdefgğhıijklmnoöprsştuüvyzâîû")
ENGLISH = set("abcdefghijklmnopqrstuvwxyz")
UZBEK = set("abcdefghijklmnopqrstuvxyzʻʼ")  # c stands only in ch; there is no w
ALPHABET = {"kk": KAZAKH, "ru": RUSSIAN, "ky": KYRGYZ, "en": ENGLISH, "tr": TURKISH, "uz": UZBEK}


def read_items():
    with (SAMPLE / "items.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


ITEMS = read_items()


def lower(text, language):
    """Lower case as the language does it: Turkish İ is i and I is ı, where str.lower knows only English."""
    if language == "tr":
        text = text.replace("İ", "i").replace("I", "ı")
    return text.lower()


def words(text):
    return re.findall(r"[^\W\d_]+", text)


def scripts(word):
    """The scripts of a word's letters; the signs ʻ and ʼ have none of their own."""
    return {unicodedata.name(letter).split()[0] for letter in word} - {"MODIFIER"}


def every_text(*languages):
    """Triples of id, language and text."""
    return [(item["id"], language, item[language]) for item in ITEMS for language in languages]


def test_header_and_shape():
    # A stray tab adds the key None.
    assert all(list(item) == ["id", "register", *LANGUAGES] for item in ITEMS)
    assert len(ITEMS) >= 150


def test_line_ends_are_lf():
    raw = (SAMPLE / "items.tsv").read_bytes()
    assert b"\r" not in raw and raw.endswith(b"\n") and raw.count(b"\n") == len(ITEMS) + 1


def test_ids_are_unique_and_stable():
    ids = [item["id"] for item in ITEMS]
    assert len(set(ids)) == len(ids) and ids == sorted(ids)
    known = {item["id"]: item["kk"].split()[:3] for item in ITEMS}
    assert known["pm-001"] == ["Кеше", "кешке", "базардан"]
    assert known["pm-010"] == ["Бұл", "етіктің", "бағасы"]
    assert known["pm-160"] == ["Таң", "атуға", "жақын"]
    assert (ids[0], ids[9], ids[159]) == ("pm-001", "pm-010", "pm-160")


def test_five_registers_of_at_least_thirty():
    counts = Counter(item["register"] for item in ITEMS)
    assert set(counts) == {"everyday", "news", "science", "law", "literature"}
    assert min(counts.values()) >= 30


def test_cells_are_filled_clean_and_nfc():
    for item, language, text in every_text(*LANGUAGES):
        assert text and text == " ".join(text.split()), (item, language)
        assert unicodedata.is_normalized("NFC", text), (item, language)
        assert not set("\"'`\u00a0\u00ad\u200b\ufeff") & set(text), (item, language)
        assert text.endswith((".", "?", "!", "»", "”")), (item, language)


def test_no_word_mixes_scripts():
    mixed = [word for _, _, text in every_text(*LANGUAGES) for word in words(text) if len(scripts(word)) > 1]
    assert mixed == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_use_only_the_letters_of_their_language(language):
    foreign = {
        (item, word)
        for item, _, text in every_text(language)
        for word in words(text)
        if not set(lower(word, language)) <= ALPHABET[language]
    }
    assert foreign == set()


def test_scripts_of_the_columns():
    assert all(scripts(word) == {"CYRILLIC"} for _, _, text in every_text(*CYRILLIC) for word in words(text))
    assert all(scripts(word) == {"LATIN"} for _, _, text in every_text(*LATIN) for word in words(text))


def test_kazakh_alphabet_has_42_letters_and_its_own_nine_all_occur():
    seen = set("".join(item["kk"] for item in ITEMS).lower())
    assert len(KAZAKH) == 42
    assert seen >= KAZAKH_ONLY


def test_kyrgyz_is_kyrgyz():
    texts = " ".join(item["ky"] for item in ITEMS).lower()
    assert set(words(texts)) >= {"жана", "эмес", "болгон", "үчүн", "менен"}
    assert re.search("аа|ээ|оо|өө|уу|үү", texts)


def test_uzbek_signs_stand_where_they_may():
    for item, _, text in every_text("uz"):
        assert not re.search("(?<![oOgG])ʻ", text), item  # U+02BB only makes oʻ and gʻ
        assert not re.search("ʼ(?![a-z])|(?<![a-zʻ])ʼ", text), item  # U+02BC stands inside a word
        assert not re.search("[cC](?!h)", text), item
        assert not set("‘’") & set(text), item


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_twice(language):
    texts = Counter(lower(item[language], language) for item in ITEMS)
    assert [text for text, count in texts.items() if count > 1] == []


def test_sentences_have_5_to_25_words():
    assert [row for row in every_text(*LANGUAGES) if not 5 <= len(row[2].split()) <= 25] == []


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_translations_are_as_long_as_their_original(language):
    # A cell that lost half its content, or belongs to another row, falls out of this band of characters.
    far = [item["id"] for item in ITEMS if not 0.5 <= len(item[language]) / len(item["kk"]) <= 2]
    assert far == []


def test_numbers_in_figures_agree_across_languages():
    figures = [{language: re.findall(r"\d+", item[language]) for language in LANGUAGES} for item in ITEMS]
    assert [found for found in figures if any(numbers != found["kk"] for numbers in found.values())] == []
    assert sum(bool(found["kk"]) for found in figures) >= 4


def test_the_card_says_that_nobody_has_reviewed_it():
    card = (SAMPLE / "card.md").read_text(encoding="utf-8")
    assert f"0 of {len(ITEMS)} reviewed" in card
    assert "CC BY 4.0" in card
