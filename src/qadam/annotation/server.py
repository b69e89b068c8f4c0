"""The annotation page: serves one item after the other and takes what people decide.

Every page is complete as it comes from the server; the script only adds keys, marks and saving in place. A decision is
answered after it is on disk, with the next item.
"""

from __future__ import annotations

import contextlib
import json
import socket
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from qadam import look
from qadam.annotation.adjudicate import Adjudication
from qadam.annotation.desk import Desk, Labelling, Sent, Settling
from qadam.annotation.guard import LARGEST_BODY, Door, Guard, check_value, cookie_name
from qadam.annotation.log import Conflict
from qadam.annotation.session import Extras, Session
from qadam.annotation.words import LANGUAGES, in_language, say, section
from qadam.catalogue import tables
from qadam.errors import BadData, QadamError, Store, Usage

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

SCRIPTS = ("page.js", "saving.js", "places.js", "elements.js", "word.js", "spans.js", "answers.js", "darkroom.js")
IMAGES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp", ".gif": "image/gif"}
SOUNDS = {
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".webm": "audio/webm",
}


def serve(
    work: Session | Adjudication,
    *,
    host: str,
    port: int,
    annotators: Sequence[str],
    language: str = "en",
    open_browser: bool = True,
) -> None:
    """Serve the page until it is interrupted, and print the address of each annotator.

    With an adjudication in place of a session, the annotators named settle disagreements. On this machine alone, for one annotator, no token is needed; otherwise every address ends in one.

    Raises:
        Usage: the address cannot be bound, or nobody is named.
    """
    desk: Desk = Settling(work) if isinstance(work, Adjudication) else Labelling(work)
    if not annotators:
        raise Usage("Usage: nobody is named to annotate.", f"qadam annotate {desk.scheme.id} --as a1")
    door = Door(host, tokens=len(annotators) > 1 or not Door(host, tokens=False).local)
    listening = listen(host, port)
    addresses = _addresses(desk.session, door, listening.getsockname()[1], annotators)
    for annotator, address in addresses.items():
        print(f"{annotator}  {address}", flush=True)
    app = application(desk, door=door, annotator=annotators[0], language=language)
    answer(app, listening, opened=next(iter(addresses.values())) if open_browser else "")


def answer(app: Starlette, listening: socket.socket, *, opened: str = "") -> None:
    """Answer requests until it is interrupted; `opened` is the address that the browser of this machine is sent to."""
    import uvicorn

    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, lifespan="off", timeout_graceful_shutdown=3
    )
    if opened:
        import threading
        import webbrowser

        threading.Thread(target=webbrowser.open, args=(opened,), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])


def application(desk: Desk, *, door: Door, annotator: str, language: str = "en") -> Starlette:
    """The page as an ASGI application; `annotator` is who decides where the door asks for no token."""
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.responses import HTMLResponse
    from starlette.routing import Route

    room = _Room(desk, language)

    def refuse(status: int, reason: str) -> Response:
        return HTMLResponse(room.refusal(reason), status)

    return Starlette(
        routes=[
            Route("/", room.page, methods=["GET"]),
            Route("/work", room.work, methods=["GET"]),
            Route("/decide", room.decide, methods=["POST"]),
            Route("/media", room.media, methods=["GET"]),
            Route("/style.css", static, methods=["GET"]),
            Route("/icon.svg", static, methods=["GET"]),
            Route("/scripts/{name}", static, methods=["GET"]),
        ],
        middleware=[Middleware(Guard, door=door, tokens=desk.session, annotator=annotator, refuse=refuse)],
    )


