"""The verbs that show what is known as pages: site build, serve."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qadam.cli.finding import study_names, study_of
from qadam.cli.flags import Out

if TYPE_CHECKING:
    from qadam.publish.site.known import World

RELEASED = Path("results")  # records that were released lie here, in a checkout of the repository

site_app = typer.Typer()
pages_app = typer.Typer(help="Static pages: the 20 problems and what is known of each.", no_args_is_help=True)
site_app.add_typer(pages_app, name="site")
Records = Annotated[
    Path, typer.Option("--results", metavar="DIR", help="Released records, shown beside those of the runs.")
]


@pages_app.command("build")
def site_build(out: Out = Path("out"), results: Records = RELEASED) -> None:
    """Write the site for any static host: problems, leaderboards, figures, data, systems; in three languages.

    `--out` is the folder of the runs; the pages go to its `site` folder. Of every problem the best evidence in either
    folder is shown: real data before sample text, the present protocol before older ones, then the newest.

    Example:

      qadam site build --out out
    """
    from qadam.publish import site

    print(f"Open: {site.build(_world(out, results), out=out / 'site')}")


@site_app.command()
def serve(
    out: Out = Path("out"),
    results: Records = RELEASED,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")] = 8000,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the site in a browser.")] = True,
) -> None:
    """Serve the site here, built anew whenever a run has stored something newer.

    Example:

      qadam serve --out out
    """
    from qadam.publish import serve as serving
    from qadam.publish import site

    folder = out / "site"
    watched = serving.Watched(folder / site.WRITTEN, (out, results))
    served = serving.application(folder, watched, rebuild=lambda: site.build(_world(out, results), out=folder))
    serving.serve(served, host=host, port=port, open_browser=browser)


def _world(out: Path, results: Path) -> World:
    """Every row of the catalogue, and the best evidence for each study."""
    from qadam.catalogue import reviews, tables
    from qadam.publish.site.known import World, find

    roots = [out, *([results] if results.is_dir() else [])]
    return World(
        problems=tables.problems(),
        known={slug: find(study_of(slug), roots) for slug in study_names()},
        citations=tables.citations(),
        datasets=tables.shipped_datasets(),
        systems=tables.systems(),
        figures=tables.published(),
        reviews={name: str(review) for name, review in reviews.reviews().items()},
    )
