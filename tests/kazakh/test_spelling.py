"""Russian-keyboard Kazakh: a lexicon of a few words shows each rule, public pairs how far it carries."""

import csv
import gzip
import os
import re
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qadam.kazakh.lexicon import frequent, own
from qadam.kazakh.phonology import LETTERS
from qadam.kazakh.spelling import KAZAKH, Speller, learn_channel, learn_letters

MIRROR = os.environ.get("QADAM_MIRROR")
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))

COUNTS = {
    "тұрып": 20, "қалай": 40, "қала": 30, "ала": 5, "өмір": 25, "тіл": 30, "тілі": 20, "тілдер": 9, "үй": 15,
    "үйде": 10, "жаңа": 22, "жана": 4, "көрдім": 8, "көр": 9, "келдім": 12, "бүгін": 18, "достым": 4, "досым": 8,
    "көктем": 6, "мен": 60, "әр": 12, "ар": 6, "күн": 20, "намыс": 4,
}  # fmt: skip


@pytest.fixture(scope="module")
def speller():
    return Speller(COUNTS, neighbours={("мен", "жана"): 4}, foreign={"каждый"})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("турып", "тұрып"),
        ("калай", "қалай"),
        ("омир", "өмір"),
        ("тил", "тіл"),
        ("жана", "жаңа"),
        ("мен", "мен"),
    ],
)
def test_words_of_the_lexicon(speller, typed, meant):
    assert speller.correct(typed) == meant


def test_a_form_the_lexicon_lacks_follows_its_letters(speller):
    assert speller.correct("тилдерде") == "тілдерде"
    assert "көрдім" in dict(speller.rank("кордим"))


def test_capitals_and_everything_between_words_stay(speller):
    assert speller.restore("Калай, ДОСЫМ?\tБугин уйде!") == "Қалай, ДОСЫМ?\tБүгін үйде!"


def test_latin_look_alikes_do_not_disturb(speller):
    assert speller.correct("қaлай") == "қалай"


def test_foreign_words_and_kazakh_keyboards_are_left_alone(speller):
    assert speller.correct("каждый") == "каждый"
    assert speller.correct("тұрып") == "тұрып"


def test_the_word_before_decides(speller):
    assert speller.correct("жана") == "жаңа"
    assert speller.correct("жана", after="мен") == "жана"
    assert speller.restore("тил мен жана") == "тіл мен жана"


def test_pairs_teach_the_channel():
    plain, taught = learn_channel(), learn_channel([("кала", "қала")] * 50)
    assert taught.cost("к", "қ") > plain.cost("к", "қ")
    assert plain.cost("к", "м") == plain.cost("кк", "к") == float("-inf")
    assert learn_channel([("ап", "алып")]) == plain


def test_the_letter_model_is_a_distribution():
    letters = learn_letters(COUNTS)
    seen = {letter for word in COUNTS for letter in word} | {"$"}
    for history in ("^", "^т", "^тіл"):
        total = sum(2.718281828459045 ** letters.step(history, letter) for letter in seen)
        assert 0.9 < total <= 1 + 0.001 * len(seen)


@given(ANY_TEXT)
def test_no_text_crashes(speller, text):
    assert isinstance(speller.restore(text), str)


def test_without_a_lexicon_the_morphology_decides():
    assert Speller({}).restore("Калай, турып?") == "Қалай, тұрып?"


@pytest.mark.parametrize("lexicon", [{}, {stem.lower(): 1 for stem in own().plain}], ids=["none", "stems"])
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("сиздин озиниз", "сіздің өзіңіз"),
        ("казак тили", "қазақ тілі"),
        ("бул кисинин аты", "бұл кісінің аты"),
        ("онын уйине", "оның үйіне"),
        ("озин", "өзін"),
        ("кундиз, туски", "күндіз, түскі"),
    ],
)
def test_frequent_words_need_no_lexicon_of_the_user(lexicon, typed, meant):
    assert Speller(lexicon).restore(typed) == meant


@given(st.text("әбгқдеиыілмнөрстүұ", min_size=1, max_size=9))
def test_whoever_typed_и_did_not_mean_ы(typed):
    meant = Speller({}).correct(typed)
    assert not any((a, b) == ("и", "ы") for a, b in zip(typed, meant, strict=True))


