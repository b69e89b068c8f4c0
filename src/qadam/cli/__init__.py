"""The verbs of `qadam`; each finds what it needs, hands it down and shows what comes back.

Nothing is imported here that `--help` does not need: every verb imports its rooms when it is called.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from qadam import __version__
from qadam.cli.bridge import bridge_app
from qadam.cli.bringing import bringing_app
from qadam.cli.contributing import contributing_app
from qadam.cli.gold import gold_app
from qadam.cli.looking import looking_app
from qadam.cli.pairs import pairs_app
from qadam.cli.photographs import photographs_app
from qadam.cli.release import release_app
from qadam.cli.running import running_app
from qadam.cli.scanning import scanning_app
from qadam.cli.site import site_app
from qadam.cli.text import text_app
from qadam.errors import QadamError

app = typer.Typer(
    help="Qadam (қадам, 'step'): the open problems of Kazakh NLP, worked one study at a time.",
    epilog="Start here: qadam list, then qadam run tokenizer-tax --profile sample",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(looking_app)  # list, show, cite, doctor
app.add_typer(site_app)  # site, serve
app.add_typer(running_app)  # run, score, report, sample
app.add_typer(scanning_app)  # scan
app.add_typer(bringing_app)  # fetch, audit
app.add_typer(pairs_app)  # pairs
app.add_typer(gold_app)  # annotate, agree, adjudicate, import, export
app.add_typer(photographs_app)  # photographs
app.add_typer(release_app)  # publish
app.add_typer(contributing_app)  # verify, submit
app.add_typer(text_app, name="text")
app.add_typer(bridge_app, name="bridge")


def main() -> None:
    """Run the command line; a fault with a diagnosis is printed without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(
                encoding="utf-8", errors="replace"
            )  # Windows consoles default to a code page without ә ғ қ
    debug = "--debug" in sys.argv
    if debug:
        sys.argv.remove("--debug")
    try:
        app()
    except QadamError as fault:
        if debug:
            raise
        print(fault, file=sys.stderr)
        sys.exit(fault.exit_code)
    except KeyboardInterrupt:
        print("\nStopped. What was stored is kept; the same command goes on from there.", file=sys.stderr)
        sys.exit(130)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"qadam {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Shown by `qadam --help`; with --debug anywhere on the line a fault prints its traceback."""
