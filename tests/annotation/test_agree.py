"""Agreement of whole sessions: the numbers of other programs, the message people read, what was confused."""

import importlib.util
import json
import math
from dataclasses import replace

import numpy as np
import pytest

from qadam.annotation import facets
from qadam.annotation.agree import agree
from qadam.annotation.confused import differences
from qadam.annotation.facets import character_similarity, likeness, similarity, written
from qadam.annotation.session import Extras, Session
from qadam.catalogue import tables
from qadam.errors import NothingToJudge

LABELS = ("negative", "neutral", "positive")
# Krippendorff (2011): four observers, twelve units, "." = no label; printed: nominal 0.743, interval 0.849 (see tests/stats).
OBSERVERS = ["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 ."]


def session_of(folder, name, answers, *, items=None, **changes):
    """A session in which annotator -> item -> payload (or None: skipped) was said."""
    scheme = replace(tables.scheme(name), pilot=10_000, **changes)
    ids = dict.fromkeys(item for by in answers.values() for item in by)
    session = Session.open(scheme, folder, items=items or [{"id": i, "text": f"мәтін {i}"} for i in ids])
    for who, by in answers.items():
        session.next(who)
        for item, payload in by.items():
            session.save(who, item, payload, extras=Extras(skip="" if payload else "бұзылған"))
    return session


def random_choices(seed, items=60, people=3, noise=0.3):
    random = np.random.default_rng(seed)
    gold = random.integers(3, size=items)
    return {
        f"a{k + 1}": {
            str(i): {"label": LABELS[g if random.random() > noise else random.integers(3)]}
            for i, g in enumerate(gold)
            if random.random() < 0.9
        }
        for k in range(people)
    }


def table(answers, items):
    rows = [
        [LABELS.index(by[str(i)]["label"]) if str(i) in by else math.nan for i in range(items)]
        for by in answers.values()
    ]
    return np.array(rows, dtype=float)


def test_a_threshold_reached_on_little_evidence_is_warned_of(tmp_path):
    answers = {who: {str(i): {"label": LABELS[i % 3]} for i in range(60)} for who in ("a1", "a2", "a3")}
    assert agree(session_of(tmp_path / "much", "sentiment3", answers)).document["warnings"] == []
    few = {who: {i: by[i] for i in map(str, range(12 if who < "a3" else 5))} for who, by in answers.items()}
    few["a2"] |= {i: {"label": "positive"} for i in ("1", "4", "7")}  # the others say neutral
    found = agree(session_of(tmp_path / "few", "sentiment3", few))
    low, short = found.document["warnings"]
    assert found.reached and found.fault(tmp_path) is None
    assert f"begins at {found.document['low']:.2f}, below the threshold of 0.667" in low
    assert short.startswith("7 of 12 items were seen by fewer than the 3 people")
    assert found.document["short_of_overlap"] == 7


@pytest.mark.parametrize("level, printed", [("nominal", 0.743), ("interval", 0.849)])
def test_the_worked_example_comes_out_of_a_session(tmp_path, level, printed):
    answers = {
        f"a{k}": {str(i): {"value": float(x)} for i, x in enumerate(line.split()) if x != "."}
        for k, line in enumerate(OBSERVERS, 1)
    }
    found = agree(session_of(tmp_path, "word_similarity", answers, level=level)).document
    assert found["value"] == pytest.approx(printed, abs=0.0005)
    assert found["low"] < found["value"] <= found["high"] and found["n"] == 11 and found["answered"] == 12


@pytest.mark.skipif(
    importlib.util.find_spec("krippendorff") is None, reason="krippendorff (an oracle) is not installed"
)
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("level", ["nominal", "ordinal"])
def test_alpha_of_random_sessions_is_that_of_the_krippendorff_package(tmp_path, seed, level):
    import krippendorff

    answers = random_choices(seed)
    found = agree(session_of(tmp_path, "sentiment3", answers, level=level)).document
    theirs = krippendorff.alpha(reliability_data=table(answers, 60), level_of_measurement=level)
    assert found["value"] == pytest.approx(theirs, abs=1e-9)
    for pair in found["pairs"]:
        rows = table({who: answers[who] for who in pair["annotators"]}, 60)
        theirs = krippendorff.alpha(reliability_data=rows, level_of_measurement=level)
        assert pair["measures"][0]["value"] == pytest.approx(theirs, abs=1e-9)


