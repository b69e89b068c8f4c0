"""Which option an answer names: ways of reading a free text, ours and those of others, each under its name.

careful       ours: the last place where the answer says what it is ("Жауап: B", "дұрыс жауап – C)", Jawap), else the only
              letter that opens a line as the mark of an option, else the option whose text ends the answer
strict        the answer is one letter and nothing else; white space, markdown and a closing mark do no harm
first-letter  the first A, B, C or D that stands alone, wherever it stands
tumlu-2025    the first "Жауап: B", else the first "Жауап B)", else "Жауап B", else the first "B)" anywhere in the text

Cyrillic look-alikes are one letter with the Latin ones: А, В, С, Е are A, B, C, E. What a rule cannot read is NO_ANSWER:
it counts as wrong, and its share stands beside the accuracy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from qadam.kazakh.script import transliterate
from qadam.metrics.accuracy import Chosen, Key
from qadam.terms import NO_ANSWER, Ask, Item, Missing, Said

LETTERS = "ABCDEFGH"
SAID = "Жауап:"
Read = int | Missing  # the number of the option as it was shown, from 0, or NO_ANSWER

_TWINS = str.maketrans("АВСЕБДавсебд", "ABCEBDabcebd")  # look-alikes; Б and Д as one hears them
_MARKUP = re.compile(r"[*_`#$\\]|boxed|text(?:bf)?(?=\{)")

# What says "answer", in Kazakh of three spellings, Russian and English; endings follow the stem (жауабы, жауаптың).
# A plural tells of several options, never of the one chosen.
_WORD = r"(?i:(?:(?:жауа[бп]|нұсқа)(?!тар|лар)|(?:jawa[bp]|jaua[bp])(?!tar|lar)|answer(?!s)|ответ(?!ы|ов|ам))\w*)"
_LINK = r"(?i:дұрысы|дұрыс|бұл|осы|нұсқа\w*|әрпі|is|option|вариант|это)"
_GAP = r"[\s:=—–«\"'(\[{.>-]*"
_LETTER = r"([A-HАВСЕБД]|[a-hавсебд](?=\)))(?![^\W_]|['’]\w|\s*[+=])"
_STATED = re.compile(rf"(?<!\w){_WORD}(?:{_GAP}{_LINK}\b)*{_GAP}{_LETTER}")
_CHOSEN = re.compile(
    rf"(?<![^\s(«\"']){_LETTER}[)\].»\"']*\s*(?:\w+\s+)?(?i:(?:нұсқа|жауа[бп])\w*)\s*[—–-]?\s*(?i:дұрыс)"
)
_OPENS = re.compile(r"^[\s(\[«\"'-]*([A-HАВСЕБД])(?:[)\].:,](?=\s|$)|\s*$)", re.MULTILINE)
_HEADED = re.compile(rf"(?<!\w){_WORD}[^\S\n]*[:—–-]\s*(?P<rest>[^\n]+)")
_MARKED = re.compile(r"(?<![^\W_])([A-HАВСЕБД])\)")
_NEXT = re.compile(r"(?<=\S)\s*(?:Сұрақ|Question|Вопрос)\s*:")
_BARE = re.compile(r"[\s(\[«\"']*([A-HАВСЕБД])[\s)\].:»\"']*")
_STANDING = re.compile(r"\b([A-D])\b")
_TUMLU = tuple(map(re.compile, (r"[Жж]ауап: ([A-D])", r"[Жж]ауап ([A-D])\)", r"[Жж]ауап ([A-D]) ", r"([A-D])\)")))


def ask(item: Item, instruction: str, *, condition: str, characters: int, shots: int = 0) -> Ask:
    """A question as a model sees it: the instruction, the passage if there is one, the question, the marked options.

    With `shots`, as many of the item's examples stand before it, each with its answer; fewer if it has fewer.
    """
    examples = [f"{shown(example)}\n\n{SAID} {example.gold}" for example in item.fields.get("examples", ())[:shots]]
    prompt = "\n\n".join((instruction, *examples, shown(item)))
    return Ask(item.id, condition, prompt, item.input["question"], tuple(item.input.get("options", ())), characters)


def shown(item: Item) -> str:
    """Passage, question and marked options, as far as there are any."""
    options = item.input.get("options", ())
    marked = "\n".join(f"{letter}) {text}" for letter, text in zip(LETTERS, options, strict=False))
    return "\n\n".join(filter(None, (item.input.get("passage", ""), item.input["question"], marked)))


def shuffled(item: Item, *, seed: int) -> Item:
    """The same question with its options in another order, drawn from the seed and the id; the key moves along.

    The order is never the one it had, unless all options say the same.
    """
    options, turn = tuple(item.input["options"]), 0
    order = list(range(len(options)))
    while options and len(set(options)) > 1 and [options[n] for n in order] == list(options):
        order.sort(key=lambda n: sha256(f"{seed} {turn} {item.id} {n}".encode()).digest())
        turn += 1
    letter = LETTERS.find(item.gold)
    gold = LETTERS[order.index(letter)] if 0 <= letter < len(options) else item.gold
    return replace(item, input={**item.input, "options": tuple(options[n] for n in order)}, gold=gold)


def in_latin(item: Item) -> Item:
    """The same question in the Latin alphabet of 2021; formulas and what is Latin already stay."""

    def latin(text: str) -> str:
        return transliterate(text, target="kk-Latn")

    parts = item.input.items()
    return replace(item, input={n: latin(p) if isinstance(p, str) else tuple(map(latin, p)) for n, p in parts})


def placed(answer: Said, item: Item, *, rule: str = "careful") -> Chosen | Missing:
    """What an answer chooses, as `chosen` reads it, and at which letter the right option was shown; "" if nowhere."""
    letter, seen, number = chosen(answer, item, rule=rule), answer.options, LETTERS.find(item.gold)
    if isinstance(letter, Missing):
        return letter
    right = item.input["options"][number] if 0 <= number < len(item.input["options"]) else None
    return Chosen(letter, LETTERS[seen.index(right)] if right in seen else "")


def chosen(answer: Said, item: Item, *, rule: str = "careful") -> str | Missing:
    """The letter that an answer names, in the order of the data, whatever the order in which the model saw the options."""
    seen = answer.options or item.input["options"]
    number = RULES[rule](answer.text, seen)
    return number if isinstance(number, Missing) else original(seen[number], item.input["options"])


def key(item: Item) -> Key:
    """The right letter and the number of options; of several options that say the same, the first.

    A key that none of the options has stays as it is, so that nobody meets it; the audit of the data names it.
    """
    options = item.input["options"]
    number = LETTERS.find(item.gold)
    return Key(original(options[number], options) if 0 <= number < len(options) else item.gold, len(options))


def original(text: str, options: Sequence[str]) -> str:
    """The letter of an option by its text: the first of several that say the same."""
    return LETTERS[list(options).index(text)]


def careful(text: str, options: Sequence[str]) -> Read:
    """What the answer says last that its choice is; the reasoning before it often names the other options too.

    In this order: a statement ("Жауап: B", "B нұсқасы дұрыс"); the only option marked or quoted in the line that the word
    for "answer" heads; the only mark that opens a line ("B) ..."); the option that is the first line; the only mark
    anywhere, or in the last line; the option whose text ends the answer. Where a model goes
    on to ask and answer questions of its own ("Сұрақ: ..."), only what stands before them is its answer.
    """
    plain = _NEXT.split(_MARKUP.sub("", text), maxsplit=1)[0].strip()
    for way in (_stated, _headed, _marked, _worded):
        if (found := way(plain, options)) is not None:
            return found
    return NO_ANSWER


def strict(text: str, options: Sequence[str]) -> Read:
    """The answer if it is a letter and nothing else."""
    found = _BARE.fullmatch(_MARKUP.sub("", text))
    return _number(found[1], options) if found else NO_ANSWER


def first_letter(text: str, options: Sequence[str]) -> Read:
    """The first letter from A to D that stands alone, as KazLLM_Benchmark reads answers."""
    found = _STANDING.search(text)
    return _number(found[1], options) if found else NO_ANSWER


def tumlu_2025(text: str, options: Sequence[str]) -> Read:
    """The letter that TUMLU's own scripts find: what follows the word for "answer", else the first "B)" in the text.

    White space is one space, asterisks are dropped, and Cyrillic А, В, Б, С, Д are A, B, B, C, D. A letter alone on its
    line is not read, and where a text lists its options before it answers, the first of the list is.
    """
    plain = re.sub(r"\s+", " ", text).replace("*", "").translate(str.maketrans("АВБСД", "ABBCD"))
    for pattern in _TUMLU:
        if found := pattern.search(plain):
            return _number(found[1], options)
    return NO_ANSWER


RULES: Mapping[str, Callable[[str, Sequence[str]], Read]] = {
    "careful": careful,
    "strict": strict,
    "first-letter": first_letter,
    "tumlu-2025": tumlu_2025,
}


# The ways of careful reading: each gives the option, NO_ANSWER where the letter names none, or None if it sees nothing.


def _stated(text: str, options: Sequence[str]) -> Read | None:
    """The last statement of a letter."""
    found = [*_STATED.finditer(text), *_CHOSEN.finditer(text)]
    if not found:
        return None
    last = max(found, key=lambda match: match.end(1))
    spelt = _letters(text[last.start(1) :].partition("\n")[0])
    for n, option in enumerate(options):  # "Жауап: А. Құнанбаев" is a poet, not option A
        if re.match(r"\w\.\s*\w", option) and spelt.startswith(_letters(option)):
            return n
    return _number(last[1], options)


def _headed(text: str, options: Sequence[str]) -> Read | None:
    """What the line says that the word for "answer" heads last: one marked option, or the text of one."""
    lines = [match["rest"] for match in _HEADED.finditer(text)]
    if not lines:
        return None
    marked = _only(_MARKED.findall(lines[-1]), options)
    return _named(lines[-1], options) if marked is None else marked


def _marked(text: str, options: Sequence[str]) -> Read | None:
    """The only mark that opens a line, the option that is the first line, the only mark anywhere or in the last line."""
    if (opening := _only(_OPENS.findall(text), options)) is not None:
        return opening
    first, last = text.partition("\n")[0], text.rpartition("\n")[2]
    for n, option in enumerate(options):
        if _letters(first) == f"{LETTERS[n].lower()} {_letters(option)}":
            return n
    anywhere = _only(_MARKED.findall(text), options)
    return _only(_MARKED.findall(last), options) if anywhere is None else anywhere


def _worded(text: str, options: Sequence[str]) -> Read | None:
    """The option whose text ends the answer, unless the last line marks several."""
    last = text.rpartition("\n")[2]
    return None if _MARKED.search(last) else _named(last, options, ending=True)


def _only(letters: Sequence[str], options: Sequence[str]) -> Read | None:
    """The option of a letter if it is the only one named."""
    return _number(letters[0], options) if len(set(letters)) == 1 else None


def _number(letter: str, options: Sequence[str]) -> Read:
    """The option of a letter; a letter beyond the last option names none."""
    number = LETTERS.index(letter.translate(_TWINS).upper())
    return number if number < len(options) else NO_ANSWER


def _named(text: str, options: Sequence[str], *, ending: bool = False) -> Read | None:
    """The option whose text stands in (or at the end of) a text, the longest if one is part of another."""
    said = f" {_letters(text)} "
    shown = {n: f" {_letters(option)} " for n, option in enumerate(options) if _letters(option)}
    found = {n: words for n, words in shown.items() if (said.endswith(words) if ending else words in said)}
    whole = [n for n, words in found.items() if not any(words != other and words in other for other in found.values())]
    return whole[0] if len(whole) == 1 else None


def _letters(text: str) -> str:
    """Words and numbers alone, in small letters."""
    return " ".join(re.findall(r"[\w,.]*\w", text.casefold()))
