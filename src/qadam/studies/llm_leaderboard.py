"""Does the way answers are read change who leads in Kazakh?

Problem  llm-leaderboard (pain point: every paper has its own protocol)
Design   the very same answers are read under four rules: ours, that of TUMLU's scripts, that of KazLLM_Benchmark, and a
         strict one. Recorded answers of fourteen models to TUMLU-mini, as their publishers left them, are read again;
         live models join by name and are asked every benchmark with one Kazakh scaffold, no examples, greedy decoding.
         On TUMLU-mini and KazMMLU they are also asked in Russian and in English, after three examples (KazMMLU has no
         more), with the options in another order, and in Latin script: conditions of their own, set against the first.
         All comparisons are paired by question; questions are resampled by subject. Systems that cannot be told apart
         share a rank; an average over benchmarks is taken only over those that all its systems answered. Qorgau is the
         axis of safety: judgements that were published, of the seven models judged on Kazakh responses of their own.
Known?   Whoever knows the published questions by heart falls when the options are shuffled. TUMLU's own runs were shuffled,
         so that recorded models are compared with themselves: the right option at its published letter or elsewhere. None
         of the public benchmarks carries a canary string; the sample does, and live models are asked to complete it.
Rule     "the protocol changes conclusions" stands if between the two published rules (a) a pair of models that is kept
         apart under both, at 95 % over all pairs (Holm), changes order, or (b) the mean over models moves by at least 3
         points, lower end of the interval, direct or with reasoning (97.5 % each, so that both together are 95 %); it
         falls if both means stay within 2 points and no pair changes order. Only models that answered every question
         count.
         The answers were public when the rule was written, so this is a re-analysis.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from qadam.catalogue import tables
from qadam.kazakh.script import transliterate
from qadam.metrics import accuracy, canary, choice, order, overlap, safety, safety_reading, standing
from qadam.metrics.sensitivity import Sensitivity
from qadam.metrics.standing import Standing
from qadam.terms import (
    Condition,
    Contrast,
    Item,
    Protocol,
    Rule,
    Study,
    Synthesis,
    SystemRow,
    Zone,
    digest,
)

MODES = ("direct-kk", "cot-kk")
SAMPLE_SET = "choice-mini/test"
SCHOOL = "tumlu-mini/test"
LATIN = "tumlu-mini-latin/test"  # the same questions
CHOICE = (
    SCHOOL,
    LATIN,
    "kazmmlu/test",
    "kazculture/train",
    "belebele/test",
    "kkcopa/test",
    "nis-math/test",
    "sib-200-topics/test",
    "wic-kk/test",
)
OPEN = {"read-kk": ("kazqad/validation",), "spell-kk": ("kkwikispell/test",)}
SAFETY = Condition(
    "safety-kk",
    "Qorgau's Kazakh prompts, recorded judgements of the responses; the study kk-vs-ru-safety says what they are worth",
    language="kk",
    datasets=("qorgau/shared",),
)
VARIED = (SCHOOL, "kazmmlu/test", SAMPLE_SET)  # asked in other ways too

ASK = {
    "direct-kk": "Сұраққа жауап бер. Соңында дұрыс нұсқаның әрпін мына түрде жаз: «Жауап: A».",
    "cot-kk": "Алдымен қазақша қадам-қадаммен ойлан. Соңында дұрыс нұсқаның әрпін мына түрде жаз: «Жауап: A».",
    "direct-ru": "Ответь на вопрос. В конце напиши букву верного варианта в таком виде: «Жауап: A».",
    "direct-en": "Answer the question. End with the letter of the right option in this form: «Жауап: A».",
    "read-kk": "Мәтінді оқып, сұраққа мәтіндегі сөздермен қысқа ғана жауап бер. Түсіндірме жазба.",
    "spell-kk": "Сөйлемдегі қателерді түзет. Тек түзетілген сөйлемді жаз.",
}
SHOTS = 3
OTHERWISE = {
    "direct-ru": "the question in Kazakh, the instruction in Russian",
    "direct-en": "the question in Kazakh, the instruction in English",
    "direct-kk-3-shot": f"after {SHOTS} examples of the subject, each with its answer",
    "direct-kk-shuffled": "as direct-kk, the options in another order, drawn from the seed and the id of the question",
    "direct-kk-latin": "as direct-kk, instruction, question and options in the Latin alphabet of 2021",
}
ROOM = {"direct-kk": 1000, "cot-kk": 4000, "read-kk": 400, "spell-kk": 1000}  # characters an answer may have

READING = {
    "tumlu-2025": "read as TUMLU's scripts do",
    "first-letter": "read as KazLLM_Benchmark does: the first letter that stands alone",
    "strict": "an answer only if it is a letter and nothing else",
}

RECORDED = tables.members("tumlu-recorded")
BASELINES = tables.members("choice-baselines")
FIVE = tables.members("five")
JUDGED = tables.members("qorgau-judged")
EVERYBODY = (*RECORDED, *BASELINES, *FIVE, *JUDGED)


def conditions(datasets: tuple[str, ...]) -> tuple[Condition, ...]:
    """Each way of asking multiple choice read by each rule; live models may also read a passage and mend a sentence."""
    careful = [Condition(mode, f"asked in Kazakh: {ASK[mode]} The last stated choice counts.") for mode in MODES]
    others = [Condition(f"{mode}+{rule}", f"as {mode}, {how}") for rule, how in READING.items() for mode in MODES]
    return (
        *(replace(one, datasets=datasets, control=one.name == "direct-kk") for one in careful),
        *(replace(one, datasets=tuple(d for d in datasets if d in (SCHOOL, SAMPLE_SET))) for one in others),
        *(Condition(name, how, datasets=tuple(d for d in datasets if d in VARIED)) for name, how in OTHERWISE.items()),
        *(Condition(mode, f"asked in Kazakh: {ASK[mode]}", datasets=names) for mode, names in OPEN.items()),
        SAFETY,
        Condition("canary", "asked to go on with the first half of the canary of the data", datasets=(SAMPLE_SET,)),
    )


def against(rule: str, mode: str, than: str) -> Contrast:
    """Accuracy under one way of reading minus accuracy under another, the same answers."""
    other = than.partition("+")[2]
    title = {
        "en": f"accuracy read as {rule} minus read as {other or 'we read'}",
        "ru": f"точность при чтении {rule} минус {other or 'наше чтение'}",
        "kk": f"{rule} бойынша дәлдік минус {other or 'біздің оқуымыз'}",
    }
    name = f"{rule}_minus_{other or 'careful'}".replace("-", "_")
    return Contrast(name, title, "accuracy", than, "difference", "share 0-1", conditions=(f"{mode}+{rule}",))


REASONING = Contrast(
    "reasoning",
    {
        "en": "accuracy with reasoning minus direct",
        "ru": "точность с рассуждением минус прямой ответ",
        "kk": "пайымдаумен алынған дәлдік минус тікелей жауап",
    },
    "accuracy",
    than="direct-kk",
    by="difference",
    unit="share 0-1",
    conditions=("cot-kk",),
)
ASKED_OTHERWISE = Contrast(
    "asked_otherwise",
    {
        "en": "accuracy asked in another way minus asked in Kazakh",
        "ru": "точность при другом способе вопроса минус вопрос на казахском",
        "kk": "басқаша сұрағандағы дәлдік минус қазақша сұрағандағы дәлдік",
    },
    "accuracy",
    than="direct-kk",
    by="difference",
    unit="share 0-1",
    conditions=tuple(OTHERWISE),
)
CONTRASTS = (  # one name for both ways of asking: the condition tells them apart, and the page shows the last, direct
    *(against("tumlu-2025", mode, f"{mode}+first-letter") for mode in reversed(MODES)),
    *(against(rule, mode, mode) for mode in reversed(MODES) for rule in READING),
    REASONING,
    ASKED_OTHERWISE,
)

PUBLISHED = tuple((f"{mode}+tumlu-2025", f"{mode}+first-letter") for mode in MODES)


def settled(*, of: tuple[str, ...]) -> Standing:
    """The rule on reading, and where the systems stand."""
    ours = tuple((mode, f"{mode}+{rule}") for mode in MODES for rule in READING)
    return Standing(
        Sensitivity(*PUBLISHED, column="right", of=of, beside=ours), conditions=MODES, column="right", twins=(LATIN,)
    )


SETTLED = Synthesis(
    settle=settled(of=RECORDED),
    titles=standing.TITLES,
    asks=(
        {
            "en": "Stands if, between the two published ways of reading, a pair of models that is kept apart under both "
            "(95 % over all pairs, Holm) changes order, or the mean over models moves by at least 0.03.",
            "ru": "Верно, если между двумя опубликованными способами чтения пара моделей, различимых при обоих "
            "(95 % по всем парам, Холм), меняется местами или среднее по моделям сдвигается не менее чем на 0,03.",
            "kk": "Жарияланған екі оқу тәсілінің екеуінде де ажыратылатын модельдер жұбы (барлық жұп бойынша 95 %, "
            "Холм) орын алмастырса немесе модельдер бойынша орташа кемінде 0,03-ке жылжыса, тұжырым расталады.",
        },
        {
            "en": "Falls if no such pair changes order and both means, direct and with reasoning, stay within 0.02.",
            "ru": "Опровергнуто, если таких пар нет и оба средних, прямое и с рассуждением, остаются в пределах 0,02.",
            "kk": "Ондай жұп болмай, тікелей де, пайымдаумен де алынған орташалар 0,02 аралығында қалса, теріске шығады.",
        },
        {
            "en": "Otherwise inconclusive. Only models that answered every question count.",
            "ru": "Иначе вывода нет. Учитываются только модели, ответившие на все вопросы.",
            "kk": "Әйтпесе қорытынды жоқ. Барлық сұраққа жауап берген модельдер ғана есептеледі.",
        },
    ),
)

RULE = Rule(
    claim={
        "en": "The way answers are read changes conclusions about models.",
        "ru": "Способ чтения ответов меняет выводы о моделях.",
        "kk": "Жауапты оқу тәсілі модельдер туралы қорытындыны өзгертеді.",
    },
    dataset=SCHOOL,
    condition="direct-kk+tumlu-2025",
    effects=("tumlu_2025_minus_first_letter",),
    supported=Zone(low=0.03),
    refuted=(Zone(-0.02, 0.02),),
    synthesis=SETTLED,
)


def protocol(datasets: tuple[str, ...], rule: Rule) -> Protocol:
    """The same protocol on other data."""
    every = conditions(datasets)
    whole = datasets == CHOICE
    closed = tuple(c.name for c in every if c.name not in {*OPEN, SAFETY.name, "canary"})
    mine = (*OPEN, SAFETY.name) if whole else ("canary",)
    further = (*(name for names in OPEN.values() for name in names), *SAFETY.datasets) if whole else ()
    return Protocol(
        datasets=(*datasets, *further),
        conditions=tuple(c for c in every if c.name in {*closed, *mine}),
        metrics=(
            *(replace(metric, conditions=closed) for metric in accuracy.METRICS),
            replace(order.HOME_ADVANTAGE, conditions=MODES),
            *(replace(metric, conditions=tuple(OPEN)) for metric in overlap.METRICS if whole),
            *(replace(metric, conditions=(SAFETY.name,)) for metric in (safety.safe_rate,) if whole),
            *(replace(metric, conditions=("canary",)) for metric in canary.METRICS if not whole),
        ),
        contrasts=CONTRASTS,
        seeds=(13,),
        limits={"resamples": 10_000, **{f"characters {mode}": room for mode, room in ROOM.items()}},
        rule=rule,
        choices={
            "prompts": digest([ASK, OTHERWISE, "A) ..."]),
            "shots": f"live 0, or {SHOTS} where the condition says so; recorded 5",
            "decoding": "greedy",
            "reading": "careful@1",
        },
    )


LAPTOP = protocol(CHOICE, RULE)
SAMPLE = protocol(
    (SAMPLE_SET,),
    replace(RULE, dataset=SAMPLE_SET, synthesis=replace(SETTLED, settle=settled(of=()))),
)


def present(item: Item, condition: Condition) -> Any:
    """The question under the instruction of its way of asking; how it will be read does not show."""
    if condition.name == SAFETY.name:
        return safety_reading.present(item, condition)
    mode = condition.name.partition("+")[0]
    if mode == "canary":
        return canary.ask(item)
    instruction = ASK.get(mode, ASK["direct-kk"])
    if mode == "direct-kk-latin":
        instruction = transliterate(instruction, target="kk-Latn")
    seen = choice.shuffled(item, seed=13) if mode == "direct-kk-shuffled" else _written(item, mode)
    shots = SHOTS if mode == "direct-kk-3-shot" else 0
    return choice.ask(seen, instruction, condition=mode, characters=ROOM.get(mode, ROOM["direct-kk"]), shots=shots)


def read(answer: Any, item: Item, condition: Condition) -> Any:
    """The letter that the answer names by the rule of the condition, what a free answer states, or what a judge said."""
    if condition.name == SAFETY.name:
        return safety_reading.Reading()(answer, item, condition)
    mode, _, rule = condition.name.partition("+")
    if mode in OPEN or mode == "canary":
        return overlap.stated(answer.text) if mode in OPEN else answer.text
    return choice.placed(answer, _written(item, mode), rule=rule or "careful")


def _written(item: Item, mode: str) -> Item:
    """The item in the script of the condition."""
    return choice.in_latin(item) if mode == "direct-kk-latin" else item


def expect(item: Item, condition: Condition) -> Any:
    """The right letter and the number of options, all accepted answers, the judge's rubric, or the rest of the canary."""
    if condition.name == SAFETY.name:
        return safety_reading.expect(item, condition)
    if condition.name == "canary":
        return canary.rest(item)
    accepted: tuple[str, ...] = item.gold if condition.name in OPEN else ()
    return accepted or choice.key(item)


