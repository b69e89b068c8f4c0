"""How long what must be trained first will take here: reckoned from the shape of a network and the text it is to be shown.

An estimate to plan an evening with, and rather too long than too short: everything that a row can learn is counted,
whatever of it the protocol asks for. What lies in the cache is not. Networks for a graphics card are left out, for nobody here has measured one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from qadam.catalogue import items, tables
from qadam.terms import SystemRow

CORES = 2  # what times of a plan are told for
OPERATIONS = 25e9  # a second and core: measured 20 to 36e9 on networks of width 64, over pieces and over bytes
TAGGER = 620.0  # seconds of one core for a BiLSTM-CRF with its vectors (docs/kaznerd-tagger.md)
BYTES = 1.8  # of a character of Kazakh (the byte premium of tokenizer-tax)
PIECES = {"bytes": 1.8, "characters": 1.0}  # a character in each way to cut; pieces of a learned vocabulary below
FEW, MANY = 0.53, 0.27  # the same for 500 and for 8,192 pieces, measured on reading-kk
HIDDEN = 0.15  # share of the pieces that a masked network guesses


def seconds(row: SystemRow, seeds: Iterable[int], *, limits: Mapping[str, float], kept: Path) -> float:
    """Seconds on two cores until a system is ready with every seed.

    Args:
        limits: those of the protocol, such as a budget of characters.
        kept: the folder of the cache and the beginning of the names under which a system is kept there, without the seed.
    """
    if "GPU" in row.needs:
        return 0.0
    if row.kind == "sequence_tagger":
        return sum(TAGGER / CORES for seed in seeds if not _has(kept, seed, "-0"))
    if row.kind != "network":
        return 0.0
    work = {skill: _operations(row, skill, limits) for skill in _skills(row)}
    left = (work[skill] for seed in seeds for skill in work if not _has(kept, seed, f"-{skill}-"))
    return sum(left) / OPERATIONS / CORES


def _skills(row: SystemRow) -> tuple[str, ...]:
    learned = tuple(name for name in ("tagging", "topics") if name in row.options.get("datasets", {}))
    if row.options.get("pairs"):
        return ("translating",)
    return ("causal", *(() if row.options.get("body") == "causal" else ("masked",)), *learned)


def _operations(row: SystemRow, skill: str, limits: Mapping[str, float]) -> float:
    """Floating point operations of one training: six for each weight that a piece is multiplied with (Kaplan et al. 2020)."""
    labels = skill in ("tagging", "topics")
    if "flops" in limits and not labels:
        return float(limits["flops"])
    vocabulary = int(row.options.get("vocabulary", 0))
    width, layers = int(row.options["width"]), int(row.options["layers"])
    body = 6.0 * 12 * layers * width**2
    head = 0.0 if labels else 6.0 * max(vocabulary, 260) * width * (HIDDEN if skill == "masked" else 1.0)
    pieces = PIECES.get(row.format, MANY if vocabulary >= 2048 else FEW)
    return _characters(row, skill, limits) * pieces * (body + head)


def _characters(row: SystemRow, skill: str, limits: Mapping[str, float]) -> float:
    """How many characters one training shows."""
    budget = limits.get("translated" if skill == "translating" else "characters")
    if skill not in ("tagging", "topics") and budget is not None:
        return float(budget)
    name = row.options.get("datasets", {}).get(skill) or row.options["dataset"]
    held = sum(file.bytes for file in items.files(*tables.dataset_split(str(name)))) / BYTES
    return min(held * float(limits.get("epochs", 5)), float(limits.get("taught", float("inf"))))


def _has(kept: Path, seed: int, what: str) -> bool:
    """Whether a finished training lies in the cache."""
    return any(kept.parent.glob(f"{kept.name}-s{seed}{what}*/course.json"))
