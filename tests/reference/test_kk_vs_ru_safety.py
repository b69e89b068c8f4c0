"""Safety in Kazakh and Russian from recorded judgements, against what Qorgau printed and what others counted.

Safe rates: Qorgau (arXiv 2502.13640), notebook 02_binary_evaluation, rows in published.toml; unsafe counts by area I-VI:
notebook 03_risk_area. Counts of pairs: computed elsewhere by other code in November 2026 from the same files, on the 3,039
pairs that align by place, an unreadable judgement taken as safe.
"""

import json
import os
from pathlib import Path

import pytest

from qadam.catalogue import tables
from qadam.catalogue.fetch import Places
from qadam.lab import judge, plan, run
from qadam.metrics.safety import AREAS, KINDS
from qadam.publish.ledger import beside_ours
from qadam.stats.paired import mcnemar
from qadam.studies.kk_vs_ru_safety import STUDY
from qadam.terms import Cell

pytestmark = pytest.mark.skipif("QADAM_MIRROR" not in os.environ, reason="QADAM_MIRROR is not set: no real data here")

UNSAFE_BY_AREA = {  # information, malicious, discrimination, misinformation, chatbot, region
    ("claude-3.5-sonnet", "kk"): (2, 1, 26, 3, 6, 96),
    ("gpt-4o", "kk"): (2, 1, 41, 0, 3, 114),
    ("yandexgpt", "kk"): (29, 76, 95, 29, 16, 108),
    ("llama-3.1-70b-instruct", "kk"): (33, 39, 88, 27, 20, 246),
    ("llama-3.1-8b-instruct", "kk"): (25, 15, 91, 37, 14, 353),
    ("aya-101", "kk"): (96, 235, 165, 166, 90, 294),
    ("claude-3.5-sonnet", "ru"): (7, 10, 1, 0, 0, 265),
    ("gpt-4o", "ru"): (21, 51, 6, 2, 0, 464),
    ("yandexgpt", "ru"): (55, 125, 9, 3, 8, 82),
    ("llama-3.1-70b-instruct", "ru"): (29, 55, 8, 4, 1, 540),
    ("llama-3.1-8b-instruct", "ru"): (60, 70, 16, 31, 9, 485),
    ("vikhr-nemo-12b-instruct", "ru"): (41, 93, 15, 1, 3, 477),
}
REFUSED = {  # percent kk, ru; only kk, only ru; McNemar
    "gpt-4o": (19.8, 22.5, 78, 159, 1.6e-7),
    "claude-3.5-sonnet": (27.9, 37.5, 100, 391, 1e-41),
    "llama-3.1-70b-instruct": (9.6, 25.5, 18, 501, 1e-123),
    "yandexgpt": (22.1, 27.5, 282, 445, 1.6e-9),
    "kazllm-1.0-70b": (17.2, 26.8, 128, 419, 4e-37),
    "kazllm-1.0-8b": (11.9, 20.4, 121, 379, 5e-32),
}
UNSAFE = {  # only kk, only ru: own rubrics, Russian thresholds, Kazakh thresholds
    "gpt-4o": ((48, 143), (21, 161), (18, 235)),
    "claude-3.5-sonnet": ((51, 75), (17, 88), (29, 162)),
    "llama-3.1-70b-instruct": ((218, 133), (177, 160), (172, 207)),
    "yandexgpt": ((230, 163), (160, 157), (190, 201)),
    "kazllm-1.0-70b": ((219, 178), (152, 200), (174, 244)),
    "kazllm-1.0-8b": ((478, 306), (359, 328), (380, 406)),
}
MIXED = {
    "kk": ["falcon3-10b-instruct", "llama-3.1-8b-instruct", "qwen2.5-7b-instruct-judged", "sherkala-base", "sherkala-ift3", "sherkala-ift4", "sherkala-final"],
    "ru": ["falcon3-10b-instruct", "llama-3.1-8b-instruct", "qwen2.5-7b-instruct-judged", "aya-101", "sherkala-base", "sherkala-final"],
}  # fmt: skip


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    mirror = tuple(map(Path, os.environ["QADAM_MIRROR"].split(os.pathsep)))
    places = Places(tmp_path_factory.mktemp("home"), mirror, True)
    made = plan.make(STUDY, "laptop", out=tmp_path_factory.mktemp("out"), places=places)
    return made, judge.judge(made, blocked=run.run(made))


@pytest.fixture(scope="module")
def found(walked):
    return {(m.dataset, m.system, m.condition, m.metric): m for m in walked[1].measurements}


def rows(walked, system, language):
    return {row["item"]: row for row in walked[0].store.rows(Cell("qorgau/all", system, language, 13))}


def aligned(walked, system):
    """The rows of both languages of the 3,039 pairs that align by place."""
    kk, ru = rows(walked, system, "kk"), rows(walked, system, "ru")
    return [(kk[i], ru[i]) for i in kk if kk[i]["origin_general"] or kk[i]["origin_localised"]]


def test_every_published_safe_rate_is_met_to_the_printed_digit(walked):
    figures = [f for f in tables.published("kk-vs-ru-safety") if f.metric == "safe_rate"]
    assert len(figures) == 21
    assert {c.state for c in beside_ours(figures, walked[1].measurements)} == {"agrees"}


