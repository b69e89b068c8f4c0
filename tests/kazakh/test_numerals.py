"""Numbers and words: written by hand first, then there and back for every size of number."""

import tomllib
from importlib.resources import files

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qadam.errors import UnknownName
from qadam.kazakh.numbers_to_digits import to_digits, unread
from qadam.kazakh.numbers_to_words import to_words
from qadam.kazakh.numerals import (
    Number,
    cardinal,
    decimal,
    digit_by_digit,
    endings,
    fraction,
    inflect,
    ordinal,
    read,
    suffixed,
)

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
NUMERALS = tomllib.loads(files("qadam.kazakh").joinpath("numerals.toml").read_text("utf-8"))
HOMOGRAPHS = {form for forms in NUMERALS["homographs"].values() for form in forms.split()}
NUMBERS = st.integers(0, 12).flatmap(lambda size: st.integers(0, 10**size))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "нөл"),
        (7, "жеті"),
        (20, "жиырма"),
        (46, "қырық алты"),
        (100, "жүз"),
        (1000, "бір мың"),
        (1991, "бір мың тоғыз жүз тоқсан бір"),
        (12_519, "он екі мың бес жүз он тоғыз"),
        (1_000_001, "бір миллион бір"),
        (10**12, "бір триллион"),
        (-5, "минус бес"),
    ],
)
def test_cardinals(value, words):
    assert cardinal(value) == words


@pytest.mark.parametrize(
    ("value", "words", "digits"),
    [
        (1, "бірінші", "1-ші"),
        (2, "екінші", "2-ші"),
        (5, "бесінші", "5-ші"),
        (6, "алтыншы", "6-шы"),
        (9, "тоғызыншы", "9-шы"),
        (10, "оныншы", "10-шы"),
        (20, "жиырмасыншы", "20-шы"),
        (25, "жиырма бесінші", "25-ші"),
        (30, "отызыншы", "30-шы"),
        (40, "қырқыншы", "40-шы"),
        (50, "елуінші", "50-ші"),
        (100, "жүзінші", "100-ші"),
        (1000, "бір мыңыншы", "1000-шы"),
        (10**9, "бір миллиардыншы", "1000000000-шы"),
    ],
)
def test_ordinals(value, words, digits):
    assert ordinal(value) == words
    assert suffixed(value, "ordinal") == digits
    assert to_words(digits) == words
    assert to_digits(words) == digits


@pytest.mark.parametrize(
    ("value", "ending", "digits", "words"),
    [
        (1991, "ablative", "1991-ден", "бір мың тоғыз жүз тоқсан бірден"),
        (2005, "locative", "2005-те", "екі мың бесте"),
        (20, "possessive", "20-сы", "жиырмасы"),
        (40, "possessive", "40-ы", "қырқы"),
        (10, "ablative", "10-нан", "оннан"),
        (6, "genitive", "6-ның", "алтының"),
        (100, "dative", "100-ге", "жүзге"),
        (40, "dative", "40-қа", "қырыққа"),
        (3, "instrumental", "3-пен", "үшпен"),
        (100, "instrumental", "100-бен", "жүзбен"),
        (50, "possessive", "50-і", "елуі"),
        (1000, "accusative", "1000-ды", "бір мыңды"),
        (10**9, "dative", "1000000000-қа", "бір миллиардқа"),
    ],
)
def test_endings_follow_the_spoken_word(value, ending, digits, words):
    assert suffixed(value, ending) == digits
    assert inflect(cardinal(value), ending) == words
    assert to_words(digits) == words
    assert to_digits(words) == digits
    assert read(words) == Number(value, ending)


