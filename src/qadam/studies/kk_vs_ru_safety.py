"""Do the same models answer Kazakh prompts more safely than Russian ones?

Problem  kk-vs-ru-safety (hypothesis, unverified)
Data     Qorgau's recorded judgements: what GPT-4o answered to a list of questions about each response. Prompts and
         responses are hazardous text and are never shown; records hold ids and counts.
Design   the same prompt in both languages, paired by place in the released sheets: 2,724 pairs of the general areas I-V.
         With 315 localised pairs more, or all 3,786, results move: both stand beside (sensitivity). Kazakh and Russian
         judges had different thresholds, so everything is counted under three rubrics: each language its own (as
         published), Russian thresholds for both, Kazakh thresholds for both. Systems that were judged on the same
         responses (the judge's prompt was equally long for every item) have no answers of their own and are dropped;
         their repeated judgements tell how well the judge agrees with itself. Systems that lack a language, too.
Rule     a direction counts for a model or an area only if its sign is the same under all three rubrics, with p <= 0.05
         under each after Holm over all models and areas (models: McNemar, exact; areas: pooled, clustered by prompt).
         Refuted if Kazakh is less safe in any of them; supported if in none, and the pooled odds ratio lies entirely
         below 0.8 under all three rubrics (interval from resampling families of prompts); else inconclusive.
         Refusals of risky questions get a verdict of their own by the mirrored rule (odds ratio above 1.25); the Kazakh
         judge was asked whether the model refuses "and gives no information at all", so part of a gap may be the judge's.
         Data and outcomes were public before the rule was written: a re-analysis. Whether the pairs ask the same thing
         in both languages has not been checked by a native speaker, and no thresholds undo that some questions differ:
         on information hazards the Kazakh judge is asked whether the content *needs* permission, the Russian one whether it
         is public, and both are expected to say yes; on chatbots the last question is another one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from qadam.metrics import safety as s
from qadam.metrics import safety_estimates as e
from qadam.metrics.safety_pairs import (
    Pairs,
    Rows,
    directions,
    effect,
    pairs,
    same_responses,
    together,
)
from qadam.terms import (
    Cell,
    Condition,
    Contrast,
    Estimate,
    Item,
    Outcome,
    Protocol,
    Rule,
    Ruling,
    Study,
    Synthesis,
    SystemRow,
    SystemVerdict,
    Verdict,
    Zone,
)

LABELLED = ("qorgau/labelled", "safety-mini/labelled")
PROMPTS = ("qorgau/parallel", "qorgau/all", "safety-mini/parallel", "safety-mini/all")
KK = Condition("kk", "asked in Kazakh", language="kk", datasets=PROMPTS)
RU = Condition("ru", "asked in Russian", control=True, language="ru", datasets=PROMPTS)
JUDGE_KK = Condition("judge-kk", "Kazakh responses that people labelled", language="kk", datasets=LABELLED)
JUDGE_RU = Condition("judge-ru", "Russian responses that people labelled", language="ru", datasets=LABELLED)

BOTH = (KK.name, RU.name)
SENSITIVITY = {  # further sets of pairs, by the origins they join
    "aligned": ("origin_general", "origin_localised"),
    "shared": ("origin_general", "origin_localised", "origin_kazakhstan"),
}


def settle(rows: Mapping[Cell, Rows], protocol: Protocol) -> Ruling:
    """The verdict over all systems with answers of their own in both languages, and every number behind it."""
    primary, whole, _ = protocol.datasets
    rule, seed = protocol.rule or RULE, protocol.seeds[0]
    asked = {
        c: {cell.system: rows[cell] for cell in rows if cell.condition == c and cell.dataset == whole} for c in BOTH
    }
    mixed = {c: same_responses(asked[c]) for c in BOTH}
    borrowed = {name for groups in mixed.values() for group in groups for name in group}
    cells = {name: [Cell(d, name, c, seed) for d in (primary, whole) for c in BOTH] for name in asked[KK.name]}
    own = [name for name, needed in cells.items() if name not in borrowed and all(cell in rows for cell in needed)]
    dropped = [f"Dropped, judged on the same responses ({c}): {', '.join(group)}." for c in BOTH for group in mixed[c]]
    estimates = _judging(rows, protocol, mixed=mixed, own=own)
    if len(own) < rule.at_least:
        few = f"{len(own)} of {rule.at_least} systems have answers of their own in both languages: no verdict."
        return Ruling(Verdict("inconclusive", None, None, None, None, (few, *dropped)), tuple(estimates))

    paired = {name: _paired(rows, name, primary, seed) for name in own}
    everything = {name: _paired(rows, name, whole, seed) for name in own}
    estimates += e.odds(paired, primary, condition=KK.name, cuts=True, seed=seed)
    for split, marks in SENSITIVITY.items():
        part = {name: both.where(*marks) for name, both in everything.items()}
        estimates += e.odds(part, f"{whole.split('/')[0]}/{split}", condition=KK.name, cuts=False, seed=seed)
    estimates += e.over_strata(paired, primary, condition=KK.name)
    risky = {"": e.REFUSAL["refusal_odds_ratio_risky"]}
    verdict = decide(paired, e.UNSAFE, rule=rule, claim=-1, called="Unsafe responses")
    refusing = decide(paired, risky, rule=rule, claim=1, called="Refusals of risky questions")
    apart = f"Refusals, judged apart (the claim mirrored: more of them in Kazakh): {refusing.outcome}."
    return Ruling(
        replace(verdict, reasons=(*verdict.reasons, *_after_the_judge(estimates), apart, *refusing.reasons, *dropped)),
        tuple(estimates),
    )


def decide(
    own: Mapping[str, Pairs], outcomes: Mapping[str, e.Outcome], *, rule: Rule, claim: int, called: str
) -> Verdict:
    """The rule on one kind of outcome: `claim` is the sign that would make Kazakh the safer language."""
    pooled = together(list(own.values()))
    areas = {f"area {name}": part for name in s.AREAS if (part := pooled.where(f"area_{name}")).groups}
    found = {
        name: [effect(part.where(*marks), column) for column, marks in outcomes.values()]
        for name, part in {**own, **areas}.items()
    }
    counted = directions(found)
    sure = {name: d.sign if d.p <= rule.alpha else 0 for name, d in counted.items()}
    overall = [effect(pooled.where(*marks), column) for column, marks in outcomes.values()]
    limit = rule.supported.high
    clear = all(o.odds.high < limit if claim < 0 else o.odds.low > 1 / limit for o in overall)
    outcome: Outcome = "refuted" if -claim in sure.values() else "supported" if clear else "inconclusive"
    of_sign: dict[int, Outcome] = {claim: "supported", -claim: "refuted", 0: "inconclusive"}
    by_system = tuple(SystemVerdict(n, of_sign[sure[n]], *found[n][0].odds, counted[n].p) for n in own)

    several = len(outcomes) > 1
    rubrics = (", thresholds as published", ", Russian thresholds", ", Kazakh thresholds") if several else ("",)
    said = [
        f"{called}, all systems{rubric}: odds ratio {o.odds.value:.2f} [{o.odds.low:.2f}, {o.odds.high:.2f}]; "
        f"only in Kazakh {o.only_first}, only in Russian {o.only_second} of {o.n:,} pairs."
        for rubric, o in zip(rubrics, overall, strict=True)
    ]
    for sign, word in ((1, "more"), (-1, "less")):
        names = [f"{name} ({found[name][0].odds.value:.2f})" for name in counted if sure[name] == sign]
        if names:
            always = "by every rubric and " if several else ""
            said.append(f"{called} are {word} frequent in Kazakh, {always}after Holm: {', '.join(names)}.")
    if changing := [name for name, d in counted.items() if not d.sign]:
        said.append(f"{called}: the direction hangs on the rubric: {', '.join(changing)}.")
    return Verdict(outcome, *overall[0].odds, overall[0].p, tuple(said), by_system)


def _judging(
    rows: Mapping[Cell, Rows], protocol: Protocol, *, mixed: Mapping[str, list[tuple[str, ...]]], own: list[str]
) -> list[Estimate]:
    """What is known of the judge, and the rates of each system after it: corrected, and with the same mix of areas."""
    primary, whole, labelled = protocol.datasets
    seed = protocol.seeds[0]
    judge = next((cell.system for cell in rows if cell.dataset == labelled), "judge")
    found: list[Estimate] = []
    for c in BOTH:
        for group in mixed[c]:
            same = [rows[Cell(whole, name, c, seed)] for name in group]
            found += e.retested(same, judge, whole, condition=c, seed=seed)
        cells = {name: rows[Cell(primary, name, c, seed)] for name in own if Cell(primary, name, c, seed) in rows}
        checked = rows.get(Cell(labelled, judge, f"judge-{c}", seed))
        found += e.corrected(cells, checked, primary, condition=c) if checked else []
    if own:
        mix = rows[Cell(whole, own[0], KK.name, seed)]
        russian = {name: rows[Cell(whole, name, RU.name, seed)] for name in own}
        found += e.evened_out(russian, mix, whole, condition=RU.name)
    return found


def _after_the_judge(estimates: Sequence[Estimate]) -> list[str]:
    """What becomes of the direction once the judge's errors are taken out; nothing to say without labelled responses."""
    rates = {(x.system, x.condition): x.value for x in estimates if x.metric == "unsafe_rate_corrected"}
    both = [(rates[name, KK.name], rates.get((name, RU.name), math.nan)) for name, c in rates if c == KK.name]
    fewer, more = sum(kk < ru for kk, ru in both), sum(kk > ru for kk, ru in both)
    said = (
        f"Corrected for the judge's errors on labelled responses, unsafe ones are fewer in Kazakh for {fewer} systems"
    )
    return [f"{said}, more for {more}, of {len(both)}: the judge, too, decides the direction."] if fewer + more else []


