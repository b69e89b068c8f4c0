"""A chat-completions server for tests: answers at once, counts what it was asked, and misbehaves on demand.

    python tests/systems/endpoint_server.py 8999 [LOG]     an instant server, for measuring speed

Faults are served before the right answer: `faults` maps a number of request (from 0, as they arrive) to one of
429, 500, "half" (body cut short), "wrong" (JSON that is no completion), "text" (no JSON), "hang", "drop".
"""

import asyncio
import json
import sys
import threading
from collections import Counter


class Server:
    """One server on its own thread; use it as a context manager."""

    def __init__(self, *, faults=None, port=0, log=None, say=None):
        self.faults, self.port, self.log = faults or {}, port, log
        self.say = say or (lambda prompt: "Жауап: B")
        self.asked = Counter()  # prompt -> how often it was answered with 200
        self.headers = []
        self.arrived = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self):
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self):
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", self.port))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        talking = asyncio.all_tasks(self._loop)
        for task in talking:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*talking, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                fields = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
                lengths = [value for name, value in fields.items() if name.lower() == "content-length"]
                body = await reader.readexactly(int(lengths[0]))
                if not await self._answer(fields, json.loads(body), writer):
                    break
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, fields, request, writer):
        number, self.arrived = self.arrived, self.arrived + 1
        self.headers.append(fields)
        fault = self.faults(number) if callable(self.faults) else self.faults.get(number)
        if fault == "drop":
            return False
        if fault == "hang":
            await asyncio.sleep(30)
            return False
        prompt = request["messages"][0]["content"]
        body = json.dumps({"choices": [{"message": {"content": self.say(prompt)}}]}, ensure_ascii=False).encode()
        status = "200 OK"
        if isinstance(fault, int):
            secret = fields.get("Authorization", fields.get("authorization", ""))
            status, body = f"{fault} Fault", json.dumps({"error": f"bad key {secret}"}).encode()
        elif fault == "wrong":
            body = b'{"choices": []}'
        elif fault == "text":
            body = b"<html>please wait</html>"
        sent = body[: len(body) // 2] if fault == "half" else body
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nRetry-After: 0\r\n\r\n".encode() + sent)
        await writer.drain()
        if fault is None:
            self.asked[prompt] += 1
            if self.log:
                with open(self.log, "a", encoding="utf-8") as log:
                    log.write(f"{prompt!r}\n")
        return fault != "half"


if __name__ == "__main__":
    server = Server(port=int(sys.argv[1]), log=sys.argv[2] if len(sys.argv) > 2 else None)
    with server:
        threading.Event().wait()
