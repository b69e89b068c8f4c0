"""Makes words out of sentences: in a split called `types` every word counts once, however often it is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from qadam.terms import Item, digest

VERSION = 1


def revision() -> str:
    """Rises whenever the same sentences may give other types."""
    return f"types-{VERSION}"


def make(items: Sequence[Item], split: str) -> list[Item]:
    """The distinct words of segmented sentences, for a split whose name is `types`; other splits stay as they are.

    A type is a word in lower case. It is shown as it is most often written and cut as it is most often cut (the first
    seen, where equally often), so that one slip of an annotator does not count. Words whose boundaries are not determined and
    what has no letter are no types. The id is a digest of the word, since records hold ids and never texts.
    """
    if split != "types":
        return list(items)
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    cuts: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for item in items:
        for word, gold in zip(item.input.split(), item.gold, strict=True):
            if gold is not None and any(letter.isalpha() for letter in word):
                spellings[word.lower()][word] += 1
                cuts[word.lower()][word, gold] += 1
    made = []
    told = {"formation": bool(items) and bool(items[0].fields.get("formation"))}
    for lower, written in spellings.items():
        word = written.most_common(1)[0][0]
        best = Counter[str]()
        for (spelling, gold), often in cuts[lower].items():
            best[_as(gold, spelling, word)] += often
        made.append(Item(f"type-{digest(lower)}", word, (best.most_common(1)[0][0],), fields=told))
    return made


def _as(gold: str, spelling: str, word: str) -> str:
    """The segmentation of one spelling with the capitals of another."""
    if spelling == word or len(spelling) != len(word):
        return gold
    letters = iter(zip(spelling, word, strict=True))
    pair = next(letters)
    written = []
    for sign in gold:
        if pair and sign == pair[0]:
            written.append(pair[1])
            pair = next(letters, ("", ""))
        else:
            written.append(sign)
    return "".join(written)
