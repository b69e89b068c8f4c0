"""What the annotation page shows of one task: the context of its template and the data of its script."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from qadam.annotation.decision import Payload, Row, gaps, places, tokens
from qadam.annotation.session import Progress, Task
from qadam.annotation.words import alphabetical, in_language, letters, section
from qadam.kazakh.script import detect
from qadam.terms import Scheme

JOINER = "\u200d"  # keeps the shape of an Arabic letter that joins its neighbour across a cut
REASONS = ("damaged", "not-kazakh", "guideline", "rather-not")  # to skip an item; a scheme may have more
_LETTERS = {"undo": "z", "skip": "s", "comment": "c", "guideline": "g", "take": "p", "replay": "r"}
KEYS = {action: f"Alt+{letter}" for action, letter in _LETTERS.items()}  # of every action, the same in every editor


def task_view(scheme: Scheme, task: Task, progress: Progress, language: str) -> dict[str, Any]:
    """Everything the template `work.html` needs to show one task in a language."""
    item = task.item
    text = str(item.get("text", ""))
    seen = text or " ".join(item.get("pair", ()))
    script = _script(item, seen)
    before = task.decision
    data = {
        "item": item["id"],
        "kind": scheme.kind,
        "text": text,
        "rtl": right_to_left(seen) or (script == "Arab" and not seen),
        "labels": _labels(scheme, language, ""),
        "pos": _labels(scheme, language, "pos"),
        "answer": before.payload if before else None,
        "after": before.seq if before else 0,
        "proposal": task.proposal,
        "begin": _beginning(scheme, item),
        "low": scheme.low,
        "high": scheme.high,
        "step": scheme.step,
        "keys": KEYS,
        "short": short_keys(scheme),
        "say": {**section("missing", language), **section(_SECTIONS[scheme.kind], language)}
        | {"incomplete": section("state", language)["incomplete"]},
    }
    if scheme.kind == "morphemes":
        from qadam.annotation.hints import hints

        data |= {"edges": [0, *gaps(text), len(text)], "hints": hints(text).as_data()}
    elif scheme.kind == "tokens":
        data |= {"tokens": tokens(item)}
    elif data["labels"] and scheme.kind in ("spans", "rating"):
        data |= {"edges": [0, *gaps(text), len(text)], "places": [list(place) for place in places(item)]}
    return {
        "item": item,
        "data": data,
        "lang": _tagged(str(item.get("language", "kk")), script),
        "source_lang": _tagged("kk" if scheme.kind == "morphemes" else "und", _detected(item.get("source_text", ""))),
        "rtl": data["rtl"],
        "size": _size(text),
        "letters": letters().get(script or "Cyrl", ()),
        "task": task,
        "proposal": describe(scheme, item, task.proposal, language) if task.proposal is not None else "",
        "before": before,
        "comment": before.comment if before else "",
        "progress": progress,
        "minutes": _minutes_left(progress, scheme),
        "reasons": (*REASONS, *scheme.skips),
        "source_is": _SOURCES.get(scheme.kind, "source"),
        "blind_text": scheme.hazard,
    }


def short_keys(scheme: Scheme) -> dict[str, str]:
    """The letters that do without Alt in this scheme: those that no label and no text field needs.

    A proposal is taken with the arrow down where its letter is not free and that arrow has nothing else to do.
    """
    used = "".join(label.key for label in scheme.labels).lower()
    keys = {action: key for action, key in _LETTERS.items() if scheme.kind != "text" and key not in used}
    if "take" not in keys and scheme.kind in ("morphemes", "tokens", "spans", "choice"):
        keys["take"] = "ArrowDown"
    return keys


def describe(scheme: Scheme, item: Row, payload: Payload | None, language: str) -> str:
    """An answer in one line that people can read; "" for none. Its pieces are isolated: no script turns another round."""
    if payload is None:
        return ""
    titles = {label.id: in_language(label.title, language, label.id) for label in scheme.labels}
    text = str(item.get("text", ""))
    if scheme.kind == "morphemes":
        joined = f"{JOINER}·{JOINER}" if right_to_left(text) else "·"
        parts = joined.join(text[start:end] for start, end in pairwise([0, *payload["cuts"], len(text)]))
        return _pieces([(parts, f"{' + '.join(payload['labels'])} {payload.get('pos', '')}".rstrip())])
    if scheme.kind == "tokens":
        return _pieces(zip(tokens(item), payload["labels"], strict=False))
    if scheme.kind == "choice":
        return titles.get(payload["label"], str(payload["label"]))
    if scheme.kind == "text":
        label = payload.get("label")
        return (f"{titles.get(label, label)}: " if label else "") + str(payload["text"])
    spans = _pieces((f"[{text[start:end]}]", label) for start, end, label in payload.get("spans", ()))
    return f"{payload['value']:g}   {spans}".rstrip() if scheme.kind == "rating" else spans or "–"


def _pieces(pairs: Iterable[tuple[str, str]]) -> str:
    """Words with their labels, each between the signs that isolate directions (U+2068, U+2069)."""
    return "   ".join(f"\u2068{word}\u2069 \u2068{label}\u2069" for word, label in pairs)


def right_to_left(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left."""
    return next((d in ("R", "AL") for d in map(unicodedata.bidirectional, text) if d in ("L", "R", "AL")), False)


_SECTIONS: Mapping[str, str] = {
    "morphemes": "word",
    "tokens": "tokens",
    "spans": "spans",
    "choice": "rating",
    "rating": "spans",
    "text": "text",
}


# What the text beside an item is; in other schemes it is what is translated.
_SOURCES: Mapping[str, str] = {"choice": "prompt", "morphemes": "sentence"}


def _labels(scheme: Scheme, language: str, group: str) -> list[dict[str, str]]:
    """The labels of one list as the page names them: classes of spans, which are many, in the order of their titles."""
    found = [
        {"id": label.id, "title": in_language(label.title, language, label.id), "key": label.key}
        for label in scheme.labels
        if label.group == group
    ]
    return sorted(found, key=lambda label: alphabetical(label["title"])) if scheme.kind == "spans" else found


def _script(item: Row, seen: str) -> str:
    """Cyrl, Latn or Arab: by the letters that are seen; where there are none, as the item says; "" if neither tells."""
    return _detected(seen) or str(item.get("script", ""))


def _detected(text: str) -> str:
    """Cyrl, Latn or Arab, by most of the letters; "" without any."""
    return detect(text).tag.partition("-")[2]


def _tagged(language: str, script: str) -> str:
    return f"{language}-{script}" if script else language


def _beginning(scheme: Scheme, item: Row) -> str:
    """What an annotator mends rather than writes anew: the text itself where a version of it is asked for."""
    mended = scheme.measure == "token alpha" or any(label.group == "" for label in scheme.labels)
    return str(item.get("text", "")) if scheme.kind == "text" and mended else ""


def _size(text: str) -> str:
    """How large the text can be shown: a class of the style sheet, by its length."""
    for longest, name in ((9, "huge"), (14, "large"), (22, "big"), (34, "fair"), (140, "plain")):
        if len(text) <= longest:
            return name
    return "small"


def _minutes_left(progress: Progress, scheme: Scheme) -> int:
    """Minutes until an annotator is done at their own pace; before there is one, at the estimate of the scheme."""
    open_items = max(progress.total - progress.done - progress.skipped, 0)
    each = progress.seconds_per_item or scheme.minutes * 60
    return max(round(open_items * each / 60), 1 if open_items else 0)