@pytest.mark.skipif(importlib.util.find_spec("statsmodels") is None, reason="statsmodels (an oracle) is not installed")
@pytest.mark.parametrize("seed", range(4))
def test_kappas_of_random_sessions_are_those_of_statsmodels(tmp_path, seed):
    from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa, fleiss_kappa, to_table

    answers = random_choices(seed)
    found = agree(session_of(tmp_path, "sentiment3", answers)).document
    rows = table(answers, 60)
    complete = rows[:, ~np.isnan(rows).any(axis=0)].astype(int)
    assert found["kappa"]["fleiss"]["value"] == pytest.approx(fleiss_kappa(aggregate_raters(complete.T)[0]), abs=1e-9)
    assert found["kappa"]["fleiss"]["n"] == complete.shape[1]
    first = rows[:2, ~np.isnan(rows[:2]).any(axis=0)].astype(int)
    kappa = cohens_kappa(to_table(first.T, bins=3)[0]).kappa
    assert found["pairs"][0]["cohen"]["value"] == pytest.approx(float(kappa), abs=1e-9)


def test_boundaries_and_spans_by_hand(tmp_path):
    # Cuts {5,8} and {5}: 2 * 1 / 3. Parts: only (0,5) is shared, of 3 and 2: 2 * 1 / 5.
    one = {"cuts": [5, 8], "labels": ["STEM", "PL", "POSS"], "pos": "NOUN"}
    other = {"cuts": [5], "labels": ["STEM", "PL"], "pos": "NOUN"}
    items = [{"id": "1", "text": "кітаптарымыз"}, {"id": "2", "text": "ана"}]
    whole = {"cuts": [], "labels": ["STEM"], "pos": "NOUN"}
    answers = {"a1": {"1": one, "2": whole}, "a2": {"1": other, "2": whole}}
    found = agree(session_of(tmp_path / "m", "morphemes", answers, items=items)).document
    assert found["measure"] == "boundary F1" and found["value"] == pytest.approx(2 / 3)
    values = {row["measure"]: row["value"] for row in found["measures"]}
    assert values["part F1"] == pytest.approx(4 / 7) and values["pos alpha"] == 1  # 2 * (1 + 1) / (3 + 2 + 1 + 1)
    assert [c["labels"] for c in found["confusion"]] == [["(nothing)", "POSS"]]
    spans = {
        "a1": {"1": {"spans": [[0, 4, "PERSON"], [5, 11, "GPE"]]}},
        "a2": {"1": {"spans": [[0, 4, "PERSON"], [5, 11, "LOCATION"]]}},
    }
    found = agree(
        session_of(tmp_path / "s", "ner_kaznerd", spans, items=[{"id": "1", "text": "Абай Алматыда"}])
    ).document
    assert found["value"] == pytest.approx(0.5) and found["confusion"][0] == {
        "labels": ["GPE", "LOCATION"],
        "count": 1,
        "items": ["1"],
    }
    assert found["by_label"]["PERSON"]["value"] == 1 and found["by_label"]["GPE"]["value"] == 0
    assert found["low"] is None and found["more_items"] is None  # of one item there is no interval


def test_below_the_threshold_the_message_says_what_to_mend(tmp_path):
    answers = random_choices(1, noise=0.6)
    session = session_of(tmp_path, "sentiment3", answers)
    found = agree(session)
    text = str(found.fault(tmp_path))
    worst = found.document["confusion"][0]
    low, high = (f"{found.document[end]:.2f}" for end in ("low", "high"))
    lines = text.split("\n")
    assert lines[0] == (
        f"AgreementTooLow: sentiment3, guideline v1: alpha {found.document['value']:.2f} [{low}, {high}], "
        "the scheme asks for 0.667."
    )
    x, y = worst["labels"]
    assert lines[1] == (
        f"  Most confused: {x!r} with {y!r} ({worst['count']} of {found.document['disagreements']} disagreements). "
        f"Five examples: {tmp_path / 'confused.md'}"
    )
    assert lines[2].endswith("raise its version in schemes/sentiment3.toml, and annotate again.") and len(lines) == 3
    found.write(tmp_path)
    assert json.loads((tmp_path / "agreement.json").read_text("utf-8")) == found.document
    page = (tmp_path / "confused.md").read_text("utf-8")
    assert f"## {x} / {y}: {worst['count']}" in page and len(worst["items"]) == 5
    assert all(f"- `{item}`: мәтін {item}" in page for item in worst["items"])


