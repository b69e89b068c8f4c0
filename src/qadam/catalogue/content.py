"""The fingerprint of what a tokenizer file means, for files whose bytes differ between equal copies.

Two copies of one `tokenizer.json` may differ in indentation, in the order of keys, in how a merge is written ("a b" or
["a", "b"]). What decides how text is cut is the same in both, and only that is hashed.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from qadam.errors import NotReadable


def content_hash(path: Path) -> str:
    """SHA-256, 64 hexadecimal digits, of the meaning of a tokenizer file.

    Of a `tokenizer.json`: the model's type, vocabulary and merges (as pairs, in order), whether merges may be ignored
    for words that stand whole in the vocabulary and whether bytes are the fallback; id and text of the added tokens;
    normalizer; pre-tokenizer. Of a `tekken.json`: the pattern and the bytes of the vocabulary in the order of rank,
    as far as the model uses it. Everything is written as JSON with sorted keys, no spaces, UTF-8.

    Raises:
        NotReadable: the file is neither.
    """
    try:
        document = json.loads(path.read_text("utf-8"))
        meaning = _tekken(document) if "config" in document else _tokenizer(document)
    except (UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise NotReadable(
            f"NotReadable: {path} is not a tokenizer.json or tekken.json ({type(error).__name__}: {error}).",
            "Fetch it again, or name another file.",
        ) from error
    text = json.dumps(meaning, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _tokenizer(document: dict[str, Any]) -> dict[str, Any]:
    model = document["model"]
    return {
        "type": model["type"],
        "vocabulary": model["vocab"],
        "merges": [m.split(" ") if isinstance(m, str) else list(m) for m in model.get("merges", ())],
        "ignore_merges": bool(model.get("ignore_merges")),
        "byte_fallback": bool(model.get("byte_fallback")),
        "added_tokens": sorted((t["id"], t["content"]) for t in document.get("added_tokens") or ()),
        "normalizer": document.get("normalizer"),
        "pre_tokenizer": document.get("pre_tokenizer"),
    }


def _tekken(document: dict[str, Any]) -> dict[str, Any]:
    config = document["config"]
    used = config["default_vocab_size"] - config["default_num_special_tokens"]
    ranked = sorted(document["vocab"], key=lambda token: token["rank"])[:used]
    return {
        "pattern": config["pattern"],
        "special_tokens": config["default_num_special_tokens"],
        "vocabulary": [token["token_bytes"] for token in ranked],
    }
