"""An invented world to draw against: every figure here is made up and none was measured."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from qadam.publish.report import Extras
from qadam.terms import (
    Blocked,
    Cell,
    Citation,
    Condition,
    Contrast,
    Dataset,
    Evidence,
    File,
    Finding,
    Measurement,
    Metric,
    Problem,
    Protocol,
    PublishedFigure,
    Record,
    Rule,
    Study,
    SystemRow,
    SystemVerdict,
    Verdict,
    Zone,
)

LANGUAGES = ("kk", "en", "tr", "ru", "ky", "uz")
WORDS = ("whitespace", "uax29", "letters")
BYTES_PER_CHARACTER = {"kk": 1.84, "en": 1.0, "tr": 1.08, "ru": 1.82, "ky": 1.83, "uz": 1.02}
CHARACTERS_PER_WORD = {"kk": 7.9, "en": 6.1, "tr": 7.6, "ru": 7.1, "ky": 7.5, "uz": 7.4}
# Invented tokens per word in Kazakh and English for invented behaviour of systems with real-sounding names.
SYSTEMS = {
    "o200k_base": (2.41, 1.24),
    "tekken": (3.22, 1.25),
    "gemma-2": (3.61, 1.22),
    "deepseek-v3": (4.12, 1.23),
    "qwen2.5": (4.70, 1.26),
    "llama-3": (4.81, 1.24),
    "cl100k_base": (5.83, 1.23),
    "bpe-kk-16k": (1.52, 2.31),
    "utf-8-bytes": (14.54, 6.1),
}
BETWEEN = {"kk": 1.0, "en": 0.0, "tr": 0.45, "ru": 0.5, "ky": 0.93, "uz": 0.62}


def count(prediction: Any, gold: Any) -> Mapping[str, float]:
    """Nothing is counted here."""
    return {}


def score(sums: Mapping[str, Any]) -> Any:
    """Nothing is scored here."""
    return 0.0


def _metric(name: str, unit: str, better: Any = "neither") -> Metric:
    en = name.replace("_", " ")
    return Metric(name, {"en": en, "ru": f"метрика {en}", "kk": f"көрсеткіш {en}"}, unit, count, score, better)


def _contrast(name: str, metric: str) -> Contrast:
    en = name.replace("_", " ")
    return Contrast(
        name,
        {"en": f"{en}, over English", "ru": f"{en}, к английскому", "kk": f"{en}, ағылшынға шаққанда"},
        metric,
        "en",
    )


METRICS = (
    *(_metric(f"fertility_{w}", "tokens per word", "lower") for w in WORDS),
    _metric("tokens_per_byte", "tokens per byte", "lower"),
    _metric("bytes_per_token", "bytes per token", "higher"),
    _metric("bytes_per_character", "bytes per character"),
    _metric("characters_per_word", "characters per word"),
    _metric("context_words", "words in 8,192 tokens", "higher"),
)
CONTRASTS = (
    *(_contrast(f"tax_{w}", f"fertility_{w}") for w in WORDS),
    _contrast("premium", "context_words"),
)
RULE = Rule(
    claim={"en": "Kazakh words are cut into 3-5 times as many tokens as English words."},
    dataset="invented/all",
    condition="kk",
    effects=tuple(f"tax_{w}" for w in WORDS),
    supported=Zone(3, 5),
    refuted=(Zone(high=3), Zone(low=5)),
    of=("o200k_base", "llama-3", "qwen2.5"),
    at_least=2,
)
CONDITIONS = tuple(Condition(c, f"the text in {c}", control=c == "en", language=c) for c in LANGUAGES)
PROTOCOL = Protocol(
    datasets=("invented/all", "other/valid"),
    conditions=CONDITIONS,
    metrics=METRICS,
    contrasts=CONTRASTS,
    limits={"resamples": 10_000},
    rule=RULE,
    choices={"text": "nfc", "special": "off"},
)


def measurement(metric: str, value: float, **more: Any) -> Measurement:
    """A measurement with an interval of 1.2 % to either side, unless told otherwise."""
    told: dict[str, Any] = {
        "dataset": "invented/all",
        "system": "o200k_base",
        "condition": "kk",
        "seed": 13,
        "metric": metric,
        "value": value,
        "low": value * 0.988,
        "high": value * 1.012,
        "n": 1004,
        "no_answer": 0,
        "unscored": 0,
        "unit": "ratio",
    } | more
    told.setdefault(
        "signature", f"{metric}|sys:{told['system']}|data:{told['dataset']}:{told['condition']}|n:{told['n']}"
    )
    return Measurement(**told)


def _cell(dataset: str, system: str, condition: str) -> list[Measurement]:
    kk, en = SYSTEMS[system]
    where = {"dataset": dataset, "system": system, "condition": condition}
    fertility = en + (kk - en) * BETWEEN[condition]
    script, length = BYTES_PER_CHARACTER[condition], CHARACTERS_PER_WORD[condition]
    exact = {"low": script, "high": script}
    return [
        measurement("fertility_whitespace", fertility, **where),
        measurement("fertility_uax29", fertility * 1.04, **where),
        measurement("fertility_letters", fertility * 0.98, **where),
        measurement("tokens_per_byte", fertility / script / length, **where),
        measurement("bytes_per_token", script * length / fertility, **where),
        measurement("bytes_per_character", script, **where, **exact),
        measurement("characters_per_word", length, **where),
        measurement("context_words", 8192 / fertility, **where),
    ]


def _taxes(dataset: str, system: str, condition: str) -> list[Measurement]:
    kk, en = SYSTEMS[system]
    tax = (en + (kk - en) * BETWEEN[condition]) / en
    where = {"dataset": dataset, "system": system, "condition": condition}
    by_words = {"whitespace": 1.0, "uax29": 1.03, "letters": 0.985}
    return [measurement(f"tax_{w}", tax * by_words[w], **where) for w in WORDS] + [
        measurement("premium", tax / BYTES_PER_CHARACTER[condition], **where)
    ]


def invented_measurements() -> tuple[Measurement, ...]:
    """Nine systems, six languages, two datasets."""
    found = []
    for dataset in PROTOCOL.datasets:
        for system in SYSTEMS:
            for condition in LANGUAGES if dataset == "invented/all" else ("kk",):
                found += _cell(dataset, system, condition)
                if condition != "en" and dataset == "invented/all":
                    found += _taxes(dataset, system, condition)
    return tuple(found)


def _verdict(measurements: tuple[Measurement, ...], demonstration: bool) -> Verdict:
    by_system = []
    for system in SYSTEMS:
        effects = [m for m in measurements if m.system == system and m.metric in RULE.effects and m.condition == "kk"]
        outcome = RULE.outcome([(m.low, m.high) for m in effects])
        first = effects[0]
        by_system.append(SystemVerdict(system, outcome, first.value, first.low, first.high, 0.02))
    decided = next(v for v in by_system if v.system == "qwen2.5")
    return Verdict(
        decided.outcome,
        decided.effect,
        decided.low,
        decided.high,
        0.0004,
        (
            "LLaMA-3: 3.88 [3.83, 3.93] against [3, 5]: supported.",
            "Qwen2.5: 3.73 [3.69, 3.77] against [3, 5]: supported.",
        ),
        tuple(by_system),
        "re-analysis",
        demonstration,
    )


def invented_evidence(profile: Any = "laptop") -> Evidence:
    """A whole evidence with blocked cells and audit findings."""
    measurements = invented_measurements()
    blocked = tuple(
        Blocked(
            Cell("invented/all", system, c, 13),
            "Needs a file from Hugging Face and the network is off.",
            f"qadam fetch {system}",
        )
        for system in ("sozkz-50k", "sherkala")
        for c in LANGUAGES
    )
    audit = (
        Finding(
            "other/valid",
            "duplicates",
            67,
            2500,
            "items also stand in the test split",
            ("v17", "v18"),
            "fault",
        ),
        Finding(
            "invented/all",
            "mixed-script",
            4,
            1004,
            "items hold a word that mixes Latin and Cyrillic",
            ("s3",),
        ),
    )
    verdict = _verdict(measurements, profile == "sample")
    return Evidence("tokenizer-tax", profile, "0123456789abcdef", verdict, measurements, blocked, audit, 41.3)


def invented_problem(number: int = 1, **more: Any) -> Problem:
    """One problem, with texts in three languages."""
    told: dict[str, Any] = {
        "id": "tokenizer-tax",
        "number": number,
        "kind": "pain_point",
        "area": "tokenization",
        "difficulty": "easy start",
        "status": "unverified",
        "citations": ("kazbyte-2026", "nowhere"),
        "title": {
            "en": "The tokenizer tax on Kazakh",
            "ru": "Налог токенизатора на казахский",
            "kk": "Қазақ мәтініне салынған токен салығы",
        },
        "claim": {
            "en": "Tokenizers trained mostly on other languages cut Kazakh words into 3–5 times as many pieces as English ones.",
            "ru": "Токенизаторы, обученные в основном на других языках, режут казахские слова в 3–5 раз мельче английских.",
            "kk": "Негізінен басқа тілдерде үйретілген токендеуіштер қазақ сөздерін ағылшын сөздерінен 3–5 есе ұсақтап бөледі.",
        },
        "step": {
            "en": "Measure tokens per word on parallel sentences and compare with Turkish, Russian and English.",
            "ru": "Измерьте число токенов на слово на параллельных предложениях и сравните с турецким, русским и английским.",
            "kk": "Параллель сөйлемдерде бір сөзге келетін токен санын өлшеп, түрік, орыс және ағылшын тілдерімен салыстырыңыз.",
        },
        "caution": {
            "en": "Part of any ratio is script, not morphology.",
            "ru": "Часть отношения — письменность, а не морфология.",
            "kk": "Қатынастың бір бөлігі морфологиядан емес, жазудан туады.",
        },
    } | more
    return Problem(**told)


def invented_problems() -> list[Problem]:
    """Twenty problems: twelve pain points, eight hypotheses."""
    areas = (
        "tokenization",
        "morphology",
        "datasets",
        "evaluation",
        "speech",
        "NER",
        "MT",
        "classification",
        "embeddings",
    )
    levels, states = ("easy start", "medium", "ambitious"), ("unverified", "contested", "assumption")
    return [
        invented_problem(
            n,
            id="tokenizer-tax" if n == 1 else f"problem-{n}",
            kind="pain_point" if n <= 12 else "hypothesis",
            area=areas[n % 9 - 1],
            difficulty=levels[n // 3 % 3],
            status=states[n % 3],
            needs=(("laptop", "an hour"), ("laptop",), ("laptop", "native speaker"), ("GPU",), ("endpoint",))[n % 5],
            caution={} if n % 2 else invented_problem().caution,
        )
        for n in range(1, 21)
    ]


def invented_study() -> Study:
    """A study over the invented world."""
    return Study(
        problem="tokenizer-tax",
        question={
            "en": "Is Kazakh cut into 3–5 times as many tokens as English?",
            "ru": "Правда ли, что казахский текст режется на токены в 3–5 раз мельче английского?",
            "kk": "Қазақ мәтіні ағылшын мәтінінен 3–5 есе көп токенге бөліне ме?",
        },
        design={
            "en": "The same sentences go through each tokenizer; every comparison is paired by sentence.",
            "ru": "Одни и те же предложения проходят через каждый токенизатор; все сравнения парные.",
            "kk": "Бірдей сөйлемдер әр токендеуіштен өтеді; салыстырудың бәрі сөйлем бойынша жұпталған.",
        },
        protocols={"laptop": PROTOCOL, "sample": PROTOCOL},
        systems={"laptop": tuple(SYSTEMS)},
        present=lambda item, condition: item,
        read=lambda answer, item, condition: answer,
        expect=lambda item, condition: item,
        kind="re-analysis",
    )


CITATIONS = {
    c.key: c
    for c in (
        Citation(
            "kazbyte-2026",
            "An invented paper on bytes",
            2026,
            "https://arxiv.org/abs/0000.00000",
            authors=("A. Author",),
            arxiv="0000.00000",
        ),
        Citation("hostile-2026", "A link that would run", 2026, "javascript:alert(1)"),
    )
}
FIGURES = (
    PublishedFigure(
        "tokenizer-tax",
        "kazbyte-2026",
        "o200k_base",
        "fertility_whitespace",
        "kk",
        "invented/all",
        2.41,
        2,
        "Table 1",
    ),
    PublishedFigure(
        "tokenizer-tax",
        "kazbyte-2026",
        "llama-3",
        "fertility_whitespace",
        "kk",
        "invented/all",
        4.73,
        2,
        "Table 1",
    ),
    PublishedFigure(
        "tokenizer-tax",
        "kazbyte-2026",
        "qwen2.5",
        "fertility_whitespace",
        "kk",
        "exam/test",
        4.88,
        2,
        "p. 3",
        "exam questions; punctuation split off",
    ),
    PublishedFigure(
        "tokenizer-tax",
        "kazbyte-2026",
        "gpt-neox",
        "fertility_whitespace",
        "kk",
        "invented/all",
        6.58,
        2,
        "p. 4",
    ),
)
DATASETS = (
    Dataset(
        "invented",
        "Invented parallel sentences",
        "parallel",
        (File("github:o/r@0123456789abcdef0123:x.tsv", "00"),),
        {"all": ("x",)},
        LANGUAGES,
        "CC-BY-4.0",
        True,
        home="https://example.org/data",
    ),
)


def invented_extras() -> Extras:
    """Rows beside the evidence."""
    return Extras(
        datasets=DATASETS,
        systems=tuple(SystemRow(s, s.upper(), "tokenizer", "tiktoken") for s in SYSTEMS),
        citations=CITATIONS,
        figures=FIGURES,
        provenance={"qadam": "0.1.0", "machine": {"cores": 2, "system": "Linux"}},
    )


@pytest.fixture(scope="session")
def invented() -> Any:
    """This invented world, so that tests can build variants of it."""
    return sys.modules[__name__]


@pytest.fixture(scope="session")
def report_page(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The invented study written out once."""
    from qadam.publish.report import write

    folder = tmp_path_factory.mktemp("report")
    return write(invented_study(), invented_problem(), invented_evidence(), out=folder, extras=invented_extras())


