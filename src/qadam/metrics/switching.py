"""Code-switching: how often, how much and where a text changes its language; and how good the labels of tokens are.

Everything is counted from labels of white-space tokens: kk, ru, mixed, other, ambiguous. `other` and `ambiguous` are
neutral: they belong to no language, are left out of every denominator and break no phrase. A `mixed` token (Russian stem,
Kazakh suffix) stands on the Kazakh side of its neighbours, since the suffix is the grammar's, yet belongs to neither
language where the words of each are counted.

A text is *Kazakh-containing* if it has a kk or mixed token, and *switched* if it also has a ru or mixed one. Its matrix
language is that of more tokens (of the first, if both have as many).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any, NamedTuple

import numpy as np

from qadam.terms import Metric, Missing

LANGUAGES = ("kk", "ru", "mixed")
_ONLY_KAZAKH = frozenset("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
_ENOUGH = 3  # Kazakh words without a letter of their own that make a text Kazakh in Russian letters


class Tagged(NamedTuple):
    """The white-space tokens of a text and their labels."""

    tokens: tuple[str, ...]
    labels: tuple[str, ...]


def matrix_language(labels: Sequence[str]) -> str:
    """The language of most tokens, "kk" or "ru"; "" if no token has one."""
    sides = _sides(labels)
    kk, ru = sides.count("kk"), sides.count("ru")
    return "" if not sides else "kk" if kk > ru else "ru" if ru > kk else sides[0]


def cmi(labels: Sequence[str]) -> float:
    """The code-mixing index of a text: the share of its words that are not of its most frequent language.

    Returns:
        Percent 0-100, 100 x (1 - max(kk, ru) / (n - u)), where u are the neutral tokens; 0 for a text without words.
        A neutral tag is never the most frequent language, however many there are.

    Source:
        Das & Gambäck (2014), Identifying Languages at the Word Level in Code-Mixed Indian Social Media Text;
        Gambäck & Das (2016), Comparing the Level of Code-Switching in Corpora.
    """
    words = [label for label in labels if label in LANGUAGES]
    return 100 * (1 - max(words.count("kk"), words.count("ru")) / len(words)) if words else 0.0


def i_index(labels: Sequence[str]) -> float:
    """The integration index of a text: the share of places between two words where the language changes.

    Returns:
        Share 0-1; nan for a text of fewer than two words.

    Source:
        Guzmán, Ricard, Serigos, Bullock & Toribio (2017), Metrics for Modeling Code-Switching Across Corpora.
    """
    sides = _sides(labels)
    return switch_points(labels) / (len(sides) - 1) if len(sides) > 1 else float("nan")


def switch_points(labels: Sequence[str]) -> int:
    """How often the language changes from one word to the next, neutral tokens passed over."""
    return sum(a != b for a, b in pairwise(_sides(labels)))


def phrases(tagged: Tagged) -> list[tuple[str, ...]]:
    """The switched phrases: longest runs of words that are not in the matrix language; mixed words are in neither."""
    matrix = matrix_language(tagged.labels)
    words = [(token, label) for token, label in zip(*tagged, strict=True) if label in LANGUAGES]
    runs = groupby(words, key=lambda word: word[1] != matrix)
    return [tuple(token for token, _ in run) for switched, run in runs if switched]


def russian_words(tagged: Tagged) -> list[str]:
    """The Russian words of a Kazakh-containing text, none of another text: lower case, without the signs around them."""
    return _labelled(tagged, "ru")


def mixed_forms(tagged: Tagged) -> list[str]:
    """The words with a Russian stem and a Kazakh suffix, in the same form."""
    return _labelled(tagged, "mixed")


def _labelled(tagged: Tagged, label: str) -> list[str]:
    if not _kazakh(tagged.labels):
        return []
    words = (_bare(token) for token, its in zip(*tagged, strict=True) if its == label)
    return [word for word in words if word]


def count(prediction: Tagged | Missing, gold: Tagged | None) -> Mapping[str, float]:
    """One row of counts for one text: what switches in it, in which letters it is written, and what the labels are worth.

    Without gold the columns of comparison are 0. A text without an answer has only neutral tokens, so that every gold
    word of a language counts as missed.
    """
    if isinstance(prediction, Missing):
        tokens = gold.tokens if gold else ()
        prediction = Tagged(tokens, ("other",) * len(tokens))
    return {**_switching(prediction), **_comparison(prediction.labels, gold.labels if gold else None)}


@lru_cache(maxsize=4096)
def _switching(tagged: Tagged) -> dict[str, float]:
    tokens, labels = tagged
    words = [label for label in labels if label in LANGUAGES]
    kazakh, switched = _kazakh(labels), _switched(labels)
    runs = phrases(tagged) if switched else []
    sides = len(words)
    scripts = [_scripts(token) for token in tokens]
    own = [
        token for token, label in zip(tokens, labels, strict=True) if label == "kk" and "CYRILLIC" in _scripts(token)
    ]
    return {
        "texts": 1.0,
        "spoken_texts": float(bool(words)),
        "kazakh_texts": float(kazakh),
        "switched_texts": float(switched),
        "word_switched_texts": float(kazakh and "ru" in labels),
        "kazakh_words": float(len(words) * kazakh),
        "switched_words": float(sum(label != "kk" for label in words) * kazakh),
        "mixed_words": float(words.count("mixed")),
        "phrases": float(len(runs)),
        "phrase_words": float(sum(map(len, runs))),
        "switch_points": float(switch_points(labels)),
        "joints": float(max(0, sides - 1)),
        "cmi": cmi(labels),
        "cmi_switched": cmi(labels) * switched,
        "russian_matrix_texts": float(kazakh and matrix_language(labels) == "ru"),
        "latin_texts": float(any("LATIN" in found for found in scripts)),
        "two_script_texts": float({"LATIN", "CYRILLIC"} <= set().union(*scripts)) if scripts else 0.0,
        "two_script_words": float(sum({"LATIN", "CYRILLIC"} <= found for found in scripts)),
        "lettered_tokens": float(sum(map(bool, scripts))),
        "russian_letter_texts": float(len(own) >= _ENOUGH and not any(_ONLY_KAZAKH & set(token) for token in own)),
        "written_texts": float(len(own) >= _ENOUGH),
    }


def _comparison(labels: Sequence[str], gold: Sequence[str] | None) -> dict[str, float]:
    """Per language: tokens given it, tokens that have it, tokens where both agree; and the same for whole texts."""
    found = {f"{what}_{label}": 0.0 for label in LANGUAGES for what in ("given", "true", "hit")}
    found |= dict.fromkeys(("labelled", "gold_kazakh", "gold_switched", "seen_kazakh", "seen_switched"), 0.0)
    found |= {"compared": 0.0, "agreed": 0.0}
    if gold is None:
        return found
    for mine, right in zip(labels, gold, strict=True):
        found["compared"] += 1
        found["agreed"] += mine == right
        if mine in LANGUAGES:
            found[f"given_{mine}"] += 1
            found[f"hit_{mine}"] += mine == right
        if right in LANGUAGES:
            found[f"true_{right}"] += 1
    found |= {"labelled": 1.0, "gold_kazakh": float(_kazakh(gold)), "gold_switched": float(_switched(gold))}
    return found | {"seen_kazakh": float(_kazakh(labels)), "seen_switched": float(_switched(labels))}


def _kazakh(labels: Sequence[str]) -> bool:
    return "kk" in labels or "mixed" in labels


def _switched(labels: Sequence[str]) -> bool:
    return "mixed" in labels or ("kk" in labels and "ru" in labels)


def _sides(labels: Sequence[str]) -> list[str]:
    return ["ru" if label == "ru" else "kk" for label in labels if label in LANGUAGES]


@lru_cache(maxsize=1 << 16)
def _scripts(token: str) -> frozenset[str]:
    names = (unicodedata.name(sign, "").split(" ")[0] for sign in token if sign.isalpha())
    return frozenset(name for name in names if name in ("LATIN", "CYRILLIC", "ARABIC"))


def _bare(token: str) -> str:
    inside = [at for at, sign in enumerate(token) if sign.isalnum()]
    return token[inside[0] : inside[-1] + 1].lower() if inside else ""


# --- scores: named objects, so that they travel to worker processes -------------------------------------------------


class _Ratio:
    """Sum of one column over the sum of another."""

    def __init__(self, top: str, bottom: str) -> None:
        self.top, self.bottom = top, bottom
        self.__qualname__ = f"ratio({top}/{bottom})"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(sums[self.top], float) / np.asarray(sums[self.bottom], float)


class _Total:
    """Sum of one column."""

    def __init__(self, column: str) -> None:
        self.column = column
        self.__qualname__ = f"total({column})"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        return np.asarray(sums[self.column], float)


class _F1:
    """Mean over labels of the harmonic mean of precision and recall; of one label, that alone."""

    def __init__(self, *labels: str) -> None:
        self.labels = labels
        self.__qualname__ = f"f1({','.join(labels)})"

    def __call__(self, sums: Mapping[str, Any]) -> Any:
        with np.errstate(divide="ignore", invalid="ignore"):
            each = [
                2
                * np.asarray(sums[f"hit_{label}"], float)
                / (np.asarray(sums[f"given_{label}"]) + sums[f"true_{label}"])
                for label in self.labels
            ]
        return np.mean(each, axis=0)


def _metric(name: str, unit: str, score: Any, titles: tuple[str, str, str], **more: Any) -> Metric:
    en, ru, kk = titles
    return Metric(name=name, title={"en": en, "ru": ru, "kk": kk}, unit=unit, count=count, score=score, **more)


def _share(name: str, top: str, bottom: str, *titles: str, unit: str = "share 0-1") -> Metric:
    return _metric(name, unit, _Ratio(top, bottom), titles, params={"per": bottom})  # type: ignore[arg-type]


kazakh_texts = _metric(
    "kazakh_texts", "texts", _Total("kazakh_texts"),
    (
        "texts that contain Kazakh: the denominator of the shares among them",
        "тексты, содержащие казахский: знаменатель долей среди них",
        "қазақшасы бар мәтіндер: солардың ішіндегі үлестердің бөлімі",
    ),
)  # fmt: skip


switched_texts = _share(
    "switched_texts", "switched_texts", "kazakh_texts",
    "switched among Kazakh-containing texts, by the classifier alone",
    "доля текстов с переключением среди содержащих казахский, только по классификатору",
    "қазақшасы бар мәтіндердің ішінде тіл ауысқандары, тек жіктеуіш бойынша",
)  # fmt: skip
word_switched_texts = _share(
    "word_switched_texts", "word_switched_texts", "kazakh_texts",
    "the same, Russian words only (mixed words not counted)",
    "то же, только русские слова (без смешанных)",
    "сол үлес, тек орыс сөздері (аралас сөздерсіз)",
)  # fmt: skip
switched_words = _share(
    "switched_words", "switched_words", "kazakh_words",
    "switched words in Kazakh-containing texts",
    "доля слов с переключением в текстах, содержащих казахский",
    "қазақшасы бар мәтіндердегі тіл ауысқан сөздердің үлесі",
)  # fmt: skip
mixed_words = _share(
    "mixed_words", "mixed_words", "switched_words",
    "Russian stem with Kazakh suffix among switched words",
    "русская основа с казахским аффиксом среди слов с переключением",
    "тіл ауысқан сөздердің ішінде орыс түбірі мен қазақ қосымшасы барлары",
)  # fmt: skip
phrases_per_text = _share(
    "phrases_per_text", "phrases", "switched_texts",
    "switched phrases in a switched text",
    "фраз на другом языке в тексте с переключением",
    "тіл ауысқан бір мәтіндегі өзге тілді тіркес саны",
    unit="phrases per text",
)  # fmt: skip
words_per_phrase = _share(
    "words_per_phrase", "phrase_words", "phrases",
    "words in a switched phrase",
    "слов во фразе на другом языке",
    "өзге тілді тіркестегі сөз саны",
    unit="words per phrase",
)  # fmt: skip
integration = _share(
    "i_index", "switch_points", "joints",
    "I-index: changes of language per place between two words",
    "I-индекс: смен языка на стык двух слов",
    "I-индекс: екі сөз арасындағы тіл ауысу үлесі",
)  # fmt: skip
mixing = _share(
    "cmi", "cmi", "spoken_texts",
    "code-mixing index, mean of all texts",
    "индекс смешения CMI, среднее по всем текстам",
    "код араласу индексі CMI, барлық мәтіннің орташасы",
    unit="percent 0-100",
)  # fmt: skip
mixing_switched = _share(
    "cmi_switched", "cmi_switched", "switched_texts",
    "code-mixing index, mean of switched texts",
    "индекс смешения CMI, среднее по текстам с переключением",
    "код араласу индексі CMI, тіл ауысқан мәтіндердің орташасы",
    unit="percent 0-100",
)  # fmt: skip
russian_matrix = _share(
    "russian_matrix", "russian_matrix_texts", "kazakh_texts",
    "Kazakh-containing texts whose matrix language is Russian",
    "тексты, содержащие казахский, с матричным языком русским",
    "қазақшасы бар, бірақ негізгі тілі орысша мәтіндер",
)  # fmt: skip
russian_letters = _share(
    "russian_letters", "russian_letter_texts", "written_texts",
    f"Kazakh without any Kazakh letter, among texts of {_ENOUGH} Kazakh words or more",
    f"казахский без единой казахской буквы, среди текстов от {_ENOUGH} казахских слов",
    f"бірде-бір төл әрпі жоқ қазақша, {_ENOUGH} не одан көп қазақ сөзі бар мәтіндердің ішінде",
)  # fmt: skip
latin_texts = _share(
    "latin_texts", "latin_texts", "texts",
    "texts with a Latin letter", "тексты с латинской буквой", "латын әрпі бар мәтіндер",
)  # fmt: skip
two_scripts = _share(
    "two_scripts", "two_script_texts", "texts",
    "texts in two scripts", "тексты в двух письменностях", "екі жазудағы мәтіндер",
)  # fmt: skip
two_script_words = _share(
    "two_script_words", "two_script_words", "lettered_tokens",
    "tokens that mix Latin and Cyrillic letters",
    "токены со смесью латиницы и кириллицы",
    "латын мен кирилл әрпі араласқан токендер",
)  # fmt: skip

SWITCHING = (
    switched_texts, kazakh_texts, word_switched_texts, switched_words, mixed_words, phrases_per_text, words_per_phrase, integration,
    mixing, mixing_switched, russian_matrix, russian_letters, latin_texts, two_scripts, two_script_words,
)  # fmt: skip

_OF = {
    "kk": ("Kazakh", "казахских", "қазақ"),
    "ru": ("Russian", "русских", "орыс"),
    "mixed": ("mixed", "смешанных", "аралас"),
}


def _quality(label: str) -> tuple[Metric, ...]:
    en, ru, kk = _OF[label]
    return (
        _metric(f"f1_{label}", "F1 0-1", _F1(label), (f"F1 of {en} tokens", f"F1 {ru} токенов", f"{kk} токендерінің F1-і"), better="higher"),
        _metric(f"precision_{label}", "share 0-1", _Ratio(f"hit_{label}", f"given_{label}"), (f"precision of {en} tokens", f"точность {ru} токенов", f"{kk} токендерінің дәлдігі"), better="higher"),
        _metric(f"recall_{label}", "share 0-1", _Ratio(f"hit_{label}", f"true_{label}"), (f"recall of {en} tokens", f"полнота {ru} токенов", f"{kk} токендерінің толықтығы"), better="higher"),
    )  # fmt: skip


macro_f1 = _metric(
    "macro_f1", "F1 0-1", _F1(*LANGUAGES),
    ("macro-F1 over kk, ru and mixed", "макро-F1 по kk, ru и mixed", "kk, ru және mixed бойынша макро-F1"),
    better="higher", params={"labels": "kk,ru,mixed"},
)  # fmt: skip
agreement = _metric(
    "token_accuracy", "share 0-1", _Ratio("agreed", "compared"),
    ("tokens labelled as in the gold, all labels", "доля токенов с верной меткой, все метки", "белгісі дұрыс токендер, барлық белгі"),
    better="higher",
)  # fmt: skip

QUALITY = (
    macro_f1,
    *(metric for label in LANGUAGES for metric in _quality(label)),
    agreement,
)
