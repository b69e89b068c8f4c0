"""Does reasoning in English, with the answer given in Kazakh, keep quality?

Problem  english-cot (hypothesis, unverified)
Design   each Kazakh question is asked in four ways: answer at once, reason in Kazakh, reason in English, and translate the
         question, reason in English, answer. All have the same room in characters, so that a language that costs more
         tokens has no less to say in. All tests are paired by question; subjects are resampled together. What cannot be
         read as an answer is wrong, and its share stands apart.
Rule     reasoning in English keeps quality if, for every model asked, its accuracy is at most 2 points below the better
         of the two Kazakh ways, lower end of the 95 % interval; it does not if for any model the upper end is more than
         2 points below. With 1,200 questions only a margin of 4 points can be shown, with 9,870 one of 2.
         Recorded answers hold no English way, so that they decide nothing here. They do show, as a second measurement,
         what reasoning in Kazakh does against answering at once: McNemar per model, adjusted over models by Holm.
         Those answers were public when this was written, so this is a re-analysis.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from qadam.metrics import accuracy, choice
from qadam.metrics.better_of import BetterOf
from qadam.terms import Ask, Condition, Contrast, Item, Missing, Protocol, Rule, Said, Study, Synthesis, Zone, digest

ASK = {
    "direct-kk": "Сұраққа жауап бер. Соңында дұрыс нұсқаның әрпін мына түрде жаз: «Жауап: A».",
    "cot-kk": "Алдымен қазақша қадам-қадаммен ойлан. Соңында дұрыс нұсқаның әрпін мына түрде жаз: «Жауап: A».",
    "cot-en": "Think step by step in English only. End with the letter of the right option in this form: «Жауап: A».",
    "translated": "Translate the question and its options into English, then think step by step in English only. "
    "End with the letter of the right option in this form: «Жауап: A».",
}
ROOM = 4000  # characters, the same for all four ways

DIRECT = Condition("direct-kk", f"asked in Kazakh: {ASK['direct-kk']}", control=True)
THINK_KK = Condition("cot-kk", f"asked in Kazakh: {ASK['cot-kk']}")
THINK_EN = Condition("cot-en", f"asked in English, question in Kazakh: {ASK['cot-en']}")
TRANSLATED = Condition("translated", f"asked in English, question in Kazakh: {ASK['translated']}")

SCHOOL, BENCHMARK, SAMPLE_SET = "tumlu-mini/test", "kazmmlu/test", "choice-mini/test"
FIVE = (
    "hf:Qwen/Qwen2.5-7B-Instruct",
    "hf:meta-llama/Llama-3.1-8B-Instruct",
    "hf:google/gemma-3-12b-it",
    "hf:inceptionai/Llama-3.1-Sherkala-8B-Chat",
    "hf:issai/LLama-3.1-KazLLM-1.0-8B",
)
RECORDED = (
    "claude-3-5-sonnet-20241022",
    "gpt-4o-2024-11-20",
    "gemini-1.5-pro",
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
BASELINES = ("random-letter", "longest-option", "character-5-grams")


def over(than: Condition, name: str, by: Any, *titles: str) -> Contrast:
    """Accuracy with reasoning set against another way of asking, on the same questions."""
    en, ru, kk = titles
    unit = "p" if by == "mcnemar" else "share 0-1"
    conditions = tuple(c.name for c in (THINK_KK, THINK_EN, TRANSLATED) if c != than)
    return Contrast(
        name, {"en": en, "ru": ru, "kk": kk}, "accuracy", than=than.name, by=by, unit=unit, conditions=conditions
    )


CONTRASTS = (
    over(
        DIRECT,
        "over_direct",
        "difference",
        "accuracy minus that of answering at once",
        "точность минус точность прямого ответа",
        "дәлдік минус бірден жауап берудің дәлдігі",
    ),
    over(
        DIRECT,
        "over_direct_p",
        "mcnemar",
        "p of McNemar's test against answering at once",
        "p критерия Мак-Немара против прямого ответа",
        "бірден жауап берумен салыстырғанда Мак-Немар сынағының p мәні",
    ),
    over(
        THINK_KK,
        "over_cot_kk",
        "difference",
        "accuracy minus that of reasoning in Kazakh",
        "точность минус точность рассуждения на казахском",
        "дәлдік минус қазақша пайымдаудың дәлдігі",
    ),
)

RULE = Rule(
    claim="Reasoning in English keeps the quality of answers to Kazakh questions.",
    dataset=SCHOOL,
    condition=THINK_EN.name,
    effects=("over_direct",),
    supported=Zone(low=-0.02),
    refuted=(Zone(high=-0.02),),
    of=FIVE,
    synthesis=Synthesis(
        settle=BetterOf("cot-en", among=("direct-kk", "cot-kk"), beside=("cot-kk", "direct-kk")),
        titles={
            "over_better": {
                "en": "accuracy minus that of the better Kazakh way",
                "ru": "точность минус точность лучшего из казахских способов",
                "kk": "дәлдік минус қазақша тәсілдердің жақсысының дәлдігі",
            },
        },
        asks=(
            {
                "en": "Stands if for every model named the interval of accuracy with English reasoning, minus that of the better "
                "of the two Kazakh ways, lies above -0.02.",
                "ru": "Верно, если у каждой названной модели интервал точности с английским рассуждением минус точность "
                "лучшего из двух казахских способов лежит выше -0,02.",
                "kk": "Аталған әр модельде ағылшынша пайымдау дәлдігінен қазақша екі тәсілдің жақсысының дәлдігін "
                "шегергендегі аралық -0,02-ден жоғары жатса, тұжырым расталады.",
            },
            {
                "en": "Falls if for any model the interval lies below -0.02; otherwise inconclusive.",
                "ru": "Опровергнуто, если хотя бы у одной модели интервал лежит ниже -0,02; иначе вывода нет.",
                "kk": "Кемінде бір модельде аралық -0,02-ден төмен жатса, теріске шығады; әйтпесе қорытынды жоқ.",
            },
        ),
    ),
)

SCHOOLS = Protocol(
    datasets=(SCHOOL,),
    conditions=(DIRECT, THINK_KK, THINK_EN, TRANSLATED),
    metrics=accuracy.METRICS,
    contrasts=CONTRASTS,
    seeds=(13,),
    limits={"resamples": 10_000, "characters": ROOM},
    rule=RULE,
    choices={"prompts": digest([ASK, "A) ..."]), "shots": "0", "decoding": "greedy", "reading": "careful@1"},
)
SAMPLE = replace(SCHOOLS, datasets=(SAMPLE_SET,), rule=replace(RULE, dataset=SAMPLE_SET, of=BASELINES))
FULL = replace(SCHOOLS, datasets=(BENCHMARK, SCHOOL), rule=replace(RULE, dataset=BENCHMARK))


def present(item: Item, condition: Condition) -> Ask:
    """The question and its options, in Kazakh, under the instruction of the condition."""
    return choice.ask(item, ASK[condition.name], condition=condition.name, characters=ROOM)


def read(answer: Said, item: Item, condition: Condition) -> str | Missing:
    """The letter that the answer states last."""
    return choice.chosen(answer, item)


def expect(item: Item, condition: Condition) -> accuracy.Key:
    """The right letter and the number of options."""
    return choice.key(item)


STUDY = Study(
    problem="english-cot",
    question={
        "en": "Does reasoning in English keep the quality of answers to Kazakh questions?",
        "ru": "Сохраняет ли рассуждение на английском качество ответов на казахские вопросы?",
        "kk": "Ағылшынша пайымдау қазақша сұрақтарға жауап сапасын сақтай ма?",
    },
    design={
        "en": "Each question is asked in four ways with the same room in characters; every comparison is paired by question.",
        "ru": "Каждый вопрос задан четырьмя способами с равным объёмом в символах; сравнения парные, по вопросам.",
        "kk": "Әр сұрақ таңба саны бірдей төрт тәсілмен қойылады; салыстырулар сұрақ бойынша жұпталған.",
    },
    protocols={"sample": SAMPLE, "laptop": SCHOOLS, "full": FULL},
    systems={"sample": BASELINES, "laptop": RECORDED, "full": (*FIVE, *RECORDED)},
    present=present,
    read=read,
    expect=expect,
    kind="re-analysis",
    citations=("tumlu-2025",),
)
