"""Writes YAML and TOML whose every value is one line of JSON, so that no text can break out of its place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def yaml(document: Mapping[str, Any]) -> str:
    """One key a line; JSON is YAML, and what YAML calls unprintable is escaped."""
    return "".join(f"{key}: {quoted(value)}\n" for key, value in document.items())


def toml(row: Mapping[str, Any], *, table: str) -> str:
    """One `[[table]]`; mappings inside are inline tables."""
    lines = (f"{key} = {_toml(value)}\n" for key, value in row.items())
    return f"[[{table}]]\n{''.join(lines)}"


def quoted(value: Any) -> str:
    """A value as JSON on one line, with every sign escaped that an editor or a parser may take for more than itself."""
    return "".join(sign if _printable(sign) else _escape(sign) for sign in json.dumps(value, ensure_ascii=False))


def _printable(sign: str) -> bool:
    return sign.isprintable() or sign == " "


def _escape(sign: str) -> str:
    return "".join(f"\\u{unit:04x}" for unit in _units(sign))


def _units(sign: str) -> list[int]:
    raw = sign.encode("utf-16-be")
    return [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return quoted(value)


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("-", "").replace("_", "").isalnum() else quoted(key)
