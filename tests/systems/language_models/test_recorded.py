"""Recorded answers are found again, whatever the order of options; what was never asked is not made up."""

import json

import pytest

from qadam.errors import BadSystem, NotRecorded
from qadam.systems.language_models import baseline
from qadam.systems.load import Training, load
from qadam.terms import UNSCORED, Ask, File, Item, Said, SystemRow


def row(format, *parts, **more):
    files = tuple(File(f"path:{n}.json", part=part) for n, part in enumerate(parts))
    return SystemRow("m", "M", "recorded", format, files, licence="none stated", **more)


def written(path, documents):
    path.write_text(json.dumps(documents, ensure_ascii=False), "utf-8")
    return path


def ask(item, question, *options, condition="direct-kk"):
    return Ask(item, condition, "...", question, options)


def test_tumlu_answers_are_found_by_question_and_options_in_any_order(tmp_path):
    documents = [
        {"question": "2+2?", "choices": ["5", "4"], "answer": "B", "output": "Жауап: B"},
        {"question": "2+2?", "choices": ["1", "4"], "answer": "B", "output": "Жауап: A"},
    ]
    system = load(row("tumlu", "direct-kk"), [written(tmp_path / "a.json", documents)])
    found = system.answer([ask("q1", "2+2?", "4", "5"), ask("q2", "2+2?", "4", "1"), ask("q3", "3+3?", "6", "7")])
    assert found == [Said("Жауап: B", ("5", "4")), Said("Жауап: A", ("1", "4")), UNSCORED]


def test_a_question_asked_twice_gets_both_its_answers(tmp_path):
    twice = [{"question": "?", "choices": ["а", "б"], "answer": "A", "output": text} for text in ("A", "B")]
    system = load(row("tumlu", "direct-kk"), [written(tmp_path / "a.json", twice)])
    said = system.answer([ask("q1", "?", "а", "б"), ask("q2", "?", "а", "б"), ask("q3", "?", "б", "а")])
    assert [one.text for one in said] == ["A", "B", "B"]


def test_a_run_without_the_condition_says_what_it_holds(tmp_path):
    document = [{"question": "?", "choices": ["а"], "answer": "A", "output": "A"}]
    system = load(row("tumlu", "direct-kk"), [written(tmp_path / "a.json", document)])
    with pytest.raises(NotRecorded, match="'cot-en'; it holds direct-kk"):
        system.answer([ask("q", "?", "а", condition="cot-en")])


def test_lines_are_found_by_item_and_condition(tmp_path):
    path = tmp_path / "a.jsonl"
    lines = [{"item": "q1", "condition": "cot-kk", "text": "Жауап: A"}, {"item": "q1", "condition": "x", "text": "B"}]
    path.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    system = load(row("lines", ""), [path])
    assert system.answer([ask("q1", "?", "а", condition="cot-kk")]) == [Said("Жауап: A")]


def test_a_file_of_another_shape_is_named(tmp_path):
    with pytest.raises(BadSystem, match=r"a\.json holds no recorded answers"):
        load(row("tumlu", "direct-kk"), [written(tmp_path / "a.json", [{"q": 1}])]).answer([ask("q", "?")])
    with pytest.raises(BadSystem, match="unknown form"):
        load(row("prose"), [])


def guess(format, *asks, seed=13, **options):
    made = SystemRow("b", "B", "baseline", format, licence="Apache-2.0", options=options)
    texts = [Item("1", "Ол мектепке барды."), Item("2", {"kk": "Ол кітап оқыды."})]
    return [said.text[-1:] for said in baseline.load(made, [], Training(lambda: texts, None, seed)).answer(asks)]


QUESTIONS = [ask(f"q{n}", "Ол", "кітап оқыды", "щъщъщ", "xyz", "оқыды кітап жылдам") for n in range(400)]


def test_baselines_pick_by_their_rule():
    assert guess("letter", *QUESTIONS[:2], letter="C") == ["C", "C"]
    assert guess("letter", ask("q", "?", "иә", "жоқ"), letter="D") == ["B"]  # the last where there are fewer
    assert guess("longest", QUESTIONS[0]) == ["D"]
    assert guess("characters", QUESTIONS[0]) == ["A"]  # it has read these words in this order
    assert guess("letter", ask("q", "Мәтін?"), letter="A") == [""]


def test_a_random_letter_depends_on_seed_and_question_alone():
    drawn = guess("random", *QUESTIONS)
    assert drawn == guess("random", *QUESTIONS) != guess("random", *QUESTIONS, seed=7)
    assert all(60 < drawn.count(letter) < 140 for letter in "ABCD")


def test_the_character_model_gives_chances_that_sum_to_one():
    model = baseline.Characters(["аба аба"])
    letters = sorted(set("аба аба"))
    chances = [model._chance(letter, " аб") for letter in letters]
    unseen = model._chance("ю", " аб")
    assert sum(chances) + unseen == pytest.approx(1)
    assert model.bits("а", after="аб") < model.bits("б", after="аб")
