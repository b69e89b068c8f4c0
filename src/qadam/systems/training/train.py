"""Trains a network from a recipe: one seed gives the same weights, also when it was killed on the way and started again.

What a step sees depends on the recipe and the number of the step alone; nothing is drawn from a generator that would have
to be rewound. A checkpoint holds weights, optimizer, the state of the dropout generator and the position, is written aside and
renamed, and lies in the folder of the result until that is complete.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np

from qadam.errors import BadCheckpoint, EmptyDataset, ExtraMissing, NotTrained, OutOfMemory
from qadam.terms import digest

POINTS = 100  # of a learning curve
KEEP_EVERY = 30.0  # seconds between two checkpoints
LOOSE = 1.25  # lengths this far apart may pass for each other, so that a small set is not parted alike in each epoch


@dataclass(frozen=True)
class Recipe:
    """How long and how a network is trained; every value here may move a weight.

    The budget is `characters` of text shown, repeats included, or `flops`; with both, what is spent first ends it. `rate` is
    the highest learning rate, reached after the share `warmup` of the budget and then lowered along a cosine to a tenth.
    `batch` examples make one step, shown in `accumulate` portions; they are of like length, found among so many steps' worth of
    examples as `alike` says, where a task tells its `lengths`. `checks` is how often a task that can be checked is.
    """

    seed: int
    characters: float = math.inf
    flops: float = math.inf
    batch: int = 32
    accumulate: int = 1
    alike: int = 50
    rate: float = 2e-3
    warmup: float = 0.05
    decay: float = 0.01
    clip: float = 1.0
    precision: Literal["float32", "bfloat16"] = "float32"
    checks: int = 10

    def rate_at(self, share: float) -> float:
        """The learning rate after a share of the budget (0-1).

        Source: linear warm-up and cosine decay as in Radford et al. (2018) and Hoffmann et al. (2022).
        """
        if share < self.warmup:
            return self.rate * max(share, 1e-3) / self.warmup
        rest = (share - self.warmup) / (1 - self.warmup)
        return self.rate * (0.1 + 0.45 * (1 + math.cos(math.pi * min(rest, 1.0))))


class Batch(NamedTuple):
    """What one portion shows the network: its inputs by name, how much text and how many tokens that is.

    `guessed` is how many tokens the output layer works on, if it is not all of them.
    """

    inputs: Mapping[str, Any]
    characters: int
    tokens: int
    guessed: int | None = None


class Task(Protocol):
    """What is learned: a number of examples, and batches made of them; `lengths` of the examples, if they differ, in characters.

    `draw` is a generator of this step alone, for masks and the like. `check(network)` gives a number on text held back, higher
    is better, or None if there is nothing to check; the weights with the best one are kept.
    """

    size: int

    def batch(self, numbers: Sequence[int], draw: np.random.Generator) -> Batch:
        """The examples of these numbers, ready for the network."""
        ...

    def check(self, network: Any) -> float | None:
        """How good the network is now on what was held back."""
        ...


class Progress(NamedTuple):
    """How far a training is: the share of its budget (0-1), and what a person who waits would like to know."""

    share: float
    step: int
    loss: float
    tokens_per_second: float
    seconds_left: float
    utilisation: float | None  # of the floating point peak of a graphics card we know, 0-1


Watch = Callable[[Progress], None]


@dataclass
class Course:
    """Where a training stands and what it went through."""

    step: int = 0
    characters: int = 0
    tokens: int = 0
    flops: float = 0.0
    seconds: float = 0.0
    curve: list[tuple[float, float]] = field(default_factory=list)  # share of the budget, loss in nats
    checked: list[tuple[float, float]] = field(default_factory=list)  # share of the budget, what the check gave

    def share(self, recipe: Recipe) -> float:
        """How much of the budget is spent, 0-1."""
        return min(1.0, max(self.characters / recipe.characters, self.flops / recipe.flops))


def fit(network: Any, task: Task, recipe: Recipe, *, to: Path, watch: Watch = lambda progress: None) -> Course:
    """Train a network until its budget is spent, keep it in the folder `to`, and return what it went through.

    A folder with a finished network is not trained again; one with a checkpoint goes on from there, to the same weights as
    without the break (same machine, number of threads and version of torch).

    Args:
        network: a torch module whose call returns something with `loss`; it ends up trained, on the CPU.
        task: what is learned.
        recipe: how long and how.
        to: folder of the result: `weights.safetensors` and `course.json`.
        watch: called about once a second.

    Raises:
        EmptyDataset: the task has no example.
        NotTrained: the loss is no number any more; message names the step.
        OutOfMemory: a batch does not fit.
        BadCheckpoint: a checkpoint is damaged or of another recipe.
    """
    torch = need_torch()
    if not task.size:
        raise EmptyDataset("EmptyDataset: there is nothing to train on.", "Name a split that has examples.")
    to.mkdir(parents=True, exist_ok=True)
    if (to / "course.json").exists():
        return restore(network, to)
    if math.isinf(recipe.characters) and math.isinf(recipe.flops):
        raise ValueError("A recipe needs a budget: characters or flops.")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    mark = digest({**asdict(recipe), "network": _shape(network)})
    with torch.random.fork_rng():
        torch.manual_seed(recipe.seed)
        network.to(device).train()
        optimizer = torch.optim.AdamW(_groups(network, recipe.decay), lr=recipe.rate, betas=(0.9, 0.98))
        run = _Run(network, optimizer, task, recipe, per_token(network), device)
        if (to / "checkpoint.pt").exists():
            run.restore(to / "checkpoint.pt", mark)
        with _memory_named(recipe):
            run.through(lambda: run.keep(to / "checkpoint.pt", mark), watch)
    network.to("cpu").eval()
    return _finish(network, run.course, to)


class _Run:
    """One training on its way."""

    def __init__(self, network: Any, optimizer: Any, task: Task, recipe: Recipe, cost: Cost, device: str) -> None:
        self.network, self.optimizer, self.task, self.recipe = network, optimizer, task, recipe
        self.cost, self.device = cost, device
        self.course = Course()
        self.best: dict[str, Any] | None = None

    def through(self, keep: Callable[[], None], watch: Watch) -> None:
        """Step by step to the end of the budget, with checks, checkpoints and progress on the way."""
        course, recipe = self.course, self.recipe
        kept = told = started = time.monotonic()
        begun, before = course.seconds, course.tokens
        recent: list[float] = []
        lengths = getattr(self.task, "lengths", None)
        for numbers in order(self.task.size, recipe, start=course.step, lengths=lengths):
            share = course.share(recipe)
            if share >= 1.0:
                break
            recent.append(self._step(numbers, share))
            now = time.monotonic()
            course.seconds = begun + now - started
            share = course.share(recipe)
            if share >= (len(course.curve) + 1) / POINTS or share >= 1.0:
                course.curve.append((share, float(np.mean(recent))))
                recent.clear()
            if recipe.checks and share >= (len(course.checked) + 1) / recipe.checks:
                self._check(share)
            if now - told > 1.0 or share >= 1.0:
                told = now
                speed = (course.tokens - before) / max(now - started, 1e-9)
                watch(self._progress(share, speed))
            if now - kept > KEEP_EVERY:
                keep()
                kept = time.monotonic()
        if self.best is not None:
            self.network.load_state_dict(self.best)

    def _step(self, numbers: Sequence[int], share: float) -> float:
        import torch

        draw = np.random.default_rng([self.recipe.seed, 1, self.course.step])
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.rate_at(share)
        self.optimizer.zero_grad(set_to_none=True)
        total = 0.0
        portions = np.array_split(np.asarray(numbers), min(self.recipe.accumulate, len(numbers)))
        half = self.recipe.precision == "bfloat16"
        for portion in portions:
            batch = self.task.batch([int(n) for n in portion], draw)
            inputs = {name: value.to(self.device) for name, value in batch.inputs.items()}
            with torch.autocast(self.device, dtype=torch.bfloat16) if half else nullcontext():
                loss = self.network(**inputs).loss
            (loss * (len(portion) / len(numbers))).backward()
            total += float(loss.detach()) * len(portion) / len(numbers)
            self.course.characters += batch.characters
            self.course.tokens += batch.tokens
            self.course.flops += self.cost.of(batch, batch.tokens / max(1, len(portion)))
        if not math.isfinite(total):
            raise NotTrained(
                f"NotTrained: the loss is {total} at step {self.course.step}, after {self.course.characters:,} characters.",
                f"The learning rate {self.recipe.rate:g} is likely too high: halve it in the recipe and run again.",
            )
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.recipe.clip)
        self.optimizer.step()
        self.course.step += 1
        return total

    def _check(self, share: float) -> None:
        import torch

        self.network.eval()
        with torch.random.fork_rng(), torch.inference_mode():
            value = self.task.check(self.network)
        self.network.train()
        if value is None:
            self.course.checked.append((share, math.nan))
            return
        if not self.course.checked or value > max(v for _, v in self.course.checked):
            self.best = {name: tensor.detach().clone() for name, tensor in self.network.state_dict().items()}
        self.course.checked.append((share, float(value)))

    def _progress(self, share: float, speed: float) -> Progress:
        course = self.course
        left = course.seconds * (1 - share) / max(share, 1e-9)
        peak = _peak() if self.device == "cuda" else None
        used = course.flops / max(course.seconds, 1e-9) / peak if peak else None
        return Progress(share, course.step, course.curve[-1][1] if course.curve else math.nan, speed, left, used)

    def keep(self, path: Path, mark: str) -> None:
        """Write a checkpoint aside and rename it."""
        import torch

        state = {
            "mark": mark,
            "network": self.network.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "chance": torch.get_rng_state(),
            "chance_cuda": torch.cuda.get_rng_state_all() if self.device == "cuda" else [],
            "course": asdict(self.course),
            "best": self.best,
        }
        part = path.with_name(f"{path.name}.part")
        torch.save(state, part)
        part.replace(path)

    def restore(self, path: Path, mark: str) -> None:
        """Go back to where a checkpoint stands; nothing in it is ever executed."""
        import torch

        again = f"Remove {path} and run again: the training begins anew."
        try:
            state = torch.load(path, map_location="cpu", weights_only=True)
        except Exception as fault:  # torch has no one error for a damaged file
            raise BadCheckpoint(f"BadCheckpoint: {path} cannot be read ({type(fault).__name__}).", again) from fault
        if state.get("mark") != mark:
            raise BadCheckpoint(f"BadCheckpoint: {path} was made by another recipe or network.", again)
        self.network.load_state_dict(state["network"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.course = Course(**state["course"])
        self.best = state["best"]
        torch.set_rng_state(state["chance"])
        if state["chance_cuda"]:
            torch.cuda.set_rng_state_all(state["chance_cuda"])


def restore(network: Any, folder: Path) -> Course:
    """Put the weights that `fit` has kept into a network of the same shape, and return what it went through.

    Raises:
        BadCheckpoint: the folder holds none, or none that fits.
    """
    from safetensors.torch import load_model

    try:
        went = course(folder)
        load_model(network, str(folder / "weights.safetensors"))
    except Exception as fault:
        raise BadCheckpoint(
            f"BadCheckpoint: {folder} holds no network of this shape ({type(fault).__name__}).",
            f"Remove {folder} and run again: it is trained anew.",
        ) from fault
    network.eval()
    return went


def course(folder: Path) -> Course:
    """What a finished training in a folder went through."""
    kept = json.loads((folder / "course.json").read_text("utf-8"))
    pairs = {name: [tuple(pair) for pair in kept[name]] for name in ("curve", "checked")}
    return Course(**{**kept, **pairs})


def order(size: int, recipe: Recipe, *, start: int = 0, lengths: Sequence[int] | None = None) -> Iterator[list[int]]:
    """The numbers of the examples of each step, forever: each epoch in an order of its own, from step `start` on.

    With `lengths`, steps are cut from shuffled stretches sorted by length and come in an order of their own: a step of
    reviews drawn as they come is four fifths padding. Every vocabulary sees the same steps, for length is in characters.
    """
    batch = recipe.batch
    per_epoch = -(-size // batch)
    step = start
    while True:
        epoch, first = divmod(step, per_epoch)
        draw = np.random.default_rng([recipe.seed, 0, epoch])
        shuffled = draw.permutation(size)
        steps = np.arange(per_epoch)
        if lengths is not None:
            long, stretch = np.asarray(lengths)[shuffled] * draw.uniform(1, LOOSE, size), recipe.alike * batch
            for at in range(0, size, stretch):
                there = slice(at, at + stretch)
                shuffled[there] = shuffled[there][np.argsort(long[there], kind="stable")]
            draw.shuffle(steps)
        for position in steps[first:]:
            yield shuffled[position * batch : (position + 1) * batch].tolist()
            step += 1


class Cost(NamedTuple):
    """Floating point operations of training: per token, per token that is guessed, per token and token of its context."""

    weights: float
    head: float
    attention: float

    def of(self, batch: Batch, context: float) -> float:
        """What a batch takes, whose examples are `context` tokens long on average."""
        guessed = batch.tokens if batch.guessed is None else batch.guessed
        return batch.tokens * (self.weights + self.attention * context) + guessed * self.head


def per_token(network: Any) -> Cost:
    """What a token costs in training: six operations per weight it is multiplied with, and the attention.

    Looking up an embedding multiplies nothing, the output layer does, also where it shares its weights with the embedding.

    Source: Kaplan et al. (2020), 6 N; attention 12 L d per token of context as in Chowdhery et al. (2022), appendix B.
    """
    import torch

    looked_up = {id(m.weight) for m in network.modules() if isinstance(m, torch.nn.Embedding)}
    weights = sum(p.numel() for p in network.parameters() if id(p) not in looked_up)
    output = network.get_output_embeddings() if hasattr(network, "get_output_embeddings") else None
    head = 0 if output is None else output.weight.numel()
    if output is not None and id(output.weight) not in looked_up:
        weights -= head
    config = getattr(network, "config", None)
    layers, width = getattr(config, "num_hidden_layers", 0), getattr(config, "hidden_size", 0)
    return Cost(6.0 * weights, 6.0 * head, 12.0 * layers * width)


@contextmanager
def one_thread() -> Iterator[None]:
    """One thread of torch for a small network: several that share the cores would wait for each other most of the time.

    Besides, the weights are then the same on a machine with more cores.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def need_torch() -> Any:
    """torch, quietly.

    Raises:
        ExtraMissing: it is not installed, or transformers is not.
    """
    try:
        import torch
        import transformers
    except ImportError as fault:
        raise ExtraMissing(
            "ExtraMissing: training needs torch and transformers, which are not installed.",
            "pip install 'qadam[train]'",
        ) from fault
    quiet: Any = transformers.logging
    quiet.set_verbosity_error()
    return torch


