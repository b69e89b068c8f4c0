"""Opens the templates of this room, with the words and filters they use; everything is escaped unless marked safe."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from functools import partial
from importlib import resources
from typing import Any

from jinja2 import BytecodeCache, ChoiceLoader, DictLoader, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from qadam import look
from qadam.publish import numbers, words
from qadam.terms import Evidence, Measurement, Problem, Protocol, Texts


class _Compiled(BytecodeCache):
    """Templates once compiled serve every language and report: to compile one takes longer than to fill it."""

    def __init__(self) -> None:
        self._codes: dict[str, Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was compiled under this key, unless the template has changed since."""
        checksum, code = self._codes.get(bucket.key, (None, None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it as long as the process lives."""
        self._codes[bucket.key] = bucket.checksum, bucket.code


_COMPILED = _Compiled()


def environment(language: str = "") -> Environment:
    """Templates that speak one language, or all three side by side (no language given) for a page with a switch.

    In a template `t(key, ...)` says a fixed sentence and `tt(texts)` a text that comes with the data.
    """
    pages = Environment(
        loader=ChoiceLoader([PackageLoader("qadam.publish"), DictLoader({look.ORNAMENT: look.text(look.ORNAMENT)})]),
        autoescape=lambda name: not (name or "").endswith(".md"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_COMPILED,
    )
    say: Callable[..., Any] = partial(_in_one, language) if language else _in_all
    tell: Callable[..., Any] = partial(words.in_language, language=language) if language else words.spans
    pages.globals.update(t=say, tt=tell, texts=words.texts, listed=words.listed, language=language or "en")
    pages.globals.update(area=area_name, area_key=area_key, need=need, state=state, deciding=deciding)
    pages.globals.update(places=lambda measurement: numbers.decimals([measurement]))
    pages.filters.update(number=numbers.number, zone=numbers.zone, link=safe_link, cell=markdown_cell)
    pages.filters.update(code=markdown_code, line=one_line, slug=lambda text: text.replace(" ", "-").lower())
    pages.globals.update(file_name=file_name, kind_name=kind_name)
    return pages


def style() -> Markup:
    """The one style sheet, as text to stand inside a page."""
    return Markup(look.style(resources.files(__package__).joinpath("style.css").read_text("utf-8")))


def _in_one(language: str, key: str, **values: Any) -> str:
    return words.say(key, language, **values)


def _in_all(key: str, **values: Any) -> Markup:
    return words.spans(words.texts(key, **values))


def area_key(area: str) -> str:
    """The area of a problem as a name for filters: its first word, in lower case letters."""
    found = re.findall(r"\w+", area.lower())
    return found[0] if found else "other"


def area_name(area: str) -> Texts | str:
    """The area of a problem in three languages, or as its row spells it if no translation is known."""
    key = f"area.{area_key(area)}"
    return words.texts(key) if words.known(key) else area


def need(name: str) -> Texts | str:
    """What a first step asks for, in three languages, or as its row spells it."""
    return words.texts(f"need.{name}") if words.known(f"need.{name}") else name


def kind_name(name: str) -> Texts | str:
    """What systems of a kind are called, in three languages, or as their rows spell it."""
    return words.texts(f"kinds.{name}") if words.known(f"kinds.{name}") else name


def file_name(name: str) -> str:
    """A name as that of a file, on any system and in any address; names that had to change keep apart by their hash."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "-", name).strip(".") or "x"
    return safe if safe == name else f"{safe}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def state(evidence: Evidence | None, *, studied: bool = True) -> str:
    """What is known of a problem in one word; a run on sample text is a demonstration, whatever its rule says."""
    if evidence is None:
        return "waiting" if studied else "none"
    if evidence.verdict.demonstration or evidence.profile == "sample":
        return "demonstration"
    return evidence.verdict.outcome


def deciding(evidence: Evidence) -> Measurement | None:
    """The measurement behind the effect of a verdict: its dataset, n and unit; None if the verdict names no number."""
    verdict = evidence.verdict
    wanted = (verdict.effect, verdict.low, verdict.high)
    return next((m for m in evidence.measurements if (m.value, m.low, m.high) == wanted), None)


def safe_link(address: str) -> str:
    """A web address, or nothing: a row may hold any text, and a page must not run it."""
    return address if re.match(r"https?://", address) else ""


def markdown_cell(text: object) -> str:
    """Text that can stand in a Markdown table without breaking it or turning into HTML."""
    plain = one_line(text).replace("\\", "\\\\").replace("|", "\\|").replace("`", "\\`").replace("](", "]\\(")
    return plain.replace("<", "&lt;").replace(">", "&gt;")


def markdown_code(text: object) -> str:
    """A name as code, or as escaped text if a letter of it could end the code."""
    escaped = markdown_cell(text)
    return f"`{escaped}`" if escaped == str(text) else escaped


def one_line(text: object) -> str:
    """Text on one line, so that none of it begins another and closes a block of code."""
    return " ".join(str(text).split())


def command(problem: Problem, profile: str = "sample") -> str:
    """What to type to run the study of a problem."""
    return f"qadam run {problem.id} --profile {profile}"


def condition_of(protocol: Protocol, measured: Sequence[Measurement]) -> str:
    """The condition that speaks for some measurements: the rule's, else the control, else the first of the protocol."""
    there = {m.condition for m in measured}
    wanted = [protocol.rule.condition] if protocol.rule else []
    wanted += [c.name for c in sorted(protocol.conditions, key=lambda c: not c.control)]
    return next((name for name in wanted if name in there), min(there, default=""))
