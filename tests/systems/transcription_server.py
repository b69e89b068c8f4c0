"""A server for tests that speaks OpenAI's protocol of transcriptions, and misbehaves on demand.

Faults are served before the right answer, one for each request that comes: a status, "wrong" (JSON without a text), "text" (no
JSON), "long" (a body without end), "drop" (no answer).
"""

import json
import threading
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server:
    """One server on its own thread; `asked` holds the fields of every request, `keys` the headers that came with them."""

    def __init__(self, *, say="сәлем әлем", faults=()):
        self.say, self.faults, self.asked, self.keys = say, list(faults), [], []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                server._answer(self)

            def log_message(self, *_):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"

    def __enter__(self):
        threading.Thread(target=self._http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._http.shutdown()
        self._http.server_close()

    def _answer(self, request):
        body = request.rfile.read(int(request.headers["Content-Length"]))
        form = message_from_bytes(f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode() + body)
        parts = {
            p.get_param("name", header="content-disposition"): p.get_payload(decode=True) for p in form.get_payload()
        }
        self.asked.append({"path": request.path, **parts})
        self.keys.append(request.headers.get("Authorization"))
        fault = self.faults.pop(0) if self.faults else None
        if fault == "drop":
            request.close_connection = True
            return
        status = fault if isinstance(fault, int) else 200
        content = {"wrong": b'{"words": 1}', "text": b"<html>", "long": b"x" * 3_000_000}.get(
            fault,
            json.dumps(
                {"text": f" {self.say} "} if status == 200 else {"error": request.headers.get("Authorization")}
            ).encode(),
        )
        request.send_response(status)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)
