"""Word lists of the user's, and the speller that is made of them or of the stems that come with Qadam."""

from __future__ import annotations

import gzip
import zlib
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from qadam.errors import NotReadable

if TYPE_CHECKING:
    from qadam.kazakh.spelling import Speller

FORM = "A word list has a word on each line and, behind a tab, a whole number if there is one; UTF-8."


@cache
def speller_of(files: tuple[Path, ...]) -> Speller:
    """A speller that knows the words of these lists; without one, the stems that come with Qadam."""
    from qadam.kazakh.lexicon import own
    from qadam.kazakh.spelling import Speller

    return Speller(frequencies(files) if files else {stem.lower(): 1 for stem in own().plain})


def frequencies(files: Sequence[Path]) -> dict[str, int]:
    """Word -> count of word lists added up; a word without a count counts once."""
    counts: Counter[str] = Counter()
    for path in files:
        try:
            with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8-sig") as lines:
                for number, line in enumerate(lines, start=1):
                    word, _, count = line.strip().partition("\t")
                    if not (count or "1").isdecimal():
                        raise NotReadable(f"NotReadable: {path}, line {number}: {count!r} is no count.", FORM)
                    if word:
                        counts[word.lower()] += int(count or 1)
        except (OSError, EOFError, UnicodeDecodeError, zlib.error) as fault:
            raise NotReadable(f"NotReadable: {path} is no word list: {fault}.", FORM) from fault
    return dict(counts)
