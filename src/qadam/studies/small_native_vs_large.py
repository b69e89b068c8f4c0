"""Does a small model made for Kazakh beat a large multilingual one when both have the same time on one computer?

Problem  small-native-vs-large (hypothesis, unverified)
Design   three tasks (school questions by the likelihood of their options, answers from a passage, names in a sentence),
         the same prompts for all, and three measurements of each: quality; seconds, every question asked alone on two
         cores of one declared processor, 30 questions, 30 rounds after a warm-up, the median of each; and, before anything
         runs, what a model of this shape cannot do without on this very machine.
Rule     at a budget of 0.1, 1 or 10 seconds per question which the large model can keep on at least two tasks, the claim
         stands if the small model is better by more than 1 point on at least two of the three tasks and both are above
         chance there, and falls if it is worse by more than 1 point on two. A budget the large model cannot keep is not
         testable: shutting the opponent out is no win. With 1,000 questions only 4 points can be seen (laptop); the rule
         needs all 9,870 (full). The data, and what Sherkala scores on KazMMLU, were public when this was written: re-analysis.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from qadam.metrics import accuracy, budgets, choice, cost, names, overlap
from qadam.metrics.budgets import Budgets, Models
from qadam.terms import (
    NO_ANSWER,
    Ask,
    Clock,
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

SCHOOL, PASSAGES, NEWS, SAMPLE_SET = "kazmmlu/test", "kazqad/validation", "kaznerd/test", "choice-mini/test"
SMALL = "hf:stukenov/sozkz-core-llama-600m-kk-base-v1"
LARGE = "sherkala-8b-chat-q4"
MIDDLE = "hf:Qwen/Qwen3-0.6B"
ON_PAPER = ("sherkala-8b-q4-on-paper", "sozkz-600m-on-paper", "qwen3-0.6b-on-paper")
COUNTED = ("sherkala-8b-q4-counted", "sozkz-600m-counted", "qwen3-0.6b-counted")
BASELINES = ("random-letter", "longest-option", "character-5-grams")
SECONDS = (0.1, 1.0, 10.0)

ASK = {
    "choose": "Жауап:",
    "letter": "Дұрыс нұсқаның әрпі:",
    "read": "Мәтінді оқып, сұраққа мәтіндегі сөздермен қысқа ғана жауап бер.",
    "names": "Сөйлемдегі атауларды тап. Әр атауды жаңа жолға «ТҮРІ: атау» түрінде, сөйлемде қалай тұрса, солай жаз. "
    f"Атау болмаса, «{names.NONE}» деп жаз. Түрлері:",
}
ROOM = {"choose": 200, "letter": 10, "read": 200, "names": 400}  # characters an answer may have
SAID = {
    "choose": "each option as an answer, by its likelihood per character",
    "letter": "the letters of the options, by their likelihood",
    "read": "the passage, then the question",
    "names": "the sentence; all its names are to be listed",
}


def asked(task: str, datasets: tuple[str, ...]) -> tuple[Condition, ...]:
    """One task measured three times: how well, how fast, and on paper."""
    said = f"shown: {SAID[task]}"
    return (
        Condition(task, said, datasets=datasets),
        Condition(f"{task}{budgets.TIMED}", f"{said}; with a clock", datasets=datasets, clock=Clock()),
        Condition(f"{task}{budgets.PAPER}", f"{said}; reckoned from the shape of the model", datasets=datasets),
    )


def under(task: str, metrics: tuple[Any, ...], ending: str = "") -> tuple[Any, ...]:
    """Metrics as they are taken of some tasks."""
    return tuple(replace(metric, conditions=tuple(f"{name}{ending}" for name in task.split())) for metric in metrics)


def settled(models: Models, datasets: tuple[str, ...], wins: int) -> Synthesis:
    """The rule over all budgets, for these models on these data."""
    makers = (("choose", budgets.choosing), ("read", budgets.reading), ("names", budgets.naming))
    tasks = tuple(make(task, name) for (task, make), name in zip(makers, datasets, strict=False))
    return Synthesis(
        settle=Budgets(models, tasks=tasks, seconds=SECONDS, margin=0.01, wins=wins),
        asks=(
            {
                "en": "Stands if, at a budget both keep, the small model is better by more than 0.01 and above chance on at "
                f"least {wins} of the tasks, whole intervals.",
                "ru": "Верно, если при бюджете, в который укладываются обе, малая модель лучше более чем на 0,01 и лучше "
                f"угадывания не менее чем в {wins} из задач, по всему интервалу.",
                "kk": "Екеуі де сыятын бюджетте шағын модель тапсырмалардың кемінде "
                f"{wins}-інде 0,01-ден артық жақсы әрі кездейсоқтан жоғары болса, тұжырым расталады (бүкіл аралық).",
            },
            {
                "en": "Falls if it is worse by more than 0.01 on as many; otherwise inconclusive.",
                "ru": "Опровергнуто, если в стольких же она хуже более чем на 0,01; иначе вывода нет.",
                "kk": "Сонша тапсырмада 0,01-ден артық нашар болса, теріске шығады; әйтпесе қорытынды жоқ.",
            },
            {
                "en": "Not testable at a budget that the large model cannot keep, on paper or by the clock.",
                "ru": "Непроверяемо при бюджете, в который большая модель не укладывается по расчёту или по часам.",
                "kk": "Үлкен модель есеп не сағат бойынша сыймайтын бюджетте тексеруге келмейді.",
            },
        ),
        contrasts=(
            Contrast(
                "gain",
                {
                    "en": "quality of the small model minus that of the large one",
                    "ru": "качество малой модели минус качество большой",
                    "kk": "шағын модельдің сапасы минус үлкенінің сапасы",
                },
                "accuracy",
                system=models.large,
                by="difference",
                unit="share 0-1",
            ),
        ),
        titles={
            "on_front": {
                "en": "share of resamples in which no other system is both as good and as fast",
                "ru": "доля выборок, где никто другой не столь же хорош и быстр",
                "kk": "бірде-бір басқа жүйе әрі сондай жақсы, әрі сондай жылдам болмаған іріктемелер үлесі",
            }
        },
    )


def protocol(models: Models, datasets: tuple[str, ...], *, items: int, wins: int) -> Protocol:
    """The same protocol on other data: the first set is chosen from, the second read, the third searched for names."""
    tasks = dict(zip(("choose", "read", "names"), datasets, strict=False))
    return Protocol(
        datasets=datasets,
        conditions=(
            *asked("choose", datasets[:1]),
            Condition("letter", f"shown: {SAID['letter']}", datasets=datasets[:1]),
            *(condition for task in ("read", "names") if task in tasks for condition in asked(task, (tasks[task],))),
        ),
        metrics=(
            *under("choose letter", accuracy.METRICS),
            *(under("read", overlap.METRICS) if "read" in tasks else ()),
            *(under("names", names.METRICS) if "names" in tasks else ()),
            *under(" ".join(tasks), cost.TIMED, budgets.TIMED),
            *under(" ".join(tasks), cost.ON_PAPER, budgets.PAPER),
        ),
        seeds=(13,),
        limits={"resamples": 10_000, **({"items": items} if items else {})},
        rule=Rule(
            claim={
                "en": "A small Kazakh model beats a large multilingual one at an equal budget of time.",
                "ru": "Малая казахская модель лучше большой многоязычной при равном бюджете времени.",
                "kk": "Уақыт бюджеті тең болғанда шағын қазақ моделі үлкен көптілді модельден озады.",
            },
            dataset=datasets[0],
            condition="choose",
            effects=("gain",),
            supported=Zone(low=0.01),
            refuted=(Zone(high=-0.01),),
            synthesis=settled(models, datasets, wins),
        ),
        choices={"prompts": digest([ASK, ROOM, names.classes()]), "shots": "0", "decoding": "greedy"},
    )


LAPTOP = protocol(Models(SMALL, LARGE, ON_PAPER[0]), (SCHOOL, PASSAGES, NEWS), items=1_000, wins=2)
FULL = protocol(Models(SMALL, LARGE, ON_PAPER[0]), (SCHOOL, PASSAGES, NEWS), items=0, wins=2)
SAMPLE = protocol(Models("character-5-grams", "random-letter", ""), (SAMPLE_SET,), items=0, wins=1)


def present(item: Item, condition: Condition) -> Ask:
    """The question as the task shows it; the clock and the paper see what the model sees."""
    task = condition.name.partition("+")[0]
    if task in ("read", "letter"):
        shown = choice.ask(item, "" if task == "letter" else ASK[task], condition=task, characters=ROOM[task])
        if task == "read":
            return shown
        marks = tuple(f" {letter}" for letter in choice.LETTERS[: len(shown.options)])
        return shown._replace(prompt=f"{shown.prompt}\n\n{ASK[task]}", continuations=marks)
    if task == "choose":
        question, options = item.input["question"], tuple(item.input["options"])
        spoken = tuple(f" {option}" for option in options)
        return Ask(item.id, task, f"{question}\n{ASK[task]}", question, options, ROOM[task], spoken)
    prompt = f"{ASK[task]} {', '.join(names.classes())}.\n\n{item.input}"
    return Ask(item.id, task, prompt, item.input, characters=ROOM[task])


def read(answer: Any, item: Item, condition: Condition) -> Any:
    """The likeliest option, else the letter an answer names; the text of a free one; its names; seconds as they are."""
    if not isinstance(answer, Said):
        return answer
    if answer.likelihoods:
        return _likeliest(answer, item, by_character=condition.name == "choose")
    if condition.name in ("choose", "letter"):
        return choice.chosen(answer, item)
    return names.listed(answer.text) if condition.name == "names" else answer.text.strip() or NO_ANSWER


def _likeliest(answer: Said, item: Item, *, by_character: bool) -> str | Missing:
    options = item.input["options"]
    lengths = [len(option) + 1 if by_character else 1 for option in options]
    chances = [chance / length for chance, length in zip(answer.likelihoods, lengths, strict=True)]
    return choice.original(options[chances.index(max(chances))], options)


def expect(item: Item, condition: Condition) -> Any:
    """The right letter and the number of options, the accepted answers, or the names of the sentence."""
    if "tokens" in item.fields:
        return names.marked(item.fields["tokens"], item.gold)
    return item.gold if isinstance(item.gold, tuple) else choice.key(item)


def fits(system: SystemRow, condition: Condition) -> bool:
    """A model on paper is for the paper alone; baselines can choose, and see no letters."""
    paper = condition.name.endswith(budgets.PAPER)
    if system.kind == "on_paper" or paper:
        return system.kind == "on_paper" and paper
    return system.kind != "baseline" or condition.name.startswith("choose")


STUDY = Study(
    problem="small-native-vs-large",
    question={
        "en": "Does a small Kazakh model beat a large multilingual one in the same time on one computer?",
        "ru": "Лучше ли малая казахская модель большой многоязычной при том же времени на одном компьютере?",
        "kk": "Бір компьютерде бірдей уақытта шағын қазақ моделі үлкен көптілді модельден оза ма?",
    },
    design={
        "en": "Three tasks with the same prompts; quality, seconds of each question asked alone on two cores, and what the "
        "shape of a model asks of this machine at the very least.",
        "ru": "Три задачи с одними подсказками; качество, секунды на вопрос поодиночке на двух ядрах и то, что модель такой "
        "формы потребует от этой машины самое меньшее.",
        "kk": "Бірдей нұсқаулы үш тапсырма; сапа, екі ядрода жеке қойылған сұраққа кеткен секунд және осындай модельдің бұл "
        "машинадан ең аз дегенде талап ететіні.",
    },
    protocols={"sample": SAMPLE, "laptop": LAPTOP, "full": FULL},
    systems={
        "sample": (*BASELINES, *ON_PAPER),
        "laptop": (*ON_PAPER, *COUNTED, SMALL, MIDDLE, LARGE, *BASELINES),
        "full": (*ON_PAPER, *COUNTED, SMALL, MIDDLE, LARGE, *BASELINES),
    },
    present=present,
    read=read,
    expect=expect,
    kind="re-analysis",
    citations=("kazqad-2024", "kaznerd-2021"),
    fits=fits,
)
