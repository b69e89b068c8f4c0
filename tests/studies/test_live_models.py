"""The studies of language models asked live, end to end, of a server on this machine that plays a model."""

import runpy
from pathlib import Path

import pytest

from qadam.catalogue import items, tables
from qadam.catalogue.fetch import Places
from qadam.lab import judge, plan, run
from qadam.metrics import canary, choice
from qadam.publish import report
from qadam.studies import english_cot, llm_leaderboard
from qadam.terms import Item, Said

SAFE = llm_leaderboard.SAFETY.datasets[0]  # what live models answer there takes a judge: that is kk-vs-ru-safety
Server = runpy.run_path(str(Path(__file__).parents[1] / "systems" / "endpoint_server.py"))["Server"]

INTO_ENGLISH = english_cot.ASK["translated"][1]
BACK = english_cot.BACK.partition("\n")[0]


def plays(prompt):
    """Translates by marking the text, reasons in the language it is told to, and always ends on the first option."""
    mark = abs(hash(prompt)) % 10**8
    if prompt.startswith(INTO_ENGLISH):
        return f"English of question {mark}"
    if prompt.startswith(BACK):
        assert "Answer: A" in prompt
        return "Жауап: A"
    if prompt.startswith("Think step by step in English only. End with your answer"):
        assert "English of question" in prompt
        return f"The first option fits best, number {mark}.\nAnswer: A"
    if "Think step by step in English only." in prompt:
        return "Сұраққа қазақша жауап беремін, ағылшынша емес.\nЖауап: A"  # does not do as it is told
    if "қадам-қадаммен" in prompt:
        return "Алдымен сұрақтың мағынасын ойланайық.\nЖауап: A"
    return "Жауап: A"


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """The study of reasoning, filled by the player; and what the server was asked."""
    home, out = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("out")
    with Server(say=plays) as server:
        made = plan.make(
            english_cot.STUDY, "sample", out=out, places=Places(home), systems=[f"openai:player@{server.url}"]
        )
        assert run.run(made) == ()
        return made, judge.judge(made), server.asked


def measured(asked, metric):
    return {m.condition: m.value for m in asked[1].measurements if m.metric == metric}


def test_all_four_ways_are_asked_and_read(asked):
    assert measured(asked, "accuracy") == dict.fromkeys(english_cot.ASK, pytest.approx(0.25))
    assert set(measured(asked, "no_answer").values()) == {0}


def test_the_translated_way_takes_three_steps_of_every_question(asked):
    steps = {"into": INTO_ENGLISH, "think": "Think step by step in English only. End with your answer", "back": BACK}
    times = {
        name: sum(n for prompt, n in asked[2].items() if prompt.startswith(begins)) for name, begins in steps.items()
    }
    assert times == dict.fromkeys(steps, 48)
    assert sum(asked[2].values()) == 48 * 6


def test_the_language_of_the_reasoning_is_checked(asked):
    found = measured(asked, "in_language")
    assert found == {"cot-kk": pytest.approx(1), "cot-en": pytest.approx(0), "translated": pytest.approx(1)}


def test_reasoning_as_good_as_the_better_kazakh_way_keeps_quality_for_that_model(asked):
    (found,) = asked[1].verdict.by_system
    assert (found.effect, found.low, found.high, found.outcome) == (0, 0, 0, "supported")
    assert asked[1].verdict.outcome == "inconclusive"  # the systems that the rule names were not asked
    assert any("80 % power" in reason for reason in asked[1].verdict.reasons)


def test_a_free_question_goes_the_same_ways():
    item = Item("q", {"question": "Қашан?", "passage": "1991 жылы."}, ("1991 жылы", "1991"))
    for condition in english_cot.SCHOOLS.conditions:
        ask = english_cot.present(item, condition)
        assert "1991 жылы." in ask.prompt and ask.characters == english_cot.ROOM
        assert len(ask.then) == (2 if condition.name == "translated" else 0)
        said = Said("Ойланайық.\nЖауап: 1991 жылы", before=("t", "It says so.") if ask.then else ())
        assert english_cot.read(said, item, condition).answer == "1991 жылы"
        assert english_cot.expect(item, condition) == item.gold


def test_the_leaderboard_asks_in_other_ways_and_begins_a_canary(tmp_path):
    first = items.load("choice-mini/test", Places(tmp_path))[0]

    def has_read_it(prompt):
        """Says A to everything, and has read our repository."""
        return canary.rest(first) if prompt.startswith(canary.ASKED) else "Jauap: A"

    with Server(say=has_read_it) as server:
        address = f"openai:player@{server.url}"
        made = plan.make(llm_leaderboard.STUDY, "sample", out=tmp_path, places=Places(tmp_path), systems=[address])
        assert run.run(made) == ()
        prompts = list(server.asked)
    found = {(m.metric, m.condition): m for m in judge.judge(made).measurements}
    assert found["canary_completed", "canary"].value == 1 and found["canary_completed", "canary"].n == 1
    for name in ("direct-ru", "direct-en", "direct-kk-shuffled", "direct-kk-latin"):
        assert found["accuracy", name].n == 48
        assert found["asked_otherwise", name].low <= found["asked_otherwise", name].high
    assert found["accuracy", "direct-kk-latin"].value == pytest.approx(0.25)
    assert sum(prompt.startswith("Ответь") for prompt in prompts) == 48
    assert sum(prompt.startswith("Sūraqqa jauap ber.") for prompt in prompts) == 48
    shuffled = [choice.shuffled(item, seed=13) for item in items.load("choice-mini/test", Places(tmp_path))]
    assert all(any(choice.shown(item) in prompt for prompt in prompts) for item in shuffled)


def test_one_name_runs_the_five_on_every_benchmark(tmp_path):
    made = plan.make(llm_leaderboard.STUDY, "laptop", out=tmp_path, places=Places(tmp_path, (), True), systems=["five"])
    assert tuple(made.asked) == tables.members("five")
    planned = {(c.dataset, c.system) for c in (*made.cells, *(b.cell for b in made.blocked))}
    for model in tables.members("five"):
        assert {dataset for dataset, system in planned if system == model} == set(made.protocol.datasets) - {SAFE}


def test_unasked_the_five_are_blocked_with_the_command_that_runs_them(tmp_path):
    made = plan.make(llm_leaderboard.STUDY, "laptop", out=tmp_path, places=Places(tmp_path, (), True))
    held = [b for b in made.blocked if b.cell.system in tables.members("five")]
    assert {b.reason for b in held} == {"it needs a GPU and is run only if it is named"}
    assert all(b.unblock.endswith("qadam run llm-leaderboard --profile laptop --system five") for b in held)
    assert not [cell for cell in made.cells if cell.system in tables.members("five")]


def test_the_page_begins_with_benchmarks_and_systems(tmp_path):
    places = Places(tmp_path, (), True)
    made = plan.make(llm_leaderboard.STUDY, "sample", out=tmp_path, places=places)
    run.run(made)
    evidence = judge.judge(made)
    page = report.write(made.study, tables.problem("llm-leaderboard"), evidence, out=tmp_path / "report")
    text = page.read_text("utf-8")
    assert 'class="matrix"' in text and text.index('class="matrix"') < text.index("choice-mini/test: value")
