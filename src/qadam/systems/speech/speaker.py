"""Speakers: a text is said aloud by a machine, and the sound comes back as samples.

espeak-ng  the rules of espeak-ng for Kazakh (`kk`) in many voices; apt-get install espeak-ng, or pip install 'qadam[tts]'
piper      a network of piper: options `repo`, `revision`, `voice` (a file .onnx of Hugging Face), or the files themselves; a voice
           is the number of its speaker
vits       a VITS network of Hugging Face (options `repo`, `revision`), such as MMS; pace is followed, pitch is not

Whatever the engine, what it is given is Kazakh in Cyrillic with numbers in words: espeak-ng reads Latin letters as English and
spells Arabic ones by their English names, and reads 15-ші as fifteen.
"""

from __future__ import annotations

import ctypes.util
import json
import struct
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from qadam.errors import BadSystem, ExtraMissing
from qadam.kazakh.numbers_to_words import to_words
from qadam.kazakh.script import transliterate
from qadam.systems.weights import asked_for, loading
from qadam.terms import SystemRow, Utterance, digest

RATE = 16_000  # samples a second of what is returned
USUAL = 160  # words a minute at which a network speaks if it is told nothing
PATIENCE = 60.0  # seconds espeak-ng may take to start, and a hundredth of it for each text

INSTALL = "apt-get install espeak-ng, or: pip install 'qadam[tts]'"
PROGRAM = Path(__file__).with_name("espeak.py")

Say = Callable[[Sequence[Utterance]], list[np.ndarray]]


class Speaker:
    """Something that says texts; `version` names the engine, since another one says them in another way."""

    def __init__(self, name: str, version: str, say: Say) -> None:
        self.name, self.version, self._say = name, version, say

    def answer(self, inputs: Sequence[Utterance]) -> list[np.ndarray]:
        """The sound of each text, (n_samples,) of float32 between -1 and 1, 16,000 a second.

        Raises:
            BadSystem: the engine broke off, or has no such voice.
        """
        return self._say([wish._replace(text=spoken(wish.text)) for wish in inputs])


def load(row: SystemRow, paths: Sequence[Path]) -> Speaker:
    """The speaker a row describes.

    Raises:
        ExtraMissing: the engine is not installed; the message says how to get it.
        CannotGet: the network cannot be loaded.
        BadSystem: the row's format is none of ours.
    """
    return made(row.id, {**row.options, "engine": row.format}, paths)


def made(name: str, options: Any, paths: Sequence[Path] = ()) -> Speaker:
    """A speaker from the options of a row: its `engine`, and what that needs."""
    engine = str(options["engine"])
    if engine not in _ENGINES:
        raise BadSystem(f"BadSystem: {name} speaks with an unknown engine {engine!r}.", f"Known: {', '.join(_ENGINES)}")
    return _ENGINES[engine](name, options, paths)


def spoken(text: str) -> str:
    """A text as it is given to an engine: Latin and Arabic letters in Cyrillic, numbers in words."""
    for script in ("kk-Latn", "kk-Arab"):
        text = transliterate(text, script, target="kk-Cyrl")
    return to_words(text)


# --- espeak-ng ------------------------------------------------------------------------------------------------------


def library() -> tuple[str, str]:
    """Where the library of espeak-ng lies, and its data ("" for those of the system).

    Raises:
        ExtraMissing: neither the system nor the package espeakng-loader has it.
    """
    if own := ctypes.util.find_library("espeak-ng"):
        return own, ""
    if find_spec("espeakng_loader"):
        import espeakng_loader

        return str(espeakng_loader.get_library_path()), str(espeakng_loader.get_data_path())
    raise ExtraMissing("ExtraMissing: espeak-ng, which speaks Kazakh, is not installed.", INSTALL)


def _espeak(name: str, options: Any, paths: Sequence[Path]) -> Speaker:
    del options, paths
    library()

    def say(wishes: Sequence[Utterance]) -> list[np.ndarray]:
        """A process for each voice: what it says depends on that voice's texts alone."""
        sounds: dict[int, np.ndarray] = {}
        for voice in dict.fromkeys(wish.voice for wish in wishes):
            places = [place for place, wish in enumerate(wishes) if wish.voice == voice]
            said, _ = _run([wishes[place] for place in places])
            for place, sound in zip(places, said, strict=True):
                if sound is None:
                    raise BadSystem(
                        f"BadSystem: {name} has no voice {voice!r}.", "See those it has: espeak-ng --voices=variant"
                    )
                sounds[place] = sound
        return [sounds[place] for place in range(len(wishes))]

    return Speaker(name, f"espeak-ng {_run([])[1]}", say)


