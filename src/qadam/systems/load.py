"""From a row of the catalogue to something that answers.

A system has a `name` and one method, `answer(inputs) -> outputs`, in the order of the inputs.
The adapter is the module named like the row's kind; adding a kind is adding a file.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from qadam.errors import ExtraMissing
from qadam.terms import SystemRow


class System(Protocol):
    """Whatever answers."""

    name: str

    def answer(self, inputs: Sequence[Any]) -> list[Any]:
        """One output per input, in order."""
        ...


def load(row: SystemRow, paths: Sequence[Path]) -> System:
    """Bring a system to life from its row and its files, already fetched and verified.

    Raises:
        ExtraMissing: this version of Qadam has no adapter for the row's kind, or it needs a package that is not installed.
        BadTokenizer and others of the adapter: the files are not what the row promises.
    """
    module = f"qadam.systems.{row.kind}"
    if importlib.util.find_spec(module) is None:
        raise ExtraMissing(
            f"ExtraMissing: {row.id} is a {row.kind}, and this version of Qadam cannot run one.",
            "See what can be run: qadam list systems",
        )
    system: System = importlib.import_module(module).load(row, paths)
    return system
