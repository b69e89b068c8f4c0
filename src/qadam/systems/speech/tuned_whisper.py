"""A Whisper that learns here: from recordings, from what a machine says of their transcripts, or from half of each.

A row names the weights it begins with (`repo`, `revision`), what it learns from (`datasets`: `real` are recordings, `synthetic` the same kind of data
whose texts a `speaker` says in its `voices` in turn), how many `hours` in all (divided evenly), and `epochs`, `rate`, `batch`. Without data it is
the Whisper it began as. Utterances are taken in the order of the hashes of their ids, so that both kinds have the same texts. Sounds lie in one
file beside what is trained and are read piece by piece: ten hours would not fit into the memory of a laptop.

Decoding is greedy, the same for all, told that the language is Kazakh.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from qadam.errors import BadAudio, BadSystem, EmptyDataset
from qadam.systems.load import Training
from qadam.systems.speech import audio, speaker
from qadam.systems.training import train
from qadam.systems.training.train import Batch
from qadam.systems.weights import asked_for, loading
from qadam.terms import UNSCORED, Item, Missing, Recording, SystemRow, Utterance, digest

RATE = 16_000
LONGEST = 30.0  # seconds that a Whisper hears at once
PROMPT = ("<|startoftranscript|>", "<|kk|>", "<|transcribe|>", "<|notimestamps|>")
AT_ONCE = 8  # recordings
ASKED_AT_ONCE = 16  # texts given to a speaker


class Whisper(NamedTuple):
    """Ears, letters and network of one checkpoint."""

    ears: Any
    letters: Any
    network: Any

    def shown(self, sounds: Sequence[np.ndarray]) -> Any:
        """What the network sees of sounds."""
        return self.ears(list(sounds), sampling_rate=RATE, return_tensors="pt").input_features

    @property
    def prompt(self) -> list[int]:
        """The tokens every transcript begins with; those that the checkpoint does not know are left out."""
        ids = [self.letters.convert_tokens_to_ids(token) for token in PROMPT]
        return [n for n in ids if n is not None and n != self.letters.unk_token_id]

    def written(self, text: str) -> list[int]:
        """The tokens of a transcript, without prompt and end."""
        return list(self.letters(text, add_special_tokens=False).input_ids)


class TunedWhisper:
    """A recogniser whose network has learned, or has not."""

    def __init__(self, name: str, whisper: Whisper, told: dict[str, Any]) -> None:
        self.name, self._whisper, self.usage = name, whisper, told

    def answer(self, inputs: Sequence[Recording]) -> list[str | Missing]:
        """The words of each recording; UNSCORED where it is missing, broken or longer than half a minute.

        Raises:
            BadAudio: none of the recordings can be heard.
        """
        answers: list[str | Missing] = [UNSCORED] * len(inputs)
        fault: BadAudio | None = None
        waiting: list[tuple[int, np.ndarray]] = []
        for n, asked in enumerate(inputs):
            try:
                waiting.append((n, audio.read(Path(asked.path), longest=LONGEST)))
            except BadAudio as bad:
                fault = bad
            if waiting and (len(waiting) == AT_ONCE or n == len(inputs) - 1):
                for (place, _), text in zip(
                    waiting, heard(self._whisper, [sound for _, sound in waiting]), strict=True
                ):
                    answers[place] = text
                waiting = []
        if fault and all(isinstance(answer, Missing) for answer in answers):
            raise fault
        return answers


def load(row: SystemRow, paths: Sequence[Path], training: Training | None = None) -> TunedWhisper:
    """The recogniser a row describes, trained first if it has data to learn from and has not.

    Raises:
        ExtraMissing: torch, transformers or the speaker's engine is not installed.
        CannotGet: the weights it begins with cannot be loaded.
        EmptyDataset: there is nothing to learn from.
    """
    train.need_torch()
    whisper = _begun(row)
    if training is None:
        return TunedWhisper(row.id, whisper, {})
    lessons, told = _lessons(row, paths, training)
    options = row.options
    characters = sum(len(text) for text in lessons.texts) * float(training.limits.get("epochs", options["epochs"]))
    recipe = train.Recipe(
        training.seed, characters, batch=int(options["batch"]), accumulate=int(options.get("accumulate", 1)),
        rate=float(options["rate"]), checks=0,
    )  # fmt: skip
    folder = Path(f"{training.path}-{digest({'characters': characters, **told})[:8]}")
    watch = training.watch
    train.fit(
        whisper.network,
        Dictation(whisper, lessons),
        recipe,
        to=folder,
        watch=lambda now: watch(f"{row.id}, seed {training.seed}", now),
    )
    return TunedWhisper(row.id, whisper, told)


def heard(whisper: Whisper, sounds: Sequence[np.ndarray]) -> list[str]:
    """What the network writes of sounds, the likeliest token each time, until it ends or has written as much as it can."""
    import torch

    network, letters = whisper.network, whisper.letters
    end = letters.eos_token_id
    most = int(network.config.max_target_positions) - len(whisper.prompt)
    with torch.inference_mode():
        shown = whisper.shown(sounds).to(network.device)
        seen = network.get_encoder()(shown)
        next_, past = torch.tensor([whisper.prompt] * len(sounds), device=network.device), None
        said: list[list[int]] = [[] for _ in sounds]
        over = [False] * len(sounds)
        for _ in range(most):
            out = network(encoder_outputs=seen, decoder_input_ids=next_, past_key_values=past, use_cache=True)
            past, best = out.past_key_values, out.logits[:, -1].argmax(dim=-1)
            for n, token in enumerate(best.tolist()):
                over[n] = over[n] or token == end
                said[n] += [] if over[n] else [token]
            if all(over):
                break
            next_ = best[:, None]
    return [letters.decode(tokens, skip_special_tokens=True).strip() for tokens in said]


class Lessons(NamedTuple):
    """Sounds in one file, where each begins and ends in it, and what is said."""

    path: Path
    ends: tuple[int, ...]
    texts: tuple[str, ...]

    def sound(self, number: int) -> np.ndarray:
        """One sound, read from the file."""
        begin = self.ends[number - 1] if number else 0
        kept = np.memmap(self.path, "<i2", "r", offset=2 * begin, shape=(self.ends[number] - begin,))
        return np.asarray(kept, np.float32) / 32768


class Dictation:
    """The task: to write what is heard."""

    def __init__(self, whisper: Whisper, lessons: Lessons) -> None:
        self._whisper, self._lessons = whisper, lessons
        self.size = len(lessons.texts)

    def batch(self, numbers: Sequence[int], draw: np.random.Generator) -> Batch:
        """Sounds and their transcripts; the prompt is given, not guessed."""
        del draw
        import torch

        prompt, end = self._whisper.prompt, self._whisper.letters.eos_token_id
        texts = [self._lessons.texts[n] for n in numbers]
        room = int(self._whisper.network.config.max_target_positions) - len(prompt)
        written = [self._whisper.written(text)[:room] for text in texts]
        longest = max(map(len, written)) + len(prompt)
        shown, wanted = torch.full((len(texts), longest), end), torch.full((len(texts), longest), -100)
        for row, (into, out) in zip(written, zip(shown, wanted, strict=True), strict=True):
            into[: len(prompt) + len(row)] = torch.tensor([*prompt, *row])
            out[len(prompt) - 1 : len(prompt) + len(row)] = torch.tensor([*row, end])
        sounds = self._whisper.shown([self._lessons.sound(n) for n in numbers])
        inputs = {"input_features": sounds, "decoder_input_ids": shown, "labels": wanted}
        return Batch(inputs, sum(map(len, texts)), sum(map(len, written)) + len(texts))

    def check(self, network: Any) -> None:
        """Nothing is held back: how long to learn was chosen before."""


def _begun(row: SystemRow) -> Whisper:
    import transformers

    repo, how = str(row.options["repo"]), asked_for(row.options.get("revision"))
    with loading(repo):
        network: Any = transformers.WhisperForConditionalGeneration.from_pretrained(repo, **how)
        return Whisper(
            transformers.WhisperFeatureExtractor.from_pretrained(repo, **how),
            transformers.AutoTokenizer.from_pretrained(repo, **how),
            network.eval(),
        )


def _lessons(row: SystemRow, paths: Sequence[Path], training: Training) -> tuple[Lessons, dict[str, Any]]:
    """The sounds of a row, made or gathered once and then kept under the hash of what they are made of."""
    from filelock import FileLock

    skills = sorted(row.options["datasets"])
    unknown = set(skills) - {"real", "synthetic"}
    if unknown:
        raise BadSystem(
            f"BadSystem: {row.id} learns from {', '.join(unknown)}.", "Name its datasets real or synthetic."
        )
    mouth = speaker.made(row.id, row.options["speaker"], paths) if "synthetic" in skills else None
    told = {"speaker": mouth.version} if mouth else {}
    seconds = 3600 * float(row.options["hours"]) / len(skills)
    items = {skill: _in_order(training.named(skill)) for skill in skills}
    mark = digest({
        "items": {skill: [item.id for item in its] for skill, its in items.items()}, "seconds": seconds,
        "by": told, "voices": list(row.options.get("voices", ())), "data": dict(row.options["datasets"]),
    })  # fmt: skip
    kept = training.path.parent / f"lessons-{mark}"
    with FileLock(f"{kept}.lock"):
        if not (kept / "lessons.json").exists():
            kept.mkdir(exist_ok=True)
            ends: list[int] = []
            texts: list[str] = []
            with (kept / "sounds").open("wb") as stream:
                for skill in skills:
                    voices = tuple(map(str, row.options.get("voices", ("0",))))
                    said = (
                        _said(items[skill], mouth, voices)
                        if skill == "synthetic" and mouth
                        else _recorded(items[skill])
                    )
                    spent = 0.0
                    for text, sound in said:
                        stream.write((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
                        ends.append((ends[-1] if ends else 0) + len(sound))
                        texts.append(text)
                        spent += len(sound) / RATE
                        if spent >= seconds:
                            break
            if not texts:
                raise EmptyDataset(f"EmptyDataset: {row.id} has no sound to learn from.", "Name a split that has some.")
            (kept / "lessons.json").write_text(json.dumps({"ends": ends, "texts": texts}), "utf-8")
    document = json.loads((kept / "lessons.json").read_text("utf-8"))
    lessons = Lessons(kept / "sounds", tuple(document["ends"]), tuple(document["texts"]))
    return lessons, {**told, "hours": round(lessons.ends[-1] / RATE / 3600, 4)}


def _in_order(items: Sequence[Item]) -> list[Item]:
    return sorted(items, key=lambda item: hashlib.sha256(item.id.encode()).hexdigest())


def _said(items: Sequence[Item], mouth: speaker.Speaker, voices: Sequence[str]) -> Iterator[tuple[str, np.ndarray]]:
    """The texts of items as a machine says them, one voice after another; what is too long for a Whisper is left out."""
    for at in range(0, len(items), ASKED_AT_ONCE):
        texts = [str(item.gold or item.input) for item in items[at : at + ASKED_AT_ONCE]]
        wishes = [Utterance(text, voices[(at + n) % len(voices)]) for n, text in enumerate(texts)]
        yield from (pair for pair in zip(texts, mouth.answer(wishes), strict=True) if len(pair[1]) <= LONGEST * RATE)


def _recorded(items: Sequence[Item]) -> Iterator[tuple[str, np.ndarray]]:
    """The recordings of items with their texts; one that is broken or too long for a Whisper is left out."""
    for item in items:
        try:
            yield str(item.gold), audio.read(Path(str(item.fields["audio"])), longest=LONGEST)
        except BadAudio:
            continue