def _run(wishes: Sequence[Utterance]) -> tuple[list[np.ndarray | None], str]:
    """What the library says of each text, None for a voice that it lacks; and its version."""
    lines = "".join(json.dumps(wish._asdict()) + "\n" for wish in wishes)
    patience = PATIENCE * (1 + len(wishes) / 100)
    try:
        out = subprocess.run(
            [sys.executable, "-I", str(PROGRAM), *library()],
            input=lines.encode(), capture_output=True, timeout=patience, check=True,
        ).stdout  # fmt: skip
    except (OSError, subprocess.SubprocessError) as fault:
        raise BadSystem(f"BadSystem: espeak-ng broke off ({type(fault).__name__}).", INSTALL) from fault
    rate, length = struct.unpack_from("<ii", out)
    at, version = 8 + length, out[8 : 8 + length].decode()
    sounds: list[np.ndarray | None] = []
    for _ in wishes:
        (size,) = struct.unpack_from("<i", out, at)
        at += 4
        sounds.append(None if size < 0 else at_rate(np.frombuffer(out, "<i2", size // 2, at) / 32768.0, rate))
        at += max(0, size)
    return sounds, version


# --- networks -------------------------------------------------------------------------------------------------------


def _piper(name: str, options: Any, paths: Sequence[Path]) -> Speaker:
    if find_spec("piper") is None:
        raise ExtraMissing(f"ExtraMissing: {name} needs the package piper-tts.", "pip install 'qadam[tts]'")
    from piper import PiperVoice, SynthesisConfig

    network, config = paths or _from_hub(options)
    voice = PiperVoice.load(network, config_path=config)

    def say(wishes: Sequence[Utterance]) -> list[np.ndarray]:
        sounds = []
        for wish in wishes:
            how = SynthesisConfig(speaker_id=int(wish.voice or 0), length_scale=USUAL / wish.pace)
            parts = list(voice.synthesize(wish.text, how))
            sound = np.concatenate([part.audio_float_array for part in parts])
            sounds.append(at_rate(sound, parts[0].sample_rate))
        return sounds

    return Speaker(name, f"piper {network.name}", say)


def _from_hub(options: Any) -> list[Path]:
    """The network of a piper voice and the file that describes it."""
    from huggingface_hub import hf_hub_download

    repo, file = str(options["repo"]), str(options["voice"])
    with loading(repo, f"With a network: hf download {repo} {file} {file}.json"):
        how = asked_for(options.get("revision"))
        return [Path(hf_hub_download(repo, name, **how)) for name in (file, f"{file}.json")]


def _vits(name: str, options: Any, paths: Sequence[Path]) -> Speaker:
    """VITS draws its rhythm and its voice from noise: that of an utterance comes from the utterance alone."""
    del paths
    from qadam.systems.training.train import need_torch

    torch = need_torch()
    import transformers

    repo, how = str(options["repo"]), asked_for(options.get("revision"))
    with loading(repo):
        tokenizer = transformers.AutoTokenizer.from_pretrained(repo, **how)
        network: Any = transformers.VitsModel.from_pretrained(repo, **how)
        network.eval()

    def say(wishes: Sequence[Utterance]) -> list[np.ndarray]:
        sounds = []
        for wish in wishes:
            network.speaking_rate = wish.pace / USUAL
            speaker = int(wish.voice) if network.config.num_speakers > 1 else None
            with torch.random.fork_rng(), torch.inference_mode():
                torch.manual_seed(int(digest(wish._asdict())[:8], 16))
                sound = network(**tokenizer(wish.text, return_tensors="pt"), speaker_id=speaker).waveform[0]
            sounds.append(at_rate(sound.numpy(), int(network.config.sampling_rate)))
        return sounds

    return Speaker(name, f"{repo}@{how['revision']}", say)


def at_rate(sound: np.ndarray, rate: int) -> np.ndarray:
    """A sound at 16,000 samples a second; what is too high for that is filtered out first."""
    if rate == RATE:
        return np.asarray(sound, np.float32)
    from math import gcd

    from scipy.signal import resample_poly

    shared = gcd(RATE, rate)
    return np.asarray(resample_poly(sound, RATE // shared, rate // shared), np.float32)


_ENGINES: dict[str, Callable[[str, Any, Sequence[Path]], Speaker]] = {
    "espeak-ng": _espeak,
    "piper": _piper,
    "vits": _vits,
}
