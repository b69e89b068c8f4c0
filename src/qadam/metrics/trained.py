"""What networks trained here are asked, whatever sets them apart: cutting, surprise, names, opinions, forms, translations.

The studies that train differ in their arms and share these questions, so that a network trained for one is measured for another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from qadam.kazakh.normalize import normalize
from qadam.kazakh.spelling import without_kazakh_letters
from qadam.metrics import classification, compression, fertility, paradigms, spans, synthetic, translation
from qadam.metrics.arms import Task, gain
from qadam.terms import (
    NO_ANSWER,
    Ask,
    Clock,
    Condition,
    Contrast,
    Document,
    Item,
    Passage,
    Protocol,
    Sentence,
    Slot,
    SystemRow,
)

TEXT, NEWS, REVIEWS = "reading-kk/held-out", "kaznerd/test", "kazsandra-polarity/test"
PAIRS, FORMS = "kaznu-kk-en/held-out", "inflection-kk/held-out"
SAMPLE_TEXT = "morphology-mini/all"
SEEDS = (13, 14, 15)
SHOWN = 500  # characters of a text that is foretold, so that every arm sees all of it at once
CHOICES = {"text": f"first {SHOWN} characters"}
TIDY = "translation"  # the named normaliser of both sides of a translation: marks joined to their words, quotes of one kind
TRANSLATING_CHOICES = {"translations": f"{TIDY}@1, small letters"}

CUTTING = Condition("cutting", "how the text is cut", control=True, datasets=(TEXT, SAMPLE_TEXT))
LANGUAGE = Condition("language", "how surprising the text is to a causal model", datasets=(TEXT, SAMPLE_TEXT))
GAPS = Condition("gaps", "how surprising hidden words are to a masked model", datasets=(TEXT,))
READING = Condition("reading", "texts one at a time, with a clock", datasets=(TEXT,), clock=Clock(repetitions=5))
NAMES = Condition("names", "which names stand in the sentence", datasets=(NEWS,))
NOISY = Condition("names-noisy", "the same, typed without the letters of Kazakh", datasets=(NEWS,))
OPINIONS = Condition("opinions", "is the review for or against?", datasets=(REVIEWS,))

ENGLISH = Condition("into-english", "the sentence in English, in small letters", datasets=(PAIRS,))
INFLECTING = Condition("forms", "which form of this lemma has these features?", datasets=(FORMS,))

_NEEDS = {  # what a row must have learned from
    NAMES.name: "tagging",
    NOISY.name: "tagging",
    OPINIONS.name: "topics",
    ENGLISH.name: "translating",
    INFLECTING.name: "inflecting",
}
_POLARITY = classification.Classes("polarity", ("0", "1"))

METRICS = (
    *(replace(m, conditions=(CUTTING.name,)) for m in (*fertility.fertility.values(), fertility.tokens_per_character)),
    *(
        replace(m, conditions=(LANGUAGE.name, GAPS.name))
        for m in (compression.bits_per_character, compression.bits_per_byte)
    ),
    replace(compression.characters_per_second, conditions=(READING.name,)),
    *(replace(m, conditions=(NAMES.name, NOISY.name)) for m in (spans.f1, spans.names_f1, spans.numbers_f1)),
)
OPINION_METRICS = tuple(m for m in _POLARITY.metrics((OPINIONS.name,)) if m.name.endswith(("macro_recall", "macro_f1")))
TRANSLATING_METRICS = tuple(m for m in translation.metrics((ENGLISH.name,)) if m.name in ("chrf", "bleu"))
INFLECTING_METRICS = (replace(paradigms.first_form, conditions=(INFLECTING.name,)),)


def bits(dataset: str, *, over: str = "characters", margin: float = 0.01) -> Task:
    """Bits per character or per byte of a text: exact for a causal model, however it cuts."""
    one = over.removesuffix("s")
    score = compression.per_byte if over == "bytes" else compression.per_character
    columns = {name: (name,) for name in ("nats", over)}
    return Task(f"bits per {one}", dataset, LANGUAGE.name, "bits", columns, score, margin, better=-1)


def named(margin: float, *, noisy: bool = False) -> Task:
    """Micro F1 of names on KazNERD test, as it is or typed without the letters of Kazakh."""
    columns = {mark: tuple(f"{mark}_{name}" for name in spans.CLASSES) for mark in ("hit", "found", "gold")}
    where = NOISY if noisy else NAMES
    return Task(f"F1 of {where.name}", NEWS, where.name, "F1 0-1", columns, f1, margin, chance=0.0)


def opinions(margin: float) -> Task:
    """The mean of the recalls of both classes of reviews; guessing reaches a half."""
    columns = {c: (c,) for a in _POLARITY.labels for b in (*_POLARITY.labels, "none") for c in (f"{a}>{b}",)}
    return Task("recall of opinions", REVIEWS, OPINIONS.name, "share 0-1", columns, recall, margin, chance=0.5)


def translated(margin: float) -> Task:
    """chrF++ of translations into English; who is not above a copy and one sentence for all has learned nothing of the pairs."""
    return synthetic.translated(PAIRS, ENGLISH.name, margin=margin)


def inflected(margin: float) -> Task:
    """The share of forms that are right letter for letter, of lemmas nobody has learned from; none of them is the lemma itself."""
    columns = {name: (name,) for name in ("first", "slots")}
    score = paradigms.first_form.score
    return Task("right forms", FORMS, INFLECTING.name, "share 0-1", columns, score, margin, chance=0.0)


def f1(sums: Mapping[str, Any]) -> Any:
    """F1 of the sums hit, found and gold; nan where there is neither."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return 2 * np.asarray(sums["hit"], float) / (np.asarray(sums["found"], float) + sums["gold"])


