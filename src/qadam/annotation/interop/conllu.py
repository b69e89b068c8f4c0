"""CoNLL-U of Universal Dependencies: answers stand in MISC, and all spaces of the text are kept.

    tokens     Label=kk
    spans      Entity=B-PERSON, I-PERSON; nothing outside
    morphemes  UPOS, MorphCuts=5,8 (letters of the word before each cut; _ if it is whole), MorphLabels=STEM,PL,POSS

The comments `sent_id` and `text` are those of the item, `item` holds its other keys, `annotator` stands where there is an
answer. A treebank read for a scheme of morphemes gives its words, one item each.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from qadam.annotation.decision import Row, places, tokens
from qadam.annotation.interop.exchange import (
    Annotated,
    Payload,
    blocks,
    escaped,
    from_iob,
    iob,
    one_answer,
    only,
    refuse,
    tagged,
    unescaped,
)
from qadam.errors import BadData
from qadam.terms import Scheme

KINDS = ("tokens", "spans", "morphemes")
NOBODY = "_"  # an answer of nobody in particular
_WRITTEN = {"\\": "\\\\", " ": "\\s", "\t": "\\t", "\n": "\\n", "\r": "\\r", "|": "\\p"}
_READ = {"s": " ", "t": "\t", "n": "\n", "r": "\r", "p": "|"}


class Word(NamedTuple):
    """A token line: its number, its form, its part of speech, its MISC, and what stands before and after it."""

    line: int
    form: str
    upos: str
    misc: Mapping[str, str]

    def space(self, *, last: bool) -> str:
        """The white space behind the token."""
        if "SpacesAfter" in self.misc:
            return unescaped(self.misc["SpacesAfter"], _READ)
        return "" if last or self.misc.get("SpaceAfter") == "No" else " "


def write(annotated: Sequence[Annotated], scheme: Scheme) -> str:
    """A sentence for each item."""
    only(scheme, "conllu", KINDS)
    return "".join(_sentence(one, scheme) for one in annotated)


def read(text: str, scheme: Scheme, where: str) -> list[Annotated]:
    """The items and answers of a file.

    The words of a multiword token are passed over in favour of the token, empty nodes altogether.
    """
    only(scheme, "conllu", KINDS)
    found: list[Annotated] = []
    for number, (first, block) in enumerate(blocks(text), 1):
        comments = dict(_comments(block))
        words = list(_words(block, first, where))
        if not words:
            raise refuse(where, first, "a sentence has no token")
        whole = unescaped(words[0].misc.get("SpacesBefore", ""), _READ)
        whole += "".join(w.form + w.space(last=w is words[-1]) for w in words)
        if "text" in comments and " ".join(comments["text"].split()) != " ".join(whole.split()):
            raise refuse(where, first, f"the tokens make {whole!r:.60}, not the text {comments['text']!r:.60}")
        name = comments.get("sent_id", f"{Path(where).stem}:{number}")
        try:
            rest = json.loads(comments.get("item", "{}"))
            found += _read(scheme, {"id": name, "text": whole, **rest}, words, comments)
        except (ValueError, TypeError, RecursionError) as fault:
            raise refuse(where, first, str(fault)) from fault
    return found


# --- writing -------------------------------------------------------------------------------------------------------


def _sentence(one: Annotated, scheme: Scheme) -> str:
    who, payload = one_answer(one, "conllu")
    item, text = one.item, one.item["text"]
    where = [(0, len(text))] if scheme.kind == "morphemes" else places(item)
    if not where or (scheme.kind == "morphemes" and text != text.strip()):
        raise BadData(f"BadData: item {item['id']!r:.60} has no token.", "CoNLL-U holds sentences of words.")
    rest = {key: value for key, value in item.items() if key not in ("id", "text")}
    lines = [f"# sent_id = {_comment(item, item['id'])}", f"# text = {' '.join(text.split())}"]
    lines += [f"# item = {json.dumps(rest, ensure_ascii=True)}"] if rest else []
    lines += [f"# annotator = {who or NOBODY}"] if payload is not None else []
    marks = [dict[str, str]() for _ in where] if payload is None else _marks(scheme, item, payload)
    for number, ((start, end), mark) in enumerate(zip(where, marks, strict=True), 1):
        upos = mark.pop("UPOS", "_")
        behind = text[end : where[number][0]] if number < len(where) else text[end:]
        misc = {"SpacesBefore": text[:start]} if number == 1 and start else {}
        misc |= mark | _spaces(behind, last=number == len(where))
        shown = "|".join(f"{key}={escaped(value, _WRITTEN)}" for key, value in misc.items()) or "_"
        form = _form(item, text[start:end])
        lines.append("\t".join([str(number), form, "_", upos, "_", "_", "_", "_", "_", shown]))
    return "\n".join(lines) + "\n\n"


def _spaces(behind: str, *, last: bool) -> dict[str, str]:
    if behind == ("" if last else " "):
        return {}
    return {"SpaceAfter": "No"} if not behind else {"SpacesAfter": behind}


def _marks(scheme: Scheme, item: Row, payload: Payload) -> list[dict[str, str]]:
    """What stands in MISC (and UPOS) of each token."""
    if scheme.kind == "tokens":
        return [{"Label": label} for label in payload["labels"]]
    if scheme.kind == "spans":
        return [{} if tag == "O" else {"Entity": tag} for tag in iob(item, payload["spans"], "conllu")]
    cuts = ",".join(map(str, payload["cuts"])) or "_"
    pos = {"UPOS": payload["pos"]} if "pos" in payload else {}
    return [pos | {"MorphCuts": cuts, "MorphLabels": ",".join(payload["labels"])}]


def _form(item: Row, form: str) -> str:
    if any(sign in form for sign in "\t\n\r"):
        raise BadData(f"BadData: item {item['id']!r:.60}: the token {form!r:.40} holds a tab.", "No CoNLL-U token may.")
    return form


def _comment(item: Row, value: str) -> str:
    if value != value.strip() or any(sign in value for sign in "\n\r"):
        raise BadData(
            f"BadData: the id {item['id']!r:.60} cannot stand in CoNLL-U.", "An id is one line without spaces around."
        )
    return value


# --- reading -------------------------------------------------------------------------------------------------------


def _comments(block: Sequence[str]) -> Iterator[tuple[str, str]]:
    for line in block:
        if line.startswith("#"):
            key, _, value = line[1:].partition("=")
            yield key.strip(), value.strip()


def _words(block: Sequence[str], first: int, where: str) -> Iterator[Word]:
    covered = 0  # the last word that a multiword token stands for
    for number, line in enumerate(block, first):
        if line.startswith("#"):
            continue
        columns = line.split("\t")
        if len(columns) != 10:
            raise refuse(where, number, f"a token has 10 columns, not {len(columns)}")
        name, form, upos, misc = columns[0], columns[1], columns[3], columns[9]
        start, _, end = name.partition("-")
        if "." in name:
            continue
        if len(name) > 19 or not start.isdecimal() or (end and not end.isdecimal()):
            raise refuse(where, number, f"{name!r:.40} is no number of a token")
        if end:
            covered = int(end)
        elif int(start) <= covered:
            continue
        pairs = (part.partition("=") for part in misc.split("|") if misc != "_")
        keep = {key: value for key, _, value in pairs}
        yield Word(number, form, upos, keep)


def _read(
    scheme: Scheme, item: dict[str, Any], words: Sequence[Word], comments: Mapping[str, str]
) -> Iterator[Annotated]:
    who = comments.get("annotator", "")
    who = "" if who == NOBODY else who
    if scheme.kind == "morphemes":
        for number, word in enumerate(words, 1):
            one = (
                item
                if len(words) == 1
                else {"id": f"{item['id']}:{number}", "text": word.form, "source_text": item["text"]}
            )
            if len(words) == 1 or any(sign.isalpha() for sign in word.form):
                yield Annotated(one, {who: _morphemes(word)} if "MorphCuts" in word.misc else {})
        return
    if [word.form for word in words] != tokens(item):
        item["tokens"] = [word.form for word in words]
    marks = [unescaped(w.misc.get("Label" if scheme.kind == "tokens" else "Entity", ""), _READ) for w in words]
    if not any(marks) and "annotator" not in comments:
        yield Annotated(item, {})
    elif scheme.kind == "tokens":
        yield Annotated(item, {who: {"labels": marks}})
    else:
        tags = [mark or "O" for mark in marks]
        wrong = next((tag for tag in tags if not tagged(tag)), None)
        if wrong:
            raise ValueError(f"Entity={wrong:.40} is not B-LABEL or I-LABEL")
        yield Annotated(item, {who: {"spans": from_iob(tags, places(item))}})


def _morphemes(word: Word) -> dict[str, Any]:
    cuts = word.misc["MorphCuts"]
    labels = unescaped(word.misc.get("MorphLabels", ""), _READ).split(",")
    pos = {} if word.upos == "_" else {"pos": word.upos}
    return {"cuts": [] if cuts == "_" else [int(cut) for cut in cuts.split(",")], "labels": labels, **pos}
