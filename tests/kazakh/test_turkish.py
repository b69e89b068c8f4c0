"""Turkish in Cyrillic letters: shared words look shared, harmony chooses the letter, nothing else moves."""

import pytest

from qadam.kazakh.turkish import lower, to_cyrillic


@pytest.mark.parametrize(
    ("turkish", "cyrillic"),
    [
        ("dağ", "дағ"),
        ("göz", "гөз"),
        ("kum", "құм"),
        ("kış", "қыш"),
        ("gün", "гүн"),
        ("ışık", "ышық"),
        ("İstanbul'da", "Істанбұл'да"),
        ("Ankara", "Анқара"),
        ("yarın", "ярын"),
        ("AKP", "АҚП"),
        ("Çekoslovakya", "Чекословақя"),
        ("TBMM", "ТБММ"),
        ("12,5 % 中", "12,5 % 中"),
        ("", ""),
    ],
)
def test_words(turkish, cyrillic):
    assert to_cyrillic(turkish) == cyrillic


def test_small_letters_are_those_of_turkish():
    assert lower("IĞDIR İL") == "ığdır il"


def test_no_letter_of_turkish_stays_latin():
    alphabet = "abcçdefgğhıijklmnoöprsştuüvyz"
    written = to_cyrillic(alphabet) + to_cyrillic(" ".join(alphabet))
    assert not set(written) & set(alphabet)
