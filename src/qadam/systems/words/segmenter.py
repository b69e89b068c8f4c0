"""Segmenters: where a word falls into its parts, by rules, by what was trained here, or as another program recorded it.

A segmenter answers like a tokenizer: its pieces of a text are tokens, and a boundary is where one begins inside a word. Words are
what stands between white space; white space itself belongs to no piece.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import regex

from qadam.errors import BadSystem, ExtraMissing
from qadam.systems.load import Training
from qadam.systems.words import transducer
from qadam.systems.words.tokenizer import Fast
from qadam.terms import Item, SystemRow, Tokens

_WORD = regex.compile(r"\S+")
_LETTERS = regex.compile(r"[\p{L}\p{M}]+(?:-[\p{L}\p{M}]+)*")

Cut = Callable[[str], Sequence[str]]  # a word -> its pieces, which joined are the word


class Segmenter:
    """Something that cuts words one by one, without their neighbours."""

    def __init__(self, name: str, cut: Cut) -> None:
        self.name, self.cut = name, cut

    def answer(self, inputs: Sequence[str]) -> list[Tokens]:
        """The pieces of each text as character offsets."""
        return [self._tokens(text) for text in inputs]

    def _tokens(self, text: str) -> Tokens:
        starts: list[int] = []
        ends: list[int] = []
        for word in _WORD.finditer(text):
            edges = [word.start(), *accumulate(map(len, self.cut(word.group())), initial=word.start())][1:]
            starts += edges[:-1]
            ends += edges[1:]
        return Tokens(np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64))


def load(row: SystemRow, paths: Sequence[Path], training: Training | None = None) -> Any:
    """The segmenter a row describes; a trained one is trained first if that has not been done.

    Formats: `rules` (Qadam's own, options voice and derivation), `whole` (never cuts), `recorded` (a file word TAB
    seg·ment), `hfst` (a transducer), `turkicnlp`, and, trained on a data set: `morfessor`, `bpe`, `unigram` (option vocabulary).

    Raises:
        ExtraMissing: `morfessor`, `hfst` or `turkicnlp` is not installed.
        BadSystem: a recorded file or a transducer is not what it should be.
    """
    if row.format in ("bpe", "unigram") and training:
        if not training.path.exists():
            train_pieces(
                _words(training.items()), row.format, vocabulary=int(row.options["vocabulary"]), to=training.path
            )
        tokenizer = Fast(row, [training.path])
        tokenizer.name = row.id
        return tokenizer
    if row.format == "morfessor" and training:
        _morfessor()
        if not training.path.exists():
            train_morfessor(_words(training.items()), seed=training.seed, to=training.path)
        return Segmenter(row.id, morfessor_cut(json.loads(training.path.read_text("utf-8"))))
    if row.format == "recorded":
        return Segmenter(row.id, recorded_cut(paths[0]))
    if row.format == "hfst":
        return Segmenter(row.id, transducer.hfst_cut(paths[0]))
    if row.format == "turkicnlp":
        return Segmenter(row.id, transducer.turkicnlp_cut())
    if row.format == "rules":
        from qadam.kazakh.morphology import segment

        voice, derivation = bool(row.options.get("voice")), bool(row.options.get("derivation"))
        return Segmenter(row.id, lambda word: segment(word, voice=voice, derivation=derivation))
    return Segmenter(row.id, lambda word: (word,))


def recorded_cut(path: Path) -> Cut:
    """What another program answered, word by word: lines word TAB seg·ment; words that it does not hold stay whole.

    Raises:
        BadSystem: a line is not of this form, or its second cell is not the word with dots in it.
    """
    known: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        word, tab, marked = line.partition("\t")
        if not tab or marked.replace("·", "") != word:
            raise BadSystem(
                f"BadSystem: {path}, line {number}: not a word, a tab, and the same word with middle dots.",
                "Write one word a line: мектепте, tab, мектеп·те.",
            )
        known[word] = tuple(piece for piece in marked.split("·") if piece)
    return lambda word: known.get(word) or known.get(word.lower(), (word,))


def train_pieces(words: Counter[str], algorithm: str, *, vocabulary: int, to: Path) -> None:
    """Train BPE or Unigram over characters on counted words and save it as a tokenizer.json.

    Source: BPE as in Sennrich, Haddow & Birch (2016), Unigram as in Kudo (2018); `tokenizers` trains both. A word starts with
    the sign `▁`, as both are commonly used.
    """
    from tokenizers import Tokenizer as Library
    from tokenizers import models, pre_tokenizers, trainers

    unknown = "[UNK]"
    trainer: Any
    if algorithm == "bpe":
        library = Library(models.BPE(unk_token=unknown))
        trainer = trainers.BpeTrainer(
            vocab_size=vocabulary, min_frequency=2, special_tokens=[unknown], show_progress=False
        )
    else:
        library = Library(models.Unigram())
        trainer = trainers.UnigramTrainer(
            vocab_size=vocabulary, unk_token=unknown, special_tokens=[unknown], show_progress=False
        )
    library.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    library.train_from_iterator((" ".join([word] * often) for word, often in sorted(words.items())), trainer)
    _keep(to, library.to_str() if algorithm == "bpe" else _in_order(library.to_str()))


def _in_order(library: str) -> str:
    """A trained Unigram without what the trainer leaves to chance: single letters it kept for coverage have one score.

    It gives them scores that differ in the fourth decimal in the order of a hash table, and the pieces no order at all.
    """
    document = json.loads(library)
    unknown, *pieces = document["model"]["vocab"]
    floor = min(score for _, score in pieces)
    chance = 1e-4 * sum(len(piece) == 1 for piece, _ in pieces)
    level = [[p, floor if len(p) == 1 and score <= floor + chance else score] for p, score in pieces]
    level = [[piece, round(score, 6)] for piece, score in level]
    document["model"]["vocab"] = [unknown, *sorted(level, key=lambda pair: (-pair[1], pair[0]))]
    return json.dumps(document, ensure_ascii=False)


def train_morfessor(words: Counter[str], *, seed: int, to: Path) -> None:
    """Train Morfessor Baseline on the distinct words in lower case and keep the segmentation it arrives at, as JSON."""
    _keep(to, json.dumps(morfessor_pieces(words, seed=seed), ensure_ascii=False, sort_keys=True))


def morfessor_pieces(words: Counter[str], *, seed: int) -> dict[str, list[str]]:
    """Each distinct word in lower case with the morphs that Morfessor Baseline arrives at.

    Every type counts once, whatever its frequency: the setting that suits boundaries best without gold.

    Source: Creutz & Lagus (2007); Virpioja et al. (2013), Morfessor 2.0: Python Implementation and Extensions.
    """
    morfessor = _morfessor()
    types = sorted({word.lower() for word in words if _LETTERS.fullmatch(word)})
    model = morfessor.BaselineModel()
    state = random.getstate()  # the package shuffles with the global generator: it is lent and put back
    try:
        random.seed(seed)
        model.load_data([(1, word) for word in types])
        model.train_batch()
    finally:
        random.setstate(state)
    return {word: list(pieces) for _, word, pieces in model.get_segmentations()}


def morfessor_cut(cuts: Mapping[str, Sequence[str]]) -> Cut:
    """Morfessor's most likely pieces of a word, by the lexicon it was trained to."""
    morfessor = _morfessor()
    model = morfessor.BaselineModel()
    model.load_segmentations((1, word, pieces) for word, pieces in cuts.items())
    known: dict[str, tuple[str, ...]] = {}

    def cut(word: str) -> Sequence[str]:
        if word not in known:
            lower = word.lower()
            fits = len(lower) == len(word) and _LETTERS.fullmatch(word)
            places = accumulate(map(len, model.viterbi_segment(lower)[0]), initial=0) if fits else (0, len(word))
            known[word] = tuple(word[a:b] for a, b in pairwise(places))
        return known[word]

    return cut


def _morfessor() -> Any:
    try:
        import morfessor
    except ImportError as fault:
        raise ExtraMissing(
            "ExtraMissing: Morfessor is not installed; it comes with an extra.", "pip install 'qadam[classic]'"
        ) from fault
    morfessor.utils.show_progress_bar = False
    return morfessor


def _words(items: Iterable[Item]) -> Counter[str]:
    """How often each word is written in training data."""
    return Counter(word for item in items for word in item.input.split())


def _keep(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
