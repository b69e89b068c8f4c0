"""Takes marks and capitals off lines of text and joins the lines to passages whose boundaries nobody sees.

A split is named after a source and a use, "news-passages"; the source is how the ids of its lines begin ("all": any).

sentences  held-out lines, each by itself
passages   the same lines, joined four to eight at a time in an order of chance
learned    the other lines, `WORDS` words of them for each source, so that sources differ in kind and not in size: each line
           once by itself and once in a passage of two to eight

Which lines are held out depends on their own words alone, one in four, so that it is the same in every split; a line that
resembles one of them is not learned from. Of FLORES nothing at all is learned, nor what resembles a line of it: FLEURS, on which
recognisers of speech are tried, is FLORES read aloud. Lines that do not end in a mark (headings, remnants of pages) are left out.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from random import Random

from qadam.catalogue.makers.resembling import ALIKE, Resembling
from qadam.kazakh.marks import Bare, bare, parted
from qadam.terms import Item

VERSION = 2
WORDS = 45_000
LONGEST = 120  # words of a line; longer ones are enumerations
HELD_OUT = 4  # one line in so many
READ_ALOUD = "translations-flores"  # how the ids of lines begin that are tested on as speech
_REMEMBERED = 1 << 16  # lines, since several splits ask for the same ones

Line = tuple[str, tuple[Bare, ...]]  # id and words


def revision() -> str:
    """Rises whenever the same lines may give other passages."""
    return f"passages-{VERSION}-{WORDS}-{HELD_OUT}-{ALIKE}"


def make(items: Sequence[Item], split: str) -> list[Item]:
    """The items of a split: `input` is the bare text, `gold` a label for each word, `fields["tokens"]` the words."""
    source, _, use = split.rpartition("-")
    needed = [item for item in items if source == "all" or use == "learned" or item.id.startswith(source)]
    lines = {line: item.id for item in needed if (line := _line(str(item.input)))}
    held = {line: id for line, id in lines.items() if _number(line) % HELD_OUT == 0}
    own = {line for line, id in lines.items() if source == "all" or id.startswith(source)}
    if use == "learned":
        unseen = held.keys() | {_line(str(item.input)) for item in needed if item.id.startswith(READ_ALOUD)}
        alike = Resembling(map(_words, unseen))
        order = sorted(own - unseen, key=_number)
        return _taught(list(_as_much((lines[line], line) for line in order if not alike(_words(line)))), split)
    kept = sorted((id, line) for line, id in held.items() if line in own)
    if use == "passages":
        return joined(kept, split)
    return [_item(id, [line]) for id, line in kept]


def joined(lines: Iterable[Line], name: str) -> list[Item]:
    """Passages of four to eight lines in an order of chance, which the name decides."""
    return list(_joined(lines, (4, 8), name))


def lessons(texts: Iterable[str]) -> list[Item]:
    """What is learned from a text of the user's: every whole line of it, by itself and in a passage."""
    found = ((f"{number:06d}", _line(text)) for number, text in enumerate(texts, 1))
    return _taught([(id, line) for id, line in found if line], "lessons")


def _taught(lines: Sequence[Line], name: str) -> list[Item]:
    return [*(_item(id, [line]) for id, line in lines), *_joined(lines, (2, 8), name)]


@lru_cache(_REMEMBERED)
def _line(text: str) -> tuple[Bare, ...]:
    """The words of a line; none if it is no whole sentence or a very long one."""
    found = tuple(bare(text))
    whole = found and any(mark in ".?!…;" for mark in parted(found[-1].label)[1])
    return found if whole and 2 <= len(found) <= LONGEST else ()


def _words(line: tuple[Bare, ...]) -> frozenset[str]:
    return frozenset(word for word, _ in line)


def _number(line: tuple[Bare, ...], salt: str = "") -> int:
    """A number of a line that depends on its words alone."""
    text = salt + " ".join(word for word, _ in line)
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:8], "big")


def _as_much(lines: Iterable[Line]) -> Iterator[Line]:
    """The first lines of each source until it has given its words; what stands before the first hyphen of an id is the source."""
    given: Counter[str] = Counter()
    for id, line in lines:
        source = id.partition("-")[0]
        if given[source] < WORDS:
            given[source] += len(line)
            yield id, line


def _joined(lines: Iterable[Line], sizes: tuple[int, int], name: str) -> Iterator[Item]:
    """Lines in an order of chance, so many together; the name decides the chance."""
    chance = Random(name)
    waiting = sorted(lines, key=lambda line: _number(line[1], name))
    at = 0
    while at < len(waiting):
        size = chance.randint(*sizes)
        some = waiting[at : at + size]
        if len(some) >= sizes[0]:
            yield _item(f"{name}-{at:06d}", [line for _, line in some])
        at += size


def _item(id: str, lines: Sequence[tuple[Bare, ...]]) -> Item:
    words = tuple(word for line in lines for word in line)
    fields = {"tokens": tuple(w.word for w in words), "sentences": len(lines)}
    return Item(id, " ".join(w.word for w in words), tuple(w.label for w in words), fields=fields)
