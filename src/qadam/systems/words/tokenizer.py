"""Tokenizers: how the vocabularies of real models, trained ones and plain bytes cut a text.

Special tokens are off everywhere: no beginning-of-sequence mark is added, and text that looks like one is text.
"""

from __future__ import annotations

import base64
import gzip
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from qadam.errors import BadTokenizer
from qadam.systems.load import Training
from qadam.terms import SystemRow, Tokens


class Tokenizer(ABC):
    """Something that cuts texts into tokens; the two methods below are all an adapter writes."""

    name: str

    @abstractmethod
    def answer(self, inputs: Sequence[str]) -> list[Tokens]:
        """Where the tokens of each text begin and end, in characters of that text."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens of each text; as fast as the library underneath."""
        return [len(tokens.starts) for tokens in self.answer(texts)]


def load(row: SystemRow, paths: Sequence[Path], training: Training | None = None) -> Tokenizer:
    """The tokenizer a row describes; a `bpe-trained` one is trained first if that has not been done.

    Raises:
        BadTokenizer: a file is not a tokenizer of the row's format.
    """
    if training:
        if not training.path.exists():
            texts = [item.input if isinstance(item.input, str) else item.input["kk"] for item in training.items()]
            train_bpe(texts, vocabulary=int(row.options["vocabulary"]), path=training.path)
        paths = [training.path]
    tokenizer = _FORMATS[row.format](row, paths)
    tokenizer.name = row.id
    return tokenizer


class Bytes(Tokenizer):
    """Every UTF-8 byte is a token: the floor that any tokenizer falls back to."""

    def __init__(self, row: SystemRow, paths: Sequence[Path]) -> None:
        del row, paths

    def answer(self, inputs: Sequence[str]) -> list[Tokens]:
        """One token per byte."""
        return [_from_lengths(text, np.ones(len(text.encode()), dtype=np.int64)) for text in inputs]

    def count(self, texts: Sequence[str]) -> list[int]:
        """The number of bytes."""
        return [len(text.encode()) for text in texts]


class Characters(Tokenizer):
    """Every Unicode code point is a token: what is left of the tax when the script costs nothing."""

    def __init__(self, row: SystemRow, paths: Sequence[Path]) -> None:
        del row, paths

    def answer(self, inputs: Sequence[str]) -> list[Tokens]:
        """One token per character."""
        return [Tokens(np.arange(len(text)), np.arange(1, len(text) + 1)) for text in inputs]

    def count(self, texts: Sequence[str]) -> list[int]:
        """The number of characters."""
        return [len(text) for text in texts]


