"""CoNLL-2003: a token a line, its tag in the last column (IOB2), an empty line between sentences.

The format has neither ids nor the spaces between tokens: an item is called FILE:NUMBER when it comes in, and its text is its
tokens with one space between two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from qadam.annotation.decision import Row, places, tokens
from qadam.annotation.interop.exchange import (
    Annotated,
    blocks,
    from_iob,
    iob,
    one_answer,
    only,
    refuse,
    tagged,
)
from qadam.errors import BadData
from qadam.terms import Scheme

KINDS = ("tokens", "spans")
START = "-DOCSTART-"


def write(annotated: Sequence[Annotated], scheme: Scheme) -> str:
    """A block for each item that has an answer; a new document where the item's `group` is another."""
    only(scheme, "conll2003", KINDS)
    out, group = [], None
    for one in annotated:
        _, payload = one_answer(one, "conll2003")
        if payload is None:
            continue
        if one.item.get("group") is not None and one.item["group"] != group:
            group = one.item["group"]
            out.append(f"{START} -X- -X- O\n")
        tags = payload["labels"] if scheme.kind == "tokens" else iob(one.item, payload["spans"], "conll2003")
        out.append(
            "".join(f"{_token(one.item, t)} -X- -X- {tag}\n" for t, tag in zip(tokens(one.item), tags, strict=True))
        )
    return "\n".join(out)


def read(text: str, scheme: Scheme, where: str) -> list[Annotated]:
    """The sentences of a file; its documents become groups."""
    only(scheme, "conll2003", KINDS)
    found: list[Annotated] = []
    name, document = Path(where).stem, 0
    for first, block in blocks(text):
        rows = [re.split(r"[ \t]+", line.strip(" \t")) for line in block]
        if rows[0][0] == START:
            document, rows, first = document + 1, rows[1:], first + 1
        if not rows:
            continue
        for number, row in enumerate(rows, first):
            if len(row) < 2:
                raise refuse(where, number, "a token has no tag")
            if re.search(r"\s", row[0]):
                raise refuse(where, number, f"{row[0]!r:.40} is no token: there is white space in it")
            if scheme.kind == "spans" and not tagged(row[-1]):
                raise refuse(where, number, f"{row[-1]!r:.40} is not O, B-LABEL or I-LABEL")
        item = {"id": f"{name}:{len(found) + 1}", "text": " ".join(row[0] for row in rows)}
        item |= {"group": f"{name}:{document}"} if document else {}
        tags = [row[-1] for row in rows]
        said = {"labels": tags} if scheme.kind == "tokens" else {"spans": from_iob(tags, places(item))}
        found.append(Annotated(item, {"": said}))
    return found


def _token(item: Row, token: str) -> str:
    if token == START or re.search(r"\s", token):
        raise BadData(
            f"BadData: item {item['id']!r:.60}: the token {token!r:.40} cannot stand in CoNLL-2003.",
            "conllu, webanno and label-studio hold it.",
        )
    return token
