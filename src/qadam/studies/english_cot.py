"""Does reasoning in English, with the answer given in Kazakh, keep quality?

Problem  english-cot (hypothesis, unverified)
Design   each Kazakh question is asked in four ways: answer at once, reason in Kazakh, reason in English, and in three
         steps, translate it into English, reason, translate the answer back. Every step has the same room in
         characters, so that a language that costs more tokens has no less to say in. School questions have options;
         questions of KazQAD are answered in words, so that what is lost in translation shows. All tests are paired by
         question; subjects are resampled together. What cannot be read as an answer is wrong, and its share stands
         apart; of what can be read, the language of the reasoning is checked.
Rule     reasoning in English keeps quality if, for every model of the set `five`, its accuracy is at most 2 points below
         the better of the two Kazakh ways, lower end of the 95 % interval; it does not if for any model the upper end
         is more than 2 points below. If one question in five is right in only one of two ways, a margin of 2 points
         takes about 3,900 questions (80 % power), so that KazMMLU with 9,870 can show it and TUMLU-mini with 899 can
         only refute.
         Recorded answers hold no English way, so that they decide nothing here. They do show, as a second measurement,
         what reasoning in Kazakh does against answering at once: McNemar per model, adjusted over models by Holm, and
         mathematics against history.
         Those answers were public when this was written, so this is a re-analysis.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from qadam.catalogue import tables
from qadam.metrics import accuracy, choice, overlap, trace
from qadam.metrics.better_of import BetterOf
from qadam.terms import (
    Ask,
    Breakdown,
    Condition,
    Contrast,
    Item,
    Missing,
    Protocol,
    Rule,
    Said,
    Study,
    Synthesis,
    Zone,
    digest,
)

ENDING = {
    "options": {
        "kk": "Соңында дұрыс нұсқаның әрпін мына түрде жаз: «Жауап: A».",
        "en": "End with the letter of the right option in this form: «Жауап: A».",
    },
    "words": {
        "kk": "Соңында мәтіндегі сөздермен қысқа жауабыңды мына түрде жаз: «Жауап: ...».",
        "en": "End with a short answer, in Kazakh and in the words of the text, in this form: «Жауап: ...».",
    },
}
ASK = {
    "direct-kk": ("kk", "Сұраққа жауап бер."),
    "cot-kk": ("kk", "Алдымен қазақша қадам-қадаммен ойлан."),
    "cot-en": ("en", "Think step by step in English only."),
    "translated": (
        "en",
        "Translate everything below into English, options too. Write the translation and nothing else.",
    ),
}
THINK = (
    "Think step by step in English only. End with your answer, the letter of an option if there are options, in this form: \
«Answer: ...».\n\n{said}"
)
BACK = "Translate the answer below into Kazakh. Write only its last line, in this form, and keep a letter as it is: \
«Жауап: ...».\n\n{said}"
ROOM = 4000  # characters of every step, the same for all four ways

DIRECT = Condition("direct-kk", f"asked in Kazakh: {ASK['direct-kk'][1]}", control=True)
THINK_KK = Condition("cot-kk", f"asked in Kazakh: {ASK['cot-kk'][1]}")
THINK_EN = Condition("cot-en", f"asked in English, question in Kazakh: {ASK['cot-en'][1]}")
TRANSLATED = Condition(
    "translated", "in three steps: translated into English, reasoned there, the answer translated back"
)

SCHOOL, BENCHMARK, READING, SAMPLE_SET = "tumlu-mini/test", "kazmmlu/test", "kazqad/validation", "choice-mini/test"
FIVE = tables.members("five")
RECORDED = tables.members("tumlu-recorded")
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
    claim={
        "en": "Reasoning in English keeps the quality of answers to Kazakh questions.",
        "ru": "Рассуждение по-английски сохраняет качество ответов на казахские вопросы.",
        "kk": "Ағылшынша пайымдау қазақша сұрақтарға берілген жауаптың сапасын сақтайды.",
    },
    dataset=SCHOOL,
    condition=THINK_EN.name,
    effects=("over_direct",),
    supported=Zone(low=-0.02),
    refuted=(Zone(high=-0.02),),
    of=FIVE,
    synthesis=Synthesis(
        settle=BetterOf(
            "cot-en", among=("direct-kk", "cot-kk"), beside=("cot-kk", "direct-kk"), areas=("mathematics", "history")
        ),
        titles={
            "gain": {
                "en": "accuracy with reasoning in Kazakh minus answering at once, by area; mathematics-history is the difference",
                "ru": "точность с рассуждением на казахском минус прямой ответ, по областям; mathematics-history – их разность",
                "kk": "қазақша пайымдау дәлдігі минус бірден жауап беру, салалар бойынша; mathematics-history – айырмасы",
            },
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
    datasets=(SCHOOL, READING),
    conditions=(DIRECT, THINK_KK, THINK_EN, TRANSLATED),
    metrics=(
        *trace.RIGHT,
        trace.WORD_F1,
        replace(trace.IN_LANGUAGE, conditions=(THINK_KK.name, THINK_EN.name, TRANSLATED.name)),
    ),
    contrasts=CONTRASTS,
    seeds=(13,),
    limits={"resamples": 10_000, "characters of each step": ROOM},
    rule=RULE,
    choices={
        "prompts": digest([ASK, ENDING, THINK, BACK, "A) ..."]),
        "shots": "live 0; recorded 5",
        "decoding": "greedy",
        "reading": "careful@1",
    },
    by=(Breakdown("area", {"en": "area", "ru": "область", "kk": "сала"}),),
)
SAMPLE = replace(SCHOOLS, datasets=(SAMPLE_SET,), rule=replace(RULE, dataset=SAMPLE_SET, of=BASELINES))
FULL = replace(SCHOOLS, datasets=(BENCHMARK, SCHOOL, READING), rule=replace(RULE, dataset=BENCHMARK))


def present(item: Item, condition: Condition) -> Ask:
    """The question under the instruction of the condition; translated, the two steps that follow."""
    language, instruction = ASK[condition.name]
    if condition.name == TRANSLATED.name:
        asked = choice.ask(item, instruction, condition=condition.name, characters=ROOM)
        return asked._replace(then=(THINK, BACK))
    ending = ENDING["options" if "options" in item.input else "words"][language]
    return choice.ask(item, f"{instruction} {ending}", condition=condition.name, characters=ROOM)


def read(answer: Said, item: Item, condition: Condition) -> trace.Reasoned | Missing:
    """The letter or the words that the answer states last, and how much of the reasoning is in its language."""
    stated = choice.chosen(answer, item) if "options" in item.input else overlap.stated(answer.text)
    if isinstance(stated, Missing):
        return stated
    reasoning = answer.before[-1] if answer.before else answer.text
    return trace.Reasoned(stated, *trace.words_in(reasoning, "kk" if condition.name.endswith("kk") else "en"))


def expect(item: Item, condition: Condition) -> accuracy.Key | tuple[str, ...]:
    """The right letter and the number of options, or all accepted answers."""
    accepted: tuple[str, ...] = () if "options" in item.input else item.gold
    return accepted or choice.key(item)


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
    systems={"sample": BASELINES, "laptop": (*RECORDED, *FIVE), "full": (*FIVE, *RECORDED)},
    present=present,
    read=read,
    expect=expect,
    kind="re-analysis",
    citations=("tumlu-2025",),
)