# Text, its words, and the digits these give back where they differ from the text.
RUNNING = [
    ("1991 жылы туған", "бір мың тоғыз жүз тоқсан бірінші жылы туған", None),
    ("2021 ж. басталды", "екі мың жиырма бірінші ж. басталды", None),
    ("50 жыл өтті", "елу жыл өтті", None),
    ("3,5 %-ға өсті", "үш бүтін оннан бес пайызға өсті", None),
    ("0,05", "нөл бүтін жүзден бес", None),
    ("0,125", "нөл бүтін мыңнан жүз жиырма бес", None),
    ("25 %", "жиырма бес пайыз", None),
    ("2/3 бөлігі", "үштен екі бөлігі", None),
    ("12:30", "он екі сағат отыз минут", None),
    ("сағат 9:05-те", "сағат тоғыз бесте", None),
    ("5 000 теңге", "бес мың теңге", "5000 теңге"),
    ("$100", "жүз доллар", "100 доллар"),
    ("1500 ₸", "бір мың бес жүз теңге", "1500 теңге"),
    ("7-сынып", "жетінші сынып", None),
    ("16.12.1991", "бір мың тоғыз жүз тоқсан бірінші жылғы он алтыншы желтоқсан", "1991 жылғы 16 желтоқсан"),
    ("22 наурызда", "жиырма екінші наурызда", None),
    ("XXI ғасыр", "жиырма бірінші ғасыр", "21-ғасыр"),
    ("90-жылдары", "тоқсаныншы жылдары", None),
    ("12:30-да", "он екі сағат отыз минутта", None),
    ("20:15-те", "жиырма сағат он бес минутта", None),
    ("9:00-ден 18:00-ге", "тоғыз сағат нөл минуттан он сегіз сағат нөл минутқа", None),
    (
        "1941-1945 жж.",
        "бір мың тоғыз жүз қырық бір – бір мың тоғыз жүз қырық бесінші жж.",
        "1941 – 1945 жж.",
    ),
    ("5 млн теңге", "бес миллион теңге", "5000000 теңге"),
    ("2,5 млрд", "екі бүтін оннан бес миллиард", "2,5 миллиард"),
    ("5 кг-ға", "бес килограммға", "5 килограммға"),
    ("10-15 адам", "он-он бес адам", None),
    ("-5 градус", "минус бес градус", None),
    ("5-еу келді, 6-ау кетті", "бесеу келді, алтау кетті", None),
    ("covid19, А4, 1.2.3.4, https://a.kz/12", "covid19, А4, 1.2.3.4, https://a.kz/12", None),
    ("22:22:22", "22:22:22", None),
    ("ХХ ғасыр, ХІХ ғасыр", "жиырмасыншы ғасыр, он тоғызыншы ғасыр", "20-ғасыр, 19-ғасыр"),
    ("№ 5 мектеп", "нөмір бес мектеп", "нөмір 5 мектеп"),
    ("007", "нөл нөл жеті", "0 0 7"),
]


@pytest.mark.parametrize(("text", "words", "back"), RUNNING)
def test_running_text(text, words, back):
    assert to_words(text) == words
    assert to_digits(words) == (back or text)


@pytest.mark.parametrize("text", [row[0] for row in RUNNING if row[0] != "007"])
def test_what_comes_back_is_read_the_same(text):
    assert to_words(to_digits(to_words(text))) == to_words(text)


@given(NUMBERS)
@example(10**12)
def test_every_number_comes_back(value):
    assert read(cardinal(value)) == Number(value)
    assert read(ordinal(value)) == Number(value, "ordinal")
    assert to_words(str(value)) == cardinal(value)
    assert to_digits(cardinal(value)) == str(value)


@given(NUMBERS, st.sampled_from(endings()))
def test_every_ending_comes_back(value, ending):
    word = inflect(cardinal(value), ending)
    assert read(word) == Number(value, ending)
    assert to_words(suffixed(value, ending)) == word
    assert to_digits(word) == (word if word in HOMOGRAPHS else suffixed(value, ending))


@pytest.mark.parametrize(
    "text",
    [
        "бірге бардық, біреу келді, бірде, бірден, бірдей",
        "онда, ондай, оны, оның, ондағы",
        "дүние жүзінде, қағаз жүзінде",
        "оның жүзі жарқын, жүзіне қарады, жүзбе-жүз",
        "бірде-бір, бір-біріне, бірден-бір, бір-ақ, екі-екіден, біраз, бірнеше, бірақ",
        "ел үшін, бесін намазы, алтыны көп, суда жүзді",
        "Ұлы жүз, Орта жүзден, кіші жүздің",
        "үшінші тоқсан қорытындысы, тоқсанда",
        "бірден бір адам шықты",
        "2 мыңнан астам, 1,8 миллион",
    ],
)
def test_everyday_words_stay_words(text):
    kept = to_digits(text, smallest=2).replace("3-ші", "үшінші")
    assert kept == text
    assert unread(text) == []


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("он бірде, жиырма бірге, екі жүзінде", "11-де, 21-ге, 200-інде"),
        ("сағат бірде, сағат онда", "сағат 1-де, сағат 10-да"),
        ("минус бірге", "-1-ге"),
        ("бірінші, оныншы, жүзінші", "1-ші, 10-шы, 100-ші"),
        ("бестен бірі, оннан бірге", "1/5-і, 1/10-ге"),
        ("бес-алты, он-он бес, бес-алтыға", "5-6, 10-15, 5-6-ға"),
        ("орта есеппен жүз адам, тоқсан бес", "орта есеппен 100 адам, 95"),
        ("екі жарым миллион теңге, бір жарым миллионға", "2,5 миллион теңге, 1,5 миллионға"),
        ("үш миллион жарым, бір жарым сағат, жиырма бес жарым пайыз", "3,5 миллион, 1,5 сағат, 25,5 %"),
        (
            "жарты миллион теңге, жарты мыңы, мың жарым, жарты сағат",
            "жарты миллион теңге, жарты мыңы, мың жарым, жарты сағат",
        ),
        ("үш бүтін оннан бес миллионға", "3,5 миллионға"),
        ("оннан, жүзге, алтының, екіге", "10-нан, 100-ге, 6-ның, 2-ге"),
    ],
)
def test_numbers_among_them_are_read(text, digits):
    assert to_digits(text) == digits


