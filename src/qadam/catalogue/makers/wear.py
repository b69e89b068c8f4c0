"""Wears an image as printing, scanning and photographing do: less sharp, noisy, tilted, unevenly lit, compressed."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import numpy as np


def worn(image: Any, how: Mapping[str, float], *, seed: int) -> Any:
    """A copy of a grey image, worn.

    Args:
        image: of Pillow, in mode L.
        how: what is done, in this order; what is not named is not done. `break`: share 0-1 of the ink that did not print;
            `scale`: the image is brought to this share of its side and back; `blur`: radius in pixels; `tilt`: at most so
            many degrees to either side; `shade`: so many of 255 grey levels darker at one end; `noise`: standard
            deviation in grey levels; `jpeg`: quality 1-95.
        seed: of all that is drawn by chance; the same seed gives the same copy.

    Returns:
        An image of mode L; a tilted one is larger.
    """
    if not how:
        return image
    from PIL import Image, ImageFilter

    chance = np.random.default_rng(seed)
    if share := how.get("break"):
        grey = np.asarray(image).copy()
        grey[chance.random(grey.shape) < share] = 255
        image = Image.fromarray(grey)
    if scale := how.get("scale"):
        small = image.resize([max(1, round(side * scale)) for side in image.size], Image.Resampling.BICUBIC)
        image = small.resize(image.size, Image.Resampling.BICUBIC)
    if radius := how.get("blur"):
        image = image.filter(ImageFilter.GaussianBlur(radius))
    if tilt := how.get("tilt"):
        angle = chance.uniform(-tilt, tilt)
        image = image.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    grey = np.asarray(image, dtype=float)
    if shade := how.get("shade"):
        across = np.linspace(0, shade, grey.shape[1])
        grey = grey - (across if chance.random() < 0.5 else across[::-1])
    if noise := how.get("noise"):
        grey = grey + chance.normal(0, noise, grey.shape)
    image = Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))
    if quality := how.get("jpeg"):
        out = io.BytesIO()
        image.save(out, "JPEG", quality=int(quality))
        image = Image.open(out).convert("L")
    return image
