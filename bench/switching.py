"""How long 180,000 reviews take to label word by word and to count, on two cores: the whole of KazSAnDRA has as many."""

from __future__ import annotations

import resource
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from qadam.catalogue import items
from qadam.catalogue.fetch import Places
from qadam.kazakh.codeswitch import identify
from qadam.metrics.switching import Tagged, count

REVIEWS, PART = 180_000, 5_000


def labelled(texts: list[str]) -> int:
    """Label and count some texts; how many are switched."""
    split = [text.split() for text in texts]
    return int(sum(count(Tagged(tuple(t), tuple(identify(t))), None)["switched_texts"] for t in split))


def main() -> None:
    """Reviews of the mirror if there is one, else the sentences of the sample, over and over."""
    places = Places.from_environment()
    try:
        name, texts = "KazSAnDRA", [str(item.input) for item in items.load("kazsandra/score", places)]
    except Exception:  # no mirror: any of the ways in which data can be out of reach
        name, texts = "sample sentences", [str(i.input) for i in items.load("codeswitch-mini/all", places)]
    many = [texts[n % len(texts)] + (f" {n}" if n >= len(texts) else "") for n in range(REVIEWS)]
    started = time.perf_counter()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        sum(pool.map(labelled, [many[at : at + PART] for at in range(0, REVIEWS, PART)]))
    seconds, used = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    told = f"{seconds:.0f} s ({used.ru_utime + used.ru_stime:.0f} s of processor)"  # others may be using the cores too
    print(f"| label 180,000 reviews ({name}), 2 cores | {told} | 180 s (the time allowed) | {180 / seconds:.2f} |")


if __name__ == "__main__":
    main()
