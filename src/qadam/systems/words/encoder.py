"""Word vectors: read from a file, trained here, or made by an encoder, they say how alike words are and solve analogies.

All are asked the same way. A word is looked up in small letters, in one script, without punctuation; one that has no
vector leaves the question without an answer. Answers to analogies come from the *vocabulary*: the words of the file (its
first `limit` words), or those that occur `min_count` times in the text of `options.dataset`.

Formats: `word2vec` and `fasttext` (gensim), `ppmi-svd` (Levy, Goldberg & Dagan 2015) are trained here; `random` and
`character-ngrams` are floors, without meaning and without context; `vectors` reads a file; `transformers` asks a model of
Hugging Face for one word at a time.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import regex

from qadam.errors import BadVectors, ExtraMissing
from qadam.kazakh.normalize import normalize
from qadam.systems.load import Training
from qadam.systems.weights import asked_for, loading
from qadam.systems.words import vectors
from qadam.terms import NO_ANSWER, Analogy, Lookup, Missing, SystemRow, WordPair

BLOCK = 256  # question words whose cosines with the whole vocabulary are held at once
EPSILON = 0.001  # keeps the division of 3CosMul finite; Levy & Goldberg (2014)
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*")


class Encoder:
    """Word vectors of unit length with the vocabulary they choose answers from."""

    name: str

    def __init__(self, words: Sequence[str], matrix: Any, *, language: str = "") -> None:
        self._words, self._matrix, self._language = list(words), matrix, language
        self._index = {word: place for place, word in enumerate(self._words)}

    def knows(self, word: str) -> bool:
        """Whether a word is in the vocabulary."""
        return key(word, self._language) in self._index

    def embed(self, words: Sequence[str]) -> list[Any]:
        """One row of unit length per word, None where there is none; those of the vocabulary, unless overridden."""
        return [self._matrix[self._index[word]] if word in self._index else None for word in words]

    def answer(self, inputs: Sequence[WordPair | Analogy]) -> list[Lookup | Missing]:
        """A cosine for a pair; for an analogy the nearest word by 3CosAdd and by 3CosMul, question words excluded.

        No answer if a word of the question has no vector. Cosines of 3CosMul are moved to 0-1 first.

        Source: Mikolov, Yih & Zweig (2013), Linguistic Regularities in Continuous Space Word Representations (3CosAdd);
        Levy & Goldberg (2014), Linguistic Regularities in Sparse and Explicit Word Representations (3CosMul).
        """
        asked = list(dict.fromkeys(key(word, self._language) for question in inputs for word in question))
        rows = dict(zip(asked, self.embed(asked), strict=True))
        answers: list[Lookup | Missing] = [NO_ANSWER] * len(inputs)
        analogies = []
        for place, question in enumerate(inputs):
            words = tuple(key(word, self._language) for word in question)
            if any(rows[word] is None for word in words):
                continue
            if isinstance(question, WordPair):
                answers[place] = Lookup(
                    float(_dot(_stack([rows[words[0]]]), _stack([rows[words[1]]]))[0, 0]), self.knows
                )
            else:
                analogies.append((place, words))
        for start in range(0, len(analogies), BLOCK // 3):
            part = analogies[start : start + BLOCK // 3]
            needed = list(dict.fromkeys(word for _, words in part for word in words))
            cosines = dict(zip(needed, _dot(_stack([rows[word] for word in needed]), self._matrix), strict=True))
            for place, words in part:
                answers[place] = Lookup(self._solved(words, [cosines[word] for word in words]), self.knows)
        return answers

    def _solved(self, words: Sequence[str], cosines: Sequence[np.ndarray]) -> dict[str, str]:
        """The best word of the vocabulary by each way; cosines of a, b and c with all of it."""
        a, b, c = cosines
        scores = {"3CosAdd": b - a + c, "3CosMul": (b + 1) * (c + 1) / (2 * (a + 1) + 4 * EPSILON)}
        out = [self._index[word] for word in words if word in self._index]
        found = {}
        for way, score in scores.items():
            score[out] = -np.inf
            found[way] = self._words[int(np.argmax(score))]
        return found


def load(row: SystemRow, paths: Sequence[Path], training: Training | None = None) -> Encoder:
    """The vectors a row describes; trained first if that has not been done.

    Raises:
        ExtraMissing: the format needs a package that is not installed; the message says how to install it.
        BadVectors: a file holds no word vectors, or the text to train on has too few words.
    """
    encoder = _FORMATS[row.format](row, paths, training)
    encoder.name = row.id
    return encoder


@lru_cache(maxsize=1 << 16)
def key(word: str, language: str = "") -> str:
    """The form a word is looked up in: small letters, one script, no punctuation; Turkish İ and I as i and ı."""
    if language in ("tr", "az"):
        word = word.replace("İ", "i").replace("I", "ı")
    return normalize(word, "search")


def sentences(training: Training, language: str) -> Iterator[list[str]]:
    """The training text as lists of words; of parallel items, the text in the language; of word questions, all words."""
    for item in training.items():
        if isinstance(item.input, str) or language in item.input:
            text = item.input if isinstance(item.input, str) else item.input[language]
        else:  # pairs and analogies: their own words
            text = " ".join([*item.input["words"], *(item.gold if isinstance(item.gold, tuple) else ())])
        yield _WORD.findall(key.__wrapped__(text, language))  # texts do not come twice, words do


def vocabulary(texts: Iterable[Sequence[str]], *, min_count: int) -> list[str]:
    """The words that occur often enough, the most frequent first; of equally frequent ones the first seen."""
    counts = Counter(word for text in texts for word in text)
    found = [word for word, count in counts.most_common() if count >= min_count]
    if len(found) < 3:
        raise BadVectors(
            f"BadVectors: only {len(found)} words occur {min_count} times in the training text.",
            "Lower min_count in the row, or train on more text.",
        )
    return found


# --- formats --------------------------------------------------------------------------------------------------------


def _file(row: SystemRow, paths: Sequence[Path], training: Training | None) -> Encoder:
    del training
    path, language = paths[0], str(row.options.get("language", ""))
    if vectors.is_fasttext(path):
        _need("gensim", "classic", row)
        from gensim.models.fasttext import load_facebook_vectors

        return _Subwords(load_facebook_vectors(str(path)), language=language)
    words, matrix = vectors.read(path, limit=int(row.options.get("limit", vectors.LIMIT)))
    first: dict[str, int] = {}
    for place, word in enumerate(words):  # files are sorted by frequency: of two spellings the frequent one stays
        first.setdefault(key(word, language), place)
    first.pop("", None)
    return Encoder(list(first), unit(matrix[list(first.values())]), language=language)


def _trained(row: SystemRow, paths: Sequence[Path], training: Training | None) -> Encoder:
    """Train unless it lies there; what is kept is a folder that gets its name only when it is whole."""
    del paths
    training = _text(row, training)
    language = str(row.options["language"])
    if row.format in ("word2vec", "fasttext"):
        _need("gensim", "classic", row)
    if not training.path.exists():
        part = training.path.with_name(f"{training.path.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        _train(row, training, part)
        part.rename(training.path)
    if row.format == "fasttext":
        from gensim.models.fasttext import FastTextKeyedVectors

        return _Subwords(FastTextKeyedVectors.load(str(training.path / "vectors")), language=language)
    words = (training.path / "words.txt").read_text("utf-8").split("\n")
    return Encoder(words, unit(np.load(training.path / "vectors.npy")), language=language)


def _train(row: SystemRow, training: Training, folder: Path) -> None:
    """One recipe; the same text, options and seed give the same vectors."""
    texts = list(sentences(training, str(row.options["language"])))
    minimum, size = int(row.options["min_count"]), int(row.options["dimensions"])
    window = int(row.options.get("window", 5))
    words = vocabulary(texts, min_count=minimum)
    if row.format == "random":
        matrix = np.random.default_rng(training.seed).normal(size=(len(words), size))
    elif row.format == "ppmi-svd":
        matrix = vectors.ppmi_svd(texts, words, dimensions=size, window=window)
    else:
        from gensim.models import FastText, Word2Vec

        recipe: dict[str, Any] = {"vector_size": size, "window": window, "min_count": minimum, "sg": 1, "negative": 5}
        recipe |= {"epochs": int(row.options["epochs"]), "seed": training.seed, "workers": 1}  # more are not repeatable
        if row.format == "fasttext":
            model = FastText(texts, **recipe, min_n=3, max_n=6, bucket=int(row.options["bucket"]))
            model.wv.save(str(folder / "vectors"))
            return
        model = Word2Vec(texts, **recipe)
        words, matrix = model.wv.index_to_key, model.wv.vectors
    np.save(folder / "vectors.npy", np.asarray(matrix, dtype=np.float32))
    (folder / "words.txt").write_text("\n".join(words), "utf-8")


class _Subwords(Encoder):
    """fastText: any word has a vector, made of its character n-grams; answers come from the vocabulary."""

    def __init__(self, trained: Any, *, language: str) -> None:
        super().__init__(trained.index_to_key, unit(trained.vectors), language=language)
        self._trained = trained

    def embed(self, words: Sequence[str]) -> list[Any]:
        """The n-grams of an unknown word, averaged; a word of two scripts or of no letters has none."""
        return [unit(self._trained.get_vector(word)[None])[0] if _WORD.fullmatch(word) else None for word in words]


class _Ngrams(Encoder):
    """Overlap of character n-grams: what spelling alone says of two words; no text is learned from.

    The cosine of two words is the number of n-grams of 3 to 5 letters they share, word edges marked, over the geometric
    mean of how many each has.
    """

    def __init__(self, words: Sequence[str], *, language: str) -> None:
        self._grams: dict[str, int] = {}
        for word in words:
            for gram in vectors.ngrams(word):
                self._grams.setdefault(gram, len(self._grams))
        super().__init__(words, vectors.overlap(words, self._grams), language=language)

    def embed(self, words: Sequence[str]) -> list[Any]:
        """A sparse row per word; grams the vocabulary lacks count in its length."""
        full = dict(self._grams)
        for word in words:
            for gram in vectors.ngrams(word):
                full.setdefault(gram, len(full))
        rows = vectors.overlap(words, full)
        self._matrix.resize(self._matrix.shape[0], rows.shape[1])
        return [rows[[place]] if _WORD.fullmatch(word) else None for place, word in enumerate(words)]


class _Transformer(Encoder):
    """A model of Hugging Face, asked for one isolated word at a time."""

    def __init__(self, row: SystemRow, words: Sequence[str]) -> None:
        import torch
        from transformers import AutoModel, AutoTokenizer

        repo, how = str(row.options["repo"]), asked_for(row.options.get("revision"))
        with loading(repo):
            self._tokenizer = AutoTokenizer.from_pretrained(repo, **how)
            self._model = AutoModel.from_pretrained(repo, **how).eval()
        self._torch, self._prefix = torch, str(row.options.get("prefix", ""))
        self._pooling = str(row.options.get("pooling", "mean"))
        super().__init__(words, None, language=str(row.options.get("language", "")))
        self._matrix = np.array(self.embed(words))

    def embed(self, words: Sequence[str]) -> list[Any]:
        """The last hidden states of a word's own tokens, averaged (pooling `mean`), or that of the first mark (`cls`)."""
        rows: list[Any] = []
        for start in range(0, len(words), BLOCK):
            texts = [self._prefix + word for word in words[start : start + BLOCK]]
            batch = self._tokenizer(texts, padding=True, return_tensors="pt", return_special_tokens_mask=True)
            marks = batch.pop("special_tokens_mask")
            with self._torch.no_grad():
                states = self._model(**batch).last_hidden_state
            own = (batch["attention_mask"] * (1 - marks)).unsqueeze(-1)
            pooled = states[:, 0] if self._pooling == "cls" else (states * own).sum(1) / own.sum(1).clamp(min=1)
            rows += list(unit(pooled.float().numpy()))
        return rows