def test_frequent_words_stand_once_and_are_kazakh():
    ranks = frequent()
    assert list(ranks.values()) == list(range(1, len(ranks) + 1))
    assert all(LETTERS.issuperset(word) for word in ranks)


def test_what_nothing_known_looks_like_stays():
    assert Speller({}).restore("Аулде, Нургожа?") == "Аулде, Нургожа?"
    assert Speller({}).unknown("Аулде, қалай Нургожа?") == 2


@given(st.text("аәгғкқнңоөуұүиіыхһбдлмрст", min_size=1, max_size=9), st.booleans())
def test_a_word_becomes_only_a_known_one(speller, typed, kazakh):
    word = speller.correct(typed, kazakh=kazakh)
    assert word == typed or not speller.unknown(word)


def test_whoever_has_kazakh_letters_meant_what_is_a_word():
    speller = Speller({"ұран": 9})
    assert speller.correct("уран") == speller.restore("уран") == "ұран"
    assert speller.restore("Асып кетті") == "Асып кетті"
    assert speller.correct("турып", kazakh=True) == "тұрып"


# What the rows of the public set call right and is not; see the comment of each.
WRONG_GOLD = {
    ("жанбыр", "жанбыр"),  # жаңбыр
    ("болмайма", "болмай"),  # the question particle is lost
    ("ережелерын", "ережелерiн"),  # Latin i
    ("картыкка", "қарттыққа"),  # another word
    ("шарртагы", "шарттағы"),  # a doubled letter, no matter of alphabet
}


def pairs(name):
    with open(Path(MIRROR, "github.com/danatjie/Kazakh-Text-Normalization", name), encoding="utf-8") as file:
        rows = [[cell.strip() for cell in row if cell.strip()] for row in csv.reader(file)][1:]
    return [tuple(row) for row in rows if len(row) == 2]


@pytest.mark.skipif(not MIRROR, reason="QADAM_MIRROR is not set: real data are checked only with it")
def test_danatjie_dev_pairs():
    """Identity 0.26 and the most frequent candidate 0.86 of the 299 well-formed rows; this channel at least 0.92.

    0.95 if it also guessed by letters alone, at the price of words that are none.
    """
    counts = Counter()
    for name in (
        "kazqad_contexts",
        "laws",
        "web_news_sentences",
        "kaznerd_valid_test",
        "tatoeba",
        "langprofiles",
    ):
        with gzip.open(Path(MIRROR, f"derived/raw_text_kk/{name}.txt.gz"), "rt", encoding="utf-8") as lines:
            counts.update(word for line in lines for word in re.findall("[а-яёәғқңөұүһі]+", line.lower()))
    speller = Speller(counts, pairs("train.csv"))
    dev = pairs("dev.csv")
    assert set(dev) >= WRONG_GOLD
    assert sum(speller.correct(typed) == meant for typed, meant in dev) / len(dev) >= 0.92


@pytest.mark.skipif(not MIRROR, reason="QADAM_MIRROR is not set: real data are checked only with it")
@pytest.mark.parametrize("corpus", ["tatoeba", "common_voice"])
def test_clean_text_stays_and_typed_text_comes_back(corpus):
    """Without any lexicon of the user: at most 1 word in 500 changes (some of them rightly), and most words return."""
    with gzip.open(Path(MIRROR, f"derived/raw_text_kk/{corpus}.txt.gz"), "rt", encoding="utf-8") as file:
        lines = [line for line in islice(file, 2000) if KAZAKH & set(line)]
    typed = str.maketrans("әғқңөұүһіӘҒҚҢӨҰҮҺІ", "агкноуухиАГКНОУУХИ")
    speller, words = Speller({stem.lower(): 1 for stem in own().plain}), re.compile(r"[^\W\d_]+")
    meant = [word for line in lines for word in words.findall(line)]
    kept = [word for line in lines for word in words.findall(speller.restore(line))]
    back = [word for line in lines for word in words.findall(speller.restore(line.translate(typed)))]
    assert sum(map(str.__ne__, meant, kept)) / len(meant) <= 1 / 500
    assert sum(map(str.__eq__, meant, back)) / len(meant) >= 0.8
