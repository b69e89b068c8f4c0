"""The hidden layers of a speech model of Hugging Face (Whisper, wav2vec 2.0, HuBERT, WavLM), each averaged over a clip."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from qadam.systems.speech import audio
from qadam.systems.training.pretrained import pretrained as with_head
from qadam.terms import SystemRow


class SpeechModel(NamedTuple):
    """A model with what prepares sound for it, and the device that the model stands on."""

    prepare: Any
    model: Any
    device: str


def load(row: SystemRow) -> Callable[[np.ndarray], np.ndarray]:
    """What turns samples into one row for each layer, (n_layers + 1, width); with the row's `layer`, into that one alone.

    Row 0 is what enters the first layer, the last is what leaves the highest. Whisper hears 30 seconds at most; its rows are
    means over what was said, not over the silence that it adds.

    Raises:
        ExtraMissing: torch or transformers is not installed.
        CannotGet: the model cannot be loaded.
    """
    found = pretrained(row, "AutoModel")
    encoder = found.model.get_encoder() if found.model.config.is_encoder_decoder else found.model
    only = row.options.get("layer")
    import torch

    def hear(samples: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            inputs = prepared(found, [samples])
            layers = encoder(**inputs, output_hidden_states=True).hidden_states
            frames = layers[0].shape[1]
            if "input_features" in inputs:  # a spectrogram padded to a fixed length
                share = min(1.0, len(samples) / audio.RATE / found.prepare.chunk_length)
                frames = max(1, round(frames * share))
            rows = torch.stack([layer[0, :frames].mean(dim=0) for layer in layers]).float().cpu().numpy()
        return np.asarray(rows if only is None else rows[int(only)])

    return hear


def pretrained(row: SystemRow, head: str, **settings: Any) -> SpeechModel:
    """The model of a row (options repo, revision) with a head of this `AutoModel` class, on a graphics card if there is one.

    Raises:
        ExtraMissing: torch or transformers is not installed.
        CannotGet: the model cannot be loaded.
    """
    return SpeechModel(*with_head(row, head, reads="AutoFeatureExtractor", **settings))


def prepared(found: SpeechModel, clips: list[np.ndarray]) -> dict[str, Any]:
    """Clips as the model wants them: waves with silence behind the shorter ones, or spectrograms."""
    least = 400  # samples: the first frame of a wav2vec 2.0
    padded = [np.pad(clip, (0, max(0, least - len(clip)))) for clip in clips]
    settings = {} if hasattr(found.prepare, "chunk_length") else {"padding": True}
    inputs = found.prepare(padded, sampling_rate=audio.RATE, return_tensors="pt", **settings)
    return {name: tensor.to(found.device) for name, tensor in inputs.items()}
