"""Where word vectors come from: files in the formats of word2vec and fastText, counts of neighbours, letters."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from qadam.errors import BadVectors

WIDEST = 10_000  # numbers of a word; who promises more has no vectors
LIMIT = 200_000  # words read from a file, the most frequent ones, unless a row says otherwise
FASTTEXT = (793_712_314).to_bytes(4, "little")  # the first four bytes of a fastText model
SMOOTHING = 0.75  # of the context distribution; Levy, Goldberg & Dagan (2015), section 3.2
WEIGHT = 0.5  # exponent of the singular values; the same, section 3.3
GRAMS = (3, 4, 5)


def is_fasttext(path: Path) -> bool:
    """Whether a file is a fastText model (`.bin` with subwords), by its first four bytes."""
    with path.open("rb") as stream:
        return stream.read(4) == FASTTEXT


def read(path: Path, *, limit: int = LIMIT) -> tuple[list[str], np.ndarray]:
    """Words and vectors of a file: word2vec's text (with or without its header line) or binary format, packed or not.

    Returns:
        At most `limit` words, and (words, dimensions) in single precision.

    Raises:
        BadVectors: it is neither; the message names the line or the word.
    """
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as opened:
            return _read(cast(BinaryIO, opened), path, limit)
    except (OSError, EOFError, zlib.error) as fault:
        raise BadVectors(f"BadVectors: {path} cannot be read to its end: {fault}.", "Fetch it again.") from fault


def _read(stream: BinaryIO, path: Path, limit: int) -> tuple[list[str], np.ndarray]:
    head = stream.readline()
    numbers = head.split()
    if len(numbers) == 2 and all(n.isdigit() and len(n) < 20 for n in numbers):
        count, size = min(int(numbers[0]), limit), int(numbers[1])
        if size > WIDEST:
            raise BadVectors(
                f"BadVectors: {path}, line 1 promises {size} numbers for a word.", "Pass a file of word vectors."
            )
        if _binary(stream.read(4096), size):
            stream.seek(len(head))
            return _read_binary(stream, path, count=count, size=size)
        stream.seek(len(head))
        return _read_text(stream, path, count=count, line=2)
    stream.seek(0)
    return _read_text(stream, path, count=limit, line=1)


def ppmi_svd(texts: Sequence[Sequence[str]], words: Sequence[str], *, dimensions: int, window: int = 5) -> np.ndarray:
    """Vectors from who stands beside whom: positive pointwise mutual information, reduced by singular values.

    Every word within `window` words counts the same; words outside the vocabulary are taken out first. The distribution
    of contexts is smoothed by the power .75, singular values are weighted by the power .5. Nothing is random; two runs
    agree up to the rounding of the library underneath.

    Returns:
        (words, dimensions); fewer dimensions if the vocabulary is smaller.

    Source: Levy, Goldberg & Dagan (2015), Improving Distributional Similarity with Lessons Learned from Word Embeddings.
    """
    from scipy.sparse import coo_array, csr_array
    from scipy.sparse.linalg import svds

    index = {word: place for place, word in enumerate(words)}
    size = len(words)
    gap = [-1] * window  # words of two texts are no neighbours
    line = np.array([n for text in texts for n in (*(index[w] for w in text if w in index), *gap)], dtype=np.int64)
    counts = csr_array((size, size))
    for distance in range(1, window + 1):
        left, right = line[:-distance], line[distance:]
        met = (left >= 0) & (right >= 0)
        ones = np.ones(int(met.sum()))
        counts = counts + coo_array((ones, (left[met], right[met])), shape=(size, size)).tocsr()
    counts = (counts + counts.T).tocoo()
    if not counts.nnz:
        raise BadVectors("BadVectors: no two words of the vocabulary stand together.", "Train on more text.")
    row, column = counts.coords
    of_word = np.bincount(row, counts.data, size)
    of_context = np.bincount(column, counts.data, size) ** SMOOTHING
    information = np.log(counts.data * of_context.sum() / (of_word[row] * of_context[column]))
    positive = information > 0
    ppmi = csr_array((information[positive], (row[positive], column[positive])), shape=(size, size))
    rank = min(dimensions, size - 1)
    left_vectors, values, _ = svds(ppmi, k=rank, v0=np.ones(size), rng=0)
    result: np.ndarray = left_vectors * values**WEIGHT
    return result


def ngrams(word: str) -> set[str]:
    """The character n-grams of a word with its edges marked: үй gives <үй, үй> and <үй>."""
    marked = f"<{word}>"
    return {marked[i : i + n] for n in GRAMS for i in range(len(marked) - n + 1)}


def overlap(words: Sequence[str], grams: Mapping[str, int]) -> Any:
    """One sparse row of unit length per word, a column per n-gram: the dot product of two rows is their overlap."""
    from scipy.sparse import csr_array

    sets = [sorted(grams[gram] for gram in ngrams(word)) for word in words]
    data = np.array([len(found) ** -0.5 for found in sets for _ in found])
    places = np.array([place for found in sets for place in found], dtype=np.int64)
    ends = np.cumsum([0, *map(len, sets)])
    return csr_array((data, places, ends), shape=(len(words), len(grams)))


def _binary(start: bytes, size: int) -> bool:
    """Whether what follows the header is binary: the numbers of text are words that end by a line feed."""
    line = start.split(b"\n", 1)[0].split()
    try:
        return not [float(number) for number in line[-size:]]
    except ValueError:
        return True


def _read_binary(stream: BinaryIO, path: Path, *, count: int, size: int) -> tuple[list[str], np.ndarray]:
    words: list[str] = []
    matrix = np.empty((count, size), dtype=np.float32)
    for place in range(count):
        letters = bytearray()
        while (letter := stream.read(1)) not in (b" ", b""):
            letters += letter
        row = stream.read(4 * size)
        if len(row) < 4 * size:
            raise BadVectors(
                f"BadVectors: {path} ends at word {place + 1} of {count}.", "The file is cut off: fetch it again."
            )
        words.append(letters.lstrip(b"\n").decode("utf-8", "replace"))
        matrix[place] = np.frombuffer(row, dtype="<f4")
    return words, matrix


def _read_text(stream: BinaryIO, path: Path, *, count: int, line: int) -> tuple[list[str], np.ndarray]:
    words: list[str] = []
    rows: list[np.ndarray] = []
    for number, (word, numbers) in enumerate(_cells(stream), line):
        if len(words) == count:
            break
        try:
            row = np.array(numbers, dtype=np.float32)
        except ValueError:
            row = np.empty(0, dtype=np.float32)
        if not len(row) or (rows and len(row) != len(rows[0])):
            raise BadVectors(
                f"BadVectors: {path}, line {number}: a word and its numbers were expected.",
                "Pass vectors in the text or binary format of word2vec, or a fastText .bin.",
            )
        words.append(word)
        rows.append(row)
    if not rows:
        raise BadVectors(f"BadVectors: {path} is empty.", "Pass a file of word vectors.")
    return words, np.array(rows)


def _cells(stream: BinaryIO) -> Iterator[tuple[str, list[bytes]]]:
    for line in stream:
        if line.strip():
            word, *numbers = line.rstrip().split(b" ")
            yield word.decode("utf-8", "replace"), [number for number in numbers if number]
