"""A hub of our own on a free port of this machine: as much of Hugging Face as a dataset is pushed to and read from."""

import base64
import hashlib
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

TOKEN = "hf_test_of_this_machine"


class Hub(ThreadingHTTPServer):
    """Repositories in memory; `away` is how many of the next requests are answered with 503."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Desk)
        self.files, self.private, self.large, self.asked, self.away = {}, {}, {}, [], 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def revision(self, name):
        tree = sorted((path, hashlib.sha256(data).hexdigest()) for path, data in self.files[name].items())
        return hashlib.sha1(json.dumps(tree).encode()).hexdigest()


class Desk(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def turn(self):
        hub, path = self.server, unquote(urlsplit(self.path).path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        hub.asked.append((self.command, path))
        if hub.away:
            hub.away -= 1
            return self.say(503, {"error": "away"})
        reading = "/resolve/" in path
        if not reading and not path.startswith("/put/") and self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self.say(401, {"error": "no such token"})
        parts = path.strip("/").split("/")
        if path == "/api/repos/create":
            return self.create(json.loads(body))
        if path == "/api/validate-yaml":
            return self.say(200, {"errors": [], "warnings": []})
        if path.startswith("/put/"):
            hub.large[parts[1]] = body
            return self.say(200, {})
        if path.endswith(".git/info/lfs/objects/batch"):
            return self.batch(json.loads(body))
        if reading:
            return self.resolve("/".join(parts[1:3]), "/".join(parts[5:]))
        if path.startswith("/api/datasets/"):
            return self.dataset("/".join(parts[2:4]), parts[4:], body)
        return self.say(404, {"error": f"no {path}"})

    def create(self, asked):
        hub, name = self.server, f"{asked['organization']}/{asked['name']}"
        if name in hub.files:
            return self.say(409, {"error": "it exists", "url": f"{hub.url}/datasets/{name}"})
        hub.files[name], hub.private[name] = {}, asked.get("private") or asked.get("visibility") == "private"
        return self.say(200, {"url": f"{hub.url}/datasets/{name}"})

    def batch(self, asked):
        objects = []
        for one in asked["objects"]:
            upload = {"href": f"{self.server.url}/put/{one['oid']}", "header": {}}
            objects.append({**one, "actions": {"upload": upload}})
        return self.say(200, {"transfer": "basic", "objects": objects}, kind="application/vnd.git-lfs+json")

    def dataset(self, name, rest, body):
        hub = self.server
        if name not in hub.files:
            return self.say(404, {"error": "no repository"}, code="RepoNotFound")
        if rest[:1] == ["preupload"]:
            mode = {True: "lfs", False: "regular"}
            asked = json.loads(body)["files"]
            files = [{"path": f["path"], "uploadMode": mode[f["path"].endswith(".parquet")]} for f in asked]
            return self.say(200, {"files": [{**f, "shouldIgnore": False} for f in files]})
        if rest[:1] == ["commit"]:
            for line in map(json.loads, body.splitlines()):
                value = line["value"]
                if line["key"] == "file":
                    hub.files[name][value["path"]] = base64.b64decode(value["content"])
                elif line["key"] == "lfsFile":
                    hub.files[name][value["path"]] = hub.large[value["oid"]]
                elif line["key"] == "deletedFile":
                    del hub.files[name][value["path"]]
            oid = hub.revision(name)
            return self.say(200, {"commitOid": oid, "commitUrl": f"{hub.url}/datasets/{name}/commit/{oid}"})
        if rest[:1] == ["tree"]:
            return self.say(
                200, [{"type": "file", "path": p, "size": len(d), "oid": "0"} for p, d in hub.files[name].items()]
            )
        siblings = [{"rfilename": path} for path in hub.files[name]]
        return self.say(200, {"id": name, "sha": hub.revision(name), "siblings": siblings})

    def resolve(self, name, path):
        data = self.server.files.get(name, {}).get(path)
        return self.say(404, {}, code="EntryNotFound") if data is None else self.say(200, data)

    def say(self, status, answer, *, code="", kind="application/json"):
        data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if code:
            self.send_header("X-Error-Code", code)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


for verb in ("GET", "HEAD", "POST", "PUT"):
    setattr(Desk, f"do_{verb}", Desk.turn)


@contextmanager
def opened():
    """A hub that answers until the block is left."""
    hub = Hub()
    threading.Thread(target=hub.serve_forever, daemon=True).start()
    try:
        yield hub
    finally:
        hub.shutdown()
        hub.server_close()
