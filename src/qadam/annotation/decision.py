"""One choice by one person, and whether it is a possible answer to the scheme's question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NoReturn

from qadam.errors import BadData
from qadam.terms import Scheme

Row = Mapping[str, Any]  # an item as its JSON has it: id, text, and what else the scheme shows
Payload = Mapping[str, Any]  # an answer; its keys go by the kind of the scheme


@dataclass(frozen=True)
class Decision:
    """What one annotator said of one item, once; a correction is another decision with a higher `seq`.

    `payload` is None if the item was skipped, `skip` then says why. `version` is the version of the guideline at the time,
    `proposal` what a system (`proposer`) had proposed on the page, None if nothing was shown. `seconds` is the time spent
    on the item, `at` the moment in UTC.
    """

    seq: int
    item: str
    annotator: str
    version: int
    payload: Payload | None
    skip: str
    comment: str
    proposal: Payload | None
    proposer: str
    seconds: float
    at: str


def check(scheme: Scheme, item: Row, payload: Any) -> dict[str, Any]:
    """The answer in the one form in which it is stored, if it is an answer that this scheme allows for this item.

    Args:
        scheme: its `kind` names the keys of the payload, its `labels` what may stand there.
        item: the row the answer is about; all offsets are code points of its `text`.
        payload: what came from the page, a file or a system. By kind:
            morphemes  {"cuts": [offsets, rising], "labels": [one per part], "pos": one of the group "pos"}
            tokens     {"labels": [one per token]}
            spans      {"spans": [[start, end, label], ...]}, none overlapping; they come back in order
            choice     {"label": id}
            rating     {"value": number}, with "spans" if the scheme has labels
            text       {"text": str}, with "label" if the scheme has labels; empty only beside a label

    Raises:
        BadData: it is none; the message names the item and the fault.
    """

    def refuse(fault: str) -> NoReturn:
        raise BadData(
            f"BadData: {scheme.id}, item {item.get('id')!r}: {fault}.", f"What the scheme asks: qadam show {scheme.id}"
        )

    if not isinstance(payload, Mapping):
        refuse(f"an answer is a JSON object, not {payload!r:.80}")
    needed, optional = _KEYS[scheme.kind](scheme)
    missing, strange = needed - payload.keys(), payload.keys() - needed - optional
    if missing or strange:
        faults = [f"{key!r} is missing" for key in sorted(missing)] + [f"{key!r:.40} is unknown" for key in strange]
        refuse(" and ".join(faults))
    return _ANSWERS[scheme.kind](scheme, item, payload, refuse)


def tokens(item: Row) -> list[str]:
    """The tokens of an item: its own, or what stands between white space."""
    own = item.get("tokens")
    return list(own) if own is not None else str(item["text"]).split()


def places(item: Row) -> list[tuple[int, int]]:
    """Where each token stands in the text, in code points.

    Raises:
        ValueError: a token does not follow the one before it in the text; only white space may lie between two.
    """
    text, at, found = str(item["text"]), 0, []
    for token in tokens(item):
        while at < len(text) and text[at].isspace():
            at += 1
        if not token or not text.startswith(token, at):
            raise ValueError(f"the token {token!r:.40} does not stand at {at} of the text")
        found.append((at, at + len(token)))
        at += len(token)
    if text[at:].strip():
        raise ValueError(f"no token holds {text[at:].strip()!r:.40}")
    return found


def gaps(word: str) -> list[int]:
    """The places at which a word may be cut: between grapheme clusters, never before a combining sign."""
    import regex

    return [match.start() for match in regex.finditer(r"\X", word)][1:]


def labels(scheme: Scheme, group: str = "") -> list[str]:
    """The labels of one list of a scheme, in their order."""
    return [label.id for label in scheme.labels if label.group == group]


# --- by kind -------------------------------------------------------------------------------------------------------

Refuse = Callable[[str], NoReturn]


def _morphemes(scheme: Scheme, item: Row, payload: Payload, refuse: Refuse) -> dict[str, Any]:
    cuts, word = _list(payload, "cuts", refuse), item["text"]
    allowed = set(gaps(word))
    for before, cut in zip([0, *cuts], cuts, strict=False):
        if not _whole(cut) or cut not in allowed:
            refuse(f"{word!r} cannot be cut at {cut!r}; places are {sorted(allowed)}")
        if cut <= before:
            refuse(f"the cuts {cuts} do not rise")
    named = _list(payload, "labels", refuse)
    if len(named) != len(cuts) + 1:
        refuse(f"{len(cuts) + 1} parts have {len(named)} labels")
    found = {"cuts": list(cuts), "labels": [_label(scheme, name, refuse) for name in named]}
    return found | ({"pos": _label(scheme, payload["pos"], refuse, group="pos")} if "pos" in payload else {})


def _tokens(scheme: Scheme, item: Row, payload: Payload, refuse: Refuse) -> dict[str, Any]:
    named = _list(payload, "labels", refuse)
    if len(named) != len(tokens(item)):
        refuse(f"{len(tokens(item))} tokens have {len(named)} labels")
    return {"labels": [_label(scheme, name, refuse) for name in named]}


def _spans(scheme: Scheme, item: Row, payload: Payload, refuse: Refuse) -> dict[str, Any]:
    found: list[list[Any]] = []
    for span in _list(payload, "spans", refuse):
        if not isinstance(span, list | tuple) or len(span) != 3:
            refuse(f"a span is [start, end, label], not {span!r:.80}")
        start, end, name = span
        if not (_whole(start) and _whole(end) and 0 <= start < end <= len(item["text"])):
            refuse(f"no stretch of the text, {len(item['text'])} characters long, goes from {start!r} to {end!r}")
        found.append([start, end, _label(scheme, name, refuse)])
    found.sort()
    for (_, end, _), (start, *_) in pairwise(found):
        if start < end:
            refuse(f"two spans overlap at {start}")
    return {"spans": found}


def _choice(scheme: Scheme, item: Row, payload: Payload, refuse: Refuse) -> dict[str, Any]:
    return {"label": _label(scheme, payload["label"], refuse)}


def _rating(scheme: Scheme, item: Row, payload: Payload, refuse: Refuse) -> dict[str, Any]:
    value = payload["value"]
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        refuse(f"a rating is a number, not {value!r:.80}")
    if not scheme.low <= value <= scheme.high:
        refuse(f"{value!r:.80} is not within {scheme.low:g} and {scheme.high:g}")
    found: dict[str, Any] = {"value": float(value)}
    return found | (_spans(scheme, item, {"spans": payload.get("spans", [])}, refuse) if labels(scheme) else {})


def _text(scheme: Scheme, item: Row, payload: Payload, refuse: Refuse) -> dict[str, Any]:
    text = payload["text"]
    if not isinstance(text, str) or not writable(text):
        refuse(f"{text!r:.80} is not text")
    if not text.strip() and not labels(scheme):
        refuse("the text is empty; what cannot be written is skipped, with a reason")
    return {"text": text} | ({"label": _label(scheme, payload["label"], refuse)} if labels(scheme) else {})


def writable(text: str) -> bool:
    """Whether a string can be stored as UTF-8: half a surrogate pair, such as a page may send, cannot."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def _label(scheme: Scheme, name: Any, refuse: Refuse, *, group: str = "") -> str:
    known = labels(scheme, group)
    if name not in known:
        refuse(f"{name!r:.40} is none of its labels ({', '.join(known)})")
    return str(name)


def _list(payload: Payload, key: str, refuse: Refuse) -> Sequence[Any]:
    value = payload[key]
    if not isinstance(value, list | tuple):
        refuse(f"{key!r} is a list, not {value!r:.80}")
    return list(value)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_ANSWERS: Mapping[str, Callable[[Scheme, Row, Payload, Refuse], dict[str, Any]]] = {
    "morphemes": _morphemes,
    "tokens": _tokens,
    "spans": _spans,
    "choice": _choice,
    "rating": _rating,
    "text": _text,
}

# What an answer must hold, and what it may.
_KEYS: Mapping[str, Callable[[Scheme], tuple[set[str], set[str]]]] = {
    "morphemes": lambda scheme: ({"cuts", "labels"} | ({"pos"} if labels(scheme, "pos") else set()), set()),
    "tokens": lambda scheme: ({"labels"}, set()),
    "spans": lambda scheme: ({"spans"}, set()),
    "choice": lambda scheme: ({"label"}, set()),
    "rating": lambda scheme: ({"value"}, {"spans"} if labels(scheme) else set()),
    "text": lambda scheme: ({"text"} | ({"label"} if labels(scheme) else set()), set()),
}
