"""From the address of a file to a verified copy on this machine.

Looked for in this order: an installed package, the cache, a mirror (at the pinned revision, then `main`; the checksum
decides), the network. What is handed out has been checked this very time; a damaged file in the cache is reported,
never replaced in silence. A file gets its final name only whole and verified, by one rename, under a lock that holds
between processes and threads. A source whose name ends in `.gz`, and a mirrored copy that does, is unpacked.

    QADAM_HOME      folder of the cache
    QADAM_MIRROR    folders to look in first, separated like PATH
    QADAM_OFFLINE   1: never touch the network
    HF_ENDPOINT     another Hugging Face; QADAM_RAW_GITHUB another raw.githubusercontent.com
    HF_TOKEN        token for gated repositories, or the one stored by `hf auth login`
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import sys
import tarfile
import time
import tomllib
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlsplit

from qadam.catalogue import tables
from qadam.catalogue.content import content_hash
from qadam.errors import BadData, ChecksumMismatch, Gated, NotFetched, NotReadable, Offline, StoreNotWritable
from qadam.terms import Dataset, File, SystemRow

Progress = Callable[[int, int], None]  # bytes done, bytes in all (0: the source does not say)

PAUSES = (0.5, 1.0, 2.0, 4.0)  # seconds before each further attempt
_SILENT: set[str] = set()  # hosts that could not be reached: one attempt tells for all files of a run
NO_NETWORK = "No network? Bring the files by hand (docs/air-gapped.md): export QADAM_MIRROR=DIR QADAM_OFFLINE=1"
TIMEOUT = 30.0  # seconds without a single byte
CHUNK = 1 << 18  # bytes copied at a time


@dataclass(frozen=True)
class Places:
    """Where files may be: the cache's folder, mirrors in order of preference, and whether the network may be asked."""

    home: Path
    mirror: tuple[Path, ...] = ()
    offline: bool = False

    @classmethod
    def from_environment(cls) -> Places:
        """As the environment says; without QADAM_HOME, where the platform keeps caches."""
        environ = os.environ
        home = Path(environ["QADAM_HOME"]).expanduser() if environ.get("QADAM_HOME") else _platform_cache() / "qadam"
        mirror = tuple(Path(m).expanduser() for m in environ.get("QADAM_MIRROR", "").split(os.pathsep) if m)
        return cls(home, mirror, environ.get("QADAM_OFFLINE", "").lower() in {"1", "true", "yes", "on"})


@dataclass(frozen=True)
class Where:
    """Where a file would come from, before anything is done about it.

    `bytes` is what a download would take (0 if nothing is downloaded, or the row does not know); `reason` and `unblock`
    are filled when it is blocked.
    """

    kind: Literal["path", "package", "cache", "mirror", "download", "blocked"]
    path: Path | None = None
    bytes: int = 0
    reason: str = ""
    unblock: str = ""


def locate(file: File, places: Places) -> Where:
    """Where a file would come from. Reads no bytes, writes nothing, asks nobody: it is meant for a plan."""
    address = Address.of(file)
    if address.kind == "path":
        return Where("path", Path(address.path))
    if address.kind == "package":
        path = address.package_path()
        if path and path.exists():
            return Where("package", path)
        module = address.path.split("/")[0]
        install = f"pip install {module.replace('_', '-')}"
        return Where("blocked", reason=f"the package {module} is not installed", unblock=install)
    if (cached := address.cached(places)).exists():
        return Where("cache", cached)
    for copy in address.mirrored(places):
        if copy.exists():
            return Where("mirror", copy)
    if not address.url():
        return Where("blocked", reason=f"{file.name} {address.why()}", unblock=_bring(file, address, places))
    if places.offline:
        reason = f"{file.name} is not here and the network is off"
        return Where("blocked", reason=reason, unblock=_bring(file, address, places))
    if file.gated and not _token():
        return Where("blocked", reason=f"{address.page()} asks for accepted terms", unblock=_accept(file, address))
    return Where("download", bytes=file.bytes)


