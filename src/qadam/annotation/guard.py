"""Who may speak to the annotation page: host names, origins, tokens, sizes, and the headers of every answer.

A page on the user's own machine can be reached by every web site the user visits, through the browser. So a request is
answered only if it names this machine (no DNS rebinding), comes from this page (Origin, and a check value that no other
site can read), and carries the token of an annotator wherever others could reach the page.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any

LARGEST_BODY = 256 * 1024  # bytes; the longest decision, a page of transcript with its spans, is far smaller
CHECK = "x-qadam-check"
FORM = "application/x-www-form-urlencoded"
OPEN_PATHS = ("/style.css", "/scripts/", "/icon.svg")  # the same for everybody, nothing of the items in them

_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-store",
}

Refusal = Callable[[int, str], Any]  # status, reason -> an ASGI answer


@dataclass(frozen=True)
class Door:
    """Where the page is served: `host` as bound; `tokens` whether everybody has to bring one.

    With `form` it is a plain form that is sent: its check value is one of its fields, which the room itself compares.
    """

    host: str
    tokens: bool
    form: bool = False

    @property
    def local(self) -> bool:
        """Whether only this machine can reach the page."""
        return _is_loopback(self.host)

    def knows(self, host: str) -> bool:
        """Whether a Host header means this machine.

        An address in digits cannot be rebound by a foreign name server; names are those of this machine only.
        """
        name = _name_of(host)
        if self.local:
            return _is_loopback(name)
        own = socket.gethostname().lower()
        return _is_address(name) or name in {"localhost", self.host.lower(), own, f"{own}.local"}


def check_value(token: str) -> str:
    """What a page has to send with every decision; it follows from the annotator's token and survives a restart."""
    return hmac.new(token.encode(), b"qadam annotation page", hashlib.sha256).hexdigest()[:32]


def same(one: str, other: str) -> bool:
    """Whether two secrets are equal, found out in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def cookie_name(host: str) -> str:
    """The cookie of a token, by the port in a Host header: to a browser all ports of one machine share their cookies."""
    port = host.rpartition(":")[2]
    return f"qadam-token-{port}" if port.isascii() and port.isdigit() else "qadam-token"


class Guard:
    """Stands before the application; sets `scope["annotator"]`, or refuses."""

    def __init__(self, app: Any, *, door: Door, tokens: Any, annotator: str, refuse: Refusal) -> None:
        """`tokens` knows them (`whose`, `token`); `annotator` is who is meant where no token is needed."""
        self.app, self.door, self.tokens, self.annotator, self.refuse = app, door, tokens, annotator, refuse

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        status, reason = self._fault(scope, headers)
        answer = self.refuse(status, reason) if status else self.app
        await answer(scope, receive, _with_headers(send))

    def _fault(self, scope: dict[str, Any], headers: dict[str, str]) -> tuple[int, str]:
        host = headers.get("host", "")
        if not self.door.knows(host):
            return 421, f"this page does not answer to the name {host!r:.80}"
        origin = headers.get("origin")
        if origin is not None and origin.rpartition("://")[2] != host:
            return 403, f"requests from {origin!r:.80} are not answered"
        if scope["path"].startswith(OPEN_PATHS):
            return 0, ""
        who = self._who(headers) if self.door.tokens else self.annotator
        scope["annotator"] = who
        if who is None:
            return (0, "") if scope["path"] == "/" and b"token=" in scope["query_string"] else (401, "")
        if scope["method"] == "POST":
            return self._write_fault(who, headers)
        return 0, ""

    def _write_fault(self, who: str, headers: dict[str, str]) -> tuple[int, str]:
        if headers.get("origin") is None and headers.get("sec-fetch-site") != "same-origin":
            return 403, "a decision comes from this page, and the request does not say where it comes from"
        if not self.door.form and not same(headers.get(CHECK, ""), check_value(self.tokens.token(who))):
            return 403, "the page is that of another annotator or of another folder; reload it"
        wanted = FORM if self.door.form else "application/json"
        if headers.get("content-type", "").partition(";")[0].strip() != wanted:
            return 415, f"a decision is sent as {wanted}"
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            return 413, f"a decision is at most {LARGEST_BODY // 1024} KiB"
        return 0, ""

    def _who(self, headers: dict[str, str]) -> str | None:
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(cookie_name(headers.get("host", "")))
        except CookieError:
            return None
        return self.tokens.whose(cookie.value) if cookie and cookie.value else None


def _with_headers(send: Any) -> Any:
    async def sending(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            given = {key for key, _ in message["headers"]}
            extra = [(k.encode(), v.encode()) for k, v in _HEADERS.items() if k.encode() not in given]
            message = {**message, "headers": [*message["headers"], *extra]}
        await send(message)

    return sending


def _name_of(host: str) -> str:
    """The name in a Host header, without its port and brackets, in small letters."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return (host.rpartition(":")[0] if host.count(":") == 1 else host).lower()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(name: str) -> bool:
    return name == "localhost" or (_is_address(name) and ipaddress.ip_address(name).is_loopback)
