"""The darkroom: a page on which a person hides faces, number plates and addresses before anybody else sees a photograph.

It is served to this machine alone. A photograph comes as it lies after turning, over a form of four numbers for each
rectangle; the script of the page lets people draw them with mouse, finger or keys. What is previewed is painted over by the
code that paints what is released. Saving writes the rectangles into the table, and that somebody has looked.
"""

from __future__ import annotations

import io
import secrets
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from qadam.annotation import photographs as making
from qadam.annotation.guard import LARGEST_BODY, Door, Guard, check_value, same
from qadam.annotation.log import Conflict
from qadam.annotation.photographs import Box, Cut
from qadam.annotation.server import answer, listen, static, template
from qadam.annotation.words import LANGUAGES, say, section
from qadam.errors import BadData

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.datastructures import QueryParams
    from starlette.requests import Request
    from starlette.responses import Response

HOST = "127.0.0.1"  # never another: the originals stay on this machine
SIDES = ("left", "top", "width", "height")
FREE = 3  # empty rows of the form, for a browser without a script
SHARPNESS = 85  # of the JPEG that is shown, out of 100; what is released is not made from it


@dataclass(frozen=True)
class Sheet:
    """A photograph as it lies after turning, with the rectangles of all its rows: what a person looks over at once."""

    file: str
    turn: str
    blur: str
    looked: bool


def sheets(cuts: Sequence[Cut]) -> list[Sheet]:
    """The photographs of a table in its order; one that is turned in two ways is two, for its rectangles differ."""
    rows: dict[tuple[str, str], list[Cut]] = {}
    for cut in cuts:
        rows.setdefault((cut.file, cut.turn), []).append(cut)
    return [
        Sheet(*key, " ".join(dict.fromkeys(box for cut in its for box in cut.blur.split())), all(map(_looked, its)))
        for key, its in rows.items()
    ]


def keep(folder: Path, sheet: Sheet, boxes: Sequence[Box]) -> None:
    """Write rectangles into every row of a photograph, and that somebody has looked at it.

    Args:
        sheet: as it was when somebody looked at it.

    Raises:
        Conflict: the table says something else by now; it stays as it is.
        BadData: a rectangle lies outside the photograph, or this cannot be read.
    """
    cuts = making.read(folder)
    if sheet not in sheets(cuts):
        raise Conflict(f"Conflict: {making.TABLE} says something else of {sheet.file} by now.")
    _painted(folder, sheet, boxes)
    blur = " ".join(",".join(map(str, box)) for box in boxes)
    of_sheet = {(sheet.file, sheet.turn)}
    making.rewrite(
        folder,
        [replace(cut, blur=blur, looked=making.YES[0]) if (cut.file, cut.turn) in of_sheet else cut for cut in cuts],
    )


def serve(folder: Path, *, port: int, language: str = "en", open_browser: bool = True) -> None:
    """Serve the page to this machine until it is interrupted, and print its address.

    Raises:
        Usage: the port is taken.
        NotReadable: the folder has no table.
    """
    making.read(folder)
    listening = listen(HOST, port)
    address = f"http://{HOST}:{listening.getsockname()[1]}/"
    print(address, flush=True)
    answer(application(folder, language=language), listening, opened=address if open_browser else "")


