"""Messages of a program's interface in several scripts or languages: one JSON object a file, message key -> text.

Options: `keys` lists the messages that are taken, in this order. The `language` of a file says what it is written in; each
item's input maps it to the text, as a parallel text does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qadam.errors import Misaligned, NotReadable
from qadam.terms import Dataset, File, Item


def read(dataset: Dataset, split: str, paths: Mapping[File, Path]) -> list[Item]:
    """The messages named by the row; ids are their keys.

    Raises:
        NotReadable: a file is not one JSON object of texts.
        Misaligned: a file lacks one of the messages.
    """
    del split
    found = {file.language: _messages(path) for file, path in paths.items()}
    for language, messages in found.items():
        if absent := [key for key in dataset.options["keys"] if key not in messages]:
            raise Misaligned(
                f"Misaligned: {dataset.id}: no message {', '.join(absent[:3])} in {language}.",
                f"Fetch it again: qadam fetch {dataset.id} --again",
            )
    return [Item(key, {name: texts[key] for name, texts in found.items()}) for key in dataset.options["keys"]]


def _messages(path: Path) -> Mapping[str, Any]:
    try:
        document = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as fault:
        raise NotReadable(
            f"NotReadable: {path} is not JSON in UTF-8: {fault}.", "Fetch it again with --again."
        ) from fault
    if not isinstance(document, dict):
        raise NotReadable(f"NotReadable: {path} is no object of messages.", "Fetch it again with --again.")
    return {key: text for key, text in document.items() if isinstance(text, str)}
