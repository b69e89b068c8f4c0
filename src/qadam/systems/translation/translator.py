"""Translators: a text in one language becomes a text in another, and goes through as many languages as the question names.

copy          the text as it is: between neighbours a bar, and for a round trip the perfect score that proves nothing
letters       letter by letter (`letter_map`); with `laws` also sounds, endings and common words
memory        the translation of the most similar sentence it has learned, as translators' tools offer it
typical       one sentence for every text, the most ordinary of those it has learned: what can be had without reading
apertium      the rules of Apertium, as a program of the user's (GPL; called, never imported)
transformers  a model of Hugging Face: NLLB, or Tilmash, which was trained from it (`translator_model`)
ctranslate2   the same, converted for CTranslate2, in eight bits
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from qadam.errors import BadSystem, ExtraMissing, NotAnswered
from qadam.systems.labels.text_features import Features
from qadam.systems.load import Training
from qadam.systems.training import lessons
from qadam.systems.translation.letter_map import mapped
from qadam.terms import Ask, Crossed, Pair, Said, SystemRow

Step = Callable[[Sequence[str], str, str], list[str]]  # texts, source, target -> translations
TOGETHER = 256  # sentences that a memory looks up at once
PATIENCE = 600  # seconds that Apertium gets for all sentences of a question together


class Translator:
    """A system made of one step between two languages."""

    def __init__(self, name: str, step: Step) -> None:
        self.name, self._step = name, step

    def answer(self, inputs: Sequence[Ask | Pair]) -> list[Said | Crossed]:
        """Each text in the last of its languages; of a pair, both sides in the language of the other. One kind in one call."""
        pairs = [pair for pair in inputs if isinstance(pair, Pair)]
        return list(self._crossed(pairs) if pairs else self._said([ask for ask in inputs if isinstance(ask, Ask)]))

    def _crossed(self, pairs: Sequence[Pair]) -> list[Crossed]:
        there = self._said([Ask("", "", "", question=p.source, languages=p.languages) for p in pairs])
        back = self._said([Ask("", "", "", question=p.target, languages=p.languages[::-1]) for p in pairs])
        return [Crossed(a.text, b.text) for a, b in zip(there, back, strict=True)]

    def _said(self, inputs: Sequence[Ask]) -> list[Said]:
        """Each text in the last of its languages; what it was on the way is in `before`."""
        said = [Said(ask.question) for ask in inputs]
        for path in dict.fromkeys(ask.languages for ask in inputs):
            going = [n for n, ask in enumerate(inputs) if ask.languages == path]
            for way, (source, target) in enumerate(pairwise(path)):
                made = self._step([said[n].text for n in going], source, target)
                for n, text in zip(going, made, strict=True):
                    before = (*said[n].before, said[n].text) if way else ()
                    said[n] = Said(text, before=before)
        return said


def load(row: SystemRow, paths: Sequence[Path], training: Training | None = None) -> Translator:
    """The translator a row describes.

    Raises:
        ExtraMissing: a package or program is not installed.
        CannotGet: a model cannot be loaded.
        BadSystem: the row names nothing to learn from.
    """
    del paths
    if row.format in ("transformers", "ctranslate2"):
        from qadam.systems.translation.translator_model import model

        return Translator(row.id, model(row))
    if row.format == "apertium":
        return Translator(row.id, _apertium(dict(row.options["modes"])))
    if row.format in ("memory", "typical"):
        if training is None:
            raise BadSystem(f"BadSystem: {row.id} names nothing to learn from.", "Add options.datasets to its row.")
        return Translator(row.id, _memory(row, training) if row.format == "memory" else _typical(row, training))
    if row.format == "letters":
        laws = bool(row.options.get("laws"))
        return Translator(row.id, lambda texts, source, target: [mapped(t, source, target, laws=laws) for t in texts])
    return Translator(row.id, lambda texts, source, target: list(texts))


# --- translation memory ------------------------------------------------------------------------------------------


class Memory:
    """Sentences with their translations; of a new sentence, it gives the translation of the most similar one.

    Alike are sentences that share rare words, pairs and pieces of words: the cosine of their counts, each weighed by how few
    sentences have it (TF-IDF).
    """

    def __init__(self, pairs: Sequence[lessons.Pair]) -> None:
        sources = [source.lower() for source, _ in pairs]
        self._targets = [target for _, target in pairs]
        self._features = Features.of(sources)
        self._known = self._features.matrix(sources).T.tocsr()

    def __call__(self, texts: Sequence[str]) -> list[str]:
        """The translation of the nearest sentence to each; of sentences equally near, that of the first."""
        made: list[str] = []
        for start in range(0, len(texts), TOGETHER):
            asked = self._features.matrix([text.lower() for text in texts[start : start + TOGETHER]])
            made += [self._targets[int(n)] for n in (asked @ self._known).toarray().argmax(axis=1)]
        return made


def _memory(row: SystemRow, training: Training) -> Step:
    memory = Memory(lessons.lessons(row, training, lambda known, texts: Memory(known)(texts)))
    return lambda texts, source, target: memory(texts)


def _typical(row: SystemRow, training: Training) -> Step:
    pairs = lessons.lessons(row, training, lambda known, texts: Memory(known)(texts))
    sentence = typical([target for _, target in pairs])
    return lambda texts, source, target: [sentence] * len(texts)


def typical(texts: Sequence[str]) -> str:
    """The text that is most like all others together (largest sum of cosines, TF-IDF); of equals the first."""
    small = [text.lower() for text in texts]
    table = Features.of(small).matrix(small)
    return texts[int((table @ table.sum(axis=0).T).argmax())]


# --- Apertium ----------------------------------------------------------------------------------------------------


def _apertium(modes: dict[str, str]) -> Step:
    """Apertium as a program: one sentence a line goes in, one a line comes out; words it does not know come unmarked."""
    program = shutil.which("apertium")
    listed = _listed(program) if program else set()
    if not program or not set(modes.values()) & listed:
        raise ExtraMissing(
            f"ExtraMissing: Apertium with {' or '.join(modes.values())} is not installed.",
            "apt install apertium apertium-kaz-kir (or build it: github.com/apertium/apertium-kaz-kir)",
        )

    def step(texts: Sequence[str], source: str, target: str) -> list[str]:
        mode = modes[f"{source}-{target}"]
        lines = "\n".join(" ".join(text.split()) for text in texts) + "\n"
        try:
            done = subprocess.run([program, "-u", mode], input=lines, capture_output=True, text=True, timeout=PATIENCE)
        except (OSError, subprocess.TimeoutExpired) as fault:
            raise NotAnswered(
                f"NotAnswered: apertium {mode}: {fault}.", f"Try: echo Бала келді | apertium {mode}"
            ) from fault
        made = done.stdout.split("\n")[: len(texts)]
        if done.returncode or len(made) < len(texts):
            raise NotAnswered(
                f"NotAnswered: apertium {mode} gave {len(made)} of {len(texts)} lines: {done.stderr[:200]}",
                f"Try: echo Бала келді | apertium {mode}",
            )
        return made

    return step


def _listed(program: str) -> set[str]:
    try:
        return set(subprocess.run([program, "-l"], capture_output=True, text=True, timeout=30).stdout.split())
    except (OSError, subprocess.TimeoutExpired):
        return set()
