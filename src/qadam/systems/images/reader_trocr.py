"""An encoder-decoder of Hugging Face that reads a line: TrOCR and its kin, run here.

The row's option `model` is an id of the hub or a folder, `place` the revision.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from qadam.errors import BadData, ExtraMissing
from qadam.systems.weights import asked_for, loading
from qadam.terms import NO_ANSWER, UNSCORED, Missing, Picture, Said, SystemRow

TOGETHER = 8  # lines read at once
LONGEST = 128  # tokens of a line


class TrOCR:
    """A model and its processor, loaded when the first image comes."""

    def __init__(self, name: str, model: str, *, revision: str = "main") -> None:
        if lacking := [one for one in ("torch", "transformers", "PIL") if find_spec(one) is None]:
            raise ExtraMissing(
                f"ExtraMissing: {name} runs on {', '.join(lacking)}, which is not installed.",
                "pip install 'qadam[train,ocr]'",
            )
        self.name, self._model, self._revision = name, model, revision

    def answer(self, inputs: Sequence[Picture]) -> list[Said | Missing]:
        """The text of each image by greedy decoding; no answer where the model reads nothing, unscored where there is no image.

        Raises:
            CannotGet: the model cannot be fetched or loaded.
        """
        said: list[Said | Missing] = [UNSCORED] * len(inputs)
        images: dict[int, Any] = {}
        for number, picture in enumerate(inputs):
            try:
                images[number] = _opened(picture.png())
            except BadData:
                continue
        order = sorted(images, key=lambda number: images[number].width)
        for start in range(0, len(order), TOGETHER):
            batch = order[start : start + TOGETHER]
            for number, text in zip(batch, self._read([images[n] for n in batch]), strict=True):
                said[number] = Said(text) if text else NO_ANSWER
        return said

    def _read(self, images: Sequence[Any]) -> list[str]:
        import torch

        processor, model = self._loaded
        pixels = processor(images=list(images), return_tensors="pt").pixel_values.to(model.device)
        with torch.inference_mode():
            tokens = model.generate(pixels, max_new_tokens=LONGEST, do_sample=False, num_beams=1)
        return [" ".join(text.split()) for text in processor.batch_decode(tokens, skip_special_tokens=True)]

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        import torch
        import transformers

        library: Any = transformers  # whose loaders carry no types
        with loading(self._model, f"With a network: hf download {self._model} --revision {self._revision}"):
            processor = library.AutoProcessor.from_pretrained(self._model, **asked_for(self._revision))
            model = library.VisionEncoderDecoderModel.from_pretrained(self._model, **asked_for(self._revision))
        device = "cuda" if torch.cuda.is_available() else "cpu"
        return processor, model.to(device).eval()


def load(row: SystemRow, paths: Sequence[Path]) -> TrOCR:
    """The model a row names.

    Raises:
        ExtraMissing: torch, transformers or Pillow is not installed.
    """
    del paths
    return TrOCR(row.id, str(row.options["model"]), revision=str(row.options.get("place") or "main"))


def _opened(png: bytes) -> Any:
    from PIL import Image

    return Image.open(io.BytesIO(png)).convert("RGB")