class _Room:
    """The routes of one desk."""

    def __init__(self, desk: Desk, language: str) -> None:
        self.desk, self.language = desk, language

    def page(self, request: Request) -> Response:
        """The whole page with one item: the next one, or `?item=`; `?token=` and `?language=` are kept as cookies."""
        from starlette.responses import HTMLResponse, RedirectResponse

        query = request.query_params
        item = query.get("item")
        if "token" in query:
            if self.desk.session.whose(query["token"]) is None:
                return HTMLResponse(self.refusal(""), 401)
            answer: Response = RedirectResponse("/", 303)
            name = cookie_name(request.headers.get("host", ""))
            answer.set_cookie(name, query["token"], httponly=True, samesite="lax", max_age=90 * 24 * 3600)
            return answer
        if query.get("language") in LANGUAGES:
            answer = RedirectResponse(f"/?item={quote(item, safe='')}" if item else "/", 303)
            answer.set_cookie("qadam-language", query["language"], samesite="lax", max_age=365 * 24 * 3600)
            return answer
        try:
            return HTMLResponse(self._page(request, item))
        except BadData as fault:
            return HTMLResponse(self.refusal(str(fault)), 404)

    def work(self, request: Request) -> Response:
        """The part of the page that holds the item: the next one, `?item=` or the one `?before=` another."""
        before = request.query_params.get("before")
        item = request.query_params.get("item") if before is None else before
        try:
            return _json({"html": self._work(request, item, before=before is not None)[0]})
        except BadData as fault:
            return _json({"error": str(fault)}, 404)

    async def decide(self, request: Request) -> Response:
        """Take a decision; the answer, given when it is on disk, holds its number and the next item."""
        from starlette.concurrency import run_in_threadpool

        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                return _json({"error": f"a decision is at most {LARGEST_BODY // 1024} KiB"}, 413)
        try:
            sent = _read(body)
        except ValueError as fault:
            return _json({"error": str(fault)}, 400)
        return await run_in_threadpool(self._decide, request, sent)

    def _decide(self, request: Request, sent: Sent) -> Response:
        try:
            number, item = self.desk.take(request.scope["annotator"], sent)
        except Store as fault:
            return _json({"error": str(fault)}, 503)  # the page keeps the decision and tries again
        except Conflict as fault:  # the page shows what is stored
            return _json({"error": str(fault), "html": self._work(request, sent.item)[0]}, 409)
        except QadamError as fault:
            return _json({"error": str(fault)}, 422)
        return _json({"seq": number, "html": self._work(request, item)[0]})

    def media(self, request: Request) -> Response:
        """The image or sound of an item given to this annotator; no other file, wherever its path may lead."""
        from starlette.responses import FileResponse, PlainTextResponse

        item, kind = request.query_params.get("item", ""), request.query_params.get("kind", "")
        types = {"image": IMAGES, "audio": SOUNDS}.get(kind, {})
        try:
            named = self.desk.item(request.scope["annotator"], item).get(kind) if types else None
        except BadData:
            named = None
        folder = self.desk.session.folder.resolve()
        path = (folder / str(named)).resolve() if named else folder
        if not path.is_relative_to(folder) or path.suffix.lower() not in types or not path.is_file():
            return PlainTextResponse("no such image or sound", 404)
        return FileResponse(path, media_type=types[path.suffix.lower()])

    def refusal(self, reason: str) -> str:
        """The page that says why nothing is shown; without a reason, that a token is missing."""
        return str(template("refused.html").render(**self._frame(self.language), reason=reason))

    # --- what is shown ---

    def _work(self, request: Request, item: str | None, *, before: bool = False) -> tuple[str, str]:
        """The item as HTML, and its id."""
        who, language = request.scope["annotator"], self._language(request)
        shown = self.desk.turn_to(who, item, before=before)
        context = self.desk.show(who, shown, language)
        name = "done.html" if shown is None else "work.html"
        return str(template(name).render(**self._frame(language), **context)), shown or ""

    def _page(self, request: Request, item: str | None) -> str:
        who, language, scheme = request.scope["annotator"], self._language(request), self.desk.scheme
        work, shown = self._work(request, item)
        return str(
            template("page.html").render(
                **self._frame(language),
                annotator=who,
                work=work,
                check=check_value(self.desk.session.token(who)),
                guideline=_guideline(scheme.id, language),
                guideline_state=request.cookies.get("qadam-guideline", ""),
                item=shown,
                hazard=scheme.hazard,
                script_words=section("state", language),
                place=f"{self.desk.session.id}/{type(self.desk).__name__}/{who}",
            )
        )

    def _frame(self, language: str) -> dict[str, Any]:
        scheme = self.desk.scheme
        return {
            "language": language,
            "languages": LANGUAGES,
            "scheme": scheme,
            "title": in_language(scheme.title, language),
            "settling": isinstance(self.desk, Settling),
            "t": lambda key, **values: say(key, language, **values),
            "tt": lambda texts: in_language(texts, language),
        }

    def _language(self, request: Request) -> str:
        chosen = request.cookies.get("qadam-language", "")
        return chosen if chosen in LANGUAGES else self.language


