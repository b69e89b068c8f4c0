"""Ways to cut text into pieces with numbers: the arms of the studies that train, all exact and all of one size.

A text is first parted into chunks (a word with the space before it, digits, signs); an arm may part a word further, at its
morphemes or at random places, and pieces never reach across such a place. Inside, BPE or Unigram over bytes do the rest, so nothing
is ever unknown and joining the pieces gives back every byte of the text.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, NamedTuple

import regex

from qadam.errors import BadTokenizer

Arm = Literal["bpe", "unigram", "morfessor-bpe", "morphology-bpe", "random-bpe", "morfessor", "bytes", "characters"]
ARMS: tuple[Arm, ...] = (
    "bpe",
    "unigram",
    "morfessor-bpe",
    "morphology-bpe",
    "random-bpe",
    "morfessor",
    "bytes",
    "characters",
)
PAD, MASK, END, UNKNOWN = 0, 1, 2, 3  # numbers that stand for no text
SPECIAL = 4

_CHUNK = regex.compile(r" ?[\p{L}\p{M}]+| ?\p{N}+| ?[^\s\p{L}\p{M}\p{N}]+|\s")
_WORD = regex.compile(r" ?[\p{L}\p{M}]+")

Cut = Callable[[str], Sequence[str]]  # a word -> its parts, which joined are the word


class Cutting(NamedTuple):
    """A text as numbers, with the character offsets of each: a piece inside a character spans that character."""

    ids: list[int]
    starts: list[int]
    ends: list[int]


class Pieces:
    """A vocabulary of byte strings and a way to cut a chunk into them.

    `size` counts the pieces and the four special numbers; `pieces[id]` are the bytes a number stands for.
    """

    def __init__(self, pieces: Sequence[bytes], cut: Callable[[str], Sequence[int]]) -> None:
        self.pieces = (b"",) * SPECIAL + tuple(pieces)
        self.size = len(self.pieces)
        self._cut = cut
        self._known: dict[str, tuple[int, ...]] = {}

    def encode(self, text: str) -> list[int]:
        """The numbers of the pieces of a text."""
        ids: list[int] = []
        for chunk in _CHUNK.findall(text):
            ids += self._chunk(chunk)
        return ids

    def cut(self, text: str) -> Cutting:
        """The same with character offsets."""
        ids: list[int] = []
        starts: list[int] = []
        ends: list[int] = []
        for match in _CHUNK.finditer(text):
            cut = self._chunk(match.group())
            place = _characters(match.group())
            at = 0
            for number in cut:
                size = len(self.pieces[number])
                ids.append(number)
                starts.append(match.start() + place[at])
                ends.append(match.start() + place[at + size - 1] + 1)
                at += size
        return Cutting(ids, starts, ends)

    def decode(self, ids: Iterable[int]) -> str:
        """The text of numbers; special ones stand for nothing, and bytes that are no text become the replacement sign."""
        return b"".join(self.pieces[number] for number in ids).decode("utf-8", "replace")

    def _chunk(self, chunk: str) -> tuple[int, ...]:
        if chunk not in self._known:
            if len(self._known) >= 1 << 18:  # the memory stays bounded on any text
                self._known.clear()
            self._known[chunk] = tuple(self._cut(chunk))
        return self._known[chunk]


def _characters(text: str) -> list[int]:
    """Which character each byte of a text belongs to."""
    return [i for i, character in enumerate(text) for _ in character.encode()]


def train(arm: Arm, lines: Iterable[str], *, vocabulary: int, seed: int, to: Path) -> None:
    """Train one arm on lines of text and keep it as one JSON file.

    `vocabulary` is the number of pieces, the 256 bytes among them; bytes and characters have their own number. Two runs with one
    seed write the same file. The random arm cuts each word at as many places as the morphology does, so that it differs
    from it in nothing but where.

    Source: BPE as in Sennrich, Haddow & Birch (2016), over bytes as in Radford et al. (2019); Unigram as in Kudo (2018);
    Morfessor Baseline as in Creutz & Lagus (2007). The control with random places is dossier 13's.
    """
    chunks = Counter(chunk for line in lines for chunk in _CHUNK.findall(line))
    document: dict[str, Any] = {"arm": arm, "seed": seed}
    if arm in ("morfessor-bpe", "morfessor"):
        document["morphs"] = _morfessor(chunks, seed)
    cut = _cutter(document)
    parts: Counter[str] = Counter()
    for chunk, often in chunks.items():
        for part in cut(chunk):
            parts[part] += often
    if arm in ("bpe", "morfessor-bpe", "morphology-bpe", "random-bpe", "unigram"):
        document["model"] = _library(parts, "unigram" if arm == "unigram" else "bpe", vocabulary)
    elif arm == "morfessor":
        document["pieces"] = _most_frequent(parts, vocabulary - 256)
    elif arm == "characters":
        document["pieces"] = sorted({c for chunk in chunks for c in chunk if len(c.encode()) > 1})
    to.parent.mkdir(parents=True, exist_ok=True)
    aside = to.with_name(f"{to.name}.part")
    aside.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    aside.replace(to)


def load(path: Path) -> Pieces:
    """An arm that `train` has kept.

    Raises:
        BadTokenizer: the file is not one.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
        if document["arm"] not in ARMS:
            raise KeyError(document["arm"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise BadTokenizer(
            f"BadTokenizer: {path} is not a vocabulary trained here ({fault!r}).",
            "Remove it and run again: it is trained anew.",
        ) from fault
    cut = _cutter(document)
    if "model" in document:
        return _from_library(json.dumps(document["model"]), cut)
    return _listed(document.get("pieces", ()), cut)


def given(path: Path) -> Pieces:
    """Any tokenizer.json over bytes (GPT-2's way) as an arm, such as SozKZ's: its own cuts, its own vocabulary.

    Raises:
        BadTokenizer: the file is not a tokenizer.json, or its pieces are not bytes.
    """
    try:
        return _from_library(path.read_text("utf-8"), lambda chunk: (chunk,))
    except (OSError, ValueError, KeyError) as fault:
        raise BadTokenizer(
            f"BadTokenizer: {path} is not a tokenizer over bytes ({fault!r}).",
            "Pass a tokenizer.json whose pre-tokenizer is ByteLevel.",
        ) from fault


def _cutter(document: dict[str, Any]) -> Cut:
    """Where an arm parts a chunk before anything else; the space before a word goes with its first part."""
    arm, seed = document["arm"], document["seed"]
    if arm in ("bpe", "unigram", "bytes", "characters"):
        return lambda chunk: (chunk,)
    inner: Cut
    if arm.startswith("morfessor"):
        inner = _viterbi(document["morphs"])
    else:
        from qadam.kazakh.morphology import segment

        inner = segment if arm == "morphology-bpe" else lambda word: _at_random(word, len(segment(word)), seed)

    def cut(chunk: str) -> Sequence[str]:
        if not _WORD.fullmatch(chunk):
            return (chunk,)
        space = " " if chunk.startswith(" ") else ""
        first, *rest = inner(chunk.removeprefix(" "))
        return (space + first, *rest)

    return cut


def _at_random(word: str, parts: int, seed: int) -> Sequence[str]:
    """A word in `parts` parts at places that depend on nothing but the word and the seed."""
    places = list(range(1, len(word)))
    order = sorted(places, key=lambda place: hashlib.sha256(f"{seed} {word} {place}".encode()).digest())
    edges = [0, *sorted(order[: parts - 1]), len(word)]
    return [word[a:b] for a, b in pairwise(edges)]


def _morfessor(chunks: Counter[str], seed: int) -> dict[str, list[str]]:
    """Each distinct word in lower case with the morphs Morfessor gives it."""
    from qadam.systems.words.segmenter import morfessor_pieces

    words = Counter({chunk.strip(): often for chunk, often in chunks.items() if _WORD.fullmatch(chunk)})
    return morfessor_pieces(words, seed=seed)


def _viterbi(morphs: dict[str, list[str]]) -> Cut:
    from qadam.systems.words.segmenter import morfessor_cut

    return morfessor_cut(morphs)


def _library(parts: Counter[str], algorithm: str, vocabulary: int) -> dict[str, Any]:
    """BPE or Unigram over the bytes of counted parts, as the document of a tokenizer.json."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    alphabet = pre_tokenizers.ByteLevel.alphabet()
    library: Any
    trainer: Any
    if algorithm == "bpe":
        library = Tokenizer(models.BPE())
        trainer = trainers.BpeTrainer(vocab_size=vocabulary, initial_alphabet=alphabet, show_progress=False)
    else:
        library = Tokenizer(models.Unigram())
        trainer = trainers.UnigramTrainer(vocab_size=vocabulary, initial_alphabet=alphabet, show_progress=False)
    library.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(SEPARATOR, "removed"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    ordered = sorted(parts.items())
    library.train_from_iterator((SEPARATOR.join([part] * often) for part, often in ordered), trainer)
    library.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    document: dict[str, Any] = json.loads(library.to_str())
    return _whole(document, alphabet) if algorithm == "unigram" else document


SEPARATOR = "\x1f"  # parts two copies of a part in training text; no chunk holds it, for it counts as white space


def _whole(document: dict[str, Any], alphabet: Sequence[str]) -> dict[str, Any]:
    """A Unigram that holds every byte, in an order that chance has no part in, so that nothing is unknown.

    The trainer gives the single bytes it keeps for coverage scores that differ in the fourth decimal in the order of a
    hash table; here they have one score.
    """
    pieces = {piece: score for piece, score in document["model"]["vocab"] if piece}
    floor = min(pieces.values())
    chance = 1e-4 * sum(len(piece) == 1 for piece in pieces)
    level = {p: round(floor if len(p) == 1 and s <= floor + chance else s, 6) for p, s in pieces.items()}
    for letter in alphabet:
        level.setdefault(letter, round(floor, 6))
    document["model"]["vocab"] = sorted(level.items(), key=lambda pair: (-pair[1], pair[0]))
    document["model"]["unk_id"] = None
    return document


def _from_library(text: str, cut: Cut) -> Pieces:
    from tokenizers import Tokenizer

    library = Tokenizer.from_str(text)
    back = _bytes_of_letters()
    by_id = sorted((number, piece) for piece, number in library.get_vocab(with_added_tokens=False).items())
    pieces = [bytes(back[letter] for letter in piece) for _, piece in by_id]
    place = {number: SPECIAL + i for i, (number, _) in enumerate(by_id)}

    def cut_chunk(chunk: str) -> list[int]:
        parts = cut(chunk)
        return [
            place[n]
            for p in library.encode_batch_fast(list(parts), add_special_tokens=False)
            for n in p.ids
            if n in place
        ]

    return Pieces(pieces, cut_chunk)


def _listed(listed: Sequence[str], cut: Cut) -> Pieces:
    """Whole parts that are in a list, bytes for everything else."""
    place = {piece: SPECIAL + 256 + i for i, piece in enumerate(listed)}
    by_character = all(len(piece) == 1 for piece in listed)

    def cut_chunk(chunk: str) -> list[int]:
        parts: Iterable[str] = chunk if by_character else cut(chunk)
        return [n for p in parts for n in ([place[p]] if p in place else [SPECIAL + b for b in p.encode()])]

    return Pieces([bytes([b]) for b in range(256)] + [piece.encode() for piece in listed], cut_chunk)


def _most_frequent(parts: Counter[str], most: int) -> list[str]:
    kept = sorted((p for p in parts if len(p.encode()) > 1), key=lambda p: (-parts[p], p))
    return kept[: max(0, most)]


def _bytes_of_letters() -> dict[str, int]:
    """The letters that stand for bytes in tokenizers over bytes: printable ones for themselves, the rest from U+0100 on.

    Source: the convention of GPT-2 (Radford et al., 2019).
    """
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [b for b in range(256) if b not in plain]
    return {chr(b): b for b in plain} | {chr(256 + i): b for i, b in enumerate(others)}