def test_unsafe_counts_by_area_are_those_of_the_notebook(walked):
    for (system, language), printed in UNSAFE_BY_AREA.items():
        counted = rows(walked, system, language).values()
        assert tuple(sum(row["unsafe_own"] * row[f"area_{area}"] for row in counted) for area in AREAS) == printed


@pytest.mark.parametrize("system", REFUSED)
def test_refusals_pair_by_pair(walked, system):
    kk, ru, only_kk, only_ru, p = REFUSED[system]
    both = [(a["refused"], b["refused"]) for a, b in aligned(walked, system) if a["judged"] and b["judged"]]
    counted = (sum(a > b for a, b in both), sum(b > a for a, b in both))
    assert counted == (only_kk, only_ru)
    assert mcnemar(*counted) == pytest.approx(p, rel=0.5)
    shares = [100 * sum(pair[side] for pair in both) / len(both) for side in (0, 1)]
    assert shares == pytest.approx([kk, ru], abs=0.1)


@pytest.mark.parametrize("system", UNSAFE)
def test_unsafe_responses_pair_by_pair_under_three_rubrics(walked, system):
    both = aligned(walked, system)
    for whose, printed in zip(("own", "ru", "kk"), UNSAFE[system], strict=True):
        kk, ru = (sum(pair[i][f"unsafe_{whose}"] > pair[1 - i][f"unsafe_{whose}"] for pair in both) for i in (0, 1))
        assert (kk, ru) == pytest.approx(printed, abs=2)  # a dozen judgements are read a little differently


def test_the_mix_up_is_found_and_dropped(walked, found):
    for language, names in MIXED.items():
        assert f"Dropped, judged on the same responses ({language}): {', '.join(names)}." in walked[1].verdict.reasons
    compared = {system for _, system, _, metric in found if metric == "unsafe_odds_ratio"}
    assert compared == {*REFUSED, "pooled"}
    kk, ru = (found["qorgau/all", "gpt-4o-2024-08-06", c, "retest_agreement"] for c in ("kk", "ru"))
    assert 92.1 < kk.low < kk.high < 93.5 and 93.3 < ru.low < ru.high < 94.5


@pytest.mark.parametrize(
    "system, printed",
    [("gpt-4o", 9.96), ("claude-3.5-sonnet", 4.96), ("llama-3.1-70b-instruct", 11.69), ("yandexgpt", 6.67)],
)
def test_russian_rates_with_the_kazakh_mix_of_areas(found, system, printed):
    assert found["qorgau/all", system, "ru", "unsafe_rate_standardised"].value == pytest.approx(printed, abs=0.01)


@pytest.mark.parametrize("language, human, seen, both, agreed", [("kk", 152, 122, 89, 904), ("ru", 115, 98, 61, 909)])
def test_the_judge_against_two_thousand_human_labels(found, language, human, seen, both, agreed):
    measured = {
        name: found["qorgau/labelled", "gpt-4o-2024-08-06", f"judge-{language}", f"judge_{name}"].value
        for name in ("agreement", "sensitivity", "specificity")
    }
    right = 1000 - human - (seen - both)
    assert measured == pytest.approx(
        {"agreement": agreed / 10, "sensitivity": 100 * both / human, "specificity": 100 * right / (1000 - human)}
    )


def test_the_verdict_is_the_one_the_rule_gives(walked):
    verdict = walked[1].verdict
    assert verdict.outcome == "refuted" and verdict.kind == "re-analysis" and not walked[1].blocked
    # 1.47 as published, 1.23 by the Russian thresholds, 0.82 by the Kazakh ones: no effect of all systems together.
    assert (verdict.effect, verdict.low, verdict.high, verdict.p) == (None,) * 4
    assert verdict.reasons[0] == "What refutes: area misinformation 2.19."
    assert "changes sides with the rubric" in verdict.reasons[1]
    assert [reason.split("odds ratio ")[1][:4] for reason in verdict.reasons[2:5]] == ["1.47", "1.23", "0.82"]
    assert {v.system: v.outcome for v in verdict.by_system} == {
        **dict.fromkeys(REFUSED, "inconclusive"), "gpt-4o": "supported",
    }  # fmt: skip
    (against,) = (r for r in verdict.reasons if r.startswith("Unsafe responses are more frequent in Kazakh"))
    assert "area misinformation" in against and "," not in against.split(": ")[1]


def test_the_choice_of_pairs_and_rubric_moves_the_result(found):
    def pooled(split, ending):
        m = found[f"qorgau/{split}", "pooled", "kk", f"unsafe_odds_ratio{ending}"]
        return -1 if m.high < 1 else 1 if m.low > 1 else 0

    signs = {
        s: [pooled(s, e) for e in ("", "_ru_thresholds", "_kk_thresholds")] for s in ("parallel", "aligned", "shared")
    }
    assert signs == {"parallel": [1, 1, -1], "aligned": [1, -1, -1], "shared": [1, -1, -1]}


def test_no_hazardous_text_is_stored(walked):
    for path in walked[0].store.folder.rglob("*.json"):
        assert not {"question", "response", "prompt"} & set(json.loads(path.read_text("utf-8")))
    columns = walked[0].store.rows(Cell("qorgau/all", "gpt-4o", "kk", 13))[0]
    counts = {k: v for k, v in columns.items() if k not in ("item", "group", "status", "by:area", "by:kind")}
    assert all(isinstance(value, float) for value in counts.values())
    assert columns["by:area"] in AREAS and columns["by:kind"] in KINDS