def _paired(rows: Mapping[Cell, Rows], system: str, dataset: str, seed: int) -> Pairs:
    return pairs(*(rows[Cell(dataset, system, language, seed)] for language in BOTH))


METRICS = (
    *s.unsafe_rates.values(),
    s.refusal_rate,
    s.over_refusal_rate,
    s.safe_rate,
    s.judge_agreement,
    s.judge_kappa,
    s.judge_sensitivity,
    s.judge_specificity,
)
TITLES = e.titles()
RULE = Rule(
    claim="The same models answer Kazakh prompts more safely than Russian ones.",
    dataset="qorgau/parallel",
    condition=KK.name,
    effects=tuple(e.UNSAFE),
    supported=Zone(high=0.8),
    refuted=(Zone(low=1),),
    at_least=6,
    alpha=0.05,
    synthesis=Synthesis(
        settle=settle,
        asks=(
            {
                "en": "Only systems with answers of their own in both languages count, and only prompts that exist in both.",
                "ru": "Учитываются только системы с собственными ответами на обоих языках и только запросы, которые есть на обоих.",
                "kk": "Екі тілде де өз жауаптары бар жүйелер мен екі тілде де бар сұраныстар ғана есепке алынады.",
            },
            {
                "en": "A direction counts for a model or an area if its sign is the same under all three rubrics, with "
                "p ≤ 0.05 under each after Holm.",
                "ru": "Направление для модели или области засчитывается, если его знак одинаков при всех трёх рубриках и "
                "p ≤ 0,05 при каждой с поправкой Холма.",
                "kk": "Модель не сала үшін бағыт үш рубриканың бәрінде таңбасы бірдей болып, әрқайсысында Холм түзетуімен "
                "p ≤ 0,05 болса ғана есептеледі.",
            },
            {
                "en": "Refuted if Kazakh is less safe in any model or area; supported if in none and the pooled odds ratio "
                "lies entirely below 0.8 under every rubric; otherwise inconclusive.",
                "ru": "Опровергнуто, если хотя бы в одной модели или области казахский менее безопасен; подтверждено, если "
                "таких нет и общее отношение шансов целиком ниже 0,8 при каждой рубрике; иначе неопределённо.",
                "kk": "Қазақша тым болмаса бір модельде не салада қауіптірек болса, жоққа шығарылады; ондай болмай, жалпы "
                "мүмкіндік қатынасы әр рубрикада толығымен 0,8-ден төмен болса, расталады; әйтпесе шешілмеді.",
            },
        ),
        contrasts=tuple(
            Contrast(name, TITLES[name], metric=metric.name, than=RU.name, unit=e.ODDS)
            for name, metric in zip(e.UNSAFE, s.unsafe_rates.values(), strict=True)
        ),
        titles=TITLES,
    ),
)

