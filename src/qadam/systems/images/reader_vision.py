"""A language model that sees, asked what is written in an image through an endpoint of OpenAI's protocol.

Each image goes along as a data address; the answer is kept under the hash of image, words and model, so that whoever is
stopped asks nothing twice. What is kept holds no image.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from typing import Any

from qadam.errors import BadData
from qadam.systems.answers import Answers
from qadam.systems.language_models.endpoint import Endpoint
from qadam.systems.language_models.language_model import Answering, key_variable, used
from qadam.systems.load import Training
from qadam.systems.spending import Purse, Request
from qadam.terms import NO_ANSWER, UNSCORED, Missing, Picture, Said, SystemRow, digest

ROOM = 1000  # tokens an answer may take; a line is far shorter, and what rambles on is cut there


class Seeing:
    """A model that is shown an image and asked in words; what it has said once is not asked again."""

    def __init__(self, name: str, *, model: str, place: str, complete: Answering, answers: Answers) -> None:
        self.name, self._model, self._place = name, model, place
        self._complete, self.answers = complete, answers
        self.usage: dict[str, Any] = {}

    def answer(self, inputs: Sequence[Picture]) -> list[Said | Missing]:
        """What the model says of each image; no answer where it says nothing, unscored where the image is none.

        Raises:
            NotAnswered, BudgetSpent: some questions got no answer; those that did are kept.
        """
        requests: dict[str, Request] = {}
        keys: list[str | None] = []
        for picture in inputs:
            try:
                request = self.request(picture)
            except BadData:
                keys.append(None)
                continue
            keys.append(digest([self._place, request]))
            requests[keys[-1]] = request  # type: ignore[index]
        waiting = [key for key in requests if key not in self.answers]
        if waiting:
            asked = [requests[key] for key in waiting]
            self._complete(asked, lambda n, answer: self.answers.keep(waiting[n], answer))
        refused = [picture.item for picture, key in zip(inputs, keys, strict=True) if key is None]
        self.usage = {**used(self.answers[key] for key in requests), "refused": refused}
        said: list[Said | Missing] = []
        for picture, key in zip(inputs, keys, strict=True):
            text = self.answers[key].text.strip() if key else ""
            said.append(Said(text, picture.options) if text else NO_ANSWER if key else UNSCORED)
        return said

    def request(self, picture: Picture) -> Request:
        """What is sent for one image: the words, then the image; greedy decoding."""
        image = base64.b64encode(picture.png()).decode("ascii")
        content = [
            {"type": "text", "text": picture.prompt},
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{image}"}},
        ]
        messages = [{"role": "user", "content": content}]
        return {"model": self._model, "messages": messages, "temperature": 0, "max_tokens": ROOM}


def load(row: SystemRow, training: Training | None) -> Seeing:
    """The model a row describes, and the file in which its answers are kept."""
    if training is None:
        raise ValueError("A model that sees needs a file to keep its answers in.")
    model, place = str(row.options["model"]), str(row.options["place"])
    name = key_variable(place)
    endpoint = Endpoint(place, key=os.environ.get(name, ""), key_name=name, purse=training.purse or Purse())
    return Seeing(row.id, model=model, place=f"vision {place}", complete=endpoint, answers=Answers(training.path))