def test_counts_of_disagreements_are_those_of_all_pairs(tmp_path):
    answers = random_choices(2)
    found = agree(session_of(tmp_path, "sentiment3", answers)).document
    rows = table(answers, 60)
    apart = sum(
        int(a != b)
        for column in rows.T
        for k, a in enumerate(column)
        for b in column[k + 1 :]
        if not (math.isnan(a) or math.isnan(b))
    )
    assert found["disagreements"] == apart == sum(c["count"] for c in found["confusion"])
    assert (
        found["more_items"] > 0 and set(found["by_label"]) == set(LABELS) and set(found["by_annotator"]) == set(answers)
    )


def test_who_differs_from_all_others_is_seen(tmp_path):
    answers = random_choices(3, people=4, noise=0.05)
    answers["a4"] = {item: {"label": LABELS[(int(item) * 7) % 3]} for item in answers["a1"]}
    by = agree(session_of(tmp_path, "sentiment3", answers)).document["by_annotator"]
    assert by["a4"]["value"] < 0.3 < 0.5 < min(by[who]["value"] for who in ("a1", "a2", "a3"))


def test_enough_agreement_is_no_fault_and_the_last_decision_counts(tmp_path):
    same = {str(i): {"label": LABELS[i % 3]} for i in range(30)}
    session = session_of(tmp_path, "sentiment3", {"a1": same, "a2": {**same, "0": {"label": "positive"}}})
    session.save("a2", "0", {"label": "negative"})
    found = agree(session)
    assert found.reached and found.fault(tmp_path) is None and found.document["value"] == 1
    assert found.document["decisions"] == 60 and found.document["more_items"] == 30  # 60 items by the rule of three


def test_an_older_guideline_is_counted_and_left_out(tmp_path):
    answers = {who: {str(i): {"label": "neutral"} for i in range(5)} for who in ("a1", "a2")}
    session = session_of(tmp_path, "sentiment3", answers)
    newer = Session.open(replace(session.scheme, version=2), tmp_path)
    with pytest.raises(NothingToJudge, match="guideline v2: no item has two answers"):
        agree(newer)
    for who in ("a1", "a2"):
        newer.next(who)
        newer.save(who, "0", {"label": "positive"})
    found = agree(newer).document
    assert (found["n"], found["older_guideline"], found["guideline_version"]) == (1, 8, 2)


def test_where_nobody_marks_anything_there_is_nothing_to_judge(tmp_path):
    said = {"1": {"spans": []}, "2": {"spans": []}}
    found = agree(session_of(tmp_path, "ner_kaznerd", {"a1": said, "a2": said}))
    assert found.reached is None and found.document["value"] is None and "Nobody marked" in found.document["note"]


def test_skips_are_counted_and_are_no_answers(tmp_path):
    answers = {
        "a1": {"1": {"label": "neutral"}, "2": None},
        "a2": {"1": {"label": "neutral"}, "2": {"label": "neutral"}},
    }
    found = agree(session_of(tmp_path, "sentiment3", answers)).document
    assert (found["n"], found["skipped"], found["answered"]) == (1, 1, 2)


def test_a_proposal_that_draws_people_is_measured(tmp_path):
    random = np.random.default_rng(4)
    scheme = replace(tables.scheme("sentiment3"), pilot=300, blind=0.5)
    items = [{"id": str(i), "text": "т", "proposal": {"label": LABELS[i % 3]}, "proposer": "m"} for i in range(300)]
    session = Session.open(scheme, tmp_path, items=items)
    for who in ("a1", "a2"):
        while task := session.next(who):
            follows = random.random() < (0.9 if task.proposal else 0.4)
            proposed = LABELS[int(task.item["id"]) % 3]
            other = LABELS[(int(task.item["id"]) + 1) % 3]
            session.save(who, task.item["id"], {"label": proposed if follows else other})
    found = agree(session).document["anchoring"]
    assert found["shown"] == pytest.approx(0.9, abs=0.05) and found["blind"] == pytest.approx(0.4, abs=0.08)
    assert found["low"] < 0.5 < found["high"] and found["low"] > 0.3
    assert found["difference"] == pytest.approx(found["shown"] - found["blind"])
    assert found["n_shown"] + found["n_blind"] == 600