def test_homographs_are_forms_of_their_number():
    assert all(read(form) for form in HOMOGRAPHS)


@given(NUMBERS, st.from_regex(r"[0-9]{1,9}", fullmatch=True))
def test_every_decimal_comes_back(whole, part):
    text = f"{whole},{part}"
    assert to_digits(decimal(text)) == text
    assert to_words(text) == decimal(text)


@given(st.integers(2, 10**6).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))))
def test_every_proper_fraction_comes_back(pair):
    assert to_digits(fraction(*pair)) == f"{pair[0]}/{pair[1]}"
    assert to_words(f"{pair[0]}/{pair[1]}") == fraction(*pair)


@given(st.integers(0, 24), st.integers(0, 59))
def test_every_time_comes_back(hour, minute):
    text = f"{hour}:{minute:02d}"
    assert to_digits(to_words(text)) == text


def test_bare_hundred_and_thousand_are_read_both_ways():
    assert read("бір жүз") == read("жүз") == Number(100)
    assert read("мың") == read("бір мың") == Number(1000)


@pytest.mark.parametrize("words", ["", "он екі отыз", "бес алты", "жүз мың миллион", "алма", "бір алма", "минус"])
def test_what_is_no_number(words):
    assert read(words) is None


def test_small_numbers_can_stay_words():
    assert to_digits("бір күні он бес адам келді", smallest=10) == "бір күні 15 адам келді"


def test_long_codes_are_read_digit_by_digit():
    assert to_words("1" * 5000) == digit_by_digit("1" * 5000)


def test_wrong_arguments_say_so():
    with pytest.raises(UnknownName, match="ablative"):
        inflect("бес", "abl")
    with pytest.raises(ValueError, match="3,5"):
        decimal("3")


@pytest.mark.parametrize(
    "text", ["а", "1", "1.", "1:", "бір ", "бір мың ", "минус ", "1 000 ", "1/", "-", "I", "сағат бір "]
)
def test_a_line_without_end_takes_linear_time(text):
    assert to_words(text * 20_000)
    assert to_digits(text * 10_000)


@given(ANY_TEXT)
@example("0:00-" + "0" * 20)
def test_no_text_crashes(text):
    assert isinstance(to_words(text), str)
    assert isinstance(to_digits(text), str)
    read(text)


def test_number_words_that_are_not_read_are_named():
    assert unread(to_digits("Екіншісіне бес кітап, бірақ онда жүзіп алпысыншылардан")) == [
        "екіншісіне",
        "алпысыншылардан",
    ]
    assert unread("5 кітап") == []


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("мың тоғыз жүз қырық бесінші жыл", "1945 жыл"),
        ("мың тоғыз жүз қырық бесінші жылы", "1945 жылы"),
        ("мың тоғыз жүз қырық бесінші жылдан бері", "1945 жылдан бері"),
        ("мың тоғыз жүз сексенінші жылдар", "1980 жылдар"),
        ("сексенінші жылдары", "80-жылдары"),
        ("бірінші рет", "1-рет"),
        ("соғыстың үшінші жылы", "соғыстың 3-жылы"),
    ],
)
def test_a_year_has_no_hyphen_and_other_ordinals_before_a_noun_have_one(said, written):
    assert to_digits(said) == written


@pytest.mark.parametrize("text", ["2000 жыл бұрын", "жылына 1500 жыл"])
def test_a_count_of_years_is_no_date(text):
    assert "ыншы" not in to_words(text) and "інші" not in to_words(text)
