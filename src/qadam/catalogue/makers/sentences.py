"""Cuts paragraphs into tokenised sentences, as taggers are asked about them; headings and remnants of pages are left out."""

from __future__ import annotations

from collections.abc import Sequence

from qadam.kazakh.normalize import one_script_per_word
from qadam.kazakh.sentences import sentences, words
from qadam.terms import Item

VERSION = 1
SHORTEST, LONGEST = 5, 80  # tokens; shorter ones are headings, longer ones enumerations that no person labels at once


def revision() -> str:
    """Rises whenever the same paragraphs may give other sentences."""
    return f"sentences-{VERSION}"


def make(items: Sequence[Item], split: str) -> list[Item]:
    """The sentences of the paragraphs, tokens joined by single spaces; each text once, in the order of the source.

    Look-alike letters inside a word are folded (Pecпубликасы). An id is that of the paragraph and the number of the
    sentence in it; the field `source` is the part of the data set, and sentences of one paragraph are resampled together.
    """
    del split
    made, seen = [], set[str]()
    for item in items:
        for number, sentence in enumerate(sentences(one_script_per_word(str(item.input))), 1):
            tokens = [word.text for word in words(sentence.text)]
            text = " ".join(token.replace(" ", "\u202f") for token in tokens)
            if SHORTEST <= len(tokens) <= LONGEST and text not in seen:
                seen.add(text)
                fields = {"source": item.id.rpartition("-")[0]}
                made.append(Item(f"{item.id}-{number}", text, group=item.id, fields=fields))
    return made
