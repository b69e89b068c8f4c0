"""How long what must be trained first will take here: reckoned from the shape of a network and the text it is to be shown.

An estimate to plan an evening with, and rather too long than too short: everything that a row can learn is counted,
whatever of it the protocol asks for, but pairs and forms only where it has a budget for them. What lies in the cache is not counted.
Networks for a graphics card are left out, for nobody here has measured one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from qadam.catalogue import items, tables
from qadam.systems.load import STEP
from qadam.terms import SystemRow

CORES = 2  # what times of a plan are told for
OPERATIONS = 25e9  # a second and core: measured 20 to 36e9 on networks of width 64, over pieces and over bytes
TAGGER = 620.0  # seconds of one core for a BiLSTM-CRF with its vectors (docs/kaznerd-tagger.md)
BYTES = 1.8  # of a character of Kazakh (the byte premium of tokenizer-tax)
LESSONS = {"linear": 5.0, "network": 14.0}  # seconds of one core for a cell of a transfer: its lessons and its answers
LEARNED = 3000.0  # sentences of the source language that this was measured with
READING, ARMS = 52e3, 4  # characters a second and core that a transfer's body reads; arms that stand on one body
PIECES = {"bytes": 1.8, "characters": 1.0}  # a character in each way to cut; pieces of a learned vocabulary below
OF_BPE = {
    500: 0.53,
    2_048: 0.35,
    8_192: 0.27,
    32_768: 0.21,
}  # the same by the size of a vocabulary, measured on reading-kk
LEAST = 1e6  # operations that a piece takes as long as, however small the network
FORMS = 0.5  # a character of a lemma with its features and of its form, at least: rare words are cut finely
MORE_STEPS = (
    0.2  # of the time for labels, for each more step made of the usual one: measured 1.25 with 16, 1.64 with 8 examples
)
HIDDEN = 0.15  # share of the pieces that a masked network guesses
BUDGETS = {
    "translating": "translated",
    "inflecting": "inflected",
}  # the limit of the protocol for what is learned from pairs


def seconds(
    row: SystemRow, seeds: Collection[int], *, limits: Mapping[str, float], kept: Path, cells: int = 0
) -> float:
    """Seconds on two cores until a system is ready with every seed.

    Args:
        limits: those of the protocol, such as a budget of characters.
        kept: the folder of the cache and the beginning of the names under which a system is kept there, without the seed.
        cells: how many it has to fill; who is taught when it is asked learns anew for each.
    """
    if "GPU" in row.needs:
        return 0.0
    if row.kind == "sequence_tagger":
        return sum(TAGGER / CORES for seed in seeds if not _has(kept, seed, "-0"))
    if row.kind == "transfer":
        return _transferred(row, len(seeds), limits, cells)
    if row.kind != "network":
        return 0.0
    work = {skill: _operations(row, skill, limits) for skill in _skills(row, limits)}
    left = (work[skill] for seed in seeds for skill in work if not _has(kept, seed, f"-{skill}-"))
    return sum(left) / OPERATIONS / CORES


def _transferred(row: SystemRow, seeds: int, limits: Mapping[str, float], cells: int) -> float:
    """Seconds on two cores for lessons and answers of an arm, and its share of the reading that is done once for all arms."""
    each = LESSONS[row.format] * float(limits.get("sentences", LEARNED)) / LEARNED
    reading = 0.0
    if row.format == "network":
        each *= _of_small_steps(limits)
        reading = float(limits["characters"]) / READING / ARMS * CORES  # others wait
    return (cells * each + seeds * reading) / CORES


def _skills(row: SystemRow, limits: Mapping[str, float]) -> tuple[str, ...]:
    data = row.options.get("datasets", {})
    if data.get("translating") and data["translating"] == row.options.get("dataset"):
        return ("translating",)  # it reads nothing else
    learned = tuple(name for name in ("tagging", "topics") if name in data)
    paired = tuple(name for name, budget in BUDGETS.items() if name in data and {budget, "flops"} & set(limits))
    return ("causal", *(() if row.options.get("body") == "causal" else ("masked",)), *learned, *paired)


def _operations(row: SystemRow, skill: str, limits: Mapping[str, float]) -> float:
    """Floating point operations of one training: six for each weight that a piece is multiplied with (Kaplan et al. 2020)."""
    labels = skill in ("tagging", "topics")
    if "flops" in limits and not labels:
        return float(limits["flops"])
    vocabulary = int(row.options.get("vocabulary", 0))
    width, layers = int(row.options["width"]), 1 if skill == "inflecting" else int(row.options["layers"])
    body = 6.0 * 12 * layers * width**2
    head = 0.0 if labels else 6.0 * max(vocabulary, 260) * width * (HIDDEN if skill == "masked" else 1.0)
    pieces = PIECES.get(row.format, _of_bpe(vocabulary))
    if skill in BUDGETS:  # half is read; half is written, by layers that also look at what was read
        pieces = max(pieces, FORMS) if skill == "inflecting" else pieces
        body, head = body * (1 + 16 / 12) / 2, head / 2
    longer = _of_small_steps(limits) if labels else 1.0
    return _characters(row, skill, limits) * pieces * max(body + head, LEAST) * longer


def _of_small_steps(limits: Mapping[str, float]) -> float:
    """How much longer labels are learned a few examples at a time: sentences are short, and each step costs some time by itself."""
    return 1 + MORE_STEPS * (STEP / float(limits.get("batch", STEP)) - 1)


def _of_bpe(vocabulary: int) -> float:
    """Pieces a character for a vocabulary of this size: those of the next smaller one that was measured."""
    return next((OF_BPE[size] for size in sorted(OF_BPE, reverse=True) if size <= vocabulary), OF_BPE[500])


def _characters(row: SystemRow, skill: str, limits: Mapping[str, float]) -> float:
    """How many characters one training shows."""
    budget = limits.get(BUDGETS.get(skill, "characters"))
    if skill not in ("tagging", "topics") and budget is not None:
        return float(budget)
    name = row.options.get("datasets", {}).get(skill) or row.options["dataset"]
    held = sum(file.bytes for file in items.files(*tables.dataset_split(str(name)))) / BYTES
    return min(held * float(limits.get("epochs", 5)), float(limits.get("taught", float("inf"))))


def _has(kept: Path, seed: int, what: str) -> bool:
    """Whether a finished training lies in the cache."""
    return any(kept.parent.glob(f"{kept.name}-s{seed}{what}*/course.json"))
