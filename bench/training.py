"""Training a small masked language model with Qadam against a bare PyTorch loop that does the same steps, in turn."""

from __future__ import annotations

import shutil
import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from qadam.catalogue import items
from qadam.catalogue.fetch import Places
from qadam.systems.training import objectives, pieces, shapes, train

REPEATS = 5
STEPS = 20
SIZE = {"width": 64, "layers": 3, "heads": 4}


def bare(network: Any, task: objectives.Masked, recipe: train.Recipe) -> None:
    """The loop that everybody writes: batch, loss, gradients, clip, step."""
    optimizer = torch.optim.AdamW(network.parameters(), lr=recipe.rate, betas=(0.9, 0.98))
    network.train()
    for step, numbers in zip(range(STEPS), train.order(task.size, recipe.batch, recipe.seed), strict=False):
        batch = task.batch(numbers, np.random.default_rng([recipe.seed, 1, step]))
        optimizer.zero_grad(set_to_none=True)
        network(**batch.inputs).loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), recipe.clip)
        optimizer.step()


def main() -> None:
    """Print one table row."""
    places = Places.from_environment()
    folder = Path(places.home) / "bench"
    texts = [item.input["kk"] for item in items.load("parallel-mini/all", places)]
    pieces.train("bpe", texts, vocabulary=2000, seed=13, to=folder / "pieces.json")
    cutting = pieces.load(folder / "pieces.json")
    task = objectives.Masked(cutting, objectives.windows(texts * 40))
    characters = sum(
        len(task.texts[n])
        for _, batch in zip(range(STEPS), train.order(task.size, 32, 13), strict=False)
        for n in batch
    )
    recipe = train.Recipe(13, characters=characters, checks=0)
    pairs = []
    for number in range(REPEATS + 1):
        shutil.rmtree(folder / "network", ignore_errors=True)
        ours, theirs = (shapes.masked(cutting.size, SIZE, 13) for _ in range(2))
        begun, worked = time.perf_counter(), time.process_time()
        course = train.fit(ours, task, recipe, to=folder / "network")
        middle, between = time.perf_counter(), time.process_time()
        bare(theirs, task, recipe)
        ended, after = time.perf_counter(), time.process_time()
        assert course.step == STEPS
        if number:  # the first round warms up
            pairs.append((middle - begun, between - worked, ended - middle, after - between))
    a, cpu_a, b, cpu_b = (statistics.median(p[k] for p in pairs) for k in range(4))
    print(
        f"| {STEPS} training steps, 32 x 256 characters, files included | {a:.2f} s (CPU {cpu_a:.2f} s) | "
        f"{b:.2f} s (CPU {cpu_b:.2f} s, bare PyTorch loop) | {b / a:.2f} |"
    )


if __name__ == "__main__":
    main()
