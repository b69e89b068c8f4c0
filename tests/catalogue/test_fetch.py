"""Files arrive whole and verified, or not at all: against a small server on this machine that misbehaves on request."""

import gzip
import hashlib
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from qadam.catalogue import fetch as room
from qadam.catalogue.content import content_hash
from qadam.catalogue.fetch import Address, Places, fetch, locate
from qadam.errors import BadData, ChecksumMismatch, Gated, NotFetched, NotReadable, Offline, StoreNotWritable
from qadam.terms import File

TEXT = ("Қазақ тілі — түркі тілдерінің бірі.\n" * 2000).encode()
SHA = hashlib.sha256(TEXT).hexdigest()
FILE = File("github:o/r@c0ffee:data/text.txt", sha256=SHA, bytes=len(TEXT))
TOKENIZER = {
    "version": "1.0",
    "added_tokens": [{"id": 3, "content": "<s>", "special": True}],
    "normalizer": None,
    "pre_tokenizer": {"type": "ByteLevel"},
    "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]},
}


class Server(ThreadingHTTPServer):
    """Serves `files` by path; `faults` are used up one per request; every request is noted in `seen`."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.faults, self.seen, self.token = {}, [], [], None
        self.base = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        server = self.server
        server.seen.append((self.path, dict(self.headers)))
        fault = server.faults.pop(0) if server.faults else ""
        if fault == "503":
            return self.answer(503, b"")
        if "/resolve/" in self.path and not self.path.startswith("/cdn"):  # as Hugging Face: check, then send elsewhere
            if server.token and self.headers.get("Authorization") != f"Bearer {server.token}":
                return self.answer(401, b"", {"X-Error-Code": "GatedRepo"})
            return self.answer(302, b"", {"Location": f"{server.base}/cdn{self.path}"})
        body = server.files.get(self.path.removeprefix("/cdn"))
        if body is None:
            return self.answer(404, b"")
        start, status, headers = 0, 200, {"ETag": '"1"', "Accept-Ranges": "bytes"}
        if self.headers.get("Range") and fault != "no-range":
            start = int(self.headers["Range"].removeprefix("bytes=").rstrip("-"))
            if start >= len(body):
                return self.answer(416, b"")
            status, headers["Content-Range"] = 206, f"bytes {start}-{len(body) - 1}/{len(body)}"
        if fault == "slow":
            threading.Event().wait(1.0)
        self.answer(status, body[start:], headers, cut=fault == "cut")

    def answer(self, status, body, headers=None, *, cut=False):
        self.send_response(status)
        for key, value in {"Content-Length": len(body), **(headers or {})}.items():
            self.send_header(key, str(value))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)


@pytest.fixture
def server(monkeypatch):
    running = Server()
    threading.Thread(target=lambda: running.serve_forever(0.01), daemon=True).start()
    monkeypatch.setenv("QADAM_RAW_GITHUB", running.base)
    monkeypatch.setenv("HF_ENDPOINT", running.base)
    monkeypatch.setenv("HF_HOME", "/nonexistent")
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr(room, "_token", lambda: os.environ.get("HF_TOKEN"))
    monkeypatch.setattr(room, "PAUSES", (0.01, 0.01))
    running.files["/o/r/c0ffee/data/text.txt"] = TEXT
    yield running
    running.shutdown()
    running.server_close()


@pytest.fixture
def places(tmp_path):
    return Places(tmp_path / "home")


def mirror(tmp_path, path, data):
    target = tmp_path / "mirror" / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return tmp_path / "mirror"


# --- from the network ----------------------------------------------------------------------------------------------


def test_a_file_is_downloaded_once_and_verified(server, places):
    steps = []
    assert locate(FILE, places).kind == "download" and locate(FILE, places).bytes == len(TEXT)
    path = fetch(FILE, places, progress=lambda done, total: steps.append((done, total)))
    assert path.read_bytes() == TEXT
    assert steps[-1] == (len(TEXT), len(TEXT))
    assert locate(FILE, places).kind == "cache"
    assert fetch(FILE, places) == path and len(server.seen) == 1
    assert sorted(p.name for p in path.parent.iterdir()) == ["text.txt"]  # no half file, no lock beside it


def test_a_cut_body_is_resumed_where_it_broke_off(server, places):
    server.faults = ["cut"]
    assert fetch(FILE, places).read_bytes() == TEXT
    assert server.seen[1][1]["Range"] == f"bytes={len(TEXT) // 2}-"


def test_a_server_that_cannot_resume_sends_all_again(server, places):
    server.faults = ["cut", "no-range"]
    assert fetch(FILE, places).read_bytes() == TEXT


def test_an_earlier_half_of_another_revision_is_given_up(server, places):
    part = Address.of(FILE).cached(places)
    part.parent.mkdir(parents=True)
    part.with_name("text.txt.part").write_bytes(b"old " * 100)
    assert fetch(FILE, places).read_bytes() == TEXT


def test_a_finished_part_is_not_taken_for_the_file(server, places):
    part = Address.of(FILE).cached(places)
    part.parent.mkdir(parents=True)
    part.with_name("text.txt.part").write_bytes(TEXT)  # killed after the last byte, before the rename
    assert fetch(FILE, places).read_bytes() == TEXT


def test_a_tired_server_is_asked_again_and_then_given_up(server, places):
    server.faults = ["503"]
    assert fetch(FILE, places).read_bytes() == TEXT
    server.faults = ["503"] * 3
    with pytest.raises(NotFetched, match="status 503"):
        fetch(FILE, places, again=True)


def test_a_silent_server_is_given_up(server, places, monkeypatch):
    monkeypatch.setattr(room, "TIMEOUT", 0.1)
    monkeypatch.setattr(room, "PAUSES", ())
    server.faults = ["slow"]
    with pytest.raises(NotFetched, match=r"timed out|Timeout"):
        fetch(FILE, places)


def test_what_is_not_there_is_said(server, places):
    with pytest.raises(NotFetched, match="404"):
        fetch(File("github:o/r@c0ffee:none.txt", sha256=SHA), places)


def test_another_file_under_the_same_address_is_not_kept(server, places):
    server.files["/o/r/c0ffee/data/text.txt"] = TEXT + b"!"
    with pytest.raises(ChecksumMismatch, match="does not give"):
        fetch(FILE, places)
    assert not any(p.is_file() for p in (places.home / "files").rglob("*"))


# --- from Hugging Face ---------------------------------------------------------------------------------------------

HF = File("hf:org/name@main:sub/text.txt", sha256=SHA, gated=True)


def test_the_address_is_the_one_huggingface_hub_gives(monkeypatch):
    from huggingface_hub import hf_hub_url

    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    assert Address.of(HF).url() == hf_hub_url("org/name", "sub/text.txt", revision="main")
    data = File("hf:datasets/org/name@refs/pr/1:a b.txt")
    assert Address.of(data).url() == hf_hub_url("org/name", "a b.txt", repo_type="dataset", revision="refs/pr/1")


def test_a_redirect_is_followed_with_the_token(server, places, monkeypatch):
    server.files["/org/name/resolve/main/sub/text.txt"] = TEXT
    server.token = "secret"
    monkeypatch.setenv("HF_TOKEN", "secret")
    server.faults = ["", "cut"]
    assert fetch(HF, places).read_bytes() == TEXT
    assert [path.startswith("/cdn") for path, _ in server.seen] == [False, True, False, True]
    assert server.seen[0][1]["Authorization"] == "Bearer secret"
    assert server.seen[3][1]["Range"] == f"bytes={len(TEXT) // 2}-"


def test_a_token_stays_with_the_host_it_is_for(server, places, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "secret")
    fetch(FILE, places)
    assert "Authorization" not in server.seen[0][1]


def test_a_gated_file_names_the_page_and_the_token(server, places, monkeypatch):
    server.token = "secret"
    assert locate(HF, places).kind == "blocked" and "HF_TOKEN" in locate(HF, places).unblock
    with pytest.raises(Gated, match="org/name") as caught:
        fetch(HF, places)
    assert "HF_TOKEN" in caught.value.next_step
    monkeypatch.setenv("HF_TOKEN", "wrong")
    with pytest.raises(Gated):
        fetch(HF, places)


# --- from mirrors and packages -------------------------------------------------------------------------------------


def test_a_plain_mirrored_file_is_handed_out_as_it_lies(tmp_path):
    root = mirror(tmp_path, "github.com/o/r/data/text.txt", TEXT)
    places = Places(tmp_path / "home", (root,), offline=True)
    assert locate(FILE, places).kind == "mirror"
    assert fetch(FILE, places) == root / "github.com/o/r/data/text.txt"
    assert not places.home.exists()


def test_a_compressed_mirrored_file_is_unpacked(tmp_path):
    root = mirror(tmp_path, "github.com/o/r/data/text.txt.gz", gzip.compress(TEXT))
    places = Places(tmp_path / "home", (root,), offline=True)
    assert locate(FILE, places).kind == "mirror"
    assert fetch(FILE, places).read_bytes() == TEXT


def test_the_pinned_revision_comes_before_main_and_the_checksum_decides(tmp_path):
    file = File("hf:org/name@v2:text.txt", sha256=SHA)
    root = mirror(tmp_path, "huggingface.co/org/name/resolve/v2/text.txt", b"another revision")
    mirror(tmp_path, "huggingface.co/org/name/resolve/main/text.txt", TEXT)
    assert fetch(file, Places(tmp_path / "home", (root,), offline=True)).parent.name == "main"


WRONG = {"another": ("text.txt", b"other"), "truncated": ("text.txt.gz", gzip.compress(TEXT)[:100])}


@pytest.mark.parametrize("name, data", WRONG.values(), ids=WRONG)
def test_a_wrong_mirror_is_named_when_nothing_else_may_be_tried(tmp_path, server, name, data):
    root = mirror(tmp_path, f"github.com/o/r/data/{name}", data)
    with pytest.raises(ChecksumMismatch, match="mirror"):
        fetch(FILE, Places(tmp_path / "home", (root,), offline=True))
    assert fetch(FILE, Places(tmp_path / "home", (root,))).read_bytes() == TEXT


def test_offline_says_which_file_to_bring_where(tmp_path):
    places = Places(tmp_path / "home", (tmp_path / "mirror",), offline=True)
    assert locate(FILE, places).kind == "blocked"
    with pytest.raises(Offline, match="network is off") as caught:
        fetch(FILE, places)
    assert str(tmp_path / "mirror" / "github.com/o/r/data/text.txt") in caught.value.next_step


def test_a_derived_file_lies_in_mirrors_only_and_says_how_it_is_made(tmp_path):
    file = File("derived:x/y.tsv", sha256=SHA, recipe="join the parts by id")
    with pytest.raises(Offline, match="mirror only") as caught:
        fetch(file, Places(tmp_path / "home"))
    assert "join the parts by id" in caught.value.next_step
    root = mirror(tmp_path, "derived/x/y.tsv", TEXT)
    assert fetch(file, Places(tmp_path / "home", (root,))).read_bytes() == TEXT


def test_a_packed_file_of_a_package_is_unpacked_and_verified(places):
    file = File(
        "package:bpe_openai/data/cl100k_base.tiktoken.gz",
        sha256="223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",  # in tiktoken's openai_public.py
    )
    assert locate(file, places).kind == "package"
    assert fetch(file, places).stat().st_size == 1681126


def test_a_package_that_is_not_installed_names_the_command(places):
    file = File("package:no_such_package/x.txt")
    assert locate(file, places).unblock == "pip install no-such-package"
    with pytest.raises(NotFetched, match="no_such_package"):
        fetch(file, places)


def test_a_source_that_is_none_is_refused(places):
    with pytest.raises(BadData, match="not an address"):
        fetch(File("github:o/r:text.txt"), places)


# --- what may happen to the cache ----------------------------------------------------------------------------------


DAMAGE = {"truncated": lambda data: data[:-7], "tampered": lambda data: data.replace("Қ".encode(), b"K ", 1)}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_cached_file_is_reported_not_replaced(server, places, damage):
    path = fetch(FILE, places)
    harmed = damage(path.read_bytes())
    path.write_bytes(harmed)
    with pytest.raises(ChecksumMismatch) as caught:
        fetch(FILE, places)
    assert "--again" in caught.value.next_step and str(path) in caught.value.message
    assert path.read_bytes() == harmed
    assert fetch(FILE, places, again=True).read_bytes() == TEXT


def test_a_tokenizer_is_verified_by_content(server, places, tmp_path):
    one, other = (
        json.dumps(TOKENIZER),
        json.dumps(TOKENIZER | {"padding": None}, indent=2).replace('"a b"', '["a", "b"]'),
    )
    (tmp_path / "t.json").write_text(one, "utf-8")
    file = File("hf:org/name@main:tokenizer.json", content=content_hash(tmp_path / "t.json"))
    server.files["/org/name/resolve/main/tokenizer.json"] = other.encode()
    path = fetch(file, places)
    assert path.read_text("utf-8") == other != one
    path.write_text(other.replace('"ab": 2', '"ba": 2'), "utf-8")
    with pytest.raises(ChecksumMismatch, match="content"):
        fetch(file, places)
    path.write_text(other[:-3], "utf-8")
    with pytest.raises(ChecksumMismatch):
        fetch(file, places)


def test_any_change_of_how_text_is_cut_changes_the_content(tmp_path):
    path, hashes = tmp_path / "t.json", set()
    model = TOKENIZER["model"]
    for changed in (
        TOKENIZER,
        TOKENIZER | {"normalizer": {"type": "NFC"}},
        TOKENIZER | {"pre_tokenizer": None},
        TOKENIZER | {"added_tokens": []},
        TOKENIZER | {"model": model | {"merges": []}},
        TOKENIZER | {"model": model | {"ignore_merges": True}},
        TOKENIZER | {"model": model | {"type": "WordPiece"}},
    ):
        path.write_text(json.dumps(changed), "utf-8")
        hashes.add(content_hash(path))
    assert len(hashes) == 7
    path.write_text('{"hello": 1}', "utf-8")
    with pytest.raises(NotReadable):
        content_hash(path)


def test_an_unverified_file_must_parse_and_stay_as_it_was(server, places):
    file = File("hf:org/name@main:tokenizer.json")
    server.files["/org/name/resolve/main/tokenizer.json"] = b"<html>sorry</html>"
    with pytest.raises(ChecksumMismatch):
        fetch(file, places)
    server.files["/org/name/resolve/main/tokenizer.json"] = json.dumps(TOKENIZER).encode()
    path = fetch(file, places)
    path.write_text(json.dumps(TOKENIZER | {"version": "2"}), "utf-8")
    with pytest.raises(ChecksumMismatch, match="changed since"):
        fetch(file, places)


def test_a_cache_that_cannot_be_written_names_the_variable(server, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreNotWritable, match="cannot be written") as caught:
        fetch(FILE, Places(tmp_path / "file" / "home"))
    assert "QADAM_HOME" in caught.value.next_step


def test_a_full_disk_leaves_nothing_under_the_final_name(server, places, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(room.os, "replace", full)
    with pytest.raises(StoreNotWritable, match="No space left"):
        fetch(FILE, places)
    assert not Address.of(FILE).cached(places).exists()


def test_threads_download_one_file_once(server, places):
    paths = []
    threads = [threading.Thread(target=lambda: paths.append(fetch(FILE, places))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(paths) == 8 and len(set(paths)) == 1 and len(server.seen) == 1


def test_processes_download_one_file_once(server, places):
    code = (
        "import sys; from pathlib import Path; from qadam.catalogue.fetch import *; from qadam.terms import File;"
        "print(fetch(File(sys.argv[1], sha256=sys.argv[2]), Places(Path(sys.argv[3]))))"
    )
    command = [sys.executable, "-c", code, FILE.source, FILE.sha256, str(places.home)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert {Path(process.communicate()[0].strip()) for process in running} == {Address.of(FILE).cached(places)}
    assert len(server.seen) == 1


def test_places_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("QADAM_HOME", str(tmp_path))
    monkeypatch.setenv("QADAM_MIRROR", os.pathsep.join(["/a", "/b"]))
    monkeypatch.setenv("QADAM_OFFLINE", "1")
    assert Places.from_environment() == Places(tmp_path, (Path("/a"), Path("/b")), offline=True)
    monkeypatch.delenv("QADAM_HOME")
    monkeypatch.setenv("QADAM_OFFLINE", "0")
    assert Places.from_environment().home.name == "qadam" and not Places.from_environment().offline