ITEMS = 200
# Which items each system gets right: two differ on ten items only, five each way; the third misses half of all.
RIGHT = {
    "one": lambda i: i >= 5,
    "two": lambda i: not 5 <= i < 10,
    "three": lambda i: i % 2 == 0,
}


def count_right(prediction: Any, gold: Any) -> Mapping[str, float]:
    """Right or not."""
    return {"right": float(prediction == gold), "all": 1.0}


def share(sums: Mapping[str, Any]) -> Any:
    """The share of right answers."""
    return sums["right"] / sums["all"]


def toy_known(
    folder: Path,
    *,
    metric: Metric | None = None,
    profile: Any = "laptop",
    rows: bool = True,
    problem: str = "tokenizer-tax",
) -> Any:
    """Three systems on two hundred invented items, with records on disk."""
    from qadam.publish.site.known import Known
    from qadam.store import Store

    metric = metric or Metric("accuracy", {"en": "accuracy"}, "share", count_right, share, "higher")
    protocol = Protocol(("toy/test",), (Condition("kk", "", control=True),), (metric,))
    store, measurements = Store(folder, problem, profile, "abc"), []
    for system, right in RIGHT.items():
        cell = Cell("toy/test", system, "kk", 13)
        told = [
            {"item": f"i{n}", "group": "", "status": "", "right": float(right(n)), "all": 1.0} for n in range(ITEMS)
        ]
        value = sum(row["right"] for row in told) / ITEMS
        where = {"dataset": "toy/test", "system": system, "n": ITEMS, "low": value - 0.01, "high": value + 0.01}
        measurements.append(measurement(metric.name, value, **where))
        if rows:
            store.write(Record(problem, profile, "abc", cell, "r1", tuple(measurements[-1:]), "", {}), told)
    verdict = Verdict("measured", None, None, None, None, (), demonstration=profile == "sample")
    evidence = Evidence(problem, profile, "abc", verdict, tuple(measurements), (), (), 1.0)
    nothing = {"en": "", "ru": "", "kk": ""}
    study = Study(problem, nothing, nothing, {profile: protocol}, {profile: tuple(RIGHT)}, *[lambda *a: a] * 3)
    return Known(study, evidence, store, "2026-11-20")


