"""How Qadam looks: colours, letters and the ornament, one for every page, whoever writes it.

`look.css` is the beginning of every style sheet, `ornament.html` is set once at the top of every page and used by name
(`#medallion`, `#frieze-tile`), `icon.svg` stands in the tab of the browser. This room imports nothing of ours.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

ORNAMENT = "ornament.html"


@cache
def text(name: str) -> str:
    """One of the files of this room: `look.css`, `ornament.html` or `icon.svg`."""
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def style(own: str) -> str:
    """A style sheet: what all pages share, then what is the room's own."""
    return f"{text('look.css')}\n{own}"
