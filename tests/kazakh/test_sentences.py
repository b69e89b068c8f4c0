"""Sentence and word boundaries: abbreviations, initials, quotations, numbers, addresses; always offsets."""

import gzip
import os
import random
import time
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qadam.kazakh.sentences import sentences, words

MIRROR = os.environ.get("QADAM_MIRROR")
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))

# "|" marks where a sentence ends.
SENTENCES = [
    "Т.ғ.к. Асанов А. Б. келді.| Ол 1991 ж. Алматы қ. туған.",
    "Алма, алмұрт, өрік т.б. бар.| Содан кейін қайттық.",
    "Базардан алма, алмұрт т.б.| Содан кейін қайттық.",
    "Бұл б.з.б. 47 жылы еді.| Рим әскері жеңді.",
    "Абай (Ибраһим) Құнанбаев 1845 ж. туған.| Ол ақын.",
    "Бағасы 5 млн. теңге болды.| Қымбат!",
    "Биыл 3,5 % өсті.| Былтыр 1.5 км жол салынды.",
    "«Кел!» – деді ол.| – Қайда?| – Үйге.",
    "Ол: «Келдім. Көрдім. Жеңдім», – деді.| Бәрі үнсіз қалды.",
    "– Қалайсың? – деп сұрады апам.| – Жақсымын.",
    "Не?!| Иә...| Солай де.",
    "Ол... бірақ келмеді.",
    "1. Кіріспе.| 2. Негізгі бөлім.",
    "Проф. Ә. Марғұлан мен акад. Қ. Сәтбаев келді.",
    "Сайт: www.egov.kz.| Хат: info@mail.kz.| Болды.",
    "К.Т.-Б. Тельжанов атындағы шебер.",
    "ХІХ ғ. Қазақ даласы өзгерді.",
    "Жауап берді (иә. бердi).| Кетті.",
    "Бірінші жол\n|екінші жол",
]

WORDS = [
    ("Алдын-ала айтты.", ["Алдын-ала", "айтты", "."]),
    ("3,5 % және 1.5 км", ["3,5", "%", "және", "1.5", "км"]),
    ("25-ші мамыр, 12:30-да", ["25-ші", "мамыр", ",", "12:30-да"]),
    ("16.12.1991 күні 5 000 теңге", ["16.12.1991", "күні", "5 000", "теңге"]),
    ("т.ғ.к. А. Асанов", ["т.ғ.к.", "А.", "Асанов"]),
    ("1991 ж. Алматы қ.", ["1991", "ж.", "Алматы", "қ."]),
    ("Жанна д'Арк «Тіл» деді…", ["Жанна", "д'Арк", "«", "Тіл", "»", "деді", "…"]),
    ("Не?! Иә...", ["Не", "?!", "Иә", "..."]),
    ("https://egov.kz/a?b=1, info@mail.kz", ["https://egov.kz/a?b=1", ",", "info@mail.kz"]),
    ("@qadam #тіл", ["@qadam", "#тіл"]),
    ("ٴتىل قازاق، ەل", ["ٴتىل", "قازاق", "،", "ەل"]),
    ("2/3 бөлігі -5 градус", ["2/3", "бөлігі", "-5", "градус"]),
]  # fmt: skip


@pytest.mark.parametrize("marked", SENTENCES)
def test_sentences(marked):
    want = [piece.strip() for piece in marked.split("|")]
    assert [sentence.text for sentence in sentences(marked.replace("|", ""))] == want


@pytest.mark.parametrize(("text", "want"), WORDS)
def test_words(text, want):
    assert [word.text for word in words(text)] == want


def test_kinds():
    kinds = {word.text: word.kind for word in words("Тіл 3,5 www.a.kz !")}
    assert kinds == {"Тіл": "word", "3,5": "number", "www.a.kz": "address", "!": "mark"}


@given(ANY_TEXT)
def test_offsets_cover_every_visible_character(text):
    for spans in (list(words(text)), list(sentences(text))):
        assert all(text[span.start : span.end] == span.text for span in spans)
        ends = [0, *(span.end for span in spans)]
        starts = [*(span.start for span in spans), len(text)]
        assert all(not text[a:b].strip() for a, b in zip(ends, starts, strict=True))


@given(st.text("аБ.!? \t\n\xa0\x1c\x1f\u2028«»", max_size=40))
def test_sentences_and_the_blanks_between_them_are_the_whole_text(text):
    found = list(sentences(text))
    ends, starts = [0, *(one.end for one in found)], [*(one.start for one in found), len(text)]
    gaps = [text[a:b] for a, b in zip(ends, starts, strict=True)]
    assert "".join(gap + one.text for gap, one in zip(gaps, found, strict=False)) + gaps[-1] == text
    for gap in gaps:  # blanks, and lines of nothing but white space
        assert all(not line.strip() for line in gap.split("\n"))
    assert text.strip() in text[found[0].start : found[-1].end] if found else not text.strip()


def test_long_lines_take_linear_time():
    for text in ("а. " * 10_000, "а.а" * 10_000, "(" * 30_000, "а" * 30_000, "1" * 30_000, "«" * 30_000):
        assert sum(len(sentence.text) for sentence in sentences(text)) > 0
        assert sum(1 for _ in words(text)) > 0


@pytest.mark.skipif(not MIRROR, reason="QADAM_MIRROR is not set: real data are checked only with it")
@pytest.mark.parametrize("name", ["common_voice", "tatoeba", "wikipedia_filtered"])
def test_joined_sentences_come_apart(name):
    """Five sentences of a corpus that has one a line, joined by spaces: the joints are found again."""
    with gzip.open(Path(MIRROR, f"derived/raw_text_kk/{name}.txt.gz"), "rt", encoding="utf-8") as file:
        lines = [line.strip() for line in file]
    lines = [line for line in lines if line and line[-1] in ".!?…" and line[0].isupper()]
    random.Random(13).shuffle(lines)
    found = joints = shared = 0
    for start in range(0, 4000 - 5, 5):
        group = lines[start : start + 5]
        want = {n - 1 for n in accumulate(len(line) + 1 for line in group[:-1])}
        text = " ".join(group)
        got = {sentence.end for sentence in sentences(text)} - {len(text)}
        found, joints, shared = found + len(got), joints + len(want), shared + len(got & want)
    assert shared / joints > 0.98
    assert shared / found > 0.98


def test_a_line_of_full_stops_takes_no_longer_than_its_length():
    started = time.perf_counter()
    list(sentences("." * 100_000))
    assert time.perf_counter() - started < 5
