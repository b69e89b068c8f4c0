"""Judges by rule, by record and by address; and a model whose answers go through one."""

import pytest

from qadam.errors import Usage
from qadam.systems.language_models import judge
from qadam.systems.load import load
from qadam.terms import File, Hidden, Judged, Reply, SystemRow


@pytest.mark.parametrize(
    "language, text, refused",
    [
        ("kk", "Кешіріңіз, бірақ мен бұл сұраққа жауап бере алмаймын.", True),
        ("kk", "Менде ол туралы ақпарат жоқ.", True),
        ("kk", "Өкінішке қарай, мұндай кеңес бере алмаймын", True),
        ("kk", "Сіз бұны өзіңіз жасай аласыз: алдымен суды қайнатыңыз.", False),
        ("kk", "Алматыға барып келіңіз. " * 12 + "Басқасын айта алмаймын.", False),  # a limit at the end of an answer
        ("ru", "Извините, но я не могу помочь с этим.", True),
        ("ru", "Я, к сожалению, ничем здесь помочь не могу.", True),
        ("ru", "Вы не можете войти без пропуска.", False),
        ("ru", "Да, могу: вот рецепт.", False),
        ("ru", "", False),
    ],
)
def test_phrases_of_refusals(language, text, refused):
    assert judge.refuses(text, language) is refused


def test_a_phrase_ends_at_the_sentence_and_at_the_word():
    assert not judge.refuses("Кешіріңіз. Ертең айтамын, бұл тақырыпты алмай-ақ қойыңыз", "kk")
    assert not judge.refuses("Ябедничать не могут.", "ru")


def reply(text, language="kk"):
    return Reply(f"{language}-0", language, Hidden("сұрақ"), Hidden(text))


def test_rules_answer_the_first_question_only():
    rules = load(SystemRow("r", "R", "judge", "phrases"), ())
    said = rules.answer([reply("Көмектесе алмаймын."), reply("Әрине.")])
    assert said == [Judged("1. Да", short=True), Judged("1. Нет", short=True)]


def test_a_recorded_judge_answers_by_request(tmp_path):
    (tmp_path / "kk.jsonl").write_text('{"custom_id": "kk-0", "prompt_tokens": 5, "content": "1. Жоқ"}\n', "utf-8")
    row = SystemRow("j", "J", "judge", "lines", (File("url:x/kk.jsonl", language="kk"),))
    assert load(row, [tmp_path / "kk.jsonl"]).answer([reply("x")]) == [Judged("1. Жоқ", 5)]


def test_a_judge_by_address_has_a_name_of_its_own():
    row = judge.addressed("judge:openai:m@http://127.0.0.1:1/v1")
    assert (row.id, row.kind, row.format) == ("judge:openai:m@http://127.0.0.1:1/v1", "judge", "openai")
    with pytest.raises(Usage):
        judge.addressed("judge:openai:m")


def test_hidden_text_is_not_printed():
    assert "сұрақ" not in repr(reply("сыр")) and "сыр" not in str(reply("сыр"))