def _read(body: bytes) -> Sent:
    """A decision as the page sends it.

    Raises:
        ValueError: it is not UTF-8, not JSON, or its fields are not what they should be; the message says which.
    """
    try:
        sent = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as fault:
        raise ValueError(f"what was sent is not JSON in UTF-8: {fault}") from fault
    if not isinstance(sent, Mapping) or not isinstance(sent.get("item"), str):
        raise ValueError("a decision is a JSON object that names its item")
    texts = {key: sent.get(key, "") for key in ("skip", "comment", "request")}
    wrong = [key for key, value in texts.items() if not isinstance(value, str)]
    seconds, after = sent.get("seconds", 0.0), sent.get("after")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or abs(seconds) > sys.float_info.max:
        wrong.append("seconds")
    if isinstance(after, bool) or not isinstance(after, int | None):
        wrong.append("after")
    if wrong:
        raise ValueError(f"of the wrong kind: {', '.join(wrong)}")
    if not texts["request"]:
        raise ValueError("'request' is missing: without it a decision sent twice would be stored twice")
    return Sent(sent["item"], sent.get("payload"), Extras(seconds=float(seconds), after=after, **texts))


def _json(content: Mapping[str, Any], status: int = 200) -> Response:
    from starlette.responses import JSONResponse

    return JSONResponse(content, status)


def static(request: Request) -> Response:
    """The style sheet, the icon and the scripts; no other file has an address."""
    from importlib import resources

    from starlette.responses import PlainTextResponse, Response

    name = request.path_params.get("name") or request.url.path.lstrip("/")
    types = {"style.css": "text/css", "icon.svg": "image/svg+xml", **dict.fromkeys(SCRIPTS, "text/javascript")}
    if name not in types:
        return PlainTextResponse("no such file", 404)
    if name == "icon.svg":
        data = look.text(name)
    else:
        data = resources.files(__package__).joinpath("pages", name).read_text("utf-8")
    if name == "style.css":
        data = look.style(data)
    return Response(data, media_type=types[name], headers={"cache-control": "no-cache"})


@cache
def _environment() -> Any:
    import jinja2

    ornament = jinja2.DictLoader({look.ORNAMENT: look.text(look.ORNAMENT)})
    loader = jinja2.ChoiceLoader([jinja2.PackageLoader("qadam.annotation", "pages"), ornament])
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)


def template(name: str) -> Any:
    """One of the templates in the folder `pages`, or the ornament."""
    return _environment().get_template(name)


@cache
def _guideline(scheme: str, language: str) -> str:
    """The guideline as HTML, "" if there is none in this language; HTML inside it is shown as text."""
    from markdown_it import MarkdownIt

    try:
        text = tables.guideline(scheme, language)
    except (OSError, BadData):
        return ""
    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens, so that the address printed is one that answers."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as fault:
        listening.close()
        raise Usage(
            f"Usage: {host}:{port} cannot be used ({fault.strerror}).", f"Choose another port: --port {port + 1}"
        ) from fault
    listening.listen(128)
    return listening


def _addresses(session: Session, door: Door, port: int, annotators: Sequence[str]) -> dict[str, str]:
    """The address of each annotator: with a token wherever one is needed."""
    name = _reachable_name() if door.host in ("0.0.0.0", "::") else door.host
    base = f"http://{f'[{name}]' if ':' in name else name}:{port}/"
    return {who: base + (f"?token={session.token(who)}" if door.tokens else "") for who in annotators}


def _reachable_name() -> str:
    """The address by which others on the network reach this machine; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address reserved for documentation (RFC 5737)
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()
