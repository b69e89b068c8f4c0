"""The verbs that name things: the language of each token, the script of each line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qadam.cli.lines import Filter, Left, Span, run
from qadam.cli.text.given import Files, Json
from qadam.cli.tokens import LONGEST

TOKEN = re.compile(r"\S+")


def identify(files: Files = None, as_json: Json = False) -> None:
    """Name the language of every token: магазинге/mixed. The labels are kk, ru, mixed, other, ambiguous.

    A token is what white space divides; a mixed one is a Russian stem with a Kazakh suffix. The whole line
    decides, so the same word may get another label elsewhere.

    Examples:

      echo Мен магазинге бардым | qadam text identify

      echo Спасибо, рахмет! | qadam text identify --json
    """
    from qadam.kazakh import codeswitch

    left = Left(
        f"tokens of more than {LONGEST} characters, judged by their beginnings",
        one=f"token of more than {LONGEST} characters, judged by its beginning",
    )

    def labels(text: str) -> list[codeswitch.Label]:
        tokens = text.split()
        left.count += sum([len(token) > LONGEST for token in tokens])
        return codeswitch.identify([token[:LONGEST] for token in tokens])

    def write(text: str) -> str:
        found = iter(labels(text))
        return TOKEN.sub(lambda match: f"{match[0]}/{next(found)}", text)

    def tell(text: str) -> Iterator[Span]:
        for match, label in zip(TOKEN.finditer(text), labels(text), strict=True):
            yield {"start": match.start(), "end": match.end(), "text": match[0], "label": label}

    run(Filter(write, tell, left), files or (), as_json=as_json)


def script(files: Files = None, as_json: Json = False) -> None:
    """Name the script of each line: kk-Cyrl, kk-Latn, kk-Arab, or und where there is none of their letters.

    It tells scripts, not languages. --json adds the share of each script and the words that mix Latin with
    Cyrillic letters. A very long line is judged by its beginning.

    Examples:

      echo Қазақ тілі | qadam text script

      echo Қaзақ | qadam text script --json
    """
    from qadam.kazakh import normalize as forms
    from qadam.kazakh.script import detect

    def tell(text: str) -> Iterator[Span]:
        found = detect(text)
        mixed = [
            {"start": one.start, "end": one.end, "text": one.word, "becomes": one.folded}
            for one in forms.mixed_script_words(text)
        ]
        shares = {tag: round(share, 4) for tag, share in found.shares.items()}
        yield {"start": 0, "end": len(text), "script": found.tag, "shares": shares, "mixed": mixed}

    run(Filter(lambda text: detect(text).tag, tell, once=True), files or (), as_json=as_json)
