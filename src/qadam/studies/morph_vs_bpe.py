"""Does cutting words at their morphemes help a Kazakh model more than BPE does?

Problem  morph-vs-bpe (hypothesis, contested)
Design   five ways to cut, one size of vocabulary, the same bytes in the same order, the same network, three seeds: BPE, Unigram,
         Morfessor + BPE, Qadam's morphology + BPE, and random boundaries + BPE, which cuts each word as often as the morphology
         does and so shows what any extra boundary does. Each arm foretells text (bits per character of a causal model, exact
         whatever the pieces), finds names (KazNERD, strict, learned on valid, asked on test) and translates into English (news of
         the government, chrF++ of joined text; both languages cut in the arm's way). Bits for hidden words stand
         beside and are not judged: pieces of one word are guessed apart, and their number betrays how long the word is.
Rule     fixed before any run. Supported if one arm that knows morphemes beats BPE *and* the random boundaries by more than 0.01
         bits per character, 0.005 F1 or half a point of chrF++, whole intervals across seeds, on two of three tasks; refuted if
         each is equivalent to BPE within these margins, or worse, on two. Translation is dropped where no arm is above a copy of
         the Kazakh text and above one English sentence given for every text: who learned nothing of the pairs decides nothing.
Beside   no part of the rule: Morfessor's morphs alone, the most frequent ones and bytes for the rest, without BPE after them; at
         `full` the tokenizer of SozKZ, made of other text and larger. Any other: `--system network-bpe-8k:TOKENIZER.json`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from qadam.metrics import trained
from qadam.metrics.arms import Contest, Task, gain
from qadam.metrics.synthetic import BARS
from qadam.metrics.trained import CUTTING, ENGLISH, GAPS, LANGUAGE, NAMES, SAMPLE_TEXT, SEEDS, TEXT, at_equal_work
from qadam.terms import Protocol, Rule, Study, Synthesis, Texts, Zone

MORPHEMES = ("morfessor", "morphology")
AGAINST = ("bpe", "random")
ROLES = ("bpe", "unigram", "morfessor", "morphology", "random")


def family(prefix: str, size: str, roles: tuple[str, ...] = ROLES) -> dict[str, str]:
    """The systems of one family by their role."""
    return {role: f"{prefix}-{role}-{size}" for role in roles}


def alone(arms: dict[str, str], size: str) -> dict[str, str]:
    """A family in which Morfessor's morphs stand alone, beside what they are compared with."""
    return {**{role: arms[role] for role in AGAINST}, "morfessor": f"network-morphs-{size}"}


LEARNED, COUNTED = family("network", "8k"), family("counted", "8k")
LARGE = family("network", "32k")
ALONE, ALONE_LARGE = alone(LEARNED, "8k"), alone(LARGE, "32k")
SMALL, SMALL_COUNTED = family("network", "mini", ("bpe", "morphology", "random")), family("counted", "mini")

ASKS: tuple[Texts, ...] = (
    {
        "en": "Stands if an arm that knows morphemes beats both BPE and random boundaries by more than the margin, whole intervals across seeds, on enough tasks.",
        "ru": "Верно, если способ, знающий морфемы, лучше и BPE, и случайных границ больше чем на допуск, по всему интервалу и по всем начальным значениям, на достаточном числе задач.",
        "kk": "Морфеманы білетін тәсіл BPE-ден де, кездейсоқ шекаралардан да шектен артық жақсы болса (бастапқы мәндер бойынша бүкіл аралық), тапсырмалар саны жеткенде тұжырым расталады.",
    },
    {
        "en": "Falls if each such arm is equivalent to BPE within the margin, or worse, on as many tasks; otherwise inconclusive.",
        "ru": "Опровергнуто, если каждый такой способ равен BPE в пределах допуска или хуже на стольких же задачах; иначе вывода нет.",
        "kk": "Ондай әр тәсіл сонша тапсырмада BPE-мен шек ішінде тең не нашар болса, теріске шығады; әйтпесе қорытынды жоқ.",
    },
)