class Ranked(Tokenizer):
    """Byte-level BPE given as ranks: OpenAI's vocabularies and Mistral's Tekken, cut by tiktoken."""

    def __init__(self, row: SystemRow, paths: Sequence[Path]) -> None:
        import tiktoken

        read = _tekken if row.format == "tekken" else _openai
        pattern, ranks = read(row, paths[0])
        self._encoding = tiktoken.Encoding(row.id, pat_str=pattern, mergeable_ranks=dict(ranks), special_tokens={})
        self._lengths = np.zeros(max(ranks.values()) + 1, dtype=np.int64)
        for token, rank in ranks.items():
            self._lengths[rank] = len(token)

    def answer(self, inputs: Sequence[str]) -> list[Tokens]:
        """Token offsets, from the lengths of the tokens in bytes."""
        cut = self._encoding.encode_ordinary_batch(list(inputs), num_threads=2)
        return [_from_lengths(text, self._lengths[ids]) for text, ids in zip(inputs, cut, strict=True)]

    def count(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens, by tiktoken's own batch call."""
        return [len(ids) for ids in self._encoding.encode_ordinary_batch(list(texts), num_threads=2)]


class Fast(Tokenizer):
    """A tokenizer of the Hugging Face `tokenizers` library, whatever the algorithm inside."""

    def __init__(self, row: SystemRow, paths: Sequence[Path]) -> None:
        path = paths[0]
        try:
            self._library = _from_pair(*paths) if row.format == "vocab+merges" else _from_json(path)
        except Exception as fault:  # the library raises bare Exception for every fault of the file
            raise BadTokenizer(
                f"BadTokenizer: {path} is not a tokenizer.json: {str(fault)[:200]}",
                "Save one with `tokenizer.save('tokenizer.json')` or transformers' `save_pretrained`, and pass its path.",
            ) from fault
        self._library.no_padding()
        self._library.no_truncation()
        self._library.encode_special_tokens = True  # "<|endoftext|>" written in a text is text
        document = json.loads(self._library.to_str())
        self._lossless = _lossless(document)
        self._unknown = _unknown(self._library, document["model"])
        self.name = row.id
        try:
            self._library.encode("Қадам", add_special_tokens=False)
        except BaseException as fault:  # the library panics on vocabularies without their own letters
            raise BadTokenizer(
                f"BadTokenizer: {path} loads but cannot cut a Kazakh word: {str(fault)[:200]}",
                "Check the file with its own library, and pass another path.",
            ) from fault

    def answer(self, inputs: Sequence[str]) -> list[Tokens]:
        """Token offsets as the library reports them; what it calls unknown or drops is spelled out in bytes.

        An unknown token hides its text, so counting it as one would make the poorest vocabulary look best.
        """
        result = []
        for text, encoding in zip(inputs, self._cut(inputs), strict=True):
            spans = encoding.offsets if self._lossless else _spelled_out(text, encoding, self._unknown)
            offsets = np.array(spans, dtype=np.int64).reshape(-1, 2)
            result.append(Tokens(offsets[:, 0], offsets[:, 1]))
        return result

    def count(self, texts: Sequence[str]) -> list[int]:
        """The number of tokens, by the library's call without offsets where nothing can be unknown."""
        if not self._lossless:
            return super().count(texts)
        return [len(e) for e in self._library.encode_batch_fast(list(texts), add_special_tokens=False)]

    def _cut(self, texts: Sequence[str]) -> Any:
        try:
            return self._library.encode_batch(list(texts), add_special_tokens=False)
        except Exception as fault:  # the library raises bare Exception for letters it cannot even call unknown
            raise BadTokenizer(
                f"BadTokenizer: {self.name} cannot cut these texts: {str(fault)[:200]}.",
                "A tokenizer needs a token for the unknown or a fallback to bytes; train it with one.",
            ) from fault


def _spelled_out(text: str, encoding: Any, unknown: int | None) -> list[tuple[int, int]]:
    """The offsets of an encoding with one token per byte where the library said "unknown" or said nothing."""
    spans: list[tuple[int, int]] = []
    done = 0
    for (start, end), token in zip(encoding.offsets, encoding.ids, strict=True):
        lost = range(done, end if token == unknown else start)
        spans += [(i, i + 1) for i in lost if not text[i].isspace() for _ in text[i].encode()]
        spans += [] if token == unknown else [(start, end)]
        done = max(done, end)
    return spans + [(i, i + 1) for i in range(done, len(text)) if not text[i].isspace() for _ in text[i].encode()]


def _lossless(document: dict[str, Any]) -> bool:
    """Whether a tokenizer can write any text, because what its vocabulary lacks falls back to bytes."""
    return bool(document["model"].get("byte_fallback")) or '"ByteLevel"' in json.dumps(document.get("pre_tokenizer"))


def _unknown(library: Any, model: dict[str, Any]) -> int | None:
    """The id that stands for what a vocabulary lacks; None if it has none and drops it."""
    name = model.get("unk_token")
    return model.get("unk_id") if name is None else library.token_to_id(name)


def train_bpe(texts: Iterable[str], *, vocabulary: int, path: Path) -> Path:
    """Train a byte-level BPE on the given texts and save it as a tokenizer.json: what a vocabulary made for them reaches.

    The same texts in the same order give the same file (a test holds the library to it).

    Source: byte-level BPE as in GPT-2 (Radford et al. 2019); `tokenizers` trains it.
    """
    from tokenizers import Tokenizer as Library
    from tokenizers import decoders, models, pre_tokenizers, trainers

    library = Library(models.BPE())
    library.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    library.decoder = decoders.ByteLevel()
    library.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=vocabulary,
            min_frequency=2,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(library.to_str(), encoding="utf-8")
    part.replace(path)
    return path


def _from_json(path: Path) -> Any:
    from tokenizers import Tokenizer as Library

    return Library.from_str(_text(path))


def _from_pair(vocabulary: Path, merges: Path) -> Any:
    """A byte-level BPE of the older form, as GPT-2 and RoBERTa were published: vocab.json and merges.txt."""
    from tokenizers import Tokenizer as Library
    from tokenizers import models, pre_tokenizers

    library = Library(models.BPE.from_file(str(vocabulary), str(merges)))
    library.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    return library


def _from_lengths(text: str, lengths: np.ndarray) -> Tokens:
    """Token lengths in bytes -> offsets in characters; a token inside a character spans that character."""
    encoded = np.frombuffer(text.encode(), dtype=np.uint8)
    character = np.cumsum((encoded & 0xC0) != 0x80) - 1  # which character each byte belongs to
    ends = np.cumsum(lengths)
    starts = ends - lengths
    return Tokens(character[starts], character[ends - 1] + 1)


def _openai(row: SystemRow, path: Path) -> tuple[str, Mapping[bytes, int]]:
    """Pattern and ranks of one of OpenAI's encodings: the pattern from tiktoken itself, the ranks from our verified file."""
    from tiktoken_ext import openai_public

    ranks: dict[bytes, int] = {}
    for number, line in enumerate(_text(path).splitlines(), 1):
        try:
            token, rank = line.split()
            ranks[base64.b64decode(token, validate=True)] = int(rank)
        except ValueError as fault:
            raise BadTokenizer(
                f"BadTokenizer: {path} is not a .tiktoken file: line {number} is not 'base64 rank'.",
                "Fetch it again: qadam fetch " + row.id + " --again",
            ) from fault
    library_reader = openai_public.load_tiktoken_bpe
    openai_public.load_tiktoken_bpe = lambda *_, **__: ranks  # the library would download what we already hold
    try:
        pattern = openai_public.ENCODING_CONSTRUCTORS[row.options["encoding"]]()["pat_str"]
    finally:
        openai_public.load_tiktoken_bpe = library_reader
    return pattern, ranks


def _tekken(row: SystemRow, path: Path) -> tuple[str, Mapping[bytes, int]]:
    """Pattern and ranks of a tekken.json; the first ids are special tokens, so only the rest of the vocabulary is used."""
    try:
        data: dict[str, Any] = json.loads(_text(path))
        config = data["config"]
        size = config["default_vocab_size"] - config["default_num_special_tokens"]
        ranks = {base64.b64decode(v["token_bytes"]): v["rank"] for v in data["vocab"][:size]}
        return config["pattern"], ranks
    except (KeyError, TypeError, ValueError) as fault:
        raise BadTokenizer(
            f"BadTokenizer: {path} is not a tekken.json ({fault!r}).", f"Fetch it again: qadam fetch {row.id} --again"
        ) from fault


def _text(path: Path) -> str:
    """The text of a file, unpacked if it ends in .gz."""
    try:
        raw = path.read_bytes()
        return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    except (UnicodeDecodeError, gzip.BadGzipFile, EOFError) as fault:
        raise BadTokenizer(
            f"BadTokenizer: {path} is not UTF-8 text ({fault}).", "Pass a tokenizer.json or a tekken.json."
        ) from fault


_FORMATS: dict[str, Callable[[SystemRow, Sequence[Path]], Tokenizer]] = {
    "bytes": Bytes,
    "characters": Characters,
    "tiktoken": Ranked,
    "tekken": Ranked,
    "tokenizer.json": Fast,
    "vocab+merges": Fast,
    "bpe-trained": Fast,
}
