"""What a release of Common Voice says of its own speakers: for each column, how many clips have it filled in.

One JSON file a release, as cv-dataset publishes them. An item is one column of one release: its fields are the release, the
column, all clips and those with a value. The files give shares of clips, or counts where nobody filled the column in. Option
`locale` is the language; the `part` of a file is its release.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from qadam.errors import NotReadable
from qadam.terms import Dataset, File, Item

_SHARES = 1.5  # numbers that add up to less than this are shares of clips


def read(dataset: Dataset, split: str, paths: Mapping[File, Path]) -> list[Item]:
    """The columns of the releases of a split.

    Raises:
        NotReadable: a file is no such statistics, or holds nothing of this language.
    """
    del split
    locale, found = str(dataset.options["locale"]), []
    for file, path in paths.items():
        try:
            told = json.loads(path.read_text("utf-8"))["locales"][locale]
            clips, speakers, columns = int(told["clips"]), told["users"], dict(told["splits"])
            filled = {column: _filled(dict(values), clips) for column, values in columns.items()}
        except (ArithmeticError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as fault:
            raise NotReadable(
                f"NotReadable: {path} holds no statistics of {locale} ({fault!r}).",
                f"Fetch it again: qadam fetch {dataset.id} --again",
            ) from fault
        for column, number in filled.items():
            fields = {
                "release": file.part,
                "column": column,
                "clips": clips,
                "filled": number,
                "speakers": speakers,
            }
            found.append(
                Item(f"{file.part}/{column}", f"Common Voice {file.part}, {locale}: {column}", None, "", fields)
            )
    return found


def _filled(values: Mapping[str, float], clips: int) -> int:
    """How many clips have a value: the share that is not empty, of all clips."""
    total = sum(values.values())
    if not total:
        return 0
    named = total - values.get("", 0)
    return round(clips * named / total) if total >= _SHARES else round(clips * named)