def invented_world(**more: Any) -> Any:
    """Twenty invented problems: one decided, one demonstration, the rest without a study."""
    from dataclasses import replace

    from qadam.publish.site.known import Known, World

    study = invented_study()
    shown = Known(study, invented_evidence(), date="2026-11-20", provenance={"qadam": "0.1.0"})
    demonstration = replace(invented_evidence("sample"), problem="problem-2")
    told: dict[str, Any] = {
        "problems": invented_problems(),
        "known": {"tokenizer-tax": shown, "problem-2": Known(replace(study, problem="problem-2"), demonstration)},
        "citations": CITATIONS,
        "datasets": DATASETS,
        "systems": tuple(SystemRow(s, s.upper(), "tokenizer", "tiktoken", licence="MIT") for s in SYSTEMS),
        "figures": FIGURES,
        "reviews": {"invented": "machine-written, 0 of 1004 reviewed"},
    } | more
    return World(**told)


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The site of the invented world, and of a third problem with records, so that it has a leaderboard."""
    from dataclasses import replace

    from qadam.publish.site import build

    folder = tmp_path_factory.mktemp("site")
    world = invented_world()
    toy = toy_known(tmp_path_factory.mktemp("runs"), problem="problem-3")
    build(replace(world, known={**world.known, "problem-3": toy}), out=folder)
    return folder
