"""A work folder as an annotation leaves it, written by hand: the release knows annotations by their files alone."""

import hashlib
import json
import sqlite3

from qadam.catalogue import tables
from qadam.terms import digest


def write(folder, scheme, items, answers, *, settled=(), agreement=(), consent="a1, a2 and a3 agreed"):
    """Items; annotator -> item -> payload (None: skipped); (item, payload) settled by a9; changes to agreement.json."""
    row = tables.scheme(scheme)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "items.jsonl").write_text("".join(json.dumps(i, ensure_ascii=False) + "\n" for i in items), "utf-8")
    path = folder / "log.sqlite"
    path.unlink(missing_ok=True)
    log = sqlite3.connect(path)
    log.execute(
        "CREATE TABLE decision (seq INTEGER PRIMARY KEY, item, annotator, version, payload, skip, comment, proposal, proposer, "
        "seconds, at, request)"
    )
    log.execute("CREATE TABLE settlement (seq INTEGER PRIMARY KEY, item, who, version, step, payload, why, at)")
    history = []
    for who, said in answers.items():
        for item, payload in said.items():
            skip = "" if payload is not None else "оқылмайды"
            stored = json.dumps(payload, ensure_ascii=False) if payload is not None else None
            values = (item, who, row.version, stored, skip, "a1 is really Айгүл", None, "", 3.0, "2026-11-23", None)
            seq = log.execute(f"INSERT INTO decision VALUES (NULL{', ?' * len(values)})", values).lastrowid
            history.append([seq, item, who, row.version, payload, skip])
    for item, payload in settled:
        stored = json.dumps(payload) if payload is not None else None
        log.execute(
            "INSERT INTO settlement VALUES (NULL, ?, 'a9', ?, 'settled', ?, 'анық', '')", (item, row.version, stored)
        )
    log.commit()
    log.close()
    seen = {
        "items": hashlib.sha256((folder / "items.jsonl").read_bytes()).hexdigest(),
        "decisions": digest(history),
    }
    found = {
        "scheme": scheme,
        "guideline_version": row.version,
        "measure": "alpha",
        "value": 0.9,
        "low": 0.85,
        "high": 0.95,
    }
    found |= {"threshold": row.threshold, "reached": True, "note": "", "n": len(items), "resamples": 2000, "seen": seen}
    found |= {"by_label": {}, "anchoring": None, **dict(agreement)}
    (folder / "agreement.json").write_text(json.dumps(found), "utf-8")
    if consent:
        (folder / "consent.md").write_text(consent, "utf-8")
    gold(folder, row, items, answers, dict(settled))
    return folder


def gold(folder, scheme, items, answers, settled):
    """gold.jsonl: what all said, the mean of ratings, what was settled."""
    rows = []
    for item in items:
        said = {who: by[item["id"]] for who, by in answers.items() if item["id"] in by}
        payloads, beside = list(said.values()), {"by": list(said), "why": ""}
        how, payload = "agreed", payloads[0] if payloads else None
        if item["id"] in settled:
            how, payload, beside = "adjudicated", settled[item["id"]], {"by": ["a9"], "why": "анық"}
        elif scheme.kind == "rating" and payloads:
            how, payload = "mean", {**payloads[0], "value": sum(p["value"] for p in payloads) / len(payloads)}
            beside["sd"] = 0.5
        elif len(payloads) < 2 or any(other != payload for other in payloads):
            continue
        if payload is not None:
            row = {**item, "gold": payload, "how": how, "answers": len(payloads), **beside}
            rows.append({**row, "guideline_version": scheme.version})
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (folder / "gold.jsonl").write_text(lines, "utf-8")


def headlines(n, *, per_document=2, **more):
    """Headlines and what two people said of them: the same."""
    items = [
        {"id": f"h{i}", "text": f"Тақырып {i}: бағалар өсті", "group": f"d{i // per_document}", **more}
        for i in range(n)
    ]
    labels = ("negative", "neutral", "positive")
    said = {item["id"]: {"label": labels[at % 3]} for at, item in enumerate(items)}
    return items, {"a1": said, "a2": dict(said)}
