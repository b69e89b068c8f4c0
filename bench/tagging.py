"""How well the tagger of KazNERD does after how many sentences, on a tuning split; with --test, once, on the test part.

Sentences that nearly repeat each other stay on one side of the tuning split. Everything about the tagger was chosen there;
the test part is read by --test alone. What is learned is kept in the folder given, so that a second run only answers.
"""

from __future__ import annotations

import argparse
import resource
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import regex

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.metrics.spans import Tagged, count, f1, names_f1
from qadam.systems.load import Training, load
from qadam.terms import Item, Sentence, SystemRow

SYSTEM = "ner-bilstm-crf"
LIKE = 0.4  # Jaccard similarity of three-word stretches, digits masked, from which two sentences count as near repeats
HELD_BACK = 0.1  # share of the sentences that go to the tuning split
SIZES = (1_000, 2_500, 5_000, 10_050)


def main() -> None:
    """Rows of a table: sentences learned from, sentences asked, F1, F1 of names, minutes of processor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where what is learned is kept")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="sentences to learn from")
    parser.add_argument("--test", action="store_true", help="learn from all sentences and read the test part")
    parser.add_argument(
        "--set", nargs="*", default=[], metavar="OPTION=VALUE", help="options of the row to try instead"
    )
    asked = parser.parse_args()
    places = Places.from_environment()
    row = tables.system(SYSTEM)
    row = replace(row, options={**row.options, **{k: float(v) for k, v in (pair.split("=") for pair in asked.set)}})
    valid = items.load(row.options["datasets"]["tagging"], places)
    text = items.load(row.options["dataset"], places)
    if asked.test:
        test = items.load("kaznerd/test", places)
        shared = {item.input for item in valid}
        tagged = measured(row, valid, text, test, asked.folder / "all")
        told("all", valid, test, *tagged)
        apart = [n for n, item in enumerate(test) if item.input not in shared]
        told("all; test without sentences of the training part", valid, [test[n] for n in apart],
             [tagged[0][n] for n in apart], tagged[1])  # fmt: skip
        return
    learned, tuning = parted(valid)
    for size in sorted(asked.sizes, reverse=True):
        part = learned if size >= len(learned) else [learned[n] for n in drawn(len(learned), size)]
        # a small text is shown more often: with the root of its share, so that it is not left half learned
        epochs = float(row.options["epochs"]) * (len(learned) / len(part)) ** 0.5
        one = replace(row, options={**row.options, "epochs": epochs})
        path = asked.folder / "-".join([str(len(part)), *asked.set])
        shared = (
            asked.folder / "vectors"
        )  # of raw text and of the sentences of the largest size, whose labels they do not need
        if shared.exists() and not Path(f"{path}-vectors").exists():
            Path(f"{path}-vectors").symlink_to(shared.resolve(), target_is_directory=True)
        told("tuning", part, tuning, *measured(one, part, text, tuning, path))
        if not shared.exists():
            shared.symlink_to(Path(f"{path}-vectors").resolve(), target_is_directory=True)


def measured(
    row: SystemRow, learned: Sequence[Item], text: Sequence[Item], asked: Sequence[Item], path: Path
) -> tuple[list[tuple[str, ...]], float]:
    """What the tagger answers, and the minutes of processor that learning took."""
    before = processor()
    path.parent.mkdir(parents=True, exist_ok=True)
    system = load(row, [], training=Training(lambda: text, path, named=lambda skill: learned))
    minutes = (processor() - before) / 60
    answers = system.answer([Sentence(tuple(item.fields["tokens"])) for item in asked])
    return [answer.labels for answer in answers], minutes


def told(
    what: str, learned: Sequence[Item], asked: Sequence[Item], answers: Sequence[tuple[str, ...]], minutes: float
) -> None:
    """One row of the table."""
    sums: Counter[str] = Counter()
    for answer, item in zip(answers, asked, strict=True):
        sums.update(count(Tagged(answer), item.gold))
    scores = f"{f1.score(sums):.4f} | {names_f1.score(sums):.4f}"
    print(f"| {what} | {len(learned):,} | {len(asked):,} | {scores} | {minutes:.1f} |", flush=True)


def parted(sentences: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """Sentences to learn from and sentences to tune on: a tenth, whole groups of near repeats, drawn with a fixed seed."""
    group = groups([item.fields["tokens"] for item in sentences])
    members = Counter(group)
    tuning: set[int] = set()
    size = 0
    for number in np.random.default_rng(13).permutation(sorted(members)):
        if size >= HELD_BACK * len(sentences):
            break
        tuning.add(int(number))
        size += members[int(number)]
    sides: tuple[list[Item], list[Item]] = ([], [])
    for item, number in zip(sentences, group, strict=True):
        sides[number in tuning].append(item)
    return sides


def groups(sentences: Sequence[Sequence[str]]) -> list[int]:
    """The number of the group of near repeats of each sentence: like sentences, and those like them, share one."""
    stretches = []
    for tokens in sentences:
        words = ["", *(regex.sub(r"\d+", "0", token.lower()) for token in tokens), ""]
        stretches.append({tuple(words[i : i + 3]) for i in range(len(words) - 2)})
    holders = defaultdict(list)
    group = list(range(len(sentences)))

    def first(n: int) -> int:
        while group[n] != n:
            n = group[n] = group[group[n]]
        return n

    for n, own in enumerate(stretches):
        shared = Counter(other for stretch in own for other in holders[stretch])
        for other, times in shared.items():
            if times >= LIKE * (len(own) + len(stretches[other]) - times):
                one, two = sorted((first(n), first(other)))
                group[two] = one  # the earliest names the group, in whatever order its members were found
        for stretch in own:
            holders[stretch].append(n)
    return [first(n) for n in range(len(sentences))]


def drawn(size: int, wanted: int) -> list[int]:
    """So many numbers below `size`, in order; a smaller draw is part of a larger one."""
    return sorted(np.random.default_rng(13).permutation(size)[:wanted].tolist())


def processor() -> float:
    """Seconds of processor used so far, by this process and by those it waited for."""
    each = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in each)


if __name__ == "__main__":
    main()
