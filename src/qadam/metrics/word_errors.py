"""What kind of error each wrong word is, and whether it is the stem or the ending that went wrong.

Every error that the word error rate counts falls into one class, so that the classes add up to it (numbers as written):

number     the same number in other signs: 10 000 for он мың
spacing    the same letters with other spaces: алғашрет for алғаш рет
letters    a letter of a Russian keyboard for a Kazakh one, or the reverse: казак for қазақ
switched   a Russian word, or a Russian stem with a Kazakh ending
ending     the same stem with another ending: кітаптың for кітапты
one_letter one letter added, left out or replaced
other      another word
left_out   a word without a counterpart
added      a word that nobody said

The first that fits counts, in this order; a run of wrong words is looked at as a whole for the first two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from qadam.kazakh.codeswitch import identify
from qadam.kazakh.morphology import segment
from qadam.kazakh.normalize import signature
from qadam.kazakh.spelling import without_kazakh_letters
from qadam.metrics.alignment import Pair, align
from qadam.metrics.wer import Heard, Rate, said, written
from qadam.terms import Metric, Missing

CLASSES = ("number", "spacing", "letters", "switched", "ending", "one_letter", "other", "left_out", "added")
_DIGIT = re.compile(r"\d")
_ENDING = re.compile(r"(?<=\d) (?=[^\W\d])")
PROFILE = "search"  # numbers as they were written: the classes tell them apart


def classified(gold: str, found: str) -> list[tuple[Pair, str]]:
    """Every wrong word of an utterance with its class.

    Args:
        gold, found: what was said and what was written, before normalisation.

    Returns:
        As many pairs as there are errors, in the order of the text.
    """
    wanted, wrote = (written(text, PROFILE).split() for text in (gold, found))
    runs = list(_runs(list(align(wanted, wrote))))
    if not runs:
        return []
    foreign = _switched(wanted, gold)
    return [(pair, kind) for run in runs for pair, kind in _of_run(run, foreign)]


def _runs(pairs: Sequence[Pair]) -> Iterator[list[Pair]]:
    """The longest stretches of errors."""
    run: list[Pair] = []
    for pair in (*pairs, Pair("", "")):
        if not pair.kept:
            run.append(pair)
        elif run:
            yield run
            run = []


def _of_run(run: Sequence[Pair], foreign: frozenset[str]) -> Iterator[tuple[Pair, str]]:
    """The class of every error of a run: the longest parts of it that differ in numbers or spaces alone come first."""
    at = 0
    while at < len(run):
        sizes = ((size, _of_part(run[at : at + size])) for size in range(len(run) - at, 0, -1))
        size, whole = next(((size, whole) for size, whole in sizes if whole), (1, ""))
        yield from ((pair, whole or _of_word(pair, foreign)) for pair in run[at : at + size])
        at += size


def _of_part(part: Sequence[Pair]) -> str:
    gold = " ".join(pair.gold for pair in part if pair.gold)
    found = " ".join(pair.found for pair in part if pair.found)
    if not (gold and found):
        return ""
    if _DIGIT.search(gold + found) and _spoken(gold) == _spoken(found):
        return "number"
    return "spacing" if gold.replace(" ", "") == found.replace(" ", "") else ""


def _spoken(text: str) -> str:
    """Numbers in words; an ending that stands apart from its digits (25 ші) is put back first."""
    return written(_ENDING.sub("-", text), "wer")


def _of_word(pair: Pair, foreign: frozenset[str]) -> str:
    if pair.gold is None:
        return "added"
    if pair.found is None:
        return "left_out"
    if without_kazakh_letters(pair.gold) == without_kazakh_letters(pair.found):
        return "letters"
    if pair.gold in foreign:
        return "switched"
    if _stem(pair.gold) == _stem(pair.found):
        return "ending"
    return "one_letter" if Levenshtein.distance(pair.gold, pair.found) == 1 else "other"


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    return segment(word)[0]


@lru_cache(maxsize=1 << 12)
def _labels(text: str) -> tuple[str, ...]:
    return tuple(identify(text))


def _switched(words: Sequence[str], text: str) -> frozenset[str]:
    """The words of an utterance that are Russian or have a Russian stem, as the tagger of Qadam sees them in their sentence."""
    tokens = text.split()
    labels = _labels(text)
    foreign = (token for token, label in zip(tokens, labels, strict=True) if label in ("ru", "mixed"))
    return frozenset(word for token in foreign for word in written(token, PROFILE).split()) & set(words)


def count(prediction: Heard | Missing, gold: str) -> Mapping[str, float]:
    """One row of counts for one utterance: errors of each class, and letters and wrong letters of stems and of endings."""
    found = said(prediction)
    kinds = [kind for _, kind in classified(gold, found)]
    row = {f"class_{kind}": float(kinds.count(kind)) for kind in CLASSES}
    return {**row, "class_words": float(len(written(gold, PROFILE).split())), **parts(gold, found)}


def parts(gold: str, found: str) -> dict[str, float]:
    """Letters of stems and of endings, and how many of them are wrong, in the words that have a counterpart.

    A letter that was added belongs to the part of the letter before it. Words that were left out or added say nothing about
    their parts.
    """
    row = dict.fromkeys(("stem_letters", "stem_errors", "ending_letters", "ending_errors"), 0.0)
    wanted, wrote = (written(text, PROFILE).split() for text in (gold, found))
    for pair in align(wanted, wrote):
        if pair.gold is None or pair.found is None:
            continue
        stem = len(_stem(pair.gold))
        row["stem_letters"] += stem
        row["ending_letters"] += len(pair.gold) - stem
        for op in Levenshtein.editops(pair.gold, pair.found):
            place = op.src_pos - (op.tag == "insert")
            row["stem_errors" if place < stem else "ending_errors"] += 1
    return row


def endings_heard(prediction: Heard) -> list[str]:
    """Endings written for other endings of the same stem: "-ны → -ның"."""
    wrong = (pair for pair, kind in classified(prediction.gold, prediction.text) if kind == "ending")
    sides = ((pair.gold or "", pair.found or "") for pair in wrong)
    return [f"-{gold[len(_stem(gold)) :]} → -{found[len(_stem(found)) :]}" for gold, found in sides]


_TITLES = {
    "number": ("numbers in other signs", "число в другой записи", "басқаша жазылған сан"),
    "spacing": ("words joined or split", "слитно или раздельно", "бірге не бөлек жазылған"),
    "letters": ("Russian letter for a Kazakh one, or the reverse", "русская буква вместо казахской или наоборот", "қазақ әрпінің орнына орыс әрпі не керісінше"),
    "switched": ("Russian and mixed words", "русские и смешанные слова", "орысша және аралас сөздер"),
    "ending": ("same stem, other ending", "та же основа, другое окончание", "түбірі сол, қосымшасы басқа"),
    "one_letter": ("one letter off", "отличие в одну букву", "бір әріп өзге"),
    "other": ("another word", "другое слово", "басқа сөз"),
    "left_out": ("words left out", "пропущенные слова", "қалып қойған сөздер"),
    "added": ("words added", "лишние слова", "артық сөздер"),
}  # fmt: skip


def _as_error(en: str, ru: str, kk: str) -> tuple[str, str, str]:
    return f"errors: {en}", f"ошибки: {ru}", f"қате: {kk}"


def _metric(name: str, unit: str, score: Rate, titles: tuple[str, str, str]) -> Metric:
    by_language = dict(zip(("en", "ru", "kk"), titles, strict=True))
    return Metric(name, by_language, unit, count, score, better="lower", params={"text": signature(PROFILE)})


CLASS_RATES: tuple[Metric, ...] = (
    *(_metric(f"error_{kind}", "errors per word", Rate((f"class_{kind}",), ("class_words",)), _as_error(*_TITLES[kind])) for kind in CLASSES),
    _metric("stem_cer", "errors per letter", Rate(("stem_errors",), ("stem_letters",)), ("letter errors in stems", "ошибки в буквах основ", "түбірдегі әріп қателері")),
    _metric("ending_cer", "errors per letter", Rate(("ending_errors",), ("ending_letters",)), ("letter errors in endings", "ошибки в буквах окончаний", "қосымшадағы әріп қателері")),
)  # fmt: skip
