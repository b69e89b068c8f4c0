"""Recognisers of speech: from a recording to the words that were heard, or to those that somebody recorded before.

    column           what the table of the data itself holds as a hypothesis
    recorded         a file of hypotheses, CSV, TSV or JSON Lines, with the id of each utterance
    faster-whisper   a Whisper of CTranslate2, on a processor or a graphics card; pip install 'qadam[asr]'
    transformers     a Whisper, Wav2Vec2 or MMS of Hugging Face, run here; pip install 'qadam[train,speech]'
    endpoint         an address that speaks OpenAI's protocol of transcriptions

On the command line they are named by an address:

    asr:hf:ID[@REV]  asr:faster-whisper:NAME-OR-FOLDER  asr:openai:MODEL@URL  asr:file:PATH

What a live recogniser heard is kept as soon as it is there, under the hash of the recording and of everything that could
change it, so that whoever is stopped has nothing heard twice.
"""

from __future__ import annotations

import csv
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from qadam.errors import BadAudio, BadSystem, NotRecorded, Usage
from qadam.systems.answers import Answer, Answers
from qadam.systems.load import Training
from qadam.terms import UNSCORED, File, Missing, Recording, SystemRow, digest

Hear = Callable[[Path], str]  # a recording -> its words


class Recorded:
    """Repeats what was recorded: the hypothesis of the table, or that of a file by the id of the utterance."""

    def __init__(self, name: str, hypotheses: dict[str, str] | None = None) -> None:
        self.name, self._hypotheses = name, hypotheses

    def answer(self, inputs: Sequence[Recording]) -> list[str | Missing]:
        """The hypothesis of each utterance; UNSCORED where none was recorded, since nobody listened.

        Raises:
            NotRecorded: there is none for any of them.
        """
        known = [self._of(asked) for asked in inputs]
        if inputs and all(said is None for said in known):
            raise NotRecorded(
                "NotRecorded: no hypothesis was recorded for any of these utterances.",
                "Name a recogniser: --system asr:faster-whisper:small, or give the table a column 'hypothesis'.",
            )
        return [UNSCORED if said is None else said for said in known]

    def _of(self, asked: Recording) -> str | None:
        return asked.recorded if self._hypotheses is None else self._hypotheses.get(asked.item)


class Live:
    """A recogniser that listens; a recording it has heard once is not listened to again."""

    def __init__(self, name: str, hear: Hear, *, place: str, kept: Path) -> None:
        self.name, self._hear, self._place = name, hear, place
        self._answers = Answers(kept)
        self.usage: dict[str, Any] = {}

    def answer(self, inputs: Sequence[Recording]) -> list[str | Missing]:
        """The words of each recording; UNSCORED where it is missing or broken.

        Raises:
            BadAudio: none of the recordings can be read.
            NotAnswered: an endpoint refused, or gave no answer in all tries; what it heard before is kept.
        """
        found: list[str | Missing] = []
        fault: BadAudio | None = None
        for asked in inputs:
            try:
                found.append(self._heard(asked))
            except BadAudio as bad:
                fault = bad
                found.append(UNSCORED)
        if fault and all(said is UNSCORED for said in found):
            raise fault
        return found

    def _heard(self, asked: Recording) -> str:
        path = Path(asked.path)
        if not path.is_file():
            raise BadAudio(
                f"BadAudio: there is no recording {asked.path or f'of the utterance {asked.item}'}.",
                "Bring the recordings, or name recorded hypotheses: --system asr:file:PATH",
            )
        key = digest([self._place, hashlib.sha256(path.read_bytes()).hexdigest()])
        if key not in self._answers:
            started = time.perf_counter()
            text = self._hear(path)
            self._answers.keep(key, Answer(text, seconds=round(time.perf_counter() - started, 3)))
        self.usage["recordings"] = self.usage.get("recordings", 0) + 1
        self.usage["seconds"] = round(self.usage.get("seconds", 0.0) + self._answers[key].seconds, 3)
        return self._answers[key].text


