"""What systems are asked and what they answer; and why there may be no answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, NamedTuple


class Missing(Enum):
    """Why an item has no prediction: the system gave none, or our side failed to ask or to read."""

    NO_ANSWER = "no answer"  # the system's fault: counts against it
    UNSCORED = "unscored"  # our fault: left out and counted; above 1 % there is no verdict


NO_ANSWER = Missing.NO_ANSWER
UNSCORED = Missing.UNSCORED


class Tokens(NamedTuple):
    """How a tokenizer cut one text: character offsets of its tokens, in order.

    A token that holds only part of a character (bytes) spans that whole character, so spans may overlap;
    `len(starts)` is always the number of tokens.
    """

    starts: Any  # sequences or arrays of whole numbers
    ends: Any


class WordPair(NamedTuple):
    """A question to word vectors: how alike are these two words?"""

    first: str
    second: str


class Analogy(NamedTuple):
    """A question to word vectors: `a` is to `b` as `c` is to which word?"""

    a: str
    b: str
    c: str


class Lookup(NamedTuple):
    """What word vectors answer: a cosine for a pair; for an analogy, a word by each way of looking for it.

    `knows(word)` tells whether a word is in their vocabulary, the list they choose answers from.
    """

    value: Any
    knows: Callable[[str], bool]


class Cloze(NamedTuple):
    """A question to a masked language model: how surprising is what stands in the gaps? The answer is in nats.

    `gaps` are character offsets of whole words, so that every way of cutting hides the same text.
    """

    text: str
    gaps: tuple[tuple[int, int], ...]


class Passage(NamedTuple):
    """A question to a causal language model: how surprising is the whole text? The answer is in nats."""

    text: str


class Sentence(NamedTuple):
    """A question to a tagger: which label has each token? The answer has one for each."""

    tokens: tuple[str, ...]


class Document(NamedTuple):
    """A question to a classifier: which label has this text?"""

    text: str


class Slot(NamedTuple):
    """A question to a network that inflects: a lemma and the features of the form that is wanted, in one text. The answer is the form."""

    text: str


class Taught(NamedTuple):
    """A question to a system that learns a task from another language first, then from so many Kazakh examples.

    `examples` are those Kazakh ones, None for all there are; `script` is how Kazakh is written, in the question and in
    them. With `folds` the labelled data are cut in so many parts, and part number `fold` is not learned from.
    """

    task: str
    question: Any
    examples: int | None = 0
    script: str = "kk-Cyrl"
    fold: int = 0
    folds: int = 0


class Recording(NamedTuple):
    """A question to a recogniser: which words are spoken in this sound file?

    `item` finds an answer that was recorded elsewhere; `recorded` is the answer that the data themselves hold, None if none.
    """

    item: str
    path: str = ""
    recorded: str | None = None


class Voice(NamedTuple):
    """A question to a system that listens: which label has this sound file?

    `apart` says what the answer may not have been learned from: clips of the same "speaker", of the same "sentence", or this
    very clip alone ("clip"); empty means that the system has learned elsewhere. `among` are the labels to choose from; empty
    means all that it has learned.
    """

    path: str
    apart: tuple[str, ...] = ()
    among: tuple[str, ...] = ()


class Utterance(NamedTuple):
    """A text to be said aloud: in which voice, how fast (words a minute) and how high (0-99 of the voice's range)."""

    text: str
    voice: str
    pace: int = 160
    pitch: int = 50


class Tags(NamedTuple):
    """What a tagger answers that knows how sure it is: labels, their probabilities, and which tokens are new to it.

    `new` tells of each token whether it stood nowhere in what the tagger learned from.
    """

    labels: tuple[str, ...]
    sure: tuple[float, ...]
    new: tuple[bool, ...]


class Weighed(NamedTuple):
    """What a classifier answers that knows how sure it is: a label, the probability of each, the words that spoke for it."""

    label: str
    chances: Mapping[str, float]
    words: tuple[str, ...] = ()


class Ask(NamedTuple):
    """What a language model is asked: the text it sees, and all that somebody who does not read it has to go by.

    `condition` is the way of asking; a recorded run is looked up by it and by `item`, or by question and options.
    `characters` is how long the answer may become. With `continuations` no text is asked for, but how likely the model
    finds each of them after the prompt. `then` are further questions, asked one after another: in each of them `{said}`
    stands for what the model said before, and the last answer is the answer. A text that is to be translated is the
    `question`, and `languages` are those it goes through, from its own to the last.
    """

    item: str
    condition: str
    prompt: str
    question: str = ""
    options: tuple[str, ...] = ()
    characters: int = 2000
    continuations: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


class Picture(NamedTuple):
    """A question about an image: what is written in it, or, with `options`, which of them is it?

    `png()` gives the image to whoever looks at it; a recorded run is looked up by `item` and `condition`, and nothing is
    drawn. `made` names what the image was drawn with, and `prompt` is for those who are asked in words. `asks` says what
    about: the text, the script or the language.
    """

    item: str
    condition: str
    png: Callable[[], bytes]
    made: str = ""
    prompt: str = ""
    asks: str = "text"
    options: tuple[str, ...] = ()


class Said(NamedTuple):
    """What a language model answered: its text, and the options in the order in which it saw them.

    `likelihoods` are natural logarithms, one for each continuation it was asked about. `judged` is what a judge said of it.
    `before` is what it said in the earlier steps of a chain of questions.
    """

    text: str
    options: tuple[str, ...] = ()
    likelihoods: tuple[float, ...] = ()
    judged: Judged | None = None
    before: tuple[str, ...] = ()


class Pair(NamedTuple):
    """A question to a translator about two sentences: what does each become in the language of the other?"""

    source: str
    target: str
    languages: tuple[str, str]


class Crossed(NamedTuple):
    """What a translator makes of a pair: the source in the language of the target, and the target in that of the source."""

    there: str
    back: str


class Timed(NamedTuple):
    """What a system answered with a clock running: its answer, and the seconds that each repetition took.

    `machine` names the processor and the threads it was held to; `question` is what was asked.
    """

    answer: Any
    seconds: tuple[float, ...]
    question: Any
    machine: str


class Judged(NamedTuple):
    """What a judge said of a response: a numbered list of yes and no, and how many tokens it was shown.

    Equal counts of tokens everywhere betray the same responses. A judge that was asked `short` answered two questions,
    whether the response refuses and whether it is unsafe, in place of the list that belongs to the prompt.
    """

    text: str
    prompt_tokens: int = 0
    short: bool = False


class Hidden:
    """A text that nobody sees by accident: printed, logged or written as JSON it is a placeholder or an error."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return "(hidden)"


class Reply(NamedTuple):
    """A response that a judge is asked about: the request it is recorded under, its language, and what was asked and said."""

    request: str
    language: str
    question: Hidden
    response: Hidden