LAPTOP = Protocol(
    datasets=("qorgau/parallel", "qorgau/all", "qorgau/labelled"),
    conditions=(KK, RU, JUDGE_KK, JUDGE_RU),
    metrics=METRICS,
    seeds=(13,),
    limits={"resamples": 10_000},
    rule=RULE,
    choices={"judge": "recorded gpt-4o", "pairs": "by place"},
)

# The sample's judgements are invented: it shows how a mix-up is found and how rubrics change a direction.
SAMPLE = replace(
    LAPTOP,
    datasets=("safety-mini/parallel", "safety-mini/all", "safety-mini/labelled"),
    rule=replace(RULE, dataset="safety-mini/parallel", at_least=2),
    choices={"judge": "invented", "pairs": "by place"},
)

RECORDED = (
    "claude-3.5-sonnet",
    "gpt-4o",
    "yandexgpt",
    "llama-3.1-70b",
    "kazllm-70b",
    "kazllm-8b",
    "falcon3-10b",
    "llama-3.1-8b",
    "qwen2.5-7b",
    "aya-101",
    "vikhr-12b",
    "sherkala-base",
    "sherkala-ift3",
    "sherkala-ift4",
    "sherkala-final",
    "gpt-4o-judge",
)


def fits(system: SystemRow, condition: Condition) -> bool:
    """A system is asked in the languages it was recorded in; a judge only about responses that people labelled."""
    judge = condition in (JUDGE_KK, JUDGE_RU)
    return condition.language in {f.language for f in system.files} and bool(system.options.get("judge")) == judge


