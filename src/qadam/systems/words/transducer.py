"""Segmenters that other people's analysers make: a transducer of hfst given by its path, and TurkicNLP.

Neither comes with Qadam: hfst is under the GPL-3.0 and TurkicNLP fetches analysers under it, so that both are installed, and their
data brought, by whoever wants to compare.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import regex

from qadam.errors import BadSystem, ExtraMissing

Cut = Callable[[str], Sequence[str]]  # a word -> its pieces, which joined are the word

_BOUNDARY = regex.compile(r"[>·|]+")  # what transducers write between morphs, and nobody inside a Kazakh word


def hfst_cut(path: Path) -> Cut:
    """What a transducer answers: the word with `>`, `·` or `|` at its boundaries, the cheapest reading if there are several.

    A word it does not know is asked again in small letters, and stays whole if it does not know that either.

    Raises:
        ExtraMissing: the package hfst is not installed.
        BadSystem: the file holds no transducer, or one that answers with lemma and tags, which say nothing of boundaries.
    """
    try:
        import hfst
    except ImportError as fault:
        raise ExtraMissing(
            "ExtraMissing: a transducer is read by the package hfst, which is not installed.", "pip install hfst"
        ) from fault
    try:
        transducer = hfst.HfstInputStream(str(path)).read()
    except Exception as fault:  # the package has a class for each way in which a file can be wrong
        raise BadSystem(f"BadSystem: {path} holds no transducer of hfst: {fault!r}.", "hfst-summarize FILE") from fault

    def pieces(word: str) -> list[str]:
        readings = sorted((weight, text) for text, weight in transducer.lookup(word))
        marked = [text for _, text in readings if _BOUNDARY.sub("", text) == word]
        if not marked and any("<" in text for _, text in readings):
            raise BadSystem(
                f"BadSystem: {path} answers {readings[0][1]!r} for {word!r}: lemma and tags, not the word with its boundaries.",
                "Compose it with a generator that writes '>' between morphs, or record its cuts: --system words.tsv",
            )
        return [piece for piece in _BOUNDARY.split(marked[0]) if piece] if marked else []

    return _asked_once(pieces)


def turkicnlp_cut() -> Cut:
    """What the hybrid segmenter of TurkicNLP answers for Kazakh.

    Raises:
        ExtraMissing: the package, or the data it downloads, is not there.
    """
    try:
        from turkicnlp.processors.morpheme_tokenizer import MorphemeTokenizer
    except ImportError as fault:
        raise ExtraMissing(
            "ExtraMissing: the system 'turkicnlp' needs the package turkicnlp.", "pip install 'turkicnlp[hfst]'"
        ) from fault
    tokenizer: Any = MorphemeTokenizer(lang="kaz")
    try:
        tokenizer.load()
    except Exception as fault:  # whatever its downloads and back ends raise when something is not there
        raise ExtraMissing(
            f"ExtraMissing: TurkicNLP cannot load its Kazakh analyser: {fault!r:.200}",
            "python -c \"import turkicnlp; turkicnlp.download('kaz', processors=['morph'])\"",
        ) from fault
    return _asked_once(lambda word: list(tokenizer.segment(word).segments))


def _asked_once(pieces: Callable[[str], list[str]]) -> Cut:
    """Ask for each word once, in small letters if it is not known as it stands; keep the letters as they were written."""
    known: dict[str, tuple[str, ...]] = {}

    def cut(word: str) -> Sequence[str]:
        if word not in known:
            found = pieces(word) or (pieces(word.lower()) if len(word.lower()) == len(word) else [])
            whole = "".join(found).lower() == word.lower()
            places = accumulate(map(len, found), initial=0) if whole else (0, len(word))
            known[word] = tuple(word[a:b] for a, b in pairwise(places))
        return known[word]

    return cut
