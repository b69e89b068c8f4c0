"""Brings items and answers in from other tools and out to them; offsets are code points here, whatever they are there.

label-studio   JSON      every kind of scheme, all annotators, proposals
doccano        JSONL     spans, choice, text
conllu         CoNLL-U   tokens, spans of whole tokens, morphemes
conll2003      IOB2      tokens, spans of whole tokens; neither ids nor spaces survive
webanno        TSV 3.3   tokens, spans, morphemes; spans may begin and end inside tokens
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from qadam.annotation import rows
from qadam.annotation.decision import check
from qadam.annotation.interop.exchange import Annotated, Payload
from qadam.annotation.session import HIDDEN, Extras, Session, named
from qadam.errors import BadData, NotReadable, Usage
from qadam.terms import Scheme

FORMATS = {
    "label-studio": "label_studio",
    "doccano": "doccano",
    "conllu": "conllu",
    "conll2003": "conll2003",
    "webanno": "webanno",
}
_ENDINGS = {
    ".conllu": "conllu",
    ".conll": "conll2003",
    ".iob": "conll2003",
    ".iob2": "conll2003",
    ".json": "label-studio",
}


def guess(path: Path) -> str:
    """The format of a file by its ending, and by its first line where the ending does not tell; "" is Qadam's own.

    Raises:
        Usage: nothing tells.
        NotReadable: the file cannot be read.
    """
    ending = path.suffix.lower()
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    first = next(iter(_text(path).split("\n", 1)), "")
    if first.startswith("#FORMAT=WebAnno TSV"):
        return "webanno"
    if ending == ".jsonl":
        return "doccano" if '"label"' in first or '"entities"' in first else ""
    raise Usage(
        f"Usage: the format of {path} is not known by its name.", f"Name it: qadam import SCHEME {path} --from FORMAT"
    )


def read(path: Path, scheme: Scheme, *, form: str = "") -> list[Annotated]:
    """The items of a file with the answers it holds, checked.

    Raises:
        NotReadable: it cannot be read, or is not what its format promises; the line is named where there are lines.
        BadData: an item or an answer does not fit the scheme.
        Usage: the format is not known.
    """
    form = form or guess(path)
    if not form:
        numbered = rows.read(path)
        rows.accept(scheme, numbered, where=str(path), known={})
        return [Annotated(dict(row), {}) for _, row in numbered]
    found: list[Annotated] = _module(form).read(_text(path), scheme, str(path))
    if not found:
        raise BadData(f"BadData: {path} holds no item.", "Is it the file you mean?")
    rows.accept(scheme, enumerate((one.item for one in found), 1), where=f"{path} (counting items)", known={})
    for item, answers in found:
        for payload in answers.values():
            check(scheme, item, payload)
    return found


def write(path: Path, scheme: Scheme, annotated: Sequence[Annotated], *, form: str) -> None:
    """Write items and answers in a format, whole or not at all; known answers and proposals stay out of the items.

    Raises:
        BadData: the format cannot hold an answer, such as a span that begins inside a token.
        Usage: it cannot hold this kind of scheme.
    """
    shown = [Annotated({k: v for k, v in item.items() if k not in HIDDEN}, answers) for item, answers in annotated]
    if form == "label-studio":  # which has a place for proposals
        shown = [Annotated({**s.item, **_proposal(a.item)}, a.answers) for s, a in zip(shown, annotated, strict=True)]
    text = _module(form).write(shown, scheme)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(text.encode("utf-8"))
    part.replace(path)


def as_items(annotated: Sequence[Annotated], *, proposer: str) -> list[dict[str, object]]:
    """Rows for a session in which the answers of a file are proposals; where there are several, the first."""
    return [
        {**item, "proposal": next(iter(answers.values())), "proposer": proposer} if answers else dict(item)
        for item, answers in annotated
    ]


def bring(session: Session, annotated: Sequence[Annotated], *, annotator: str = "", base: Path | None = None) -> int:
    """Add items, and the answers as decisions; brought twice, they are stored once.

    Args:
        session: what they are added to; an item that it knows must have the same text.
        annotated: what `read` gave.
        annotator: whose answers they are; without it, as the file says (a1, a2 ...).
        base: the folder in which images and sounds lie, see `Session.open`.

    Returns:
        How many answers were given to the annotators named.

    Raises:
        BadData: the text of a known item is another, or a file of several annotators is given to one. Nothing is stored.
    """
    for item, answers in annotated:
        known = session.items.get(item["id"])
        if known is not None and known["text"] != item["text"]:
            raise BadData(
                f"BadData: item {item['id']!r:.60} has another text here than in {session.folder}. Nothing was stored.",
                "Ids name one item each.",
            )
        if annotator and len(answers) > 1:
            raise BadData(
                f"BadData: item {item['id']!r:.60} has the answers of {len(answers)} people. Nothing was stored.",
                "Leave out --as: the file says whose they are.",
            )
        for who in answers:
            named(annotator or who)
    count = 0
    with session.log.writing():  # all or nothing
        session.add([item for item, _ in annotated if item["id"] not in session.items], base=base)
        for item, answers in annotated:
            for who, payload in answers.items():
                who = annotator or who
                session.log.assign(who, [item["id"]])
                session.save(who, item["id"], payload, extras=Extras(request=_request(item["id"], payload)))
                count += 1
    return count


def _request(item: str, payload: Payload) -> str:
    said = json.dumps([item, payload], sort_keys=True, ensure_ascii=False)
    return f"import-{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def _proposal(item: Mapping[str, object]) -> dict[str, object]:
    return {key: item[key] for key in ("proposal", "proposer") if item.get(key) is not None}


def _module(form: str) -> Any:
    if form not in FORMATS:
        raise Usage(f"Usage: no format is called {form!r:.40}.", f"There are: {', '.join(FORMATS)}")
    return import_module(f"{__name__}.{FORMATS[form]}")


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as fault:
        raise NotReadable(f"NotReadable: {path} cannot be read ({fault.strerror}).", "Is the path right?") from fault
    try:
        return raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as fault:
        line = raw[: fault.start].count(b"\n") + 1
        raise NotReadable(f"NotReadable: {path}, line {line} is not UTF-8.", "Save the file as UTF-8.") from fault
