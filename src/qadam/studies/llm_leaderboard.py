"""Does the way answers are read change who leads in Kazakh?

Problem  llm-leaderboard (pain point: every paper has its own protocol)
Design   the very same answers are read under four rules: ours, that of TUMLU's scripts, that of KazLLM_Benchmark, and a
         strict one. Recorded answers of fourteen models to TUMLU-mini, as their publishers left them, are read again;
         live models join by name and are asked every benchmark with one Kazakh scaffold, no examples, greedy decoding.
         All comparisons are paired by question; questions are resampled by subject.
Rule     "the protocol changes conclusions" stands if between the two published rules (a) a pair of models that is kept
         apart under both, at 95 % over all pairs (Holm), changes order, or (b) the mean over models moves by at least 3
         points, lower end of the interval, direct or with reasoning (97.5 % each, so that both together are 95 %); it
         falls if both means stay within 2 points and no pair changes order. Only models that answered every question
         count.
         The answers were public when the rule was written, so this is a re-analysis.
"""

from __future__ import annotations

from dataclasses import replace

from qadam.metrics import accuracy, choice, overlap
from qadam.metrics.sensitivity import Sensitivity
from qadam.terms import (
    Ask,
    Condition,
    Contrast,
    Item,
    Missing,
    Protocol,
    Rule,
    Said,
    Study,
    Synthesis,
    SystemRow,
    Zone,
    digest,
)

MODES = ("direct-kk", "cot-kk")
SAMPLE_SET = "choice-mini/test"
SCHOOL = "tumlu-mini/test"
CHOICE = (
    SCHOOL,
    "tumlu-mini-latin/test",
    "kazmmlu/test",
    "kazculture/train",
    "belebele/test",
    "kkcopa/test",
    "nis-math/test",
    "sib-200-topics/test",
    "wic-kk/test",
)
OPEN = {"read-kk": ("kazqad/validation",), "spell-kk": ("kkwikispell/test",)}

ASK = {
    "direct-kk": "Сұраққа жауап бер. Соңында дұрыс нұсқаның әрпін мына түрде жаз: «Жауап: A».",
    "cot-kk": "Алдымен қазақша қадам-қадаммен ойлан. Соңында дұрыс нұсқаның әрпін мына түрде жаз: «Жауап: A».",
    "read-kk": "Мәтінді оқып, сұраққа мәтіндегі сөздермен қысқа ғана жауап бер. Түсіндірме жазба.",
    "spell-kk": "Сөйлемдегі қателерді түзет. Тек түзетілген сөйлемді жаз.",
}
ROOM = {"direct-kk": 1000, "cot-kk": 4000, "read-kk": 400, "spell-kk": 1000}  # characters an answer may have

READING = {
    "tumlu-2025": "read as TUMLU's scripts do",
    "first-letter": "read as KazLLM_Benchmark does: the first letter that stands alone",
    "strict": "an answer only if it is a letter and nothing else",
}

RECORDED = (
    "claude-3-5-sonnet-20241022",
    "gpt-4o-2024-11-20",
    "gemini-1.5-pro",
    "deepseek-chat",
    "claude-3-5-haiku-20241022",
    "gemini-1.5-flash",
    "meta-llama-3.1-405b-instruct",
    "qwen2.5-72b-instruct",
    "llama-3.3-70b-instruct",
    "meta-llama-3.1-70b-instruct",
    "gemma-2-27b-it",
    "gemma-2-9b-it",
    "meta-llama-3.1-8b-instruct",
    "qwen2.5-7b-instruct",
)
BASELINES = ("random-letter", "always-a", "always-d", "longest-option", "character-5-grams")
FIVE = (
    "hf:Qwen/Qwen2.5-7B-Instruct",
    "hf:meta-llama/Llama-3.1-8B-Instruct",
    "hf:google/gemma-3-12b-it",
    "hf:inceptionai/Llama-3.1-Sherkala-8B-Chat",
    "hf:issai/LLama-3.1-KazLLM-1.0-8B",
)