def fetch(file: File, places: Places, *, progress: Progress | None = None, again: bool = False) -> Path:
    """A verified copy of a file on this machine.

    A file with a checksum is compared with it each time. One with a content hash is compared by content once; from
    then on the bytes must stay as they were. One with neither (rows marked `unverified`: nobody here has seen it) must
    parse if its name says JSON, tar or zip, be UTF-8 if not, and stay as it was.

    Args:
        progress: called with bytes done and bytes in all while downloading.
        again: forget the cached copy first.

    Raises:
        Offline: not here, and the network is off or the file lies in mirrors only.
        Gated: the source asks for a token or for accepted terms.
        NotFetched: the source has no such file, or did not answer.
        ChecksumMismatch: what is in the cache, in the mirror or at the source is not the file of the row.
        StoreNotWritable: the cache's folder is read-only or full.
    """
    address = Address.of(file)
    if address.kind == "path":
        return _given(file, Path(address.path))
    cached = address.cached(places)
    if not again:
        found = _ready(file, address, cached, places)
        if found:
            return found
    with _writing(places), _locked(cached, places):
        if again:
            for stale in (cached, _part(cached), _note(cached)):
                stale.unlink(missing_ok=True)
        found = _ready(file, address, cached, places)  # another process may have been faster
        if found:
            return found
        cached.parent.mkdir(parents=True, exist_ok=True)
        if address.kind == "package":
            return _unpacked(file, address, cached)
        return _from_mirror(file, address, cached, places) or _from_network(file, address, cached, places, progress)


# --- addresses -----------------------------------------------------------------------------------------------------


