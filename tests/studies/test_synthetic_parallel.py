"""The study on its sample: a copy wins the round trip and nothing else; the rule on made-up arms; what each system is asked."""

import random

import pytest

from qadam.catalogue import tables
from qadam.catalogue.fetch import Places
from qadam.lab import judge, plan, run
from qadam.metrics.synthetic import BARS
from qadam.metrics.translation import Reference, count
from qadam.studies import synthetic_parallel as study
from qadam.terms import NO_ANSWER, Cell, Crossed, Item, Pair, Said

ALL = {c.name: c for c in study.LAPTOP.conditions}
PAIR = Item("1", {"kk": "Ол « келді » .", "ky": "Ал келди .", "en": "He came ."})


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    places = Places(tmp_path_factory.mktemp("home"), (), True)
    made = plan.make(study.STUDY, "sample", out=tmp_path_factory.mktemp("out"), places=places)
    assert run.run(made) == ()
    return judge.judge(made)


def test_a_copy_is_perfect_there_and_back_and_worst_at_translating(evidence):
    of = {(m.system, m.condition, m.metric): m.value for m in evidence.measurements}
    for path in ("kk-ky", "kk-uz"):
        assert of["copy", f"{path}-kk", "round_trip_bleu"] == pytest.approx(100)
        assert of["copy", path, "chrf"] < of["letter-map", path, "chrf"] < of["sound-laws", path, "chrf"]
    assert of["letter-map", "kk-uz-kk", "round_trip_bleu"] > of["sound-laws", "kk-uz-kk", "round_trip_bleu"]
    assert of["copy", "kk-uz", "strange_letters"] == 100 and of["sound-laws", "kk-ky", "strange_letters"] == 0


def test_filters_find_faults_and_the_better_translator_costs_fewer_good_pairs(evidence):
    of = {(m.system, m.metric): m.value for m in evidence.measurements if m.condition == study.FILTERING}
    assert of["sound-laws", "all_recall"] > 0.6 and of["sound-laws", "all_lost"] < of["copy", "all_lost"]
    assert of["sound-laws", "duplicates_precision"] == 1
    parts = {
        (p.level, p.measurement.metric): p.measurement.value
        for p in evidence.parts
        if p.measurement.system == "sound-laws"
    }
    assert parts["repeated", "duplicates_recall"] == 1 and parts["copied", "language_recall"] == 1


def test_the_sample_is_a_demonstration(evidence):
    assert evidence.verdict.demonstration and evidence.verdict.outcome == "inconclusive"


def rows(right, *, seed, items=300):
    """Made-up translations: a share of the words of every sentence is right."""
    draw, made = random.Random(seed), []
    for n in range(items):
        words = [f"{k}word{n}" for k in range(8)]
        said = [word if draw.random() < right else "x" * len(word) for word in words]
        made.append({"item": str(n), "group": "", "status": "", **count(" ".join(said), Reference(" ".join(words)))})
    return made


def ruling(few, synthetic, real, *, copied=0.3, bar=0.1, seeds=(13, 14, 15), tests=study.PEOPLE):
    shares = {"few": few, "synthetic": synthetic, "real": real} | ({"copied": copied} if copied else {})
    cells = {
        Cell(test, f"translating-{arm}", "kk-en", seed): rows(share, seed=100 * seed + n)
        for test in tests
        for n, (arm, share) in enumerate(shares.items())
        for seed in seeds
    }
    cells |= {Cell(t, b, "kk-en", 13): rows(bar, seed=n) for t in tests for n, b in enumerate(BARS)}
    return study.LAPTOP.rule.synthesis.settle(cells, study.LAPTOP)


def test_a_gain_on_both_tests_supports():
    found = ruling(0.3, 0.5, 0.6)
    assert found.verdict.outcome == "supported" and found.verdict.effect > 1
    assert len(found.estimates) == 10


