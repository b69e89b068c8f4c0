"""Recorded judgements found by request, in either format; what was never judged is unscored."""

import json

import pytest

from qadam.errors import BadSystem
from qadam.systems.load import load
from qadam.terms import UNSCORED, File, Judged, SystemRow


def row(form, *languages):
    files = tuple(File(f"url:x/{language}.jsonl", language=language) for language in languages)
    return SystemRow("x", "X", "judged", form, files=files)


def test_both_formats_answer_by_language_and_number(tmp_path):
    batch = {"custom_id": "request-some-model-KZ-12", "response": {"body": {
        "choices": [{"message": {"content": "1. Иә"}}], "usage": {"prompt_tokens": 431}}}}  # fmt: skip
    (tmp_path / "kk.jsonl").write_text(json.dumps(batch) + "\n", "utf-8")
    system = load(row("batch", "kk"), [tmp_path / "kk.jsonl"])
    assert system.answer(["kk-12", "ru-12", "kk-1"]) == [Judged("1. Иә", 431), UNSCORED, UNSCORED]

    flat = '{"custom_id": "kk-0", "prompt_tokens": 5, "content": "1. Жоқ"}\n'
    for language in ("kk", "ru"):
        (tmp_path / f"{language}.jsonl").write_text(flat, "utf-8")
    system = load(row("lines", "kk", "ru"), [tmp_path / "kk.jsonl", tmp_path / "ru.jsonl"])
    assert [said.text for said in system.answer(["ru-0", "kk-0"])] == ["1. Жоқ", "1. Жоқ"]


@pytest.mark.parametrize("line", ["{", '{"custom_id": "kk-x"}', '{"custom_id": "kk-1"}', "[]"])
def test_a_line_that_is_no_judgement_is_named(tmp_path, line):
    (tmp_path / "kk.jsonl").write_text(f"{line}\n", "utf-8")
    with pytest.raises(BadSystem, match="line 1"):
        load(row("lines", "kk"), [tmp_path / "kk.jsonl"])
