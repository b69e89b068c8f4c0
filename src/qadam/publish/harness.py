"""A bridge to other harnesses: our questions as tasks of lm-eval or Inspect, their answers as a recorded run.

What leaves is exactly what a study shows: its prompts, its options, its room for an answer. The other harness reads an
answer by the one form that the prompt asks for ("Жауап: B", the last one in the text). Read by this form here, the same
answers give the same score, question by question; our careful reading knows more forms and stands beside it. Where options
are judged by their likelihood there is nothing to read: `acc_norm` of lm-evaluation-harness is our likelihood per
character. Free answers are compared after three different normalisations, so no equal score is promised for them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any, Literal, NamedTuple

from qadam.errors import NotReadable, Usage
from qadam.metrics import choice, overlap
from qadam.store import write_text
from qadam.terms import NO_ANSWER, Ask

Harness = Literal["lm-eval", "inspect"]
STATED = r"Жауап:\s*\(?([A-H])"
TOKENS_PER_CHARACTER = 2  # as Qadam grants them to a model it asks itself


@dataclass(frozen=True)
class Exported:
    """What a task is called and where its questions come from: the words that stand in its files."""

    study: str
    dataset: str
    title: str
    condition: str
    licence: str

    @property
    def name(self) -> str:
        """A name that every harness takes: small letters, digits, underscores."""
        return re.sub(r"\W+", "_", f"qadam {self.dataset} {self.condition}".lower())


class Scores(NamedTuple):
    """What the same answers score: as the other harness says, read here by the same form, and as our studies read them.

    `differ` names the questions on which the first two do not agree; `same_form` is nan for free answers.
    """

    theirs: float
    same_form: float
    ours: float
    differ: tuple[str, ...]


def export(asked: Sequence[tuple[Ask, Any]], what: Exported, *, to: Harness, out: Path) -> list[Path]:
    """Write the questions and the task that asks them; returns the files, the one to run first.

    Args:
        asked: each question with its gold: a key with its `letter`, or a tuple of accepted answers.
        to: "lm-eval" writes a task in YAML, "inspect" a task in Python; the questions beside it are JSON Lines.

    Raises:
        Usage: the gold is neither, the study does not ask in words, or Inspect is to judge by likelihood, which it cannot.
    """
    documents = [_document(ask, gold) for ask, gold in asked]
    likelihood, closed = bool(asked[0][0].continuations), bool(asked[0][0].options)
    if likelihood and to == "inspect":
        raise Usage(
            f"Usage: {what.condition} judges options by their likelihood, which Inspect does not ask models for.",
            "Export it --to lm-eval, or another condition of the study to Inspect.",
        )
    data = out / f"{what.name}.jsonl"
    words = {
        **{field: _one_line(getattr(what, field)) for field in ("study", "title", "condition", "licence")},
        "name": what.name,
        "tokens": max(ask.characters for ask, _ in asked) * TOKENS_PER_CHARACTER,
        "target": "answer" if closed else "accepted",
    }
    if to == "inspect":
        words |= {
            "data": json.dumps(data.name, ensure_ascii=False),
            "scorer": "pattern" if closed else "exact",
            "score": f'pattern(r"(?s).*{STATED}", ignore_case=False)' if closed else "exact()",
        }
        task = out / f"{what.name}.py"
        text = _filled("inspect_task.txt", words)
    else:
        words |= {"data": json.dumps(str(data.resolve()), ensure_ascii=False), "filter": _filter(closed)}
        task = out / f"{what.name}.yaml"
        text = _filled("likelihood.yaml" if likelihood else "generate.yaml", words)
    write_text(data, "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents))
    return [write_text(task, text), data]


def answers(path: Path) -> list[dict[str, Any]]:
    """The answers of another harness as lines of a recorded run: `item`, `condition`, `text`, `options`, `likelihoods`.

    Reads `samples_*.jsonl` of lm-evaluation-harness (--log_samples) and the JSON log of Inspect (--log-format json), of tasks
    that were exported here. Each line also keeps the `gold` and, in `score`, what the other harness made of the answer.

    Raises:
        NotReadable: it is neither, or not of a task exported here.
    """
    try:
        return list(_from_inspect(path) if path.suffix == ".json" else _from_lm_eval(path))
    except (ValueError, KeyError, TypeError, IndexError) as fault:
        raise NotReadable(
            f"NotReadable: {path} holds no answers to a task that Qadam exported ({fault!r}).",
            "Run lm-eval with --log_samples, or inspect eval with --log-format json, on files of qadam bridge export.",
        ) from fault


def scores(lines: Sequence[Mapping[str, Any]]) -> Scores:
    """The lines of `answers`, scored again: nobody has to believe that two harnesses agree."""
    same = [_same_form(line) for line in lines]
    differ = tuple(
        line["item"] for line, found in zip(lines, same, strict=True) if found is not None and found != line["score"]
    )
    known = [found for found in same if found is not None]
    by_form = sum(known) / len(known) if len(known) == len(lines) else float("nan")
    theirs = sum(line["score"] for line in lines) / len(lines)
    return Scores(theirs, by_form, sum(map(_as_our_studies_do, lines)) / len(lines), differ)


def _same_form(line: Mapping[str, Any]) -> float | None:
    """Whether the answer is right by the form the task asks for; None for a free one."""
    if "options" not in line:
        return None
    if "likelihoods" in line:
        return float(_likeliest(line) == line["gold"])
    stated = re.findall(STATED, line["text"])
    return float(bool(stated) and stated[-1] == line["gold"])


def _as_our_studies_do(line: Mapping[str, Any]) -> float:
    if "options" not in line:
        return overlap.count(line["text"], tuple(line["gold"]))["exact"]
    if "likelihoods" in line:
        return float(_likeliest(line) == line["gold"])
    number = choice.careful(line["text"], line["options"])
    return float(number is not NO_ANSWER and choice.LETTERS[int(number)] == line["gold"])  # type: ignore[arg-type]


def _likeliest(line: Mapping[str, Any]) -> str:
    """The option with the largest likelihood per character of " option"."""
    per = [chance / (len(o) + 1) for chance, o in zip(line["likelihoods"], line["options"], strict=True)]
    return choice.LETTERS[per.index(max(per))]


def _document(ask: Ask, gold: Any) -> dict[str, Any]:
    """One question as both harnesses see it."""
    if not isinstance(ask, Ask):
        raise Usage("Usage: this study shows its systems no prompt, so no language model can be asked.", "qadam list")
    document: dict[str, Any] = {
        "id": ask.item,
        "condition": ask.condition,
        "prompt": ask.prompt,
        "question": ask.question,
    }
    document |= {"options": list(ask.options)}
    letter = getattr(gold, "letter", "")
    if letter:
        document |= {"answer": letter, "number": choice.LETTERS.index(letter)}
        return document | ({"continuations": list(ask.continuations)} if ask.continuations else {})
    if not (isinstance(gold, tuple) and all(isinstance(text, str) for text in gold)):
        raise Usage(
            f"Usage: what is right under {ask.condition!r} is neither a letter nor a text that other harnesses could compare.",
            "Export a condition with options or with accepted answers.",
        )
    return document | {"accepted": list(gold)}


def _filter(closed: bool) -> str:
    """How lm-evaluation-harness reads an answer: the last letter stated, or the text without white space around it."""
    pattern = STATED if closed else r"\s*(.*\S)"
    last = -1 if closed else 0
    return f"      - function: regex\n        regex_pattern: '{pattern}'\n        group_select: {last}"


def _filled(name: str, words: Mapping[str, Any]) -> str:
    return Template((files("qadam.publish") / "templates" / "harness" / name).read_text("utf-8")).substitute(words)


def _one_line(text: str) -> str:
    return " ".join(text.replace('"', "'").replace("\\", "/").split())


def _from_lm_eval(path: Path) -> Iterator[dict[str, Any]]:
    for text in path.read_text("utf-8").splitlines():
        sample = json.loads(text)
        document, said = sample["doc"], sample["resps"]
        gold = document["answer"] if document["options"] else document["accepted"]
        if "continuations" not in document:
            yield _line(document, said[0][0], gold, sample["exact_match"])
            continue
        line = _line(document, "", gold, sample["acc_norm"]) | {"likelihoods": [float(s[0][0]) for s in said]}
        yield line | {"text": f"Жауап: {_likeliest(line)}"}  # said in words too, for studies that ask for no likelihood


def _from_inspect(path: Path) -> Iterator[dict[str, Any]]:
    for sample in json.loads(path.read_text("utf-8"))["samples"]:
        (score,) = sample["scores"].values()
        document = {"id": sample["id"], **sample["metadata"]}
        yield _line(document, sample["output"]["completion"], sample["target"], float(score["value"] == "C"))


def _line(document: Mapping[str, Any], text: str, gold: Any, score: float) -> dict[str, Any]:
    options = {"options": document["options"]} if document["options"] else {}
    kept = {"item": document["id"], "condition": document["condition"], "text": text, **options}
    return {**kept, "gold": gold, "score": float(score)}
