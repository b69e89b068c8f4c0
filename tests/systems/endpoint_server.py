"""A server for tests that speaks OpenAI's protocol: answers at once, counts what it was asked, misbehaves on demand.

    python tests/systems/endpoint_server.py 8999 [LOG]     an instant server, for measuring speed

Faults are served before the right answer: `faults` maps a number of request (from 0, as they arrive) to one of
429, 500, "half" (body cut short), "wrong" (JSON that is no completion), "text" (no JSON), "deep" (JSON that is nested too
deep to be read), "long" (a body far beyond what was asked), "hang", "drop", or to (status, words of the error, header).
"""

import asyncio
import json
import math
import sys
import threading
from collections import Counter
from itertools import pairwise


def chance(token, before):
    """A toy model of tokens: what a token costs depends on it and on the one before."""
    return -math.log(2 + (sum(map(ord, token)) * 7 + sum(map(ord, before)) * 3) % 11)


def words(text):
    """Tokens as a byte-level vocabulary cuts them: a word with the space before it."""
    found = []
    for letter in text:
        if not found or (letter == " " and found[-1] != " "):
            found.append(letter)
        else:
            found[-1] += letter
    return found


class Server:
    """One server on its own thread; use it as a context manager."""

    def __init__(self, *, faults=None, port=0, log=None, say=None, usage=(7, 3), drift=0, cut=words):
        self.faults, self.port, self.log = faults or {}, port, log
        self.say = say or (lambda prompt: "Жауап: B")
        self.usage, self.drift, self.cut = usage, drift, cut
        self.asked = Counter()  # prompt -> how often it was answered with 200
        self.headers, self.requests, self.times = [], [], []
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
                if not await self._answer(head.split()[1], fields, json.loads(body), writer):
                    break
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, path, fields, request, writer):
        number, self.arrived = self.arrived, self.arrived + 1
        self.headers.append(fields)
        self.requests.append(request)
        self.times.append(self._loop.time())
        fault = self.faults(number) if callable(self.faults) else self.faults.get(number)
        if fault == "drop":
            return False
        if fault == "hang":
            await asyncio.sleep(30)
            return False
        echoed = path.endswith("/completions") and not path.endswith("/chat/completions")
        prompt = request["prompt"] if echoed else request["messages"][0]["content"]
        document = {"model": "fake-1", **(self._echo(prompt) if echoed else self._chat(prompt))}
        if self.usage:
            names = ("prompt_tokens", "completion_tokens", "total_tokens")
            document["usage"] = dict(zip(names, (*self.usage, sum(self.usage)), strict=True))
            if echoed:
                document["usage"] = {"prompt_tokens": len(self.cut(prompt)), "completion_tokens": 1}
        body = json.dumps(document).encode()
        status, header = "200 OK", "Retry-After: 0"
        if isinstance(fault, int):
            secret = fields.get("Authorization", fields.get("authorization", ""))
            status, body = f"{fault} Fault", json.dumps({"error": f"bad key {secret}"}).encode()
        elif isinstance(fault, tuple):
            status, body, header = f"{fault[0]} Fault", json.dumps({"error": fault[1]}).encode(), fault[2]
        elif fault == "wrong":
            body = b'{"choices": []}'
        elif fault == "text":
            body = b"<html>please wait</html>"
        elif fault == "deep":
            body = b"[" * 200_000
        elif fault == "long":
            body = body[:-1] + b" " * 5_000_000 + b"}"
        sent = body[: len(body) // 2] if fault == "half" else body
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{header}\r\n\r\n"
        writer.write(head.encode() + sent)
        await writer.drain()
        if fault is None:
            self.asked[prompt] += 1
            if self.log:
                with open(self.log, "a", encoding="utf-8") as log:
                    log.write(f"{prompt!r}\n")
        return fault != "half"

    def _chat(self, prompt):
        message = {"role": "assistant", "content": self.say(prompt)}
        choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
        return {"id": "x", "object": "chat.completion", "created": 0, "choices": [choice]}

    def _echo(self, prompt):
        """The prompt's tokens and one more, as vLLM does; with `drift` their positions count half letters as whole."""
        tokens = [*self.cut(prompt), " ."]
        offsets = [sum(map(len, tokens[:n])) + self.drift * n for n in range(len(tokens))]
        logs = [None, *(chance(token, before) for before, token in pairwise(tokens))]
        return {
            "choices": [
                {
                    "text": "".join(tokens),
                    "logprobs": {"tokens": tokens, "text_offset": offsets, "token_logprobs": logs},
                }
            ]
        }


if __name__ == "__main__":
    server = Server(port=int(sys.argv[1]), log=sys.argv[2] if len(sys.argv) > 2 else None)
    with server:
        threading.Event().wait()