def application(folder: Path, *, language: str = "en") -> Starlette:
    """The page as an ASGI application."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    key = _Key()
    room = _Room(folder, language, check_value(key.token("")))
    return Starlette(
        routes=[
            Route("/", room.page, methods=["GET"]),
            Route("/", room.take, methods=["POST"]),
            Route("/photograph", room.photograph, methods=["GET"]),
            *(Route(path, static, methods=["GET"]) for path in ("/style.css", "/icon.svg", "/scripts/{name}")),
        ],
        middleware=[
            Middleware(
                Guard,
                door=Door(HOST, tokens=False, form=True),
                tokens=key,
                annotator="",
                refuse=lambda status, reason: PlainTextResponse(reason, status),
            )
        ],
    )


class _Key:
    """The one secret of a page that nobody signs in to: it lives as long as the program."""

    def __init__(self) -> None:
        self.secret = secrets.token_urlsafe(32)

    def token(self, who: str) -> str:
        return self.secret


class _Room:
    """The routes of one folder."""

    def __init__(self, folder: Path, language: str, check: str) -> None:
        self.folder, self.language, self.check, self.writing = folder, language, check, Lock()

    def page(self, request: Request) -> Response:
        """One photograph: the one named, or the first that nobody has looked at; the end where there is none."""
        from starlette.responses import RedirectResponse

        query = request.query_params
        every = sheets(making.read(self.folder))
        sheet = _named(every, query)
        if query.get("language") in LANGUAGES:
            moved = RedirectResponse(_address(sheet) if sheet else "/", 303)
            moved.set_cookie("qadam-language", query["language"], samesite="lax", max_age=365 * 24 * 3600)
            return moved
        sheet = sheet or next((one for one in every if not one.looked), None)
        return self._shown(request, every, sheet)

    async def take(self, request: Request) -> Response:
        """The rectangles of a form: shown once more as they would be released, or kept."""
        from starlette.concurrency import run_in_threadpool
        from starlette.datastructures import QueryParams
        from starlette.responses import PlainTextResponse

        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                return PlainTextResponse("too many rectangles", 413)
        return await run_in_threadpool(self._take, request, QueryParams(body.decode("utf-8", "replace")))

    def _take(self, request: Request, sent: QueryParams) -> Response:
        from starlette.responses import PlainTextResponse, RedirectResponse

        if not same(sent.get("check", ""), self.check):
            return PlainTextResponse("the page is that of another start of the program; reload it", 403)
        every = sheets(making.read(self.folder))
        sheet = _named(every, sent)
        if sheet is None:
            return PlainTextResponse("no such photograph in the table", 404)
        filled = _filled(sent)
        try:
            boxes = [making.box_of(",".join(numbers)) for numbers in filled]
            if sent.get("do") == "preview":
                _painted(self.folder, sheet, boxes)
                return self._shown(request, every, sheet, filled=filled, preview=True)
            seen = replace(sheet, blur=sent.get("before", ""), looked=sent.get("looked") == "yes")
            with self.writing:
                keep(self.folder, seen, boxes)
        except Conflict:
            return self._shown(request, every, sheet, fault="changed")
        except (ValueError, BadData):
            return self._shown(request, every, sheet, filled=filled, fault="wrong")
        place = every.index(sheet)
        open_ = [one for one in (*every[place + 1 :], *every[:place]) if not one.looked]
        return RedirectResponse(_address(open_[0]) if open_ else "/", 303)

    def photograph(self, request: Request) -> Response:
        """A photograph of the table, written anew from its pixels; `hide` names what is painted over."""
        from starlette.responses import PlainTextResponse, Response

        sheet = _named(sheets(making.read(self.folder)), request.query_params)
        try:
            if sheet is None:
                raise BadData("BadData: no such photograph in the table.")
            hidden = [making.box_of(box) for box in request.query_params.get("hide", "").split()]
            picture = _painted(self.folder, sheet, hidden)
        except (ValueError, BadData) as fault:
            return PlainTextResponse(str(fault), 404)
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=SHARPNESS)
        return Response(out.getvalue(), media_type="image/jpeg")

    def _shown(self, request: Request, every: Sequence[Sheet], sheet: Sheet | None, **more: Any) -> Response:
        """The page of a photograph; more: `filled` rows of the form, whether they are a `preview`, a `fault`."""
        from starlette.responses import HTMLResponse

        chosen = request.cookies.get("qadam-language", "")
        language = chosen if chosen in LANGUAGES else self.language
        context = {} if sheet is None else self._of(every, sheet, language, **more)
        html = template("darkroom.html").render(
            language=language,
            languages=LANGUAGES,
            t=lambda key, **values: say(key, language, **values),
            every=every,
            sheet=sheet,
            last=_address(every[-1]) if every else "",
            command=shlex.join(["qadam", "photographs", str(self.folder), "--out", "ready"]),
            **context,
        )
        # a form is sent with its origin only where the page may name itself to itself
        return HTMLResponse(html, 422 if more.get("fault") else 200, {"referrer-policy": "same-origin"})

    def _of(
        self,
        every: Sequence[Sheet],
        sheet: Sheet,
        language: str,
        *,
        filled: Sequence[Sequence[str]] | None = None,
        preview: bool = False,
        fault: str = "",
    ) -> dict[str, Any]:
        place = every.index(sheet)
        try:
            size = _upright(self.folder, sheet).size
            rows = [tuple(map(str, making.box_of(box))) for box in sheet.blur.split()] if filled is None else filled
        except (ValueError, BadData) as unreadable:
            size, rows, why = None, [], str(unreadable).removeprefix("BadData: ")
        else:
            why = ""
        return {
            "number": place + 1,
            "back": _address(every[place - 1]) if place else "",
            "on": _address(every[place + 1]) if place + 1 < len(every) else "",
            "address": _address(sheet).removeprefix("/?"),
            "size": size,
            "why": why,
            "rows": [*rows, *[("",) * len(SIDES)] * FREE],
            "hidden": " ".join(",".join(row) for row in rows) if preview else "",
            "fault": say(f"darkroom.{fault}", language) if fault else "",
            "check": self.check,
            "sides": SIDES,
            "sentences": section("darkroom", language),
        }


def _looked(cut: Cut) -> bool:
    return cut.looked.lower() in making.YES


def _named(every: Sequence[Sheet], sent: QueryParams) -> Sheet | None:
    wanted = (sent.get("file"), sent.get("turn", ""))
    return next((sheet for sheet in every if (sheet.file, sheet.turn) == wanted), None)


def _address(sheet: Sheet) -> str:
    return "/?" + urlencode({"file": sheet.file, "turn": sheet.turn})


def _filled(sent: QueryParams) -> list[tuple[str, ...]]:
    """The rows of a form in which anything stands."""
    rows = zip(*(sent.getlist(side) for side in SIDES), strict=False)
    return [row for row in (tuple(number.strip() for number in row) for row in rows) if any(row)]


def _painted(folder: Path, sheet: Sheet, boxes: Sequence[Box]) -> Any:
    """A photograph with its rectangles painted over, as it is released."""
    picture = _upright(folder, sheet).copy()
    for box in boxes:
        making.hide(picture, box)
    return picture


def _upright(folder: Path, sheet: Sheet) -> Any:
    path = folder / sheet.file
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        changed = 0  # that it is gone is said by whoever opens it
    return _opened(folder, sheet.file, sheet.turn, changed)


@lru_cache(maxsize=2)
def _opened(folder: Path, file: str, turn: str, changed: int) -> Any:
    """A photograph in memory, so that a preview need not unpack it again; a changed file is another one."""
    picture = making.upright(folder, Cut(file, turn=turn))
    picture.info.clear()  # what the camera wrote
    return picture
