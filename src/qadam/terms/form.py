"""One canonical form of every word, for JSON and for hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import Any


def plain(value: Any) -> Any:
    """Any of the words above as dictionaries, lists, text and numbers, ready for JSON; functions by their names."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if callable(value):
        return f"{value.__module__}.{value.__qualname__}"
    if isinstance(value, Sequence):
        return [plain(v) for v in value]
    raise TypeError(f"{type(value).__name__} has no plain form")


_FOR_PEOPLE = {"title", "description", "claim", "beside"}


def essence(value: Any) -> Any:
    """The plain form of what can move a number: without words for people and without what is left at its default."""
    if is_dataclass(value) and not isinstance(value, type):
        kept = {f.name: getattr(value, f.name) for f in fields(value) if f.name not in _FOR_PEOPLE}
        return {k: essence(v) for k, v in kept.items() if v not in (_default(value, k), None)}
    if isinstance(value, Mapping):
        return {str(k): essence(v) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [essence(v) for v in value]
    return plain(value)


def _default(value: Any, name: str) -> Any:
    own = next(f for f in fields(value) if f.name == name)
    return own.default if own.default_factory is MISSING else own.default_factory()


def digest(value: Any) -> str:
    """The first sixteen hexadecimal digits of the SHA-256 of the canonical JSON of a value."""
    text = json.dumps(plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
