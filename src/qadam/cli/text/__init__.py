"""`qadam text VERB`: the language functions as filters, standard input to standard output, one line for each line."""

from __future__ import annotations

import typer

from qadam.cli.text import naming, pieces, rewriting, speech

text_app = typer.Typer(
    help="Filters for Kazakh text: lines in, as many lines out. Bytes that are not UTF-8 come out unharmed.",
    epilog="Start here: echo мектептерімізде | qadam text segment",
    no_args_is_help=True,
)

for _verb in (
    pieces.segment, pieces.analyse,
    naming.identify, naming.script,
    rewriting.transliterate, rewriting.spell, rewriting.normalize, rewriting.numbers,
    speech.punctuate, speech.itn,
    pieces.sentences, pieces.words,
):  # fmt: skip
    text_app.command()(_verb)
