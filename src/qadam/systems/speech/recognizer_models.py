"""Recognisers that run on this machine: Whisper by CTranslate2, and Whisper, Wav2Vec2 and MMS of Hugging Face.

All of them decode greedily (one beam, temperature 0), so that the same recording gives the same words.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qadam.errors import ExtraMissing
from qadam.systems.speech.audio import read
from qadam.systems.training.train import need_torch
from qadam.systems.weights import asked_for, loading
from qadam.terms import SystemRow

RATE = 16_000  # samples per second all of these models learned from
WINDOW = 30.0  # seconds of sound that a Whisper hears at once


class FasterWhisper:
    """A Whisper of CTranslate2: the name of a size, or a folder with a converted model."""

    def __init__(self, row: SystemRow) -> None:
        try:
            import faster_whisper
        except ImportError as fault:
            raise ExtraMissing("ExtraMissing: faster-whisper is not installed.", "pip install 'qadam[asr]'") from fault
        name, self._language = str(row.options["model"]), str(row.options.get("language", "kk"))
        kind, off = str(row.options.get("compute", "default")), asked_for()["local_files_only"]
        with loading(name):
            self._model = faster_whisper.WhisperModel(name, compute_type=kind, local_files_only=off)

    def __call__(self, path: Path) -> str:
        """The words of a recording."""
        pieces, _ = self._model.transcribe(
            read(path, rate=RATE),
            language=self._language,
            beam_size=1,
            temperature=0.0,
            condition_on_previous_text=False,
        )
        return " ".join(piece.text.strip() for piece in pieces).strip()


class Transformers:
    """A model of Hugging Face: one that writes like Whisper, or one that spells by CTC like Wav2Vec2 and MMS.

    Options: `model`, `place` (revision), `language` (kk for Whisper; kaz chooses the adapter of MMS).
    """

    def __init__(self, row: SystemRow) -> None:
        self._torch = need_torch()
        import transformers

        name, how = str(row.options["model"]), asked_for(row.options.get("place"))
        self._language = str(row.options.get("language", ""))
        with loading(name):
            config = transformers.AutoConfig.from_pretrained(name, **how)
            self._spells = config.model_type in ("wav2vec2", "wav2vec2-bert", "hubert", "wavlm")
            head = "AutoModelForCTC" if self._spells else "AutoModelForSpeechSeq2Seq"
            adapter: dict[str, Any] = {}
            if self._spells and self._language:
                adapter = {"target_lang": self._language, "ignore_mismatched_sizes": True}
            processors: Any = transformers.AutoProcessor
            self._processor = processors.from_pretrained(
                name, **how, **({"target_lang": self._language} if adapter else {})
            )
            model = getattr(transformers, head).from_pretrained(name, **how, **adapter)
        self._device = "cuda" if self._torch.cuda.is_available() else "cpu"
        self._model = model.eval().to(self._device)

    def __call__(self, path: Path) -> str:
        """The words of a recording; a long one is heard in windows, one after another."""
        sound = read(path, rate=RATE)
        step = int(WINDOW * RATE)
        parts = [sound[start : start + step] for start in range(0, len(sound), step)]
        with self._torch.inference_mode():
            return " ".join(said for part in parts if (said := self._words(part))).strip()

    def _words(self, sound: Any) -> str:
        given = self._processor(sound, sampling_rate=RATE, return_tensors="pt").to(self._device)
        if self._spells:
            ids = self._model(**given).logits.argmax(dim=-1)
        else:
            language = {"language": self._language or "kk", "task": "transcribe"} if self._multilingual() else {}
            ids = self._model.generate(**given, do_sample=False, num_beams=1, **language)
        return str(self._processor.batch_decode(ids, skip_special_tokens=True)[0]).strip()

    def _multilingual(self) -> bool:
        """Whether the model is told which language to write; a model tuned to one may not know the question."""
        return bool(getattr(self._model.generation_config, "lang_to_id", None))
