"""Is synthetic speech alone enough to start a Kazakh recogniser?

Problem  tts-bootstrapped-asr (hypothesis, unverified)
Data     35 spoken commands. espeak-ng says them in 1, 4, 16 or 42 voices, 4,410 clips each time, so that the number of voices is all
         that differs. Tested on eight voices that nobody learned from and on real recordings: six are in the authors' repository, the benchmark of
         3,623 is on a drive, recordings of your own come by `--data FOLDER`. What the authors' recogniser answered on those 3,623
         stands beside: it learned from piper's voices *and* from commands cut out of KSC2, so it shows what both together reach.
Design   Arms with as many clips of each word: synthetic, real, half of each. Recovery = the share of the way from guessing to the
         real arm that the synthetic arm goes, on the same real recordings, speakers resampled. Beside it the gap from unseen
         synthetic voices to real ones, the number of voices, and whether pictures are changed while learning.
Rule     fixed before any of these recognisers was run on a real recording: enough if the recovery is at least 0.8 by its whole interval, not
         enough if below 0.5. Under 100 real recordings or 5 speakers, or where speakers are not named, there is no verdict. Single words are a claim of their own: in the profile
         `full` a Whisper learns ten hours of read sentences, as piper says them in six voices or as people read them, and is tested on
         news, on read and on spontaneous speech; there the way begins at the Whisper as it was.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from qadam.metrics import spoken_words
from qadam.metrics.recovery import Arms, Recovery, Score
from qadam.metrics.spoken_words import Named
from qadam.metrics.wer import RATES, Heard
from qadam.systems.speech.commands import question
from qadam.terms import (
    NO_ANSWER,
    Breakdown,
    Condition,
    Contrast,
    Item,
    Missing,
    Profile,
    Protocol,
    Recording,
    Rule,
    Study,
    Synthesis,
    SystemRow,
    Tally,
    Weighed,
    Zone,
)

UNSEEN, EXAMPLES = "spoken-commands/unseen-voices", "commands-examples/all"
BENCHMARK, ANSWERS = "kscb/test", "kscb-answers/all"
MINI = "commands-mini/unseen-voices"
GUESSING = 1 / 35

SYNTHETIC = Condition(
    "unseen voices", "synthetic voices that nobody learned from", control=True, datasets=(UNSEEN, MINI)
)
REAL = Condition("real speech", "recordings of people", datasets=(EXAMPLES, BENCHMARK))
RECORDED = Condition("recorded answers", "what the authors' recogniser answered on real speech", datasets=(ANSWERS,))

PER_CLIP = Score("right", "asked", "share 0-1")
EQUAL = Arms("commands-synthetic-60", "commands-real-60", none=GUESSING)


def _titled(en: str, ru: str, kk: str) -> dict[str, str]:
    return {"en": en, "ru": ru, "kk": kk}


def word_of(item: Item) -> str:
    """The word that was said, by which the numbers are shown apart."""
    return str(item.gold)


TITLES = {
    "recovery": _titled("share of the gain from real speech that synthetic speech recovers", "доля выигрыша от живой речи, которую даёт синтез", "шынайы сөйлеуден үйрену беретін ұтыстың синтезден үйрену беретін үлесі"),
    "share_right": _titled("share of real recordings named rightly, speakers resampled", "доля верно узнанных живых записей, с повторной выборкой дикторов", "дұрыс танылған шынайы жазбалар үлесі, сөйлеушілер қайта іріктелген"),
    "gap": _titled("what is lost from unseen synthetic voices to real ones", "сколько теряется от новых синтетических голосов к живым", "жаңа синтетикалық дауыстардан шынайы дауысқа дейінгі шығын"),
}  # fmt: skip
RULE = Rule(
    claim={
        "en": "Synthetic speech alone is enough to start a Kazakh recogniser (35 spoken commands).",
        "ru": "Одной синтетической речи достаточно, чтобы начать распознаватель казахской речи (35 голосовых команд).",
        "kk": "Қазақ сөзін танығышты бастауға синтетикалық сөйлеудің өзі жеткілікті (35 дауыстық команда).",
    },
    dataset=BENCHMARK,
    condition=REAL.name,
    effects=("recovery",),
    supported=Zone(low=0.8),
    refuted=(Zone(high=0.5),),
    synthesis=Synthesis(
        Recovery(EQUAL, PER_CLIP, real=(BENCHMARK,), beside=(EXAMPLES,), unseen=UNSEEN),
        asks=(
            _titled(
                "Supported if synthetic speech recovers at least 0.8 of the way from guessing to as much real speech, by the whole 95 % interval; refuted if below 0.5.",
                "Подтверждено, если синтез даёт не менее 0,8 пути от угадывания до такого же количества живой речи по всему 95 %-му интервалу; опровергнуто, если ниже 0,5.",
                "Кездейсоқ болжаумен салыстырғанда шынайы сөйлеуден үйрену беретін ұтыстың кемінде 0,8-ін сондай көлемдегі синтезден үйрену де берсе (95 %-дық аралық түгел 0,8-ден төмен түспесе), тұжырым расталды; аралық түгел 0,5-тен төмен болса, теріске шықты.",
            ),
            _titled(
                "Under 100 real recordings or 5 speakers, or where speakers are not named, there is no verdict.",
                "Если живых записей меньше 100 или дикторов меньше 5, а также если дикторы не названы, вывода нет.",
                "Шынайы жазба 100-ден не сөйлеуші 5-тен аз болса, сондай-ақ сөйлеушілердің кім екені көрсетілмесе, қорытынды жоқ.",
            ),
        ),
        titles=TITLES,
    ),
)
VOICES = Contrast("more_voices", _titled("gain in accuracy over one voice", "выигрыш в точности по сравнению с одним голосом", "бір дауыспен салыстырғандағы дәлдік ұтысы"), "accuracy", system="commands-voices-1", by="difference", unit="share 0-1")  # fmt: skip
CHANGED = Contrast("augmentation", _titled("gain in accuracy over 42 voices whose clips are not changed", "выигрыш в точности по сравнению с 42 голосами без изменений записей", "жазбалары өзгертілмеген 42 дауыспен салыстырғандағы дәлдік ұтысы"), "accuracy", system="commands-voices-42-plain", by="difference", unit="share 0-1")  # fmt: skip

LAPTOP = Protocol(
    datasets=(UNSEEN, EXAMPLES, BENCHMARK, ANSWERS),
    conditions=(SYNTHETIC, REAL, RECORDED),
    metrics=(
        spoken_words.ACCURACY,
        replace(spoken_words.AMONG_THREE, conditions=(SYNTHETIC.name, REAL.name)),
    ),
    contrasts=(VOICES, CHANGED),
    seeds=(13, 14, 15),
    limits={"resamples": 2_000},
    rule=RULE,
    choices={"word": "stretched to 64 frames, 40 bands"},
    by=(Breakdown("word", _titled("word", "слово", "сөз"), word_of),),
    tallies=(
        Tally("confusions", _titled("words heard for others", "слова, принятые за другие", "басқа сөзбен шатастырылған сөздер"), spoken_words.confusions, least=2),
    ),
)  # fmt: skip
SAMPLE = replace(
    LAPTOP,
    datasets=(MINI,),
    conditions=(SYNTHETIC,),
    metrics=LAPTOP.metrics[:1],
    contrasts=(replace(VOICES, system="commands-mini-one-voice"),),
    seeds=(13,),
    rule=replace(
        RULE,
        dataset=MINI,
        condition=SYNTHETIC.name,
        synthesis=replace(RULE.synthesis, settle=Recovery(EQUAL, PER_CLIP, real=(), unseen=MINI)),  # type: ignore[type-var]
    ),
    by=(),
)
NEWS, READ_ALOUD, SPONTANEOUS = "ksc2/news", "common-voice-kk/test", "ksc2/spontaneous"
RUNNING = Condition(
    "running speech", "what people said in sentences", control=True, datasets=(NEWS, READ_ALOUD, SPONTANEOUS)
)
PER_WORD = Score("wer_errors", "wer_words", "errors per word", better=-1)
HOURS = Arms("whisper-small-synthetic-10h", "whisper-small-real-10h", none="whisper-small-untuned")
RUNNING_RULE = Rule(
    claim={
        "en": "Synthetic speech alone is enough to start a Kazakh recogniser of running speech.",
        "ru": "Одной синтетической речи достаточно, чтобы начать распознаватель слитной казахской речи.",
        "kk": "Тұтас сөйлеуді танитын қазақ танығышын бастауға синтетикалық сөйлеудің өзі жеткілікті.",
    },
    dataset=SPONTANEOUS,
    condition=RUNNING.name,
    effects=("recovery",),
    supported=Zone(low=0.8),
    refuted=(Zone(high=0.5),),
    synthesis=Synthesis(
        Recovery(HOURS, PER_WORD, real=(NEWS, READ_ALOUD, SPONTANEOUS)),
        asks=(
            _titled(
                "Supported if in news, read sentences and spontaneous speech ten synthetic hours recover at least 0.8 of what ten real hours bring, by the whole 95 % interval; refuted if below 0.5 in spontaneous speech.",
                "Подтверждено, если в новостях, чтении и спонтанной речи десять часов синтеза дают не менее 0,8 выигрыша от десяти живых часов по всему 95 %-му интервалу; опровергнуто, если в спонтанной речи меньше 0,5.",
                "Жаңалықта, оқылған сөйлемде және еркін сөйлеуде он сағат шынайы сөйлеуден үйрену беретін ұтыстың кемінде 0,8-ін он сағат синтезден үйрену де берсе (95 %-дық аралық түгел 0,8-ден төмен түспесе), тұжырым расталды; еркін сөйлеуде аралық түгел 0,5-тен төмен болса, теріске шықты.",
            ),
            RULE.synthesis.asks[1],  # type: ignore[union-attr]
        ),
        titles={"recovery": TITLES["recovery"]},
    ),
)
FULL = Protocol(
    datasets=(NEWS, READ_ALOUD, SPONTANEOUS),
    conditions=(RUNNING,),
    metrics=RATES,
    seeds=(13, 14, 15),
    limits={"resamples": 2_000},
    rule=RUNNING_RULE,
    choices={"decoding": "greedy"},
)

FACTORS = tuple(f"commands-voices-{n}" for n in (1, 4, 16, 42))
TRAINED = (
    *FACTORS, "commands-voices-42-plain", "commands-letters-42", "commands-linear-42", *EQUAL[:2], "commands-mixed-60",
)  # fmt: skip
WHISPERS = ("whisper-small-untuned", *HOURS[:2], "whisper-small-mixed-10h")


def present(item: Item, condition: Condition) -> Any:
    """What is to be heard: a plan that a machine says, a sound file, a picture; or a recording by its name."""
    if condition.name in (RECORDED.name, RUNNING.name):
        return Recording(item.id, str(item.fields.get("audio") or ""))
    return question(item)


def expect(item: Item, condition: Condition) -> str:
    """The word or the sentence that was said."""
    return str(item.gold)


def read(answer: Weighed | str, item: Item, condition: Condition) -> Named | Heard | Missing:
    """What was heard beside what was said."""
    if condition.name == RUNNING.name:
        return Heard(str(answer), str(item.gold))
    if isinstance(answer, Weighed):
        return Named(answer.label, str(item.gold), answer.chances)
    return Named(answer, str(item.gold)) if answer else NO_ANSWER


def fits(row: SystemRow, condition: Condition) -> bool:
    """Who only has recorded answers is asked for those, and who writes sentences for sentences."""
    kinds = {RECORDED.name: row.format == "recorded", RUNNING.name: row.kind in ("tuned_whisper", "recognizer")}
    return kinds.get(condition.name, row.kind == "commands" and row.format != "recorded")


def live(data: str, *, judge: str, coded: str) -> Study:
    """The study on recordings of the user's, which are the real speech of its rule.

    At laptop a folder with subfolders named after the words, or a table of clip, word and speaker; at full a table or folder
    of sentences, as the spontaneous speech.
    """
    name, said = f"words:{data}/all", f"speech:{data}/all"
    real = replace(REAL, datasets=(name,))
    settle = Recovery(EQUAL, PER_CLIP, real=(name,), unseen=UNSEEN)
    own = replace(
        LAPTOP,
        datasets=(UNSEEN, name),
        conditions=(SYNTHETIC, real),
        rule=replace(RULE, dataset=name, synthesis=replace(RULE.synthesis, settle=settle)),  # type: ignore[type-var]
    )
    domains = (NEWS, READ_ALOUD, said)
    running = replace(RUNNING_RULE, dataset=said, synthesis=replace(RUNNING_RULE.synthesis, settle=Recovery(HOURS, PER_WORD, real=domains)))  # type: ignore[type-var]  # fmt: skip
    spoken = replace(FULL, datasets=domains, conditions=(replace(RUNNING, datasets=domains),), rule=running)
    protocols: dict[Profile, Protocol] = {"laptop": own, "full": spoken}
    return replace(STUDY, protocols=protocols)


STUDY = Study(
    problem="tts-bootstrapped-asr",
    question=_titled(
        "Is synthetic speech alone enough to start a Kazakh recogniser?",
        "Достаточно ли одного синтеза, чтобы запустить распознавание казахской речи?",
        "Қазақша сөйлеуді тануды бастауға бір ғана синтез жеткілікті ме?",
    ),
    design=_titled(
        "Small networks learn 35 commands from synthetic voices, from real recordings and from both, as many clips each; they are tested on unseen synthetic voices and on real speech.",
        "Небольшие сети учат 35 команд по синтетическим голосам, по живым записям и по тем и другим, поровну клипов; проверка на новых синтетических голосах и на живой речи.",
        "Шағын желілер 35 бұйрықты синтетикалық дауыстардан, шынайы жазбалардан және екеуінен бірдей мөлшерде үйренеді; жаңа синтетикалық дауыстарда және шынайы сөйлеуде сыналады.",
    ),
    protocols={"sample": SAMPLE, "laptop": LAPTOP, "full": FULL},
    systems={
        "sample": ("commands-mini-one-voice", "commands-mini-four-voices"),
        "laptop": (*TRAINED, "keyword-mlp-ksc-tts"),
        "full": WHISPERS,
    },
    present=present,
    read=read,
    expect=expect,
    fits=fits,
    live=live,
    kind="re-analysis",
    citations=("kuzdeuov-2023",),
)
