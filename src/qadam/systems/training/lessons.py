"""What a translator learns from: few real pairs, all of them, or few real ones and as many that a machine made.

One half of a row's pairs, drawn by the seed of the training, is known to everybody. Of the other half, `lessons` says what is taken:

few        nothing
real       the pairs as people made them
synthetic  the target sentences, each with a source that a translator of the first half, trained the other way round, made of it
copied     the target sentences, each with itself as source: target text alone, whatever its source (Currey et al. 2017)

So every arm but the first learns from equally many pairs with the same target sentences, and they differ by the source alone.

Source: back-translation, Sennrich, Haddow & Birch (2016), Improving Neural Machine Translation Models with Monolingual Data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from qadam.systems.load import Training
from qadam.terms import SystemRow

Pair = tuple[str, str]
Translate = Callable[[Sequence[Pair], Sequence[str]], list[str]]  # pairs to learn from, texts -> their translations
ARMS = ("few", "real", "synthetic", "copied")


def direction(row: SystemRow) -> tuple[str, str]:
    """From which language into which a row that learns one direction translates: its first pair."""
    source, _, target = str(row.options["pairs"][0]).partition("-")
    return source, target


def lessons(row: SystemRow, training: Training, back: Translate) -> list[Pair]:
    """The pairs that a row learns from; `back` is trained on reversed pairs and called only if the row asks for synthetic ones."""
    source, target = direction(row)
    items = training.named("translating")
    pairs = [(str(item.input[source]), str(item.input[target])) for item in items]
    drawn = set(Random(training.seed).sample(range(len(pairs)), (len(pairs) + 1) // 2))
    few = [pair for n, pair in enumerate(pairs) if n in drawn]
    rest = [pair for n, pair in enumerate(pairs) if n not in drawn]
    arm = str(row.options.get("lessons", "real"))
    if arm == "few":
        return few
    if arm == "synthetic":
        targets = [second for _, second in rest]
        made = back([(second, first) for first, second in few], targets)
        return [*few, *zip(made, targets, strict=True)]
    if arm == "copied":
        return [*few, *((second, second) for _, second in rest)]
    return [*few, *rest]
