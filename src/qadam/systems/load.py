"""From a row of the catalogue to something that answers.

A system has a `name` and one method, `answer(inputs) -> outputs`, in the order of the inputs.
The adapter is the module named like the row's kind, in whichever room it lies; adding a kind is adding a file. A system whose row names a judge is
`assessed`: its answers are shown to the judge before they are handed on.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from qadam import systems
from qadam.errors import ExtraMissing
from qadam.systems.spending import Purse
from qadam.terms import Item, SystemRow

STEP = 32  # examples of one step of training, where a protocol does not say


class System(Protocol):
    """Whatever answers."""

    name: str

    def answer(self, inputs: Sequence[Any]) -> list[Any]:
        """One output per input, in order."""
        ...


@dataclass(frozen=True)
class Training:
    """What a system is trained on here, and where what was trained is kept.

    `items` gives the training data when called, `named` those that the row names for one skill; `path` is a file or folder
    of the adapter's own making, named by the hash of the recipe and by `seed`, so that whatever lies there may be used as
    it is. `purse` keeps the limits of what is asked; `limits` are those of the protocol, such as a budget of characters;
    `watch` is told what is being trained and how far it is.
    """

    items: Callable[[], Sequence[Item]]
    path: Path
    seed: int = 13
    purse: Purse | None = None
    named: Callable[[str], Sequence[Item]] = lambda skill: ()
    limits: Mapping[str, float] = field(default_factory=dict)
    watch: Callable[[str, Any], None] = lambda what, progress: None

    @property
    def batch(self) -> int:
        """The examples of one step: the limit of the protocol, or `STEP`."""
        return int(self.limits.get("batch", STEP))


def load(row: SystemRow, paths: Sequence[Path], *, training: Training | None = None) -> System:
    """Bring a system to life from its row and its files, already fetched and verified, or from what it is trained on.

    Raises:
        ExtraMissing: this version of Qadam has no adapter for the row's kind, or it needs a package that is not installed.
        BadTokenizer and others of the adapter: the files are not what the row promises.
    """
    name = "assessed" if "judge" in row.options else row.kind
    module = _rooms().get(name)
    if module is None:
        raise ExtraMissing(
            f"ExtraMissing: {row.id} is a {row.kind}, and this version of Qadam cannot run one.",
            "See what can be run: qadam list systems",
        )
    adapter = importlib.import_module(module)
    system: System = adapter.load(row, paths, training) if training else adapter.load(row, paths)
    return system


@cache
def _rooms() -> dict[str, str]:
    """Every module in the rooms of this package, by its last name; no two share one."""
    folders = [room.name for room in pkgutil.iter_modules(systems.__path__) if room.ispkg]
    return {
        module.name: f"{systems.__name__}.{folder}.{module.name}"
        for folder in folders
        for module in pkgutil.iter_modules([f"{systems.__path__[0]}/{folder}"])
    }