def _spelling(row: SystemRow, paths: Sequence[Path], training: Training | None) -> Encoder:
    del paths
    return _Ngrams(_own_vocabulary(row, training), language=str(row.options["language"]))


def _transformer(row: SystemRow, paths: Sequence[Path], training: Training | None) -> Encoder:
    del paths
    _need("torch", "train", row)
    _need("transformers", "train", row)
    return _Transformer(row, _own_vocabulary(row, training))


def _own_vocabulary(row: SystemRow, training: Training | None) -> list[str]:
    texts = sentences(_text(row, training), str(row.options["language"]))
    return vocabulary(texts, min_count=int(row.options["min_count"]))


def _text(row: SystemRow, training: Training | None) -> Training:
    if training is None:
        raise BadVectors(f"BadVectors: the row of {row.id} names no text.", "Add `dataset` to its options.")
    return training


def _need(package: str, extra: str, row: SystemRow) -> None:
    if find_spec(package) is None:
        raise ExtraMissing(f"ExtraMissing: {row.id} needs {package}.", f"pip install 'qadam[{extra}]'")


def unit(matrix: np.ndarray) -> np.ndarray:
    """Every row divided by its length; a row of zeros stays one."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    scaled: np.ndarray = (matrix / np.where(lengths == 0, 1, lengths)).astype(np.float32)
    return scaled


def _stack(rows: Sequence[Any]) -> Any:
    if isinstance(rows[0], np.ndarray):
        return np.array(rows)
    from scipy.sparse import vstack

    return vstack(rows)


def _dot(one: Any, other: Any) -> np.ndarray:
    product = one @ other.T
    dense: np.ndarray = product if isinstance(product, np.ndarray) else product.toarray()
    return dense


_FORMATS = {
    "vectors": _file,
    "word2vec": _trained,
    "fasttext": _trained,
    "ppmi-svd": _trained,
    "random": _trained,
    "character-ngrams": _spelling,
    "transformers": _transformer,
}
