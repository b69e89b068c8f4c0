"""Harmony, assimilation and stem changes, each by words worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qadam.kazakh.phonology import VOWELS, attach, contexts, harmony, realise, shapes, sonority

BACK = "бала кітап қазақ тау оқу тану тарих Сыдиқ институт минут ресурс химия футбол ғылыми жиын қуат су Назарбаев Иванов Мұқанов завод"
FRONT = "әке мұғалім көше келу сурет киім магазин архив автомобиль сентябрь факультет банк пункт режиссёр әдеби Әуезов Тургенев"


@pytest.mark.parametrize("word", BACK.split())
def test_back_words(word):
    assert harmony(word) == "back"


@pytest.mark.parametrize("word", FRONT.split())
def test_front_words(word):
    assert harmony(word) == "front"


@pytest.mark.parametrize(
    "words, expected",
    [
        ("бала әке химия радио", "vowel"),
        ("тау келу үй жер такси қою", "glide"),
        ("ауыл қол автомобиль", "lateral"),
        ("адам күн таң", "nasal"),
        ("қыз саз репортаж", "voiced"),
        ("кітап ет қазақ тас клуб Медведев педагог съезд", "voiceless"),
    ],
)
def test_sonority(words, expected):
    assert {sonority(word) for word in words.split()} == {expected}


# form -> word cut after the stem; by hand, each class of harmony and sonority at least once
ATTACHED = {
    "LAр": "бала|лар әке|лер тау|лар үй|лер қол|дар ел|дер адам|дар күн|дер қыз|дар сөз|дер ет|тер клуб|тар",
    "NIң": "бала|ның әке|нің адам|ның күн|нің таң|ның тау|дың қол|дың қыз|дың ет|тің завод|тың",
    "ZI": "бала|ны әке|ні адам|ды күн|ді тау|ды қыз|ды ет|ті завод|ты",
    "GA": "бала|ға әке|ге адам|ға күн|ге кітап|қа ет|ке клуб|қа магазин|ге митинг|ке",
    "DA": "бала|да әке|де адам|да кітап|та ет|те",
    "BAн": "бала|дан әке|ден адам|нан күн|нен таң|нан қол|дан кітап|тан ет|тен",
    "Wен": "бала|мен әке|мен адам|мен тау|мен қол|мен қыз|бен сөз|бен кітап|пен ет|пен",
    "(с)I": "бала|сы әке|сі адам|ы күн|і кітаб|ы күрег|і тарағ|ы тау|ы би|і",
    "(I)м": "бала|м әке|м адам|ым көз|ім кітаб|ым",
    "MA": "бар|ма кел|ме жаса|ма ти|ме жаз|ба сен|бе айт|па кет|пе",
    "DI": "бар|ды кел|ді жаса|ды айт|ты кет|ті",
    "GAн": "бар|ған кел|ген айт|қан кет|кен тап|қан",
    "P": "бар|а кел|е жаса|й сөйле|й оқ|и ер|и қо|я сүй|е таб|а",
    "PтIн": "бар|атын кел|етін жаса|йтын оқ|итын қо|ятын",
    "(I)п": "бар|ып кел|іп жаса|п оқы|п қой|ып таб|ып шығ|ып",
    "у": "бар|у кел|у жаса|у оқ|у қо|ю сү|ю таб|у",
    "(A)р": "бар|ар кел|ер жаса|р оқы|р қо|яр",
    "(A)йIK": "бар|айық кел|ейік жаса|йық оқ|иық",
    "(I)ншI": "бір|інші екі|нші алты|ншы он|ыншы",
    "(I)рAK": "биіг|ірек жақсы|рақ аз|ырақ кіші|рек",
    "WIн": "бала|мын мұғалім|мін қыз|бын қазақ|пын",
    "Zікі": "бала|нікі әке|нікі адам|дікі қыз|дікі қазақ|тікі",
}
LEMMA = {
    "кітаб": "кітап", "күрег": "күрек", "тарағ": "тарақ", "таб": "тап", "шығ": "шық", "биіг": "биік",
    "оқ": "оқы", "ер": "ері", "қо": "қой", "сү": "сүй",
}  # fmt: skip


@pytest.mark.parametrize("form", ATTACHED)
def test_attach(form):
    for cut in ATTACHED[form].split():
        stem, suffix = cut.split("|")
        assert attach(LEMMA.get(stem, stem), form) == (stem, suffix)


def test_a_loan_may_keep_its_final_stop_and_the_lexicon_may_know_the_harmony_better():
    assert attach("парк", "(с)I", keeps=True) == ("парк", "і")
    assert attach("ми", "LAр", as_if="back") == ("ми", "лар")
    assert attach("мұхит", "GA", as_if="back") == ("мұхит", "қа")


def test_contexts_say_what_may_follow_each_beginning():
    back_nasal, front_nasal = 1 << 3, 1 << 9
    assert contexts("адам")[-1] == back_nasal
    assert contexts("күн")[-1] == front_nasal
    assert contexts("5-")[-1] == (1 << 12) - 1  # nobody hears the harmony of a hyphen


FORMS = list(ATTACHED)


@given(
    st.sampled_from(FORMS),
    st.sampled_from(["бала", "әке", "кітап", "күрек", "қыз", "сөз", "адам", "күн", "қол", "тау", "үй"]),
)
def test_the_vowels_of_a_suffix_agree_with_the_stem(form, stem):
    _, suffix = attach(stem, form)
    if form in ("Wен", "Zікі"):
        return  # these two do not alternate
    wrong = set("әеөүі") if harmony(stem) == "back" else set("аоұы")
    assert not wrong & set(suffix)


@given(st.sampled_from(FORMS), st.integers(0, 1), st.integers(0, 5))
def test_every_spelling_that_is_generated_can_be_read(form, front, final):
    text = realise(form, front, final)
    bits, _ = shapes(form)[text]
    assert bits >> (final + 6 * front) & 1


@given(st.text(max_size=40))
def test_any_text_has_a_harmony_and_a_context_for_each_beginning(text):
    assert harmony(text) in ("back", "front")
    assert len(contexts(text)) == len(text) + 1
    assert sonority(text)


def test_vowels_are_vowels():
    assert len(VOWELS) == 15