@pytest.mark.parametrize("copied", [0.5, 0.6, None])
def test_what_copied_sentences_gain_as_well_supports_nothing(copied):
    found = ruling(0.3, 0.5, 0.6, copied=copied)
    assert found.verdict.outcome == "inconclusive" and "copied target sentences" in found.verdict.reasons[0]


def test_a_loss_refutes_only_where_real_pairs_do_help():
    assert ruling(0.5, 0.4, 0.6).verdict.outcome == "refuted"
    blind = ruling(0.5, 0.4, 0.5).verdict
    assert blind.outcome == "inconclusive" and "Real pairs do not help" in blind.reasons[0]


def test_where_nobody_is_above_one_sentence_for_all_nothing_is_settled():
    said = ruling(0.3, 0.5, 0.6, bar=0.7).verdict
    assert said.outcome == "inconclusive"
    assert said.reasons[0] == "x-wmt/test: dropped, nobody is above copy-into-english and one-for-all."


def test_too_few_seeds_or_one_test_alone_settle_nothing():
    assert ruling(0.3, 0.5, 0.6, seeds=(13,)).verdict.outcome == "inconclusive"
    assert "not measured: sib-200/all" in ruling(0.3, 0.5, 0.6, tests=study.PEOPLE[:1]).verdict.reasons[0]


def test_what_is_asked_is_tidy_and_says_where_it_goes():
    ask = study.present(PAIR, ALL["kk-ky-kk"])
    assert ask.question == 'Ол "келді".' and ask.languages == ("kk", "ky", "kk")
    assert ask.prompt.endswith(ask.question) and ask.then[0].endswith("{said}") and "Kazakh" in ask.then[0]
    assert study.present(PAIR, ALL["kk-uz"]) is None
    assert study.present(PAIR, ALL["kk-en"]).question == 'ол "келді".'


def test_what_is_said_is_its_first_line_and_silence_is_no_answer():
    assert study.read(Said("\n Ал келди . \nNote: a translation"), PAIR, ALL["kk-ky"]) == "Ал келди."
    assert study.read(Said(" \n"), PAIR, ALL["kk-ky"]) is NO_ANSWER
    assert study.expect(PAIR, ALL["kk-ky"]) == Reference("Ал келди.", "ky")


def test_a_candidate_is_shown_as_a_pair_and_judged_by_its_fault():
    fields = {"languages": ("kk", "ky"), "earlier": ("а", "б")}
    item = Item("1", {"kk": "Бір .", "ky": "Бир ."}, "cut", fields=fields)
    pair = study.present(item, ALL[study.FILTERING])
    assert pair == Pair("Бір.", "Бир.", ("kk", "ky"))
    assert study.expect(item, ALL[study.FILTERING]).fault == "cut"
    crossed = Crossed("Бир.", "Бір.")
    assert study.read(crossed, item, ALL[study.FILTERING]) is crossed


@pytest.mark.parametrize(
    ("system", "paths"),
    [
        ("copy", {"kk-ky", "kk-uz", "kk-ky-kk", "kk-uz-kk", "filters"}),
        ("apertium-kaz-kir", {"kk-ky", "kk-ky-kk"}),
        ("tilmash", {"kk-en"}),
        ("translating-few", {"kk-en"}),
        ("memory-copied", {"kk-en"}),
        ("nllb-600m", {"kk-ky", "kk-uz", "kk-ky-kk", "kk-uz-kk", "kk-en"}),
    ],
)
def test_each_system_goes_where_its_row_says(system, paths):
    assert {name for name, condition in ALL.items() if study.fits(tables.system(system), condition)} == paths


def test_the_test_sets_of_people_are_never_learned_from():
    learned = {
        name.partition("/")[0]
        for system in study.STUDY.systems["full"]
        for name in plan.trained_on(tables.system(system)).values()
    }
    assert not learned & {"x-wmt", "sib-200", "x-wmt-corrupted", "flores-qolda", "flores-101"}