def test_without_proposals_there_is_no_anchoring_and_check_items_are_scored(tmp_path):
    items = [{"id": str(i), "text": "т", **({"gold": {"label": "neutral"}} if i < 4 else {})} for i in range(6)]
    said = {str(i): {"label": "neutral"} for i in range(6)}
    answers = {"a1": said, "a2": {**said, "0": {"label": "positive"}}}
    found = agree(session_of(tmp_path, "sentiment3", answers, items=items)).document
    assert found["anchoring"] is None
    assert found["checks"] == {"a1": {"value": 1.0, "n": 4}, "a2": {"value": 0.75, "n": 4}}


def test_hazardous_texts_stay_out_of_the_examples(tmp_path):
    answers = {"a1": {"1": {"label": "safe"}}, "a2": {"1": {"label": "harmful"}}}
    found = agree(session_of(tmp_path, "refusal", answers))
    assert "мәтін" not in found.confused and "- `1`" in found.confused


# --- what is compared ---


def test_marks_and_capitals_are_labels_of_words():
    assert written("ол келді бірақ", "«Ол келді, бірақ...") == {-1: "«", 0: "A", 1: "a,", 2: "a..."}
    assert written("ол келді", "Ол бүгін келді.") == {0: "A", 1: "a."}  # a word that was put in has no place
    assert written("", "!") == {-1: "!"}


def test_free_text_is_compared_by_chrf_and_says_so_where_it_is_not(tmp_path, monkeypatch):
    sacrebleu = pytest.importorskip("sacrebleu", reason="chrF needs sacrebleu")
    a, b = "Ол келді, бірақ кетті.", "Ол келді бірақ кетті."
    there, back = (sacrebleu.sentence_chrf(x, [y]).score for x, y in ((a, b), (b, a)))
    assert similarity(a, b) == pytest.approx((there + back) / 2, abs=1e-9)
    answers = {"a1": {"1": {"text": a}, "2": {"text": a}}, "a2": {"1": {"text": b}, "2": {"text": a}}}
    found = agree(session_of(tmp_path / "1", "transcription", answers))
    assert found.document["measure"] == "chrF" and found.document["value"] == pytest.approx(
        (similarity(a, b) + 100) / 2
    )
    assert found.confused.index("- `1`") < found.confused.index("- `2`")  # least alike first
    monkeypatch.setattr(facets, "has_chrf", lambda: False)
    for room in ("agree", "compared"):
        monkeypatch.setattr(f"qadam.annotation.{room}.has_chrf", lambda: False)
    similarity.cache_clear()
    without = agree(session_of(tmp_path / "2", "transcription", answers))
    similarity.cache_clear()
    assert without.document["measure"] == "character similarity" and without.reached is None
    assert "sacrebleu" in without.document["note"] and without.fault(tmp_path) is None
    assert without.document["value"] == pytest.approx((character_similarity(a, b) + 100) / 2)


def test_character_similarity_by_hand():
    assert character_similarity("қала", "кала") == pytest.approx(75) and character_similarity("", "") == 100


def test_spans_are_paired_with_what_overlaps_them():
    scheme = tables.scheme("ner_kaznerd")
    a = {"spans": [[0, 4, "PERSON"], [5, 9, "GPE"], [10, 12, "DATE"]]}
    b = {"spans": [[0, 6, "PERSON"], [10, 12, "DATE"], [13, 15, "ART"]]}
    assert sorted(differences(scheme, {}, a, b)) == [
        ("(nothing)", "ART"),
        ("(nothing)", "GPE"),
        ("PERSON", "PERSON (other ends)"),
    ]


@pytest.mark.parametrize("scheme", tables.schemes(), ids=lambda scheme: scheme.id)
def test_every_scheme_has_the_measure_it_names(scheme):
    assert facets.facets(scheme)[0].name == scheme.measure
    if scheme.kind == "choice":
        side = facets.facets(scheme)[0]
        first, second = ({"label": label.id} for label in scheme.labels[:2])
        assert likeness(side, {}, first, first) == (1, 1) and likeness(side, {}, first, second) == (0, 1)
