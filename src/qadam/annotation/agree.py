"""Whether annotators agree well enough, and what to mend if not.

Only the last decision of each annotator on each item counts, and only those made under the present version of the
guideline.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qadam import __version__
from qadam.annotation.compared import (
    Document,
    Measure,
    anchoring,
    by_annotator,
    by_label,
    checks,
    kappas,
    named,
    pairs,
)
from qadam.annotation.confused import EXAMPLES, by_number, confusion, examples
from qadam.annotation.decision import Decision, Payload
from qadam.annotation.facets import facets, has_chrf
from qadam.annotation.session import ITEMS, Session
from qadam.errors import AgreementTooLow, NothingToJudge
from qadam.stats.agreement import more_items
from qadam.terms import Scheme, digest

RESAMPLES, SEED, HALF = 2000, 13, 0.05
FILE, CONFUSED = "agreement.json", "confused.md"
NEEDS_CHRF = "The threshold is in chrF, which needs sacrebleu: pip install 'qadam[mt]'"
NOTHING = "Nobody marked anything, so that there is nothing to agree about."


@dataclass(frozen=True)
class Found:
    """What was found: `document` is what `agreement.json` holds, `confused` the examples as Markdown."""

    scheme: Scheme
    document: Document
    confused: str

    @property
    def reached(self) -> bool | None:
        """Whether the threshold is reached; None where it cannot be told, see `document["note"]`."""
        return self.document["reached"]  # type: ignore[no-any-return]

    def write(self, folder: Path) -> None:
        """Leave both in the work folder, each whole or not at all."""
        for name, text in (
            (FILE, json.dumps(self.document, ensure_ascii=False, indent=2) + "\n"),
            (CONFUSED, self.confused),
        ):
            part = folder / f"{name}.{os.getpid()}.part"
            part.write_text(text, "utf-8")
            part.replace(folder / name)

    def fault(self, folder: Path) -> AgreementTooLow | None:
        """The message when agreement is too low: how low, what is confused, what to mend; None if it is not."""
        if self.reached is not False:
            return None
        found = self.document
        value, low, high = (_digits(found[key]) for key in ("value", "low", "high"))
        worst = found["confusion"][0] if found["confusion"] else None
        confused = f"  See the items least alike: {folder / CONFUSED}\n"
        if worst:
            x, y = worst["labels"]
            confused = (
                f"  Most confused: {x!r} with {y!r} ({worst['count']} of {found['disagreements']} disagreements). "
                f"Five examples: {folder / CONFUSED}\n"
            )
        return AgreementTooLow(
            f"AgreementTooLow: {self.scheme.id}, guideline v{self.scheme.version}: {found['measure']} {value} "
            f"[{low}, {high}], the scheme asks for {self.scheme.threshold:g}.\n{confused.rstrip()}",
            f"Revise the guideline, raise its version in schemes/{self.scheme.id}.toml, and annotate again.",
        )


def agree(session: Session, *, resamples: int = RESAMPLES, seed: int = SEED) -> Found:
    """Measure the agreement of a session.

    Raises:
        NothingToJudge: no item has been answered by two annotators under the present guideline.
    """
    scheme, items = session.scheme, session.items
    every = [decision for decision in session.decisions() if decision.item in items]
    present = [decision for decision in every if decision.version == scheme.version]
    answers = answered(present)
    shared = {item: by for item, by in answers.items() if len(by) >= 2}
    if not shared:
        raise NothingToJudge(
            f"NothingToJudge: {scheme.id}, guideline v{scheme.version}: no item has two answers yet.",
            f"Let another annotator begin: qadam annotate {scheme.id} --as a2",
        )
    measure = Measure(items, resamples, seed)
    sides = facets(scheme)
    main = measure.of(sides[0], shared)
    note = NEEDS_CHRF if sides[0].kind == "text" and not has_chrf() else NOTHING if main["value"] is None else ""
    confused, disagreements = confusion(scheme, items, shared)
    reached = None if note else main["value"] >= scheme.threshold
    seen = Counter(decision.item for decision in present)
    short = sum(seen[item] < scheme.overlap for item in items)
    document: Document = {
        "scheme": scheme.id,
        "guideline_version": scheme.version,
        "measure": named(sides[0]),
        "level": sides[0].level,
        **main,
        "threshold": scheme.threshold,
        "reached": reached,
        "note": note,
        "warnings": _weak(scheme, main, short=short, items=len(items)) if reached else [],
        "more_items": more_items(
            *(_number(main[end]) for end in ("low", "high")),
            n=main["n"],
            half=HALF * (100 if sides[0].kind == "text" else 1),
        ),
        "annotators": sorted({who for by in answers.values() for who in by}, key=by_number),
        "items": len(items),
        "answered": len(answers),
        "short_of_overlap": short,
        "decisions": sum(map(len, answers.values())),
        "skipped": sum(decision.payload is None for decision in present),
        "older_guideline": len(every) - len(present),
        "measures": [{"measure": named(side), **measure.of(side, shared)} for side in sides],
        "kappa": kappas(sides, shared, measure),
        "pairs": list(pairs(sides, shared, measure)),
        "by_annotator": dict(by_annotator(sides[0], shared, measure)),
        "by_label": dict(by_label(scheme, sides, shared, measure)),
        "confusion": [{"labels": list(pair), "count": count, "items": ids[:EXAMPLES]} for pair, count, ids in confused],
        "disagreements": disagreements,
        "anchoring": anchoring(sides[0], present, items, measure),
        "checks": checks(sides[0], present, items),
        "resamples": resamples,
        "seed": seed,
        "qadam": __version__,
        "seen": _seen(session),
    }
    return Found(scheme, document, examples(scheme, items, shared, confused))


def _weak(scheme: Scheme, main: Document, *, short: int, items: int) -> list[str]:
    """What a threshold that was reached does not yet show."""
    found = []
    if main["low"] is None or main["low"] < scheme.threshold:
        found.append(
            f"The interval begins at {_digits(main['low'])}, below the threshold of {scheme.threshold:g}: "
            "other items might not reach it."
        )
    if short:
        found.append(
            f"{short} of {items} items were seen by fewer than the {scheme.overlap} people that the scheme asks for."
        )
    return found


def _seen(session: Session) -> Document:
    """What was measured, as checksums: whoever publishes can tell whether anything has changed since."""
    rows = [[d.seq, d.item, d.annotator, d.version, d.payload, d.skip] for d in session.history()]
    items = hashlib.sha256((session.folder / ITEMS).read_bytes()).hexdigest()
    return {"items": items, "decisions": digest(rows)}


def answered(decisions: Sequence[Decision]) -> dict[str, dict[str, Payload]]:
    """item -> annotator -> answer, without what was skipped."""
    found: dict[str, dict[str, Payload]] = defaultdict(dict)
    for decision in decisions:
        if decision.payload is not None:
            found[decision.item][decision.annotator] = decision.payload
    return dict(found)


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _digits(value: float | None) -> str:
    return "?" if value is None else f"{value:.2f}" if value <= 1 else f"{value:.1f}"