def _finish(network: Any, course: Course, to: Path) -> Course:
    """Keep weights and course; the course last, since it says that all is there."""
    from safetensors.torch import save_model

    part = to / "weights.safetensors.part"
    save_model(network, str(part))
    part.replace(to / "weights.safetensors")
    part = to / "course.json.part"
    part.write_text(json.dumps(asdict(course)), encoding="utf-8")
    part.replace(to / "course.json")
    (to / "checkpoint.pt").unlink(missing_ok=True)
    return course


def _groups(network: Any, decay: float) -> list[dict[str, Any]]:
    """Weights that decay and those that do not: biases and norms, which have one dimension."""
    matrices = [p for p in network.parameters() if p.requires_grad and p.dim() > 1]
    vectors = [p for p in network.parameters() if p.requires_grad and p.dim() <= 1]
    return [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]


def _shape(network: Any) -> list[str]:
    return [f"{name} {tuple(tensor.shape)}" for name, tensor in network.state_dict().items()]


@contextmanager
def _memory_named(recipe: Recipe) -> Iterator[None]:
    try:
        yield
    except (MemoryError, RuntimeError) as fault:
        text = str(fault).lower()
        if isinstance(fault, MemoryError) or "out of memory" in text or "can't allocate memory" in text:
            raise OutOfMemory(
                f"OutOfMemory: a batch of {recipe.batch} in {recipe.accumulate} portions does not fit.",
                f"Raise accumulate to {2 * recipe.accumulate} in the recipe: the same step in smaller portions.",
            ) from fault
        raise


def _peak() -> float | None:
    """The peak of the graphics card in bfloat16 operations a second, if it is one of those listed beside this file."""
    import tomllib

    import torch

    name = torch.cuda.get_device_name()
    peaks = tomllib.loads(Path(__file__).with_name("peaks.toml").read_text("utf-8"))["teraflops"]
    return next((1e12 * value for key, value in peaks.items() if key in name), None)
