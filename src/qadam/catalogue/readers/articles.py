"""A declaration in several languages, one XML file each: a title, a preamble, numbered articles of paragraphs.

Paragraph k of article NN becomes the item `aNN.k` where every language has the same number of paragraphs there; where
they differ, the article is one item, `aNN.all`, its paragraphs joined by a space. The preamble is `pre.k` or `pre.all`,
the title `title.1`. Numbers of list items are not part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

from qadam.errors import Misaligned, NotReadable
from qadam.terms import Dataset, File, Item


def read(dataset: Dataset, split: str, paths: Mapping[File, Path]) -> list[Item]:
    """The units of a split, articles first, then preamble and title.

    Raises:
        NotReadable: a file is not XML.
        Misaligned: the languages do not have the same articles.
    """
    units = {file.language: _units(path) for file, path in paths.items()}
    names = [set(by_name) for by_name in units.values()]
    if any(n != names[0] for n in names):
        odd = sorted({n for some in names for n in some if not all(n in other for other in names)})
        raise Misaligned(
            f"Misaligned: {dataset.id}/{split}: not every language has {', '.join(odd)}.",
            f"Fetch it again: qadam fetch {dataset.id} --again",
        )
    items = []
    for name in sorted(names[0]):
        same = len({len(by_name[name]) for by_name in units.values()}) == 1
        for k in range(len(next(iter(units.values()))[name])) if same else [None]:
            texts = {
                language: by_name[name][k] if k is not None else " ".join(by_name[name])
                for language, by_name in units.items()
            }
            items.append(Item(f"{name}.{k + 1 if k is not None else 'all'}", texts, group=name))
    return items


def _units(path: Path) -> dict[str, list[str]]:
    """Unit -> its paragraphs, white space folded."""
    try:
        root = ElementTree.parse(path).getroot()
    except ElementTree.ParseError as error:
        raise NotReadable(f"NotReadable: {path} is not XML: {error}.", "Fetch it again with --again.") from error
    units: dict[str, list[str]] = {}
    for element in root:
        tag = _tag(element)
        if tag == "title":
            units["title"] = [_text(element)]
        elif tag in {"preamble", "article"}:
            number = element.get("number", "0")
            if not re.fullmatch(r"[0-9]{1,4}", number):
                raise NotReadable(f"NotReadable: {path}: {number!r:.40} is no number of an article.", "Mend it.")
            name = "pre" if tag == "preamble" else f"a{int(number):02d}"
            units[name] = [_text(p) for p in element.iter() if _tag(p) == "para"]
    return units


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


def _text(element: ElementTree.Element) -> str:
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()
