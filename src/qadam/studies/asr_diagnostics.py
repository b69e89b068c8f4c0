"""Where do Kazakh recognisers go wrong, and for whom?

Problem  asr-diagnostics (pain point with a testable claim)
Data     Any table of what was said and what was heard, with speaker, gender, age, accent and domain as far as they are known:
         a corpus that a recogniser is run on, or hypotheses that somebody recorded. What Common Voice says of its own
         speakers is counted from its statistics of each release.
Design   Word and letter error rates of the whole text, as written and under named ways of writing (case and punctuation
         aside; numbers in words as well); errors by kind, by class, in stems and in endings; letters mistaken for others.
         Groups of speakers are set one against all others: speakers are resampled, and dealt out anew for a test. The number
         of speakers and the gap they could show come first, and a factor that nobody wrote down is called not available.
Rule     fixed before a recogniser was run: a recogniser treats groups unequally if for a group of gender, age or accent its
         word error rate is over 1.1 times that of the others (1.5 times for a domain, such as spontaneous against read),
         by a 95 % interval over speakers divided among the groups, and a permutation test adjusted by Holm agrees. It treats
         them alike if gender, age, accent and domain are all recorded, all their groups judged, and every interval lies within
         0.9 and 1.1; if one is missing, the verdict stays open. A group of under 5 speakers is not judged.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from qadam.metrics import columns
from qadam.metrics.group_gaps import Factor, GroupGaps
from qadam.metrics.wer import LETTERS, RATES, Heard, confusions
from qadam.metrics.word_errors import CLASS_RATES, endings_heard
from qadam.terms import (
    Breakdown,
    Condition,
    Item,
    Protocol,
    Recording,
    Rule,
    Study,
    Synthesis,
    SystemRow,
    Tally,
    Zone,
)

RECORDED = "recorded-hypotheses"
MINI, EXCERPT, CLIPS = "asr-mini/all", "whisper-small-fleurs/excerpt", "command-sentences/all"
STATISTICS = "common-voice-statistics/all"
READ_ALOUD = ("whisper-small-fleurs-whole/test", "fleurs-kk/test", "common-voice-kk/test")

SPEECH = Condition(
    "speech", "what was said against what was heard", control=True, datasets=(MINI, EXCERPT, CLIPS, *READ_ALOUD)
)
COLUMNS = Condition("columns", "what the corpus says of its speakers", datasets=(STATISTICS,))

FACTORS = (Factor("gender"), Factor("age"), Factor("accent"), Factor("domain", 1.5))


def _titled(en: str, ru: str, kk: str) -> dict[str, str]:
    return {"en": en, "ru": ru, "kk": kk}


RULE = Rule(
    claim={
        "en": "Kazakh recognisers make more errors for some groups of speakers than for others.",
        "ru": "Распознаватели казахской речи ошибаются на одних группах говорящих чаще, чем на других.",
        "kk": "Қазақ сөзін танығыштар сөйлеушілердің кей тобында басқаларынан көбірек қателеседі.",
    },
    dataset=EXCERPT,
    condition=SPEECH.name,
    effects=("group_gap",),
    supported=Zone(low=1.1),
    refuted=(Zone(0.9, 1.1),),
    synthesis=Synthesis(
        GroupGaps(FACTORS, errors="wer_errors", words="wer_words"),
        asks=(
            _titled(
                "Supported if for some group of gender, age or accent the word error rate is over 1.1 times that of the others (over 1.5 times for a domain), by an interval over speakers divided among the groups and a permutation test; refuted if gender, age, accent and domain are all judged and every group lies between 0.9 and 1.1.",
                "Подтверждено, если для какой-то группы по полу, возрасту или акценту доля ошибок в словах более чем в 1,1 раза выше, чем у остальных (для домена в 1,5 раза), по интервалу по дикторам с поправкой на число групп и перестановочному тесту; опровергнуто, если оценены пол, возраст, акцент и домен и все группы между 0,9 и 1,1.",
                "Жынысы, жасы не акценті бойынша қандай да бір топтың сөз қателерінің үлесі қалғандарынан 1,1 еседен (сала үшін 1,5 еседен) артық болса және мұны сөйлеушілер бойынша аралық пен орын ауыстыру тесті көрсетсе, расталды; жыныс, жас, акцент және сала түгел бағаланып, барлық топ 0,9 бен 1,1 аралығында болса, теріске шықты.",
            ),
            _titled(
                "A group of fewer than 5 speakers, or set against fewer than 5, is not judged; a factor that the data do not record is not available. With either missing nothing is refuted.",
                "Группа менее чем из 5 дикторов (или против менее чем 5) не оценивается; фактор, не указанный в данных, недоступен. Если чего-то из этого нет, утверждение не опровергается.",
                "5-тен аз сөйлеушісі бар (не 5-тен аз сөйлеушімен салыстырылатын) топ бағаланбайды; деректерде көрсетілмеген фактор қолжетімсіз. Осылардың бірі жетіспесе, тұжырым теріске шықпайды.",
            ),
        ),
        titles={
            "group_gap": _titled(
                "word error rate of a group over that of the others",
                "доля ошибок группы к доле ошибок остальных",
                "топтың сөз қателері үлесінің қалғандарыныкіне қатынасы",
            )
        },
    ),
)

TALLIES = (
    Tally("confusions", _titled("letters written for others, in how many utterances", "буквы вместо других, в скольких высказываниях", "басқасының орнына жазылған әріптер, неше айтылымда"), confusions, least=2, conditions=(SPEECH.name,)),
    Tally("endings", _titled("endings written for others of the same stem", "окончания вместо других при той же основе", "сол түбірдегі басқасының орнына жазылған қосымшалар"), endings_heard, least=2, conditions=(SPEECH.name,)),
)  # fmt: skip


def column(item: Item) -> str | None:
    """Which column of which release an item of the statistics is; None for utterances."""
    return f"{item.fields['column']}, {item.fields['release']}" if "column" in item.fields else None


LAPTOP = Protocol(
    datasets=(EXCERPT, STATISTICS, CLIPS),
    conditions=(SPEECH, COLUMNS),
    metrics=(
        *(replace(m, conditions=(SPEECH.name,)) for m in (*RATES, *CLASS_RATES, *LETTERS)),
        replace(columns.labelled, conditions=(COLUMNS.name,)),
    ),
    limits={"resamples": 2_000, "permutations": 10_000},
    rule=RULE,
    by=(
        Breakdown("gender", _titled("gender", "пол", "жынысы")),
        Breakdown("age", _titled("age", "возраст", "жасы")),
        Breakdown("accent", _titled("accent", "акцент", "акцент")),
        Breakdown("domain", _titled("domain", "домен", "сала")),
        Breakdown("column", _titled("column of the corpus", "поле корпуса", "корпус бағаны"), column),
    ),
    tallies=TALLIES,
)
SAMPLE = replace(LAPTOP, datasets=(MINI,), conditions=(SPEECH,), rule=replace(RULE, dataset=MINI))
FULL = replace(LAPTOP, datasets=(*LAPTOP.datasets, *READ_ALOUD), rule=replace(RULE, dataset="common-voice-kk/test"))

ON_A_LAPTOP = ("whisper-small-int8",)
ON_A_GPU = ("whisper-large-v3-turbo", "whisper-turbo-ksc2", "mms-1b-all")


def present(item: Item, condition: Condition) -> Recording:
    """The recording, and what the table already holds as an answer; a corpus is asked nothing but what it is."""
    if condition.name == COLUMNS.name:
        return Recording(item.id, recorded="")
    return Recording(item.id, str(item.fields.get("audio") or ""), item.fields.get("hypothesis"))


def expect(item: Item, condition: Condition) -> Any:
    """What was said."""
    return item.gold


def read(answer: str, item: Item, condition: Condition) -> Heard | columns.Filled:
    """What was heard beside what was said; of a corpus, how many clips have the column filled in."""
    if condition.name == COLUMNS.name:
        return columns.Filled(item.fields["clips"], item.fields["filled"])
    return Heard(answer, str(item.gold))


def fits(row: SystemRow, condition: Condition) -> bool:
    """A corpus says of itself what it says: no recogniser is asked."""
    return condition.name != COLUMNS.name or row.id == RECORDED


STUDY = Study(
    problem="asr-diagnostics",
    question=_titled(
        "Where do Kazakh recognisers go wrong, and for whom?",
        "Где ошибаются системы распознавания казахской речи и для кого?",
        "Қазақша сөйлеуді тану жүйелері қай жерде және кімнің сөзінде қателеседі?",
    ),
    design=_titled(
        "What was heard is aligned with what was said under named ways of writing; errors are counted by kind, class, stem and ending, and groups of speakers are compared by resampling speakers.",
        "Услышанное выравнивается со сказанным при названных способах записи; ошибки считаются по виду, классу, основе и окончанию, группы дикторов сравниваются повторной выборкой дикторов.",
        "Естілген мәтін айтылғанмен аты аталған жазу тәсілдері бойынша теңестіріледі; қателер түрі, тобы, түбір мен қосымша бойынша саналады, сөйлеуші топтары сөйлеушілерді қайта іріктеу арқылы салыстырылады.",
    ),
    protocols={"sample": SAMPLE, "laptop": LAPTOP, "full": FULL},
    systems={
        "sample": (RECORDED,),
        "laptop": (RECORDED, *ON_A_LAPTOP),
        "full": (RECORDED, *ON_A_LAPTOP, *ON_A_GPU),
    },
    present=present,
    read=read,
    expect=expect,
    fits=fits,
    kind="re-analysis",
    citations=("ksc-2020", "ksc2-2022", "common-voice-2026"),
)