@cache
def _hosts() -> dict[str, dict[str, Any]]:
    return tomllib.loads((tables.HERE / "hosts.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Address:
    """The parts of a source: `github:OWNER/REPO@COMMIT:PATH` and its kin; `hosts.toml` says what they become."""

    kind: str
    repo: str
    revision: str
    path: str

    @classmethod
    def of(cls, file: File) -> Address:
        """Read a source.

        Raises:
            BadData: it is none of the kinds that exist.
        """
        kind, _, rest = file.source.partition(":")
        if kind in {"package", "derived", "unplaced", "url", "path"} and rest:
            return cls(kind, "", "", rest)
        place, _, path = rest.partition(":")
        repo, _, revision = place.partition("@")
        if kind not in {"github", "hf"} or not (repo and revision and path):
            raise BadData(
                f"BadData: {file.source!r} is not an address.",
                "Write github:OWNER/REPO@COMMIT:PATH, hf:ORG/NAME@REVISION:FILE, url:..., derived:... or package:...",
            )
        return cls(kind, repo, revision, path)

    def url(self) -> str:
        """Where the network has it; empty if it does not."""
        host = _hosts().get(self.kind)
        if not host or not host["address"]:
            return ""
        base = (os.environ.get(host["override"]) or host["base"]).rstrip("/")
        path = self.path if self.kind == "url" else quote(self.path)
        return str(host["address"].format(base=base, repo=self.repo, revision=quote(self.revision, safe=""), path=path))

    def why(self) -> str:
        """Why the network has no address for it, in words that follow the name of the file."""
        return str(_hosts()[self.kind].get("why", "lies in a mirror only"))

    def page(self) -> str:
        """The page a person would open."""
        return str(_hosts()[self.kind]["page"].format(repo=self.repo, path=self.path))

    def cached(self, places: Places) -> Path:
        """Its path in the cache, under its unpacked name."""
        shape = f"package/{self.path}" if self.kind == "package" else self._fill(_hosts()[self.kind]["cache"])
        return places.home / "files" / shape.removesuffix(".gz")

    def mirrored(self, places: Places) -> Iterator[Path]:
        """Every path a mirror may have it under, best first."""
        shapes = _hosts()[self.kind]["mirror"] if self.kind in _hosts() else ()
        for root in places.mirror:
            for shape in shapes:
                plain = self._fill(shape).removesuffix(".gz")
                yield root / plain
                yield root / f"{plain}.gz"

    def package_path(self) -> Path | None:
        """Its path inside an installed package, found without importing the package."""
        module, _, rest = self.path.partition("/")
        spec = find_spec(module)
        return Path(spec.submodule_search_locations[0]) / rest if spec and spec.submodule_search_locations else None

    def _fill(self, shape: str) -> str:
        parts = urlsplit(self.path)
        rest = parts.path.lstrip("/")
        return shape.format(repo=self.repo, revision=self.revision, path=self.path, host=parts.netloc, rest=rest)


# --- verification --------------------------------------------------------------------------------------------------


def _ready(file: File, address: Address, cached: Path, places: Places) -> Path | None:
    """A verified copy that can be handed out as it lies, if there is one."""
    if address.kind == "package" and not address.path.endswith(".gz"):
        path = address.package_path()
        if path is None or not path.exists():
            raise _missing(file, address)
        if file.sha256 and _sha256(path) != file.sha256:
            raise _mismatch(file, path, "Install the package again.")
        return path  # without a checksum: the package's version vouches for it
    if cached.exists():
        if not _fits(cached, file):
            raise _mismatch(file, cached, f"Fetch it again: qadam fetch {_owner(file)} --again")
        return cached
    if file.sha256:
        for copy in address.mirrored(places):
            if copy.suffix != ".gz" and copy.is_file() and _sha256(copy) == file.sha256:
                return copy
    return None


def _fits(path: Path, file: File) -> bool:
    """Whether a file is the one of the row; for rows without a checksum, whether it still is what was verified."""
    actual = _sha256(path)
    if file.sha256:
        return actual == file.sha256
    note: dict[str, str] = {}
    with suppress(OSError, ValueError):
        note = json.loads(_note(path).read_text("utf-8"))
    if note.get("content") == file.content and "sha256" in note:
        return note["sha256"] == actual
    if not _means(path, file):
        return False
    with suppress(OSError):  # a read-only cache is verified by content every time
        _note(path).write_text(json.dumps({"sha256": actual, "content": file.content}), "utf-8")
    return True


def _means(path: Path, file: File) -> bool:
    """Whether the content is the row's, or, for a row that names none, whether the file parses at all."""
    try:
        if file.content:
            return content_hash(path) == file.content
        if ".tar" in file.name:
            return tarfile.is_tarfile(path)
        if file.name.endswith(".zip"):
            return zipfile.is_zipfile(path)
        if file.name.endswith(".parquet"):
            with path.open("rb") as stream:
                return stream.read(4) == b"PAR1"
        text = path.read_text("utf-8")
        return not file.name.endswith(".json") or json.loads(text) is not None
    except (NotReadable, ValueError):  # not UTF-8 and not JSON are both ValueErrors
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _note(path: Path) -> Path:
    return path.with_name(path.name + ".verified")


def _part(path: Path) -> Path:
    return path.with_name(path.name + ".part")


# --- the three ways to a file that is not there yet ----------------------------------------------------------------


def _unpacked(file: File, address: Address, cached: Path) -> Path:
    """The compressed file of an installed package, unpacked into the cache."""
    packed = address.package_path()
    if packed is None or not packed.exists():
        raise _missing(file, address)
    if not _copy(packed, cached, file, packed=True):
        raise _mismatch(file, packed, "Install the package again.")
    return cached


def _given(file: File, path: Path) -> Path:
    """A file of the user's: it must still be what it was when the run was planned; a folder vouches for itself."""
    if path.is_dir():
        return path
    if not path.is_file() or not _fits(path, file):
        raise ChecksumMismatch(f"ChecksumMismatch: {path} is gone or has changed since it was named.", "Run again.")
    return path


def _from_mirror(file: File, address: Address, cached: Path, places: Places) -> Path | None:
    """The first mirrored copy that is the file of the row, copied or unpacked into the cache."""
    wrong = None
    for copy in address.mirrored(places):
        if copy.is_file():
            if _copy(copy, cached, file, packed=copy.suffix == ".gz"):
                return cached
            wrong = wrong or copy
    if wrong and (places.offline or not address.url()):
        raise _mismatch(file, wrong, "The mirror holds another revision: bring the file that the row names.")
    return None


def _copy(source: Path, target: Path, file: File, *, packed: bool) -> bool:
    """Copy or unpack under a temporary name; rename only if it is the file of the row."""
    new = target.with_name(target.name + ".new")
    try:
        with gzip.open(source) if packed else source.open("rb") as read, new.open("wb") as write:
            shutil.copyfileobj(read, write, CHUNK)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        new.unlink(missing_ok=True)
        return False
    return _accepted(new, target, file)


def _accepted(new: Path, target: Path, file: File) -> bool:
    """Verify what was brought; rename it into place, or throw it away."""
    fits = _fits(new, file)
    if fits:
        if _note(new).exists():
            os.replace(_note(new), _note(target))
        os.replace(new, target)
    else:
        new.unlink(missing_ok=True)
    return fits


def _from_network(file: File, address: Address, cached: Path, places: Places, progress: Progress | None) -> Path:
    url = address.url()
    if not url or places.offline:
        why = address.why() if not url else "is neither in the cache nor in a mirror, and the network is off"
        raise Offline(f"Offline: {file.name} {why}.", _bring(file, address, places))
    packed = url.endswith(".gz")
    part = _part(cached.with_name(cached.name + ".gz") if packed else cached)
    for resumed in (part.exists(), False):
        _download(file, address, part, progress)
        if packed:
            fits = _copy(part, cached, file, packed=True)
            part.unlink()
        else:
            fits = _accepted(part, cached, file)
        if fits:
            return cached
        if not resumed:  # else the first half may have been of another revision: once more from the beginning
            break
    raise ChecksumMismatch(
        f"ChecksumMismatch: {address.page()} does not give the {file.name} that the row was written for.",
        f"Nothing was kept. Try once more: qadam fetch {_owner(file)} --again; if it stays so, the source has changed "
        "and the catalogue needs a row for the new revision.",
    )


def _download(file: File, address: Address, part: Path, progress: Progress | None) -> None:
    """Stream a file to `part`, going on where an earlier attempt stopped."""
    import httpx

    headers = {"Accept-Encoding": "identity", "User-Agent": "qadam"}
    if address.kind == "hf" and (token := _token()):
        headers["Authorization"] = f"Bearer {token}"  # httpx drops it when redirected to another host
    host = urlsplit(address.url()).netloc
    if host in _SILENT:
        raise NotFetched(
            f"NotFetched: {host} could not be reached a moment ago, so {file.name} was not asked for.", NO_NETWORK
        )
    with httpx.Client(follow_redirects=True, timeout=TIMEOUT, headers=headers) as client:
        for pause in (*PAUSES, None):
            try:
                return _stream(client, file, address, part, progress)
            except (httpx.TransportError, _AgainError) as error:
                unreachable = isinstance(error, httpx.ConnectError)
                if unreachable:
                    _SILENT.add(host)
                if pause is None or unreachable:
                    why = str(error) or type(error).__name__
                    raise NotFetched(
                        f"NotFetched: {address.url()} did not answer with the whole file ({why}).",
                        f"What came is kept; go on with: qadam fetch {_owner(file)}. {NO_NETWORK}",
                    ) from error
                time.sleep(pause)


class _AgainError(Exception):
    """The source asks to be tried later."""


def _stream(client: Any, file: File, address: Address, part: Path, progress: Progress | None) -> None:
    done = part.stat().st_size if part.exists() else 0
    with client.stream("GET", address.url(), headers={"Range": f"bytes={done}-"} if done else {}) as answer:
        status = answer.status_code
        if status == 416:  # nothing lies beyond what we have, or it is another file: the checksum would tell
            part.unlink()
            raise _AgainError("the range does not exist")
        if status in {408, 429} or status >= 500:
            raise _AgainError(f"status {status}")
        if status in {401, 403} and address.kind == "hf":
            raise Gated(
                f"Gated: {address.page()} answered {status}: it asks for a token or for accepted terms.",
                _accept(file, address),
            )
        if status not in {200, 206}:
            raise NotFetched(
                f"NotFetched: {address.url()} answered {status}.",
                f"See whether the file is still there: {address.page()}, or bring it and set QADAM_MIRROR, then: "
                f"qadam fetch {_owner(file)}",
            )
        if status == 200:
            done = 0  # the source cannot resume
        total = done + int(answer.headers.get("Content-Length") or 0)
        with part.open("ab" if done else "wb") as write:
            for chunk in answer.iter_bytes():
                write.write(chunk)
                done += len(chunk)
                if progress:
                    progress(done, total)


# --- words for people ----------------------------------------------------------------------------------------------


def _missing(file: File, address: Address) -> NotFetched:
    module = address.path.split("/")[0]
    return NotFetched(
        f"NotFetched: {file.name} belongs to the package {module}, which does not have it here.",
        f"pip install {module.replace('_', '-')}",
    )


def _mismatch(file: File, path: Path, next_step: str) -> ChecksumMismatch:
    if file.sha256:
        fault = f"expected sha256 {file.sha256[:12]}..., got {_sha256(path)[:12]}..."
    elif file.content:
        fault = f"expected content {file.content[:12]}..., got another, or it does not parse"
    else:
        fault = "it changed since it was verified, or does not parse"
    return ChecksumMismatch(
        f"ChecksumMismatch: {path} is not the {file.name} of {_owner(file)}.\n"
        f"  {fault} ({path.stat().st_size:,} bytes)",
        next_step,
    )


def _bring(file: File, address: Address, places: Places) -> str:
    """Which file to bring, to which folder, for a machine without a network."""
    root = places.mirror[0] if places.mirror else Path("DIR")
    target = next(address.mirrored(Places(places.home, (root,))))
    made = f" It is made so: {file.recipe}" if file.recipe else ""
    online = f"With a network: qadam fetch {_owner(file)}. " if address.url() else ""
    return f"{online}Without one: put it at {target} and set QADAM_MIRROR={root}.{made}"


def _accept(file: File, address: Address) -> str:
    return f"Accept the terms at {address.page()}, then: HF_TOKEN=... qadam fetch {_owner(file)}"


def _owner(file: File) -> str:
    """The data set or system a file belongs to; its own name if it belongs to none."""
    rows: tuple[Dataset | SystemRow, ...] = (*tables.datasets(), *tables.systems())
    return next((row.id for row in rows if file in row.files), file.name)


def _token() -> str | None:
    if os.environ.get("HF_TOKEN"):
        return os.environ["HF_TOKEN"].strip()
    from huggingface_hub import get_token

    return get_token()


def _platform_cache() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


@contextmanager
def _writing(places: Places) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreNotWritable(
            f"StoreNotWritable: the cache {places.home} cannot be written ({error.strerror or error}).",
            "Free some space, or name another folder: QADAM_HOME=DIR",
        ) from error


@contextmanager
def _locked(cached: Path, places: Places) -> Iterator[None]:
    """One at a time per file, between processes and threads."""
    from filelock import FileLock

    locks = places.home / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    with FileLock(locks / f"{hashlib.sha256(str(cached).encode()).hexdigest()[:16]}.lock"):
        yield