def conditions(datasets: tuple[str, ...]) -> tuple[Condition, ...]:
    """Each way of asking multiple choice read by each rule; live models may also read a passage and mend a sentence."""
    careful = [Condition(mode, f"asked in Kazakh: {ASK[mode]} The last stated choice counts.") for mode in MODES]
    others = [Condition(f"{mode}+{rule}", f"as {mode}, {how}") for rule, how in READING.items() for mode in MODES]
    return (
        *(replace(one, datasets=datasets, control=one.name == "direct-kk") for one in careful),
        *(replace(one, datasets=tuple(d for d in datasets if d in (SCHOOL, SAMPLE_SET))) for one in others),
        *(Condition(mode, f"asked in Kazakh: {ASK[mode]}", datasets=names) for mode, names in OPEN.items()),
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
CONTRASTS = (  # one name for both ways of asking: the condition tells them apart, and the page shows the last, direct
    *(against("tumlu-2025", mode, f"{mode}+first-letter") for mode in reversed(MODES)),
    *(against(rule, mode, mode) for mode in reversed(MODES) for rule in READING),
    REASONING,
)

PUBLISHED = tuple((f"{mode}+tumlu-2025", f"{mode}+first-letter") for mode in MODES)
SETTLED = Synthesis(
    settle=Sensitivity(*PUBLISHED, column="right", of=RECORDED),
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
    claim="The way answers are read changes conclusions about models.",
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
    closed = tuple(c.name for c in every if c.name not in OPEN)
    return Protocol(
        datasets=(*datasets, *(name for names in OPEN.values() for name in names if datasets == CHOICE)),
        conditions=every if datasets == CHOICE else tuple(c for c in every if c.name in closed),
        metrics=(
            *(replace(metric, conditions=closed) for metric in accuracy.METRICS),
            *(replace(metric, conditions=tuple(OPEN)) for metric in overlap.METRICS if datasets == CHOICE),
        ),
        contrasts=CONTRASTS,
        seeds=(13,),
        limits={"resamples": 10_000, **{f"characters {mode}": room for mode, room in ROOM.items()}},
        rule=rule,
        choices={
            "prompts": digest([ASK, "A) ..."]),
            "shots": "0",
            "decoding": "greedy",
            "reading": "careful@1",
        },
    )


LAPTOP = protocol(CHOICE, RULE)
SAMPLE = protocol(
    (SAMPLE_SET,),
    replace(RULE, dataset=SAMPLE_SET, synthesis=replace(SETTLED, settle=Sensitivity(*PUBLISHED, column="right"))),
)


def present(item: Item, condition: Condition) -> Ask:
    """The question under the Kazakh instruction of its way of asking; how it will be read does not show."""
    mode = condition.name.partition("+")[0]
    return choice.ask(item, ASK[mode], condition=mode, characters=ROOM[mode])


def read(answer: Said, item: Item, condition: Condition) -> str | Missing:
    """The letter that the answer names by the rule of the condition; a free answer as it is."""
    mode, _, rule = condition.name.partition("+")
    return answer.text if mode in OPEN else choice.chosen(answer, item, rule=rule or "careful")


def expect(item: Item, condition: Condition) -> accuracy.Key | tuple[str, ...]:
    """The right letter and the number of options, or all accepted answers."""
    accepted: tuple[str, ...] = item.gold if condition.name in OPEN else ()
    return accepted or choice.key(item)


def fits(system: SystemRow, condition: Condition) -> bool:
    """Baselines pick a letter at once and say it one way; a recorded run answers as it was asked."""
    mode, _, rule = condition.name.partition("+")
    if system.kind == "baseline":
        return mode == "direct-kk" and rule != "strict"
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
    systems={"sample": BASELINES, "laptop": (*RECORDED, *BASELINES), "full": (*RECORDED, *BASELINES, *FIVE)},
    present=present,
    read=read,
    expect=expect,
    kind="re-analysis",
    citations=("tumlu-2025",),
    fits=fits,
)
