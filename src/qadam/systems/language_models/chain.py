"""Questions that take several steps: translate, think, translate back, each step asked with what the one before gave."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qadam.terms import Ask, Said

Answer = Callable[[Sequence[Ask]], list[Said]]


def in_steps(answer: Answer, asks: Sequence[Ask]) -> list[Said]:
    """The last answer to each question, with all that was said on the way there in `before`.

    Every step of all questions is asked together, so that a server is kept as busy as by single questions; a question
    without `then` is asked once. Each step has the room of its question, in characters.
    """
    said = answer([ask._replace(then=()) for ask in asks])
    for step in range(max((len(ask.then) for ask in asks), default=0)):
        going = [n for n, ask in enumerate(asks) if step < len(ask.then)]
        prompts = [asks[n].then[step].replace("{said}", said[n].text) for n in going]
        found = answer([asks[n]._replace(prompt=p, then=()) for n, p in zip(going, prompts, strict=True)])
        for n, last in zip(going, found, strict=True):
            said[n] = last._replace(before=(*said[n].before, said[n].text))
    return said
