"""What is wrong with a data set, found by looking: duplicates, leaks, look-alike letters, gaps, odd answer keys.

Every finding counts items, not occurrences, and names ids, never texts. Two texts are the same if they are equal after
Unicode NFC, case folding and folding of white space; of a question, its options belong to the text. Two options are the
same only letter by letter, since A and a may be two answers.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from statistics import median

from qadam.kazakh.normalize import mixed_script_words
from qadam.terms import Dataset, Finding, Item

SHOWN = 10  # ids per finding
FAR = 3.0  # a translation this many times longer or shorter, by the usual ratio of the two languages, is suspect
SHORT = 20  # characters; below, lengths vary too much to say anything
SKEW = 4.0  # standard errors by which the most frequent key may exceed an even share

Items = Sequence[Item]


def audit(dataset: Dataset, splits: Mapping[str, Items]) -> list[Finding]:
    """Everything the checks notice in the given splits, in the order of the row's splits.

    Args:
        splits: split name -> its items; give all that may leak into one another. Splits that share files
            (`all` and `test`) are not compared.

    Returns:
        Findings; none for a clean data set. `dataset` of a finding is `name/split`, or the name alone for the licence.
    """
    ordered = {name: splits[name] for name in dataset.splits if name in splits}
    findings = list(_licence(dataset))
    for name, items in ordered.items():
        noticed = (found for check in CHECKS for found in check(items))
        findings += [_finding(f"{dataset.id}/{name}", len(items), found) for found in noticed if found[1]]
    findings += _leaks(dataset, ordered)
    findings += _heard_before(dataset, ordered)
    return findings


# --- checks of one split: what each yields is (check, ids, message, severity) ---------------------------------------

Found = tuple[str, Sequence[str], str, str]


def _empty(items: Items) -> Iterator[Found]:
    """Items without any text, and items of which one text is empty."""
    ids = [item.id for item in items if not all(text.strip() for text in _texts(item)) or not list(_texts(item))]
    yield "empty", ids, "items have an empty text", "fault"


def _duplicates(items: Items) -> Iterator[Found]:
    """Every further occurrence of a text: items minus distinct texts."""
    seen: set[str] = set()
    ids = []
    for item in items:
        key = _key(item)
        if key in seen:
            ids.append(item.id)
        seen.add(key)
    yield "duplicates-within", ids, "items repeat the text of an earlier one", "warning"


def _scripts(items: Items) -> Iterator[Found]:
    """Words that hold both Latin and Cyrillic letters.

    A word is a longest run of letters. `mixed-script`: the item has such a word. `look-alikes`: it has one whose
    Latin letters all have a Cyrillic twin (i, o, p, X ...). `look-alikes-in-cyrillic`: it has one of these with
    more Cyrillic than Latin letters, so that it surely is a Cyrillic word.
    """
    mixed, alike, cyrillic = [], [], []
    for item in items:
        words = [found.word for text in _texts(item) for found in mixed_script_words(text)]
        twins = [word for word in words if _latin(word) <= _look_alikes()]
        if words:
            mixed.append(item.id)
        if twins:
            alike.append(item.id)
        if any(_count(word, "CYRILLIC") > _count(word, "LATIN") for word in twins):
            cyrillic.append(item.id)
    yield "mixed-script", mixed, "items have a word that mixes Latin and Cyrillic letters", "warning"
    yield "look-alikes", alike, "items have a mixed word whose Latin letters all look Cyrillic", "warning"
    yield "look-alikes-in-cyrillic", cyrillic, "items have Latin look-alikes in a mostly Cyrillic word", "warning"


def _parallel(items: Items) -> Iterator[Found]:
    """Translations of unlikely length, and texts that are the same in two languages."""
    rows = [item for item in items if isinstance(item.input, Mapping) and "question" not in item.input]
    if not rows:
        return
    languages = sorted({language for item in rows for language in item.input})
    far: dict[str, None] = {}
    same: dict[str, None] = {}
    for i, one in enumerate(languages):
        for other in languages[i + 1 :]:
            both = [item for item in rows if {one, other} <= item.input.keys()]
            pairs = [(item.id, item.input[one], item.input[other]) for item in both]
            usual = median([len(a) / len(b) for _, a, b in pairs if a and b] or [1.0])
            for id, a, b in pairs:
                if a.strip() and folded(a) == folded(b) and any(letter.isalpha() for letter in a):
                    same[id] = None
                if a and b and max(len(a), len(b)) >= SHORT and abs(math.log(len(a) / len(b) / usual)) > math.log(FAR):
                    far[id] = None
    yield "misaligned", list(far), f"items have translations over {FAR:g} times longer or shorter than usual", "warning"
    yield "untranslated", list(same), "items have the same text in two languages", "warning"


def _keys(items: Items) -> Iterator[Found]:
    """Answer keys outside the options, options given twice, and one letter right far too often.

    A key is skewed if its share exceeds an even share by SKEW standard errors of a binomial proportion.
    """
    asked = [item for item in items if isinstance(item.input, Mapping) and "options" in item.input]
    if not asked:
        return
    letters = {item.id: "ABCDEFGHIJ"[: len(item.input["options"])] for item in asked}
    out = [item.id for item in asked if not item.gold or item.gold not in letters[item.id]]
    yield "key-out-of-range", out, "items have an answer key that none of their options has", "fault"
    twice = [item.id for item in asked if len({o.strip() for o in item.input["options"]}) < len(item.input["options"])]
    yield "duplicate-options", twice, "items give the same option twice", "warning"
    key, often = Counter(item.gold for item in asked).most_common(1)[0]
    even = sum(1 / max(1, len(item.input["options"])) for item in asked) / len(asked)
    limit = even + SKEW * math.sqrt(even * (1 - even) / len(asked))
    if often / len(asked) > limit:
        ids = [item.id for item in asked if item.gold == key]
        share = 100 * often / len(asked)
        yield "skewed-key", ids, f"items have the key {key}: answering it always scores {share:.1f} %", "warning"


CHECKS: tuple[Callable[[Items], Iterable[Found]], ...] = (_empty, _duplicates, _scripts, _parallel, _keys)


# --- checks of the whole --------------------------------------------------------------------------------------------


def _licence(dataset: Dataset) -> Iterator[Finding]:
    if "none stated" in dataset.licence:
        message = f"the source states no licence ({dataset.licence}): for evaluation here, not for redistribution"
        yield Finding(dataset.id, "licence", 1, 1, message, severity="note")


def _leaks(dataset: Dataset, splits: Mapping[str, Items]) -> Iterator[Finding]:
    """Items of a later split whose text also stands in an earlier one."""
    names = list(splits)
    for i, earlier in enumerate(names):
        for later in names[i + 1 :]:
            shared = set(dataset.splits[earlier]) & set(dataset.splits[later])
            if shared or not (dataset.splits[earlier] and dataset.splits[later]):
                continue
            known = {_key(item) for item in splits[earlier]}
            leaked = [item for item in splits[later] if _key(item) in known]
            distinct = len({_key(item) for item in leaked})
            message = f"items ({distinct} distinct texts) also stand in {dataset.id}/{earlier}"
            found: Found = ("duplicates-across", [item.id for item in leaked], message, "warning")
            if leaked:
                yield _finding(f"{dataset.id}/{later}", len(splits[later]), found)


def _heard_before(dataset: Dataset, splits: Mapping[str, Items]) -> Iterator[Finding]:
    """Items of a later split spoken by somebody who speaks in an earlier one: a system may know the voice, not the task."""
    names = list(splits)
    for i, earlier in enumerate(names):
        known = {item.fields["speaker"] for item in splits[earlier] if item.fields.get("speaker")}
        for later in names[i + 1 :]:
            shared = set(dataset.splits[earlier]) & set(dataset.splits[later])
            heard = [item for item in splits[later] if item.fields.get("speaker") in known]
            if heard and not shared and dataset.splits[earlier] and dataset.splits[later]:
                voices = len({item.fields["speaker"] for item in heard})
                message = f"items ({voices} speakers) are spoken by somebody who also speaks in {dataset.id}/{earlier}"
                found: Found = ("speakers-across", [item.id for item in heard], message, "warning")
                yield _finding(f"{dataset.id}/{later}", len(splits[later]), found)


# --- what they share ------------------------------------------------------------------------------------------------


def _finding(name: str, of: int, found: Found) -> Finding:
    check, ids, message, severity = found
    return Finding(name, check, len(ids), of, f"{len(ids)} of {of} {message}", tuple(ids[:SHOWN]), severity)  # type: ignore[arg-type]


def _texts(item: Item) -> Iterator[str]:
    """Every text of an item, whatever its shape."""
    parts = item.input.values() if isinstance(item.input, Mapping) else (item.input,)
    for part in parts:
        yield from (part,) if isinstance(part, str) else part


def _key(item: Item) -> str:
    return "\n".join(folded(text) for text in _texts(item))


def folded(text: str) -> str:
    """A text in the form in which two texts are compared: NFC, case folded, white space folded."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _latin(word: str) -> set[str]:
    return {letter for letter in word if _script(letter) == "LATIN"}


def _count(word: str, script: str) -> int:
    return sum(_script(letter) == script for letter in word)


@cache
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0]


@cache
def _look_alikes() -> frozenset[str]:
    """Latin letters with a Cyrillic twin, from the row that the normalisers use."""
    import tomllib

    rows = tomllib.loads((files("qadam.kazakh") / "normalize.toml").read_text("utf-8"))
    return frozenset(rows["look_alikes"]["latin"])