def protocol(tasks: dict[str, Task], families: dict[str, dict[str, str]], *, needs: tuple[int, int]) -> Protocol:
    """The same protocol for other arms: the families, the first of which is judged; wins and seeds that a verdict needs."""
    settle = Contest(tuple(tasks.values()), families, challengers=MORPHEMES, against=AGAINST, needs=needs)
    datasets = tuple(dict.fromkeys(task.dataset for task in tasks.values()))
    first, judged = next(iter(tasks.values())), next(iter(families.values()))
    return Protocol(
        datasets=datasets,
        conditions=tuple(c for c in (CUTTING, LANGUAGE, GAPS, NAMES, ENGLISH) if set(c.datasets) & set(datasets)),
        metrics=(*trained.METRICS, *(trained.TRANSLATING_METRICS if trained.PAIRS in datasets else ())),
        seeds=SEEDS,
        choices=trained.CHOICES | (trained.TRANSLATING_CHOICES if trained.PAIRS in datasets else {}),
        limits={"resamples": 10_000, "characters": 2_000_000, "taught": 2_500_000, "translated": 1_200_000, "batch": 8},
        rule=Rule(
            claim={
                "en": "Cutting words at morpheme boundaries helps a Kazakh model more than BPE.",
                "ru": "Деление слов по границам морфем помогает казахской модели больше, чем BPE.",
                "kk": "Сөзді морфема шекарасында бөлу қазақ моделіне BPE-ден көбірек көмектеседі.",
            },
            dataset=first.dataset,
            condition=first.condition,
            effects=(gain(first.name, AGAINST[0]),),
            supported=Zone(low=first.margin),
            refuted=(Zone(high=first.margin),),
            synthesis=Synthesis(
                settle=settle,
                asks=ASKS,
                contrasts=tuple(
                    trained.contrast(t, than, metric=m, system=judged[than])
                    for m, t in tasks.items()
                    for than in AGAINST
                ),
            ),
        ),
    )


TASKS = {"bits_per_character": trained.bits(TEXT), "f1": trained.named(0.005), "chrf": trained.translated(0.5)}
LAPTOP = protocol(TASKS, {"networks": LEARNED, "morphs alone": ALONE, "counted": COUNTED}, needs=(2, 3))
FULL = replace(
    protocol(TASKS, {"networks": LARGE, "morphs alone": ALONE_LARGE}, needs=(2, 5)),
    seeds=(13, 14, 15, 16, 17),
    limits={"resamples": 10_000, "characters": 100_000_000, "taught": 8_000_000, "translated": 50_000_000},
)
SAMPLE = replace(
    protocol(
        {"bits_per_character": trained.bits(SAMPLE_TEXT)}, {"counted": SMALL_COUNTED, "networks": SMALL}, needs=(1, 1)
    ),
    limits={"resamples": 10_000, "characters": 30_000, "batch": 4},
)


STUDY = Study(
    problem="morph-vs-bpe",
    question={
        "en": "Does cutting words at their morphemes help a Kazakh model more than BPE does?",
        "ru": "Помогает ли казахской модели деление слов по морфемам больше, чем BPE?",
        "kk": "Сөзді морфемалар бойынша бөлу қазақ моделіне BPE әдісінен көбірек көмектесе ме?",
    },
    design={
        "en": "Five ways to cut, one size of vocabulary, the same text, networks and seeds; a control cuts as often as the morphology does, at random places.",
        "ru": "Пять способов деления, один размер словаря, те же тексты, сети и начальные значения; контроль делит столько же раз, что и морфология, но в случайных местах.",
        "kk": "Бөлудің бес тәсілі, бірдей сөздік көлемі, мәтін, желі және бастапқы мәндер; бақылау тәсілі морфология сияқты сонша рет, бірақ кездейсоқ жерден бөледі.",
    },
    protocols={"sample": SAMPLE, "laptop": LAPTOP, "full": FULL},
    systems={
        "sample": (*SMALL_COUNTED.values(), *SMALL.values()),
        "laptop": (*COUNTED.values(), *dict.fromkeys((*LEARNED.values(), *ALONE.values())), *BARS),
        "full": (*dict.fromkeys((*LARGE.values(), *ALONE_LARGE.values())), "network-sozkz-50k", *BARS),
    },
    present=trained.present,
    read=trained.read,
    expect=trained.expect,
    fits=trained.fits,
    views={"flops": partial(at_equal_work, operations=2e12)},
    citations=("saleva-2021", "bpe-2016", "morfessor-2013", "popovic-2017"),
)
