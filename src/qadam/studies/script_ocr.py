"""Does anybody read printed Kazakh in Latin and Arabic letters, and what becomes of the letters that only Kazakh has?

Problem  script-ocr (pain point with a testable figure)
Data     Lines of MediaWiki's interface that say the same in Cyrillic, Latin and Arabic letters, drawn in three fonts a script,
         and worn as by printing, scanning and photographing; the truth is known to the letter. They are no photographs: those
         that people transcribed come by `--coded gold.jsonl` (docs/photographs.md) and then the rule is about them.
Design   Every reader reads every line of its script; all comparisons are paired by line, lines are resampled whatever their
         font. Two error rates, strict and with look-alikes folded. Which script and which language an image is taken for are
         tasks of their own, from closed lists. The high hamza ٴ, which readers lose, is put back by vowel harmony, and what
         that gains is measured.
Rule     "Models fail on a script" stands if the error rate of every reader, lower end of its 95 % interval, is above 0.30; it
         falls if that of any open reader, upper end, is below 0.10. Judged over clean and worn images together, of the Latin
         and of the Arabic script; the verdict needs both, and of each 200 images from 50 lines or photographs. Figures for
         Tesseract were known before, so this is a re-analysis.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from qadam.catalogue.fetch import Places
from qadam.metrics import identified, legibility, letters
from qadam.metrics.legibility import Legibility
from qadam.stats.draw import evenly
from qadam.terms import (
    Breakdown,
    Condition,
    Contrast,
    Handover,
    Item,
    Metric,
    Picture,
    Profile,
    Protocol,
    Rule,
    Said,
    Study,
    Synthesis,
    SystemRow,
    Tally,
    Zone,
)

LINES, SAMPLE_LINES = "mediawiki-lines/all", "lines-mini/all"

SCRIPTS = {"arab": "kk-Arab", "latn": "kk-Latn", "cyrl": "kk-Cyrl"}
NAMES = {"kk-Cyrl": "Cyrillic", "kk-Latn": "Latin", "kk-Arab": "Arabic"}
ALPHABET = Condition(
    "latn2021-clean", "the Latin alphabet of 2021, transliterated from Cyrillic, clean"
)  # beside Wikipedia's
WORN = {"print": "printed badly", "scan": "scanned", "photo": "photographed"}
PHOTOGRAPHS = "photographs"  # real ones, as they are

ASK = (
    "Read the text in this image. Answer with the text alone, letter by letter as it is written and in the same script; "
    "do not translate, transliterate or correct it."
)
TASKS = {  # closed lists; the right language is Kazakh
    "script": tuple(NAMES.values()),
    "language": (
        "Kazakh",
        "Kyrgyz",
        "Russian",
        "Tatar",
        "Turkish",
        "Uzbek",
        "Azerbaijani",
        "English",
        "Uyghur",
        "Arabic",
        "Persian",
    ),
}


def _titled(en: str, ru: str, kk: str) -> dict[str, str]:
    return {"en": en, "ru": ru, "kk": kk}


def of_script(short: str, wears: Sequence[str]) -> tuple[str, ...]:
    """The names of the conditions under which a script is read."""
    return tuple(f"{short}-{wear}" for wear in wears)


def conditions(wears: Sequence[str], tasks: Sequence[str]) -> tuple[Condition, ...]:
    """Each script clean (the control) and worn, and the tasks that are about all scripts."""
    read = [
        Condition(
            f"{short}-{wear}",
            f"{NAMES[script]} script, {WORN.get(wear, wear)}",
            control=(short, wear) == ("arab", wears[0]),
        )
        for short, script in SCRIPTS.items()
        for wear in wears
    ]
    asked = [Condition(task, f"which {task} is this? one of {', '.join(TASKS[task])}") for task in tasks]
    return (*read, *((ALPHABET,) if "clean" in wears else ()), *asked)


def metrics(wears: Sequence[str], tasks: Sequence[str]) -> tuple[Metric, ...]:
    """Error rates for whatever is read, the letters of each script under its own conditions, ٴ in Arabic script."""
    every = (*(name for short in SCRIPTS for name in of_script(short, wears)), ALPHABET.name)
    return (
        *(replace(metric, conditions=every) for metric in letters.METRICS),
        *(
            replace(metric, conditions=(*of_script(short, wears), *((ALPHABET.name,) if short == "latn" else ())))
            for short, script in SCRIPTS.items()
            for metric in letters.RECALL[script]
        ),
        *(replace(metric, conditions=of_script("arab", wears)) for metric in letters.HAMZA),
        *(replace(metric, conditions=tuple(tasks)) for metric in identified.METRICS if tasks),
    )


def _costs(short: str) -> Contrast:
    title = _titled("what wear costs: CER minus clean", "цена износа: CER минус чистое", "тозудың құны: CER минус таза")
    worn = of_script(short, tuple(WORN))
    return Contrast("wear_cost", title, "cer", f"{short}-clean", "difference", "edits per letter", conditions=worn)


def settled(wears: Sequence[str]) -> Synthesis:
    """The rule over the two scripts that the problem is about."""
    return Synthesis(
        settle=Legibility({NAMES[SCRIPTS[short]]: of_script(short, wears) for short in ("arab", "latn")}),
        titles=legibility.TITLES,
        asks=(
            _titled(
                "Stands for a script if the error rate of every reader lies above 0.30; for both scripts: supported.",
                "Верно для графики, если доля ошибок каждой системы выше 0,30; верно для обеих – подтверждено.",
                "Әр жүйенің қате үлесі 0,30-дан жоғары болса, сол жазу үшін расталады; екеуі үшін де болса – расталды.",
            ),
            _titled(
                "Falls for a script if that of any open reader lies below 0.10; for both: refuted. Otherwise inconclusive.",
                "Неверно, если у какой-либо открытой системы она ниже 0,10; для обеих – опровергнуто. Иначе вывода нет.",
                "Қандай да бір ашық жүйеде 0,10-нан төмен болса, теріске шығады; екеуінде де – теріске шығарылды. Әйтпесе "
                "қорытынды жоқ.",
            ),
            _titled(
                f"No verdict for a script below {legibility.IMAGES} images of {legibility.UNITS} lines or photographs, or "
                "where the interval has no width.",
                f"Вывода о графике нет, если изображений меньше {legibility.IMAGES}, строк или снимков меньше "
                f"{legibility.UNITS} либо интервал не имеет ширины.",
                f"Сурет {legibility.IMAGES}-ден немесе жол не фотосурет {legibility.UNITS}-ден аз болса, не аралықтың ені "
                "болмаса, ол жазу туралы қорытынды жасалмайды.",
            ),
        ),
        version=2,
    )


ALL_WEARS = ("clean", *WORN)
RULE = Rule(
    claim={
        "en": "No reader makes out printed Kazakh in Latin or Arabic letters: each gets more than 30 % of it wrong.",
        "ru": "Ни один распознаватель не справляется с печатным казахским в латинской или арабской графике: каждый ошибается больше чем в 30 % текста.",
        "kk": "Латын не араб әрпімен басылған қазақша мәтінді ешбір танығыш оқи алмайды: әрқайсысы мәтіннің 30 %-дан астамын қате оқиды.",
    },
    dataset=LINES,
    condition="arab-clean",
    effects=("cer_pooled",),
    supported=Zone(low=0.30),
    refuted=(Zone(high=0.10),),
    synthesis=settled(ALL_WEARS),
)


def protocol(dataset: str, wears: Sequence[str], tasks: Sequence[str]) -> Protocol:
    """The protocol over one data set, its images worn in these ways."""
    named = Tally(
        "named", _titled("taken for", "принято за", "мыналарға жатқызылды"), _words, least=1, conditions=tuple(tasks)
    )
    return Protocol(
        datasets=(dataset,),
        conditions=conditions(wears, tasks),
        metrics=metrics(wears, tasks),
        contrasts=tuple(_costs(short) for short in SCRIPTS if len(wears) > 1),
        seeds=(13,),
        limits={"resamples": 2_000},
        rule=replace(RULE, dataset=dataset, synthesis=settled(wears)),
        choices={"normaliser": "strict@1, folded@1", "segmentation": "one line", "prompt": "letter by letter@1"},
        by=(SCRIPT, FONT) if tasks else (FONT,),
        tallies=(named,) if tasks else (),
    )


def _words(prediction: Any) -> tuple[str, ...]:
    return (str(prediction),)


SCRIPT = Breakdown("script", _titled("script", "графика", "жазу"), metrics=("identified",))
FONT = Breakdown("font", _titled("font", "шрифт", "қаріп"), metrics=("cer", "cer_folded", "exact", "recall_0674"))

LAPTOP = protocol(LINES, ALL_WEARS, tuple(TASKS))
SAMPLE = protocol(SAMPLE_LINES, ("clean",), ())

READERS = {
    "arab": ("uig", "arabic", "ara", "fas", "uig-arabic"),
    "latn": ("latin", "tur", "aze", "uzb", "eng", "kaz"),
    "cyrl": ("kaz", "cyrillic", "kir", "tat", "rus", "kaz-eng"),
}
TESSERACT = tuple(dict.fromkeys(f"tesseract-{model}" for models in READERS.values() for model in models))
GUESSING = ("tesseract-script", "tesseract-surest")
RECORDED = (
    "recorded-uig-mini",
    "recorded-ara-mini",
    "recorded-latin-mini",
    "recorded-cyrillic-mini",
)


def present(item: Item, condition: Condition) -> Picture | None:
    """The image of a line under the wear of the condition; worn copies and guesses are of the first font only."""
    if condition.name in TASKS:
        if not item.fields["first"] or item.fields["script"] not in NAMES:
            return None
        options = TASKS[condition.name]
        prompt = (
            f"Which {condition.name} is the text in this image written in? Answer with one of: {', '.join(options)}."
        )
        return _picture(item, condition, "clean", prompt)._replace(asks=condition.name, options=options)
    short, _, wear = condition.name.partition("-")
    if item.fields["script"] != SCRIPTS.get(short, "kk-Latn-2021") or not (
        wear in ("clean", PHOTOGRAPHS) or item.fields["first"]
    ):
        return None
    return _picture(item, condition, wear, ASK)


def _picture(item: Item, condition: Condition, wear: str, prompt: str) -> Picture:
    return Picture(item.id, condition.name, partial(item.input.png, wear), item.input.made, prompt)


def read(answer: Said, item: Item, condition: Condition) -> str:
    """What the reader says is written there; of a guess, the word of the list that it names."""
    if condition.name in TASKS:
        said = answer.text.strip().lower()
        return next((word for word in TASKS[condition.name] if word.lower() in said), answer.text.strip())
    return answer.text


def expect(item: Item, condition: Condition) -> str:
    """The text of the line, its script, or Kazakh."""
    if condition.name == "script":
        return NAMES[item.fields["script"]]
    return "Kazakh" if condition.name == "language" else str(item.gold)


def fits(system: SystemRow, condition: Condition) -> bool:
    """A model of one script reads that script; engines that only guess are asked the guesses, those that only read are not."""
    guesses = system.options.get("guesses")
    if condition.name in TASKS:
        return condition.name in guesses if guesses else system.format == "vision"
    short = condition.name.partition("-")[0]
    return not guesses and short in system.options.get("scripts", (short,))


def labelled(path: Path) -> Study:
    """The study over images that people transcribed, in place of drawn ones: then the rule is about these."""
    name = f"file:{path}/all"
    made = protocol(name, (PHOTOGRAPHS,), tuple(TASKS))
    protocols: dict[Profile, Protocol] = {
        profile: replace(made, choices={**made.choices, "gold": "people"}) for profile in ("laptop", "full")
    }
    return replace(STUDY, protocols=protocols, kind="confirmatory")


def to_transcribe(items: Sequence[Item], *, seed: int, count: int | None = None) -> Iterator[Mapping[str, Any]]:
    """Worn lines to be practised on, as many of each script, with the truth as a check; photographs come by `qadam photographs`."""
    first = [item for item in items if item.fields["first"] and item.fields["script"] in NAMES]
    folder = Places.from_environment().home / "handed-over" / "lines"
    for at in evenly([item.fields["script"] for item in first], seed=seed, count=count):
        item = first[at]
        yield {
            "id": item.id,
            "text": "",
            "image": str(item.input.saved(folder, worn="photo")),
            "script": item.fields["script"],
            "language": "kk",
            "stratum": item.fields["script"],
            "gold": {"text": item.gold},
            "source": LINES,
        }


STUDY = Study(
    problem="script-ocr",
    question=_titled(
        "Does anybody read printed Kazakh in Latin and Arabic letters?",
        "Читает ли кто-нибудь печатный казахский текст в латинской и арабской графике?",
        "Латын және араб әріптерімен басылған қазақ мәтінін біреу оқи ала ма?",
    ),
    design=_titled(
        "The same lines in three scripts, drawn in several fonts and worn, are read by every reader; comparisons are paired by line.",
        "Одни и те же строки в трёх графиках, набранные разными шрифтами и испорченные, читает каждая система; сравнения парные.",
        "Үш жазудағы бірдей жолдар әртүрлі қаріппен салынып, тоздырылып, әр жүйеге оқытылады; салыстырулар жол бойынша жұпталған.",
    ),
    protocols={"sample": SAMPLE, "laptop": LAPTOP, "full": LAPTOP},
    systems={
        "sample": (*RECORDED, "tesseract-uig"),
        "laptop": (*TESSERACT, *GUESSING),
        "full": (*TESSERACT, *GUESSING, "trocr-base-ru"),
    },
    present=present,
    read=read,
    expect=expect,
    fits=fits,
    kind="re-analysis",
    citations=("kazakhocr-2026",),
    labelled=labelled,
    hands={"transcription": Handover(LINES, to_transcribe)},
)