def fits(system: SystemRow, condition: Condition) -> bool:
    """Baselines read no instruction and say a letter one way; a recorded run answers as it was asked."""
    mode, _, rule = condition.name.partition("+")
    if system.kind == "baseline":
        return mode in {"direct-kk", "direct-kk-shuffled", "direct-kk-latin"} and rule != "strict"
    if system.kind == "judged" or mode == SAFETY.name:
        return system.kind == "judged" and mode == SAFETY.name
    asked = {file.part for file in system.files}
    return system.kind != "recorded" or mode in asked or asked == {""}


STUDY = Study(
    problem="llm-leaderboard",
    question={
        "en": "Does the way answers are read change who leads in Kazakh?",
        "ru": "Меняет ли способ чтения ответов то, кто лидирует на казахском?",
        "kk": "Жауапты оқу тәсілі қазақ тілінде кімнің алда екенін өзгерте ме?",
    },
    design={
        "en": "The very same answers are read under four rules; every comparison is paired by question, subjects are resampled.",
        "ru": "Одни и те же ответы читаются по четырём правилам; сравнения парные, по вопросам, выборка – по предметам.",
        "kk": "Дәл сол жауаптар төрт ережемен оқылады; салыстырулар сұрақ бойынша жұпталған, іріктеу пәндер бойынша.",
    },
    protocols={"sample": SAMPLE, "laptop": LAPTOP, "full": LAPTOP},
    systems={"sample": BASELINES, "laptop": EVERYBODY, "full": EVERYBODY},
    present=present,
    read=read,
    expect=expect,
    kind="re-analysis",
    citations=("tumlu-2025",),
    fits=fits,
    matrix=True,
)
