"""What annotators confuse: the pairs of answers that differ most often, and items where one can see it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from itertools import combinations
from typing import Any

from qadam.annotation.decision import Payload, Row
from qadam.annotation.facets import Facet, facets, parts, similarity
from qadam.terms import Scheme

EXAMPLES = 5  # of what was confused, by id
NONE = "(nothing)"  # where one annotator marks and the other does not
ENDS = "(other ends)"  # where both mark, with other ends

Answers = Mapping[str, Mapping[str, Payload]]  # item -> annotator -> answer
Confusion = list[tuple[tuple[str, str], int, list[str]]]


def confusion(scheme: Scheme, items: Mapping[str, Row], shared: Answers) -> tuple[Confusion, int]:
    """What was confused with what, most often first, with the items; and how many disagreements there are."""
    counts: Counter[tuple[str, str]] = Counter()
    where: dict[tuple[str, str], list[str]] = defaultdict(list)
    for item, by in shared.items():
        for one, other in combinations(by.values(), 2):
            for pair in differences(scheme, items[item], one, other):
                counts[pair] += 1
                if item not in where[pair]:
                    where[pair].append(item)
    ranked = sorted(counts.items(), key=lambda found: (-found[1], found[0]))
    return [(pair, count, where[pair]) for pair, count in ranked], counts.total()


def examples(scheme: Scheme, items: Mapping[str, Row], shared: Answers, confused: Confusion) -> str:
    """The most confused pairs and where, for a person who mends the guideline; texts of a hazardous scheme stay out."""
    lines = [f"# What annotators of {scheme.id} confuse (guideline v{scheme.version})", ""]
    pages = [(f"{x} / {y}: {count}", ids[:EXAMPLES]) for (x, y), count, ids in confused[:EXAMPLES]]
    side = facets(scheme)[0]
    if not pages:
        apart = sorted(shared, key=lambda item: _closeness(side, items[item], list(shared[item].values())))
        pages = [("Least alike", apart[:EXAMPLES])]
    for heading, ids in pages:
        lines += [f"## {heading}", ""]
        for item in ids:
            text = "" if scheme.hazard else f": {_one_line(items[item]['text'])}"
            lines.append(f"- `{item}`{text}")
            for who, payload in sorted(shared[item].items(), key=lambda pair: by_number(pair[0])):
                said = json.dumps(payload, ensure_ascii=False)
                lines.append(
                    f"  - {who}: `{_one_line(said)}`" if not scheme.hazard or "text" not in payload else f"  - {who}"
                )
        lines.append("")
    return "\n".join(lines)


def _closeness(side: Facet, row: Row, payloads: Sequence[Payload]) -> float:
    """How near the two answers farthest apart are."""
    if side.level == "interval":
        values = [side.of(row, payload)[0] for payload in payloads]
        return float(min(values) - max(values))
    if side.kind == "text":
        return min(similarity(side.of(row, a), side.of(row, b)) for a, b in combinations(payloads, 2))
    return 0.0


def _one_line(text: str, length: int = 160) -> str:
    line = " ".join(text.replace("`", "'").split())
    return line if len(line) <= length else line[: length - 1] + "…"


def by_number(annotator: str) -> tuple[int, str]:
    return len(annotator), annotator


def differences(scheme: Scheme, row: Row, a: Payload, b: Payload) -> list[tuple[str, str]]:
    """Each place where two answers differ, as the two things that were confused there, in alphabetical order.

    Ratings and free text are nearer or farther but confuse nothing: they give an empty list.
    """
    found: list[tuple[str, str]] = []
    if scheme.kind == "morphemes":
        found += _confused_cuts(a, b) + _confused_labels(_parts_by_place(row, a), _parts_by_place(row, b))
        found += _confused_labels({0: a.get("pos", "")}, {0: b.get("pos", "")})
    if scheme.kind in ("spans", "rating"):
        found += _confused_spans(a.get("spans", ()), b.get("spans", ()))
    if scheme.kind in ("choice", "tokens", "text"):
        for facet in facets(scheme):
            if facet.kind == "labels":
                found += _confused_labels(facet.of(row, a), facet.of(row, b))
    return [(x, y) if x <= y else (y, x) for x, y in found]


def _parts_by_place(row: Row, payload: Payload) -> dict[tuple[int, int], str]:
    return {(start, end): label for start, end, label in parts(row, payload)}


def _confused_labels(a: Mapping[Any, Hashable], b: Mapping[Any, Hashable]) -> list[tuple[str, str]]:
    """Units that both labelled, differently; numbers are farther or nearer and confuse nothing."""
    shared = [(a[unit], b[unit]) for unit in a if unit in b and a[unit] != b[unit]]
    return [(x, y) for x, y in shared if isinstance(x, str) and isinstance(y, str)]


def _confused_cuts(a: Payload, b: Payload) -> list[tuple[str, str]]:
    """Cuts that only one made, named after the part that begins there."""
    found = []
    for one, other in ((a, b), (b, a)):
        only = [(cut, label) for cut, label in zip(one["cuts"], one["labels"][1:], strict=True)]
        found += [(label, NONE) for cut, label in only if cut not in other["cuts"]]
    return found


def _confused_spans(a: Sequence[Any], b: Sequence[Any]) -> list[tuple[str, str]]:
    """Spans that the other does not have: paired with what overlaps them there, each once."""
    ours = [tuple(span) for span in a if list(span) not in [list(s) for s in b]]
    theirs = [tuple(span) for span in b if list(span) not in [list(s) for s in a]]
    found = []
    for start, end, label in ours:
        match = next((span for span in theirs if span[0] < end and start < span[1]), None)
        if match:
            theirs.remove(match)
            found.append((label, match[2] if match[2] != label else f"{label} {ENDS}"))
        else:
            found.append((label, NONE))
    return found + [(label, NONE) for _, _, label in theirs]
