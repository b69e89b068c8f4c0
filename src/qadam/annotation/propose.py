"""Proposals by a system for items to be labelled, so that a person mends rather than begins anew.

Which kinds of systems can propose for which kind of scheme, and how an output becomes an answer, stands in `_READERS`.
A proposal is never gold: a share of the items is shown without one, and who proposed is kept with every decision.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from qadam.annotation.decision import Row, check, gaps, labels, tokens
from qadam.annotation.hints import hints, scheme_label
from qadam.errors import BadData, Usage
from qadam.terms import Scheme, SystemRow

AT_ONCE = 256  # items a system is given together

Reader = Callable[[Scheme, Row, Any], dict[str, Any] | None]


def propose(scheme: Scheme, items: Iterable[Row], *, system: Any, row: SystemRow) -> Iterator[dict[str, Any]]:
    """The items with a `proposal` and its `proposer`; those that have one, and those the system cannot answer, as they are.

    Args:
        scheme: what is asked.
        items: rows as an items file has them; the text is what the system is given.
        system: something that answers, as `qadam.systems.load` gives it.
        row: its row in the catalogue; the id is what is kept as `proposer`.

    Raises:
        Usage: systems of this kind cannot propose for this kind of scheme.
    """
    read = reader(scheme, row)
    batch: list[Row] = []
    for item in items:
        batch.append(item)
        if len(batch) == AT_ONCE:
            yield from _proposed(scheme, batch, system, row, read)
            batch = []
    yield from _proposed(scheme, batch, system, row, read)


def reader(scheme: Scheme, row: SystemRow) -> Reader:
    """How an output of this system becomes an answer to this scheme.

    Raises:
        Usage: no way is known.
    """
    read = _READERS.get((scheme.kind, row.kind))
    if read is None:
        able = sorted(kind for asked, kind in _READERS if asked == scheme.kind)
        raise Usage(
            f"Usage: {row.id} is a {row.kind}, which cannot propose for {scheme.id} ({scheme.kind}).",
            f"Systems that can: {', '.join(able) or 'none'}. See: qadam list systems",
        )
    return read


def _proposed(scheme: Scheme, batch: list[Row], system: Any, row: SystemRow, read: Reader) -> Iterator[dict[str, Any]]:
    places = [i for i, item in enumerate(batch) if item.get("proposal") is None and _has_text(item)]
    answers = system.answer([batch[i]["text"] for i in places]) if places else []
    outputs = dict(zip(places, answers, strict=True))
    for i, item in enumerate(batch):
        proposal = read(scheme, item, outputs[i]) if i in outputs else None
        yield {**item, "proposal": proposal, "proposer": row.id} if _possible(scheme, item, proposal) else dict(item)


def _has_text(item: Row) -> bool:
    """Whether there is something to answer; a row that is no item is left to whoever checks the rows."""
    return isinstance(item.get("text"), str) and bool(item["text"].strip())


def _possible(scheme: Scheme, item: Row, proposal: Any) -> bool:
    """Whether a proposal is an answer the scheme allows; a system may cut where no letter ends."""
    if proposal is None:
        return False
    try:
        check(scheme, item, proposal)
    except BadData:
        return False
    return True


def _parts(scheme: Scheme, item: Row, output: Any) -> dict[str, Any] | None:
    """The cuts of a segmenter, labelled by the analyser's reading with the same cuts, else by the suffix inventory."""
    word = str(item["text"])
    cuts = [int(start) for start in output.starts if start > 0]
    if not set(cuts) <= set(gaps(word)):
        return None
    return _read_alike(word, cuts) | {"cuts": cuts}


def _read_alike(word: str, cuts: list[int]) -> dict[str, Any]:
    """Labels and part of speech of the likeliest reading that is cut at these places."""
    from qadam.kazakh.morphology import analyse

    pieces = [word[start:end].lower() for start, end in pairwise([0, *cuts, len(word)])]
    readings = analyse(word)
    for one in readings:
        for voice, derivation in ((False, False), (True, False), (True, True)):
            kinds = {"inflection"} | ({"voice"} if voice else set()) | ({"derivation"} if derivation else set())
            suffixes = [morph for morph in one.morphs if morph.kind in kinds]
            same = [p.lower() for p in one.cut(voice=voice, derivation=derivation)] == pieces
            if same and len(suffixes) == len(cuts):
                found = ["STEM", *(scheme_label(morph.label, morph.kind) for morph in suffixes)]
                return {"labels": found, "pos": one.pos}
    known = hints(word).parts
    edges = [*cuts, len(word)]
    named = (known.get(f"{start}:{end}") for start, end in pairwise(edges))
    return {"labels": ["STEM", *(found[0][0] if found else "DER" for found in named)], "pos": _pos(readings)}


def _pos(readings: list[Any]) -> str:
    return readings[0].pos if readings else "X"


def _each_token(scheme: Scheme, item: Row, output: Any) -> dict[str, Any] | None:
    """One label per token, where system and scheme count the same tokens."""
    return {"labels": list(output)} if len(output) == len(tokens(item)) else None


def _one_label(scheme: Scheme, item: Row, output: Any) -> dict[str, Any] | None:
    """The label of a classifier, if the scheme has it."""
    return {"label": output} if output in labels(scheme) else None


def _stretches(scheme: Scheme, item: Row, output: Any) -> dict[str, Any] | None:
    """The spans of a tagger, (start, end, label) in code points; labels that the scheme lacks are left out."""
    known = set(labels(scheme))
    return {"spans": sorted([int(a), int(b), str(name)] for a, b, name in output if name in known)}


def _written(scheme: Scheme, item: Row, output: Any) -> dict[str, Any] | None:
    """A text that a system wrote: a translation, a transcript."""
    return {"text": output} if isinstance(output, str) and output.strip() and not labels(scheme) else None


_READERS: Mapping[tuple[str, str], Reader] = {
    ("morphemes", "segmenter"): _parts,
    ("tokens", "token_language"): _each_token,
    ("tokens", "tagger"): _each_token,
    ("choice", "classifier"): _one_label,
    ("spans", "tagger"): _stretches,
    ("text", "translator"): _written,
    ("text", "recognizer"): _written,
    ("text", "reader"): _written,
    ("text", "generator"): _written,
}
