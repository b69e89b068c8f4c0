"""Settles whether anybody reads a script: the error rate of each reader over all images of it, clean and worn together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from qadam.metrics.letters import cer
from qadam.stats.interval import percentile, resample
from qadam.terms import Cell, Estimate, Missing, Outcome, Protocol, Rule, Ruling, SystemVerdict, Verdict

Rows = Mapping[Cell, Sequence[Mapping[str, Any]]]
LEAST = 3  # readers of a script below which "every one of them fails" would be said of too few
IMAGES, UNITS = 200, 50  # of a script below which a rate is told but nothing concluded; `Legibility` argues them

TITLES = {
    "cer_pooled": {
        "en": "character error rate over all images of the script",
        "ru": "CER по всем изображениям этой графики",
        "kk": "осы жазудағы барлық сурет бойынша CER",
    }
}


class Reader(NamedTuple):
    """A reader of a script: its error rate, the units (lines, photographs) it rests on, images it had no answer to."""

    rate: Estimate
    units: int
    unanswered: int

    @property
    def enough(self) -> bool:
        """Whether the interval may decide: it rests on enough, and has a width. All units alike tell of no other unit."""
        return self.rate.n >= IMAGES and self.units >= UNITS and self.rate.low < self.rate.high


class Legibility:
    """The rule over scripts; a named object, so that it travels to worker processes.

    `scripts` maps the name of a script to the conditions under which its images are read. A script is unread if the error
    rate of *every* reader lies inside `supported` of the rule, and read if that of *any* lies inside a zone of `refuted`.
    The claim is supported if every script is unread, refuted if every one is read.

    A reader counts only where its interval can bear it: 200 images of the script, which is what docs/photographs.md asks of
    people who photograph, from at least 50 units, an interval being resampled by line or photograph and too narrow where these
    are few (Cameron, Gelbach & Miller 2008, Bootstrap-Based Improvements for Inference with Clustered Errors: 5 to 30 are
    few). Drawn lines meet both: 50 lines, each in three fonts and worn in three ways, are 300 images of 50 units. An interval
    without width decides nothing either: three photographs read without an error have [0, 0].
    """

    def __init__(self, scripts: Mapping[str, tuple[str, ...]]) -> None:
        self.scripts = dict(scripts)
        told = "; ".join(f"{name}: {', '.join(conditions)}" for name, conditions in self.scripts.items())
        self.__qualname__ = f"Legibility({told})"

    def __call__(self, rows: Rows, protocol: Protocol) -> Ruling:
        """The verdict, and the error rate of each reader of each script; the best reader of a script stands for it."""
        rule = protocol.rule
        if rule is None:
            raise ValueError("A synthesis settles a rule, and this protocol has none.")
        estimates: list[Estimate] = []
        scripts: list[SystemVerdict] = []
        reasons: list[str] = []
        for name, conditions in self.scripts.items():
            found = sorted(self._readers(rows, protocol, (name, conditions)), key=lambda one: one.rate.value)
            estimates += [one.rate for one in found]
            outcome = _outcome(rule, found)
            if found:
                best = found[0].rate
                scripts.append(SystemVerdict(f"{name}: {best.system}", outcome, *best[4:7], float("nan")))
            reasons.append(_sentence(name, found, outcome))
            if found and len(conditions) > 1:
                reasons.append(_by_condition(rows, found[0].rate, conditions))
        outcomes = {one.outcome for one in scripts} if len(scripts) == len(self.scripts) else {"inconclusive"}
        whole: Outcome = outcomes.pop() if len(outcomes) == 1 else "inconclusive"  # type: ignore[assignment]
        shown = max(scripts, key=lambda one: one.effect, default=None)
        effect, low, high = (shown.effect, shown.low, shown.high) if shown else (None, None, None)
        return Ruling(Verdict(whole, effect, low, high, None, tuple(reasons), tuple(scripts)), tuple(estimates))

    def _readers(self, rows: Rows, protocol: Protocol, script: tuple[str, tuple[str, ...]]) -> list[Reader]:
        """The pooled error rate of every reader that was measured under all conditions of a script."""
        name, conditions = script
        rule, seed = protocol.rule, protocol.seeds[0]
        assert rule is not None
        by_system: dict[str, dict[str, Sequence[Mapping[str, Any]]]] = {}
        for cell, found in rows.items():
            if cell.dataset == rule.dataset and cell.condition in conditions and cell.seed == seed:
                by_system.setdefault(cell.system, {})[cell.condition] = found
        readers = []
        for system, cells in by_system.items():
            if len(cells) < len(conditions):
                continue
            scored = [row for found in cells.values() for row in found if row["status"] != Missing.UNSCORED.value]
            counts = {column: np.array([row[column] for row in scored], float) for column in ("edits", "letters")}
            groups = [row["group"] or row["item"] for row in scored]
            resamples = int(protocol.limits.get("resamples", 10_000))
            value, draws = resample(counts, groups=groups, resamples=resamples, seed=seed).scored(cer.score)
            place = ("cer_pooled", rule.dataset, system, f"{name}, all")
            rate = Estimate(*place, *percentile(value, draws, alpha=rule.alpha), len(scored), "edits per letter")
            unanswered = sum(row["status"] == Missing.NO_ANSWER.value for row in scored)
            readers.append(Reader(rate, len(set(groups)), unanswered))
        return readers


def _outcome(rule: Rule, found: Sequence[Reader]) -> Outcome:
    if any(zone.holds(one.rate.low, one.rate.high) for one in found if one.enough for zone in rule.refuted):
        return "refuted"
    unread = all(one.enough and rule.supported.holds(one.rate.low, one.rate.high) for one in found)
    return "supported" if unread and len(found) >= LEAST else "inconclusive"


def _sentence(script: str, found: Sequence[Reader], outcome: Outcome) -> str:
    if not found:
        return f"{script}: no reader was measured on all its images."
    best, *others = found
    few = best.rate.n < IMAGES or best.units < UNITS
    asked = f" (a verdict asks for {IMAGES} from {UNITS})" if few else ""
    worst = f", worst {_told(others[-1])}" if others else ""
    return (
        f"{script}, readers {len(found)}, images {best.rate.n} from {best.units} lines or photographs{asked}: "
        f"best {_told(best)}{worst}: {outcome}."
    )


def _told(reader: Reader) -> str:
    rate, blank = reader.rate, reader.unanswered
    span = f"[{rate.low:.3f}, {rate.high:.3f}]" if rate.low <= rate.high else "without an interval"
    return f"{rate.system} {rate.value:.3f} {span}, {blank} of {rate.n} images unanswered"


def _by_condition(rows: Rows, best: Estimate, conditions: Sequence[str]) -> str:
    """What the best reader got wrong under each condition by itself."""
    told = []
    for cell, found in rows.items():
        if (cell.dataset, cell.system) == (best.dataset, best.system) and cell.condition in conditions:
            scored = [row for row in found if row["status"] != Missing.UNSCORED.value]
            rate = cer.score({column: sum(row[column] for row in scored) for column in ("edits", "letters")})
            told.append(f"{cell.condition} {float(rate):.3f}")
    return f"{best.system} by condition: {', '.join(sorted(told))}."