def addressed(name: str) -> SystemRow:
    """The row of a recogniser given by its address, `asr:KIND:REST`.

    Raises:
        Usage: the address is of no known kind, or not whole.
    """
    kind, _, rest = name.removeprefix("asr:").partition(":")
    if kind == "file" and Path(rest).is_file():
        sha256 = hashlib.sha256(Path(rest).read_bytes()).hexdigest()
        return SystemRow(
            f"{Path(rest).stem}@{sha256[:8]}",
            f"{Path(rest).name}, hypotheses given by their path",
            "recognizer",
            "recorded",
            (File(f"path:{Path(rest).resolve()}", sha256=sha256, bytes=Path(rest).stat().st_size),),
            "not stated: a file of the user's",
        )
    model, _, place = rest.partition("@")
    parts = urlsplit(place)
    whole = (
        parts.scheme in {"http", "https"} and parts.hostname and not (parts.username or parts.password or parts.query)
    )
    if kind not in _KINDS or not model or (kind == "openai" and not whole):
        raise Usage(
            f"Usage: {name.partition('@')[0]!r} names no recogniser.",
            "Write asr:hf:ID, asr:faster-whisper:NAME, asr:openai:MODEL@http://HOST:PORT/v1 or asr:file:PATH; a key goes into "
            "the environment.",
        )
    options = {"model": model, "place": place.rstrip("/"), "keeps": True, "deterministic": True}
    format, needs = _KINDS[kind]
    title = f"{model.rpartition('/')[2]} ({place or kind})"
    return SystemRow(name, title, "recognizer", format, licence="see the model", needs=needs, options=options)


_KINDS = {
    "hf": ("transformers", ("train", "speech", "GPU")),
    "faster-whisper": ("faster-whisper", ("asr",)),
    "openai": ("endpoint", ("endpoint",)),
}


def load(row: SystemRow, paths: Sequence[Path], training: Training | None = None) -> Any:
    """The recogniser a row describes.

    Options of a live one: `model`, `place` (address or revision), `language` for models of many (kk, or kaz for MMS),
    `compute` (int8, float16) for faster-whisper.

    Raises:
        ExtraMissing: it needs packages that are not installed.
        CannotGet: its weights are not here and cannot be fetched.
        BadSystem: a file of hypotheses without the columns `id` and `hypothesis`, or an unknown form.
    """
    if row.format == "column":
        return Recorded(row.id)
    if row.format == "recorded":
        return Recorded(row.id, hypotheses(paths[0]))
    if training is None:
        raise ValueError("A recogniser that listens needs a file to keep what it heard.")
    return Live(row.id, _live(row, training), place=digest([row.format, dict(row.options)]), kept=training.path)


def _live(row: SystemRow, training: Training) -> Hear:
    if row.format == "endpoint":
        from qadam.systems.speech.recognizer_endpoint import Transcriptions

        return Transcriptions(row, purse=training.purse)
    from qadam.systems.speech import recognizer_models

    forms: dict[str, Any] = {
        "faster-whisper": recognizer_models.FasterWhisper,
        "transformers": recognizer_models.Transformers,
    }
    if row.format not in forms:
        raise BadSystem(
            f"BadSystem: {row.id} is a recogniser of an unknown form {row.format!r}.", f"Forms: {', '.join(forms)}"
        )
    hear: Hear = forms[row.format](row)
    return hear


def hypotheses(path: Path) -> dict[str, str]:
    """What was recorded for each utterance, by its id; of two rows with one id the first counts.

    Raises:
        BadSystem: the table has no columns `id` and `hypothesis`, or is none.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            if path.suffix in (".jsonl", ".ndjson"):
                rows = [json.loads(line) for line in lines if line.strip()]
            else:
                rows = list(csv.DictReader(lines, delimiter="\t" if path.suffix == ".tsv" else ","))
        told = [(str(row["id"]), row["hypothesis"]) for row in rows]
    except (KeyError, TypeError, OSError, ValueError, csv.Error) as fault:
        raise BadSystem(
            f"BadSystem: {path} holds no hypotheses ({fault!r:.200}).",
            "Write a row an utterance, as CSV, TSV or JSON Lines: id,hypothesis",
        ) from fault
    return {id: str(said or "") for id, said in reversed(told)}
