"""The headlines of a news feed, RSS 2.0 or Atom, as the rows of a table: title, id, date, source, licence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from qadam.errors import EmptyDataset, NotReadable

_ATOM = "{http://www.w3.org/2005/Atom}"
_DUBLIN = "{http://purl.org/dc/elements/1.1/}"


def rows(path: Path, data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """One row for each headline, numbered from 1; the source is the title of the feed, the licence what the feed states.

    The encoding is the one that the file declares. Entities of its own (a DTD) are refused: they can fill a memory.

    Raises:
        NotReadable: not XML, or XML that is no feed; the message names the line.
        EmptyDataset: a feed without a headline.
    """
    if re.search(rb"<!(DOCTYPE|ENTITY)", data[:4096]):
        raise NotReadable(f"NotReadable: {path} declares a document type, which feeds do not need.", "Remove the line.")
    try:
        tree = ElementTree.fromstring(data)
    except ElementTree.ParseError as fault:
        raise NotReadable(f"NotReadable: {path}, line {fault.position[0]}: {fault}.", "Save the feed again.") from fault
    if tree.tag not in ("rss", f"{_ATOM}feed"):
        raise NotReadable(f"NotReadable: {path}, line 1: <{tree.tag}> is no feed (rss, feed).", "Save the feed itself.")
    channel = tree.find("channel") if tree.tag == "rss" else tree
    entries = [] if channel is None else [*channel.iter("item"), *channel.iter(f"{_ATOM}entry")]
    if channel is None or not entries:
        raise EmptyDataset(f"EmptyDataset: {path} holds no headline.", "Save the feed again.")
    source = _first(channel, "title")
    licence = _first(channel, "copyright", f"{_ATOM}rights", f"{_DUBLIN}rights") or "none stated"
    for number, entry in enumerate(entries, 1):
        own = _first(entry, f"{_ATOM}rights", f"{_DUBLIN}rights")
        yield (
            number,
            {
                "title": _first(entry, "title", f"{_ATOM}title"),
                "id": _first(entry, "guid", f"{_ATOM}id", "link") or str(number),
                "date": _first(entry, "pubDate", f"{_ATOM}updated", f"{_DUBLIN}date"),
                "source": source or _first(channel, f"{_ATOM}title"),
                "licence": own or licence,
            },
        )


def _first(element: ElementTree.Element, *names: str) -> str:
    """The text of the first of these children that has any, white space folded."""
    found = (element.findtext(name) or "" for name in names)
    return next((" ".join(text.split()) for text in found if text.strip()), "")
