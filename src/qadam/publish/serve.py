"""Serves the built site on this machine and builds it anew when a run has stored something newer."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qadam.errors import Usage
from qadam.publish.site import search_script

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response


@dataclass(frozen=True)
class Watched:
    """The file that is written last in a build, and the folders whose records it was built from."""

    stamp: Path
    roots: Sequence[Path]

    def stale(self) -> bool:
        """Whether there is no site yet, or a verdict that was written after it."""
        if not self.stamp.exists():
            return True
        built = self.stamp.stat().st_mtime_ns
        verdicts = (path for root in self.roots for path in root.glob("records/*/*/verdict.json"))
        return any(path.stat().st_mtime_ns > built for path in verdicts)


def application(folder: Path, watched: Watched, *, rebuild: Callable[[], Any]) -> Starlette:
    """The site as an ASGI application; nothing outside the folder has an address."""
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    turn = threading.Lock()

    def page(path: str) -> Response:
        with turn:  # one build at a time; who comes meanwhile waits for it
            if watched.stale():
                rebuild()
        return _file(folder, path)

    async def get(request: Request) -> Response:
        if "\\" in request.path_params["path"] or "\0" in request.path_params["path"]:
            return PlainTextResponse("no such page", 404)
        return await run_in_threadpool(page, request.path_params["path"])

    return Starlette(routes=[Route("/{path:path}", get, methods=["GET", "HEAD"])])


def serve(application: Starlette, *, host: str, port: int, open_browser: bool = True) -> None:
    """Serve until interrupted, and print the address.

    Raises:
        Usage: the address cannot be bound.
    """
    import uvicorn

    listening = _listen(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}/"
    print(f"Open: {address}", flush=True)
    if open_browser:
        import webbrowser

        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    config = uvicorn.Config(
        application,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=3,
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])


def headers() -> dict[str, str]:
    """What keeps a page from asking anybody else for anything: the one script it may run is named by its checksum."""
    script = base64.b64encode(hashlib.sha256(str(search_script()).encode()).digest()).decode()
    policy = (
        "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; "
        f"script-src 'sha256-{script}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    return {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-cache",
    }


def _file(folder: Path, path: str) -> Response:
    """A file of the folder, `index.html` for a folder in it."""
    from starlette.responses import FileResponse, PlainTextResponse

    root = folder.resolve()
    found = (root / path).resolve()
    if found.is_dir() and not (path and not path.endswith("/")):
        found = found / "index.html"
    hidden = any(part.startswith(".") for part in Path(path).parts)
    if hidden or not found.is_relative_to(root) or not found.is_file():
        return PlainTextResponse("no such page", 404, headers=headers())
    return FileResponse(found, headers=headers())


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens, so that the address printed is one that answers."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as fault:
        listening.close()
        raise Usage(
            f"Usage: {host}:{port} cannot be used ({fault.strerror}).", "Choose another port: qadam serve --port 0"
        ) from fault
    listening.listen(128)
    return listening