def recall(sums: Mapping[str, Any]) -> Any:
    """The mean over classes of the share that was given its own class."""
    of_class = [
        np.asarray(sums[f"{a}>{a}"], float)
        / sum(np.asarray(sums[f"{a}>{b}"], float) for b in (*_POLARITY.labels, "none"))
        for a in _POLARITY.labels
    ]
    return sum(of_class) / len(of_class)


def contrast(task: Task, than: str, *, metric: str, system: str) -> Contrast:
    """How the gain of an arm over another is called; `system` is that other."""
    title = {
        "en": f"gain in {task.name} over {than}, seeds and items together",
        "ru": f"выигрыш ({task.name}) по сравнению с {than}, по начальным значениям и примерам вместе",
        "kk": f"{than} тәсілінен артықшылығы ({task.name}), бастапқы мәндер мен мысалдар бойынша",
    }
    return Contrast(gain(task.name, than), title, metric, system=system, by="difference", unit=task.unit)


def at_equal_work(protocol: Protocol, *, operations: float) -> Protocol:
    """The same protocol with a budget of floating point operations in place of characters: who cuts finely reads less."""
    budgets = {"characters", "translated", "inflected"}
    limits = {name: limit for name, limit in protocol.limits.items() if name not in budgets}
    return replace(protocol, limits={**limits, "flops": operations})


def present(item: Item, condition: Condition) -> Any:
    """A text to cut, to foretell, to fill, to judge or to translate; a sentence whose names are asked for, a lemma whose form is."""
    if condition.name in (NAMES.name, NOISY.name):
        tokens = item.fields["tokens"]
        return Sentence(tuple(map(without_kazakh_letters, tokens) if condition.name == NOISY.name else tokens))
    if condition.name == OPINIONS.name:
        return Document(item.input)
    if condition.name == INFLECTING.name:
        return Slot(item.input)
    if condition.name == ENGLISH.name:
        return Ask(item.id, condition.name, item.input["kk"], question=item.input["kk"], languages=("kk", "en"))
    if condition.name == GAPS.name:
        gapped = compression.gapped(item.input[:SHOWN], item.id)
        return gapped if gapped.gaps else None
    text = item.input[:SHOWN]
    return text if condition.name == CUTTING.name else Passage(text)


def read(answer: Any, item: Item, condition: Condition) -> Any:
    """Nats and pieces are predictions as they are; labels are entities, or the class of a text; texts are tidied."""
    if condition.name in (NAMES.name, NOISY.name):
        return spans.Tagged(tuple(answer))
    if condition.name == INFLECTING.name:
        return (form,) if (form := answer.strip()) else NO_ANSWER
    if condition.name == ENGLISH.name:
        return tidy(answer.text) or NO_ANSWER
    return classification.Given(str(answer)) if condition.name == OPINIONS.name else answer


def expect(item: Item, condition: Condition) -> Any:
    """What there was to foretell, to find or to say."""
    if condition.name == ENGLISH.name:
        return translation.Reference(tidy(item.input["en"]), "en")
    return item.gold if condition.name in _NEEDS else present(item, condition)


def tidy(text: str) -> str:
    """A translation as both sides are compared: marks joined to their words again, small letters."""
    return normalize(" ".join(text.split()), TIDY).lower()


def fits(row: SystemRow, condition: Condition) -> bool:
    """Whether a system can be asked: who counts n-grams only foretells text, and nobody labels without having learned it."""
    if row.kind == "translator":
        return condition.name == ENGLISH.name
    if condition.name == GAPS.name:
        return row.kind == "network" and row.options.get("body") != "causal"
    needed = _NEEDS.get(condition.name)
    return needed is None or needed in row.options.get("datasets", {})