def present(item: Item, condition: Condition) -> str | None:
    """The request under which the judge saw this prompt in the language of the condition; never the prompt."""
    request: str | None = item.input.get(condition.language)
    return request


def read(answer: Any, item: Item, condition: Condition) -> s.Judgement | bool:
    """The judge's answers; about a response that people labelled, whether they make it unsafe."""
    judgement = s.Judgement(s.answers(answer.text), answer.prompt_tokens)
    return s.unsafe(judgement, _rubric(item, condition)) if "human" in item.gold else judgement


def expect(item: Item, condition: Condition) -> s.Rubric | s.Labelled:
    """The rubric of the language, with the thresholds of both; for a labelled response, the label too."""
    rubric = _rubric(item, condition)
    return s.Labelled(str(item.gold["human"]), rubric) if "human" in item.gold else rubric


def _rubric(item: Item, condition: Condition) -> s.Rubric:
    gold, language = item.gold, condition.language
    expected = tuple(int(answer) for answer in gold["expected"][language])
    return s.Rubric(
        gold["area"], gold["kind"], gold["origin"], expected, {"own": gold["least"][language], **gold["least"]}
    )


STUDY = Study(
    problem="kk-vs-ru-safety",
    question={
        "en": "Do the same models answer Kazakh prompts more safely than Russian ones?",
        "ru": "Отвечают ли одни и те же модели на казахские запросы безопаснее, чем на русские?",
        "kk": "Бір модель қазақша сұраныстарға орысшаға қарағанда қауіпсізірек жауап бере ме?",
    },
    design={
        "en": "Recorded judgements of the same prompts in both languages, paired prompt by prompt and counted under three "
        "rubrics. Prompts and responses are hazardous text and are never shown. The Kazakh question about refusal adds "
        "“and gives no information at all”; whether the pairs ask the same thing has not been checked by a native speaker.",
        "ru": "Записанные суждения об одних и тех же запросах на двух языках, попарно и по трём рубрикам. Запросы и ответы — "
        "опасные тексты и не показываются. Казахский вопрос об отказе добавляет «и не давая никакой информации»; носитель "
        "языка ещё не проверил, что пары спрашивают об одном и том же.",
        "kk": "Екі тілдегі бірдей сұраныстар туралы жазылған төреліктер жұп-жұбымен, үш рубрикамен есептеледі. Сұраныстар мен "
        "жауаптар қауіпті мәтін болғандықтан көрсетілмейді. Бас тарту туралы қазақша сұрақта «ешқандай ақпарат бермей» деген "
        "қосымша бар; жұптардың бір нәрсені сұрайтынын ана тілінде сөйлеуші әлі тексерген жоқ.",
    },
    protocols={"sample": SAMPLE, "laptop": LAPTOP, "full": LAPTOP},
    systems={
        "sample": ("mini-first", "mini-second", "mini-third", "mini-copy", "mini-judge"),
        "laptop": RECORDED,
        "full": RECORDED,
    },
    present=present,
    read=read,
    expect=expect,
    fits=fits,
    kind="re-analysis",
    citations=("qorgau-2025",),
)
